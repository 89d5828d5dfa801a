import {
  concerns,
  judge,
  type PropertyName,
  type Trace,
  type TraceStep,
} from "../checker/index.ts";
import type { Claim, Model, State, Step } from "../model/index.ts";
import { AssertionFailure, subjectOf } from "../spec/index.ts";
import { idleSteps } from "./changes.ts";

/** What following a list of steps comes to. */
export type Followed =
  | { readonly kind: "violates"; readonly trace: Trace }
  | { readonly kind: "holds"; readonly steps: readonly TraceStep[] }
  /** The step at a position (from 0) is not enabled. */
  | { readonly kind: "not enabled"; readonly at: number }
  /** The effect of the step at a position fails an assertion, of which this is the claim, and not the one looked for. */
  | { readonly kind: "asserts"; readonly at: number; readonly assertion: string };

/** The step that led to a state, and from where. */
interface LastStep {
  readonly before: State;
  readonly step: Step;
}

/** What a claim of states or of steps says of the end of a path; undefined where it says nothing of it, or is of neither. */
export function judgedAt(
  model: Model,
  claim: Claim,
  state: State,
  last?: LastStep,
): ReturnType<typeof judge> | undefined {
  switch (subjectOf(claim.property.kind)) {
    case "state":
      return judge(model, claim, [state]);
    case "step":
      return last && concerns(model, claim, last.step)
        ? judge(model, claim, [last.before, state])
        : undefined;
    case "effect":
    case "behaviour":
    case undefined:
      return undefined;
  }
}

/** How a property fails in the last state or step of a path; undefined if it does not. */
export function failureAt(
  model: Model,
  property: PropertyName,
  state: State,
  last?: LastStep,
): Pick<Trace, "choice"> | undefined {
  if (property.kind === "deadlock freedom") {
    const isStuck = idleSteps(model, state) !== undefined;
    return isStuck && !model.mayEnd(state) ? {} : undefined;
  }
  const claim = model.claims.find(({ name }) => name === property.name);
  if (claim === undefined || claim.property.kind !== property.kind) return undefined;
  const choice = judgedAt(model, claim, state, last)?.choice;
  return choice && { choice };
}

/**
 * Takes `steps` after the path `taken` (in whose states the property holds) until the property is violated.
 */
export function follow(
  model: Model,
  property: PropertyName,
  initial: State,
  taken: readonly TraceStep[],
  steps: readonly Step[],
): Followed {
  const path = [...taken];
  let state = path.at(-1)?.state ?? initial;
  if (path.length === 0 && subjectOf(property.kind) === "state") {
    const failure = failureAt(model, property, state);
    if (failure !== undefined)
      return { kind: "violates", trace: { initial, steps: [], ...failure } };
  }
  for (const step of steps) {
    if (!model.isEnabled(state, step)) return { kind: "not enabled", at: path.length };
    const before = state;
    try {
      state = model.apply(before, step);
    } catch (error) {
      if (!(error instanceof AssertionFailure)) throw error;
      if (error.property !== property.name) {
        return { kind: "asserts", at: path.length, assertion: error.message };
      }
      path.push({ step, state: before });
      return { kind: "violates", trace: { initial, steps: path } };
    }
    model.encode(state, step.label);
    path.push({ step, state });
    // Only of the end it is asked whether it is stuck: a step follows elsewhere.
    if (property.kind === "deadlock freedom") continue;
    const failure = failureAt(model, property, state, { before, step });
    if (failure !== undefined)
      return { kind: "violates", trace: { initial, steps: path, ...failure } };
  }
  if (property.kind === "deadlock freedom" && failureAt(model, property, state) !== undefined) {
    return { kind: "violates", trace: { initial, steps: path } };
  }
  return { kind: "holds", steps: path };
}
