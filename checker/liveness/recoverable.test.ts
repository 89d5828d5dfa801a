import { expect, test } from "vitest";
import { Bits } from "./bits.ts";
import { type Graph, statesAlong } from "./graph.ts";
import { recoverable } from "./recoverable.ts";
import { diceFrom, graphOf, randomGraph, stepsFrom, systemOf } from "../../toys/graphs.ts";
import { few } from "../../toys/share.ts";

/** A page leaks from "isolated"; a free one may come to be in use and back. */
const leak = systemOf("free", (page) => {
  if (page === "free")
    return [
      ["Use", "in use"],
      ["Isolate", "isolated"],
    ];
  if (page === "in use") return [["Free", "free"]];
  return page === "isolated" ? [["Lose", "lost"]] : [];
});
const pages = (...of: readonly string[]): Bits => leak.where((page) => of.includes(page));

test("finds the nearest state from which there is no way back", () => {
  const stem = recoverable(leak.graph, pages("isolated", "lost"), pages("in use"));
  expect(stem?.steps).toHaveLength(1);
  expect(recoverable(leak.graph, pages("lost"), pages("in use"))?.steps).toHaveLength(2);
});

test("finds none where there always is one, be it no step at all", () => {
  expect(recoverable(leak.graph, pages("free", "in use"), pages("in use"))).toBeUndefined();
  expect(recoverable(leak.graph, pages("lost"), pages("lost"))).toBeUndefined();
  expect(recoverable(leak.graph, pages(), pages())).toBeUndefined();
});

test("looks at every initial state", () => {
  const graph = graphOf(3, [2, 1], [{ from: 2, to: 0, label: 0 }]);
  const [when, to] = [[1], [0]].map((some) => Bits.where(3, (state) => some.includes(state)));
  expect(recoverable(graph, when as Bits, to as Bits)).toEqual({ start: 1, steps: [] });
});

/** All that can be reached, nearest first. */
function reachedFrom(graph: Graph, start: readonly number[]): readonly number[] {
  const reached = [...new Set(start)];
  for (const state of reached) {
    for (const { to } of stepsFrom(graph, state)) if (!reached.includes(to)) reached.push(to);
  }
  return reached;
}

test("agrees with what follows from the definition, on random graphs", () => {
  const count = few(2_000, 20_000);
  let found = 0;
  for (let seed = 0; seed < count; seed++) {
    const dice = diceFrom(seed);
    const graph = randomGraph(dice, 1 + dice(9));
    const some = (): Bits => Bits.where(graph.states, () => dice(4) === 0);
    const [when, to] = [some(), some()];
    const isLost = (state: number): boolean =>
      when.has(state) && !reachedFrom(graph, [state]).some((other) => to.has(other));
    const nearest = reachedFrom(graph, graph.initial).find(isLost);
    const stem = recoverable(graph, when, to);
    expect({ seed, isFound: stem !== undefined }).toEqual({ seed, isFound: nearest !== undefined });
    if (stem === undefined || nearest === undefined) continue;
    found++;
    const states = statesAlong(graph, stem.start, stem.steps);
    expect(graph.initial).toContain(stem.start);
    stem.steps.forEach((step, position) => {
      expect(graph.first[states[position] as number]).toBeLessThanOrEqual(step);
      expect(graph.first[(states[position] as number) + 1]).toBeGreaterThan(step);
    });
    expect(states.findIndex(isLost)).toBe(states.length - 1);
    expect(stem.steps).toHaveLength(distance(graph, nearest));
  }
  expect(found).toBeGreaterThan(count / 10);
});

function distance(graph: Graph, to: number): number {
  let level = [...graph.initial];
  for (let depth = 0; ; depth++) {
    if (level.includes(to)) return depth;
    level = [...new Set(level.flatMap((state) => stepsFrom(graph, state).map((step) => step.to)))];
  }
}
