import { printable } from "../../spec/index.ts";
import { type Outcome, outcomeText, uniqueNames } from "../outcome.ts";
import { printableLines } from "./findings.ts";

/**
 * Outcomes as KTAP, as the kernel's tools read it: a suite for each protocol, a test for each run. What was not asked, or says
 * nothing, is `not ok`: a skipped test would read as a good one. What there is to say stands before the line that it is
 * about.
 */
export function ktap(outcomes: readonly Outcome[]): string {
  const names = uniqueNames(outcomes);
  const named = outcomes.map((outcome, at) => ({ outcome, name: names[at] as string }));
  const suites = [...new Set(outcomes.map(suiteOf))];
  const lines = suites.flatMap((suite, at) => {
    const own = named.filter(({ outcome }) => suiteOf(outcome) === suite);
    const isGood = own.every(({ outcome }) => outcome.status === "as pinned");
    return [
      "    KTAP version 1",
      `    # Subtest: ${nameOf(suite)}`,
      `    1..${own.length}`,
      ...own.flatMap(({ outcome, name }, position) =>
        caseLines(outcome, name, position + 1).map((line) => `    ${line}`),
      ),
      resultLine(isGood, at + 1, suite),
    ];
  });
  return ["KTAP version 1", `1..${suites.length}`, ...lines, ""].join("\n");
}

/** Never called as a test in it: readers take a result of that name for the end of the suite. */
const suiteOf = ({ file, protocol }: Outcome): string =>
  `suite ${file === undefined ? protocol : `${file}: ${protocol}`}`;

function caseLines(outcome: Outcome, name: string, number: number): readonly string[] {
  const { status, remarks } = outcome;
  const isGood = status === "as pinned";
  const said = [...(isGood ? [] : [outcomeText(outcome)]), ...remarks].join("\n");
  const about = said === "" ? [] : printableLines(said).map((line) => `# ${line}`.trimEnd());
  return [...about, resultLine(isGood, number, name)];
}

const resultLine = (isGood: boolean, number: number, name: string): string =>
  `${isGood ? "ok" : "not ok"} ${number} ${nameOf(name)}`;

/** A name in a line, in which nothing begins a directive (`# SKIP`). */
const nameOf = (text: string): string => printable(text).replaceAll("#", "\\x23").trim();
