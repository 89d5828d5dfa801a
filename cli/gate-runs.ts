import { drawStory } from "../counterexamples/drawn/index.ts";
import { changesOf, type Manifest, type Outcome, type PinnedRun } from "../gate/index.ts";
import type { Report, ReportAnswer } from "../runs/told/index.ts";
import { placed } from "./flows.ts";
import type { Gated, Gauged } from "./gated.ts";
import type { JobAnswer } from "./job.ts";
import { keepAll } from "./kept-traces.ts";
import type { CheckOptions, GateOptions } from "./options.ts";
import { type Plan, plannedOf } from "./plans.ts";
import { type Row, rowNotMade, rowOf, runPlans } from "./table-run.ts";
import { say } from "./terminal.ts";
import { traceNameOf } from "./trace-names.ts";

/** Makes runs; `onRow` hears of each as it comes, in their order. Where they stand in the sources is said in the end. */
export async function gauge(
  runs: readonly Gated[],
  manifest: Manifest,
  options: GateOptions,
  onRow: (one: Gauged) => void,
): Promise<readonly Gauged[]> {
  const gatedOf = new Map(runs.map((one) => [one.plan, one]));
  const gauged = new Map<Plan, Gauged>();
  const asked: CheckOptions = { ...options, format: "chart", symmetry: true, constants: {} };
  const notMade = await runPlans(
    runs.map(({ plan }) => plan),
    {
      options: asked,
      more: { stories: "all" },
      moreOf: (plan) => ({
        neededFairness: gatedOf.get(plan)?.asksNeededFairness === true ? true : undefined,
      }),
      statesOf: (plan) => gatedOf.get(plan)?.pinned?.distinctStates,
      onRow: (plan, answer) => {
        const one = gaugedOf(gatedOf.get(plan) as Gated, answer, manifest);
        onRow(one);
        gauged.set(plan, one);
      },
    },
  );
  if (notMade.size > 0) {
    say(`hintproof: interrupted: ${gauged.size} of ${runs.length} runs were made`);
  }
  const all = runs.map((gated) => gauged.get(gated.plan) ?? gaugedNotMade(gated));
  return placed(all, options);
}

/** What a run came to, beside what is pinned of it. */
function gaugedOf(gated: Gated, answer: JobAnswer, { figures = "fail" }: Manifest): Gauged {
  const { plan, pinned } = gated;
  const remarks: string[] = [];
  const comparing = (report: Report): readonly string[] => {
    if (report.verdict === "vacuous") {
      return [`vacuous: ${report.property?.name ?? "a property"} says nothing`];
    }
    if (pinned === undefined) return [];
    const changes = changesOf(pinned, report, true);
    const isSaid = ({ of }: { readonly of: string }): boolean =>
      of === "figures" && figures === "warn";
    remarks.push(...changes.filter(isSaid).map(({ text }) => text));
    return changes.filter((change) => !isSaid(change)).map(({ text }) => text);
  };
  // The manifest says what is expected, whatever the file says or leaves out.
  const expects =
    pinned !== undefined && answer.kind === "report" ? metBy(answer.report) : plan.expects;
  const met = rowOf({ ...plan, expects }, answer, comparing);
  const row: Row = { ...met, plan: { ...met.plan, expects: plan.expects } };
  const story =
    row.differences.length > 0 && answer.kind === "report" ? newStory(answer, pinned) : undefined;
  const chart = story && answer.kind === "report" ? chartOf(story, answer.report, plan) : undefined;
  return { gated, row, story, outcome: outcomeOf(gated, row, remarks, chart) };
}

/** A run that was not made, since the gate was interrupted. */
function gaugedNotMade(gated: Gated): Gauged {
  const row = rowNotMade(plannedOf(gated.plan), "was not run: interrupted");
  return { gated, row, outcome: { ...outcomeOf(gated, row, [], undefined), status: "not run" } };
}

function outcomeOf(
  { plan, set }: Gated,
  { answer, differences }: Row,
  remarks: readonly string[],
  chart: string | undefined,
): Outcome {
  const report = answer.kind === "report" ? answer.report : undefined;
  const { protocol, file, variant } = plan;
  return {
    protocol,
    file,
    variant,
    set,
    status: differences.length === 0 ? "as pinned" : report ? "not as pinned" : "spec at fault",
    verdict: report?.verdict,
    differences,
    remarks,
    chart,
    seconds: report?.statistics.seconds ?? 0,
  };
}

/** The expectation that a run meets. */
const metBy = (report: Report): Plan["expects"] =>
  report.verdict === "violated"
    ? {
        kind: "breaks",
        properties: report.properties.flatMap(({ name, status }) =>
          status === "violated" ? [name] : [],
        ),
      }
    : { kind: "holds" };

type Story = ReportAnswer["stories"][number];

/** The first property that is violated and was not. */
const newStory = ({ stories }: ReportAnswer, pinned: PinnedRun | undefined): Story | undefined =>
  stories.find(({ property }) => pinned?.violated[property.name] === undefined);

/** The race chart of a violation; it is kept, as any violation is. */
function chartOf(story: Story, report: Report, { source }: Plan): string {
  const files = keepAll(report, source);
  const file = typeof files === "string" ? undefined : files.get(story.property.name);
  const again = file === undefined ? undefined : `hintproof replay ${traceNameOf(file)}`;
  return drawStory(story, { again });
}
