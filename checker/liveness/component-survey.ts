import { type Conditions, include } from "./conditions.ts";
import type { Graph } from "./graph.ts";

/** What a component of the graph lacks to be a fair loop. */
export interface ComponentSurvey {
  /** Looks at a component: its states are `members[from]` up to `members[to]`. */
  of(members: Uint32Array, from: number, to: number, isInside: (state: number) => boolean): void;
  /** Weak conditions that it does not meet: no part of it does. */
  readonly hopeless: Uint32Array;
  /** Strong conditions that it does not meet: without the states where they are open a part of it may. */
  readonly missed: Uint32Array;
  /** Whether one of these is open in a state of the component in which those of a set are. */
  isMissedIn(state: number, open: Uint32Array): boolean;
}

/** Of a graph in which every state is one of the model. */
export class PlainSurvey implements ComponentSurvey {
  readonly hopeless: Uint32Array;
  readonly missed: Uint32Array;
  readonly #graph: Graph;
  readonly #conditions: Conditions;
  readonly #open: Uint32Array;
  readonly #somewhereOpen: Uint32Array;
  readonly #everywhereOpen: Uint32Array;
  readonly #met: Uint32Array;

  constructor(graph: Graph, conditions: Conditions) {
    const set = (): Uint32Array => new Uint32Array(conditions.words);
    this.#graph = graph;
    this.#conditions = conditions;
    this.hopeless = set();
    this.missed = set();
    this.#open = set();
    this.#somewhereOpen = set();
    this.#everywhereOpen = set();
    this.#met = set();
  }

  of(members: Uint32Array, from: number, to: number, isInside: (state: number) => boolean): void {
    const { first, target, label } = this.#graph;
    const { words, weak, strong, metBy, open: openIn } = this.#conditions;
    const [open, met] = [this.#open, this.#met];
    const [somewhereOpen, everywhereOpen] = [this.#somewhereOpen, this.#everywhereOpen];
    somewhereOpen.fill(0);
    everywhereOpen.fill(-1);
    met.fill(0);
    for (let position = from; position < to; position++) {
      const state = members[position] as number;
      openIn(state, open);
      for (let word = 0; word < words; word++) {
        (somewhereOpen[word] as number) |= open[word] as number;
        (everywhereOpen[word] as number) &= open[word] as number;
      }
      const end = first[state + 1] as number;
      for (let step = first[state] as number; step < end; step++) {
        const reached = target[step] as number;
        if (reached === state || !isInside(reached)) continue;
        const by = (label[step] as number) * words;
        for (let word = 0; word < words; word++) {
          (met[word] as number) |= metBy[by + word] as number;
        }
      }
    }
    for (let word = 0; word < words; word++) {
      this.hopeless[word] = at(weak, word) & at(everywhereOpen, word) & ~at(met, word);
      this.missed[word] = at(strong, word) & at(somewhereOpen, word) & ~at(met, word);
    }
  }

  isMissedIn(_state: number, open: Uint32Array): boolean {
    return open.some((word, position) => (word & at(this.missed, position)) !== 0);
  }
}

const at = (set: Uint32Array, word: number): number => set[word] as number;

/** The conditions in a set of them. */
export function visitConditions(set: Uint32Array, visit: (condition: number) => void): void {
  for (let word = 0; word < set.length; word++) {
    for (let rest = at(set, word); rest !== 0; rest &= rest - 1) {
      visit(32 * word + 31 - Math.clz32(rest & -rest));
    }
  }
}

/** Makes a set of those conditions of which something is true. */
export function setWhere(
  set: Uint32Array,
  count: number,
  isTrue: (condition: number) => boolean,
): void {
  set.fill(0);
  for (let condition = 0; condition < count; condition++) {
    if (isTrue(condition)) include(set, condition);
  }
}
