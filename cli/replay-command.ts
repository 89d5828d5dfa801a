import { realpathSync } from "node:fs";
import { relative } from "node:path";
import {
  drawDot,
  drawItf,
  drawMermaid,
  drawStory,
  drawTestFile,
} from "../counterexamples/drawn/index.ts";
import {
  type Story,
  type TraceFile,
  TraceFileError,
  violatorOf,
} from "../counterexamples/index.ts";
import { printable, words } from "../spec/index.ts";
import { traceIn } from "../runs/index.ts";
import {
  type Fault,
  type ReplayAnswer,
  type ReplayOutcome,
  unknown,
  UsageError,
} from "../runs/told/index.ts";
import { isColoured, storyWidth } from "./colour.ts";
import { exitCode, exitCodeOfKind } from "./exit-code.ts";
import { printFault } from "./fault.ts";
import type { Source } from "./job.ts";
import { sourceKept } from "./kept.ts";
import type { ReplayOptions } from "./options.ts";
import { painter } from "./paint.ts";
import { textInFile } from "./read-file.ts";
import { runJob } from "./run-job.ts";
import { sourceOf } from "./source.ts";
import { quoted } from "./task.ts";
import { jsonText, print, printText, say } from "./terminal.ts";
import { traceFileNamed, traceNameOf } from "./trace-names.ts";

/** `hintproof replay`: whether a saved counterexample still is one. */
export async function replayCommand(word: string, options: ReplayOptions): Promise<void> {
  const file = traceFileNamed(word);
  const { answer, source } = await replayed(file, options);
  if (answer.kind === "fault") {
    process.exitCode = printFault(answer, options.stack === true);
    return;
  }
  const { outcome } = answer;
  process.exitCode = codeOf(outcome);
  if (outcome.kind !== "violates") {
    const text = otherText(outcome);
    if (options.format === "json") print(jsonText(outcome));
    else if (options.format === "chart" || options.format === "text") print(text);
    else say(`hintproof: ${text.trimEnd()}`);
    return;
  }
  const { text, coloured } = drawn(outcome.story, file, source, options);
  if (options.format === "chart" || options.format === "text") {
    printText(text, coloured, options.width);
  } else print(text, coloured);
}

/** Which trace of a file is taken again, of which protocol, and how long a function of it may take. */
type Replaying = Pick<ReplayOptions, "property" | "spec" | "stepTimeout">;

/** What a saved counterexample comes to today, and the protocol that it is of. Throws `UsageError`. */
export async function replayed(
  file: string,
  { property, spec, stepTimeout }: Replaying,
): Promise<{ readonly source: Source; readonly answer: ReplayAnswer | Fault }> {
  const trace = await traceOf(file, property);
  const source = await sourceFor(file, trace, spec);
  const task = { kind: "replay", text: JSON.stringify(trace) } as const;
  const answer = await runJob(source, task, { stepTimeoutSeconds: stepTimeout });
  if (answer.kind === "replayed" || answer.kind === "fault") return { source, answer };
  throw new Error(`A replay was answered with a ${answer.kind}.`);
}

const commandOf = (file: string, spec: string | undefined): string =>
  `hintproof replay ${quoted(traceNameOf(file))}${spec === undefined ? "" : ` --spec ${quoted(spec)}`}`;

/** A counterexample in the form that is asked for. */
function drawn(
  story: Story,
  file: string,
  source: Source,
  { format, ghosts, width, indent, ...options }: ReplayOptions,
): { readonly text: string; readonly coloured: boolean } {
  switch (format) {
    case "json":
      return { text: jsonText(story), coloured: false };
    case "itf":
      return { text: drawItf(story), coloured: false };
    case "dot":
      return { text: drawDot(story, { ghosts }), coloured: false };
    case "vitest":
      return { text: testFile(story, file, source, options), coloured: false };
    case "mermaid":
      return { text: drawMermaid(story, { ghosts }), coloured: false };
    case "chart":
    case "text": {
      const coloured = isColoured(options);
      const told = drawStory(story, {
        format,
        ghosts,
        indent,
        width: storyWidth({ format, width }),
        again: commandOf(file, options.spec),
        paint: painter(coloured),
      });
      return { text: `${told}\n\n${violatedText(story.property)}\n`, coloured };
    }
  }
}

/** A test of the trace, which imports the protocol as seen from the folder that it is called in. */
function testFile(
  story: Story,
  file: string,
  source: Source,
  { spec }: Pick<ReplayOptions, "spec">,
): string {
  if (isOpen(story.property.kind)) {
    throw new UsageError(
      `No trace shows that there is no way back: ${words(story.property.name)} is for a search. (specTests of hintproof/vitest searches.)`,
    );
  }
  const { kind } = source;
  const shipped = `hintproof/protocols/${story.protocol}${story.variant === undefined ? "" : "-variants"}`;
  const module = kind === "shipped" ? shipped : importPath(source.bundle.file);
  return drawTestFile(story, { module, again: `${commandOf(file, spec)} --format vitest` });
}

/** "./lamp.ts" */
function importPath(file: string): string {
  const path = relative(realpathSync("."), file).replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
}

/** The protocol of a trace: the file that is named, or else what the trace itself says. */
async function sourceFor(
  file: string,
  { protocol, kept }: TraceFile,
  spec: string | undefined,
): Promise<Source> {
  if (spec !== undefined) return sourceOf(spec);
  if (kept !== undefined) return sourceKept(file, kept);
  await checkShipped(file, protocol);
  return sourceOf(protocol);
}

async function checkShipped(file: string, protocol: string): Promise<void> {
  const { shipped } = await import("./shipped.ts");
  const known = shipped.map(({ spec }) => spec.name);
  if (known.includes(protocol)) return;
  throw new UsageError(
    `${unknown("There is no protocol", protocol, known)} ` +
      `If it is one of your own, name its file: hintproof replay ${quoted(file)} --spec FILE.ts`,
  );
}

function codeOf(outcome: ReplayOutcome): number {
  switch (outcome.kind) {
    case "violates": {
      const { kind } = outcome.story.property;
      return isOpen(kind) ? exitCode.incomplete : exitCodeOfKind(kind);
    }
    case "no longer violates":
      return exitCode.asExpected;
    case "no longer fits":
      return exitCode.incomplete;
  }
}

function otherText(outcome: Exclude<ReplayOutcome, { readonly kind: "violates" }>): string {
  switch (outcome.kind) {
    case "no longer violates":
      return `no longer violated: ${printable(outcome.why)}\n`;
    case "no longer fits":
      return `no longer fits, ${outcome.step === 0 ? "from the start" : `at step ${outcome.step}`}: ${printable(outcome.why)}\n`;
  }
}

/** Whether a trace that is taken again cannot refute a property: that nothing leads further is for a search to say. */
const isOpen = (kind: string): boolean => violatorOf(kind) === "end";

function violatedText({ kind, name }: Story["property"]): string {
  if (!isOpen(kind)) return `still violated: ${words(name)}`;
  return `still fits: ${words(name)}; whether there is no way back only a search can say`;
}

/** The trace in a trace file or in a report. Throws `UsageError`. */
async function traceOf(file: string, property: string | undefined): Promise<TraceFile> {
  const text = textInFile(file);
  try {
    const trace = await traceIn(text, property);
    JSON.stringify(trace); // as it is handed on
    return trace;
  } catch (error) {
    if (error instanceof RangeError)
      throw new UsageError(`${file}: it is nested too deeply.`, { cause: error });
    if (error instanceof TraceFileError)
      throw new UsageError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
