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
  unknown,
  unusedWarnings,
  UsageError,
} from "../runs/index.ts";
import { closest, isA, messageOf, Mistakes, SpecError } from "../spec/index.ts";
import type { Bundle } from "./bundle.ts";
import { nearFile } from "./code-files.ts";
import { causesOf, importSpec, mappedStack, placeOf, shownPath, stackIn } from "./import-spec.ts";
import { type Job, type Message, phase, pulseOf, shared, type Source, warmUp } from "./job.ts";

/*
 * The thread in which the functions of a spec run. It loads the protocol, does one task, posts one answer, and waits
 * for another. The main thread watches from outside, so that a function that never returns is noticed.
 */

/** A job that this thread does. */
class Work {
  readonly #job: Job;
  readonly #numbers: Int32Array;
  readonly #bundle: Bundle | undefined;
  /** 0 is the search, the others help it. */
  readonly #thread: number;

  constructor(job: Job) {
    this.#job = job;
    this.#numbers = new Int32Array(job.shared);
    this.#bundle = job.source.kind === "file" ? job.source.bundle : undefined;
    this.#thread = job.help?.thread ?? 0;
  }

  /** Does it, and posts what came of it. */
  async do(): Promise<void> {
    let result: Message;
    try {
      result = await this.#answer();
    } catch (error) {
      result = this.#faultOf(error);
    }
    this.#enter("finishing");
    post(result);
  }

  async #answer(): Promise<Message> {
    const { task, help: asHelp, source } = this.#job;
    this.#enter("loading");
    const protocol = await load(source);
    if (asHelp === undefined) {
      // They look at sizes of the spec's as well: which are known to end where a model has been built.
      const isRefused = "unused" in task && task.unused === "refused";
      const first = isRefused ? this.#warningsOf(protocol) : undefined;
      const its = await run(protocol, task, this.#machine());
      if (its.kind !== "report" && its.kind !== "description") return its;
      const warnings = first ?? this.#warningsOf(protocol);
      return warnings.length === 0 ? its : { ...its, warnings };
    }
    if (task.kind !== "check") throw new Error(`There is nothing to help with in a ${task.kind}.`);
    help(protocol, task, this.#machine(), asHelp.seat);
    return { kind: "helped" };
  }

  /** This thread, which another one watches. */
  #machine(): Machine {
    const { source } = this.#job;
    return {
      enter: (name) => this.#enter(name),
      post,
      isInterrupted: () => Atomics.load(this.#numbers, shared.interrupt) !== 0,
      heapShare,
      peakMemoryBytes: () => process.resourceUsage().maxRSS * 1024,
      pulse: pulseOf(this.#numbers, this.#thread),
      startHelper: (seat) => post({ kind: "help wanted", seat }),
      modules: async () => (await import("./modules.ts")).modulesOf(source),
      keeping: (protocol, task) => this.#keepingOf(protocol, task),
    };
  }

  /** Says what the search is at. Threads that help have nothing to say about that. */
  #enter(name: keyof typeof phase): void {
    if (this.#thread === 0) Atomics.store(this.#numbers, shared.phase, phase[name]);
  }

  /** Keeps checkpoints and lessons, and goes on from them, where the task says so. */
  async #keepingOf(protocol: Protocol, task: CheckTask): Promise<Keeping> {
    const checkpoints = await this.#checkpointsOf(protocol, task);
    const lessons = await this.#lessonsOf(task);
    return (...of) => ({ ...checkpoints(...of), ...lessons(...of) });
  }

  async #checkpointsOf(protocol: Protocol, task: CheckTask): Promise<Keeping> {
    const { checkpoint, resume, variant, symmetry } = task;
    const bundle = this.#bundle;
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
        const failure = this.#during("keeping", () =>
          writeCheckpoint(checkpoint as string, facts, its),
        );
        post({ kind: "kept", failure });
      };
      this.#enter("keeping");
      return {
        onCheckpoint: checkpoint === undefined ? undefined : onCheckpoint,
        resume: resume === undefined ? undefined : readCheckpoint(resume, facts),
      };
    };
  }

  async #lessonsOf({ cache, variant, liveness }: CheckTask): Promise<Keeping> {
    if (cache === undefined) return () => ({});
    const { lessonsAbout } = await import("./lessons-file.ts");
    const { source } = this.#job;
    const from = source.kind === "shipped" ? source.name : source.bundle.file;
    return ({ constants }, properties) => {
      const about = [source.kind, from, variant, constants, properties, liveness];
      const keeper = lessonsAbout(about, cache === "anew");
      let before: number | undefined;
      return {
        lessons: {
          of: (search) => keeper.of(search),
          keep: (...its) => this.#during("keeping", () => keeper.keep(...its)),
        },
        onRehearsing: (isAtWork) => {
          if (isAtWork) before = Atomics.load(this.#numbers, shared.phase);
          Atomics.store(
            this.#numbers,
            shared.phase,
            isAtWork ? phase.rehearsing : (before ?? phase.running),
          );
        },
      };
    };
  }

  /** Does something in a phase of its own. */
  #during<Result>(name: keyof typeof phase, go: () => Result): Result {
    const before = Atomics.load(this.#numbers, shared.phase);
    this.#enter(name);
    try {
      return go();
    } finally {
      Atomics.store(this.#numbers, shared.phase, before);
    }
  }

  #faultOf(error: unknown): Fault {
    const { task } = this.#job;
    const message = messageOf(error);
    const stack = isA(Error, error) ? this.#stackOf(error) : undefined;
    if (isA(UsageError, error) || isA(NoMemory, error)) {
      const isNoProtocol = isA(NoProtocol, error);
      return { kind: "fault", of: "command line", message, isNoProtocol, stack };
    }
    if (isA(CheckpointError, error) && task.kind === "check") {
      const what = `${task.resume} is not a checkpoint of this search: ${message}.`;
      return { kind: "fault", of: "command line", message: what, stack };
    }
    if (!isA(SpecError, error)) return { kind: "fault", of: "hintproof", message, stack };
    const all = isA(Mistakes, error) ? error.all : [error];
    const lines = [...new Set(all.map((one) => this.#lineOf(one, "error")))];
    const isPlaced = all.some((one) => this.#placeIn(one) !== undefined);
    const text = lines.join("\n  ");
    return { kind: "fault", of: "spec", message: text, lines: isPlaced ? lines : undefined, stack };
  }

  /** Where in the user's file an error comes from, if it is known: the nearest cause knows best. */
  #placeIn(error: Error): string | undefined {
    const bundle = this.#bundle;
    return bundle && (placeOf(bundle, error.cause) ?? placeOf(bundle, error));
  }

  /** An error as compilers print it, if its place is known. */
  #lineOf(error: Error, kind: "error" | "warning"): string {
    const place = this.#placeIn(error);
    return place === undefined ? messageOf(error) : `${place}: ${kind}: ${messageOf(error)}`;
  }

  /**
   * What is wrong with variants of a protocol, which nothing else rests on, and what nobody uses, where that is asked for.
   * Thrown, where nothing of it is to be.
   */
  #warningsOf(protocol: Protocol): readonly string[] {
    const { task } = this.#job;
    const bundle = this.#bundle;
    if ((task.kind !== "check" && task.kind !== "describe") || bundle === undefined) return [];
    const malformed = protocol.variants.flatMap(({ mistakes = [] }) => mistakes);
    const pulse = pulseOf(this.#numbers, this.#thread);
    const isAtWork = (): void => void Atomics.add(pulse, 0, 1);
    // What another file declares may be used by whoever else imports it.
    const own = `${shownPath(bundle.file)}:`;
    const unused =
      task.unused === undefined
        ? []
        : unusedWarnings(protocol, isAtWork).filter((one) => this.#placeIn(one)?.startsWith(own));
    const all = [
      ...(task.kind === "describe" && task.unused !== "refused" ? [] : malformed),
      ...unused,
    ];
    if (task.unused === "refused" && all.length > 0) throw new Mistakes(all);
    return [...new Set(all.map((one) => this.#lineOf(one, "warning")))];
  }

  #stackOf(error: Error): string {
    const stack = causesOf(error).map(stackIn).join("\n  caused by: ");
    return this.#bundle === undefined ? stack : mappedStack(this.#bundle, stack).text;
  }
}

function post(message: Message): void {
  parentPort?.postMessage(message);
}

async function load(source: Source): Promise<Protocol> {
  if (source.kind === "file") {
    const { guardBuiltins, guardStacks } = await import("./guard-builtins.ts");
    guardOutside();
    guardBuiltins(source.bundle);
    guardStacks();
    Error.stackTraceLimit = 40; // a word calls others before one of them finds what is wrong
    return loaded(source.bundle);
  }
  const { name } = source;
  const { shippedNamed, shippedNames: known } = await import("../spec/protocols/index.ts");
  const found = await shippedNamed(name);
  if (found !== undefined) return found;
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

/** How much of what this thread may take for objects it has taken. */
function heapShare(): number {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return used_heap_size / heap_size_limit;
}

/** The next job, for which a thread waits that was prepared, or has done one. */
const nextJob = (): Promise<Job> => new Promise((resolve) => parentPort?.once("message", resolve));

/**
 * Checks what is small and shipped, and tells nobody: what runs by then runs fast, when it is needed. No function of a
 * user's is called, so that nothing of one is kept.
 */
async function warmedUp(): Promise<void> {
  const protocol = await load({ kind: "shipped", name: "two-phase-commit" });
  const quiet: Machine = { enter: () => {}, post: () => {}, isInterrupted: () => false };
  const constants = { managers: 3 };
  for (const variant of [undefined, "commits-without-waiting"]) {
    const task: CheckTask = { kind: "check", variant, constants, symmetry: true, stories: "first" };
    await run(protocol, task, quiet);
  }
}

const given = workerData as Job | typeof warmUp | undefined;
if (given === warmUp) await warmedUp();
const first = given === warmUp ? undefined : given;
for (let job = first ?? (await nextJob()); ; job = await nextJob()) {
  await new Work(job).do();
  if (job.help !== undefined) break;
}
