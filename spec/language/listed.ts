import type { Action, Property, Spec } from "./spec.ts";

/** What stands in a table of contents or in a variant. */
const listed = new WeakSet<Action | Property>();

/** Notes that a search will see an action or a property. */
export function markListed(one: Action | Property): void {
  listed.add(one);
}

/**
 * What was declared beside a protocol and stands neither in it nor in a variant: nobody checks it. In
 * words, such as "an action of host". To be asked when the whole file is loaded.
 */
export function unlistedIn({ declared }: Spec): readonly string[] {
  return declared
    .filter((one) => !listed.has(one))
    .map((one) => {
      if (one.kind !== "action") return `a property (${one.kind})`;
      return `an action of ${typeof one.actor === "string" ? one.actor : one.actor.name}`;
    });
}
