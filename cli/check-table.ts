import type { Paint } from "../counterexamples/drawn/index.ts";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { printable, paragraph } from "../spec/index.ts";
import {
  auditedWhole,
  constantsText,
  type FailedRow,
  type Fault,
  grouped,
  isAuditedWhole,
  type Report,
  type ReportRow,
  unmet,
  UsageError,
} from "../runs/told/index.ts";
import { isColoured } from "./colour.ts";
import { exitCode, exitCodeOf } from "./exit-code.ts";
import { faultCode } from "./fault.ts";
import { interruption } from "./interruption.ts";
import type { Named } from "./named-files.ts";
import { deliver } from "./output.ts";
import type { JobAnswer } from "./job.ts";
import { packageRoot } from "./package-root.ts";
import { type Plan, plansOf, shippedPlans } from "./plans.ts";
import { painter } from "./paint.ts";
import type { CheckOptions } from "./options.ts";
import { progressLine } from "./progress.ts";
import {
  checkRecord,
  deviations,
  readRecord,
  recordedStates,
  type RecordEntry,
  writeRecord,
} from "./record.ts";
import { runJob } from "./run-job.ts";
import { taskOf } from "./task.ts";
import { jsonText, print, say } from "./terminal.ts";

/** One run of a table, after it was made. */
interface Row {
  readonly plan: Plan;
  readonly answer: { readonly kind: "report"; readonly report: Report } | Fault;
  /** What is not as it should be, a line each. */
  readonly differences: readonly string[];
}

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
  const plans = quickestFirst(listed, record);
  const recordOf = ({ isRecorded }: Plan): readonly RecordEntry[] | undefined =>
    isCompared && isRecorded ? record : undefined;

  const isJson = options.format === "json";
  const coloured = !isJson && isColoured(options);
  const paint = painter(coloured);
  const progress = progressLine(options.quiet === true);
  const stopping = interruption(() => {
    progress.clear();
    say("hintproof: ending with what there is; once more to end at once");
  });
  const widths = widthsOf(plans);
  const written: string[] = [];
  const show = (text: string): void => {
    progress.clear();
    if (options.output === undefined && !isJson) print(text, coloured);
    else written.push(text);
  };

  const rows: Row[] = [];
  await inOrder(
    plans,
    options.workers ?? availableParallelism(),
    async (plan) => {
      const label =
        plan.variant === undefined ? plan.protocol : `${plan.protocol} / ${plan.variant}`;
      const task = taskOf(options);
      // A variant that breaks something is asked for that, and the search ends when all of it is found.
      const properties = plan.asks ?? task.properties;
      const answer = await runJob(
        plan.source,
        {
          ...task,
          stories: "none",
          unused: undefined, // which was looked for when the file was first read
          workers: 1,
          variant: plan.variant,
          itself: plan.variant === undefined,
          properties,
        },
        {
          stepTimeoutSeconds: options.stepTimeout,
          onProgress: (figures) =>
            progress.show(
              figures,
              `${label}: `,
              options.symmetry ? recordedStates(recordOf(plan) ?? [], plan) : undefined,
            ),
          interrupt: stopping.signal,
        },
      );
      // Where its variants are not rows themselves.
      if (options.all !== true && answer.kind === "report" && answer.warnings !== undefined) {
        progress.clear();
        for (const line of answer.warnings) say(line);
      }
      return rowOf(plan, answer, recordOf(plan), options.symmetry);
    },
    (row) => {
      if (rows.at(-1)?.plan.source !== row.plan.source) {
        show(`${rows.length > 0 ? "\n" : ""}${headingText(row.plan, widths, paint)}`);
      }
      rows.push(row);
      show(rowText(row, widths, paint));
    },
  );
  stopping.stop();
  progress.clear();

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

/** Of each protocol those first that are known to have few states: rows come as soon as they can. */
const quickestFirst = (plans: readonly Plan[], record: readonly RecordEntry[]): readonly Plan[] =>
  [...new Set(plans.map(({ source }) => source))].flatMap((source) =>
    plans
      .filter((plan) => plan.source === source)
      .map((plan) => ({ plan, states: recordedStates(record, plan) ?? 0 }))
      .toSorted((one, other) => one.states - other.states)
      .map(({ plan }) => plan),
  );

/** Does the work, so many pieces at a time, and hands on the results in the order of the work. */
async function inOrder<Work, Result>(
  work: readonly Work[],
  lanes: number,
  run: (one: Work) => Promise<Result>,
  handOn: (result: Result) => void,
): Promise<void> {
  const results = new Map<number, Result>();
  let started = 0;
  let handedOn = 0;
  const lane = async (): Promise<void> => {
    while (started < work.length) {
      const position = started++;
      results.set(position, await run(work[position] as Work));
      for (; results.has(handedOn); handedOn++) handOn(results.get(handedOn) as Result);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function rowOf(
  plan: Plan,
  answer: JobAnswer,
  record: readonly RecordEntry[] | undefined,
  isReduced: boolean,
): Row {
  if (answer.kind === "fault") {
    return { plan, answer, differences: [answer.message] };
  }
  if (answer.kind !== "report") throw new Error(`A check was answered with a ${answer.kind}.`);
  const { report } = answer;
  const differences =
    report.verdict === "incomplete"
      ? [`incomplete: ${report.reason ?? "stopped early"}`]
      : [
          ...unmet(plan.expects, report),
          ...(report.unlisted ?? []).map(
            (one) => `declared and not listed, so not checked: ${one}`,
          ),
          ...(record === undefined ? [] : deviations(record, report, isReduced)),
        ];
  return { plan, answer: { kind: "report", report }, differences };
}

/** 0 if everything is as expected; otherwise what the first run that is not says by itself, or 5. */
function codeOf(rows: readonly Row[]): number {
  const first = rows.find(({ differences }) => differences.length > 0);
  if (first === undefined) return exitCode.asExpected;
  const { answer, plan } = first;
  if (answer.kind === "fault") return faultCode(answer);
  const own = exitCodeOf(answer.report);
  const isSurprising = plan.expects.kind === "holds" || answer.report.verdict === "incomplete";
  return isSurprising && own !== exitCode.asExpected ? own : exitCode.notAsExpected;
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

// ---- The table ----

const header = [
  "variant",
  "constants",
  "verdict",
  "expected",
  "distinct",
  "generated",
  "depth",
  "time",
];
const firstNumeric = header.indexOf("distinct");
const itself = "(the protocol itself)";
const itselfBreaks = "(the protocol itself) breaks, as expected";

function widthsOf(plans: readonly Plan[]): readonly number[] {
  const width = (column: number, texts: readonly string[]): number =>
    Math.max((header[column] as string).length, ...texts.map((text) => printable(text).length));
  return [
    width(0, [itself, ...plans.map((plan) => subjectText(plan, true))]),
    width(1, plans.map(differing)),
    "incomplete".length,
    "expected".length,
    "10,000,000".length,
    "100,000,000".length,
    "depth".length,
    "100.0 s".length,
  ];
}

/** What a row is about; what breaks as it is says so where nobody expects it. */
function subjectText({ variant, expects }: Plan, isExpected: boolean): string {
  if (variant !== undefined) return variant;
  return expects.kind === "breaks" && isExpected ? itselfBreaks : itself;
}

/** The constants that differ from those of the protocol itself. */
function differing({ constants, defaults }: Plan): string {
  const changed = Object.entries(constants).filter(([name, value]) => defaults[name] !== value);
  return constantsText(Object.fromEntries(changed)).join(" ");
}

/** The name of a protocol with its constants, and the header of the columns. */
function headingText(
  { protocol, file, defaults }: Plan,
  widths: readonly number[],
  paint: Paint,
): string {
  const lines = [printable(file === undefined ? protocol : `${file}: ${protocol}`)];
  for (const constant of constantsText(defaults)) {
    const last = lines.at(-1) as string;
    if (last.length + constant.length < 100) lines[lines.length - 1] = `${last} ${constant}`;
    else lines.push(`  ${constant}`);
  }
  return `${[...lines, cellsText(header, widths)].map((line) => paint("heading", line)).join("\n")}\n`;
}

function cellsText(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map(printable)
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return column >= firstNumeric ? cell.padStart(width) : cell.padEnd(width);
    })
    .join("  ")
    .trimEnd();
}

function rowText(row: Row, widths: readonly number[], paint: Paint): string {
  const { plan, answer, differences } = row;
  const isExpected = differences.length === 0;
  const figures =
    answer.kind === "fault"
      ? ["-", "-", "-", "-"]
      : [
          grouped(answer.report.statistics.distinctStates),
          grouped(answer.report.statistics.generatedStates),
          String(answer.report.statistics.depth),
          `${answer.report.statistics.seconds.toFixed(1)} s`,
        ];
  const line = cellsText(
    [
      subjectText(plan, isExpected),
      differing(plan),
      answer.kind === "fault" ? "error" : answer.report.verdict,
      isExpected ? "yes" : "NO",
      ...figures,
    ],
    widths,
  );
  const more = differences.map(
    (difference) => `    NOT expected: ${paragraph(difference).replaceAll("\n", "\n    ")}`,
  );
  return `${[line, ...more].map((text) => (isExpected ? text : paint("bad", text))).join("\n")}\n`;
}

function jsonOf({ plan, answer, differences }: Row): ReportRow | FailedRow {
  const { file } = plan;
  if (answer.kind === "report") {
    return { ...answer.report, file, expected: differences.length === 0, differences };
  }
  return {
    protocol: plan.protocol,
    file,
    variant: plan.variant,
    constants: plan.constants,
    fault: { of: answer.of, message: answer.message },
    expected: false,
    differences,
  };
}
