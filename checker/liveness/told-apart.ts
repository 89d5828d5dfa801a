import type { Claim, Digits, Model, Permutation, Step } from "../../model/index.ts";
import type { PropertyPart } from "../../spec/index.ts";
import { Bits } from "./bits.ts";
import type { Behaviour, Explored, Orbits } from "./explored.ts";
import type { Graph } from "./graph.ts";
import { type OrbitGraph, withSeconds } from "./orbit-graph.ts";
import { after, type Renamings, undone } from "./renamings.ts";

type Choice = readonly unknown[];

/**
 * The graphs of orbits in which the elements of choices are told apart, one for all claims with the same choices. A state
 * of such a graph is one that stands for its orbit, with one of the choices to which exchanges lead. What is true of one
 * choice in the model is true of any of them in the graph.
 */
export class ToldApart {
  readonly #model: Model;
  readonly #explored: Explored;
  readonly #renamings: Renamings;
  readonly #orbits: ReturnType<typeof withSeconds>;
  readonly #graphs = new Map<string, Graph>();
  /** Of predicates, and choices, the orbits in which they hold: several properties may share a part. */
  readonly #holds = new Map<unknown, Map<string, Bits>>();

  constructor(model: Model, explored: Explored, { renamedBy, renamings }: Orbits) {
    this.#model = model;
    this.#explored = explored;
    this.#renamings = renamings;
    this.#orbits = withSeconds({ ...explored.graph, renamedBy });
  }

  /** For a claim; `choices` are all of its choices to which exchanges lead from one of them. */
  for(claim: Claim, choices: readonly Choice[]): Explored {
    const explored = this.#explored;
    const { length: width } = choices;
    const graph = this.#graphFor(claim, choices);
    const { of } = this.#orbits;
    const orbitOf = (state: number): number => of[Math.floor(state / width)] as number;
    return {
      graph,
      where: (_, part) => {
        const sets = choices.map((choice) => this.#holdsIn(claim, part, choice));
        return Bits.where(graph.states, (state) => {
          return (sets[state % width] as Bits).has(orbitOf(state));
        });
      },
      possible: () => {
        throw new Error("Where a step is possible is not asked of orbits.");
      },
      digitsOf: (state) => explored.digitsOf(orbitOf(state)),
      choiceAt: (state) => choices[state % width] as Choice,
      along: (start, steps) => {
        const digitsAt = (state: number): Digits => explored.digitsOf(orbitOf(state));
        return behaviour(this.#model, this.#renamings, graph, digitsAt, start, steps);
      },
    };
  }

  #holdsIn(claim: Claim, part: PropertyPart, choice: Choice): Bits {
    const known = this.#holds.get(part.predicate) ?? new Map<string, Bits>();
    const key = JSON.stringify(choice);
    const holds = known.get(key) ?? this.#explored.where(claim, part, choice);
    this.#holds.set(part.predicate, known.set(key, holds));
    return holds;
  }

  #graphFor(claim: Claim, choices: readonly Choice[]): Graph {
    const { choices: of } = claim.property;
    const renamings = this.#renamings;
    // Sets of other names may be exchanged in another way.
    const moves = this.#model.symmetry.generators.map((by) => [
      ...renamings.choices(of, choices, by),
    ]);
    const key = JSON.stringify([choices, moves]);
    const known = this.#graphs.get(key);
    if (known !== undefined) return known;
    const graph = this.#made(claim, choices);
    this.#graphs.set(key, graph);
    return graph;
  }

  #made({ property }: Claim, choices: readonly Choice[]): Graph {
    const renamings = this.#renamings;
    const { of, ...orbits } = this.#orbits;
    const becomeBy = (renaming: number): Uint32Array =>
      renamings.choices(property.choices, choices, renamings.permutation(renaming));
    const { renamedBy, ...plain } =
      choices.length === 1 ? orbits : timesChoices(orbits, choices.length, becomeBy);
    const graph: Graph = {
      ...plain,
      renames: {
        by: renamedBy,
        labels: (renaming) => renamings.labels(renaming),
        closes: (state, steps) => {
          const digits = this.#explored.digitsOf(of[Math.floor(state / choices.length)] as number);
          const { layout } = this.#model;
          let names = renamings.permutation(0);
          for (const step of steps) {
            names = after(names, renamings.permutation(renamedBy[step] as number));
          }
          return String(layout.permute(digits, names)) === String(digits);
        },
      },
    };
    return graph;
  }
}

/** Each state with each of so many choices; `becomeBy` says what becomes of these by a renaming. */
function timesChoices(
  { states, initial, first, target, label, renamedBy, budget }: OrbitGraph,
  width: number,
  becomeBy: (renaming: number) => Uint32Array,
): OrbitGraph {
  const steps = (first[states] as number) * width;
  const made = {
    first: budget.list(Uint32Array, states * width + 1),
    target: budget.list(Uint32Array, steps),
    label: budget.list(Uint16Array, steps),
    renamedBy: budget.list(Uint32Array, steps),
  };
  const become: (Uint32Array | undefined)[] = [];
  let at = 0;
  for (let state = 0; state < states; state++) {
    const [begin, end] = [first[state] as number, first[state + 1] as number];
    budget.spend(width * (1 + end - begin));
    for (let choice = 0; choice < width; choice++) {
      for (let step = begin; step < end; step++, at++) {
        const by = renamedBy[step] as number;
        const becomes = (become[by] ??= becomeBy(by))[choice] as number;
        made.target[at] = (target[step] as number) * width + becomes;
        made.label[at] = label[step] as number;
        made.renamedBy[at] = by;
      }
      made.first[state * width + choice + 1] = at;
    }
  }
  return {
    budget,
    states: states * width,
    // With an initial state all are initial that exchanges make of it.
    initial: initial.flatMap((state) =>
      Array.from({ length: width }, (_, choice) => state * width + choice),
    ),
    ...made,
  };
}

/** A behaviour of the model, by the names that elements have in its first state. */
function behaviour(
  model: Model,
  renamings: Renamings,
  { target, label, renames }: Graph,
  digitsAt: (state: number) => Digits,
  start: number,
  positions: readonly number[],
): Behaviour {
  const { layout, steps } = model;
  const states: Digits[] = [digitsAt(start)];
  const taken: Step[] = [];
  let names: Permutation = renamings.permutation(0);
  for (const position of positions) {
    taken.push(model.exchanged(steps[label[position] as number] as Step, undone(names)));
    names = after(names, renamings.permutation(renames?.by[position] ?? 0));
    states.push(layout.permute(digitsAt(target[position] as number), undone(names)));
  }
  return { states, steps: taken };
}
