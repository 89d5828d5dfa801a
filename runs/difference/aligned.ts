import type { StateGraph } from "./state-graph.ts";

/** Two sides of a comparison: the version before, and the one behind it. */
export type Sides<Of> = readonly [before: Of, after: Of];

export const otherThan = (side: 0 | 1): 0 | 1 => (side === 0 ? 1 : 0);

/** Two graphs whose states are told apart by the variables that both have. */
export interface Aligned {
  readonly graphs: Sides<StateGraph>;
  /** The variables that only one of them has. */
  readonly ownVariables: Sides<readonly string[]>;
  /** What the variables of both say of each state, as a number: the same in both graphs. */
  readonly numbers: Sides<Uint32Array>;
  /** One more than the largest of these. */
  readonly count: number;
}

/** Numbers states by what the variables that both graphs have say of them. */
export function aligned(graphs: Sides<StateGraph>): Aligned {
  const [before, after] = graphs;
  const common = before.variables.filter((name) => after.variables.includes(name));
  const known = new Map<string, number>();
  const valueOf = common.map(() => new Map<string, number>());
  const numbersOf = (graph: StateGraph): Uint32Array => {
    const columns = common.map((name) => graph.variables.indexOf(name));
    // A value has the same number in both.
    const renumbered = columns.map((column, at) =>
      (graph.values[column] ?? []).map((text) =>
        numberOf(valueOf[at] as Map<string, number>, text),
      ),
    );
    const width = graph.variables.length;
    return Uint32Array.from({ length: graph.size }, (_, state) => {
      const key = columns.map(
        (column, at) => renumbered[at]?.[graph.states[state * width + column] as number],
      );
      return numberOf(known, key.join());
    });
  };
  const numbers: Sides<Uint32Array> = [numbersOf(before), numbersOf(after)];
  const own = (graph: StateGraph): readonly string[] =>
    graph.variables.filter((name) => !common.includes(name));
  return { graphs, ownVariables: [own(before), own(after)], numbers, count: known.size };
}

function numberOf(known: Map<string, number>, text: string): number {
  const number = known.get(text) ?? known.size;
  known.set(text, number);
  return number;
}
