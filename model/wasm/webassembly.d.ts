/** As much of the JavaScript interface of WebAssembly as is used here; Node's own types leave it out. */
declare namespace WebAssembly {
  /** Functions, memories and tables by their names; what a browser calls so. */
  type ModuleImports = Readonly<Record<string, unknown>>;
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    /** In pages of 64 KiB; answers how many there were. Throws `RangeError` if there is no room. */
    grow(pages: number): number;
  }
  class Table {
    constructor(descriptor: { initial: number; element: "anyfunc" });
    get(index: number): unknown;
    set(index: number, value: unknown): void;
    /** Answers how many places there were. */
    grow(places: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: { readonly env: object });
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
