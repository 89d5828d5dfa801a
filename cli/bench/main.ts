import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkWritable, writeWhole } from "../output.ts";
import { packageRoot, packageVersion } from "../package-root.ts";
import { casesOf } from "./cases.ts";
import { contest, type ContestOptions, currentLoad } from "./contest.ts";
import { engines, hintproofCommand, liveness } from "./engines.ts";
import { endAll, isInstalled, measuresUsage, run } from "./measure.ts";
import { goalsOf, reach, reachTable } from "./reach.ts";
import { comparison, growth, livenessRatios, type Row } from "./tables.ts";

/*
 * `npm run bench`: engines side by side, each a process of its own. Runs of all engines alternate, so
 * that what else the machine does falls on all of them.
 */

const help = `Usage: npm run -s bench -- [options]

  --short           the smallest sizes, once: counts and no times
  --large           larger sizes as well
  --model <name>    only the rows of this model, e.g. page-ring (can be repeated)
  --reach           what is wanted of the checker, a row each: what must be reached, what is aimed at, what is
  --row <name>      of those rows only this one (can be repeated)
  --repeat <n>      how often each engine runs (default: 3); the median counts
  --limit <seconds> how long a run may take (default: 600)
  --json <file>     write what was measured to a file
  --figures <file>  known counts (default: cli/bench/figures.json)

Ends with 1, before any time is printed, if an engine does not find the known counts.
`;

interface Options {
  readonly short: boolean;
  readonly large: boolean;
  readonly models: readonly string[];
  readonly reach: boolean;
  /** Of what is wanted; all if none is named. */
  readonly rows: readonly string[];
  readonly repeat: number;
  readonly limit: number;
  readonly json: string | undefined;
  readonly figures: string;
}

function optionsOf(args: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: "boolean", default: false },
      large: { type: "boolean", default: false },
      model: { type: "string", multiple: true, default: [] },
      reach: { type: "boolean", default: false },
      row: { type: "string", multiple: true, default: [] },
      repeat: { type: "string", default: "3" },
      limit: { type: "string", default: "600" },
      json: { type: "string" },
      figures: {
        type: "string",
        default: fileURLToPath(new URL("cli/bench/figures.json", packageRoot())),
      },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const repeat = Number(values.repeat);
  const limit = Number(values.limit);
  if (!Number.isInteger(repeat) || repeat < 1) throw new Error("--repeat takes a number from 1.");
  // A timer of Node.js holds at most 2^31 milliseconds.
  if (!(limit > 0 && limit <= 2_000_000)) throw new Error("--limit takes a number of seconds.");
  if (values.short && values.large) throw new Error("--short and --large exclude each other.");
  const reach = values.reach || values.row.length > 0;
  if (reach && (values.large || values.model.length > 0)) {
    throw new Error("--reach has rows of its own: neither --large nor --model goes with it.");
  }
  if (values.json !== undefined) checkWritable("--json", values.json);
  return {
    short: values.short,
    large: values.large,
    models: values.model,
    reach,
    rows: values.row,
    repeat: values.short ? 1 : repeat,
    limit,
    json: values.json === undefined ? undefined : resolve(values.json),
    figures: resolve(values.figures),
  };
}

/** How long a user waits for anything at all. */
async function startOfCommand(temporary: string, times: number): Promise<Row> {
  const seconds: number[] = [];
  let peakBytes: number | undefined;
  for (let round = 0; round < times; round++) {
    const ended = await run([...hintproofCommand, "--help"], temporary, 60);
    if (ended.status !== 0 || !ended.stdout.startsWith("Usage: hintproof")) {
      throw new Error(`hintproof --help ends with ${ended.status}:\n${ended.stderr}`);
    }
    seconds.push(ended.seconds);
    peakBytes = ended.peakBytes;
  }
  const nothing = { size: undefined, states: undefined, transitions: undefined };
  return {
    model: "--help",
    engine: "hintproof",
    ...nothing,
    seconds,
    peakBytes,
    runtimeBytes: engines[0].runtimeBytes,
    load: currentLoad(),
  };
}

function machine() {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    processors: processors.length,
    node: process.version,
    hintproof: packageVersion(),
    load: loadavg().map((load) => Number(load.toFixed(2))),
  };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

const print = (text: string): void => {
  process.stdout.write(text);
};

/** Says who is left out, and why. */
function missingEngines() {
  const missing = engines
    .map(({ name, needs }) => ({ name, needs: needs.filter((program) => !isInstalled(program)) }))
    .filter(({ needs }) => needs.length > 0);
  for (const { name, needs } of missing) {
    print(`${name} is left out; not installed: ${needs.join(", ")}\n`);
  }
  return missing;
}

/** Where and when the figures were taken. */
function circumstances(before: ReturnType<typeof machine>, after: readonly number[]): string {
  return (
    `${before.processors} x ${before.processor}, Node.js ${before.node}, ` +
    `load ${before.load.join(" ")} before, ${after.join(" ")} after\n`
  );
}

/** What is wanted, and what of it is reached. */
async function showReach(options: Options, contestOptions: ContestOptions): Promise<void> {
  const before = machine();
  const missing = missingEngines();
  const found = await reach(goalsOf(options.figures, options.short), options.rows, contestOptions);
  const loadAfter = machine().load;
  if (options.short) {
    const gaveUp = found.flatMap(({ runs }) => runs).find((run) => run.gaveUp !== undefined);
    if (gaveUp !== undefined) throw new Error(`${gaveUp.engine} gave up on ${gaveUp.model}.`);
    for (const { name, runs } of found) {
      print(`${name}: ${runs.map(({ engine, size }) => `${engine} (${size})`).join(", ")}\n`);
    }
  } else {
    print(
      circumstances(before, loadAfter) +
        `Of the whole process, median of ${options.repeat}; compiling is not counted. A row with a peer is judged by ` +
        `"ours / peer", which as the others may be at most what it must be.\n\n` +
        reachTable(found),
    );
  }
  if (options.json === undefined) return;
  const timeless = found.map(({ name, what, runs }) => ({ name, what, runs: runs.map(counted) }));
  const rows = options.short ? timeless : found;
  const data = { machine: { ...before, loadAfter }, missing, rows };
  writeWhole(options.json, `${JSON.stringify(data, undefined, 2)}\n`);
}

/** A row without what depends on the machine. */
const counted = ({ model, size, engine, states, transitions }: Row) => ({
  model,
  size,
  engine,
  states,
  transitions,
});

async function bench(options: Options, contestOptions: ContestOptions): Promise<void> {
  const before = machine();
  const extent = options.short ? "short" : options.large ? "large" : "normal";
  const cases = casesOf(extent, options.figures).filter(
    ({ model }) => options.models.length === 0 || options.models.includes(model),
  );
  if (cases.length === 0) throw new Error(`There is no model ${options.models.join(", ")}.`);
  const missing = missingEngines();
  const present = engines.filter(({ needs }) => needs.every(isInstalled));
  if (!measuresUsage && !options.short) print("Without /usr/bin/time memory is not measured.\n");

  const rows: Row[] = [];
  for (const its of cases) {
    const entries = present.filter(({ has }) => has(its)).map((engine) => ({ engine, its }));
    const compared = await contest(entries, contestOptions);
    rows.push(...compared);
    if (options.short) {
      const { states, transitions } = its.expected;
      const who = compared.map(({ engine, gaveUp }) =>
        gaveUp === undefined ? engine : `not ${engine} (${gaveUp})`,
      );
      const counts = `${states} states, ${transitions} steps`;
      print(`${its.model}, ${its.size}: ${counts}: ${who.join(", ")}\n`);
    }
  }
  const gaveUp = rows.find((row) => row.gaveUp !== undefined);
  if (options.short && gaveUp !== undefined) {
    throw new Error(`${gaveUp.engine} gave up on ${gaveUp.model}: ${gaveUp.gaveUp}.`);
  }

  if (!options.short) {
    if (options.models.length === 0) {
      rows.push(await startOfCommand(contestOptions.temporary, 10));
    }
    const baseline = engines[0].name;
    const after = machine().load;
    print(
      circumstances(before, after) +
        `Wall time of the whole process, median of ${options.repeat}; compiling is not counted; ` +
        `"${baseline} / it" is how many times as long ${baseline} takes;\n` +
        `"bytes/state" is the peak (of ${baseline} less ${engines[0].runtimeBytes / 1e6} MB for Node.js) ` +
        `where there are a million states or more.\n\n`,
    );
    const ratios = livenessRatios(rows, liveness.name, baseline);
    const tables = [comparison(rows, baseline), growth(rows), ratios];
    print(tables.filter((text) => text !== "").join("\n"));
    if (options.json !== undefined) {
      const data = { machine: { ...before, loadAfter: after }, missing, rows };
      writeWhole(options.json, `${JSON.stringify(data, undefined, 2)}\n`);
    }
  } else if (options.json !== undefined) {
    const data = { machine: before, missing, rows: rows.map(counted) };
    writeWhole(options.json, `${JSON.stringify(data, undefined, 2)}\n`);
  }
}

const temporary = mkdtempSync(join(tmpdir(), "hintproof-bench-"));
const clear = () => rmSync(temporary, { recursive: true, force: true });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    endAll();
    clear();
    process.exit(130);
  });
}
try {
  const options = optionsOf(process.argv.slice(2));
  if (options === "help") process.stdout.write(help);
  else await (options.reach ? showReach : bench)(options, { ...options, temporary, say });
} catch (error) {
  endAll();
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  clear();
}
