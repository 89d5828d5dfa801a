import type { Claim, Model, Permutation } from "../../model/index.ts";
import { predicatesOf, SpecError } from "../../spec/index.ts";
import type { Explored } from "./explored.ts";

/** So many states are looked at one by one, from the first to the last in equal strides. */
const sampled = 256;

/**
 * Throws `SpecError` unless a property says of each choice what it says of those that the model's symmetry
 * makes of it. Of each choice it has to be true in equally many states, and of a sample of states it is asked
 * there and in the state that an exchange makes of them.
 */
export function checkExchange(model: Model, explored: Explored, claim: Claim): void {
  const { layout, symmetry } = model;
  const { generators } = symmetry;
  const { states, budget } = explored.graph;
  const { choices } = claim.property;
  const byKey = new Map(claim.choices.map((choice) => [JSON.stringify(choice), choice]));
  const exchanged = (choice: readonly unknown[], position: number): readonly unknown[] => {
    const other = model.exchangedChoice(choices, choice, generators[position] as Permutation);
    return byKey.get(JSON.stringify(other)) as readonly unknown[];
  };
  for (const part of predicatesOf(claim.property)) {
    const sizes = new Map(
      claim.choices.map((choice) => [choice, explored.where(claim, part, choice).count]),
    );
    for (const choice of claim.choices) {
      for (const position of generators.keys()) {
        if (sizes.get(choice) !== sizes.get(exchanged(choice, position))) throw fault();
      }
    }
    const stride = Math.max(1, Math.floor(states / sampled));
    for (let state = 0, turn = 0; state < states; state += stride, turn++) {
      const position = turn % generators.length;
      const digits = explored.digitsOf(state);
      const mirrored = layout.decode(layout.permute(digits, generators[position] as Permutation));
      const here = layout.decode(digits);
      for (const choice of claim.choices) {
        budget.look();
        const there = exchanged(choice, position);
        const answer = model.ask(claim, part.predicate, here, ...choice);
        if (answer !== model.ask(claim, part.predicate, mirrored, ...there)) throw fault();
      }
    }
  }

  function fault(): SpecError {
    return new SpecError(
      `${model.spec.name}: an index set is declared interchangeable (or buddies) and is not: property ${claim.name} ` +
        "says something of one element that it does not say of another with which it can be exchanged. Does it " +
        "name a particular element, or rely on the order of elements? Declare the set ordered(...), or run with " +
        "--no-symmetry.",
    );
  }
}
