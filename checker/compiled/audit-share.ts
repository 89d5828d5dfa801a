import type { Model } from "../../model/index.ts";
import { wholeShare } from "./reference-audit.ts";

/**
 * How much of a search is judged a second time by the reference semantics: all of it, nothing, or what that
 * does in a second and, beyond, in a share of the time of the search. Times are estimated from counts, so that
 * the same states are chosen on every machine, and by any number of workers.
 */
export type AuditExtent = "share" | "all" | "none";

/** What a search has done when it comes to a level. */
export interface Progress {
  /** The states of the level, and those before it. */
  readonly level: number;
  readonly explored: number;
  /** The steps of those. */
  readonly transitions: number;
  /** How many of those were audited. */
  readonly audited: number;
}

/** So long everything is audited, in microseconds. */
const wholeMicroseconds = 1_000_000;
/** After that, so much of the time of the search. */
const shareOfTime = 0.05;

/** What a state and a step cost a search, in microseconds; a step more where symmetry is reduced. */
const costOfState = 0.4;
const costOfStep = 0.4;
const costOfReduced = 12;

/** Of the states of a level the share to audit, of `wholeShare`. */
export function auditShareOf(
  model: Model,
  extent: AuditExtent,
  { level, explored, transitions, audited }: Progress,
): number {
  if (extent === "none" || level === 0) return 0;
  if (extent === "all") return wholeShare;
  const ofStep = costOfStep + (model.symmetry.order > 1n ? costOfReduced : 0);
  const ofState = costOfState + (ofStep * transitions) / Math.max(1, explored);
  const ofAudit = auditCost(model);
  const allowed = wholeMicroseconds + shareOfTime * ofState * (explored + level);
  const share = (allowed / ofAudit - audited) / level;
  return Math.floor(wholeShare * Math.max(0, Math.min(1, share)));
}

/** So long the states of a graph are audited, all of them at first. */
const graphMicroseconds = 600_000;

/** Of the states of a graph the share to audit, of `wholeShare`; it took some time to explore and to make. */
export function graphShareOf(
  model: Model,
  extent: AuditExtent,
  states: number,
  edges: number,
): number {
  if (extent === "none") return 0;
  if (extent === "all") return wholeShare;
  const allowed = graphMicroseconds + shareOfTime * (costOfState * states + costOfStep * edges);
  return Math.floor(wholeShare * Math.min(1, allowed / (auditCost(model) * states)));
}

/** About what it costs to judge a state by the reference semantics, in microseconds. */
function auditCost({ layout, steps, claims }: Model): number {
  const asks = claims.reduce((sum, { choices }) => sum + choices.length, 0);
  return 25 + 0.6 * layout.slots + 0.6 * steps.length + 1.2 * asks;
}
