import { describe, expect, test } from "vitest";
import { lampStory } from "../../toys/lamp-story.ts";
import type { Story } from "../story.ts";
import { drawChart } from "./chart.ts";
import { locksOf } from "./locks.ts";
import { lanesOf } from "./lanes.ts";

const row = (number: number, actor: string, of: Partial<Story["rows"][number]> = {}) => ({
  number,
  actor,
  label: `${actor} does ${number}`,
  action: "does",
  choice: [],
  chosenFrom: [],
  changes: [],
  state: {},
  ...of,
});

const change = (path: string, was: string, is: string) => ({
  variable: path.replace(/\[.*/, ""),
  path,
  old: was,
  new: is,
});

const race: Story = {
  protocol: "discarding",
  constants: {},
  defaults: {},
  property: { kind: "invariant", name: "nothingInUseIsGone" },
  outcome: "violated",
  minimality: "shortest",
  variables: [],
  initial: { state: {}, values: [{ variable: "owner", path: "owner[0]", text: "in use" }] },
  rows: [
    row(1, "guest", { changes: [change("owner[0]", "in use", "free")] }),
    row(2, "host", { changes: [change("zoneLock", "open", "host")] }),
    row(3, "host"),
    row(4, "host", { changes: [change("zoneLock", "host", "open")] }),
    row(5, "guest", { source: "rmqueue", changes: [change("owner[0]", "free", "in use")] }),
    row(6, "host", { source: "madvise", changes: [change("content[0]", "data", "gone")] }),
  ],
  marks: [],
  reason: { lines: ["owner[0] is in use, content[0] is gone"], reads: [] },
  why: {
    lines: ["step 6 rests on owner[0] as step 3 found it: free"],
    steps: [3, 5, 6],
    remarks: [
      { step: 3, path: "owner[0]", found: "free" },
      { step: 5, path: "owner[0]" },
      { step: 6, path: "content[0]" },
    ],
  },
};

describe("a race chart", () => {
  test("has a column for each actor, and marks the steps of the race", () => {
    expect(drawChart(race, { again: "hintproof replay race" })).toBe(
      `
 discarding: violated
 nothing in use is gone, after 6 steps (no shorter trace exists)

    initially: owner[0] in use

    guest                   host
    -----                   ----
  1 does 1
  2                         does 2
* 3                         does 3
                              [finds owner[0] free]
  4                         does 4
* 5 does 5
      rmqueue
      [owner[0] free -> in use]
* 6                         does 6
                              madvise
                              [content[0] data -> gone]
      BUG: owner[0] is in use, content[0] is gone

 why: step 6 rests on owner[0] as step 3 found it: free
 again: hintproof replay race`.slice(1),
    );
  });

  test("shows who holds a lock, if it is one from the beginning", () => {
    const open = { variable: "zoneLock", path: "zoneLock", text: "open" };
    const locked = { ...race, initial: { ...race.initial, values: [open] } };
    expect(drawChart(locked)).toContain(
      `
  2                         [ does 2
* 3                         | does 3
                                [finds owner[0] free]
  4                         ] does 4
`,
    );
  });

  test("is a list of all steps, and says so, where its actors have no room side by side", () => {
    const rows = [...race.rows, row(7, "device")];
    expect(drawChart({ ...race, rows }, { width: 40, indent: " * " })).toBe(
      `
 *  discarding: violated
 *  nothing in use is gone, after 7
 *    steps (no shorter trace exists)
 *
 *     initially: owner[0] in use
 *
 *     a list, because 3 actors side by
 *       side take 43 columns
 *
 *   1 guest does 1
 *   2 host does 2
 * * 3 host does 3
 *       [finds owner[0] free]
 *   4 host does 4
 * * 5 guest does 5
 *       rmqueue
 *       [owner[0] free -> in use]
 * * 6 host does 6
 *       madvise
 *       [content[0] data -> gone]
 *   7 device does 7
 *       BUG: owner[0] is in use,
 *            content[0] is gone
 *
 *  why: step 6 rests on owner[0] as
 *       step 3 found it: free`.slice(1),
    );
    expect(drawChart({ ...race, rows }, { width: 43, indent: " * " })).not.toContain("a list");
  });

  test("draws a loop as one, and why it is fair", () => {
    const chart = drawChart(lampStory);
    expect(chart).toContain("-- from here it goes round, for ever --");
    expect(chart).toContain("-- and again from step 2 --");
    expect(chart).toContain(" fair: 1 of 1 fair actions is taken on the way round");
  });

  test.each([40, 57, 72, 100])(
    "keeps to %i columns, with what stands before each line",
    (width) => {
      const long = "a".repeat(150);
      const story: Story = {
        ...race,
        rows: race.rows.map((one) => ({ ...one, label: `${one.label} ${long}` })),
        reason: { lines: [`${long} is ${long}`], reads: [] },
      };
      const lines = drawChart(story, { width, indent: " * " }).split("\n");
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual(width);
        expect(line.startsWith(" *")).toBe(true);
        expect(line).toBe(line.trimEnd());
      }
      const letters = (text: string): number => text.split("a".repeat(5)).length;
      expect(letters(lines.join(""))).toBeGreaterThan(8);
    },
  );

  test("prints nothing that a terminal would obey", () => {
    const evil = "\u001B[31mred\u0007";
    const story: Story = {
      ...race,
      protocol: evil,
      rows: race.rows.map((one) => ({ ...one, actor: `${one.actor}${evil}`, source: evil })),
      reason: { lines: [evil], reads: [] },
    };
    expect(drawChart(story, { again: evil })).toMatch(/^[ -~\n]*$/);
  });
});

describe("the lanes of a chart", () => {
  const rows = ["a", "b", "c", "d", "e", "f"].map((actor, at) => row(at + 1, actor));

  test("are those of the actors, in the order in which they begin", () => {
    expect(lanesOf(rows.slice(0, 4), new Set()).map(({ name }) => name)).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });

  test("are four: who takes no part in the race shares one", () => {
    expect(lanesOf(rows, new Set([2, 6]))).toEqual([
      { name: "a", actors: ["a"] },
      { name: "b", actors: ["b"] },
      { name: "f", actors: ["f"] },
      { name: "others", actors: ["c", "d", "e"] },
    ]);
  });
});

test("a lock is held by who takes it, until it is open again", () => {
  const initial = {
    state: {},
    values: [
      { variable: "zoneLock", path: "zoneLock[0]", text: "none" },
      { variable: "blocked", path: "blocked", text: "none" },
    ],
  };
  const rows = [
    row(1, "cpu 0", { changes: [change("zoneLock[0]", "none", "cpu 0")] }),
    row(2, "cpu 1", { changes: [change("blocked", "none", "cpu 1")] }),
    row(3, "cpu 0", { changes: [change("zoneLock[0]", "cpu 0", "cpu 1")] }),
    row(4, "cpu 1"),
    row(5, "cpu 0", { changes: [change("zoneLock[0]", "cpu 1", "none")] }),
    row(6, "cpu 0"),
  ];
  expect([...locksOf({ initial, rows })]).toEqual([
    [1, "taken"],
    [3, "held"],
    [5, "released"],
  ]);
});
