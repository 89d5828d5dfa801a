/** A callback that passes something on beside its answer: whatever the way, no engine takes the answer for all of it. */
import { describe, expect, test } from "vitest";
import type { Spec } from "../spec/index.ts";
import { handsOn, handsOnRecords, handsOnRows, handsOnSubsets } from "../toys/attacks/handed-on.ts";
import { harmless } from "../toys/attacks/harmless.ts";
import { outcomeOf } from "../toys/attacks/outcome.ts";
import {
  askedIn,
  counters,
  grid,
  type Machine,
  numbers,
  type Place,
  placeNames,
  queue,
  records,
  type Sum,
} from "../toys/attacks/places.ts";
import { plainSearch } from "../toys/attacks/plain-search.ts";
import type { EngineName } from "./index.ts";
import { oneIn } from "../toys/share.ts";

/** Nothing is judged a second time: what is right is right because of what is proved. */
const audit = "none";
/** So many states have the same items. */
const idle = 5;
const few = counters(4);
const short = queue(3);

const ways = Object.values(handsOn).flatMap((group) => Object.entries(group));

/** Each in another place of a spec, so that every place is tried with many; one in three of a sequence. */
const placed = ways.map(([way, sum], at) => ({
  way,
  sum,
  place: placeNames[at % placeNames.length] ?? "guard",
  machine: at % 16 < 5 ? short : few,
}));

const rightOrRefused = (spec: Spec, engine: EngineName): void => {
  const outcome = outcomeOf(spec, { engine, audit });
  if ("refused" in outcome) return;
  expect(outcome).toEqual(plainSearch(spec));
};

const right = (spec: Spec, engine: EngineName): void => {
  expect(outcomeOf(spec, { engine, audit })).toEqual(plainSearch(spec));
};

const sums = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0);

describe("each way adds up what it is given, so that what is passed on matters", () => {
  const lists = [[0], [2], [2, 2, 1, 2, 2], [2, 2, 2, 2, 2], [3, 3, 2], [3, 3, 3], [0, 0, 0]];
  test.each([...ways, ...Object.entries(harmless)])("%s", (_, sum) => {
    expect(lists.map(sum)).toEqual(lists.map(sums));
  });
});

describe("a callback that passes something on is right or refused", () => {
  test.each(oneIn(83, placed))("$way, in $place", ({ sum, place, machine }) => {
    rightOrRefused(askedIn(place, machine, sum, idle), "compiled");
    rightOrRefused(askedIn(place, few, sum), "reference");
  });
});

describe("a few of them in every place of a spec", () => {
  const names = [
    "calls a helper of the module",
    "throws what it sees",
    "answers an object with a private field",
  ];
  const samples = ways.filter(([way]) => names.includes(way));
  const everywhere = samples.flatMap(([way, sum]) =>
    placeNames.map((place) => ({ way, sum, place })),
  );
  test.each(oneIn(83, everywhere))("$way, in $place", ({ sum, place }) => {
    rightOrRefused(askedIn(place, few, sum, idle), "compiled");
  });
});

describe("of records, rows of rows and subsets", () => {
  const others = [
    ...Object.entries(handsOnRecords).map(([way, sum]) => [way, askedOf(records, sum)] as const),
    ...Object.entries(handsOnRows).map(([way, sum]) => [way, askedOf(grid, sum)] as const),
    ...Object.entries(handsOnSubsets).map(([way, sum]) => [way, askedOf(numbers, sum)] as const),
  ];
  test.each(oneIn(11, others))("%s", (_, askIn) => {
    for (const place of ["guard", "effect that has written", "invariant", "formula"] as const) {
      rightOrRefused(askIn(place, idle), "compiled");
      rightOrRefused(askIn(place, 0), "reference");
    }
  });

  function askedOf<Items>(machine: Machine<Items>, sum: Sum<Items>) {
    return (place: Place, idle: number): Spec => askedIn(place, machine, sum, idle);
  }
});

describe("the same ways without harm are right, and never refused", () => {
  const uses = Object.entries(harmless).map(([use, sum], at) => ({
    use,
    sum,
    place: placeNames[at % placeNames.length] ?? "guard",
  }));
  test.each(oneIn(4, uses))("$use, in $place", ({ sum, place }) => {
    right(askedIn(place, few, sum), "reference");
    right(askedIn(place, few, sum, idle), "compiled");
  });

  test.each(oneIn(11, uses))("$use, in a condition and an invariant", ({ sum }) => {
    for (const place of ["guard", "invariant"] as const) {
      right(askedIn(place, few, sum), "reference");
      right(askedIn(place, few, sum), "compiled");
    }
  });
});
