import type { Digits, Model, State, Step } from "../model/index.ts";
import { AssertedIn, AssertionFailure } from "../spec/index.ts";

/** What a step does in a state: the digits that it leads to, the name of the assertion that fails, or undefined if it is not possible. */
export type Done = Digits | string | undefined;

/** Whether a step is not possible in a state, or changes nothing there: it does not keep the state from being stuck. */
export const leadsNowhere = (done: Done, digits: Digits): boolean =>
  done === undefined ||
  (typeof done !== "string" && done.every((digit, slot) => digit === digits[slot]));

/** What a step comes to by the reference semantics, with the state if there is one, and the names of what it asserts. */
export type Outcome = {
  readonly done: Done;
  readonly after?: State;
  readonly asserted: readonly string[];
};

/** What a step does in a state by the reference semantics. */
export function outcomeOf(model: Model, state: State, step: Step): Outcome {
  if (!model.isEnabled(state, step)) return { done: undefined, asserted: [] };
  const run = new AssertedIn(model.assertions);
  try {
    const after = model.apply(state, step, run);
    return { done: model.encode(after, step.label), after, asserted: run.names };
  } catch (error) {
    if (!(error instanceof AssertionFailure)) throw error;
    return { done: error.property, asserted: run.names };
  }
}

/** The same for what is the same. */
export function keyOfDone(model: Model, done: Done): string {
  if (done === undefined) return "not enabled";
  return typeof done === "string" ? `asserts: ${done}` : model.packing.pack(done);
}
