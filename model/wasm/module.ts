import { Bytes, type ByteList, sized, unsigned } from "./bytes.ts";
import { Code, type Signature } from "./code.ts";

/** The memory that a module imports as `env.memory`. */
export interface ModuleOptions {
  /** The largest size of the memory in pages of 64 KiB; the memory is shared between threads if `isShared`. */
  readonly maximumPages: number;
  readonly isShared: boolean;
}

/**
 * A module under construction, from imports and functions, in this order: functions are numbered imports first. It
 * imports `env.memory` and `env.table`. Section numbers are those of the WebAssembly core specification 2.0, chapter 5.
 */
export class ModuleBuilder {
  readonly #options: ModuleOptions;
  readonly #types: string[] = [];
  readonly #typeBytes: number[][] = [];
  readonly #imports: { readonly name: string; readonly type: number }[] = [];
  readonly #functions: { readonly type: number; code: Code | undefined }[] = [];
  readonly #exports: { readonly name: string; readonly callee: number }[] = [];

  constructor(options: ModuleOptions) {
    this.#options = options;
  }

  /** The number of a signature, for indirect calls. */
  type({ parameters, results }: Signature): number {
    const bytes = [
      0x60,
      ...unsigned(parameters.length),
      ...parameters,
      ...unsigned(results.length),
      ...results,
    ];
    const key = bytes.join();
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    this.#typeBytes.push(bytes);
    return this.#types.push(key) - 1;
  }

  /** A function of the host, `env.name`; its number. All imports come before the first function. */
  import(name: string, signature: Signature): number {
    return this.#imports.push({ name, type: this.type(signature) }) - 1;
  }

  /** A function; `write` is called at once with its code. Its number. */
  function(signature: Signature, write: (code: Code) => void, exportedAs?: string): number {
    const type = this.type(signature);
    const code = new Code(signature);
    const callee = this.#imports.length + this.#functions.push({ type, code }) - 1;
    if (exportedAs !== undefined) this.#exports.push({ name: exportedAs, callee });
    write(code);
    return callee;
  }

  /** The number of the function that comes next, for one that calls itself. */
  get next(): number {
    return this.#imports.length + this.#functions.length;
  }

  build(): Uint8Array<ArrayBuffer> {
    const { maximumPages, isShared } = this.#options;
    const memory = [
      ...text("env"),
      ...text("memory"),
      0x02,
      isShared ? 0x03 : 0x01,
      ...unsigned(0),
      ...unsigned(maximumPages),
    ];
    const table = [...text("env"), ...text("table"), 0x01, 0x70, 0x00, ...unsigned(0)];
    const imports = this.#imports.map(({ name, type }) => [
      ...text("env"),
      ...text(name),
      0x00,
      ...unsigned(type),
    ]);
    const parts = [
      section(1, this.#typeBytes),
      section(2, [...imports, memory, table]),
      section(
        3,
        this.#functions.map(({ type }) => unsigned(type)),
      ),
      section(
        7,
        this.#exports.map(({ name, callee }) => [...text(name), 0x00, ...unsigned(callee)]),
      ),
      section(
        10,
        this.#functions.map(({ code }) => (code as Code).body()),
      ),
    ];
    const all = new Bytes();
    all.push(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
    for (const part of parts) all.append(part);
    return all.all();
  }
}

function section(id: number, items: readonly ByteList[]): Uint8Array {
  const all = new Bytes();
  all.push(id);
  all.append(sized([unsigned(items.length), ...items]));
  return all.all();
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
}
