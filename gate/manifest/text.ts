import type * as z from "zod";
import { printableJson } from "../../spec/index.ts";
import { type Manifest, manifest, schemaVersion } from "./schema.ts";

/** A text is no manifest; the message says what is wrong with it, and where. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
}

/** What a manifest is called, unless it is said otherwise. */
export const manifestName = "hintproof.gate.json";

/** Where editors find what a manifest is, as seen from the folder in which the package is installed. */
export const schemaPlace = "./node_modules/hintproof/gate/manifest.schema.json";

export const emptyManifest: Manifest = { $schema: schemaPlace, schemaVersion, protocols: [] };

/** The manifest that a text is. Throws `ManifestError`. */
export function manifestIn(text: string): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new ManifestError(`it is no JSON: ${syntaxText(text, error as Error)}.`, {
      cause: error,
    });
  }
  const version: unknown = Object(content).schemaVersion;
  if (typeof version === "number" && version > schemaVersion) {
    throw new ManifestError(
      `it is of version ${version}, and this hintproof knows ${schemaVersion}; a later one wrote it.`,
    );
  }
  const read = manifest.safeParse(content);
  if (!read.success) throw new ManifestError(`${issueText(read.error.issues[0])}.`);
  return read.data as Manifest;
}

/** A manifest as it is written. */
export const manifestText = (content: Manifest): string =>
  `${printableJson(JSON.stringify(content, null, 2))}\n`;

/** Where a text is no JSON, by line and column: engines say only how many characters come before. */
function syntaxText(text: string, { message }: Error): string {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  if (position === undefined) return message;
  const before = text.slice(0, Number(position)).split("\n");
  const where = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
  return `${message.replace(/ in JSON at position.*$/s, "")} (${where})`;
}

function issueText(issue: z.core.$ZodIssue | undefined): string {
  const path = (issue?.path ?? [])
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
  const what = issue?.message ?? "it is not one";
  return path === "" ? what : `${path}: ${what}`;
}
