import { enableMapSet, freeze, produce } from "immer";
import {
  type Action,
  AssertionFailure,
  type AnyDomain,
  attempt,
  type Choices,
  type Constants,
  closest,
  enterSpec,
  faultOf,
  type IndexSet,
  isA,
  leaveSpec,
  messageOf,
  type Predicate,
  type Property,
  printable,
  refusal,
  type Shape,
  type Spec,
  SpecError,
  show,
  sizeOf,
  throwRefusal,
  words,
} from "../spec/index.ts";
import {
  boundOf,
  type Layout,
  layoutOf,
  OutOfDomain,
  type Permutation,
  type Place,
  type State,
} from "./layout.ts";
import { guardOutside } from "./outside.ts";
import { type Group, type Packing, packingOf } from "./packing.ts";
import { type Proofs, proofsOf } from "./source/proof.ts";
import { noSymmetry, type Symmetry, symmetryOf } from "./symmetry.ts";

enableMapSet();

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

/** A protocol with its constants fixed: a finite transition system. */
export interface Model {
  readonly spec: Spec;
  readonly constants: Constants;
  readonly layout: Layout;
  /** How a state's digits are kept: as a short string, equal for equal states only. */
  readonly packing: Packing;
  /** The declared symmetry; of order 1 if there is none, or if it was switched off. */
  readonly symmetry: Symmetry;
  /** Every action with every choice, actions in the order of the spec, choices of the index sets. */
  readonly steps: readonly Step[];
  readonly claims: readonly Claim[];
  /** The initial states, in the order of their choices. */
  initialStates(): readonly State[];
  /** Whether a step is possible. */
  isEnabled(state: State, step: Step): boolean;
  /** The state after a step that is possible; throws `AssertionFailure` where an effect asserts wrongly. */
  apply(state: State, step: Step): State;
  /** Calls one of a property's functions, or the one named, on the arguments given, then the constants. */
  ask(claim: Claim, role: string | Predicate, ...all: readonly unknown[]): boolean;
  /** Whether the protocol may end in a state. */
  mayEnd(state: State): boolean;
  /** The digits of a state; `origin` says in an error where the state comes from. */
  encode(state: State, origin: string): number[];
  /** The step that a step becomes when the elements of index sets are exchanged. */
  exchanged(step: Step, to: Permutation): Step;
  /** The choice that a choice becomes then. */
  exchangedChoice(
    choices: Choices,
    choice: readonly unknown[],
    to: Permutation,
  ): readonly unknown[];
  /** The constants as the spec's functions get them: one that is not declared is an error to read. */
  readonly declared: Constants;
  /** What is proved of the spec's functions, when it is asked for. */
  readonly proofs: Proofs;
  /** Says that a function of the spec is about to be called, for whoever watches `pulse`. */
  enter(what: "guard" | "effect" | "property" | "explain", name: string): void;
  /** Where the model is: [0] counts calls of the spec's functions, [1] is the place in `places`. */
  readonly pulse: Int32Array;
  readonly places: readonly string[];
}

export interface ModelOptions {
  /** Overrides of the spec's constants. */
  readonly constants?: Readonly<Record<string, number | boolean>>;
  /** Whether to make use of the declared symmetry; true if left out. */
  readonly symmetry?: boolean;
  /** Whether steps, and initial states, come in the reverse of their order; false if left out. */
  readonly isBackwards?: boolean;
  /** Where to keep `pulse`, for somebody in another thread who watches it. Two 32-bit numbers. */
  readonly pulse?: Int32Array | undefined;
}

/** Fixes the constants of a protocol. A `SpecError` says which constant does not fit, and why. */
export function instantiate(spec: Spec, options: ModelOptions = {}): Model {
  guardOutside();
  const constants = constantsOf(spec, options.constants ?? {});
  const declaredOnly = onlyDeclared(constants);
  const sets = setsOf(spec);
  const layout = layoutOf(spec.state, constants, sets);
  const symmetry = (options.symmetry ?? true) ? symmetryOf(layout, constants) : noSymmetry;
  const pulse = options.pulse ?? new Int32Array(2);
  const places: string[] = [`${spec.name}: the initial state`];

  const placeOf = (what: string): number => places.push(what) - 1;
  const actionPlaces = new Map(
    Object.keys(spec.actions).map((name) => [
      name,
      { guard: placeOf(`the guard of ${name}`), effect: placeOf(`the effect of ${name}`) },
    ]),
  );
  const claimPlaces = new Map(
    Object.keys(spec.properties).map((name) => [name, placeOf(`property ${name}`)]),
  );
  const mayEndPlace = placeOf("mayEnd");
  const explainPlaces = new Map(
    Object.keys(spec.properties).map((name) => [name, placeOf(`the explain of ${name}`)]),
  );

  const enter = (place: number): void => {
    pulse[0] = ((pulse[0] as number) + 1) | 0;
    pulse[1] = place;
  };

  const inOrder = <T>(all: readonly T[]): readonly T[] =>
    options.isBackwards === true ? all.toReversed() : all;
  const steps = inOrder(
    Object.entries(spec.actions).flatMap(([name, action]) =>
      combinations(`${spec.name}: ${name}`, action.choices, constants).map((choice) =>
        stepOf(name, action, choice),
      ),
    ),
  );
  const byChoice = new Map(steps.map((step) => [keyOf(step.action, step.choice), step]));

  const claims = Object.entries(spec.properties).map(([name, property]) => ({
    name,
    property,
    choices: combinations(`${spec.name}: ${name}`, property.choices, constants),
  }));

  const exchangedChoice: Model["exchangedChoice"] = (choices, choice, to) =>
    choices.map((of, position) => {
      const value = choice[position];
      const set =
        of.kind === "index set" ? of : of.shape.kind === "index" ? of.shape.set : undefined;
      return set === undefined ? value : (to[sets.indexOf(set)] as Int32Array)[value as number];
    });

  const actionOf = (step: Step): Action => spec.actions[step.action] as Action;

  /** What a function of the spec answers, which must be true or false; `what` names it in an error. */
  function truth(
    what: () => string,
    ask: (...all: never[]) => unknown,
    all: readonly unknown[],
  ): boolean {
    let answer: unknown;
    enterSpec();
    try {
      answer = ask(...(all as never[]), declaredOnly as never);
      throwRefusal();
    } catch (error) {
      throw faultOf(`${spec.name}: ${what()}`, refusal() ?? error);
    } finally {
      leaveSpec();
    }
    if (answer === true || answer === false) return answer;
    throw new SpecError(
      `${spec.name}: ${what()} answers ${show(answer)}; it must answer true or false. Is a return missing?`,
    );
  }

  function change(state: State, what: string, effect: (draft: object) => unknown): State {
    let answer: unknown;
    let after: State;
    enterSpec();
    try {
      after = produce(state, (draft: object) => {
        answer = effect(draft);
      });
      throwRefusal();
    } catch (error) {
      if (refusal() === undefined && isA(AssertionFailure, error)) {
        throw new AssertionFailure(messageOf(error), { cause: error });
      }
      throw faultOf(`${spec.name}: ${what}`, refusal() ?? error);
    } finally {
      leaveSpec();
    }
    if (typeof answer !== "object" || answer === null) return after;
    throw new SpecError(
      `${spec.name}: ${what} returns a value; an effect changes its draft and returns nothing.`,
    );
  }

  /** The digits of the states that steps came to, so that a search need not compute them again. */
  const encoded = new WeakMap<State, number[]>();

  function encode(state: State, origin: string): number[] {
    const known = encoded.get(state);
    if (known !== undefined) return known;
    enterSpec(); // what an effect has set may be read by getters of its own
    try {
      return layout.encode(state);
    } catch (error) {
      if (!isA(OutOfDomain, error))
        throw faultOf(`${spec.name}: reading what ${origin} sets`, error);
      throw new SpecError(
        `${spec.name}: ${origin} sets ${error.path.replace(/^\./, "")} to ${show(error.value)}; ` +
          `it must be ${error.expected}.`,
      );
    } finally {
      leaveSpec();
    }
  }

  /** The one form in which a state is seen: a `Set` that was filled in another order is the same state. */
  const settled = (state: State, origin: string): State => {
    const digits = encode(state, origin);
    const hasForms = layout.hasForms || digits.some((digit) => Object.is(digit, -0));
    const result = hasForms ? layout.decode(digits) : state;
    encoded.set(result, digits);
    return result;
  };

  return {
    spec,
    constants,
    layout,
    packing: packingOf(layout.radices, sequencesIn(layout.root, 0)),
    symmetry,
    steps,
    claims,
    declared: declaredOnly,
    proofs: proofsOf(spec, constants),
    pulse,
    places,

    enter: (what, name) => {
      if (what === "explain") {
        enter(explainPlaces.get(name) as number);
        return;
      }
      const place = actionPlaces.get(name) as { guard: number; effect: number };
      // A part of a property is named after it: "name: part".
      const [property = name] = name.split(":");
      if (what === "property") enter(claimPlaces.get(property) ?? mayEndPlace);
      else enter(place[what]);
    },

    initialStates: () => {
      const first = freeze(layout.first(), true);
      const { choices, guard, effect } = spec.initial;
      const all = combinations(`${spec.name}: initial`, choices, constants);
      const chosen = inOrder(all).filter((choice) => {
        enter(0);
        return truth(() => "the guard of the initial state", guard, [first, ...choice]);
      });
      if (chosen.length === 0) {
        throw new SpecError(`${spec.name} has no initial state under these constants.`);
      }
      return chosen.map((choice) => {
        enter(0);
        try {
          const state = change(first, "the initial state", (draft) =>
            effect(draft, ...choice, declaredOnly),
          );
          return settled(state, "the initial state");
        } catch (error) {
          if (!isA(AssertionFailure, error)) throw error;
          throw new SpecError(
            `${spec.name}: the initial state fails an assertion: ${error.message}.`,
            { cause: error },
          );
        }
      });
    },

    isEnabled: (state, step) => {
      enter((actionPlaces.get(step.action) as { guard: number }).guard);
      return truth(
        () => `the guard of ${step.action}(${shownChoice(step)})`,
        actionOf(step).guard,
        [state, ...step.choice],
      );
    },

    apply: (state, step) => {
      enter((actionPlaces.get(step.action) as { effect: number }).effect);
      const after = change(state, `the effect of ${step.action}(${shownChoice(step)})`, (draft) =>
        actionOf(step).effect(draft, ...step.choice, declaredOnly),
      );
      return after === state ? state : settled(after, step.label);
    },

    ask: (claim, role, ...all) => {
      enter(claimPlaces.get(claim.name) as number);
      const ask =
        typeof role === "string"
          ? (claim.property[role as keyof Property] as unknown as Predicate)
          : role;
      return truth(() => `property ${claim.name}`, ask, all);
    },

    mayEnd: (state) => {
      if (spec.mayEnd === undefined) return false;
      enter(mayEndPlace);
      return truth(() => "mayEnd", spec.mayEnd, [state]);
    },

    encode,

    exchanged: (step, to) => {
      const choice = exchangedChoice(actionOf(step).choices, step.choice, to);
      return byChoice.get(keyOf(step.action, choice)) as Step;
    },

    exchangedChoice,
  };
}

const keyOf = (action: string, choice: readonly unknown[]): string =>
  JSON.stringify([action, choice]);
const shownChoice = (step: Step): string => step.choice.join(", ");

function stepOf(name: string, action: Action, choice: readonly unknown[]): Step {
  const shown = choice.map((value, position) =>
    labelOf(action.choices[position] as AnyDomain, value),
  );
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
function combinations(
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

function constantsOf(spec: Spec, overrides: Readonly<Record<string, number | boolean>>): Constants {
  for (const [name, value] of Object.entries(overrides)) {
    const standard = Object.hasOwn(spec.constants, name) ? spec.constants[name] : undefined;
    if (standard === undefined) {
      const near = closest(name, Object.keys(spec.constants));
      const known = Object.keys(spec.constants).join(", ") || "none";
      throw new SpecError(
        `${spec.name} has no constant ${name}${near === undefined ? "" : `; did you mean ${near}?`} ` +
          `(Its constants: ${known}.)`,
      );
    }
    if (typeof value !== typeof standard) {
      throw new SpecError(
        `${spec.name}: ${name} is ${typeof standard === "boolean" ? "true or false" : "a whole number"}, not ${show(value)}.`,
      );
    }
    if (typeof value === "number" && (!Number.isSafeInteger(value) || value < 0)) {
      throw new SpecError(`${spec.name}: ${name} is a whole number, 0 or more, not ${value}.`);
    }
  }
  const constants = Object.freeze({ ...spec.constants, ...overrides });
  for (const [sentence, condition] of Object.entries(spec.where)) {
    if (typeof condition !== "function") {
      throw new SpecError(
        `${spec.name}: the condition "${sentence}" is no function of the constants.`,
      );
    }
    const answer: unknown = attempt(`${spec.name}: the condition "${sentence}"`, (): unknown =>
      condition(onlyDeclared(constants)),
    );
    if (answer !== true && answer !== false) {
      throw new SpecError(
        `${spec.name}: the condition "${sentence}" answers ${show(answer)}; it must answer true or false.`,
      );
    }
    if (!answer) {
      throw new SpecError(
        `${spec.name}: the constants do not satisfy "${sentence}" (${shownConstants(constants)}).`,
      );
    }
  }
  return constants;
}

/** Constants of which a misspelt one is an error, not `undefined`; those that there are cost nothing more. */
function onlyDeclared(constants: Constants): Constants {
  const misspelt = new Proxy(
    {},
    {
      get: (_, name) => {
        if (typeof name !== "string") return undefined;
        const near = closest(name, Object.keys(constants));
        throw new SpecError(
          `there is no constant ${name}${near === undefined ? "" : `; did you mean ${near}?`}`,
        );
      },
    },
  );
  return Object.freeze(Object.assign(Object.create(misspelt) as object, constants)) as Constants;
}

const shownConstants = (constants: Constants): string =>
  Object.entries(constants)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");

/** The slots of each sequence, its length first. */
function sequencesIn({ slots, parts }: Place, slot: number): readonly Group[] {
  switch (parts.kind) {
    case "sequence":
      return [{ slot, slots }];
    case "record":
      return [...parts.fields.values()].flatMap(({ offset, of }) => sequencesIn(of, slot + offset));
    case "each":
      return Array.from({ length: parts.size }, (_, i) => i).flatMap((i) =>
        sequencesIn(parts.of, slot + i * parts.of.slots),
      );
    case "optional":
      return sequencesIn(parts.of, slot + 1);
    default:
      return [];
  }
}

/** Every index set that the state or a choice mentions, once. */
function setsOf(spec: Spec): readonly IndexSet[] {
  const found = new Set<IndexSet>();
  const visit = (shape: Shape): void => {
    if (shape.kind === "index" || shape.kind === "each" || shape.kind === "subset")
      found.add(shape.set);
    if (shape.kind === "each" || shape.kind === "sequence" || shape.kind === "optional")
      visit(shape.of);
    if (shape.kind === "record") Object.values(shape.fields).forEach(visit);
  };
  const visitDomain = (domain: AnyDomain): void => {
    if (domain.kind === "index set") found.add(domain);
    else visit(domain.shape);
  };
  Object.values(spec.state).forEach(visitDomain);
  for (const { choices } of [
    ...Object.values(spec.actions),
    ...Object.values(spec.properties),
    spec.initial,
  ]) {
    choices.forEach(visitDomain);
  }
  const sets = [...found];
  for (const [position, { name }] of sets.entries()) {
    if (sets.findIndex((set) => set.name === name) !== position) {
      throw new SpecError(`${spec.name}: two different index sets are called "${name}".`);
    }
  }
  return sets;
}
