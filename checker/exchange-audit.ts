import type { Claim, Digits, Model, Permutation, State, Step } from "../model/index.ts";
import { isSought, SpecError, subjectOf } from "../spec/index.ts";
import { isViolatedOrMet, stepClaims } from "./claims.ts";
import { described } from "./described.ts";
import { keyOfDone, type Outcome, outcomeOf } from "./outcome.ts";

/** A state, and what each step does in it. */
export interface Looked {
  readonly state: State;
  readonly digits: Digits;
  readonly outcomes: readonly Outcome[];
}

/**
 * Whether a symmetry is one: an exchange of interchangeable elements must lead from each state to one in which the
 * same can be said and done, of the exchanged elements. Throws `SpecError` with both states if it does not.
 */
export class ExchangeAudit {
  readonly #model: Model;
  readonly #ofStates: readonly Claim[];

  constructor(model: Model) {
    this.#model = model;
    this.#ofStates = model.claims.filter(({ property }) => subjectOf(property.kind) === "state");
  }

  /** Throws unless every exchange of an initial state, of those from which all follow, is an initial state. */
  initial(states: readonly Digits[]): void {
    const { layout, packing, symmetry } = this.#model;
    const known = new Set(states.map((digits) => packing.pack(digits)));
    for (const digits of states) {
      for (const exchange of symmetry.generators) {
        const mirrored = layout.permute(digits, exchange);
        if (known.has(packing.pack(mirrored))) continue;
        throw this.#asymmetric(
          "one is initial and the other is not",
          layout.decode(digits),
          layout.decode(mirrored),
        );
      }
    }
  }

  /** Compares a state with what an exchange makes of it. */
  compare({ state, digits, outcomes }: Looked, exchange: Permutation): void {
    const { layout, packing, symmetry } = this.#model;
    const permuted = layout.permute(digits, exchange);
    const keyOf = (its: Digits): string => packing.pack(symmetry.canonical(its));
    if (keyOf(permuted) !== keyOf(digits)) {
      throw new Error(
        `Two states of one orbit have two representatives: ${digits.join()} and ${permuted.join()}.`,
      );
    }
    const mirrored = layout.decode(permuted);
    this.#compareAnswers(state, mirrored);
    for (const [position, step] of this.#model.steps.entries()) {
      this.#compareStep(state, mirrored, step, outcomes[position] as Outcome, exchange);
    }
  }

  #compareAnswers(state: State, mirrored: State): void {
    const model = this.#model;
    for (const claim of this.#ofStates) {
      if (isViolatedOrMet(model, claim, [state]) === isViolatedOrMet(model, claim, [mirrored])) {
        continue;
      }
      const what = isSought(claim.property.kind)
        ? `witness ${claim.name} is seen in one and not in the other`
        : `property ${claim.name} holds in one and not in the other`;
      throw this.#asymmetric(what, state, mirrored);
    }
    if (model.mayEnd(state) !== model.mayEnd(mirrored)) {
      throw this.#asymmetric("the protocol may end in one and not in the other", state, mirrored);
    }
  }

  /** Compares a step with its twin in the other state. */
  #compareStep(
    state: State,
    mirrored: State,
    step: Step,
    { done, after }: Outcome,
    exchange: Permutation,
  ): void {
    const model = this.#model;
    const twin = model.exchanged(step, exchange);
    const other = outcomeOf(model, mirrored, twin);
    const expected = typeof done === "object" ? model.layout.permute(done, exchange) : done;
    if (keyOfDone(model, other.done) !== keyOfDone(model, expected)) {
      throw this.#asymmetric(
        `"${step.label}" in one does not match "${twin.label}" in the other`,
        state,
        mirrored,
      );
    }
    if (after === undefined || other.after === undefined) return;
    for (const claim of stepClaims(model, step)) {
      const isViolated = isViolatedOrMet(model, claim, [state, after]);
      if (isViolated === isViolatedOrMet(model, claim, [mirrored, other.after])) continue;
      throw this.#asymmetric(
        `property ${claim.name} holds of "${step.label}" and not of its twin`,
        state,
        mirrored,
      );
    }
  }

  #asymmetric(what: string, state: State, mirrored: State): SpecError {
    const model = this.#model;
    return new SpecError(
      `${model.spec.name}: an index set is declared interchangeable (or buddies) and is not: in two states that ` +
        `differ only by an exchange of its elements, ${what}.\n  One:   ${described(model, state)}\n` +
        `  Other: ${described(model, mirrored)}\n` +
        "  Does a condition, an effect or a property name a particular element, or rely on the order of elements? " +
        "Declare the set ordered(...), or run with --no-symmetry.",
    );
  }
}
