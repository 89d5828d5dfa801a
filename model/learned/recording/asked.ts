/**
 * What was seen while a recipe (a condition, an effect, a property) ran on one state: the questions that it
 * asked of the state, in order, with their answers, and what came of it. Two states that answer these
 * questions alike have the same outcome: that is all that the learned relation rests on.
 */

/** A value that a decision can come to. */
export type Primitive = string | number | boolean | null | undefined;

/** Where a sequence stands in the digits: its length at `slot`, then `max` places of `width` slots each. */
export interface SequenceAt {
  readonly slot: number;
  readonly max: number;
  readonly width: number;
}

/** A question with its answer. */
export type Asked =
  /** The digit in a slot. */
  | { readonly kind: "digit"; readonly slot: number; readonly answer: number }
  /** Whether a sequence, whose length is in a slot, has more than so many values. */
  | {
      readonly kind: "longer";
      readonly slot: number;
      readonly than: number;
      readonly answer: boolean;
    }
  /** The first place of a value in a sequence of one slot a place; -1 if it is not there. */
  | {
      readonly kind: "place";
      readonly sequence: SequenceAt;
      readonly digit: number;
      readonly answer: number;
    }
  /** What a function came to that was called on one element, by questions of its own. */
  | { readonly kind: "decision"; readonly asked: readonly Asked[]; readonly answer: Primitive }
  /** How many of several such functions came to true. */
  | {
      readonly kind: "count";
      readonly of: readonly { readonly asked: readonly Asked[]; readonly answer: boolean }[];
      readonly answer: number;
    };

/** A change of the state. Changes of different slots may be made in any order, those of one sequence in theirs. */
export type Write =
  | { readonly kind: "set"; readonly slot: number; readonly digit: number }
  /** The digit that another slot has before all writes; both have as many values. */
  | { readonly kind: "copy"; readonly slot: number; readonly from: number }
  /** Only of a slot whose digit was asked for; the sum is a digit of the slot. */
  | { readonly kind: "add"; readonly slot: number; readonly by: number }
  /** At the end of a sequence, which has room for one more. */
  | {
      readonly kind: "append" | "prepend";
      readonly sequence: SequenceAt;
      readonly digits: readonly number[];
    }
  /** The value at a place, which there is; those behind it move up. */
  | { readonly kind: "remove"; readonly sequence: SequenceAt; readonly place: number };

/** What a recipe came to. */
export type Outcome =
  | { readonly kind: "answer"; readonly value: Primitive }
  | { readonly kind: "writes"; readonly writes: readonly Write[] }
  /** It fails the assertion that is listed under this name. */
  | { readonly kind: "assertion"; readonly name: string }
  /** It threw, left a domain, or did something whose effect only the reference semantics can tell. */
  | { readonly kind: "unrecordable"; readonly because: string }
  /** It read what is not declared, wherever it does so. */
  | { readonly kind: "undeclared"; readonly because: string };

/** One run of a recipe. */
export interface Recorded {
  readonly asked: readonly Asked[];
  readonly outcome: Outcome;
}
