/** The scenarios beside the protocols: each is followed as its first lines say, and comes to what is pinned here. */
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { globSync } from "tinyglobby";
import { describe, expect, test } from "vitest";
import { protocols } from "../toys/protocols.ts";
import { few } from "../toys/share.ts";
import { follow } from "./index.ts";
import { answerText } from "./told/follow-text.ts";

const folder = fileURLToPath(new URL("../spec/protocols/", import.meta.url));
const files = globSync("*/scenarios/*.txt", { cwd: folder });

/** What each command comes to, and what stands in the way of what is not possible. */
const expected: Readonly<Record<string, readonly string[]>> = {
  "bitmap-page-reporting-v12 burst-then-idle.txt": [
    "possible: all 14 steps, with 16 in between; violates idle worker leaves less than a batch",
  ],
  "bitmap-page-reporting-v12 two-jobs-at-once.txt": [
    "not possible: step 7 of 7",
    "worker is scans",
    "another value of one of these alone is not enough",
  ],
  "s390-guest-page-hinting freed-page-is-made-volatile.txt": [
    "not possible: step 8 of 9",
    "does[0] is found it discardable, at[0] is frame 0",
    'it would be possible if does[0] were idle, has put, "has put, holds state change" or one of 9 others, or if at[0] were none',
  ],
  "s390-guest-page-hinting freed-page-is-made-volatile-as-posted.txt --variant volatile-after-the-last-look":
    [
      "possible: all 12 steps, with 6 in between; violates volatile is set only while nobody relies, no write is lost, page in use is discarded only if volatile and clean",
    ],
  "s390-guest-page-hinting stable-between-look-and-hint.txt": [
    "not possible: step 8 of 12",
    "stateChange[0] is held",
    "it would be possible if stateChange[0] were free",
  ],
  "s390-guest-page-hinting stable-between-look-and-hint.txt --variant make-stable-does-not-wait": [
    "possible: all 12 steps; violates page relied on is stable, volatile is set only while nobody relies, no write is lost, page in use is discarded only if volatile and clean",
  ],
};

/** The commands that the first lines of a scenario have. */
const commandsIn = (file: string): readonly string[] =>
  [...readFileSync(`${folder}${file}`, "utf8").matchAll(/^# hintproof follow (.*)$/gm)].map(
    ([, typed = ""]) => typed,
  );

/** What takes seconds is followed in the nightly list. */
const isLong = (file: string): boolean => file.endsWith("/burst-then-idle.txt");

describe.each(files)("%s", (file) => {
  test("is followed by the commands that it begins with", () => {
    const commands = commandsIn(file);
    expect(commands.length).toBeGreaterThan(0);
    for (const typed of commands) {
      expect(typed.split(" ").slice(0, 2)).toEqual([dirname(dirname(file)), basename(file)]);
    }
  });

  test.each(isLong(file) ? few([], commandsIn(file)) : commandsIn(file))("%s", async (typed) => {
    const [name, , , named] = typed.split(" ");
    const protocol = protocols.find(({ spec }) => spec.name === name);
    const variant = protocol?.variants.find((one) => one.name === named);
    const subject = named === undefined ? protocol?.spec : variant;
    if (subject === undefined) throw new Error(`There is no ${typed}.`);
    const outcome = await follow(subject, readFileSync(`${folder}${file}`, "utf8"));
    expect([answerText(outcome, {}), ...(outcome.stop?.lines ?? [])]).toEqual(expected[typed]);
  });
});

test("nothing is expected of a scenario that is not there", () => {
  expect(files.flatMap(commandsIn).toSorted()).toEqual(Object.keys(expected).toSorted());
});
