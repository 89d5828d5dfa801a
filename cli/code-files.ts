import { readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { closest } from "../spec/index.ts";

/** With a dot. */
export const codeExtensions = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".tsx", ".jsx"];

/** Whether a file is TypeScript (or JavaScript), by its name. */
export const isCode = (name: string): boolean => codeExtensions.includes(extname(name));

/** The file with code that a path was probably meant to name: without its extension, or misspelt. */
export function nearFile(path: string): string | undefined {
  const folder = dirname(path);
  let files: readonly string[];
  try {
    files = readdirSync(folder).filter(isCode);
  } catch {
    return undefined;
  }
  const stem = (file: string): string => (isCode(file) ? basename(file, extname(file)) : file);
  const near = closest(stem(basename(path)), files.map(stem));
  const found = files.find((file) => stem(file) === near);
  return found === undefined ? undefined : join(folder, found);
}
