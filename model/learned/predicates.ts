import { predicatesOf, type Spec, subjectOf } from "../../spec/index.ts";
import type { State } from "../layout.ts";
import type { Model } from "../model.ts";
import type { AnyFunction } from "../source/written.ts";
import type { SpecFunction } from "../source/proof.ts";
import type { Claim } from "../steps.ts";

/** A question about a state, or about a step, with one choice. It comes to a small whole number. */
export interface Predicate {
  /** Position among the predicates. */
  readonly id: number;
  readonly name: string;
  readonly choice: readonly unknown[];
  readonly isOfSteps: boolean;
  /** Slots that it looks at, as far as is known; undefined if it may be any. */
  readonly slots: ReadonlySet<number> | undefined;
}

/** Predicates that differ in their choice only. */
export interface PredicateGroup {
  readonly name: string;
  readonly choices: readonly (readonly unknown[])[];
  readonly isOfSteps: boolean;
  /** Answers by a small whole number when called on the state(s), the choice and the constants. */
  readonly recipe: (...all: never[]) => number;
  /** The functions of the spec that the recipe calls. */
  readonly functions: readonly SpecFunction[];
  /** The same by the reference semantics. */
  readonly reference: (states: readonly State[], choice: readonly unknown[]) => number;
}

/** The largest answer of a predicate is below. A predicate of which that is not known answers this. */
export const notKnown = 3;

/** Every predicate of every property, "name: role", and `mayEnd`: 1 where it is true, 0 where it is false. */
export function predicateGroupsOf(model: Model): readonly PredicateGroup[] {
  const { mayEnd } = model.spec;
  const ofClaims = model.claims.flatMap((claim) => groupsOfClaim(model, claim));
  return mayEnd === undefined ? ofClaims : [...ofClaims, groupOfMayEnd(model, mayEnd)];
}

function groupsOfClaim(model: Model, claim: Claim): readonly PredicateGroup[] {
  const { property, choices } = claim;
  const isOfSteps = subjectOf(property.kind) === "step";
  return predicatesOf(property).map(({ role, predicate }) => ({
    name: `${claim.name}: ${role}`,
    choices,
    isOfSteps,
    functions: [
      {
        name: claim.name,
        its: predicate as AnyFunction,
        choices: property.choices,
        states: isOfSteps ? 2 : 1,
      },
    ],
    recipe: (...all) => numberOf(predicate(...all)),
    reference: (states, choice) => numberOf(model.ask(claim, predicate, ...states, ...choice)),
  }));
}

const groupOfMayEnd = (model: Model, mayEnd: NonNullable<Spec["mayEnd"]>): PredicateGroup => ({
  name: "mayEnd",
  choices: [[]],
  isOfSteps: false,
  functions: [{ name: "mayEnd", its: mayEnd as AnyFunction, choices: [], states: 1 }],
  recipe: (...all) => numberOf(mayEnd(...(all as unknown as Parameters<typeof mayEnd>))),
  reference: ([state]) => numberOf(model.mayEnd(state as State)),
});

/** What is neither true nor false is left to the reference semantics, which has an error for it. */
const numberOf = (answer: unknown): number =>
  answer === true ? 1 : answer === false ? 0 : notKnown;
