import type { Digits } from "./layout.ts";

/**
 * Writes digits with as few bits as their radices need, so that a state is a short string. Two lists of
 * digits have the same key exactly if they are the same: nothing is hashed.
 */
export interface Packing {
  /** Bits of a packed state, padding left out. */
  readonly bits: number;
  /** The digits as a string of 16-bit units. Every digit must be below its radix. */
  pack(digits: Digits): string;
  unpack(key: string): Digits;
}

const unitBits = 16;

/** The packing of slots of the given radices, each from 1 to 65,536. */
export function packingOf(radices: readonly number[]): Packing {
  const slots = radices.length;
  const units = new Int32Array(slots);
  const shifts = new Int32Array(slots);
  const masks = new Int32Array(slots);
  let unit = 0;
  let used = 0;
  let bits = 0;
  radices.forEach((radix, slot) => {
    const width = radix === 1 ? 0 : 32 - Math.clz32(radix - 1);
    if (used + width > unitBits) {
      unit++;
      used = 0;
    }
    units[slot] = unit;
    shifts[slot] = used;
    masks[slot] = 2 ** width - 1;
    used += width;
    bits += width;
  });
  const packed = new Uint16Array(unit + 1);

  return {
    bits,
    pack: (digits) => {
      packed.fill(0);
      for (let slot = 0; slot < slots; slot++) {
        const at = units[slot] as number;
        packed[at] =
          (packed[at] as number) | ((digits[slot] as number) << (shifts[slot] as number));
      }
      return textOf(packed);
    },
    unpack: (key) => {
      const digits = new Array<number>(slots);
      for (let slot = 0; slot < slots; slot++) {
        const code = key.charCodeAt(units[slot] as number);
        digits[slot] = (code >> (shifts[slot] as number)) & (masks[slot] as number);
      }
      return digits;
    },
  };
}

/** More arguments than this may not fit on the stack. */
const mostArguments = 4096;

function textOf(codes: Uint16Array): string {
  if (codes.length <= mostArguments) return String.fromCharCode(...codes);
  let text = "";
  for (let at = 0; at < codes.length; at += mostArguments) {
    text += String.fromCharCode(...codes.subarray(at, at + mostArguments));
  }
  return text;
}
