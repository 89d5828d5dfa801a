import { type Expectation, words } from "../../spec/index.ts";
import type { Judgement, Report } from "../report-schema.ts";

/** What a variant (or the protocol itself) was expected to do and did not, or not for certain. */
export function unmet(expects: Expectation, report: Report): readonly string[] {
  if (expects.kind === "holds") {
    if (report.verdict === "holds") return [];
    return [`expected to hold; ${outcomeText(report)}`];
  }
  return expects.properties.flatMap((name) => {
    const status = statusOf(report, name);
    if (status !== undefined && isBroken(status)) return [];
    const found =
      status === "holds" || status === "seen"
        ? "which holds"
        : `which is ${status ?? "not among its properties"}`;
    return [`expected to break ${words(name)}, ${found}`];
  });
}

/**
 * Whether a run of a variant came to what is expected of it, and what it did not come to; nothing where that is not
 * decided. `isPart` says that only some of the properties were asked about.
 */
export function judgementOf(expects: Expectation, report: Report, isPart: boolean): Judgement {
  const { verdict, properties } = report;
  const differences = unmet(expects, report);
  const isPromised = ({ name }: { readonly name: string }): boolean =>
    expects.kind === "breaks" && expects.properties.includes(name);
  const isRefuted =
    expects.kind === "holds"
      ? verdict === "violated" || verdict === "vacuous"
      : properties.some((one) => isPromised(one) && isDecided(one.status) && !isBroken(one.status));
  const isMet =
    differences.length === 0 &&
    (expects.kind === "breaks" || (!isPart && properties.every(({ status }) => isDecided(status))));
  if (!isRefuted && !isMet) return {};
  return { expected: isMet, differences: isMet ? [] : differences };
}

type Status = Report["properties"][number]["status"];

const isBroken = (status: Status): boolean => status === "violated" || status === "never seen";
const isDecided = (status: Status): boolean => status !== "undecided" && status !== "not checked";

const statusOf = ({ properties }: Report, name: string): Status | undefined =>
  properties.find((property) => property.name === name)?.status;

export function outcomeText({ verdict, property }: Report): string {
  return property === undefined ? verdict : `${verdict}: ${words(property.name)}`;
}
