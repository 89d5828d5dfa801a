/**
 * What a random spec grows from: numbers that are taken modulo what there is to choose from, wherever the twig
 * comes to stand. So every tree makes a spec, and a tree that is cut makes a smaller one.
 */
export interface Twig {
  /** Which form it takes; 0 is the simplest. */
  readonly form: number;
  /** Which of several values, names or bounds it is about. */
  readonly number: number;
  readonly left?: Twig | undefined;
  readonly right?: Twig | undefined;
}

export interface ActionTree {
  /** 0: "someone"; otherwise another actor, or an index set. */
  readonly actor: number;
  readonly forAny: readonly number[];
  readonly fairness: number;
  readonly when: Twig | undefined;
  readonly changes: readonly Twig[];
  readonly claim: Twig | undefined;
}

export interface PropertyTree {
  readonly kind: number;
  readonly forAny: readonly number[];
  readonly number: number;
  readonly when: Twig | undefined;
  readonly holds: Twig | undefined;
  readonly more: Twig | undefined;
}

export interface SpecTree {
  readonly sets: readonly { readonly kind: number; readonly size: number }[];
  /** Whether its sets are declared to be exchangeable. */
  readonly isSymmetric: boolean;
  /** Whether it may look at what an exchange changes: names, places, the order of elements. */
  readonly looksAtOrder: boolean;
  readonly limit: number;
  readonly variables: readonly Twig[];
  readonly initial: { readonly forAny: readonly number[]; readonly change: Twig } | undefined;
  readonly actions: readonly ActionTree[];
  readonly properties: readonly PropertyTree[];
  readonly isFair: boolean;
  readonly mayEnd: Twig | "nowhere" | "anywhere";
}

/** The domain of a variable of a random spec. */
export type Sort =
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "whole"; readonly min: number; readonly step: number; readonly count: number }
  | { readonly kind: "index"; readonly set: SetName }
  | { readonly kind: "each"; readonly set: SetName; readonly of: Sort }
  | { readonly kind: "record"; readonly x: Sort; readonly y: Sort }
  /** Of kind "a" with x, or of kind "b" with both. */
  | { readonly kind: "message"; readonly x: Sort; readonly y: Sort }
  | { readonly kind: "sequence"; readonly of: Sort; readonly max: number }
  | { readonly kind: "subset"; readonly set: SetName }
  | { readonly kind: "optional"; readonly of: Sort };

export type ListSort = Extract<Sort, { readonly kind: "each" | "sequence" }>;

export interface SetName {
  readonly name: string;
  readonly kind: "ordered" | "interchangeable" | "buddies" | "blocks";
  readonly size: number;
  /** What is ordered of buddies, and of their blocks. */
  readonly ordered?: "halves" | "halves and trees" | undefined;
}
