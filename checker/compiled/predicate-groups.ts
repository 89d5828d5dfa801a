import {
  type AnyFunction,
  type Claim,
  functionsOf,
  type Model,
  type PredicateGroup,
  type State,
  type Step,
} from "../../model/index.ts";
import {
  type Action,
  isAsserted,
  isLiveness,
  predicatesOf,
  type Property,
  type PropertyPart,
  show,
  subjectOf,
} from "../../spec/index.ts";
import { answerOf, answers, otherwise } from "../claims.ts";
import type { Ledger } from "../ledger.ts";
import { stepsOfActors } from "../liveness/actor-steps.ts";

/** The properties that are judged state by state, step by step or in an effect: all but those of behaviours. */
export const judgedClaims = (model: Model, ledger: Ledger): readonly Claim[] =>
  model.claims.filter((claim) => !isLiveness(claim.property.kind) && ledger.isOpen(claim));

/** Those of them that are asked of states and steps, as predicates. */
export const judgedGroups = (model: Model, ledger: Ledger): readonly PredicateGroup[] =>
  judgedClaims(model, ledger)
    .filter(({ property }) => !isAsserted(property.kind))
    .map((claim) => groupOf(model, claim));

/** A property of states or steps as a predicate, which answers as `answerOf` does. */
function groupOf(model: Model, claim: Claim): PredicateGroup {
  const property = claim.property as Extract<Property, { readonly holds: unknown }>;
  const holds = property.holds as (...all: unknown[]) => unknown;
  const when = "when" in property ? (property.when as (...all: unknown[]) => unknown) : undefined;
  return {
    name: claim.name,
    choices: claim.choices,
    isOfSteps: subjectOf(property.kind) === "step",
    functions: functionsOf(claim.name, property),
    recipe: (...all: unknown[]) => {
      if (when !== undefined && !truth(when(...all))) return answers.nothing;
      return truth(holds(...all)) ? answers.holds : otherwise(claim);
    },
    reference: (states, choice) => answerOf(model, claim, states, choice),
  };
}

/** What has to be asked of states to decide liveness properties. */
export const livenessGroups = (
  model: Model,
  claims: readonly Claim[],
): readonly PredicateGroup[] => [
  ...claims.flatMap((claim) => partGroupsOf(model, claim)),
  ...stepsOfActors(model, claims).map((step) => conditionGroupOf(model, step)),
];

/** How many predicates these are at most, whichever properties are asked about. */
export const mostLivenessGroups = (model: Model): number =>
  model.claims
    .filter(({ property }) => isLiveness(property.kind))
    .reduce(
      (sum, { choices, property }) => sum + choices.length * predicatesOf(property).length,
      0,
    ) + stepsOfActors(model, model.claims).length;

/** The condition of a step, as a predicate: 1 where it is possible. */
function conditionGroupOf(model: Model, step: Step): PredicateGroup {
  const { when, choices } = model.spec.actions[step.action] as Action;
  const name = nameOfCondition(step);
  return {
    name,
    choices: [step.choice],
    isOfSteps: false,
    functions: [{ name, its: when as AnyFunction, choices, states: 1 }],
    recipe: (...all) => (truth(when(...all)) ? 1 : 0),
    reference: ([state]) => (model.isEnabled(state as State, step) ? 1 : 0),
  };
}

/** The name of the condition of a step, as a predicate. */
export const nameOfCondition = ({ action }: Pick<Step, "action">): string =>
  `the condition of ${action}`;

/** Recipes that are not trusted: of an action, its condition as a predicate is not either. */
export const withConditions = (distrusted: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...distrusted].flatMap((name) => [name, nameOfCondition({ action: name })]));

/**
 * The parts of a liveness property as predicates: 1 where they hold. Each choice is a group of its own, and
 * compiled for itself: they are asked one after the other.
 */
const partGroupsOf = (model: Model, claim: Claim): readonly PredicateGroup[] =>
  predicatesOf(claim.property).flatMap((part) =>
    claim.choices.map((choice) => ({
      name: nameOfPart(claim, part),
      choices: [choice],
      isOfSteps: false,
      functions: [
        {
          name: nameOfPart(claim, part),
          its: part.predicate,
          choices: claim.property.choices,
          states: 1,
        },
      ],
      recipe: (...all) => (truth(part.predicate(...(all as never[]))) ? 1 : 0),
      reference: ([state]) => (model.ask(claim, part.predicate, state, ...choice) ? 1 : 0),
    })),
  );

/** The name of a part of a liveness property, as a predicate. */
export const nameOfPart = ({ name }: Claim, { role }: PropertyPart): string => `${name}: ${role}`;

/** What a function of a property answers, which must be true or false. */
function truth(answer: unknown): boolean {
  if (answer === true || answer === false) return answer;
  throw new TypeError(`It answers ${show(answer)}.`);
}
