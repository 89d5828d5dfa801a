import { createHash } from "node:crypto";
import type { Asked, Outcome, Part, Placed, Shard } from "../gate/index.ts";
import { type Report, UsageError } from "../runs/told/index.ts";
import type { GateContext, GateRow } from "./gate-told.ts";
import type { Source } from "./job.ts";
import { writeWhole } from "./output.ts";
import { packageRoot } from "./package-root.ts";
import { type Plan, plannedOf, type PlannedRun } from "./plans.ts";
import { textInFile } from "./read-file.ts";
import type { Row } from "./table-run.ts";
import type { TableContext } from "./table-told.ts";
import { jsonText } from "./terminal.ts";

/*
 * The files that shards write and `merge` reads. A part says by its digest that it is whole: what fits it is what a
 * hintproof of the same build wrote, so that nothing in it has to be looked at once more.
 */

/** A run without its plan, which stands in the list of all. */
export type GatePartRow = { readonly row: Omit<Row, "plan">; readonly outcome: Outcome };
export type GatePart = Part<PlannedRun, GatePartRow, GateContext> & { readonly part: "gate" };
export type CheckPart = Part<PlannedRun, Omit<Row, "plan">, TableContext> & {
  readonly part: "check";
};

/** Where a shard writes, unless it is said otherwise. */
export const partName = ({ index, count }: Shard): string =>
  `hintproof.part-${index}-of-${count}.json`;

interface Written<WrittenRow, Context> {
  /** What is asked, as a text: the manifest, or what was typed. */
  readonly asked: string;
  readonly plans: readonly Plan[];
  readonly context: Context;
  readonly rows: readonly Placed<WrittenRow>[];
}

export async function writeGatePart(
  file: string,
  shard: Shard,
  { rows, ...others }: Written<GateRow, GateContext>,
): Promise<void> {
  const slim = rows.map(({ position, row: { row, outcome } }) => ({
    position,
    row: { row: { answer: slimmed(row.answer), differences: row.differences }, outcome },
  }));
  writeAsPart(file, await partOf("gate", shard, { ...others, rows: slim }));
}

export async function writeCheckPart(
  file: string,
  shard: Shard,
  { rows, ...others }: Written<Row, TableContext>,
): Promise<void> {
  const slim = rows.map(({ position, row: { answer, differences } }) => ({
    position,
    row: { answer, differences },
  }));
  writeAsPart(file, await partOf("check", shard, { ...others, rows: slim }));
}

/** Of a run of the gate nobody asks for the states of its traces: what is told of them is told. */
function slimmed(answer: Row["answer"]): Row["answer"] {
  if (answer.kind === "fault") return answer;
  const { counterexamples: _c, trace: _t, initial: _i, ...report } = answer.report;
  return { kind: "report", report: report as Report };
}

async function partOf<WrittenRow, Context>(
  part: Asked<unknown, unknown>["part"],
  shard: Shard,
  { asked, plans, context, rows }: Written<WrittenRow, Context>,
): Promise<Part<PlannedRun, WrittenRow, Context>> {
  const { digestOfBundle, versionAndBuild } = await import("./fingerprint.ts");
  const home = packageRoot().href;
  const textOf = (source: Source): string =>
    source.kind === "shipped"
      ? source.name
      : digestOfBundle({
          ...source.bundle,
          code: source.bundle.code.replaceAll(home, "hintproof/"),
        });
  const sources = [...new Set(plans.map(({ source }) => source))];
  return {
    part,
    version: versionAndBuild(),
    asked: digest(asked),
    protocols: digest(sources.map(textOf).join("\n")),
    shard,
    context,
    plans: plans.map(plannedOf),
    rows,
  };
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

function writeAsPart(file: string, part: object): void {
  const text = JSON.stringify(part);
  writeWhole(file, jsonText({ sha256: digest(text), ...(JSON.parse(text) as object) }));
}

/** Reads a part. Throws `UsageError` where it is none, or is not whole. */
export function readPart(file: string): GatePart | CheckPart {
  let content: unknown;
  try {
    content = JSON.parse(textInFile(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${file} is no part, or was cut off: ${error.message}.`, { cause: error });
  }
  const { sha256, ...part } = Object(content) as { readonly sha256?: unknown } & GatePart;
  if (typeof sha256 !== "string" || part.shard === undefined) {
    throw new UsageError(`${file} is no part: hintproof gate --shard writes one.`);
  }
  if (digest(JSON.stringify(part)) !== sha256) {
    throw new UsageError(`${file} is not as it was written: its digest does not fit.`);
  }
  return part;
}
