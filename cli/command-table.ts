import type { Completes } from "./completions.ts";
import { exitCodeHelp } from "./exit-code.ts";
import type { CommandName } from "./option-table.ts";
import type {
  BoundOptions,
  CheckOptions,
  DiffOptions,
  EstimateOptions,
  ExploreOptions,
  GateOptions,
  GraphOptions,
  InitOptions,
  FollowOptions,
  MergeOptions,
  PrintOptions,
  ReplayOptions,
  WatchOptions,
} from "./options.ts";

/** A command: what it says of itself, what it takes, and what it does, which is loaded when it is typed. */
export interface CommandRow {
  readonly name: CommandName;
  /** What a shell completes each of its arguments to. */
  readonly completes: readonly Completes[];
  readonly summary: string;
  readonly description: string;
  readonly arguments: readonly (readonly [name: string, help: string])[];
  /** Behind the options, in its help. */
  readonly after: string;
  /** Called with its arguments, and then its options. */
  // biome-ignore lint/suspicious/noExplicitAny: commander gives what was typed
  readonly run: (...typed: any[]) => Promise<void>;
}

const aProtocol = "a shipped protocol, or a TypeScript file that exports one";

/** All commands that take options, in the order in which `--help` lists them. */
export const commandTable: readonly CommandRow[] = [
  {
    name: "check",
    completes: ["protocol"],
    summary: "check a protocol, or all",
    description:
      "Explores every reachable state of a protocol and says whether its properties hold.\n" +
      "Of several: whether each holds; in a folder, or by a pattern, files that export no protocol are left out.\n" +
      "Without a name: checks every shipped protocol and its variants against what is recorded.",
    arguments: [["[names...]", `${aProtocol}; or several, folders and patterns, for a table`]],
    after: `${exitCodeHelp}

Engines:
  compiled   learns what the spec's functions do, and compiles it; the default
  reference  runs the spec's functions on every state: slow, and obviously right

The compiled engine is audited: the reference engine judges states as well, with all their steps and
properties, and a difference is an error of the spec or leads to another search. A share of the states
is judged: all that this takes about half a second for, then one in so many. With --audit all it is
each of them, which takes about as long as a search by the reference engine, and the verdict says so.

The text is the same in every run, byte for byte: time and memory go to stderr. (A table has a
column of times.) In JSON the same holds of all but "seconds" and "peakMemoryBytes", and of what
--statistics says of actions with several workers, who share the learning as it comes.

Examples:
  hintproof check
  hintproof check two-phase-commit --set managers=4
  hintproof check two-phase-commit --variant commits-without-waiting
  hintproof check page-ring --property reportComesBack --unfair hostCompletes
  hintproof check my-protocol.ts --all
  hintproof check protocols/ "drafts/*.ts" --all
  hintproof check my-protocol.ts --audit all
  hintproof check my-protocol.ts --format json --output report.json
  hintproof check my-protocol.ts --random --steps 200 --seed 7 --timeout 60
  hintproof check page-ring --set pages=7 --no-symmetry --workers 2 --memory 2G --statistics
  hintproof check page-ring --set pages=9 --no-symmetry --checkpoint ring.checkpoint
  hintproof check --resume ring.checkpoint --checkpoint ring.checkpoint`,
    run: async (names: readonly string[], options: CheckOptions) => {
      const { checkCommand } = await import("./check-command.ts");
      await checkCommand(names, options);
    },
  },
  {
    name: "watch",
    completes: ["code"],
    summary: "check a file whenever it is saved",
    description:
      "Checks a protocol of your own, and again whenever its file, or one that it imports by a path, is saved. Of an\n" +
      "instance with more than 20,000 states the smallest is checked first. An error of the file does not end it.",
    arguments: [["<file>", "a TypeScript file that exports a protocol"]],
    after: `
Keys, on a terminal:
  a  check it with all its variants
  r  check it again (or Enter)
  p  judge only some properties
  q  quit (or Ctrl-C)
  h  help

Examples:
  hintproof watch my-protocol.ts
  hintproof watch my-protocol.ts --set pages=2 --no-liveness`,
    run: async (file: string, options: WatchOptions) => {
      const { watchCommand } = await import("./watch-command.ts");
      await watchCommand(file, options);
    },
  },
  {
    name: "gate",
    completes: ["protocol"],
    summary: "hold protocols against what is pinned of them",
    description:
      "Runs all that a manifest pins, and says in words what is another one: verdicts, counterexamples, numbers of\n" +
      "states. What is violated and was not comes with its race chart. With --update the manifest is written.",
    arguments: [["[names...]", `with --update: ${aProtocol}, a folder or a pattern, to take in`]],
    after: `
A manifest pins each protocol with all its variants. A variant that it does not know is not as pinned, nor is a run
that says nothing or does not come to its end: neither is ever written. With "figures": "warn" other numbers of states,
steps and loops are said, and nothing else. Under GITHUB_ACTIONS annotations and a step summary are written as well.
${exitCodeHelp}

Examples:
  hintproof gate --update my-protocol.ts
  hintproof gate --update page-ring protocols/
  hintproof gate
  hintproof gate --update
  hintproof gate --format junit --output gate.xml
  hintproof gate --shard 1/4 --output part-1.json`,
    run: async (names: readonly string[], options: GateOptions) => {
      const { gateCommand } = await import("./gate-command.ts");
      await gateCommand(names, options);
    },
  },
  {
    name: "merge",
    completes: ["json"],
    summary: "tell what shards of a gate, or of a table, found",
    description:
      "Joins the parts that --shard wrote, and tells them as one run would have been told, with its exit status. A part\n" +
      "that is missing, doubled, cut off, or of another manifest or other protocols, is never green.",
    arguments: [["<parts...>", "the files of all parts, in any order"]],
    after: `${exitCodeHelp}

Examples:
  hintproof merge part-*.json
  hintproof merge part-*.json --format sarif --output gate.sarif`,
    run: async (files: readonly string[], options: MergeOptions) => {
      const { mergeCommand } = await import("./merge-command.ts");
      await mergeCommand(files, options);
    },
  },
  {
    name: "estimate",
    completes: ["protocol"],
    summary: "say what a check would take, before it is made",
    description:
      "Searches smaller instances of a protocol, and says from these how many states an instance has, how long its\n" +
      "search takes and how much memory, how sure that is, and which constant to lower where it does not fit.",
    arguments: [["<name>", aProtocol]],
    after: `
Exit status:
   0  it fits, or may fit
   4  it will not fit
   3, 2, 1  as of check

Examples:
  hintproof estimate page-ring --set pages=9
  hintproof estimate linux-free-page-reporting --set blocks=4 --no-liveness`,
    run: async (name: string, options: EstimateOptions) => {
      const { estimateCommand } = await import("./estimate-command.ts");
      await estimateCommand(name, options);
    },
  },
  {
    name: "graph",
    completes: ["protocol"],
    summary: "draw the states of a small instance",
    description:
      "Writes the states of an instance and the steps between them as a graph in the language of Graphviz: up to 200\n" +
      "states, or one node for all that are alike in the variables that --by names.",
    arguments: [["<name>", aProtocol]],
    after: `
Exit status:
   0  it is all of the graph
   4  not all: a limit, or a step that cannot be taken
   3, 2, 1  as of check

Examples:
  hintproof graph two-phase-commit --set managers=2
  hintproof graph linux-free-page-reporting --by worker --by request | dot -Tsvg > worker.svg`,
    run: async (name: string, options: GraphOptions) => {
      const { graphCommand } = await import("./graph-command.ts");
      await graphCommand(name, options);
    },
  },
  {
    name: "init",
    completes: [],
    summary: "begin: a first protocol, its pins and a workflow",
    description:
      "Writes a first protocol, protocols/hint.ts, pins it in hintproof.gate.json, and a workflow for GitHub that\n" +
      "holds each merge against it. What is there is left as it is.",
    arguments: [],
    after: "\nExamples:\n  hintproof init\n  hintproof gate",
    run: async (options: InitOptions) => {
      const { initCommand } = await import("./init-command.ts");
      await initCommand(options);
    },
  },
  {
    name: "bound",
    completes: ["protocol", "bounded property"],
    summary: "find the worst case of a bounded response",
    description:
      "Finds how many steps a `within` property counts at worst, with a trace that shows it; or says\n" +
      "that there is no bound, with a loop that shows why.",
    arguments: [
      ["<name>", aProtocol],
      ["[property...]", "the properties to look at; all that are a `within`, if left out"],
    ],
    after: `
Exit status:
   0  there is a bound, and it is not above what the property allows
  13  there is none, or it is above
  15  there is nothing to wait for
   4, 3, 2, 1  as of check

Examples:
  hintproof bound linux-free-page-reporting --set blocks=2
  hintproof bound my-protocol.ts answersInTime --set users=2`,
    run: async (name: string, properties: readonly string[], options: BoundOptions) => {
      const { boundCommand } = await import("./bound-command.ts");
      await boundCommand(name, properties, options);
    },
  },
  {
    name: "list",
    completes: ["protocol"],
    summary: "list the protocols, or the variants of one",
    description: "Lists the shipped protocols in a table; or one protocol with its variants.",
    arguments: [["[name]", aProtocol]],
    after:
      "\nExamples:\n  hintproof list\n  hintproof list page-ring\n  hintproof list my-protocol.ts\n" +
      "  hintproof list --format json",
    run: async (name: string | undefined, options: PrintOptions) => {
      const { listCommand } = await import("./list-command.ts");
      await listCommand(name, options);
    },
  },
  {
    name: "matrix",
    completes: [],
    summary: "show what protocols promise and keep",
    description:
      "Prints the shipped protocols against what can be asked of them: what holds, what is violated, and\n" +
      "after how many steps; and faults from public trackers, with what repairs them. All of it is what\n" +
      "runs came to: `hintproof check` and the tests of the cases take them again, and compare.",
    arguments: [
      [
        "[ids...]",
        "claims (S1, L3) or cases (c5): which properties, and which variants break them",
      ],
    ],
    after:
      "\nExamples:\n  hintproof matrix\n  hintproof matrix S8 L1 c5\n  hintproof matrix --format json",
    run: async (ids: readonly string[], options: PrintOptions) => {
      const { matrixCommand } = await import("./matrix-command.ts");
      await matrixCommand(ids, options);
    },
  },
  {
    name: "show",
    completes: ["protocol", "part"],
    summary: "show what a protocol is made of",
    description:
      "Shows the constants, sets, variables, actions, properties, helpers and variants of a protocol, with what\n" +
      "their author says of them: the comments right above them.",
    arguments: [
      ["<name>", aProtocol],
      [
        "[part...]",
        "actions, properties, variants or helpers: shows how they are written, and what they call",
      ],
    ],
    after:
      "\nExamples:\n  hintproof show two-phase-commit\n  hintproof show my-protocol.ts\n" +
      "  hintproof show two-phase-commit managersAgree\n" +
      "  hintproof show two-phase-commit coordinator commits",
    run: async (name: string, parts: readonly string[], options: PrintOptions) => {
      const { showCommand } = await import("./show-command.ts");
      await showCommand(name, parts, options);
    },
  },
  {
    name: "replay",
    completes: ["json"],
    summary: "take a saved counterexample again",
    description:
      "Takes the steps of a saved counterexample again, in the protocol as it is today.\n" +
      "Reads a trace file, and the report of a violation (check --format json --output FILE).\n" +
      "What `check` finds violated is kept in .hintproof/traces/, and can be named as it says.",
    arguments: [["<trace>", "a trace, as JSON: its file, or the name of one that was kept"]],
    after: `${exitCodeHelp}

Examples:
  hintproof replay report.json
  hintproof replay report.json --format mermaid
  hintproof replay report.json --indent " * "
  hintproof replay report.json --spec my-protocol.ts`,
    run: async (file: string, options: ReplayOptions) => {
      const { replayCommand } = await import("./replay-command.ts");
      await replayCommand(file, options);
    },
  },
  {
    name: "follow",
    completes: ["protocol", "text"],
    summary: "say whether a sequence of steps can happen",
    description:
      "Takes the steps of a scenario, one after the other: how many of them are possible, what the condition of the\n" +
      "next one finds in its way, and what is violated before that.\n" +
      "A scenario is a text with a step on each line, as it is printed (cpu 1 allocates 3), or by its action with\n" +
      "its choices (cpuAllocates 1 3). * leaves a choice open, a line with ... any steps in between; # begins a comment.",
    arguments: [
      ["<name>", aProtocol],
      ["<scenario>", "a file with a scenario; - for stdin"],
    ],
    after: `
Exit status:
   0  all of it is possible, and violates nothing
   5  it is not
  11, 12, 13, 14  all of it is possible, and violates something, as of check
   4  incomplete: a limit, or Ctrl-C
   3, 2, 1  as of check

Examples:
  hintproof follow two-phase-commit scenario.txt
  hintproof follow two-phase-commit scenario.txt --variant commits-without-waiting
  hintproof follow my-protocol.ts - --format chart`,
    run: async (name: string, scenario: string, options: FollowOptions) => {
      const { followCommand } = await import("./follow-command.ts");
      await followCommand(name, scenario, options);
    },
  },
  {
    name: "diff",
    completes: ["protocol", "variant"],
    summary: "say what two versions of a protocol differ in",
    description:
      "Compares two versions: what is said of each property; the actions, states and steps that only one has; and\n" +
      "the shortest behaviour, seen through the page contract, that only one has, in both directions.\n" +
      "Two variants, a protocol and a variant, or two protocols or files, each by itself or with a variant behind it.",
    arguments: [["<versions...>", `${aProtocol}, and names of variants`]],
    after: `
Which two versions are meant:
  NAME VARIANT                    a protocol, and its variant
  NAME VARIANT VARIANT            two variants of a protocol
  NAME [VARIANT] NAME [VARIANT]   two protocols or files, or variants of them

What a page goes through is seen, and whether it is discarded; all else that happens in between is not. States are walked
to by the reference engine, without symmetry: a few thousand a second, so small constants (--set) answer soonest.

Exit status:
   0  there is no difference
   5  there is one
   4  none was found, and not all could be compared: a limit, or Ctrl-C
   3, 2, 1  as of check

Examples:
  hintproof diff page-ring marks-pages-on-their-way --set pages=2
  hintproof diff two-phase-commit commits-without-waiting
  hintproof diff old.ts new.ts --format json`,
    run: async (versions: readonly string[], options: DiffOptions) => {
      const { diffCommand } = await import("./diff-command.ts");
      await diffCommand(versions, options);
    },
  },
  {
    name: "explore",
    completes: ["protocol"],
    summary: "walk through a protocol, or a counterexample, in a browser",
    description:
      "Makes one page, a file that needs nothing else, in which a protocol is walked through step by step: what\n" +
      "can be done and what cannot, and why, what changes, and how each property stands. Of a saved\n" +
      "counterexample the page begins with its trace. It is served to this machine, or written to a file.",
    arguments: [["<name>", `${aProtocol}; or a saved counterexample, as for replay`]],
    after: `
Examples:
  hintproof explore page-ring --set pages=3
  hintproof explore my-protocol.ts --output page.html
  hintproof explore report.json --output page.html`,
    run: async (name: string, options: ExploreOptions) => {
      const { exploreCommand } = await import("./explore-command.ts");
      await exploreCommand(name, options);
    },
  },
];
