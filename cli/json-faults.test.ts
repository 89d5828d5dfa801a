import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { fitsSchema } from "../toys/fits-schema.ts";
import { isForAgent } from "./agent.ts";
import { initFiles } from "./init-files.ts";

const folder = folderOutside();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "hint.ts"), initFiles[0].text);
writeFileSync(join(folder, "broken.ts"), "const x = ;\n");
const run = (...args: readonly string[]) => hintproof(args, { cwd: folder });

describe("an error, where the answer was to be JSON", () => {
  it.each([
    [["check", "broken.ts"], 3, "spec", /Unexpected ";"/],
    [["check", "hint.ts", "--variant", "none"], 2, "command line", /has no variant none/],
    [["check", "hint.ts", "--smallest", "--random"], 2, "command line", /--random/],
    [["check", "hint.ts", "--nonsense"], 2, "command line", /unknown option/],
  ] as const)("is JSON as well: %s", async (args, expected, of, message) => {
    const { status, stdout, stderr } = await run(...args, "--format", "json");
    expect(status).toBe(expected);
    const printed: unknown = JSON.parse(stdout);
    expect(printed).toMatchObject({
      fault: { of, message: expect.stringMatching(message) as string, status },
    });
    expect(fitsSchema(printed), JSON.stringify(fitsSchema.errors)).toBe(true);
    expect(stderr).not.toBe("");
  });
});

/** A protocol, a variant that claims less, and one that claims more, of what it has itself. */
const claims = `import { declare, range, variant } from "hintproof";
const { action, invariant, spec } = declare({ constants: {}, state: { n: range(0, 3) } });
const goes = action("somebody", { when: ({ n }) => n < 3, effect: (state) => { state.n += 1; } });
const counter = spec({
  name: "counter",
  title: "counts",
  actions: { goes },
  invariants: { staysBelowThree: invariant(({ n }) => n < 3) },
  mayEnd: () => true,
});
export default counter;
export const claimsLess = variant(counter, {
  name: "claims-less",
  because: "it may count further",
  expects: "holds",
  change: { properties: { staysBelowThree: "removed" } },
});
export const claimsMore = variant(counter, {
  name: "claims-more",
  because: "it notes how often it counts",
  expects: "holds",
  state: { times: range(0, 9) },
  change: ({ invariant }) => ({
    actions: { goes: { afterwards: (state) => { state.times += 1; } } },
    properties: { staysBelowThree: "removed", timesAreNoted: invariant(({ n, times }) => n === times) },
  }),
});
`;
writeFileSync(join(folder, "claims.ts"), claims);

/** The status of each property that two versions say other things of, and what it would be where it is not claimed. */
async function claimsOf(...versions: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await run("diff", "claims.ts", ...versions, "--format", "json");
  expect(stderr).not.toContain("rror");
  const { properties } = JSON.parse(stdout) as {
    readonly properties: readonly { name: string; status: unknown; would: unknown }[];
  };
  return Object.fromEntries(properties.map(({ name, status, would }) => [name, { status, would }]));
}

describe("two versions of a file", () => {
  it("say what they would of a property that only the other claims", async () => {
    expect(await claimsOf("claims-less")).toEqual({
      staysBelowThree: {
        status: ["violated after 3 steps", null],
        would: [null, "violated after 3 steps"],
      },
    });
    const { stdout } = await run("diff", "claims.ts", "claims-less");
    expect(stdout).toContain("not claimed (if asked: violated after 3 steps)");
  });

  it("are not asked of variables that they do not have", async () => {
    expect(await claimsOf("claims-more")).toEqual({
      staysBelowThree: {
        status: ["violated after 3 steps", null],
        would: [null, "violated after 3 steps"],
      },
      timesAreNoted: { status: [null, "holds"], would: [null, null] },
    });
  });

  it("are the same with 0, and differ with 5, as JSON", async () => {
    expect((await run("diff", "hint.ts", "hint.ts")).status).toBe(0);
    const { status, stdout } = await run("diff", "hint.ts", "does-not-wait", "--format", "json");
    expect(status).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({
      versions: [{ verdict: "holds" }, { verdict: "violated" }],
      steps: { isWhole: true, byAction: expect.arrayContaining([]) as unknown[] },
      behaviours: "neither says which states pages are in",
    });
  });
});

describe("whoever pays for each line", () => {
  it("is told nothing of progress, time and memory", async () => {
    const args = ["check", "hint.ts"];
    const { stderr } = await hintproof(args, { cwd: folder, env: { AI_AGENT: "anybody" } });
    expect(stderr).toBe("");
    expect((await run(...args)).stderr).toMatch(/states\/s/);
    expect(isForAgent({ AI_AGENT: "" })).toBe(false);
  });
});
