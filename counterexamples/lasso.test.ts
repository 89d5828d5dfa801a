import { describe, expect, test } from "vitest";
import { check, type PropertyName, type Trace } from "../checker/index.ts";
import { instantiate, type Model } from "../model/index.ts";
import {
  type Action,
  assert,
  declare,
  each,
  type Formula,
  interchangeable,
  oneOf,
  type Property,
  type Spec,
} from "../spec/index.ts";
import { storyText } from "../toys/story-text.ts";
import {
  type Counterexample,
  counterexampleOf,
  minimise,
  reasonOf,
  type Replay,
  replay,
  toFile,
  type TraceFile,
  TraceFileError,
} from "./index.ts";
import { fromFile } from "./kept/index.ts";

const page = interchangeable("page", ({ pages }: { pages: number }) => pages);
const protocol = declare({
  constants: { pages: 2 },
  state: {
    guest: each(page, oneOf("in use", "free", "reported")),
    worker: oneOf("idle", "requested", "runs"),
  },
});
const { action, alwaysEventually, eventuallyAlways, leadsTo, recoverable, temporal, within } =
  protocol;

/** A worker that may end its pass before it has reported every free page, which is then forgotten. */
const reporter: Spec = protocol.spec({
  name: "reporter",
  title: "free pages are reported, or forgotten",
  actions: {
    guestFrees: action("guest", {
      forAny: page,
      when: (state, p) => state.guest[p] === "in use",
      effect: (state, p) => {
        state.guest[p] = "free";
        if (state.worker === "idle") state.worker = "requested";
      },
    }),
    guestAllocates: action("guest", {
      forAny: page,
      when: (state, p) => state.guest[p] === "reported",
      effect: (state, p) => {
        state.guest[p] = "in use";
      },
    }),
    workerStarts: action("worker", {
      fairness: "weak",
      when: (state) => state.worker === "requested",
      effect: (state) => {
        state.worker = "runs";
      },
    }),
    workerReports: action("worker", {
      forAny: page,
      fairness: "weak",
      when: (state, p) => state.worker === "runs" && state.guest[p] === "free",
      effect: (state, p) => {
        state.guest[p] = "reported";
      },
    }),
    workerEnds: action("worker", {
      fairness: "weak",
      when: (state) => state.worker === "runs",
      effect: (state) => {
        state.worker = "idle";
      },
    }),
    hostIdles: action("host", { fairness: "strong", effect: () => {} }),
  },
  liveness: {
    freePageIsReported: leadsTo({
      forAny: page,
      from: (state, p) => state.guest[p] === "free",
      to: (state, p) => state.guest[p] === "reported",
    }),
    pageIsReportedAgain: alwaysEventually({
      forAny: page,
      holds: (state, p) => state.guest[p] === "reported",
    }),
    workerComesToRest: eventuallyAlways((state) => state.worker === "idle"),
    pageCanBeReported: recoverable({
      forAny: page,
      when: (state, p) => state.guest[p] === "free",
      to: (state, p) => state.guest[p] === "reported",
    }),
    freePageIsReportedSoon: within({
      forAny: page,
      from: (state, p) => state.guest[p] === "free",
      to: (state, p) => state.guest[p] === "reported",
      counting: "workerStarts",
      atMost: 1,
    }),
    freePageIsReportedAtLast: temporal({
      forAny: page,
      formula: ({ always, eventually, implies }) =>
        always(
          implies(
            (state, p) => state.guest[p] === "free",
            eventually((state, p) => state.guest[p] === "reported"),
          ),
        ),
    }),
  },
});

/** The path that is taken by the steps with these labels. */
function path(model: Model, labels: readonly string[]): Pick<Trace, "initial" | "steps"> {
  const [initial] = model.initialStates();
  if (initial === undefined) throw new Error("There is no initial state.");
  let state = initial;
  const steps = labels.map((label) => {
    const step = model.steps.find((one) => one.label === label);
    if (step === undefined || !model.isEnabled(state, step)) throw new Error(`${label}?`);
    state = model.apply(state, step);
    return { step, state };
  });
  return { initial, steps };
}

/** Page 1 is forgotten. */
const forgotten = ["guest frees 1", "worker starts", "worker ends"];
/** Page 0 is freed, reported and used, which may go on for ever. */
const round = [
  "guest frees 0",
  "worker starts",
  "worker reports 0",
  "worker ends",
  "guest allocates 0",
];

const model = instantiate(reporter);

type Lasso = NonNullable<Trace["lasso"]>;

/** Page 1 is forgotten, while page 0 goes round. */
const goesRound: Lasso = {
  loopsTo: 3,
  fairness: [
    { label: "worker starts", kind: "weak", because: { kind: "taken", step: 5 } },
    { label: "worker reports 0", kind: "weak", because: { kind: "taken", step: 6 } },
    { label: "worker reports 1", kind: "weak", because: { kind: "not possible", state: 3 } },
    { label: "worker ends", kind: "weak", because: { kind: "taken", step: 7 } },
    { label: "host idles", kind: "strong", because: { kind: "never possible" } },
  ],
  isShortest: false,
};
/** Page 1 is forgotten, and nothing happens any more. */
const stays: Lasso = {
  loopsTo: 3,
  fairness: goesRound.fairness.map((fair) => ({ ...fair, because: { kind: "never possible" } })),
  isShortest: false,
};

const count = { from: 1, steps: [2, 5], atMost: 1 };

const kindOf = (name: string): PropertyName["kind"] => (reporter.properties[name] as Property).kind;

/** How a property of the toy is violated. */
function counterexample(
  name: string,
  labels: readonly string[],
  facts: Pick<Trace, "lasso" | "count" | "choice">,
): Counterexample {
  const trace = { ...path(model, labels), ...facts };
  return counterexampleOf(model, undefined, { kind: kindOf(name), name }, trace);
}

const choice = [1];
const violations = {
  aLoop: counterexample("freePageIsReported", [...forgotten, ...round], {
    lasso: goesRound,
    choice,
  }),
  aState: counterexample("freePageIsReported", forgotten, { lasso: stays, choice }),
  again: counterexample("pageIsReportedAgain", [...forgotten, ...round], {
    lasso: goesRound,
    choice,
  }),
  rest: counterexample("workerComesToRest", [...forgotten, ...round], {
    lasso: goesRound,
    choice: [],
  }),
  formula: counterexample("freePageIsReportedAtLast", [...forgotten, ...round], {
    lasso: goesRound,
    choice,
  }),
  recovery: counterexample("pageCanBeReported", forgotten, { choice }),
  bound: counterexample("freePageIsReportedSoon", [...forgotten, ...round.slice(0, 2)], {
    choice,
    count,
  }),
};

const kept = (of: Counterexample): TraceFile => fromFile(JSON.stringify(toFile(model, of)));

test.each(["none", "weak"] as const)(
  "what a search finds is a violation again, fair for the same reasons (%s fairness of the whole)",
  (fairness) => {
    const searched = instantiate({ ...reporter, fairness });
    const names = Object.keys(reporter.properties).filter((name) => kindOf(name) !== "temporal");
    const { properties } = check(searched, { properties: names });
    const found = properties.flatMap(({ kind, name, trace }) =>
      trace === undefined ? [] : [counterexampleOf(searched, undefined, { kind, name }, trace)],
    );

    expect(found.map(({ property }) => property.name)).toEqual(names);
    for (const of of found) {
      const lasso = of.trace.lasso && { ...of.trace.lasso, isShortest: false };
      expect(replay(searched, fromFile(JSON.stringify(toFile(searched, of))))).toMatchObject({
        kind: "violates",
        counterexample: { ...of, trace: { ...of.trace, ...(lasso && { lasso }) } },
      });
    }
  },
);

describe("the reason", () => {
  const still = (name: string, labels: readonly string[], of: unknown[]): Counterexample =>
    counterexample(name, labels, { lasso: { ...stays, loopsTo: labels.length }, choice: of });

  test.each<readonly [string, Counterexample, readonly string[]]>([
    [
      "always eventually: since when it does not hold",
      violations.again,
      [
        "page 1: it does not hold in the initial state, nor ever again",
        "all the while guest[1] is free",
      ],
    ],
    [
      "always eventually, where it held before",
      still(
        "pageIsReportedAgain",
        ["guest frees 1", "worker starts", "worker reports 1", "guest allocates 1"],
        choice,
      ),
      ["page 1: it does not hold after step 4, nor ever again", "guest[1] is in use"],
    ],
    [
      "eventually always: where it does not hold, again and again",
      violations.rest,
      ["it does not hold after step 4, again and again", "worker is requested"],
    ],
    [
      "eventually always, where nothing happens any more",
      still("workerComesToRest", ["guest frees 1", "worker starts"], []),
      ["it does not hold after step 2, for ever", "worker is runs"],
    ],
    [
      "recoverable: the state from which there is no way back",
      violations.recovery,
      ["page 1: from here no state can be reached in which `to` holds", "guest[1] is free"],
    ],
    [
      "temporal: what its predicates see all the way round",
      violations.formula,
      ["page 1: the formula is false of it", "all the while guest[1] is free"],
    ],
    [
      "of a trace that is none, that it does not hold",
      { ...violations.aLoop, trace: { ...violations.aLoop.trace, choice: [0] } },
      ['"free page is reported" does not hold'],
    ],
  ])("%s", (_what, of, lines) => {
    expect(reasonOf(model, of)).toEqual(lines);
  });
});

describe("as text", () => {
  const rendered = (of: Counterexample, shortest: boolean | "not known" = true): string =>
    `\n${storyText(model, of, { shortest })}\n`;

  test("a loop: what repeats, what is wrong meanwhile, and why that is fair", () => {
    expect(rendered(violations.aLoop)).toBe(`
reporter, pages=2: violated
free page is reported, after 3 steps, then 5 for ever (there may be a shorter one)

     initial            guest[0] in use   guest[1] in use   worker idle
 *1  guest frees 1      guest[1] in use -> free      worker idle -> requested
  2  worker starts      worker requested -> runs
  3  worker ends        worker runs -> idle
     from here it repeats: steps 4 to 8 for ever
 *4  guest frees 0      guest[0] in use -> free      worker idle -> requested
 *5  worker starts      worker requested -> runs
  6  worker reports 0   guest[0] free -> reported
  7  worker ends        worker runs -> idle
  8  guest allocates 0  guest[0] reported -> in use
                        page 1: due after step 1 (\`from\`), and never done from then on (\`to\`)
                        all the while guest[1] is free
                        why: guest[1] is free since step 1 (guest frees 1)
                        why: on the way round step 5 (worker starts) finds worker requested, as step
                          4 (guest frees 0) has made it
                        weak fairness of worker starts: taken in step 5
                        weak fairness of worker reports 0: taken in step 6
                        weak fairness of worker reports 1: not possible after step 3
                        weak fairness of worker ends: taken in step 7
                        never possible from step 4 on: host idles
`);
  });

  test("a lasso that stays: what blocks, and that nothing has to happen", () => {
    expect(rendered(violations.aState)).toBe(`
reporter, pages=2: violated
free page is reported, after 3 steps, for ever

     initial        guest[1] in use   worker idle
 *1  guest frees 1  guest[1] in use -> free   worker idle -> requested
  2  worker starts  worker requested -> runs
 *3  worker ends    worker runs -> idle
     the end        guest[0] in use   guest[1] free   worker idle
     from here nothing happens any more, for ever
                    page 1: due after step 1 (\`from\`), and never done from then on (\`to\`)
                    guest[1] is free
                    why: guest[1] is free since step 1 (guest frees 1)
                    why: worker is idle since step 3 (worker ends)
                    no fair action is possible here
`);
  });

  test("within: where it begins, and each step that is counted", () => {
    expect(rendered(violations.bound)).toBe(`
reporter, pages=2: violated
free page is reported soon, after 5 steps (no shorter trace exists)

     initial        guest[0] in use   guest[1] in use   worker idle
 *1  guest frees 1  guest[1] in use -> free   worker idle -> requested
                    \`from\` holds here
  2  worker starts  worker requested -> runs
                    counted: 1 of at most 1
  3  worker ends    worker runs -> idle
 *4  guest frees 0  guest[0] in use -> free   worker idle -> requested
 *5  worker starts  worker requested -> runs
                    counted: 2 of at most 1
                    page 1: \`from\` holds after step 1; since then worker starts is counted 2 times,
                    at most 1 until \`to\`
                    all the while guest[1] is free
                    why: guest[1] is free since step 1 (guest frees 1)
                    why: step 5 (worker starts) found worker requested, as step 4 (guest frees 0)
                      had left it
`);
  });

  test("says how long it is, and whether a shorter one was looked for", () => {
    const lengthOf = (
      labels: readonly string[],
      lasso: Pick<Lasso, "loopsTo" | "isShortest">,
      shortest?: "not known",
    ): string | undefined =>
      rendered(
        counterexample("workerComesToRest", labels, {
          lasso: { ...lasso, fairness: [] },
          choice: [],
        }),
        shortest,
      ).split("\n")[2];

    expect(lengthOf([], { loopsTo: 0, isShortest: true })).toBe(
      "worker comes to rest, in the initial state, for ever",
    );
    expect(lengthOf(["guest frees 0"], { loopsTo: 1, isShortest: true })).toBe(
      "worker comes to rest, after 1 step, for ever",
    );
    expect(lengthOf(round, { loopsTo: 0, isShortest: true })).toBe(
      "worker comes to rest, 5 steps for ever (no shorter one exists)",
    );
    expect(lengthOf([...round, ...round], { loopsTo: 5, isShortest: false })).toBe(
      "worker comes to rest, after 5 steps, then 5 for ever (there may be a shorter one)",
    );
    expect(lengthOf(round, { loopsTo: 0, isShortest: true }, "not known")).toBe(
      "worker comes to rest, 5 steps for ever",
    );
  });

  test("says that no fairness is assumed, and of many choices only how many there are", () => {
    const [first] = goesRound.fairness;
    const withFairness = (fairness: Lasso["fairness"]): string =>
      rendered({
        ...violations.aLoop,
        trace: { ...violations.aLoop.trace, lasso: { ...goesRound, fairness } },
      });
    const strong = { kind: "strong", because: { kind: "never possible" } } as const;
    const many = instantiate(reporter, { constants: { pages: 3 } }).steps.flatMap(
      ({ action: name, label }) => (name === "guestFrees" ? [{ label, ...strong }] : []),
    );
    const three = instantiate(reporter, { constants: { pages: 3 } });

    expect(withFairness([])).toMatch(/\n +no fairness is assumed\n$/);
    expect(withFairness([first as Lasso["fairness"][number]])).not.toContain("never possible");
    expect(
      storyText(three, {
        ...violations.aLoop,
        trace: {
          ...path(three, [...forgotten, ...round]),
          choice,
          lasso: { ...goesRound, fairness: [...many, { label: "any step", ...strong }] },
        },
      }),
    ).toContain("never possible from step 4 on: guest frees (3 choices), any step");
  });

  test("counts without a limit where there is none", () => {
    const { atMost: _none, ...unlimited } = count;
    const { trace } = violations.bound;
    const text = rendered({ ...violations.bound, trace: { ...trace, count: unlimited } });

    expect(text).toMatch(/^ +counted: 2$/m);
  });

  test("has the same bytes without colours, and keeps within the width", () => {
    for (const of of Object.values(violations)) {
      const painted = storyText(model, of, { paint: (role, text) => `{${role}:${text}}` });
      expect(painted.replace(/\{\w+:([^}]*)\}/g, "$1")).toBe(storyText(model, of));
      const lines = storyText(model, of, { width: 60 }).split("\n");
      // Behind the heading, which has as many lines as it takes.
      for (const line of lines.slice(lines.indexOf("") + 1)) {
        expect(line).toMatch(/^[ -~]*[^ ]$/);
        expect(line.length).toBeLessThanOrEqual(60);
      }
    }
    expect(
      storyText(model, violations.aLoop, { paint: (role, text) => `{${role}:${text}}` }),
    ).toMatch(
      /\n {5}\{reason:from here it repeats: steps 4 to 8 for ever\}\n[^]*\{quiet:never possible/,
    );
  });
});

/** A change to actions of the toy. */
function changed(
  changes: Readonly<Record<string, Partial<Action>>>,
  more: Partial<Spec> = {},
): Spec {
  const actions = Object.entries(reporter.actions).map(([name, its]) => [
    name,
    { ...its, ...changes[name] },
  ]);
  return { ...reporter, ...more, actions: Object.fromEntries(actions) as Spec["actions"] };
}

const neverSo = declare({ state: {} }).assertion("it never happens");

/** The toy with other actions, which may assert that they are never taken. */
const asserting = (changes: Readonly<Record<string, Partial<Action>>>): Spec =>
  changed(changes, { properties: { ...reporter.properties, neverSo } });

/** A change to a property of the toy. */
function claiming(name: string, change: object): Spec {
  const property = { ...reporter.properties[name], ...change } as Property;
  return { ...reporter, properties: { ...reporter.properties, [name]: property } };
}

describe("replay", () => {
  test.each(Object.entries(violations))("%s is a violation again", (_name, of) => {
    expect(replay(model, kept(of))).toEqual({ kind: "violates", counterexample: of });
  });

  test("fairness of the protocol itself is met by any step", () => {
    const weak = instantiate({ ...reporter, fairness: "weak" });

    expect(replay(weak, kept(violations.aLoop))).toMatchObject({
      kind: "violates",
      counterexample: {
        trace: {
          lasso: {
            fairness: [
              ...goesRound.fairness,
              { label: "any step", kind: "weak", because: { kind: "taken", step: 4 } },
            ],
          },
        },
      },
    });
  });

  test("what the file says of fairness counts for nothing", () => {
    const lies: TraceFile = {
      ...kept(violations.aLoop),
      fairness: [
        { label: "worker reports 1", kind: "strong", because: { kind: "taken", step: 8 } },
        { label: "nobody does", kind: "weak", because: { kind: "never possible" } },
      ],
    };

    expect(replay(model, lies)).toEqual({ kind: "violates", counterexample: violations.aLoop });
  });

  describe("of a search that did not rely on the fairness of an action", () => {
    const unfair = ["workerStarts"];
    const [result] = check(model, { properties: ["freePageIsReported"], unfair }).properties;
    const found = counterexampleOf(
      model,
      undefined,
      { kind: "leads to", name: "freePageIsReported" },
      result?.trace as Trace,
      unfair,
    );

    test("the file says so, and that is all it takes", () => {
      expect(found.trace.steps).toHaveLength(1);
      expect(kept(found)).toMatchObject({ unfair });
      const { lasso } = found.trace;
      const again = { ...found.trace, lasso: { ...lasso, isShortest: false } };
      expect(replay(model, kept(found))).toEqual({
        kind: "violates",
        counterexample: { ...found, trace: again },
      });
    });

    test("an older file, which does not say so, relies on all", () => {
      expect(replay(model, { ...kept(found), unfair: undefined })).toEqual({
        kind: "no longer violates",
        why: "it is not fair: worker starts (weak) is possible after step 1, and not taken there",
      });
    });

    test("nor on that of the whole", () => {
      const whole = instantiate({ ...reporter, fairness: "weak" });
      const both = ["workerStarts", "any step"];
      expect(replay(whole, { ...kept(found), unfair: both })).toMatchObject({ kind: "violates" });
      expect(replay(whole, kept(found))).toMatchObject({ kind: "no longer violates" });
    });

    test("an action that is not there any more does not fit", () => {
      expect(replay(model, { ...kept(found), unfair: ["workerStart"] })).toEqual({
        kind: "no longer fits",
        step: 0,
        why: "the action workerStart does not exist; did you mean workerStarts?",
      });
    });

    test("what is no lasso does not ask", () => {
      expect(kept({ ...violations.bound, unfair }).unfair).toBeUndefined();
      expect(kept({ ...violations.aLoop, unfair: [] }).unfair).toBeUndefined();
    });
  });

  const idle = reporter.actions["hostIdles"] as Action;
  const cases: readonly (readonly [string, Spec, TraceFile, Replay])[] = [
    [
      "an action whose fairness is strong now",
      changed({ workerReports: { fairness: "strong" } }),
      kept(violations.aLoop),
      {
        kind: "no longer violates",
        why: "it is not fair: worker reports 1 (strong) is possible after step 5, and not taken there",
      },
    ],
    [
      "an action that is fair now, and possible all the way round",
      changed({ hostIdles: { ...idle, fairness: "weak", effect: wakes } }),
      kept(violations.aLoop),
      {
        kind: "no longer violates",
        why: "it is not fair: host idles (weak) is possible on all of the loop, and not taken there",
      },
    ],
    [
      "an action that is fair now, where nothing happens",
      changed({ guestFrees: { fairness: "weak" } }),
      kept(violations.aState),
      {
        kind: "no longer violates",
        why: "it is not fair: guest frees 0 (weak) is possible after step 3, and not taken there",
      },
    ],
    [
      "a protocol that does not stop now",
      { ...reporter, fairness: "weak" },
      kept(violations.aState),
      {
        kind: "no longer violates",
        why: "it is not fair: any step (weak) is possible after step 3, and not taken there",
      },
    ],
    [
      "a leads to whose `to` holds on the loop",
      claiming("freePageIsReported", {
        to: (state: { worker: string }) => state.worker === "runs",
      }),
      kept(violations.aLoop),
      { kind: "no longer violates", why: '"free page is reported" holds on all of it' },
    ],
    [
      "a leads to whose `from` holds only before `to`",
      claiming("freePageIsReported", {
        from: ({ guest }: { guest: string[] }, p: number) => p === 1 && guest[1] === "in use",
        to: ({ guest }: { guest: string[] }) => guest[1] === "free",
      }),
      kept(violations.aLoop),
      { kind: "no longer violates", why: '"free page is reported" holds on all of it' },
    ],
    [
      "an always eventually that holds somewhere on the loop",
      claiming("pageIsReportedAgain", {
        holds: (state: { guest: string[] }) => state.guest[0] === "reported",
      }),
      kept(violations.again),
      { kind: "no longer violates", why: '"page is reported again" holds on all of it' },
    ],
    [
      "an eventually always that fails only before the loop",
      claiming("workerComesToRest", {
        holds: (state: { guest: string[] }) => state.guest[1] === "free",
      }),
      kept(violations.rest),
      { kind: "no longer violates", why: '"worker comes to rest" holds on all of it' },
    ],
    [
      "a recoverable that is where it should be",
      claiming("pageCanBeReported", { to: () => true }),
      kept(violations.recovery),
      { kind: "no longer violates", why: '"page can be reported" holds after step 3' },
    ],
    [
      "a recoverable that has nothing to say at the end",
      claiming("pageCanBeReported", { when: () => false }),
      kept(violations.recovery),
      { kind: "no longer violates", why: '"page can be reported" holds after step 3' },
    ],
    [
      "a within that may be counted once more",
      claiming("freePageIsReportedSoon", { atMost: 2 }),
      kept(violations.bound),
      { kind: "no longer violates", why: '"free page is reported soon" holds on all of it' },
    ],
    [
      "a within in which the guest is idle",
      claiming("freePageIsReportedSoon", { idle: ["guest"] }),
      kept(violations.bound),
      { kind: "no longer violates", why: '"free page is reported soon" holds on all of it' },
    ],
    [
      "a within whose `to` holds in between",
      claiming("freePageIsReportedSoon", {
        to: (state: { worker: string }) => state.worker === "idle",
      }),
      kept(violations.bound),
      { kind: "no longer violates", why: '"free page is reported soon" holds on all of it' },
    ],
    [
      "a formula that is true of it",
      claiming("freePageIsReportedAtLast", { formula: { kind: "now", holds: () => true } }),
      kept(violations.formula),
      { kind: "no longer violates", why: '"free page is reported at last" holds on all of it' },
    ],
    [
      "a loop that does not close",
      reporter,
      { ...kept(violations.aLoop), loopsTo: 4 },
      {
        kind: "no longer fits",
        step: 8,
        why:
          "the loop does not lead back to the state after step 4: " +
          "guest[0] is in use, the file says free",
      },
    ],
    [
      "a lasso that does not say where it repeats",
      reporter,
      without(kept(violations.aLoop), "loopsTo"),
      {
        kind: "no longer fits",
        step: 0,
        why: "the file does not say to which state its last step leads back (loopsTo)",
      },
    ],
    [
      "a step on the loop that is not possible",
      changed({ guestAllocates: { when: () => false } }),
      kept(violations.aLoop),
      {
        kind: "no longer fits",
        step: 8,
        why: "guest allocates 0 is not enabled: whatever the state is",
      },
    ],
    [
      "a choice that no longer exists",
      reporter,
      {
        ...kept(violations.aLoop),
        trace: kept(violations.aLoop).trace.map(({ step, state }, at) =>
          at === 5 ? { step: { ...step, choice: [2] }, state } : { step, state },
        ),
      },
      {
        kind: "no longer fits",
        step: 6,
        why: "workerReports has no choice (2) under today's constants (pages=2)",
      },
    ],
    [
      "an assertion that fails on the way",
      asserting({
        workerEnds: {
          effect: () => {
            assert(false, neverSo);
          },
        },
      }),
      kept(violations.aLoop),
      {
        kind: "no longer fits",
        step: 3,
        why: "worker ends fails an assertion: it never happens",
      },
    ],
  ];
  test.each(cases)("%s", (_what, today, file, expected) => {
    expect(replay(instantiate(today), file)).toEqual(expected);
  });

  test("a step that changes nothing is neither possible, nor taken, nor a loop", () => {
    const { trace } = kept(violations.aState);
    const last = trace.at(-1) as TraceFile["trace"][number];
    const noise = { step: { action: "hostIdles", actor: "host", choice: [] }, state: last.state };
    const round: TraceFile = { ...kept(violations.aState), trace: [...trace, noise, noise] };

    expect(replay(model, round)).toMatchObject({
      kind: "violates",
      counterexample: { trace: { lasso: { fairness: stays.fairness } } },
    });
    expect(replay(instantiate({ ...reporter, fairness: "weak" }), round)).toEqual({
      kind: "no longer violates",
      why: "it is not fair: any step (weak) is possible on all of the loop, and not taken there",
    });
  });

  test("a formula does not see a step that changes nothing", () => {
    const requested: Formula = {
      kind: "next",
      of: { kind: "now", holds: (state: { worker: string }) => state.worker === "requested" },
    };
    const file = kept(violations.formula);
    const noise = { step: { action: "hostIdles", actor: "host", choice: [] }, state: file.initial };
    const later: TraceFile = { ...file, trace: [noise, ...file.trace], loopsTo: 4 };

    expect(
      replay(instantiate(claiming("freePageIsReportedAtLast", { formula: requested })), later),
    ).toEqual({
      kind: "no longer violates",
      why: '"free page is reported at last" holds on all of it',
    });
    expect(replay(model, later)).toMatchObject({ kind: "violates" });
  });

  test("an action that fails an assertion is not possible", () => {
    const fails = asserting({
      hostIdles: {
        effect: () => {
          assert(false, neverSo);
        },
      },
    });

    expect(replay(instantiate(fails), kept(violations.aLoop))).toEqual({
      kind: "violates",
      counterexample: violations.aLoop,
    });
  });

  test("within: a bound that was made tighter is broken earlier", () => {
    const tighter = claiming("freePageIsReportedSoon", { atMost: 0 });

    expect(replay(instantiate(tighter), kept(violations.bound))).toMatchObject({
      kind: "violates",
      counterexample: {
        trace: { steps: { length: 2 }, choice, count: { from: 1, steps: [2], atMost: 0 } },
      },
    });
  });

  test("within: steps are counted that make a predicate true", () => {
    const counting = (state: { worker: string }): boolean => state.worker !== "idle";
    const model2 = instantiate(claiming("freePageIsReportedSoon", { counting, atMost: 0 }));

    // The step to `from` makes it true as well, and comes before the wait.
    expect(replay(model2, kept(violations.bound))).toMatchObject({
      kind: "violates",
      counterexample: { trace: { steps: { length: 4 }, count: { from: 1, steps: [4] } } },
    });
  });

  test("within: the step that reaches `to` is counted", () => {
    const to = (state: { worker: string }): boolean => state.worker === "runs";
    const reached = instantiate(claiming("freePageIsReportedSoon", { to, atMost: 0 }));

    expect(replay(reached, kept(violations.bound))).toMatchObject({
      kind: "violates",
      counterexample: { trace: { steps: { length: 2 }, count: { from: 1, steps: [2] } } },
    });
  });
});

function wakes(state: { worker: string }): void {
  state.worker = state.worker === "idle" ? "requested" : "idle";
}

function without<Key extends keyof TraceFile>(file: TraceFile, key: Key): Omit<TraceFile, Key> {
  const { [key]: _removed, ...rest } = file;
  return rest;
}

describe("a file of a lasso", () => {
  const text = (change: object, of: Counterexample = violations.aLoop): string =>
    JSON.stringify({ ...toFile(model, of), ...change });

  test("says where it loops, and why that is fair", () => {
    const { loopsTo, fairness } = goesRound;
    expect(toFile(model, violations.aLoop)).toMatchObject({ loopsTo, fairness });
    expect(fromFile(text({}))).toEqual(toFile(model, violations.aLoop));
    expect(toFile(model, violations.bound)).toMatchObject({ count });
    expect(fromFile(text({}, violations.bound))).toEqual(toFile(model, violations.bound));
    expect(Object.keys(toFile(model, violations.recovery))).not.toContain("loopsTo");
  });

  const [fair] = goesRound.fairness as [Lasso["fairness"][number]];
  test.each([
    [
      "loopsTo beyond the end",
      text({ loopsTo: 9 }),
      "loopsTo is 9; it must be a whole number, from 0 to 8.",
    ],
    [
      "loopsTo before the start",
      text({ loopsTo: -1 }),
      "loopsTo is -1; it must be a whole number, from 0 to 8.",
    ],
    [
      "loopsTo between states",
      text({ loopsTo: 1.5 }),
      "loopsTo is 1.5; it must be a whole number, from 0 to 8.",
    ],
    [
      "loopsTo in words",
      text({ loopsTo: "3" }),
      'loopsTo is "3"; it must be a whole number, from 0 to 8.',
    ],
    [
      "fairness without a loop",
      text({ loopsTo: undefined }),
      "loopsTo is missing; it must be a whole number, from 0 to 8.",
    ],
    [
      "a loop without fairness",
      text({ fairness: undefined }),
      "fairness is missing; it must be a list.",
    ],
    [
      "fairness of no kind",
      text({ fairness: [{ ...fair, kind: "none" }] }),
      'fairness[0].kind is "none"; it must be "weak" or "strong".',
    ],
    [
      "fairness of nobody",
      text({ fairness: [{ ...fair, label: 3 }] }),
      "fairness[0].label is 3; it must be a string.",
    ],
    [
      "fairness for no reason",
      text({ fairness: [fair, { ...fair, because: { kind: "luck" } }] }),
      'fairness[1].because.kind is "luck"; it must be "never possible", "taken" or "not possible".',
    ],
    [
      "a step that is not in the trace",
      text({ fairness: [{ ...fair, because: { kind: "taken", step: 0 } }] }),
      "fairness[0].because.step is 0; it must be a whole number, from 1 to 8.",
    ],
    [
      "a state that is not in the trace",
      text({ fairness: [{ ...fair, because: { kind: "not possible", state: 9 } }] }),
      "fairness[0].because.state is 9; it must be a whole number, from 0 to 8.",
    ],
    [
      "fairness not relied on of nobody",
      text({ unfair: [1] }),
      "unfair[0] is 1; it must be a string.",
    ],
    [
      "a count of steps that are not in the trace",
      text({ count: { ...count, steps: [2, 6] } }, violations.bound),
      "count.steps[1] is 6; it must be a whole number, from 1 to 5.",
    ],
    [
      "a bound too large to be exact",
      text({ count: { ...count, atMost: 1e300 } }, violations.bound),
      "count.atMost is 1e+300; it must be a whole number, 0 or more.",
    ],
    [
      "a count without a bound",
      text({ count: { from: 1, steps: [] } }, violations.bound),
      "count.atMost is missing; it must be a whole number, 0 or more.",
    ],
  ])("%s is refused", (_what, content, message) => {
    expect(() => fromFile(content)).toThrow(TraceFileError);
    expect(() => fromFile(content)).toThrow(expect.objectContaining({ message }) as Error);
  });
});

test.each(Object.entries(violations))(
  "minimise leaves %s as it is",
  (_name, { property, trace }) => {
    expect(minimise(model, property, trace)).toBe(trace);
  },
);
