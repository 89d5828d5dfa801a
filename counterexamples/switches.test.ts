import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, type Trace } from "../checker/index.ts";
import { instantiate, type Model, type State } from "../model/index.ts";
import { declare, each, ordered, range, type Spec } from "../spec/index.ts";
import { withFewestSwitches } from "./switches.ts";
import { follow } from "./violation.ts";

const cpu = ordered("cpu", 3);

/** CPUs that count to two, each by itself, unless one has to wait for another. */
function counting(waits: boolean): Spec {
  const { action, alwaysEventually, invariant, spec } = declare({
    constants: {},
    state: { count: each(cpu, range(0, 2)) },
  });
  return spec({
    name: "counting",
    title: "CPUs that count",
    actions: {
      cpuCounts: action(cpu, {
        when: (state, self) => {
          const counts = [...state.count];
          const own = state.count[self];
          const before = counts[Number(self) - 1];
          return own < 2 && (!waits || before === undefined || own < before);
        },
        effect: (state, self) => {
          state.count[self] += 1;
        },
      }),
    },
    mayEnd: () => true,
    invariants: { someCpuIsBehind: invariant((state) => state.count.some((its) => its < 2)) },
    liveness: { countsForEver: alwaysEventually((state) => state.count.every((its) => its < 2)) },
  });
}

const switchesIn = ({ steps }: Trace): number =>
  steps.filter(({ step }, at) => at > 0 && step.actor !== steps[at - 1]?.step.actor).length;

/** A trace of these actors' steps, as it violates a property. */
function traceOf(model: Model, actors: readonly number[]): Trace {
  const steps = actors.map((actor) => {
    const step = model.steps.find(({ choice }) => choice[0] === actor);
    if (step === undefined) throw new Error(`There is no cpu ${actor}.`);
    return step;
  });
  const property = { kind: "invariant", name: "someCpuIsBehind" } as const;
  const followed = follow(model, property, model.initialStates()[0] as State, [], steps);
  if (followed.kind !== "violates") throw new Error(followed.kind);
  return followed.trace;
}

const behind = { kind: "invariant", name: "someCpuIsBehind" } as const;

describe("the order with the fewest switches", () => {
  const model = instantiate(counting(false));

  test("lets each actor do what it does at once, where nobody waits", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 0, 1, 1, 2, 2], { minLength: 6 }), (actors) => {
        const trace = traceOf(model, actors);
        const best = withFewestSwitches(model, behind, trace);
        expect(switchesIn(best)).toBe(2);
        // The one that violates stays, and so does the order of each.
        expect(best.steps.at(-1)?.step).toBe(trace.steps.at(-1)?.step);
        expect(
          traceOf(
            model,
            best.steps.map(({ step }) => step.choice[0] as number),
          ),
        ).toEqual(best);
      }),
    );
  });

  test("takes no step that is not possible", () => {
    const waiting = instantiate(counting(true));
    const trace = traceOf(waiting, [0, 1, 0, 2, 1, 2]);
    const best = withFewestSwitches(waiting, behind, trace);
    expect(best.steps.map(({ step }) => step.choice[0])).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test("is as it was where there is no time to look", () => {
    const trace = traceOf(model, [0, 1, 0, 1, 2, 2]);
    expect(withFewestSwitches(model, behind, trace, () => false)).toBe(trace);
  });

  test("of a lasso leads to the same loop", () => {
    const result = check(model, { properties: ["countsForEver"] }).properties.find(
      ({ name }) => name === "countsForEver",
    );
    if (result?.trace === undefined) throw new Error("It is not violated.");
    const best = withFewestSwitches(model, result, result.trace);
    expect(best.lasso).toEqual(result.trace.lasso);
    expect(best.steps.at(-1)?.state).toEqual(result.trace.steps.at(-1)?.state);
    expect(switchesIn(best)).toBeLessThanOrEqual(switchesIn(result.trace));
  });
});
