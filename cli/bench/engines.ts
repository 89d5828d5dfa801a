import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";
import { type Case, type Counts, sizeConstant } from "./cases.ts";
import type { Engine } from "./engine.ts";
import type { Command } from "./measure.ts";
import { handWritten, rumur, spin, spinFitted } from "./peers.ts";

const root = packageRoot();

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

/** Whether a run may begin by what the ones before have learned from. */
type Learns = "anew" | "from others";

/** The whole command; `isExpected` says of a report that is not incomplete whether its counts may be used. */
export function hintproof(
  name: string,
  has: (its: Case) => boolean,
  options: (its: Case) => readonly string[],
  isExpected: (report: Report) => boolean,
  learns: Learns = "anew",
): Engine {
  return {
    name,
    runtimeBytes: runtimeOfHintproof,
    needs: [],
    has,
    prepare: async (its) => {
      const set = its.constants.flatMap((constant) => ["--set", constant]);
      const variant = its.variant === undefined ? [] : ["--variant", its.variant];
      const reduction = its.symmetry ? [] : ["--no-symmetry"];
      const output = ["--format", "json", "--quiet", ...(learns === "anew" ? ["--no-cache"] : [])];
      const check = [...hintproofCommand, "check", its.protocol] as const;
      return [...check, ...variant, ...set, ...reduction, ...options(its), ...output];
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
export function search(
  name: string,
  options: readonly string[],
  has: (its: Case) => boolean = () => true,
  learns: Learns = "anew",
): Engine {
  return hintproof(
    name,
    has,
    () => ["--no-liveness", ...options],
    // Not every instance shows all of the witnesses.
    ({ verdict }) => verdict === "holds" || verdict === "vacuous",
    learns,
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
  // The table of 2^26 places costs SPIN more than a small search does.
  spin(
    "SPIN -w26",
    () => 26,
    ({ protocol }) => protocol in sizeConstant,
  ),
  spinFitted,
  rumur,
];
