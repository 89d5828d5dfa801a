import { type Expectation, words } from "../spec/index.ts";
import type { Report } from "./report-schema.ts";

/** What a variant (or the protocol itself) was expected to do and did not. */
export function unmet(expects: Expectation, report: Report): readonly string[] {
  if (expects.kind === "holds") {
    if (report.verdict === "holds") return [];
    return [`expected to hold; ${outcomeText(report)}`];
  }
  return expects.properties.flatMap((name) => {
    const status = statusOf(report, name);
    if (status === "violated" || status === "never seen") return [];
    const found =
      status === "holds" || status === "seen"
        ? "which holds"
        : `which is ${status ?? "not among its properties"}`;
    return [`expected to break ${words(name)}, ${found}`];
  });
}

const statusOf = ({ properties }: Report, name: string): string | undefined =>
  properties.find((property) => property.name === name)?.status;

export function outcomeText({ verdict, property }: Report): string {
  return property === undefined ? verdict : `${verdict}: ${words(property.name)}`;
}
