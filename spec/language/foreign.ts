import { isStandIn, mistake } from "./mistakes.ts";
import type { Spec } from "./spec.ts";

type Names = Pick<Spec, "constants" | "state">;

const declarations = new WeakMap<object, Names>();

/** Notes with what variables and constants something was declared; it stays as it is. */
export function declaredWith<T extends object>(its: Names, one: T): T {
  declarations.set(one, its);
  return one;
}

/**
 * Says of what a protocol lists that it was declared with others than its variables and constants: it would read what is
 * not there. Of a copy nobody knows.
 */
export function refuseForeign(
  where: string,
  its: Names,
  listed: Readonly<Record<string, unknown>> | undefined,
): void {
  for (const [name, one] of isStandIn(its) ? [] : Object.entries(listed ?? {})) {
    const from = isStandIn(one) ? undefined : declarations.get(Object(one) as object);
    const others = (["state", "constants"] as const).map((kind) =>
      Object.keys(from?.[kind] ?? {}).filter((other) => !Object.hasOwn(its[kind], other)),
    );
    const [variables = [], constants = []] = others;
    if (variables.length === 0 && constants.length === 0) continue;
    const what = variables.length > 0 ? "variables" : "constants";
    const missing = variables.length > 0 ? variables : constants;
    mistake(
      `${where}: ${name} was declared with ${what} that this protocol has not (${missing.join(", ")}): is a part missing ` +
        `in "parts"?`,
    );
  }
}
