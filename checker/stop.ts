import type { SpecError } from "../spec/index.ts";
import { Interrupted, type Watch } from "./limits.ts";
import type { IncompleteReason, Statistics } from "./verdict.ts";

/** Whether a search has to end before it has seen everything, and why. */
export class Stop {
  /** Why; undefined as long as the search goes on. */
  reason: IncompleteReason | undefined;
  /** What the spec is at fault with, if that is the reason. */
  note: string | undefined;
  readonly #pulse: Int32Array;
  readonly #watch: Watch;

  /** `pulse` counts the calls: see `Model`. */
  constructor(pulse: Int32Array, watch: Watch) {
    this.#pulse = pulse;
    this.#watch = watch;
  }

  /** Whether there is a reason; for where something that was called may have found one. */
  isMet(): boolean {
    return this.reason !== undefined;
  }

  /** Says that the search goes on, also where it calls no function of the spec for long. */
  tick(): void {
    this.#pulse[0] = ((this.#pulse[0] as number) + 1) | 0;
  }

  /** For the midst of work that takes long: throws `Interrupted` where a limit is met. */
  look(statistics: () => Statistics): void {
    this.#endIf(this.#watch.check(statistics));
  }

  /** The same for what completes a search that is over, which may take a moment longer. */
  lookLate(): void {
    this.#endIf(this.#watch.reasonLate());
  }

  #endIf(reason: IncompleteReason | undefined): void {
    this.tick();
    if (reason !== undefined) throw new Interrupted(reason);
  }

  /** Does something, or as much of it as a limit allows for. */
  untilStopped(go: () => void): void {
    try {
      go();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      this.reason ??= error.reason;
    }
  }

  /** A broken protocol may well leave its domains later: what was found before that stands. Otherwise throws the fault. */
  atFault(fault: SpecError, isAnythingViolated: boolean): void {
    if (!isAnythingViolated) throw fault;
    this.reason = "spec at fault";
    this.note = fault.message;
  }
}
