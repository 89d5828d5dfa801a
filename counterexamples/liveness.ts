import { actorSteps, type CountFacts, type Trace } from "../checker/index.ts";
import type { Claim, Model, State } from "../model/index.ts";
import { type Predicate, type Progress, sizeOf, type Within } from "../spec/index.ts";
import { isSameState } from "./changes.ts";
import { isTrueOf, type Moments } from "./formula.ts";
import { violatorOf } from "./violator.ts";

/** A path; of a lasso, with the state to which its last step leads back, as in `LassoFacts`. */
export interface Behaviour extends Pick<Trace, "initial" | "steps"> {
  readonly loopsTo?: number | undefined;
}

/** A path that goes round in the end. */
export interface EndlessBehaviour extends Behaviour {
  readonly loopsTo: number;
}

/** How a behaviour violates a liveness property for some choice. States are numbered from 0. */
export interface LivenessFailure {
  readonly choice: readonly unknown[];
  /**
   * The first state that shows it: leads to, within: in which `from` holds, never followed by `to`, or not
   * in time; always eventually: from which on it never holds; eventually always: in which it does not hold,
   * again and again; recoverable: the last one; progress: with which the loop begins; temporal: the initial one.
   */
  readonly at: number;
  /** Of a `within`. */
  readonly count?: Required<CountFacts>;
}

/** The states of a path, the initial one first. */
export const statesOf = ({
  initial,
  steps,
}: Pick<Trace, "initial" | "steps">): readonly State[] => [
  initial,
  ...steps.map(({ state }) => state),
];

/**
 * How a behaviour violates a liveness property for one of the choices given (all of them, if left out);
 * undefined if it does not. Of several choices the first for which it does; of a `within` that for which it
 * does so earliest. Of a `recoverable` only that `when` holds at the end, and `to` does not.
 * Whether the behaviour is fair is another question: see `fairnessOn`.
 */
export function livenessFailure(
  model: Model,
  claim: Claim,
  behaviour: Behaviour,
  choices: readonly (readonly unknown[])[] = claim.choices,
): LivenessFailure | undefined {
  const failures = choices.flatMap((choice) => {
    const failure = failureFor(model, claim, behaviour, choice);
    return failure === undefined ? [] : [{ choice, ...failure }];
  });
  const lastCounted = ({ count }: LivenessFailure): number => count?.steps.at(-1) ?? 0;
  return failures.toSorted((one, other) => lastCounted(one) - lastCounted(other))[0];
}

type FailureForChoice = Omit<LivenessFailure, "choice">;

function failureFor(
  model: Model,
  claim: Claim,
  behaviour: Behaviour,
  choice: readonly unknown[],
): FailureForChoice | undefined {
  const states = statesOf(behaviour);
  const last = states.length - 1;
  const is = (role: string | Predicate, state: number): boolean =>
    model.ask(claim, role, states[state] as State, ...choice);
  /** The first state from which on something is never true; undefined if it is, on the loop. */
  const neverFrom = (role: string, loopsTo: number): number | undefined => {
    const first = states.findLastIndex((_, state) => is(role, state)) + 1;
    return first <= loopsTo ? first : undefined;
  };

  const { property } = claim;
  if (violatorOf(property.kind) === "lasso" && behaviour.loopsTo === undefined) return undefined;
  const loopsTo = behaviour.loopsTo as number;
  switch (property.kind) {
    case "leads to": {
      const never = neverFrom("to", loopsTo);
      if (never === undefined) return undefined;
      return failureAt(states.findIndex((_, state) => state >= never && is("from", state)));
    }
    case "always eventually":
      return failureAt(neverFrom("holds", loopsTo) ?? -1);
    case "eventually always":
      return failureAt(states.findIndex((_, state) => state >= loopsTo && !is("holds", state)));
    case "recoverable":
      return is("when", last) && !is("to", last) ? { at: last } : undefined;
    case "within":
      return overrun(model, property, behaviour, is);
    case "progress":
      return isBusyInVain(model, property, { ...behaviour, loopsTo }, choice, is)
        ? { at: loopsTo }
        : undefined;
    case "temporal": {
      const ask = (predicate: Predicate, state: State): boolean =>
        model.ask(claim, predicate, state, ...choice);
      return isTrueOf(property.formula, momentsOf(model, { ...behaviour, loopsTo }), ask)
        ? undefined
        : { at: 0 };
    }
    case "invariant":
    case "step property":
    case "assertion":
    case "witness":
      return undefined;
  }
}

const failureAt = (at: number): FailureForChoice | undefined => (at < 0 ? undefined : { at });

/** Whether an actor takes a step on a loop, be it one that changes nothing, and none is taken there that is progress. */
function isBusyInVain(
  model: Model,
  property: Progress,
  behaviour: EndlessBehaviour,
  choice: readonly unknown[],
  is: (role: string | Predicate, state: number) => boolean,
): boolean {
  const { counting } = property;
  const { isOwn, isCounted } = actorSteps(model, property, choice);
  const states = statesOf(behaviour);
  const loop = behaviour.steps.slice(behaviour.loopsTo).map(({ step }, position) => {
    const at = behaviour.loopsTo + position;
    return { step, at, changes: !isSameState(model, states[at] as State, states[at + 1] as State) };
  });
  return (
    loop.some(({ step }) => isOwn(step)) &&
    !loop.some(({ step, at, changes }) =>
      typeof counting === "function"
        ? !is(counting, at) && is(counting, at + 1)
        : changes && isCounted(step),
    )
  );
}

/** Where a path counts one step too many in a wait; of several such places the first. */
function overrun(
  model: Model,
  { counting, idle, atMost }: Within,
  behaviour: Behaviour,
  is: (role: string | Predicate, state: number) => boolean,
): FailureForChoice | undefined {
  const most = sizeOf(atMost, model.declared, "atMost");
  const states = statesOf(behaviour);
  /** The wait that began first; those that began later have not counted more. */
  let wait: { readonly from: number; readonly steps: number[] } | undefined;
  for (const [at, { step }] of behaviour.steps.entries()) {
    if (is("to", at)) wait = undefined;
    else if (wait === undefined && is("from", at)) wait = { from: at, steps: [] };
    if (wait === undefined || isSameState(model, states[at] as State, states[at + 1] as State)) {
      continue;
    }
    const actor = model.spec.actions[step.action]?.actor;
    if (idle.includes(typeof actor === "object" ? actor.name : (actor as string))) {
      wait = undefined;
      continue;
    }
    const isCounted =
      typeof counting === "string"
        ? step.action === counting
        : !is(counting, at) && is(counting, at + 1);
    if (!isCounted) continue;
    wait.steps.push(at + 1);
    if (wait.steps.length > most) return { at: wait.from, count: { ...wait, atMost: most } };
  }
  return undefined;
}

/** A lasso without the steps that change nothing. */
function momentsOf(model: Model, { loopsTo, ...path }: EndlessBehaviour): Moments {
  const states = statesOf(path);
  const last = path.steps.length;
  const moments = path.steps.flatMap(({ step }, at) => {
    const state = states[at] as State;
    return isSameState(model, state, states[at + 1] as State)
      ? []
      : [{ at, state, action: step.action }];
  });
  const begin = moments.filter(({ at }) => at < loopsTo).length;
  const stays =
    begin < moments.length ? [] : [{ at: last, state: states[last] as State, action: undefined }];
  const all = [...moments, ...stays];
  return {
    states: all.map(({ state }) => state),
    actions: all.map(({ action }) => action),
    loopsTo: begin,
  };
}
