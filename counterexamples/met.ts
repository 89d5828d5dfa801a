import type { PropertyName, Trace, TraceStep } from "../checker/index.ts";
import { answers } from "../checker/index.ts";
import type { Claim, Model, State } from "../model/index.ts";
import { AssertionFailure, isSought, judgedAnyway, SpecError } from "../spec/index.ts";
import { counterexampleOf } from "./counterexample.ts";
import { livenessFailure, statesOf } from "./liveness.ts";
import { reasonOf } from "./reason.ts";
import { failureAt, judgedAt } from "./violation.ts";
import { violatorOf } from "./violator.ts";

/** What a path comes by: a property that it violates, or a witness that it meets. */
export interface Met {
  readonly kind: "violated" | "seen";
  readonly property: PropertyName;
  /** After which step first; 0 is the initial state. */
  readonly step: number;
  /** Why it is violated, a sentence a line. */
  readonly reason: readonly string[];
}

/**
 * What a path violates and meets on its way, first things first. Of liveness only what a path that ends can show: a `within`
 * that is over. A last step that fails an assertion violates that; whether nothing follows is asked of the end.
 */
export function metOn(model: Model, path: Pick<Trace, "initial" | "steps">): readonly Met[] {
  const found: readonly (Met | undefined)[] = [
    ...model.claims.map(({ name, property: { kind } }) =>
      isSought(kind) ? seenOn(model, name, path) : violatedOn(model, { kind, name }, path),
    ),
    ...judgedAnyway.map((name) => violatedOn(model, { kind: "deadlock freedom", name }, path)),
  ];
  return found
    .flatMap((met) => (met === undefined ? [] : [met]))
    .toSorted((one, other) => one.step - other.step);
}

/** What is asked of the same states again and again, as a walk is stepped through. */
const known = new WeakMap<State, Map<Claim, boolean>>();

/** In which of some states, from 0, what is looked for is met first; -1 if in none. */
export function firstMet(model: Model, claim: Claim, states: readonly State[]): number {
  return states.findIndex((state) => {
    const ofState = known.get(state) ?? new Map<Claim, boolean>();
    known.set(state, ofState);
    const isMet = ofState.get(claim) ?? judgedAt(model, claim, state)?.answer === answers.holds;
    ofState.set(claim, isMet);
    return isMet;
  });
}

function seenOn(
  model: Model,
  name: string,
  path: Pick<Trace, "initial" | "steps">,
): Met | undefined {
  const claim = model.claims.find((one) => one.name === name);
  if (claim === undefined) return undefined;
  const step = firstMet(model, claim, statesOf(path));
  const { kind } = claim.property;
  return step < 0 ? undefined : { kind: "seen", property: { kind, name }, step, reason: [] };
}

function violatedOn(
  model: Model,
  property: PropertyName,
  path: Pick<Trace, "initial" | "steps">,
): Met | undefined {
  const trace = violationOn(model, property, path);
  if (trace === undefined) return undefined;
  const reason = reasonOf(model, counterexampleOf(model, undefined, property, trace));
  return { kind: "violated", property, step: trace.steps.length, reason };
}

/** The shortest beginning of a path that violates a property. */
function violationOn(
  model: Model,
  property: PropertyName,
  { initial, steps }: Pick<Trace, "initial" | "steps">,
): Trace | undefined {
  switch (violatorOf(property.kind)) {
    case "state":
    case "step":
      for (let end = 0; end <= steps.length; end++) {
        const failure = failureAt(model, property, stateAt(initial, steps, end), lastOf(end));
        if (failure !== undefined) return { initial, steps: steps.slice(0, end), ...failure };
      }
      return undefined;
    case "effect":
      return assertedIn(model, initial, steps) === property.name ? { initial, steps } : undefined;
    case "path": {
      const claim = model.claims.find(({ name }) => name === property.name);
      const failure = claim && livenessFailure(model, claim, { initial, steps });
      if (failure === undefined) return undefined;
      const { choice, count } = failure;
      return { initial, steps: steps.slice(0, count?.steps.at(-1)), choice, count };
    }
    case "end":
    case "lasso":
    case "none":
      return undefined;
    case undefined: {
      if (assertedIn(model, initial, steps) !== undefined) return undefined;
      return isStuck(model, property, stateAt(initial, steps, steps.length))
        ? { initial, steps }
        : undefined;
    }
  }

  function lastOf(end: number) {
    const last = steps[end - 1];
    return last && { before: stateAt(initial, steps, end - 1), step: last.step };
  }
}

const stateAt = (
  initial: Trace["initial"],
  steps: readonly TraceStep[],
  at: number,
): Trace["initial"] => steps[at - 1]?.state ?? initial;

/** Whether nothing happens any more in a state; something does where a step leaves its domain. */
function isStuck(model: Model, property: PropertyName, state: Trace["initial"]): boolean {
  try {
    return failureAt(model, property, state) !== undefined;
  } catch (error) {
    if (error instanceof SpecError) return false;
    throw error;
  }
}

/** The assertion that the last step of a path fails, if it does. */
function assertedIn(
  model: Model,
  initial: Trace["initial"],
  steps: readonly TraceStep[],
): string | undefined {
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  try {
    model.apply(stateAt(initial, steps, steps.length - 1), last.step);
    return undefined;
  } catch (error) {
    if (error instanceof AssertionFailure) return error.property;
    throw error;
  }
}
