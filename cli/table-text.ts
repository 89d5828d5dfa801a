import type { Paint } from "../counterexamples/drawn/index.ts";
import { constantsText, grouped } from "../runs/told/index.ts";
import { paragraph, printable } from "../spec/index.ts";
import type { PlannedRun as Plan } from "./plans.ts";
import type { Row } from "./table-run.ts";

/* How the rows of a table are printed. */

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

/** How the rows of some runs are printed, below a heading for each protocol, as they come. */
export function tableText(
  plans: readonly Plan[],
  paint: Paint,
  { hasTimes }: { readonly hasTimes: boolean },
): (row: Row) => string {
  const widths = widthsOf(plans).slice(0, hasTimes ? undefined : header.indexOf("time"));
  let last: Plan | undefined;
  return (row) => {
    const { plan } = row;
    const isSame = plan.protocol === last?.protocol && plan.file === last.file;
    const heading = isSame
      ? ""
      : `${last === undefined ? "" : "\n"}${headingText(plan, widths, paint)}`;
    last = plan;
    return heading + rowText(row, widths, paint);
  };
}

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
    .slice(0, widths.length)
    .map(printable)
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return column >= firstNumeric ? cell.padStart(width) : cell.padEnd(width);
    })
    .join("  ")
    .trimEnd();
}

/** What came of a run, and what is not as it should be. */
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
