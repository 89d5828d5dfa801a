import { appendFileSync } from "node:fs";
import type { Paint } from "../counterexamples/drawn/index.ts";
import { type Outcome, summaryOf } from "../gate/index.ts";
import { exitCode } from "./exit-code.ts";
import type { GateOptions } from "./options.ts";
import { deliver } from "./output.ts";
import { packageVersion } from "./package-root.ts";
import type { PlannedRun } from "./plans.ts";
import { codeOf, type Row } from "./table-run.ts";
import { tableText } from "./table-text.ts";
import { jsonText, print, say } from "./terminal.ts";

/** A run of the gate, and what came of it: plain data. */
export interface GateRow {
  readonly row: Row;
  readonly outcome: Outcome;
}

/** What there is to say of a gate beside its runs. */
export interface GateContext {
  /** What is not run, though it ought to be. */
  readonly unplanned: readonly Outcome[];
  /** Whether the manifest pins nothing. */
  readonly isEmpty: boolean;
}

/** How runs are told: no times, so that the text is the same in every run. */
export function gateText(plans: readonly PlannedRun[], paint: Paint): (one: GateRow) => string {
  const textOf = tableText(plans, paint, { hasTimes: false });
  return ({ row, outcome: { remarks, chart } }) =>
    [
      textOf(row),
      ...remarks.map((remark) => `    another: ${remark}\n`),
      ...(chart === undefined ? [] : [`\n${chart}\n\n`]),
    ].join("");
}

/** What came of it all, and the exit status of it. */
export interface GateConclusion {
  readonly outcomes: readonly Outcome[];
  readonly summary: string;
  readonly code: number;
}

export function concludedFrom(
  rows: readonly GateRow[],
  { unplanned, isEmpty }: GateContext,
): GateConclusion {
  const outcomes = [...rows.map(({ outcome }) => outcome), ...unplanned];
  const isGood = outcomes.every(({ status }) => status === "as pinned") && !isEmpty;
  const made = rows.filter(({ outcome }) => outcome.status !== "not run");
  const own = codeOf(made.map(({ row }) => row));
  const isFaulty = unplanned.some(({ status }) => status === "spec at fault");
  const others = isFaulty
    ? exitCode.specError
    : made.length < rows.length
      ? exitCode.incomplete
      : exitCode.notAsExpected;
  return {
    outcomes,
    summary: summaryOf(outcomes),
    code: own === exitCode.asExpected && !isGood ? others : own,
  };
}

/** Prints what is said behind the rows of a table. */
export function tellEnd({ unplanned, isEmpty }: GateContext, summary: string): void {
  if (isEmpty) {
    say(
      "hintproof: the manifest pins nothing; hintproof gate --update FILE.ts takes a protocol in",
    );
  }
  const lines = unplanned.map(({ differences }) => `NOT as pinned: ${differences.join("; ")}\n`);
  print(`${lines.length > 0 ? `\n${lines.join("")}` : ""}\n${summary}\n`);
}

/** Says what came of it in the form that is asked for, and, where GitHub runs this, in its own. Sets the exit status. */
export async function tellForges(
  { outcomes, summary, code }: GateConclusion,
  { format, output }: Pick<GateOptions, "format" | "output">,
): Promise<void> {
  process.exitCode = code;
  const { annotations, forms, stepSummary } = await import("../gate/reports/index.ts");
  const all = {
    ...forms,
    sarif: (its: readonly Outcome[]) => forms.sarif(its, packageVersion()),
    json: (its: readonly Outcome[]) => jsonText({ summary, outcomes: its }),
  } as const;
  if (format !== "text") {
    deliver(output, { text: all[format](outcomes), isJson: true, summary, coloured: false });
  }
  if (process.env["GITHUB_ACTIONS"] !== "true") return;
  if (format === "text") print(annotations(outcomes));
  const file = process.env["GITHUB_STEP_SUMMARY"];
  if (file !== undefined && file !== "") appendFileSync(file, stepSummary(outcomes));
}
