import { existsSync, readdirSync } from "node:fs";
import { auditedWhole, isAuditedWhole, UsageError } from "../runs/told/index.ts";
import { isColoured } from "./colour.ts";
import type { JobAnswer } from "./job.ts";
import type { Named } from "./named-files.ts";
import type { CheckOptions } from "./options.ts";
import { deliver } from "./output.ts";
import { packageRoot } from "./package-root.ts";
import { painter } from "./paint.ts";
import { type Plan, plansOf, shippedPlans } from "./plans.ts";
import {
  checkRecord,
  deviations,
  readRecord,
  recordedStates,
  type RecordEntry,
  writeRecord,
} from "./record.ts";
import { codeOf, jsonOf, quickestFirst, type Row, rowOf, runPlans } from "./table-run.ts";
import { headingText, rowText, widthsOf } from "./table-text.ts";
import { jsonText, print, say } from "./terminal.ts";

/**
 * Checks several protocols against what is expected and recorded of them, all that are shipped if none is named: each
 * with all its variants, or, of several that are named, the protocol itself or the variant that its file exports by
 * default.
 */
export async function checkTable(names: readonly Named[], options: CheckOptions): Promise<void> {
  const listed = names.length === 0 ? await shippedPlans() : await plansOf(names, options);
  if (listed === undefined) return;
  if (options.updateRecord === true) {
    const odd = listed.find(({ isRecorded }) => !isRecorded);
    if (odd !== undefined) {
      const why = "is not as it is shipped: nothing is recorded of it";
      throw new UsageError(`--update-record: ${odd.protocol} ${why}.`);
    }
    checkRecord();
  }
  // While the record is written, only the expectations of the variants count.
  const isCompared = listed.some(({ isRecorded }) => isRecorded) && options.updateRecord !== true;
  const record = isCompared ? readRecord() : [];
  const recordOf = ({ isRecorded }: Plan): readonly RecordEntry[] | undefined =>
    isCompared && isRecorded ? record : undefined;
  const statesOf = (plan: Plan): number | undefined =>
    options.symmetry ? recordedStates(recordOf(plan) ?? [], plan) : undefined;
  const plans = quickestFirst(listed, statesOf);

  const isJson = options.format === "json";
  const coloured = !isJson && isColoured(options);
  const paint = painter(coloured);
  const widths = widthsOf(plans);
  const written: string[] = [];
  const show = (text: string): void => {
    if (options.output === undefined && !isJson) print(text, coloured);
    else written.push(text);
  };

  const rows: Row[] = [];
  const onRow = (plan: Plan, answer: JobAnswer): void => {
    // Where its variants are not rows themselves.
    const warnings = answer.kind === "report" ? (answer.warnings ?? []) : [];
    if (options.all !== true) for (const line of warnings) say(line);
    if (rows.at(-1)?.plan.source !== plan.source) {
      show(`${rows.length > 0 ? "\n" : ""}${headingText(plan, widths, paint)}`);
    }
    const row = rowOf(plan, answer, (report) => {
      const its = recordOf(plan);
      return its === undefined ? [] : deviations(its, report, options.symmetry);
    });
    rows.push(row);
    show(rowText(row, widths, paint));
  };
  await runPlans(plans, { options, more: { stories: "none" }, statesOf, onRow });

  process.exitCode = codeOf(rows);
  const unexpected = rows.filter(({ differences }) => differences.length > 0).length;
  const isWhole =
    options.audit === "all" &&
    rows.every(({ answer }) => answer.kind === "report" && isAuditedWhole(answer.report));
  const summary =
    (unexpected === 0
      ? `${paint("good", "as expected")}: all ${rows.length}`
      : `${paint("bad", "NOT as expected")}: ${unexpected} of ${rows.length}`) +
    (isWhole ? `; ${auditedWhole}` : "") +
    (isCompared && !options.symmetry ? "; numbers of states are recorded with symmetry only" : "");
  if (isJson) written.splice(0, written.length, jsonText(rows.map(jsonOf)));
  else show(`\n${names.length === 0 ? `${await catalogueText(rows)}\n` : ""}${summary}\n`);
  if (options.updateRecord === true) updateRecord(rows);
  if (options.output !== undefined || isJson) {
    deliver(options.output, { text: written.join(""), isJson, summary, coloured });
  }
}

/** What the shipped catalogue has, in a line. */
async function catalogueText(rows: readonly Row[]): Promise<string> {
  const { shipped } = await import("./shipped.ts");
  const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
  const properties = sum(shipped.map(({ spec }) => Object.keys(spec.properties).length));
  const variants = sum(shipped.map((protocol) => protocol.variants.length));
  const violations = rows.flatMap(({ answer }) =>
    answer.kind === "report"
      ? answer.report.properties.filter(({ status }) => status === "violated")
      : [],
  );
  const corpus = new URL("counterexamples/corpus/", packageRoot());
  const kept = existsSync(corpus) ? `, ${readdirSync(corpus).length} traces in the corpus` : "";
  return (
    `${shipped.length} protocols, ${variants} variants, ${properties} properties, ` +
    `${violations.length} violations${kept}`
  );
}

function updateRecord(rows: readonly Row[]): void {
  const reports = rows.flatMap(({ answer }) => (answer.kind === "report" ? [answer.report] : []));
  if (reports.length < rows.length || reports.some(({ verdict }) => verdict === "incomplete")) {
    say("hintproof: the record was not changed, because not every run came to an end.");
    return;
  }
  writeRecord(reports);
  const names = [...new Set(reports.map(({ protocol }) => protocol))];
  say(`hintproof: wrote record.json of ${names.join(", ")}`);
}
