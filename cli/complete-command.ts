import { homedir } from "node:os";
import type { Command, Option } from "commander";
import { printable, printableData } from "../spec/index.ts";
import type { Description } from "../runs/told/index.ts";
import { codeExtensions } from "./code-files.ts";
import { commandTable } from "./command-table.ts";
import { completionScripts } from "./completion-scripts.ts";
import type { Completes, Completion, FileKind, NameKind } from "./completions.ts";
import { lineWords } from "./line-words.ts";
import { optionTable } from "./option-table.ts";
import { prepareThread } from "./search-thread.ts";
import { isFile } from "./source.ts";
import { print } from "./terminal.ts";

/** What can stand at the cursor: words, and files of these patterns, for which the shell looks. */
interface Possible {
  readonly words?: readonly Completion[];
  readonly patterns?: readonly string[];
}

/** How long the code of a user's file may take, for which somebody who pressed Tab waits. */
const limitSeconds = 2;

/**
 * `hintproof complete`: what the last word of a command line can become, for the scripts of `completion`. The first
 * line has the patterns of files; each of the others a word, a blank, and what there is to say of the word. Where
 * anything goes wrong nothing is printed, not even an error: nobody asked for one.
 */
export async function completeCommand(line: string, program: Command): Promise<void> {
  try {
    const typed = lineWords(line).slice(1);
    const begun = valueOf(typed.at(-1) ?? "") ?? typed.at(-1) ?? "";
    const { words = [], patterns = [] } = await possible(typed, program);
    const fitting = words.filter(({ word }) => word.startsWith(begun) && isPlain(word));
    const lines = fitting.map(({ word, about }) => `${word} ${printable(about)}`);
    print([patterns.join(" "), ...new Set(lines), ""].join("\n"));
  } catch {
    // There is nothing to complete to.
  }
}

/** Whether every shell takes a word as it stands. */
const isPlain = (word: string): boolean =>
  /^[\p{L}\p{N}_-][\p{L}\p{N}_./:=@%+,-]*$/u.test(word) && printable(word) === word;

/** What is typed of the value in `--option=value`. */
const valueOf = (word: string): string | undefined => /^--[^=]+=(.*)$/s.exec(word)?.[1];

async function possible(typed: readonly string[], program: Command): Promise<Possible> {
  const [name, ...rest] = typed;
  const last = rest.pop();
  if (name === undefined) return {};
  if (last === undefined) {
    return { words: name.startsWith("-") ? optionsOf(program) : commandsOf(program) };
  }
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return name === "help" ? { words: commandsOf(program) } : {};
  const { names, variant, open } = taken(rest, command);
  const inWord = valueOf(last) === undefined ? undefined : optionOf(last, command);
  const option = open ?? inWord;
  if (option === undefined && last.startsWith("-")) return { words: optionsOf(command) };
  if (name === "completion") return { words: [...completionScripts.keys()].map(plain) };
  if (option?.argChoices !== undefined) return { words: option.argChoices.map(plain) };
  const kind = option === undefined ? ofArgument(command, names.length) : ofOption(command, option);
  if (kind === undefined) return option === undefined ? { words: optionsOf(command) } : {};
  if (isFileKind(kind)) return ofFiles(kind);
  const value = inWord === undefined ? last : (valueOf(last) ?? "");
  return { words: await ofProtocol(kind, names[0], variant, value) };
}

const plain = (word: string): Completion => ({ word, about: "" });

const commandsOf = (program: Command): readonly Completion[] =>
  program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ word: command.name(), about: command.summary() }));

const optionsOf = (command: Command): readonly Completion[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, description }) => ({ word: long ?? "", about: description }));

const optionOf = (word: string, command: Command): Option | undefined =>
  command.options.find(({ long }) => long === word.replace(/=.*$/s, ""));

/** What stands before the cursor: arguments, the variant, and an option that has no value yet. */
function taken(
  words: readonly string[],
  command: Command,
): {
  readonly names: readonly string[];
  readonly variant: string | undefined;
  readonly open: Option | undefined;
} {
  const names: string[] = [];
  let variant: string | undefined;
  let open: Option | undefined;
  for (const word of words) {
    const option = open ?? optionOf(word, command);
    const value = open === undefined ? valueOf(word) : word;
    if (option === undefined && !word.startsWith("-")) names.push(word);
    if (option?.long === "--variant") variant = value;
    open = option?.required === true && value === undefined ? option : undefined;
  }
  return { names, variant, open };
}

function ofArgument(command: Command, position: number): Completes | undefined {
  const last = command.registeredArguments.length - 1;
  const isVariadic = command.registeredArguments[last]?.variadic === true;
  const { completes = [] } = commandTable.find(({ name }) => name === command.name()) ?? {};
  return completes[isVariadic ? Math.min(position, last) : position];
}

const ofOption = (command: Command, { flags }: Option): Completes | undefined =>
  optionTable.find(({ flag, help }) => flag === flags && Object.hasOwn(help, command.name()))
    ?.completes;

const code = codeExtensions.map((extension) => `*${extension}`);
const patternsOf: Readonly<Record<FileKind, readonly string[]>> = {
  protocol: code,
  code,
  json: ["*.json"],
  text: ["*.txt"],
  file: ["*"],
};

const isFileKind = (kind: Completes): kind is FileKind => Object.hasOwn(patternsOf, kind);

async function ofFiles(kind: FileKind): Promise<Possible> {
  const patterns = patternsOf[kind];
  if (kind !== "protocol") return { patterns };
  const { shipped } = await import("./shipped.ts");
  return { patterns, words: shipped.map(({ spec }) => ({ word: spec.name, about: spec.title })) };
}

async function ofProtocol(
  kind: NameKind,
  name: string | undefined,
  variant: string | undefined,
  typed: string,
): Promise<readonly Completion[]> {
  if (name === undefined) return [];
  const { declared, namesOf, said } = await import("./completions.ts");
  if (isFile(name)) {
    const description = await descriptionOf(name);
    return description === undefined
      ? []
      : namesOf[kind](said(printableData(description), variant), typed);
  }
  // A description would have to be made by what searches, which takes as long to load as all else.
  const { shipped } = await import("./shipped.ts");
  const protocol = shipped.find(({ spec }) => spec.name === name);
  return protocol === undefined ? [] : namesOf[kind](declared(protocol, variant), typed);
}

/** What the protocol of a file is made of: the file is run, in a thread of its own. */
async function descriptionOf(name: string): Promise<Description | undefined> {
  prepareThread();
  const [{ bundleSpec }, { runJob }] = await Promise.all([
    import("./bundle-spec.ts"),
    import("./run-job.ts"),
  ]);
  const bundle = await bundleSpec(name.replace(/^~(?=\/)/, homedir()));
  const watching = { stepTimeoutSeconds: limitSeconds };
  const answer = await runJob({ kind: "file", bundle }, { kind: "describe" }, watching);
  return answer.kind === "description" ? answer.description : undefined;
}
