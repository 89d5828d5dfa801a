import type { Claim, Digits, Model, Permutation, State, Step } from "../model/index.ts";
import {
  type Action,
  AssertionFailure,
  attempt,
  closest,
  isLiveness,
  predicatesOf,
  SpecError,
  subjectOf,
} from "../spec/index.ts";
import { answers, concerns, judge } from "./claims.ts";

/**
 * Trust, tested: runs the steps of a state a second time, and the same steps in the state that an
 * exchange of interchangeable elements makes of it. An answer that differs is an error of the spec: a
 * recipe that is not pure, or a symmetry that is none. A search asks it for the states it samples.
 */
export interface Audit {
  /** How many states were looked at. */
  readonly states: number;
  /** How many steps were run for it, more or less, and how many the next state takes. */
  readonly work: number;
  readonly nextWork: number;
  /** Whether the state expanded as number `position` (from 0) is one to look at. */
  samples(position: number): boolean;
  /**
   * Throws `SpecError` with the state that shows the fault. `done` is what the search found each step
   * to do: its digits, the claim of an assertion that failed, or undefined if it was not enabled.
   */
  look(state: State, digits: Digits, done: readonly Done[]): void;
  /** Throws `SpecError` unless every exchange of an initial state is an initial state. */
  initial(states: readonly Digits[]): void;
}

export type Done = Digits | string | undefined;

/**
 * States at the start of a search that are all looked at, with every exchange from which others follow
 * and with some of these (a step in a representative may well match its twin in all states that are
 * one exchange away, and not in one that is two away).
 */
const thorough = 64;
/** Up to here every state is looked at, with some exchanges; after that one state in so many, with one. */
const frequent = 256;
const sparse = 61;
const exchangesAt = (states: number): number => (states < thorough ? 8 : states < frequent ? 4 : 1);

/** An audit of a model; of its symmetry only if the search relies on it. It may go on from an earlier one. */
export function auditOf(
  model: Model,
  reliesOnSymmetry: boolean,
  {
    earlier = { states: 0, work: 0 },
    onDifference,
    goOn = () => {},
  }: {
    readonly earlier?: Pick<Audit, "states" | "work"> | undefined;
    /** Called where a step did something else in the search than it does now, twice. */
    readonly onDifference?: (step: Step) => never;
    /** Called now and then; throws where the audit has to end. */
    readonly goOn?: () => void;
  } = {},
): Audit {
  const { generators } = model.symmetry;
  const keyOf = (digits: Digits): string => model.packing.pack(digits);
  let { states, work } = earlier;
  const workAt = (looked: number): number => {
    const all = looked < thorough ? generators.length : 0;
    const exchanges = reliesOnSymmetry && generators.length > 0 ? all + exchangesAt(looked) : 0;
    return model.steps.length * (2 + exchanges);
  };
  let picks = 0;
  const pick = (below: number): number => {
    picks = (Math.imul(picks, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((picks / 2 ** 32) * below);
  };

  function look(state: State, digits: Digits, done: readonly Done[]): void {
    goOn();
    readsOnlyVariables(state);
    // Last step first: an answer that alternates from call to call is not taken for a pure one.
    const outcomes = model.steps.map((step) => outcomeOf(model, state, step));
    for (let position = model.steps.length - 1; position >= 0; position--) {
      const step = model.steps[position] as Step;
      const { key } = outcomes[position] as Outcome;
      const isSame = outcomeOf(model, state, step).key === key;
      if (isSame && keyOfDone(model, done[position]) === key) continue;
      if (isSame) onDifference?.(step);
      throw new SpecError(
        `${model.spec.name}: ${step.label} (${step.action}) does one thing the first time and another the ` +
          "second, in the same state. Does its guard or effect read a clock, a random source or a " +
          `variable outside the state?\n  ${described(model, state)}`,
      );
    }
    answersAlike(state, outcomes);
    if (reliesOnSymmetry && generators.length > 0) {
      const some = Array.from({ length: exchangesAt(states) }, () => model.symmetry.any(pick));
      const chosen = states < thorough ? [...generators, ...some] : some;
      for (const exchange of chosen) compareExchanged(state, digits, outcomes, exchange);
    }
    work += workAt(states);
    states++;
  }

  /** The parts of a liveness property, for one of its choices, each time another. */
  function livenessOf(claim: Claim): readonly ((state: State) => boolean)[] {
    const choice = claim.choices[states % claim.choices.length];
    if (choice === undefined || !isLiveness(claim.property.kind)) return [];
    return predicatesOf(claim.property).map(
      ({ predicate }) =>
        (state) =>
          model.ask(claim, predicate, state, ...choice),
    );
  }

  /** Asks every property twice. */
  function answersAlike(state: State, outcomes: readonly Outcome[]): void {
    const twice = (what: string, ask: () => boolean): void => {
      if (ask() === ask()) return;
      throw new SpecError(
        `${model.spec.name}: ${what} answers one thing the first time and another the second, in ` +
          `the same state. Does it read something outside the state?\n  ${described(model, state)}`,
      );
    };
    twice("mayEnd", () => model.mayEnd(state));
    for (const claim of model.claims) {
      const what = `property ${claim.name}`;
      if (subjectOf(claim.property.kind) === "state") twice(what, () => says(claim, state));
      for (const ask of livenessOf(claim)) twice(what, () => ask(state));
    }
    for (const [position, step] of model.steps.entries()) {
      const { after } = outcomes[position] as Outcome;
      if (after === undefined) continue;
      for (const claim of stepClaims(model, step)) {
        twice(`property ${claim.name}`, () => fails(claim, [state, after]));
      }
    }
  }

  /** A variable that is not declared reads as undefined, which is neither this word nor that. */
  function readsOnlyVariables(state: State): void {
    let isRefused = false;
    const copyOf = (of: State): State => strict(of, () => (isRefused = true));
    /** Where anything else fails, it is because a copy is watched, or whoever asks the state itself will see it. */
    const ask = (question: () => void): void => {
      isRefused = false;
      try {
        question();
      } catch (error) {
        if (isRefused) throw error;
      }
    };
    const watched = copyOf(state);
    ask(() => model.mayEnd(watched));
    for (const step of model.steps) {
      ask(() => {
        if (!model.isEnabled(watched, step)) return;
        const after = model.apply(state, step);
        runStrictly(step, copyOf(state));
        for (const claim of stepClaims(model, step)) {
          ask(() => judge(model, claim, [watched, copyOf(after)]));
        }
      });
    }
    for (const claim of model.claims) {
      if (subjectOf(claim.property.kind) === "state") ask(() => judge(model, claim, [watched]));
      for (const part of livenessOf(claim)) ask(() => part(watched));
    }
  }

  /** Runs an effect on a copy that is thrown away. */
  function runStrictly(step: Step, copy: State): void {
    const { effect } = model.spec.actions[step.action] as Action;
    attempt(`${model.spec.name}: the effect of ${step.action}`, () =>
      effect(copy, ...step.choice, model.constants),
    );
  }

  /** Whether an invariant fails, or a witness is met. */
  function says(claim: Claim, state: State): boolean {
    return claim.property.kind === "witness"
      ? judge(model, claim, [state]).answer === answers.holds
      : fails(claim, [state]);
  }

  function fails(claim: Claim, states: readonly State[]): boolean {
    return judge(model, claim, states).answer === answers.fails;
  }

  function compareExchanged(
    state: State,
    digits: Digits,
    outcomes: readonly Outcome[],
    exchange: Permutation,
  ): void {
    goOn();
    const permuted = model.layout.permute(digits, exchange);
    if (keyOf(model.symmetry.canonical(permuted)) !== keyOf(model.symmetry.canonical(digits))) {
      throw new Error(
        `Two states of one orbit have two representatives: ${digits.join()} and ${permuted.join()}.`,
      );
    }
    const mirrored = model.layout.decode(permuted);
    for (const claim of model.claims.filter(
      ({ property }) => subjectOf(property.kind) === "state",
    )) {
      if (says(claim, state) === says(claim, mirrored)) continue;
      throw asymmetric(
        claim.property.kind === "witness"
          ? `witness ${claim.name} is seen in one and not in the other`
          : `property ${claim.name} holds in one and not in the other`,
        state,
        mirrored,
      );
    }
    if (model.mayEnd(state) !== model.mayEnd(mirrored)) {
      throw asymmetric("the protocol may end in one and not in the other", state, mirrored);
    }
    for (const [position, step] of model.steps.entries()) {
      const outcome = outcomes[position] as Outcome;
      const twin = model.exchanged(step, exchange);
      const other = outcomeOf(model, mirrored, twin);
      const expected =
        outcome.after === undefined
          ? outcome.key
          : keyOf(model.layout.permute(model.encode(outcome.after, step.label), exchange));
      if (other.key !== expected && !(other.asserts && outcome.asserts)) {
        throw asymmetric(
          `"${step.label}" in one does not match "${twin.label}" in the other`,
          state,
          mirrored,
        );
      }
      if (outcome.after === undefined || other.after === undefined) continue;
      for (const claim of stepClaims(model, step)) {
        if (fails(claim, [state, outcome.after]) !== fails(claim, [mirrored, other.after])) {
          throw asymmetric(
            `property ${claim.name} holds of "${step.label}" and not of its twin`,
            state,
            mirrored,
          );
        }
      }
    }
  }

  function asymmetric(what: string, state: State, mirrored: State): SpecError {
    return new SpecError(
      `${model.spec.name}: an index set is declared interchangeable (or buddies) and is not: in two states that ` +
        `differ only by an exchange of its elements, ${what}.\n  One:   ${described(model, state)}\n` +
        `  Other: ${described(model, mirrored)}\n` +
        "  Does a guard, an effect or a property name a particular element, or rely on the order of elements? " +
        "Declare the set ordered(...), or run with --no-symmetry.",
    );
  }

  return {
    get states() {
      return states;
    },
    get work() {
      return work;
    },
    get nextWork() {
      return workAt(states);
    },
    samples: (position) => position < frequent || position % sparse === 0,
    look,
    initial: (initialStates) => {
      if (!reliesOnSymmetry) return;
      const known = new Set(initialStates.map(keyOf));
      for (const digits of initialStates) {
        for (const exchange of generators) {
          const mirrored = model.layout.permute(digits, exchange);
          if (known.has(keyOf(mirrored))) continue;
          throw asymmetric(
            "one is initial and the other is not",
            model.layout.decode(digits),
            model.layout.decode(mirrored),
          );
        }
      }
    },
  };
}

const stepClaims = (model: Model, step: Step): readonly Claim[] =>
  model.claims.filter(
    (claim) => subjectOf(claim.property.kind) === "step" && concerns(model, claim, step),
  );

/** What a step does in a state, as something that can be compared. */
interface Outcome {
  readonly key: string;
  readonly after: State | undefined;
  /** Whether an assertion fails; its claim may name an element. */
  readonly asserts?: true;
}

const keyOfDone = (model: Model, done: Done): string => {
  if (done === undefined) return "not enabled";
  return typeof done === "string" ? `asserts: ${done}` : model.packing.pack(done);
};

function outcomeOf(model: Model, state: State, step: Step): Outcome {
  if (!model.isEnabled(state, step)) return { key: "not enabled", after: undefined };
  try {
    const after = model.apply(state, step);
    return { key: model.packing.pack(model.encode(after, step.label)), after };
  } catch (error) {
    if (error instanceof AssertionFailure)
      return { key: `asserts: ${error.message}`, after: undefined, asserts: true };
    throw error;
  }
}

/** Names that JavaScript itself asks of any object: to write it as JSON, and to await it. */
const askedByLanguage: readonly string[] = ["toJSON", "then"];

/** A copy of a state that refuses to be asked for what is not declared in it, or in a record of it. */
function strict(state: State, onRefusal: () => void): State {
  const watch = (value: object, what: string): object =>
    new Proxy(value, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name, target);
        const isRecord = !Array.isArray(target) && !(target instanceof Set);
        const isKnown =
          typeof name !== "string" || name in target || askedByLanguage.includes(name);
        if (isRecord && !isKnown) {
          onRefusal();
          const near = closest(name, Object.keys(target));
          throw new SpecError(
            `there is no ${what} ${name}${near === undefined ? "" : `; did you mean ${near}?`}`,
          );
        }
        if (typeof found === "function") {
          return target instanceof Set ? (found.bind(target) as unknown) : found;
        }
        return typeof found === "object" && found !== null ? watch(found, "field") : found;
      },
    });
  // A copy, because a proxy of what is frozen may not answer with another proxy.
  return watch(structuredClone(state), "variable") as State;
}

/** A state on one line, for an error message. */
export function described(model: Model, state: State): string {
  return model.layout.variables
    .map(
      (name) =>
        `${name} = ${JSON.stringify(state[name], (_, value) => (value instanceof Set ? [...value] : value))}`,
    )
    .join(", ");
}
