/*
 * How much of what is alike is tested. An ordinary run takes a fair share of each list, so that it ends within
 * minutes; `npm run nightly` takes all of it, with the same assertions.
 */

const isAll = process.env["HINTPROOF_TESTS"] === "all";

/** An ordinary run takes one case where its list asks for so many. */
const sparse = 2;

/** One in so many cases, of each run of so many another one: what recurs in the list is met in all its places. */
export function oneIn<Case>(count: number, cases: readonly Case[]): readonly Case[] {
  if (isAll) return cases;
  const apart = sparse * count;
  return cases.filter((_, at) => at % apart === Math.floor(at / apart) % apart);
}

/** The one in an ordinary run, the other in the nightly list: a number of random cases, say. */
export const few = <Value>(ordinary: Value, all: Value): Value => (isAll ? all : ordinary);

/** Registers tests that are large by themselves; an ordinary run has none of them. */
export function nightly(register: () => void): void {
  if (isAll) register();
}
