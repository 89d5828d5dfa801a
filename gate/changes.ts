import { grouped, plural, type Report } from "../runs/told/index.ts";
import { words } from "../spec/index.ts";
import { type Pinned, pinnedOf } from "./found.ts";

/** What is not as it was pinned: what is found, or only how much there was to look at. */
export interface Change {
  readonly of: "verdict" | "figures";
  readonly text: string;
}

/**
 * What orbits are counted by, and what of equally short lassos is told of: without symmetry there are other figures.
 * What is violated, and in how many steps, is the same.
 */
const withSymmetry: readonly string[] = ["loops", "distinctStates", "generatedStates"];

/** What differs between what is pinned and a run, with the declared symmetry or without: what is found first. */
export function changesOf(was: Pinned, report: Report, isReduced: boolean): readonly Change[] {
  const now = pinnedOf(report);
  const compared = figures.filter(({ field }) => isReduced || !withSymmetry.includes(field));
  const found: readonly Change[] = [
    ...differing("constants", was.constants, now.constants).map(asVerdict),
    ...propertyChanges(was, now),
  ];
  // Where something else is found there is something else to look at: that it is so is said once.
  const verdicts = found.filter(({ of }) => of === "verdict");
  if (verdicts.length > 0) return verdicts;
  return [
    ...found,
    ...differing("verdict", was.verdict, now.verdict).map(asVerdict),
    ...differing("first", was.first, now.first).map(asFigures),
    ...differing("loops", was.loops, now.loops)
      .filter(() => isReduced)
      .map(asFigures),
    ...answers.flatMap(({ field, of }) => answerChanges(of, was[field], now[field])),
    ...compared.flatMap(({ field, of }) =>
      was[field] === now[field]
        ? []
        : [asFigures(`${of}: ${grouped(now[field])}, recorded ${grouped(was[field])}`)],
    ),
  ];
}

const figures = [
  { field: "distinctStates", of: "distinct states" },
  { field: "generatedStates", of: "generated states" },
  { field: "depth", of: "depth" },
] as const;

/** What is asked beside whether something holds; of a record that says nothing of it nothing is compared. */
const answers = [
  { field: "most", of: "counts at most" },
  { field: "neededFairness", of: "needs" },
] as const;

type Answers = Readonly<Record<string, unknown>> | undefined;

/** A bound, or needed fairness, is a promise as a verdict is: another one is found, not another number of states. */
function answerChanges(of: string, was: Answers, now: Answers): readonly Change[] {
  if (was === undefined) return [];
  return [...new Set([...Object.keys(was), ...Object.keys(now ?? {})])].flatMap((name) =>
    differing(`${words(name)} ${of}`, answerText(was[name]), answerText(now?.[name])).map(
      asVerdict,
    ),
  );
}

const answerText = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 0 ? "no fairness" : value;

const asVerdict = (text: string): Change => ({ of: "verdict", text });
const asFigures = (text: string): Change => ({ of: "figures", text });

/** What has become of each property. */
function propertyChanges(was: Pinned, now: Pinned): readonly Change[] {
  const names = new Set([
    ...Object.keys(was.violated),
    ...Object.keys(now.violated),
    ...(was.held ?? []),
    ...(now.held ?? []),
  ]);
  return [...names].flatMap((name) => propertyChange(name, was, now));
}

function propertyChange(name: string, was: Pinned, now: Pinned): readonly Change[] {
  const [before, after] = [was.violated[name], now.violated[name]];
  const held = was.held?.includes(name) === true;
  const states = plural(was.distinctStates, "state");
  const after_ = after === undefined ? "" : `violated after ${plural(after, "step")}`;
  if (before === undefined && after !== undefined) {
    const recorded = held ? `is recorded to hold with ${states}` : "is not recorded to be violated";
    return [asVerdict(`${words(name)} ${recorded}; it is ${after_}`)];
  }
  if (before !== undefined && after === undefined) {
    const recorded = `is recorded to be violated after ${plural(before, "step")}`;
    return [asVerdict(`${words(name)} ${recorded}; it is not`)];
  }
  if (before !== after) {
    return [asFigures(`${words(name)}: ${after_}, recorded ${before}`)];
  }
  const holds = now.held?.includes(name) === true;
  if (held === holds || after !== undefined) return [];
  // Where the verdict is another one, not to be proved any more is what comes of that.
  if (held && now.verdict !== "holds") return [];
  return held
    ? [asVerdict(`${words(name)} is recorded to hold with ${states}; it is not proved any more`)]
    : [asFigures(`${words(name)} holds, and is not recorded to`)];
}

/** How a value is another one than that which is recorded; nothing if it is not. */
function differing(field: string, was: unknown, now: unknown): readonly string[] {
  const [before, after] = [shown(was), shown(now)];
  return before === after ? [] : [`${field}: ${after}, recorded ${before}`];
}

/** A value in a line: what a list or an object has, one after the other. */
export function shown(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return value.join(", ");
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0
    ? "none"
    : entries.map(([name, inner]) => `${name}=${JSON.stringify(inner)}`).join(", ");
}
