import { Command, CommanderError, Help } from "commander";
import { terminalWidth } from "./colour.ts";
import { commandTable } from "./command-table.ts";
import { exitCode, exitCodeHelp } from "./exit-code.ts";
import { optionsOf } from "./option-table.ts";
import { isForAgent } from "./agent.ts";
import { fitted } from "./fitted.ts";
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
  const { sayAsJson } = await import("./fault.ts");
  sayAsJson({ kind: "fault", of: "command line", message: what.replace(/^error: /, "") });
  say("(--help says what can be typed)");
}

/** A part of a help, as it is read: in as many columns as the terminal has. */
const read = (text: string): string => fitted(text, terminalWidth() ?? Infinity);

/** What can be typed; `refuse` is told, with a line break in the end, why it is not what was. */
export function commandLine(refuse: (text: string) => void): Command {
  const program = new Command("hintproof")
    .description("Checks guest memory protocols before they are coded.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this")
    .configureHelp({
      showGlobalOptions: true,
      formatHelp: (command, help) => read(Help.prototype.formatHelp.call(help, command, help)),
    })
    .configureOutput({ outputError: refuse, getOutHelpWidth: () => terminalWidth() ?? 80 })
    .exitOverride()
    .hook("preAction", (_program, command) => {
      const isLoud = command.options.some(({ long }) => long === "--quiet");
      if (isLoud && isForAgent(process.env)) command.setOptionValue("quiet", true);
    })
    .addHelpText("after", () =>
      read(`${exitCodeHelp}

Examples:
  hintproof check                                all shipped protocols, against the record
  hintproof check two-phase-commit --set managers=4
  hintproof check my-protocol.ts                 a protocol of your own
  hintproof show two-phase-commit                what it is made of`),
    );

  for (const { name, summary, description, arguments: typed, after, run } of commandTable) {
    const command = program.command(name).summary(summary).description(description);
    for (const [argument, help] of typed) command.argument(argument, help);
    for (const option of optionsOf(name)) command.addOption(option);
    command.addHelpText("after", () => read(after)).action(run);
  }

  program
    .command("completion")
    .summary("print a completion script for a shell")
    .description("Prints a script that completes commands, options and names.")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", () =>
      read(`
Examples:
  source <(hintproof completion bash)
  hintproof completion zsh > ~/.zfunc/_hintproof
  hintproof completion fish > ~/.config/fish/completions/hintproof.fish`),
    )
    .action(async (shell: string) => {
      const { completionCommand } = await import("./completion-command.ts");
      await completionCommand(shell);
    });

  program
    .command("complete", { hidden: true })
    .argument("<line>")
    .action(async (line: string) => {
      const { completeCommand } = await import("./complete-command.ts");
      await completeCommand(line, program);
    });

  return program;
}
