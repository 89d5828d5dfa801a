import { instantiate, type Model } from "../model/index.ts";
import { SpecError } from "../spec/index.ts";
import { exploreByReference } from "./breadth-first.ts";
import { search } from "./compiled/search.ts";
import type { Limits } from "./limits.ts";
import type { Verdict } from "./verdict.ts";

/**
 * How states are explored. The reference engine runs the spec's functions on every state: slow, and
 * obviously right. The compiled one learns what they do and compiles it.
 */
export type EngineName = "reference" | "compiled";

/** Of the options for memory, threads and checkpoints the reference engine knows none. */
export interface CheckOptions extends Limits {
  /** Judge only these properties, and stop when all of them are decided. */
  readonly properties?: readonly string[];
  /** Stop at the depth of the first violation; other properties stay undecided. */
  readonly untilFirst?: boolean;
  /** The compiled engine if left out. */
  readonly engine?: EngineName;
  /**
   * How much memory states may take, in bytes; 4 GiB at most, and if left out. A search that needs more
   * ends incomplete.
   */
  readonly memoryBytes?: number;
  /** How many threads explore, with this one; one if left out. */
  readonly workers?: number;
  /**
   * Starts a thread that builds the same model and calls `help` with the seat. Called once for each worker
   * but the first, and only if the search becomes large enough to be worth it.
   */
  readonly startHelper?: (seat: Seat) => void;
  /** Given what a later search needs to go on: now and then, and when the search ends incomplete. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  /** Where to go on: a checkpoint of a search of the same model, for the same properties. */
  readonly resume?: Checkpoint;
}

/** A helper's place in a search; plain data with a shared memory in it, to be posted to its thread. */
export interface Seat {
  readonly memory: WebAssembly.Memory;
}

/**
 * Everything that a search knows, to be kept in a file. Not to be kept itself for longer than the call that
 * it is given in: the search writes on in it.
 */
export interface Checkpoint {
  /** As JSON says it. */
  readonly header: object;
  /** As they stand in memory. */
  readonly states: Uint8Array;
}

/**
 * Explores every reachable state, nearest first, so that every trace is a shortest one. The same search
 * gives the same bytes. Throws `SpecError` where the spec is at fault.
 */
export function check(model: Model, options: CheckOptions = {}): Verdict {
  const verdict =
    options.engine === "reference" ? exploreByReference(model, options) : search(model, options);
  const { unreducedStates, frontier, seconds } = verdict.statistics;
  const isWhole = frontier === 0 && verdict.note === undefined;
  if (model.symmetry.order > 1n && isWhole && unreducedStates <= mostConfirmed) {
    const { timeoutSeconds = Number.POSITIVE_INFINITY } = options;
    const { startHelper: _start, onCheckpoint: _keep, resume: _resume, ...others } = options;
    confirm(model, { ...others, timeoutSeconds: timeoutSeconds - seconds }, verdict);
  }
  return verdict;
}

/** So many states are explored once more without symmetry: in a small instance nothing is left to sampling. */
const mostConfirmed = 5_000n;

/** Throws `SpecError` unless a search without symmetry comes to the same. */
function confirm(model: Model, options: CheckOptions, reduced: Verdict): void {
  const { spec, constants, pulse } = model;
  const whole = check(instantiate(spec, { constants, pulse, symmetry: false }), options);
  const isWhole = whole.statistics.frontier === 0 && whole.note === undefined;
  if (!isWhole || (whole.kind === "incomplete" && whole.reason !== "not checked")) return;
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
