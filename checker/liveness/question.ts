import type { Bits } from "./bits.ts";
import type { Graph } from "./graph.ts";

/**
 * An obligation on the steps with these labels. Weak: if one of them is possible for ever, one is taken
 * again and again; strong: if one of them is possible again and again.
 */
export interface Obligation {
  readonly name: string;
  readonly kind: "weak" | "strong";
  readonly labels: ReadonlySet<number>;
}

/**
 * Which behaviours are looked for. A behaviour takes steps, or stutters: in any state it may stay for
 * ever. Only a step that changes something is possible or taken in the sense of an obligation.
 */
export interface Question {
  readonly graph: Graph;
  readonly fairness: readonly Obligation[];
  /** The behaviour goes through such a state (undefined: any) ... */
  readonly from?: Bits;
  /** ... and from there on stays in these for ever (undefined: all). */
  readonly stay?: Bits;
  /** It visits each of these sets again and again. */
  readonly again?: readonly Bits[];
  /** Again and again it visits a set, or takes a step with one of some labels. */
  readonly acts?: { readonly at: Bits; readonly by: ReadonlySet<number> };
  /** From some moment on it takes steps of these only; they stand where they stand in the graph (undefined: all). */
  readonly loops?: Graph;
  /** It stutters in these states only (undefined: in any). */
  readonly stutter?: Bits;
  /** The graph is a part of a product, and its states stand for those of another (undefined: for themselves). */
  readonly origin?: Origin;
}

/** What is possible in a state is what is possible in the state that it stands for. */
export interface Origin {
  readonly graph: Graph;
  /** For each state of the product the one that it stands for. */
  readonly of: Uint32Array;
}
