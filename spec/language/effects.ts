import { asserting } from "./assert.ts";
import type { AssertedIn } from "./asserted.ts";
import { show } from "./shown.ts";
import type { Action, Initial } from "./spec.ts";
import { SpecError } from "./spec-error.ts";

/*
 * What an action does is one effect, and what variants do behind it in the same step: a list, so that each is
 * followed, proved and shown by itself.
 */

/**
 * Runs all effects of an action on a draft, given the state before the step; what each of them answers. What they assert
 * is noted in `run`; throws `AssertionFailure` where that does not hold.
 */
export const runEffects = (
  { effect, afterwards = [], located }: Pick<Action, "effect" | "afterwards" | "located">,
  draft: object,
  before: object,
  choiceAndConstants: readonly unknown[],
  run: AssertedIn,
): readonly unknown[] =>
  asserting(run, () => [
    effect(draft, ...choiceAndConstants),
    ...afterwards.map((then) => {
      const answer: unknown = then(draft, before, ...choiceAndConstants);
      return located === undefined ? answer : leadsNowhere(answer);
    }),
  ]);

/** Where a step of a process leads is said by its effect: a place that is answered behind it would be lost in silence. */
function leadsNowhere(answer: unknown): unknown {
  if (typeof answer !== "string") return answer;
  throw new SpecError(
    `"afterwards" answers ${show(answer)}, which nobody asks for; where the step leads is said by "to", or by "effect".`,
  );
}

/** Runs all that makes an initial state; what each of them answers. */
export const runInitial = (
  { effect, afterwards = [] }: Pick<Initial, "effect" | "afterwards">,
  draft: object,
  choice: readonly unknown[],
  constants: object,
  run: AssertedIn,
): readonly unknown[] =>
  asserting(run, () => [
    effect(draft, ...choice, constants),
    ...afterwards.map((then) => then(draft, constants) as unknown),
  ]);
