import type { Digits } from "../../layout.ts";
import type { Model } from "../../model.ts";
import type { Packing } from "../../packing.ts";

/**
 * A successor as it stands in memory: its words, then the position of its step and the class of the
 * step, 32 bits each.
 */
const tagBytes = 8;

/** Bytes of a successor with its tag. */
export const entryBytesOf = ({ packing }: Pick<Model, "packing">): number =>
  8 * packing.words + tagBytes;

/** The digits of a state, as long as its words are those. */
interface Read {
  readonly words: Uint32Array;
  digits: Digits | undefined;
}

/** States as they stand in memory, packed, at addresses in bytes. */
export class StatesInMemory {
  /** Bytes of a successor with its tag. */
  readonly entryBytes: number;
  readonly #packing: Packing;
  readonly #memory: Uint32Array;
  readonly #recent: readonly Read[];
  #oldest = 0;

  constructor(model: Model, memory: WebAssembly.Memory) {
    const { packing } = model;
    this.entryBytes = entryBytesOf(model);
    this.#packing = packing;
    this.#memory = new Uint32Array(memory.buffer);
    this.#recent = [0, 1].map(() => ({
      words: new Uint32Array(2 * packing.words),
      digits: undefined,
    }));
  }

  /** States are looked at several times in a row; what stands at an address may have changed since. */
  digitsAt(address: number): Digits {
    const memory = this.#memory;
    const at = address >>> 2;
    for (const { words, digits } of this.#recent) {
      if (digits === undefined) continue;
      let i = 0;
      while (i < words.length && words[i] === memory[at + i]) i++;
      if (i === words.length) return digits;
    }
    const entry = this.#recent[this.#oldest] as Read;
    this.#oldest = 1 - this.#oldest;
    for (let i = 0; i < entry.words.length; i++) entry.words[i] = memory[at + i] as number;
    entry.digits = this.#packing.read(memory, at);
    return entry.digits;
  }

  /** Writes a successor with its tag; the address behind it. */
  put(digits: Digits, position: number, stepClass: number, address: number): number {
    this.#packing.write(digits, this.#memory, address >>> 2);
    const tag = (address >>> 2) + 2 * this.#packing.words;
    this.#memory[tag] = position;
    this.#memory[tag + 1] = stepClass;
    return address + this.entryBytes;
  }
}
