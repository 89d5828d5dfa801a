import { type Action, AssertedIn, attempt, runEffects } from "../spec/index.ts";
import type { State } from "./layout.ts";
import type { Model } from "./model.ts";
import type { Step } from "./steps.ts";
import { onlyDeclared } from "./undeclared.ts";

/**
 * Asks about a state so that a read of what is not declared shows: it reads as undefined otherwise, which is neither
 * this word nor that.
 */
export class OnlyVariables {
  readonly #model: Model;
  readonly #state: State;
  #isRefused = false;

  constructor(model: Model, state: State) {
    this.#model = model;
    this.#state = state;
  }

  /**
   * Throws `SpecError` if what is asked reads a variable, or a field of a record, that is not declared. Where anything
   * else fails, it is because a copy is watched, or whoever asks the state itself will see it.
   */
  ask(question: () => void): void {
    this.#isRefused = false;
    try {
      question();
    } catch (error) {
      if (this.#isRefused) throw error;
    }
  }

  /** A copy of a state, of this one if none is given, that refuses to be asked for what is not declared. */
  copy(of: State = this.#state): State {
    return onlyDeclared(of, this.#model.layout.shape, () => {
      this.#isRefused = true;
    });
  }

  /** Runs an effect on a copy that is thrown away. */
  run(step: Step): void {
    const { spec, constants, assertions } = this.#model;
    const run = new AssertedIn(assertions);
    const action = spec.actions[step.action] as Action;
    attempt(`${spec.name}: the effect of ${step.action}`, () =>
      runEffects(action, this.copy(), this.copy(), [...step.choice, constants], run),
    );
  }
}
