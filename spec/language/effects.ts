import type { Action, Initial } from "./spec.ts";

/*
 * What an action does is one effect, and what variants do behind it in the same step: a list, so that each is
 * followed, proved and shown by itself.
 */

/** Runs all effects of an action on a draft, given the state before the step; what each of them answers. */
export const runEffects = (
  { effect, afterwards = [] }: Pick<Action, "effect" | "afterwards">,
  draft: object,
  before: object,
  choiceAndConstants: readonly unknown[],
): readonly unknown[] => [
  effect(draft, ...choiceAndConstants),
  ...afterwards.map((then) => then(draft, before, ...choiceAndConstants) as unknown),
];

/** Runs all that makes an initial state; what each of them answers. */
export const runInitial = (
  { effect, afterwards = [] }: Pick<Initial, "effect" | "afterwards">,
  draft: object,
  choice: readonly unknown[],
  constants: object,
): readonly unknown[] => [
  effect(draft, ...choice, constants),
  ...afterwards.map((then) => then(draft, constants) as unknown),
];
