import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { inspect } from "node:util";
import type { Spec } from "../spec/index.ts";
import type { Bundle } from "./bundle-spec.ts";
import { packageVersion } from "./package-root.ts";

/**
 * Of two protocols that are not written alike, not the same: a SHA-256 over the text of a spec's functions
 * and all its data, over the version of hintproof, and over the user's file with what it imports by a path.
 */
export function fingerprint(spec: Spec, bundle: Bundle | undefined): string {
  const hash = createHash("sha256");
  hash.update(packageVersion());
  if (bundle !== undefined) hash.update(withoutPaths(bundle.code));
  const known = new Map<object, number>();
  const add = (value: unknown): void => {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      hash.update(`${inspect(value)}\n`);
      return;
    }
    const before = known.get(value);
    if (before !== undefined) {
      hash.update(`as ${before}\n`);
      return;
    }
    known.set(value, known.size);
    if (typeof value === "function") hash.update(`${Function.prototype.toString.call(value)}\n`);
    if (value instanceof Map || value instanceof Set) {
      hash.update(`${value.constructor.name}\n`);
      for (const one of value) add(one);
    }
    for (const key of Object.keys(value)) {
      hash.update(`${key}: `);
      add((value as Record<string, unknown>)[key]);
    }
    hash.update("end\n");
  };
  add(spec);
  return hash.digest("hex");
}

/** The comments of the bundler name files as seen from the current directory. */
function withoutPaths(code: string): string {
  return code
    .split("\n")
    .filter((line) => !line.startsWith("// ") || !existsSync(line.slice(3)))
    .join("\n");
}
