import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { folderOutside, hintproof, type Run } from "../toys/built-command.ts";
import { commandTable } from "./command-table.ts";
import { initFiles } from "./init-files.ts";
import { type CommandName, optionTable } from "./option-table.ts";

/*
 * Whoever reads the command by a program types --format json, and nothing else has to be known of a command to read what it
 * says: one value on stdout, whatever comes of it. A command that is new has to stand in these tables to be green.
 */

const folder = folderOutside();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "hint.ts"), initFiles[0].text);
writeFileSync(join(folder, "scenario.txt"), "guest frees\n");
writeFileSync(join(folder, "letter.json"), "Dear Sir\n");
mkdirSync(join(folder, "begun"));

const typed = (args: readonly string[], cwd = folder): Promise<Run> => hintproof(args, { cwd });
/** All that is on stdout; throws unless it is one value. */
const parsed = ({ stdout }: Run): unknown => JSON.parse(stdout);

/** What is typed wrong of each command: what it cannot find, or cannot be told. */
const wrong: Readonly<Record<CommandName, readonly string[]>> = {
  check: ["check", "nowhere.ts"],
  watch: ["watch", "nowhere.ts"],
  gate: ["gate"],
  merge: ["merge", "letter.json"],
  estimate: ["estimate", "nowhere.ts"],
  graph: ["graph", "nowhere.ts"],
  init: ["init", "here"],
  bound: ["bound", "nowhere.ts"],
  list: ["list", "nowhere.ts"],
  matrix: ["matrix", "S99"],
  show: ["show", "hint.ts", "nothingAtAll"],
  replay: ["replay", "letter.json"],
  follow: ["follow", "hint.ts", "nowhere.txt"],
  diff: ["diff", "hint.ts"],
  explore: ["explore", "hint.ts", "--output", "nowhere/page.html"],
};

describe("every command", () => {
  test("has an answer as JSON", () => {
    const silent = commandTable
      .map(({ name }) => name)
      .filter(
        (name) =>
          !optionTable.some(
            ({ flag, help, choices = [] }) =>
              flag.startsWith("--format ") && help[name] !== undefined && choices.includes("json"),
          ),
      );
    expect(silent).toEqual([]);
  });

  test.each(commandTable.map(({ name }) => name))(
    "%s says as JSON what was wrong",
    async (name) => {
      const { status, stdout, stderr } = await typed([...wrong[name], "--format", "json"]);
      expect(status).toBe(2);
      const message = expect.stringMatching(/./) as string;
      expect(JSON.parse(stdout)).toEqual({ fault: { of: "command line", message, status } });
      expect(stderr).toMatch(/./);
    },
  );
});

describe("what has no report to print", () => {
  test("is JSON as well: what init has written, and has not", async () => {
    const begun = join(folder, "begun");
    const manifest = "hintproof.gate.json";
    const names = [...initFiles.map(({ file }) => file), manifest];
    const filesWith = (isWritten: boolean) => names.map((file) => ({ file, isWritten }));
    const first = await typed(["init", "--format", "json"], begun);
    expect(first.status).toBe(0);
    expect(parsed(first)).toMatchObject({
      files: filesWith(true),
      changes: [expect.stringMatching(/^hint: holds/), expect.stringMatching(/violated/)],
      refused: [],
    });
    expect(parsed(await typed(["init", "--format", "json"], begun))).toMatchObject({
      files: filesWith(false),
      changes: [],
    });
    const pins = { file: manifest, runs: 2, changes: [], refused: [] };
    const again = await typed(["gate", "--update", "--format", "json", "--quiet"], begun);
    expect(parsed(again)).toEqual(pins);
    for (const more of [
      ["--format", "junit"],
      ["--output", "gate.json"],
    ]) {
      expect(await typed(["gate", "--update", ...more], begun)).toMatchObject({ status: 2 });
    }

    // A run that says nothing is not pinned, and init has not begun where it is there already.
    writeFileSync(
      join(begun, names[0] as string),
      initFiles[0].text.replace('=== "gone"),\n  },\n});', '=== "lost"),\n  },\n});'),
    );
    rmSync(join(begun, manifest));
    const refused = await typed(["init", "--format", "json"], begun);
    expect(refused.status).toBe(4);
    expect(parsed(refused)).toMatchObject({
      files: filesWith(false),
      refused: [expect.stringMatching(/^hint is vacuous/)],
    });
    expect(existsSync(join(begun, manifest))).toBe(false);
  });

  test("is JSON as well: where explore has put a page", async () => {
    const page = await typed(["explore", "hint.ts", "--output", "page.html", "--format", "json"]);
    expect(page.status).toBe(0);
    expect(parsed(page)).toEqual({ title: "hint", file: "page.html" });
    expect(existsSync(join(folder, "page.html"))).toBe(true);
  });

  test("is JSON as well, or drawn: the states of an instance, all of them or not", async () => {
    const whole = await typed(["graph", "hint.ts", "--format", "json"]);
    expect(whole.status).toBe(0);
    const { nodes, edges } = parsed(whole) as Record<"nodes" | "edges", readonly object[]>;
    const drawn = await typed(["graph", "hint.ts"]);
    expect(drawn.status).toBe(0);
    expect(drawn.stdout).toMatch(/^digraph states \{\n[^]*\}\n$/);
    expect(drawn.stdout.match(/^ {2}s\d+ \[label=/gm)).toHaveLength(nodes.length);
    expect(drawn.stdout.match(/^ {2}s\d+ -> s\d+ /gm)).toHaveLength(edges.length);
    const cut = await typed(["graph", "hint.ts", "--max-states", "2", "--format", "json"]);
    expect(cut.status).toBe(4);
    expect(parsed(cut)).toMatchObject({
      title: expect.arrayContaining([expect.stringMatching(/^not all: state limit/)]),
      nodes: expect.arrayContaining([expect.objectContaining({ isOpen: true })]),
    });
  });
});
