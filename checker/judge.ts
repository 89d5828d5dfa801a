import type { Claim, Model, State, Step } from "../model/index.ts";
import { SpecError, closest, type StepProperty } from "../spec/index.ts";
import type { Decided } from "./liveness/decide.ts";
import { isLiveness } from "./liveness/parts.ts";
import type { PropertyName, PropertyResult, PropertyStatus, Trace } from "./verdict.ts";

/** A property that was found violated just now, and the choice for which it fails. */
export interface Violation extends PropertyName {
  readonly choice: readonly unknown[];
  /** What a failed assertion claims. */
  readonly assertion?: string;
}

/** Decides what is true of a state or a step; a property's first violation is final. */
export interface Judge {
  /** Whether it was asked about some properties by name. */
  readonly isSelective: boolean;
  /** Properties that a new state is the first to violate. */
  state(state: State): readonly Violation[];
  /** Properties that a step is the first to violate. */
  step(before: State, after: State, step: Step): readonly Violation[];
  /** Whether an answer of a claim could still change something. */
  isOpen(claim: Claim): boolean;
  /** Says that the condition of a claim held, or that a witness was met. */
  speaks(claim: Claim): void;
  /** The violation of a claim for some choice, if it is the first. */
  fails(claim: Claim): readonly Violation[];
  /** The violation of a deadlock, if it is the first and the state is none in which the protocol may end. */
  deadlock(state?: State): readonly Violation[];
  /** The violation of an assertion in a step's effect, if it is the first. */
  assertion(claim: string): readonly Violation[];
  /**
   * Whether an assertion that was not asked about failed: what lies behind that step is not explored,
   * so that nothing can be said to hold.
   */
  isCut(): boolean;
  /** Whether any assertion failed: what lies behind that step is missing from the graph. */
  hasGaps(): boolean;
  /** The liveness properties that were asked about. */
  readonly liveness: readonly Claim[];
  /** Takes up what was decided of one of them. */
  decided(claim: Claim, decided: Decided): void;
  /** Keeps the trace of a violation. */
  record(violation: Violation, trace: Trace): void;
  /**
   * Of the violations recorded that with the shortest trace, one of a liveness property only if there is no
   * other; of several, the first in the order of the spec.
   */
  first(): { readonly property: PropertyName; readonly trace: Trace } | undefined;
  /** Whether nothing that is still to come could change an answer. */
  isSettled(): boolean;
  /** The answers, for a search that saw everything or one that did not. */
  results(isComplete: boolean): readonly PropertyResult[];
}

const deadlockFreedom: PropertyName = { kind: "deadlock freedom", name: "deadlockFreedom" };
const assertions: PropertyName = { kind: "assertion", name: "assertions" };

/**
 * A judge of all properties of a model, or of those named; a `SpecError` for a name it does not have. Liveness
 * is not checked where a search does not decide it.
 */
export function judgeOf(model: Model, only?: readonly string[], decidesLiveness = true): Judge {
  const known = [...model.claims.map(({ name }) => name), deadlockFreedom.name, assertions.name];
  for (const name of only ?? []) {
    if (known.includes(name)) continue;
    const near = closest(name, known);
    throw new SpecError(
      `${model.spec.name} has no property ${name}${near === undefined ? "" : `; did you mean ${near}?`} ` +
        `(Its properties: ${known.join(", ")}.)`,
    );
  }
  const isAsked = ({ name }: { readonly name: string }): boolean => only?.includes(name) ?? true;
  const asked = model.claims.filter(isAsked);
  const ofStates = asked.filter(
    ({ property }) => property.kind === "invariant" || property.kind === "witness",
  );
  const ofSteps = asked.filter(({ property }) => property.kind === "step property");

  /** Claims that said something at least once; witnesses that were met. */
  const spoke = new Set<string>();
  const violated = new Set<string>();
  const traces = new Map<string, Trace>();
  const liveness = asked.filter(({ property }) => isLiveness(property.kind));
  const decidedOf = new Map<string, Decided>();
  let isCut = false;
  let hasGaps = false;
  function firstViolation(
    property: PropertyName,
    more: Partial<Violation> = {},
  ): readonly Violation[] {
    if (violated.has(property.name) || !isAsked(property)) return [];
    violated.add(property.name);
    return [{ ...property, choice: [], ...more }];
  }

  function judge(claim: Claim, values: readonly State[]): readonly Violation[] {
    const choice = failingChoice(model, claim, values, () => spoke.add(claim.name));
    if (choice === undefined) return [];
    return firstViolation({ kind: claim.property.kind, name: claim.name }, { choice });
  }

  function statusOf({ name, property }: Claim, isComplete: boolean): PropertyStatus {
    if (violated.has(name)) return "violated";
    if (property.kind === "witness") {
      if (spoke.has(name)) return "seen";
      return isComplete ? "never seen" : "undecided";
    }
    if (isLiveness(property.kind)) {
      const isStillOpen = decidesLiveness && (!isComplete || hasGaps);
      return decidedOf.get(name)?.status ?? (isStillOpen ? "undecided" : "not checked");
    }
    if (!isComplete) return "undecided";
    return spoke.has(name) ? "holds" : "vacuous";
  }

  return {
    isSelective: only !== undefined,

    state: (state) =>
      ofStates.flatMap((claim) => {
        if (claim.property.kind === "invariant") {
          return violated.has(claim.name) ? [] : judge(claim, [state]);
        }
        if (
          !spoke.has(claim.name) &&
          claim.choices.some((choice) => model.ask(claim, "holds", state, ...choice))
        ) {
          spoke.add(claim.name);
        }
        return [];
      }),

    step: (before, after, step) =>
      ofSteps.flatMap((claim) =>
        violated.has(claim.name) || !concerns(model, claim, step)
          ? []
          : judge(claim, [before, after]),
      ),

    isOpen: (claim) =>
      isAsked(claim) &&
      !violated.has(claim.name) &&
      !(claim.property.kind === "witness" && spoke.has(claim.name)),

    speaks: ({ name }) => {
      spoke.add(name);
    },

    fails: ({ name, property }) => firstViolation({ kind: property.kind, name }),

    deadlock: (state) =>
      violated.has(deadlockFreedom.name) || (state !== undefined && model.mayEnd(state))
        ? []
        : firstViolation(deadlockFreedom),

    assertion: (assertion) => {
      hasGaps = true;
      isCut ||= !isAsked(assertions);
      return firstViolation(assertions, { assertion });
    },

    isCut: () => isCut,

    hasGaps: () => hasGaps,

    liveness,

    decided: ({ name }, decided) => {
      decidedOf.set(name, decided);
      if (decided.status === "violated") violated.add(name);
      if (decided.trace !== undefined) traces.set(name, decided.trace);
    },

    record: ({ name }, trace) => {
      traces.set(name, trace);
    },

    first: () => {
      const all = [
        ...asked.map(({ name, property: { kind } }) => ({ kind, name })),
        deadlockFreedom,
        assertions,
      ];
      const found = all.flatMap((property) => {
        const trace = traces.get(property.name);
        return trace === undefined ? [] : [{ property, trace }];
      });
      // What should never happen says more than what does not happen in the end.
      const ofSafety = found.filter(({ property }) => !isLiveness(property.kind));
      return (ofSafety.length > 0 ? ofSafety : found).reduce<ReturnType<Judge["first"]>>(
        (best, its) =>
          best !== undefined && best.trace.steps.length <= its.trace.steps.length ? best : its,
        undefined,
      );
    },

    isSettled: () =>
      [
        ...asked.map(({ name, property }) => ({
          name,
          isMet: property.kind === "witness" && spoke.has(name),
        })),
        ...[deadlockFreedom, assertions]
          .filter(isAsked)
          .map(({ name }) => ({ name, isMet: false })),
      ].every(({ name, isMet }) => isMet || violated.has(name)),

    results: (isComplete) => {
      const results: PropertyResult[] = asked.map((claim) => ({
        kind: claim.property.kind,
        name: claim.name,
        status: statusOf(claim, isComplete),
      }));
      if (isAsked(deadlockFreedom)) {
        const holds = isComplete ? "holds" : "undecided";
        results.push({
          ...deadlockFreedom,
          status: violated.has(deadlockFreedom.name) ? "violated" : holds,
        });
      }
      if (violated.has(assertions.name)) results.push({ ...assertions, status: "violated" });
      else if (only?.includes(assertions.name)) {
        results.push({ ...assertions, status: isComplete ? "holds" : "undecided" });
      }
      return results.map((result) => {
        const trace = traces.get(result.name);
        const facts = decidedOf.get(result.name)?.liveness;
        return { ...result, ...(trace && { trace }), ...(facts && { liveness: facts }) };
      });
    },
  };
}

/** Whether a step property says anything of the steps of an actor. */
export function concerns(model: Model, { property }: Claim, step: Step): boolean {
  const { by } = property as StepProperty;
  if (by === undefined) return true;
  const actor = model.spec.actions[step.action]?.actor;
  return by === (typeof actor === "object" ? actor.name : actor);
}

/**
 * The first choice for which an invariant fails in `[state]`, or a step property in `[before, after]`;
 * undefined if it holds. Calls `onSpeak` if its condition held for any choice.
 */
export function failingChoice(
  model: Model,
  claim: Claim,
  values: readonly State[],
  onSpeak: () => void = () => {},
): readonly unknown[] | undefined {
  for (const choice of claim.choices) {
    if (!model.ask(claim, "when", ...values, ...choice)) continue;
    onSpeak();
    if (!model.ask(claim, "holds", ...values, ...choice)) return choice;
  }
  return undefined;
}
