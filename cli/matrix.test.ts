import { describe, expect, it } from "vitest";
import { hintproof } from "../toys/built-command.ts";
import { painter } from "./paint.ts";
import { cellText, type Claims, gridText, idsOf, matrixOf, rowText } from "./matrix.ts";

const plain = painter(false);

const protocols: readonly Claims[] = [
  {
    name: "one",
    properties: [
      { name: "isKept", meaning: ["S1, S8: a page in use is kept."] },
      { name: "isLost", meaning: ["S1: a page is lost."] },
      { name: "needsTwo", meaning: ["L3: it comes back."], seenFrom: [{ pages: 2 }] },
      { name: "neverSpeaks", meaning: ["L7"], seenFrom: [{ pages: 9 }] },
      { name: "isNoKind", meaning: ["What S2 is about is not asked."] },
    ],
  },
  { name: "two", properties: [{ name: "isKept", meaning: ["S8: the same name."] }] },
];

const record = [
  {
    protocol: "one",
    constants: { pages: 1 },
    verdict: "violated",
    violated: { isLost: 7, isNoKind: 2 },
  },
  {
    protocol: "one",
    variant: "forgets",
    constants: { pages: 1 },
    verdict: "violated",
    violated: { isLost: 3, isKept: 5 },
  },
  { protocol: "one", variant: "larger", constants: { pages: 2 }, verdict: "holds", violated: {} },
  {
    protocol: "two",
    variant: "forgets",
    constants: {},
    verdict: "violated",
    violated: { isKept: 4 },
  },
  { protocol: "two", constants: {}, verdict: "holds", violated: {} },
] as const;

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
    expect(cellText(cellOf("S8", "two"))).toBe("ok 1");
  });

  it("is not green where something else is violated, of which alone such a run was asked", () => {
    expect(cellText(cellOf("S8", "one"))).toBe("(ok) 1");
    const alone = record.filter(
      ({ protocol, verdict }) => protocol === "one" && verdict !== "holds",
    );
    const [row] = matrixOf(protocols.slice(0, 1), alone).filter(({ id }) => id === "S8");
    expect(cellText(row?.cells[0])).toBe("?");
  });

  it("is not green with constants under which nothing is said", () => {
    expect(cellText(cellOf("L3", "one"))).toBe("(ok)");
    expect(cellText(cellOf("L7", "one"))).toBe("?");
  });

  it("is no cell where nothing is asked", () => {
    expect(cellText(cellOf("L3", "two"))).toBe("-");
    expect(cellOf("S2", "one")).toBeUndefined();
  });

  it("is not green where nothing is recorded", () => {
    const [row] = matrixOf(protocols.slice(0, 1), []).filter(({ id }) => id === "S8");
    expect(cellText(row?.cells[0])).toBe("?");
  });
});

it("is a grid of what is asked anywhere, and in detail says which variant and where", () => {
  const grid = gridText(rows, ["one", "two"], plain).split("\n");
  expect(grid.filter((line) => /^[SL]\d/.test(line)).map((line) => line.split(/ +/)[0])).toEqual([
    "S1",
    "S8",
    "L3",
    "L7",
  ]);
  const detail = (id: string) =>
    rowText(rows.find((row) => row.id === id)!, ["one", "two"], plain).split("\n");
  expect(detail("S1").slice(1, -1)).toEqual([
    "  one",
    "    isKept  holds in larger",
    "      forgets breaks it after 5 steps",
    "    isLost  violated after 7 steps",
  ]);
  expect(detail("L3").slice(1)).toEqual([
    "  one",
    "    needsTwo  holds in larger",
    "  asked of protocols that take blocks out of the lists; not of two",
  ]);
});

it("knows its ids", async () => {
  const { status, stderr } = await hintproof(["matrix", "S1", "S100"]);
  expect(status).toBe(2);
  expect(stderr).toContain("no kind of claim S100; did you mean S1");
});
