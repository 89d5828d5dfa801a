import type { Model, State, Step } from "../model/index.ts";
import { AssertionFailure } from "../spec/index.ts";

/** Whether two states of a model are the same. */
export function isSameState(model: Model, one: State, other: State): boolean {
  if (one === other) return true;
  const digits = model.encode(other, "a step");
  return model.encode(one, "a step").every((digit, slot) => digit === digits[slot]);
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
