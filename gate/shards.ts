import { UsageError } from "../runs/told/index.ts";

/** One of so many parts of a list of runs, each of which another machine makes. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The shard that a word means: "2/4", or "auto" where a scheduler says in the environment which it is; "auto/4" where
 * that does not say how many there are. Throws `UsageError`: nothing is guessed, for a shard too few would say nothing.
 */
export function shardOf(text: string, environment: Environment): Shard {
  const [, first = "", total] = /^(auto|\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  const count = total === undefined ? undefined : Number(total);
  if (first === "auto") return checked(text, shardIn(environment, count));
  if (first === "" || count === undefined) {
    throw new UsageError(
      `--shard ${text}: which of how many, as in 2/4; or auto, where a scheduler says.`,
    );
  }
  return checked(text, { index: Number(first), count });
}

function checked(text: string, shard: Shard): Shard {
  const { index, count } = shard;
  if (index >= 1 && index <= count) return shard;
  throw new UsageError(`--shard ${text}: there is no shard ${index} of ${count}.`);
}

function shardIn(environment: Environment, count: number | undefined): Shard {
  const set = schedulers.filter(({ names: [first] }) => isSet(environment[first]));
  const [one, ...others] = set;
  const known = schedulers.map(({ names }) => names.join(" and ")).join("; ");
  if (one === undefined) {
    throw new UsageError(`--shard auto: no scheduler says which it is (${known}).`);
  }
  if (others.length > 0) {
    const names = set.map(({ names: [first] }) => first).join(" and ");
    throw new UsageError(`--shard auto: ${names} are both set; say which it is, as in 2/4.`);
  }
  const shard = one.shard(numbersIn(environment, one.names), count);
  if (count === undefined || shard.count === count) return shard;
  throw new UsageError(`--shard auto/${count}: the scheduler says that there are ${shard.count}.`);
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== "";

/** What variables say, each of which has to be a whole number if it is set. */
function numbersIn(environment: Environment, names: readonly string[]): readonly number[] {
  return names.map((name) => {
    const value = environment[name];
    if (!isSet(value)) return Number.NaN;
    if (/^\d+$/.test(value)) return Number(value);
    throw new UsageError(`--shard auto: ${name} is ${JSON.stringify(value)}, and no number.`);
  });
}

interface Scheduler {
  /** The variables that it sets; the first of them says that it is this one. */
  readonly names: readonly [string, ...string[]];
  /** What their numbers mean (NaN where one is not set), beside how many shards there are said to be. */
  readonly shard: (numbers: readonly number[], count: number | undefined) => Shard;
}

const schedulers: readonly Scheduler[] = [
  {
    // An array of Slurm, from any number on and in steps; of a list with gaps nobody can say which is the how manyth.
    names: [
      "SLURM_ARRAY_TASK_ID",
      "SLURM_ARRAY_TASK_COUNT",
      "SLURM_ARRAY_TASK_MIN",
      "SLURM_ARRAY_TASK_MAX",
    ],
    shard: ([id = 0, count = 0, least = 0, last = 0]) => {
      const step = count > 1 ? (last - least) / (count - 1) : 1;
      const index = (id - least) / step + 1;
      if (Number.isInteger(index) && !Number.isNaN(count)) return { index, count };
      throw new UsageError(
        `--shard auto: the array of Slurm is none of even steps (task ${id}, of ${count} from ${least} to ${last}).`,
      );
    },
  },
  {
    // An indexed job of Kubernetes, from 0; how many there are only its own text says.
    names: ["JOB_COMPLETION_INDEX"],
    shard: ([index = 0], count) => {
      if (count !== undefined) return { index: index + 1, count };
      throw new UsageError(
        "--shard auto: JOB_COMPLETION_INDEX does not say of how many; give the completions, as in auto/4.",
      );
    },
  },
  {
    // `parallel` of GitLab, from 1.
    names: ["CI_NODE_INDEX", "CI_NODE_TOTAL"],
    shard: ([index = 0, count = 0]) => {
      if (!Number.isNaN(count)) return { index, count };
      throw new UsageError("--shard auto: CI_NODE_INDEX is set, and CI_NODE_TOTAL is not.");
    },
  },
];

/** What a run costs before it looks at a state, in states generated: a thread starts, and learns what the spec does. */
const costOfStart = 100_000;

/** What is measured of a run that was made before; nothing of one that was not. */
export const costOf = (pinned: { readonly generatedStates: number } | undefined): number =>
  costOfStart + (pinned?.generatedStates ?? 0);

/**
 * The positions of the runs that are a shard's, in their order: the dearest first, each to the shard that has least to do.
 * The same for who is given the same costs, and every run is one shard's.
 */
export function positionsOf(costs: readonly number[], { index, count }: Shard): readonly number[] {
  const loads = Array.from({ length: count }, () => 0);
  const shards = new Map<number, number>();
  const dearest = costs
    .map((cost, position) => ({ cost, position }))
    .toSorted((one, other) => other.cost - one.cost || one.position - other.position);
  for (const { cost, position } of dearest) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + cost;
    shards.set(position, least + 1);
  }
  return costs.flatMap((_, position) => (shards.get(position) === index ? [position] : []));
}
