import { isRecord, kindOfListed } from "./refuse.ts";
import type { Action, Property, Spec } from "./spec.ts";

/** What stands in a table of contents or in a variant. */
const listed = new WeakSet<Action | Property>();

/** Notes that a search will see an action or a property. */
export function markListed(one: Action | Property): void {
  listed.add(one);
}

/** The names under which parts offer what they declare. */
const offeredAs = new WeakMap<object, string>();

/** Notes the names of what a part offers, by itself or in a record. */
export function nameOffered(offered: unknown): void {
  for (const [name, one] of entriesOf(offered)) {
    const isListed = kindOfListed(one) !== undefined;
    for (const [its, each] of isListed ? [[name, one] as const] : entriesOf(one)) {
      if (kindOfListed(each) !== undefined) offeredAs.set(each as object, its);
    }
  }
}

const entriesOf = (one: unknown): readonly (readonly [string, unknown])[] =>
  isRecord(one) ? Object.entries(one) : [];

/**
 * What was declared beside a protocol and stands neither in it nor in a variant: nobody checks it. In
 * words, such as "an action of host", or by the name under which a part offers it. To be asked when the whole file is loaded.
 */
export function unlistedIn({ declared }: Spec): readonly string[] {
  return declared
    .filter((one) => !listed.has(one))
    .map((one) => {
      const name = offeredAs.get(one);
      if (name !== undefined) return `${name} of a part (${one.kind})`;
      if (one.kind !== "action") return `a property (${one.kind})`;
      return `an action of ${typeof one.actor === "string" ? one.actor : one.actor.name}`;
    });
}
