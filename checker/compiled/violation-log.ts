import type { Model, Step } from "../../model/index.ts";
import { subjectOf } from "../../spec/index.ts";
import type { Ledger, Violation } from "../ledger.ts";
import { withFailingState, withFailingStep } from "../rebuild.ts";
import type { Stop } from "../stop.ts";
import type { Trace } from "../verdict.ts";
import type { Recorded } from "./header.ts";
import type { Candidate } from "./findings.ts";
import type { Judging } from "./judging.ts";
import type { WayBack } from "./way-back.ts";

export interface ViolationLogOptions {
  readonly model: Model;
  readonly ledger: Ledger;
  readonly judging: Judging;
  readonly wayBack: WayBack;
  readonly stop: Stop;
}

/** The violations of a search, which are settled at the end of a level, each with a trace to it. */
export class ViolationLog {
  readonly #options: ViolationLogOptions;
  readonly #recorded: Recorded[] = [];

  constructor(options: ViolationLogOptions) {
    this.#options = options;
  }

  /** All so far, in the order in which they were found. */
  get recorded(): readonly Recorded[] {
    return this.#recorded;
  }

  /** Takes up what was found while a level was explored; -1 for the initial states. */
  settle(level: number): void {
    const { judging, ledger, stop } = this.#options;
    const { violations, fault } = judging.endLevel();
    this.#take(violations.map((finding) => ({ finding, level, way: [finding.at.digits] })));
    if (fault !== undefined) stop.atFault(fault, ledger.first() !== undefined);
  }

  /** Takes over those of an earlier search, and the traces as far as they were found. */
  resume(recorded: readonly Recorded[]): void {
    for (const { finding } of recorded) this.#options.judging.notes(finding.violation.name);
    this.#take(recorded);
  }

  #take(some: readonly Recorded[]): void {
    this.#recorded.push(...some);
    this.#options.stop.untilStopped(() => some.forEach((its) => this.#record(its)));
  }

  #record({ finding: { violation, at }, level, way }: Recorded): void {
    const { ledger, wayBack } = this.#options;
    if (!ledger.meets(violation)) return;
    // A new state stands in the level behind the one that was explored.
    const isOfNewState = subjectOf(violation.kind) === "state";
    const trace = wayBack.traceTo(way, isOfNewState ? level + 1 : level);
    ledger.record(violation, this.#shownBy(trace, violation, at));
  }

  /** The trace to where a property fails, with what shows that. */
  #shownBy(trace: Trace, violation: Violation, at: Candidate): Trace {
    const { model } = this.#options;
    if (violation.kind === "deadlock freedom") return trace;
    if (subjectOf(violation.kind) === "state") return withFailingState(model, trace, violation);
    const { action } = model.steps[at.position] as Step;
    return withFailingStep(model, trace, action, violation);
  }
}
