import { printable } from "../../spec/index.ts";
import type { Outcome } from "../outcome.ts";
import { type Finding, findingsIn, fingerprintOf } from "./findings.ts";

/** An issue as GitLab's code quality has it. */
interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: "blocker" | "critical" | "major" | "minor";
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** What is violated is worst; what is only said is minor. */
const severities = {
  violated: "blocker",
  incomplete: "critical",
  vacuous: "critical",
  "spec-at-fault": "critical",
  "not-run": "critical",
  "not-as-pinned": "major",
  figures: "minor",
} as const satisfies Readonly<Record<Finding["rule"], Issue["severity"]>>;

/**
 * Outcomes as GitLab's code quality. An issue has the same fingerprint for as long as it is of the same run, property and
 * kind, wherever its lines have gone and whatever its numbers are.
 */
export function gitlab(outcomes: readonly Outcome[]): string {
  const issues = findingsIn(outcomes).map((finding): Issue => {
    const { name, rule, title, place, outcome } = finding;
    return {
      description: printable(`${name}: ${title}`),
      check_name: rule,
      fingerprint: fingerprintOf(finding),
      severity: severities[rule],
      location: {
        path: place?.file ?? outcome.file ?? "hintproof.gate.json",
        lines: { begin: place?.line ?? 1 },
      },
    };
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}
