/** A protocol file of the user's and what it imports by a path, as one module of JavaScript. */
export interface Bundle {
  /** Absolute. */
  readonly file: string;
  readonly code: string;
  /** The source map, as JSON. */
  readonly map: string;
  /** What esbuild warns of, as printed. */
  readonly warnings: string;
  /** Whether it imports anything of hintproof: without, it is no protocol. */
  readonly isOfHintproof: boolean;
  /** The modules of Node.js that it imports; it may be any where that cannot be told. */
  readonly builtins: readonly string[] | "any";
}
