import { fileURLToPath } from "node:url";
import { type Answer, type Fault, type FileRunner, UsageError } from "../runs/index.ts";
import { SpecError } from "../spec/index.ts";
import { runJob } from "./run-job.ts";
import { sourceOf } from "./source.ts";

/** How long a function of a spec may take before it is taken for one that never returns. */
const stepTimeoutSeconds = 60;

/** Runs a task on the spec of a file, in threads of its own. Rejects where somebody is at fault. */
export const runFile: FileRunner = async (file, task, { signal, onProgress }): Promise<Answer> => {
  if (file.protocol !== "file:") throw new UsageError(`${file.href} is not the address of a file.`);
  const source = await sourceOf(fileURLToPath(file));
  const answer = await runJob(source, task, {
    stepTimeoutSeconds,
    interrupt: signal,
    onProgress,
  });
  if (answer.kind !== "fault") return answer;
  throw errorOf(answer);
};

function errorOf({ of, message }: Fault): Error {
  switch (of) {
    case "spec":
      return new SpecError(message);
    case "command line":
      return new UsageError(message);
    case "hintproof":
      return new Error(`${message} (This is a bug in hintproof.)`);
  }
}
