import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderOutside, hintproof, type Run } from "../toys/built-command.ts";
import { broken, corridor } from "../toys/corridor.ts";
import { nightly } from "../toys/share.ts";

const folder = folderOutside();
const at = (name: string): string => join(folder, name);
const typed = (...args: readonly string[]): Promise<Run> => hintproof(args, { cwd: folder });
const copied = (from: string, to: string, change: (text: string) => string): string => {
  writeFileSync(at(to), change(readFileSync(at(from), "utf8")));
  return to;
};

describe("shards of a gate", () => {
  const parts = ["green.json", "red.json"];
  let whole: Run;

  beforeAll(async () => {
    writeFileSync(at("corridor.ts"), corridor);
    expect(await typed("gate", "--update", "corridor.ts", "--quiet")).toMatchObject({ status: 0 });
    writeFileSync(at("corridor.ts"), broken);
    whole = await typed("gate", "--quiet");
    // What took longest comes first: the variant, by one state.
    const args = ["gate", "--shard", "1/2", "--output", "green.json", "--quiet"];
    const first = await typed(...args);
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/\nas pinned: all 1\nwritten: green\.json, part 1 of 2\n$/);
    const env = { CI_NODE_INDEX: "2", CI_NODE_TOTAL: "2" };
    const others = ["gate", "--shard", "auto", "--output", "red.json", "--quiet"];
    expect(await hintproof(others, { cwd: folder, env })).toMatchObject({ status: 12 });
  });

  it("are told as one run is, to the letter, in whatever order they come", async () => {
    expect(whole.status).toBe(12);
    expect(await typed("merge", ...parts)).toEqual(whole);
    expect(await typed("merge", ...parts.toReversed())).toEqual(whole);
  });

  it("are told to forges", async () => {
    const json = await typed("merge", ...parts, "--format", "sarif", "--output", "gate.sarif");
    expect(json).toMatchObject({ status: 12, stdout: "NOT as pinned: 1 of 2\n" });
    const sarif = readFileSync(at("gate.sarif"), "utf8");
    // The action that is wrong stands there.
    const line = broken.split("\n").findIndex((one) => one.includes("everybodyLeaves:")) + 1;
    expect(sarif).toContain(`"startLine": ${line}`);
    const lines = await typed("merge", ...parts, "--format", "lines");
    expect(lines.stdout).toMatch(/^corridor\.ts:\d+:5: error: .* \[noLightInAnEmptyCorridor\]\n/);
  });

  it("are not green where one is missing, whatever the others found", async () => {
    const one = await typed("merge", "green.json");
    expect(one.status).toBe(4);
    expect(one.stderr).toContain("part 2 of 2 is missing");
    expect(one.stdout).toContain("NOT expected: was not run: part 2 of 2 missing\n");
    expect(one.stdout).toMatch(/\nNOT as pinned: 1 of 2\n$/);
    // What is violated is worse.
    expect(await typed("merge", "red.json")).toMatchObject({ status: 12 });
    const ktap = await typed("merge", "green.json", "--format", "ktap");
    expect(ktap.stdout).toContain("    not ok 1 corridor\n");
  });

  it("are not green where one cannot be read", async () => {
    copied("red.json", "cut.json", (text) => text.slice(0, text.length / 2));
    const cut = await typed("merge", "cut.json", "green.json");
    expect(cut.status).toBe(4);
    expect(cut.stderr).toContain("cut.json is no part, or was cut off");
    const changed = copied("red.json", "changed.json", (text) => text.replace("violated", "holds"));
    const read = await typed("merge", changed, "green.json");
    expect(read.status).toBe(4);
    expect(read.stderr).toContain("changed.json is not as it was written");
    expect(await typed("merge", "cut.json")).toMatchObject({ status: 2 });
    // All parts, and something else.
    expect(await typed("merge", ...parts, "corridor.ts")).toMatchObject({ status: 12 });
    expect(await typed("merge", "gone.json", "green.json")).toMatchObject({ status: 4 });
  });

  it("are refused where they are not of one whole", async () => {
    copyFileSync(at("green.json"), at("again.json"));
    const twice = await typed("merge", "green.json", "again.json", "red.json");
    expect(twice).toMatchObject({ status: 2, stdout: "" });
    expect(twice.stderr).toContain("green.json and again.json are both part 1 of 2");
    // Somebody mended it meanwhile.
    writeFileSync(at("corridor.ts"), corridor);
    await typed("gate", "--shard", "1/2", "--output", "later.json", "--quiet");
    const later = await typed("merge", "later.json", "red.json");
    expect(later).toMatchObject({ status: 2, stdout: "" });
    expect(later.stderr).toContain("red.json is of other protocols");
  });

  it("do not go with what is of a whole", async () => {
    for (const args of [
      ["--update", "corridor.ts"],
      ["--format", "junit"],
    ]) {
      const run = await typed("gate", "--shard", "1/2", ...args);
      expect(run).toMatchObject({ status: 2 });
      expect(run.stderr).toContain("--shard");
    }
    expect(await typed("check", "corridor.ts", "--shard", "1/2")).toMatchObject({ status: 2 });
    // What is there and is no part is left.
    const taken = await typed("gate", "--shard", "1/2", "--output", "corridor.ts");
    expect(taken).toMatchObject({ status: 2 });
    expect(readFileSync(at("corridor.ts"), "utf8")).toBe(corridor);
  });
});

describe("shards of a table", () => {
  const timeless = (text: string): string => text.replace(/ +[\d.]+ s$/gm, "");

  it("are told as one run is, but for the time that runs took", async () => {
    writeFileSync(at("table.ts"), corridor);
    const whole = await typed("check", "table.ts", "--all", "--quiet");
    for (const shard of [1, 2]) {
      const args = ["--shard", `${shard}/2`, "--output", `t${shard}.json`, "--quiet"];
      expect(await typed("check", "table.ts", "--all", ...args)).toMatchObject({ status: 0 });
    }
    const merged = await typed("merge", "t1.json", "t2.json");
    expect({ ...merged, stdout: timeless(merged.stdout) }).toEqual({
      ...whole,
      stdout: timeless(whole.stdout),
    });
    const json = await typed("merge", "t2.json", "t1.json", "--format", "json");
    const rows = JSON.parse(json.stdout) as readonly { readonly verdict: string }[];
    expect(rows.map(({ verdict }) => verdict)).toEqual(["holds", "violated"]);
    expect(await typed("merge", "t1.json")).toMatchObject({ status: 4 });
    expect(await typed("merge", "t1.json", "red.json")).toMatchObject({ status: 2 });
  });
});

nightly(() => {
  describe("shards of what this repository pins", () => {
    it("are told as one run is, to the letter", async () => {
      const parts = [1, 2, 3].map((shard) => at(`own-${shard}.json`));
      for (const [position, part] of parts.entries()) {
        const shard = `${position + 1}/3`;
        const args = ["gate", "--shard", shard, "--output", part, "--quiet"];
        expect(await hintproof(args)).toMatchObject({ status: 0 });
      }
      expect(await hintproof(["merge", ...parts])).toEqual(await hintproof(["gate", "--quiet"]));
    });
  });
});
