import { kindOf, made } from "./made.ts";
import { seenFromOf } from "./seen-from.ts";
import type { Action, Property } from "./spec.ts";

/**
 * An action or a property as the language would have made it. Of a copy of an action nobody knows whether it is still
 * taken at the place of the original. Throws `SpecError` for a copy with a part that is none.
 */
export function adopted<T extends Action | Property>(name: string, one: T): T {
  if (kindOf(one) !== undefined) return one;
  if (one.kind === "action") return made(one.kind, { ...one, located: undefined });
  return made(one.kind, { ...one, seenFrom: seenFromOf(name, one.seenFrom) });
}
