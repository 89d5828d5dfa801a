import { UsageError } from "../runs/told/index.ts";
import { memberOf } from "./option-table.ts";
import type { CheckOptions } from "./options.ts";

/** Options of `check` that do not go with something else that was typed. */
interface Contradiction {
  /** As they are typed. */
  readonly options: readonly string[];
  readonly where: (asked: Asked) => boolean;
  /** What is wrong, behind the name of the option. */
  readonly why: string | ((option: string, asked: Asked) => string);
}

/** What was typed, and of how many protocols. */
interface Asked extends CheckOptions {
  readonly names: readonly string[];
  /** Whether several runs are made, each in a row of its own. */
  readonly isTable: boolean;
}

const isRandom = ({ random }: Asked): boolean => random === true;

/** In the order in which they are looked for. */
export const contradictions: readonly Contradiction[] = [
  {
    options: ["--update-record"],
    where: ({ names, all }) => names.length > 0 && all !== true,
    why: "is for protocols with all their variants; add --all, or leave out the name",
  },
  {
    options: [
      "--variant",
      "--property",
      "--random",
      "--trust-symmetry",
      "--no-liveness",
      "--unfair",
      "--needed-fairness",
      "--first",
      "--smallest",
      "--no-trace",
      "--width",
      "--indent",
      "--traces",
      "--statistics",
      "--checkpoint",
      "--resume",
      "--trace",
    ],
    where: ({ isTable }) => isTable,
    why: (_, { all, names }) => (all === true ? "does not go with --all" : needsOne(names)),
  },
  {
    options: ["--format"],
    where: ({ isTable, format }) => isTable && format === "html",
    why: (_, { all, names }) => `html ${all === true ? "does not go with --all" : needsOne(names)}`,
  },
  {
    options: ["--shard"],
    where: ({ isTable }) => !isTable,
    why: "is of a table: name several, or add --all",
  },
  {
    options: ["--shard"],
    where: ({ updateRecord }) => updateRecord === true,
    why: "does not go with --update-record, for which all runs are needed",
  },
  {
    options: ["--shard"],
    where: ({ format }) => format !== "chart",
    why: "writes a part; hintproof merge has --format",
  },
  {
    options: ["--no-symmetry"],
    where: ({ updateRecord }) => updateRecord === true,
    why: "does not go with --update-record: what is recorded is found with the symmetry that is declared",
  },
  {
    options: ["--set"],
    where: ({ isTable, names }) => isTable && names.length !== 1,
    why: (_, { names }) => needsOne(names),
  },
  {
    options: ["--random", "--checkpoint", "--resume"],
    where: ({ smallest }) => smallest === true,
    why: "does not go with --smallest, which makes several searches",
  },
  {
    options: ["--width", "--indent"],
    where: ({ format }) => format !== "chart",
    why: (_, { format }) => `is of a chart, and the format is ${format}`,
  },
  {
    options: ["--trust-symmetry"],
    where: ({ symmetry }) => !symmetry,
    why: "does not go with --no-symmetry",
  },
  {
    options: ["--no-symmetry", "--trust-symmetry"],
    where: isRandom,
    why: "has no meaning with --random, which never reduces",
  },
  {
    options: ["--unfair", "--needed-fairness"],
    where: isRandom,
    why: "does not go with --random, which decides no liveness",
  },
  {
    options: ["--unfair", "--needed-fairness"],
    where: ({ liveness }) => liveness === false,
    why: "does not go with --no-liveness",
  },
  {
    options: ["--engine"],
    where: (asked) => isRandom(asked) && asked.engine === "compiled",
    why: "compiled does not go with --random, whose runs learn nothing",
  },
  {
    options: ["--audit", "--workers", "--memory", "--checkpoint", "--resume"],
    where: isRandom,
    why: "does not go with --random",
  },
  {
    // A table's workers are runs at a time, with any engine.
    options: ["--workers"],
    where: ({ engine, isTable }) => engine === "reference" && !isTable,
    why: forCompiled,
  },
  {
    options: ["--audit", "--memory", "--checkpoint", "--resume"],
    where: ({ engine }) => engine === "reference",
    why: forCompiled,
  },
  {
    options: ["--runs", "--steps", "--seed", "--path"],
    where: (asked) => !isRandom(asked),
    why: "goes with --random",
  },
  {
    options: ["--path"],
    where: ({ seed }) => seed === undefined,
    why: "says where in the runs of a seed; give --seed too",
  },
];

function needsOne(names: readonly string[]): string {
  return names.length === 0 ? "needs the name of a protocol" : "is for one protocol at a time";
}

function forCompiled(option: string): string {
  const more = "; NODE_OPTIONS=--max-old-space-size=MB limits the other";
  return (
    `is for the compiled engine; leave out ${option} or --engine reference` +
    (option === "--memory" ? more : "")
  );
}

/** Throws `UsageError` where options of `check` do not go together, or not with as many names. */
export function refuseContradictions(
  names: readonly string[],
  options: CheckOptions,
  isTable: boolean,
): void {
  const asked: Asked = { ...options, names, isTable };
  for (const { options: these, where, why } of contradictions) {
    const given = where(asked) ? these.find((option) => isGiven(option, options)) : undefined;
    if (given === undefined) continue;
    const reason = typeof why === "string" ? why : why(given, asked);
    throw new UsageError(`${given} ${reason}.`);
  }
}

/** Whether an option was typed: `--no-x` makes `x` false. */
function isGiven(option: string, options: CheckOptions): boolean {
  const value: unknown = Reflect.get(options, memberOf(option));
  if (option.startsWith("--no-")) return value === false;
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.keys(value).length > 0
    : value !== undefined && value !== false;
}
