import { spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { nightly } from "../toys/share.ts";
import { writeCheckpoint } from "./checkpoint-file.ts";
import { marked } from "./ours.ts";
import { packageRoot } from "./package-root.ts";
import { checkWritable, deliver, refuseSameFile, writeWhole } from "./output.ts";

const folder = folderOutside();
const inFolder = { cwd: folder };
const at = (name: string): string => join(folder, name);
const textOf = (name: string): string => readFileSync(at(name), "utf8");

const counter = `import { declare, range } from "hintproof";
const { action, invariant, spec } = declare({ constants: {}, state: { x: range(0, 2) } });
const counts = action("a", { when: (s) => s.x < 2, effect: (s) => { s.x++; } });
const isSmall = invariant((s) => s.x < 2);
export default spec({ name: "counter", title: "counts", actions: { counts }, invariants: { isSmall } });
`;

/** What a user may have: none of it may be replaced. */
const theirs: Readonly<Record<string, string>> = {
  "a note": "buy milk\n",
  "a blank line": "\n",
  "another program's JSON": '{ "protocol": "https", "constants": {}, "verdict": "fine" }\n',
  "a list": "[]\n",
  "JSON that is no object": "null\n",
  "a report cut short": '{\n  "protocol": "counter",\n  "constants": {},\n  "eng',
  "a text that speaks of us":
    "written by hintproof 0.1.0, sha256 00000000000000000000000000000000\n",
  "a report with notes in it": marked("counter\n\nviolated: is small\n").replace("small", "tiny"),
  "a report with notes behind it": `${marked("counter\n")}not so\n`,
  "a note about checkpoints": '\n{"format":"hintproof checkpoint"}',
  "a program": counter,
};

describe("a file of the user's", () => {
  beforeEach(() => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(at("counter.ts"), counter);
  });

  it.each(Object.keys(theirs))("is refused beforehand, and not replaced: %s", (what) => {
    const content = theirs[what] as string;
    writeFileSync(at("kept"), content);
    for (const option of ["--output", "--trace", "--checkpoint"]) {
      const refused = `${option} ${at("kept")}: it is there, and hintproof did not write it. Name another`;
      expect(() => checkWritable(option, at("kept"))).toThrow(refused);
    }
    expect(() => writeWhole(at("kept"), "{}")).toThrow("hintproof did not write it");
    expect(textOf("kept")).toBe(content);
    expect(readdirSync(folder)).toEqual(["counter.ts", "kept"]);
  });

  it("is not replaced by a checkpoint that finds it there when it is written", () => {
    writeFileSync(at("kept"), "buy milk\n");
    const facts = { protocol: "counter", constants: {}, symmetry: true, source: "" };
    const failure = writeCheckpoint(at("kept"), facts, [
      { of: "states", header: {}, states: new Uint8Array(9) },
    ]);
    expect(failure).toContain("hintproof did not write it");
    expect(textOf("kept")).toBe("buy milk\n");
    expect(readdirSync(folder)).toEqual(["counter.ts", "kept"]);
  });

  it("is not replaced through a link, nor is a link that leads nowhere", () => {
    symlinkSync(at("counter.ts"), at("symbolic"));
    linkSync(at("counter.ts"), at("hard"));
    symlinkSync(at("nothing"), at("dangling"));
    for (const name of ["symbolic", "hard", "dangling"]) {
      expect(() => checkWritable("--output", at(name))).toThrow(/Name another file/);
      expect(() => writeWhole(at(name), "{}")).toThrow("could not be written");
    }
    expect(textOf("counter.ts")).toBe(counter);
    expect(existsSync(at("nothing"))).toBe(false);
  });

  it.each(["--output", "--trace", "--checkpoint"])(
    "that is being checked is never what %s names, by whatever path",
    async (option) => {
      symlinkSync(at("counter.ts"), at("symbolic.ts"));
      linkSync(at("counter.ts"), at("hard.ts"));
      mkdirSync(at("sub"));
      for (const path of ["counter.ts", "./sub/../counter.ts", "symbolic.ts", "hard.ts"]) {
        const { status, stdout, stderr } = await hintproof(
          ["check", "counter.ts", option, path],
          inFolder,
        );
        expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
        expect(stderr).toContain(
          `hintproof: ${option} ${path}: it is the protocol to be checked; name another file.`,
        );
      }
      expect(textOf("counter.ts")).toBe(counter);
    },
  );

  it("is refused by a table and by a bound as well", async () => {
    writeFileSync(at("note.txt"), "buy milk\n");
    for (const args of [
      ["check", "--output", "note.txt"],
      ["check", "counter.ts", "--all", "--output", "note.txt"],
      ["bound", "counter.ts", "--output", "note.txt"],
      ["bound", "counter.ts", "--output", "counter.ts"],
    ]) {
      const { status, stdout, stderr } = await hintproof(args, inFolder);
      expect({ args, status, stdout }).toEqual({ args, status: 2, stdout: "" });
      expect(stderr).toMatch(/--output .*: it is .*[Nn]ame another file/);
    }
    expect(textOf("note.txt")).toBe("buy milk\n");
  });

  it("that comes to stand there during the run is left alone, and the report is printed", () => {
    writeFileSync(at("kept"), "buy milk\n");
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const report = {
      text: "counter: holds\n",
      isJson: false,
      summary: "holds",
      coloured: false,
    } as const;
    expect(() => deliver(at("kept"), report)).toThrow(
      `${at("kept")} could not be written: it is there, and hintproof did not write it.`,
    );
    expect(write.mock.calls).toEqual([[report.text]]);
    write.mockRestore();
    expect(textOf("kept")).toBe("buy milk\n");
  });
});

describe("a file that hintproof wrote, or that is empty", () => {
  beforeEach(() => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(at("counter.ts"), counter);
  });

  nightly(() => {
    it("is replaced, whatever it is and whatever replaces it", async () => {
      const runs: readonly (readonly [written: string, args: readonly string[]])[] = [
        ["a text", ["check", "counter.ts", "--output", "kept"]],
        [
          "a text with colours asked for",
          ["check", "counter.ts", "--statistics", "--output", "kept"],
        ],
        ["a report", ["check", "counter.ts", "--format", "json", "--output", "kept"]],
        ["a trace", ["check", "counter.ts", "--trace", "kept"]],
        ["a table", ["check", "counter.ts", "--all", "--output", "kept"]],
        [
          "a table as JSON",
          ["check", "counter.ts", "--all", "--format", "json", "--output", "kept"],
        ],
      ];
      writeFileSync(at("kept"), "");
      for (const [written, args] of [...runs, ...runs.slice(0, 1)]) {
        const before = textOf("kept");
        const { status, stderr } = await hintproof([...args, "--quiet"], inFolder);
        expect({ written, status, stderr }).toEqual({ written, status: 12, stderr: "" });
        expect(textOf("kept")).not.toBe(before);
      }
      const facts = { protocol: "counter", constants: {}, symmetry: true, source: "" };
      const checkpoint = [{ of: "states", header: {}, states: new Uint8Array(9) }];
      for (let round = 0; round < 2; round++) {
        expect(writeCheckpoint(at("kept"), facts, checkpoint)).toBeUndefined();
      }
      checkWritable("--output", at("kept"));
      writeWhole(at("kept"), "{}");
      expect(textOf("kept")).toBe("{}");
      expect(readdirSync(folder)).toEqual([".hintproof", "counter.ts", "kept"]);
    });
  });

  it("stays behind a link", () => {
    writeFileSync(at("kept"), marked("old\n"));
    symlinkSync(at("kept"), at("symbolic"));
    writeWhole(at("symbolic"), marked("new\n"));
    expect(textOf("kept")).toBe(marked("new\n"));
    expect(readdirSync(folder)).toEqual(["counter.ts", "kept", "symbolic"]);
  });

  it("is known as a text whichever version wrote it, and only as a whole", () => {
    writeFileSync(at("kept"), marked("old\n").replace(/hintproof \S+,/, "hintproof 0.0.9,"));
    checkWritable("--output", at("kept"));
  });

  it("is not written by two options, nor read and written by one that does not go on from it", () => {
    writeFileSync(at("one"), "");
    linkSync(at("one"), at("same"));
    const outputs = { "--output": at("one"), "--trace": at("same") };
    expect(() => refuseSameFile(outputs, {})).toThrow(
      `--trace ${at("same")}: it is what --output writes; name another file.`,
    );
    const both = {
      "--output": at("./new"),
      "--trace": `${folder}/../${folder.split("/").at(-1)}/new`,
    };
    expect(() => refuseSameFile(both, {})).toThrow("it is what --output writes");
    expect(() =>
      refuseSameFile({ "--trace": at("one") }, { "the checkpoint to go on from": at("same") }),
    ).toThrow("it is the checkpoint to go on from");
    refuseSameFile({ "--output": "/dev/null", "--trace": "/dev/null" }, {});
  });
});

describe("a pipe or a device", () => {
  it("is written to, without a line that says who wrote it", async () => {
    const printed = await hintproof(["check", "two-phase-commit", "--quiet"]);
    const main = fileURLToPath(new URL("dist/bundle/main.js", packageRoot()));
    const written = spawnSync(
      "sh",
      [
        "-c",
        '"$0" "$1" check two-phase-commit --quiet --output /dev/fd/3 3>&1 | cat',
        process.execPath,
        main,
      ],
      { encoding: "utf8" },
    );
    expect(written).toMatchObject({ status: 0, stderr: "" });
    expect(written.stdout).toBe(`${printed.stdout}holds: 6 properties checked\n`);
  });
});
