import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../model/index.ts";
import {
  assert,
  declare,
  each,
  interchangeable,
  oneOf,
  range,
  type Spec,
  SpecError,
} from "../spec/index.ts";
import { hostDiscardsAnyPage } from "../spec/protocols/page-ring/variants.ts";
import { check, type Statistics, type Trace } from "./index.ts";
import { minimise } from "../counterexamples/index.ts";
import { explore, type RandomVerdict, tightened } from "./random/index.ts";
import { few } from "../toys/share.ts";
import { dieHard, freeCells, hanoi, philosophers } from "../toys/small-specs.ts";

const { action, assertion, invariant, leadsTo, spec, stepProperty, witness } = declare({
  constants: { rungs: 12 },
  state: { rung: range(0, ({ rungs }: { rungs: number }) => rungs), mood: oneOf("calm", "giddy") },
});

/** A climber who falls back to the ground at every wrong step; the bug is at the top. */
function ladder(parts: Partial<Parameters<typeof spec>[0]> = {}): Spec {
  return spec({
    name: "ladder",
    title: "a climber who may fall",
    actions: {
      climberClimbs: action("climber", {
        when: (state, { rungs }) => state.rung < rungs,
        effect: (state) => {
          state.rung += 1;
        },
      }),
      climberFalls: action("climber", {
        when: (state) => state.rung > 0,
        effect: (state) => {
          state.rung = 0;
        },
      }),
      climberChangesMood: action("climber", {
        effect: (state) => {
          state.mood = state.mood === "calm" ? "giddy" : "calm";
        },
      }),
    },
    invariants: { climberStaysBelow: invariant((state, { rungs }) => state.rung < rungs) },
    ...parts,
  });
}

function violated(verdict: RandomVerdict): Extract<RandomVerdict, { kind: "violated" }> {
  if (verdict.kind !== "violated") throw new Error(`${verdict.kind}: ${verdict.reason}`);
  return verdict;
}

/** The labels of a trace without the steps that do not matter. */
const shrunk = (
  model: Model,
  { property, trace }: ReturnType<typeof violated>,
): readonly string[] => minimise(model, property, trace).steps.map(({ step }) => step.label);

let found: ReturnType<typeof violated> | undefined;
/** What many runs find at the top of the ladder. */
const deepBug = (): ReturnType<typeof violated> =>
  (found ??= violated(explore(instantiate(ladder()), { runs: 2_000, steps: 200 })));

test("finds a deep bug", () => {
  const verdict = deepBug();

  expect(verdict.property).toEqual({ kind: "invariant", name: "climberStaysBelow" });
  expect(verdict.trace.steps.at(-1)?.state).toMatchObject({ rung: 12 });
  expect(verdict.trace.choice).toEqual([]);
  expect(verdict.properties).toMatchObject([
    { name: "climberStaysBelow", status: "violated", trace: verdict.trace },
    { name: "deadlockFreedom", status: "undecided" },
  ]);
});

test("shrinks: the climber neither falls nor changes mood on the way", () => {
  expect(shrunk(instantiate(ladder()), deepBug())).toEqual(
    Array.from({ length: 12 }, () => "climber climbs"),
  );
});

test.each([0, 1, 2, 3, 4])("seed %i and its path lead to the same trace again", (seed) => {
  const model = instantiate(hostDiscardsAnyPage.spec);
  const options = { runs: 200, steps: 60, seed };
  const verdict = violated(explore(model, options));

  const again = violated(explore(model, { ...options, path: verdict.path }));

  expect(again).toMatchObject({
    property: verdict.property,
    trace: verdict.trace,
    seed,
    path: verdict.path,
    statistics: { runs: 1 },
  });
});

test("the same seed gives the same verdict, another one other runs", () => {
  const model = instantiate(freeCells(4, 5));
  const figures = (seed: number): Partial<Statistics> => {
    const { seconds: _, ...rest } = explore(model, {
      seed,
      runs: 30,
      properties: ["deadlockFreedom"],
    }).statistics;
    return rest;
  };

  expect(figures(1)).toEqual(figures(1));
  expect(figures(1)).not.toEqual(figures(2));
});

test("answers incomplete, never holds", () => {
  const verdict = explore(instantiate(dieHard({ claimsImpossible: false })), {
    runs: 300,
    steps: 50,
  });

  expect(verdict).toMatchObject({
    kind: "incomplete",
    reason: "random exploration",
    seed: 0,
    properties: [
      { name: "fourGallonsAreMeasured", status: "seen" },
      { name: "deadlockFreedom", status: "undecided" },
    ],
    statistics: { runs: 300, distinctStates: 16, frontier: 0 },
  });
});

test("a witness that was not met is undecided", () => {
  const model = instantiate(hanoi(7));

  expect(explore(model, { runs: 3, steps: 10 }).properties[0]).toMatchObject({
    status: "undecided",
  });
});

test("visits only states that the exhaustive search knows", () => {
  const model = instantiate(dieHard({ claimsImpossible: false }), { symmetry: false });
  const all = check(model).statistics;

  const { statistics } = explore(model, { runs: 300, steps: 50 });

  expect(statistics.distinctStates).toBe(all.distinctStates);
  expect(statistics.depth).toBeLessThanOrEqual(51);
  expect(statistics.generatedStates).toBe(statistics.transitions + 300);
  expect(Object.values(statistics.taken).reduce((sum, times) => sum + times)).toBe(
    statistics.transitions,
  );
});

describe("judges what the exhaustive search judges", () => {
  test("deadlocks", () => {
    const { property, trace } = violated(
      explore(instantiate(philosophers(3, { mayStarve: false }))),
    );

    expect(property.name).toBe("deadlockFreedom");
    expect(trace.steps.at(-1)?.state).toEqual({
      philosopher: Array.from({ length: 3 }, () => "has left fork"),
    });
    const mayStarve = instantiate(philosophers(3, { mayStarve: true }));
    expect(explore(mayStarve, { runs: 50 }).kind).toBe("incomplete");
  });

  test("assertions in an effect", () => {
    const nobodyShouts = assertion("nobody shouts on a ladder");
    const climberShouts = action("climber", {
      effect: (state) => {
        assert(state.rung < 2, nobodyShouts);
        state.mood = "giddy";
      },
    });
    const whole = ladder({ assertions: { nobodyShouts } });
    const model = instantiate({ ...whole, actions: { ...whole.actions, climberShouts } });
    const verdict = violated(explore(model, { properties: ["nobodyShouts"] }));

    expect(verdict.property).toEqual({ kind: "assertion", name: "nobodyShouts" });
    expect(shrunk(model, verdict)).toEqual(["climber climbs", "climber climbs", "climber shouts"]);
    const last = verdict.trace.steps.at(-1);
    expect(last?.state).toEqual(verdict.trace.steps.at(-2)?.state);
  });

  test("step properties, also of steps that change nothing", () => {
    const climberRests = action("climber", {
      when: (state) => state.rung === 1,
      effect: () => {},
    });
    const whole = ladder({
      stepProperties: { somethingChanges: stepProperty((before, after) => before !== after) },
    });
    const model = instantiate({ ...whole, actions: { ...whole.actions, climberRests } });
    const verdict = violated(explore(model, { properties: ["somethingChanges"] }));

    expect(verdict.property.name).toBe("somethingChanges");
    expect(shrunk(model, verdict)).toEqual(["climber climbs", "climber rests"]);
  });

  test("initial states, all of them", () => {
    const whole = ladder({
      invariants: { climberDoesNotStartAtNine: invariant((state) => state.rung !== 9) },
    });
    const model = instantiate({
      ...whole,
      initial: {
        choices: [range(0, 9)],
        when: () => true,
        effect: (state: { rung: number }, start: number) => {
          state.rung = start;
        },
      },
    });
    const { trace } = violated(explore(model, { steps: 0 }));

    expect(trace).toEqual({ initial: { rung: 9, mood: "calm" }, steps: [], choice: [] });
  });

  test("only the properties that are asked about", () => {
    const model = instantiate(
      ladder({ witnesses: { climberIsUp: witness((state) => state.rung > 0) } }),
    );

    expect(explore(model, { properties: ["climberIsUp"] }).properties).toEqual([
      { kind: "witness", name: "climberIsUp", status: "seen" },
    ]);
    expect(() => explore(model, { properties: ["climberIsUpp"] })).toThrow(
      /did you mean climberIsUp\?/,
    );
  });

  test("nothing, and says so, where it decides none of the properties", () => {
    const climberReturns = leadsTo({
      from: (state) => state.rung > 0,
      to: (state) => state.rung === 0,
    });
    const model = instantiate(ladder({ liveness: { climberReturns } }));

    expect(explore(model, { properties: ["climberReturns"] })).toMatchObject({
      kind: "incomplete",
      reason: "not checked",
      statistics: { runs: 0 },
    });
  });
});

test("properties that fail together each have a trace", () => {
  const model = instantiate(
    ladder({
      invariants: {
        climberStaysBelowTwo: invariant((state) => state.rung < 2),
        climberIsNeverAtTwo: invariant((state) => state.rung !== 2),
      },
    }),
  );
  const verdict = violated(explore(model));
  const { property, properties } = verdict;

  expect(property.name).toBe("climberStaysBelowTwo");
  expect(shrunk(model, verdict)).toHaveLength(2);
  expect(properties[1]).toMatchObject({ status: "violated" });
  expect(properties[1]?.trace?.steps.at(-1)?.state).toMatchObject({ rung: 2 });
});

describe("gives up", () => {
  const model = instantiate(freeCells(3, 200));
  const steps = 5_000;

  test("at the time limit", () => {
    let now = 0;
    const clock = (): number => (now += 0.5);
    const verdict = explore(model, { steps, timeoutSeconds: 20, clock });

    expect(verdict).toMatchObject({ kind: "incomplete", reason: "time limit" });
  });

  test("when interrupted, having told its progress", () => {
    const reports: Statistics[] = [];
    let now = 0;
    const verdict = explore(model, {
      steps,
      clock: () => (now += 0.5),
      isInterrupted: () => reports.length > 2,
      onProgress: (statistics) => reports.push(statistics),
    });

    expect(verdict).toMatchObject({ kind: "incomplete", reason: "interrupted" });
    expect(reports.length).toBeGreaterThan(2);
    expect(reports[1]?.generatedStates).toBeGreaterThan(reports[0]?.generatedStates as number);
  });

  test("at the limit of states visited", () => {
    const verdict = explore(model, { maxStates: 100 });

    expect(verdict).toMatchObject({
      kind: "incomplete",
      reason: "state limit",
      statistics: { generatedStates: 100 },
    });
  });

  test("after ten seconds where nothing else says when, as after the runs that were asked for", () => {
    let now = 0;
    const verdict = explore(model, { clock: () => (now += 0.125) });

    expect(verdict).toMatchObject({ kind: "incomplete", reason: "random exploration" });
    expect(now).toBeGreaterThan(10);
    expect(now).toBeLessThan(12);
  });

  test("of runs that may be as long as they like takes only the steps that there are", () => {
    const verdict = explore(model, { steps: Number.MAX_SAFE_INTEGER, maxStates: 50 });

    expect(verdict.statistics).toMatchObject({ generatedStates: 50, runs: 1 });
  });
});

test("each action comes to its turn, however many others there are", () => {
  const noises = Array.from({ length: 30 }, (_, at) => `noise${at}`);
  const noise = action("crowd", {
    forAny: range(0, 20),
    effect: (state) => {
      state.mood = state.mood === "calm" ? "giddy" : "calm";
    },
  });
  const whole = ladder();
  const crowded = instantiate(
    spec({
      name: "crowd",
      title: "a climber among many",
      actions: {
        climberClimbs: whole.actions["climberClimbs"] as never,
        ...Object.fromEntries(noises.map((name) => [name, noise])),
      },
      invariants: whole.properties as never,
    }),
  );
  const { taken } = explore(crowded, {
    runs: 40,
    steps: 20,
    properties: ["deadlockFreedom"],
  }).statistics;
  expect(Object.entries(taken).filter(([, times]) => times === 0)).toEqual([]);
});

describe("a trace is tightened", () => {
  const around = declare({
    constants: {},
    state: { at: range(0, 40), door: oneOf("shut", "open") },
  });
  const goes = (from: number, to: number) =>
    around.action("walker", {
      when: (state) => state.at === from && (to !== 40 || state.door === "open"),
      effect: (state) => {
        state.at = to;
      },
    });
  /** Twenty steps one way, three the other; taking steps away leads from none to the other. */
  const whole = around.spec({
    name: "ways",
    title: "a long way round",
    actions: {
      ...Object.fromEntries(
        Array.from({ length: 19 }, (_, at) => [`walkerGoesOn${at}`, goes(at, at + 1)]),
      ),
      walkerArrives: goes(19, 40),
      walkerCutsIn: goes(1, 30),
      walkerCutsOut: goes(30, 18),
      wardenOpens: around.action("warden", {
        when: (state) => state.door === "shut",
        effect: (state) => {
          state.door = "open";
        },
      }),
    },
    invariants: { walkerNeverArrives: around.invariant((state) => state.at !== 40) },
  });
  const model = instantiate(whole);
  const property = { kind: "invariant", name: "walkerNeverArrives" } as const;
  const long = ((): Trace => {
    const names = ["wardenOpens", ...Array.from({ length: 19 }, (_, at) => `walkerGoesOn${at}`)];
    const [initial] = model.initialStates();
    let state = initial as Trace["initial"];
    const steps = [...names, "walkerArrives"].map((name) => {
      const step = model.steps.find((one) => one.action === name) as Trace["steps"][number]["step"];
      state = model.apply(state, step);
      return { step, state };
    });
    return { initial: initial as Trace["initial"], steps };
  })();
  const shrink = (its: Trace): Trace => minimise(model, property, its);

  test("by other steps, where taking steps away would not do", () => {
    expect(shrink(long).steps).toHaveLength(21);
    const short = tightened(model, property, long, { seed: 0, shrink, goesOn: () => true });
    expect(short.steps).toHaveLength(6);
    expect(short.steps.at(-1)?.state).toMatchObject({ at: 40 });
  });

  test("to the same for the same seed, and to no more than is shrunk where there is no time", () => {
    const by = (seed: number, goesOn: boolean) =>
      tightened(model, property, long, { seed, shrink, goesOn: () => goesOn, mostSteps: 200 });
    expect(by(3, true)).toEqual(by(3, true));
    expect(by(3, false)).toEqual(shrink(long));
  });
});

describe("the spec's faults are thrown", () => {
  test("a value outside its domain", () => {
    const climberFlies = action("climber", {
      when: (state) => state.rung === 3,
      effect: (state) => {
        state.rung = 99;
      },
    });
    const whole = ladder();
    const model = instantiate({ ...whole, actions: { ...whole.actions, climberFlies } });

    const options = { runs: 100, properties: ["deadlockFreedom"] };
    expect(() => explore(model, options)).toThrow(SpecError);
    expect(() => explore(model, options)).toThrow("climber flies sets rung to 99");
  });

  test("a predicate that throws", () => {
    const claim = invariant((state) => {
      if (state.rung === 2) throw new Error("too high");
      return true;
    });

    expect(() => explore(instantiate(ladder({ invariants: { claim } })))).toThrow(
      /property claim fails: too high/,
    );
  });

  test("a path that is none", () => {
    expect(() => explore(instantiate(ladder()), { path: "up" })).toThrow(/"up"/);
    for (const path of ["1:2:3", "-1", "0:x"]) {
      expect(() => explore(instantiate(ladder()), { path })).toThrow(`not "${path}"`);
    }
  });
});

test("a protocol with nothing to do ends at once", () => {
  expect(explore(instantiate(ladder({ actions: {} })))).toMatchObject({
    kind: "violated",
    property: { name: "deadlockFreedom" },
    trace: { steps: [] },
  });
});

test("64 blocks and 4,300 steps to choose from: runs of hundreds of steps come to an end", () => {
  const block = interchangeable("block", 64);
  const {
    action: act,
    invariant: claim,
    spec: whole,
  } = declare({
    constants: {},
    state: { block: each(block, oneOf("free", "used", "merged")), merges: range(0, 64) },
  });
  const model = instantiate(
    whole({
      name: "blocks",
      title: "blocks merge in pairs",
      actions: {
        guestAllocates: act("guest", {
          forAny: block,
          when: (state, b) => state.block[b] === "free",
          effect: (state, b) => {
            state.block[b] = "used";
          },
        }),
        guestFrees: act("guest", {
          forAny: block,
          when: (state, b) => state.block[b] === "used",
          effect: (state, b) => {
            state.block[b] = "free";
          },
        }),
        guestMerges: act("guest", {
          forAny: [block, block],
          when: (state, a, b) => a !== b && state.block[a] === "free" && state.block[b] === "used",
          effect: (state, a) => {
            state.block[a] = "merged";
            state.merges += 1;
          },
        }),
        guestSplits: act("guest", {
          forAny: [block, block],
          when: (state, a, b) =>
            state.block[a] === "merged" && state.block[b] === "merged" && a !== b,
          effect: (state, a) => {
            state.block[a] = "free";
            state.merges -= 1;
          },
        }),
      },
      invariants: {
        mergesAreCounted: claim(
          (state) => state.block.filter((which) => which === "merged").length === state.merges,
        ),
        mergesAreFew: claim((state) => state.merges < 4),
      },
    }),
  );
  const runs = few(4, 100);
  const counted = explore(model, { properties: ["mergesAreCounted"], runs, steps: 100 });
  const verdict = violated(explore(model, { properties: ["mergesAreFew"], runs, steps: 400 }));

  expect(counted.statistics).toMatchObject({ runs });
  expect(verdict.trace.steps.length).toBeGreaterThanOrEqual(5);
});
