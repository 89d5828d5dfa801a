import type { DescribeTask, Description, DescriptionAnswer, Fault } from "../runs/told/index.ts";
import { printFault } from "./fault.ts";
import type { Source } from "./job.ts";
import { runJob } from "./run-job.ts";
import { sourceOf } from "./source.ts";

/** How long loading a file may take, and what is printed where it fails. */
interface Describing {
  /** Seconds. */
  readonly stepTimeout: number;
  readonly stack?: boolean | undefined;
}

/** The description of a shipped protocol or of a file, explained or not; undefined after an error, which is printed. */
export async function described(
  name: string,
  options: Describing,
  explained = false,
): Promise<{ readonly source: Source; readonly description: Description } | undefined> {
  const source = await sourceOf(name);
  const answer = await describing(source, options, { explained });
  if (answer.kind === "description") return { source, description: answer.description };
  process.exitCode = printFault(answer, options.stack === true);
  return undefined;
}

/** What there is to say of a protocol, or by whose fault there is nothing. */
export async function describing(
  source: Source,
  { stepTimeout }: Describing,
  its: Partial<Omit<DescribeTask, "kind">> = {},
): Promise<DescriptionAnswer | Fault> {
  const task = { kind: "describe", ...its } as const;
  const answer = await runJob(source, task, { stepTimeoutSeconds: stepTimeout });
  if (answer.kind === "description" || answer.kind === "fault") return answer;
  throw new Error(`A description was answered with a ${answer.kind}.`);
}
