import { describe, expect, test } from "vitest";
import { estimateOf, extrapolated, type Measured } from "./told/index.ts";

const points = (from: number, to: number, law: (at: number) => number) =>
  Array.from({ length: to - from + 1 }, (_, at) => [from + at, law(from + at)] as const);

describe("values that are carried on", () => {
  test("are those of the polynomial that they lie on, if there are points to spare", () => {
    const law = (at: number): number => at ** 3 - 4 * at + 7;
    expect(extrapolated(points(1, 6, law), 20)).toEqual({
      low: law(20),
      likely: law(20),
      high: law(20),
      degree: 3,
    });
    // Any few points lie on one: that says nothing.
    expect(extrapolated(points(1, 4, law), 20).degree).toBeUndefined();
    expect(
      extrapolated(
        points(1, 6, (at) => 2 ** at),
        20,
      ).degree,
    ).toBeUndefined();
  });

  test.each<readonly [name: string, law: (at: number) => number]>([
    ["a power", (at) => 5 * at ** 3],
    ["a polynomial", (at) => at ** 4 + 10 * at ** 2 + 3],
    ["a factor", (at) => 7 * 5 ** at],
    ["a factor with more beside it", (at) => 5 ** at + 4 * at],
    ["a factor that is not reached yet", (at) => 5 ** at - 3 ** at],
    ["a factorial", (at) => points(1, at, (one) => one).reduce((all, [one]) => all * one, 1)],
    ["a number of relations", (at) => 2 ** (at * at)],
    ["nothing", () => 12],
  ])("are between what is said: %s", (_name, law) => {
    for (const to of [4, 5, 7]) {
      const { low, likely, high } = extrapolated(points(1, 3, law), to);
      expect(low).toBeLessThanOrEqual(law(to) * (1 + 1e-9));
      expect(high).toBeGreaterThanOrEqual(law(to) * (1 - 1e-9));
      expect(likely).toBeGreaterThanOrEqual(low);
      expect(likely).toBeLessThanOrEqual(high);
    }
  });

  test("are not sure to grow on: Linux has 786, 26,127 and 40,062 orbits of one, two and three blocks", () => {
    const linux = [
      [1, 786],
      [2, 26_127],
    ] as const;
    const { low, high } = extrapolated(linux, 3);
    expect(low).toBeLessThanOrEqual(40_062);
    expect(high).toBeGreaterThan(40_062);
  });

  test("are what was measured, where it was", () => {
    expect(
      extrapolated(
        points(1, 3, (at) => at),
        3,
      ),
    ).toEqual({ low: 3, likely: 3, high: 3 });
  });
});

describe("an estimate", () => {
  const measured = (pages: number, users: number): Measured => ({
    constants: { pages, users },
    distinctStates: 4 ** pages * 3 ** users,
    generatedStates: 10 * 4 ** pages * 3 ** users,
    seconds: 0.1 + 1e-5 * 4 ** pages * 3 ** users,
    peakMemoryBytes: 1e8 + 100 * 4 ** pages * 3 ** users,
  });
  const pages = { constant: "pages", rungs: [1, 2, 3].map((count) => measured(count, 1)) };
  const users = { constant: "users", rungs: [1, 2, 3].map((count) => measured(1, count)) };

  test("takes constants to multiply", () => {
    const { states, seconds, bytes } = estimateOf(
      [pages, { ...users, rungs: users.rungs.slice(0, 1) }],
      { pages: 3, users: 1 },
      16,
    );
    expect(states.likely).toBe(4 ** 3 * 3);
    expect(seconds.low).toBeLessThan(seconds.high);
    expect(bytes.low).toBeGreaterThanOrEqual(1e8);
    const both = estimateOf([pages, users], { pages: 6, users: 5 }, 16);
    expect(both.states.likely).toBeCloseTo(4 ** 6 * 3 ** 5);
    expect(both.states.low).toBeLessThan(both.states.likely);
  });
});
