import {
  type Action,
  type AnyDomain,
  type Choices,
  type Constants,
  type IndexSet,
  type Property,
  printable,
  type Shape,
  type Spec,
  SpecError,
  sizeOf,
  words,
} from "../spec/index.ts";
import type { Permutation } from "./layout.ts";
import { boundOf } from "./shape.ts";

/** One action with one choice: what can happen in one step. */
export interface Step {
  readonly action: string;
  /** The values chosen, in the order of the action's choices; indices as numbers. */
  readonly choice: readonly unknown[];
  /** Who does it: "guest", "cpu 1". */
  readonly actor: string;
  /** As printed: "guest allocates 3". */
  readonly label: string;
}

/** A property with the choices that it is judged for. */
export interface Claim {
  readonly name: string;
  readonly property: Property;
  readonly choices: readonly (readonly unknown[])[];
}

/** Every action with every choice, actions in the order of the spec, choices of the index sets. */
export function stepsOf(spec: Spec, constants: Constants): readonly Step[] {
  return Object.entries(spec.actions).flatMap(([name, action]) =>
    combinations(`${spec.name}: ${name}`, action.choices, constants).map((choice) =>
      stepOf(name, action, choice),
    ),
  );
}

/** The properties, each with all its choices. */
export function claimsOf(spec: Spec, constants: Constants): readonly Claim[] {
  return Object.entries(spec.properties).map(([name, property]) => ({
    name,
    property,
    choices: combinations(`${spec.name}: ${name}`, property.choices, constants),
  }));
}

/** What the choices of a spec become when elements of its index sets are exchanged. */
export class Exchanges {
  readonly #spec: Spec;
  readonly #sets: readonly IndexSet[];
  readonly #byChoice: ReadonlyMap<string, Step>;

  constructor(spec: Spec, sets: readonly IndexSet[], steps: readonly Step[]) {
    this.#spec = spec;
    this.#sets = sets;
    this.#byChoice = new Map(steps.map((step) => [keyOf(step.action, step.choice), step]));
  }

  /** The step that a step becomes. */
  step({ action, choice }: Step, to: Permutation): Step {
    const { choices } = this.#spec.actions[action] as Action;
    return this.#byChoice.get(keyOf(action, this.choice(choices, choice, to))) as Step;
  }

  /** The choice that a choice becomes. */
  choice(choices: Choices, choice: readonly unknown[], to: Permutation): readonly unknown[] {
    return choices.map((of, position) => {
      const value = choice[position];
      const set =
        of.kind === "index set" ? of : of.shape.kind === "index" ? of.shape.set : undefined;
      return set === undefined
        ? value
        : (to[this.#sets.indexOf(set)] as Int32Array)[value as number];
    });
  }
}

const keyOf = (action: string, choice: readonly unknown[]): string =>
  JSON.stringify([action, choice]);

/** What was chosen, as it stands in labels. */
export const choiceLabels = (
  { choices }: Pick<Action, "choices">,
  choice: readonly unknown[],
): readonly string[] =>
  choice.map((value, position) => labelOf(choices[position] as AnyDomain, value));

function stepOf(name: string, action: Action, choice: readonly unknown[]): Step {
  const shown = choiceLabels(action, choice);
  if (typeof action.actor === "string") {
    return { action: name, choice, actor: action.actor, label: [words(name), ...shown].join(" ") };
  }
  // "cpu" + "cpuAllocates" + 1, 3 reads "cpu 1 allocates 3".
  const set = words(action.actor.name);
  const actor = `${set} ${shown[0]}`;
  const said = words(name);
  const verb = said.startsWith(`${set} `) ? said.slice(set.length + 1) : said;
  return { action: name, choice, actor, label: [actor, verb, ...shown.slice(1)].join(" ") };
}

function labelOf(domain: AnyDomain, value: unknown): string {
  if (domain.kind === "index set") return domain.label(value as number);
  if (domain.shape.kind === "index") return domain.shape.set.label(value as number);
  return printable(String(value));
}

/** Of more there is no list. */
const mostCombinations = 2 ** 22;

/** Every list of one value from each of the choices, the last choice varying fastest; `of` is what chooses. */
export function combinations(
  of: string,
  choices: Choices,
  constants: Constants,
): readonly (readonly unknown[])[] {
  const values = choices.map((domain) => valuesOf(domain, constants));
  const count = values.reduce((product, { length }) => product * length, 1);
  if (count > mostCombinations) {
    throw new SpecError(
      `${of} has ${count} choices; there may be ${mostCombinations}. Is a constant too large?`,
    );
  }
  return values.reduce<readonly (readonly unknown[])[]>(
    (lists, all) => lists.flatMap((list) => all.map((value) => [...list, value])),
    [[]],
  );
}

function valuesOf(domain: AnyDomain, constants: Constants): readonly unknown[] {
  const shape: Shape = domain.kind === "index set" ? { kind: "index", set: domain } : domain.shape;
  if (shape.kind === "words") return shape.words;
  if (shape.kind === "index") {
    return Array.from(
      { length: sizeOf(shape.set.size, constants, `"${shape.set.name}"`) },
      (_, i) => i,
    );
  }
  if (shape.kind === "whole") {
    const [min, max] = [shape.min, shape.max].map((bound) =>
      boundOf(bound, constants, "a choice"),
    ) as [number, number];
    if (max - min >= mostCombinations) {
      throw new SpecError(
        `A choice is among the numbers ${min} to ${max}; there may be ${mostCombinations}. Is a constant too large?`,
      );
    }
    return Array.from({ length: Math.max(0, max - min + 1) }, (_, i) => min + i);
  }
  throw new SpecError(`forAny chooses among words, a range or an index set, not a ${shape.kind}.`);
}
