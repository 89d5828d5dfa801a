/**
 * Toys for the tests of functions that mean to mislead: machines of some hundred or thousand states in which the
 * paths of a search recur, and every place of a spec that a question about them may stand in.
 */
import {
  type AnyDomain,
  assert,
  declare,
  each,
  oneOf,
  ordered,
  range,
  record,
  type Spec,
  sequence,
  subset,
} from "../../spec/index.ts";

/** What a question is asked about: a part of a state, as an effect sees it. */
export interface Machine<Items> {
  /** The domain of that part. */
  readonly items: AnyDomain;
  /** A step adds to it, in one of so many ways. */
  readonly ways: number;
  canGrow(items: Items, way: number): boolean;
  grow(items: Items, way: number): void;
  /** The most that its values can add up to. */
  readonly most: number;
}

const item = ordered("item", 8);
const row = ordered("row", 3);
const column = ordered("column", 2);

/** From 0 to 2, 1 and 3, so that the sum of all does not grow one by one where all do the same. */
const following = [2, 3, 1, 3];

/** So many counters. */
export const counters = (count: number): Machine<number[]> => ({
  items: each(ordered("counter", count), range(0, 3)),
  ways: count,
  canGrow: (items, way) => items[way] !== 3,
  grow: (items, way) => {
    items[way] = following[items[way] as number] as number;
  },
  most: count * 3,
});

/** A queue of at most so many numbers up to 3. */
export const queue = (most: number): Machine<number[]> => ({
  items: sequence(range(0, 3), most),
  ways: 4,
  canGrow: (items) => items.length < most,
  grow: (items, way) => {
    items.push(way);
  },
  most: 3 * most,
});
/** Four counters, each in a record. */
export const records: Machine<{ count: number }[]> = {
  items: each(ordered("counter", 4), record({ count: range(0, 2), word: oneOf("off", "on") })),
  ways: 4,
  canGrow: (items, way) => (items[way] as { count: number }).count < 2,
  grow: (items, way) => {
    const at = items[way] as { count: number; word: string };
    at.count += 1;
    at.word = at.count > 0 ? "on" : "off";
  },
  most: 8,
};

/** Six counters in three rows. */
export const grid: Machine<number[][]> = {
  items: each(row, each(column, range(0, 2))),
  ways: 6,
  canGrow: (items, way) => (items[way >> 1]?.[way & 1] as number) < 2,
  grow: (items, way) => {
    const line = items[way >> 1] as number[];
    line[way & 1] = (line[way & 1] as number) + 1;
  },
  most: 12,
};

/** The numbers from 0 to 7, or not. */
export const numbers: Machine<Set<number>> = {
  items: subset(item),
  ways: 8,
  canGrow: (items, way) => !items.has(way),
  grow: (items, way) => {
    items.add(way);
  },
  most: 28,
};

/** Adds up all the values that are in a part of a state. */
export type Sum<Items> = (items: Items) => number;

/** A machine with a dog that may bite, and another part that does not matter. */
function kennelOf<Items>(machine: Machine<Items>, sum: Sum<Items>, idle: number) {
  const words = declare({
    constants: {},
    state: { items: machine.items, bitten: oneOf("no", "yes"), idle: range(0, idle) },
  });
  const itemsOf = (state: object): Items => (state as { items: Items }).items;
  const { ways, most } = machine;
  const canGrow = (state: object, way: number): boolean => machine.canGrow(itemsOf(state), way);
  const grow = (state: object, way: number): void => machine.grow(itemsOf(state), way);
  const grows = words.action("machine", {
    forAny: range(0, ways - 1),
    when: canGrow,
    effect: grow,
  });
  const idles = words.action("nobody", {
    when: (state) => state.idle < idle,
    effect: (state) => {
      state.idle += 1;
    },
  });
  const isUnbitten = words.invariant((state) => state.bitten === "no");
  const isNearlyFull = (state: { readonly idle: number }): boolean =>
    sum(itemsOf(state)) === most - 1 && state.idle === idle;
  const isFull = (state: { readonly idle: number }): boolean =>
    sum(itemsOf(state)) === most && state.idle === idle;
  const still = idle === 0 ? {} : { idles };
  return {
    ...words,
    ways,
    canGrow,
    grow,
    grows,
    sum: (state: object): number => sum(itemsOf(state)),
    isNearlyFull,
    isFull,
    isUnbitten,
    still,
  };
}

type Kennel = ReturnType<typeof kennelOf<unknown>>;

const named = { name: "kennel", title: "a machine that is watched", mayEnd: () => true };

/** Specs that ask for the sum of all values, each in another place; nothing but the sum tells them what to do. */
const places = {
  guard: ({ action, spec, grows, isNearlyFull, isUnbitten, still }) => {
    const bites = action("dog", {
      when: (state) => state.bitten === "no" && isNearlyFull(state),
      effect: (state) => {
        state.bitten = "yes";
      },
    });
    return spec({ ...named, actions: { grows, ...still, bites }, invariants: { isUnbitten } });
  },

  effect: ({ action, spec, grows, isNearlyFull, isUnbitten, still }) => {
    const bites = action("dog", {
      when: (state) => state.bitten === "no",
      effect: (state) => {
        if (isNearlyFull(state)) state.bitten = "yes";
      },
    });
    return spec({ ...named, actions: { grows, ...still, bites }, invariants: { isUnbitten } });
  },

  "effect that has written": ({
    action,
    spec,
    canGrow,
    grow,
    isNearlyFull,
    isUnbitten,
    ways,
    still,
  }) => {
    const grows = action("machine", {
      forAny: range(0, ways - 1),
      when: canGrow,
      effect: (state, way) => {
        grow(state, way);
        if (isNearlyFull(state)) state.bitten = "yes";
      },
    });
    return spec({ ...named, actions: { grows, ...still }, invariants: { isUnbitten } });
  },

  assertion: ({ action, assertion, spec, canGrow, grow, isNearlyFull, ways, still }) => {
    const isNotAlmostFull = assertion("it is not almost full");
    const grows = action("machine", {
      forAny: range(0, ways - 1),
      when: canGrow,
      effect: (state, way) => {
        assert(!isNearlyFull(state), isNotAlmostFull);
        grow(state, way);
      },
    });
    return spec({ ...named, actions: { grows, ...still }, assertions: { isNotAlmostFull } });
  },

  "initial state": ({ spec, grow, grows, isUnbitten, sum, ways, still }) => {
    return spec({
      ...named,
      initial: {
        forAny: range(0, ways - 1),
        when: (state) => sum(state) === 0,
        effect: (state, way) => {
          grow(state, way);
          if (sum(state) === 2) state.bitten = "yes";
          else if (sum(state) === 1) grow(state, 1 - Math.min(way, 1));
        },
      },
      actions: { grows, ...still },
      invariants: { isUnbitten },
    });
  },

  invariant: ({ invariant, spec, grows, isNearlyFull, still }) => {
    const isNotAlmostFull = invariant((state) => !isNearlyFull(state));
    return spec({ ...named, actions: { grows, ...still }, invariants: { isNotAlmostFull } });
  },

  "condition of an invariant": ({ invariant, spec, grows, isNearlyFull, still }) => {
    const fine = invariant({
      when: isNearlyFull,
      holds: () => true,
    });
    return spec({ ...named, actions: { grows, ...still }, invariants: { fine } });
  },

  "step property": ({ spec, stepProperty, grows, isNearlyFull, still }) => {
    const neverAlmostFull = stepProperty((_, after) => !isNearlyFull(after));
    const staysAlmostFull = stepProperty((before) => !isNearlyFull(before));
    return spec({
      ...named,
      actions: { grows, ...still },
      stepProperties: { neverAlmostFull, staysAlmostFull },
    });
  },

  witness: ({ spec, witness, grows, isNearlyFull, still }) => {
    const almostFull = witness(isNearlyFull);
    return spec({ ...named, actions: { grows, ...still }, witnesses: { almostFull } });
  },

  "permission to end": ({ spec, grows, isFull, still }) => {
    const mayEnd = (state: { readonly idle: number }): boolean => isFull(state);
    return spec({ ...named, actions: { grows, ...still }, mayEnd });
  },

  "leads to": ({ leadsTo, spec, grows, isFull, isNearlyFull, still }) => {
    const bites = leadsTo({
      from: isNearlyFull,
      to: (state) => state.bitten === "yes",
    });
    const fills = leadsTo({
      from: (state) => state.bitten === "no",
      to: (state) => isFull(state) || isNearlyFull(state),
    });
    return spec({
      ...named,
      fairness: "weak",
      actions: { grows, ...still },
      liveness: { bites, fills },
    });
  },

  "always eventually": ({ alwaysEventually, eventuallyAlways, spec, grows, isFull, still }) => {
    const leaves = alwaysEventually((state) => !isFull(state));
    const stays = eventuallyAlways(isFull);
    return spec({
      ...named,
      fairness: "weak",
      actions: { grows, ...still },
      liveness: { leaves, stays },
    });
  },

  formula: ({ spec, temporal, grows, isFull, isNearlyFull, still }) => {
    const never = temporal({
      formula: ({ always }) => always((state) => !isNearlyFull(state)),
    });
    const inTheEnd = temporal({
      formula: ({ eventually }) => eventually(isFull),
    });
    return spec({
      ...named,
      fairness: "weak",
      actions: { grows, ...still },
      liveness: { never, inTheEnd },
    });
  },

  fairness: ({ action, leadsTo, spec, grows, isFull, still }) => {
    const bites = action("dog", {
      fairness: "weak",
      when: (state) => state.bitten === "no" && isFull(state),
      effect: (state) => {
        state.bitten = "yes";
      },
    });
    const bitesInTheEnd = leadsTo({
      from: (state) => state.bitten === "no",
      to: (state) => state.bitten === "yes",
    });
    return spec({
      ...named,
      fairness: "weak",
      actions: { grows, ...still, bites },
      liveness: { bitesInTheEnd },
    });
  },

  "idle step": ({ action, progress, spec, grows, isFull, isNearlyFull, still }) => {
    const lingers = action("dog", { when: isNearlyFull, effect: () => {} });
    const rests = action("cat", { when: isFull, effect: () => {} });
    return spec({
      ...named,
      actions: { grows, ...still, lingers, rests },
      liveness: { dogIsFree: progress({ of: "dog" }), catIsFree: progress({ of: "cat" }) },
    });
  },

  "within and recoverable": ({
    recoverable,
    spec,
    within,
    grows,
    isFull,
    isNearlyFull,
    sum,
    still,
  }) => {
    const isNeverAlmostFull = within({
      from: (state) => state.bitten === "no",
      to: isFull,
      counting: isNearlyFull,
      atMost: 0,
    });
    const empties = recoverable({
      when: isNearlyFull,
      to: (state) => sum(state) === 0,
    });
    return spec({
      ...named,
      actions: { grows, ...still },
      liveness: { isNeverAlmostFull, empties },
    });
  },
} satisfies Record<string, (kennel: Kennel) => Spec>;

export type Place = keyof typeof places;
export const placeNames = Object.keys(places) as readonly Place[];

/** A spec that asks for a sum in one place; in so many states its items are the same. */
export const askedIn = <Items>(
  place: Place,
  machine: Machine<Items>,
  sum: Sum<Items>,
  idle = 0,
): Spec => places[place](kennelOf(machine, sum, idle) as unknown as Kennel);
