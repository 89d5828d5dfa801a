import { SpecError } from "./spec-error.ts";

/** An assertion inside an effect does not hold; the step it would have been is the counterexample. */
export class AssertionFailure extends Error {
  override readonly name = "AssertionFailure";
}

/** Claims inside an effect that `condition` holds at that point of the step; `claim` says what, in words. */
export function assert(condition: boolean, claim: string): asserts condition {
  if (typeof condition !== "boolean") {
    throw new SpecError(
      `assert(..., ${JSON.stringify(claim)}): the condition must be true or false.`,
    );
  }
  if (!condition) throw new AssertionFailure(claim);
}
