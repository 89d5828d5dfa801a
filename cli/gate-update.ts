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
import { writeWhole } from "./output.ts";
import { print, say } from "./terminal.ts";

/** Writes what is so today, and says what of it was not pinned so. Nothing is written where a run says nothing. */
export async function updateManifest(
  { file, manifest }: Manifested,
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
      const changes = changesOf(pinned, answer.report, true).map(({ text }) => text);
      return [...changes, ...newAnswers(pinned, answer.report)].map((text) => `${name}: ${text}`);
    }),
    ...unplanned.map(({ differences }) => `${differences.join("; ")}; left out`),
  ];
  for (const line of told) print(`${line}\n`);
  const count = plural(gauged.length, "run");
  print(`${told.length === 0 ? "as it was" : "written"}: ${file}, ${count}\n`);
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
