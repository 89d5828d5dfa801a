import type { Report } from "../runs/told/index.ts";
import type { PropertyName } from "../checker/index.ts";

/** What the exit status of the command says. */
export const exitCode = {
  asExpected: 0,
  ourBug: 1,
  usage: 2,
  specError: 3,
  incomplete: 4,
  notAsExpected: 5,
  deadlock: 11,
  safety: 12,
  liveness: 13,
  assertion: 14,
  vacuous: 15,
  interrupted: 130,
  outputClosed: 141,
} as const;

/** The list under `--help`. */
export const exitCodeHelp = `
Exit status:
   0  holds; for a table: all as expected; replay: no longer violates
  11  deadlock
  12  an invariant or a step property is violated
  13  a liveness property is violated
  14  an assertion inside an effect failed
  15  a witness was never seen, or a property never had anything to say
   4  incomplete: a limit, Ctrl-C, or random runs without a violation;
      replay: the trace no longer fits the protocol
   5  a table, or a variant: not as expected, and none of the codes above fits;
      follow: not all of it is possible
   3  the spec is at fault
   2  the command line is at fault
   1  hintproof is at fault, or the report could not be written`;

/** The exit status of a run: that of the first violation, if there is one; a variant may hold that should not. */
export function exitCodeOf(report: Pick<Report, "verdict" | "property" | "expected">): number {
  switch (report.verdict) {
    case "holds":
      return report.expected === false ? exitCode.notAsExpected : exitCode.asExpected;
    case "incomplete":
      return exitCode.incomplete;
    case "vacuous":
      return exitCode.vacuous;
    case "violated":
      return exitCodeOfKind((report.property as PropertyName).kind);
  }
}

/** The exit status for the violation of a property of some kind. */
export const exitCodeOfKind = (kind: PropertyName["kind"]): number => codes[kind];

const codes = {
  "deadlock freedom": exitCode.deadlock,
  assertion: exitCode.assertion,
  invariant: exitCode.safety,
  "step property": exitCode.safety,
  witness: exitCode.vacuous,
  "leads to": exitCode.liveness,
  "always eventually": exitCode.liveness,
  "eventually always": exitCode.liveness,
  recoverable: exitCode.liveness,
  within: exitCode.liveness,
  progress: exitCode.liveness,
  temporal: exitCode.liveness,
} as const satisfies Readonly<Record<PropertyName["kind"], number>>;
