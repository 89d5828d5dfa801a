import type { Also, AnyDomain, Elements, NeedsOf, ReadOf, WriteOf } from "./domain.ts";
import type { Constants, Index, IndexSet } from "./index-set.ts";
import type { Saved, SnapshotOf } from "./saved.ts";
import type { Action, Fairness, Spec, Variant } from "./spec.ts";

/*
 * What an author's functions are typed by: all of it is inferred from the domains of one declaration.
 */

export type Variables = Readonly<Record<string, AnyDomain | Saved>>;

/** What a variable of a declaration is read as: what it saves is that of the others. */
export type ReadIn<V, D> =
  D extends Saved<infer Names>
    ? Snapshot<{ readonly [name in Names & keyof V]: ReadOf<V[name]> }> | "none"
    : ReadOf<D>;
/** What it is changed as. */
export type WriteIn<V, D> =
  D extends Saved<infer Names>
    ? Snapshot<{ [name in Names & keyof V]: WriteOf<V[name]> }> | "none"
    : WriteOf<D>;
type Snapshot<Fields> = Fields & SnapshotOf<keyof Fields & string>;

/** The variables of a state that keep others, each with the names of those. */
export type SavedVariables<State> = {
  readonly [name in keyof State as [Extract<State[name], SnapshotOf<string>>] extends [never]
    ? never
    : name]: Extract<State[name], SnapshotOf<string>> extends SnapshotOf<infer Names>
    ? Names & keyof State
    : never;
};

/** Constants without the literal types of their defaults. */
export type ValuesOf<C extends Constants> = {
  readonly [name in keyof C]: C[name] extends boolean ? boolean : number;
};

/** Of each variable whose bounds need a constant that is not declared, what is missing. */
export type Needs<V extends Variables, Values, All = V> = {
  readonly [name in keyof V]: V[name] extends Saved<infer Names>
    ? Savable<All, Names>
    : [NeedsOf<V[name]>] extends [never]
      ? unknown
      : Values extends NeedsOf<V[name]>
        ? unknown
        : { "needs a constant that is not declared": NeedsOf<V[name]> };
};

/** Of names of variables that are to be saved, which are none, or of what is saved itself. */
type Savable<V, Names extends string> = [Exclude<Names, keyof UnsavedIn<V>>] extends [never]
  ? unknown
  : {
      "saves what is no variable, or is saved(...) itself": Exclude<Names, keyof UnsavedIn<V>>;
    };
type UnsavedIn<V> = {
  [name in keyof V as V[name] extends Saved
    ? never
    : [Extract<V[name], SnapshotOf<string>>] extends [never]
      ? name
      : never]: unknown;
};

/** What `forAny` may be: one domain or index set, or several. */
export type ForAny = AnyDomain | readonly AnyDomain[];

/** The arguments that the choices add to a condition or an effect. */
export type Chosen<F extends ForAny> = F extends AnyDomain
  ? [ReadOf<F>]
  : F extends readonly AnyDomain[]
    ? { -readonly [position in keyof F]: ReadOf<F[position]> }
    : [];

/** Whose step an action is; an index set makes an actor of each element. */
export type Actor = string | IndexSet;
export type ActorArgument<A extends Actor> = A extends IndexSet<infer Name> ? [Index<Name>] : [];

/**
 * An action with the arguments of its condition and effect, which a variant that changes it needs;
 * `Variable` says where its actor is, if it is a step of a process.
 */
export interface TypedAction<
  State,
  Draft,
  Arguments extends readonly unknown[],
  Variable extends string = never,
> extends Action {
  readonly typed?: {
    when(state: State, ...rest: Arguments): boolean;
    effect(draft: Draft, ...rest: Arguments): void;
    readonly process?: Variable;
  };
}

/** A spec with the types of its state and its actions, which a variant needs. */
export interface TypedSpec<Actions, State, Draft, Values> extends Spec {
  readonly typed?: { actions: Actions; state: State; draft: Draft; constants: Values };
}

/** A protocol of whatever state and actions. */
export type AnyTypedSpec = TypedSpec<unknown, unknown, unknown, unknown>;

export type TypesOf<Base extends AnyTypedSpec> = NonNullable<Base["typed"]>;

/**
 * A variant that can be changed again. It names the type of its protocol: where that has a name (an
 * interface), a declaration file says that and not all of it once more.
 */
export interface VariantOf<Base extends Spec> extends Variant {
  readonly base: Base;
}

/** What a variant adds to the state: variables with their domains, words to those that there are. */
export type Additions = Readonly<Record<string, AnyDomain | Also | Saved>>;

/** Of each addition that does not fit, why. */
export type Fits<S extends Additions, State, Values> = {
  readonly [name in keyof S]: S[name] extends Also
    ? name extends keyof State
      ? unknown
      : { "widens a variable that there is not": name }
    : name extends keyof State
      ? { "the variable exists, and is widened by also(...)": name }
      : S[name] extends Saved<infer Names>
        ? Savable<Omit<State, keyof S> & S, Names>
        : S[name] extends AnyDomain
          ? Needs<{ readonly [its in name]: S[name] }, Values>[name]
          : never;
};

type PerElement<I extends string, T> = { readonly [element in I]: T } & Elements<I, T>;
type MutablePerElement<I extends string, T> = { [element in I]: T } & Elements<I, T>;
type WithWords<T, Words> =
  T extends Elements<infer I extends string, infer V>
    ? PerElement<I, WithWords<V, Words>>
    : T | Words;
type MutableWithWords<T, Words> =
  T extends Elements<infer I extends string, infer V>
    ? MutablePerElement<I, MutableWithWords<V, Words>>
    : T | Words;

/** A state with what a variant adds. */
export type StateWith<State, S> = [keyof S] extends [never]
  ? State
  : { readonly [name in keyof State | keyof S]: ReadWith<State, S, name> };
/** The same of a draft. */
export type DraftWith<Draft, S> = [keyof S] extends [never]
  ? Draft
  : { [name in keyof Draft | keyof S]: WriteWith<Draft, S, name> };

/** What one variable is read as then; what is saved of one with further words has them too. */
type ReadWith<State, S, name> = name extends keyof S
  ? S[name] extends Also<infer Words>
    ? WithWords<State[name & keyof State], Words>
    : S[name] extends Saved<infer Names>
      ? Snapshot<{ readonly [its in Names]: ReadWith<State, S, its> }> | "none"
      : ReadOf<S[name]>
  : name extends keyof SavedVariables<State>
    ? Snapshot<{ readonly [its in SavedVariables<State>[name]]: ReadWith<State, S, its> }> | "none"
    : State[name & keyof State];
type WriteWith<Draft, S, name> = name extends keyof S
  ? S[name] extends Also<infer Words>
    ? MutableWithWords<Draft[name & keyof Draft], Words>
    : S[name] extends Saved<infer Names>
      ? Snapshot<{ [its in Names]: WriteWith<Draft, S, its> }> | "none"
      : WriteOf<S[name]>
  : name extends keyof SavedVariables<Draft>
    ? Snapshot<{ [its in SavedVariables<Draft>[name]]: WriteWith<Draft, S, its> }> | "none"
    : Draft[name & keyof Draft];
export type ConstantsWith<Values, C extends Constants> = [keyof C] extends [never]
  ? Values
  : {
      readonly [name in keyof Values | keyof C]: name extends keyof C
        ? ValuesOf<C>[name]
        : Values[name & keyof Values];
    };

/** Of an added action no more than what it chooses, and whose step it is: the rest follows from the state. */
export type AddedOf<A> =
  A extends TypedAction<infer _S, infer _D, infer Arguments, infer Variable>
    ? readonly [Arguments extends readonly [...infer Choices, unknown] ? Choices : [], Variable]
    : readonly [[], never];

type StateIn<Base extends AnyTypedSpec, S> = StateWith<TypesOf<Base>["state"], S>;
type DraftIn<Base extends AnyTypedSpec, S> = DraftWith<TypesOf<Base>["draft"], S>;
type ConstantsIn<Base extends AnyTypedSpec, C extends Constants> = ConstantsWith<
  TypesOf<Base>["constants"],
  C
>;

/** A protocol to which a variant has added variables, constants or actions; it names the type of its base. */
export interface Extended<
  Base extends AnyTypedSpec,
  S extends Additions,
  C extends Constants,
  Added extends Readonly<Record<string, readonly [choices: readonly unknown[], process: string]>>,
> extends TypedSpec<
    TypesOf<Base>["actions"] & {
      readonly [name in keyof Added]: TypedAction<
        StateIn<Base, S>,
        DraftIn<Base, S>,
        [...Added[name][0], ConstantsIn<Base, C>],
        Added[name][1]
      >;
    },
    StateIn<Base, S>,
    DraftIn<Base, S>,
    ConstantsIn<Base, C>
  > {}

export interface ActionDefinition<State, Draft, Arguments extends readonly unknown[], F> {
  /** What one step chooses among: an index set, a domain, or a list of these. */
  readonly forAny?: F;
  /** When the step is possible; always, if left out. Reads only what its actor can see. */
  readonly when?: (state: State, ...rest: Arguments) => boolean;
  /** What it changes; what the draft does not touch stays. */
  readonly effect: (draft: Draft, ...rest: Arguments) => void;
  /** Whether the step happens in the end if it stays possible (weak) or keeps becoming so (strong). */
  readonly fairness?: Fairness;
  /** The function of the real system. */
  readonly source?: string;
}

/** From which constants on a claim must have something to say, or be seen; of several records one will do. */
export interface SeenFrom<Values> {
  readonly seenFrom?: Partial<Values> | readonly Partial<Values>[];
}

/** A predicate, or one for each choice, with the condition under which it says something. */
export type Claim<Arguments extends readonly unknown[], F, Rest = unknown> =
  | ((...all: Arguments) => boolean)
  | (ClaimForEach<Arguments, F> & Rest);
export interface ClaimForEach<Arguments extends readonly unknown[], F> {
  readonly forAny?: F;
  /** Where the claim says anything; if that never happens it is reported as vacuous. */
  readonly when?: (...all: Arguments) => boolean;
  readonly holds: (...all: Arguments) => boolean;
  /** The reason printed under a violation; if left out, the values that the claim read. */
  readonly explain?: (...all: Arguments) => string;
}
