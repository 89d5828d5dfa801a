import { builtinModules, createRequire, isBuiltin, syncBuiltinESMExports } from "node:module";
import { guardFunctions } from "../model/index.ts";
import { refuse } from "../spec/index.ts";
import type { Bundle } from "./bundle.ts";

/*
 * The modules that come with Node.js see the clock, the disk, the network, other threads. Their functions
 * are given guards in place, before the file of the user's that imports them is loaded, so that what it
 * imports are the guards. Only those that it imports, for they take long to load.
 */

/** Modules that only compute, and those of the language's own kind. */
const harmless = [
  "assert",
  "buffer",
  "console",
  "constants",
  "diagnostics_channel",
  "events",
  "path",
  "punycode",
  "querystring",
  "stream",
  "string_decoder",
  "sys",
  "url",
  "util",
  "zlib",
];

/** What others have that only computes. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  crypto: ["createHash", "createHmac", "hash", "timingSafeEqual", "getHashes", "Hash", "Hmac"],
};

const isHarmless = (name: string): boolean => harmless.includes(name.split("/")[0] ?? name);

/** All that have to be guarded and are there in every thread, without a warning that they may change. */
const all = (): readonly string[] =>
  builtinModules.filter(
    (name) =>
      !name.startsWith("_") && !isHarmless(name) && !["trace_events", "wasi"].includes(name),
  );

/** Guards the modules of Node.js that a bundle can come to use while it runs. */
export function guardBuiltins({ builtins }: Pick<Bundle, "builtins">): void {
  const require = createRequire(import.meta.url);
  const guard = (name: string): object => {
    const plain = name.replace(/^node:/, "");
    const module = require(plain) as object;
    if (!isHarmless(plain)) guardFunctions(module, plain, allowed[plain]);
    return module;
  };
  for (const name of builtins === "any" ? all() : builtins) guard(name);
  syncBuiltinESMExports();
  Reflect.set(process, "getBuiltinModule", (name: string): object | undefined => {
    refuse("process.getBuiltinModule()");
    return isBuiltin(name) ? guard(name) : undefined;
  });
}

/** The stack of an error says which engine calls a function: it may be read when the function has ended. */
export function guardStacks(): void {
  const prepare: typeof Error.prepareStackTrace = (error, calls) => {
    refuse("the stack of an error");
    return [nameOf(error), ...calls.map(String)].join("\n    at ");
  };
  // A library may set its own; it is not asked.
  Object.defineProperty(Error, "prepareStackTrace", { get: () => prepare, set: () => {} });
}

function nameOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "Error";
  }
}
