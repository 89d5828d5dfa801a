import type { Claim, Model, State, Step } from "../model/index.ts";
import {
  closest,
  isAsserted,
  isLiveness,
  isSought,
  type Property,
  SpecError,
  subjectOf,
  unseenFrom,
} from "../spec/index.ts";
import { answers, concerns, type Judgement, judge } from "./claims.ts";
import type { Decided } from "./liveness/decide.ts";
import type {
  IncompleteReason,
  PropertyName,
  PropertyResult,
  PropertyStatus,
  Statistics,
  Trace,
  Verdict,
} from "./verdict.ts";

/** A property that was found violated just now, and the choice for which it fails. */
export interface Violation extends PropertyName {
  readonly choice: readonly unknown[];
}

/** A violation with the trace to it. */
export interface Found {
  readonly property: PropertyName;
  readonly trace: Trace;
}

/**
 * Of violations in the order of the spec that with the shortest trace, the first of several; one of a liveness property
 * only if there is no other: what should never happen says more than what does not happen in the end.
 */
export function firstOf(found: readonly Found[]): Found | undefined {
  const ofSafety = found.filter(({ property }) => !isLiveness(property.kind));
  return (ofSafety.length > 0 ? ofSafety : found).reduce<Found | undefined>(
    (best, its) =>
      best !== undefined && best.trace.steps.length <= its.trace.steps.length ? best : its,
    undefined,
  );
}

export const deadlockFreedom: PropertyName = {
  kind: "deadlock freedom",
  name: "deadlockFreedom",
};
/** An assertion, as a property by its name. */
export const assertionOf = (name: string): PropertyName => ({ kind: "assertion", name });

const isEmpty = (status: PropertyStatus): boolean =>
  status === "never seen" || status === "vacuous";

/** The first in the order of the spec that says nothing. */
export function emptyOf(properties: readonly PropertyResult[]): PropertyName | undefined {
  const empty = properties.find(({ status }) => isEmpty(status));
  return empty === undefined ? undefined : { kind: empty.kind, name: empty.name };
}

/** What a search knows of the properties that it was asked about; a property's first violation is final. */
export class Ledger {
  /** Whether it was asked about some properties by name. */
  readonly isSelective: boolean;
  /** The liveness properties that were asked about. */
  readonly liveness: readonly Claim[];
  readonly #model: Model;
  readonly #only: readonly string[] | undefined;
  readonly #decidesLiveness: boolean;
  readonly #asked: readonly Claim[];
  readonly #ofStates: readonly Claim[];
  readonly #ofSteps: readonly Claim[];
  /** Claims that said something at least once; witnesses that were met. */
  readonly #spoke = new Set<string>();
  readonly #violated = new Set<string>();
  readonly #traces = new Map<string, Trace>();
  readonly #decided = new Map<string, Decided>();
  #hasGaps = false;

  /**
   * Of all properties of a model, or of those named; throws a `SpecError` for a name it does not have. Liveness is
   * not checked where a search does not decide it.
   */
  constructor(model: Model, only?: readonly string[], decidesLiveness = true) {
    const known = [...model.claims.map(({ name }) => name), deadlockFreedom.name];
    for (const name of only ?? []) {
      if (known.includes(name)) continue;
      const near = closest(name, known);
      throw new SpecError(
        `${model.spec.name} has no property ${name}${near === undefined ? "" : `; did you mean ${near}?`} ` +
          `(Its properties: ${known.join(", ")}.)`,
      );
    }
    this.#model = model;
    this.#only = only;
    this.#decidesLiveness = decidesLiveness;
    this.isSelective = only !== undefined;
    this.#asked = model.claims.filter((claim) => this.#isAsked(claim));
    const of = (subject: string): readonly Claim[] =>
      this.#asked.filter(({ property }) => subjectOf(property.kind) === subject);
    this.#ofStates = of("state");
    this.#ofSteps = of("step");
    this.liveness = of("behaviour");
  }

  /** Asks what is open of a new state: the properties that it is the first to violate. */
  state(state: State): readonly Violation[] {
    return this.#ofStates.flatMap((claim) =>
      this.isOpen(claim) ? this.#take(claim, judge(this.#model, claim, [state])) : [],
    );
  }

  /** Asks what is open of a step: the properties that it is the first to violate. */
  step(before: State, after: State, step: Step): readonly Violation[] {
    return this.#ofSteps.flatMap((claim) =>
      this.isOpen(claim) && concerns(this.#model, claim, step)
        ? this.#take(claim, judge(this.#model, claim, [before, after]))
        : [],
    );
  }

  #take(claim: Claim, { answer, choice }: Judgement): readonly Violation[] {
    if (answer === answers.fails) return this.fails(claim, choice);
    if (answer === answers.holds) this.speaks(claim);
    return [];
  }

  /** Whether an answer of a claim could still change something. */
  isOpen({ name, property }: Claim): boolean {
    return this.#isAsked({ name }) && !this.#violated.has(name) && !this.#isMet({ name, property });
  }

  /** Says that the condition of a claim held, or that a witness was met. */
  speaks({ name }: Claim): void {
    this.#spoke.add(name);
  }

  /** The violation of a claim for some choice, if it is the first. */
  fails({ name, property }: Claim, choice: readonly unknown[] = []): readonly Violation[] {
    return this.#firstViolation({ kind: property.kind, name, choice });
  }

  /** The violation of a deadlock, if it is the first and the state is none in which the protocol may end. */
  deadlock(state?: State): readonly Violation[] {
    if (this.#violated.has(deadlockFreedom.name)) return [];
    if (state !== undefined && this.#model.mayEnd(state)) return [];
    return this.#firstViolation({ ...deadlockFreedom, choice: [] });
  }

  /** Says that assertions were evaluated, whatever came of it. */
  asserts(names: readonly string[]): void {
    for (const name of names) this.#spoke.add(name);
  }

  /** The violation of an assertion in a step's effect, if it is the first of that assertion. */
  assertion(name: string): readonly Violation[] {
    this.#hasGaps = true;
    return this.#firstViolation({ ...assertionOf(name), choice: [] });
  }

  /** Takes up a violation that was found elsewhere; whether it is the first of its property. */
  meets(violation: Violation): boolean {
    const { kind, name } = violation;
    const its = isAsserted(kind) ? this.assertion(name) : this.#firstViolation(violation);
    return its.length > 0;
  }

  /** Whether any assertion failed: what lies behind that step is missing from the graph. */
  get hasGaps(): boolean {
    return this.#hasGaps;
  }

  /** Takes up what was decided of a liveness property. */
  decided({ name }: Claim, decided: Decided): void {
    this.#decided.set(name, decided);
    if (decided.status === "violated") this.#violated.add(name);
    if (decided.trace !== undefined) this.#traces.set(name, decided.trace);
  }

  /** Keeps the trace of a violation. */
  record({ name }: Violation, trace: Trace): void {
    this.#traces.set(name, trace);
  }

  /** Of the violations recorded the one that a verdict names: see `firstOf`. */
  first(): Found | undefined {
    const all = [
      ...this.#asked.map(({ name, property: { kind } }) => ({ kind, name })),
      deadlockFreedom,
    ];
    const found = all.flatMap((property): readonly Found[] => {
      const trace = this.#traces.get(property.name);
      return trace === undefined ? [] : [{ property, trace }];
    });
    return firstOf(found);
  }

  /**
   * Whether nothing that is still to come could change an answer. To whoever asks about nothing in particular the figures
   * of all that there is are answers too.
   */
  isSettled(): boolean {
    if (!this.isSelective) return false;
    const { name } = deadlockFreedom;
    const isJudgedAnyway = this.#isAsked(deadlockFreedom) && !this.#violated.has(name);
    return !isJudgedAnyway && !this.#asked.some((claim) => this.isOpen(claim));
  }

  /**
   * The verdict of a search; `reason` says why it did not come to its end. What it came to may be all states all the same:
   * then only liveness is open.
   */
  verdict(
    statistics: Statistics,
    reason: IncompleteReason | undefined,
    note: string | undefined,
    isEveryStateSeen = reason === undefined,
  ): Verdict {
    // What lies behind a step that fails an assertion is not explored: of that nothing is known.
    const stopped = reason ?? (this.#hasGaps ? "an assertion fails" : undefined);
    const properties = this.results(isEveryStateSeen && !this.#hasGaps, stopped === undefined);
    const violation = this.first();
    if (violation !== undefined) {
      return { kind: "violated", ...violation, properties, statistics, note, stopped };
    }
    if (stopped !== undefined)
      return { kind: "incomplete", reason: stopped, properties, statistics };
    const empty = emptyOf(properties);
    if (empty !== undefined) return { kind: "vacuous", property: empty, properties, statistics };
    const isOpen = ({ status }: PropertyResult): boolean => status === "not checked";
    if (properties.every(isOpen) || (this.isSelective && properties.some(isOpen))) {
      return { kind: "incomplete", reason: "not checked", properties, statistics };
    }
    return { kind: "holds", properties, statistics };
  }

  /** The answers of a search that saw every state, or did not; and came to its end, or did not. */
  results(isEveryStateSeen: boolean, isComplete = isEveryStateSeen): readonly PropertyResult[] {
    const results: PropertyResult[] = this.#asked.map((claim) => {
      const { kind } = claim.property;
      const status = this.#statusOf(claim, isLiveness(kind) ? isComplete : isEveryStateSeen);
      const seenFrom = isEmpty(status)
        ? unseenFrom(claim.property, this.#model.constants)
        : undefined;
      return seenFrom === undefined
        ? { kind, name: claim.name, status }
        : { kind, name: claim.name, status: "not asked", seenFrom };
    });
    const ofSafety = isEveryStateSeen ? "holds" : "undecided";
    if (this.#isAsked(deadlockFreedom)) {
      const isViolated = this.#violated.has(deadlockFreedom.name);
      results.push({ ...deadlockFreedom, status: isViolated ? "violated" : ofSafety });
    }
    return results.map((result) => {
      const trace = this.#traces.get(result.name);
      const facts = this.#decided.get(result.name)?.liveness;
      return { ...result, ...(trace && { trace }), ...(facts && { liveness: facts }) };
    });
  }

  #statusOf({ name, property }: Claim, isComplete: boolean): PropertyStatus {
    if (this.#violated.has(name)) return "violated";
    const hasSpoken = this.#spoke.has(name);
    if (isSought(property.kind)) {
      if (hasSpoken) return "seen";
      return isComplete ? "never seen" : "undecided";
    }
    if (isLiveness(property.kind)) {
      const isStillOpen = this.#decidesLiveness && !isComplete;
      return this.#decided.get(name)?.status ?? (isStillOpen ? "undecided" : "not checked");
    }
    if (!isComplete) return "undecided";
    return hasSpoken ? "holds" : "vacuous";
  }

  #isAsked({ name }: { readonly name: string }): boolean {
    return this.#only?.includes(name) ?? true;
  }

  #isMet({ name, property }: { readonly name: string; readonly property: Property }): boolean {
    return isSought(property.kind) && this.#spoke.has(name);
  }

  #firstViolation(violation: Violation): readonly Violation[] {
    if (this.#violated.has(violation.name) || !this.#isAsked(violation)) return [];
    this.#violated.add(violation.name);
    return [violation];
  }
}
