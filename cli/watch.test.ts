import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { initFiles } from "./init-files.ts";
import { WatchKeys, type Wish } from "./watch-keys.ts";

const folder = folderOutside();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("keys, while a file is watched", () => {
  function wishesOf(...pieces: readonly string[]) {
    const wishes: Wish[] = [];
    const shown: string[] = [];
    const keys = new WatchKeys(
      (wish) => wishes.push(wish),
      (text) => shown.push(text),
    );
    for (const piece of pieces) keys.press(piece);
    return { wishes, shown };
  }

  it("are those of vitest, and others mean nothing", () => {
    const { wishes } = wishesOf("a", "rx\r", "h", "q", "\u0003");
    expect(wishes.map(({ kind }) => kind)).toEqual([
      "all",
      "again",
      "again",
      "help",
      "quit",
      "quit",
    ]);
  });

  it("ask for names of properties, which may have a q in them", () => {
    const { wishes, shown } = wishesOf("p", "quiet", "x\u007f, nothingIsLost\r", "q");
    expect(wishes).toEqual([
      { kind: "properties", names: ["quiet", "nothingIsLost"] },
      { kind: "quit" },
    ]);
    expect(shown.at(-1)).toBe("");
    expect(shown.at(-2)).toMatch(/: quiet, nothingIsLost$/);
    expect(wishesOf("p", "\r").wishes).toEqual([{ kind: "properties", names: [] }]);
    expect(wishesOf("pab\u001b", "r").wishes).toEqual([{ kind: "again" }]);
  });
});

describe("a file that is watched", () => {
  const file = join(folder, "hint.ts");
  const right = initFiles[0].text;
  /** The guest does not wait. */
  const wrong = right.replace(
    ' && state.hint === "none",\n      effect: (state) => {\n        state.page = "in use"',
    ',\n      effect: (state) => {\n        state.page = "in use"',
  );

  it("is checked again when it is saved, whatever is wrong with it", async () => {
    expect(wrong).not.toBe(right);
    writeFileSync(file, right);
    /** What is saved next, once what is looked for was printed that often. */
    const stages = [
      { seen: /^holds: /gm, times: 1, saved: `${right}\nconst x = ;\n` },
      { seen: /hint\.ts:\d+:\d+: error: Unexpected ";"/g, times: 1, saved: wrong },
      { seen: /^violated: /gm, times: 1, saved: `${right}\nthrow new Error("no luck");\n` },
      { seen: /no luck/g, times: 1, saved: right },
      { seen: /^holds: /gm, times: 2, saved: undefined },
    ];
    let output = "";
    const { status, stdout } = await hintproof(["watch", "hint.ts"], {
      cwd: folder,
      env: { NO_COLOR: "1" },
      during: (child) => {
        const heard = (text: string): void => {
          output += text;
          const [stage] = stages;
          if (stage === undefined || (output.match(stage.seen) ?? []).length < stage.times) return;
          stages.shift();
          if (stage.saved === undefined) child.kill("SIGTERM");
          else writeFileSync(file, stage.saved);
        };
        child.stdout?.on("data", heard);
        child.stderr?.on("data", heard);
      },
    });
    expect(stages).toEqual([]);
    expect(status).toBe(0);
    expect(stdout).toContain("\n  1 frees\n");
    // What a thread has checked to be warm is nobody's answer.
    expect(stdout).not.toContain("two-phase");
    expect(stdout.match(/^(?:holds|violated|vacuous)/gm)).toEqual(["holds", "violated", "holds"]);
  });
});
