import { basename, extname } from "node:path";
import { drawDot, drawItf, drawMermaid } from "../counterexamples/drawn/index.ts";
import { type FollowOutcome, followText, UsageError } from "../runs/told/index.ts";
import { isColoured, storyWidth } from "./colour.ts";
import { exitCode, exitCodeOfKind } from "./exit-code.ts";
import { printFault } from "./fault.ts";
import { interruption, sayEnding } from "./interruption.ts";
import type { FollowOptions } from "./options.ts";
import { painter } from "./paint.ts";
import { mostBytes, textInFile } from "./read-file.ts";
import { runJob } from "./run-job.ts";
import { sourceOf } from "./source.ts";
import { jsonText, print, printText } from "./terminal.ts";

/** `hintproof follow`: whether the steps of a scenario can be taken one after the other. */
export async function followCommand(
  name: string,
  file: string,
  options: FollowOptions,
): Promise<void> {
  const text = file === "-" ? await textOnStdin() : textInFile(file);
  const { variant, constants, maxStates, timeoutSeconds } = options;
  const source = await sourceOf(name);
  const stopping = interruption(() => {
    if (options.quiet !== true) sayEnding();
  });
  const title = file === "-" ? "scenario" : titleOf(file);
  const answer = await runJob(
    source,
    { kind: "follow", text, title, variant, constants, maxStates, timeoutSeconds },
    { stepTimeoutSeconds: options.stepTimeout, interrupt: stopping.signal },
  );
  stopping.stop();
  if (answer.kind === "fault") {
    const isOfFile =
      answer.of === "command line" && /^(line \d+|The scenario)\b/.test(answer.message);
    const message = isOfFile
      ? `${file === "-" ? "stdin" : file}: ${answer.message}`
      : answer.message;
    process.exitCode = printFault({ ...answer, message }, options.stack === true);
    return;
  }
  if (answer.kind !== "followed") throw new Error(`A scenario was answered with a ${answer.kind}.`);
  process.exitCode = codeOf(answer.outcome);
  told(answer.outcome, options);
}

/** "burst then idle" of burst-then-idle.txt */
const titleOf = (file: string): string =>
  basename(file, extname(file)).replaceAll("-", " ").trim() || "scenario";

/** Prints what came of it, in the form that is asked for. */
function told(outcome: FollowOutcome, options: FollowOptions): void {
  const { format, ghosts, width, indent } = options;
  switch (format) {
    case "json":
      return print(jsonText(outcome));
    case "itf":
      return print(drawItf(outcome.story));
    case "dot":
      return print(drawDot(outcome.story, { ghosts }));
    case "mermaid":
      return print(drawMermaid(outcome.story, { ghosts }));
    case "chart":
    case "text": {
      const coloured = isColoured(options);
      const paint = painter(coloured);
      const its = { format, ghosts, indent, width: storyWidth({ format, width }), paint };
      printText(followText(outcome, its), coloured, width);
    }
  }
}

/** Whether it is possible says more than what is violated on the way. */
function codeOf({ kind, met }: FollowOutcome): number {
  if (kind === "incomplete") return exitCode.incomplete;
  if (kind === "not possible") return exitCode.notAsExpected;
  const violated = met.find((one) => one.kind === "violated");
  return violated === undefined ? exitCode.asExpected : exitCodeOfKind(violated.property.kind);
}

async function textOnStdin(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > mostBytes) throw new UsageError("stdin: what is typed there is too large.");
  }
  return text;
}
