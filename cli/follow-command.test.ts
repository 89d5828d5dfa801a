import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOutside, hintproof } from "../toys/built-command.ts";

const scenarios = "spec/protocols/s390-guest-page-hinting/scenarios";
const looks = `${scenarios}/stable-between-look-and-hint.txt`;
const folder = folderOutside();

/** A scenario as a file outside of the repository. */
function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("hintproof follow", () => {
  test("says where a scenario is not possible, and what is in the way", async () => {
    const { status, stdout, stderr } = await hintproof([
      "follow",
      "s390-guest-page-hinting",
      looks,
    ]);
    expect({ status, stderr }).toEqual({ status: 5, stderr: "" });
    expect(stdout).toContain(`
step 8 (line 17) is not possible: cpu 1 sees no state change 0
  stateChange[0] is held
  it would be possible if stateChange[0] were free
`);
    expect(stdout.trimEnd()).toMatch(/\nnot possible: step 8 of 12$/);
  });

  test("ends as check does where all of it is possible and violates something, in JSON as well", async () => {
    const variant = ["--variant", "make-stable-does-not-wait"];
    const args = ["follow", "s390-guest-page-hinting", looks, ...variant];
    const { status, stdout } = await hintproof([...args, "--format", "json"]);
    expect(status).toBe(12);
    expect(JSON.parse(stdout)).toMatchObject({ kind: "possible", steps: 12, done: 12 });
    const chart = await hintproof([...args, "--format", "chart", "--indent", " * "]);
    expect(
      chart.stdout
        .trimEnd()
        .split("\n")
        .filter((line) => !line.startsWith(" *")),
    ).toEqual([]);
  });

  test("reads stdin, with constants as they are set, and is 0 where nothing is violated", async () => {
    const args = ["follow", "page-ring", "-", "--set", "pages=3", "--format", "mermaid"];
    const { status, stdout } = await hintproof(args, {
      during: ({ stdin }) => stdin?.end("guest frees 2\n...\nworker isolates 2\n"),
    });
    expect(status).toBe(0);
    expect(stdout).toContain("guest frees 2");
  });

  test("says in which file which line means no step, and what may have been meant", async () => {
    const file = written("typo.txt", "# a typo\nguest fres 0\n");
    expect(await hintproof(["follow", "page-ring", file])).toEqual({
      status: 2,
      stdout: "",
      stderr: `hintproof: ${file}: line 2: "guest fres 0" is no step; did you mean "guest frees 0"?\n`,
    });
    const missing = await hintproof(["follow", "page-ring", join(folder, "missing.txt")]);
    expect(missing).toMatchObject({ status: 2, stdout: "" });
  });

  test("is incomplete, never impossible, at a limit", async () => {
    const file = written("far.txt", "...\nworker finishes\nworker finishes\n");
    const args = ["follow", "page-ring", file, "--max-states", "5"];
    const { status, stdout } = await hintproof(args);
    expect(status).toBe(4);
    expect(stdout).toContain(
      "incomplete: state limit; whether step 1 of 2 is possible is not known",
    );
  });
});
