import type { Claim, Model, Step } from "../../model/index.ts";
import type { Progress } from "../../spec/index.ts";

/** Which steps a property speaks of that says of an actor that it makes progress. */
export interface ActorSteps {
  /** Whether the actor takes it. */
  readonly isOwn: (step: Step) => boolean;
  /** Whether it is progress wherever it changes something; false of all where a predicate says which are. */
  readonly isCounted: (step: Step) => boolean;
}

/** The steps that a property of an actor speaks of for one choice. */
export function actorSteps(
  { spec }: Model,
  { of, counting, choices }: Progress,
  choice: readonly unknown[],
): ActorSteps {
  const isOfEach = choices.length > 0;
  const isOfSuch = ({ action }: Step): boolean => {
    const actor = spec.actions[action]?.actor;
    return isOfEach
      ? typeof actor === "object" && actor.name === of
      : typeof actor === "string" && actor === of;
  };
  const isOwn = (step: Step): boolean =>
    isOfSuch(step) && (!isOfEach || step.choice[0] === choice[0]);
  if (counting === undefined) return { isOwn, isCounted: isOwn };
  const names = typeof counting === "function" ? [] : counting;
  return {
    isOwn,
    isCounted: (step) => names.includes(step.action) && (!isOfSuch(step) || isOwn(step)),
  };
}

/** The steps of all actors of which properties say that they make progress: where these are possible has to be known. */
export function stepsOfActors(model: Model, claims: readonly Claim[]): readonly Step[] {
  const isOwn = claims.flatMap(({ property, choices }) =>
    property.kind === "progress"
      ? choices.map((choice) => actorSteps(model, property, choice).isOwn)
      : [],
  );
  return model.steps.filter((step) => isOwn.some((its) => its(step)));
}
