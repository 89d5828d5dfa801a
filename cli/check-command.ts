import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  type CheckTask,
  costLine,
  safetyLine,
  type Report,
  type ReportAnswer,
  reportText,
  UsageError,
  verdictLine,
} from "../runs/told/index.ts";
import { words } from "../spec/index.ts";
import type { CheckpointHead } from "./checkpoint-file.ts";
import { isColoured, storyWidth } from "./colour.ts";
import { refuseContradictions } from "./contradictions.ts";
import { exitCodeOf } from "./exit-code.ts";
import { printFault } from "./fault.ts";
import { keptFrom } from "./kept.ts";
import { isSeveral, named } from "./named-files.ts";
import { interruption, sayEnding } from "./interruption.ts";
import type { JobAnswer, Source } from "./job.ts";
import { checkWritable, deliver, type Delivery, refuseSameFile } from "./output.ts";
import { painter } from "./paint.ts";
import type { CheckOptions } from "./options.ts";
import { type Phase, progressLine } from "./progress.ts";
import { readRecord } from "./record.ts";
import { runJob, type Watching } from "./run-job.ts";
import { sourceOf } from "./source.ts";
import { commandAgain, commandToGoOn, quoted, taskOf } from "./task.ts";
import { jsonText, say } from "./terminal.ts";
import { traceNameOf } from "./trace-names.ts";

/** The command that takes the counterexample of a property again, if it is kept. */
type Replaying = (property: { readonly name: string }) => string | undefined;

/** `hintproof check`: one protocol, or a table of several. */
export async function checkCommand(typed: readonly string[], given: CheckOptions): Promise<void> {
  const isOne = typed.length === 1 && !typed.some(isSeveral);
  const isTable =
    given.all === true || !(isOne || (typed.length === 0 && given.resume !== undefined));
  refuseContradictions(typed, given, isTable);
  if (isTable) {
    const options = withoutStdout(given);
    const names = await named(typed);
    await checkOutputs(
      names.map(({ name }) => name),
      options,
    );
    const { checkTable } = await import("./check-table.ts");
    await checkTable(names, options);
    return;
  }
  const { name, options, source } = await resumed(typed[0], withoutStdout(given));
  await checkOutputs([name], options);
  const report = await runCheck(name, options, {}, source);
  if (report !== undefined) process.exitCode = exitCodeOf(report);
}

/**
 * Checks one protocol or file, and prints what is found, with progress and checkpoints on the way; undefined
 * after a fault, which is printed and has set the exit status.
 */
export async function runCheck(
  name: string,
  options: CheckOptions,
  more: Partial<CheckTask> = {},
  known?: Source,
): Promise<Report | undefined> {
  const source = known ?? (await sourceOf(name));
  let phase: Phase = { name: "", total: expectedStates(name, options) };
  const progress = progressLine(options.quiet === true);
  const stopping = interruption(() => {
    progress.clear();
    sayEnding();
  });
  const checkpoint = keptIn(options, () => progress.clear());
  const watching: Watching = {
    onKept: checkpoint.kept,
    onForgotten: () => {
      progress.clear();
      say("hintproof: what an earlier check had learned from leads nowhere, and is forgotten");
    },
    stepTimeoutSeconds: options.stepTimeout,
    onProgress: (figures) => progress.show(figures, phase),
    onSafety: (found) => {
      // On orbits, or on states that have to be found first.
      phase = { name: "liveness: " };
      progress.clear();
      if (options.quiet !== true && found.figures.seconds >= 1) say(safetyLine(found));
    },
    onDeciding: ({ name: its, position, of }) => {
      phase = { name: `liveness ${position} of ${of}, ${words(its)}: `, isExplored: true };
    },
    interrupt: stopping.signal,
  };
  const task = { ...taskOf(options), ...more };
  const asked = await runJob(source, task, watching);
  const answer =
    options.smallest === true ? await asSmallest(asked, source, task, watching) : asked;
  stopping.stop();
  progress.clear();
  if (answer.kind === "fault") {
    process.exitCode = printFault(answer, options.stack === true);
    return undefined;
  }
  if (answer.kind !== "report") throw new Error(`A check was answered with a ${answer.kind}.`);

  for (const line of answer.warnings ?? []) say(line);
  const { report } = answer;
  const isOpen = report.properties.some(({ status }) => status === "undecided");
  if (report.verdict === "incomplete" || (report.verdict === "violated" && isOpen)) {
    checkpoint.sayHowToResume();
  }
  const { output } = options;
  const replaying = await keptTraces(report, source, options);
  deliver(output, {
    ...(await deliveryOf(name, source, answer, replaying, options)),
    summary: verdictLine(report, painter(false)),
  });
  if (options.quiet !== true) say(costLine(report));
  return report;
}

/** The answer for the smallest instance that shows what an answer found violated; the answer itself where it found nothing. */
async function asSmallest(
  answer: JobAnswer,
  source: Source,
  task: CheckTask,
  watching: Watching,
): Promise<JobAnswer> {
  if (answer.kind !== "report" || answer.report.verdict !== "violated") return answer;
  const { smallestOf, smallestText } = await import("./smallest.ts");
  const found = await smallestOf(answer.report, source, task, watching);
  say(`hintproof: ${smallestText(found)}`);
  const { constants } = found;
  if (constants === answer.report.constants) return answer;
  return runJob(source, { ...task, constants }, watching);
}

/** What is printed or written of an answer, in the form that is asked for. */
async function deliveryOf(
  name: string,
  source: Source,
  answer: ReportAnswer,
  replaying: Replaying,
  options: CheckOptions,
): Promise<Omit<Delivery, "summary">> {
  const { format, output } = options;
  const { report, stories, title } = answer;
  if (format === "json") {
    const kept =
      output === undefined
        ? undefined
        : (self: string | undefined) =>
            jsonText({ ...report, kept: keptFrom(output, source, self) });
    return { text: jsonText(report), kept, isJson: true, coloured: false };
  }
  const text = textOf(name, answer, replaying, options);
  if (format !== "html") {
    return { text, isJson: false, coloured: isColoured(options), width: options.width };
  }
  const { pageAbout, pageAgain, pageFile, pageOfStory } = await import("./page.ts");
  const [story] = stories;
  const { variant } = report;
  const { constants } = options;
  const again = (story && replaying(story.property)) ?? pageAgain(name, { variant, constants });
  const { html } =
    story === undefined
      ? await pageAbout(source, title, text, { variant, constants, again })
      : await pageOfStory(source, story, again);
  return { text: html, kept: pageFile(html), isJson: false, coloured: false };
}

/** What was found, as it is read; `name` is that of the protocol or the file. */
function textOf(
  name: string,
  { report, title, stories, isCutOff }: ReportAnswer,
  replaying: Replaying,
  options: CheckOptions,
): string {
  const { format, indent } = options;
  return reportText(report, {
    title,
    stories,
    again: commandAgain(name, options, report),
    statistics: options.statistics === true && !isCutOff,
    ghosts: options.ghosts,
    format: format === "json" || format === "html" ? undefined : format,
    width: storyWidth(options),
    indent,
    replaying,
    paint: painter(isColoured(options)),
  });
}

/** Throws `UsageError` where what is found could not be written in the end, or not without a loss. */
export async function checkOutputs(
  names: readonly string[],
  { output, trace, checkpoint, resume }: CheckOptions,
): Promise<void> {
  const file = trace === false ? undefined : trace;
  const outputs = { "--output": output, "--trace": file };
  refuseSameFile(outputs, { "the checkpoint to go on from": resume });
  for (const name of names.filter((one) => existsSync(one))) {
    refuseSameFile(
      { ...outputs, "--checkpoint": checkpoint },
      { "the protocol to be checked": name },
    );
  }
  if (output !== undefined) checkWritable("--output", output);
  if (file !== undefined) checkWritable("--trace", file);
  if (checkpoint === undefined) return;
  (await import("./checkpoint-file.ts")).prepareCheckpoint(checkpoint, resume);
}

/** What was typed, with what it leaves to the checkpoint that is to be resumed. */
async function resumed(
  name: string | undefined,
  options: CheckOptions,
): Promise<{
  readonly name: string;
  readonly options: CheckOptions;
  readonly source?: Source;
}> {
  const { resume } = options;
  if (resume === undefined) return { name: name as string, options };
  const { readHead } = await import("./checkpoint-file.ts");
  const { head, isOwn } = readHead(resume);
  const variant = options.variant ?? head.variant;
  const properties = options.properties ?? head.properties;
  return {
    name: name ?? head.file?.path ?? head.protocol,
    ...(name === undefined && { source: await sourceNamedIn(resume, head, isOwn) }),
    options: {
      ...options,
      variant,
      properties,
      constants: { ...head.constants, ...options.constants },
      symmetry: options.symmetry && head.symmetry,
    },
  };
}

/**
 * Where the protocol of a checkpoint comes from, if the user does not say so. A file that is named there is
 * run only if hintproof ran the same code when it wrote the checkpoint here. Throws `UsageError` otherwise.
 */
async function sourceNamedIn(
  resume: string,
  { file, protocol }: CheckpointHead,
  isOwn: boolean,
): Promise<Source> {
  if (file === undefined) return { kind: "shipped", name: protocol };
  const refused = (why: string): UsageError =>
    new UsageError(
      `${resume} is a checkpoint of ${file.path}, ${why}. ` +
        `Name the file: hintproof check FILE.ts --resume ${quoted(resume)}`,
    );
  if (!isOwn) {
    throw refused("which is not run: the checkpoint is a copy, or others can write to it");
  }
  if (!existsSync(file.path)) throw refused("which is not there any more");
  const source = await sourceOf(file.path);
  const { digestOfBundle } = await import("./fingerprint.ts");
  if (source.kind === "file" && digestOfBundle(source.bundle) === file.digest) return source;
  throw new UsageError(
    `${resume} is the checkpoint of another search.\n` +
      `  the protocol has been changed since, so nothing of ${file.path} was run`,
  );
}

/** Says on stderr what becomes of the checkpoints of a run. */
function keptIn(
  options: CheckOptions,
  clear: () => void,
): { readonly kept: (failure: string | undefined) => void; readonly sayHowToResume: () => void } {
  const { checkpoint: file, resume } = options;
  let isKept = false;
  let last: string | undefined;
  const tell = (text: string): void => {
    clear();
    say(`hintproof: ${text}`);
  };
  return {
    kept: (failure) => {
      isKept ||= failure === undefined;
      if (failure !== undefined && failure !== last) {
        const older = isKept ? "; the checkpoint from before is still there" : "";
        tell(`${file} could not be written: ${failure}${older}.`);
      }
      last = failure;
    },
    sayHowToResume: () => {
      if (file === undefined) return;
      const isThere = isKept || (resume !== undefined && resolve(resume) === resolve(file));
      if (isThere) tell(`to go on: ${commandToGoOn(file, options)}`);
      else if (last === undefined) tell(`${file} was not written: there was nothing to keep yet`);
    },
  };
}

/** Keeps what was found violated in files, as it is asked for; the commands that take it again. */
async function keptTraces(
  report: Report,
  source: Source,
  { trace, quiet }: CheckOptions,
): Promise<Replaying> {
  const { counterexamples = [] } = report;
  if (counterexamples.length === 0) {
    if (typeof trace === "string")
      say(`hintproof: nothing is violated, so ${trace} was not written`);
    return () => undefined;
  }
  if (trace === false) return () => undefined;
  const { keepAll, keepFirst } = await import("./kept-traces.ts");
  const files = trace === undefined ? keepAll(report, source) : keepFirst(report, source, trace);
  if (typeof files !== "string") return (property) => againOf(files.get(property.name));
  if (quiet !== true) say(`hintproof: counterexamples are not kept: ${files}`);
  return () => undefined;
}

const againOf = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : `hintproof replay ${quoted(traceNameOf(file))}`;

/** How many states there will be, if the run is one that was recorded. */
function expectedStates(name: string, options: CheckOptions): number | undefined {
  const { variant, random, symmetry, constants } = options;
  if (random === true || !symmetry || Object.keys(constants).length > 0) return undefined;
  return readRecord().find((entry) => entry.protocol === name && entry.variant === variant)
    ?.distinctStates;
}

/** "-" and /dev/stdout are where a report goes anyway. */
export function withoutStdout(options: CheckOptions): CheckOptions {
  const { output, ...others } = options;
  return output === undefined || output === "-" || output === "/dev/stdout"
    ? others
    : { ...others, output };
}
