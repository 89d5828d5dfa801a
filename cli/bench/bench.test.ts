import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "../built-command.ts";
import { packageRoot } from "../package-root.ts";
import { expectCounts } from "./cases.ts";
import { comparison, growth, median, type Row } from "./tables.ts";

const program = fileURLToPath(new URL("dist/cli/bench/main.js", packageRoot()));
const figures = fileURLToPath(new URL("figures.json", import.meta.url));

let folder = "";
beforeAll(() => {
  build();
  folder = mkdtempSync(join(tmpdir(), "hintproof-test-"));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Its temporary files are in a folder of the test's own. */
function bench(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const temporary = mkdtempSync(join(folder, "tmp-"));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    env: { ...process.env, TMPDIR: temporary, ...env },
  });
  return { status, stdout, stderr, left: readdirSync(temporary) };
}

describe("the bench", () => {
  it("finds the known counts with every engine that is installed", { timeout: 60_000 }, () => {
    const { status, stdout, stderr, left } = bench(["--short"]);
    expect(stderr).not.toContain("bench:");
    expect(status).toBe(0);
    expect(stdout).toContain("page-ring, 5: 9345 states, 47440 steps: hintproof");
    expect(stdout).toContain("two-phase-commit, 4: 1568 states, 8257 steps: hintproof");
    expect(left).toEqual([]);
  });

  it("says which peer is missing, and goes on", { timeout: 60_000 }, () => {
    const json = join(folder, "bench.json");
    const { status, stdout } = bench(["--short", "--json", json], { PATH: folder });
    expect(status).toBe(0);
    expect(stdout).toContain("C by hand is left out; not installed: gcc\n");
    expect(stdout).toContain("SPIN -w26 is left out; not installed: spin, gcc\n");
    expect(stdout).toContain("Rumur is left out; not installed: rumur, gcc\n");
    expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({
      rows: [
        { model: "page-ring", size: 5, engine: "hintproof", states: 9345, transitions: 47_440 },
        { model: "page-ring", size: 5, engine: "hintproof, reference", states: 9345 },
        { model: "two-phase-commit", size: 4, engine: "hintproof", states: 1568 },
        { model: "two-phase-commit", size: 4, engine: "hintproof, reference", states: 1568 },
      ],
    });
  });

  it.each(["states", "transitions", "depth"])(
    "fails before it prints a time where the known %s is another",
    { timeout: 60_000 },
    (figure) => {
      const known = JSON.parse(readFileSync(figures, "utf8")) as Record<
        string,
        Record<string, Record<string, number>>
      >;
      const instance = known["two-phase-commit"]?.["4"] ?? {};
      instance[figure] = (instance[figure] ?? 0) + 1;
      const wrong = join(folder, `wrong-${figure}.json`);
      writeFileSync(wrong, JSON.stringify(known));
      const run = bench(["--short", "--model", "two-phase-commit", "--figures", wrong]);
      expect(run.status).toBe(1);
      expect(run.stdout).not.toContain("two-phase-commit");
      expect(run.stderr).toMatch(
        new RegExp(`hintproof finds \\d+ as ${figure} of two-phase-commit`),
      );
      expect(run.left).toEqual([]);
    },
  );

  it.each([
    ["--repeat", "0"],
    ["--limit", "soon"],
    ["--model", "no-such-model"],
    ["--short", "--large"],
    ["--unknown"],
  ])("refuses %s %s", (...args) => {
    expect(bench(args)).toMatchObject({ status: 1, stdout: "", left: [] });
  });

  it("prints medians, ratios, and what a state costs", () => {
    const row = (size: number, engine: string, seconds: readonly number[]): Row => ({
      model: "toy",
      size,
      engine,
      seconds,
      peakBytes: 2e6,
      load: 1,
      states: size * 1000,
      transitions: size * 2000,
    });
    const rows = [
      row(1, "hintproof", [3, 1, 2]),
      row(1, "other", [0.5]),
      row(2, "hintproof", [4]),
      { ...row(2, "other", []), states: undefined, gaveUp: "not in 1 s" },
    ];
    expect(comparison(rows, "hintproof").split("\n").slice(1, 3)).toEqual([
      "toy    1     hintproof   1,000  2,000       2.000  (1.000-3.000)       500    1,000        2   1.0" +
        "            1.00",
      "toy    1     other       1,000  2,000       0.500  (0.500-0.500)     2,000    4,000        2   1.0" +
        "            4.00",
    ]);
    expect(comparison(rows, "hintproof")).toContain("not in 1 s");
    expect(growth(rows)).toMatch(/toy +hintproof +2000 +2000 +2000/);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it("does not ask for a figure that an engine does not report", () => {
    const expected = { states: 3, transitions: 4, depth: 2 };
    const its = {
      protocol: "toy",
      model: "toy",
      size: 1,
      constants: [],
      symmetry: false,
      expected,
    } as const;
    expect(() => expectCounts("an engine", its, { states: 3, transitions: 4 })).not.toThrow();
    expect(() => expectCounts("an engine", its, { states: 3, transitions: 5 })).toThrow(
      "an engine finds 5 as transitions of toy, 1; known is 4.",
    );
  });
});
