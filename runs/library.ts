import { drawStory, type StoryFormat } from "../counterexamples/drawn/index.ts";
import type { Story, TraceFile } from "../counterexamples/index.ts";
import { type Constants, judgedAnyway, type Spec, SpecError, type Variant } from "../spec/index.ts";
import type { AuditExtent, EngineName } from "../checker/index.ts";
import type { Answer, FollowOutcome, ReplayOutcome, ReportAnswer, RunFigures } from "./answer.ts";
import type { Machine } from "./machine.ts";
import { isSpec, isVariant, type Protocol, specOf } from "./told/protocol.ts";
import type { Report } from "./report-schema.ts";
import { reportText } from "./told/report-text.ts";
import { run } from "./run.ts";
import type { CheckTask, RandomOptions, Task } from "./task.ts";
import { traceIn } from "./trace-in.ts";
import { UsageError } from "./told/usage-error.ts";

/**
 * What is to be checked: a spec or a variant, which runs in this thread; or the address of a file that exports one,
 * which runs in threads of its own, so that what never returns can be ended.
 */
export type Subject = Spec | Variant | URL;

export interface RunOptions {
  /** Those that differ from the spec's own. */
  readonly constants?: Constants | undefined;
  /** Of a file: the name of a variant that it exports. */
  readonly variant?: string | undefined;
  /** Names of the properties to judge; all of them if left out. */
  readonly properties?: readonly string[] | undefined;
  /** In seconds; there is none if left out. */
  readonly timeout?: number | undefined;
  /** Ends a run with what there is. In this thread it is heard where `onProgress` aborts it. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the figures so far. */
  readonly onProgress?: ((figures: RunFigures) => void) | undefined;
}

export interface CheckOptions extends RunOptions {
  /** Of a file: how many threads explore (1 if left out; a spec runs in this one). */
  readonly workers?: number | undefined;
  readonly maxStates?: number | undefined;
  /** Whether index sets that are declared interchangeable are made use of (true). */
  readonly symmetry?: boolean | undefined;
  /** Whether liveness properties are judged (true). */
  readonly liveness?: boolean | undefined;
  /** Names of actions whose fairness is not relied on. */
  readonly unfair?: readonly string[] | undefined;
  readonly engine?: EngineName | undefined;
  /** How much the reference engine judges as well ("share"). */
  readonly audit?: AuditExtent | undefined;
}

export interface ExploreOptions extends RunOptions, RandomOptions {}

export interface RenderOptions {
  /** How counterexamples are drawn: as race charts ("chart"), or by what changes in each step ("text"). */
  readonly format?: StoryFormat | undefined;
  /** Of counterexamples: whether variables that are the proof's own bookkeeping are drawn. */
  readonly ghosts?: boolean | undefined;
  /** In columns; 72 for a chart, 100 for what changes, if left out. */
  readonly width?: number | undefined;
  /** Whether to say what it took to explore. */
  readonly statistics?: boolean | undefined;
}

/** A spec does not hold: it is violated, vacuous, or not explored to the end. The message is the report as text. */
export class NotHolding extends Error {
  override readonly name = "NotHolding";
  readonly report: Report;

  constructor(report: Report) {
    super(render(report).trimEnd());
    this.report = report;
  }
}

/** Runs tasks on the specs of files. */
export type FileRunner = (
  file: URL,
  task: Task,
  options: Pick<RunOptions, "signal" | "onProgress">,
) => Promise<Answer>;

let runFile: FileRunner | undefined;

/** Says who runs the specs of files on this machine; a browser has nobody. */
export function runFilesBy(runner: FileRunner): void {
  runFile = runner;
}

/**
 * Explores every state. Resolves to the report that `hintproof check --format json` prints, whatever the verdict
 * is; rejects with a `SpecError` where the spec is at fault, with a `UsageError` where an option is.
 */
export async function check(subject: Subject, options: CheckOptions = {}): Promise<Report> {
  return reported(subject, taskOf(options), options);
}

/** Explores at random. The report has the seed and the path that find a violation again. */
export async function explore(subject: Subject, options: ExploreOptions = {}): Promise<Report> {
  const { runs, steps, seed, path } = options;
  const random = { runs, steps, seed, path, random: true, engine: "reference" } as const;
  return reported(subject, { ...taskOf(options), ...random }, options);
}

/** Checks, and rejects with a `NotHolding` unless everything holds that was asked about. */
export async function assertHolds(subject: Subject, options: CheckOptions = {}): Promise<Report> {
  const report = await check(subject, options);
  if (report.verdict !== "holds") throw new NotHolding(report);
  return report;
}

/**
 * Takes a counterexample again, step by step: that of a trace file, as text, or of a report, which is the first one or
 * that of the property that is named. Resolves to whether it still is one, with the story where it is.
 */
export async function replay(
  subject: Subject,
  found: string | Report,
  property?: string,
): Promise<ReplayOutcome> {
  const json = typeof found === "string" ? found : JSON.stringify(found);
  const text = JSON.stringify(await traceIn(json, property));
  const answer = await answerOf(subject, { kind: "replay", text }, {});
  if (answer.kind !== "replayed") throw new Error(`A replay was answered with a ${answer.kind}.`);
  return answer.outcome;
}

/** A trace by the names of its steps, which outlive most changes of a spec: each an action, and what is chosen. */
export interface NamedTrace {
  readonly property: string;
  readonly constants?: Constants | undefined;
  readonly steps: readonly (readonly [action: string, ...choice: unknown[]])[];
  /** The state to which the last step leads back, as in a trace file. */
  readonly loopsTo?: number | undefined;
  readonly unfair?: readonly string[] | undefined;
  /**
   * Of a protocol that is repaired: the step, from 1, that is not possible any more, or "nowhere" where all of them are and the
   * property holds.
   */
  readonly stopsAt?: number | "nowhere" | undefined;
}

/**
 * Why a trace does not end today where it is said to; undefined if it does. It is a fault that the property is violated,
 * and that the trace ends elsewhere, or nobody has said where: then another change may have hidden what it is about.
 */
export async function traceFault(
  subject: Spec | Variant,
  { stopsAt, ...trace }: NamedTrace,
): Promise<string | undefined> {
  const outcome = await replayedByNames(subject, trace);
  if (outcome.kind === "violates") return `Still violated.\n\n${render(outcome.story).trimEnd()}`;
  const at = outcome.kind === "no longer fits" ? outcome.step : "nowhere";
  if (at === 0) return `It does not begin: ${outcome.why}.`;
  if (at === stopsAt) return undefined;
  const where = at === "nowhere" ? "It ends nowhere" : `It ends at step ${at}`;
  const said = stopsAt === undefined ? "" : `, and not as said (${stopsAt})`;
  return `${where}${said}: ${outcome.why}. If that is the repair, write \`stopsAt: ${JSON.stringify(at)}\`.`;
}

async function replayedByNames(
  subject: Spec | Variant,
  { property: name, constants = {}, steps, loopsTo, unfair }: NamedTrace,
): Promise<ReplayOutcome> {
  const { protocol, variant } = protocolOf(subject);
  const spec = specOf(protocol, variant);
  // One that there is not is refused as that, and never taken for another.
  const anyway = judgedAnyway.includes(name) ? "deadlock freedom" : "invariant";
  const kind = spec.properties[name]?.kind ?? anyway;
  const file: TraceFile = {
    schemaVersion: 1,
    protocol: spec.name,
    variant,
    constants: { ...spec.constants, ...constants },
    unfair,
    property: { kind, name },
    reason: [],
    initial: {},
    trace: steps.map(([action, ...choice]) => ({
      step: { action, actor: "", choice },
      state: {},
    })),
    loopsTo,
  };
  const task = { kind: "replay", text: JSON.stringify(file), byNames: true } as const;
  const answer = await answerOf(subject, task, {});
  if (answer.kind !== "replayed") throw new Error(`A replay was answered with a ${answer.kind}.`);
  return answer.outcome;
}

export interface FollowOptions
  extends Pick<RunOptions, "constants" | "variant" | "timeout" | "signal"> {
  /** What the scenario is called. */
  readonly title?: string | undefined;
  /** The most states that are looked at for what it leaves open (200,000). */
  readonly maxStates?: number | undefined;
}

/**
 * Whether the steps of a scenario can be taken one after the other: one a line, as they are printed. Resolves to how many of
 * them can, with the story of these and why the next one cannot; rejects with a `UsageError` where a line means no step.
 */
export async function follow(
  subject: Subject,
  text: string,
  options: FollowOptions = {},
): Promise<FollowOutcome> {
  const { constants = {}, variant, maxStates, timeout: timeoutSeconds } = options;
  const asked = { variant, constants, maxStates, timeoutSeconds };
  const title = options.title ?? "scenario";
  const answer = await answerOf(subject, { kind: "follow", text, title, ...asked }, options);
  if (answer.kind !== "followed") throw new Error(`A scenario was answered with a ${answer.kind}.`);
  return answer.outcome;
}

/**
 * A report of `check` or `explore` as the command prints it, or a story as a trace. Throws `UsageError` for a
 * report that was made elsewhere: what its counterexamples look like only `replay` can tell.
 */
export function render(what: Report | Story, options: RenderOptions = {}): string {
  const paint = (_role: string, text: string): string => text;
  if ("rows" in what) return `${drawStory(what, { ...options, paint })}\n`;
  const answer = answers.get(what);
  if (answer === undefined) {
    throw new UsageError("The report was not made here; replay its counterexample to see it.");
  }
  const { title, stories } = answer;
  return reportText(what, { ...options, title, stories, paint });
}

/** What there is to draw of the reports that were made here. */
const answers = new WeakMap<Report, ReportAnswer>();

async function reported(subject: Subject, task: CheckTask, options: RunOptions): Promise<Report> {
  const answer = await answerOf(subject, task, options);
  if (answer.kind !== "report") throw new Error(`A check was answered with a ${answer.kind}.`);
  answers.set(answer.report, answer);
  return answer.report;
}

async function answerOf(subject: Subject, task: Task, options: RunOptions): Promise<Answer> {
  if (subject instanceof URL) {
    if (runFile === undefined) {
      throw new UsageError("There is nobody here to run a file; give the spec itself.");
    }
    return runFile(subject, task, options);
  }
  const { protocol, variant } = protocolOf(subject);
  const isNamed = !("constants" in task) || task.variant !== undefined;
  const its = isNamed ? task : { ...task, variant };
  return run(protocol, its, thisThread(options));
}

function protocolOf(subject: unknown): {
  readonly protocol: Protocol;
  readonly variant?: string | undefined;
} {
  if (isSpec(subject)) return { protocol: { spec: subject, variants: [] } };
  if (isVariant(subject)) {
    return { protocol: { spec: subject.base, variants: [subject] }, variant: subject.name };
  }
  throw new SpecError(
    "What is to be checked is neither what spec({...}) nor what variant(...) made.",
  );
}

/** A machine without other threads, which nobody watches. */
const thisThread = ({ signal, onProgress }: RunOptions): Machine => ({
  enter: () => {},
  post: (news) => {
    if (news.kind === "progress") onProgress?.(news.statistics);
  },
  isInterrupted: () => signal?.aborted === true,
});

function taskOf({ constants = {}, symmetry = true, ...options }: CheckOptions): CheckTask {
  return {
    kind: "check",
    variant: options.variant,
    constants,
    properties: options.properties,
    stories: "all",
    symmetry,
    liveness: options.liveness,
    unfair: options.unfair,
    engine: options.engine,
    audit: options.audit,
    workers: options.engine === "reference" ? 1 : options.workers,
    maxStates: options.maxStates,
    timeoutSeconds: options.timeout,
  };
}
