import { aligned, type Sides } from "./aligned.ts";
import {
  type BehaviourDifference,
  behaviourDifferences,
  type LookLimits,
  whyNotComparable,
} from "./behaviour.ts";
import type { StateGraph } from "./state-graph.ts";
import { type StepsDifference, stepsDifference } from "./steps.ts";

/** What is different between two versions of a protocol, of what they can reach and do. */
export interface Difference {
  /** The variables that only the one has, and only the other. */
  readonly variables: Sides<readonly string[]>;
  /** Undefined where too little is known of both: see `stepsDifference`. */
  readonly steps?: StepsDifference | undefined;
  /** Behaviours that only the one has, and only the other; why nobody looked, if so. */
  readonly behaviours: Sides<BehaviourDifference> | string;
  /** What is not known of the graphs, a sentence each. */
  readonly notes: readonly string[];
}

/** Compares two versions by all that they can reach. */
export async function differenceOf(
  graphs: Sides<StateGraph>,
  limits: LookLimits,
): Promise<Difference> {
  const its = aligned(graphs);
  const why = whyNotComparable(graphs);
  return {
    variables: its.ownVariables,
    steps: stepsDifference(its),
    behaviours: why ?? (await behaviourDifferences(graphs, limits)),
    notes: graphs.flatMap(({ title, limit, expanded, fault }) => [
      ...(limit === undefined ? [] : [`${title}: ${limit}, ${expanded} states were looked at`]),
      ...(fault === undefined
        ? []
        : [`${title}: a step that cannot be taken is left out: ${fault}`]),
    ]),
  };
}

/** Whether nothing is different, as far as it is known. */
export const isSameEverywhere = ({ variables, steps, behaviours }: Difference): boolean =>
  variables.every(({ length }) => length === 0) &&
  (steps === undefined ||
    (steps.byAction.length === 0 &&
      steps.actions.every(({ length }) => length === 0) &&
      steps.states.every((count) => count === 0))) &&
  (typeof behaviours === "string" || behaviours.every(({ kind }) => kind !== "found"));

/** Whether all was compared that there is. */
export const isKnownWhole = ({ steps, behaviours }: Difference): boolean =>
  steps?.isWhole === true &&
  (typeof behaviours === "string" || behaviours.every(({ kind }) => kind !== "not found"));
