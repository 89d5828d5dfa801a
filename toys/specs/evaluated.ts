import * as hintproof from "../../index.ts";
import type { Spec } from "../../spec/index.ts";

/** Where a file that is evaluated finds the words of the language: those of this very process. */
const key = "hintproof, for specs from text";

/**
 * The spec that a file exports, evaluated from its text as a module of its own, each time anew. Its functions
 * stand at the lines and columns at which they are written, but for the import in the first line.
 */
export async function evaluated(text: string): Promise<Spec> {
  Reflect.set(globalThis, key, hintproof);
  const source = text.replace(
    /^import (\{.*?\}) from "hintproof";/,
    (_, names: string) => `const ${names} = globalThis[${JSON.stringify(key)}];`,
  );
  const url = `data:text/javascript,${encodeURIComponent(`${source}\n// ${count++}\n`)}`;
  const module = (await import(/* @vite-ignore */ url)) as { readonly default: Spec };
  return module.default;
}

let count = 0;
