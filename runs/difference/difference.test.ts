import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../../model/index.ts";
import { declare, oneOf, ordered, type Spec, type Variant, variant } from "../../spec/index.ts";
import { violation, violations } from "../../toys/corpus.ts";
import { few, nightly } from "../../toys/share.ts";
import { specOf } from "../told/index.ts";
import {
  type Difference,
  differenceOf,
  isKnownWhole,
  isSameEverywhere,
  type Sides,
} from "../index.ts";
import { type BehaviourDifference, behaviourDifferences } from "./behaviour.ts";
import { pathOf, type StateGraph, stateGraphOf } from "./state-graph.ts";

const free = { maxStates: 100_000, isInterrupted: () => false, isLate: () => false };
const patient = { maxPairs: 1_000_000, mustEnd: async () => undefined };

const graphOf = (spec: Spec, maxStates = free.maxStates): StateGraph =>
  stateGraphOf(instantiate(spec), spec.name, { ...free, maxStates });

const between = (one: Spec, other: Spec): Promise<Difference> =>
  differenceOf([graphOf(one), graphOf(other)], patient);

const page = ordered("page", 1);
const words = declare({
  constants: {},
  state: {
    page: oneOf("free", "named", "back", "taken"),
    asked: oneOf("no", "yes"),
    gone: oneOf("no", "yes"),
  },
});
const { action, pages } = words;
/** A page is asked for, taken off the lists, may be dropped, and comes back; or the guest takes it. */
const hinted = words.spec({
  name: "hinted",
  title: "one page that is reported",
  pages: pages({
    forEach: page,
    state: (state) => {
      const seen = { free: "free", named: "isolated", back: "reported", taken: "stable" } as const;
      return seen[state.page];
    },
    discarded: (state) => state.gone === "yes",
  }),
  actions: {
    guestAsks: action("guest", {
      when: (state) => state.asked === "no" && state.page === "free",
      effect: (state) => void (state.asked = "yes"),
    }),
    workerNames: action("worker", {
      when: (state) => state.asked === "yes" && state.page === "free",
      effect: (state) => void (state.page = "named"),
    }),
    hostDrops: action("host", {
      when: (state) => state.page === "named" && state.gone === "no",
      effect: (state) => void (state.gone = "yes"),
    }),
    workerReturns: action("worker", {
      when: (state) => state.page === "named",
      effect: (state) => void (state.page = "back"),
    }),
    guestTakes: action("guest", {
      when: (state) => state.page === "free" || state.page === "back",
      effect: (state) => {
        state.page = "taken";
        state.gone = "no";
      },
    }),
    guestFrees: action("guest", {
      when: (state) => state.page === "taken",
      effect: (state) => {
        state.page = "free";
        state.asked = "no";
      },
    }),
  },
});

const changed = (change: Parameters<typeof variant<typeof hinted>>[1]["change"]): Variant =>
  variant(hinted, { name: "changed", because: "why not?", expects: "holds", change });

/** A found behaviour; throws where there is none. */
function found(its: Difference["behaviours"], side: 0 | 1) {
  const one = typeof its === "string" ? undefined : its[side];
  if (one?.kind !== "found") throw new Error(`What was found: ${JSON.stringify(its)}`);
  return one;
}

describe("the difference of two versions", () => {
  test("is none between a protocol and itself, and one that only calls actions otherwise", async () => {
    const { guestAsks, hostDrops } = hinted.actions;
    const renamed = changed({
      actions: { guestAsks: "removed", hostDrops: "removed" },
      added: { guestBegs: guestAsks as never, hostTakesAway: hostDrops as never },
    });
    expect(isSameEverywhere(await between(hinted, hinted))).toBe(true);
    const its = await between(hinted, renamed.spec);
    expect(its.steps?.renamed).toEqual([
      ["guestAsks", "guestBegs"],
      ["hostDrops", "hostTakesAway"],
    ]);
    expect(isSameEverywhere(its)).toBe(true);
    expect(isKnownWhole(its)).toBe(true);
    expect(its.behaviours).toEqual([{ kind: "none" }, { kind: "none" }]);
  });

  test("is no renaming where a step more or less is taken, or none at all", async () => {
    const eager = action("guest", {
      when: (state) => state.asked === "no",
      effect: (state) => void (state.asked = "yes"),
    });
    const other = changed({ actions: { guestAsks: "removed" }, added: { guestBegs: eager } });
    const its = await between(hinted, other.spec);
    expect(its.steps).toMatchObject({ renamed: [], actions: [["guestAsks"], ["guestBegs"]] });
    expect(isSameEverywhere(its)).toBe(false);

    const never = { when: () => false, effect: () => {} };
    const [one, another] = ["guestSleeps", "guestDreams"].map((name) =>
      changed({
        added: { [name]: action("guest", never) },
      }),
    );
    const idle = await between((one as Variant).spec, (another as Variant).spec);
    expect(idle.steps?.renamed).toEqual([]);
    expect(isSameEverywhere(idle)).toBe(false);
  });

  test("is told by the steps where pages show nothing of it", async () => {
    const its = await between(
      hinted,
      changed({
        actions: { guestAsks: { when: (state) => state.asked === "no" && state.page !== "named" } },
      }).spec,
    );
    expect(its.behaviours).toEqual([{ kind: "none" }, { kind: "none" }]);
    expect(its.steps?.byAction).toEqual([
      { action: "guestAsks", steps: [0, 1], fromCommon: [0, 1], states: [0, 0] },
    ]);
    expect(isSameEverywhere(its)).toBe(false);
  });

  test("is shown by a shortest behaviour, with what the other can do instead", async () => {
    const early = changed({
      actions: { guestTakes: { when: (state) => state.page !== "taken" } },
    });
    const its = await between(hinted, early.spec);
    expect(its.behaviours[0]).toEqual({ kind: "none" });
    const { initial, steps, ...more } = found(its.behaviours, 1);
    expect(more).toEqual({
      kind: "found",
      isShortest: true,
      change: [{ page: "page 0", from: "isolated", to: "stable" }],
      instead: [
        [{ page: "page 0", from: "isolated", to: "isolated, discarded" }],
        [{ page: "page 0", from: "isolated", to: "reported" }],
      ],
    });
    const path = pathOf(instantiate(early.spec), initial, steps);
    expect(path.steps.map(({ step }) => step.label)).toEqual([
      "guest asks",
      "worker names",
      "guest takes",
    ]);
  });

  test("is shown by what is discarded, which no state of a page says", async () => {
    const polite = changed({ actions: { hostDrops: "removed" } });
    const its = await between(hinted, polite.spec);
    expect(its.behaviours[1]).toEqual({ kind: "none" });
    expect(found(its.behaviours, 0).change).toEqual([
      { page: "page 0", from: "isolated", to: "isolated, discarded" },
    ]);
  });

  test("is not known where not all is: at a limit nothing is the same, and a fault is told", async () => {
    const whole = graphOf(hinted);
    const half = graphOf(hinted, 2);
    expect(half).toMatchObject({ limit: "state limit" });
    for (const graphs of [
      [whole, half],
      [half, whole],
      [half, half],
    ] as const) {
      const its = await differenceOf(graphs, patient);
      expect(isKnownWhole(its)).toBe(false);
      expect(its.steps).toMatchObject({ isWhole: false, byAction: [], states: [0, 0] });
      const kinds = (its.behaviours as readonly BehaviourDifference[]).map(({ kind }) => kind);
      expect(kinds).toContain("not found");
      expect(kinds).not.toContain("found");
    }
    const early = changed({
      actions: { workerNames: "removed" },
      added: { x: action("x", { effect: () => {} }) },
    });
    const apart = await differenceOf([graphOf(hinted, 3), graphOf(early.spec, 3)], patient);
    expect(apart.steps?.byAction).toMatchObject([{ action: "workerNames", steps: [1, 0] }]);
    const tired = { maxPairs: 1, mustEnd: async () => undefined };
    expect(isKnownWhole(await differenceOf([whole, graphOf(early.spec)], tired))).toBe(false);

    const broken = changed({
      actions: { hostDrops: { effect: (state) => void (state.gone = "maybe" as "yes") } },
    });
    const { notes } = await between(hinted, broken.spec);
    expect(notes.join()).toMatch(/a step that cannot be taken is left out: .*host drops sets gone/);
  });

  test("has no behaviours where a version has no pages, or others", async () => {
    const { pages: _pages, ...rest } = hinted;
    const bare = { ...rest, pages: undefined } as Spec;
    expect((await between(hinted, bare)).behaviours).toBe("hinted has no pages");
    expect((await between(bare, bare)).behaviours).toContain("neither");
  });
});

/** A small graph of states that are seen, made up: two initial states, no labels. */
const graphs = fc
  .integer({ min: 2, max: 6 })
  .chain((size) =>
    fc.record({
      seen: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: size, maxLength: size }),
      edges: fc.array(
        fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 0, max: size - 1 })),
        { maxLength: 9 },
      ),
    }),
  )
  .map(({ seen, edges }): StateGraph => {
    const sorted = edges.filter(([from, to]) => from !== to).toSorted(([a], [b]) => a - b);
    const first = Uint32Array.from(
      { length: seen.length + 1 },
      (_, state) => sorted.filter(([from]) => from < state).length,
    );
    return {
      title: "made up",
      variables: [],
      values: [],
      states: new Uint32Array(),
      size: seen.length,
      initial: 1,
      expanded: seen.length,
      first,
      target: Uint32Array.from(sorted, ([, to]) => to),
      label: Uint32Array.from(sorted.keys()),
      steps: sorted.map(([from, to]) => ({ action: "go", label: `${from} to ${to}` })),
      pages: {
        names: ["page 0"],
        views: [["free"], ["stable"], ["unused"]],
        seen: Uint32Array.from(seen),
      },
    };
  });

/** What a graph leads to from some states, step by step, and what was seen on the way, without what repeats. */
const stepsFrom = ({ first, target }: StateGraph, state: number): readonly number[] => [
  ...target.subarray(first[state], first[state + 1]),
];
const seenIn = ({ pages: its }: StateGraph, state: number): number => its?.seen[state] as number;

/** Whether a graph can show a sequence, by trying all its ways; obviously right, and slow. */
function canShow(graph: StateGraph, shown: readonly number[]): boolean {
  const tried = new Set<string>();
  const goesOn = (state: number, at: number): boolean => {
    const key = `${state} ${at}`;
    if (tried.has(key)) return false;
    tried.add(key);
    if (at === shown.length - 1) return true;
    return stepsFrom(graph, state).some((next) => {
      if (seenIn(graph, next) === shown[at]) return goesOn(next, at);
      return seenIn(graph, next) === shown[at + 1] && goesOn(next, at + 1);
    });
  };
  return seenIn(graph, 0) === shown[0] && goesOn(0, 0);
}

/** The fewest steps after which a graph shows what another cannot, of at most so many. */
function fewestSteps(one: StateGraph, other: StateGraph, most: number): number | undefined {
  let runs = [{ state: 0, shown: [seenIn(one, 0)] }];
  for (let steps = 0; steps <= most; steps++) {
    if (runs.some(({ shown }) => !canShow(other, shown))) return steps;
    const next = runs.flatMap(({ state, shown }) =>
      stepsFrom(one, state).map((to) => ({
        state: to,
        shown: seenIn(one, to) === shown.at(-1) ? shown : [...shown, seenIn(one, to)],
      })),
    );
    runs = [...new Map(next.map((run) => [JSON.stringify(run), run])).values()];
  }
  return undefined;
}

test("the shortest behaviour that only one graph has is what trying all of them finds", async () => {
  const most = 8;
  let met = 0;
  await fc.assert(
    fc.asyncProperty(graphs, graphs, async (one, other) => {
      const [its] = await behaviourDifferences([one, other], patient);
      const fewest = fewestSteps(one, other, most);
      if (its.kind === "found") {
        met += 1;
        expect(its.isShortest).toBe(true);
        if (its.steps.length <= most) expect(fewest).toBe(its.steps.length);
      }
      if (its.kind !== "found" || its.steps.length > most) expect(fewest).toBeUndefined();
    }),
    { numRuns: 400, seed: 1 },
  );
  expect(met).toBeGreaterThan(50);
});

/** Variants that mend what a protocol by itself has wrong. */
const repairs: Readonly<Record<string, string>> = {
  "bitmap-page-reporting-v12": "looks-again-when-it-ends",
  "percpu-page-hinting-v9": "locks-the-queue",
};

/** A kept violation's version, and the one without the mistake, with the constants that it was found with. */
function versionsOf(name: string): Sides<Model> {
  const { file, protocol } = violation(name);
  const base = protocol.variants.find((one) => one.name === file.variant)?.base;
  const mended = base ?? specOf(protocol, repairs[file.protocol]);
  const [one, other] = [specOf(protocol, file.variant), mended].map((spec) => {
    const known = Object.entries(file.constants).filter(([its]) => its in spec.constants);
    return instantiate(spec, { constants: Object.fromEntries(known), symmetry: false });
  });
  return [one as Model, other as Model];
}

/** Whether the mistake is in what happens: otherwise it is in a constant, in what is asked, or in what is counted upon. */
function isInSteps(name: string): boolean {
  const [mistaken, mended] = versionsOf(name).map(({ spec }) => spec) as [Spec, Spec];
  const happens = ({ actions, initial }: Spec): unknown => [
    initial,
    ...Object.entries(actions).map(([action, { fairness, ...its }]) =>
      // An action of which another fairness is asked is made anew, and does the same.
      fairness === mistaken.actions[action]?.fairness &&
      fairness === mended.actions[action]?.fairness
        ? its
        : action,
    ),
  ];
  return !isDeepStrictEqual(happens(mistaken), happens(mended));
}

/** Whether they are seen to differ, among so many states: what is seen among fewer is so among more. */
async function isDifferent(name: string, maxStates: number): Promise<boolean> {
  const [one, other] = versionsOf(name).map((model) =>
    stateGraphOf(model, model.spec.name, { ...free, maxStates }),
  );
  const its = await differenceOf([one as StateGraph, other as StateGraph], patient);
  return !isSameEverywhere(its);
}

describe("a fix of a known violation", () => {
  test.each(few(["hints-at-the-list"], []))("%s shows what it takes away", async (name) => {
    expect(await isDifferent(name, 300)).toBe(true);
  });
  nightly(() => {
    const mendable = violations.filter((name) => {
      const { protocol, variant: mistaken } = violation(name).file;
      return mistaken !== undefined || repairs[protocol] !== undefined;
    });
    test.each(mendable)("%s shows it among more states, where it is in a step", async (name) => {
      if (!isInSteps(name)) {
        expect(await isDifferent(name, 3_000)).toBe(false);
        return;
      }
      for (const least of [300, 3_000, 30_000]) if (await isDifferent(name, least)) return;
      expect(await isDifferent(name, 100_000)).toBe(true);
    });
  });
});
