import type { Command } from "commander";
import { unknown, UsageError } from "../runs/index.ts";
import { shipped } from "./shipped.ts";
import { print } from "./terminal.ts";

/** What a shell needs to know of a command. */
interface Words {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly {
    readonly long: string;
    readonly about: string;
    readonly takesValue: boolean;
  }[];
}

/** `hintproof completion`: a script for a shell, made from the commands and protocols there are. */
export async function completionCommand(shell: string, program: Command): Promise<void> {
  const scripts = new Map([
    ["bash", bash],
    ["zsh", zsh],
    ["fish", fish],
  ]);
  const script = scripts.get(shell);
  if (script === undefined)
    throw new UsageError(unknown("No completion for the shell", shell, [...scripts.keys()]));
  const commands = program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: command.options.map((option) => ({
      long: option.long ?? "",
      about: option.description,
      takesValue: option.required,
    })),
  }));
  print(script(commands));
}

const protocols = (): readonly string[] => shipped.map(({ spec }) => spec.name);
const variantsOf = (name: string): readonly string[] =>
  shipped.find(({ spec }) => spec.name === name)?.variants.map((variant) => variant.name) ?? [];
const shells = "bash zsh fish";
const ofFiles = ["--output", "--spec", "--trace", "--checkpoint", "--resume"];

function bash(commands: readonly Words[]): string {
  return `# bash completion for hintproof
_hintproof() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local command="\${COMP_WORDS[1]}" words="" word
  case "$previous" in
    --variant)
      for word in "\${COMP_WORDS[@]}"; do
        case "$word" in
${protocols()
  .map((name) => `          ${name}) words="${variantsOf(name).join(" ")}" ;;`)
  .join("\n")}
        esac
      done
      COMPREPLY=($(compgen -W "$words" -- "$current"))
      return ;;
    --format) COMPREPLY=($(compgen -W "text json" -- "$current")); return ;;
    --engine) COMPREPLY=($(compgen -W "reference compiled" -- "$current")); return ;;
    --audit) COMPREPLY=($(compgen -W "share all" -- "$current")); return ;;
    ${ofFiles.join("|")}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help --help --version" -- "$current"))
    return
  fi
  case "$command" in
${commands
  .map(
    ({ name, options }) =>
      `    ${name}) words="${options.map(({ long }) => long).join(" ")} --help" ;;`,
  )
  .join("\n")}
  esac
  case "$command:$current" in
    *:-*) ;;
    check:*|show:*) words="${protocols().join(" ")}" ;;
    completion:*) words="${shells}" ;;
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$current" in -*) ;; *) COMPREPLY+=($(compgen -f -- "$current")) ;; esac
}
complete -o filenames -F _hintproof hintproof
`;
}

function zsh(commands: readonly Words[]): string {
  const all = [...new Set(protocols().flatMap(variantsOf))];
  const values = (long: string): string => {
    if (long === "--variant") return `:variant:(${all.join(" ")})`;
    if (long === "--format") return ":format:(text json)";
    if (long === "--engine") return ":engine:(reference compiled)";
    if (long === "--audit") return ":extent:(share all)";
    return ofFiles.includes(long) ? ":file:_files" : ":value:";
  };
  const escaped = (text: string): string =>
    text.replace(/'/g, "'\\''").replace(/([[\]:])/g, "\\$1");
  const first = (name: string): string => {
    if (name === "check" || name === "show")
      return `'1:protocol:{ _values protocol ${protocols().join(" ")}; _files }'`;
    return name === "completion" ? `'1:shell:(${shells})'` : "'1:file:_files'";
  };
  return `#compdef hintproof
_hintproof() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${escaped(summary)}'`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands
  .map(
    ({ name, options }) => `    ${name})
      _arguments \\
${options
  .map(
    ({ long, about, takesValue }) =>
      `        '*${long}[${escaped(about)}]${takesValue ? values(long) : ""}' \\`,
  )
  .join("\n")}
        ${first(name)} ;;`,
  )
  .join("\n")}
  esac
}
if [ "$funcstack[1]" = "_hintproof" ]; then _hintproof "$@"; else compdef _hintproof hintproof; fi
`;
}

function fish(commands: readonly Words[]): string {
  const quoted = (text: string): string => `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c hintproof -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...options.map(({ long, about, takesValue }) => {
      const value = takesValue ? " -r" : "";
      return `complete -c hintproof -n '__fish_seen_subcommand_from ${name}' -l ${long.slice(2)}${value} -d ${quoted(about)}`;
    }),
  ]);
  const variants = protocols().flatMap((name) =>
    variantsOf(name).map(
      (variant) =>
        `complete -c hintproof -n '__fish_seen_subcommand_from ${name}' -l variant -x -a ${quoted(variant)}`,
    ),
  );
  return `# fish completion for hintproof
${lines.join("\n")}
complete -c hintproof -n '__fish_seen_subcommand_from check show' -a ${quoted(protocols().join(" "))}
complete -c hintproof -n '__fish_seen_subcommand_from completion' -f -a ${quoted(shells)}
complete -c hintproof -l format -x -a 'text json'
complete -c hintproof -l engine -x -a 'reference compiled'
complete -c hintproof -l audit -x -a 'share all'
${variants.join("\n")}
`;
}
