import { instantiate } from "../../model/index.ts";
import { isLiveness, type Spec, SpecError } from "../../spec/index.ts";
import { check, type CheckOptions, type Verdict } from "../../checker/index.ts";
import type { Answer } from "./plain-search.ts";

/** What an engine says of a spec, in the words of a plain search; or how it refuses it. */
export type Outcome = Answer | { readonly refused: string };

/** What an engine comes to; anything that it throws but a `SpecError` is thrown on. */
export function outcomeOf(spec: Spec, options: CheckOptions, symmetry = false): Outcome {
  try {
    return answerOf(check(instantiate(spec, { symmetry }), options));
  } catch (error) {
    if (error instanceof SpecError) return { refused: error.message };
    throw error;
  }
}

export function answerOf({ properties, statistics }: Verdict): Answer {
  const statuses = properties.map(({ name, kind, status, trace }) => [
    name,
    trace === undefined || isLiveness(kind)
      ? status
      : `${status} after ${trace.steps.length} steps`,
  ]);
  return {
    states: Number(statistics.unreducedStates),
    transitions: statistics.transitions,
    depth: statistics.depth,
    properties: Object.fromEntries(statuses),
  };
}
