import {
  type Digits,
  type Model,
  notKnown,
  OnlyVariables,
  type Predicate,
  type Relation,
} from "../../model/index.ts";
import { SpecError } from "../../spec/index.ts";
import { answers } from "../claims.ts";
import type { Done } from "../outcome.ts";
import type { Candidate } from "./findings.ts";
import type { Judging } from "./judging.ts";

export interface EventsOptions {
  readonly model: Model;
  readonly judging: Judging;
  /** The memory of the search. */
  readonly words: Uint32Array;
  /** The relation, once there is one. */
  readonly relation: () => Relation;
}

/** What steps came to nothing in: an assertion that failed, by the position of the step, and faults of the spec. */
export interface Failures {
  readonly asserted: readonly Done[];
  readonly faults: readonly { readonly error: SpecError; readonly position: number }[];
}

/**
 * What the generated code, and the relation, tell while states are explored, by addresses of states and successors:
 * judging is told in turn, but for what is done silently.
 */
export class Events {
  readonly #options: EventsOptions;
  /** While a trace is followed back, or a state audited, nothing is found. */
  #isSilent = false;
  #asserted: Done[] = [];
  #faults: { readonly error: SpecError; readonly position: number }[] = [];
  /** The state in which a step was possible and came to nothing: it is not stuck. */
  #failedIn: Digits | undefined;

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  /** Does something of which judging is not told. */
  silently<Result>(go: () => Result): Result {
    this.#isSilent = true;
    try {
      return go();
    } finally {
      this.#isSilent = false;
    }
  }

  /** The failures in what is done silently. */
  failuresIn(go: () => void): Failures {
    this.#asserted = [];
    this.#faults = [];
    this.silently(go);
    return { asserted: this.#asserted, faults: this.#faults };
  }

  /** The position of the step that led to a successor. */
  positionAt(successor: number): number {
    const { words, model } = this.#options;
    return words[(successor >>> 2) + 2 * model.packing.words] as number;
  }

  /** An assertion of a step failed in a state. */
  asserted(position: number, assertion: string, state: number): void {
    this.#failedIn = this.#digitsAt(state);
    if (this.#isSilent) this.#asserted[position] = assertion;
    else this.#options.judging.asserted(assertion, { digits: this.#digitsAt(state), position });
  }

  /** The spec is at fault in a step from a state. */
  failed(error: SpecError, position: number, state: number): void {
    this.#failedIn = this.#digitsAt(state);
    if (this.#isSilent) this.#faults.push({ error, position });
    else this.#options.judging.failed(error, { digits: this.#digitsAt(state), position });
  }

  /** A state has no successor but, perhaps, itself. */
  stuck(state: number): void {
    if (this.#isSilent) return;
    const { model, judging } = this.#options;
    const at = { digits: this.#digitsAt(state), position: -1 };
    if (isSame(at.digits, this.#failedIn)) return;
    this.#orFail(at, () => {
      const state = model.layout.decode(at.digits);
      const only = new OnlyVariables(model, state);
      only.ask(() => model.mayEnd(only.copy()));
      if (!model.mayEnd(state)) judging.stuck(at);
    });
  }

  /** A predicate answered something that may be new of a state, twice given, or of a step; see `InnerLoopImports`. */
  answered(predicate: Predicate, answer: number, before: number, after: number): void {
    const { judging } = this.#options;
    const isStep = predicate.isOfSteps && before !== after;
    const isStutter = predicate.isOfSteps && !isStep;
    const position = isStep ? this.positionAt(after) : -1;
    const at = { digits: this.#digitsAt(before), position, isStutter };
    const tell = (): void => {
      const known =
        answer === notKnown ? this.#options.relation().ask(predicate, before, after) : answer;
      // No trace is replayed to show it.
      const isHeld = known === answers.holds && !isStutter;
      if (isHeld && !judging.hasNoted(predicate.name, known)) {
        this.#confirm(predicate, before, after);
      }
      if (known !== answers.nothing) judging.answered(predicate, known, at);
    };
    if (!isStutter) {
      this.#orFail(at, tell);
      return;
    }
    try {
      tell();
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      judging.answered(predicate, answers.fails, at); // what it says of a step to itself may never be asked
    }
  }

  /** Throws unless a property says by the reference semantics too that it has something to say. */
  #confirm(predicate: Predicate, before: number, after: number): void {
    const { judging, relation } = this.#options;
    const group = judging.groups.find(({ name }) => name === predicate.name);
    const states = [before, ...(predicate.isOfSteps ? [after] : [])];
    const { layout } = this.#options.model;
    const decoded = states.map((state) => layout.decode(this.#digitsAt(state)));
    if (group?.reference(decoded, predicate.choice) === answers.holds) return;
    throw relation().errorOf(predicate.name);
  }

  #orFail(at: Candidate, go: () => void): void {
    try {
      go();
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      this.#options.judging.failed(error, at);
    }
  }

  #digitsAt(address: number): Digits {
    return this.#options.relation().digitsAt(address);
  }
}

const isSame = (one: Digits, other: Digits | undefined): boolean =>
  one === other || (other?.every((digit, slot) => digit === one[slot]) ?? false);
