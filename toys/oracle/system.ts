import {
  type Action,
  AssertedIn,
  AssertionFailure,
  Assertions,
  asserting,
  type Constants,
  type Predicate,
  type Property,
  type Shape,
  type Spec,
} from "../../spec/index.ts";
import { combinationsOf, Fault, firstOf, type Plain, plainOf, valueOf } from "./values.ts";

/** One action with one choice. */
export interface Step {
  readonly action: string;
  readonly choice: readonly Plain[];
}

/** What comes of a step in a state, and the names of the assertions that were evaluated. */
export type Outcome = { readonly asserted: readonly string[] } & (
  | { readonly kind: "not possible" }
  | { readonly kind: "leads to"; readonly text: string }
  /** The assertion of this name fails. */
  | { readonly kind: "asserts"; readonly name: string }
  | { readonly kind: "fault" }
);

/** Of each kind of outcome, all but the assertions. */
type Plainly<T> = T extends unknown ? Omit<T, "asserted"> : never;

/** A spec whose functions can be asked; a state is its JSON text. */
export interface System {
  readonly spec: Spec;
  readonly constants: Constants;
  readonly shape: Shape;
  readonly steps: readonly Step[];
  /** The initial states, with those that are met twice; a `Fault` if there is none. */
  initialStates(): readonly string[];
  outcomeOf(text: string, step: Step): Outcome;
  /** What a function of the spec answers of some states, for a choice. */
  ask(predicate: Predicate, texts: readonly string[], choice: readonly Plain[]): boolean;
  choicesOf(property: Property): readonly (readonly Plain[])[];
}

/** A value that is an error to change, but for sets, of which it is seen afterwards. */
function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Set) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

export function systemOf(spec: Spec, constants: Constants = spec.constants): System {
  const fields = Object.fromEntries(
    Object.entries(spec.state).map(([name, domain]) => [name, domain.shape]),
  );
  const shape: Shape = { kind: "record", fields };
  const textOf = (state: unknown): string => JSON.stringify(plainOf(shape, state, constants));
  const stateOf = (text: string): unknown => valueOf(shape, JSON.parse(text));

  /** Answers are kept: the same states are asked about for each exchange. */
  const answers = new Map<Predicate, Map<string, boolean>>();

  function ask(predicate: Predicate, texts: readonly string[], choice: readonly Plain[]): boolean {
    const known = answers.get(predicate) ?? new Map<string, boolean>();
    answers.set(predicate, known);
    const key = JSON.stringify([texts, choice]);
    const answer = known.get(key) ?? answerTo(predicate, texts, choice);
    known.set(key, answer);
    return answer;
  }

  function answerTo(
    predicate: Predicate,
    texts: readonly string[],
    choice: readonly Plain[],
  ): boolean {
    const states = texts.map(stateOf);
    const answer: unknown = orFault(() => predicate(...states, ...choice, constants));
    if (typeof answer !== "boolean") throw new Fault("An answer is neither true nor false.");
    if (states.some((state, position) => textOf(state) !== texts[position])) {
      throw new Fault("A question changes the state.");
    }
    return answer;
  }

  /** The state that an effect makes of a copy; an `AssertionFailure` is thrown as it is. */
  function changed(
    text: string,
    effects: readonly ((draft: unknown, before: unknown) => unknown)[],
  ): string {
    const state = stateOf(text);
    for (const effect of effects) {
      const before = frozen(stateOf(text));
      const answer = orFault(() => effect(state, before));
      if (typeof answer === "object" && answer !== null)
        throw new Fault("An effect returns a value.");
      if (textOf(before) !== text) throw new Fault("An effect changes the state before.");
    }
    return textOf(state);
  }

  const outcomes = new Map<string, Outcome>();
  const assertions = new Assertions(spec);

  function outcomeOf(text: string, { action, choice }: Step): Outcome {
    const { when, effect, afterwards = [] } = spec.actions[action] as Action;
    const run = new AssertedIn(assertions);
    const comesTo = (): Plainly<Outcome> => {
      try {
        if (!ask(when, [text], choice)) return { kind: "not possible" };
        const effects = [
          (draft: unknown) => effect(draft, ...choice, constants),
          ...afterwards.map(
            (then) => (draft: unknown, before: unknown) =>
              then(draft, before, ...choice, constants) as unknown,
          ),
        ];
        return { kind: "leads to", text: asserting(run, () => changed(text, effects)) };
      } catch (error) {
        if (error instanceof AssertionFailure) return { kind: "asserts", name: error.property };
        if (error instanceof Fault) return { kind: "fault" };
        throw error;
      }
    };
    return { ...comesTo(), asserted: run.names };
  }

  return {
    spec,
    constants,
    shape,
    steps: Object.entries(spec.actions).flatMap(([action, { choices }]) =>
      combinationsOf(choices, constants).map((choice) => ({ action, choice })),
    ),
    ask,
    choicesOf: ({ choices }) => combinationsOf(choices, constants),

    initialStates: () => {
      const first = JSON.stringify(firstOf(shape, constants));
      const { choices, when, effect, afterwards = [] } = spec.initial;
      const chosen = combinationsOf(choices, constants).filter((choice) =>
        ask(when, [first], choice),
      );
      if (chosen.length === 0) throw new Fault("There is no initial state.");
      try {
        return chosen.map((choice) =>
          changed(first, [
            (draft) => effect(draft, ...choice, constants),
            ...afterwards.map((then) => (draft: unknown) => then(draft, constants) as unknown),
          ]),
        );
      } catch (error) {
        throw error instanceof AssertionFailure ? new Fault("It begins with a failure.") : error;
      }
    },

    outcomeOf: (text, step) => {
      const key = JSON.stringify([step.action, step.choice, text]);
      const outcome = outcomes.get(key) ?? outcomeOf(text, step);
      outcomes.set(key, outcome);
      return outcome;
    },
  };
}

/** What a function of the spec throws is its fault, unless it is an assertion that fails. */
function orFault<Answer>(run: () => Answer): Answer {
  try {
    return run();
  } catch (error) {
    if (error instanceof AssertionFailure) throw error;
    throw new Fault("A function of the spec fails.", { cause: error });
  }
}
