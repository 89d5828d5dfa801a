import type { Claim, Model } from "../../model/index.ts";
import { type Decided, decide } from "./decide.ts";
import type { Basis, Explored } from "./explored.ts";
import { checkExchange } from "./exchange.ts";
import { fairnessOf } from "./fairness.ts";
import { effortOfCheck } from "./shortest-loop.ts";
import { ToldApart } from "./told-apart.ts";
import type { CheckOptions } from "../options.ts";

/** What is to be decided on the graph of a search. */
export interface LivenessTask {
  readonly claims: readonly Claim[];
  /** Of a property, the choices to look at: all, or one of those that differ only by an exchange. */
  readonly choicesOf: (claim: Claim) => readonly (readonly unknown[])[];
  /** Actions whose fairness is not relied on. */
  readonly unfair: readonly string[];
  readonly findsNeeded: boolean;
  readonly findsWorst: boolean;
  /** The model with the symmetry that was given up, if the protocol declares one. */
  readonly reduced?: Model;
  /** How much the search for shortest lassos may look at; as much as in any check, if left out. */
  readonly effort?: number;
  /** Whether it is proved that a property says the same of elements that can be exchanged. */
  readonly isExchangeProved?: boolean;
  readonly onDeciding?: CheckOptions["onDeciding"];
}

/**
 * Whether a property can be decided on orbits in which only the elements of its choice are told apart. Which fairness is
 * needed, and what is worst, is shown of states; progress and formulas are asked of them.
 */
export function isOfOrbits(
  { property: { kind } }: Claim,
  { findsNeeded, findsWorst }: Pick<LivenessTask, "findsNeeded" | "findsWorst">,
): boolean {
  switch (kind) {
    case "leads to":
    case "always eventually":
    case "eventually always":
      return !findsNeeded;
    case "recoverable":
      return true;
    case "within":
      return !findsWorst;
    default:
      return false;
  }
}

/** Decides one property after another. Throws `Interrupted` where a limit is met: the rest is undecided. */
export function decideAll(
  model: Model,
  explored: Explored,
  task: LivenessTask,
  tell: (claim: Claim, decided: Decided) => void,
): void {
  const { graph, orbits, audited } = explored;
  const { budget } = graph;
  const fairness = fairnessOf(model, task.unfair);
  const effort = task.effort === undefined ? effortOfCheck() : { left: task.effort };
  const apart = orbits && new ToldApart(model, explored, orbits);
  for (const [at, claim] of task.claims.entries()) {
    const { choicesOf, reduced, onDeciding, ...others } = task;
    onDeciding?.({ name: claim.name, position: at + 1, of: task.claims.length });
    const choices = orbits === undefined ? choicesOf(claim) : representatives(model, claim);
    const basis: Basis = {
      states: graph.states,
      ...(audited !== undefined && { audited }),
      exploredFor: (choice) => apart?.for(claim, orbitOf(model, claim, choice)) ?? explored,
    };
    const options = {
      ...others,
      withoutSymmetry: reduced !== undefined,
      fairness,
      choices,
      effort,
    };
    budget.look();
    const isReduced = reduced !== undefined && choices.length < claim.choices.length;
    if (isReduced && task.isExchangeProved !== true) {
      checkExchange(reduced, explored, claim);
    }
    tell(
      claim,
      budget.scope(() => decide(model, basis, claim, options)),
    );
  }
}

/** Of the choices of a property one of each orbit under the exchanges that the model's symmetry permits. */
export function representatives(model: Model, claim: Claim): readonly (readonly unknown[])[] {
  const reached = new Set<unknown>();
  return claim.choices.filter((choice) => {
    if (reached.has(choice)) return false;
    for (const its of orbitOf(model, claim, choice)) reached.add(its);
    return true;
  });
}

/** The choices of a property that exchanges make of one of them, itself first. */
function orbitOf(
  model: Model,
  claim: Claim,
  choice: readonly unknown[],
): readonly (readonly unknown[])[] {
  const byKey = new Map(claim.choices.map((its) => [JSON.stringify(its), its]));
  const reached = new Set([choice]);
  for (const its of reached) {
    for (const exchange of model.symmetry.generators) {
      const other = model.exchangedChoice(claim.property.choices, its, exchange);
      reached.add(byKey.get(JSON.stringify(other)) as readonly unknown[]);
    }
  }
  return [...reached];
}
