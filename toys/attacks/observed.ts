/**
 * Ways to observe the order, the number or the name of an element that was declared interchangeable. Each is asked
 * about one element, in one orbit only, and its answer differs from state to state of that orbit.
 */
import {
  assert,
  declare,
  each,
  interchangeable,
  oneOf,
  range,
  type Spec,
  subset,
} from "../../spec/index.ts";

/** A state as it is when it runs: elements are numbers there. */
export interface Seen {
  readonly at: readonly number[];
  /** The elements that have moved. */
  readonly moved: ReadonlySet<number>;
}

export type Question = (state: Seen, element: number) => boolean;

const size = 4;
/** Where an element ends, and where some may be when it does. */
const top = 8;
const middle = 5;
const letters = "abcd";
const half = size / 2;

/** One element has come to the top and one has not moved; two are in the middle. Asked about the first. */
export const observing: Readonly<Record<string, Question>> = {
  "the first key": ({ at }, p) => [...at.keys()][0] === p,
  "the first key, taken apart": ({ at }, p) => {
    const [first] = at.keys();
    return first === p;
  },
  "the first name of a property": ({ at }, p) => Object.keys(at)[0] === String(p),
  "a number": (_, p) => p === 0,
  "a number that is computed": (_, p) => p === 9 % 3,
  "less than another": ({ at }, p) => at.every((_, q) => q >= p),
  "greater than one that is found": ({ at }, p) => p > at.indexOf(middle),
  "its name as a text": (_, p) => String(p) === "3",
  "its name in a template": (_, p) => `page ${p}` === "page 2",
  "its length as a text": (_, p) => "x".repeat(p).length >= half,
  "a letter for it": (_, p) => letters[p] === "c",
  "the order of letters": (_, p) => (letters[p] ?? "") < "c",
  "a weight": (_, p) => p * 2 >= size,
  "a sum of elements": ({ at }) =>
    at.reduce((sum, value, q) => sum + (value === middle ? q : 0), 0) % 2 === 0,
  "a sum of weighted values": ({ at }) => at.reduce((sum, value, q) => sum + value * q, 0) > 25,
  "values joined": ({ at }) => at.join("").startsWith(String(top)),
  "the greatest text": ({ at }) => at.join("") > "6",
  "one of several found": ({ at }, p) => at.findIndex((value) => value > 0) === p,
  "the value that is found first": ({ at }) => at.find((value) => value > 0) === top,
  "the value that is found last": ({ at }) => at.findLast((value) => value > 0) === top,
  "the last place found": ({ at }, p) => at.findLastIndex((value) => value > 0) === p,
  "where a value is": ({ at }) => at.indexOf(top) < at.indexOf(middle),
  "where a value is last": ({ at }) => at.lastIndexOf(middle) > at.indexOf(top),
  "the first of a subset": ({ moved }, p) => [...moved][0] === p,
  "the first of a subset, taken from it": ({ moved }, p) => moved.values().next().value === p,
  "the last of a subset": ({ moved }, p) => [...moved].at(-1) === p,
  "a sum over a subset": ({ moved }) => [...moved].reduce((sum, q) => sum + q, 0) > 3,
  "the least of a subset": ({ moved }, p) => Math.min(...moved) === p,
  "indices sorted": ({ at }, p) =>
    [...at.keys()].filter((q) => at[q] !== middle).sort((one, other) => one - other)[0] === p,
  "ties broken by order": ({ at }, p) => {
    const ranked = [...at.keys()].sort(
      (one, other) => Math.min(1, at[other]!) - Math.min(1, at[one]!),
    );
    return ranked[0] === p;
  },
  "a reduction that keeps the first": ({ at }) =>
    at.reduce((kept, value) => (kept > 0 ? kept : value), 0) === top,
  "a reduction that keeps the last": ({ at }) =>
    at.reduce((kept, value) => (value > 0 ? value : kept), 0) === top,
  "the first of entries": ({ at }, p) => [...at.entries()][0]?.[0] === p,
  "a loop that is left early": ({ at }) => {
    for (const value of at) if (value > 0) return value === top;
    return false;
  },
  "a loop over entries that is left early": ({ at }, p) => {
    for (const [q, value] of at.entries()) if (value > 0) return q === p;
    return false;
  },
  "a place in a queue of its own": ({ at }, p) => {
    const queue: number[] = [];
    at.forEach((value, q) => {
      if (value > 0) queue.push(q);
    });
    return queue.indexOf(p) < 1;
  },
  "the one of the greatest index": ({ at }, p) =>
    Math.max(...[...at.keys()].filter((q) => at[q]! > 0)) === p,
  JSON: ({ at }) => JSON.stringify(at).startsWith(`[${top}`),
  "JSON of an object by element": ({ at }) =>
    JSON.stringify(Object.fromEntries(at.map((value, q) => [q, value]))).endsWith(`:${top}}`),
  "the first value, taken apart": ({ at: [first] }) => first === top,
  "the rest, taken apart": ({ at: [, ...rest] }) => rest.includes(top),
  "the value at a place": ({ at }) => at.at(0) === top,
  "the value at the last place": ({ at }) => at.at(-1) === top,
  "a slice": ({ at }) => at.slice(0, 2).includes(top),
  "a slice from the end": ({ at }) => at.slice(-2).includes(top),
  "the place that the length names": ({ at }) => at[at.length - 1] === top,
  "the place in the middle": ({ at }) => at[at.length >> 1] === top,
  "a map by element, gone through": ({ at }, p) => {
    const byElement = new Map(at.map((value, q) => [q, value]));
    for (const [q, value] of byElement) if (value > 0) return q === p;
    return false;
  },
  "a switch": (_, p) => {
    switch (p) {
      case 1:
      case 3:
        return true;
      default:
        return false;
    }
  },
  "a mask of bits": (_, p) => ((1 << p) & 0b1010) !== 0,
  "a mask of bits, as a number": ({ moved }) =>
    [...moved].reduce((mask, q) => mask | (1 << q), 0) > 11,
  "its parity": (_, p) => p % 2 === 1,
  "the parity of a place": ({ at }) => at.indexOf(top) % 2 === 0,
  "whether it is there": (_, p) => Boolean(p),
  "its sign": (_, p) => Math.sign(p) === 0,
  "a neighbour": ({ at }, p) => at[p + 1] === middle,
  "a neighbour on a ring": ({ at }, p) => at[(p + 1) % size] === 0,
  "a reversed list": ({ at }) => at.toReversed()[0] === top,
  "the first of what is filtered": ({ at }) => at.filter((value) => value > 0)[0] === top,
  "the first of what is mapped": ({ at }) => at.map((value) => value + 1)[0] === top + 1,
  "the order of two that are compared as texts": ({ at }, p) =>
    String(at.indexOf(middle)).localeCompare(String(p)) < 0,
  "a place that some counts up to": ({ at }, p) => {
    let count = 0;
    at.some((value, q) => {
      count += value > 0 ? 1 : 0;
      return q === p;
    });
    return count < 2;
  },
  "the bound of a loop": ({ at }, p) => {
    let sum = 0;
    for (let q = 0; q < p; q++) sum += at[q]!;
    return sum > middle;
  },
};

const countOf = (at: readonly number[], sought: number): number =>
  at.filter((value) => value === sought).length;

/** Questions about the same elements that are the same for all of them. */
export const allAlike: Readonly<Record<string, Question>> = {
  "the only match": ({ at }, p) => at.indexOf(top) === p,
  "the only match, found": ({ at }, p) => at.findIndex((value) => value === top) === p,
  "the only match among the keys": ({ at }, p) => [...at.keys()].find((q) => at[q] === top) === p,
  "the value of the only match": ({ at }) => at.find((value) => value === top) === top,
  "a count": ({ at }) => countOf(at, middle) === 2,
  every: ({ at }) => at.every((value) => value <= top),
  some: ({ at }, p) => at.some((value, q) => q !== p && value === middle),
  includes: ({ at }) => at.includes(top),
  "a sum of values": ({ at }) => at.reduce((sum, value) => sum + value, 0) === top + 2 * middle,
  "the greatest value": ({ at }) => Math.max(...at) === top,
  "the least value": ({ at }) => Math.min(...at) === 0,
  "values sorted": ({ at }) => at.toSorted((one, other) => one - other).join("") === "0558",
  "the greatest value, of values sorted": ({ at }) =>
    [...at].sort((one, other) => other - one)[0] === top,
  "a set of values": ({ at }) => new Set(at).size === 3,
  "the size of a subset": ({ moved }) => moved.size === 3,
  "what a subset has": ({ moved }, p) => moved.has(p),
  "every one of a subset": ({ at, moved }) => [...moved].every((q) => at[q]! > 0),
  "a comparison of elements": ({ at }, p) => at.some((value, q) => value === top && q === p),
  "an order that is used and forgotten": ({ at }) => {
    let count = 0;
    for (const q of at.keys()) if (at[q] === middle) count += 1;
    return count === 2;
  },
  "a loop that is left early with an answer that all would give": ({ at }) => {
    for (const value of at) if (value === top) return true;
    return false;
  },
  "a map by element, asked": ({ at }, p) => new Map(at.entries()).get(p) === top,
  "the number of what is filtered": ({ at }) => at.filter((value) => value > 0).length === 3,
  "a count of each value": ({ at }) => {
    const counts = Array.from({ length: top + 1 }, () => 0);
    for (const value of at) counts[value]! += 1;
    return counts.join() === "1,0,0,0,0,2,0,0,1";
  },
};

/** Elements that move, and a dog that looks at them in one orbit of 12 states: there are 495 of 6,561 states. */
function pagesOf(question: Question) {
  const page = interchangeable("page", size);
  const words = declare({
    constants: {},
    state: {
      at: each(page, range(0, top)),
      moved: subset(page),
      dog: oneOf("still", "bites", "barks"),
    },
  });
  const isRare = ({ at }: Seen, p: number): boolean =>
    at[p] === top && countOf(at, middle) === 2 && countOf(at, 0) === 1;
  const seen = (state: object): Seen => state as Seen;
  const asks = (state: object, p: unknown): boolean => question(seen(state), p as number);
  const watches = (state: object, p: unknown): boolean => isRare(seen(state), p as number);
  const moves = words.action("page", {
    forAny: page,
    when: (state, p) => state.dog === "still" && state.at[p] < top,
    effect: (state, p) => {
      state.at[p] += 1;
      state.moved.add(p);
    },
  });
  const neverBites = words.invariant((state) => state.dog !== "bites");
  const neverBarks = words.invariant((state) => state.dog !== "barks");
  return { ...words, page, asks, watches, moves, neverBites, neverBarks };
}

type Pages = ReturnType<typeof pagesOf>;

const named = { name: "pages", title: "pages that move", mayEnd: () => true };

const observations = {
  guard: ({ action, spec, page, asks, watches, moves, neverBites, neverBarks }) => {
    const bites = action("dog", {
      forAny: page,
      when: (state, p) => state.dog === "still" && watches(state, p) && asks(state, p),
      effect: (state) => {
        state.dog = "bites";
      },
    });
    const barks = action("dog", {
      forAny: page,
      when: (state, p) => state.dog === "still" && watches(state, p) && !asks(state, p),
      effect: (state) => {
        state.dog = "barks";
      },
    });
    return spec({
      ...named,
      actions: { moves, bites, barks },
      invariants: { neverBites, neverBarks },
    });
  },

  effect: ({ action, spec, page, asks, watches, moves, neverBites, neverBarks }) => {
    const looks = action("dog", {
      forAny: page,
      when: (state, p) => state.dog === "still" && watches(state, p),
      effect: (state, p) => {
        state.dog = asks(state, p) ? "bites" : "barks";
      },
    });
    return spec({ ...named, actions: { moves, looks }, invariants: { neverBites, neverBarks } });
  },

  invariant: ({ invariant, spec, page, asks, watches, moves }) => {
    const never = invariant({
      forAny: page,
      when: watches,
      holds: (state, p) => !asks(state, p),
    });
    const always = invariant({ forAny: page, when: watches, holds: asks });
    return spec({ ...named, actions: { moves }, invariants: { never, always } });
  },

  "step property": ({ stepProperty, spec, page, asks, watches, moves }) => {
    const never = stepProperty({
      forAny: page,
      when: (_, after, p) => watches(after, p),
      holds: (_, after, p) => !asks(after, p),
    });
    const always = stepProperty({
      forAny: page,
      when: (before, _, p) => watches(before, p),
      holds: (before, _, p) => asks(before, p),
    });
    return spec({ ...named, actions: { moves }, stepProperties: { never, always } });
  },

  witness: ({ witness, spec, page, asks, watches, moves }) => {
    const sometimes = witness({ forAny: page, when: watches, holds: asks });
    const sometimesNot = witness((state) =>
      [...state.at.keys()].some((p) => watches(state, p) && !asks(state, p)),
    );
    return spec({ ...named, actions: { moves }, witnesses: { sometimes, sometimesNot } });
  },

  assertion: ({ action, assertion, spec, page, asks, watches, moves }) => {
    const isUnseen = assertion("it is not seen");
    const looks = action("dog", {
      forAny: page,
      when: (state, p) => state.dog === "still" && watches(state, p),
      effect: (state, p) => {
        assert(!asks(state, p), isUnseen);
        state.dog = "barks";
      },
    });
    return spec({ ...named, actions: { moves, looks }, assertions: { isUnseen } });
  },

  liveness: ({ action, leadsTo, spec, page, asks, watches, moves, neverBarks }) => {
    const looks = action("dog", {
      forAny: page,
      when: (state, p) => state.dog === "still" && watches(state, p),
      effect: (state, p) => {
        state.dog = asks(state, p) ? "bites" : "barks";
      },
    });
    const calmsDown = leadsTo({
      from: (state) => state.dog === "bites",
      to: (state) => state.dog === "still",
    });
    return spec({
      ...named,
      fairness: "weak",
      actions: { moves, looks },
      invariants: { neverBarks },
      liveness: { calmsDown },
    });
  },
} satisfies Record<string, (pages: Pages) => Spec>;

export type Observation = keyof typeof observations;
export const observationNames = Object.keys(observations) as readonly Observation[];

/** A spec that asks a question in one place, and in one orbit. */
export const observedIn = (place: Observation, question: Question): Spec =>
  observations[place](pagesOf(question));
