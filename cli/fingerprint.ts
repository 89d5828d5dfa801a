import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { inspect } from "node:util";
import { type AnyFunction, originsOf, textOf } from "../model/index.ts";
import type { Spec } from "../spec/index.ts";
import type { Bundle } from "./bundle.ts";
import { packageRoot, packageVersion } from "./package-root.ts";

/**
 * Of two protocols that are not alike, not the same: a SHA-256 over the text of a spec's functions and all its
 * data, over what hintproof itself is made of, over the user's file with what it imports by a path, and over
 * what its functions see outside of themselves, which may have been read from somewhere when it was loaded.
 */
export function fingerprint(spec: Spec, bundle: Bundle | undefined): string {
  const hash = createHash("sha256");
  hash.update(versionAndBuild());
  if (bundle !== undefined) hash.update(digestOfBundle(bundle));
  const numbers = new Map<object, number>();
  const origins = bundle && originsOf();
  // What the file imports from elsewhere is the same where that is.
  const isOfBundle = (its: unknown): boolean =>
    typeof its === "function" && bundle?.code.includes(textOf(its as AnyFunction)) === true;
  const addMethods = (prototype: object): void => {
    for (const [name, its] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      hash.update(`method ${name}: `);
      for (const one of [its.value as unknown, Reflect.get(its, "get"), Reflect.get(its, "set")])
        add(one);
    }
  };
  const addOutside = (its: AnyFunction): void => {
    for (const [name, { value }] of origins?.of(its)?.outside() ?? []) {
      hash.update(`outside ${name}: `);
      add(value);
    }
  };
  const add = (value: unknown): void => {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      hash.update(`${inspect(value)}\n`);
      return;
    }
    const before = numbers.get(value);
    if (before !== undefined) {
      hash.update(`as ${before}\n`);
      return;
    }
    numbers.set(value, numbers.size);
    if (typeof value === "function") {
      hash.update(`${textOf(value as AnyFunction)}\n`);
      if (isOfBundle(value)) addOutside(value as AnyFunction);
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (isOfBundle(Reflect.get(Object(prototype), "constructor"))) addMethods(Object(prototype));
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

/** The digest of a user's file with what it imports by a path, of which nothing need be run for it. */
export const digestOfBundle = ({ code }: Bundle): string =>
  createHash("sha256").update(withoutPaths(code)).digest("hex");

let known: string | undefined;

/**
 * The version, and a digest of all that was built: what one of them has kept only the same can go on from.
 */
export function versionAndBuild(): string {
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  const dist = new URL("dist/", packageRoot());
  for (const room of ["spec", "bundle"]) {
    const folder = new URL(`${room}/`, dist);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => name.endsWith(".js")).toSorted()) {
      hash.update(`${file}\n`);
      hash.update(readFileSync(new URL(file.replaceAll("\\", "/"), folder)));
    }
  }
  known = `${packageVersion()}+${hash.digest("hex").slice(0, 16)}`;
  return known;
}

/** The comments of the bundler name files as seen from the current directory. */
function withoutPaths(code: string): string {
  return code
    .split("\n")
    .filter((line) => !line.startsWith("// ") || !existsSync(line.slice(3)))
    .join("\n");
}
