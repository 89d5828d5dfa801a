import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { exitCode, exitCodeHelp } from "./exit-code.ts";
import type { BoundOptions, CheckOptions, PrintOptions, ReplayOptions } from "./options.ts";
import { packageVersion } from "./package-root.ts";

/** Runs the command line. Sets `process.exitCode`. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  let refusal: string | undefined;
  const program = commandLine((text) => {
    refusal = text;
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isAnswer = error.code === "commander.helpDisplayed" || error.code === "commander.version";
    process.exitCode = isAnswer ? exitCode.asExpected : exitCode.usage;
  }
  if (refusal === undefined) return;
  const { say } = await import("./terminal.ts");
  const [, what = "", suggestion] = /^(.*?)(?:\n(\(Did you mean [^\n]*))?\n?$/s.exec(refusal) ?? [];
  say(what);
  if (suggestion !== undefined) say(suggestion);
  say("(--help says what can be typed)");
}

/** What can be typed; `refuse` is told, with a line break in the end, why it is not what was. */
export function commandLine(refuse: (text: string) => void): Command {
  const program = new Command("hintproof")
    .description("Checks guest memory protocols before they are coded.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: refuse })
    .exitOverride()
    .addHelpText(
      "after",
      `${exitCodeHelp}

Examples:
  hintproof check                                all shipped protocols, against the record
  hintproof check two-phase-commit --set managers=4
  hintproof check my-protocol.ts                 a protocol of your own
  hintproof show two-phase-commit                what it is made of`,
    );

  program
    .command("check")
    .summary("check a protocol, or all")
    .description(
      "Explores every reachable state of a protocol and says whether its properties hold.\n" +
        "Without a name: checks every shipped protocol and its variants against what is recorded.",
    )
    .argument("[name]", "a shipped protocol, or a TypeScript file that exports one")
    .option(
      "--set <name=value>",
      "give a constant another value (can be repeated)",
      collectConstant,
      {},
    )
    .option("--variant <name>", "check a variant of the protocol")
    .option("--property <name>", "judge only this property (can be repeated)", collect)
    .option(
      "--all",
      "check the protocol with all its variants against what they are expected to do",
    )
    .addOption(engine())
    .addOption(
      new Option(
        "--audit <extent>",
        "how much the reference engine judges as well (default: share)",
      ).choices(["share", "all"]),
    )
    .option(
      "--workers <number>",
      "how many threads explore; for a table: how many runs at a time (default: one for each core)",
      wholeNumber(1, 64),
    )
    .addOption(memory())
    .option("--checkpoint <file>", "keep what is known in a file, now and then, to go on from it")
    .option("--resume <file>", "go on from a checkpoint; the name can be left out")
    .option("--random", "take random runs instead of exploring every state")
    .option("--runs <number>", "random: how many runs", wholeNumber(1))
    .option("--steps <number>", "random: the most steps of a run", wholeNumber(1))
    .option(
      "--seed <number>",
      "random: where the random numbers start",
      wholeNumber(Number.MIN_SAFE_INTEGER),
    )
    .option(
      "--path <path>",
      "random: repeat the violation found under this path of the seed",
      randomPath,
    )
    .option("--no-symmetry", "do not make use of the declared symmetry")
    .option(
      "--trust-symmetry",
      "rely on a declared symmetry that cannot be proved, without a search of all states",
    )
    .option("--no-liveness", "leave liveness properties out: they need a graph of all states")
    .option(
      "--unfair <action>",
      "do not rely on the fairness of an action (can be repeated)",
      collect,
    )
    .option("--needed-fairness", "find which fair actions a liveness property that holds needs")
    .option(
      "--max-states <number>",
      "give up after so many distinct states (orbits, where symmetry is reduced; random: states visited)",
      wholeNumber(1),
    )
    .option("--timeout <seconds>", "give up after so many seconds", positive)
    .addOption(
      new Option("--update-record", "write what is found to cli/record.json").conflicts("all"),
    )
    .addOption(stepTimeout())
    .addOption(format())
    .option("--output <file>", "write the report to a file, whole or not at all")
    .option("--trace <file>", "keep the first counterexample in a file, to replay it later")
    .option("--no-color", "no colours (NO_COLOR and a pipe do the same)")
    .option("--quiet", "no progress, time and memory on stderr")
    .option("--first", "stop at the first violation; other properties stay undecided")
    .option("--traces", "print the traces of all violated properties, not only of the first")
    .option("--ghosts", "show the proof's own bookkeeping in traces")
    .option("--statistics", "say in the end what it took to explore, action by action")
    .option("--stack", "show the stacks of errors")
    .addHelpText(
      "after",
      `${exitCodeHelp}

Engines:
  compiled   learns what the spec's functions do, and compiles it; the default
  reference  runs the spec's functions on every state: slow, and obviously right

The compiled engine is audited: the reference engine judges states as well, with all their steps and
properties, and a difference is an error of the spec or leads to another search. A share of the states
is judged: all that this takes about a second for, then one in so many. With --audit all it is each of
them, which takes about as long as a search by the reference engine, and the verdict says so.

The text is the same in every run, byte for byte: time and memory go to stderr. (A table has a
column of times.) In JSON the same holds of all but "seconds" and "peakMemoryBytes", and of what
--statistics says of actions with several workers, who share the learning as it comes.

Examples:
  hintproof check
  hintproof check two-phase-commit --set managers=4
  hintproof check two-phase-commit --variant commits-without-waiting
  hintproof check page-ring --property reportComesBack --unfair hostCompletes
  hintproof check my-protocol.ts --all
  hintproof check my-protocol.ts --audit all
  hintproof check my-protocol.ts --format json --output report.json
  hintproof check my-protocol.ts --random --runs 1000 --steps 200 --seed 7
  hintproof check page-ring --set pages=7 --no-symmetry --workers 2 --memory 2G --statistics
  hintproof check page-ring --set pages=9 --no-symmetry --checkpoint ring.checkpoint
  hintproof check --resume ring.checkpoint --checkpoint ring.checkpoint`,
    )
    .action(async (name: string | undefined, options: CheckOptions) => {
      const { checkCommand } = await import("./check-command.ts");
      await checkCommand(name, options);
    });

  program
    .command("bound")
    .summary("find the worst case of a bounded response")
    .description(
      "Finds how many steps a `within` property counts at worst, with a trace that shows it; or says\n" +
        "that there is no bound, with a loop that shows why.",
    )
    .argument("<name>", "a shipped protocol, or a TypeScript file that exports one")
    .argument("[property...]", "the properties to look at; all that are a `within`, if left out")
    .option(
      "--set <name=value>",
      "give a constant another value (can be repeated)",
      collectConstant,
      {},
    )
    .option("--variant <name>", "a variant of the protocol")
    .addOption(engine())
    .option("--workers <number>", "how many threads explore", wholeNumber(1, 64))
    .addOption(memory())
    .option("--no-symmetry", "look at all choices, not at one of those that can be exchanged")
    .option("--timeout <seconds>", "give up after so many seconds", positive)
    .addOption(stepTimeout())
    .addOption(format())
    .option("--output <file>", "write the report to a file, whole or not at all")
    .option("--no-color", "no colours (NO_COLOR and a pipe do the same)")
    .option("--quiet", "no progress, time and memory on stderr")
    .option("--ghosts", "show the proof's own bookkeeping in traces")
    .option("--stack", "show the stacks of errors")
    .addHelpText(
      "after",
      `
Exit status:
   0  there is a bound, and it is not above what the property allows
  13  there is none, or it is above
  15  there is nothing to wait for
   4, 3, 2, 1  as of check

Examples:
  hintproof bound linux-free-page-reporting --set blocks=2
  hintproof bound my-protocol.ts answersInTime --set users=2`,
    )
    .action(async (name: string, properties: readonly string[], options: BoundOptions) => {
      const { boundCommand } = await import("./bound-command.ts");
      await boundCommand(name, properties, options);
    });

  program
    .command("list")
    .summary("list the protocols and their variants")
    .description("Lists the shipped protocols, or the one in a file, with their variants.")
    .argument("[file]", "a TypeScript file that exports a protocol")
    .addOption(format())
    .addOption(stepTimeout())
    .option("--no-color", "no colours")
    .option("--stack", "show the stacks of errors")
    .addHelpText(
      "after",
      "\nExamples:\n  hintproof list\n  hintproof list --format json\n  hintproof list my-protocol.ts",
    )
    .action(async (file: string | undefined, options: PrintOptions) => {
      const { listCommand } = await import("./list-command.ts");
      await listCommand(file, options);
    });

  program
    .command("show")
    .summary("show what a protocol is made of")
    .description("Shows the constants, variables, actions, properties and variants of a protocol.")
    .argument("<name>", "a shipped protocol, or a TypeScript file that exports one")
    .argument("[part...]", "an action, a property or a variant: shows how it is written")
    .addOption(stepTimeout())
    .option("--no-color", "no colours")
    .option("--stack", "show the stacks of errors")
    .addHelpText(
      "after",
      "\nExamples:\n  hintproof show two-phase-commit\n  hintproof show my-protocol.ts\n" +
        "  hintproof show two-phase-commit managersAgree\n" +
        "  hintproof show two-phase-commit coordinator commits",
    )
    .action(async (name: string, part: readonly string[], options: PrintOptions) => {
      const { showCommand } = await import("./show-command.ts");
      await showCommand(name, part.join(" "), options);
    });

  program
    .command("replay")
    .summary("take a saved counterexample again")
    .description(
      "Takes the steps of a saved counterexample again, in the protocol as it is today.\n" +
        "Reads a trace file, and the report of a violation (check --format json --output FILE).",
    )
    .argument("<file>", "a trace, as JSON")
    .option("--spec <file>", "the TypeScript file of a protocol of your own")
    .option("--property <name>", "of a report with several violations: which one")
    .addOption(stepTimeout())
    .option("--no-color", "no colours")
    .option("--quiet", "nothing on stderr but errors")
    .option("--ghosts", "show the proof's own bookkeeping")
    .option("--stack", "show the stacks of errors")
    .addHelpText(
      "after",
      `${exitCodeHelp}

Examples:
  hintproof replay report.json
  hintproof replay report.json --spec my-protocol.ts`,
    )
    .action(async (file: string, options: ReplayOptions) => {
      const { replayCommand } = await import("./replay-command.ts");
      await replayCommand(file, options);
    });

  program
    .command("completion")
    .summary("print a completion script for a shell")
    .description("Prints a script that completes commands, options and names.")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText(
      "after",
      `
Examples:
  source <(hintproof completion bash)
  hintproof completion zsh > ~/.zfunc/_hintproof
  hintproof completion fish > ~/.config/fish/completions/hintproof.fish`,
    )
    .action(async (shell: string) => {
      const { completionCommand } = await import("./completion-command.ts");
      await completionCommand(shell, program);
    });

  return program;
}

function engine(): Option {
  return new Option("--engine <name>", "how states are computed").choices([
    "reference",
    "compiled",
  ]);
}

function format(): Option {
  return new Option("--format <format>", "how the answer is written")
    .choices(["text", "json"])
    .default("text");
}

/** How much memory a search may take. */
const memory = (): Option =>
  new Option(
    "--memory <size>",
    "give up beyond so much memory for states and graph (default: 8G)",
  ).argParser(memorySize);

function stepTimeout(): Option {
  return new Option("--step-timeout <seconds>", "how long one function of the spec may take")
    .default(10)
    .argParser(positive);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function collectConstant(
  text: string,
  before: Readonly<Record<string, number | boolean>>,
): Readonly<Record<string, number | boolean>> {
  const [, name, value] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("It is NAME=VALUE, as in managers=4.");
  }
  if (value === "true" || value === "false") return { ...before, [name]: value === "true" };
  if (/^-?\d+$/.test(value) && Number.isSafeInteger(Number(value)))
    return { ...before, [name]: Number(value) };
  throw new InvalidArgumentError(`${name} is a whole number, true or false, not "${value}".`);
}

function wholeNumber(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isWhole = /^-?\d+$/.test(text) && Number.isSafeInteger(value);
    if (isWhole && value >= least && value <= most) return value;
    const range =
      most < Infinity
        ? `, ${least} to ${most}`
        : least === Number.MIN_SAFE_INTEGER
          ? ""
          : `, ${least} or more`;
    throw new InvalidArgumentError(`It is a whole number${range}.`);
  };
}

const units = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;
/** Memories of WebAssembly have 32-bit addresses. */
const mostMemory = 4 * units.G;

/** Bytes: "2G", "512M", "1.5g", or a plain number. */
function memorySize(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * units[unit.toUpperCase() as keyof typeof units]);
  if (number === undefined || bytes < 1) {
    throw new InvalidArgumentError("It is a size such as 2G, 512M, or a number of bytes.");
  }
  if (bytes <= mostMemory) return bytes;
  throw new InvalidArgumentError("It is 4G at most: so far a memory has addresses.");
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It is a number of seconds, more than 0.");
}

function randomPath(text: string): string {
  if (/^\d+(:\d+)*$/.test(text)) return text;
  throw new InvalidArgumentError("It is numbers with colons between, as a report gives them.");
}
