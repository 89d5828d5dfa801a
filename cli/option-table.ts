import { Option } from "commander";
import type { Completes } from "./completions.ts";
import {
  collect,
  collectConstant,
  memorySize,
  positive,
  randomPath,
  wholeNumber,
} from "./parse.ts";
import {
  type CheckOptions,
  gateFormats,
  graphFormats,
  replayFormats,
  storyFormats,
} from "./options.ts";

/** A command that takes options. */
export type CommandName =
  | "check"
  | "gate"
  | "merge"
  | "estimate"
  | "graph"
  | "init"
  | "bound"
  | "list"
  | "matrix"
  | "show"
  | "replay"
  | "follow"
  | "diff"
  | "watch"
  | "explore";

/** An option: how it is typed and read, what it says of itself, and where it may stand. */
export interface OptionRow {
  readonly flag: string;
  /** What a task calls it; else its own name in camel case. */
  readonly as?: keyof CheckOptions | undefined;
  /** The commands that take it, each with what it says there. */
  readonly help: Partial<Readonly<Record<CommandName, string>>>;
  readonly choices?: readonly string[] | undefined;
  /** What a shell completes its value to, where there are no choices. */
  readonly completes?: Completes | undefined;
  readonly byDefault?: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: a parser gets what it answered before
  readonly parse?: ((text: string, before: any) => unknown) | undefined;
}

/** The same in every command that takes it. */
const everywhere = (help: string, ...commands: readonly CommandName[]): OptionRow["help"] =>
  Object.fromEntries(commands.map((command) => [command, help]));

/** All options, in the order in which `--help` lists them. */
export const optionTable: readonly OptionRow[] = [
  {
    flag: "--manifest <file>",
    completes: "json",
    help: { gate: "the manifest (default: hintproof.gate.json)" },
  },
  {
    flag: "--update",
    help: { gate: "write what is so today, of what is named or of all that is pinned" },
  },
  {
    flag: "--shard <i/n>",
    help: {
      check: "of a table: make one of so many parts, for merge; auto: which one a scheduler says",
      gate: "make one of so many parts, for merge; auto: which one a scheduler says",
    },
  },
  {
    flag: "--set <name=value>",
    as: "constants",
    completes: "constant",
    help: everywhere(
      "give a constant another value (can be repeated)",
      "check",
      "estimate",
      "graph",
      "bound",
      "follow",
      "diff",
      "watch",
      "explore",
    ),
    parse: collectConstant,
    byDefault: {},
  },
  {
    flag: "--variant <name>",
    completes: "variant",
    help: {
      check: "check a variant of the protocol",
      ...everywhere(
        "a variant of the protocol",
        "estimate",
        "graph",
        "bound",
        "follow",
        "watch",
        "explore",
      ),
    },
  },
  {
    flag: "--by <variable>",
    help: { graph: "draw states that are alike in this variable as one (can be repeated)" },
    parse: collect,
  },
  {
    flag: "--spec <file>",
    completes: "code",
    help: {
      replay: "the TypeScript file of a protocol of your own",
      explore: "of a trace: the TypeScript file of a protocol of your own",
    },
  },
  {
    flag: "--property <name>",
    as: "properties",
    completes: "property",
    help: everywhere("judge only this property (can be repeated)", "check", "watch"),
    parse: collect,
  },
  {
    flag: "--property <name>",
    help: everywhere("of a report with several violations: which one", "replay", "explore"),
  },
  {
    flag: "--all",
    help: {
      check: "check the protocol with all its variants against what they are expected to do",
    },
  },
  {
    flag: "--engine <name>",
    help: everywhere("how states are computed", "check", "bound"),
    choices: ["reference", "compiled"],
  },
  {
    flag: "--audit <extent>",
    help: { check: "how much the reference engine judges as well (default: share)" },
    choices: ["share", "all"],
  },
  {
    flag: "--workers <number>",
    help: {
      check:
        "how many threads explore; for a table: how many runs at a time (default: one for each core)",
      gate: "how many runs at a time (default: one for each core)",
      bound: "how many threads explore",
    },
    parse: wholeNumber(1, 64),
  },
  {
    flag: "--memory <size>",
    as: "memoryBytes",
    help: {
      ...everywhere(
        "give up beyond so much memory for states and graph (default: 8G)",
        "check",
        "bound",
      ),
      estimate: "how much memory there is (default: 8G)",
    },
    parse: memorySize,
  },
  {
    flag: "--checkpoint <file>",
    completes: "file",
    help: { check: "keep what is known in a file, now and then, to go on from it" },
  },
  {
    flag: "--resume <file>",
    completes: "file",
    help: { check: "go on from a checkpoint; the name can be left out" },
  },
  { flag: "--random", help: { check: "take random runs instead of exploring every state" } },
  {
    flag: "--runs <number>",
    help: { check: "random: how many runs (default: as many as ten seconds have room for)" },
    parse: wholeNumber(1),
  },
  {
    flag: "--steps <number>",
    help: { check: "random: the most steps of a run" },
    parse: wholeNumber(1),
  },
  {
    flag: "--seed <number>",
    help: { check: "random: where the random numbers start" },
    parse: wholeNumber(Number.MIN_SAFE_INTEGER),
  },
  {
    flag: "--path <path>",
    help: { check: "random: repeat the violation found under this path of the seed" },
    parse: randomPath,
  },
  {
    flag: "--no-symmetry",
    help: {
      check: "do not make use of the declared symmetry",
      bound: "look at all choices, not at one of those that can be exchanged",
    },
  },
  {
    flag: "--no-cache",
    help: { check: "learn everything anew, and keep nothing of it for later checks" },
  },
  {
    flag: "--trust-symmetry",
    help: {
      check: "rely on a declared symmetry that cannot be proved, without a search of all states",
    },
  },
  {
    flag: "--no-liveness",
    help: everywhere(
      "leave liveness properties out: they need a graph of all states",
      "check",
      "diff",
      "watch",
      "estimate",
    ),
  },
  {
    flag: "--unfair <action>",
    completes: "fair action",
    help: { check: "do not rely on the fairness of an action (can be repeated)" },
    parse: collect,
  },
  {
    flag: "--needed-fairness",
    help: {
      check: "find which fair actions a liveness property that holds needs",
      gate: "with --update: pin which fair actions the liveness properties that hold need",
    },
  },
  {
    flag: "--max-states <number>",
    help: {
      check:
        "give up after so many distinct states (orbits, where symmetry is reduced; random: states visited)",
      follow: "give up after so many states (default: 200000)",
      diff: "give up after so many states of a version (default: 200000)",
      estimate: "the most states of an instance that is measured (default: 100000)",
      graph: "draw no more states; with --by: look at no more (default: 200000)",
    },
    parse: wholeNumber(1),
  },
  {
    flag: "--timeout <seconds>",
    as: "timeoutSeconds",
    help: {
      ...everywhere(
        "give up after so many seconds",
        "check",
        "graph",
        "bound",
        "follow",
        "diff",
        "watch",
      ),
      estimate: "the most seconds that an instance is measured for",
    },
    parse: positive,
  },
  {
    flag: "--update-record",
    help: {
      check:
        "write what is found to spec/protocols/*/record.json; of those that are named, with --all",
    },
  },
  {
    flag: "--step-timeout <seconds>",
    help: everywhere(
      "how long one function of the spec may take",
      "check",
      "gate",
      "estimate",
      "graph",
      "init",
      "bound",
      "list",
      "matrix",
      "show",
      "replay",
      "follow",
      "diff",
      "watch",
      "explore",
    ),
    parse: positive,
    byDefault: 10,
  },
  {
    flag: "--format <format>",
    help: {
      check: "how the answer is written: a race chart, what changes in each step, JSON, or a page",
    },
    choices: ["chart", "text", "json", "html"],
    byDefault: "chart",
  },
  {
    flag: "--format <format>",
    help: {
      diff: "how behaviours are drawn: as race charts, or what changes in each step; or all as JSON",
      watch: "how the answer is written: a race chart, or what changes in each step",
    },
    choices: ["chart", "text", "json"],
    byDefault: "chart",
  },
  {
    flag: "--format <format>",
    help: everywhere(
      "how the answer is written",
      "estimate",
      "init",
      "bound",
      "list",
      "matrix",
      "show",
      "explore",
    ),
    choices: ["text", "json"],
    byDefault: "text",
  },
  {
    flag: "--format <format>",
    help: everywhere(
      "how the answer is written: text, JSON, JUnit XML, annotations of GitHub, code quality of GitLab, SARIF, KTAP, or lines as of a compiler",
      "gate",
      "merge",
    ),
    choices: gateFormats,
    byDefault: "text",
  },
  {
    flag: "--format <format>",
    help: { replay: "how the trace is drawn; vitest: a test that takes it again" },
    choices: replayFormats,
    byDefault: "chart",
  },
  {
    flag: "--format <format>",
    help: { follow: "how the answer is written" },
    choices: storyFormats,
    byDefault: "text",
  },
  {
    flag: "--format <format>",
    help: { graph: "how the graph is written: in the language of Graphviz, or as JSON" },
    choices: graphFormats,
    byDefault: "dot",
  },
  {
    flag: "--width <columns>",
    help: everywhere(
      "the most columns of a chart (default: 72)",
      "check",
      "replay",
      "follow",
      "diff",
    ),
    parse: wholeNumber(40, 1000),
  },
  {
    flag: "--indent <text>",
    help: everywhere(
      'what each line of a chart begins with, say " * "',
      "check",
      "replay",
      "follow",
      "diff",
    ),
  },
  {
    flag: "--output <file>",
    completes: "file",
    help: {
      ...everywhere(
        "write the report to a file, whole or not at all",
        "check",
        "gate",
        "merge",
        "bound",
      ),
      explore: "write the page to a file, instead of serving it",
    },
  },
  {
    flag: "--port <number>",
    help: { explore: "the port to serve the page on, to this machine alone (default: a free one)" },
    parse: wholeNumber(1, 65535),
  },
  {
    flag: "--trace <file>",
    completes: "file",
    help: { check: "keep the first counterexample in a file, to replay it later" },
  },
  {
    flag: "--no-trace",
    as: "trace",
    help: { check: "keep no counterexamples in .hintproof/traces/" },
  },
  {
    flag: "--no-color",
    help: {
      ...everywhere("no colours (NO_COLOR and a pipe do the same)", "check", "bound"),
      ...everywhere(
        "no colours",
        "gate",
        "merge",
        "init",
        "list",
        "matrix",
        "show",
        "replay",
        "follow",
        "diff",
        "watch",
      ),
    },
  },
  {
    flag: "--strict",
    help: { check: "take warnings of a file for errors: what nobody uses, malformed variants" },
  },
  {
    flag: "--quiet",
    help: {
      ...everywhere("no progress, time and memory on stderr", "check", "gate", "bound"),
      ...everywhere("nothing on stderr but errors", "replay", "follow", "diff"),
    },
  },
  {
    flag: "--first",
    as: "untilFirst",
    help: { check: "stop at the first violation; other properties stay undecided" },
  },
  {
    flag: "--smallest",
    help: { check: "show a violation at the smallest constants that still show it" },
  },
  {
    flag: "--traces",
    help: { check: "print the traces of all violated properties, not only of the first" },
  },
  {
    flag: "--ghosts",
    help: {
      ...everywhere("show the proof's own bookkeeping in traces", "check", "bound", "watch"),
      ...everywhere("show the proof's own bookkeeping", "replay", "follow", "diff"),
    },
  },
  {
    flag: "--statistics",
    help: { check: "say in the end what it took to explore, action by action" },
  },
  {
    flag: "--stack",
    help: everywhere(
      "show the stacks of errors",
      "check",
      "gate",
      "merge",
      "estimate",
      "graph",
      "init",
      "bound",
      "list",
      "matrix",
      "show",
      "replay",
      "follow",
      "diff",
      "watch",
      "explore",
    ),
  },
];

/** The options of a command, as `commander` takes them. */
export const optionsOf = (command: CommandName): readonly Option[] =>
  optionTable.flatMap((row) => {
    const { flag, help, choices, byDefault, parse } = row;
    const text = help[command];
    if (text === undefined) return [];
    const option = new NamedOption(flag, text, row.as);
    if (choices !== undefined) option.choices(choices);
    if (byDefault !== undefined) option.default(byDefault);
    if (parse !== undefined) option.argParser(parse);
    return [option];
  });

/** The member of `CheckOptions` that an option of `check` is, by how it is typed. */
export function memberOf(option: string): string {
  const row = optionTable.find(
    ({ flag, help }) => help.check !== undefined && flag.split(" ")[0] === option,
  );
  if (row === undefined) throw new Error(`There is no option ${option}.`);
  return new NamedOption(row.flag, "", row.as).attributeName();
}

/** An option whose value may have another name than its flag. */
class NamedOption extends Option {
  readonly #as: string | undefined;

  constructor(flag: string, text: string, as: string | undefined) {
    super(flag, text);
    this.#as = as;
  }

  override attributeName(): string {
    return this.#as ?? super.attributeName();
  }
}
