import type { Model } from "../model/index.ts";
import { SpecError } from "../spec/index.ts";
import { check } from "../checker/check.ts";
import type { CheckOptions, EngineName } from "../checker/options.ts";
import type { Verdict } from "../checker/verdict.ts";

/** For tests: each of them must say the same. */
export const engines: readonly EngineName[] = ["reference", "compiled"];

/** For tests: all that both engines must agree on. Of several shortest traces each may give another. */
export interface Comparable {
  readonly kind: string;
  readonly property?: string;
  readonly isCutShort: boolean;
  readonly figures: Readonly<Record<string, unknown>>;
  /** Of each property its status, and the length of its trace in steps if it has one. */
  readonly properties: readonly string[];
}

/** Where the spec is at fault, which of several faults is told may differ: it is one word. */
export function comparable(
  engine: EngineName,
  model: Model,
  options: CheckOptions = {},
): Comparable | "spec at fault" {
  try {
    return comparableOf(check(model, { ...options, engine }));
  } catch (error) {
    if (error instanceof SpecError) return "spec at fault";
    throw error;
  }
}

export function comparableOf(verdict: Verdict): Comparable {
  const { distinctStates, generatedStates, transitions, depth, orbits, unreducedStates } =
    verdict.statistics;
  const { taken, unchanging } = verdict.statistics;
  return {
    kind: verdict.kind,
    ...("property" in verdict ? { property: verdict.property.name } : {}),
    isCutShort: verdict.note !== undefined,
    figures: {
      distinctStates,
      generatedStates,
      transitions,
      depth,
      orbits,
      unreducedStates,
      frontier: verdict.statistics.frontier,
      taken,
      unchanging,
    },
    properties: verdict.properties.map(({ name, status, trace }) =>
      trace === undefined
        ? `${name} ${status}`
        : `${name} ${status} after ${trace.steps.length} steps`,
    ),
  };
}
