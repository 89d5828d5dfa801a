import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { few, nightly, oneIn } from "../../toys/share.ts";
import { packageRoot } from "../package-root.ts";
import { type Case, casesOf, expectCounts, instances } from "./cases.ts";
import { engines, liveness } from "./engines.ts";
import { type Goal, goalsOf, reached, reachTable } from "./reach.ts";
import { comparison, growth, livenessRatios, median, type Row, spreadOf } from "./tables.ts";

const program = fileURLToPath(new URL("dist/cli/bench/main.js", packageRoot()));
const figures = fileURLToPath(new URL("figures.json", import.meta.url));

const linux = "linux-free-page-reporting";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hintproof-test-"));
});
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

/** A row as the tables get it: of a run that came to no verdict there is no time. */
function row(size: number, engine: string, measured: Partial<Row>): Row {
  const counts = { states: size * 1000, transitions: size * 2000 };
  return {
    model: "toy",
    size,
    engine,
    ...(measured.gaveUp === undefined ? counts : { states: undefined, transitions: undefined }),
    seconds: [],
    peakBytes: 2e6,
    runtimeBytes: 0,
    load: 1,
    ...measured,
  };
}

describe("the bench", () => {
  nightly(() => {
    it("finds the known counts with every engine that is installed", () => {
      const { status, stdout, stderr, left } = bench(["--short"]);
      expect(stderr).not.toContain("bench:");
      expect(status).toBe(0);
      expect(stdout).toContain("page-ring, 5: 9345 states, 47440 steps: hintproof");
      expect(stdout).toContain("two-phase-commit, 4: 1568 states, 8257 steps: hintproof");
      expect(stdout).toContain(
        "linux-free-page-reporting, blocks=1: 786 states, 1917 steps: hintproof",
      );
      expect(left).toEqual([]);
    });
  });

  nightly(() => {
    it("says which peer is missing, and goes on", () => {
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
          { model: "page-ring", size: 5, engine: "hintproof, liveness", states: 9345 },
          { model: "two-phase-commit", size: 4, engine: "hintproof", states: 1568 },
          { model: "two-phase-commit", size: 4, engine: "hintproof, reference", states: 1568 },
          { model: linux, size: "blocks=1", engine: "hintproof", states: 786 },
          { model: linux, size: "blocks=1", engine: "hintproof, reference", states: 786 },
          { model: linux, engine: "hintproof", states: 33_505, transitions: 124_246 },
          { model: linux, engine: "hintproof, reference", states: 33_505 },
        ],
      });
    });
  });

  nightly(() => {
    it.each(few(["states"], ["states", "transitions", "depth"]))(
      "fails before it prints a time where the known %s is another",
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
  });

  it.each(
    oneIn(4, [
      ["--repeat", "0"],
      ["--json", "package.json"],
      ["--limit", "soon"],
      ["--model", "no-such-model"],
      ["--row", "no-such-row"],
      ["--reach", "--large"],
      ["--short", "--large"],
      ["--unknown"],
    ] as const),
  )("refuses %s %s", (...args) => {
    expect(bench(args)).toMatchObject({ status: 1, stdout: "", left: [] });
  });

  it("prints medians, ratios, and what a state costs", () => {
    const rows = [
      row(1, "hintproof", { seconds: [3, 1, 2] }),
      row(1, "other", { seconds: [0.5] }),
      row(2, "hintproof", { seconds: [4] }),
      row(2, "other", { gaveUp: "not in 1 s" }),
    ];
    expect(comparison(rows, "hintproof").split("\n").slice(1, 3)).toEqual([
      "toy    1     hintproof   1,000  2,000       2.000  (1.000-3.000)       500    1,000        2   " +
        "             1.0            1.00",
      "toy    1     other       1,000  2,000       0.500  (0.500-0.500)     2,000    4,000        2   " +
        "             1.0            4.00",
    ]);
    expect(comparison(rows, "hintproof")).toContain("not in 1 s");
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it("prints bytes a state from a million states on, less what the process takes without any", () => {
    const bytes = (states: number, runtimeBytes: number) => {
      const measured = { states, peakBytes: 200e6, runtimeBytes };
      return comparison([row(1, "other", measured)], "hintproof").split("\n")[1];
    };
    expect(bytes(1_000_000, 120e6)).toMatch(/ 200 +80\.0 +1\.0$/);
    expect(bytes(1_000_000, 0)).toMatch(/ 200 +200\.0 +1\.0$/);
    expect(bytes(999_999, 0)).toMatch(/ 200 +1\.0$/);
  });

  it("prints what each further state costs, and how far that lies apart", () => {
    const measured = (seconds: number, megabytes: number) => ({
      seconds: [seconds],
      peakBytes: megabytes * 1e6,
    });
    const rows = [
      row(1000, "hintproof", measured(1, 100)),
      row(2000, "hintproof", measured(1.19, 119)),
      row(3000, "hintproof", measured(2.19, 159)),
      row(4000, "hintproof", measured(3.69, 259)),
      row(3000, "late", measured(1, 100)),
      row(4000, "late", measured(2, 90)),
      row(1000, "gave up between", measured(1, 100)),
      row(2000, "gave up between", { gaveUp: "not in 1 s" }),
      row(3000, "gave up between", measured(9, 900)),
    ];
    expect(growth(rows)).toBe(
      [
        "each further state  engine     costs         2000  3000  4000  largest / smallest",
        "toy                 hintproof  microseconds     -     1   1.5                1.50",
        "toy                 hintproof  bytes            -    40   100                2.50",
        "toy                 late       microseconds                 1",
        "toy                 late       bytes                        -",
        "",
      ].join("\n"),
    );
    expect(growth(rows.slice(0, 1))).toBe("");
    const nobodyBetween = rows.filter(({ engine }) => engine === "gave up between");
    expect(growth(nobodyBetween)).toBe("");
    const withoutMemory = rows.map((each) => ({ ...each, peakBytes: undefined }));
    expect(growth(withoutMemory)).not.toContain("bytes");
  });

  it("prints how many times as long a search takes with liveness", () => {
    const rows = [
      row(1, "hintproof", { seconds: [1, 2, 3] }),
      row(1, "hintproof, liveness", { seconds: [5] }),
      row(2, "hintproof", { seconds: [4] }),
      row(2, "hintproof, liveness", { gaveUp: "not in 1 s" }),
      row(3, "hintproof", { gaveUp: "time limit" }),
      row(3, "hintproof, liveness", { seconds: [8] }),
      row(4, "hintproof, liveness", { seconds: [9] }),
    ];
    expect(livenessRatios(rows, "hintproof, liveness", "hintproof")).toBe(
      'toy, "hintproof, liveness" / "hintproof", at most 4: ' +
        "2.50 at 1, not in 1 s at 2, time limit at 3, ? at 4\n",
    );
    expect(livenessRatios(rows.slice(0, 1), "hintproof, liveness", "hintproof")).toBe("");
  });

  it.each(["short", "normal", "large"] as const)("lets each model grow: %s", (reach) => {
    const cases = casesOf(reach, figures);
    for (const [at, { model, expected }] of cases.entries()) {
      const before = cases.slice(0, at).findLast((earlier) => earlier.model === model);
      expect(expected.states).toBeGreaterThan(before?.expected.states ?? 0);
    }
  });

  it("measures the search without liveness, and liveness where there is a property", async () => {
    const cases = casesOf("large", figures);
    const withLiveness = cases.filter((its) => liveness.has(its));
    expect(withLiveness.map(({ model, size }) => `${model} ${size}`)).toEqual([
      "page-ring 8",
      "page-ring 9",
      "page-ring 10",
    ]);
    const [its] = withLiveness as [Case];
    const build = { optimisation: undefined };
    for (const engine of engines.filter(({ name }) => name.startsWith("hintproof"))) {
      const command = (await engine.prepare(its, folder, build)).join(" ");
      expect(command).toContain("check page-ring --set pages=8 --no-symmetry");
      expect(command.includes("--no-liveness")).toBe(engine !== liveness);
      expect(command.includes("--workers 1 --property reportComesBack")).toBe(engine === liveness);
    }
  });

  it("leaves what takes one worker minutes to several", () => {
    const largest = casesOf("large", figures).filter(
      ({ expected }) => expected.states > 40_000_000,
    );
    expect(largest.map(({ protocol }) => protocol)).toEqual(["linux-free-page-reporting"]);
    expect(largest.some(engines[0].has)).toBe(false);
  });

  it("takes a vacuous search for a search, and no vacuous liveness for a proof", () => {
    const ended = (verdict: string, ...statuses: readonly string[]) => ({
      status: 15,
      stdout: JSON.stringify({
        verdict,
        properties: statuses.map((status) => ({ name: "reportComesBack", status })),
        statistics: { distinctStates: 3, transitions: 4, depth: 2, unreducedStates: 3 },
      }),
      stderr: "",
      seconds: 1,
      firstOutputSeconds: 1,
      cpuSeconds: undefined,
      peakBytes: undefined,
      overLimit: false,
    });
    const counts = { states: 3, transitions: 4, depth: 2 };
    expect(engines[0].read(ended("vacuous", "never seen"))).toEqual(counts);
    expect(liveness.read(ended("holds", "holds"))).toEqual(counts);
    expect(() => liveness.read(ended("vacuous", "vacuous"))).toThrow("liveness says vacuous");
    expect(() => liveness.read(ended("holds", "not checked"))).toThrow("liveness says holds");
    expect(() => liveness.read(ended("holds"))).toThrow("liveness says holds");
    expect(() => engines[0].read(ended("violated", "violated"))).toThrow("hintproof says violated");
    expect(liveness.read(ended("incomplete", "holds"))).toEqual({ gaveUp: "incomplete" });
  });

  it("has a model in C, Promela and Murphi of the real protocol, with the constants of an instance", async () => {
    const known = instances(figures);
    const has = (size: string, more: { symmetry?: boolean; variant?: string } = {}) => {
      const its = known({ protocol: linux, size, symmetry: false });
      const changed = { ...its, ...more };
      return engines.filter((engine) => engine.has(changed)).map(({ name }) => name);
    };
    const peers = ["C by hand", "SPIN fitted", "Rumur"];
    expect(has("blocks=2 capacity=2")).toEqual(expect.arrayContaining(peers));
    expect(has("blocks=2 capacity=2", { symmetry: true })).not.toContain("C by hand");
    expect(has("blocks=2 capacity=2", { variant: "notifies-on-split" })).not.toContain(
      "SPIN fitted",
    );
    expect(has("blocks=1 users=2 allocationFailures=true deviceErrors=true")).toContain("Rumur");
    // A model that fails in both ways or in none says nothing of one that fails in one.
    const its = known({ protocol: linux, size: "blocks=2", symmetry: false });
    for (const size of ["blocks=2 deviceErrors=true", "blocks=2 divisor=2"]) {
      expect(
        engines.filter((engine) => engine.has({ ...its, size })).map(({ name }) => name),
      ).toEqual(["hintproof", "hintproof, reference"]);
    }
  });

  it("does not ask for a figure that an engine does not report", () => {
    const expected = { states: 3, transitions: 4, depth: 2 };
    const its = {
      protocol: "toy",
      model: "toy",
      size: 1,
      constants: [],
      symmetry: false,
      liveness: undefined,
      expected,
    } as const;
    expect(() => expectCounts("an engine", its, { states: 3, transitions: 4 })).not.toThrow();
    expect(() => expectCounts("an engine", its, { states: 3, transitions: 5 })).toThrow(
      "an engine finds 5 as transitions of toy, 1; known is 4.",
    );
  });

  describe("what is wanted", () => {
    const [[goal]] = goalsOf(figures, true) as [[Goal]];
    const [ours] = goal.ours;
    const measured = (cpu: readonly number[], more: Partial<Row> = {}) =>
      row(1, "any", { seconds: cpu, cpuSeconds: cpu, ...more });
    const outcome = (mine: Row | undefined, other: Row | undefined, of: Partial<Goal> = {}) => {
      const { value, status } = reached({ ...goal, ...of }, (entry) =>
        entry === ours ? mine : other,
      );
      return [value, status];
    };

    it.each([true, false])(
      "has rows with names of their own, and known counts: short %s",
      (short) => {
        const goals = goalsOf(figures, short).flat();
        expect(new Set(goals.map(({ name }) => name)).size).toBe(goals.length);
        // Ratios below one, and figures: nothing aims at less than must be.
        for (const { must, aim = must } of goals) expect(aim).toBeLessThanOrEqual(must);
      },
    );

    it("is judged by the medians of the same runs", () => {
      const peer = measured([9, 2, 1]);
      expect(outcome(measured([4, 1, 99]), peer)).toEqual([2, "must"]);
      expect(outcome(measured([2, 1, 99]), peer)).toEqual([1, "aim"]);
      expect(outcome(measured([6, 1, 99]), peer)).toEqual([3, "falls short"]);
      expect(outcome(measured([2]), undefined, { peer: undefined })).toEqual([2, "must"]);
      const noAim = { peer: undefined, aim: undefined };
      expect(outcome(measured([2.5]), undefined, noAim)).toEqual([2.5, "must"]);
    });

    it("is not reached by what was not measured", () => {
      const none = [undefined, "not measured"];
      expect(outcome(measured([1]), undefined)).toEqual(none);
      expect(outcome(undefined, measured([1]))).toEqual(none);
      expect(outcome(measured([]), measured([1]))).toEqual(none);
      expect(outcome(measured([1]), measured([]))).toEqual(none);
      expect(outcome(measured([1]), measured([1], { gaveUp: "not in 1 s" }))).toEqual(none);
      expect(outcome(measured([1], { gaveUp: "time limit" }), measured([1]))).toEqual(none);
      const bytes = { of: "bytes a state", peer: undefined, must: 48, aim: 36 } as const;
      // Too few states to tell, and no GNU time.
      expect(outcome(measured([1]), undefined, bytes)).toEqual(none);
      const large = { states: 1e6, peakBytes: undefined };
      expect(outcome(measured([1], large), undefined, bytes)).toEqual(none);
      expect(outcome(measured([1], { states: 1e6, peakBytes: 40e6 }), undefined, bytes)).toEqual([
        40,
        "must",
      ]);
    });

    it("compares what a further state costs, and only if each size was measured", () => {
      const sizes = [1, 2, 4, 5].map((size) => row(size * 1000, "hintproof", {}));
      const rows: readonly Row[] = sizes.map((one, at) => ({
        ...one,
        cpuSeconds: [[1, 2, 8, 8.1][at] ?? 0],
      }));
      expect(spreadOf(rows)).toBe(3);
      expect(spreadOf(rows.with(1, { ...sizes[1], states: undefined } as Row))).toBeUndefined();
      expect(spreadOf(rows.with(2, sizes[2] as Row))).toBeUndefined();
      expect(spreadOf([undefined, ...rows])).toBeUndefined();
    });

    it("is printed with why it was not measured", () => {
      const gaveUp = row(1, "C by hand", { gaveUp: "not in 1 s" });
      const found = [measured([1]), gaveUp].map((peer) =>
        reached(goal, (entry) => (entry === ours ? measured([2]) : peer)),
      );
      expect(reachTable(found).split("\n").slice(1, 3)).toEqual([
        expect.stringMatching(/^linux-against-c .* CPU seconds +2 +1 +2 +2\.5 +1 +must$/),
        expect.stringMatching(/ CPU seconds +2 +2\.5 +1 +C by hand: not in 1 s$/),
      ]);
    });

    nightly(() => {
      it("counts in each row what is known, on small instances", () => {
        const { status, stdout, stderr, left } = bench(["--reach", "--short"]);
        expect(stderr).not.toContain("bench:");
        expect(status).toBe(0);
        for (const { name, isApart } of goalsOf(figures, true).flat()) {
          expect(stdout.includes(`${name}: `)).toBe(isApart !== true);
        }
        expect(left).toEqual([]);
      });
    });

    it("measures the rows that are named", () => {
      const json = join(folder, "reach.json");
      const { status, stdout } = bench(["--row", "wide-states", "--short", "--json", json]);
      expect(stdout).toBe("wide-states: hintproof (20), hintproof, reference (20)\n");
      expect(status).toBe(0);
      expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({
        rows: [{ name: "wide-states", runs: [{ states: 21 }, { engine: "hintproof, reference" }] }],
      });
    });
  });
});
