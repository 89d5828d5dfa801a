import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { nightly } from "../toys/share.ts";
import { folderOutside, hintproof, type Run } from "../toys/built-command.ts";
import { broken, corridor } from "../toys/corridor.ts";

describe("hintproof gate", () => {
  const folder = folderOutside();
  const at = (name: string): string => join(folder, name);
  const gate = (...args: readonly string[]): Promise<Run> =>
    hintproof(["gate", ...args, "--quiet"], { cwd: folder });
  const withSpec = (text: string): void => writeFileSync(at("corridor.ts"), text);
  const pins = (): string => readFileSync(at("hintproof.gate.json"), "utf8");

  beforeAll(async () => {
    withSpec(corridor);
    expect(await gate()).toMatchObject({ status: 2 });
    expect(await gate("--update", "corridor.ts")).toMatchObject({
      status: 0,
      stdout:
        "corridor: holds with 3 states; it was not pinned\n" +
        "corridor / forgets: violated: noLightInAnEmptyCorridor, with 4 states; it was not pinned\n" +
        "written: hintproof.gate.json, 2 runs\n",
    });
  });

  it("is green where all is as it is pinned", async () => {
    const { status, stdout } = await gate();
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nas pinned: all 2\n$/);
  });

  it("is red with the race chart where something is violated that was not, and green with the fix", async () => {
    const before = pins();
    withSpec(broken);
    const { status, stdout } = await gate();
    expect(status).toBe(12);
    expect(stdout).toContain(
      "no light in an empty corridor is recorded to hold with 3 states; it is violated after 3 steps\n",
    );
    expect(stdout).toContain("\n* 3 everybody leaves\n");
    expect(stdout).toMatch(/ again: hintproof replay noLightInAnEmptyCorridor-[0-9a-f]{4}\n/);
    // Its variant is as it was: what it breaks is broken.
    expect(stdout).toMatch(/\nNOT as pinned: 1 of 2\n$/);
    expect(pins()).toBe(before);
    withSpec(corridor);
    expect(await gate()).toMatchObject({ status: 0 });
  });

  nightly(() => {
    it("pins what is so today only if it is asked to, and says what that changes", async () => {
      const before = pins();
      withSpec(broken);
      const { status, stdout } = await gate("--update");
      expect(status).toBe(0);
      expect(stdout).toContain("corridor: no light in an empty corridor is recorded to hold");
      expect(await gate()).toMatchObject({ status: 0 });
      withSpec(corridor);
      // What is mended is another one, too.
      expect(await gate()).toMatchObject({ status: 5 });
      expect(await gate("--update")).toMatchObject({ status: 0 });
      expect(pins()).toBe(before);
      expect((await gate("--update")).stdout).toBe("as it was: hintproof.gate.json, 2 runs\n");
    });
  });

  nightly(() => {
    it("is red where a run says nothing, and pins none", async () => {
      const before = pins();
      withSpec(
        corridor.replace(`witness((state) => state.light === "on")`, "witness(() => false)"),
      );
      const { status, stdout } = await gate();
      expect(status).toBe(15);
      expect(stdout).toContain("vacuous: lightIsOn says nothing");
      expect((await gate("--update")).status).toBe(4);
      expect(pins()).toBe(before);
      withSpec(corridor);
    });
  });

  it("is red where a variant is not pinned, and where one is gone", async () => {
    withSpec(corridor.replace(`name: "forgets"`, `name: "overlooks"`));
    const { status, stdout } = await gate();
    expect(status).toBe(5);
    expect(stdout).toContain("corridor / forgets is pinned, and there is no such variant any more");
    expect(stdout).toContain(
      "corridor / overlooks is not pinned; hintproof gate --update takes it in",
    );
    withSpec(corridor);
  });

  nightly(() => {
    it("says other figures, and is green, where the manifest has it so", async () => {
      const before = pins();
      const more = corridor.replace(
        `corridor: oneOf("empty", "somebody") }`,
        `corridor: oneOf("empty", "somebody"), door: oneOf("shut", "open") }`,
      );
      withSpec(
        more.replace(
          "  actions: {",
          `  actions: {\n    doorOpens: action("wind", { effect: (state) => { state.door = "open"; } }),`,
        ),
      );
      const strict = await gate();
      expect(strict.status).toBe(5);
      expect(strict.stdout).toContain("distinct states: 6, recorded 3\n");
      writeFileSync(
        at("hintproof.gate.json"),
        before.replace(`"schemaVersion": 1,`, `"schemaVersion": 1, "figures": "warn",`),
      );
      const lenient = await gate();
      expect(lenient.status).toBe(0);
      expect(lenient.stdout).toContain("another: distinct states: 6, recorded 3\n");
      writeFileSync(at("hintproof.gate.json"), before);
      withSpec(corridor);
    });
  });

  it("tells forges", async () => {
    withSpec(broken);
    const junit = await gate("--format", "junit", "--output", "gate.xml");
    expect(junit).toMatchObject({ status: 12, stdout: "NOT as pinned: 1 of 2\n" });
    expect(readFileSync(at("gate.xml"), "utf8")).toContain(
      `<testcase classname="corridor.ts: corridor"`,
    );
    const summary = at("summary.md");
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
    const github = await hintproof(["gate", "--quiet"], { cwd: folder, env });
    expect(github.stdout).toContain(
      "::error file=corridor.ts,line=27,col=5,title=corridor::no light",
    );
    expect(readFileSync(summary, "utf8")).toContain("### hintproof gate: NOT as pinned: 1 of 2");
    const json = JSON.parse((await gate("--format", "json")).stdout) as {
      readonly outcomes: readonly object[];
    };
    expect(json.outcomes).toHaveLength(2);
    withSpec(corridor);
  });

  it("says what is wrong with a manifest, and changes nothing", async () => {
    const other = join(folder, "other");
    mkdirSync(other);
    copyFileSync(at("corridor.ts"), join(other, "corridor.ts"));
    const typed = (...args: readonly string[]): Promise<Run> =>
      hintproof(["gate", ...args, "--quiet"], { cwd: other });
    const file = join(other, "hintproof.gate.json");
    const run = async (text: string, ...args: readonly string[]): Promise<Run> => {
      writeFileSync(file, text);
      const it = await typed(...args);
      expect(readFileSync(file, "utf8")).toBe(text);
      return it;
    };
    expect(await run(pins().replace("],", "],,"))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("is no manifest: it is no JSON") as string,
    });
    const missing = await run(pins().replace(`"corridor.ts"`, `"gone.ts"`));
    // All that is pinned of it is not as it is pinned, and the rest is run.
    expect(missing.status).toBe(5);
    expect(missing.stdout).toContain(
      "NOT as pinned: corridor / forgets was not run: There is no file ",
    );
    expect(missing.stdout).toMatch(/\nNOT as pinned: 2 of 2\n$/);
    const nothing = await run(`{ "schemaVersion": 1, "protocols": [] }`);
    expect(nothing).toMatchObject({ status: 5 });
    expect(await run("a letter", "--update", "corridor.ts")).toMatchObject({ status: 2 });
    const closed = join(folder, "closed");
    mkdirSync(closed);
    copyFileSync(at("corridor.ts"), join(closed, "corridor.ts"));
    chmodSync(closed, 0o500);
    if (process.getuid?.() === 0) return; // who may write anywhere
    const refused = await hintproof(["gate", "--update", "corridor.ts"], { cwd: closed });
    expect(refused.status).toBe(2);
    expect(existsSync(join(closed, "hintproof.gate.json"))).toBe(false);
  });
});

describe("what else a manifest pins", () => {
  const folder = folderOutside();
  const typed = (...args: readonly string[]): Promise<Run> =>
    hintproof([...args, "--quiet"], { cwd: folder });
  const file = join(folder, "hintproof.gate.json");
  const rewrite = (change: (text: string) => string): void =>
    writeFileSync(file, change(readFileSync(file, "utf8")));
  /** A light that goes on, and off within two steps. */
  const lamp = `
import { declare, oneOf } from "hintproof";
const { action, leadsTo, spec, within } = declare({ constants: {}, state: { light: oneOf("off", "on", "dim") } });
export default spec({
  name: "lamp", title: "a lamp",
  actions: {
    goesOn: action("somebody", { when: (state) => state.light === "off", effect: (state) => { state.light = "on"; } }),
    dims: action("lamp", { fairness: "weak", when: (state) => state.light === "on", effect: (state) => { state.light = "dim"; } }),
    goesOff: action("lamp", { fairness: "weak", when: (state) => state.light === "dim", effect: (state) => { state.light = "off"; } }),
  },
  liveness: {
    goesOffInTime: within({ from: (state) => state.light === "on", to: (state) => state.light === "off", counting: "dims", atMost: 5 }),
    comesToRest: leadsTo({ from: (state) => state.light === "on", to: (state) => state.light === "off" }),
  },
});
`;

  it("are bounds and the fairness that is needed, and another one is another verdict", async () => {
    writeFileSync(join(folder, "lamp.ts"), lamp);
    expect(await typed("gate", "--update", "lamp.ts", "--needed-fairness")).toMatchObject({
      status: 0,
    });
    const pins = readFileSync(file, "utf8");
    expect(JSON.parse(pins)).toMatchObject({
      protocols: [
        {
          runs: [
            {
              most: { goesOffInTime: 1 },
              neededFairness: { comesToRest: ["dims: weak", "goes off: weak"] },
            },
          ],
        },
      ],
    });
    expect(await typed("gate")).toMatchObject({ status: 0 });
    // No figure: it fails where figures are only said.
    rewrite((text) =>
      text
        .replace(`"goesOffInTime": 1`, `"goesOffInTime": 2`)
        .replace(`"dims: weak",`, "")
        .replace(`"schemaVersion": 1,`, `"schemaVersion": 1, "figures": "warn",`),
    );
    const other = await typed("gate");
    expect(other.status).toBe(5);
    expect(other.stdout).toContain("goes off in time counts at most: 1, recorded 2\n");
    expect(other.stdout).toContain("comes to rest needs: ");
    writeFileSync(file, pins);
  });

  it("are warnings that are errors, by their names", async () => {
    const pins = readFileSync(file, "utf8");
    writeFileSync(join(folder, "lamp.ts"), lamp.replace(`"dim")`, `"dim", "broken")`));
    const warned = await typed("gate");
    expect(warned.stderr).toMatch(/: warning: .* "broken".* \[unused-word\]\n/);
    rewrite((text) =>
      text.replace(`"schemaVersion": 1,`, `"schemaVersion": 1, "errors": ["unused-word"],`),
    );
    const refused = await typed("gate");
    expect(refused.status).toBe(3);
    expect(refused.stdout).toMatch(
      /NOT as pinned: lamp was not run: lamp\.ts:3:\d+: error: .* \[unused-word\]\n/,
    );
    rewrite((text) => text.replace("unused-word", "unused-wrod"));
    expect(await typed("gate")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("errors[0]: ") as string,
    });
    writeFileSync(file, pins);
    writeFileSync(join(folder, "lamp.ts"), lamp);
  });

  it("is told, though no trace can be kept and no manifest written", async () => {
    writeFileSync(join(folder, ".hintproof"), "a file where a folder has to be");
    writeFileSync(join(folder, "lamp.ts"), lamp.replace("atMost: 5", "atMost: 0"));
    const red = await typed("gate");
    expect(red.status).toBe(13);
    expect(red.stdout).toContain("* ");
    expect(red.stdout).not.toContain("again:");
    writeFileSync(join(folder, "lamp.ts"), lamp);
    const nowhere = await typed("gate", "--update", "lamp.ts", "--manifest", "lamp.ts/gate.json");
    expect(nowhere).toMatchObject({ status: 2, stdout: "" });
    expect(nowhere.stderr).toContain("--update lamp.ts/gate.json");
  });
});

nightly(() => {
  describe("hintproof init", () => {
    it("begins in an empty folder: green, red with the mistake, and nothing is overwritten", async () => {
      const folder = folderOutside();
      const typed = (...args: readonly string[]): Promise<Run> => hintproof(args, { cwd: folder });
      const first = await typed("init");
      expect(first).toMatchObject({ status: 0, stderr: "" });
      expect(first.stdout).toContain("written: hintproof.gate.json, 2 runs\n");
      expect(first.stdout.match(/^ {2}npx hintproof /gm)).toHaveLength(3);
      expect(await typed("gate", "--quiet")).toMatchObject({ status: 0 });

      const file = join(folder, "protocols", "hint.ts");
      const broken = readFileSync(file, "utf8").replace(
        `"gone") && state.hint === "none"`,
        `"gone")`,
      );
      writeFileSync(file, broken);
      const red = await typed("gate", "--quiet");
      expect(red.status).toBe(12);
      expect(red.stdout).toContain("nothing is lost is recorded to hold with 3 states");

      const again = await typed("init");
      expect(again.status).toBe(0);
      expect(again.stdout.match(/^is there, and left as it is: /gm)).toHaveLength(3);
      expect(readFileSync(file, "utf8")).toBe(broken);
    });
  });
});
