import type { Claim, Model, State, Step } from "../model/index.ts";
import { isSought, type StepProperty, subjectOf } from "../spec/index.ts";

/**
 * What a property of states or steps says for one choice: nothing, that it holds (a witness: that it is met), or
 * that it fails. Generated code answers by the same numbers.
 */
export const answers = { nothing: 0, holds: 1, fails: 2 } as const;
export type Answer = (typeof answers)[keyof typeof answers];

/** What a property says where it does not hold: what is only looked for never fails. */
export const otherwise = ({ property }: Claim): Answer =>
  isSought(property.kind) ? answers.nothing : answers.fails;

/** What a property says for one choice of `[state]`, or of `[before, after]`. */
export function answerOf(
  model: Model,
  claim: Claim,
  states: readonly State[],
  choice: readonly unknown[],
): Answer {
  const isAsked = isSought(claim.property.kind) || model.ask(claim, "when", ...states, ...choice);
  if (!isAsked) return answers.nothing;
  return model.ask(claim, "holds", ...states, ...choice) ? answers.holds : otherwise(claim);
}

/** What a property says for all its choices; if it fails, for the first for which it does. */
export interface Judgement {
  readonly answer: Answer;
  readonly choice?: readonly unknown[];
}

/** Asks a property for one choice after the other, until one decides; of `[state]`, or of `[before, after]`. */
export function judge(model: Model, claim: Claim, states: readonly State[]): Judgement {
  let answer: Answer = answers.nothing;
  for (const choice of claim.choices) {
    const its = answerOf(model, claim, states, choice);
    if (its === answers.fails) return { answer: its, choice };
    if (its === answers.holds) answer = its;
    if (answer === answers.holds && isSought(claim.property.kind)) break;
  }
  return { answer };
}

/** Whether a step property says anything of the steps of an actor. */
export function concerns(model: Model, { property }: Claim, step: Step): boolean {
  const { by } = property as StepProperty;
  if (by === undefined) return true;
  const actor = model.spec.actions[step.action]?.actor;
  return by === (typeof actor === "object" ? actor.name : actor);
}

/** Whether a property fails, or one that is only looked for is met. */
export function isViolatedOrMet(model: Model, claim: Claim, states: readonly State[]): boolean {
  const decides = isSought(claim.property.kind) ? answers.holds : answers.fails;
  return judge(model, claim, states).answer === decides;
}

/** The step properties that say something of a step. */
export const stepClaims = (model: Model, step: Step): readonly Claim[] =>
  model.claims.filter(
    (claim) => subjectOf(claim.property.kind) === "step" && concerns(model, claim, step),
  );
