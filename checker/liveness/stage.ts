import type { Claim, Model } from "../../model/index.ts";
import { type Decided, decide } from "./decide.ts";
import type { Explored } from "./explored.ts";
import { checkExchange } from "./exchange.ts";
import { fairnessOf } from "./fairness.ts";
import { effortOfCheck } from "./shortest-loop.ts";

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
  /** Whether it is proved that a property says the same of elements that can be exchanged. */
  readonly isExchangeProved?: boolean;
}

/** Decides one property after another. Throws `Interrupted` where a limit is met: the rest is undecided. */
export function decideAll(
  model: Model,
  graph: Explored,
  task: LivenessTask,
  tell: (claim: Claim, decided: Decided) => void,
): void {
  const { budget } = graph.graph;
  const fairness = fairnessOf(model, task.unfair);
  const effort = effortOfCheck();
  for (const claim of task.claims) {
    const { choicesOf, reduced, ...others } = task;
    const choices = choicesOf(claim);
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
      checkExchange(reduced, graph, claim);
    }
    tell(
      claim,
      budget.scope(() => decide(model, graph, claim, options)),
    );
  }
}

/** Of the choices of a property one of each orbit under the exchanges that the model's symmetry permits. */
export function representatives(model: Model, claim: Claim): readonly (readonly unknown[])[] {
  const byKey = new Map(claim.choices.map((choice) => [JSON.stringify(choice), choice]));
  const reached = new Set<string>();
  return claim.choices.filter((choice) => {
    if (reached.has(JSON.stringify(choice))) return false;
    const pending = [choice];
    for (let its = pending.pop(); its !== undefined; its = pending.pop()) {
      const key = JSON.stringify(its);
      if (reached.has(key)) continue;
      reached.add(key);
      for (const exchange of model.symmetry.generators) {
        const other = JSON.stringify(model.exchangedChoice(claim.property.choices, its, exchange));
        pending.push(byKey.get(other) as readonly unknown[]);
      }
    }
    return true;
  });
}
