import { describe, expect, it } from "vitest";
import type { PropertyResult, Statistics, Trace, Verdict, WorstFacts } from "../checker/index.ts";
import { counterexampleOf } from "../counterexamples/index.ts";
import { instantiate } from "../model/index.ts";
import { declare, oneOf } from "../spec/index.ts";
import { type Report, reportOf, reportText } from "../runs/index.ts";
import { painter } from "./paint.ts";
import { fitsSchema } from "../toys/fits-schema.ts";

const { action, alwaysEventually, eventuallyAlways, leadsTo, spec, within } = declare({
  constants: {},
  state: { light: oneOf("off", "on") },
});

const model = instantiate(
  spec({
    name: "lamp",
    title: "a lamp that somebody switches, with a timer",
    actions: {
      somebodySwitches: action("somebody", {
        effect: (state) => {
          state.light = state.light === "on" ? "off" : "on";
        },
      }),
      timerEnds: action("timer", {
        fairness: "weak",
        when: (state) => state.light === "on",
        effect: (state) => {
          state.light = "off";
        },
      }),
    },
    liveness: {
      lampStaysOff: eventuallyAlways((state) => state.light === "off"),
      lampIsSwitchedOn: leadsTo({
        from: (state) => state.light === "off",
        to: (state) => state.light === "on",
      }),
      lampIsLeftAlone: within({
        from: (state) => state.light === "on",
        to: (state) => state.light === "off",
        counting: "somebodySwitches",
        atMost: 0,
      }),
      lampGoesOff: alwaysEventually((state) => state.light === "off"),
      timerEndsOnce: within({
        from: (state) => state.light === "on",
        to: (state) => state.light === "off",
        counting: "timerEnds",
        atMost: 1,
      }),
    },
  }),
);

/** Somebody switches the lamp, so many times. */
function switched(times: number): Pick<Trace, "initial" | "steps"> {
  const [step] = model.steps;
  const [initial] = model.initialStates();
  if (step === undefined || initial === undefined) throw new Error("There is no step.");
  let state = initial;
  const steps = Array.from({ length: times }, () => {
    state = model.apply(state, step);
    return { step, state };
  });
  return { initial, steps };
}

const statistics: Statistics = {
  distinctStates: 2,
  generatedStates: 4,
  transitions: 3,
  depth: 2,
  unreducedStates: 2n,
  frontier: 0,
  taken: { somebodySwitches: 2, timerEnds: 1 },
  auditedStates: 2,
  seconds: 0.001,
};

const timer = { label: "timer ends", kind: "weak" } as const;
const liveness = { fairness: [timer], states: 2, withoutSymmetry: false };
const properties: readonly PropertyResult[] = [
  {
    kind: "eventually always",
    name: "lampStaysOff",
    status: "violated",
    liveness,
    trace: {
      ...switched(3),
      choice: [],
      lasso: {
        loopsTo: 1,
        fairness: [{ ...timer, because: { kind: "not possible", state: 2 } }],
        isShortest: false,
      },
    },
  },
  {
    kind: "leads to",
    name: "lampIsSwitchedOn",
    status: "violated",
    liveness,
    trace: {
      ...switched(0),
      choice: [],
      lasso: {
        loopsTo: 0,
        fairness: [{ ...timer, because: { kind: "never possible" } }],
        isShortest: true,
      },
    },
  },
  {
    kind: "within",
    name: "lampIsLeftAlone",
    status: "violated",
    trace: { ...switched(2), choice: [], count: { from: 1, steps: [2], atMost: 0 } },
  },
  {
    kind: "always eventually",
    name: "lampGoesOff",
    status: "holds",
    liveness: { ...liveness, neededFairness: [timer], withoutSymmetry: true },
  },
  {
    kind: "within",
    name: "timerEndsOnce",
    status: "holds",
    liveness: {
      ...liveness,
      fairness: [],
      neededFairness: [],
      most: 1,
      worst: {
        kind: "bounded",
        most: 1,
        trace: { ...switched(1), count: { from: 1, steps: [] } },
      },
    },
  },
];

function reported(of: readonly PropertyResult[] = properties): Report {
  const counterexamples = of.flatMap(({ kind, name, trace }) =>
    trace === undefined ? [] : [counterexampleOf(model, undefined, { kind, name }, trace)],
  );
  const [first] = counterexamples;
  const verdict: Verdict =
    first === undefined
      ? { kind: "holds", properties: of, statistics }
      : {
          kind: "violated",
          property: first.property,
          trace: first.trace,
          properties: of,
          statistics,
        };
  return JSON.parse(
    JSON.stringify(reportOf(model, { engine: "reference" }, verdict, counterexamples)),
  ) as Report;
}

describe("a report of liveness properties", () => {
  it("says where a lasso goes round and why that is fair, and what a bound counts", () => {
    const fairness = [{ ...timer, because: { kind: "not possible", state: 2 } }];
    expect(reported()).toMatchObject({
      trace: { length: 3 },
      loopsTo: 1,
      fairness,
      properties: [
        { name: "lampStaysOff", steps: 3, liveness },
        { name: "lampIsSwitchedOn", steps: 0 },
        { name: "lampIsLeftAlone", steps: 2 },
        { name: "lampGoesOff", liveness: { neededFairness: [timer] } },
        {
          name: "timerEndsOnce",
          liveness: {
            most: 1,
            worst: {
              kind: "bounded",
              initial: { light: "off" },
              trace: [{ state: { light: "on" } }],
              count: { from: 1, steps: [] },
            },
          },
        },
      ],
      counterexamples: [
        {
          loopsTo: 1,
          fairness,
          reason: ["it does not hold after step 1, again and again", "light is on"],
        },
        { loopsTo: 0, trace: [] },
        { count: { from: 1, steps: [2], atMost: 0 } },
      ],
    });
  });

  it("fits the schema, whichever property comes first", () => {
    for (let first = 0; first < properties.length; first++) {
      const report = reported(properties.slice(first));
      expect(fitsSchema(report), JSON.stringify(fitsSchema.errors)).toBe(true);
      const row = [{ ...report, expected: true, differences: [] }];
      expect(fitsSchema(row), JSON.stringify(fitsSchema.errors)).toBe(true);
    }
  });

  it("names the actions whose fairness was not relied on, if there are any", () => {
    const of = (unfair: readonly string[]): Report =>
      reportOf(
        model,
        { engine: "reference", unfair },
        { kind: "holds", properties, statistics },
        [],
      );
    expect(of([]).unfair).toBeUndefined();
    const report = JSON.parse(JSON.stringify(of(["timerEnds"]))) as Report;
    expect(report.unfair).toEqual(["timerEnds"]);
    expect(fitsSchema({ ...reported(), unfair: report.unfair })).toBe(true);
  });

  it("fits in a table as well without some fairness, and judged by one engine only", () => {
    const report = { ...reported(), unfair: ["timerEnds"], engine: "compiled", audit: "none" };
    const row = { ...report, expected: true, differences: [] };
    expect(fitsSchema([row]), JSON.stringify(fitsSchema.errors)).toBe(true);
  });

  it.each<readonly [string, (report: Report) => object]>([
    ["a reason to stop that there is not", (report) => ({ ...report, stopped: "no time" })],
    ["a loop without fairness", (report) => ({ ...report, fairness: undefined })],
    ["fairness without a loop", (report) => ({ ...report, loopsTo: undefined })],
    [
      "a loop without a trace",
      (report) => ({ ...reported(properties.slice(3)), loopsTo: report.loopsTo, fairness: [] }),
    ],
    ["a loop to no state", (report) => ({ ...report, loopsTo: -1 })],
    ["fairness without a reason", (report) => ({ ...report, fairness: [timer] })],
    [
      "fairness that is met in no step",
      (report) => ({ ...report, fairness: [{ ...timer, because: { kind: "taken" } }] }),
    ],
    ["a count of nothing", (report) => ({ ...report, count: { from: 0, steps: [0], atMost: 1 } })],
    [
      "facts that there are not",
      (report) => ({
        ...report,
        properties: report.properties.map((its) => ({
          ...its,
          liveness: { ...liveness, loops: 1 },
        })),
      }),
    ],
  ])("does not fit it with %s", (_what, change) => {
    const report = reported();
    expect(fitsSchema(report)).toBe(true);
    expect(fitsSchema(change(report))).toBe(false);
  });

  it("says in words how long a violation goes on, and what was found out", () => {
    expect(reportText(reported(), { title: "lamp", stories: [], paint: painter(false) })).toBe(`lamp

  lamp stays off       eventually always  violated after 3 steps, the last 2 for ever
  lamp is switched on  leads to           violated after 0 steps, for ever
  lamp is left alone   within             violated after 2 steps
  lamp goes off        always eventually  holds
  timer ends once      within             holds, at most 1 counted, if it is reached

--traces prints how each of them is violated, --property NAME one of them

decided without symmetry, on 2 states: lamp goes off
what holds in the end rests on weak fairness of timer ends
lamp goes off needs weak fairness of timer ends
timer ends once needs no fairness
timer ends once, at worst: 1 counted
2 distinct states, 4 generated, 3 transitions, depth 2, 2 audited

violated: lamp stays off, and 2 other properties too
`);
  });

  it.each<readonly [WorstFacts, string]>([
    [{ kind: "never" }, "`from` holds nowhere"],
    [{ kind: "immediate" }, "`to` holds wherever `from` does"],
    [
      {
        kind: "unbounded",
        trace: { ...switched(2), lasso: { loopsTo: 0, fairness: [], isShortest: true } },
      },
      "more than any number is counted",
    ],
  ])("says what the worst case of a bound is ($0.kind)", (worst, text) => {
    const [bound] = properties.slice(-1) as [PropertyResult];
    const report = reported([{ ...bound, liveness: { ...liveness, worst } }]);

    expect(fitsSchema(report), JSON.stringify(fitsSchema.errors)).toBe(true);
    expect(reportText(report, { title: "lamp", stories: [], paint: painter(false) })).toContain(
      `\ntimer ends once, at worst: ${text}\n`,
    );
  });
});
