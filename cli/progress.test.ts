import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RunFigures } from "../runs/told/index.ts";
import { progressLine } from "./progress.ts";

const said: string[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  said.length = 0;
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.push(String(text).replace(/, [\d,]+ MB\n$/, ""));
    return true;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const figures = (seconds: number, distinctStates: number): RunFigures => ({
  seconds,
  distinctStates,
  generatedStates: 2 * distinctStates,
  depth: 7,
  frontier: 90,
});

it("says how far a run has come every ten seconds, and how fast since it was first looked at", () => {
  const progress = progressLine(false);
  const phase = { name: "ring: ", total: 9_000 };
  // It goes on from a checkpoint.
  progress.show(figures(0, 5_000), phase);
  vi.advanceTimersByTime(10_000);
  progress.show(figures(10, 6_000), phase);
  progress.show(figures(11, 6_100), phase);
  vi.advanceTimersByTime(10_000);
  progress.show(figures(20, 7_000), phase);
  expect(said).toEqual([
    "ring: 10 s, 6,000 states, 100 states/s, about 30 s left, depth 7, frontier 90",
    "ring: 20 s, 7,000 states, 100 states/s, about 20 s left, depth 7, frontier 90",
  ]);
});

it("says no rate where none is known, nor what is the same all the time once all states are found", () => {
  const progress = progressLine(false);
  vi.advanceTimersByTime(10_000);
  progress.show(figures(10, 6_000), { name: "one: ", total: 7_000 });
  vi.advanceTimersByTime(10_000);
  progress.show(figures(4, 300), { name: "another: " });
  vi.advanceTimersByTime(10_000);
  progress.show(figures(30, 300), { name: "liveness 2 of 3, goes on: ", isExplored: true });
  expect(said).toEqual([
    "one: 10 s, 6,000 states, depth 7, frontier 90",
    "another: 4 s, 300 states, depth 7, frontier 90",
    "liveness 2 of 3, goes on: 30 s, 300 states",
  ]);
});

it("says nothing where nobody wants to hear it", () => {
  const progress = progressLine(true);
  vi.advanceTimersByTime(60_000);
  progress.show(figures(60, 300), { name: "" });
  expect(said).toEqual([]);
});
