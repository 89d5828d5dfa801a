import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Constants } from "../spec/index.ts";
import { type Report, UsageError } from "../runs/index.ts";
import { checkWritable, writeWhole } from "./output.ts";
import { packageRoot } from "./package-root.ts";
import { jsonText } from "./terminal.ts";

/** What is recorded of a shipped protocol, or of one of its variants. */
export interface RecordEntry {
  readonly protocol: string;
  readonly variant?: string | undefined;
  readonly constants: Constants;
  readonly verdict: Report["verdict"];
  /** The property violated first, or the one that is vacuous. */
  readonly first?: string | undefined;
  /** Every property that is violated, with the length of its counterexample. */
  readonly violated: Readonly<Record<string, number>>;
  readonly distinctStates: number;
  readonly generatedStates: number;
  readonly depth: number;
}

const file = (): string => fileURLToPath(new URL("cli/record.json", packageRoot()));

/** Everything that is recorded; nothing if there is no record. */
export function readRecord(): readonly RecordEntry[] {
  let entries: unknown;
  try {
    entries = JSON.parse(readFileSync(file(), "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new UsageError(`${file()} cannot be read: ${message}.`, { cause: error });
  }
  if (Array.isArray(entries) && entries.every(isEntry)) return entries;
  throw new UsageError(`${file()} is not a record; hintproof check --update-record writes one.`);
}

const isEntry = (entry: unknown): entry is RecordEntry => {
  const { protocol, constants } = Object(entry) as Partial<RecordEntry>;
  return typeof protocol === "string" && typeof constants === "object";
};

/** How many states a run had when it was recorded; undefined where nothing like it was. */
export function recordedStates(
  record: readonly RecordEntry[],
  run: Pick<RecordEntry, "protocol" | "constants"> & { readonly variant?: string | undefined },
): number | undefined {
  return record.find(
    ({ protocol, variant, constants }) =>
      protocol === run.protocol &&
      variant === run.variant &&
      shown(constants) === shown(run.constants),
  )?.distinctStates;
}

/** Throws `UsageError` where the record could not be replaced after a long run. */
export function checkRecord(): void {
  checkWritable("--update-record", file());
}

/** Replaces the record. */
export function writeRecord(reports: readonly Report[]): void {
  writeWhole(file(), jsonText(reports.map(entryOf)));
}

/** What a later run must come to again. */
export function entryOf({
  protocol,
  variant,
  constants,
  verdict,
  property,
  properties,
  statistics,
}: Report): RecordEntry {
  const { distinctStates, generatedStates, depth } = statistics;
  return {
    protocol,
    variant,
    constants,
    verdict,
    first: property?.name,
    violated: Object.fromEntries(
      properties.flatMap(({ name, status, steps }) =>
        status === "violated" ? [[name, steps ?? 0]] : [],
      ),
    ),
    distinctStates,
    generatedStates,
    depth,
  };
}

/** What differs between the record and a run, a line each. */
export function deviations(record: readonly RecordEntry[], report: Report): readonly string[] {
  const now = entryOf(report);
  const was = record.find(
    ({ protocol, variant }) => protocol === now.protocol && variant === now.variant,
  );
  if (was === undefined)
    return ["nothing is recorded of it; `hintproof check --update-record` writes the record"];
  const fields = [
    "constants",
    "verdict",
    "first",
    "violated",
    "distinctStates",
    "generatedStates",
    "depth",
  ] as const;
  return fields.flatMap((field) => {
    const [before, after] = [shown(was[field]), shown(now[field])];
    return before === after ? [] : [`${field}: ${after}, recorded ${before}`];
  });
}

function shown(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0
    ? "none"
    : entries.map(([name, inner]) => `${name}=${JSON.stringify(inner)}`).join(", ");
}
