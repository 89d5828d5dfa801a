import type { Fairness } from "./spec.ts";
import { SpecError } from "./spec-error.ts";
import { closest } from "./words.ts";

/*
 * A protocol file is run without a look at its types, and a key that nobody reads is a claim that
 * nobody checks: what the language does not know it refuses.
 */

/** Throws `SpecError` for a key of `given` that is not known; `what` says what the keys are. */
export function refuseUnknown(
  where: string,
  what: string,
  given: object,
  known: readonly string[],
): void {
  if (typeof given !== "object" || given === null) {
    throw new SpecError(`${where} is ${String(given)}, not a record.`);
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new SpecError(`${where}: there is no ${what} ${name}${suggestion(name, known)}`);
  }
}

/** Throws `SpecError` unless each of the named parts is there and of the kind that `typeof` says. */
export function demand(
  where: string,
  given: object,
  kinds: Readonly<Record<string, "function" | "object" | "string">>,
): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const value: unknown = Reflect.get(given, name);
    if (typeof value === kind && value !== null) continue;
    const article = kind === "object" ? "a record" : `a ${kind}`;
    throw new SpecError(
      value === undefined
        ? `${where} has no "${name}".`
        : `${where}: "${name}" must be ${article}, and is a ${typeof value}.`,
    );
  }
}

/** Throws `SpecError` for a part that is there and is not a function. */
export function mayBeFunctions(where: string, given: object, names: readonly string[]): void {
  for (const name of names) {
    const value: unknown = Reflect.get(given, name);
    if (value === undefined || typeof value === "function") continue;
    throw new SpecError(`${where}: "${name}" must be a function, and is a ${typeof value}.`);
  }
}

/** Throws `SpecError` for a constant that is neither a number nor a switch. */
export function checkConstants(where: string, constants: object): void {
  for (const [name, value] of Object.entries(constants)) {
    if (typeof value === "boolean" || Number.isSafeInteger(value)) continue;
    const shown = typeof value === "string" ? `"${value}"` : String(value);
    throw new SpecError(
      `${where}: the constant ${name} is ${shown}; it must be a whole number, true or false.`,
    );
  }
}

const fairnesses: readonly Fairness[] = ["none", "weak", "strong"];

/** Throws `SpecError` for a fairness that is none; `subject` says whose it is. */
export function checkFairness(subject: string, fairness: Fairness | undefined): void {
  if (fairness === undefined || fairnesses.includes(fairness)) return;
  throw new SpecError(`${subject} is one of ${fairnesses.join(", ")}.`);
}

/** Whether a name can be typed on the command line as it is. */
export const isKebabCase = (name: string): boolean => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);

/** What is judged of every protocol, beside the properties that it lists. */
export const isJudgedAnyway = (property: string): boolean =>
  property === "deadlockFreedom" || property === "assertions";

/** Throws `SpecError` for a property by a name that is taken. */
export function refuseJudgedAnyway(where: string, property: string): void {
  if (!isJudgedAnyway(property)) return;
  throw new SpecError(
    `${where}: ${property} is judged of every protocol; no property may be called so.`,
  );
}

/** Whether something is a record: neither a list nor a function nor null. */
export function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** "; did you mean x?" where a known name is close, otherwise a list of the names there are. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  if (near !== undefined) return `; did you mean ${near}?`;
  return known.length === 0 ? "." : `. There are: ${known.join(", ")}.`;
}
