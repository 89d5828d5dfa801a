import type { Worker } from "node:worker_threads";
import type { Deciding } from "../checker/index.ts";
import { isA, isLiveness, messageOf, words } from "../spec/index.ts";
import {
  type CheckTask,
  constantsText,
  type Fault,
  type Figures,
  type Found,
  type ModelFacts,
  type Report,
  type RunFigures,
  type Task,
} from "../runs/told/index.ts";
import type { Job, JobAnswer, Message, Source } from "./job.ts";
import { phase, pulseOf, shared } from "./job.ts";
import { keepThread, threadOf } from "./search-thread.ts";

/** How one job is run and watched. */
export interface Watching {
  /** How long a function of the spec may take. */
  readonly stepTimeoutSeconds: number;
  readonly onProgress?: ((progress: RunFigures) => void) | undefined;
  /** Called with what was found of states and steps, before liveness is decided. */
  readonly onSafety?: ((found: Found) => void) | undefined;
  /** Called with the liveness property that is decided next. */
  readonly onDeciding?: ((next: Deciding) => void) | undefined;
  /** Called when a checkpoint was written, or could not be, and why. */
  readonly onKept?: (failure: string | undefined) => void;
  /** Called when a run from which an earlier check learned did not come to an end, so that all begins anew without. */
  readonly onForgotten?: () => void;
  /** Aborted when the user wants the run to end with what it has. */
  readonly interrupt?: AbortSignal | undefined;
}

/** How often the worker's pulse is felt. */
const lookMilliseconds = 100;

/**
 * Runs a job in a thread of its own, so that a function of the spec that never returns can be ended,
 * and so can a search that needs more memory than there is. What goes wrong in states that an earlier check has named
 * says nothing: these need not be reached any more.
 */
export async function runJob(source: Source, task: Task, watching: Watching): Promise<JobAnswer> {
  const answer = await runOnce(source, task, watching);
  if (answer !== "lost in rehearsal") return answer;
  watching.onForgotten?.();
  return (await runOnce(source, { ...task, cache: "anew" } as Task, watching)) as JobAnswer;
}

/** As `runJob`, once. */
async function runOnce(
  source: Source,
  task: Task,
  watching: Watching,
): Promise<JobAnswer | "lost in rehearsal"> {
  // Liveness may take a second search, with helpers of its own.
  const mostHelpers = task.kind === "check" ? 2 * ((task.workers ?? 1) - 1) : 0;
  const length = shared.length + shared.perHelper * mostHelpers;
  const numbers = new Int32Array(new SharedArrayBuffer(4 * length));
  const job: Job = { source, task, shared: numbers.buffer as SharedArrayBuffer };
  const worker = threadOf(job);
  const helpers: Worker[] = [];

  const interrupt = (): void => {
    Atomics.store(numbers, shared.interrupt, 1);
  };
  watching.interrupt?.addEventListener("abort", interrupt);
  if (watching.interrupt?.aborted === true) interrupt();

  let facts = unloaded(source, task);
  let found: Found | undefined;
  let figures: Figures = nothing;
  const start = performance.now();
  const figuresNow = (): Figures => ({
    ...figures,
    seconds: Math.round(performance.now() - start) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  });
  // Of what functions of the user's keep, or leave behind, no other run is to know.
  let isReusable = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<JobAnswer | "lost in rehearsal">((resolve) => {
      const isLost = (): boolean => phaseOf(numbers) === phase.rehearsing;
      const stillness = stillnessOf(numbers);
      const timeout = task.kind === "check" ? task.timeoutSeconds : undefined;
      const isKept = task.kind === "check" && task.checkpoint !== undefined;
      const patience = patienceOf(numbers, timeout, isKept);
      timer = setInterval(() => {
        const reason = patience.look();
        if (reason !== undefined && task.kind === "check") {
          resolve(unfinished(reason, task, facts, found, figuresNow()));
        }
        const isTimed = timeout !== undefined && phaseOf(numbers) === phase.instantiating;
        if (stillness.look() < watching.stepTimeoutSeconds || isTimed) return;
        const message = stuckMessage(numbers, facts, watching.stepTimeoutSeconds);
        resolve(isLost() ? "lost in rehearsal" : { kind: "fault", of: "spec", message });
      }, lookMilliseconds);
      worker.on("message", (message: Message) => {
        if (message.kind === "started") facts = message.model;
        else if (message.kind === "searched" || message.kind === "safety") {
          found = message;
          figures = message.figures;
          if (message.kind === "safety") watching.onSafety?.(message);
        } else if (message.kind === "progress") {
          figures = message.figures;
          stillness.moved(message.figures.generatedStates);
          watching.onProgress?.(message.statistics);
        } else if (message.kind === "deciding") watching.onDeciding?.(message);
        else if (message.kind === "kept") watching.onKept?.(message.failure);
        else if (message.kind === "help wanted") {
          const help = { thread: 1 + helpers.length, seat: message.seat };
          const helper = threadOf({ ...job, help });
          helpers.push(helper);
          watchHelper(
            helper,
            (error) =>
              resolve(
                error?.code === "ERR_WORKER_OUT_OF_MEMORY"
                  ? outOfMemory(task, facts, found, figuresNow())
                  : helperFault(error),
              ),
            resolve,
          );
        } else if (message.kind !== "helped") resolve(message);
      });
      // Whatever the spec throws: null, say.
      worker.on("error", (error: NodeJS.ErrnoException | null) => {
        if (isLost()) resolve("lost in rehearsal");
        resolve(
          error?.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? outOfMemory(task, facts, found, figuresNow())
            : uncaught(source, error),
        );
      });
      worker.on("exit", () => {
        if (isLost()) resolve("lost in rehearsal");
        resolve({ kind: "fault", of: "spec", message: leftMessage(source, numbers) });
      });
    });
    isReusable =
      source.kind === "shipped" &&
      answer !== "lost in rehearsal" &&
      answer.kind === "report" &&
      !answer.isCutOff;
    return answer;
  } finally {
    clearInterval(timer);
    watching.interrupt?.removeEventListener("abort", interrupt);
    if (isReusable) {
      for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
      keepThread(worker);
    }
    const over = isReusable ? helpers : [worker, ...helpers];
    await Promise.all(over.map((thread) => thread.terminate()));
  }
}

/** A search that waits for a helper that is gone would wait for ever: it ends with the helper. */
function watchHelper(
  helper: Worker,
  onLost: (error: NodeJS.ErrnoException | undefined) => void,
  onFault: (fault: Fault) => void,
): void {
  let isOver = false;
  helper.on("message", (message: Message) => {
    if (message.kind === "helped") isOver = true;
    else if (message.kind === "fault") onFault(message);
  });
  helper.on("error", onLost);
  helper.on("exit", () => {
    if (!isOver) onLost(undefined);
  });
}

function helperFault(error: Error | undefined): Fault {
  const { message = "it has ended", stack } = error ?? {};
  return {
    kind: "fault",
    of: "hintproof",
    message: `A thread that helped the search was lost: ${message}. (--workers 1 does without.)`,
    stack,
  };
}

interface Stillness {
  look(): number;
  /** To be told the figures of the search, which may go on without calling any function of the spec. */
  moved(generatedStates: number): void;
}

/**
 * For how many seconds no thread has called a function of the spec and the search has come no further.
 * Counted in looks and by the processor, not by the clock: while the whole process is stopped nothing passes, and where
 * others have the processor hardly anything does. (A tenth of it does all the same: a function may wait, too.)
 */
function stillnessOf(numbers: Int32Array): Stillness {
  let generated = 0;
  let last = "";
  let lastLook = performance.now();
  let lastUsed = usedMilliseconds();
  let still = 0;
  return {
    look: () => {
      const at = phaseOf(numbers);
      const helpers = numbers.subarray(shared.length).join();
      const now = `${at} ${Atomics.load(numbers, shared.pulse)} ${helpers} ${generated}`;
      const time = performance.now();
      const canBeStuck = (at >= phase.loading && at <= phase.telling) || at >= phase.resuming;
      const used = usedMilliseconds();
      const passed = Math.min(time - lastLook, 2 * lookMilliseconds);
      const worked = Math.min(passed, Math.max(used - lastUsed, passed / 10));
      still = now === last && canBeStuck ? still + worked : 0;
      last = now;
      lastLook = time;
      lastUsed = used;
      return still / 1000;
    },
    moved: (generatedStates) => {
      generated = generatedStates;
    },
  };
}

/** What all threads of the process have had of the processor. */
function usedMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** How long a run may take to notice by itself that it has to end. */
const graceSeconds = 0.8;

/**
 * Why a run has to be ended from outside, if it has: it was interrupted or its time is over, and it does not end by
 * itself. At once while the protocol is loaded and the model is built, which nothing can interrupt (but not because of
 * its time where a later run is to go on from this one: it would get no further); never while a checkpoint is read or
 * written. Once the search is over, there is as much time to tell what it found.
 */
function patienceOf(
  numbers: Int32Array,
  timeoutSeconds = Infinity,
  isKept = false,
): { look(): "time limit" | "interrupted" | undefined } {
  let loading: number | undefined;
  let searching: number | undefined;
  let interrupted: number | undefined;
  /** When it was last at something else, for which there is time. */
  let busy = Number.NEGATIVE_INFINITY;
  let before: number = phase.starting;
  return {
    look: () => {
      const now = performance.now() / 1000;
      const at = phaseOf(numbers);
      if (at >= phase.loading) loading ??= now;
      if (at === phase.running || at === phase.telling) searching ??= now;
      if (at === phase.resuming) searching = undefined;
      if (Atomics.load(numbers, shared.interrupt) !== 0) interrupted ??= now;
      if (at === phase.keeping || (at === phase.telling && before !== at)) busy = now;
      before = at;
      const isBeforeSearch = isKept && searching === undefined;
      const timeIsOver =
        at === phase.resuming || isBeforeSearch
          ? Infinity
          : (searching ?? loading ?? now) + timeoutSeconds;
      const isBegun = at === phase.running || at === phase.telling || at === phase.resuming;
      if (!isBegun && at !== phase.loading && at !== phase.instantiating) return undefined;
      const grace = isBegun ? graceSeconds : 0;
      if (now < Math.max(Math.min(interrupted ?? Infinity, timeIsOver), busy) + grace) {
        return undefined;
      }
      return interrupted === undefined || interrupted > timeIsOver ? "time limit" : "interrupted";
    },
  };
}

const phaseOf = (numbers: Int32Array): number => Atomics.load(numbers, shared.phase);

function stuckMessage(numbers: Int32Array, facts: ModelFacts, seconds: number): string {
  const name = facts.protocol;
  const advice = `for ${seconds} s; does it loop for ever? (If it is only slow: --step-timeout.)`;
  switch (phaseOf(numbers)) {
    case phase.loading:
      return `${name}: loading it has not come to an end ${advice}`;
    case phase.instantiating:
      return (
        `${name}: the model is not built after ${seconds} s. Is the instance too large ` +
        `(${constantsText(facts.constants).join(" ")}), or does a size, a bound or a condition ` +
        "on the constants loop for ever? (If it is only slow: --step-timeout.)"
      );
    default: {
      const threads = 1 + (numbers.length - shared.length) / shared.perHelper;
      // Others may only wait for the one that does not return; they say so by a place below 0.
      const places = Array.from(
        { length: threads },
        (_, one) => pulseOf(numbers, one)[1] as number,
      );
      const place = facts.places[places.find((one) => one >= 0) ?? 0] ?? "a function";
      return `${name}: ${place.replace(`${name}: `, "")} has not returned ${advice}`;
    }
  }
}

/** Thrown where we do not call: in a timer or a promise, which we do not use and the spec may. */
function uncaught(source: Source, error: unknown): JobAnswer {
  const message = messageOf(error);
  const stack = isA(Error, error) ? error.stack : undefined;
  if (source.kind === "shipped") return { kind: "fault", of: "hintproof", message, stack };
  const what = `${nameOf(source)}: outside of any condition, effect or property: ${message}`;
  return { kind: "fault", of: "spec", message: what, stack };
}

/** The worker ended without an answer: the spec has ended it. */
function leftMessage(source: Source, numbers: Int32Array): string {
  const isLoading = phaseOf(numbers) === phase.loading;
  return isLoading
    ? `${nameOf(source)}: loading it never comes to an end. Does it await something that does not happen, or call process.exit?`
    : `${nameOf(source)}: a function of the spec ended the search. Does it call process.exit?`;
}

const nameOf = (source: Source): string =>
  source.kind === "shipped" ? source.name : source.bundle.file;

/** What can be said of a protocol that is not loaded yet. */
function unloaded(source: Source, task: Task): ModelFacts {
  const name = nameOf(source);
  const { constants, variant } = "constants" in task ? task : { constants: {} };
  return { protocol: name, variant, title: name, constants, properties: [], places: [] };
}

function outOfMemory(
  task: Task,
  facts: ModelFacts,
  found: Found | undefined,
  figures: Figures,
): JobAnswer {
  if (task.kind !== "check" || facts.places.length === 0) {
    return {
      kind: "fault",
      of: "spec",
      message: "There is not enough memory to begin. Are the constants too large?",
    };
  }
  return unfinished("memory limit", task, facts, found, figures);
}

/** The report of a run that was ended from outside. */
function unfinished(
  reason: "memory limit" | "time limit" | "interrupted",
  task: CheckTask,
  { protocol, variant, title, constants, properties }: ModelFacts,
  found: Found | undefined,
  figures: Figures,
): JobAnswer {
  const isAsked = (name: string): boolean =>
    task.properties?.some((one) => one === name || one === words(name)) ?? true;
  const report: Report = {
    protocol,
    variant,
    constants,
    engine: task.engine ?? "compiled",
    unfair: task.unfair?.length === 0 ? undefined : task.unfair,
    verdict: "incomplete",
    reason,
    properties:
      found?.properties ??
      properties
        .filter(({ name }) => isAsked(name))
        .map(({ kind, name }) => ({
          kind,
          name,
          status: isLiveness(kind) && !task.liveness ? "not checked" : "undecided",
        })),
    statistics: figures,
  };
  return { kind: "report", report, title, stories: [], isCutOff: true };
}

/** The figures of a run of which nothing is known. */
const nothing: Figures = {
  distinctStates: 0,
  generatedStates: 0,
  transitions: 0,
  depth: 0,
  unreducedStates: 0,
  auditedStates: 0,
  frontier: 0,
  taken: {},
  seconds: 0,
  peakMemoryBytes: 0,
};
