import { costOf, positionsOf, shardOf } from "../gate/index.ts";
import { UsageError } from "../runs/told/index.ts";
import type { JobAnswer } from "./job.ts";
import type { Named } from "./named-files.ts";
import type { CheckOptions } from "./options.ts";
import { checkWritable } from "./output.ts";
import { partName, writeCheckPart } from "./part-file.ts";
import { type Plan, plannedOf, plansOf, shippedPlans } from "./plans.ts";
import {
  checkRecord,
  deviations,
  readRecord,
  recordedStates,
  type RecordEntry,
  writeRecord,
} from "./record.ts";
import { quickestFirst, type Row, rowNotMade, rowOf, runPlans } from "./table-run.ts";
import { type TableContext, TableTold } from "./table-told.ts";
import { print, say } from "./terminal.ts";

/**
 * Checks several protocols against what is expected and recorded of them, all that are shipped if none is named: each
 * with all its variants, or, of several that are named, the protocol itself or the variant that its file exports by
 * default.
 */
export async function checkTable(names: readonly Named[], options: CheckOptions): Promise<void> {
  const listed = names.length === 0 ? await shippedPlans() : await plansOf(names, options);
  if (listed === undefined) return;
  if (options.updateRecord === true) {
    const odd = listed.find(({ isRecorded }) => !isRecorded);
    if (odd !== undefined) {
      const why = "is not as it is shipped: nothing is recorded of it";
      throw new UsageError(`--update-record: ${odd.protocol} ${why}.`);
    }
    checkRecord();
  }
  // While the record is written, only the expectations of the variants count.
  const isCompared = listed.some(({ isRecorded }) => isRecorded) && options.updateRecord !== true;
  const record = isCompared ? readRecord() : [];
  const recordOf = ({ isRecorded }: Plan): readonly RecordEntry[] | undefined =>
    isCompared && isRecorded ? record : undefined;
  const statesOf = (plan: Plan): number | undefined =>
    options.symmetry ? recordedStates(recordOf(plan) ?? [], plan) : undefined;
  const plans = quickestFirst(listed, statesOf);

  const context: TableContext = {
    isCatalogue: names.length === 0,
    isCompared,
    isReduced: options.symmetry,
    isAudited: options.audit === "all",
  };
  const costs = plans.map((plan) => costOf(recordOf(plan)?.find((entry) => isOf(entry, plan))));
  const shard = options.shard === undefined ? undefined : shardOf(options.shard, process.env);
  const positions = shard === undefined ? plans.map((_, at) => at) : positionsOf(costs, shard);
  const part = shard && (options.output ?? partName(shard));
  if (part !== undefined) checkWritable("--shard", part);
  const own = positions.map((position) => plans[position] as Plan);
  const { output: _, ...unwritten } = options;
  const told = new TableTold(own, context, shard === undefined ? options : unwritten);
  const rows = new Map<Plan, Row>();
  const onRow = (plan: Plan, answer: JobAnswer): void => {
    // Where its variants are not rows themselves.
    const warnings = answer.kind === "report" ? (answer.warnings ?? []) : [];
    if (options.all !== true) for (const line of warnings) say(line);
    const row = rowOf(plan, answer, (report) => {
      const its = recordOf(plan);
      return its === undefined ? [] : deviations(its, report, options.symmetry);
    });
    rows.set(plan, row);
    told.add(row);
  };
  const run = { options, more: { stories: "none" }, statesOf, onRow } as const;
  const notMade = await runPlans(own, run);
  if (shard === undefined || part === undefined) {
    await told.conclude(() => {
      if (options.updateRecord === true) updateRecord(told.rows, notMade.size === 0);
    });
    return;
  }
  process.exitCode = told.code;
  print(`\n${told.summary()}\n`);
  const placed = positions.map((position) => {
    const plan = plans[position] as Plan;
    const row = rows.get(plan) ?? rowNotMade(plannedOf(plan), "was not run: interrupted");
    return { position, row };
  });
  const { color: _c, quiet: _q, workers: _w, output: _o, shard: _s, ...asked } = options;
  await writeCheckPart(part, shard, { asked: JSON.stringify(asked), plans, context, rows: placed });
  print(`written: ${part}, part ${shard.index} of ${shard.count}\n`);
}

const isOf = (entry: RecordEntry, { protocol, variant }: Plan): boolean =>
  entry.protocol === protocol && entry.variant === variant;

function updateRecord(rows: readonly Row[], areAll: boolean): void {
  const reports = rows.flatMap(({ answer }) => (answer.kind === "report" ? [answer.report] : []));
  const isEach = areAll && reports.length === rows.length;
  if (!isEach || reports.some(({ verdict }) => verdict === "incomplete")) {
    say("hintproof: the record was not changed, because not every run came to an end.");
    return;
  }
  writeRecord(reports);
  const names = [...new Set(reports.map(({ protocol }) => protocol))];
  say(`hintproof: wrote record.json of ${names.join(", ")}`);
}
