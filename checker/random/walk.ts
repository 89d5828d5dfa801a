import type { Digits, Model, State, Step } from "../../model/index.ts";
import { AssertedIn, AssertionFailure, subjectOf } from "../../spec/index.ts";
import type { Ledger, Violation } from "../ledger.ts";
import type { Trace, TraceStep } from "../verdict.ts";

/** The end of a run that a violation stopped, and everything violated at that moment. */
export interface Violating {
  readonly violations: readonly [Violation, ...Violation[]];
  readonly trace: Trace;
}

/** One walk, step by step, which a ledger judges. */
export class Walk {
  readonly #model: Model;
  readonly #ledger: Ledger;
  readonly #initial: State;
  readonly #onTaken: (step: Step) => void;
  /** States are not kept: a walk may be as long as there is time. */
  readonly #walked: Step[] = [];
  #state: State;
  #digits: Digits;

  constructor(
    model: Model,
    ledger: Ledger,
    initial: State,
    onTaken: (step: Step) => void = () => {},
  ) {
    this.#model = model;
    this.#ledger = ledger;
    this.#initial = initial;
    this.#onTaken = onTaken;
    this.#state = initial;
    this.#digits = model.encode(initial, "the initial state");
  }

  /** Where it is. */
  get state(): State {
    return this.#state;
  }

  get digits(): Digits {
    return this.#digits;
  }

  /** In steps. */
  get length(): number {
    return this.#walked.length;
  }

  /** What is violated where it begins, if anything. */
  start(): Violating | undefined {
    return this.#violating(this.#ledger.state(this.#initial));
  }

  /** Takes the first of the steps that changes something: the others would only spend the run. */
  takeOneOf(steps: Iterable<Step>): Violating | "taken" | "ended" {
    const ledger = this.#ledger;
    let isStuck = true;
    for (const step of steps) {
      const before = this.#state;
      let after: State;
      const run = new AssertedIn(this.#model.assertions);
      try {
        after = this.#model.apply(before, step, run);
      } catch (error) {
        if (!(error instanceof AssertionFailure)) throw error;
        isStuck = false;
        const violations = ledger.assertion(error.property);
        const failed = this.#violating(violations, { step, state: before });
        if (failed !== undefined) return failed;
        continue;
      } finally {
        ledger.asserts(run.names);
      }
      const next = after === before ? this.#digits : this.#model.encode(after, step.label);
      if (isEqual(next, this.#digits)) {
        const violations = ledger.step(before, after, step);
        const failed = this.#violating(violations, { step, state: after });
        if (failed !== undefined) return failed;
        continue;
      }
      this.#walked.push(step);
      [this.#state, this.#digits] = [after, next];
      this.#onTaken(step);
      const violations = [...ledger.step(before, after, step), ...ledger.state(after)];
      return this.#violating(violations) ?? "taken";
    }
    return (isStuck ? this.#violating(ledger.deadlock(this.#state)) : undefined) ?? "ended";
  }

  /** The end of the walk, perhaps with one step more, if anything is violated there. */
  #violating(violations: readonly Violation[], last?: TraceStep): Violating | undefined {
    const [violation, ...others] = violations;
    if (violation === undefined) return undefined;
    const { kind, choice } = violation;
    const isJudgedByChoice = ["state", "step"].includes(subjectOf(kind) ?? "");
    const walked = this.steps();
    const trace: Trace = {
      initial: this.#initial,
      steps: last === undefined ? walked : [...walked, last],
      ...(isJudgedByChoice && { choice }),
    };
    return { violations: [violation, ...others], trace };
  }

  /** The steps of the walk, taken again for the states between them. */
  steps(): readonly TraceStep[] {
    let state = this.#initial;
    return this.#walked.map((step) => {
      state = this.#model.apply(state, step);
      return { step, state };
    });
  }
}

const isEqual = (one: Digits, other: Digits): boolean =>
  one === other || one.every((digit, slot) => digit === other[slot]);
