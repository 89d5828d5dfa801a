import { type CheckTask, type ReportAnswer, UsageError } from "../runs/told/index.ts";
import { describing } from "./described.ts";
import { printFault } from "./fault.ts";
import { interruption } from "./interruption.ts";
import type { Source } from "./job.ts";
import type { ExploreOptions } from "./options.ts";
import { checkWritable, writeWhole } from "./output.ts";
import { pageFile, type Page, pageAbout, pageAgain, pageOfStory } from "./page.ts";
import { painter } from "./paint.ts";
import { replayed } from "./replay-command.ts";
import { runJob } from "./run-job.ts";
import { servePage } from "./serve-page.ts";
import { showText } from "./show-command.ts";
import { isFile, sourceOf } from "./source.ts";
import { jsonText, print, say } from "./terminal.ts";
import { traceFileNamed } from "./trace-names.ts";

/** `hintproof explore`: a page in which a protocol, or a counterexample, can be walked through. */
export async function exploreCommand(name: string, options: ExploreOptions): Promise<void> {
  const { output, port = 0, format } = options;
  const isJson = format === "json";
  if (output !== undefined && options.port !== undefined) {
    throw new UsageError("--output writes a file, --port serves none; take one of them.");
  }
  if (output !== undefined) checkWritable("--output", output);
  const page = await pageOf(name, options);
  if (page === undefined) return;
  const { html, title } = page;
  if (output !== undefined) {
    writeWhole(output, pageFile(html));
    const text = `${title}: written to ${output}, ${Math.ceil(html.length / 1000)} kB\n`;
    print(isJson ? jsonText({ title, file: output }) : text);
    return;
  }
  const end = interruption(() => {});
  try {
    await servePage(html, port, end.signal, (address) => {
      print(isJson ? jsonText({ title, address }) : `${address}\n`);
      say(`hintproof: ${title}; Ctrl-C ends it`);
    });
  } finally {
    end.stop();
  }
}

/** The page about a protocol or a trace; undefined after an error, which is printed. */
async function pageOf(name: string, options: ExploreOptions): Promise<Page | undefined> {
  const file = traceFileNamed(name);
  const isTrace = file.endsWith(".json") && isFile(file);
  if (isTrace) {
    if (options.variant !== undefined || Object.keys(options.constants).length > 0) {
      throw new UsageError(
        `${file} says itself which instance it is of: leave --variant and --set out.`,
      );
    }
    return pageOfTrace(name, file, options);
  }
  if (options.spec !== undefined)
    throw new UsageError("--spec is for a trace; name the file itself.");
  const source = await sourceOf(name);
  const answer = await describing(source, options);
  if (answer.kind === "fault") {
    process.exitCode = printFault(answer, options.stack === true);
    return undefined;
  }
  const facts = await factsOf(source, options);
  if (facts === undefined) return undefined;
  const { report, title } = facts;
  const { variant } = report;
  const text = showText(answer.description, painter(false));
  const again = pageAgain(name, options);
  return pageAbout(source, title, text, { variant, constants: options.constants, again });
}

/** Looks at the first state of an instance, so that no page is made of one that there is not. */
async function factsOf(
  source: Source,
  { variant, constants, stepTimeout, stack }: ExploreOptions,
): Promise<ReportAnswer | undefined> {
  const task: CheckTask = {
    kind: "check",
    variant,
    constants,
    symmetry: false,
    liveness: false,
    engine: "reference",
    maxStates: 1,
    stories: "none",
  };
  const answer = await runJob(source, task, { stepTimeoutSeconds: stepTimeout });
  if (answer.kind === "report") return answer;
  if (answer.kind !== "fault") throw new Error(`A check was answered with a ${answer.kind}.`);
  process.exitCode = printFault(answer, stack === true);
  return undefined;
}

async function pageOfTrace(
  name: string,
  file: string,
  options: ExploreOptions,
): Promise<Page | undefined> {
  const { source, answer } = await replayed(file, options);
  if (answer.kind === "fault") {
    process.exitCode = printFault(answer, options.stack === true);
    return undefined;
  }
  const { outcome } = answer;
  if (outcome.kind !== "violates") {
    const at = outcome.kind === "no longer fits" ? `, at step ${outcome.step}` : "";
    throw new UsageError(`${file}: the trace ${outcome.kind}${at}: ${outcome.why}.`);
  }
  return pageOfStory(source, outcome.story, pageAgain(name, options));
}
