import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import {
  anyStep,
  CheckpointError,
  check,
  type CheckOptions,
  help,
  NoMemory,
  type PropertyName,
  type PropertyResult,
  type Seat,
  type Trace,
  type Verdict,
} from "../checker/index.ts";
import type { explore as Explore, ExploreOptions, RandomVerdict } from "../checker/random/index.ts";
import {
  type Counterexample,
  counterexampleOf,
  fromFile,
  minimise,
  replay,
  type Story,
  storyOf,
  TraceFileError,
} from "../counterexamples/index.ts";
import { instanceText } from "../counterexamples/drawn/index.ts";
import {
  changedOfJavaScript,
  guardOutside,
  instantiate,
  type Model,
  type ModelOptions,
} from "../model/index.ts";
import {
  closest,
  type Constants,
  isA,
  messageOf,
  SpecError,
  type Spec,
  words,
} from "../spec/index.ts";
import type { Bundle } from "./bundle.ts";
import { describe } from "./describe.ts";
import { causesOf, importSpec, mappedStack, placeOf, stackIn } from "./import-spec.ts";
import {
  type Answer,
  type CheckTask,
  type Fault,
  type Job,
  type Message,
  type ModelFacts,
  phase,
  pulseOf,
  type RandomOptions,
  type ReplayTask,
  shared,
} from "./job.ts";
import { defaultsOf, type Protocol, specOf, unknown } from "./protocol.ts";
import { figuresOf, type ReportedProperty, reportOf } from "./report.ts";
import { worstText } from "./report-text.ts";
import { shipped } from "./shipped.ts";
import { nearFile } from "./code-files.ts";
import { UsageError } from "./usage-error.ts";

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

async function answer(): Promise<Answer> {
  enter("loading");
  const protocol = await load();
  switch (job.task.kind) {
    case "describe":
      return { kind: "description", description: describe(protocol) };
    case "check":
      return checked(
        protocol,
        job.task,
        await keepingOf(protocol, job.task),
        await exploringOf(job.task),
      );
    case "replay":
      return replayed(protocol, job.task);
  }
}

/** Helps the thread that searches, until the search is over. */
async function helped(seat: Seat): Promise<Message> {
  const { task } = job;
  if (task.kind !== "check") throw new Error(`There is nothing to help with in a ${task.kind}.`);
  help(modelOf(await load(), task.variant, task.constants, task.symmetry), seat);
  return { kind: "helped" };
}

async function load(): Promise<Protocol> {
  if (job.source.kind === "file") {
    const { guardBuiltins, guardStacks } = await import("./guard-builtins.ts");
    guardOutside();
    guardBuiltins(job.source.bundle);
    guardStacks();
    return loaded(job.source.bundle);
  }
  const { name } = job.source;
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

/** What goes from a search into a file, and from a file into a search. */
type Keeping = (
  model: Model,
  properties: readonly string[] | undefined,
) => Pick<CheckOptions, "onCheckpoint" | "resume">;

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

/** Random runs of a model, where the task asks for them. */
type Exploring = (model: Model, limits: ExploreOptions) => RandomVerdict;

async function exploringOf({ random }: CheckTask): Promise<Exploring | undefined> {
  if (random === undefined) return undefined;
  const { explore } = await import("../checker/random/index.ts");
  return (model, limits) => explored(explore, model, random, limits);
}

/** How much of what this thread may take for objects it has taken. */
function heapShare(): number {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return used_heap_size / heap_size_limit;
}

function checked(
  protocol: Protocol,
  task: CheckTask,
  keeping: Keeping,
  exploring: Exploring | undefined,
): Answer {
  const defaults = defaultsOf(protocol, task.variant);
  const model = modelOf(protocol, task.variant, task.constants, task.symmetry);
  const named = task.properties?.map((name) => propertyName(model, name));
  const properties = task.worstCases ? bounded(model, named) : named;
  const unfair = task.unfair.map((name) => actionName(model, name));
  const limits = {
    maxStates: task.maxStates,
    timeoutSeconds: task.timeoutSeconds,
    properties,
    untilFirst: task.untilFirst,
    trustSymmetry: task.trustSymmetry,
    liveness: task.liveness,
    unfair,
    neededFairness: task.neededFairness,
    worstCases: task.worstCases,
    onResuming: (isAtWork: boolean) => enter(isAtWork ? "resuming" : "running"),
    engine: task.engine,
    audit: task.audit,
    memoryBytes: task.memoryBytes,
    ...keeping(model, properties),
    ...(task.workers === 1
      ? {}
      : {
          workers: task.workers,
          startHelper: (seat: Seat) => post({ kind: "help wanted", seat }),
        }),
    isInterrupted,
    heapShare,
    onProgress: (statistics: Verdict["statistics"]) =>
      post({ kind: "progress", statistics, figures: figuresOf(statistics) }),
  };
  enter("running");
  const { timeoutSeconds = Infinity } = task;
  const deadline = performance.now() + 1000 * timeoutSeconds;
  const goesOn = (): boolean => !isInterrupted() && performance.now() < deadline;
  const verdict = exploring === undefined ? check(model, limits) : exploring(model, limits);
  post({
    kind: "searched",
    properties: verdict.properties.map(statusOnly),
    figures: figuresOf(verdict.statistics),
  });
  enter("telling");

  // The one that was met first decides the exit status and comes first.
  const isFirst = ({ name }: { readonly name: string }): boolean =>
    verdict.kind === "violated" && verdict.property.name === name;
  // A breadth-first search finds shortest traces; a random run has steps that do not matter.
  const shortened = (property: PropertyName, trace: Trace): Trace =>
    task.random === undefined ? trace : minimise(model, property, trace, goesOn);
  const found = (property: PropertyName, trace: Trace): Counterexample =>
    counterexampleOf(model, task.variant, property, trace, unfair);
  const counterexamples = verdict.properties
    .toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)))
    .flatMap(({ kind, name, trace }) =>
      trace === undefined ? [] : [found({ kind, name }, shortened({ kind, name }, trace))],
    );
  const report = reportOf(model, { ...task, unfair }, verdict, counterexamples);
  const told = (counterexample: Counterexample, outcome?: string): Story =>
    storyOf(model, counterexample, {
      defaults,
      // Of orbits that may not stand for all their states nothing is known to be shortest.
      shortest:
        verdict.grounds?.symmetry?.kind === "declared" ? "not known" : task.random === undefined,
      outcome,
    });
  const shown = task.traces ? counterexamples : counterexamples.slice(0, 1);
  const stories = task.worstCases
    ? verdict.properties.flatMap(({ kind, name, liveness }) => {
        const worst = liveness?.worst;
        if (worst === undefined || !("trace" in worst)) return [];
        const { trace, ...most } = worst;
        return [told(found({ kind, name }, trace), `the worst case, ${worstText(most)}`)];
      })
    : shown.map((counterexample) => told(counterexample));
  const title = instanceText(report, defaults);
  return { kind: "report", report, title, stories, isCutOff: false };
}

/** Random runs; under a path, the one violation that was found there. */
function explored(
  explore: typeof Explore,
  model: Model,
  options: RandomOptions,
  limits: ExploreOptions,
): RandomVerdict {
  const { path, seed = 0 } = options;
  if (path === undefined) return explore(model, { ...options, ...limits });
  const none = `There is no violation under the path ${path} of seed ${seed}`;
  const advice = "Are --steps, --set, --variant and --property as they were when it was found?";
  let verdict: RandomVerdict;
  try {
    verdict = explore(model, { ...options, runs: 1, ...limits });
  } catch (error) {
    const isPath = error instanceof SpecError && error.message.startsWith("There is no run ");
    throw isPath ? new UsageError(`${none}. ${advice}`, { cause: error }) : error;
  }
  // Where the path leads to none, the search goes on behind it; what it finds there was not asked for.
  const isFound = verdict.kind === "violated" && `${verdict.path}:`.startsWith(`${path}:`);
  const isStopped = verdict.kind === "incomplete" && verdict.reason !== "random exploration";
  if (isFound || isStopped) return verdict;
  throw new UsageError(`${none}. ${advice}`);
}

function replayed(protocol: Protocol, { text }: ReplayTask): Answer {
  const file = fromFile(text);
  const defaults = defaultsOf(protocol, file.variant);
  const model = modelOf(protocol, file.variant, file.constants, true);
  enter("running");
  const outcome = replay(model, file);
  enter("telling");
  if (outcome.kind !== "violates") return { kind: "replayed", outcome };
  const story = storyOf(model, outcome.counterexample, { defaults, shortest: "not known" });
  return { kind: "replayed", outcome: { kind: "violates", story } };
}

function modelOf(
  protocol: Protocol,
  variant: string | undefined,
  given: Constants,
  symmetry: boolean,
): Model {
  const spec = specOf(protocol, variant);
  const constants = { ...spec.constants, ...given };
  const instance = {
    protocol: spec.name,
    variant,
    constants,
  };
  const facts: ModelFacts = {
    protocol: spec.name,
    title: instanceText(instance, defaultsOf(protocol, variant)),
    constants,
    properties: Object.entries(spec.properties).map(([name, { kind }]) => ({ kind, name })),
    places: [],
  };
  if (thread === 0) post({ kind: "started", model: facts });
  enter("instantiating");
  const options: ModelOptions = {
    symmetry,
    pulse: pulseOf(numbers, thread),
  };
  let model: Model;
  try {
    model = instantiate(spec, { ...options, constants: given });
  } catch (error) {
    if (error instanceof SpecError && Object.keys(given).length > 0 && fits(spec)) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
  if (thread === 0) post({ kind: "started", model: { ...facts, places: model.places } });
  return model;
}

/** Whether the spec is right with its own constants, so that an error is the fault of those given. */
function fits(spec: Spec): boolean {
  try {
    instantiate(spec);
    return true;
  } catch {
    return false;
  }
}

/** A property by its name, or by its name as it is printed. */
function propertyName(model: Model, name: string): string {
  const known = [...model.claims.map((claim) => claim.name), "deadlockFreedom", "assertions"];
  const found = known.find((one) => one === name || words(one) === name);
  if (found === undefined)
    throw new UsageError(unknown(`${model.spec.name} has no property`, name, known));
  return found;
}

/** Those of the properties, or of all if none are named, that are a `within`. */
function bounded({ spec }: Model, named: readonly string[] | undefined): readonly string[] {
  const all = Object.keys(spec.properties).filter(
    (name) => spec.properties[name]?.kind === "within",
  );
  for (const name of named ?? []) {
    if (all.includes(name)) continue;
    throw new UsageError(`${name} of ${spec.name} has no bound; ${listed(all)}.`);
  }
  if (all.length === 0) throw new UsageError(`${spec.name}: ${listed(all)}.`);
  return named ?? all;
}

const listed = (properties: readonly string[]): string =>
  properties.length === 0
    ? "none of its properties is a `within`"
    : `those that are a \`within\`: ${properties.join(", ")}`;

/** A fair action by its name, or by its name as it is printed. */
function actionName({ spec }: Model, name: string): string {
  const fair = Object.entries(spec.actions).flatMap(([action, { fairness }]) =>
    fairness === "none" ? [] : [action],
  );
  const known = [...fair, ...(spec.fairness === "weak" ? [anyStep] : [])];
  const found = known.find((one) => one === name || words(one) === name);
  if (found !== undefined) return found;
  throw new UsageError(unknown(`${spec.name} has no fair action`, name, known));
}

const statusOnly = ({ kind, name, status }: PropertyResult): ReportedProperty => ({
  kind,
  name,
  status,
});

function faultOf(error: unknown): Fault {
  const message = messageOf(error);
  const stack = isA(Error, error) ? stackOf(error) : undefined;
  if (isA(UsageError, error) || isA(TraceFileError, error) || isA(NoMemory, error)) {
    return { kind: "fault", of: "command line", message, stack };
  }
  if (isA(CheckpointError, error) && job.task.kind === "check") {
    const what = `${job.task.resume} is not a checkpoint of this search: ${message}.`;
    return { kind: "fault", of: "command line", message: what, stack };
  }
  if (!isA(SpecError, error)) return { kind: "fault", of: "hintproof", message, stack };
  const place = bundle === undefined ? undefined : placeOf(bundle, error.cause);
  const where = place === undefined || message.includes(place) ? "" : `\n  at ${place}`;
  return { kind: "fault", of: "spec", message: message + where, stack };
}

function stackOf(error: Error): string {
  const stack = causesOf(error).map(stackIn).join("\n  caused by: ");
  return bundle === undefined ? stack : mappedStack(bundle, stack).text;
}

let result: Message;
try {
  result = job.help === undefined ? await answer() : await helped(job.help.seat);
} catch (error) {
  result = faultOf(error);
}
enter("finishing");
post(result);
