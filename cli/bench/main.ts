import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkWritable, writeWhole } from "../output.ts";
import { packageRoot, packageVersion } from "../package-root.ts";
import { type Case, casesOf, expectCounts } from "./cases.ts";
import { type Engine, engines, hintproofCommand, liveness } from "./engines.ts";
import { type Command, endAll, isInstalled, measuresMemory, run } from "./measure.ts";
import { comparison, growth, livenessRatios, type Row } from "./tables.ts";

/*
 * `npm run bench`: engines side by side, each a process of its own. Runs of all engines alternate, so
 * that what else the machine does falls on all of them.
 */

const help = `Usage: npm run -s bench -- [options]

  --short           the smallest sizes, once: counts and no times
  --large           larger sizes as well
  --model <name>    only the rows of this model, e.g. page-ring (can be repeated)
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
  if (values.json !== undefined) checkWritable("--json", values.json);
  return {
    short: values.short,
    large: values.large,
    models: values.model,
    repeat: values.short ? 1 : repeat,
    limit,
    json: values.json === undefined ? undefined : resolve(values.json),
    figures: resolve(values.figures),
  };
}

/** An engine that is ready for an instance, and what its runs came to so far. */
interface Contestant {
  readonly engine: Engine;
  readonly command: Command;
  readonly folder: string;
  readonly seconds: number[];
  peakBytes: number | undefined;
  load: number;
  gaveUp: string | undefined;
}

async function compare(
  its: Case,
  present: readonly Engine[],
  temporary: string,
  options: Options,
): Promise<readonly Row[]> {
  const contestants: Contestant[] = [];
  for (const engine of present.filter(({ has }) => has(its))) {
    const folder = mkdtempSync(join(temporary, "engine-"));
    const optimisation = options.short ? "-O0" : undefined;
    const command = await engine.prepare(its, folder, { optimisation });
    const measured = { seconds: [], peakBytes: undefined, load: 0, gaveUp: undefined };
    contestants.push({ engine, command, folder, ...measured });
  }
  for (let round = 1; round <= options.repeat; round++) {
    for (const contestant of contestants) {
      if (contestant.gaveUp !== undefined) continue;
      say(`${its.model}, ${its.size}: ${contestant.engine.name}, ${round} of ${options.repeat}`);
      await runOnce(its, contestant, options.limit);
    }
  }
  const { model, size, expected } = its;
  return contestants.map(({ engine, seconds, peakBytes, load, gaveUp }) => ({
    model,
    size,
    engine: engine.name,
    states: gaveUp === undefined ? expected.states : undefined,
    transitions: gaveUp === undefined ? expected.transitions : undefined,
    seconds: gaveUp === undefined ? seconds : [],
    peakBytes,
    runtimeBytes: engine.runtimeBytes,
    load,
    gaveUp,
  }));
}

/** One run, whose counts are right, or it throws. */
async function runOnce(its: Case, contestant: Contestant, limit: number): Promise<void> {
  const { engine, command, folder, seconds } = contestant;
  const ended = await run(command, folder, limit);
  contestant.load = currentLoad();
  const counts = ended.overLimit ? { gaveUp: `not in ${limit} s` } : engine.read(ended);
  if ("gaveUp" in counts) {
    contestant.gaveUp = counts.gaveUp;
    return;
  }
  expectCounts(engine.name, its, counts);
  seconds.push(ended.seconds);
  if (ended.peakBytes !== undefined) {
    contestant.peakBytes = Math.max(contestant.peakBytes ?? 0, ended.peakBytes);
  }
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

const currentLoad = (): number => Number((loadavg()[0] ?? 0).toFixed(2));

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function bench(options: Options, temporary: string): Promise<void> {
  const before = machine();
  const reach = options.short ? "short" : options.large ? "large" : "normal";
  const cases = casesOf(reach, options.figures).filter(
    ({ model }) => options.models.length === 0 || options.models.includes(model),
  );
  if (cases.length === 0) throw new Error(`There is no model ${options.models.join(", ")}.`);
  const present = engines.filter(({ needs }) => needs.every(isInstalled));
  const missing = engines
    .filter((engine) => !present.includes(engine))
    .map(({ name, needs }) => ({ name, needs: needs.filter((program) => !isInstalled(program)) }));
  const print = (text: string) => process.stdout.write(text);
  for (const { name, needs } of missing) {
    print(`${name} is left out; not installed: ${needs.join(", ")}\n`);
  }
  if (!measuresMemory && !options.short) print("Without /usr/bin/time memory is not measured.\n");

  const rows: Row[] = [];
  for (const its of cases) {
    const compared = await compare(its, present, temporary, options);
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
    if (options.models.length === 0) rows.push(await startOfCommand(temporary, 10));
    const baseline = engines[0].name;
    const after = machine().load;
    print(
      `${before.processors} x ${before.processor}, Node.js ${before.node}, ` +
        `load ${before.load.join(" ")} before, ${after.join(" ")} after\n` +
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
    const counted = rows.map(({ model, size, engine, states, transitions }) => ({
      model,
      size,
      engine,
      states,
      transitions,
    }));
    const data = { machine: before, missing, rows: counted };
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
  else await bench(options, temporary);
} catch (error) {
  endAll();
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  clear();
}
