import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Lessons } from "../model/index.ts";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { oneIn } from "../toys/share.ts";
import { lessonsAbout, lessonsFolder, readLessons, writeLessons } from "./lessons-file.ts";

const lessons: Lessons = {
  radices: [10, 2],
  of: [
    {
      what: "action",
      name: "counts",
      states: 1,
      choices: Uint32Array.of(0, 0, 0),
      words: Uint32Array.of(0, 0, 1, 0, 7, 0),
    },
    {
      what: "predicate",
      name: "goesUp",
      states: 2,
      choices: Uint32Array.of(0),
      words: Uint32Array.of(1, 0, 2, 0),
    },
  ],
};

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Has the user's cache somewhere else. */
function inCache<Result>(folder: string, go: () => Result): Result {
  const before = process.env["XDG_CACHE_HOME"];
  process.env["XDG_CACHE_HOME"] = folder;
  try {
    return go();
  } finally {
    process.env["XDG_CACHE_HOME"] = before;
  }
}

describe("a file of lessons", () => {
  const file = join(folderOutside(), "its.lessons");
  writeLessons(file, new Map([["states", lessons]]));
  const whole = readFileSync(file);

  test("says what was written, and to nobody else", () => {
    expect(readLessons(file)).toEqual(new Map([["states", lessons]]));
    expect(readdirSync(join(file, ".."))).toEqual(["its.lessons"]);
    if (process.platform !== "win32") expect(statSync(file).mode & 0o077).toBe(0);
  });

  test("is none if any byte of it is another, or missing", () => {
    for (const at of oneIn(7, [...whole.keys()])) {
      const other = Buffer.from(whole);
      other[at] = (other[at] as number) ^ (1 << (at % 8));
      writeFileSync(file, other);
      expect(readLessons(file)).toBeUndefined();
    }
    writeFileSync(file, whole);
    for (let bytes = whole.length - 1; bytes >= 0; bytes -= 7) {
      truncateSync(file, bytes);
      expect(readLessons(file)).toBeUndefined();
    }
    writeFileSync(file, Buffer.concat([whole, Buffer.of(0, 0, 0, 0)]));
    expect(readLessons(file)).toBeUndefined();
  });

  test("is none if what it says cannot be, though its digest is right", () => {
    const second = whole.indexOf("\n") + 1;
    const third = whole.indexOf("\n", second) + 1;
    const head = JSON.parse(whole.toString("utf8", second, third)) as readonly {
      readonly of: readonly object[];
    }[];
    const [first] = head;
    const changed: readonly unknown[] = [
      null,
      {},
      [null],
      [{ ...first, search: 1 }],
      [{ ...first, radices: [-1] }],
      [{ ...first, radices: "10" }],
      [{ ...first, of: {} }],
      ...[
        { states: 3 },
        { what: "proof" },
        { name: 1 },
        { choices: -1 },
        { words: 1.5 },
        { words: 2 ** 30 },
        { choices: 4, words: 4 },
      ].map((other) => [
        { ...first, of: first?.of.map((one, at) => (at === 0 ? { ...one, ...other } : one)) },
      ]),
    ];
    for (const its of changed) {
      const rest = Buffer.concat([Buffer.from(`${JSON.stringify(its)}\n`), whole.subarray(third)]);
      writeFileSync(file, `hintproof lessons 1 ${digestOf(rest)}\n`);
      writeFileSync(file, rest, { flag: "a" });
      expect(readLessons(file)).toBeUndefined();
    }
  });

  test("is kept for what it is about, and where it cannot be, nobody hears of it", () => {
    const folder = folderOutside();
    const about = ["shipped", "counter", undefined, { most: 3 }];
    inCache(folder, () => {
      lessonsAbout(about, false).keep("states", lessons);
      expect(lessonsAbout(about, false).of("states")).toEqual(lessons);
      expect(lessonsAbout(about, false).of("orbits")).toBeUndefined();
      expect(lessonsAbout(about, true).of("states")).toBeUndefined();
      expect(
        lessonsAbout(["shipped", "counter", undefined, { most: 4 }], false).of("states"),
      ).toBeUndefined();
      expect(lessonsFolder()).toBe(join(folder, "hintproof"));
    });
    inCache(join(file), () => {
      const keeper = lessonsAbout(about, false);
      keeper.keep("states", lessons);
      expect(lessonsAbout(about, false).of("states")).toBeUndefined();
    });
  });
});

describe("hintproof check", () => {
  test("begins by what it learned from before, says how much that was, and comes to the same", async () => {
    const cache = folderOutside();
    const args = [
      "check",
      "page-ring",
      "--workers",
      "1",
      "--no-liveness",
      "--format",
      "json",
      "--quiet",
    ];
    const statisticsOf = async (...more: readonly string[]) => {
      const { stdout, status } = await hintproof([...args, ...more], {
        env: { XDG_CACHE_HOME: cache },
      });
      expect(status).toBe(0);
      const { statistics, ...report } = JSON.parse(stdout) as {
        statistics: Record<string, unknown>;
      };
      const {
        seconds: _seconds,
        peakMemoryBytes: _bytes,
        actions,
        rehearsedRuns,
        ...others
      } = statistics;
      return { actions, rehearsedRuns, report: { ...report, others } };
    };
    const unkept = await statisticsOf("--no-cache");
    expect(readdirSync(cache)).toEqual([]);
    const first = await statisticsOf();
    const second = await statisticsOf();
    const third = await statisticsOf("--no-cache");
    expect(second.rehearsedRuns).toBeGreaterThan(400);
    expect([unkept, first, third].map((its) => its.rehearsedRuns)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(third.actions).toEqual(first.actions);
    for (const its of [first, second, third]) expect(its.report).toEqual(unkept.report);
  });

  test("begins anew if a run in a state that is not reached does not come to an end", async () => {
    const cache = folderOutside();
    const cwd = folderOutside();
    const path = join(cwd, "counter.ts");
    writeFileSync(
      path,
      `import { declare, oneOf, range } from "hintproof";
      const { action, spec } = declare({ constants: {}, state: { at: range(0, 9), seen: oneOf("no", "yes") } });
      const counts = action("counter", {
        when: (state) => state.at < 4 || state.at > 5,
        effect: (state) => {
          while (state.at === 7) state.seen = "yes";
          state.at += 1;
        },
      });
      export default spec({ name: "counter", title: "a counter", actions: { counts }, mayEnd: () => true });
      `,
    );
    mkdirSync(cache, { recursive: true });
    inCache(cache, () =>
      lessonsAbout(["file", path, undefined, {}, undefined, true], false).keep("states", lessons),
    );
    const { status, stdout, stderr } = await hintproof(["check", path, "--step-timeout", "1"], {
      cwd,
      env: { XDG_CACHE_HOME: cache },
    });
    expect(stderr).toContain(
      "what an earlier check had learned from leads nowhere, and is forgotten\n",
    );
    expect(stdout).toContain("5 distinct states");
    expect(status).toBe(0);
  });
});
