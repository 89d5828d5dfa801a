import type { IndexSet, Shape } from "../../spec/index.ts";
import type { Digits } from "../layout.ts";
import { mix, mixed } from "../mix.ts";
import type { Measures } from "./measures.ts";
import { type Numbering, startsOf } from "./numbering.ts";

/** The colour of a value, as it stands at an offset; adds to the sums what it says of elements. */
export type Colouring = (digits: Digits, at: number, context: number) => number;

/**
 * Colours values, given the colours of the elements in `seen`; what a value says of an element is handed
 * to `add`. Both the colour and what is added are the same for values that differ by an exchange of
 * elements of equal colour.
 */
export function colouringsOf(
  sets: readonly IndexSet[],
  { first }: Numbering,
  { isAlwaysNone, sizeOfSet, slotsOf }: Measures,
  seen: Int32Array,
  add: (element: number, what: number) => void,
): (shape: Shape) => Colouring {
  function colouringOf(shape: Shape): Colouring {
    if (isAlwaysNone(shape)) return (digits, at) => digits[at] as number;
    if (shape.kind === "each" || shape.kind === "subset" || shape.kind === "index") {
      const start = first[sets.indexOf(shape.set)] as number;
      const isKnown = start < 0;
      const size = sizeOfSet(shape.set);
      // The elements of ordered sets are in no tree: each has a colour of its own for good.
      const colours = isKnown ? Int32Array.from({ length: size }, (_, e) => mix(e, 37)) : seen;
      const base = isKnown ? 0 : start;
      if (shape.kind === "index") {
        return (digits, at, context) => {
          const element = base + (digits[at] as number);
          if (!isKnown) add(element, mix(context, 3));
          return colours[element] as number;
        };
      }
      if (shape.kind === "subset") {
        return (digits, at, context) => {
          let total = 0;
          for (let element = 0; element < size; element++) {
            if (digits[at + element] !== 1) continue;
            if (!isKnown) add(base + element, mix(context, 13));
            total = (total + mixed(colours[base + element] as number, 1, 13)) | 0;
          }
          return total;
        };
      }
      const of = colouringOf(shape.of);
      const slots = slotsOf(shape.of);
      return (digits, at, context) => {
        let total = 0;
        for (let element = 0; element < size; element++) {
          const colour = colours[base + element] as number;
          const value = of(digits, at + element * slots, mix(context, colour));
          if (!isKnown) add(base + element, mix(context, value));
          total = (total + mixed(colour, value, 5)) | 0;
        }
        return total;
      };
    }
    if (shape.kind === "record") {
      const fields = Object.values(shape.fields).map(colouringOf);
      const offsets = startsOf(Object.values(shape.fields).map(slotsOf));
      return (digits, at, context) => {
        let total = 0;
        for (let position = 0; position < fields.length; position++) {
          const value = (fields[position] as Colouring)(
            digits,
            at + (offsets[position] as number),
            mixed(context, position, 7),
          );
          total = mixed(total, position, value);
        }
        return total;
      };
    }
    if (shape.kind === "sequence") {
      const of = colouringOf(shape.of);
      const slots = slotsOf(shape.of);
      return (digits, at, context) => {
        const length = digits[at] as number;
        let total = length;
        for (let position = 0; position < length; position++) {
          const value = of(digits, at + 1 + position * slots, mixed(context, position, 11));
          total = mixed(total, position, value);
        }
        return total;
      };
    }
    if (shape.kind === "optional") {
      const of = colouringOf(shape.of);
      return (digits, at, context) =>
        digits[at] === 0 ? 17 : mix(19, of(digits, at + 1, mix(context, 19)));
    }
    return (digits, at) => digits[at] as number;
  }

  return colouringOf;
}
