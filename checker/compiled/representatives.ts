import {
  entryBytesOf,
  type Forms,
  formsOf,
  formsPay,
  type Model,
  type ModuleOptions,
} from "../../model/index.ts";
import type { WholeHead } from "./head.ts";

export interface RepresentativesOptions extends ModuleOptions {
  readonly model: Model;
  readonly head: WholeHead;
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
}

/**
 * The states that stand for others where symmetry is reduced, in the memory of a search: found by JavaScript, and when
 * that was asked for often enough, by code. Where code finds out that it takes a search, JavaScript does it still.
 */
export class Representatives {
  readonly #options: RepresentativesOptions;
  readonly #words: Uint32Array;
  readonly #entryBytes: number;
  #forms: Forms | undefined;
  /** So many were asked for. */
  #asked = 0;
  #isCompiled = false;

  constructor(options: RepresentativesOptions) {
    this.#options = options;
    this.#words = new Uint32Array(options.memory.buffer);
    this.#entryBytes = entryBytesOf(options.model);
  }

  /** Replaces the successors from one address up to another. */
  replace(from: number, to: number): void {
    const { packing, symmetry } = this.#options.model;
    this.#count((to - from) / this.#entryBytes);
    for (let at = from; ; at += this.#entryBytes) {
      if (this.#forms !== undefined) at = this.#forms.replace(at, to);
      if (at >= to) return;
      const digits = packing.read(this.#words, at >>> 2);
      packing.write(symmetry.canonical(digits), this.#words, at >>> 2);
    }
  }

  /** How many states there are in the orbit of the one at an address. */
  orbitOf(address: number): bigint {
    const { packing, symmetry } = this.#options.model;
    this.#count(1);
    const exchanges = this.#forms?.exchanges(address) ?? 0n;
    if (exchanges > 0n) return symmetry.order / exchanges;
    return symmetry.orbitOf(packing.read(this.#words, address >>> 2));
  }

  #count(more: number): void {
    if (this.#isCompiled) return;
    this.#asked += more;
    if (!formsPay(this.#asked)) return;
    this.#isCompiled = true;
    const { model, head, memory, table, isShared, maximumPages } = this.#options;
    this.#forms = formsOf(model.symmetry.grounds, model.packing, {
      memory,
      table,
      options: { isShared, maximumPages },
      at: head.forms,
      bytes: head.formsBytes,
      entryBytes: this.#entryBytes,
    });
  }
}
