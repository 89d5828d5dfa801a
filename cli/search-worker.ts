import { parentPort, workerData } from "node:worker_threads";
import { check, explore, type PropertyName, type Trace, type Verdict } from "../checker/index.ts";
import {
  counterexampleOf,
  fromFile,
  minimise,
  renderText,
  replay,
  TraceFileError,
} from "../counterexamples/index.ts";
import { instantiate, type Model, type ModelOptions } from "../model/index.ts";
import { type Constants, SpecError, type Spec, words } from "../spec/index.ts";
import type { Bundle } from "./bundle-spec.ts";
import { describe } from "./describe.ts";
import { importSpec, mappedStack, placeOf } from "./import-spec.ts";
import {
  type Answer,
  type CheckTask,
  type Fault,
  type Job,
  type Message,
  phase,
  type ReplayTask,
  shared,
} from "./job.ts";
import { painter } from "./paint.ts";
import { type Protocol, specOf, unknown } from "./protocol.ts";
import { figuresOf, reportOf } from "./report.ts";
import { reportText } from "./report-text.ts";
import { shipped } from "./shipped.ts";
import { UsageError } from "./usage-error.ts";

/*
 * The thread in which the functions of a spec run. It loads the protocol, does one task, posts one
 * answer. The main thread watches from outside, so that a function that never returns is noticed.
 */

const job = workerData as Job;
const numbers = new Int32Array(job.shared);
const bundle: Bundle | undefined = job.source.kind === "file" ? job.source.bundle : undefined;

function post(message: Message): void {
  parentPort?.postMessage(message);
}

function enter(name: keyof typeof phase): void {
  Atomics.store(numbers, shared.phase, phase[name]);
}

async function answer(): Promise<Answer> {
  enter("loading");
  const protocol = await load();
  switch (job.task.kind) {
    case "describe":
      return { kind: "description", description: describe(protocol) };
    case "check":
      return checked(protocol, job.task);
    case "replay":
      return replayed(protocol, job.task);
  }
}

async function load(): Promise<Protocol> {
  if (job.source.kind === "file") return importSpec(job.source.bundle);
  const { name } = job.source;
  const found = shipped.find(({ spec }) => spec.name === name);
  if (found === undefined) {
    throw new UsageError(
      unknown(
        "There is no protocol",
        name,
        shipped.map(({ spec }) => spec.name),
      ),
    );
  }
  return found;
}

function checked(protocol: Protocol, task: CheckTask): Answer {
  const spec = specOf(protocol, task.variant);
  const model = modelOf(spec, task.constants, task.symmetry);
  const properties = task.properties?.map((name) => propertyName(model, name));
  const limits = {
    ...(task.maxStates === undefined ? {} : { maxStates: task.maxStates }),
    ...(task.timeoutSeconds === undefined ? {} : { timeoutSeconds: task.timeoutSeconds }),
    ...(properties === undefined ? {} : { properties }),
    untilFirst: task.untilFirst,
    isInterrupted: () => Atomics.load(numbers, shared.interrupt) !== 0,
    onProgress: (statistics: Verdict["statistics"]) =>
      post({ kind: "progress", statistics, figures: figuresOf(statistics) }),
  };
  enter("running");
  const verdict =
    task.random === undefined
      ? check(model, limits)
      : explore(model, { ...task.random, ...limits });

  // The one that was met first decides the exit status and comes first.
  const isFirst = ({ name }: { readonly name: string }): boolean =>
    verdict.kind === "violated" && verdict.property.name === name;
  // A breadth-first search finds shortest traces; a random run has steps that do not matter.
  const shortened = (property: PropertyName, trace: Trace): Trace =>
    task.random === undefined ? trace : minimise(model, property, trace);
  const counterexamples = verdict.properties
    .toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)))
    .flatMap(({ kind, name, trace }) =>
      trace === undefined
        ? []
        : [counterexampleOf(model, task.variant, { kind, name }, shortened({ kind, name }, trace))],
    );
  enter("finishing");
  const paint = painter(task.colour);
  const report = reportOf(model, task.variant, verdict, counterexamples);
  const shown = task.traces ? counterexamples : counterexamples.slice(0, 1);
  const traces = shown.map((counterexample) =>
    renderText(model, counterexample, {
      paint,
      shortest: task.random === undefined,
      ghosts: task.ghosts,
      ...(task.width === undefined ? {} : { width: task.width }),
    }),
  );
  return { kind: "report", report, text: reportText(report, traces, paint) };
}

function replayed(protocol: Protocol, { text, colour, ghosts, width }: ReplayTask): Answer {
  const file = fromFile(text);
  const model = modelOf(specOf(protocol, file.variant), file.constants, true);
  enter("running");
  const outcome = replay(model, file);
  enter("finishing");
  if (outcome.kind !== "violates") return { kind: "replayed", outcome };
  const { counterexample } = outcome;
  return {
    kind: "replayed",
    outcome: {
      kind: "violates",
      property: counterexample.property,
      text: renderText(model, counterexample, {
        paint: painter(colour),
        shortest: "not known",
        ghosts,
        ...(width === undefined ? {} : { width }),
      }),
    },
  };
}

function modelOf(spec: Spec, constants: Constants, symmetry: boolean): Model {
  enter("instantiating");
  const options: ModelOptions = {
    symmetry,
    pulse: numbers.subarray(shared.pulse, shared.place + 1),
  };
  let model: Model;
  try {
    model = instantiate(spec, { ...options, constants });
  } catch (error) {
    if (error instanceof SpecError && Object.keys(constants).length > 0 && fits(spec)) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
  post({
    kind: "started",
    model: {
      protocol: spec.name,
      constants: model.constants,
      properties: model.claims.map(({ name, property }) => ({ kind: property.kind, name })),
      places: model.places,
    },
  });
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

function faultOf(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? stackOf(error) : undefined;
  const more = stack === undefined ? {} : { stack };
  if (error instanceof UsageError || error instanceof TraceFileError) {
    return { kind: "fault", of: "command line", message, ...more };
  }
  if (!(error instanceof SpecError)) return { kind: "fault", of: "hintproof", message, ...more };
  const place = bundle === undefined ? undefined : placeOf(bundle, error.cause);
  const where = place === undefined || message.includes(place) ? "" : `\n  at ${place}`;
  return { kind: "fault", of: "spec", message: message + where, ...more };
}

function stackOf(error: Error): string {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    stacks.push(at.stack ?? at.message);
  const stack = stacks.join("\ncaused by: ");
  return bundle === undefined ? stack : mappedStack(bundle, stack).text;
}

let result: Answer;
try {
  result = await answer();
} catch (error) {
  result = faultOf(error);
}
enter("finishing");
post(result);
