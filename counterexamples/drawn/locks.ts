import type { Story } from "../story.ts";

/** What a step has to do with a lock that its actor holds. */
export type LockMark = "taken" | "held" | "released";

/** A variable is a lock if its name says so, as `zoneLock` does. */
const isLock = (variable: string): boolean => /^lock$|Lock$/.test(variable);

/**
 * The steps that are taken under a lock, by their numbers: a lock is held by whose step takes it from the value that it
 * has in the initial state, until it has that value again. A lock that is held in the initial state is nobody's.
 */
export function locksOf({
  initial,
  rows,
}: Pick<Story, "initial" | "rows">): ReadonlyMap<number, LockMark> {
  const open = new Map(
    initial.values.filter(({ variable }) => isLock(variable)).map(({ path, text }) => [path, text]),
  );
  const holders = new Map<string, string>();
  const marks = new Map<number, LockMark>();
  for (const { number, actor, changes } of rows) {
    const wasHolding = [...holders.values()].includes(actor);
    for (const { path, new: text } of changes) {
      if (!open.has(path)) continue;
      if (text === open.get(path)) holders.delete(path);
      else if (!holders.has(path)) holders.set(path, actor);
    }
    const isHolding = [...holders.values()].includes(actor);
    if (isHolding) marks.set(number, wasHolding ? "held" : "taken");
    else if (wasHolding) marks.set(number, "released");
  }
  return marks;
}
