/**
 * A formula of linear time, as data. It is true or false of a moment of a behaviour, which takes steps that
 * change something or, from some moment on, stutters for ever: then no step is taken, and the next moment
 * is in the same state. Atoms of states and atoms of steps are numbered by the caller, each kind by itself.
 */
export type Formula =
  | { readonly kind: "true" }
  /** The atom is true of the state. */
  | { readonly kind: "now"; readonly atom: number }
  /** A step is taken from here, and the atom is true of it. */
  | { readonly kind: "taken"; readonly atom: number }
  | { readonly kind: "not" | "next" | "always" | "eventually"; readonly of: Formula }
  | {
      readonly kind: "and" | "or" | "implies" | "until" | "weak until";
      readonly left: Formula;
      readonly right: Formula;
    };

/** The error of a formula for which there would have to be too large an automaton. */
export class TooLarge extends RangeError {}

/** What the atoms of a formula are true of. */
export interface Truths {
  readonly now: (atom: number, state: number) => boolean;
  readonly taken: (atom: number, label: number) => boolean;
}

/** The negation of a formula. */
export const not = (of: Formula): Formula => ({ kind: "not", of });
