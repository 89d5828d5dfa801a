import type { Digits, Model, Permutation, Step } from "../../model/index.ts";
import type { Action, Choices, IndexSet } from "../../spec/index.ts";

/** How a state is named again as the one that stands for its orbit. */
export interface Named {
  readonly digits: Digits;
  readonly renaming: number;
}

/** The exchanges of elements that turn states into those that stand for their orbits, numbered; 0 is none at all. */
export class Renamings {
  readonly #model: Model;
  readonly #permutations: Permutation[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #to: Int32Array;
  readonly #labels: (Uint16Array | undefined)[] = [];
  readonly #exchanges: ExchangedSteps;

  constructor(model: Model) {
    const { elements } = model.symmetry;
    this.#model = model;
    this.#to = Int32Array.from({ length: elements }, (_, element) => element);
    this.#exchanges = new ExchangedSteps(model);
    this.#number();
  }

  /** The state that stands for the orbit of another, and by which renaming that becomes it. */
  canonical(digits: Digits): Named {
    const canonical = this.#model.symmetry.canonicalBy(digits, this.#to);
    const isIdentity = this.#to.every((to, element) => to === element);
    return { digits: canonical, renaming: isIdentity ? 0 : this.#number() };
  }

  permutation(renaming: number): Permutation {
    return this.#permutations[renaming] as Permutation;
  }

  /** What becomes of each step, by position. */
  labels(renaming: number): Uint16Array {
    return (this.#labels[renaming] ??= this.#exchanges.by(this.permutation(renaming)));
  }

  /** What becomes of each of some choices, by position among them: together they are all that they can become. */
  choices(of: Choices, choices: readonly (readonly unknown[])[], to: Permutation): Uint32Array {
    const positions = new Map(choices.map((choice, at) => [JSON.stringify(choice), at]));
    return Uint32Array.from(choices, (choice) => {
      const other = JSON.stringify(this.#model.exchangedChoice(of, choice, to));
      return positions.get(other) as number;
    });
  }

  #number(): number {
    const key = this.#to.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#permutations.push(this.#model.symmetry.permutationOf(this.#to)) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

/** What becomes of steps, of each of which it is the same wherever the elements that it chooses go to the same places. */
class ExchangedSteps {
  readonly #model: Model;
  readonly #positions: ReadonlyMap<Step, number>;
  /** Of each step: the elements that it chooses, and what it becomes where they go. */
  readonly #chosen: readonly (readonly (readonly [set: number, element: number])[])[];
  readonly #known: readonly Map<number, number>[];

  constructor(model: Model) {
    const { spec, layout, steps } = model;
    this.#model = model;
    this.#positions = new Map(steps.map((step, position) => [step, position]));
    this.#chosen = steps.map(({ action, choice }) =>
      (spec.actions[action] as Action).choices.flatMap((of, position) => {
        const set = setOf(of);
        return set === undefined
          ? []
          : [[layout.sets.indexOf(set), choice[position] as number] as const];
      }),
    );
    this.#known = steps.map(() => new Map<number, number>());
  }

  by(to: Permutation): Uint16Array {
    return Uint16Array.from(this.#known, (known, position) => {
      let places = 0;
      for (const [set, element] of this.#chosen[position] as readonly [number, number][]) {
        const images = to[set] as Int32Array;
        places = places * images.length + (images[element] as number);
      }
      let becomes = known.get(places);
      if (becomes === undefined) {
        const { steps } = this.#model;
        const step = this.#model.exchanged(steps[position] as Step, to);
        becomes = this.#positions.get(step) as number;
        known.set(places, becomes);
      }
      return becomes;
    });
  }
}

const setOf = (of: Choices[number]): IndexSet | undefined => {
  if (of.kind === "index set") return of;
  return of.shape.kind === "index" ? of.shape.set : undefined;
};

/** One exchange after the other. */
export const after = (one: Permutation, other: Permutation): Permutation =>
  one.map((to, set) => to.map((element) => (other[set] as Int32Array)[element] as number));

/** The exchange that undoes another. */
export const undone = (by: Permutation): Permutation =>
  by.map((to) => {
    const from = new Int32Array(to.length);
    for (const [element, there] of to.entries()) from[there] = element;
    return from;
  });
