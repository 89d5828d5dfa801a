import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../runs/told/index.ts";
import { codeExtensions } from "./code-files.ts";
import { packageRoot } from "./package-root.ts";

/** A protocol as it is named on the command line, or a file found where a folder or a pattern is. */
export interface Named {
  /** A shipped protocol, or the path of a file. */
  readonly name: string;
  /** The folder or the pattern; such a file need not be a protocol. */
  readonly foundBy?: string | undefined;
}

/** Whether a name may stand for several files. */
export const isSeveral = (name: string): boolean => isFolder(name) || isPattern(name);

/**
 * What is named, each once: in a folder, every file with code but tests and declarations, whatever is installed
 * there left out. Throws `UsageError` where nothing is found.
 */
export async function named(names: readonly string[]): Promise<readonly Named[]> {
  const found: Named[] = [];
  for (const name of names) {
    if (!isSeveral(name)) {
      found.push({ name });
      continue;
    }
    const files = await filesIn(name);
    if (files.length === 0) {
      throw new UsageError(
        isFolder(name) ? `There is no TypeScript file in ${name}.` : `No file fits ${name}.`,
      );
    }
    found.push(...files.map((file) => ({ name: file, foundBy: name })));
  }
  const once = new Map<string, Named>();
  for (const one of found) {
    const path = join(one.name);
    // What is named by itself is meant, also where a folder has it too.
    if (one.foundBy === undefined || !once.has(path)) once.set(path, one);
  }
  return [...once.values()];
}

async function filesIn(name: string): Promise<readonly string[]> {
  const { glob } = await import("tinyglobby");
  const extensions = codeExtensions.map((extension) => extension.slice(1)).join(",");
  const files = await glob(isFolder(name) ? `**/*.{${extensions}}` : name.replaceAll("\\", "/"), {
    cwd: isFolder(name) ? name : ".",
    ignore: ["**/node_modules", "**/*.d.{ts,mts,cts}", `**/*.test.{${extensions}}`],
    expandDirectories: false,
  });
  return files.toSorted().map((file) => (isFolder(name) ? join(name, file) : file));
}

const isFolder = (name: string): boolean =>
  !isShipped(name) && existsSync(name) && statSync(name).isDirectory();

/** A word that names a shipped protocol does so whatever is in the folder. */
const isShipped = (name: string): boolean =>
  /^[a-z0-9-]+$/.test(name) && existsSync(new URL(`dist/spec/protocols/${name}/`, packageRoot()));

const isPattern = (name: string): boolean => /[*?[\]{}!()]/.test(name) && !existsSync(name);
