import type { Digits, Model, State } from "../model/index.ts";
import { AssertionFailure, SpecError } from "../spec/index.ts";
import { auditOf, type Done } from "./audit.ts";
import { Ledger, type Violation } from "./ledger.ts";
import { Interrupted, watch } from "./limits.ts";
import { decideAll, type LivenessTask } from "./liveness/stage.ts";
import type { CheckOptions } from "./options.ts";
import { graphByReference } from "./reference-graph.ts";
import { rebuild, withFailingStep, withFailingState } from "./rebuild.ts";
import type { IncompleteReason, Statistics, Trace, Verdict } from "./verdict.ts";
import { mostStates, visitedStates } from "./visited.ts";

/**
 * Explores every reachable state, nearest first, so that every trace is a shortest one. The order is
 * that of the spec, so the same search gives the same bytes. Throws `SpecError` where the spec is at fault.
 */
export function exploreByReference(
  model: Model,
  options: CheckOptions,
  task: LivenessTask | undefined,
): Verdict {
  const reduces = model.symmetry.order > 1n;
  const ledger = new Ledger(model, options.properties);
  const audit = auditOf(model, reduces, { goOn: () => endIf(limits.reasonLate()) });
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

  const representative = (digits: Digits): Digits => model.symmetry.canonical(digits);

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

  /** Meets a state, which is explored later if it is new. */
  function meet(state: State, digits: Digits, parent: number, step: number): void {
    const canonical = representative(digits);
    const isFull = visited.size >= maxStates;
    const id = isFull ? undefined : visited.add(canonical, parent, step);
    if (isFull && !visited.has(canonical)) {
      stopped = visited.size >= mostStates ? "memory limit" : "state limit";
      return;
    }
    if (id === undefined) return;
    next.push(id);
    unreduced += model.symmetry.orbitOf(canonical);
    for (const violation of ledger.state(state)) {
      ledger.record(violation, withFailingState(model, rebuilt(id), violation));
    }
  }

  function expand(id: number): void {
    const digits = visited.digitsOf(id);
    const state = model.layout.decode(digits);
    const done: Done[] = [];
    let isStuck = true;
    for (let position = 0; position < model.steps.length; position++) {
      orFault(() => {
        const step = model.steps[position] as (typeof model.steps)[number];
        const wasStuck = isStuck;
        isStuck = false; // also where the guard fails
        if (!model.isEnabled(state, step)) {
          isStuck = wasStuck;
          return;
        }
        done[position] = take(id, state, position);
      });
      if (stopped !== undefined) return;
    }
    orFault(() => {
      if (isStuck) {
        for (const violation of ledger.deadlock(state)) {
          ledger.record(violation, rebuilt(id));
        }
      }
    });
    // What it finds says that no answer of this search is one, not even a violation.
    if (audit.samples(expanded) && fault === undefined) audit.look(state, digits, done);
    expanded++;
  }

  /** Takes a step that is possible: the digits that it comes to, or the assertion that fails. */
  function take(id: number, state: State, position: number): Digits | string {
    const step = model.steps[position] as (typeof model.steps)[number];
    let after: State;
    try {
      after = model.apply(state, step);
    } catch (error) {
      if (!(error instanceof AssertionFailure)) throw error;
      for (const violation of ledger.assertion(error.message))
        recordStep(id, step.action, violation);
      return error.message;
    }
    generated++;
    taken[step.action] = (taken[step.action] as number) + 1;
    for (const violation of ledger.step(state, after, step)) recordStep(id, step.action, violation);
    const reached = model.encode(after, step.label);
    meet(after, reached, id, position);
    return reached;
  }

  /** Records the violation of a step by the named action from a visited state. */
  function recordStep(from: number, action: string, violation: Violation): void {
    ledger.record(violation, withFailingStep(model, rebuilt(from), action, violation));
  }

  /** The first error of the spec in a level; what else is found in the level counts as if it came before. */
  let fault: SpecError | undefined;

  function orFault(go: () => void): void {
    try {
      go();
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      fault ??= error;
    }
  }

  /** Says that the search goes on; ends with `Interrupted` what takes long, if there is a reason. */
  function endIf(reason: IncompleteReason | undefined): void {
    model.pulse[0] = ((model.pulse[0] as number) + 1) | 0;
    if (reason !== undefined) throw new Interrupted(reason);
  }

  const rebuilt = (id: number): Trace =>
    rebuild(model, visited, representative, id, () => endIf(limits.reasonLate()));

  /** Does something, or as much of it as a limit allows for. */
  function untilStopped(go: () => void): void {
    try {
      go();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      stopped ??= error.reason;
    }
  }

  /** A broken protocol may well leave its domains later: what was found before that stands. */
  function settle(): void {
    if (fault === undefined) return;
    if (ledger.first() === undefined) throw fault;
    stopped = "spec at fault";
    note = fault.message;
  }

  const initialStates = model.initialStates();
  const initialDigits = initialStates.map((state) => model.encode(state, "the initial state"));
  audit.initial(initialDigits);
  initialStates.forEach((state, position) => {
    if (stopped !== undefined) return;
    generated++;
    initials++;
    untilStopped(() => orFault(() => meet(state, initialDigits[position] as Digits, -1, -1)));
  });
  settle();
  const initialIds = visited.size;

  if (visited.size > 0) depth = 1;
  while (next.length > 0 && stopped === undefined && !ledger.isSettled()) {
    const level = next;
    next = [];
    for (const id of level) {
      stopped = limits.check(statistics);
      if (stopped !== undefined) break;
      untilStopped(() => expand(id));
      if (stopped !== undefined) break;
    }
    settle();
    if (next.length > 0) depth++;
    if (options.untilFirst === true && ledger.first() !== undefined) stopped ??= "first violation";
  }
  if (task !== undefined && stopped === undefined && !ledger.hasGaps) {
    untilStopped(() => {
      const explored = graphByReference(model, visited, initialIds, () =>
        endIf(limits.check(statistics)),
      );
      decideAll(model, explored, task, (claim, decided) => ledger.decided(claim, decided));
    });
  }
  return ledger.verdict(statistics(), stopped, note);
}
