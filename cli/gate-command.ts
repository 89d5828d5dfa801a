import { existsSync } from "node:fs";
import { costOf, type Manifest, positionsOf, type Shard, shardOf } from "../gate/index.ts";
import { UsageError } from "../runs/told/index.ts";
import { isColoured } from "./colour.ts";
import { gauge } from "./gate-runs.ts";
import {
  concludedFrom,
  type GateContext,
  type GateRow,
  gateText,
  tellEnd,
  tellForges,
} from "./gate-told.ts";
import { tellUpdate, type Update, updateManifest } from "./gate-update.ts";
import { type Gated, gatedRuns, type Manifested } from "./gated.ts";
import type { GateOptions } from "./options.ts";
import { checkWritable } from "./output.ts";
import { painter } from "./paint.ts";
import { partName, writeGatePart } from "./part-file.ts";
import { plannedOf } from "./plans.ts";
import { textInFile } from "./read-file.ts";
import { print } from "./terminal.ts";

/**
 * `hintproof gate`: whether all that a manifest pins is still so; with --update, the manifest of what is so today; with
 * --shard, a part of that, for `hintproof merge`.
 */
export async function gateCommand(names: readonly string[], options: GateOptions): Promise<void> {
  const shard = options.shard === undefined ? undefined : shardOf(options.shard, process.env);
  refuseTogether(options);
  if (options.update === true) {
    const update = await pinned(names, options);
    if (update !== undefined) tellUpdate(update, options.format);
    return;
  }
  const manifested = await readManifest(names, options);
  const part = shard && (options.output ?? partName(shard));
  if (part !== undefined) checkWritable("--shard", part);
  const planned = await gatedRuns(manifested, names, options);
  if (planned === undefined) return;
  const { runs, unplanned } = planned;
  const context = { unplanned, isEmpty: manifested.manifest.protocols.length === 0 };
  if (shard === undefined || part === undefined) {
    const rows = await told(runs, manifested.manifest, options);
    const conclusion = concludedFrom(rows, context);
    if (options.format === "text") tellEnd(context, conclusion.summary);
    await tellForges(conclusion, options);
    return;
  }
  await gateShard(shard, part, { ...context, runs, manifested }, options);
}

/**
 * Pins what is so today, and says what of it is new; undefined after a fault, which is printed and has set the exit status.
 * Throws `UsageError`.
 */
export async function pinned(
  names: readonly string[],
  options: GateOptions,
): Promise<Update | undefined> {
  const manifested = await readManifest(names, options);
  checkWritable("--update", manifested.file);
  const planned = await gatedRuns(manifested, names, options);
  if (planned === undefined) return undefined;
  const gauged = await gauge(planned.runs, manifested.manifest, options, () => {});
  return updateManifest(manifested, gauged, planned.unplanned);
}

interface Sharded extends GateContext {
  readonly runs: readonly Gated[];
  readonly manifested: Manifested;
}

/** Makes the runs of a shard, and writes what came of them to a file; the exit status is that of them alone. */
async function gateShard(
  shard: Shard,
  file: string,
  { runs, manifested, ...context }: Sharded,
  options: GateOptions,
): Promise<void> {
  const costs = runs.map(({ pinned }) => costOf(pinned));
  const positions = positionsOf(costs, shard);
  const own = positions.map((position) => runs[position] as Gated);
  const rows = await told(own, manifested.manifest, options);
  const { summary, code } = concludedFrom(rows, context);
  process.exitCode = code;
  tellEnd(context, summary);
  const placed = rows.map((row, at) => ({ position: positions[at] as number, row }));
  await writeGatePart(file, shard, {
    asked: manifested.text,
    plans: runs.map(({ plan }) => plan),
    context,
    rows: placed,
  });
  print(`written: ${file}, part ${shard.index} of ${shard.count}\n`);
}

/** Makes runs, and prints each as it comes. */
function told(
  runs: readonly Gated[],
  manifest: Manifest,
  options: GateOptions,
): Promise<readonly GateRow[]> {
  const coloured = isColoured(options);
  const textOf = gateText(
    runs.map(({ plan }) => plannedOf(plan)),
    painter(coloured),
  );
  return gauge(runs, manifest, options, (one) => {
    if (options.format === "text") print(textOf(one), coloured);
  });
}

/** Throws `UsageError` where options do not go together. */
function refuseTogether({ shard, update, format, output, neededFairness }: GateOptions): void {
  if (neededFairness === true && update !== true) {
    throw new UsageError("--needed-fairness goes with --update: the manifest says what is asked.");
  }
  if (update === true && format !== "text" && format !== "json") {
    throw new UsageError(
      `--format ${format} does not go with --update, which writes the manifest.`,
    );
  }
  if (update === true && output !== undefined) {
    throw new UsageError("--output does not go with --update, which writes the manifest.");
  }
  if (shard === undefined) return;
  if (update === true) throw new UsageError("--shard does not go with --update.");
  if (format !== "text") {
    throw new UsageError(
      `--format ${format} does not go with --shard, which writes a part; hintproof merge has forms.`,
    );
  }
}

/** The manifest that is meant; an empty one where one is to be written. Throws `UsageError`. */
async function readManifest(names: readonly string[], options: GateOptions): Promise<Manifested> {
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
  if (isNew) return { file, text: "", manifest: emptyManifest };
  const text = textInFile(file);
  try {
    return { file, text, manifest: manifestIn(text) };
  } catch (error) {
    if (error instanceof ManifestError) {
      throw new UsageError(`${file} is no manifest: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
