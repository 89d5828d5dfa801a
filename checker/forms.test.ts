/** A value that is written in a form of its own is seen in one form from the next state on. Of sets see soundness.test.ts. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import { declare, each, ordered, range, record, type Spec, sequence } from "../spec/index.ts";
import { engines } from "../toys/compared.ts";
import { check } from "./index.ts";
import { explore } from "./random/index.ts";

const place = ordered("place", 3);
const { action, invariant, spec } = declare({
  state: {
    pair: record({ first: range(0, 2), second: range(0, 2) }),
    whole: range(-1, 1),
    list: sequence(range(0, 2), 2),
    row: each(place, range(0, 2)),
    phase: range(0, 2),
    told: range(0, 1),
  },
});

type Draft = Parameters<Parameters<typeof action>[1]["effect"]>[0];

/** What a state and a draft have in common. */
interface Seen {
  readonly pair: Readonly<Record<"first" | "second", number>>;
  readonly whole: number;
  readonly list: readonly number[];
  readonly row: object;
}

/** Writes a value in a form of its own, and tells whether it is seen. */
interface Form {
  readonly write: (draft: Draft) => void;
  readonly isSeen: (state: Seen) => boolean;
}

const extra = Symbol("extra");
const isTurned = ({ pair }: Seen): boolean => Object.keys(pair)[0] === "second";

const forms: Readonly<Record<string, Form>> = {
  "a record in another order": {
    write: (draft) => {
      draft.pair = { second: 0, first: 1 };
    },
    isSeen: isTurned,
  },
  "a record with a field that was deleted": {
    write: (draft) => {
      Reflect.deleteProperty(draft.pair, "first");
      draft.pair.first = 1;
    },
    isSeen: isTurned,
  },
  "a record as text": {
    write: (draft) => {
      draft.pair = { second: 0, first: 1 };
    },
    isSeen: ({ pair }) => JSON.stringify(pair).startsWith('{"second'),
  },
  "a record with a symbol": {
    write: (draft) => {
      draft.pair = Object.assign({ first: 1, second: 0 }, { [extra]: 1 });
    },
    isSeen: ({ pair }) => extra in pair,
  },
  "a record with a field that is not enumerable": {
    write: (draft) => {
      draft.pair = Object.defineProperty({ first: 1, second: 0 }, "third", { value: 1 });
    },
    isSeen: ({ pair }) => "third" in pair,
  },
  "a record without a prototype": {
    write: (draft) => {
      draft.pair = Object.assign(Object.create(null), { first: 1, second: 0 });
    },
    isSeen: ({ pair }) => Object.getPrototypeOf(pair) === null,
  },
  "a sequence with a property": {
    write: (draft) => {
      draft.list = Object.assign([1], { more: 1 });
    },
    isSeen: ({ list }) => "more" in list,
  },
  "a row with a property": {
    write: (draft) => {
      Reflect.set(draft, "row", Object.assign([1, 1, 1], { more: 1 }));
    },
    isSeen: ({ row }) => "more" in row,
  },
  "a zero with a sign": {
    write: (draft) => {
      draft.whole = -0;
    },
    isSeen: ({ whole }) => Object.is(whole, -0),
  },
};

const looks = [
  "in the effect that writes",
  "in a condition",
  "in an effect",
  "in a property",
] as const;

/** A protocol that writes a value in a form, and is violated exactly if that is seen there. */
function looking({ write, isSeen }: Form, look: (typeof looks)[number]): Spec {
  const [inSame, inCondition, inEffect, inProperty] = looks.map((one) => one === look);
  return spec({
    name: "form",
    title: "a value with a form",
    mayEnd: ({ phase }) => phase > 0,
    actions: {
      writes: action("writer", {
        when: ({ phase }) => phase === 0,
        effect: (draft) => {
          write(draft);
          draft.phase = 1;
          if (inSame && isSeen(draft)) draft.told = 1;
        },
      }),
      reads: action("reader", {
        when: (state) => state.phase === 1 && (!inCondition || isSeen(state)),
        effect: (draft) => {
          draft.phase = 2;
          if (inCondition || (inEffect && isSeen(draft))) draft.told = 1;
        },
      }),
    },
    invariants: {
      isNotSeen: invariant((state) => state.told === 0 && !(inProperty && isSeen(state))),
    },
  });
}

/** What immer makes of a zero that differs from the one there in its sign is what both engines say. */
const signs: Readonly<Record<string, (draft: Draft) => number>> = {
  "over a zero": (draft) => {
    draft.pair.first = -0;
    return draft.pair.first;
  },
  "under a zero": (draft) => {
    draft.whole = -0;
    draft.whole = 0;
    return draft.whole;
  },
  "in a row": (draft) => {
    draft.row[place.at(1)] = -0;
    return draft.row[place.at(1)];
  },
  "in a sequence that moves": (draft) => {
    draft.list.push(0);
    draft.list.push(-0);
    draft.list.shift();
    return draft.list[0] ?? 1;
  },
  "in front of a sequence": (draft) => {
    draft.list.unshift(0);
    draft.list.unshift(-0);
    draft.list.shift();
    return draft.list[0] ?? 1;
  },
  "spliced in": (draft) => {
    draft.list.push(0);
    draft.list.splice(0, 1, -0);
    return draft.list[0] ?? 1;
  },
  "filled in": (draft) => {
    draft.list.push(0);
    draft.list.fill(-0);
    return draft.list[0] ?? 1;
  },
};

test.each(Object.entries(signs))("a zero with a sign %s: both engines agree", (_, signed) => {
  const its = looking(
    { write: () => {}, isSeen: (draft) => Object.is(signed(draft as Draft), -0) },
    looks[0],
  );
  const [reference, compiled] = engines.map((engine) => check(instantiate(its), { engine }).kind);
  expect(compiled).toBe(reference);
});

describe.each(Object.entries(forms))("%s", (_, form) => {
  const [inSame, ...later] = looks;

  test.each(later)("is not seen %s", (look) => {
    const its = looking(form, look);
    for (const engine of engines) expect(check(instantiate(its), { engine }).kind).toBe("holds");
    expect(explore(instantiate(its), { runs: 20, steps: 9 }).kind).toBe("incomplete");
  });

  test(`is seen ${inSame}`, () => {
    const its = looking(form, inSame);
    for (const engine of engines) {
      expect([engine, check(instantiate(its), { engine }).kind]).toEqual([engine, "violated"]);
    }
    expect(explore(instantiate(its), { runs: 20, steps: 9 }).kind).toBe("violated");
  });
});
