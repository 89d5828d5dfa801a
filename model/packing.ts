import type { Digits, Place } from "./layout.ts";

/**
 * Writes digits with as few bits as their radices need, into words of 64 bits. Two lists of digits have
 * the same words exactly if they are the same: nothing is hashed.
 */
export interface Packing {
  /** Bits of a packed state, padding left out. */
  readonly bits: number;
  /** Words of a state, at least one. A state of one word leaves the topmost bit of it clear. */
  readonly words: number;
  /** Where the digit of each slot stands; no slot is in two words. */
  readonly fields: readonly Field[];
  /** The digits as a string of 16-bit units. Every digit must be below its radix. */
  pack(digits: Digits): string;
  unpack(key: string): Digits;
  /** Writes the words of a state into memory at an address, counted in halves of words, low half first. */
  write(digits: Digits, memory: Uint32Array, at: number): void;
  read(memory: Uint32Array, at: number): number[];
}

export interface Field {
  readonly word: number;
  /** How many bits of the word are below. */
  readonly shift: number;
  /** In bits; 0 for a slot of one value. */
  readonly width: number;
}

/** Consecutive slots that should stand in one word, in their order, without gaps. */
export interface Group {
  readonly slot: number;
  readonly slots: number;
}

/** The slots of each sequence in what lies at a slot, its length first. */
export function sequencesIn({ slots, parts }: Place, slot: number): readonly Group[] {
  switch (parts.kind) {
    case "sequence":
      return [{ slot, slots }];
    case "record":
      return [...parts.fields.values()].flatMap(({ offset, of }) => sequencesIn(of, slot + offset));
    case "each":
      return Array.from({ length: parts.size }, (_, i) => i).flatMap((i) =>
        sequencesIn(parts.of, slot + i * parts.of.slots),
      );
    case "optional":
      return sequencesIn(parts.of, slot + 1);
    default:
      return [];
  }
}

const wordBits = 64;

/** The packing of slots of the given radices, each from 1 to 65,536. */
export function packingOf(radices: readonly number[], groups: readonly Group[] = []): Packing {
  const widths = radices.map((radix) => (radix === 1 ? 0 : 32 - Math.clz32(radix - 1)));
  const bits = widths.reduce((sum, width) => sum + width, 0);
  const isOneWord = bits < wordBits;
  const { fields, words } = isOneWord ? inOneWord(widths) : inWords(widths, groups);

  const slots = radices.length;
  const halves = Int32Array.from(fields, ({ word, shift }) => 2 * word + (shift >>> 5));
  const shifts = Int32Array.from(fields, ({ shift }) => shift & 31);
  const masks = Int32Array.from(fields, ({ width }) => 2 ** width - 1);
  /** How many bits of a slot are in the upper half of a word when it begins in the lower. */
  const overhangs = Int32Array.from(fields, ({ shift, width }) =>
    Math.max(0, (shift & 31) + width - 32),
  );
  const packed = new Uint32Array(2 * words);
  // What is left of the last word would only lengthen the key.
  const usedBits = fields.reduce(
    (most, { word, shift, width }) => Math.max(most, word * wordBits + shift + width),
    0,
  );
  const units = new Uint16Array(packed.buffer, 0, Math.max(1, Math.ceil(usedBits / 16)));

  function write(digits: Digits, memory: Uint32Array, at: number): void {
    for (let half = 0; half < 2 * words; half++) memory[at + half] = 0;
    for (let slot = 0; slot < slots; slot++) {
      const half = at + (halves[slot] as number);
      const shift = shifts[slot] as number;
      const digit = digits[slot] as number;
      memory[half] = (memory[half] as number) | (digit << shift);
      if (overhangs[slot] !== 0)
        memory[half + 1] = (memory[half + 1] as number) | (digit >>> (32 - shift));
    }
  }

  function read(memory: Uint32Array, at: number): number[] {
    const digits = new Array<number>(slots);
    for (let slot = 0; slot < slots; slot++) {
      const half = at + (halves[slot] as number);
      const shift = shifts[slot] as number;
      let digit = (memory[half] as number) >>> shift;
      if (overhangs[slot] !== 0) digit |= (memory[half + 1] as number) << (32 - shift);
      digits[slot] = digit & (masks[slot] as number);
    }
    return digits;
  }

  return {
    bits,
    words,
    fields,
    pack: (digits) => {
      write(digits, packed, 0);
      return textOf(units);
    },
    unpack: (key) => {
      packed.fill(0);
      for (let unit = 0; unit < key.length; unit++) units[unit] = key.charCodeAt(unit);
      return read(packed, 0);
    },
    write,
    read,
  };
}

function inOneWord(widths: readonly number[]): { fields: Field[]; words: number } {
  let shift = 0;
  const fields = widths.map((width) => {
    const field = { word: 0, shift, width };
    shift += width;
    return field;
  });
  return { fields, words: 1 };
}

/** Each group, or slot that is in none, goes into the first word that has room for it. */
function inWords(
  widths: readonly number[],
  groups: readonly Group[],
): { fields: Field[]; words: number } {
  const fields = new Array<Field>(widths.length);
  const used: number[] = [];
  const place = (first: number, slots: number, bits: number): void => {
    let word = used.findIndex((taken) => taken + bits <= wordBits);
    if (word < 0) word = used.push(0) - 1;
    for (let slot = first; slot < first + slots; slot++) {
      const width = widths[slot] as number;
      fields[slot] = { word, shift: used[word] as number, width };
      used[word] = (used[word] as number) + width;
    }
  };
  const sizes = new Map(groups.map(({ slot, slots }) => [slot, slots]));
  for (let slot = 0; slot < widths.length; ) {
    const slots = sizes.get(slot) ?? 1;
    const bits = widths.slice(slot, slot + slots).reduce((sum, width) => sum + width, 0);
    if (bits <= wordBits) place(slot, slots, bits);
    else for (let i = 0; i < slots; i++) place(slot + i, 1, widths[slot + i] as number);
    slot += slots;
  }
  return { fields, words: Math.max(2, used.length) };
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
