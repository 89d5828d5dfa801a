import { appendFileSync, existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { drawStory } from "../counterexamples/drawn/index.ts";
import {
  changesOf,
  type Manifest,
  type Outcome,
  type PinnedProtocol,
  type PinnedRun,
  pinnedOf,
  runName,
} from "../gate/index.ts";
import { grouped, plural, type Report, UsageError } from "../runs/told/index.ts";
import { isColoured } from "./colour.ts";
import { exitCode } from "./exit-code.ts";
import { fileFrom, type Gated, gatedRuns } from "./gated.ts";
import type { JobAnswer } from "./job.ts";
import { keepAll } from "./kept-traces.ts";
import type { CheckOptions, GateOptions } from "./options.ts";
import { checkWritable, deliver, writeWhole } from "./output.ts";
import { painter } from "./paint.ts";
import type { Plan } from "./plans.ts";
import { textInFile } from "./read-file.ts";
import { codeOf, type Row, rowOf, runPlans } from "./table-run.ts";
import { headingText, rowText, widthsOf } from "./table-text.ts";
import { jsonText, print, say } from "./terminal.ts";
import { traceNameOf } from "./trace-names.ts";

/** A run of the gate, and what came of it. */
interface Gauged {
  readonly gated: Gated;
  readonly row: Row;
  readonly outcome: Outcome;
}

/** `hintproof gate`: whether all that a manifest pins is still so; with --update, the manifest of what is so today. */
export async function gateCommand(names: readonly string[], options: GateOptions): Promise<void> {
  const { manifestIn, manifestName, ManifestError, emptyManifest } = await import(
    "../gate/manifest/index.ts"
  );
  const file = options.manifest ?? manifestName;
  const isNew = !existsSync(file);
  if (isNew && (options.update !== true || names.length === 0)) {
    throw new UsageError(
      `There is no ${file} here. hintproof gate --update FILE.ts writes one (or name another: --manifest).`,
    );
  }
  if (names.length > 0 && options.update !== true) {
    throw new UsageError(
      "The manifest says what is run; names go with --update, which takes them in.",
    );
  }
  if (options.update === true) checkWritable("--update", file);
  let manifest = emptyManifest;
  try {
    if (!isNew) manifest = manifestIn(textInFile(file));
  } catch (error) {
    if (error instanceof ManifestError) {
      throw new UsageError(`${file} is no manifest: ${error.message}`, { cause: error });
    }
    throw error;
  }
  const planned = await gatedRuns(manifest, dirname(resolve(file)), names, options);
  if (planned === undefined) return;
  const gauged = await gauge(planned.runs, manifest, options);
  if (options.update === true) await update(file, manifest, gauged, planned.unplanned);
  else await conclude(gauged, planned.unplanned, manifest, options);
}

/** Makes the runs, and prints a row for each as it comes. */
async function gauge(
  runs: readonly Gated[],
  manifest: Manifest,
  options: GateOptions,
): Promise<readonly Gauged[]> {
  const paint = painter(isColoured(options));
  const plans = runs.map(({ plan }) => plan);
  const widths = widthsOf(plans);
  const isShown = options.format === "text" && options.update !== true;
  const gauged: Gauged[] = [];
  const onRow = (plan: Plan, answer: JobAnswer): void => {
    const gated = runs.find((one) => one.plan === plan) as Gated;
    const its = gaugedOf(gated, answer, manifest);
    if (isShown) {
      if (gauged.at(-1)?.gated.plan.source !== plan.source) {
        print(`${gauged.length > 0 ? "\n" : ""}${headingText(plan, widths, paint)}`);
      }
      print(rowText(its.row, widths, paint));
      for (const remark of its.outcome.remarks) print(`    another: ${remark}\n`);
      if (its.outcome.chart !== undefined) print(`\n${its.outcome.chart}\n\n`);
    }
    gauged.push(its);
  };
  const asked: CheckOptions = { ...options, format: "chart", symmetry: true, constants: {} };
  await runPlans(plans, {
    options: asked,
    more: { stories: "all" },
    statesOf: (plan) => runs.find((one) => one.plan === plan)?.pinned?.distinctStates,
    onRow,
  });
  return gauged;
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
  const made = rowOf({ ...plan, expects }, answer, comparing);
  const row: Row = { ...made, plan };
  const { differences } = row;
  return {
    gated,
    row,
    outcome: {
      protocol: plan.protocol,
      file: plan.file,
      variant: plan.variant,
      status:
        differences.length === 0
          ? "as pinned"
          : answer.kind === "report"
            ? "not as pinned"
            : "spec at fault",
      differences,
      remarks,
      chart: differences.length === 0 ? undefined : chartOf(answer, pinned, plan),
      seconds: answer.kind === "report" ? answer.report.statistics.seconds : 0,
    },
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

/** The race chart of the first property that is violated and was not; kept, as any violation is. */
function chartOf(
  answer: JobAnswer,
  pinned: PinnedRun | undefined,
  { source }: Plan,
): string | undefined {
  if (answer.kind !== "report") return undefined;
  const { report, stories } = answer;
  const isNew = (name: string): boolean => pinned?.violated[name] === undefined;
  const story = stories.find(({ property }) => isNew(property.name));
  if (story === undefined) return undefined;
  const files = keepAll(report, source);
  const file = typeof files === "string" ? undefined : files.get(story.property.name);
  const again = file === undefined ? undefined : `hintproof replay ${traceNameOf(file)}`;
  return drawStory(story, { again });
}

/** Says what came of it all, in the form that is asked for, and sets the exit status. */
async function conclude(
  gauged: readonly Gauged[],
  unplanned: readonly Outcome[],
  manifest: Manifest,
  options: GateOptions,
): Promise<void> {
  const outcomes = [...gauged.map(({ outcome }) => outcome), ...unplanned];
  const bad = outcomes.filter(({ status }) => status !== "as pinned").length;
  const summary =
    bad === 0 ? `as pinned: all ${outcomes.length}` : `NOT as pinned: ${bad} of ${outcomes.length}`;
  const own = codeOf(gauged.map(({ row }) => row));
  process.exitCode = own === exitCode.asExpected && bad > 0 ? exitCode.notAsExpected : own;
  if (manifest.protocols.length === 0) {
    say(
      "hintproof: the manifest pins nothing; hintproof gate --update FILE.ts takes a protocol in",
    );
    process.exitCode = exitCode.notAsExpected;
  }
  if (options.format === "text") {
    const lines = unplanned.map(({ differences }) => `NOT as pinned: ${differences.join("; ")}\n`);
    print(`${lines.length > 0 ? `\n${lines.join("")}` : ""}\n${summary}\n`);
  }
  await report(outcomes, summary, options);
}

/** Outcomes in the form of a forge: what is asked for, and, where GitHub runs this, its annotations and summary. */
async function report(
  outcomes: readonly Outcome[],
  summary: string,
  { format, output }: GateOptions,
): Promise<void> {
  const { annotations, junit, stepSummary } = await import("../gate/reports/index.ts");
  const texts = {
    json: () => jsonText({ summary, outcomes }),
    junit: () => junit(outcomes),
    github: () => annotations(outcomes),
  } as const;
  if (format !== "text") {
    deliver(output, { text: texts[format](), isJson: true, summary, coloured: false });
  }
  if (process.env["GITHUB_ACTIONS"] !== "true") return;
  if (format === "text") print(annotations(outcomes));
  const file = process.env["GITHUB_STEP_SUMMARY"];
  if (file !== undefined && file !== "") appendFileSync(file, stepSummary(outcomes));
}

/** Writes what is so today, and says what of it was not pinned so. Nothing is written where a run says nothing. */
async function update(
  file: string,
  manifest: Manifest,
  gauged: readonly Gauged[],
  unplanned: readonly Outcome[],
): Promise<void> {
  const refused = gauged.flatMap(({ row: { answer, plan } }) => {
    const name = runName(plan);
    if (answer.kind !== "report") return [`${name}: ${answer.message}`];
    const { verdict } = answer.report;
    return verdict === "holds" || verdict === "violated" ? [] : [`${name} is ${verdict}`];
  });
  if (refused.length > 0) {
    for (const line of refused) say(`hintproof: not pinned: ${line}`);
    say(`hintproof: ${file} is as it was`);
    process.exitCode = exitCode.incomplete;
    return;
  }
  const { manifestText } = await import("../gate/manifest/index.ts");
  const folder = dirname(resolve(file));
  const protocols = gauged.reduce<readonly PinnedProtocol[]>(
    (all, one) => withRun(all, one, folder),
    manifest.protocols.filter((one) => !gauged.some(({ gated }) => isOf(one, gated, folder))),
  );
  writeWhole(file, manifestText({ ...manifest, protocols }));
  const told = [
    ...gauged.flatMap(({ gated: { plan, pinned }, row: { answer } }) => {
      const name = runName(plan);
      if (answer.kind !== "report") return [];
      if (pinned === undefined) return [`${name}: ${foundText(answer.report)}; it was not pinned`];
      return changesOf(pinned, answer.report, true).map(({ text }) => `${name}: ${text}`);
    }),
    ...unplanned.map(({ differences }) => `${differences.join("; ")}; left out`),
  ];
  for (const line of told) print(`${line}\n`);
  const count = plural(gauged.length, "run");
  print(`${told.length === 0 ? "as it was" : "written"}: ${file}, ${count}\n`);
}

/** Whether an entry of a manifest is of the protocol of a run. */
const isOf = (one: PinnedProtocol, { plan }: Gated, folder: string): boolean =>
  one.protocol === plan.protocol && one.file === fileFrom(folder, plan.source);

function withRun(
  all: readonly PinnedProtocol[],
  { gated, row: { answer } }: Gauged,
  folder: string,
): readonly PinnedProtocol[] {
  if (answer.kind !== "report") return all;
  const { verdict, ...found } = pinnedOf(answer.report);
  if (verdict !== "holds" && verdict !== "violated") return all;
  const { set } = gated;
  const { variant, constants, ...others } = found;
  const run: PinnedRun = { variant, ...(set && { set }), constants, verdict, ...others };
  const known = all.find((one) => isOf(one, gated, folder));
  if (known !== undefined) {
    return all.map((one) => (one === known ? { ...one, runs: [...one.runs, run] } : one));
  }
  const { plan } = gated;
  return [...all, { file: fileFrom(folder, plan.source), protocol: plan.protocol, runs: [run] }];
}

function foundText({ verdict, properties, statistics }: Report): string {
  const states = `${grouped(statistics.distinctStates)} states`;
  const violated = properties.filter(({ status }) => status === "violated").map(({ name }) => name);
  return verdict === "holds"
    ? `holds with ${states}`
    : `violated: ${violated.join(", ")}, with ${states}`;
}
