import {
  type Claim,
  type Digits,
  functionsOfAction,
  impure,
  type Model,
  type Predicate,
  type State,
  type Step,
} from "../../model/index.ts";
import { SpecError } from "../../spec/index.ts";
import { answerOf, answers, concerns } from "../claims.ts";
import { described } from "../described.ts";
import { type Done, leadsNowhere, outcomeOf } from "../outcome.ts";
import { wholeShare } from "./audit-share.ts";
import type { Judging } from "./judging.ts";

/**
 * Trust, tested: of chosen states all that the search found is compared with what the reference semantics
 * says of them. Each step, possible or not, and where it leads; each property that is asked about, of the
 * state and of its steps; whether the protocol may end there; and whether the search has taken note of it.
 */
export interface ReferenceAudit {
  /** Of the states that are looked at from now on: how many in `wholeShare` are chosen. */
  choose(share: number): void;
  /**
   * Judges those of the states from one number up to another that are chosen; they have just been explored
   * here. A difference is a fault of the spec; throws `Distrust` where it need not be one.
   */
  look(from: number, to: number): void;
}

/** What was learned of states, as a search makes use of it. */
export interface Learned {
  digitsOf(state: number): Digits;
  /** The first from one number up to another that is drawn where so many in `wholeShare` are; the other if none is. */
  drawn(from: number, to: number, share: number): number;
  /** What each step does in a state, and where in memory its successor stands. */
  expanded(state: number): { readonly done: readonly Done[]; readonly at: readonly number[] };
  readonly predicates: readonly Predicate[];
  addressOf(state: number): number;
  /** What a predicate answers, as far as it was learned; undefined where it is asked each time. */
  answer(predicate: Predicate, before: number, after: number): number | undefined;
  /** Whether a state, or the one that stands for it, is among those that were found. */
  isFound(digits: Digits): boolean;
  /** What to make of an action or a property that does something else. */
  errorOf(recipe: string): Error;
  /** Adds to the states that were judged, and to their steps. */
  count(states: number, steps: number): void;
}

/** An audit of what was learned of a model. */
export function referenceAuditOf(
  model: Model,
  judging: Pick<Judging, "groups" | "asks" | "hasNoted" | "failed">,
  learned: Learned,
): ReferenceAudit {
  const claims = new Map(model.claims.map((claim) => [claim.name, claim]));
  const asked = learned.predicates.flatMap((predicate) => {
    const claim = claims.get(predicate.name);
    const isJudged = judging.groups.some(({ name }) => name === predicate.name);
    return claim === undefined || !isJudged ? [] : [{ predicate, claim }];
  });
  const ofStates = asked.filter(({ predicate }) => !predicate.isOfSteps);
  const ofSteps = new Map(
    model.steps.map((step) => [
      step,
      asked.filter(({ predicate, claim }) => predicate.isOfSteps && concerns(model, claim, step)),
    ]),
  );
  let share = wholeShare;

  function judge(number: number): void {
    const digits = learned.digitsOf(number);
    const address = learned.addressOf(number);
    const state = model.layout.decode(digits);

    /** The spec is at fault here, as the search says it where it finds it itself. */
    function orFault(position: number, go: () => void): void {
      try {
        go();
      } catch (error) {
        if (!(error instanceof SpecError)) throw error;
        judging.failed(error, { digits, position });
      }
    }

    /** A recipe was found to do something else. */
    function differs(recipe: string): never {
      const error = learned.errorOf(recipe);
      if (!(error instanceof SpecError)) throw error;
      throw new SpecError(`${error.message}\n  ${described(model, state)}`);
    }

    function compareAnswer(
      { predicate, claim }: { readonly predicate: Predicate; readonly claim: Claim },
      states: readonly State[],
      before: number,
      after: number,
    ): void {
      if (!judging.asks(claim.name)) return;
      const expected = answerOf(model, claim, states, predicate.choice);
      const isSame = (learned.answer(predicate, before, after) ?? expected) === expected;
      if (!isSame || !judging.hasNoted(claim.name, expected)) differs(claim.name);
    }

    /** Whether the step leads nowhere. */
    function compareStep(step: Step, done: Done, after: number): boolean {
      const expected = outcomeOf(model, state, step);
      if (String(expected.done) !== String(done)) differs(step.action);
      for (const name of expected.asserted) {
        if (!judging.hasNoted(name, answers.holds)) differs(step.action);
      }
      if (expected.done === undefined) return true;
      if (typeof expected.done === "string") {
        if (!judging.hasNoted(expected.done, answers.fails)) differs(step.action);
        return false;
      }
      for (const one of ofSteps.get(step) ?? []) {
        compareAnswer(one, [state, expected.after as State], address, after);
      }
      if (learned.isFound(expected.done)) return leadsNowhere(expected.done, digits);
      // It was not taken when the state was explored: by what it kept, unless that is proved not to be.
      if (!model.proofs.areLasting(functionsOfAction(model, step.action))) {
        throw impure(model, step.action);
      }
      throw new Error(`${step.label} leads to a state that the search has lost.`);
    }

    for (const one of ofStates) {
      orFault(-1, () => compareAnswer(one, [state], address, address));
    }
    const { done, at } = learned.expanded(number);
    let isStuck = true;
    for (const [position, step] of model.steps.entries()) {
      orFault(position, () => {
        const wasStuck = isStuck;
        isStuck = false; // also where the condition fails
        isStuck = compareStep(step, done[position], at[position] ?? 0) && wasStuck;
      });
    }
    if (isStuck) {
      orFault(-1, () => {
        if (!model.mayEnd(state) && !judging.hasNoted("deadlockFreedom", answers.fails))
          differs("mayEnd");
      });
    }
    learned.count(1, model.steps.length);
  }

  return {
    choose: (its) => {
      share = its;
    },
    look: (from, to) => {
      if (share <= 0) return;
      const next = (at: number): number =>
        share >= wholeShare ? at : learned.drawn(at, to, share);
      for (let state = next(from); state < to; state = next(state + 1)) judge(state);
    },
  };
}
