import type { Description } from "../runs/index.ts";
import { printFault } from "./fault.ts";
import type { Source } from "./job.ts";
import { runJob } from "./run-job.ts";
import { sourceOf } from "./source.ts";

/** The description of a shipped protocol or of a file; undefined after an error, which is printed. */
export async function described(
  name: string,
  options: { readonly stepTimeout: number; readonly stack?: boolean | undefined },
): Promise<{ readonly source: Source; readonly description: Description } | undefined> {
  const source = await sourceOf(name);
  const answer = await runJob(
    source,
    { kind: "describe" },
    { stepTimeoutSeconds: options.stepTimeout },
  );
  if (answer.kind === "description") return { source, description: answer.description };
  if (answer.kind !== "fault") throw new Error(`A description was answered with a ${answer.kind}.`);
  process.exitCode = printFault(answer, options.stack === true);
  return undefined;
}
