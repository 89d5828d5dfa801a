import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { isColoured, terminalWidth } from "./colour.ts";
import { exitCodeOf } from "./exit-code.ts";
import { printFault } from "./fault.ts";
import { interruption } from "./interruption.ts";
import type { CheckTask } from "./job.ts";
import { checkWritable, writeWhole } from "./output.ts";
import { painter } from "./paint.ts";
import type { CheckOptions } from "./program.ts";
import { progressLine } from "./progress.ts";
import { readRecord } from "./record.ts";
import type { Report } from "./report.ts";
import { costLine, verdictLine } from "./report-text.ts";
import { runJob } from "./run-job.ts";
import { sourceOf } from "./source.ts";
import { UsageError } from "./usage-error.ts";

/** `hintproof check`: one protocol, or all of them. */
export async function checkCommand(named: string | undefined, given: CheckOptions): Promise<void> {
  refuseContradictions(named, given);
  const { name, options } = await resumed(named, withoutStdout(given));
  if (options.output !== undefined) checkWritable("--output", options.output);
  if (options.trace !== undefined) checkWritable("--trace", options.trace);
  if (options.checkpoint !== undefined) {
    (await import("./checkpoint-file.ts")).checkCheckpoint(options.checkpoint);
  }
  if (name === undefined || options.all === true) {
    const { checkTable } = await import("./check-table.ts");
    await checkTable(name, options);
    return;
  }

  const report = await runCheck(name, options);
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
): Promise<Report | undefined> {
  const source = await sourceOf(name);
  const total = expectedStates(name, options);
  const progress = progressLine(options.quiet === true);
  const stopping = interruption(() => {
    progress.clear();
    process.stderr.write("hintproof: ending with what there is; once more to end at once\n");
  });
  const checkpoint = keptIn(options.checkpoint, () => progress.clear());
  const answer = await runJob(
    source,
    { ...taskOf(options, name), ...more },
    {
      onKept: checkpoint.kept,
      stepTimeoutSeconds: options.stepTimeout,
      onProgress: (figures) => progress.show(figures, "", total),
      interrupt: stopping.signal,
    },
  );
  stopping.stop();
  progress.clear();
  if (answer.kind === "fault") {
    process.exitCode = printFault(answer, options.stack === true);
    return undefined;
  }
  if (answer.kind !== "report") throw new Error(`A check was answered with a ${answer.kind}.`);

  const { report, text } = answer;
  if (options.trace !== undefined) keepTrace(report, options.trace);
  if (report.verdict === "incomplete") checkpoint.sayHowToResume();
  const written = options.format === "json" ? `${JSON.stringify(report, null, 2)}\n` : text;
  if (options.output === undefined) process.stdout.write(written);
  else {
    writeWhole(options.output, written);
    process.stdout.write(`${verdictLine(report, painter(false))}\n`);
  }
  if (options.quiet !== true) process.stderr.write(`${costLine(report)}\n`);
  return report;
}

/** What was typed, with what it leaves to the checkpoint that is to be resumed. */
async function resumed(
  name: string | undefined,
  options: CheckOptions,
): Promise<{ readonly name: string | undefined; readonly options: CheckOptions }> {
  if (options.resume === undefined) return { name, options };
  const { readCheckpointLine } = await import("./checkpoint-file.ts");
  const kept = readCheckpointLine(options.resume);
  if (name === undefined && kept.file !== undefined && !existsSync(kept.file)) {
    throw new UsageError(
      `${options.resume} is a checkpoint of ${kept.file}, which is not there any more. ` +
        `Name the file: hintproof check FILE.ts --resume ${quoted(options.resume)}`,
    );
  }
  const variant = options.variant ?? kept.variant;
  const property = options.property ?? kept.properties;
  return {
    name: name ?? kept.file ?? kept.protocol,
    options: {
      ...options,
      ...(variant === undefined ? {} : { variant }),
      ...(property === undefined ? {} : { property }),
      set: { ...kept.constants, ...options.set },
      symmetry: options.symmetry && kept.symmetry,
    },
  };
}

/** Says on stderr what becomes of the checkpoints of a run. */
function keptIn(
  file: string | undefined,
  clear: () => void,
): { readonly kept: (failure: string | undefined) => void; readonly sayHowToResume: () => void } {
  let isKept = false;
  let last: string | undefined;
  const say = (text: string): void => {
    clear();
    process.stderr.write(`hintproof: ${text}\n`);
  };
  return {
    kept: (failure) => {
      isKept ||= failure === undefined;
      if (failure !== undefined && failure !== last) {
        const older = isKept ? "; the checkpoint from before is still there" : "";
        say(`${file} could not be written: ${failure}${older}.`);
      }
      last = failure;
    },
    sayHowToResume: () => {
      if (file === undefined) return;
      const word = quoted(file);
      if (isKept) say(`to go on: hintproof check --resume ${word} --checkpoint ${word}`);
      else if (last === undefined) say(`${file} was not written: there was nothing to keep yet`);
    },
  };
}

/** Writes the first counterexample to a file of its own, one step a line; nothing if there is none. */
function keepTrace({ protocol, variant, constants, counterexamples }: Report, file: string): void {
  const [first] = counterexamples ?? [];
  if (first === undefined) {
    process.stderr.write(`hintproof: nothing is violated, so ${file} was not written\n`);
    return;
  }
  const { trace, ...others } = { schemaVersion: 1, protocol, variant, constants, ...first };
  const steps = trace.map((step) => `    ${JSON.stringify(step)}`).join(",\n");
  const head = JSON.stringify(others, null, 2).slice(0, -2);
  writeWhole(file, `${head},\n  "trace": [\n${steps}\n  ]\n}\n`);
}

/** How many states there will be, if the run is one that was recorded. */
function expectedStates(name: string, options: CheckOptions): number | undefined {
  const { variant, random, symmetry, set } = options;
  if (random === true || !symmetry || Object.keys(set).length > 0) return undefined;
  return readRecord().find((entry) => entry.protocol === name && entry.variant === variant)
    ?.distinctStates;
}

/** "-" and /dev/stdout are where a report goes anyway. */
function withoutStdout(options: CheckOptions): CheckOptions {
  const { output, ...others } = options;
  return output === undefined || output === "-" || output === "/dev/stdout"
    ? others
    : { ...others, output };
}

/** The search that the options ask for; `name` is that of a single protocol or file. */
export function taskOf(options: CheckOptions, name = ""): CheckTask {
  const { variant, property, maxStates, timeout, runs, steps, seed, path } = options;
  const { memory, workers = availableParallelism(), checkpoint, resume } = options;
  const isReference = options.engine === "reference" || options.random === true;
  const width = terminalWidth();
  return {
    kind: "check",
    ...(variant === undefined ? {} : { variant }),
    constants: options.set,
    ...(property === undefined ? {} : { properties: property }),
    untilFirst: options.first === true,
    traces: options.traces === true,
    symmetry: options.symmetry,
    liveness: options.liveness,
    unfair: options.unfair ?? [],
    neededFairness: options.neededFairness === true,
    worstCases: false,
    engine: isReference ? "reference" : "compiled",
    audit: options.audit ?? "share",
    workers: isReference ? 1 : workers,
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(checkpoint === undefined ? {} : { checkpoint: resolve(checkpoint) }),
    ...(resume === undefined ? {} : { resume: resolve(resume) }),
    ...(maxStates === undefined ? {} : { maxStates }),
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
    ...(options.random === true
      ? {
          random: {
            command: randomCommand(name, options),
            ...(runs === undefined ? {} : { runs }),
            ...(steps === undefined ? {} : { steps }),
            ...(seed === undefined ? {} : { seed }),
            ...(path === undefined ? {} : { path }),
          },
        }
      : {}),
    statistics: options.statistics === true,
    colour: options.format === "text" && isColoured(options),
    ghosts: options.ghosts === true,
    ...(width === undefined || options.output !== undefined ? {} : { width }),
  };
}

/** What was typed for random runs, but for the seed and the path, which say where among them. */
function randomCommand(name: string, { set, variant, property = [], steps }: CheckOptions): string {
  const words = [
    "hintproof",
    "check",
    name,
    ...Object.entries(set).flatMap(([constant, value]) => ["--set", `${constant}=${value}`]),
    ...(variant === undefined ? [] : ["--variant", variant]),
    ...property.flatMap((one) => ["--property", one]),
    "--random",
    ...(steps === undefined ? [] : ["--steps", String(steps)]),
  ];
  return words.map(quoted).join(" ");
}

/** A word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

function refuseContradictions(name: string | undefined, options: CheckOptions): void {
  const isTable = (name === undefined && options.resume === undefined) || options.all === true;
  if (options.updateRecord === true && !(isTable && name === undefined)) {
    throw new UsageError(
      "--update-record is for all shipped protocols together; leave out the name.",
    );
  }
  const ofOne = {
    "--variant": options.variant !== undefined,
    "--property": options.property !== undefined,
    "--random": options.random === true,
    "--no-symmetry": !options.symmetry,
    "--no-liveness": !options.liveness,
    "--unfair": options.unfair !== undefined,
    "--needed-fairness": options.neededFairness === true,
    "--first": options.first === true,
    "--traces": options.traces === true,
    "--statistics": options.statistics === true,
    "--checkpoint": options.checkpoint !== undefined,
    "--resume": options.resume !== undefined,
    "--trace": options.trace !== undefined,
    "--set": isTable && name === undefined && Object.keys(options.set).length > 0,
  };
  for (const [option, isGiven] of Object.entries(ofOne)) {
    if (!isTable || !isGiven) continue;
    const isAll = options.all === true;
    const why = isAll ? "does not go with --all" : "needs the name of a protocol";
    throw new UsageError(`${option} ${why}.`);
  }
  if (options.random === true && !options.symmetry) {
    throw new UsageError("--no-symmetry has no meaning with --random, which never reduces.");
  }
  const ofGraphs = { "--unfair": options.unfair, "--needed-fairness": options.neededFairness };
  for (const [option, value] of Object.entries(ofGraphs)) {
    if (value === undefined) continue;
    if (options.random === true) {
      throw new UsageError(`${option} does not go with --random, which decides no liveness.`);
    }
    if (!options.liveness) throw new UsageError(`${option} does not go with --no-liveness.`);
  }
  if (options.random === true && options.engine === "compiled") {
    throw new UsageError("--engine compiled does not go with --random, whose runs learn nothing.");
  }
  const ofCompiled = {
    "--audit": options.audit,
    "--workers": options.workers,
    "--memory": options.memory,
    "--checkpoint": options.checkpoint,
    "--resume": options.resume,
  };
  for (const [option, value] of Object.entries(ofCompiled)) {
    if (value === undefined) continue;
    if (options.random === true) throw new UsageError(`${option} does not go with --random.`);
    // A table's workers are runs at a time, with any engine.
    if (options.engine !== "reference" || (isTable && option === "--workers")) continue;
    throw new UsageError(
      `${option} is for the compiled engine; leave out ${option} or --engine reference.` +
        (option === "--memory" ? " (NODE_OPTIONS=--max-old-space-size=MB limits the other.)" : ""),
    );
  }
  const ofRandom = {
    "--runs": options.runs,
    "--steps": options.steps,
    "--seed": options.seed,
    "--path": options.path,
  };
  for (const [option, value] of Object.entries(ofRandom)) {
    if (options.random !== true && value !== undefined)
      throw new UsageError(`${option} goes with --random.`);
  }
  if (options.path !== undefined && options.seed === undefined) {
    throw new UsageError("--path says where in the runs of a seed; give --seed too.");
  }
}
