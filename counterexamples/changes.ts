import type { Model, State, Step } from "../model/index.ts";
import { AssertionFailure } from "../spec/index.ts";

/** Whether two states of a model are the same. */
export function isSameState(model: Model, one: State, other: State): boolean {
  if (one === other) return true;
  const digits = model.encode(other, "a step");
  return model.encode(one, "a step").every((digit, slot) => digit === digits[slot]);
}

/** Of a state in which nothing can change any more: the steps that are possible and change nothing. Otherwise undefined. */
export function idleSteps(model: Model, state: State): readonly Step[] | undefined {
  const possible = model.steps.filter((step) => model.isEnabled(state, step));
  return possible.every((step) => isIdle(model, state, step)) ? possible : undefined;
}

/** Whether a step that is possible changes nothing. */
export function isIdle(model: Model, state: State, step: Step): boolean {
  try {
    return isSameState(model, state, model.apply(state, step));
  } catch (error) {
    if (error instanceof AssertionFailure) return false;
    throw error;
  }
}

/** Whether a step is possible that leads to another state; one that fails an assertion leads to none. */
export function changesState(model: Model, state: State, step: Step): boolean {
  if (!model.isEnabled(state, step)) return false;
  try {
    return !isSameState(model, state, model.apply(state, step));
  } catch (error) {
    if (error instanceof AssertionFailure) return false;
    throw error;
  }
}
