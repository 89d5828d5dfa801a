import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { inspect, types } from "node:util";
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
  const digest = new SpecDigest(bundle);
  digest.add(spec);
  return digest.hex();
}

class SpecDigest {
  readonly #hash = createHash("sha256");
  readonly #bundle: Bundle | undefined;
  readonly #origins = originsOf();
  /** What was met already, in the order in which it was. */
  readonly #numbers = new Map<unknown, number>();

  constructor(bundle: Bundle | undefined) {
    this.#bundle = bundle;
    this.#hash.update(versionAndBuild());
    if (bundle !== undefined) this.#hash.update(digestOfBundle(bundle));
  }

  hex(): string {
    return this.#hash.digest("hex");
  }

  /** A value, with all that it leads to. */
  add(value: unknown): void {
    if (typeof value === "string") this.#text(`${value.length} ${value}`);
    else if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      this.#text(inspect(value));
    } else this.#object(value);
  }

  #text(text: string): void {
    this.#hash.update(`${text}\n`);
  }

  #object(value: object): void {
    const before = this.#numbers.get(value);
    if (before !== undefined) {
      this.#text(`as ${before}`);
      return;
    }
    this.#numbers.set(value, this.#numbers.size);
    if (typeof value === "function") {
      this.#text(textOf(value as AnyFunction));
      if (this.#isOfBundle(value as AnyFunction)) this.#outside(value as AnyFunction);
    }
    this.#contents(value);
    this.#hidden(value);
    this.#properties(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (!isBuiltin(prototype)) this.add(prototype);
    this.#text("end");
  }

  /** Whether it is a function of the user's file: what that imports from elsewhere is the same where that is. */
  #isOfBundle(its: AnyFunction): boolean {
    return this.#bundle?.code.includes(textOf(its)) === true;
  }

  #outside(its: AnyFunction): void {
    const all = isClass(its) ? this.#origins?.aroundClass(its) : this.#origins?.of(its)?.outside();
    for (const [name, { value }] of all ?? []) {
      this.#hash.update(`outside ${name}: `);
      this.add(value);
    }
  }

  /** What an object of a built-in class holds. */
  #contents(value: object): void {
    if (types.isMap(value) || types.isSet(value)) {
      this.#text(types.isMap(value) ? "map" : "set");
      for (const one of value) this.add(one);
    } else if (ArrayBuffer.isView(value)) {
      this.#hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    } else if (types.isAnyArrayBuffer(value)) this.#hash.update(new Uint8Array(value));
    else if (types.isDate(value)) this.#text(String(value.getTime()));
    else if (types.isRegExp(value)) this.#text(String(value));
    // Nobody can tell where it stands, nor whether it is where another one was.
    else if (types.isGeneratorObject(value)) this.#text(randomUUID());
  }

  /** What only the inspector sees, of what may have that. */
  #hidden(value: object): void {
    const isPlain =
      typeof value === "function"
        ? !isNative(value as AnyFunction) && !isClass(value as AnyFunction)
        : isBuiltin(Object.getPrototypeOf(value)) && !isClosed(value);
    if (isPlain) return;
    for (const [name, one] of this.#origins?.hiddenIn(value) ?? []) {
      this.#hash.update(`hidden ${name}: `);
      this.add(one);
    }
  }

  #properties(value: object): void {
    for (const key of Reflect.ownKeys(value)) {
      this.#hash.update(`${String(key)}: `);
      const its = Object(Object.getOwnPropertyDescriptor(value, key)) as object;
      const [getter, setter] = [Reflect.get(its, "get"), Reflect.get(its, "set")] as unknown[];
      this.add(getter);
      this.add(setter);
      // An accessor may be of this package, and answer what the user has given.
      if (getter === undefined || !isPrototype(value)) this.add(Reflect.get(value, key));
    }
  }
}

/** Whether an object is the prototype of instances, which have what its accessors ask for. */
const isPrototype = (value: object): boolean =>
  Object.hasOwn(value, "constructor") &&
  Reflect.get(Reflect.get(value, "constructor") as object, "prototype") === value;

/** Whether a prototype is JavaScript's own, or there is none. */
const isBuiltin = (prototype: unknown): boolean => {
  if (prototype === null) return true;
  const its: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return (
    typeof its === "function" && isNative(its as AnyFunction) && isPrototype(Object(prototype))
  );
};

const isNative = (its: AnyFunction): boolean => textOf(its).endsWith("{ [native code] }");
const isClass = (its: AnyFunction): boolean => textOf(its).startsWith("class");

/** Whether an object of a built-in class keeps what it holds to itself. */
const isClosed = (value: object): boolean =>
  [
    types.isProxy,
    types.isPromise,
    types.isWeakMap,
    types.isWeakSet,
    types.isMapIterator,
    types.isSetIterator,
    types.isBoxedPrimitive,
  ].some((is) => is(value));

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
