import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { CheckpointError, type CheckOptions, NoMemory } from "../checker/index.ts";
import { changedOfJavaScript, guardOutside } from "../model/index.ts";
import {
  type CheckTask,
  type Fault,
  help,
  type Keeping,
  type Machine,
  NoProtocol,
  type Protocol,
  run,
  specOf,
  type Task,
  unknown,
  unusedWarnings,
  UsageError,
} from "../runs/index.ts";
import { closest, isA, messageOf, Mistakes, SpecError } from "../spec/index.ts";
import type { Bundle } from "./bundle.ts";
import { nearFile } from "./code-files.ts";
import { causesOf, importSpec, mappedStack, placeOf, shownPath, stackIn } from "./import-spec.ts";
import { type Job, type Message, phase, pulseOf, shared } from "./job.ts";

/*
 * The thread in which the functions of a spec run. It loads the protocol, does one task, posts one
 * answer. The main thread watches from outside, so that a function that never returns is noticed.
 */

/** A thread that was prepared is given its job later. */
const job = (workerData ??
  (await new Promise((resolve) => parentPort?.once("message", resolve)))) as Job;
const numbers = new Int32Array(job.shared);
const bundle: Bundle | undefined = job.source.kind === "file" ? job.source.bundle : undefined;

const thread = job.help?.thread ?? 0;

const isInterrupted = (): boolean => Atomics.load(numbers, shared.interrupt) !== 0;

function post(message: Message): void {
  parentPort?.postMessage(message);
}

/** Says what the search is at. Threads that help have nothing to say about that. */
function enter(name: keyof typeof phase): void {
  if (thread === 0) Atomics.store(numbers, shared.phase, phase[name]);
}

async function load(): Promise<Protocol> {
  if (job.source.kind === "file") {
    const { guardBuiltins, guardStacks } = await import("./guard-builtins.ts");
    guardOutside();
    guardBuiltins(job.source.bundle);
    guardStacks();
    Error.stackTraceLimit = 40; // a word calls others before one of them finds what is wrong
    return loaded(job.source.bundle);
  }
  const { name } = job.source;
  const { shipped } = await import("./shipped.ts");
  const found = shipped.find(({ spec }) => spec.name === name);
  if (found !== undefined) return found;
  const known = shipped.map(({ spec }) => spec.name);
  const file = closest(name, known) === undefined ? nearFile(name) : undefined;
  throw new UsageError(
    file === undefined
      ? unknown("There is no protocol", name, known)
      : `There is no protocol ${name}; did you mean the file ${file}?`,
  );
}

/** Runs the user's file. What it changes of JavaScript's own, nobody here could rely on any more. */
async function loaded(bundle: Bundle): Promise<Protocol> {
  const refuseChanges = (): void => {
    const changed = changedOfJavaScript();
    if (changed === undefined || changed.isHarmless) return;
    throw new SpecError(
      `The file changes ${changed.name} while it is loaded: a spec may not change what JavaScript itself has.`,
    );
  };
  try {
    const protocol = await importSpec(bundle);
    refuseChanges();
    return protocol;
  } catch (error) {
    refuseChanges();
    throw error;
  }
}

/** Keeps checkpoints, and goes on from one, where the task says so. */
async function keepingOf(protocol: Protocol, task: CheckTask): Promise<Keeping> {
  const { checkpoint, resume, variant, symmetry } = task;
  if (checkpoint === undefined && resume === undefined) return () => ({});
  const { checkProtocol, readCheckpoint, writeCheckpoint } = await import("./checkpoint-file.ts");
  const { digestOfBundle, fingerprint } = await import("./fingerprint.ts");
  if (resume !== undefined) checkProtocol(resume, protocol.spec.name);
  return ({ constants }, properties) => {
    const facts = {
      protocol: protocol.spec.name,
      variant,
      constants,
      symmetry,
      properties,
      source: fingerprint(specOf(protocol, variant), bundle),
      ...(bundle && { file: { path: bundle.file, digest: digestOfBundle(bundle) } }),
    };
    const onCheckpoint: CheckOptions["onCheckpoint"] = (its) => {
      const before = Atomics.load(numbers, shared.phase);
      enter("keeping");
      const failure = writeCheckpoint(checkpoint as string, facts, its);
      Atomics.store(numbers, shared.phase, before);
      post({ kind: "kept", failure });
    };
    enter("keeping");
    return {
      onCheckpoint: checkpoint === undefined ? undefined : onCheckpoint,
      resume: resume === undefined ? undefined : readCheckpoint(resume, facts),
    };
  };
}

/** How much of what this thread may take for objects it has taken. */
function heapShare(): number {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return used_heap_size / heap_size_limit;
}

/** This thread, which another one watches. */
const machine: Machine = {
  enter,
  post,
  isInterrupted,
  heapShare,
  peakMemoryBytes: () => process.resourceUsage().maxRSS * 1024,
  pulse: pulseOf(numbers, thread),
  startHelper: (seat) => post({ kind: "help wanted", seat }),
  modules: async () => (await import("./modules.ts")).modulesOf(job.source),
  keeping: keepingOf,
};

async function answer(): Promise<Message> {
  const { task } = job;
  enter("loading");
  const protocol = await load();
  if (job.help === undefined) {
    // They look at sizes of the spec's as well: which are known to end where a model has been built.
    const isRefused = task.kind !== "replay" && task.unused === "refused";
    const first = isRefused ? warningsOf(protocol, task) : undefined;
    const its = await run(protocol, task, machine);
    if (its.kind === "replayed") return its;
    const warnings = first ?? warningsOf(protocol, task);
    return warnings.length === 0 ? its : { ...its, warnings };
  }
  if (task.kind !== "check") throw new Error(`There is nothing to help with in a ${task.kind}.`);
  help(protocol, task, machine, job.help.seat);
  return { kind: "helped" };
}

function faultOf(error: unknown): Fault {
  const message = messageOf(error);
  const stack = isA(Error, error) ? stackOf(error) : undefined;
  if (isA(UsageError, error) || isA(NoMemory, error)) {
    const isNoProtocol = isA(NoProtocol, error);
    return { kind: "fault", of: "command line", message, isNoProtocol, stack };
  }
  if (isA(CheckpointError, error) && job.task.kind === "check") {
    const what = `${job.task.resume} is not a checkpoint of this search: ${message}.`;
    return { kind: "fault", of: "command line", message: what, stack };
  }
  if (!isA(SpecError, error)) return { kind: "fault", of: "hintproof", message, stack };
  const all = isA(Mistakes, error) ? error.all : [error];
  const lines = [...new Set(all.map((one) => lineOf(one, "error")))];
  const isPlaced = all.some((one) => placeIn(one) !== undefined);
  const text = lines.join("\n  ");
  return { kind: "fault", of: "spec", message: text, lines: isPlaced ? lines : undefined, stack };
}

/** Where in the user's file an error comes from, if it is known: the nearest cause knows best. */
const placeIn = (error: Error): string | undefined =>
  bundle && (placeOf(bundle, error.cause) ?? placeOf(bundle, error));

/** An error as compilers print it, if its place is known. */
function lineOf(error: Error, kind: "error" | "warning"): string {
  const place = placeIn(error);
  return place === undefined ? messageOf(error) : `${place}: ${kind}: ${messageOf(error)}`;
}

/**
 * What is wrong with variants of a protocol, which nothing else rests on, and what nobody uses, where that is asked for.
 * Thrown, where nothing of it is to be.
 */
function warningsOf(protocol: Protocol, task: Task): readonly string[] {
  if (task.kind === "replay" || bundle === undefined) return [];
  const malformed = protocol.variants.flatMap(({ mistakes = [] }) => mistakes);
  const isAtWork = (): void => void Atomics.add(pulseOf(numbers, thread), 0, 1);
  // What another file declares may be used by whoever else imports it.
  const own = `${shownPath(bundle.file)}:`;
  const unused =
    task.unused === undefined
      ? []
      : unusedWarnings(protocol, isAtWork).filter((one) => placeIn(one)?.startsWith(own));
  const all = [
    ...(task.kind === "describe" && task.unused !== "refused" ? [] : malformed),
    ...unused,
  ];
  if (task.unused === "refused" && all.length > 0) throw new Mistakes(all);
  return [...new Set(all.map((one) => lineOf(one, "warning")))];
}

function stackOf(error: Error): string {
  const stack = causesOf(error).map(stackIn).join("\n  caused by: ");
  return bundle === undefined ? stack : mappedStack(bundle, stack).text;
}

let result: Message;
try {
  result = await answer();
} catch (error) {
  result = faultOf(error);
}
enter("finishing");
post(result);
