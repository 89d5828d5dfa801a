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

describe("two versions of a file", () => {
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
