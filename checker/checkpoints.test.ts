import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../model/index.ts";
import { declare, each, interchangeable, range, type Spec } from "../spec/index.ts";
import { protocols } from "../toys/protocols.ts";
import {
  type Checkpoint,
  CheckpointError,
  type CheckOptions,
  check,
  type Searched,
  type Verdict,
} from "./index.ts";
import { freeCells, philosophers } from "../toys/small-specs.ts";
import { few, nightly, oneIn } from "../toys/share.ts";

const shipped = (name: string, variant?: string): Spec => {
  const found = protocols.find(({ spec }) => spec.name === name);
  const its = found?.variants.find((one) => one.name === variant);
  return (variant === undefined ? found : its)?.spec as Spec;
};

const comparable = ({ statistics, ...others }: Verdict): unknown => ({
  ...others,
  statistics: { ...statistics, seconds: 0, peakMemoryBytes: 0, actions: {} },
});

/** As a file would keep it. */
const copyOf = (kept: Checkpoint): Checkpoint =>
  kept.map(({ of, header, states }) => ({
    of,
    header: JSON.parse(JSON.stringify(header)) as object,
    states: states.slice(),
  }));

/** A run of which every look at the clock takes a second. */
function run(
  model: Model,
  options: CheckOptions,
): { readonly verdict: Verdict; readonly kept: Checkpoint | undefined } {
  let kept: Checkpoint | undefined;
  let seconds = 0;
  const verdict = check(model, {
    engine: "compiled",
    clock: () => seconds++,
    onCheckpoint: (its) => {
      kept = copyOf(its);
    },
    ...options,
  });
  return { verdict, kept };
}

interface KeptHeader {
  readonly levels: readonly number[];
  readonly liveness: { readonly decided: readonly unknown[] };
}

const headerOf = ([first]: Checkpoint): KeptHeader => (first as Searched).header as KeptHeader;

/** A run that is interrupted so many looks after everything was explored and kept. */
function interruptedWhileDeciding(
  model: Model,
  looks: number,
): { readonly verdict: Verdict; readonly kept: Checkpoint } {
  let kept: Checkpoint | undefined;
  let left = Infinity;
  const verdict = check(model, {
    engine: "compiled",
    isInterrupted: () => --left < 0,
    onCheckpoint: (its) => {
      kept = copyOf(its);
      left = looks;
    },
  });
  return { verdict, kept: kept as Checkpoint };
}

const goesOn = ({ verdict, kept }: ReturnType<typeof run>): boolean =>
  kept !== undefined &&
  (verdict.kind === "incomplete" || (verdict.kind === "violated" && verdict.stopped !== undefined));

/** A lamp that goes round, beside one that may do as it likes: of what it says some is true and some is not. */
function lamps(): Spec {
  const { action, alwaysEventually, leadsTo, recoverable, spec, within } = declare({
    constants: {},
    state: { at: range(0, 5), other: range(0, 40) },
  });
  const goesUp = action("lamp", {
    fairness: "weak",
    effect: (state) => {
      state.at = state.at === 5 ? 0 : state.at + 1;
    },
  });
  const otherGoesUp = action("other", {
    when: (state) => state.other < 40,
    effect: (state) => {
      state.other += 1;
    },
  });
  const wait = {
    from: (state: { at: number }) => state.at === 0,
    to: (state: { at: number }) => state.at === 3,
  };
  return spec({
    name: "lamps",
    title: "go round",
    actions: { goesUp, otherGoesUp },
    liveness: {
      comesRound: leadsTo(wait),
      otherIsLit: alwaysEventually({ holds: (state) => state.other === 40 }),
      inThree: within({ ...wait, counting: "goesUp", atMost: 3 }),
      inTwo: within({ ...wait, counting: "goesUp", atMost: 2 }),
      staysLow: alwaysEventually({ holds: (state) => state.at === 0 }),
      canBeDark: recoverable({ to: (state) => state.other === 0 }),
    },
  });
}

/** Lamps alike, of which not all can be proved: a condition looks at the first one, in vain, and keeps how often. */
function doubtful(): Spec {
  const lamp = interchangeable("lamp", 4);
  const { action, alwaysEventually, spec } = declare({
    constants: {},
    state: { at: each(lamp, range(0, 3)) },
  });
  let asked = 0;
  const goesUp = action(lamp, {
    fairness: "weak",
    when: (state, one) => {
      asked++;
      const [first] = state.at.keys();
      return first !== undefined && asked > 0 && state.at[one] < 3;
    },
    effect: (state, one) => {
      state.at[one] += 1;
    },
  });
  return spec({
    name: "doubtful",
    title: "all go up",
    actions: { goesUp },
    liveness: { areLit: alwaysEventually({ holds: (state) => state.at.every((at) => at === 3) }) },
    mayEnd: (state) => state.at.every((at) => at === 3),
  });
}

describe("runs that go on from each other come to the same as one", () => {
  test.each(
    oneIn<[string, () => Model, number, CheckOptions?]>(3, [
      ["states, a few at a time", () => instantiate(philosophers(4, { mayStarve: false })), 3],
      ["states of several words", () => instantiate(freeCells(70, 2)), 20],
      [
        "orbits, then states",
        () => instantiate(shipped("page-ring"), { constants: { pages: 3 } }),
        40,
        {},
      ],
      ["what has to be confirmed, and repeated", () => instantiate(doubtful()), 30],
      ["liveness, one property at least", () => instantiate(lamps()), 3, { worstCases: true }],
      [
        "violations on the way",
        () =>
          instantiate(shipped("page-ring", "marks-pages-on-their-way"), {
            constants: { pages: 3 },
          }),
        30,
        { liveness: false },
      ],
    ]),
  )("%s", (_what, model, looks, more = {}) => {
    const timeoutSeconds = few(10, 1) * looks;
    const whole = check(model(), { engine: "compiled", ...more });
    const progress = new Set<string>();
    let last = run(model(), { ...more, timeoutSeconds });
    let runs = 1;
    for (; goesOn(last); runs++) {
      const resume = last.kept as Checkpoint;
      const now = JSON.stringify(resume.map(({ of, header }) => [of, header]));
      expect(progress.has(now)).toBe(false);
      progress.add(now);
      last = run(model(), { ...more, timeoutSeconds, resume });
    }
    expect(runs).toBeGreaterThan(2);
    expect(comparable(last.verdict)).toEqual(comparable(whole));
  });

  test("which have no time at all, each comes further, the first one too", () => {
    const model = (): Model => instantiate(philosophers(2, { mayStarve: false }));
    const none = { timeoutSeconds: 0 };
    let last = run(model(), none);
    for (let runs = 1; goesOn(last) && runs < 1_000; runs++) {
      last = run(model(), { ...none, resume: last.kept as Checkpoint });
    }
    expect(comparable(last.verdict)).toEqual(comparable(check(model(), { engine: "compiled" })));
  });

  test("a run that is interrupted while liveness is decided keeps what it explored and decided", () => {
    const model = (): Model => instantiate(lamps());
    const whole = comparable(check(model(), { engine: "compiled" }));
    let before = 0;
    for (let looks = 0; before < 2; looks += few(75, 25)) {
      const { verdict, kept } = interruptedWhileDeciding(model(), looks);
      expect(Object.values(verdict)).toContain("interrupted");
      const { levels, liveness } = headerOf(kept);
      expect(levels.at(-1)).toBe(verdict.statistics.distinctStates);
      if (liveness.decided.length === before && looks > 0) continue;
      before = liveness.decided.length;
      expect(comparable(run(model(), { resume: kept }).verdict)).toEqual(whole);
    }
  });

  nightly(() => {
    test("what was decided under another assumption of fairness is decided anew", () => {
      const model = (): Model => instantiate(lamps());
      let resume: Checkpoint;
      let looks = 0;
      do resume = interruptedWhileDeciding(model(), (looks += 25)).kept;
      while (headerOf(resume).liveness.decided.length === 0);
      const unfair = ["goesUp"];
      const resumed = run(model(), { resume, unfair });
      const whole = check(model(), { engine: "compiled", unfair });
      expect(comparable(resumed.verdict)).toEqual(comparable(whole));
    });
  });
});

describe("a checkpoint that is not one of the search is refused:", () => {
  const ring = (pages: number, symmetry = true): Model =>
    instantiate(shipped("page-ring"), { constants: { pages }, symmetry });
  const { kept } = run(ring(3, false), { maxStates: 200 });
  const [taken] = kept as [Searched];
  const header = taken.header as Record<string, unknown>;

  test.each<[string, Model, Searched]>([
    ["other constants", ring(4, false), taken],
    ["another protocol", instantiate(shipped("two-phase-commit"), { symmetry: false }), taken],
    ["fewer states", ring(3, false), { ...taken, states: taken.states.slice(8) }],
    ["other states", ring(3, false), { ...taken, states: taken.states.map((byte) => byte ^ 1) }],
    ["no header", ring(3, false), { ...taken, header: {} }],
    ["more in the header", ring(3, false), { ...taken, header: { ...header, propertie: [] } }],
    ["an unknown property", ring(3, false), { ...taken, header: { ...header, distrusted: ["x"] } }],
    ["levels that fall", ring(3, false), { ...taken, header: { ...header, levels: [0, 5, 2] } }],
    [
      "a level left that is none",
      ring(3, false),
      { ...taken, header: { ...header, left: [[0, 100_000]] } },
    ],
    ["counts of other actions", ring(3, false), { ...taken, header: { ...header, taken: [1] } }],
    ["the name of another search", ring(3, false), { ...taken, of: "orbits" }],
  ])("%s", (_what, model, resume) => {
    expect(() => run(model, { resume: [resume] })).toThrow(CheckpointError);
  });

  test("what it was taken from is not", () => {
    expect(run(ring(3, false), { resume: [taken] }).verdict.kind).toBe("holds");
  });

  test("recipes that were not trusted are not trusted by the search that goes on", () => {
    const [action = ""] = Object.keys(ring(3).spec.actions);
    const resume = { ...taken, header: { ...header, distrusted: [action] } };
    const { verdict } = run(ring(3, false), { resume: [resume] });
    const its = verdict.statistics.actions?.[action];
    expect(its?.interpretedSteps).toBeGreaterThan(0);
  });
});
