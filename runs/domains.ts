import type { Model } from "../model/index.ts";
import type { DomainSize } from "./answer.ts";

/** How many values each variable of an instance can have, as its layout has them: no more of a state is possible. */
export function domainsOf({ layout }: Model): readonly DomainSize[] {
  const { parts } = layout.root;
  if (parts.kind !== "record") throw new Error("A state is no record.");
  return [...parts.fields].map(([variable, { offset, of }]) => {
    const radices = layout.radices.slice(offset, offset + of.slots);
    const bits = radices.reduce((sum, radix) => sum + Math.log2(radix), 0);
    return { variable, bits };
  });
}
