import { anyStep, type FairAction, type FairBecause, type LassoFacts } from "../checker/index.ts";
import type { Model, State, Step } from "../model/index.ts";
import { changesState, isSameState } from "./changes.ts";
import { type EndlessBehaviour, statesOf } from "./liveness.ts";

/** An assumption of fairness, met on a loop. */
export type MetFairness = LassoFacts["fairness"][number];

/** What fairness says of a lasso: why each assumption is met, or one that is not. */
export type FairnessOn =
  | { readonly kind: "fair"; readonly fairness: readonly MetFairness[] }
  /** In the state (from 0) it is possible. */
  | { readonly kind: "unfair"; readonly action: FairAction; readonly state: number };

/**
 * Whether a lasso is fair, by definition: an action is met by a step of it on the loop, or if it is
 * possible nowhere on the loop, or, if its fairness is weak, not possible in some state there. Only a step
 * that changes something is possible or taken. Assumed is what the model declares, but for the actions `unfair`
 * (by name; or "any step").
 */
export function fairnessOn(
  model: Model,
  lasso: EndlessBehaviour,
  unfair: readonly string[] = [],
): FairnessOn {
  const { steps, loopsTo } = lasso;
  const around = statesOf(lasso);
  const loop = around.slice(loopsTo, Math.max(loopsTo + 1, steps.length));
  const taken = new Map<Step, number>();
  for (let at = steps.length; at > loopsTo; at--) {
    const before = around[at - 1] as State;
    const { step, state } = steps[at - 1] as EndlessBehaviour["steps"][number];
    if (!isSameState(model, before, state)) taken.set(step, at);
  }

  function because(kind: FairAction["kind"], all: readonly Step[]): FairBecause | number {
    const positions = all.flatMap((step) => taken.get(step) ?? []);
    if (positions.length > 0) return { kind: "taken", step: Math.min(...positions) };
    const isPossible = loop.map((state) => all.some((step) => changesState(model, state, step)));
    const possible = isPossible.indexOf(true);
    if (possible < 0) return { kind: "never possible" };
    const impossible = isPossible.indexOf(false);
    if (kind === "weak" && impossible >= 0) {
      return { kind: "not possible", state: loopsTo + impossible };
    }
    return loopsTo + possible;
  }

  const fairness: MetFairness[] = [];
  for (const { action, steps: all } of assumptionsOf(model, unfair)) {
    const met = because(action.kind, all);
    if (typeof met === "number") return { kind: "unfair", action, state: met };
    fairness.push({ ...action, because: met });
  }
  return { kind: "fair", fairness };
}

interface Assumption {
  readonly action: FairAction;
  /** Whichever of these is taken. */
  readonly steps: readonly Step[];
}

function assumptionsOf({ spec, steps }: Model, unfair: readonly string[]): readonly Assumption[] {
  const ofActions = steps.flatMap((step): readonly Assumption[] => {
    const kind = spec.actions[step.action]?.fairness ?? "none";
    if (kind === "none" || unfair.includes(step.action)) return [];
    return [{ action: { label: step.label, kind }, steps: [step] }];
  });
  if (spec.fairness === "none" || unfair.includes(anyStep)) return ofActions;
  return [...ofActions, { action: { label: anyStep, kind: spec.fairness }, steps }];
}
