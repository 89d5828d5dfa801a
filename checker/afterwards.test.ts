/** What is done behind an effect sees the state before the step, however the draft was changed, in all engines. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import {
  assert,
  declare,
  each,
  type Index,
  interchangeable,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type Spec,
  subset,
  variant,
} from "../spec/index.ts";
import { comparable, engines } from "../toys/compared.ts";
import { compare } from "../toys/differences.ts";
import { oneIn } from "../toys/share.ts";
import { doubtsOf } from "./grounds.ts";
import { check } from "./index.ts";

type Id = Index<"cell">;

const cell = interchangeable("cell", 2);
const words = declare({
  constants: { most: 2 },
  state: {
    count: each(cell, range(0, 2)),
    list: sequence(cell, 2),
    chosen: subset(cell),
    card: each(cell, record({ face: oneOf("down", "up") })),
    last: optional(range(0, 2)),
  },
});
type State = typeof words.type.state;
type Draft = typeof words.type.draft;
type Then = (draft: Draft, before: State, c: Id, constants: { readonly most: number }) => void;

const itCounts = words.assertion("it counts");
const noListGetsShorter = words.assertion("no list gets shorter");

/** The base step changes all that there is; `then` comes behind it. */
function withSteps(...then: readonly Then[]): Spec {
  const cellMoves = words.action(cell, {
    when: (state, c) => state.count[c] < 2,
    effect: (state, c) => {
      state.count[c] += 1;
      if (state.list.length === 2) state.list.shift();
      else state.list.push(c);
      if (state.chosen.has(c)) state.chosen.delete(c);
      else state.chosen.add(c);
      state.card[c].face = "up";
    },
  });
  const base = words.spec({
    name: "cells",
    title: "cells that count",
    actions: { cellMoves },
    invariants: {
      listIsShort: words.invariant((state) => state.list.length < 2),
      firstIsChosen: words.invariant((state) => state.list.every((c) => state.chosen.has(c))),
      cardsAreDown: words.invariant({
        forAny: cell,
        when: (state, c) => state.count[c] > 0,
        holds: (state, c) => state.card[c].face === "down",
      }),
      lastIsNone: words.invariant((state) => state.last === "none"),
    },
    assertions: { itCounts, noListGetsShorter },
    mayEnd: () => true,
  });
  return then.reduce<Spec>((spec, afterwards, at) => {
    const change = { actions: { cellMoves: { afterwards } } };
    return variant(spec as typeof base, { ...named, name: `then-${at}`, change }).spec;
  }, base);
}
const named = { because: "a test wants it", expects: "holds" } as const;

const cases: Readonly<Record<string, readonly Then[]>> = {
  "a count as it was": [(draft, before, c) => void (draft.last = before.count[c])],
  "the difference of both": [
    (draft, before, c) => {
      draft.last = draft.count[c] - before.count[c];
      if (draft.list.length < before.list.length) draft.list.push(c);
    },
  ],
  "all is put back": [
    (draft, before) => {
      draft.count = before.count as never;
      draft.list = before.list as never;
      draft.chosen = before.chosen as never;
      draft.card = before.card as never;
    },
  ],
  "the list is put back as a copy": [(draft, before) => void (draft.list = [...before.list])],
  "one card of another": [
    (draft, before, c) => {
      for (const other of draft.card.keys()) if (other !== c) draft.card[c] = before.card[other];
    },
  ],
  "members and sizes": [
    (draft, before, c) => {
      draft.last = before.chosen.size;
      if (before.chosen.has(c) && !before.list.includes(c)) draft.chosen.clear();
    },
  ],
  "callbacks that compare both": [
    (draft, before) => {
      draft.last = before.count.filter((count, c) => count !== draft.count[c]).length;
      before.count.forEach((count, c) => {
        if (count === 0) draft.card[c].face = "down";
      });
      if (before.list.every((c) => draft.chosen.has(c))) draft.list = [];
    },
  ],
  "twice, and the second sees no more of before than the first": [
    (draft, _before, c) => {
      draft.count[c] = 0;
      draft.last = 0;
    },
    (draft, before, c, { most }) => {
      if (draft.count[c] === 0 && before.last === "none") draft.count[c] = before.count[c] + 1;
      if (draft.last === 0 && before.count[c] < most) draft.last = before.count[c];
    },
  ],
  "an assertion about both": [
    (draft, before, c) => assert(draft.count[c] === before.count[c] + 1, itCounts),
    (draft, before) => assert(draft.list.length >= before.list.length, noListGetsShorter),
  ],
  "the first of all cells, which tells them apart": [
    (draft, before, c) => {
      const [first] = before.count.keys();
      if (first === c) draft.last = before.count[c];
    },
  ],
  "a field of before is set": [(_, before) => void ((before as Draft).last = 0)],
  "an element of before is set": [(_, before, c) => void ((before as Draft).count[c] = 0)],
  "a record in before is changed": [(_, before, c) => void ((before as Draft).card[c].face = "up")],
  "a list of before is added to": [(_, before, c) => void (before as Draft).list.push(c)],
  "a list of before is taken from": [(_, before) => void (before as Draft).list.shift()],
  "a list of before is emptied": [(_, before) => void ((before as Draft).list.length = 0)],
  "a set of before is added to": [(_, before, c) => void (before as Draft).chosen.add(c)],
  "a card of before is put into the state and changed": [
    (draft, before, c) => {
      for (const other of before.card.keys()) if (other !== c) draft.card[c] = before.card[other];
      draft.card[c].face = "down";
    },
  ],
};

test.each(oneIn(2, Object.entries(cases)))("%s: as the oracle says", async (name, then) => {
  const { kind, differences } = await compare(() => Promise.resolve(withSteps(...then)));
  expect(differences).toEqual([]);
  const isFault = name.includes("before is") || name.includes("in before");
  if (isFault) expect(kind).toBe("at fault");
});

test("what comes behind an effect is seen: without it the answer is another", () => {
  const verdict = (spec: Spec) => check(instantiate(spec)).properties.map(({ status }) => status);
  const count = cases["a count as it was"] as readonly Then[];
  const all = [verdict(withSteps()), verdict(withSteps(...count))].map((its) => its.join());
  expect(all[0]).not.toBe(all[1]);
});

describe("both engines agree where the oracle is stricter", () => {
  test.each<readonly [string, Then]>([
    [
      "what is put back may be changed again",
      (draft, before, c) => {
        draft.list = before.list as never;
        draft.list.push(c);
      },
    ],
    [
      "an error that is caught",
      (draft, before, c) => {
        try {
          (before as Draft).count[c] = 0;
        } catch {
          draft.last = 1;
        }
      },
    ],
  ])("%s", (_, then) => {
    const [reference, compiled] = engines.map((engine) =>
      comparable(engine, instantiate(withSteps(then), { symmetry: false })),
    );
    expect(compiled).toEqual(reference);
    expect(reference).not.toBe("spec at fault");
  });
});

test("whether a part of both is the same object has no answer", () => {
  const spec = withSteps((draft, before) => {
    if ((draft.count as unknown) === before.count) draft.last = 0;
  });
  expect(() => check(instantiate(spec))).toThrow(/compares parts of the state as objects/);
});

test("a symmetry is proved through what comes behind, and not where it tells elements apart", () => {
  const doubts = (name: string) =>
    doubtsOf(instantiate(withSteps(...(cases[name] as Then[]))), undefined);
  expect(doubts("a count as it was")).toEqual([]);
  expect(doubts("callbacks that compare both")).toEqual([]);
  expect(doubts("the first of all cells, which tells them apart")).not.toEqual([]);
});

test("what it keeps from one call to the next is named", () => {
  const kept: number[] = [];
  const spec = withSteps((draft, before, c) => {
    kept.push(before.count[c]);
    draft.last = Math.min(2, kept.length);
  });
  expect(() => check(instantiate(spec))).toThrow(/kept/i);
});
