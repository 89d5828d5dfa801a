import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "../runs/told/index.ts";
import { packageRoot } from "./package-root.ts";

/** Where counterexamples are kept without being asked for, below the folder that a command is called in. */
export const keptFolder = join(".hintproof", "traces");

/** The known violations of the shipped protocols, in a checkout of the sources. */
const corpus = (): string => fileURLToPath(new URL("counterexamples/corpus/", packageRoot()));

const folders = (): readonly string[] => [keptFolder, corpus()];

/** The file that a word names: itself, a counterexample that was kept, or a known violation. */
export function traceFileNamed(word: string): string {
  const isName = basename(word) === word && !existsSync(word);
  const found = isName
    ? folders()
        .map((folder) => join(folder, `${word}.json`))
        .find((file) => existsSync(file))
    : undefined;
  return found ?? word;
}

/** The shortest word that names a file: it is short enough for a mail. */
export function traceNameOf(file: string): string {
  const name = basename(file, ".json");
  const isNamed = folders().some((folder) => resolve(folder) === resolve(dirname(file)));
  return isNamed && resolve(traceFileNamed(name)) === resolve(file) ? name : file;
}

/** What a counterexample is kept under: the name of its property, and four digits for all else that it is about. */
export function keptName(
  { protocol, variant, constants, unfair }: Report,
  property: { readonly name: string },
): string {
  const about = JSON.stringify([protocol, variant, constants, unfair, property.name]);
  const digest = createHash("sha256").update(about).digest("hex").slice(0, 4);
  return `${property.name.replace(/[^\w-]+/g, "-").slice(0, 40)}-${digest}`;
}
