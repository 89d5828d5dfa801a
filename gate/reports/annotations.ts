import { type Outcome, runName, outcomeText } from "../outcome.ts";

/** More annotations of a kind than this GitHub does not show. */
const most = 10;

/**
 * Outcomes as GitHub's workflow commands: an error for each run that is not as it is pinned, a warning for what is only
 * said. The worst come first, at most ten of a kind, of which the last says how many there are more.
 */
export function annotations(outcomes: readonly Outcome[]): string {
  const bad = outcomes
    .filter(({ status }) => status !== "as pinned")
    .toSorted((one, other) => gravity(other) - gravity(one))
    .map((one) => ({ outcome: one, text: outcomeText(one) }));
  const remarked = outcomes
    .filter(({ remarks }) => remarks.length > 0)
    .map((one) => ({ outcome: one, text: one.remarks.join("\n") }));
  return [...commands("error", bad), ...commands("warning", remarked)]
    .map((line) => `${line}\n`)
    .join("");
}

/** What is violated and was not is worst; then a spec at fault. */
const gravity = ({ status, chart }: Outcome): number =>
  chart === undefined ? Number(status === "spec at fault") : 2;

interface Annotated {
  readonly outcome: Outcome;
  readonly text: string;
}

function commands(kind: "error" | "warning", all: readonly Annotated[]): readonly string[] {
  const shown = all.length > most ? all.slice(0, most - 1) : all;
  const lines = shown.map(({ outcome, text }) => {
    const where = outcome.file === undefined ? "" : `file=${property(outcome.file)},`;
    return `::${kind} ${where}title=${property(runName(outcome))}::${message(text)}`;
  });
  const left = all.length - shown.length;
  return left === 0 ? lines : [...lines, `::${kind} title=hintproof gate::and ${left} more`];
}

const message = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string =>
  message(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** What a step summary may have, in bytes. */
const summaryBytes = 2 ** 20;

/** Outcomes as the Markdown of a step summary: a table, and the charts of what is violated and was not. */
export function stepSummary(outcomes: readonly Outcome[]): string {
  const bad = outcomes.filter(({ status }) => status !== "as pinned");
  const head =
    bad.length === 0
      ? `as pinned: all ${outcomes.length}`
      : `NOT as pinned: ${bad.length} of ${outcomes.length}`;
  const rows = bad.map((one) => `| ${cell(runName(one))} | ${cell(one.differences.join("; "))} |`);
  const table = rows.length === 0 ? [] : ["", "| run | what differs |", "| --- | --- |", ...rows];
  const charts = bad.flatMap(({ chart }) =>
    chart === undefined ? [] : ["", "```text", chart, "```"],
  );
  return whole([`### hintproof gate: ${head}`, ...table, ...charts]);
}

const cell = (text: string): string =>
  text.replace(/[|<>&\n]/g, (character) =>
    character === "\n" ? " " : `&#${character.codePointAt(0)};`,
  );

/** As many lines as there is room for. */
function whole(lines: readonly string[]): string {
  const note = "(there is more than a summary may have)";
  const bytes = new TextEncoder();
  let left = summaryBytes - note.length - 8;
  const kept = lines.filter((line) => {
    left -= bytes.encode(line).length + 1;
    return left >= 0;
  });
  return `${[...kept, ...(kept.length < lines.length ? [note] : [])].join("\n")}\n`;
}
