import type { IncompleteReason, Statistics } from "./verdict.ts";

/** When a search gives up. A search that does is incomplete, and says so. */
export interface Limits {
  /** The largest number of distinct states. */
  readonly maxStates?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  /** Asked now and then; the search ends when it answers true. */
  readonly isInterrupted?: (() => boolean) | undefined;
  /** Told the figures some five times a second. */
  readonly onProgress?: ((statistics: Statistics) => void) | undefined;
  /** How much of what this thread may take for objects it has taken, 1 being all; not looked at if left out. */
  readonly heapShare?: (() => number) | undefined;
  /** Seconds since some fixed moment. */
  readonly clock?: (() => number) | undefined;
}

/** Watches the limits of one search. */
export interface Watch {
  readonly seconds: () => number;
  /** The reason to stop what completes a search that is over: an audit, a trace. It may take a moment longer. */
  reasonLate(): IncompleteReason | undefined;
  /** The reason to stop, if there is one; tells the figures, if somebody has to be told again. */
  check(statistics: () => Statistics): IncompleteReason | undefined;
  /** Until `release` no time counts for the limit, and from then on it counts from the beginning. */
  hold(): void;
  release(): void;
}

/** Thrown where a limit is met in the midst of work; whoever began that says what is left undecided. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly reason: IncompleteReason;

  constructor(reason: IncompleteReason) {
    super(reason);
    this.reason = reason;
  }
}

const secondsBetweenReports = 0.2;
const mostOfTheHeap = 0.9;
/** So much longer. */
const lateSeconds = 0.4;

/** Starts the clock. */
export function watch(limits: Limits): Watch {
  const clock = limits.clock ?? ((): number => performance.now() / 1000);
  const start = clock();
  let lastReport = start;
  let countedFrom = start;
  let lastLook = start;
  let isHeapFull = false;
  let over: number | undefined;

  function reasonAt(now: number): IncompleteReason | undefined {
    if (now - lastLook >= secondsBetweenReports) {
      lastLook = now;
      isHeapFull = (limits.heapShare?.() ?? 0) > mostOfTheHeap;
    }
    if (isHeapFull) return "memory limit";
    if (limits.isInterrupted?.()) return "interrupted";
    if (limits.timeoutSeconds !== undefined && now - countedFrom >= limits.timeoutSeconds)
      return "time limit";
    return undefined;
  }

  return {
    seconds: () => clock() - start,
    reasonLate: () => {
      const now = clock();
      const reason = reasonAt(now);
      if (reason === undefined) return undefined;
      over ??= now;
      return now - over > lateSeconds ? reason : undefined;
    },
    check: (statistics) => {
      const now = clock();
      if (now - lastReport >= secondsBetweenReports) {
        lastReport = now;
        limits.onProgress?.(statistics());
      }
      return reasonAt(now);
    },
    hold: () => {
      countedFrom = Number.POSITIVE_INFINITY;
    },
    release: () => {
      countedFrom = clock();
    },
  };
}
