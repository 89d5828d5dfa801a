import {
  allFunctionsOf,
  functionsOfInitial,
  type Model,
  type SpecFunction,
} from "../model/index.ts";
import { SpecError } from "../spec/index.ts";

/** What an answer rests on beside the search itself. */
export interface Grounds {
  /** Of a search that explored orbits. */
  readonly symmetry?: SymmetryGrounds;
  /** What functions of the spec keep from one call to the next; a second search came to the same. */
  readonly memories?: readonly string[];
}

/** Why orbits may stand for all their states. */
export interface SymmetryGrounds {
  /**
   * "proved": no function of the spec can tell elements apart. "confirmed": a search of all states came to the
   * same. "declared": neither, because it was to be trusted or because the search itself did not come to an end.
   */
  readonly kind: "proved" | "confirmed" | "declared";
  /** Where it could not be proved, and why, a line each. */
  readonly doubts: readonly string[];
}

/** The functions that a search runs which judges these properties, or all. */
function functionsAsked(
  { spec }: Model,
  properties: readonly string[] | undefined,
): readonly SpecFunction[] {
  return allFunctionsOf(spec).filter(
    ({ property }) => property === undefined || (properties?.includes(property) ?? true),
  );
}

/** Where the functions that a search runs may tell elements of an exchangeable set apart, a line each. */
export const doubtsOf = (
  model: Model,
  properties: readonly string[] | undefined,
): readonly string[] =>
  functionsAsked(model, properties).flatMap((its) => {
    const { unproved, observed } = model.proofs.of(its);
    const all = unproved === undefined ? observed : [unproved];
    return all.map((why) => `${its.name}: ${why}`);
  });

/**
 * Throws `SpecError` where a function asks whether parts of the state are the same object: they are values, and
 * what it would be told has nothing to do with the protocol.
 */
export function refuseIdentity(model: Model, properties: readonly string[] | undefined): void {
  for (const its of [...functionsOfInitial(model.spec), ...functionsAsked(model, properties)]) {
    const { identity } = model.proofs.of(its);
    if (identity === undefined) continue;
    throw new SpecError(
      `${model.spec.name}: ${its.name}: ${identity}; the state has only values in it: compare what is in them.`,
    );
  }
}

/** What the functions that a search runs keep from one call to the next, or may keep, a line each. */
export const memoriesOf = (
  model: Model,
  properties: readonly string[] | undefined,
): readonly string[] =>
  [...functionsOfInitial(model.spec), ...functionsAsked(model, properties)].flatMap((its) => {
    const { memories, unproved } = model.proofs.of(its);
    const isUnknown = memories.length === 0 && unproved !== undefined;
    const all = isUnknown ? [`may keep something: ${unproved}`] : memories;
    return all.map((what) => `${its.name} ${what}`);
  });
