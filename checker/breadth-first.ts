import { type Digits, instantiate, type Model, type State } from "../model/index.ts";
import { AssertionFailure, SpecError } from "../spec/index.ts";
import { auditOf, type Done } from "./audit.ts";
import { judgeOf, type Violation } from "./judge.ts";
import { type Limits, watch } from "./limits.ts";
import { rebuild, withFailingStep, withFailingState } from "./rebuild.ts";
import { type IncompleteReason, type Statistics, type Verdict, verdictOf } from "./verdict.ts";
import { mostStates, visitedStates } from "./visited.ts";

export interface CheckOptions extends Limits {
  /** Judge only these properties, and stop when all of them are decided. */
  readonly properties?: readonly string[];
  /** Stop at the depth of the first violation; other properties stay undecided. */
  readonly untilFirst?: boolean;
}

/**
 * Explores every reachable state, nearest first, so that every trace is a shortest one. The order is
 * that of the spec, so the same search gives the same bytes. Throws `SpecError` where the spec is at fault.
 */
export function check(model: Model, options: CheckOptions = {}): Verdict {
  const reduces = model.symmetry.order > 1n;
  const judge = judgeOf(model, options.properties);
  const audit = auditOf(model, reduces);
  const limits = watch(options);
  const visited = visitedStates(model.packing);
  const maxStates = Math.min(options.maxStates ?? mostStates, mostStates);
  const taken: Record<string, number> = Object.fromEntries(
    Object.keys(model.spec.actions).map((name) => [name, 0]),
  );
  let unreduced = 0n;
  let generated = 0;
  let initials = 0;
  let depth = 0;
  let next: number[] = [];
  let expanded = 0;
  let stopped: IncompleteReason | undefined;
  let note: string | undefined;

  const representative = (digits: Digits): Digits =>
    reduces ? model.symmetry.canonical(digits).digits : digits;

  const statistics = (): Statistics => ({
    distinctStates: visited.size,
    generatedStates: generated,
    transitions: generated - initials,
    depth,
    ...(reduces ? { orbits: visited.size } : {}),
    unreducedStates: unreduced,
    frontier: visited.size - expanded,
    taken: { ...taken },
    auditedStates: audit.states,
    seconds: limits.seconds(),
  });

  /** Meets a state: its number if it is new. */
  function meet(state: State, digits: Digits, parent: number, step: number): number | undefined {
    const canonical = reduces ? model.symmetry.canonical(digits) : { digits, orbit: 1n };
    const isFull = visited.size >= maxStates;
    const id = isFull ? undefined : visited.add(canonical.digits, parent, step);
    if (isFull && !visited.has(canonical.digits)) {
      stopped = visited.size >= mostStates ? "memory limit" : "state limit";
      return undefined;
    }
    if (id === undefined) return undefined;
    unreduced += canonical.orbit;
    for (const violation of judge.state(state)) {
      judge.record(
        violation,
        withFailingState(model, rebuild(model, visited, representative, id), violation),
      );
    }
    return id;
  }

  function expand(id: number): void {
    const digits = visited.digitsOf(id);
    const state = model.layout.decode(digits);
    let isStuck = true;
    const done: Done[] = [];
    for (let position = 0; position < model.steps.length; position++) {
      const step = model.steps[position] as (typeof model.steps)[number];
      if (!model.isEnabled(state, step)) continue;
      isStuck = false;
      let after: State;
      try {
        after = model.apply(state, step);
      } catch (error) {
        if (!(error instanceof AssertionFailure)) throw error;
        done[position] = error.message;
        for (const violation of judge.assertion(error.message))
          recordStep(id, step.action, violation);
        continue;
      }
      generated++;
      taken[step.action] = (taken[step.action] as number) + 1;
      for (const violation of judge.step(state, after, step))
        recordStep(id, step.action, violation);
      const reached = model.encode(after, step.label);
      done[position] = reached;
      const target = meet(after, reached, id, position);
      if (target !== undefined) next.push(target);
      if (stopped !== undefined) return;
    }
    if (isStuck) {
      for (const violation of judge.deadlock(state)) {
        judge.record(violation, rebuild(model, visited, representative, id));
      }
    }
    if (audit.samples(expanded)) audit.look(state, digits, done);
    expanded++;
  }

  /** Records the violation of a step by the named action from a visited state. */
  function recordStep(from: number, action: string, violation: Violation): void {
    const path = rebuild(model, visited, representative, from);
    judge.record(violation, withFailingStep(model, path, action, violation));
  }

  /** A broken protocol may well leave its domains later: what was found before that stands. */
  function orNote(go: () => void): void {
    try {
      go();
    } catch (error) {
      if (!(error instanceof SpecError) || judge.first() === undefined) throw error;
      stopped = "spec at fault";
      note = error.message;
    }
  }

  const initialStates = model.initialStates();
  const initialDigits = initialStates.map((state) => model.encode(state, "the initial state"));
  audit.initial(initialDigits);
  initialStates.forEach((state, position) => {
    if (stopped !== undefined) return;
    generated++;
    initials++;
    orNote(() => {
      const id = meet(state, initialDigits[position] as Digits, -1, -1);
      if (id !== undefined) next.push(id);
    });
  });

  if (visited.size > 0) depth = 1;
  while (next.length > 0 && stopped === undefined && !judge.isSettled()) {
    const level = next;
    next = [];
    for (const id of level) {
      stopped = limits.check(statistics);
      if (stopped !== undefined) break;
      orNote(() => expand(id));
      if (stopped !== undefined) break;
    }
    if (next.length > 0) depth++;
    if (options.untilFirst === true && judge.first() !== undefined) stopped ??= "first violation";
  }
  const isWhole = next.length === 0 && stopped === undefined;
  const verdict = verdictOf(judge, statistics(), stopped, note);
  if (reduces && isWhole && unreduced <= mostConfirmed) {
    const { timeoutSeconds = Number.POSITIVE_INFINITY } = options;
    const left = timeoutSeconds - limits.seconds();
    confirm(model, { ...options, timeoutSeconds: left }, verdict);
  }
  return verdict;
}

/** So many states are explored once more without symmetry: in a small instance nothing is left to sampling. */
const mostConfirmed = 5_000n;

/** Throws `SpecError` unless a search without symmetry comes to the same. */
function confirm(model: Model, options: CheckOptions, reduced: Verdict): void {
  const { spec, constants, pulse } = model;
  const whole = check(instantiate(spec, { constants, pulse, symmetry: false }), options);
  if (whole.kind === "incomplete" && whole.reason !== "not checked") return;
  const figures = ({ statistics, properties }: Verdict): string =>
    [
      `${statistics.unreducedStates} states of depth ${statistics.depth}`,
      ...properties.map(({ name, status }) => `${name} ${status}`),
    ].join(", ");
  if (figures(whole) === figures(reduced)) return;
  throw new SpecError(
    `${spec.name}: an index set is declared interchangeable (or buddies) and is not: without symmetry the search ` +
      `comes to something else.\nWith:    ${figures(reduced)}\nWithout: ${figures(whole)}\n` +
      "Does a guard, an effect or a property name a particular element, or rely on the order of elements? " +
      "Declare the set ordered(...), or run with --no-symmetry.",
  );
}
