import {
  check,
  type CheckOptions,
  type Deciding,
  help as helpSearch,
  type PropertyName,
  type PropertyResult,
  type Seat,
  type Statistics,
  type Trace,
  type Verdict,
  whatCannotFail,
} from "../checker/index.ts";
import { type ExploreOptions, type RandomVerdict, tightened } from "../checker/random/index.ts";
import {
  type Counterexample,
  counterexampleOf,
  minimise,
  replay,
  type Story,
  storyOf,
  type TraceFile,
  withFewestSwitches,
} from "../counterexamples/index.ts";
import { instanceText } from "../counterexamples/drawn/index.ts";
import {
  answersWrittenIn,
  commentsIn,
  instantiate,
  type Model,
  usesFromOutside,
} from "../model/index.ts";
import { type Constants, isLiveness, SpecError, type Spec } from "../spec/index.ts";
import type {
  Answer,
  FollowAnswer,
  Found,
  GraphAnswer,
  ModelFacts,
  ReplayAnswer,
  ReportAnswer,
  WalkAnswer,
} from "./answer.ts";
import { domainsOf } from "./domains.ts";
import { describe } from "./told/describe.ts";
import { type Reading, unread } from "./told/reading.ts";
import { mostStatesOfGraph, pathOf, stateGraphOf } from "./difference/state-graph.ts";
import { judgementOf } from "./told/expectation.ts";
import { explored } from "./explored.ts";
import { follow } from "./follow.ts";
import type { Machine } from "./machine.ts";
import { actionName, bounded, propertyName } from "./names.ts";
import { defaultsOf, type Protocol, specOf, variantOf } from "./told/protocol.ts";
import { figuresOf, reportOf } from "./report.ts";
import type { Figures, Report, ReportedProperty } from "./report-schema.ts";
import type {
  CheckTask,
  DescribeTask,
  FollowTask,
  GraphTask,
  ReplayTask,
  Task,
  WalkTask,
} from "./task.ts";
import { UsageError } from "./told/usage-error.ts";
import { worstText } from "./told/report-text.ts";

/**
 * A task becomes an answer, on the machine that it is given. Throws `SpecError` where the spec is at fault and
 * `UsageError` where the task is.
 */
export async function run(protocol: Protocol, task: Task, machine: Machine): Promise<Answer> {
  switch (task.kind) {
    case "describe":
      return {
        kind: "description",
        domains: task.sized && domainsOf(sizedModel(protocol, task.sized, machine)),
        description: describe(protocol, {
          ...unread,
          answers: answersWrittenIn,
          ...(task.explained === true ? await explaining(machine) : {}),
        }),
      };
    case "check":
      return checked(protocol, { ...task, variant: variantOf(protocol, task) }, machine);
    case "replay":
      return replayed(protocol, task, machine);
    case "follow":
      return followed(protocol, { ...task, variant: variantOf(protocol, task) }, machine);
    case "graph":
      return graphed(protocol, { ...task, variant: variantOf(protocol, task) }, machine);
    case "walk":
      return walked(protocol, { ...task, variant: variantOf(protocol, task) }, machine);
  }
}

/** The instance whose domains are asked for: the variant that a file exports by default, unless one is named. */
const sizedModel = (
  protocol: Protocol,
  { variant, constants }: NonNullable<DescribeTask["sized"]>,
  machine: Machine,
): Model =>
  modelOf(
    protocol,
    { variant: variantOf(protocol, { variant }), constants, symmetry: true },
    machine,
  );

/** What comments say, and what functions use. */
async function explaining(machine: Machine): Promise<Partial<Reading>> {
  return { uses: usesFromOutside(), comments: commentsIn((await machine.modules?.()) ?? []) };
}

/** Helps the thread that runs a task, until its search is over. */
export function help(protocol: Protocol, task: CheckTask, machine: Machine, seat: Seat): void {
  const silent: Machine = { ...machine, enter: () => {}, post: () => {} };
  helpSearch(modelOf(protocol, { ...task, variant: variantOf(protocol, task) }, silent), seat);
}

async function checked(
  protocol: Protocol,
  task: CheckTask,
  machine: Machine,
): Promise<ReportAnswer> {
  const keeping = await machine.keeping?.(protocol, task);
  const search = searchOf(task);
  const model = modelOf(protocol, task, machine);
  const named = task.properties?.map((name) => propertyName(model, name));
  const properties = task.worstCases ? bounded(model, named) : named;
  const { engine = "compiled", audit = "share" } = task;
  const unfair = task.unfair?.map((name) => actionName(model, name)) ?? [];
  const asked = { ...task, engine, audit, unfair };
  const figures = (statistics: Statistics): Figures =>
    figuresOf(statistics, machine.peakMemoryBytes?.());
  const foundBy = ({ properties: all, statistics }: Verdict | RandomVerdict): Found => ({
    properties: all.map(statusOnly),
    figures: figures(statistics),
  });
  const safetyBy = (its: Verdict): Found => ({
    ...foundBy(its),
    properties: its.properties.map((one) =>
      isLiveness(one.kind) ? { ...statusOnly(one), status: "undecided" } : statusOnly(one),
    ),
  });
  const options = {
    ...limitsOf(asked, machine),
    properties,
    ...keeping?.(model, properties),
    onProgress: (statistics: Statistics) =>
      machine.post({ kind: "progress", statistics, figures: figures(statistics) }),
    onSafety: (its: Verdict) => machine.post({ kind: "safety", ...safetyBy(its) }),
    onDeciding: (next: Deciding) => machine.post({ kind: "deciding", ...next }),
  };
  machine.enter("running");
  const { timeoutSeconds = Infinity } = task;
  const deadline = performance.now() + 1000 * timeoutSeconds;
  const goesOn = (): boolean => !machine.isInterrupted() && performance.now() < deadline;
  const searched = search(model, options);
  machine.post({ kind: "searched", ...foundBy(searched) });
  machine.enter("telling");
  const verdict = {
    ...searched,
    // However late it is: of two searches that found the same one must not say less.
    properties: whatCannotFail(model, searched.properties, () => !machine.isInterrupted()),
  };
  const found = counterexamplesOf(model, asked, verdict, goesOn);
  const { expects, defaults } = expectationOf(protocol, task.variant);
  const stories = storiesOf(model, asked, verdict, found, defaults);
  const report = withWhys(
    reportOf(model, asked, verdict, found, figures(verdict.statistics)),
    stories,
  );
  return {
    kind: "report",
    report:
      expects === undefined
        ? report
        : { ...report, ...judgementOf(expects, report, properties !== undefined) },
    title: instanceText(report, defaults),
    stories,
    isCutOff: false,
  };
}

/** What is expected of a protocol or a variant, and the constants that its own are told beside. */
const expectationOf = (protocol: Protocol, variant: string | undefined) => ({
  expects: (protocol.variants.find(({ name }) => name === variant) ?? protocol.spec).expects,
  defaults: defaultsOf(protocol, variant),
});

/** A report that says of the counterexamples that are told how they came about. */
function withWhys(report: Report, stories: readonly Story[]): Report {
  if (report.counterexamples === undefined) return report;
  const whys = new Map(stories.map(({ property, why }) => [property.name, why]));
  return {
    ...report,
    counterexamples: report.counterexamples.map((one) => {
      const { lines, steps } = whys.get(one.property.name) ?? { lines: [], steps: [] };
      return lines.length === 0 ? one : { ...one, why: { lines, steps } };
    }),
  };
}

type Search = (model: Model, options: CheckOptions & ExploreOptions) => Verdict | RandomVerdict;

/** Every state, or random runs. */
function searchOf({ random, runs, steps, seed, path }: CheckTask): Search {
  if (random !== true) return check;
  return (model, limits) => explored(model, { runs, steps, seed, path }, limits);
}

/** How a task is searched for, and when that ends. */
function limitsOf(
  {
    kind: _kind,
    variant: _v,
    itself: _i,
    constants: _c,
    stories: _t,
    symmetry: _s,
    unused: _u,
    ...asked
  }: CheckTask,
  machine: Machine,
): CheckOptions {
  const { checkpoint: _kept, resume: _resumed, random: _random, cache: _cache, ...search } = asked;
  return {
    ...search,
    onResuming: (isAtWork: boolean) => machine.enter(isAtWork ? "resuming" : "running"),
    workers: machine.startHelper === undefined ? 1 : search.workers,
    startHelper: (search.workers ?? 1) === 1 ? undefined : machine.startHelper,
    isInterrupted: machine.isInterrupted,
    heapShare: machine.heapShare,
  };
}

/** One for each property that is violated, the one that was met first in front: it decides the exit status. */
function counterexamplesOf(
  model: Model,
  { variant, unfair, random, seed = 0, stories }: CheckTask,
  verdict: Verdict,
  goesOn: () => boolean,
): readonly Counterexample[] {
  const isFirst = ({ name }: PropertyName): boolean =>
    verdict.kind === "violated" && verdict.property.name === name;
  // A breadth-first search finds shortest traces; a random run has steps that do not matter, and takes long ways.
  const shortened = (property: PropertyName, trace: Trace): Trace => {
    if (random !== true) return trace;
    const shrink = (its: Trace): Trace => minimise(model, property, its, goesOn);
    const isTold = isFirst(property) || stories === "all";
    return isTold ? tightened(model, property, trace, { seed, shrink, goesOn }) : shrink(trace);
  };
  // Who reads no trace waits for none to be put in order.
  const ordered = (property: PropertyName, trace: Trace): Trace =>
    stories === "none" ? trace : withFewestSwitches(model, property, trace, goesOn);
  return verdict.properties
    .toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)))
    .flatMap(({ kind, name, trace }) => {
      if (trace === undefined) return [];
      const property = { kind, name };
      const its = ordered(property, shortened(property, trace));
      return [counterexampleOf(model, variant, property, its, unfair)];
    });
}

/** What is told: all violations or the first, or the worst cases where they were asked for. */
function storiesOf(
  model: Model,
  { variant, unfair, random, stories, worstCases }: CheckTask,
  verdict: Verdict,
  counterexamples: readonly Counterexample[],
  defaults: Constants,
): readonly Story[] {
  // Of orbits that may not stand for all their states nothing is known to be shortest.
  const shortest = verdict.grounds?.symmetry?.kind === "declared" ? "not known" : random !== true;
  const told = (counterexample: Counterexample, outcome?: string): Story =>
    storyOf(model, counterexample, { defaults, shortest, outcome });
  if (!worstCases) {
    const first = stories === "none" ? 0 : 1;
    return counterexamples.slice(0, stories === "all" ? Infinity : first).map((its) => told(its));
  }
  return verdict.properties.flatMap(({ kind, name, liveness }) => {
    const worst = liveness?.worst;
    if (worst === undefined || !("trace" in worst)) return [];
    const { trace, ...most } = worst;
    const its = counterexampleOf(model, variant, { kind, name }, trace, unfair);
    return [told(its, `the worst case, ${worstText(most)}`)];
  });
}

function replayed(
  protocol: Protocol,
  { text, byNames }: ReplayTask,
  machine: Machine,
): ReplayAnswer {
  const file = JSON.parse(text) as TraceFile;
  const { variant, constants } = file;
  const model = modelOf(protocol, { variant, constants, symmetry: false }, machine);
  machine.enter("running");
  const outcome = replay(model, file, byNames);
  machine.enter("telling");
  if (outcome.kind !== "violates") return { kind: "replayed", outcome };
  const defaults = defaultsOf(protocol, variant);
  const story = storyOf(model, outcome.counterexample, { defaults, shortest: "not known" });
  return { kind: "replayed", outcome: { kind: "violates", story } };
}

function followed(protocol: Protocol, task: FollowTask, machine: Machine): FollowAnswer {
  const model = modelOf(protocol, { ...task, symmetry: false }, machine);
  machine.enter("running");
  const { isInterrupted } = machine;
  const defaults = defaultsOf(protocol, task.variant);
  return { kind: "followed", outcome: follow(model, task, { defaults, isInterrupted }) };
}

function graphed(protocol: Protocol, task: GraphTask, machine: Machine): GraphAnswer {
  const { variant, maxStates = mostStatesOfGraph, timeoutSeconds = Infinity } = task;
  const model = modelOf(protocol, { ...task, symmetry: false }, machine);
  machine.enter("running");
  const deadline = performance.now() + 1000 * timeoutSeconds;
  const title = instanceText(
    { protocol: protocol.spec.name, variant, constants: model.constants },
    defaultsOf(protocol, variant),
  );
  const limits = {
    maxStates,
    isInterrupted: machine.isInterrupted,
    isLate: () => performance.now() >= deadline,
  };
  return { kind: "graph", graph: stateGraphOf(model, title, limits) };
}

function walked(protocol: Protocol, task: WalkTask, machine: Machine): WalkAnswer {
  const { variant, initial, steps, title, outcome, isShortest } = task;
  const model = modelOf(protocol, { ...task, symmetry: false }, machine);
  machine.enter("running");
  const named = { kind: "witness", name: title } as const;
  const path = pathOf(model, initial, steps);
  const story = storyOf(model, counterexampleOf(model, variant, named, path), {
    outcome,
    shortest: isShortest ? true : "not known",
    defaults: defaultsOf(protocol, variant),
  });
  return { kind: "walked", story };
}

/** Which instance of a protocol, and whether its symmetry is made use of; with which claims. */
type Instance = Pick<CheckTask, "variant" | "constants" | "symmetry" | "claimsOf" | "properties">;

/** The spec of an instance, and what it is asked of another version's properties. */
function claimingSpec(protocol: Protocol, { variant, claimsOf, properties = [] }: Instance): Spec {
  const own = specOf(protocol, variant);
  if (claimsOf === undefined) return own;
  const others = Object.entries(specOf(protocol, variantOf(protocol, claimsOf)).properties);
  const taken = others.filter(([name]) => properties.includes(name) && !(name in own.properties));
  return { ...own, properties: { ...own.properties, ...Object.fromEntries(taken) } };
}

function modelOf(protocol: Protocol, instance: Instance, machine: Machine): Model {
  const { variant, constants: given, symmetry } = instance;
  const spec = claimingSpec(protocol, instance);
  const constants = { ...spec.constants, ...given };
  const named = { protocol: spec.name, variant, constants };
  const facts: ModelFacts = {
    protocol: spec.name,
    variant,
    title: instanceText(named, defaultsOf(protocol, variant)),
    constants,
    properties: Object.entries(spec.properties).map(([name, { kind }]) => ({ kind, name })),
    places: [],
  };
  machine.post({ kind: "started", model: facts });
  machine.enter("instantiating");
  let model: Model;
  try {
    model = instantiate(spec, { symmetry, pulse: machine.pulse, constants: given });
  } catch (error) {
    if (error instanceof SpecError && Object.keys(given).length > 0 && fits(spec)) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
  machine.post({ kind: "started", model: { ...facts, places: model.places } });
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

const statusOnly = ({ kind, name, status }: PropertyResult): ReportedProperty => ({
  kind,
  name,
  status,
});
