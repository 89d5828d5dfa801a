import { getHeapStatistics } from "node:v8";
import type { IncompleteReason, Statistics } from "./verdict.ts";

/** When a search gives up. A search that does is incomplete, and says so. */
export interface Limits {
  /** The largest number of distinct states. */
  readonly maxStates?: number;
  readonly timeoutSeconds?: number;
  /** Asked now and then; the search ends when it answers true. */
  readonly isInterrupted?: () => boolean;
  /** Told the figures some five times a second. */
  readonly onProgress?: (statistics: Statistics) => void;
  /** Seconds since some fixed moment. */
  readonly clock?: () => number;
}

/** Watches the limits of one search. */
export interface Watch {
  readonly seconds: () => number;
  /** To be called once for each state expanded: the reason to stop, if there is one. */
  check(statistics: () => Statistics): IncompleteReason | undefined;
  /** Until `release` no time counts for the limit, and from then on it counts from the beginning. */
  hold(): void;
  release(): void;
}

const secondsBetweenReports = 0.2;
const mostOfTheHeap = 0.9;

/** Starts the clock. */
export function watch(limits: Limits): Watch {
  const clock = limits.clock ?? ((): number => performance.now() / 1000);
  const start = clock();
  let lastReport = start;
  let countedFrom = start;
  return {
    seconds: () => clock() - start,
    check: (statistics) => {
      const now = clock();
      if (now - lastReport >= secondsBetweenReports) {
        lastReport = now;
        limits.onProgress?.(statistics());
        const { used_heap_size, heap_size_limit } = getHeapStatistics();
        if (used_heap_size > mostOfTheHeap * heap_size_limit) return "memory limit";
      }
      if (limits.isInterrupted?.()) return "interrupted";
      if (limits.timeoutSeconds !== undefined && now - countedFrom >= limits.timeoutSeconds)
        return "time limit";
      return undefined;
    },
    hold: () => {
      countedFrom = Number.POSITIVE_INFINITY;
    },
    release: () => {
      countedFrom = clock();
    },
  };
}
