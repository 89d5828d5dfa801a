import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderOutside, hintproof, type Run } from "../toys/built-command.ts";
import { smallerThan } from "./smallest.ts";

/** Workers that take pages out of a pool, one of them without asking whether there is one. */
const pool = `
import { declare, range, interchangeable, each } from "hintproof";

const user = interchangeable("user", ({ users }: { users: number }) => users);
const { action, invariant, spec } = declare({
  constants: { users: 3, pages: 2 },
  state: { free: range(-9, 9), held: each(user, range(0, 9)) },
});

export default spec({
  name: "pool",
  title: "a pool of pages",
  initial: (state, { pages }) => { state.free = pages; },
  actions: {
    userTakes: action(user, {
      when: (state, self, { users }) => state.held[self] < 2 && users > 1,
      effect: (state, self) => { state.held[self] += 1; state.free -= 1; },
    }),
    userGives: action(user, {
      when: (state, self) => state.held[self] > 0,
      effect: (state, self) => { state.held[self] -= 1; state.free += 1; },
    }),
  },
  invariants: {
    nothingIsOwed: invariant((state) => state.free >= 0),
    notAllIsTaken: invariant((state) => state.free > 0),
  },
});
`;

describe("what is found violated", () => {
  const folder = folderOutside();
  const traces = join(folder, ".hintproof", "traces");
  const typed = (...args: readonly string[]): Promise<Run> => hintproof(args, { cwd: folder });
  let found: Run;

  beforeAll(async () => {
    writeFileSync(join(folder, "pool.ts"), pool);
    expect((await typed("check", "pool.ts", "--no-trace")).status).toBe(12);
    expect(existsSync(join(folder, ".hintproof"))).toBe(false);
    found = await typed("check", "pool.ts");
  });

  it("is kept, all of it, where git does not look", () => {
    expect(found.status).toBe(12);
    expect(readdirSync(traces).map((name) => name.slice(0, -"-0000.json".length))).toEqual([
      "notAllIsTaken",
      "nothingIsOwed",
    ]);
    expect(readFileSync(join(folder, ".hintproof", ".gitignore"), "utf8")).toBe("*\n");
  });

  it("is taken again by the name that is printed, in each form", async () => {
    const [, name = ""] = /^ again: hintproof replay (\S+)$/m.exec(found.stdout) ?? [];
    expect(name).toMatch(/^notAllIsTaken-[0-9a-f]{4}$/);
    const drawn = await typed("replay", name);
    expect(drawn.status).toBe(12);
    expect(drawn.stdout).toContain(`\n again: hintproof replay ${name}\n`);
    const forms = ["json", "itf", "mermaid", "dot", "vitest"];
    const runs = await Promise.all(forms.map((form) => typed("replay", name, "--format", form)));
    for (const { status } of runs) expect(status).toBe(12);
    const [json, itf, mermaid, dot, vitest] = runs.map(({ stdout }) => stdout);
    expect(JSON.parse(json ?? "")).toMatchObject({ protocol: "pool", outcome: "violated" });
    expect(JSON.parse(itf ?? "")).toMatchObject({
      vars: ["free", "held", "mbt::actionTaken", "mbt::nondetPicks"],
    });
    expect(mermaid).toContain("sequenceDiagram\n");
    expect(dot).toMatch(/^digraph story \{\n/);
    expect(vitest).toContain('\nimport * as protocol from "./pool.ts";\n');
  });

  it("stands in a comment of C, no wider than is asked for", async () => {
    const indented = await typed("check", "pool.ts", "--indent", " * ", "--width", "50", "--quiet");
    const chart = indented.stdout.slice(0, indented.stdout.indexOf(" *  again:")).split("\n");
    expect(chart.length).toBeGreaterThan(8);
    for (const line of chart.slice(0, -1)) {
      expect(line.startsWith(" *")).toBe(true);
      expect(line.length).toBeLessThanOrEqual(50);
    }
  });

  it("is shown at the smallest constants, of which it says how many there were", async () => {
    const { status, stdout, stderr } = await typed("check", "pool.ts", "--smallest");
    expect(status).toBe(12);
    expect(stderr).toContain(
      "the smallest that shows it: users=2 pages=1 (3 smaller instances were looked at)\n",
    );
    expect(stdout).toMatch(/^ pool, users=2 pages=1: violated\n not all is taken, after 1 step/);
    const elsewhere = await typed("check", "pool.ts", "--smallest", "--random");
    expect(elsewhere.status).toBe(2);
  });

  it("is told all the same where it cannot be kept", async () => {
    const closed = join(folder, "closed");
    mkdirSync(closed);
    writeFileSync(join(closed, "pool.ts"), pool);
    writeFileSync(join(closed, ".hintproof"), "a file");
    chmodSync(closed, 0o500);
    const { status, stdout, stderr } = await hintproof(["check", "pool.ts"], { cwd: closed });
    expect(status).toBe(12);
    expect(stderr).toContain("counterexamples are not kept: ");
    expect(stdout).toContain("not all is taken");
    expect(stdout).not.toContain(" again: ");
  });
});

describe("smaller instances", () => {
  it("have no greater constant, and come by their sum", () => {
    expect(smallerThan({ blocks: 2, users: 2, order: 1, off: 0, isOn: true })).toEqual([
      { blocks: 1, users: 1, order: 1, off: 0, isOn: true },
      { blocks: 1, users: 2, order: 1, off: 0, isOn: true },
      { blocks: 2, users: 1, order: 1, off: 0, isOn: true },
    ]);
    expect(smallerThan({ order: 1, isOn: false })).toEqual([]);
  });
});
