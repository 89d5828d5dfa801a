import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { nightly, oneIn } from "../toys/share.ts";
import { contradictions, refuseContradictions } from "./contradictions.ts";
import type { CheckOptions } from "./options.ts";
import { optionTable } from "./option-table.ts";
import { fitsSchema } from "../toys/fits-schema.ts";

/** A lamp that somebody switches on, and never off again. */
const lamp = `
import { declare, oneOf } from "hintproof";
const { action, invariant, spec, witness } = declare({
  constants: {},
  state: { light: oneOf("off", "on") },
});
export const lamp = spec({
  name: "lamp",
  title: "a lamp",
  actions: {
    switches: action("somebody", { effect: (state) => { state.light = "on"; } }),
  },
  invariants: { isOffOrOn: invariant((state) => state.light !== undefined) },
  witnesses: { isOn: witness((state) => state.light === "on") },
  mayEnd: () => true,
});
`;

const files = {
  "lamp.ts": `${lamp}export default lamp;`,
  /** The default export is a variant, and the base is exported too. */
  "change.ts": `import { variant } from "hintproof";
import { lamp } from "./lamp";
export { lamp };
export default variant(lamp, {
  name: "never-on",
  because: "a test",
  change: { actions: { switches: { effect: (state) => { state.light = "off"; } } } },
  expects: { breaks: ["isOn"] },
});
export const same = variant(lamp, {
  name: "the-same",
  because: "a test",
  change: { constants: {} },
  expects: { breaks: ["isOn"] },
});
export const asEver = variant(lamp, {
  name: "as-ever",
  because: "a test",
  change: { constants: {} },
  expects: "holds",
});`,
  /** Two rows together would call more often than it allows for. */
  "counting.ts": `import { declare, oneOf, variant } from "hintproof";
const { action, invariant, spec } = declare({ constants: {}, state: { light: oneOf("off", "on") } });
let calls = 0;
const counting = spec({
  name: "counting",
  title: "a lamp whose author counts calls",
  actions: {
    switches: action("somebody", {
      when: (state) => state.light === "off",
      effect: (state) => { calls += 1; state.light = "on"; },
    }),
  },
  invariants: { isNew: invariant(() => calls < 10) },
  mayEnd: () => true,
});
export default counting;
export const again = variant(counting, {
  name: "again",
  because: "a test",
  change: { constants: {} },
  expects: "holds",
});`,
  /** The row before ends at its violation, and has remembered its own limit by then. */
  "remembering.ts": `import { declare, range, variant } from "hintproof";
const { action, invariant, spec } = declare({ constants: { most: 3 }, state: { n: range(0, 9) } });
let limit: number | undefined;
const limitOf = (c: { most: number }) => (limit ??= c.most);
const up = action("a", { when: (s, c) => s.n < limitOf(c), effect: (s) => { s.n += 1; } });
const down = action("a", { when: (s) => s.n > 0, effect: (s) => { s.n -= 1; } });
const base = spec({
  name: "remembering",
  title: "remembers its limit",
  actions: { up, down },
  invariants: {
    low: invariant((s) => s.n <= 5),
    notOne: invariant((s, c) => c.most !== 4 || s.n !== 1),
  },
});
export default base;
export const four = variant(base, {
  name: "four",
  because: "a test",
  change: { constants: { most: 4 } },
  expects: { breaks: ["notOne"] },
});
export const nine = variant(base, {
  name: "nine",
  because: "a test",
  change: { constants: { most: 9 } },
  expects: { breaks: ["low"] },
});`,
  "more/deep/lamp-of-mine.ts": `${lamp}export default lamp;`,
  "more/part.ts": `import { oneOf } from "hintproof"; export const part = oneOf("a", "b");`,
  "empty/readme.md": "Nothing.",
  "more/script.ts": `console.log("script was run"); throw new Error("script was run");`,
  "more/lamp.test.ts": `throw new Error("a test was run");`,
  "more/lamp.d.ts": `throw new Error("a declaration was run");`,
  "more/node_modules/other/lamp.ts": `throw new Error("what is installed was run");`,
};

let user = "";
beforeAll(() => {
  user = folderOutside();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(user, name)), { recursive: true });
    writeFileSync(join(user, name), text);
  }
});

const run = (...args: readonly string[]): ReturnType<typeof hintproof> =>
  hintproof(args, { cwd: user });

describe("several protocols in one table", () => {
  nightly(() => {
    it("keeps for a row nothing that functions kept in another", async () => {
      const rows = ["counting.ts", "remembering.ts"].map((file) =>
        run("check", file, "--all", "--workers", "1"),
      );
      const [counting, remembering] = await Promise.all(rows);
      expect(counting?.stdout).toContain("as expected: all 2");
      expect(remembering?.stdout).toContain("as expected: all 3");
    });
  });

  it("checks each of the files that are named", async () => {
    const { stdout, status } = await run("check", "lamp.ts", "change.ts");
    expect(stdout).toMatch(/^lamp\.ts: lamp\n.*\n\(the protocol itself\) +holds +yes /m);
    expect(stdout).toMatch(/^change\.ts: lamp\n.*\nnever-on +vacuous +yes /m);
    expect(stdout).not.toContain("the-same");
    expect(stdout).toMatch(/as expected: all 2\n$/);
    expect(status).toBe(0);
  });

  it("checks all variants of each with --all", async () => {
    const { stdout, status } = await run("check", "lamp.ts", "change.ts", "--all");
    expect(stdout).toMatch(/^the-same +holds +NO /m);
    expect(stdout).toMatch(/NOT as expected: 1 of 5\n$/);
    expect(status).toBe(5);
  });

  it.each(oneIn(2, [["more"], ["more/"], ["more/**/*.ts"]]))(
    "finds the protocols in %s, and runs nothing else there",
    async (name) => {
      const { stdout, stderr, status } = await run("check", name);
      expect(stdout).toMatch(/^more\/deep\/lamp-of-mine\.ts: lamp\n/m);
      expect(stdout).toMatch(/as expected: all 1\n$/);
      expect(stderr).toContain("no protocol, and left out: more/part.ts");
      expect(stdout + stderr).not.toContain("was run");
      expect(status).toBe(0);
    },
  );

  nightly(() => {
    it("says of each row in JSON which file it is from", async () => {
      const { stdout } = await run(
        "check",
        "lamp.ts",
        "more",
        "two-phase-commit",
        "--format",
        "json",
      );
      const rows = JSON.parse(stdout) as readonly { readonly file?: string }[];
      expect(fitsSchema(rows), JSON.stringify(fitsSchema.errors)).toBe(true);
      expect(rows.map(({ file }) => file)).toEqual([
        "lamp.ts",
        "more/deep/lamp-of-mine.ts",
        undefined,
      ]);
    });
  });

  it("holds a shipped protocol against the record, beside files of the user's", async () => {
    const { stdout, status } = await run(
      "check",
      "two-phase-commit",
      "lamp.ts",
      "two-phase-commit",
    );
    expect(stdout).toMatch(/as expected: all 2\n$/);
    expect(status).toBe(0);
  });

  it.each(
    oneIn(2, [
      [["more/part.ts", "lamp.ts"], "more/part.ts is not a protocol"],
      [["nowhere/*.ts"], "No file fits nowhere/*.ts."],
      [["more/node_modules"], "There is no protocol in more/node_modules."],
      [["empty"], "There is no TypeScript file in empty."],
      [["more/p*.ts"], "There is no protocol in more/p*.ts (more/part.ts: no default export"],
      [["more/s*.ts"], "There is no protocol in more/s*.ts."],
      [
        ["lamp.ts", "change.ts", "--variant", "never-on"],
        "--variant is for one protocol at a time.",
      ],
      [["lamp.ts", "change.ts", "--set", "a=1"], "--set is for one protocol at a time."],
      [["more", "--resume", "kept"], "--resume is for one protocol at a time."],
      [
        ["lamp.ts", "more", "--output", "lamp.ts"],
        "--output lamp.ts: it is the protocol to be checked",
      ],
      [["lamp.ts", "--update-record"], "--update-record is for protocols with all their variants"],
      [["lamp.ts", "--all", "--update-record"], "--update-record: lamp is not as it is shipped"],
      [
        ["page-ring", "--all", "--set", "pages=4", "--update-record"],
        "--update-record: page-ring is not as it is shipped",
      ],
    ] as const),
  )("%j: %s", async (args, message) => {
    const { stdout, stderr, status } = await run("check", ...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

describe("a variant by itself", () => {
  it("is what is checked where it is the default export", async () => {
    const { stdout, status } = await run("check", "change.ts");
    expect(stdout).toContain("vacuous: is on was never seen");
    expect(stdout).toContain("as expected of never-on");
    expect(status).toBe(15);
  });

  it("ends with 5 where it holds and is expected to break something", async () => {
    const { stdout, status } = await run("check", "change.ts", "--variant", "the-same");
    expect(stdout).toContain("NOT as expected of the-same: expected to break is on, which holds");
    expect(status).toBe(5);
    const json = await run("check", "change.ts", "--variant", "the-same", "--format", "json");
    const report = JSON.parse(json.stdout) as { readonly expected?: boolean };
    expect(fitsSchema(report), JSON.stringify(fitsSchema.errors)).toBe(true);
    expect(report.expected).toBe(false);
    expect(json.status).toBe(5);
  });

  nightly(() => {
    it("says nothing where what is expected was not asked, or not decided", async () => {
      const part = await run(
        "check",
        "change.ts",
        "--variant",
        "the-same",
        "--property",
        "isOffOrOn",
      );
      expect(part.stdout).not.toContain("as expected");
      expect(part.status).toBe(0);
      const cut = await run("check", "change.ts", "--variant", "as-ever", "--max-states", "1");
      expect(cut.stdout).not.toContain("as expected");
      expect(cut.status).toBe(4);
    });
  });

  it("says nothing of the protocol itself", async () => {
    const { stdout, status } = await run("check", "lamp.ts");
    expect(stdout).not.toContain("as expected");
    expect(status).toBe(0);
  });
});

describe("a table without symmetry", () => {
  it("looks at every state, and holds what is violated against the record", async () => {
    const { stdout, status } = await run("check", "two-phase-commit", "--all", "--no-symmetry");
    expect(stdout).toMatch(/^\(the protocol itself\) +holds +yes +288 /m);
    expect(stdout).toContain(
      "as expected: all 3; numbers of states are recorded with symmetry only",
    );
    expect(status).toBe(0);
  });

  it("writes no record, which is of the symmetry that is declared", () => {
    const options = { updateRecord: true, symmetry: false } as CheckOptions;
    expect(() => refuseContradictions([], options, true)).toThrow(
      "--no-symmetry does not go with --update-record: what is recorded is found with the symmetry that is declared.",
    );
    expect(() => refuseContradictions([], { ...options, symmetry: true }, true)).not.toThrow();
    expect(() => refuseContradictions([], { ...options, updateRecord: false }, true)).not.toThrow();
  });
});

describe("the table of contradictions", () => {
  it("names options that there are", () => {
    const known = optionTable.map(({ flag }) => flag.split(" ")[0]);
    for (const { options } of contradictions) {
      for (const option of options) expect(known).toContain(option);
    }
  });
});
