import { joined, type Outcome, type PartFile, type Shard } from "../gate/index.ts";
import { UsageError } from "../runs/told/index.ts";
import { isColoured } from "./colour.ts";
import { exitCode } from "./exit-code.ts";
import { concludedFrom, type GateRow, gateText, tellEnd, tellForges } from "./gate-told.ts";
import type { MergeOptions } from "./options.ts";
import { checkWritable } from "./output.ts";
import { painter } from "./paint.ts";
import { type CheckPart, type GatePart, readPart } from "./part-file.ts";
import type { PlannedRun } from "./plans.ts";
import { codeOf, rowNotMade } from "./table-run.ts";
import { TableTold } from "./table-told.ts";
import { print, say } from "./terminal.ts";

type Read<Of extends GatePart | CheckPart> = { readonly file: string; readonly part: Of };

/**
 * `hintproof merge`: tells what shards found as one run would have, to the letter. What is not there, or cannot be read, is
 * said, and its runs are not as they should be.
 */
export async function mergeCommand(files: readonly string[], options: MergeOptions): Promise<void> {
  if (options.output !== undefined) checkWritable("--output", options.output);
  const read = files.flatMap((file) => partIn(file));
  if (read.length === 0) throw new UsageError("None of the parts can be read.");
  const kinds = new Set(read.map(({ part }) => part.part));
  if (kinds.size > 1) {
    const [one, other] = ["gate", "check"].map((kind) =>
      read.find(({ part }) => part.part === kind),
    );
    throw new UsageError(`${one?.file} is a part of a gate, and ${other?.file} of a table.`);
  }
  if (kinds.has("gate")) await mergeGate(read as readonly Read<GatePart>[], options);
  else await mergeTable(read as readonly Read<CheckPart>[], options);
  // All parts may be there, and a file beside them that is none.
  const isGreen = process.exitCode === exitCode.asExpected;
  if (read.length < files.length && isGreen) process.exitCode = exitCode.usage;
}

/** A part, if it can be read; why not is said otherwise. */
function partIn(file: string): readonly Read<GatePart | CheckPart>[] {
  try {
    return [{ file, part: readPart(file) }];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`hintproof: ${error.message}`);
    return [];
  }
}

async function mergeGate(parts: readonly Read<GatePart>[], options: MergeOptions): Promise<void> {
  const { plans, rows: found, missing, context } = joinedFrom(parts);
  const why = reasonOf(missing);
  const rows = plans.map((plan, position): GateRow => {
    const one = found[position];
    if (one === undefined) return { row: rowNotMade(plan, why), outcome: notRun(plan, why) };
    return { row: { plan, ...one.row }, outcome: one.outcome };
  });
  const conclusion = concludedFrom(rows, context);
  if (options.format === "text") {
    const coloured = isColoured(options);
    const textOf = gateText(plans, painter(coloured));
    for (const one of rows) print(textOf(one), coloured);
    tellEnd(context, conclusion.summary);
  }
  await tellForges(conclusion, options);
}

async function mergeTable(
  parts: readonly Read<CheckPart>[],
  { format, ...others }: MergeOptions,
): Promise<void> {
  if (format !== "text" && format !== "json") {
    throw new UsageError(`--format ${format} is of a gate, and these are parts of a table.`);
  }
  const { plans, rows: found, missing, context } = joinedFrom(parts);
  const why = reasonOf(missing);
  const told = new TableTold(plans, context, { ...others, format });
  plans.forEach((plan, position) => {
    const row = found[position];
    told.add(row === undefined ? rowNotMade(plan, why) : { plan, ...row });
  });
  await told.conclude();
  if (missing.length === 0) return;
  const own = codeOf(told.rows.filter((_, position) => found[position] !== undefined));
  process.exitCode = own === exitCode.asExpected ? exitCode.incomplete : own;
}

/** Joins parts; says which of them are not there. */
function joinedFrom<Plan, Found, Context>(parts: readonly PartFile<Plan, Found, Context>[]) {
  const all = joined(parts);
  for (const { index, count } of all.missing) {
    say(`hintproof: part ${index} of ${count} is missing`);
  }
  return all;
}

const reasonOf = (missing: readonly Shard[]): string =>
  `was not run: ${missing.map(({ index, count }) => `part ${index} of ${count}`).join(", ")} missing`;

const notRun = ({ protocol, file, variant, set }: PlannedRun, why: string): Outcome => ({
  protocol,
  file,
  variant,
  set,
  status: "not run",
  differences: [why],
  remarks: [],
  seconds: 0,
});
