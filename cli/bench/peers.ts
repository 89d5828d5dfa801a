import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";
import { type Case, constantsOf, sizeConstant } from "./cases.ts";
import type { Engine } from "./engine.ts";
import { type Command, type Run, run } from "./measure.ts";

/*
 * Checkers by others, and searches written by hand, each of them with a model of its own of a protocol: the counts
 * have to be the same, whoever wrote the model.
 */

const models = fileURLToPath(new URL("cli/bench/models/", packageRoot()));
const buildLimitSeconds = 300;

/** The models of a protocol that have another language. */
interface Models {
  /** The constants of an instance as the models have them; undefined where they do not have it. */
  readonly defines: (its: Case) => Defines | undefined;
  readonly hasC: boolean;
  /** What SPIN is told besides, so that it judges what the checker judges. */
  readonly spinOptions: readonly string[];
  readonly cOptions: readonly string[];
}
type Defines = Readonly<Record<string, number>>;

const sized: Omit<Models, "hasC"> = {
  defines: ({ size }) => (typeof size === "number" ? { N: size } : undefined),
  spinOptions: [],
  cOptions: [],
};

const modelsOf: Readonly<Record<string, Models>> = {
  "page-ring": { ...sized, hasC: true },
  "two-phase-commit": { ...sized, hasC: false },
  "linux-free-page-reporting": {
    defines: definesOfLinux,
    hasC: true,
    // See the model for -o2.
    spinOptions: ["-o2", "-DINVARIANTS", "-DSTEPS"],
    cOptions: ["-DCHECK"],
  },
};

function definesOfLinux({ size }: Case): Defines | undefined {
  const given = new Map(constantsOf("linux-free-page-reporting", size).map(pairOf));
  const take = (name: string, otherwise: string): string => {
    const value = given.get(name) ?? otherwise;
    given.delete(name);
    return value;
  };
  const defines = {
    BLOCKS: Number(take("blocks", "3")),
    USERS: Number(take("users", "1")),
    CAPACITY: Number(take("capacity", "1")),
    FAILURES: take("allocationFailures", "false") === "true" ? 1 : 0,
  };
  const isTogether = (take("deviceErrors", "false") === "true") === (defines.FAILURES === 1);
  return isTogether && given.size === 0 ? defines : undefined;
}

function pairOf(constant: string): readonly [string, string] {
  const [name = "", value = ""] = constant.split("=");
  return [name, value];
}

/** The models of an instance, with its constants; none of them reduces symmetry. */
function modelOf(its: Case): (Models & { readonly given: Defines }) | undefined {
  const found = its.variant === undefined && !its.symmetry ? modelsOf[its.protocol] : undefined;
  const given = found?.defines(its);
  return found === undefined || given === undefined ? undefined : { ...found, given };
}

function theModelOf(its: Case): Models & { readonly given: Defines } {
  const found = modelOf(its);
  if (found === undefined) throw new Error(`There is no model of ${its.model}, ${its.size}.`);
  return found;
}

const options = (given: Defines): readonly string[] =>
  Object.entries(given).map(([name, value]) => `-D${name}=${value}`);

/** A breadth-first search written for this one model: how fast its layout can be. */
export const handWritten: Engine = {
  name: "C by hand",
  runtimeBytes: 0,
  needs: ["gcc"],
  has: (its) => modelOf(its)?.hasC === true,
  prepare: async (its, folder, { optimisation = "-O2" }) => {
    const { given, cOptions } = theModelOf(its);
    // A table that does not grow has room for 8/7 of the states.
    const slots = Math.ceil(Math.log2((its.expected.states * 8) / 7));
    const source = join(models, `${its.protocol}.c`);
    const flags = [optimisation, ...options({ ...given, SLOTS: slots }), ...cOptions];
    await build(folder, ["gcc", ...flags, "-o", "search", source]);
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

/** SPIN keeps some 170 bytes a state of free page reporting. */
const largestForSpin = 40_000_000;

/**
 * SPIN, depth first (its default, and faster here than breadth first), whole states, no reduction.
 * The stack has room for every state, which is as deep as a search can get.
 */
export function spin(
  name: string,
  tableBits: (states: number) => number,
  has: (its: Case) => boolean = () => true,
): Engine {
  return {
    name,
    runtimeBytes: 0,
    needs: ["spin", "gcc"],
    has: (its) => modelOf(its) !== undefined && its.expected.states <= largestForSpin && has(its),
    prepare: async (its, folder, { optimisation = "-O3" }) => {
      const { given, spinOptions } = theModelOf(its);
      const source = join(models, `${its.protocol}.pml`);
      await build(folder, ["spin", ...spinOptions, ...options(given), "-a", source]);
      const flags = ["-w", optimisation, "-DSAFETY", "-DNOREDUCE"];
      await build(folder, ["gcc", ...flags, "-o", "pan", "pan.c"]);
      const { states } = its.expected;
      return [join(folder, "pan"), `-w${tableBits(states)}`, `-m${states}`];
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

/** With a table that fits the instance, which nobody knows beforehand. */
export const spinFitted = spin("SPIN fitted", (states) =>
  Math.max(16, Math.ceil(Math.log2(states)) + 1),
);

/** Rumur takes some 50 microseconds a step of free page reporting. */
const largestForRumurOfLinux = 100_000;

/** Rumur (Murphi), one thread, states packed in bits. */
export const rumur: Engine = {
  name: "Rumur",
  runtimeBytes: 0,
  needs: ["rumur", "gcc"],
  has: (its) =>
    modelOf(its) !== undefined &&
    (its.protocol in sizeConstant || its.expected.states <= largestForRumurOfLinux),
  prepare: async (its, folder, { optimisation = "-O3" }) => {
    const { given } = theModelOf(its);
    const source = readFileSync(join(models, `${its.protocol}.m`), "utf8");
    const withConstants = source.replaceAll(/^const (\w+): \d+;$/gm, (line, name: string) =>
      given[name] === undefined ? line : `const ${name}: ${given[name]};`,
    );
    writeFileSync(join(folder, "model.m"), withConstants);
    const said = ["--threads", "1", "--deadlock-detection", "stuck", "--output", "model.c"];
    await build(folder, ["rumur", ...said, "model.m"]);
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
