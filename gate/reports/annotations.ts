import { type Outcome, summaryOf, uniqueNames } from "../outcome.ts";
import { type Finding, findingsIn } from "./findings.ts";

/** More annotations of a kind than this GitHub does not show. */
const most = 10;

/**
 * Outcomes as GitHub's workflow commands: an error for each run that is not as it is pinned, a warning for what is only
 * said. The worst come first, at most ten of a kind, of which the last says how many there are more.
 */
export function annotations(outcomes: readonly Outcome[]): string {
  const all = findingsIn(outcomes);
  return (["error", "warning"] as const)
    .flatMap((kind) =>
      commands(
        kind,
        all.filter(({ level }) => level === kind),
      ),
    )
    .map((line) => `${line}\n`)
    .join("");
}

function commands(kind: Finding["level"], all: readonly Finding[]): readonly string[] {
  const shown = all.length > most ? all.slice(0, most - 1) : all;
  const lines = shown.map(({ name, text, place, outcome }) => {
    const { file = outcome.file, line, column } = place ?? {};
    const where = [
      ...(file === undefined ? [] : [`file=${property(file)}`]),
      ...(line === undefined ? [] : [`line=${line}`, `col=${column}`]),
      `title=${property(name)}`,
    ];
    return `::${kind} ${where.join(",")}::${message(text)}`;
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
  const names = uniqueNames(outcomes);
  const bad = outcomes
    .map((one, at) => ({ ...one, name: names[at] as string }))
    .filter(({ status }) => status !== "as pinned");
  const rows = bad.map(
    ({ name, differences }) => `| ${cell(name)} | ${cell(differences.join("; "))} |`,
  );
  const table = rows.length === 0 ? [] : ["", "| run | what differs |", "| --- | --- |", ...rows];
  const charts = bad.flatMap(({ chart }) =>
    chart === undefined ? [] : ["", "```text", chart, "```"],
  );
  return whole([`### hintproof gate: ${summaryOf(outcomes)}`, ...table, ...charts]);
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
