import type { AnyDomain, NeedsOf, ReadOf } from "./domain.ts";
import type { Constants, Index, IndexSet } from "./index-set.ts";
import type { Action, Fairness, Spec } from "./spec.ts";

/*
 * What an author's functions are typed by: all of it is inferred from the domains of one declaration.
 */

export type Variables = Readonly<Record<string, AnyDomain>>;

/** Constants without the literal types of their defaults. */
export type ValuesOf<C extends Constants> = {
  readonly [name in keyof C]: C[name] extends boolean ? boolean : number;
};

/** Of each variable whose bounds need a constant that is not declared, what is missing. */
export type Needs<V extends Variables, Values> = {
  readonly [name in keyof V]: [NeedsOf<V[name]>] extends [never]
    ? unknown
    : Values extends NeedsOf<V[name]>
      ? unknown
      : { "needs a constant that is not declared": NeedsOf<V[name]> };
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
 * `Place` is where it can lead, if it is a step of a process.
 */
export interface TypedAction<State, Draft, Arguments extends readonly unknown[], Place = never>
  extends Action {
  readonly typed?: {
    when(state: State, ...rest: Arguments): boolean;
    effect(draft: Draft, ...rest: Arguments): void;
    readonly place?: Place;
  };
}

/** A spec with the types of its state and its actions, which a variant needs. */
export interface TypedSpec<Actions, State, Draft, Values> extends Spec {
  readonly typed?: { actions: Actions; state: State; draft: Draft; constants: Values };
}

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
