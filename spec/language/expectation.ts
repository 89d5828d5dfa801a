import { mistake } from "./mistakes.ts";
import { isJudgedAnyway, refuseUnknown, suggestion } from "./refuse.ts";
import type { Expectation, Spec } from "./spec.ts";
import { SpecError } from "./spec-error.ts";

/** What an author expects of a protocol, or of a variant: that it holds, or the properties that it breaks. */
export type Expected = "holds" | { readonly breaks: readonly [string, ...string[]] };

/** What `expects` comes to; says of each property that there is not. Throws `SpecError` for what says nothing. */
export function expectationOf(
  where: string,
  expects: "holds" | { readonly breaks: readonly string[] },
  properties: Spec["properties"],
): Expectation {
  if (expects === "holds") return { kind: "holds" };
  if (
    typeof expects !== "object" ||
    !Array.isArray(expects?.breaks) ||
    expects.breaks.length === 0
  ) {
    throw new SpecError(
      `${where}: "expects" must say "holds", or { breaks: [...] } with the properties that it breaks.`,
    );
  }
  refuseUnknown(where, "part of expects", expects, ["breaks"]);
  for (const name of expects.breaks) {
    if (!isJudgedAnyway(name) && !Object.hasOwn(properties, name)) {
      mistake(`${where}: no property ${name} to break${suggestion(name, Object.keys(properties))}`);
    }
  }
  return { kind: "breaks", properties: expects.breaks };
}
