import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";
import { type Case, instances } from "./cases.ts";
import type { ContestOptions, Entry } from "./contest.ts";
import { contest } from "./contest.ts";
import type { Engine } from "./engine.ts";
import { hintproof, hintproofCommand, search } from "./engines.ts";
import { type Command, isInstalled, run } from "./measure.ts";
import { handWritten, spinFitted } from "./peers.ts";
import { bytesOf, median, type Row, spreadOf, table } from "./tables.ts";

/*
 * `npm run bench -- --reach`: what is wanted of the checker, a row each, with what must be reached and what is aimed at.
 * A row with a peer is judged by how many times as long hintproof takes in the same minutes, since no machine is always
 * equally quick.
 */

/** What is compared. */
type Quantity = "CPU seconds" | "wall seconds" | "seconds to the first line" | "bytes a state";

/** Something that is wanted. */
export interface Goal {
  /** By which it can be picked. */
  readonly name: string;
  readonly what: string;
  readonly of: Quantity;
  readonly ours: readonly Entry[];
  /** What ours is divided by; of several entries of ours the cost of a state is, see `spreadOf`. */
  readonly peer?: Entry | undefined;
  /** Ours, or the ratio, may be so much at most. */
  readonly must: number;
  readonly aim?: number | undefined;
  /** Whether it is measured only where it is picked. */
  readonly isApart?: boolean | undefined;
}

/** What came of a goal. */
export interface Reached extends Omit<Goal, "ours" | "peer"> {
  readonly ours: number | undefined;
  readonly peer: number | undefined;
  /** What `must` and `aim` are of; undefined where it was not measured. */
  readonly value: number | undefined;
  readonly status: "aim" | "must" | "falls short" | "not measured";
  readonly runs: readonly Row[];
}

const oneWorker = search("hintproof", ["--workers", "1"]);
const twoWorkers = search("hintproof, 2 workers", ["--workers", "2"]);
const referenceEngine = search("hintproof, reference", ["--engine", "reference"]);
const isHeld = ({ verdict }: { readonly verdict: string }): boolean => verdict === "holds";
const always = (): boolean => true;
/** With liveness and witnesses. */
const everything = hintproof("hintproof, everything", always, () => ["--workers", "1"], isHeld);
const withAllCores = hintproof("hintproof, everything, all cores", always, () => [], isHeld);

/**
 * Gives up where the time that it is about is over, which is what was asked. Where it goes on from others there was one before
 * it, which is not measured.
 */
function first(states: number, learns: "anew" | "from others" = "anew"): Engine {
  const name = `hintproof, the first ${states} states${learns === "anew" ? "" : ", again"}`;
  const options = ["--workers", "1", "--max-states", `${states}`];
  const engine = search(name, options, always, learns);
  return {
    ...engine,
    prepare: async (its, folder, build) => {
      const command = await engine.prepare(its, folder, build);
      if (learns === "anew") return command;
      const again: Command = ["env", `XDG_CACHE_HOME=${folder}`, ...command];
      await run(again, folder, 600);
      return again;
    },
    read: (ended) => {
      const found = engine.read(ended);
      const isWhatWasAsked = "gaveUp" in found && found.gaveUp === "state limit";
      if (!isWhatWasAsked) throw new Error(`${name}: there are no more states.`);
      return {};
    },
  };
}

/** What a person sees who types the command, all protocols and variants where none is named. */
function seen(name: string, options: readonly string[], lastLine: RegExp): Engine {
  return {
    name,
    runtimeBytes: oneWorker.runtimeBytes,
    needs: [],
    has: always,
    prepare: async ({ protocol }) => [
      ...hintproofCommand,
      "check",
      ...(protocol === "" ? [] : [protocol]),
      ...options,
      "--no-cache",
      "--quiet",
    ],
    read: ({ status, stdout, stderr }) => {
      if (status !== 0 || !lastLine.test(stdout)) {
        throw new Error(`${name} ends with ${status} and says:\n${stdout}${stderr}`);
      }
      return {};
    },
  };
}

const wholeTable = (options: readonly string[]): Engine =>
  seen("hintproof, table", options, /^as expected: all \d+$/m);
const oneAnswer = seen("hintproof, answer", [], /^holds: \d+ properties checked$/m);

const linux = "linux-free-page-reporting";
const largeLinux = "blocks=2 users=2 capacity=2 allocationFailures=true deviceErrors=true";
const wideFile = fileURLToPath(new URL("cli/bench/models/wide.ts", packageRoot()));

/**
 * All goals, those together that are measured in the same minutes; with `short` each on a small instance, where
 * nothing can be said about time.
 */
export function goalsOf(figuresFile: string, short: boolean): readonly (readonly Goal[])[] {
  const known = instances(figuresFile);
  const states = (protocol: string, size: Case["size"]): Case =>
    known({ protocol, size, symmetry: false });
  const orbits = (protocol: string, size: Case["size"], variant?: string): Case =>
    known({ protocol, variant, size, symmetry: true });
  const either = <Its>(small: Its, large: Its): Its => (short ? small : large);

  const large = states(linux, either("blocks=1", largeLinux));
  const shipped = states(linux, either("blocks=1", "as shipped"));
  const shippedOrbits = orbits(linux, either("blocks=1", "as shipped"));
  const wide = { ...states("wide", either(20, 600)), protocol: wideFile };
  const ring = states("page-ring", either(5, 10));
  const whole: Case = {
    ...ring,
    protocol: either("two-phase-commit", ""),
    model: "check",
    size: "",
  };
  const table = wholeTable(either(["--all"], []));
  const single: Case = { ...whole, protocol: "two-phase-commit" };
  const ours: Entry = { engine: oneWorker, its: large };
  const ringSizes = either([5, 6], [7, 8, 9, 10]);
  const linuxSizes = either(
    ["blocks=1", "blocks=2"],
    ["blocks=2 capacity=2", "as shipped", "blocks=2 users=2", largeLinux],
  );
  const grown = (protocol: string, sizes: readonly Case["size"][]): readonly Entry[] =>
    sizes.map((size) => ({ engine: oneWorker, its: states(protocol, size) }));

  return [
    [
      {
        name: "linux-against-c",
        what: `${linux}, all states, safety, against C by hand`,
        of: "CPU seconds",
        ours: [ours],
        peer: { engine: handWritten, its: large },
        must: 2.5,
        aim: 1,
      },
      {
        name: "linux-against-spin",
        what: "the same, against SPIN",
        of: "CPU seconds",
        ours: [ours],
        peer: { engine: spinFitted, its: large },
        must: 1 / 1.8,
        aim: 1 / 4,
      },
      {
        name: "two-workers",
        what: "the same, two workers against one",
        of: "wall seconds",
        ours: [{ engine: twoWorkers, its: large }],
        peer: ours,
        must: 1 / 1.6,
        aim: 1 / 1.9,
      },
      {
        name: "bytes-a-state",
        what: "the same, memory with traces",
        of: "bytes a state",
        ours: [ours],
        must: 48,
        aim: 36,
      },
      {
        name: "first-states",
        what: "the same, its first 200,000 states",
        of: "CPU seconds",
        ours: [{ engine: first(either(200, 200_000)), its: large }],
        must: 0.8,
        aim: 0.3,
      },
      {
        name: "first-states-again",
        what: "the same, when it was checked before",
        of: "CPU seconds",
        ours: [{ engine: first(either(200, 200_000), "from others"), its: large }],
        must: 0.8,
        aim: 0.3,
      },
    ],
    [
      {
        name: "linux-orbits",
        what: `${linux}, orbits, safety, against C on all states`,
        of: "CPU seconds",
        ours: [{ engine: oneWorker, its: shippedOrbits }],
        peer: { engine: handWritten, its: shipped },
        must: 1,
        aim: 1 / 3,
      },
    ],
    [
      {
        name: "linux-liveness",
        what: `${linux} as shipped, liveness included`,
        of: "CPU seconds",
        ours: [{ engine: either(oneWorker, everything), its: shippedOrbits }],
        must: 8,
        aim: 3,
      },
      {
        name: "variant-liveness",
        what: "its variant notifies-on-split, liveness included",
        of: "wall seconds",
        ours: [{ engine: withAllCores, its: orbits(linux, "as shipped", "notifies-on-split") }],
        must: 0.8,
        aim: 0.4,
      },
      {
        name: "s390-liveness",
        what: "s390-guest-page-hinting as shipped, liveness included",
        of: "CPU seconds",
        ours: [{ engine: everything, its: orbits("s390-guest-page-hinting", "as shipped") }],
        must: 0.9,
        aim: 0.4,
      },
    ],
    [
      {
        name: "s390-two-frames",
        what: "s390-guest-page-hinting, two frames, safety",
        of: "CPU seconds",
        ours: [
          {
            engine: oneWorker,
            its: orbits("s390-guest-page-hinting", either("as shipped", "frames=2")),
          },
        ],
        must: 20,
        aim: 5,
      },
    ],
    [
      {
        name: "wide-states",
        what: "601 states of 600 cells, against the reference engine",
        of: "CPU seconds",
        ours: [{ engine: oneWorker, its: wide }],
        peer: { engine: referenceEngine, its: wide },
        must: 1,
      },
    ],
    [
      {
        name: "table",
        what: "check: all protocols and variants, all cores",
        of: "wall seconds",
        ours: [{ engine: table, its: whole }],
        must: 35,
        aim: 15,
      },
      {
        name: "first-row",
        what: "the same, to its first row",
        of: "seconds to the first line",
        ours: [{ engine: table, its: whole }],
        must: 3,
        aim: 1,
      },
      {
        name: "first-verdict",
        what: "check two-phase-commit, to its verdict",
        of: "seconds to the first line",
        ours: [{ engine: oneAnswer, its: single }],
        must: 0.5,
        aim: 0.3,
      },
    ],
    [
      {
        name: "page-ring-against-spin",
        what: "page-ring, 10 pages, against SPIN",
        of: "CPU seconds",
        ours: [{ engine: oneWorker, its: ring }],
        peer: { engine: spinFitted, its: ring },
        must: 1 / 4.3,
        aim: 1 / 8,
      },
      {
        name: "page-ring-against-c",
        what: "the same, against C by hand",
        of: "CPU seconds",
        ours: [{ engine: oneWorker, its: ring }],
        peer: { engine: handWritten, its: ring },
        must: 1.5,
        aim: 1.3,
      },
    ],
    [
      {
        name: "page-ring-growth",
        what: `page-ring, ${ringSizes.join(", ")} pages: a state costs`,
        of: "CPU seconds",
        ours: grown("page-ring", ringSizes),
        must: 2,
      },
      {
        name: "linux-growth",
        what: `${linux}, ${linuxSizes.length} sizes: a state costs`,
        of: "CPU seconds",
        ours: grown(linux, linuxSizes),
        must: 2,
      },
    ],
    [
      {
        name: "largest",
        what: "page-ring, 13 pages: beyond 4 GiB",
        of: "bytes a state",
        ours: [{ engine: oneWorker, its: states("page-ring", either(5, 13)) }],
        must: 48,
        aim: 36,
        isApart: true,
      },
    ],
  ];
}

/** Measures the goals that are named, or all, and what came of each. */
export async function reach(
  goals: readonly (readonly Goal[])[],
  names: readonly string[],
  options: ContestOptions,
): Promise<readonly Reached[]> {
  const all = goals.flat().map(({ name }) => name);
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`There is no row ${unknown}: ${all.join(", ")}.`);
  const found: Reached[] = [];
  for (const group of goals) {
    const chosen = group.filter(({ name, isApart }) =>
      names.length === 0 ? isApart !== true : names.includes(name),
    );
    const entries = chosen.flatMap(({ ours, peer }) =>
      peer === undefined ? ours : [...ours, peer],
    );
    const present = entries.filter(({ engine }) => engine.needs.every(isInstalled));
    const distinct = [...new Map(present.map((entry) => [keyOf(entry), entry])).values()];
    const rows = await contest(distinct, options);
    const measured = new Map(distinct.map((entry, at) => [keyOf(entry), rows[at]]));
    const its = chosen.map((goal) => reached(goal, (entry) => measured.get(keyOf(entry))));
    // A later row may end the bench with what it counts, after minutes.
    if (!options.short && its.length > 0) options.say(reachTable(its));
    found.push(...its);
  }
  return found;
}

const keyOf = ({ engine, its }: Entry): string => `${engine.name}: ${its.model}, ${its.size}`;

/** What the runs say of a goal; nothing where one of them is missing, or came to no verdict. */
export function reached(goal: Goal, rowOf: (entry: Entry) => Row | undefined): Reached {
  const { ours: entries, peer: other, ...rest } = goal;
  const rows = entries.map(rowOf);
  const [row] = rows;
  const isGrowth = entries.length > 1;
  const ours = isGrowth ? spreadOf(rows) : quantityOf(goal.of, row);
  const peerRow = other === undefined ? undefined : rowOf(other);
  const peer = quantityOf(goal.of, peerRow);
  const value = other === undefined || ours === undefined ? ours : divided(ours, peer);
  const runs = [...rows, peerRow].filter((run) => run !== undefined);
  return { ...rest, ours, peer, value, status: statusOf(value, goal), runs };
}

const divided = (ours: number, peer: number | undefined): number | undefined =>
  peer === undefined ? undefined : ours / peer;

function statusOf(value: number | undefined, { must, aim }: Goal): Reached["status"] {
  if (value === undefined || Number.isNaN(value)) return "not measured";
  if (value <= (aim ?? must)) return aim === undefined ? "must" : "aim";
  return value <= must ? "must" : "falls short";
}

function quantityOf(quantity: Quantity, row: Row | undefined): number | undefined {
  if (row === undefined || row.gaveUp !== undefined) return undefined;
  switch (quantity) {
    case "wall seconds":
      return medianOf(row.seconds);
    case "CPU seconds":
      return medianOf(row.cpuSeconds);
    case "seconds to the first line":
      return medianOf(row.firstOutputSeconds);
    case "bytes a state":
      return bytesOf(row);
  }
}

const medianOf = (values: readonly number[] = []): number | undefined =>
  values.length === 0 ? undefined : median(values);

/** A line for each goal. */
export function reachTable(all: readonly Reached[]): string {
  const header = ["row", "what", "in", "ours", "peer", "ours / peer", "must", "aim", "reached"];
  const lines = all.map(({ name, what, of, ours, peer, value, must, aim, status, runs }) => [
    name,
    what,
    of,
    figure(ours),
    figure(peer),
    peer === undefined ? "" : figure(value),
    figure(must),
    figure(aim),
    status === "not measured" ? whyNot(runs) : status,
  ]);
  return table([header, ...lines], 3);
}

const figure = (value: number | undefined): string =>
  value === undefined ? "" : String(Number(value.toPrecision(3)));

const whyNot = (runs: readonly Row[]): string => {
  const gaveUp = runs.find((run) => run.gaveUp !== undefined);
  return gaveUp === undefined ? "not measured" : `${gaveUp.engine}: ${gaveUp.gaveUp}`;
};
