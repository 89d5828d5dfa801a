import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";
import { type Case, type Counts, sizeConstant } from "./cases.ts";
import { type Command, type Run, run } from "./measure.ts";

/** Something that searches a state space. */
export interface Engine {
  readonly name: string;
  /** What its process takes before it has any state, in bytes; 0 where that is next to nothing. */
  readonly runtimeBytes: number;
  /** The programs that must be on the PATH. */
  readonly needs: readonly string[];
  /** Whether it has this instance. */
  readonly has: (its: Case) => boolean;
  /** Builds what there is to build in an empty folder; none of it is measured. */
  readonly prepare: (its: Case, folder: string, build: Build) => Promise<Command>;
  /** The counts of a run that ended; throws where the verdict is not that everything holds. */
  readonly read: (its: Run) => Counts | GaveUp;
}

/** An engine that came to no verdict, and why. */
export interface GaveUp {
  readonly gaveUp: string;
}

export interface Build {
  /** The compiler's option; what is only counted need not be quick. */
  readonly optimisation: string | undefined;
}

const root = packageRoot();
const models = fileURLToPath(new URL("cli/bench/models/", root));
const buildLimitSeconds = 300;

/** The command as a user runs it. */
export const hintproofCommand: Command = [
  process.execPath,
  fileURLToPath(new URL("dist/bundle/main.js", root)),
];

interface Report {
  readonly verdict: string;
  readonly reason?: string;
  /** Those that were asked for. */
  readonly properties: readonly { readonly status: string }[];
  readonly statistics: {
    readonly distinctStates: number;
    readonly transitions: number;
    readonly depth: number;
    readonly orbits?: number;
    readonly unreducedStates: number;
  };
}

/** Node.js and the modules of the command. */
const runtimeOfHintproof = 120e6;

/** The whole command; `isExpected` says of a report that is not incomplete whether its counts may be used. */
function hintproof(
  name: string,
  has: (its: Case) => boolean,
  options: (its: Case) => readonly string[],
  isExpected: (report: Report) => boolean,
): Engine {
  return {
    name,
    runtimeBytes: runtimeOfHintproof,
    needs: [],
    has,
    prepare: async (its) => {
      const set = its.constants.flatMap((constant) => ["--set", constant]);
      const reduction = its.symmetry ? [] : ["--no-symmetry"];
      const output = ["--format", "json", "--quiet"];
      const check = [...hintproofCommand, "check", its.protocol] as const;
      return [...check, ...set, ...reduction, ...options(its), ...output];
    },
    read: ({ status, stdout, stderr }) => {
      if (stdout === "") throw new Error(`hintproof ends with ${status}:\n${stderr}`);
      const report = JSON.parse(stdout) as Report;
      if (report.verdict === "incomplete") return { gaveUp: report.reason ?? report.verdict };
      if (!isExpected(report)) throw new Error(`${name} says ${report.verdict}.`);
      return countsOf(report);
    },
  };
}

/** The search by itself: all that is decided state by state and step by step. */
function search(name: string, options: readonly string[], has: (its: Case) => boolean): Engine {
  return hintproof(
    name,
    has,
    () => ["--no-liveness", ...options],
    // Not every instance shows all of the witnesses.
    ({ verdict }) => verdict === "holds" || verdict === "vacuous",
  );
}

/** The search and a verdict on one liveness property, with one worker. */
export const liveness: Engine = hintproof(
  "hintproof, liveness",
  (its) => its.liveness !== undefined,
  (its) => ["--workers", "1", ...(its.liveness === undefined ? [] : ["--property", its.liveness])],
  ({ verdict, properties }) =>
    verdict === "holds" && properties.length === 1 && properties[0]?.status === "holds",
);

function countsOf({ statistics }: Report): Counts {
  const { distinctStates, transitions, depth, orbits, unreducedStates } = statistics;
  return {
    states: distinctStates,
    transitions,
    depth,
    unreduced: orbits === undefined ? undefined : unreducedStates,
  };
}

/** What the reference engine has done within a minute, and what several workers are worth starting for. */
const smallForReference = 150_000;
const largeForWorkers = 1_000_000;

/** Beyond it one worker takes minutes: only several have those instances. */
const largestForOneWorker = 40_000_000;

/** A breadth-first search written for this one model: how fast its layout can be. */
const handWritten: Engine = {
  name: "C by hand",
  runtimeBytes: 0,
  needs: ["gcc"],
  has: ({ protocol, symmetry }) => protocol === "page-ring" && !symmetry,
  prepare: async ({ protocol, size }, folder, { optimisation = "-O2" }) => {
    const source = join(models, `${protocol}.c`);
    await build(folder, ["gcc", optimisation, `-DN=${size}`, "-o", "search", source]);
    return [join(folder, "search")];
  },
  read: (ended) => {
    const [states, transitions, depth] = figuresIn(
      "C by hand",
      ended,
      /^holds: (\d+) states, (\d+) transitions, depth (\d+)$/m,
    );
    return { states, transitions, depth };
  },
};

/**
 * SPIN, depth first (its default, and faster here than breadth first), whole states, no reduction.
 * The stack has room for every state, which is as deep as a search can get.
 */
function spin(name: string, tableBits: (states: number) => number): Engine {
  return {
    name,
    runtimeBytes: 0,
    needs: ["spin", "gcc"],
    has: hasModel,
    prepare: async ({ protocol, size, expected }, folder, { optimisation = "-O3" }) => {
      await build(folder, ["spin", `-DN=${size}`, "-a", join(models, `${protocol}.pml`)]);
      const options = ["-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"];
      await build(folder, ["gcc", optimisation, ...options]);
      return [join(folder, "pan"), `-w${tableBits(expected.states)}`, `-m${expected.states}`];
    },
    read: (ended) => {
      // Its exit status is 0 in any case. With the start it counts one transition more than there are.
      if (/max search depth too small|Search not completed/.test(ended.stdout)) {
        throw new Error(`SPIN did not search everything:\n${ended.stdout}`);
      }
      const [errors, states, transitions] = figuresIn(
        "SPIN",
        ended,
        /errors: (\d+)\n\s*(\d+) states, stored\n(?:.*\n)*?\s*(\d+) transitions/,
      );
      if (errors !== 0) throw new Error(`SPIN finds an error:\n${ended.stdout}`);
      return { states, transitions: transitions - 1 };
    },
  };
}

/** Rumur (Murphi), one thread, states packed in bits. */
const rumur: Engine = {
  name: "Rumur",
  runtimeBytes: 0,
  needs: ["rumur", "gcc"],
  has: hasModel,
  prepare: async ({ protocol, size }, folder, { optimisation = "-O3" }) => {
    const source = readFileSync(join(models, `${protocol}.m`), "utf8");
    const sized = source.replace(/^const N: \d+;$/m, `const N: ${size};`);
    writeFileSync(join(folder, "model.m"), sized);
    const options = ["--threads", "1", "--deadlock-detection", "stuck", "--output", "model.c"];
    await build(folder, ["rumur", ...options, "model.m"]);
    const libraries = ["-lpthread", "-latomic"];
    const arch = ["-std=c11", "-march=native"];
    await build(folder, ["gcc", ...arch, optimisation, "-o", "search", "model.c", ...libraries]);
    return [join(folder, "search")];
  },
  read: (ended) => {
    if (!ended.stdout.includes("No error found.")) throw new Error(`Rumur says:\n${ended.stdout}`);
    const pattern = /State Space Explored:\s+(\d+) states, (\d+) rules fired/;
    const [states, transitions] = figuresIn("Rumur", ended, pattern);
    return { states, transitions };
  },
};

function hasModel({ protocol, symmetry }: Case): boolean {
  return protocol in sizeConstant && !symmetry;
}

/** The numbers that a pattern finds in what a run printed. */
function figuresIn(
  name: string,
  { stdout, stderr, status }: Run,
  pattern: RegExp,
): [number, number, number] {
  const found = pattern.exec(stdout);
  if (status !== 0 || found === null) {
    throw new Error(`${name} ends with ${status} and says:\n${stdout}${stderr}`);
  }
  const [, first, second, third] = found;
  return [Number(first), Number(second), Number(third)];
}

async function build(folder: string, command: Command): Promise<void> {
  const { status, stdout, stderr } = await run(command, folder, buildLimitSeconds);
  if (status !== 0)
    throw new Error(`${command.join(" ")} ends with ${status}:\n${stdout}${stderr}`);
}

/** All engines; the first one is what the others are compared with. */
export const engines: readonly [Engine, ...Engine[]] = [
  search("hintproof", ["--workers", "1"], ({ expected }) => expected.states <= largestForOneWorker),
  search(
    `hintproof, ${availableParallelism()} workers`,
    ["--workers", `${availableParallelism()}`],
    ({ expected }) => expected.states >= largeForWorkers && availableParallelism() > 1,
  ),
  search(
    "hintproof, reference",
    ["--engine", "reference"],
    ({ expected, symmetry }) => expected.states <= smallForReference && !symmetry,
  ),
  liveness,
  handWritten,
  spin("SPIN -w26", () => 26),
  // The table of 2^26 places costs SPIN more than a small search does.
  spin("SPIN fitted", (states) => Math.max(16, Math.ceil(Math.log2(states)) + 1)),
  rumur,
];
