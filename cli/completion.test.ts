/** What Tab offers, asked of the built command and tried in the shells themselves. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { nightly, oneIn } from "../toys/share.ts";
import { commandTable } from "./command-table.ts";
import { lineWords } from "./line-words.ts";
import { optionTable } from "./option-table.ts";
import { packageRoot } from "./package-root.ts";
import { shipped } from "./shipped.ts";

/** Milliseconds; there to end a hang. */

/** A user's file. It prints while it is loaded, and has a name that a shell would obey. */
const lock = `
import { declare, each, interchangeable, oneOf, variant } from "hintproof";
const cpu = interchangeable("cpu", ({ cpus }: { cpus: number }) => cpus);
const { action, invariant, spec, within } = declare({
  constants: { cpus: 2, isFast: false },
  state: { lock: oneOf("free", "taken"), at: each(cpu, oneOf("out", "in")) },
});
const cpuEnters = action("cpu", {
  forAny: cpu,
  when: (state, c) => state.lock === "free" && state.at[c] === "out",
  effect: (state, c) => { state.at[c] = "in"; state.lock = "taken"; },
});
const cpuLeaves = action("cpu", {
  forAny: cpu,
  fairness: "weak",
  when: (state, c) => state.at[c] === "in",
  effect: (state, c) => { state.at[c] = "out"; state.lock = "free"; },
});
const onlyOneIsIn = invariant((state) => state.at.filter((at) => at === "in").length < 2);
const somebodyLeaves = within({
  from: (state) => state.lock === "taken",
  to: (state) => state.lock === "free",
  counting: "cpuLeaves",
  atMost: 2,
});
const lock = spec({
  name: "lock",
  title: "a lock",
  actions: { cpuEnters, cpuLeaves, "$(touch obeyed)": cpuEnters, "\\u001b[31mred": cpuEnters },
  invariants: { onlyOneIsIn },
  liveness: { somebodyLeaves },
});
export default lock;
export const neverMind = variant(lock, {
  name: "never-mind",
  because: "a test",
  expects: "holds",
  change: {
    constants: { cpus: 3 },
    actions: { cpuLeaves: { fairness: "none" }, cpuEnters: { fairness: "strong" } },
  },
});
console.log("printed while it is loaded");
`;

const stubborn: Readonly<Record<string, string>> = {
  "throws.ts": `throw new Error("no");`,
  "loops.ts": "for (;;) {}",
  "waits.ts": "await new Promise((resolve) => setTimeout(resolve, 1e9));",
  "exits.ts": "process.exit(7);",
  "misspelt.ts": "export default (",
  "exports-nothing.ts": "export const one = 1;",
};

const user = folderOutside();
const bin = join(user, "bin");

beforeAll(() => {
  for (const folder of [bin, join(user, "mine")]) mkdirSync(folder);
  for (const [name, text] of Object.entries(stubborn)) writeFileSync(join(user, name), text);
  writeFileSync(join(user, "lock.ts"), lock);
  writeFileSync(join(user, "mine", "my lock.ts"), lock);
  for (const name of ["report.json", "notes.txt"]) writeFileSync(join(user, name), "{}");
  const main = join(fileURLToPath(packageRoot()), "dist", "bundle", "main.js");
  const command = join(bin, "hintproof");
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(command, 0o755);
});

/** What can stand where a line ends: words, and the patterns of files. */
async function completed(line: string) {
  const { status, stdout, stderr } = await hintproof(["complete", "--", line], { cwd: user });
  const [patterns = "", ...entries] = stdout.split("\n");
  const words = entries.slice(0, -1).map((entry) => entry.split(" ", 1)[0] ?? "");
  return { status, stderr, patterns: patterns.split(" ").filter(Boolean), words };
}

const wordsAt = async (line: string): Promise<readonly string[]> => (await completed(line)).words;

describe("what can stand where the cursor does", () => {
  const names = shipped.map(({ spec }) => spec.name);
  const commands = [...commandTable.map(({ name }) => name), "completion", "help"];

  it.each(
    oneIn(6, [
      ["hintproof ", commands],
      ["hintproof sho", ["show"]],
      ["hintproof help ", commands],
      ["hintproof -", ["--version", "--help"]],
      ["hintproof completion ", ["bash", "zsh", "fish"]],
      ["hintproof check ", names],
      ["hintproof bound page", ["page-ring"]],
      ["hintproof show two", ["two-phase-commit"]],
      ["hintproof check --format ", ["chart", "text", "json", "html"]],
      ["hintproof list --format=j", ["json"]],
      ["hintproof check --engine ", ["reference", "compiled"]],
      ["hintproof check page-ring --audit a", ["all"]],
      ["hintproof check --unf", ["--unfair"]],
      ["hintproof bound --unf", []],
      ["hintproof check page-ring --set ", ["pages=", "budget=", "capacity="]],
      ["hintproof check --set pages=3 page-ring --set b", ["budget="]],
      ["hintproof check page-ring --set pages=", ["pages=5"]],
      ["hintproof check page-ring --set=pages=", ["pages=5"]],
      ["hintproof check page-ring --set pagse=", []],
      ["hintproof check --random page-ring --set pages=4", []],
      ["hintproof check two-phase-commit --variant c", ["commits-without-waiting"]],
      ["hintproof check two-phase-commit --property m", ["managersAgree"]],
      ["hintproof check two-phase-commit --property dead", ["deadlockFreedom"]],
      [
        "hintproof check s390-guest-page-hinting --property changedPageIs",
        ["changedPageIsThere", "changedPageIsPreserved"],
      ],
      ["hintproof check two-phase-commit --unfair ", []],
      ["hintproof bound linux-free-page-reporting ", ["freeBlockIsReportedInTime"]],
      ["hintproof bound two-phase-commit ", []],
      ["hintproof show page-ring hostD", ["hostDiscards"]],
      ["hintproof show page-ring hostDiscards hostC", ["hostCompletes"]],
      ["hintproof show two-phase-commit managersA", ["managersAgree"]],
      ["hintproof show two-phase-commit prepared-", ["prepared-manager-gives-up"]],
      ["hintproof check --workers ", []],
      ["hintproof check no-such-protocol --variant ", []],
      ["hintproof check --variant ", []],
      ["hintproof sohw ", []],
      ["hintproof", []],
      ["", []],
    ] as const),
  )("%j", async (line, words) => {
    expect(await completed(line)).toMatchObject({ status: 0, stderr: "", words });
  });

  it("names every option of every command", async () => {
    for (const { name } of commandTable) {
      const options = optionTable.filter(({ help }) => help[name] !== undefined);
      const longs = options.map(({ flag }) => flag.split(" ")[0]);
      expect(await wordsAt(`hintproof ${name} --`)).toEqual([...longs, "--help"]);
    }
  });

  it("offers the fair actions of a protocol, and no other", async () => {
    const ring = shipped.find(({ spec }) => spec.name === "page-ring");
    const actions = Object.entries(ring?.spec.actions ?? {});
    const fair = actions.filter(([, { fairness }]) => fairness !== "none").map(([name]) => name);
    expect(fair.length).toBeGreaterThan(0);
    expect(fair.length).toBeLessThan(actions.length);
    expect(await wordsAt("hintproof check page-ring --unfair ")).toEqual(fair);
  });

  it("offers true and false for a constant that is one of them", async () => {
    const linux = shipped.find(({ spec }) => spec.name === "linux-free-page-reporting");
    const [name] =
      Object.entries(linux?.spec.constants ?? {}).find(([, value]) => value === false) ?? [];
    expect(await wordsAt(`hintproof check linux-free-page-reporting --set ${name}=`)).toEqual([
      `${name}=true`,
      `${name}=false`,
    ]);
  });

  it.each(
    oneIn<readonly [string, string]>(5, [
      ["check ", "*.ts"],
      ["bound ", "*.mts"],
      ["show ", "*.js"],
      ["list ", "*.ts"],
      ["replay ", "*.json"],
      ["replay trace.json --spec ", "*.ts"],
      ["follow page-ring ", "*.txt"],
      ...["--output ", "--trace ", "--checkpoint ", "--resume ", "--output="].map(
        (option): readonly [string, string] => [`check page-ring ${option}`, "*"],
      ),
    ]),
  )("%j: files", async (line, pattern) => {
    const { patterns } = await completed(`hintproof ${line}`);
    expect(patterns).toContain(pattern);
    expect(patterns.includes("*.json")).toBe(pattern === "*.json");
  });

  it.each([
    ["it's one", ["its one"]],
    ['a  \'b c\' "d \\" e" f\\ g ', ["a", "b c", 'd " e', "f g", ""]],
    ["a 'b c", ["a", "b c"]],
    ['a "b\\', ["a", "b"]],
    ["a\\", ["a\\"]],
  ])("takes %j apart as a shell does", (line, words) => {
    expect(lineWords(line)).toEqual(words);
  });
});

describe("a file of the user's", () => {
  /** On a machine that has much to do the file may not be loaded in time: then Tab is pressed again. */
  const offers = async (line: string, words: readonly string[]): Promise<void> => {
    let found = await wordsAt(line);
    for (let tries = 0; found.length === 0 && tries < 20; tries++) found = await wordsAt(line);
    expect(found).toEqual(words);
  };

  it.each(
    oneIn(5, [
      ["check lock.ts --set ", ["cpus=", "isFast="]],
      ["check lock.ts --set isFast=", ["isFast=true", "isFast=false"]],
      ["check 'mine/my lock.ts' --variant ", ["never-mind"]],
      ["check lock.ts --property o", ["onlyOneIsIn"]],
      ["check lock.ts --unfair ", ["cpuLeaves"]],
      ["bound ./lock.ts ", ["somebodyLeaves"]],
      ["check lock.ts --variant never-mind --set cpus=", ["cpus=3"]],
      ["check lock.ts --variant=never-mind --unfair ", ["cpuEnters"]],
      ["bound mine/my\\ lock.ts ", ["somebodyLeaves"]],
    ] as const),
  )("%j", async (line, words) => {
    await offers(`hintproof ${line}`, words);
  });

  it("has names that a shell would obey or a terminal could not print, which are not offered", async () => {
    const parts = ["cpuEnters", "cpuLeaves", "onlyOneIsIn", "somebodyLeaves", "never-mind"];
    await offers("hintproof show lock.ts ", parts);
  });

  it.each(oneIn(4, [...Object.keys(stubborn), "missing.ts", "mine/", "notes.txt"]))(
    "%s gives nothing, says nothing and ends",
    async (name) => {
      expect(await completed(`hintproof check ./${name} --property `)).toEqual({
        status: 0,
        stderr: "",
        patterns: [],
        words: [],
      });
    },
  );
});

/** What is typed in each shell, what stands in the line when Tab was pressed, and what bash puts for the last piece. */
const typed = oneIn(2, [
  ["hintproof che", "hintproof check ", "check"],
  ["hintproof check two", "hintproof check two-phase-commit ", "two-phase-commit"],
  ["hintproof check page-ring --set pag", "hintproof check page-ring --set pages=", "pages="],
  ["hintproof check page-ring --set pages=", "hintproof check page-ring --set pages=5 ", "5"],
  ["hintproof check page-ring --set=bu", "hintproof check page-ring --set=budget=", "budget="],
  ["hintproof check --all loc", "hintproof check --all lock.ts ", "lock.ts"],
  ["hintproof check mine/m", "hintproof check mine/my\\ lock.ts ", "mine/my lock.ts"],
  ["hintproof check --output=no", "hintproof check --output=notes.txt ", "notes.txt"],
  ["hintproof replay re", "hintproof replay report.json ", "report.json"],
  ["hintproof check throws.ts --variant ", "hintproof check throws.ts --variant ", ""],
  ["bin/hintproof completion z", "bin/hintproof completion zsh ", "zsh"],
] as const);

/** Runs a script in a shell. */
function inShell(shell: string, args: readonly string[], script: string) {
  const file = join(user, `script.${shell}`);
  writeFileSync(file, script);
  const { status, stdout, stderr } = spawnSync(shell, [...args, file], {
    cwd: user,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}`, TERM: "dumb" },
    encoding: "utf8",
  });
  return { status, stderr, lines: stdout.split("\n").slice(0, -1) };
}

const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;
const unlessMissing = (shell: string): string =>
  has(shell) ? shell : `${shell}: left out, because it is not installed`;

describe("the scripts, in their shells", () => {
  it("bash: what is put in the place of the last piece of a word", () => {
    const { status, stderr, lines } = inShell(
      "bash",
      ["--norc"],
      `source <(hintproof completion bash)
source <(hintproof completion bash)
complete -p hintproof >/dev/null || exit 1
for COMP_LINE in ${typed.map(([line]) => `'${line}'`).join(" ")}; do
  COMP_POINT=\${#COMP_LINE}
  _hintproof "\${COMP_LINE%% *}" "\${COMP_LINE##*[ =]}" before
  (IFS="|"; echo "\${COMPREPLY[*]}")
done
`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(lines).toEqual(typed.map(([, , piece]) => piece));
  });

  // These have to be installed by whoever runs the nightly list.
  nightly(() => {
    it.skipIf(!has("zsh"))(`${unlessMissing("zsh")}: what stands in the line afterwards`, () => {
      const answers = join(user, "answers");
      writeFileSync(answers, "");
      const { status, stderr } = inShell(
        "zsh",
        ["-f"],
        `zmodload zsh/zpty
zpty shell zsh -f -i
type() { zpty -w -n shell "$1"; until (( $(wc -l < answers) >= $2 )) { zpty -r -t shell shown; sleep 0.1 } }
type $'autoload -Uz compinit; compinit -u -D; source <(hintproof completion zsh)
answer() { zle complete-word; print -r -- "$BUFFER|" >> answers; BUFFER= }
zle -N answer; bindkey "^X" answer; echo ready >> answers\n' 1
${typed.map(([line], position) => `type '${line}'$'\\x18' ${position + 2}`).join("\n")}
zpty -d shell
`,
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const lines = readFileSync(answers, "utf8").split("\n").slice(1, -1);
      expect(lines).toEqual(typed.map(([, line]) => `${line}|`));
    });

    it.skipIf(!has("fish"))(`${unlessMissing("fish")}: what the word can be`, () => {
      const { status, stderr, lines } = inShell(
        "fish",
        ["--no-config"],
        `hintproof completion fish | source
for line in ${typed.map(([line]) => `'${line}'`).join(" ")}
    echo (complete -C $line | string replace -r '\\t.*' '')
end
`,
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(lines).toEqual([
        "check",
        "two-phase-commit",
        "pages=",
        "pages=5",
        "--set=budget=",
        "lock.ts",
        "mine/my lock.ts",
        "--output=notes.txt",
        "report.json",
        "",
        "zsh",
      ]);
    });
  });

  it("bash: what a file prints while it is loaded is seen nowhere, and no name is obeyed", () => {
    const line = "hintproof show lock.ts ";
    const { stderr, lines } = inShell(
      "bash",
      ["--norc"],
      `source <(hintproof completion bash)
COMP_LINE='${line}'; COMP_POINT=${line.length}
for _ in {1..20}; do
  _hintproof hintproof "" lock.ts
  [ "\${#COMPREPLY[@]}" -gt 0 ] && break
done
echo "\${COMPREPLY[0]}"
`,
    );
    expect({ stderr, lines }).toEqual({ stderr: "", lines: ["cpuEnters"] });
    expect(existsSync(join(user, "obeyed"))).toBe(false);
  });
});
