import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";

/** What the language made, with its kind: an object that only looks like it can be anything. */
const kinds = new WeakMap<object, string>();

/** Marks what the language made; it stays as it is. */
export function made<T extends object>(kind: string, one: T): T {
  kinds.set(one, kind);
  return Object.freeze(one);
}

/** The kind of what the language made; undefined for anything else. */
export function kindOf(value: unknown): string | undefined {
  return typeof value === "object" && value !== null ? kinds.get(value) : undefined;
}

/** Domains and formulas that are nested deeper than this are refused: whoever walks them calls itself. */
const deepest = 200;
const depths = new WeakMap<object, number>();

/** Notes how deep something is nested, given its parts. Throws `SpecError` where that is too deep. */
export function nested<T extends object>(what: string, one: T, parts: readonly object[]): T {
  const depth = 1 + parts.reduce((most, part) => Math.max(most, depths.get(part) ?? 0), 0);
  if (depth > deepest) {
    throw new SpecError(`${what} is nested more than ${deepest} deep.`);
  }
  depths.set(one, depth);
  return one;
}

/** Throws `SpecError` unless a value is a record of values by name. */
export function recordOf(where: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new SpecError(`${where} is ${show(value)}, not a record.`);
}
