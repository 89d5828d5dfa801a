/** Liveness on orbits against liveness on states: random specs, and specs by hand on which orbits alone would be wrong. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Digits, instantiate, type Model } from "../../model/index.ts";
import {
  declare,
  each,
  type Fairness,
  interchangeable,
  isLiveness,
  oneOf,
  optional,
  type Spec,
  SpecError,
} from "../../spec/index.ts";
import { diceOf } from "../../toys/graphs.ts";
import { answer, faultIn, resultOf } from "../../toys/liveness-answers.ts";
import { orbitSpec } from "../../toys/orbit-specs.ts";
import { few } from "../../toys/share.ts";
import { exploreByReference } from "../breadth-first.ts";
import { check } from "../check.ts";
import { auditGraph } from "../compiled/graph-audit.ts";
import { search } from "../compiled/search.ts";
import { graphByReference } from "../reference-graph.ts";
import type { PropertyResult, Verdict } from "../verdict.ts";
import { visitedStates } from "../visited.ts";
import type { Explored, Orbits } from "./explored.ts";
import type { LivenessTask } from "./stage.ts";

interface Asked {
  readonly properties: readonly string[];
}

/** What one engine says of all liveness, on what it explores of the model itself: orbits, if that has symmetry. */
function decided(
  model: Model,
  explore: (model: Model, options: Asked, task: LivenessTask) => Verdict,
  effort?: number,
): Verdict {
  const claims = model.claims.filter(({ property }) => isLiveness(property.kind));
  const properties = claims.map(({ name }) => name);
  const asked = {
    unfair: [],
    findsNeeded: false,
    findsWorst: false,
    ...(effort !== undefined && { effort }),
  };
  return explore(model, { properties }, { claims, choicesOf: ({ choices }) => choices, ...asked });
}

const said = ({ status, liveness, trace }: PropertyResult): string =>
  [
    status,
    ...(liveness?.most === undefined ? [] : [`at most ${liveness.most}`]),
    ...(liveness?.isReached === undefined ? [] : [`reached ${liveness.isReached}`]),
    // A lasso of orbits need not be shortest; any other trace is, and so is what says so.
    ...(trace === undefined || trace.lasso !== undefined ? [] : [`after ${trace.steps.length}`]),
  ].join(", ");

/** The search for shortest lassos would take nearly all the time. */
const littleEffort = 1_000;

test("random specs: orbits say what states say, and show it", () => {
  const specs = few(15, 2_000);
  const tally = new Map<string, number>();
  const count = (what: string): void => {
    tally.set(what, (tally.get(what) ?? 0) + 1);
  };
  const agrees = (gen: fc.GeneratorValue): void => {
    const dice = diceOf(gen);
    const spec = orbitSpec(dice);
    const whole = instantiate(spec, { symmetry: false });
    const byStates = decided(whole, exploreByReference, littleEffort);
    const explore = dice(2) === 0 ? search : exploreByReference;
    const byOrbits = decided(instantiate(spec), explore);
    for (const { name } of whole.claims) {
      const [expected, its] = [byStates, byOrbits].map((by) => resultOf(by, name)) as [
        PropertyResult,
        PropertyResult,
      ];
      expect({ name, said: said(its) }).toEqual({ name, said: said(expected) });
      const { lasso, steps = [] } = its.trace ?? {};
      if (lasso !== undefined) {
        expect({ name, fault: faultIn(whole, its) }).toEqual({ name, fault: undefined });
        const shortest = expected.trace?.lasso;
        if (!lasso.isShortest) count("goes round");
        else if (shortest?.isShortest) expect(steps.length).toBe(expected.trace?.steps.length);
      }
      count(`${name} ${its.status}`);
    }
  };
  fc.assert(fc.property(fc.gen(), agrees), {
    seed: 20_190_601,
    numRuns: specs,
    endOnFailure: true,
  });
  for (const property of ["response", "recurrence", "stability", "recovery", "bound", "turn"]) {
    // Who is held in turn seldom is for ever.
    const seldom = property === "turn" ? 50 : 20;
    expect(tally.get(`${property} holds`), property).toBeGreaterThan(specs / seldom);
    expect(tally.get(`${property} violated`), property).toBeGreaterThan(specs / 6);
  }
  expect(tally.get("exchange holds")).toBeGreaterThan(specs / 50);
  expect(tally.get("goes round")).toBeGreaterThan(specs);
});

// ---- Specs by hand ----

/** So many items, one of which may be held; whoever holds it hands it on, and uses it. */
function handing(
  items: number,
  fairness: { readonly hand?: Fairness; readonly use?: Fairness; readonly any?: "weak" },
): Spec {
  const item = interchangeable("item", items);
  const { action, alwaysEventually, leadsTo, recoverable, spec, within } = declare({
    constants: {},
    state: { held: optional(item), used: each(item, oneOf("no", "yes")) },
  });
  const handedTo = action("giver", {
    forAny: item,
    fairness: fairness.hand ?? "none",
    when: (state, i) => state.held !== i,
    effect: (state, i) => {
      state.held = i;
    },
  });
  const isUsed = action("user", {
    forAny: item,
    fairness: fairness.use ?? "none",
    when: (state, i) => state.held === i && state.used[i] === "no",
    effect: (state, i) => {
      state.used[i] = "yes";
    },
  });
  return spec({
    name: "handing",
    title: "items are held in turn",
    ...(fairness.any && { fairness: fairness.any }),
    actions: { handedTo, isUsed },
    liveness: {
      everyTurnComes: alwaysEventually({ forAny: item, holds: (state, i) => state.held === i }),
      someTurnComes: alwaysEventually((state) => state.held !== "none"),
      itIsUsed: leadsTo({
        forAny: item,
        from: (state, i) => state.held === i,
        to: (state, i) => state.used[i] === "yes",
      }),
      anyIsUsed: alwaysEventually((state) => state.used.some((is) => is === "yes")),
      allAreUsed: alwaysEventually((state) => state.used.every((is) => is === "yes")),
      itsTurnCanCome: recoverable({ forAny: item, to: (state, i) => state.held === i }),
      itIsUsedInTime: within({
        forAny: item,
        from: (state, i) => state.held === i,
        to: (state, i) => state.used[i] === "yes",
        counting: "handedTo",
        idle: [],
        atMost: 1,
      }),
    },
  });
}

/** Items that are served one at a time, and leave. */
function serving(items: number, fairness: Fairness): Spec {
  const item = interchangeable("item", items);
  const { action, leadsTo, spec } = declare({
    constants: {},
    state: { at: each(item, oneOf("waits", "is served")) },
  });
  const serve = action("server", {
    forAny: item,
    fairness,
    when: ({ at }, i) => at[i] === "waits" && at.every((does) => does === "waits"),
    effect: ({ at }, i) => {
      at[i] = "is served";
    },
  });
  const leave = action("server", {
    forAny: item,
    fairness: "weak",
    when: ({ at }, i) => at[i] === "is served",
    effect: ({ at }, i) => {
      at[i] = "waits";
    },
  });
  return spec({
    name: "serving",
    title: "one after the other",
    actions: { serve, leave },
    liveness: {
      everyoneIsServed: leadsTo({
        forAny: item,
        from: ({ at }, i) => at[i] === "waits",
        to: ({ at }, i) => at[i] === "is served",
      }),
      someoneIsServed: leadsTo({
        from: ({ at }) => at.every((does) => does === "waits"),
        to: ({ at }) => at.some((does) => does === "is served"),
      }),
    },
  });
}

/** Two items change places for ever. Each may act at either: at the one it ends everything, at the other it is their turn. */
function crossing(fairness: Fairness): Spec {
  const item = interchangeable("item", 2);
  const { action, alwaysEventually, spec } = declare({
    constants: {},
    state: {
      at: each(item, oneOf("harmless", "dangerous")),
      next: oneOf("act", "change places"),
      done: oneOf("no", "yes"),
    },
  });
  const acts = action("item's driver", {
    forAny: item,
    fairness,
    when: ({ at, next }, i) => at[i] === "dangerous" || next === "act",
    effect: (state, i) => {
      if (state.at[i] === "dangerous") state.done = "yes";
      else state.next = "change places";
    },
  });
  const changePlaces = action("clock", {
    when: ({ next }) => next === "change places",
    effect: (state) => {
      for (const i of state.at.keys()) {
        state.at[i] = state.at[i] === "harmless" ? "dangerous" : "harmless";
      }
      state.next = "act";
    },
  });
  return spec({
    name: "crossing",
    title: "two change places",
    initial: {
      forAny: item,
      effect: (state, i) => {
        state.at[i] = "dangerous";
      },
    },
    actions: { acts, changePlaces },
    liveness: { itIsDone: alwaysEventually(({ done }) => done === "yes") },
  });
}

describe.each<[what: string, spec: Spec, property: string, status: string]>([
  // As rows 14 and 15 of golden-specs.test.ts: whoever is held, the orbit is one, and without names either could be said.
  ["each is handed it, fairly", handing(2, { hand: "weak" }), "everyTurnComes", "holds"],
  ["each of three is", handing(3, { hand: "weak" }), "everyTurnComes", "holds"],
  // It goes round between two of three for ever; in orbits that is a loop from a state to itself.
  ["a third is passed over", handing(3, { any: "weak" }), "everyTurnComes", "violated"],
  ["of two nobody can be passed over", handing(2, { any: "weak" }), "everyTurnComes", "holds"],
  ["nobody has to begin", handing(3, {}), "someTurnComes", "violated"],
  ["somebody begins", handing(3, { any: "weak" }), "someTurnComes", "holds"],
  // Some item may be used at any time, and none of them all the time.
  [
    "handed on before it is used",
    handing(2, { hand: "weak", use: "weak" }),
    "anyIsUsed",
    "violated",
  ],
  // Each state has one for which it is possible, and none has it in all.
  ["handed on among three", handing(3, { hand: "weak", use: "weak" }), "anyIsUsed", "violated"],
  [
    "used, if that is possible often",
    handing(2, { hand: "weak", use: "strong" }),
    "anyIsUsed",
    "holds",
  ],
  ["all of them", handing(3, { hand: "weak", use: "strong" }), "allAreUsed", "holds"],
  // Possible for the one that is held for ever: that is weakly fair.
  ["a single one is used", handing(1, { hand: "weak", use: "weak" }), "anyIsUsed", "holds"],
  ["held once and never again", handing(2, { use: "strong" }), "itIsUsed", "violated"],
  ["held again and again", handing(3, { hand: "weak", use: "strong" }), "itIsUsed", "holds"],
  ["its turn can come", handing(3, {}), "itsTurnCanCome", "holds"],
  ["handed on without end meanwhile", handing(2, {}), "itIsUsedInTime", "violated"],
  // Its orbit is served without end, and it is not.
  ["one starves", serving(2, "weak"), "everyoneIsServed", "violated"],
  ["one of three starves", serving(3, "weak"), "everyoneIsServed", "violated"],
  ["someone is served", serving(3, "weak"), "someoneIsServed", "holds"],
  // Each acts, and by the name that it has where it is dangerous nobody does.
  ["each acts where it is harmless, strongly fair", crossing("strong"), "itIsDone", "violated"],
  ["each acts where it is harmless, weakly fair", crossing("weak"), "itIsDone", "violated"],
  ["nobody starves", serving(3, "strong"), "everyoneIsServed", "holds"],
])("%s", (_, spec, property, status) => {
  test("by both engines, with symmetry and without", () => {
    const byStates = answer(spec, property, { symmetry: false });
    expect(byStates === "holds" ? byStates : "violated").toBe(status);
    expect(answer(spec, property)).toBe(byStates);
  });

  test("on orbits alone", () => {
    const whole = instantiate(spec, { symmetry: false });
    for (const explore of [search, exploreByReference]) {
      const its = resultOf(decided(instantiate(spec), explore), property);
      expect(its.status).toBe(status);
      if (its.trace?.lasso) expect(faultIn(whole, its)).toBeUndefined();
    }
  });
});

test("of what is decided on orbits and what is decided on states, the verdict names the shortest trace", () => {
  const page = interchangeable("page", 2);
  const { action, leadsTo, recoverable, spec } = declare({
    constants: {},
    state: { v: oneOf("a", "b"), w: oneOf("a", "b") },
  });
  const protocol = spec({
    name: "two",
    title: "two that are violated",
    fairness: "weak",
    actions: {
      starts: action("someone", {
        effect: (state) => {
          state.v = "a";
          state.w = "b";
        },
      }),
      stops: action("someone", {
        forAny: page,
        effect: (state) => {
          state.v = "b";
        },
      }),
    },
    liveness: {
      // A loop of orbits, which is looked for once more among all states.
      comes: leadsTo({ from: (state) => state.v === "a", to: () => false }),
      returns: recoverable({ to: (state) => state.w === "a" }),
    },
    mayEnd: () => true,
  });
  for (const engine of ["reference", "compiled"] as const) {
    for (const symmetry of [true, false]) {
      const verdict = check(instantiate(protocol, { symmetry }), { engine });
      const named = verdict.kind === "violated" ? verdict.property.name : verdict.kind;
      const lengths = verdict.properties.map((its) => its.trace?.steps.length);
      expect([engine, symmetry, named]).toEqual([engine, symmetry, "returns"]);
      expect(lengths).toEqual([3, 1, undefined]);
    }
  }
});

test("the one step there is, fair by itself and by what the spec says of all, is followed as both", () => {
  const item = interchangeable("item", 2);
  const { action, eventuallyAlways, spec } = declare({
    constants: {},
    state: { at: each(item, oneOf("up", "down")), phase: oneOf("first", "odd", "even") },
  });
  const protocol = spec({
    name: "single",
    title: "one step",
    fairness: "weak",
    initial: {
      forAny: item,
      effect: (state, one) => {
        state.at[one] = "down";
      },
    },
    actions: {
      ticks: action("clock", {
        fairness: "weak",
        effect: (state) => {
          for (const one of state.at.keys()) state.at[one] = state.at[one] === "up" ? "down" : "up";
          state.phase = state.phase === "odd" ? "even" : "odd";
        },
      }),
    },
    liveness: { settles: eventuallyAlways((state) => state.phase !== "first") },
  });
  for (const engine of ["reference", "compiled"] as const) {
    for (const symmetry of [true, false]) {
      expect(check(instantiate(protocol, { symmetry }), { engine }).kind).toBe("holds");
    }
  }
});

test("of what says nothing on orbits and what says nothing on states, the verdict names the first", () => {
  const cpu = interchangeable("cpu", 2);
  const { action, leadsTo, spec, within } = declare({
    constants: {},
    state: { v: oneOf("a", "b") },
  });
  const protocol = spec({
    name: "two",
    title: "two that say nothing",
    actions: {
      stays: action("someone", {
        effect: (state) => {
          state.v = "a";
        },
      }),
    },
    liveness: {
      // Whether cpus are exchangeable in it is not seen: it is decided on all states.
      isQuick: within({
        forAny: cpu,
        from: (state) => state.v === "b",
        to: (state) => state.v === "a",
        counting: (_, c) => Number.isNaN(c),
        atMost: 0,
      }),
      comes: leadsTo({ from: (state) => state.v === "b", to: (state) => state.v === "a" }),
    },
    mayEnd: () => true,
  });
  for (const engine of ["reference", "compiled"] as const) {
    for (const symmetry of [true, false]) {
      const verdict = check(instantiate(protocol, { symmetry }), { engine });
      const named = verdict.kind === "vacuous" ? verdict.property.name : verdict.kind;
      expect([engine, symmetry, named]).toEqual([engine, symmetry, "isQuick"]);
    }
  }
});

test("far more states than fit: what holds holds, and what does not is shown", () => {
  // 2^24 times 25 states in 49 orbits.
  const limit = { engine: "reference", memoryBytes: 2 ** 24 } as const;
  const asked = { ...limit, properties: ["allAreUsed", "everyTurnComes"] };
  const fair = check(instantiate(handing(24, { hand: "weak", use: "strong" })), asked);
  expect(fair).toMatchObject({ kind: "holds", statistics: { orbits: 49 } });
  const model = instantiate(handing(24, { any: "weak" }));
  const unfair = check(model, asked);
  expect(unfair.properties.map(({ status }) => status)).toEqual(["violated", "violated"]);
  for (const its of unfair.properties) expect(faultIn(model, its)).toBeUndefined();
});

describe("a graph of orbits, audited", () => {
  const model = instantiate(handing(3, {}));
  const visited = visitedStates(model.packing);
  const [initial] = model.initialStates().map((state) => model.encode(state, "a test"));
  visited.add(initial as Digits, -1, -1);
  for (let id = 0; id < visited.size; id++) {
    const state = model.layout.decode(visited.digitsOf(id));
    for (const step of model.steps.filter((its) => model.isEnabled(state, its))) {
      const reached = model.encode(model.apply(state, step), step.label);
      visited.add(model.symmetry.canonical(reached), id, model.steps.indexOf(step));
    }
  }
  const explored = graphByReference(model, visited, 1, () => {});
  const { graph, orbits } = explored as Explored & { readonly orbits: Orbits };
  const audit = (its: Explored): Explored =>
    auditGraph({
      model,
      explored: its,
      claims: [],
      isChosen: () => true,
      errorOf: (recipe) => new SpecError(`${recipe} is not trusted`),
    });
  /** The first step to another state of the same orbit. */
  const aside = graph.target.findIndex(
    (to, step) => (graph.first[to] as number) <= step && step < (graph.first[to + 1] as number),
  );

  test("with a right one it agrees", () => {
    expect(aside).toBeGreaterThanOrEqual(0);
    expect(audit(explored).audited).toBe(visited.size);
  });

  test("a wrong renaming is noticed", () => {
    const renamedBy = orbits.renamedBy.map((by, step) => (step === aside ? 0 : by));
    expect(orbits.renamedBy[aside]).not.toBe(0);
    expect(() => audit({ ...explored, orbits: { ...orbits, renamedBy } })).toThrow(
      "handedTo is not trusted",
    );
  });

  test("a step to another state of the orbit that is missing is noticed", () => {
    const without = <List extends Uint16Array | Uint32Array>(list: List): List =>
      list.filter((_, step) => step !== aside) as List;
    const first = graph.first.map((step) => (step > aside ? step - 1 : step));
    const its = {
      ...explored,
      graph: { ...graph, first, target: without(graph.target), label: without(graph.label) },
      orbits: { ...orbits, renamedBy: without(orbits.renamedBy) },
    };
    expect(() => audit(its)).toThrow("handedTo is not trusted");
  });
});
