import { mkdtempSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { type Case, expectCounts } from "./cases.ts";
import type { Engine } from "./engine.ts";
import { type Command, run } from "./measure.ts";
import type { Row } from "./tables.ts";

/** An engine, and the instance that it is to run. */
export interface Entry {
  readonly engine: Engine;
  readonly its: Case;
}

export interface ContestOptions {
  /** Counts are compared, and nothing need be quick. */
  readonly short: boolean;
  readonly repeat: number;
  /** How many seconds a run may take. */
  readonly limit: number;
  /** For files that are thrown away. */
  readonly temporary: string;
  /** Takes a line on what goes on. */
  readonly say: (text: string) => void;
}

/** An engine that is ready for an instance, and what its runs came to so far. */
interface Contestant extends Entry {
  readonly command: Command;
  readonly folder: string;
  readonly seconds: number[];
  readonly cpuSeconds: number[];
  readonly firstOutputSeconds: number[];
  peakBytes: number | undefined;
  load: number;
  gaveUp: string | undefined;
}

/**
 * Runs all entries in turn, as often as is asked, so that what else the machine does falls on all of them; a row for
 * each. Throws where one counts what is not known.
 */
export async function contest(
  entries: readonly Entry[],
  options: ContestOptions,
): Promise<readonly Row[]> {
  const contestants: Contestant[] = [];
  for (const { engine, its } of entries) {
    const folder = mkdtempSync(join(options.temporary, "engine-"));
    const optimisation = options.short ? "-O0" : undefined;
    const command = await engine.prepare(its, folder, { optimisation });
    const measured = { seconds: [], cpuSeconds: [], firstOutputSeconds: [], peakBytes: undefined };
    contestants.push({ engine, its, command, folder, ...measured, load: 0, gaveUp: undefined });
  }
  for (let round = 1; round <= options.repeat; round++) {
    for (const contestant of contestants) {
      const { engine, its, gaveUp } = contestant;
      if (gaveUp !== undefined) continue;
      options.say(`${its.model}, ${its.size}: ${engine.name}, ${round} of ${options.repeat}`);
      await runOnce(contestant, options.limit);
    }
  }
  return contestants.map(rowOf);
}

/** One run, whose counts are right, or it throws. */
async function runOnce(contestant: Contestant, limit: number): Promise<void> {
  const { engine, its, command, folder } = contestant;
  const ended = await run(command, folder, limit);
  contestant.load = currentLoad();
  const counts = ended.overLimit ? { gaveUp: `not in ${limit} s` } : engine.read(ended);
  if ("gaveUp" in counts) {
    contestant.gaveUp = counts.gaveUp;
    return;
  }
  expectCounts(engine.name, its, counts);
  contestant.seconds.push(ended.seconds);
  if (ended.cpuSeconds !== undefined) contestant.cpuSeconds.push(ended.cpuSeconds);
  if (ended.firstOutputSeconds !== undefined) {
    contestant.firstOutputSeconds.push(ended.firstOutputSeconds);
  }
  if (ended.peakBytes !== undefined) {
    contestant.peakBytes = Math.max(contestant.peakBytes ?? 0, ended.peakBytes);
  }
}

function rowOf({ engine, its, gaveUp, ...measured }: Contestant): Row {
  const { model, size, expected } = its;
  const { seconds, cpuSeconds, firstOutputSeconds, peakBytes, load } = measured;
  const start = { model, size, engine: engine.name, runtimeBytes: engine.runtimeBytes, load };
  if (gaveUp !== undefined) {
    return { ...start, ...nothing, seconds: [], peakBytes, gaveUp };
  }
  const { states, transitions } = expected;
  return { ...start, states, transitions, seconds, cpuSeconds, firstOutputSeconds, peakBytes };
}

const nothing = { states: undefined, transitions: undefined };

/** How many processes wanted a processor in the last minute. */
export const currentLoad = (): number => Number((loadavg()[0] ?? 0).toFixed(2));
