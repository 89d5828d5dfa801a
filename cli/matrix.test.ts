import { describe, expect, it } from "vitest";
import { hintproof } from "../toys/built-command.ts";
import { answerCell, casesOf, casesText, caseText } from "./case-table.ts";
import { painter } from "./paint.ts";
import { cellText, type Claims, gridText, idsOf, matrixOf, rowText } from "./matrix.ts";

const plain = painter(false);

const invariant = "invariant" as const;
const protocols: readonly Claims[] = [
  {
    name: "one",
    properties: [
      { name: "isKept", kind: invariant, meaning: ["S1, S8: a page in use is kept."] },
      { name: "isLost", kind: invariant, meaning: ["S1: a page is lost."] },
      { name: "needsTwo", kind: "leads to", meaning: ["L3: it comes back."] },
      { name: "isNew", kind: "leads to", meaning: ["L7"] },
      { name: "isNoKind", kind: invariant, meaning: ["What S2 is about is not asked."] },
    ],
  },
  {
    name: "two",
    properties: [
      { name: "isKept", kind: invariant, meaning: ["S8: the same name."] },
      { name: "isNew", kind: invariant, meaning: ["S8: not in this record."] },
      { name: "isSeen", kind: "witness", meaning: ["S2 is not claimed, and this shows it."] },
    ],
  },
  { name: "three", properties: [{ name: "isKept", kind: invariant, meaning: ["S8"] }] },
];

const record = [
  { protocol: "one", violated: { isLost: 7, isNoKind: 2 } },
  { protocol: "one", variant: "forgets", violated: { isLost: 3, isKept: 5 } },
  { protocol: "one", variant: "larger", violated: {}, held: ["needsTwo", "isKept"] },
  { protocol: "two", violated: {}, held: ["isKept"] },
  { protocol: "two", variant: "forgets", violated: { isKept: 4 } },
  { protocol: "three", violated: {}, held: ["isKept"] },
  { protocol: "three", variant: "forgets", violated: { isKept: 4 } },
  { protocol: "three", variant: "loses", violated: { isKept: 2 } },
];

const rows = matrixOf(protocols, record);
const cellOf = (id: string, protocol: string) =>
  rows.find((row) => row.id === id)?.cells.find((cell) => cell.protocol === protocol);

describe("the ids of a claim", () => {
  it.each([
    ["S1: what", ["S1"]],
    ["S10, S13", ["S10", "S13"]],
    ["S1w and L3: what", ["S1w", "L3"]],
    ["S18. At V3", ["S18"]],
    ["S20 with the term that f/R7 adds", ["S20"]],
    ["What S1 says", []],
    ["S1x: nothing", []],
    ["a.5: what", []],
  ])("of %j", (line, ids) => {
    expect(idsOf([line, "S2: the second line is none"])).toEqual(ids);
  });
});

describe("a cell", () => {
  it("is violated if one of its properties is, whatever holds beside it", () => {
    expect(cellText(cellOf("S1", "one"))).toBe("!7");
  });

  it("counts the variants that break what holds, and none of another protocol", () => {
    expect(cellText(cellOf("S8", "three"))).toBe("ok 2");
  });

  it("is not green where something else is violated, of which alone such a run was asked", () => {
    expect(cellText(cellOf("S8", "one"))).toBe("(ok) 1");
    const alone = record.filter(({ held }) => held === undefined);
    const [row] = matrixOf(protocols.slice(0, 1), alone).filter(({ id }) => id === "S8");
    expect(cellText(row?.cells[0])).toBe("?");
  });

  it("is not green for what no run has proved, whatever is proved beside it", () => {
    expect(cellText(cellOf("L3", "one"))).toBe("(ok)");
    expect(cellText(cellOf("L7", "one"))).toBe("?");
    expect(cellText(cellOf("S8", "two"))).toBe("?");
  });

  it("is no cell where nothing is asked, nor where a state is only looked for", () => {
    expect(cellText(cellOf("L3", "two"))).toBe("-");
    expect(cellOf("S2", "one")).toBeUndefined();
    expect(cellOf("S2", "two")).toBeUndefined();
  });
});

it("is a grid of what is asked anywhere, and in detail says which variant and where", () => {
  const grid = gridText(rows, ["one", "two", "three"], plain).split("\n");
  expect(grid.filter((line) => /^[SL]\d/.test(line)).map((line) => line.split(/ +/)[0])).toEqual([
    "S1",
    "S8",
    "L3",
    "L7",
  ]);
  const detail = (id: string) =>
    rowText(rows.find((row) => row.id === id)!, ["one", "two", "three"], plain).split("\n");
  expect(detail("S1").slice(1, -1)).toEqual([
    "  one",
    "    isKept  holds in larger",
    "      forgets breaks it after 5 steps",
    "    isLost  violated after 7 steps",
  ]);
  expect(detail("L3").slice(1)).toEqual([
    "  one",
    "    needsTwo  holds in larger",
    "  asked of protocols that take blocks out of the lists; not of two, three",
  ]);
});

describe("a case", () => {
  const cases = [
    {
      id: "c1",
      source: "a tracker",
      fault: "one of two",
      saidIn: { protocol: "two" },
      mistakes: ["forgets", "loses"],
      repairs: ["looks"],
    },
    {
      id: "c2",
      source: "a list",
      fault: "another",
      saidIn: { file: "own.ts" },
      mistakes: ["own"],
      repairs: ["half", "whole"],
    },
  ];
  const recorded = [
    { protocol: "one", variant: "forgets", verdict: "holds" as const, violated: {} },
    { protocol: "one", variant: "loses", verdict: "holds" as const, violated: {} },
    { protocol: "two", variant: "looks", verdict: "incomplete" as const, violated: {} },
    { protocol: "two", variant: "forgets", verdict: "violated" as const, violated: { b: 9, a: 4 } },
  ];
  const files = {
    "own.ts": {
      own: { verdict: "violated" as const, violated: { a: 3 } },
      half: { verdict: "violated" as const, violated: { a: 5 } },
      whole: { verdict: "holds" as const, violated: {} },
    },
  };
  const all = casesOf(recorded, files, cases);

  it("is repaired only where a run of that very protocol or file holds", () => {
    expect(casesText(all, ["one", "two"], plain).split("\n").slice(1, -2)).toEqual([
      "c1    2   forgets  !4  looks         ?",
      "      2   loses    ?",
      "c2    -   own      !3  half          !5",
      "      -                whole         ok",
    ]);
    expect(answerCell({ name: "vacuous", verdict: "vacuous", violated: {} })).toBe("?");
  });

  it("says in detail what is violated", () => {
    expect(caseText(all[1]!, plain).split("\n")).toEqual([
      "c2: another",
      "  a list",
      "  counterexamples/cases/own.ts",
      "    own  violated",
      "      a is violated after 3 steps",
      "    repaired: half  violated",
      "      a is violated after 5 steps",
      "    repaired: whole  holds",
    ]);
    expect(caseText(all[0]!, plain)).toContain("    loses  is not recorded\n");
  });
});

it("knows its ids", async () => {
  const { status, stderr } = await hintproof(["matrix", "S1", "S100"]);
  expect(status).toBe(2);
  expect(stderr).toContain("no kind of claim, and no case, S100; did you mean S1");
});
