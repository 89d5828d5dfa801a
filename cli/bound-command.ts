import { runCheck } from "./check-command.ts";
import { exitCode } from "./exit-code.ts";
import type { BoundOptions } from "./program.ts";
import type { Report } from "./report.ts";

/** `hintproof bound`: how often the steps of a `within` are counted at worst. */
export async function boundCommand(
  name: string,
  properties: readonly string[],
  options: BoundOptions,
): Promise<void> {
  const asked = properties.length === 0 ? {} : { property: properties };
  const report = await runCheck(
    name,
    { ...options, ...asked, liveness: true },
    { worstCases: true },
  );
  if (report !== undefined) process.exitCode = boundCode(report);
}

/** 0 if all is bounded, and as the properties allow. */
function boundCode({ verdict, properties }: Report): number {
  if (verdict === "incomplete") return exitCode.incomplete;
  const kinds = properties.map(({ liveness }) => liveness?.worst?.kind);
  if (kinds.includes("unbounded") || properties.some(({ status }) => status === "violated")) {
    return exitCode.liveness;
  }
  return kinds.includes("never") ? exitCode.vacuous : exitCode.asExpected;
}
