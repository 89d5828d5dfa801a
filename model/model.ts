import {
  type AssertedIn,
  Assertions,
  type Choices,
  type Constants,
  type Predicate,
  type Spec,
} from "../spec/index.ts";
import { constantsOf, onlyDeclared } from "./constants.ts";
import { type Layout, layoutOf, type Permutation, type State } from "./layout.ts";
import { guardOutside } from "./outside.ts";
import { type Packing, packingOf, sequencesIn } from "./packing.ts";
import { Pulse } from "./pulse.ts";
import { Reference } from "./reference.ts";
import { setsOf } from "./shape.ts";
import { type Proofs, proofsOf } from "./source/proof.ts";
import { type Claim, claimsOf, combinations, Exchanges, type Step, stepsOf } from "./steps.ts";
import { noSymmetry, type Symmetry, symmetryOf } from "./symmetry/group.ts";

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
  /**
   * The state after a step that is possible; throws `AssertionFailure` where an effect asserts wrongly. What it asserts is
   * noted in `run`, if that is given.
   */
  apply(state: State, step: Step, run?: AssertedIn): State;
  /** What effects may assert. */
  readonly assertions: Assertions;
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
  enter(what: "when" | "effect" | "property" | "explain", name: string): void;
  /** Where the model is: [0] counts calls of the spec's functions, [1] is the place in `places`. */
  readonly pulse: Int32Array;
  readonly places: readonly string[];
}

export interface ModelOptions {
  /** Overrides of the spec's constants. */
  readonly constants?: Readonly<Record<string, number | boolean>>;
  /** Whether to make use of the declared symmetry, if the spec does; true if left out. */
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
  const declared = onlyDeclared(constants);
  const sets = setsOf(spec);
  const layout = layoutOf(spec.state, constants, sets);
  const isReduced = spec.symmetry === "declared" && (options.symmetry ?? true);
  const symmetry = isReduced ? symmetryOf(layout, constants) : noSymmetry;
  const pulse = new Pulse(spec, options.pulse);
  const inOrder = <T>(all: readonly T[]): readonly T[] =>
    options.isBackwards === true ? all.toReversed() : all;
  const steps = inOrder(stepsOf(spec, constants));
  const exchanges = new Exchanges(spec, sets, steps);
  const assertions = new Assertions(spec);
  const reference = new Reference(spec, layout, declared, pulse, assertions);

  return {
    spec,
    constants,
    declared,
    layout,
    packing: packingOf(layout.radices, sequencesIn(layout.root, 0)),
    symmetry,
    steps,
    claims: claimsOf(spec, constants),
    proofs: proofsOf(spec, constants),
    pulse: pulse.cells,
    places: pulse.places,
    enter: (what, name) => pulse.enter(what, name),
    initialStates: () => {
      const all = combinations(`${spec.name}: initial`, spec.initial.choices, constants);
      return reference.initialStates(inOrder(all));
    },
    isEnabled: (state, step) => reference.isEnabled(state, step),
    assertions,
    apply: (state, step, run) => reference.apply(state, step, run),
    ask: (claim, role, ...all) => reference.ask(claim, role, all),
    mayEnd: (state) => reference.mayEnd(state),
    encode: (state, origin) => reference.encode(state, origin),
    exchanged: (step, to) => exchanges.step(step, to),
    exchangedChoice: (choices, choice, to) => exchanges.choice(choices, choice, to),
  };
}
