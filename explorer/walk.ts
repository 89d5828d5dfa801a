import { refusalOf } from "../counterexamples/index.ts";
import type { Model, State, Step } from "../model/index.ts";
import { AssertionFailure, messageOf } from "../spec/index.ts";

/** A step that was taken, and the state after it; of one that fails an assertion, the state before it. */
export interface Taken {
  readonly step: Step;
  readonly state: State;
  /** The assertion that it fails: nothing can be taken behind it. */
  readonly failed?: string | undefined;
}

/** A way through a model from one of its initial states. States are numbered from 0, steps from 1. */
export interface Walk {
  readonly model: Model;
  /** Which of the initial states it begins in. */
  readonly begin: number;
  readonly initial: State;
  readonly taken: readonly Taken[];
}

/** A step by the names of its action and its choice, which outlive most changes of a spec. */
export interface StepName {
  readonly action: string;
  readonly choice: readonly string[];
}

/** Where names do not fit a model any more; step 0 is the initial state. */
export interface Misfit {
  readonly step: number;
  readonly why: string;
}

/** The walk of no steps; of the first initial state where there are not so many. */
export function beginning(model: Model, begin = 0): Walk {
  const all = model.initialStates();
  const at = all[begin] === undefined ? 0 : begin;
  return { model, begin: at, initial: all[at] as State, taken: [] };
}

/** The state with a number. */
export const stateAt = ({ initial, taken }: Walk, at: number): State =>
  at === 0 ? initial : (taken[at - 1] as Taken).state;

/** A walk up to a state, and a step that is possible there. Throws what the effect throws, but for assertions. */
export function took(walk: Walk, at: number, step: Step): Walk {
  const taken = takenFrom(walk.model, stateAt(walk, at), step);
  return { ...walk, taken: [...walk.taken.slice(0, at), taken] };
}

/** Takes a step that is possible. */
export function takenFrom(model: Model, state: State, step: Step): Taken {
  try {
    return { step, state: model.apply(state, step) };
  } catch (error) {
    if (!(error instanceof AssertionFailure)) throw error;
    return { step, state, failed: error.property };
  }
}

export const nameOf = ({ action, choice }: Step): StepName => ({
  action,
  choice: choice.map(String),
});

export const namesOf = ({ taken }: Walk): readonly StepName[] =>
  taken.map(({ step }) => nameOf(step));

const keyOf = ({ action, choice }: StepName): string => JSON.stringify([action, choice]);

/** Follows names as far as they fit: the longest walk, and why it is not longer. */
export function follow(
  model: Model,
  begin: number,
  names: readonly StepName[],
): { readonly walk: Walk; readonly misfit?: Misfit | undefined } {
  const start = beginning(model, begin);
  if (start.begin !== begin) {
    return { walk: start, misfit: { step: 0, why: `there is no initial state ${begin + 1}` } };
  }
  const steps = new Map(model.steps.map((step) => [keyOf(nameOf(step)), step]));
  const taken: Taken[] = [];
  let state = start.initial;
  for (const name of names) {
    const step = steps.get(keyOf(name));
    const why = whyNot(model, taken.at(-1), state, name, step);
    if (step === undefined || why !== undefined) {
      return {
        walk: { ...start, taken },
        misfit: { step: taken.length + 1, why: why ?? "there is no such step" },
      };
    }
    try {
      taken.push(takenFrom(model, state, step));
    } catch (error) {
      const misfit = { step: taken.length + 1, why: messageOf(error) };
      return { walk: { ...start, taken }, misfit };
    }
    state = (taken.at(-1) as Taken).state;
  }
  return { walk: { ...start, taken } };
}

/** Why a step cannot be taken; undefined if it can. */
function whyNot(
  model: Model,
  last: Taken | undefined,
  state: State,
  { action, choice }: StepName,
  step: Step | undefined,
): string | undefined {
  if (last?.failed !== undefined) return "the step before it fails an assertion";
  if (!Object.hasOwn(model.spec.actions, action)) return `there is no action ${action}`;
  if (step === undefined) return `${action} has no choice ${choice.join(", ")}`;
  if (model.isEnabled(state, step)) return undefined;
  return `${step.label} is not possible: ${refusalOf(model, state, step).lines[0]}`;
}
