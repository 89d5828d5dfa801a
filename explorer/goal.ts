import { answers, judge } from "../checker/index.ts";
import { partsOf } from "../counterexamples/index.ts";
import type { Model, State } from "../model/index.ts";
import { closest, isSought, messageOf, subjectOf, words } from "../spec/index.ts";
import { nameOf, type StepName, stateAt, takenFrom, type Walk } from "./walk.ts";

/** What is looked for in a state. */
export type Goal = (state: State) => boolean;

/** A goal that cannot be understood; the message says what is wrong with it. */
export class GoalError extends Error {
  override readonly name = "GoalError";
}

/**
 * A goal in words: `guest[0] is free and host[0] is not backed`; or the name of a property of states, which is looked
 * for where it fails (a witness: where it is met).
 */
export function goalIn(text: string, model: Model): Goal {
  const typed = text.trim();
  if (typed === "") throw new GoalError('Say what to look for, as in "VARIABLE is VALUE".');
  const claim = model.claims.find(({ name }) => name === typed || words(name) === typed);
  if (claim !== undefined) {
    if (subjectOf(claim.property.kind) !== "state") {
      throw new GoalError(`"${typed}" says nothing of single states.`);
    }
    const sought = isSought(claim.property.kind) ? answers.holds : answers.fails;
    return (state) => judge(model, claim, [state]).answer === sought;
  }
  const known = partsOf(model, model.initialStates()[0] as State);
  const terms = typed.split(/ and (?=[^ ]+ (?:is|=|!=) )/).map((term) => termIn(term, known));
  return (state) => {
    const parts = partsOf(model, state);
    return terms.every(({ path, is, value }) => (parts.get(path)?.text === value) === is);
  };
}

interface Term {
  readonly path: string;
  readonly is: boolean;
  readonly value: string;
}

function termIn(term: string, known: ReadonlyMap<string, unknown>): Term {
  const [, path, sign, value] = /^(\S+)\s+(is not|is|!=|=)\s+(.+)$/.exec(term.trim()) ?? [];
  if (path === undefined || value === undefined) {
    throw new GoalError(`"${term.trim()}" is neither a property nor "VARIABLE is VALUE".`);
  }
  if (!known.has(path)) {
    const near = closest(path, [...known.keys()]);
    const but = near === undefined ? "" : ` Did you mean ${near}?`;
    throw new GoalError(`There is nothing called ${path} in a state.${but}`);
  }
  return { path, is: sign === "is" || sign === "=", value };
}

/** What a search for a goal came to. */
export type Nearest =
  | { readonly kind: "found"; readonly steps: readonly StepName[] }
  /** None of the states that can be reached. */
  | { readonly kind: "nowhere"; readonly states: number }
  /** Not among the first so many. */
  | { readonly kind: "not found"; readonly states: number }
  | { readonly kind: "fault"; readonly why: string };

/**
 * The fewest steps from a state of a walk, one at least, to a state that meets a goal; looks at `mostStates` at most.
 * Every step is taken by the spec's own functions, and no symmetry is made use of.
 */
export function nearest(walk: Walk, at: number, goal: Goal, mostStates: number): Nearest {
  const { model } = walk;
  const keyOf = (state: State): string => model.encode(state, "a step").join();
  interface Reached {
    readonly state: State;
    readonly from: Reached | undefined;
    readonly by: StepName | undefined;
  }
  if (at > 0 && walk.taken[at - 1]?.failed !== undefined) return { kind: "nowhere", states: 1 };
  const start: Reached = { state: stateAt(walk, at), from: undefined, by: undefined };
  const seen = new Set([keyOf(start.state)]);
  const frontier = [start];
  try {
    for (const reached of frontier) {
      for (const step of model.steps) {
        if (!model.isEnabled(reached.state, step)) continue;
        const { state, failed } = takenFrom(model, reached.state, step);
        if (failed !== undefined) continue;
        const next: Reached = { state, from: reached, by: nameOf(step) };
        if (goal(state)) return { kind: "found", steps: wayTo(next) };
        const key = keyOf(state);
        if (seen.has(key)) continue;
        if (seen.size >= mostStates) return { kind: "not found", states: seen.size };
        seen.add(key);
        frontier.push(next);
      }
    }
  } catch (error) {
    return { kind: "fault", why: messageOf(error) };
  }
  return { kind: "nowhere", states: seen.size };

  function wayTo(last: Reached): readonly StepName[] {
    const steps: StepName[] = [];
    for (let one: Reached | undefined = last; one?.by !== undefined; one = one.from) {
      steps.push(one.by);
    }
    return steps.toReversed();
  }
}
