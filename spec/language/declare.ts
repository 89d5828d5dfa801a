import type { PageState } from "../page/page-contract.ts";
import { pageViewOf } from "../page/page-view.ts";
import { actionOf } from "./action.ts";
import {
  alwaysEventuallyOf,
  assertionOf,
  eventuallyAlwaysOf,
  invariantOf,
  leadsToOf,
  progressOf,
  recoverableOf,
  stepPropertyOf,
  temporalOf,
  withinOf,
  witnessOf,
} from "./claims.ts";
import { specOf } from "./contents.ts";
import { type AnyDomain, domainOf } from "./domain.ts";
import type { Expected } from "./expectation.ts";
import { declaredWith } from "./foreign.ts";
import type { FormulaOrPredicate, FormulaWords } from "./formula.ts";
import type { Constants, Index, IndexSet, Size } from "./index-set.ts";
import { kindOf, made, recordOf } from "./made.ts";
import {
  actionAt,
  type DefinitionAt,
  anywhere,
  nobody,
  type PlaceVariable,
  type StepsOf,
  processOf,
} from "./process.ts";
import { isStandIn, orStandIn, standingIn } from "./mistakes.ts";
import {
  type ConstantsOf,
  type Own,
  type Part,
  partOf,
  type VariablesOf,
  withParts,
} from "./part.ts";
import { checkConstants, refuseUnknown } from "./refuse.ts";
import { type Saved, savingWords } from "./saved.ts";
import type {
  Action,
  Assertion,
  Fairness,
  Invariant,
  LeadsTo,
  PageView,
  Progress,
  Property,
  Recoverable,
  Recurrence,
  Spec,
  StepProperty,
  Temporal,
  Within,
  Witness,
} from "./spec.ts";
import type {
  ActionDefinition,
  Actor,
  ActorArgument,
  Chosen,
  Claim,
  ForAny,
  Needs,
  ReadIn,
  SavedVariables,
  SeenFrom,
  TypedAction,
  TypedSpec,
  ValuesOf,
  Variables,
  WriteIn,
} from "./typed.ts";

/** The words to write a protocol with, typed by its state and its constants. */
export interface ProtocolWords<
  State,
  Draft,
  Values,
  C extends Constants = Constants,
  V extends Variables = Variables,
> {
  /** An atomic step of `actor`, which names its column in a trace; an index set makes one of each. */
  readonly action: <const F extends ForAny = readonly [], const A extends Actor = string>(
    actor: A,
    definition: ActionDefinition<State, Draft, [...ActorArgument<A>, ...Chosen<F>, Values], F>,
  ) => TypedAction<State, Draft, [...ActorArgument<A>, ...Chosen<F>, Values]>;

  /**
   * The actor whose place a variable says, or one of each element where it says one of each; with the words
   * for its steps: `at(place, ...)` and `anywhere(...)`. `fairness` is that of steps that do not say otherwise.
   */
  readonly process: <const Name extends PlaceVariable<State>>(
    variable: Name,
    its?: { readonly fairness?: Fairness },
  ) => StepsOf<State, Draft, Values, Name>;

  /** In an effect: a variable that is `saved(...)` keeps what those are now that it saves. */
  readonly snapshot: <const Image extends keyof SavedVariables<Draft>>(
    draft: Pick<Draft, Image | SavedVariables<Draft>[Image]>,
    image: Image,
  ) => void;

  /** In an effect: these are what they were when they were saved; a `SpecError` if they were not. */
  readonly restore: <const Image extends keyof SavedVariables<Draft>>(
    draft: Pick<Draft, Image | SavedVariables<Draft>[Image]>,
    image: Image,
  ) => void;

  /** A claim about every reachable state. */
  readonly invariant: <const F extends ForAny = readonly []>(
    claim: Claim<[state: State, ...Chosen<F>, constants: Values], F, SeenFrom<Values>>,
  ) => Invariant;

  /** A claim about every step: the state before and the state after. */
  readonly stepProperty: <const F extends ForAny = readonly []>(
    claim: Claim<
      [before: State, after: State, ...Chosen<F>, constants: Values],
      F,
      SeenFrom<Values> & { readonly by?: string }
    >,
  ) => StepProperty;

  /**
   * A claim that effects make where they say `assert(condition, it)`: true each time, and at least once asked. Given are
   * the words in which it is told.
   */
  readonly assertion: (claim: string, more?: SeenFrom<Values>) => Assertion;

  /** A situation that must be reachable for the proofs to mean something. */
  readonly witness: <const F extends ForAny = readonly []>(
    claim: Claim<[state: State, ...Chosen<F>, constants: Values], F, SeenFrom<Values>>,
  ) => Witness;

  /** Whenever `from` holds, `to` holds at that moment or later. */
  readonly leadsTo: <const F extends ForAny = readonly []>(
    claim: {
      readonly forAny?: F;
      readonly from: (...all: [state: State, ...Chosen<F>, constants: Values]) => boolean;
      readonly to: (...all: [state: State, ...Chosen<F>, constants: Values]) => boolean;
    } & SeenFrom<Values>,
  ) => LeadsTo;

  /** From every moment on, at that moment or later it holds. */
  readonly alwaysEventually: <const F extends ForAny = readonly []>(
    claim: Claim<[state: State, ...Chosen<F>, constants: Values], F, SeenFrom<Values>>,
  ) => Recurrence;

  /** From some moment on it holds for ever. */
  readonly eventuallyAlways: <const F extends ForAny = readonly []>(
    claim: Claim<[state: State, ...Chosen<F>, constants: Values], F, SeenFrom<Values>>,
  ) => Recurrence;

  /** From every state (in which `when` holds) a state in which `to` holds can be reached. */
  readonly recoverable: <const F extends ForAny = readonly []>(
    claim: {
      readonly forAny?: F;
      readonly when?: (...all: [state: State, ...Chosen<F>, constants: Values]) => boolean;
      readonly to: (...all: [state: State, ...Chosen<F>, constants: Values]) => boolean;
    } & SeenFrom<Values>,
  ) => Recoverable;

  /**
   * No behaviour, fair or not, counts more than `atMost`. Counted are the steps from a state in which
   * `from` holds up to and including the one that reaches `to`. That it is reached is not claimed (see
   * `leadsTo`), but where it never is the property is vacuous.
   */
  readonly within: <const F extends ForAny = readonly []>(
    claim: {
      readonly forAny?: F;
      readonly from: (...all: [state: State, ...Chosen<F>, constants: Values]) => boolean;
      readonly to: (...all: [state: State, ...Chosen<F>, constants: Values]) => boolean;
      /** An action, each step of which counts, or a predicate: each step that makes it true counts. */
      readonly counting:
        | string
        | ((...all: [state: State, ...Chosen<F>, constants: Values]) => boolean);
      /** Actors that take no step meanwhile. */
      readonly idle?: readonly string[];
      readonly atMost: Size<Values>;
    } & SeenFrom<Values>,
  ) => Within;

  /**
   * An actor is never busy for ever without progress: no fair behaviour has it take steps for ever, also such as
   * change nothing, and from some moment on none that is progress. An index set stands for each of its actors.
   */
  readonly progress: <const A extends Actor>(
    claim: {
      readonly of: A;
      /**
       * What is progress: an action or several, by their names, or a predicate: each step that makes it true. Any
       * step of the actor that changes something, if left out.
       */
      readonly counting?:
        | string
        | readonly [string, ...string[]]
        | ((...all: [state: State, ...ActorArgument<A>, constants: Values]) => boolean);
    } & SeenFrom<Values>,
  ) => Progress;

  /**
   * A formula of linear time that is true of every fair behaviour when it begins; `formula` is given the
   * words to write it with. A behaviour that ends stays where it is for ever, so that what is to happen
   * eventually must have happened by then. A `SpecError` for what is no formula.
   */
  readonly temporal: <const F extends ForAny = readonly []>(
    claim: {
      readonly forAny?: F;
      readonly formula: (
        words: FormulaWords<[state: State, ...Chosen<F>, constants: Values]>,
      ) => FormulaOrPredicate<[state: State, ...Chosen<F>, constants: Values]>;
    } & SeenFrom<Values>,
  ) => Temporal;

  /** Maps the elements of an index set to the states of the page contract. */
  readonly pages: <Name extends string>(
    view: {
      readonly forEach: IndexSet<Name, never> | IndexSet<Name, Values>;
      readonly state: (state: State, page: Index<NoInfer<Name>>, constants: Values) => PageState;
      /** Whether the host has dropped the content; never, if left out. */
      readonly discarded?: (state: State, page: Index<NoInfer<Name>>, constants: Values) => boolean;
    } & SeenFrom<Values>,
  ) => PageView;

  /** The protocol: what was declared above, as a table of contents. */
  readonly spec: <
    const Actions extends Readonly<Record<string, TypedAction<State, Draft, never, string>>>,
    const F extends ForAny = readonly [],
  >(contents: {
    readonly name: string;
    readonly title: string;
    /** Changes the first values of the domains; with `forAny`, one initial state for each choice. */
    readonly initial?:
      | ((draft: Draft, constants: Values) => void)
      | Omit<ActionDefinition<State, Draft, [...Chosen<F>, Values], F>, "fairness" | "source">;
    readonly actions: Actions;
    /** Weak: some step is taken as long as one is possible. None, if left out. */
    readonly fairness?: Spec["fairness"];
    /** None: the search looks at every state, as if all index sets were ordered. That of the sets, if left out. */
    readonly symmetry?: Spec["symmetry"];
    readonly invariants?: Readonly<Record<string, Invariant>>;
    readonly stepProperties?: Readonly<Record<string, StepProperty>>;
    readonly assertions?: Readonly<Record<string, Assertion>>;
    readonly witnesses?: Readonly<Record<string, Witness>>;
    readonly liveness?: Readonly<
      Record<string, LeadsTo | Recurrence | Recoverable | Within | Progress | Temporal>
    >;
    readonly pages?: PageView;
    /**
     * A picture of a state, as the text of an SVG file, for the page of `hintproof explore`. It is shown as an image, in which
     * nothing can run, and nothing is loaded from elsewhere.
     */
    readonly draw?: (state: State, constants: Values) => string;
    /**
     * Where the protocol may come to rest: where no step is possible, or none that changes anything. Without it, every
     * state must have another one as successor. A loop that idles is named by the states in which it does so rightly,
     * so that the same loop, polling beside a worker that hangs, is still a deadlock.
     */
    readonly mayEnd?: (state: State, constants: Values) => boolean;
    /** What the protocol does as it is: it holds, if left out. */
    readonly expects?: Expected;
  }) => TypedSpec<Actions, State, Draft, Values>;

  /**
   * The declaration as a part of other protocols, with what it offers them: index sets, helpers, actions and
   * properties, which they list. They declare it in `parts`.
   */
  readonly part: <Offered extends object>(offered: Offered) => Offered & Part<ValuesOf<C>, V>;

  /** For the types of helper functions: `typeof type.draft`. Has no values. */
  readonly type: { readonly state: State; readonly draft: Draft; readonly constants: Values };
}

/**
 * Declares the constants and the state of a protocol and gives the words to write the rest with,
 * typed by that state. See spec/README.md for a protocol written with them.
 */
export function declare<
  C extends Constants = Readonly<Record<never, never>>,
  V extends Variables = Readonly<Record<never, never>>,
  const P extends readonly Part[] = readonly [],
>(declaration: {
  /** Parts that are shared with other protocols: their constants and variables are this one's too. */
  readonly parts?: P;
  /** Whole numbers that bound the protocol, and switches, with their defaults. */
  readonly constants?: C;
  /** What the constants must satisfy: sentence and condition. */
  readonly where?: Readonly<Record<string, (constants: ValuesOf<C & ConstantsOf<P>>) => boolean>>;
  /** The variables, each with its domain. */
  readonly state?: V & Needs<V, ValuesOf<C & ConstantsOf<P>>, V & VariablesOf<P>>;
}): ProtocolWords<
  // Written out, so that a declaration file says what state there is, and not once more from which domains.
  {
    readonly [name in keyof (V & VariablesOf<P>)]: ReadIn<
      V & VariablesOf<P>,
      (V & VariablesOf<P>)[name]
    >;
  },
  {
    -readonly [name in keyof (V & VariablesOf<P>)]: WriteIn<
      V & VariablesOf<P>,
      (V & VariablesOf<P>)[name]
    >;
  },
  {
    readonly [name in keyof (C & ConstantsOf<P>)]: (C & ConstantsOf<P>)[name] extends boolean
      ? boolean
      : number;
  },
  C & ConstantsOf<P>,
  V & VariablesOf<P>
> {
  const given = orStandIn(
    () => declarationOf(declaration),
    () => ({ declaration: { constants: {}, where: {}, state: {} }, declared: [] }),
  );
  const { declaration: its, declared } = given;
  if (isStandIn(given)) standingIn(its);

  const all: (Action | Property)[] = [...declared];
  return {
    ...wordsFor(all, its),
    spec: (contents) => specOf(its, all, contents),
    part: (offered) => partOf(its, all, offered),
    type: {} as never,
  };
}

/** The words for the actions and properties of a state; what they make is added to a list. */
export function wordsFor<State, Draft, Values>(
  all: (Action | Property)[],
  its: Pick<Spec, "constants" | "state">,
): Omit<ProtocolWords<State, Draft, Values>, "spec" | "part" | "type"> {
  function declared<Made extends Action | Property>(kind: Made["kind"], make: () => Made): Made {
    const one = orStandIn(make, () => ({ kind, choices: [] }) as unknown as Made);
    all.push(one);
    return made(kind, declaredWith(its, one));
  }

  return {
    ...(savingWords(its.state) as Pick<
      ProtocolWords<State, Draft, Values>,
      "snapshot" | "restore"
    >),
    action: (actor, definition) => declared("action", () => actionOf(actor, definition)),
    process: (variable, fairness = {}) => {
      const process = orStandIn(
        () => processOf(its, variable, fairness),
        () => nobody,
      );
      const step = (place: unknown, definition: unknown): Action =>
        declared("action", () => actionAt(process, place, definition as DefinitionAt));
      return {
        at: (place, definition) => step(place, definition),
        anywhere: (definition) => step(anywhere, definition),
      };
    },
    invariant: (claim) => declared("invariant", () => invariantOf(claim)),
    stepProperty: (claim) => declared("step property", () => stepPropertyOf(claim)),
    assertion: (claim, more) => declared("assertion", () => assertionOf(claim, more)),
    witness: (claim) => declared("witness", () => witnessOf(claim)),
    leadsTo: (claim) => declared("leads to", () => leadsToOf(claim)),
    alwaysEventually: (claim) => declared("always eventually", () => alwaysEventuallyOf(claim)),
    eventuallyAlways: (claim) => declared("eventually always", () => eventuallyAlwaysOf(claim)),
    recoverable: (claim) => declared("recoverable", () => recoverableOf(claim)),
    within: (claim) => declared("within", () => withinOf(claim)),
    progress: (claim) => declared("progress", () => progressOf(claim)),
    temporal: (claim) => declared("temporal", () => temporalOf(claim)),
    pages: (view) =>
      orStandIn(
        () => declaredWith(its, pageViewOf(view)),
        () => made("pages", {} as PageView),
      ),
  };
}

/** What a protocol is declared with, without the types of its author. */
function declarationOf(given: {
  readonly parts?: unknown;
  readonly constants?: unknown;
  readonly where?: unknown;
  readonly state?: unknown;
}): ReturnType<typeof withParts> {
  refuseUnknown("declare", "part of a declaration", given, [
    "parts",
    "constants",
    "where",
    "state",
  ]);
  const { constants: its = {}, where: conditions = {}, state: variables = {} } = given;
  const constants = { ...recordOf(`declare: "constants"`, its) };
  checkConstants("declare", constants);
  const where = { ...recordOf(`declare: "where"`, conditions) };
  const state = Object.fromEntries(
    Object.entries(recordOf(`declare: "state"`, variables)).map(([name, of]) => [
      name,
      kindOf(of) === "saved" ? (of as Saved) : domainOf(of as AnyDomain),
    ]),
  );
  return withParts({ constants, where, state } as Own, given.parts);
}
