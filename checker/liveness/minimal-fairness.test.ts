import { expect, test } from "vitest";
import { few } from "../../toys/share.ts";
import { fairLasso } from "./fair-lasso.ts";
import { minimalFairness } from "./minimal-fairness.ts";
import { diceFrom, randomQuestion, systemOf } from "../../toys/graphs.ts";

/** A request is carried out, unless one lingers; a clock ticks beside it. */
const request = systemOf({ at: "asked", tick: 0 }, ({ at, tick }) => [
  ["Tick", { at, tick: 1 - tick }],
  ...(at === "asked" ? [["Start", { at: "running", tick }] as const] : []),
  ...(at === "running" && tick === 0 ? [["Finish", { at: "finished", tick }] as const] : []),
]);
const question = { graph: request.graph, stay: request.where(({ at }) => at !== "finished") };

test("names the obligations that an answer depends on", () => {
  const fairness = [
    request.weak("Tick"),
    request.weak("Start"),
    request.strong("Start"),
    request.strong("Finish"),
    request.weak("Finish"),
  ];
  const [tick, weakStart, , strongFinish] = fairness;
  expect(minimalFairness([{ ...question, fairness }])).toEqual([tick, weakStart, strongFinish]);
});

test("is undefined where there is a fair behaviour", () => {
  expect(minimalFairness([{ ...question, fairness: [request.weak("Tick")] }])).toBeUndefined();
});

test("is empty where no behaviour does it, fair or not", () => {
  const stay = request.where(() => false);
  expect(minimalFairness([{ ...question, stay, fairness: [request.weak("Tick")] }])).toEqual([]);
});

test("does without an obligation that is given twice", () => {
  const twice = request.weakOfAll();
  const stay = request.where(({ at, tick }) => at === "asked" && tick === 0);
  expect(minimalFairness([{ ...question, stay, fairness: [twice, twice] }])).toEqual([twice]);
});

test("is enough and not too much, on random graphs", () => {
  const count = few(400, 10_000);
  const sizes = [0, 0, 0, 0, 0];
  for (let seed = 0; seed < count; seed++) {
    const random = randomQuestion(diceFrom(seed), 7, 4);
    const needed = minimalFairness([random]);
    expect(needed === undefined).toBe(fairLasso(random) !== undefined);
    if (needed === undefined) continue;
    (sizes[needed.length] as number)++;
    expect(fairLasso({ ...random, fairness: needed })).toBeUndefined();
    for (const one of needed) {
      const others = needed.filter((other) => other !== one);
      expect(fairLasso({ ...random, fairness: others })).toBeDefined();
    }
  }
  expect(sizes[1]).toBeGreaterThan((3 * count) / 100);
  expect(sizes[2]).toBeGreaterThan((2 * count) / 1_000);
});
