import { availableParallelism } from "node:os";
import {
  type CheckTask,
  type FailedRow,
  type Fault,
  type Report,
  type ReportRow,
  unmet,
} from "../runs/told/index.ts";
import { runName } from "../gate/index.ts";
import { exitCode, exitCodeOf } from "./exit-code.ts";
import { faultCode } from "./fault.ts";
import { interruption, sayEnding } from "./interruption.ts";
import type { JobAnswer } from "./job.ts";
import type { CheckOptions } from "./options.ts";
import { type Plan, plannedOf, type PlannedRun } from "./plans.ts";
import { progressLine } from "./progress.ts";
import { runJob } from "./run-job.ts";
import { taskOf } from "./task.ts";

/** One run of a table, after it was made. */
export interface Row {
  readonly plan: PlannedRun;
  readonly answer: { readonly kind: "report"; readonly report: Report } | Fault;
  /** What is not as it should be, a line each. */
  readonly differences: readonly string[];
}

/** How runs are made, and who hears of them. */
export interface TableRun {
  readonly options: CheckOptions;
  /** What is asked beside what the options ask. */
  readonly more?: Partial<CheckTask> | undefined;
  /** And what is asked of one beside that. */
  readonly moreOf?: ((plan: Plan) => Partial<CheckTask>) | undefined;
  readonly statesOf: (plan: Plan) => number | undefined;
  /** What came of one, in the order of the plans; undefined ends in an error. */
  readonly onRow: (plan: Plan, answer: JobAnswer) => void;
}

/**
 * Makes the runs that are planned, as many at a time as there are workers; answers those that were not made, because
 * of Ctrl-C. None is begun from then on, and one that was under way has nothing to say.
 */
export async function runPlans(
  plans: readonly Plan[],
  { options, more, moreOf, statesOf, onRow }: TableRun,
): Promise<ReadonlySet<Plan>> {
  const notMade = new Set(plans);
  const progress = progressLine(options.quiet === true);
  const stopping = interruption(() => {
    progress.clear();
    sayEnding();
  });
  await inOrder(
    plans,
    options.workers ?? availableParallelism(),
    async (plan) => {
      if (stopping.signal.aborted) return undefined;
      const task = taskOf(options);
      // A variant that breaks something is asked for that, and the search ends when all of it is found.
      const properties = plan.asks ?? task.properties;
      const answer = await runJob(
        plan.source,
        {
          ...task,
          ...more,
          ...moreOf?.(plan),
          unused: undefined, // which was looked for when the file was first read
          workers: 1,
          constants: plan.set ?? task.constants,
          variant: plan.variant,
          itself: plan.variant === undefined,
          properties,
        },
        {
          stepTimeoutSeconds: options.stepTimeout,
          onProgress: (figures) =>
            progress.show(figures, { name: `${runName(plan)}: `, total: statesOf(plan) }),
          interrupt: stopping.signal,
        },
      );
      return stopping.signal.aborted && isInterrupted(answer) ? undefined : { plan, answer };
    },
    (made) => {
      if (made === undefined) return;
      progress.clear();
      notMade.delete(made.plan);
      onRow(made.plan, made.answer);
    },
  );
  stopping.stop();
  progress.clear();
  return notMade;
}

/** Whether a run was ended before it found what it was made for. */
const isInterrupted = (answer: JobAnswer): boolean =>
  answer.kind === "report" &&
  answer.report.verdict === "incomplete" &&
  answer.report.reason === "interrupted";

/** Of each protocol those first that are known to have few states: rows come as soon as they can. */
export const quickestFirst = (
  plans: readonly Plan[],
  statesOf: (plan: Plan) => number | undefined,
): readonly Plan[] =>
  [...new Set(plans.map(({ source }) => source))].flatMap((source) =>
    plans
      .filter((plan) => plan.source === source)
      .map((plan) => ({ plan, states: statesOf(plan) ?? 0 }))
      .toSorted((one, other) => one.states - other.states)
      .map(({ plan }) => plan),
  );

/** Does the work, so many pieces at a time, and hands on the results in the order of the work. */
async function inOrder<Work, Result>(
  work: readonly Work[],
  lanes: number,
  run: (one: Work) => Promise<Result>,
  handOn: (result: Result) => void,
): Promise<void> {
  const results = new Map<number, Result>();
  let started = 0;
  let handedOn = 0;
  const lane = async (): Promise<void> => {
    while (started < work.length) {
      const position = started++;
      results.set(position, await run(work[position] as Work));
      for (; results.has(handedOn); handedOn++) handOn(results.get(handedOn) as Result);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** A run with what is not as it should be: `comparing` says what differs from what is known of it. */
export function rowOf(
  { expects, ...its }: Plan,
  answer: JobAnswer,
  comparing: (report: Report) => readonly string[],
): Row {
  const plan = plannedOf({ expects, ...its });
  if (answer.kind === "fault") {
    return { plan, answer, differences: [answer.message] };
  }
  if (answer.kind !== "report") throw new Error(`A check was answered with a ${answer.kind}.`);
  const { report } = answer;
  const differences =
    report.verdict === "incomplete"
      ? [`incomplete: ${report.reason ?? "stopped early"}`]
      : [
          ...unmet(expects, report),
          ...(report.unlisted ?? []).map(
            (one) => `declared and not listed, so not checked: ${one}`,
          ),
          ...comparing(report),
        ];
  return { plan, answer: { kind: "report", report }, differences };
}

/** 0 if everything is as expected; otherwise what the first run that is not says by itself, or 5. */
export function codeOf(rows: readonly Row[]): number {
  const first = rows.find(({ differences }) => differences.length > 0);
  if (first === undefined) return exitCode.asExpected;
  const { answer, plan } = first;
  if (answer.kind === "fault") return faultCode(answer);
  const own = exitCodeOf(answer.report);
  const isSurprising = plan.expects.kind === "holds" || answer.report.verdict === "incomplete";
  return isSurprising && own !== exitCode.asExpected ? own : exitCode.notAsExpected;
}

/** In the place of a row: why a run was not made. */
export const rowNotMade = (plan: PlannedRun, why: string): Row => ({
  plan,
  answer: { kind: "fault", of: "command line", message: why },
  differences: [why],
});

/** A row of a table as JSON. */
export function jsonOf({ plan, answer, differences }: Row): ReportRow | FailedRow {
  const { file } = plan;
  if (answer.kind === "report") {
    return { ...answer.report, file, expected: differences.length === 0, differences };
  }
  return {
    protocol: plan.protocol,
    file,
    variant: plan.variant,
    constants: plan.constants,
    fault: { of: answer.of, message: answer.message },
    expected: false,
    differences,
  };
}
