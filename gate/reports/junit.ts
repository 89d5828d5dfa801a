import { type Outcome, outcomeText, uniqueNames } from "../outcome.ts";
import { printableLines } from "./findings.ts";

/**
 * Outcomes as JUnit XML: a suite for each protocol, a case for each run. What there is to say stands in the text of an
 * element, for some readers drop its message; names are unique; what XML cannot hold is left out.
 */
export function junit(outcomes: readonly Outcome[]): string {
  const suites = [...new Set(outcomes.map(suiteOf))];
  const names = uniqueNames(outcomes);
  const count = (of: readonly Outcome[], status: Outcome["status"]): number =>
    of.filter((one) => one.status === status).length;
  const failures = (of: readonly Outcome[]): number =>
    count(of, "not as pinned") + count(of, "not run");
  const figures = (of: readonly Outcome[]): string =>
    `tests="${of.length}" failures="${failures(of)}" ` +
    `errors="${count(of, "spec at fault")}" time="${secondsOf(of)}"`;
  const lines = suites.flatMap((suite) => {
    const own = outcomes.flatMap((one, at) =>
      suiteOf(one) === suite ? [{ one, name: names[at] as string }] : [],
    );
    return [
      `  <testsuite name="${attribute(suite)}" ${figures(own.map(({ one }) => one))} skipped="0">`,
      ...own.flatMap(({ one, name }) => caseLines(suite, name, one)),
      "  </testsuite>",
    ];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="hintproof gate" ${figures(outcomes)}>`,
    ...lines,
    "</testsuites>",
    "",
  ].join("\n");
}

const suiteOf = ({ file, protocol }: Outcome): string =>
  file === undefined ? protocol : `${file}: ${protocol}`;

const secondsOf = (outcomes: readonly Outcome[]): string =>
  outcomes.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);

function caseLines(suite: string, name: string, outcome: Outcome): readonly string[] {
  const { status, differences, remarks } = outcome;
  const head = `    <testcase classname="${attribute(suite)}" name="${attribute(name)}" time="${secondsOf([outcome])}"`;
  const said = remarks.length === 0 ? [] : [element("system-out", "", remarks.join("\n"))];
  if (status === "as pinned") {
    return said.length === 0 ? [`${head}/>`] : [`${head}>`, ...said, "    </testcase>"];
  }
  const kind = status === "spec at fault" ? "error" : "failure";
  const [first = status] = differences;
  const its = ` message="${attribute(first)}" type="${attribute(status)}"`;
  return [`${head}>`, element(kind, its, outcomeText(outcome)), ...said, "    </testcase>"];
}

const element = (name: string, attributes: string, text: string): string =>
  `      <${name}${attributes}>${escaped(text)}</${name}>`;

/** A text of which nothing is taken for XML; what XML has no way to say does not print, and is shown by its number. */
const escaped = (text: string): string =>
  printableLines(text)
    .join("\n")
    .replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
    .replace(/[&<>]/g, (character) => entities[character as keyof typeof entities]);

/** The same between double quotes, where a line break would become a blank. */
const attribute = (text: string): string =>
  escaped(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;");

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;" } as const;
