import { dirname, resolve } from "node:path";
import {
  changesOf,
  type Outcome,
  type PinnedProtocol,
  type PinnedRun,
  pinnedOf,
  runName,
} from "../gate/index.ts";
import { grouped, plural, type Report } from "../runs/told/index.ts";
import { exitCode } from "./exit-code.ts";
import { fileFrom, type Gated, type Gauged, type Manifested } from "./gated.ts";
import type { GateOptions } from "./options.ts";
import { writeWhole } from "./output.ts";
import { jsonText, print, say } from "./terminal.ts";

/** What came of writing a manifest: plain data. */
export interface Update {
  readonly file: string;
  readonly runs: number;
  /** What of it was not pinned so. */
  readonly changes: readonly string[];
  /** What is not pinned, and why; where there is anything, nothing was written. */
  readonly refused: readonly string[];
}

/** Writes what is so today, and answers what of it was not pinned so. Nothing is written where a run says nothing. */
export async function updateManifest(
  { file, manifest }: Manifested,
  gauged: readonly Gauged[],
  unplanned: readonly Outcome[],
): Promise<Update> {
  const refused = gauged.flatMap(({ row: { answer, plan } }) => {
    const name = runName(plan);
    if (answer.kind !== "report") return [`${name}: ${answer.message}`];
    const { verdict } = answer.report;
    return verdict === "holds" || verdict === "violated" ? [] : [`${name} is ${verdict}`];
  });
  const runs = gauged.length;
  if (refused.length > 0) return { file, runs, changes: [], refused };
  const { manifestText } = await import("../gate/manifest/index.ts");
  const folder = dirname(resolve(file));
  const protocols = gauged.reduce<readonly PinnedProtocol[]>(
    (all, one) => withRun(all, one, folder),
    manifest.protocols.filter((one) => !gauged.some(({ gated }) => isOf(one, gated, folder))),
  );
  writeWhole(file, manifestText({ ...manifest, protocols }));
  const changes = [
    ...gauged.flatMap(({ gated: { plan, pinned }, row: { answer } }) => {
      const name = runName(plan);
      if (answer.kind !== "report") return [];
      if (pinned === undefined) return [`${name}: ${foundText(answer.report)}; it was not pinned`];
      const others = changesOf(pinned, answer.report, true).map(({ text }) => text);
      return [...others, ...newAnswers(pinned, answer.report)].map((text) => `${name}: ${text}`);
    }),
    ...unplanned.map(({ differences }) => `${differences.join("; ")}; left out`),
  ];
  return { file, runs, changes, refused };
}

/** Says what came of writing a manifest. Sets the exit status where it was not written. */
export function tellUpdate(update: Update, format: GateOptions["format"]): void {
  const { file, runs, changes, refused } = update;
  if (refused.length > 0) process.exitCode = exitCode.incomplete;
  if (format === "json") return print(jsonText(update));
  if (refused.length > 0) {
    for (const line of refused) say(`hintproof: not pinned: ${line}`);
    say(`hintproof: ${file} is as it was`);
    return;
  }
  for (const line of changes) print(`${line}\n`);
  print(`${changes.length === 0 ? "as it was" : "written"}: ${file}, ${plural(runs, "run")}\n`);
}

/** What was not asked when a run was pinned. */
function newAnswers(pinned: PinnedRun, report: Report): readonly string[] {
  const { most, neededFairness } = pinnedOf(report);
  return [
    ...(pinned.most === undefined && most !== undefined ? ["bounds are pinned as well"] : []),
    ...(pinned.neededFairness === undefined && neededFairness !== undefined
      ? ["needed fairness is pinned as well"]
      : []),
  ];
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
