import type { Claim, Digits, Model, State } from "../model/index.ts";
import { AssertionFailure, isAsserted, SpecError } from "../spec/index.ts";
import { judge } from "./claims.ts";
import type { Violation } from "./ledger.ts";
import type { Trace, TraceStep } from "./verdict.ts";
import type { Visited } from "./visited.ts";

/**
 * How we got to a state: the trace is replayed through the model from an initial state. Where symmetry
 * was reduced, the visited states stand for others; the replay finds a path that really exists, with
 * one set of names from the first step to the last.
 */
export function rebuild(
  model: Model,
  visited: Visited,
  representative: (digits: Digits) => Digits,
  id: number,
  look: () => void,
): Trace {
  const chain: number[] = [];
  for (let at = id; at >= 0; at = visited.parentOf(at)) chain.unshift(at);
  return along(
    model,
    chain.map((at) => visited.keyOf(at)),
    representative,
    look,
  );
}

/**
 * The trace along states given by their keys, the first of which is initial. `look` is called now and then, and
 * throws where that has to end.
 */
export function along(
  model: Model,
  keys: readonly string[],
  representative: (digits: Digits) => Digits,
  look: () => void,
): Trace {
  const standsFor = (state: State, key: string | undefined): boolean =>
    model.packing.pack(representative(model.encode(state, "a replayed step"))) === key;

  const initial = model.initialStates().find((state) => standsFor(state, keys[0]));
  if (initial === undefined) throw lost(model, "the initial state", 0);
  const steps: TraceStep[] = [];
  let state = initial;
  for (const key of keys.slice(1)) {
    look();
    let next: TraceStep | undefined;
    for (const candidate of successors(model, state)) {
      if (!standsFor(candidate.state, key)) continue;
      next = candidate;
      break;
    }
    if (next === undefined) throw lost(model, "a step", steps.length + 1);
    steps.push(next);
    state = next.state;
  }
  return { initial, steps };
}

/** The trace to a state that violates an invariant, with the choice for which it fails there. */
export function withFailingState(model: Model, trace: Trace, violation: Violation): Trace {
  const claim = claimOf(model, violation);
  const last = trace.steps.at(-1)?.state ?? trace.initial;
  const { choice } = judge(model, claim, [last]);
  if (choice === undefined) throw lost(model, `property ${claim.name}`, trace.steps.length);
  return { ...trace, choice };
}

/** The trace to a state, and from it the step of an action that violates a step property or an assertion. */
export function withFailingStep(
  model: Model,
  trace: Trace,
  action: string,
  violation: Violation,
): Trace {
  const last = trace.steps.at(-1)?.state ?? trace.initial;
  for (const step of model.steps) {
    if (step.action !== action) continue;
    try {
      if (!model.isEnabled(last, step)) continue;
      const state = model.apply(last, step);
      if (isAsserted(violation.kind)) continue;
      const { choice } = judge(model, claimOf(model, violation), [last, state]);
      if (choice !== undefined)
        return { ...trace, steps: [...trace.steps, { step, state }], choice };
    } catch (error) {
      if (error instanceof SpecError) continue; // another choice, which the search did not come to
      if (!(error instanceof AssertionFailure)) throw error;
      if (violation.name !== error.property) continue;
      return { ...trace, steps: [...trace.steps, { step, state: last }] };
    }
  }
  throw lost(model, action, trace.steps.length + 1);
}

const claimOf = (model: Model, { name }: Violation): Claim =>
  model.claims.find((claim) => claim.name === name) as Claim;

/** What can be done in a state, step by step; the steps at which the spec fails are left out. */
function* successors(model: Model, state: State): Generator<TraceStep> {
  for (const step of model.steps) {
    let after: State;
    try {
      if (!model.isEnabled(state, step)) continue;
      after = model.apply(state, step);
    } catch (error) {
      if (error instanceof AssertionFailure || error instanceof SpecError) continue;
      throw error;
    }
    yield { step, state: after };
  }
}

function lost(model: Model, what: string, step: number): SpecError {
  return new SpecError(
    `${model.spec.name}: ${what} does not lead again to where it led before, at step ${step}. ` +
      "Does a condition or an effect read a clock, a random source or a variable outside the state, " +
      "or is an index set declared interchangeable whose elements are not?",
  );
}
