import { type AnyDomain, shapeOf } from "./domain.ts";
import type { Choices } from "./spec.ts";
import { SpecError } from "./spec-error.ts";

/** Each is an argument, and is gone through inside the one before. */
const mostChoices = 32;

/** What `forAny` comes to. Throws `SpecError` for what is neither a domain nor an index set, nor a list of these. */
export function choicesOf(forAny: unknown): Choices {
  if (forAny === undefined) return [];
  const choices = (Array.isArray(forAny) ? [...(forAny as unknown[])] : [forAny]) as AnyDomain[];
  if (choices.length > mostChoices) {
    throw new SpecError(
      `forAny chooses among ${choices.length} domains at once; there may be ${mostChoices}.`,
    );
  }
  for (const choice of choices) shapeOf(choice);
  return choices;
}

/** The condition that is left out. */
export const always = (): boolean => true;
