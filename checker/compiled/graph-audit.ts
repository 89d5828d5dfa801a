import {
  type Claim,
  compareDigits,
  type Digits,
  type Model,
  type State,
  type Step,
} from "../../model/index.ts";
import { predicatesOf, type PropertyPart, SpecError } from "../../spec/index.ts";
import { described } from "../described.ts";
import { Bits } from "../liveness/bits.ts";
import type { Explored } from "../liveness/explored.ts";
import { stepsOfActors } from "../liveness/actor-steps.ts";
import { outcomeOf } from "../outcome.ts";
import { nameOfCondition } from "./predicate-groups.ts";

export interface GraphAuditOptions {
  readonly model: Model;
  readonly explored: Explored;
  /** Of these properties the parts are asked. */
  readonly claims: readonly Claim[];
  readonly isChosen: (state: number) => boolean;
  /** What to make of an action or a property that does something else. */
  readonly errorOf: (recipe: string) => Error;
}

/** A state is asked about so many times between two looks at the limits, more or less. */
const asksBetweenLooks = 10_000;

/**
 * Trust, tested, as far as liveness rests on it: of the chosen states of a graph, the edges are compared with
 * the steps of the reference semantics now, and what each part of a property says when the graph is asked for
 * it. Throws `Interrupted` where a limit is met.
 */
export function auditGraph(options: GraphAuditOptions): Explored {
  const { model, explored, claims, errorOf } = options;
  const { graph } = explored;
  const questions = claims.flatMap((claim) =>
    predicatesOf(claim.property).flatMap((part) =>
      claim.choices.map((choice) => ({ claim, part, choice, holds: new Bits(graph.states) })),
    ),
  );
  const conditions = stepsOfActors(model, claims).map((step) => ({
    step,
    isPossible: new Bits(graph.states),
  }));
  const chosen = new Bits(graph.states);

  function differs(recipe: string, state: number): never {
    const error = errorOf(recipe);
    if (!(error instanceof SpecError)) throw error;
    const shown = described(model, model.layout.decode(explored.digitsOf(state)));
    throw new SpecError(`${error.message}\n  ${shown}`);
  }

  function compareEdges(state: number, digits: Digits, before: State): void {
    const edges = new Map<number, number>();
    const renamedBy = new Map<number, number>();
    for (
      let edge = graph.first[state] as number;
      edge < (graph.first[state + 1] as number);
      edge++
    ) {
      edges.set(graph.label[edge] as number, graph.target[edge] as number);
      renamedBy.set(graph.label[edge] as number, explored.orbits?.renamedBy[edge] ?? 0);
    }
    for (const [position, step] of model.steps.entries()) {
      const target = edges.get(position);
      const { done } = outcomeOf(model, before, step);
      const reached = typeof done === "object" ? done : digits;
      const found = target === undefined ? digits : explored.digitsOf(target);
      const by = renamedBy.get(position) ?? 0;
      const renaming = by === 0 ? undefined : explored.orbits?.renamings.permutation(by);
      const named = renaming === undefined ? reached : model.layout.permute(reached, renaming);
      const isStill = compareDigits(reached, digits) === 0;
      if (compareDigits(named, found) !== 0 || isStill !== (target === undefined)) {
        differs(step.action, state);
      }
    }
  }

  const every = Math.ceil(
    asksBetweenLooks / (model.steps.length + questions.length + conditions.length + 1),
  );
  for (let state = 0, looked = 0; state < graph.states; state++) {
    if (!options.isChosen(state)) continue;
    if (looked++ % every === 0) graph.budget.look();
    chosen.add(state);
    const digits = explored.digitsOf(state);
    const asked = model.layout.decode(digits);
    compareEdges(state, digits, asked);
    for (const { claim, part, choice, holds } of questions) {
      if (model.ask(claim, part.predicate, asked, ...choice)) holds.add(state);
    }
    for (const { step, isPossible } of conditions) {
      if (model.isEnabled(asked, step)) isPossible.add(state);
    }
  }

  function where(claim: Claim, part: PropertyPart, choice: readonly unknown[]): Bits {
    const states = explored.where(claim, part, choice);
    const question = questions.find(
      (one) => one.claim === claim && one.part.role === part.role && one.choice === choice,
    );
    if (question === undefined) throw new Error(`${claim.name} was not prepared.`);
    const differing = states.firstDifference(question.holds, chosen);
    if (differing !== undefined) differs(claim.name, differing);
    return states;
  }

  function possible(step: Step): Bits {
    const states = explored.possible(step);
    const condition = conditions.find((one) => one.step === step);
    if (condition === undefined)
      throw new Error(`The condition of ${step.label} was not prepared.`);
    const differing = states.firstDifference(condition.isPossible, chosen);
    if (differing !== undefined) differs(nameOfCondition(step), differing);
    return states;
  }

  return { ...explored, where, possible, audited: chosen.count };
}
