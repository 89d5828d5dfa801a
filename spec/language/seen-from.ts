import { isStandIn, mistake } from "./mistakes.ts";
import { checkConstants, isRecord, suggestion } from "./refuse.ts";
import { show } from "./shown.ts";
import type { Constants } from "./index-set.ts";
import type { Property, Spec } from "./spec.ts";

/*
 * A small instance does not show everything. Where a property says from which constants on it has something to say,
 * nobody is alarmed that it has not below; what it says there all the same counts as anywhere.
 */

/** What `seenFrom` comes to: records of constants, of which one will do. Says of anything else that it is none. */
export function seenFromOf(what: string, given: unknown): readonly Constants[] | undefined {
  if (given === undefined) return undefined;
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const one of all) {
    if (!isRecord(one) || Object.keys(one).length === 0) {
      mistake(
        `${what}: "seenFrom" must be a record of constants, such as { blocks: 2 }, or a list of such records, ` +
          `and has ${show(one)}.`,
      );
      continue;
    }
    checkConstants(`${what}: "seenFrom"`, one);
  }
  if (all.length === 0) {
    mistake(`${what}: "seenFrom" is an empty list; leave it out, or say { blocks: 2 }.`);
  }
  return all.filter(isRecord) as unknown as readonly Constants[];
}

/** Says of each property that it is to be seen from a constant that there is not, or not so. */
export function checkSeenFrom(
  where: string,
  { constants, properties }: Pick<Spec, "constants" | "properties">,
): void {
  for (const [name, property] of Object.entries(properties)) {
    if (isStandIn(property)) continue;
    const { seenFrom = [] } = property;
    for (const [constant, least] of seenFrom.flatMap((one) => Object.entries(one))) {
      if (!Object.hasOwn(constants, constant)) {
        const known = suggestion(constant, Object.keys(constants));
        mistake(
          `${where}: ${name} is seen from ${constant}=${least}, and there is no constant ${constant}${known}`,
        );
        continue;
      }
      if (typeof constants[constant] === typeof least) continue;
      const kind = typeof least === "number" ? "true or false" : "a whole number";
      mistake(`${where}: ${name} is seen from ${constant}=${least}, and ${constant} is ${kind}.`);
    }
  }
}

/** Of a property that need not be seen under these constants: from which it must, each without what is met. */
export function unseenFrom(
  { seenFrom }: Pick<Property, "seenFrom">,
  constants: Constants,
): readonly Constants[] | undefined {
  const missing = seenFrom?.map((one) =>
    Object.fromEntries(
      Object.entries(one).filter(([name, least]) => !reaches(constants[name], least)),
    ),
  );
  return missing?.some((one) => Object.keys(one).length === 0) ? undefined : missing;
}

const reaches = (value: number | boolean | undefined, least: number | boolean): boolean =>
  typeof least === "number" ? Number(value) >= least : value === least;
