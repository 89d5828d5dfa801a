import { enableMapSet, freeze, produce } from "immer";
import {
  type Action,
  AssertedIn,
  AssertionFailure,
  type Assertions,
  type Constants,
  enterSpec,
  faultOf,
  isA,
  leaveSpec,
  type Predicate,
  type Property,
  refusal,
  runEffects,
  runInitial,
  type Spec,
  SpecError,
  show,
  throwRefusal,
} from "../spec/index.ts";
import { type Layout, OutOfDomain, type State } from "./layout.ts";
import type { Pulse } from "./pulse.ts";
import type { Claim, Step } from "./steps.ts";

enableMapSet();

/**
 * What a spec means: its functions, run on frozen states, and effects on drafts of them by immer. Whatever is
 * faster is compared with this.
 */
export class Reference {
  readonly #spec: Spec;
  readonly #layout: Layout;
  /** As the spec's functions get them. */
  readonly #constants: Constants;
  readonly #pulse: Pulse;
  readonly #assertions: Assertions;
  /** The digits of the states that steps came to, so that a search need not compute them again. */
  readonly #encoded = new WeakMap<State, number[]>();

  constructor(
    spec: Spec,
    layout: Layout,
    constants: Constants,
    pulse: Pulse,
    assertions: Assertions,
  ) {
    this.#spec = spec;
    this.#layout = layout;
    this.#constants = constants;
    this.#pulse = pulse;
    this.#assertions = assertions;
  }

  /** The initial states of those of the choices that may be made, in their order. */
  initialStates(all: readonly (readonly unknown[])[]): readonly State[] {
    const first = freeze(this.#layout.first(), true);
    const { when } = this.#spec.initial;
    const chosen = all.filter((choice) => {
      this.#pulse.enter("initial");
      return this.#truth(() => "the condition of the initial state", when, [first, ...choice]);
    });
    if (chosen.length === 0) {
      throw new SpecError(`${this.#spec.name} has no initial state under these constants.`);
    }
    return chosen.map((choice) => this.#initialState(first, choice));
  }

  /** Whether a step is possible. */
  isEnabled(state: State, step: Step): boolean {
    this.#pulse.enter("when", step.action);
    const { when } = this.#spec.actions[step.action] as Action;
    return this.#truth(() => `the condition of ${shown(step)}`, when, [state, ...step.choice]);
  }

  /** The state after a step that is possible; see `Model.apply`. */
  apply(state: State, step: Step, run = new AssertedIn(this.#assertions)): State {
    this.#pulse.enter("effect", step.action);
    const action = this.#spec.actions[step.action] as Action;
    const after = this.#change(state, `the effect of ${shown(step)}`, run, (draft) =>
      runEffects(action, draft, state, [...step.choice, this.#constants], run),
    );
    return after === state ? state : this.#settled(after, step.label);
  }

  /** Calls one of a property's functions, or the one named, on the arguments given, then the constants. */
  ask(claim: Claim, role: string | Predicate, all: readonly unknown[]): boolean {
    this.#pulse.enter("property", claim.name);
    const ask =
      typeof role === "string"
        ? (claim.property[role as keyof Property] as unknown as Predicate)
        : role;
    return this.#truth(() => `property ${claim.name}`, ask, all);
  }

  /** Whether the protocol may end in a state. */
  mayEnd(state: State): boolean {
    const { mayEnd } = this.#spec;
    if (mayEnd === undefined) return false;
    this.#pulse.enter("mayEnd");
    return this.#truth(() => "mayEnd", mayEnd, [state]);
  }

  /** The digits of a state; `origin` says in an error where the state comes from. */
  encode(state: State, origin: string): number[] {
    const known = this.#encoded.get(state);
    if (known !== undefined) return known;
    enterSpec(); // what an effect has set may be read by getters of its own
    try {
      return this.#layout.encode(state);
    } catch (error) {
      if (!isA(OutOfDomain, error)) {
        throw faultOf(`${this.#spec.name}: reading what ${origin} sets`, error);
      }
      throw new SpecError(
        `${this.#spec.name}: ${origin} sets ${error.path.replace(/^\./, "")} to ${show(error.value)}; ` +
          `it must be ${error.expected}.`,
      );
    } finally {
      leaveSpec();
    }
  }

  #initialState(first: State, choice: readonly unknown[]): State {
    this.#pulse.enter("initial");
    try {
      const run = new AssertedIn(this.#assertions);
      const state = this.#change(first, "the initial state", run, (draft) =>
        runInitial(this.#spec.initial, draft, choice, this.#constants, run),
      );
      return this.#settled(state, "the initial state");
    } catch (error) {
      if (!isA(AssertionFailure, error)) throw error;
      throw new SpecError(
        `${this.#spec.name}: the initial state fails an assertion: ${error.message}.`,
        { cause: error },
      );
    }
  }

  /** What a function of the spec answers, which must be true or false; `what` names it in an error. */
  #truth(what: () => string, ask: (...all: never[]) => unknown, all: readonly unknown[]): boolean {
    let answer: unknown;
    enterSpec();
    try {
      answer = ask(...(all as never[]), this.#constants as never);
      throwRefusal();
    } catch (error) {
      throw faultOf(`${this.#spec.name}: ${what()}`, refusal() ?? error);
    } finally {
      leaveSpec();
    }
    if (answer === true || answer === false) return answer;
    throw new SpecError(
      `${this.#spec.name}: ${what()} answers ${show(answer)}; it must answer true or false. Is a return missing?`,
    );
  }

  #change(
    state: State,
    what: string,
    run: AssertedIn,
    change: (draft: object) => readonly unknown[],
  ): State {
    let answers: readonly unknown[] = [];
    let after: State;
    enterSpec();
    try {
      after = produce(state, (draft: object) => {
        answers = change(draft);
      });
      throwRefusal();
    } catch (error) {
      if (refusal() === undefined && run.failure !== undefined) throw run.failure;
      throw faultOf(`${this.#spec.name}: ${what}`, refusal() ?? error);
    } finally {
      leaveSpec();
    }
    if (!answers.some((answer) => typeof answer === "object" && answer !== null)) return after;
    throw new SpecError(
      `${this.#spec.name}: ${what} returns a value; an effect changes its draft and returns nothing.`,
    );
  }

  /**
   * The one form in which a state is seen: a record that was written in another order, a `Set` that was filled in
   * another, or a zero with a sign, is the same state.
   */
  #settled(state: State, origin: string): State {
    const digits = this.encode(state, origin);
    const result = this.#layout.decode(digits);
    this.#encoded.set(result, digits);
    return result;
  }
}

const shown = ({ action, choice }: Step): string => `${action}(${choice.join(", ")})`;
