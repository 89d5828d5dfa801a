import { SpecError } from "../../spec/index.ts";

/**
 * What was learned of a recipe cannot be relied on: it does something else where it should do the same.
 * Either it is not pure, or its callbacks hand something on that cannot be seen. A search has to begin
 * anew and leave the recipe to the reference semantics, which tells one from the other.
 */
export class Distrust extends Error {
  /** An action or a property. */
  readonly recipe: string;
  constructor(recipe: string) {
    super(`${recipe} does not do the same where it should.`);
    this.recipe = recipe;
  }
}

/** The error of a recipe that does not do the same twice. */
export function impure(
  { spec }: { readonly spec: { readonly name: string } },
  recipe: string,
): SpecError {
  return new SpecError(
    `${spec.name}: ${recipe} does one thing the first time and another the second, in the same state. ` +
      "Does it read a clock, a random source or a variable outside the state?",
  );
}

/**
 * One in so many runs of a recipe is compared with the reference semantics, and all of the first: fewer of one that is
 * proved to do the same each time, where only the recorder could be wrong.
 */
const compared = { first: 8, oneIn: 16 };
const comparedIfProved = { first: 2, oneIn: 64 };

/** Whether what was learned in a run is compared; runs are numbered by the leaves that they added. */
export function isCompared({ id }: { readonly id: number }, isProved: boolean): boolean {
  const { first, oneIn } = isProved ? comparedIfProved : compared;
  return id < first || id % oneIn === 0;
}
