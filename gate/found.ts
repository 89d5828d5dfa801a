import type { Report } from "../runs/told/index.ts";
import type { Constants } from "../spec/index.ts";

/** What a run comes to. */
export interface Found {
  readonly verdict: Report["verdict"];
  /** The property violated first, or the one that is vacuous. */
  readonly first?: string | undefined;
  /** Every property that is violated, with the length of its counterexample. */
  readonly violated: Readonly<Record<string, number>>;
  /** Of a run that holds every property that is proved by it: that could be violated, and was asked about. */
  readonly held?: readonly string[] | undefined;
  /** Of each counterexample that is a lasso: how many of its steps repeat; 0 where nothing happens any more. */
  readonly loops?: Readonly<Record<string, number>> | undefined;
  readonly distinctStates: number;
  readonly generatedStates: number;
  readonly depth: number;
  /** Of each `within` that holds: how often at most it was counted. */
  readonly most?: Readonly<Record<string, number>> | undefined;
  /** Of each property that holds, where it was asked: a least set of fair actions that it needs. */
  readonly neededFairness?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** A run that is pinned: of which variant, with which constants, and what it comes to. */
export interface Pinned extends Found {
  readonly variant?: string | undefined;
  readonly constants: Constants;
}

/** What a later run must come to again. */
export function pinnedOf({
  variant,
  constants,
  verdict,
  property,
  properties,
  statistics,
  counterexamples = [],
}: Report): Pinned {
  const { distinctStates, generatedStates, depth } = statistics;
  const loops = properties.flatMap(({ name }) => {
    const { trace, loopsTo } = counterexamples.find((one) => one.property.name === name) ?? {};
    return trace === undefined || loopsTo === undefined
      ? []
      : [[name, trace.length - loopsTo] as const];
  });
  return {
    variant,
    constants,
    verdict,
    first: property?.name,
    violated: Object.fromEntries(
      properties.flatMap(({ name, status, steps }) =>
        status === "violated" ? [[name, steps ?? 0]] : [],
      ),
    ),
    held:
      verdict === "holds"
        ? properties.flatMap(({ name, status, cannotFail }) =>
            status === "holds" && cannotFail === undefined ? [name] : [],
          )
        : undefined,
    loops: present(loops),
    distinctStates,
    generatedStates,
    depth,
    most: present(
      properties.flatMap(({ name, liveness }) =>
        liveness?.most === undefined ? [] : [[name, liveness.most]],
      ),
    ),
    neededFairness: present(
      properties.flatMap(({ name, liveness }) =>
        liveness?.neededFairness === undefined
          ? []
          : [[name, liveness.neededFairness.map(({ label, kind }) => `${label}: ${kind}`)]],
      ),
    ),
  };
}

/** Undefined where there is nothing. */
const present = <Value>(
  entries: readonly (readonly [string, Value])[],
): Readonly<Record<string, Value>> | undefined =>
  entries.length === 0 ? undefined : Object.fromEntries(entries);
