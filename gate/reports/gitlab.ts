import type { Outcome } from "../outcome.ts";
import { findingsIn, type Finding, visible } from "./findings.ts";

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
      description: visible(`${name}: ${title}`),
      check_name: rule,
      fingerprint: hashOf([outcome.file ?? "", name, rule, outcome.flow?.property ?? ""]),
      severity: severities[rule],
      location: {
        path: place?.file ?? outcome.file ?? "hintproof.gate.json",
        lines: { begin: place?.line ?? 1 },
      },
    };
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}

/** 128 bits in hexadecimal digits of a few words: FNV-1a, which tells apart, and hides nothing. */
function hashOf(words: readonly string[]): string {
  const prime = (1n << 88n) + 0x13bn;
  let hash = 0x6c62272e07bb014262b821756295c58dn;
  for (const byte of new TextEncoder().encode(JSON.stringify(words))) {
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * prime);
  }
  return hash.toString(16).padStart(32, "0");
}
