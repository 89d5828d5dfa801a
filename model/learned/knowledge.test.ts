import { afterEach, describe, expect, test, vi } from "vitest";
import { declare, oneOf, range, type Spec } from "../../spec/index.ts";
import { protocols } from "../../toys/protocols.ts";
import { importsOf } from "../../toys/sources.ts";
import type { Digits } from "../layout.ts";
import { instantiate, type Model } from "../model.ts";
import type { Decision } from "./decision.ts";
import { resultOf } from "./diagram.ts";
import { type Knowledge, learn } from "./knowledge.ts";
import type { LearnedPredicate } from "./learned-predicate.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Every state that can be reached, and every step between them, by what is learned. */
function explored(knowledge: Knowledge): {
  readonly states: readonly Digits[];
  readonly steps: readonly {
    readonly position: number;
    readonly from: Digits;
    readonly to: Digits;
  }[];
} {
  const { model } = knowledge;
  const found = new Map<string, Digits>();
  const add = (digits: Digits): void => {
    found.set(digits.join(), digits);
  };
  for (const state of model.initialStates()) add(model.encode(state, "the initial state"));
  const steps: { position: number; from: Digits; to: Digits }[] = [];
  for (const from of found.values()) {
    for (const position of model.steps.keys()) {
      const taken = knowledge.take(position, from);
      if (taken?.kind !== "state") continue;
      steps.push({ position, from, to: taken.digits });
      add(taken.digits);
    }
  }
  return { states: [...found.values()], steps };
}

const runsOf = ({ actions }: Knowledge): number =>
  actions.reduce((sum, { recipeRuns }) => sum + recipeRuns, 0);

const modelOf = (name: string, constants: Readonly<Record<string, number>>): Model => {
  const { spec } = protocols.find((its) => its.spec.name === name) as (typeof protocols)[number];
  return instantiate(spec, { constants, symmetry: false });
};

const small: readonly (readonly [string, Model])[] = [
  ["page-ring", modelOf("page-ring", { pages: 1 })],
  ["two-phase-commit", modelOf("two-phase-commit", {})],
];

describe("what is learned, without anything that runs it", () => {
  test("rests on nothing of WebAssembly", () => {
    const reached = new Set(["model/learned/knowledge.ts"]);
    for (const source of reached) {
      for (const imported of importsOf(source)) if (imported.endsWith(".ts")) reached.add(imported);
    }
    const compiled = /^model\/(wasm|learned\/compiled)\//;
    expect([...reached].filter((source) => compiled.test(source))).toEqual([]);
    expect(reached).toContain("model/learned/recording/record.ts");
  });

  test.each(small)("%s: every step comes to what the reference semantics comes to", (_, model) => {
    vi.stubGlobal("WebAssembly", undefined);
    const { states, steps } = explored(learn(model));
    const expected = states.flatMap((from) => {
      const state = model.layout.decode(from);
      return model.steps.flatMap((step, position) => {
        if (!model.isEnabled(state, step)) return [];
        return [{ position, from, to: model.encode(model.apply(state, step), step.label) }];
      });
    });
    expect(states.length).toBeGreaterThan(20);
    expect(steps).toEqual(expected);
  });

  test.each(small)("%s: what is known is not asked again", (_, model) => {
    const knowledge = learn(model);
    explored(knowledge);
    const runs = runsOf(knowledge);
    const { states } = explored(knowledge);
    expect(runsOf(knowledge)).toBe(runs);
    expect(runs).toBeLessThan((states.length * model.steps.length) / 2);
  });

  test.each(small)("%s: the diagrams come to what the functions come to", (_, model) => {
    const knowledge = learn(model);
    const { states, steps } = explored(knowledge);
    const diagrams = knowledge.diagrams();
    const answerOf = (decision: Decision, digits: Digits): unknown => {
      const result = resultOf(diagrams.of(decision), digits);
      const outcome = result === undefined ? undefined : diagrams.outcomes[result];
      return outcome?.kind === "answer" ? outcome.value : outcome;
    };
    const possible = new Set(steps.map(({ position, from }) => `${position}: ${from.join()}`));
    for (const { steps: learned } of knowledge.actions) {
      for (const { when, effect, position } of learned) {
        for (const digits of states) {
          const isPossible = possible.has(`${position}: ${digits.join()}`);
          expect(answerOf(when, digits)).toBe(isPossible);
          if (isPossible) expect(answerOf(effect, digits)).toMatchObject({ kind: "writes" });
        }
      }
    }
  });

  test.each(small)("%s: predicates answer as the properties do", (_, model) => {
    const knowledge = learn(model);
    const { states, steps } = explored(knowledge);
    const pairs = [
      ...states.map((digits) => [digits, digits]),
      ...steps.map(({ from, to }) => [from, to]),
    ] as const;
    for (const predicate of knowledge.predicates) {
      const [name, role = "mayEnd"] = predicate.name.split(": ");
      const claim = model.claims.find((its) => its.name === name);
      for (const both of pairs) {
        const of = predicate.isOfSteps ? both : both.slice(0, 1);
        const decoded = of.map((digits) => model.layout.decode(digits));
        const expected =
          claim === undefined
            ? model.mayEnd(decoded[0] as (typeof decoded)[0])
            : model.ask(claim, role, ...decoded, ...predicate.choice);
        const answer = knowledge.ask(predicate, of);
        expect(answer).toBe(Number(expected));
        expect(predicate.known(of)).toBe(answer);
      }
    }
    const names = knowledge.predicates.map((predicate) => predicate.name.split(": ")[0]);
    expect(names).toEqual(expect.arrayContaining(model.claims.map((claim) => claim.name)));
  });
});

/** A lamp with two switches that are written differently and do the same, and a counter. */
function lamp(): Spec {
  const { action, invariant, spec } = declare({
    constants: {},
    state: { lamp: oneOf("off", "on"), count: range(0, 3) },
  });
  const firstSwitchesOn = action("first", {
    when: (state) => state.lamp === "off",
    effect: (state) => {
      state.lamp = "on";
    },
  });
  const secondSwitchesOn = action("second", {
    when: (state) => !(state.lamp !== "off"),
    effect: (state) => {
      const words = ["off", "on"] as const;
      state.lamp = words[1];
    },
  });
  const firstSwitchesOff = action("first", {
    when: (state) => state.lamp === "on" && state.count < 3,
    effect: (state) => {
      state.lamp = "off";
      state.count += 1;
    },
  });
  const onIsCounted = invariant((state) => state.lamp === "off" || state.count < 4);
  return spec({
    name: "lamp",
    title: "with two switches",
    actions: { firstSwitchesOn, secondSwitchesOn, firstSwitchesOff },
    invariants: { onIsCounted },
    witnesses: {},
    liveness: {},
  });
}

describe("what can be read from it", () => {
  const model = instantiate(lamp());
  const knowledge = learn(model);
  const { states } = explored(knowledge);
  const holds = knowledge.predicates.find(
    ({ name }) => name === "onIsCounted: holds",
  ) as LearnedPredicate;
  for (const digits of states) holds.ask([digits]);
  const [lampSlot, countSlot] = model.layout.variables.map((name) =>
    ["lamp", "count"].indexOf(name),
  );

  test("functions that do the same are twins, however they are written", () => {
    const twins = knowledge
      .diagrams()
      .twins()
      .map((alike) => alike.map(({ what, name }) => `${what} of ${name}`));
    expect(twins).toContainEqual(["when of first switches on", "when of second switches on"]);
    expect(twins).toContainEqual(["effect of first switches on", "effect of second switches on"]);
  });

  test("what a predicate may answer follows from some digits", () => {
    const nothing = (): undefined => undefined;
    const isOff = (slot: number): number | undefined => (slot === lampSlot ? 0 : undefined);
    expect(holds.possible(isOff, nothing)).toEqual(new Set([1]));
    expect(knowledge.possible(holds, nothing, nothing)).toEqual(new Set([1]));
    const [on] = knowledge.actions.flatMap(({ steps }) => steps);
    expect(on?.when.leaves.map(({ outcome }) => outcome)).toEqual([
      { kind: "answer", value: true },
      { kind: "answer", value: false },
    ]);
  });

  test("a decision says at which slots it looks", () => {
    const looks = knowledge
      .decisions()
      .filter(({ what }) => what === "when")
      .map(({ name, decision }) => [name, [...decision.slots].sort((a, b) => a - b)]);
    expect(looks).toEqual([
      ["first switches on", [lampSlot]],
      ["second switches on", [lampSlot]],
      ["first switches off", [lampSlot, countSlot]],
    ]);
  });

  test("a distrusted recipe is left to the reference semantics, and comes to the same", () => {
    const distrusting = learn(model, undefined, new Set(["firstSwitchesOn"]));
    expect(explored(distrusting)).toEqual(explored(knowledge));
    expect(distrusting.actions.map(({ recipeRuns }) => recipeRuns > 0)).toEqual([
      false,
      true,
      true,
    ]);
    expect(distrusting.decisions().map(({ name }) => name)).not.toContain("first switches on");
  });
});
