import type { Decision, Leaf } from "./decision.ts";
import { type Diagram, newDrawing } from "./diagram.ts";
import type { Outcome } from "./recording/asked.ts";

/** Decisions, drawn together: what is equal is one node, so that those that come to the same have one diagram. */
export class Diagrams<Of extends { readonly decision: Decision }> {
  /** What the results of the diagrams stand for. */
  readonly outcomes: readonly Outcome[];
  readonly #drawn: ReadonlyMap<Decision, Diagram | undefined>;
  readonly #all: readonly Of[];

  /** `radices` are the numbers of values of the slots of one state. */
  constructor(radices: readonly number[], all: readonly Of[]) {
    const drawing = newDrawing(radices);
    const outcomes: Outcome[] = [];
    const numbers = new Map<string, number>();
    const resultOf = ({ outcome }: Leaf): number => {
      const key = keyOf(outcome);
      let number = numbers.get(key);
      if (number === undefined) {
        number = outcomes.push(outcome) - 1;
        numbers.set(key, number);
      }
      return number;
    };
    this.outcomes = outcomes;
    this.#all = all;
    this.#drawn = new Map(
      all.map(({ decision }) => [decision, drawing.draw(decision, resultOf)] as const),
    );
  }

  /** The diagram of one of the decisions; undefined if nothing is known of it. */
  of(decision: Decision): Diagram | undefined {
    return this.#drawn.get(decision);
  }

  /** Two or more each that come to the same in every state, as far as is known. */
  twins(): readonly (readonly Of[])[] {
    const byDiagram = new Map<Diagram, Of[]>();
    for (const one of this.#all) {
      const diagram = this.of(one.decision);
      if (diagram === undefined) continue;
      const others = byDiagram.get(diagram);
      if (others === undefined) byDiagram.set(diagram, [one]);
      else others.push(one);
    }
    return [...byDiagram.values()].filter(({ length }) => length > 1);
  }
}

const keyOf = (outcome: Outcome): string =>
  outcome.kind === "answer"
    ? `${typeof outcome.value} ${String(outcome.value)}`
    : JSON.stringify(outcome);
