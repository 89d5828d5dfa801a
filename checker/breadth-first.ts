import type { Digits, Model, State, Step } from "../model/index.ts";
import { AssertedIn, AssertionFailure, SpecError } from "../spec/index.ts";
import { Audit } from "./audit.ts";
import { Ledger, type Violation } from "./ledger.ts";
import { type Watch, watch } from "./limits.ts";
import { decideAll, type LivenessTask } from "./liveness/stage.ts";
import type { CheckOptions } from "./options.ts";
import { type Done, leadsNowhere } from "./outcome.ts";
import { rebuild, withFailingState, withFailingStep } from "./rebuild.ts";
import { graphByReference } from "./reference-graph.ts";
import { Stop } from "./stop.ts";
import { type Statistics, type Trace, unchangingOf, type Verdict } from "./verdict.ts";
import { mostStates, type Visited, visitedStates } from "./visited.ts";

/**
 * Explores every reachable state, nearest first, so that every trace is a shortest one. The order is
 * that of the spec, so the same search gives the same bytes. Throws `SpecError` where the spec is at fault.
 */
export function exploreByReference(
  model: Model,
  options: CheckOptions,
  task: LivenessTask | undefined,
): Verdict {
  const search = new ReferenceSearch(model, options);
  search.start();
  search.run();
  if (task !== undefined) search.decide(task);
  return search.verdict();
}

class ReferenceSearch {
  readonly #model: Model;
  readonly #options: CheckOptions;
  readonly #ledger: Ledger;
  readonly #watch: Watch;
  readonly #stop: Stop;
  readonly #audit: Audit;
  readonly #visited: Visited;
  readonly #maxStates: number;
  readonly #reduces: boolean;
  /** How often each action was taken. */
  readonly #taken: Record<string, number>;
  /** The actions of which a step has changed something. */
  readonly #changing = new Set<string>();
  #isEveryStateSeen = false;
  #unreduced = 0n;
  #generated = 0;
  /** How many initial states there were; equal ones count each by itself, and once. */
  #initials = 0;
  #distinctInitials = 0;
  #depth = 0;
  #expanded = 0;
  /** The states of the next level. */
  #next: number[] = [];
  /** The first error of the spec in a level; what else is found in the level counts as if it came before. */
  #fault: SpecError | undefined;

  constructor(model: Model, options: CheckOptions) {
    this.#model = model;
    this.#options = options;
    this.#reduces = model.symmetry.order > 1n;
    this.#ledger = new Ledger(model, options.properties, options.liveness);
    this.#watch = watch(options);
    this.#stop = new Stop(model.pulse, this.#watch);
    this.#audit = new Audit(model, this.#reduces, { goOn: () => this.#stop.lookLate() });
    this.#visited = visitedStates(model.packing);
    this.#maxStates = Math.min(options.maxStates ?? mostStates, mostStates);
    this.#taken = Object.fromEntries(Object.keys(model.spec.actions).map((name) => [name, 0]));
  }

  /** Meets the initial states. */
  start(): void {
    const states = this.#model.initialStates();
    const digits = states.map((state) => this.#model.encode(state, "the initial state"));
    this.#audit.initial(digits);
    for (const [position, state] of states.entries()) {
      if (this.#stop.isMet()) break;
      this.#generated++;
      this.#initials++;
      this.#stop.untilStopped(() =>
        this.#orFault(() => this.#meet(state, digits[position] as Digits, -1, -1)),
      );
    }
    this.#settle();
    this.#distinctInitials = this.#visited.size;
    if (this.#visited.size > 0) this.#depth = 1;
  }

  /** Explores level by level, until there is no state left or a reason to stop. */
  run(): void {
    const stop = this.#stop;
    while (this.#next.length > 0 && !stop.isMet() && !this.#ledger.isSettled()) {
      const level = this.#next;
      this.#next = [];
      for (const id of level) {
        stop.reason = this.#watch.check(() => this.#statistics());
        if (stop.isMet()) break;
        stop.untilStopped(() => this.#expand(id));
        if (stop.isMet()) break;
      }
      this.#settle();
      if (this.#next.length > 0) this.#depth++;
      const isEnough = this.#options.untilFirst === true && this.#ledger.first() !== undefined;
      if (isEnough) stop.reason ??= "first violation";
    }
    this.#isEveryStateSeen = !stop.isMet();
  }

  /** Decides liveness, if everything was seen. */
  decide(task: LivenessTask): void {
    if (this.#stop.isMet() || this.#ledger.hasGaps) return;
    const look = (): void => this.#stop.look(() => this.#statistics());
    this.#options.onSafety?.(this.verdict());
    this.#stop.untilStopped(() => {
      const explored = graphByReference(this.#model, this.#visited, this.#distinctInitials, look);
      decideAll(this.#model, explored, task, (claim, decided) =>
        this.#ledger.decided(claim, decided),
      );
    });
  }

  verdict(): Verdict {
    const { reason, note } = this.#stop;
    return this.#ledger.verdict(this.#statistics(), reason, note, this.#isEveryStateSeen);
  }

  /** Meets a state, which is explored later if it is new. */
  #meet(state: State, digits: Digits, parent: number, step: number): void {
    const visited = this.#visited;
    const canonical = this.#model.symmetry.canonical(digits);
    const isFull = visited.size >= this.#maxStates;
    const id = isFull ? undefined : visited.add(canonical, parent, step);
    if (isFull && !visited.has(canonical)) {
      this.#stop.reason = visited.size >= mostStates ? "memory limit" : "state limit";
      return;
    }
    if (id === undefined) return;
    this.#next.push(id);
    this.#unreduced += this.#model.symmetry.orbitOf(canonical);
    for (const violation of this.#ledger.state(state)) {
      const trace = withFailingState(this.#model, this.#traceTo(id), violation);
      this.#ledger.record(violation, trace);
    }
  }

  #expand(id: number): void {
    const model = this.#model;
    const digits = this.#visited.digitsOf(id);
    const state = model.layout.decode(digits);
    const done: Done[] = [];
    let isStuck = true;
    for (const [position, step] of model.steps.entries()) {
      this.#orFault(() => {
        const wasStuck = isStuck;
        isStuck = false; // also where the condition fails
        const isPossible = model.isEnabled(state, step);
        if (isPossible) done[position] = this.#take(id, state, step, position);
        const isIdle = leadsNowhere(done[position], digits);
        if (!isIdle && typeof done[position] !== "string") this.#changing.add(step.action);
        isStuck = wasStuck && isIdle;
      });
      if (this.#stop.isMet()) return;
    }
    this.#orFault(() => {
      if (!isStuck) return;
      for (const violation of this.#ledger.deadlock(state)) {
        this.#ledger.record(violation, this.#traceTo(id));
      }
    });
    // What it finds says that no answer of this search is one, not even a violation.
    const isAudited = this.#audit.samples(this.#expanded) && this.#fault === undefined;
    if (isAudited) this.#audit.look(state, digits, done);
    this.#expanded++;
  }

  /** Takes a step that is possible: the digits that it comes to, or the assertion that fails. */
  #take(id: number, state: State, step: Step, position: number): Digits | string {
    let after: State;
    const run = new AssertedIn(this.#model.assertions);
    try {
      after = this.#model.apply(state, step, run);
    } catch (error) {
      if (!(error instanceof AssertionFailure)) throw error;
      this.#recordStep(id, step, this.#ledger.assertion(error.property));
      return error.property;
    } finally {
      this.#ledger.asserts(run.names);
    }
    this.#generated++;
    this.#taken[step.action] = (this.#taken[step.action] as number) + 1;
    this.#recordStep(id, step, this.#ledger.step(state, after, step));
    const reached = this.#model.encode(after, step.label);
    this.#meet(after, reached, id, position);
    return reached;
  }

  /** Records the violations of a step from a visited state. */
  #recordStep(from: number, { action }: Step, violations: readonly Violation[]): void {
    for (const violation of violations) {
      const trace = withFailingStep(this.#model, this.#traceTo(from), action, violation);
      this.#ledger.record(violation, trace);
    }
  }

  #traceTo(id: number): Trace {
    const representative = (digits: Digits): Digits => this.#model.symmetry.canonical(digits);
    return rebuild(this.#model, this.#visited, representative, id, () => this.#stop.lookLate());
  }

  #orFault(go: () => void): void {
    try {
      go();
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      this.#fault ??= error;
    }
  }

  /** Ends a level: if the spec was at fault in it, the search is over. */
  #settle(): void {
    if (this.#fault === undefined) return;
    this.#stop.atFault(this.#fault, this.#ledger.first() !== undefined);
  }

  #statistics(): Statistics {
    const { size } = this.#visited;
    const frontier = size - this.#expanded;
    return {
      distinctStates: size,
      generatedStates: this.#generated,
      transitions: this.#generated - this.#initials,
      depth: this.#depth,
      ...(this.#reduces ? { orbits: size } : {}),
      unreducedStates: this.#unreduced,
      frontier,
      taken: { ...this.#taken },
      unchanging: unchangingOf(this.#taken, (name) => this.#changing.has(name), frontier),
      auditedStates: this.#audit.states,
      seconds: this.#watch.seconds(),
    };
  }
}
