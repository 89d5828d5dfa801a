import type { Model } from "../../model/index.ts";

/**
 * How much of a search is judged a second time by the reference semantics: all of it, nothing, or an instance that
 * it can walk in half a second, and of any other what it does in a share of the time of the search. Times are estimated from counts, so that
 * the same states are chosen on every machine, and by any number of workers.
 */
export type AuditExtent = "share" | "all" | "none";

/** So large is the share of all states: a power of 2. */
export const wholeShare = 2 ** 30;

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

/** An instance is audited as a whole if that takes no longer, in microseconds. */
const wholeMicroseconds = 400_000;
/** Of any other, so much is audited in any case, and in a share of the time of the search. */
const leastMicroseconds = 25_000;
const shareOfTime = 0.05;
/** The same of orbits, each of which stands for many states. */
const shareOfReduced = 0.08;

/**
 * What a state and a step of one word cost a search, in microseconds; a step more where symmetry is reduced: the first
 * of them, from which is learned and whose canonical forms are not yet found by code, much more.
 */
const costOfState = 0.1;
const costOfStep = 0.04;
const costOfReduced = 1;
const costOfFirstReduced = 25;
const firstReduced = 100_000;

/** Whether so many states are audited as a whole; then they are when all of them are found. */
export const isAuditedWhole = (model: Model, states: number): boolean =>
  states * auditCost(model) <= wholeMicroseconds;

/** Of the states of a level the share to audit while it is explored, of `wholeShare`. */
export function auditShareOf(
  model: Model,
  extent: AuditExtent,
  { level, explored, transitions, audited }: Progress,
): number {
  if (extent === "none" || level === 0) return 0;
  if (extent === "all") return wholeShare;
  if (isAuditedWhole(model, explored + level)) return 0;
  const isReduced = model.symmetry.order > 1n;
  // The level has as many steps for each state, about.
  const states = explored + level;
  const steps = (transitions * states) / Math.max(1, explored);
  const ofSearch = searchCost(model, states, steps) + (isReduced ? reducedCost(steps) : 0);
  const ofTime = (isReduced ? shareOfReduced : shareOfTime) * ofSearch;
  return shareOf(model, leastMicroseconds + ofTime, level, audited);
}

/** Of the states of a graph the share to audit, of `wholeShare`; it took some time to explore and to make. */
export function graphShareOf(
  model: Model,
  extent: AuditExtent,
  states: number,
  edges: number,
): number {
  if (extent === "none") return 0;
  if (extent === "all" || isAuditedWhole(model, states)) return wholeShare;
  const isReduced = model.symmetry.order > 1n;
  const ofSearch = searchCost(model, states, edges) + (isReduced ? costOfReduced * edges : 0);
  const ofTime = (isReduced ? shareOfReduced : shareOfTime) * ofSearch;
  return shareOf(model, leastMicroseconds + ofTime, states, 0);
}

function shareOf(model: Model, microseconds: number, states: number, audited: number): number {
  const share = (microseconds / auditCost(model) - audited) / states;
  return Math.floor(wholeShare * Math.max(0, Math.min(1, share)));
}

/** About what it costs to explore so many states and steps, symmetry aside: a word more costs half as much again. */
const searchCost = ({ packing }: Model, states: number, steps: number): number =>
  ((1 + packing.words) / 2) * (costOfState * states + costOfStep * steps);

/** About what it costs besides, where symmetry is reduced. */
const reducedCost = (steps: number): number =>
  costOfReduced * steps + (costOfFirstReduced - costOfReduced) * Math.min(steps, firstReduced);

/** About what it costs to judge a state by the reference semantics, which has seen few before: all in microseconds, as measured on the shipped protocols. */
function auditCost({ layout, claims, steps, symmetry }: Model): number {
  const asks = claims.reduce((sum, { choices }) => sum + choices.length, 0);
  const asked = 50 + 2 * layout.slots + 5 * steps.length + 0.5 * asks;
  return (symmetry.order > 1n ? 1.5 : 1) * asked;
}
