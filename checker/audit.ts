import {
  type Claim,
  type Digits,
  type Model,
  OnlyVariables,
  type Permutation,
  type State,
  type Step,
} from "../model/index.ts";
import { isLiveness, predicatesOf, SpecError, subjectOf } from "../spec/index.ts";
import { isViolatedOrMet, judge, stepClaims } from "./claims.ts";
import { described } from "./described.ts";
import { ExchangeAudit } from "./exchange-audit.ts";
import { type Done, keyOfDone, type Outcome, outcomeOf } from "./outcome.ts";

/**
 * States at the start of a search that are all looked at, with every exchange from which others follow
 * and with some of these (a step in a representative may well match its twin in all states that are
 * one exchange away, and not in one that is two away).
 */
const thorough = 64;
/** Up to here every state is looked at, with some exchanges; after that one state in so many, with one. */
const frequent = 256;
const sparse = 61;
const exchangesAt = (states: number): number => (states < thorough ? 8 : states < frequent ? 4 : 1);

/** How many states were looked at, and how many steps were run for it, more or less. */
export interface AuditWork {
  readonly states: number;
  readonly work: number;
}

export interface AuditOptions {
  /** What an earlier audit has done, if this one goes on from it. */
  readonly earlier?: AuditWork | undefined;
  /** Called where a step did something else in the search than it does now, twice. */
  readonly onDifference?: ((step: Step) => never) | undefined;
  /** Called now and then; throws where the audit has to end. */
  readonly goOn?: (() => void) | undefined;
}

/**
 * Trust, tested: runs the steps of a state a second time, and the same steps in the state that an
 * exchange of interchangeable elements makes of it. An answer that differs is an error of the spec: a
 * recipe that is not pure, or a symmetry that is none. A search asks it for the states it samples.
 */
export class Audit implements AuditWork {
  readonly #model: Model;
  readonly #options: AuditOptions;
  /** Undefined if the search relies on no symmetry. */
  readonly #exchanges: ExchangeAudit | undefined;
  #states: number;
  #work: number;
  #picks = 0;

  /** Of a model; of its symmetry only if the search relies on it. */
  constructor(model: Model, reliesOnSymmetry: boolean, options: AuditOptions = {}) {
    this.#model = model;
    this.#options = options;
    this.#exchanges = reliesOnSymmetry ? new ExchangeAudit(model) : undefined;
    this.#states = options.earlier?.states ?? 0;
    this.#work = options.earlier?.work ?? 0;
  }

  get states(): number {
    return this.#states;
  }

  get work(): number {
    return this.#work;
  }

  /** How many steps the next state takes. */
  get nextWork(): number {
    const { symmetry, steps } = this.#model;
    const { length: all } = symmetry.generators;
    const isExchanged = this.#exchanges !== undefined && all > 0;
    const following = exchangesAt(this.#states) + (this.#states < thorough ? all : 0);
    return steps.length * (2 + (isExchanged ? following : 0));
  }

  /** Whether the state expanded as number `position` (from 0) is one to look at. */
  samples(position: number): boolean {
    return position < frequent || position % sparse === 0;
  }

  /** Throws `SpecError` unless every exchange of an initial state is an initial state. */
  initial(states: readonly Digits[]): void {
    this.#exchanges?.initial(states);
  }

  /** Throws `SpecError` with the state that shows the fault. `done` is what the search found each step to do. */
  look(state: State, digits: Digits, done: readonly Done[]): void {
    this.#options.goOn?.();
    this.#readsOnlyVariables(state);
    const outcomes = this.#model.steps.map((step) => outcomeOf(this.#model, state, step));
    this.#actsAlike(state, outcomes, done);
    this.#answersAlike(state, outcomes);
    for (const exchange of this.#someExchanges()) {
      this.#options.goOn?.();
      this.#exchanges?.compare({ state, digits, outcomes }, exchange);
    }
    this.#work += this.nextWork;
    this.#states++;
  }

  /** Takes every step once more. */
  #actsAlike(state: State, outcomes: readonly Outcome[], done: readonly Done[]): void {
    const model = this.#model;
    // Last step first: an answer that alternates from call to call is not taken for a pure one.
    for (let position = model.steps.length - 1; position >= 0; position--) {
      const step = model.steps[position] as Step;
      const key = keyOfDone(model, outcomes[position]?.done);
      const isSame = keyOfDone(model, outcomeOf(model, state, step).done) === key;
      if (isSame && keyOfDone(model, done[position]) === key) continue;
      if (isSame) this.#options.onDifference?.(step);
      throw new SpecError(
        `${model.spec.name}: ${step.label} (${step.action}) does one thing the first time and another the ` +
          "second, in the same state. Does its condition or effect read a clock, a random source or a " +
          `variable outside the state?\n  ${described(model, state)}`,
      );
    }
  }

  /** Asks every property twice. */
  #answersAlike(state: State, outcomes: readonly Outcome[]): void {
    const model = this.#model;
    const twice = (what: string, ask: () => boolean): void => {
      if (ask() === ask()) return;
      throw new SpecError(
        `${model.spec.name}: ${what} answers one thing the first time and another the second, in ` +
          `the same state. Does it read something outside the state?\n  ${described(model, state)}`,
      );
    };
    twice("mayEnd", () => model.mayEnd(state));
    for (const claim of model.claims) {
      const what = `property ${claim.name}`;
      if (subjectOf(claim.property.kind) === "state") {
        twice(what, () => isViolatedOrMet(model, claim, [state]));
      }
      for (const ask of this.#livenessOf(claim)) twice(what, () => ask(state));
    }
    for (const [position, step] of model.steps.entries()) {
      const { after } = outcomes[position] as Outcome;
      if (after === undefined) continue;
      for (const claim of stepClaims(model, step)) {
        twice(`property ${claim.name}`, () => isViolatedOrMet(model, claim, [state, after]));
      }
    }
  }

  #readsOnlyVariables(state: State): void {
    const model = this.#model;
    const only = new OnlyVariables(model, state);
    const watched = only.copy();
    only.ask(() => model.mayEnd(watched));
    for (const step of model.steps) {
      only.ask(() => {
        if (!model.isEnabled(watched, step)) return;
        const after = model.apply(state, step);
        only.run(step);
        for (const claim of stepClaims(model, step)) {
          only.ask(() => judge(model, claim, [watched, only.copy(after)]));
        }
      });
    }
    for (const claim of model.claims) {
      const isOfStates = subjectOf(claim.property.kind) === "state";
      if (isOfStates) only.ask(() => judge(model, claim, [watched]));
      for (const part of this.#livenessOf(claim)) only.ask(() => part(watched));
    }
  }

  /** The parts of a liveness property, for one of its choices, each time another. */
  #livenessOf(claim: Claim): readonly ((state: State) => boolean)[] {
    const choice = claim.choices[this.#states % claim.choices.length];
    if (choice === undefined || !isLiveness(claim.property.kind)) return [];
    return predicatesOf(claim.property).map(
      ({ predicate }) =>
        (state) =>
          this.#model.ask(claim, predicate, state, ...choice),
    );
  }

  #someExchanges(): readonly Permutation[] {
    const { symmetry } = this.#model;
    const { generators } = symmetry;
    if (this.#exchanges === undefined || generators.length === 0) return [];
    const pick = (below: number): number => this.#pick(below);
    const some = Array.from({ length: exchangesAt(this.#states) }, () => symmetry.any(pick));
    return this.#states < thorough ? [...generators, ...some] : some;
  }

  /** A number from 0 to below another; always the same ones, one after the other. */
  #pick(below: number): number {
    this.#picks = (Math.imul(this.#picks, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#picks / 2 ** 32) * below);
  }
}
