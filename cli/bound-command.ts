import type { Report } from "../runs/told/index.ts";
import { checkOutputs, runCheck, withoutStdout } from "./check-command.ts";
import { exitCode } from "./exit-code.ts";
import type { BoundOptions } from "./options.ts";

/** `hintproof bound`: how often the steps of a `within` are counted at worst. */
export async function boundCommand(
  name: string,
  properties: readonly string[],
  given: BoundOptions,
): Promise<void> {
  const options = withoutStdout({ ...given, liveness: true });
  await checkOutputs([name], options);
  const asked = properties.length === 0 ? undefined : properties;
  const report = await runCheck(name, { ...options, properties: asked }, { worstCases: true });
  if (report !== undefined) process.exitCode = boundCode(report);
}

/** 0 if all is bounded, and as the properties allow. */
function boundCode({ verdict, properties }: Report): number {
  if (verdict === "incomplete") return exitCode.incomplete;
  const kinds = properties.map(({ liveness }) => liveness?.worst?.kind);
  if (kinds.includes("unbounded") || properties.some(({ status }) => status === "violated")) {
    return exitCode.liveness;
  }
  const isVacuous = properties.some(({ status }) => status === "vacuous");
  return isVacuous || kinds.includes("never") ? exitCode.vacuous : exitCode.asExpected;
}
