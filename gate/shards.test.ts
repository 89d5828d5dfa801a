import { describe, expect, test } from "vitest";
import { UsageError } from "../runs/told/index.ts";
import { joined, type PartFile } from "./joined.ts";
import { costOf, positionsOf, shardOf } from "./shards.ts";

describe("which shard it is", () => {
  test.each<readonly [text: string, environment: Record<string, string>, shard: string]>([
    ["2/4", {}, "2 of 4"],
    ["1/1", { CI_NODE_INDEX: "3", CI_NODE_TOTAL: "4" }, "1 of 1"],
    ["auto", { CI_NODE_INDEX: "4", CI_NODE_TOTAL: "4" }, "4 of 4"],
    ["auto/4", { CI_NODE_INDEX: "1", CI_NODE_TOTAL: "4", SLURM_ARRAY_TASK_ID: "" }, "1 of 4"],
    ["auto/3", { JOB_COMPLETION_INDEX: "0" }, "1 of 3"],
    ["auto", slurm(0, 4, 0, 3), "1 of 4"],
    ["auto", slurm(7, 3, 3, 7), "3 of 3"],
    ["auto", slurm(5, 1, 5, 5), "1 of 1"],
  ])("%s, %o: %s", (text, environment, shard) => {
    const { index, count } = shardOf(text, environment);
    expect(`${index} of ${count}`).toBe(shard);
  });

  // Each of these would leave runs out, if it were taken for anything.
  test.each<readonly [text: string, environment: Record<string, string>, why: string]>([
    ["", {}, "which of how many"],
    ["2", {}, "which of how many"],
    ["1/2/3", {}, "which of how many"],
    ["0/4", {}, "no shard 0 of 4"],
    ["5/4", {}, "no shard 5 of 4"],
    ["1/0", {}, "no shard 1 of 0"],
    ["auto", {}, "no scheduler says"],
    ["auto", { SLURM_ARRAY_TASK_ID: "2" }, "none of even steps"],
    ["auto", slurm(3, 3, 1, 7), "none of even steps"],
    ["auto", { JOB_COMPLETION_INDEX: "2" }, "auto/4"],
    ["auto/2", { JOB_COMPLETION_INDEX: "2" }, "no shard 3 of 2"],
    ["auto", { CI_NODE_INDEX: "2" }, "CI_NODE_TOTAL is not"],
    ["auto", { CI_NODE_INDEX: "0", CI_NODE_TOTAL: "4" }, "no shard 0 of 4"],
    ["auto", { CI_NODE_INDEX: "two", CI_NODE_TOTAL: "4" }, `CI_NODE_INDEX is "two"`],
    ["auto", { CI_NODE_INDEX: "1", CI_NODE_TOTAL: "4", JOB_COMPLETION_INDEX: "0" }, "both set"],
    ["auto/4", slurm(3, 1, 3, 3), "the scheduler says that there are 1"],
  ])("%s, %o is refused: %s", (text, environment, why) => {
    expect(() => shardOf(text, environment)).toThrow(UsageError);
    expect(() => shardOf(text, environment)).toThrow(why);
  });
});

function slurm(id: number, count: number, least: number, most: number): Record<string, string> {
  return {
    SLURM_ARRAY_TASK_ID: `${id}`,
    SLURM_ARRAY_TASK_COUNT: `${count}`,
    SLURM_ARRAY_TASK_MIN: `${least}`,
    SLURM_ARRAY_TASK_MAX: `${most}`,
  };
}

describe("what is a shard's", () => {
  const costs = [5, 900, 3, 3, 400, 390, 0, 120, 5, 5];
  const shards = (count: number): readonly (readonly number[])[] =>
    Array.from({ length: count }, (_, at) => positionsOf(costs, { index: at + 1, count }));

  test.each([1, 2, 3, 7, 12])("every run is that of one of %i", (count) => {
    const all = shards(count).flat();
    expect(all.toSorted((a, b) => a - b)).toEqual(costs.map((_, at) => at));
  });

  test("what is dear is apart, and all have about as much to do", () => {
    const [first = [], second = []] = shards(2);
    const sum = (its: readonly number[]): number =>
      its.reduce((all, at) => all + (costs[at] ?? 0), 0);
    expect(first).toContain(1);
    expect(Math.abs(sum(first) - sum(second))).toBeLessThanOrEqual(20);
    expect(shards(2)).toEqual(shards(2));
  });

  test("a run that was never measured costs what it takes to start one", () => {
    expect(costOf(undefined)).toBeGreaterThan(0);
    expect(costOf({ generatedStates: 7 })).toBe(costOf(undefined) + 7);
  });
});

describe("parts", () => {
  type Row = string;
  const plans = ["a", "b", "c", "d"];
  const part = (
    index: number,
    at: readonly number[],
    of: object = {},
  ): PartFile<string, Row, string> => ({
    file: `${index}.json`,
    part: {
      part: "gate",
      version: "1",
      asked: "m",
      protocols: "p",
      context: "",
      plans,
      shard: { index, count: 2 },
      rows: at.map((position) => ({ position, row: `row ${plans[position]}` })),
      ...of,
    },
  });
  const [one, two] = [part(1, [0, 3]), part(2, [1, 2])];

  test("are joined in the order of the runs, whatever order they come in", () => {
    const whole = joined([one, two]);
    expect(whole).toMatchObject({ missing: [], rows: ["row a", "row b", "row c", "row d"] });
    expect(joined([two, one])).toEqual(whole);
  });

  test("that are missing leave their runs open", () => {
    expect(joined([two])).toMatchObject({
      missing: [{ index: 1, count: 2 }],
      rows: [undefined, "row b", "row c", undefined],
    });
  });

  test.each<readonly [why: string, files: readonly PartFile<string, Row, string>[]]>([
    ["There is no part to merge", []],
    ["1.json and 1.json are both part 1 of 2", [one, one, two]],
    ["2.json is of another manifest than 1.json", [one, part(2, [1, 2], { asked: "n" })]],
    ["2.json is of other protocols", [one, part(2, [1, 2], { protocols: "q" })]],
    ["2.json is of another version of hintproof", [one, part(2, [1, 2], { version: "2" })]],
    ["2.json is of other runs", [one, part(2, [1, 2], { plans: ["a", "b", "c", "e"] })]],
    ["2.json is of another whole", [one, part(2, [1, 2], { context: "x" })]],
    ["2.json is of another command", [one, part(2, [1, 2], { part: "check" })]],
    ["2.json is one of 3 parts", [one, part(2, [1, 2], { shard: { index: 2, count: 3 } })]],
    ["1.json and 2.json have the same run", [one, part(2, [1, 2, 3])]],
    ["do not have all runs together", [one, part(2, [1])]],
  ])("are refused: %s", (why, files) => {
    expect(() => joined(files)).toThrow(UsageError);
    expect(() => joined(files)).toThrow(why);
  });
});
