import { UsageError } from "../runs/told/index.ts";
import type { Shard } from "./shards.ts";

/**
 * What a shard found: plain data, which a file holds. `Plan` is what is said of a run before it is made, `Row` after, and
 * `Context` of all together.
 */
export interface Part<Plan, Row, Context> extends Asked<Plan, Context> {
  readonly shard: Shard;
  /** Those that were this shard's, each with its position among all. */
  readonly rows: readonly Placed<Row>[];
}

/** What was asked, the same of all the parts of it. */
export interface Asked<Plan, Context> {
  readonly part: "gate" | "check";
  /** Which hintproof made the runs. */
  readonly version: string;
  /** The manifest, or what was typed, by its digest. */
  readonly asked: string;
  /** The text of all protocols, by its digest. */
  readonly protocols: string;
  /** All runs, not only those of this shard. */
  readonly plans: readonly Plan[];
  readonly context: Context;
}

export interface Placed<Row> {
  readonly position: number;
  readonly row: Row;
}

/** A part with the file that it is from. */
export interface PartFile<Plan, Row, Context> {
  readonly file: string;
  readonly part: Part<Plan, Row, Context>;
}

/** What parts have together; where a part is not there, its runs have no row. */
export interface Joined<Plan, Row, Context> extends Asked<Plan, Context> {
  /** For each of the plans. */
  readonly rows: readonly (Row | undefined)[];
  /** The shards of which there is no part. */
  readonly missing: readonly Shard[];
}

/** Joins parts of one whole, in whatever order. Throws `UsageError` where they are none: nothing can be said of all then. */
export function joined<Plan, Row, Context>(
  files: readonly PartFile<Plan, Row, Context>[],
): Joined<Plan, Row, Context> {
  const [first, ...others] = files;
  if (first === undefined) throw new UsageError("There is no part to merge.");
  for (const other of others) refuseOther(first, other);
  const { shard, rows: _, ...asked } = first.part;
  const shards = Array.from({ length: shard.count }, (_one, at) => at + 1);
  for (const index of shards) {
    const same = files.filter(({ part }) => part.shard.index === index);
    if (same.length > 1) {
      const names = same.map(({ file }) => file).join(" and ");
      throw new UsageError(`${names} are both part ${index} of ${shard.count}.`);
    }
  }
  const found = new Map<number, { readonly row: Row; readonly file: string }>();
  for (const { file, part } of files) {
    for (const { position, row } of part.rows) {
      const before = found.get(position);
      if (before !== undefined) {
        throw new UsageError(
          `${before.file} and ${file} have the same run: they were split otherwise.`,
        );
      }
      found.set(position, { row, file });
    }
  }
  const rows = asked.plans.map((_plan, position) => found.get(position)?.row);
  const missing = shards
    .filter((index) => !files.some(({ part }) => part.shard.index === index))
    .map((index) => ({ index, count: shard.count }));
  if (missing.length === 0 && rows.includes(undefined)) {
    throw new UsageError("The parts do not have all runs together: they were split otherwise.");
  }
  return { ...asked, rows, missing };
}

type AnyPart = PartFile<unknown, unknown, unknown>;

/** Throws where two parts are not of one whole, and says in what. */
function refuseOther(one: AnyPart, other: AnyPart): void {
  const differing = (
    [
      ["part", "of another command"],
      ["version", "of another version of hintproof"],
      ["asked", one.part.part === "gate" ? "of another manifest" : "of another question"],
      ["protocols", "of other protocols: a file was changed between them"],
      ["plans", "of other runs"],
      ["context", "of another whole"],
    ] as const
  ).find(([key]) => text(one.part[key]) !== text(other.part[key]));
  if (differing !== undefined) {
    throw new UsageError(`${other.file} is ${differing[1]} than ${one.file}.`);
  }
  const [was, is] = [one.part.shard.count, other.part.shard.count];
  if (was !== is) {
    throw new UsageError(`${other.file} is one of ${is} parts, and ${one.file} one of ${was}.`);
  }
}

const text = (value: unknown): string => JSON.stringify(value);
