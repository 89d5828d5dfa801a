/** How a search could be led astray by what an earlier one has left; whoever left it may have meant to. */
import { describe, expect, test } from "vitest";
import { instantiate, type Lessons, type LessonsOf, type Model, runsOf } from "../model/index.ts";
import { assert, declare, oneOf, range, type Spec } from "../spec/index.ts";
import { comparableOf } from "../toys/compared.ts";
import { protocols } from "../toys/protocols.ts";
import { few } from "../toys/share.ts";
import { check } from "./check.ts";
import type { CheckOptions, LessonsKeeper } from "./options.ts";
import type { Verdict } from "./verdict.ts";

/** Gives each search the same lessons, and takes note of what it leaves. */
function keeperOf(lessons: Lessons | undefined): LessonsKeeper & { readonly kept: Lessons[] } {
  const kept: Lessons[] = [];
  return {
    kept,
    of: () => lessons,
    keep: (_, its) => {
      kept.push(its);
    },
  };
}

const checkedBy = (model: Model, lessons: Lessons, options: CheckOptions = {}): Verdict =>
  check(model, { ...options, lessons: keeperOf(lessons) });

/** Lessons by which every function runs in each of these states, whether anything leads to them or not. */
function everywhere(model: Model, states: readonly (readonly number[])[]): Lessons {
  const { packing, claims, steps, spec, layout } = model;
  const lessonOf = (
    what: LessonsOf["what"],
    name: string,
    choices: number,
    runs: readonly (readonly (readonly number[])[])[],
  ): LessonsOf => {
    const all = Array.from({ length: choices }, (_, choice) => choice).flatMap((choice) =>
      runs.map((run) => ({ choice, run })),
    );
    const ofState = 2 * packing.words;
    const words = new Uint32Array(ofState * all.flatMap(({ run }) => run).length);
    for (const [at, digits] of all.flatMap(({ run }) => run).entries()) {
      packing.write(digits, words, ofState * at);
    }
    const each = runs[0]?.length ?? 1;
    return {
      what,
      name,
      states: each,
      choices: Uint32Array.from(all, ({ choice }) => choice),
      words,
    };
  };
  const single = states.map((state) => [state]);
  const pairs = states.flatMap((one) => states.map((other) => [one, other]));
  const of = [
    ...Object.keys(spec.actions).map((name) =>
      lessonOf("action", name, steps.filter(({ action }) => action === name).length, single),
    ),
    ...claims.flatMap(({ name, choices }) => [
      lessonOf("predicate", name, choices.length, single),
      lessonOf("predicate", name, choices.length, pairs),
    ]),
  ];
  return { radices: layout.radices, of };
}

const named = { name: "toy", title: "a toy" };

/** Counts to 4 and no further, though there are states up to 9. */
function counterThat(more: (at: number) => void = () => {}) {
  const words = declare({ constants: {}, state: { at: range(0, 9), seen: oneOf("no", "yes") } });
  const counts = words.action("counter", {
    when: (state) => state.at < 4 || state.at > 5,
    effect: (state) => {
      more(state.at);
      state.at = state.at === 9 ? 0 : state.at + 1;
    },
  });
  return { ...words, counts };
}

describe("what is true of states that are not reached is true of none", () => {
  const { spec, counts, invariant, witness, stepProperty, assertion, action } = counterThat();
  const isEven = assertion("the counter is even");
  const isSmall = assertion("the counter is small");
  // In states that nothing leads to each function does what would change an answer.
  const asserts = action("checker", {
    effect: (state) => {
      if (state.at === 3) assert(state.at < 5, isSmall);
      if (state.at === 7) assert(state.at % 2 === 1, isEven);
      if (state.at === 8) assert(state.at % 2 === 1, isEven);
      state.seen = state.at > 5 ? "yes" : "no";
    },
  });
  const throws = action("checker", {
    effect: (state) => {
      if (state.at === 9) throw new Error("there is no such state");
      state.seen = state.at > 5 ? "yes" : "no";
    },
  });
  const reads = action("checker", {
    when: (state) => state.at !== 6 || (state as unknown as { missing: number }).missing > 0,
    effect: (state) => {
      state.seen = "no";
    },
  });
  const its: Spec = spec({
    ...named,
    actions: { counts, asserts, throws, reads },
    assertions: { isEven, isSmall },
    invariants: {
      isLow: invariant((state) => state.at < 5),
      isUnseen: invariant((state) => state.seen === "no"),
      neverSpeaks: invariant({ when: (state) => state.at > 6, holds: (state) => state.at > 0 }),
    },
    stepProperties: { goesUp: stepProperty((before, after) => after.at >= before.at) },
    witnesses: {
      isMet: witness((state) => state.at === 3),
      isNeverMet: witness((state) => state.at === 8),
    },
  });

  test("a verdict with lessons of all states is that without any", () => {
    const model = instantiate(its);
    const states = Array.from({ length: 20 }, (_, digit) => [digit % 10, digit < 10 ? 0 : 1]);
    const without = check(model);
    const statuses = Object.fromEntries(
      without.properties.map(({ name, status }) => [name, status]),
    );
    expect(statuses).toMatchObject({
      isEven: "vacuous",
      // That it was evaluated is for the search to see.
      isSmall: "holds",
      isLow: "holds",
      isUnseen: "holds",
      goesUp: "holds",
      isMet: "seen",
      isNeverMet: "never seen",
      neverSpeaks: "vacuous",
    });
    const verdict = checkedBy(model, everywhere(model, states));
    expect(comparableOf(verdict)).toEqual(comparableOf(without));
    // Something was run at once, and learned from.
    expect(verdict.statistics.rehearsedRuns).toBeGreaterThan(10);
  });
});

describe("functions that are not proved to do the same each time are run where the search comes to", () => {
  const runsOfFunction = (lessonsOf: (model: Model) => Lessons | undefined): readonly number[] => {
    const seen: number[] = [];
    const { spec, counts } = counterThat((at) => {
      seen.push(at);
    });
    const model = instantiate(spec({ ...named, actions: { counts }, mayEnd: () => true }));
    const lessons = lessonsOf(model);
    const verdict = check(model, { lessons: keeperOf(lessons) });
    expect(verdict.statistics.distinctStates).toBe(5);
    return [...new Set(seen)].toSorted((one, other) => one - other);
  };

  test("one that keeps what it was called with", () => {
    const states = Array.from({ length: 10 }, (_, at) => [at, 0]);
    expect(runsOfFunction((model) => everywhere(model, states))).toEqual([0, 1, 2, 3]);
  });
});

/** Numbers that look random, the same each time. */
function randomBy(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Lessons of which some numbers are others. */
function tampered({ radices, of }: Lessons, random: (below: number) => number): Lessons {
  const changed = (numbers: Uint32Array): Uint32Array => {
    const its = numbers.slice();
    for (let times = random(1 + its.length / 4); times > 0; times--) {
      const at = random(its.length);
      its[at] = random(2) === 0 ? random(2 ** 32) : (its[at] as number) ^ (1 << random(32));
    }
    return its;
  };
  return {
    radices,
    of: of.map((one) => ({ ...one, choices: changed(one.choices), words: changed(one.words) })),
  };
}

describe("shipped protocols", () => {
  /** Enough runs for lessons to be kept, and few states. */
  const { spec, variants } = protocols.find(
    ({ spec: its }) => its.name === "page-ring",
  ) as (typeof protocols)[number];
  const broken = variants.find(
    ({ name }) => name === "allocates-without-fault",
  ) as (typeof variants)[number];
  const model = instantiate(spec);
  const ofBroken = instantiate(broken.spec);
  const kept = keeperOf(undefined);
  const cold = check(model, { lessons: kept });
  const [lessons] = kept.kept as [Lessons];
  const interpreted = ({ statistics: { actions = {} } }: Verdict): number =>
    Object.values(actions).reduce((sum, { interpretedSteps }) => sum + interpretedSteps, 0);

  test("a search that begins by lessons learns the same from them, and comes to the same", () => {
    const again = keeperOf(lessons);
    const warm = check(model, { lessons: again });
    expect(comparableOf(warm)).toEqual(comparableOf(cold));
    expect(warm.statistics.rehearsedRuns).toBe(runsOf(lessons));
    expect(cold.statistics.rehearsedRuns).toBeUndefined();
    expect(interpreted(warm)).toBeLessThan(interpreted(cold) / 4);
    // There is nothing that is not in them.
    expect(again.kept).toEqual([]);
  });

  test("a violation is found by the lessons of a protocol without it", () => {
    const without = check(ofBroken);
    expect(without.kind).toBe("violated");
    expect(comparableOf(checkedBy(ofBroken, lessons))).toEqual(comparableOf(without));
  });

  test("whatever is changed in lessons, no answer changes", () => {
    const random = randomBy(20_261_128);
    const without = check(ofBroken);
    for (let times = 0; times < few(2, 100); times++) {
      const its = tampered(lessons, random);
      expect(comparableOf(checkedBy(model, its))).toEqual(comparableOf(cold));
      expect(comparableOf(checkedBy(ofBroken, its))).toEqual(comparableOf(without));
    }
  });

  test("lessons of states of another kind, or that are none, are forgotten", () => {
    const other = { ...lessons, radices: lessons.radices.toReversed() };
    const none = { ...lessons, of: [null] } as unknown as Lessons;
    for (const its of [other, none]) {
      const keeper = keeperOf(its);
      const verdict = check(model, { lessons: keeper });
      expect(comparableOf(verdict)).toEqual(comparableOf(cold));
      expect(verdict.statistics.rehearsedRuns).toBe(0);
      // What is kept instead is what was learned now.
      expect(keeper.kept.map(runsOf)).toEqual([runsOf(lessons)]);
    }
  });
});
