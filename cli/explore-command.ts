import { createHash } from "node:crypto";
import { drawStory, instanceText } from "../counterexamples/drawn/index.ts";
import type { Story } from "../counterexamples/index.ts";
import { type Given, htmlPage } from "../explorer/index.ts";
import { type CheckTask, type ReportAnswer, UsageError } from "../runs/told/index.ts";
import { packedPage } from "./bundle-page.ts";
import { describing } from "./described.ts";
import { printFault } from "./fault.ts";
import { interruption } from "./interruption.ts";
import type { Source } from "./job.ts";
import type { ExploreOptions } from "./options.ts";
import { checkWritable, writeWhole } from "./output.ts";
import { marked } from "./ours.ts";
import { painter } from "./paint.ts";
import { replayed } from "./replay-command.ts";
import { runJob } from "./run-job.ts";
import { servePage } from "./serve-page.ts";
import { showText } from "./show-command.ts";
import { isFile, sourceOf } from "./source.ts";
import { quoted } from "./task.ts";
import { print, say } from "./terminal.ts";
import { traceFileNamed } from "./trace-names.ts";

/** `hintproof explore`: a page in which a protocol, or a counterexample, can be walked through. */
export async function exploreCommand(name: string, options: ExploreOptions): Promise<void> {
  const { output, port = 0 } = options;
  if (output !== undefined && options.port !== undefined) {
    throw new UsageError("--output writes a file, --port serves none; take one of them.");
  }
  if (output !== undefined) checkWritable("--output", output);
  const page = await pageOf(name, options);
  if (page === undefined) return;
  const { html, title } = page;
  if (output !== undefined) {
    // The mark that says who wrote it is the last line, in a comment that ends with the file.
    writeWhole(output, marked(`${html}<!--`));
    print(`${title}: written to ${output}, ${Math.ceil(html.length / 1000)} kB\n`);
    return;
  }
  const end = interruption(() => {});
  try {
    await servePage(html, port, end.signal, (address) => {
      print(`${address}\n`);
      say(`hintproof: ${title}; Ctrl-C ends it`);
    });
  } finally {
    end.stop();
  }
}

interface Page {
  readonly title: string;
  readonly html: string;
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
  const again = againOf(name, options);
  return made(source, title, text, { variant, constants: options.constants, again });
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
  return pageOfStory(source, outcome.story, againOf(name, options));
}

function pageOfStory(source: Source, story: Story, again: string): Promise<Page> {
  const text = drawStory(story, { format: "chart", again, paint: painter(false) });
  const { variant, constants, defaults } = story;
  return made(source, instanceText(story, defaults), text, { variant, constants, story, again });
}

async function made(source: Source, title: string, text: string, given: Given): Promise<Page> {
  const packed = await packedPage(source);
  const digestOf = (its: string): string => createHash("sha256").update(its).digest("base64");
  return { title, html: htmlPage({ title, text, given, packed }, digestOf) };
}

/** The command that makes the page again. */
function againOf(name: string, { variant, constants, spec }: ExploreOptions): string {
  return [
    "hintproof",
    "explore",
    quoted(name),
    ...(variant === undefined ? [] : ["--variant", quoted(variant)]),
    ...Object.entries(constants).map(
      ([constant, value]) => `--set ${quoted(`${constant}=${value}`)}`,
    ),
    ...(spec === undefined ? [] : ["--spec", quoted(spec)]),
  ].join(" ");
}
