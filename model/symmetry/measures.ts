import { type Constants, type IndexSet, type Shape, sizeOf } from "../../spec/index.ts";

/** What there is to know of shapes before any state is seen. */
export interface Measures {
  readonly sizeOfSet: (set: IndexSet) => number;
  /** How many values a sequence has at most. */
  readonly placesIn: (shape: Shape & { kind: "sequence" }) => number;
  /** How many slots a value takes, as the layout has it. */
  readonly slotsOf: (shape: Shape) => number;
  readonly isExchanged: (set: IndexSet) => boolean;
  /** Whether a value has nothing to do with elements that are exchanged. */
  readonly isStill: (shape: Shape) => boolean;
  /** Of an empty set there is nothing to choose: the variable is "none" for good, in one slot. */
  readonly isAlwaysNone: (shape: Shape) => boolean;
}

/** `sizes` are those of `sets`, in their order. */
export function measuresOf(
  sets: readonly IndexSet[],
  sizes: readonly number[],
  constants: Constants,
): Measures {
  const sizeOfSet = (set: IndexSet): number => sizes[sets.indexOf(set)] as number;
  const isExchanged = (set: IndexSet): boolean => set.exchange.kind !== "ordered";
  const placesIn = (shape: Shape & { kind: "sequence" }): number =>
    sizeOf(shape.max, constants, "a sequence");
  const isAlwaysNone = (shape: Shape): boolean =>
    shape.kind === "optional" && shape.of.kind === "index" && sizeOfSet(shape.of.set) === 0;

  function slotsOf(shape: Shape): number {
    if (shape.kind === "each") return sizeOfSet(shape.set) * slotsOf(shape.of);
    if (shape.kind === "subset") return sizeOfSet(shape.set);
    if (shape.kind === "sequence") return 1 + placesIn(shape) * slotsOf(shape.of);
    if (shape.kind === "optional") return isAlwaysNone(shape) ? 1 : 1 + slotsOf(shape.of);
    if (shape.kind === "record")
      return Object.values(shape.fields).reduce((sum, field) => sum + slotsOf(field), 0);
    return 1;
  }

  function isStill(shape: Shape): boolean {
    if ("set" in shape && isExchanged(shape.set)) return false;
    if (shape.kind === "record") return Object.values(shape.fields).every(isStill);
    return !("of" in shape) || isStill(shape.of);
  }

  return { sizeOfSet, placesIn, slotsOf, isExchanged, isStill, isAlwaysNone };
}
