import { type AssertedIn, AssertionFailure } from "./asserted.ts";
import { kindOf } from "./made.ts";
import { isSpecRunning } from "./outside.ts";
import { isRecord } from "./refuse.ts";
import { show } from "./shown.ts";
import type { Assertion } from "./spec.ts";
import { SpecError } from "./spec-error.ts";

/** The run of effects that is under way; undefined while there is none. */
let current: AssertedIn | undefined;

/**
 * Runs effects, and notes what is asserted meanwhile. An assertion that failed counts even where the effect catches it:
 * its failure is thrown in the end.
 */
export function asserting<T>(run: AssertedIn, effects: () => T): T {
  const outer = current;
  current = run;
  try {
    const answer = effects();
    if (run.failure !== undefined) throw run.failure;
    return answer;
  } catch (error) {
    throw run.failure ?? error;
  } finally {
    current = outer;
  }
}

/**
 * Claims inside an effect that `condition` holds at that point of the step. The assertion is one that `assertion(...)`
 * made and that the protocol lists; `values` are told, by their names, where it fails.
 */
export function assert(
  condition: boolean,
  assertion: Assertion,
  values?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (kindOf(assertion) !== "assertion") {
    throw new SpecError(
      `assert(...) takes a condition and what assertion("...") made, and got ${show(assertion)} for that.`,
    );
  }
  const { claim } = assertion;
  const what = `assert(..., ${JSON.stringify(claim)})`;
  if (typeof condition !== "boolean") {
    throw new SpecError(`${what}: the condition must be true or false.`);
  }
  if (values !== undefined && !isRecord(values)) {
    throw new SpecError(
      `${what}: the values are ${show(values)}; they must be a record, such as { page }.`,
    );
  }
  if (current !== undefined) current.evaluates(condition, assertion, values);
  else if (isSpecRunning()) {
    throw new SpecError(`${what}: only an effect asserts; a condition or a property just answers.`);
  } else if (!condition) throw new AssertionFailure(claim, "", values);
}
