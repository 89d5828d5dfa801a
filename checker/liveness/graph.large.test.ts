import { expect, test } from "vitest";
import { Bits } from "./bits.ts";
import { unlimited } from "./budget.ts";
import { fairLasso, type Lasso } from "./fair-lasso.ts";
import type { Graph } from "./graph.ts";
import { minimalFairness } from "./minimal-fairness.ts";
import type { Question } from "./question.ts";
import { recoverable } from "./recoverable.ts";
import { faultOf } from "../../toys/graphs.ts";

const states = 1_000_000;
const perState = 10;
const furthest = perState - 1;
/** The last place of the ring is off it. */
const ring = states - 1;
const [moves, leaves] = [0, 1];

/** The number of the state at a place: neighbours are far apart. */
const numberOf = (place: number): number => (place * 271_829) % states;

/**
 * A ring of places with steps to each of the next nine. Who passes the end comes through one of the last
 * nine, where there is a way off the ring too, and from there back to the beginning; everywhere else
 * leaving changes nothing.
 */
function longRing(): Graph {
  const first = Uint32Array.from({ length: states + 1 }, (_, state) => state * perState);
  const target = new Uint32Array(states * perState);
  const label = new Uint16Array(states * perState);
  for (let place = 0; place < states; place++) {
    const state = numberOf(place);
    const at = state * perState;
    for (let step = 1; step <= furthest; step++) {
      target[at + step - 1] = numberOf(place === ring ? 0 : (place + step) % ring);
      label[at + step - 1] = moves;
    }
    target[at + furthest] = place >= ring - furthest ? numberOf(ring) : state;
    label[at + furthest] = leaves;
  }
  return { states, initial: [0], first, target, label, budget: unlimited };
}

const graph = longRing();
const move = { name: "move", kind: "weak", labels: new Set([moves]) } as const;
const leave = { name: "leave", kind: "strong", labels: new Set([leaves]) } as const;
const onRing: Question = {
  graph,
  from: Bits.where(states, (state) => state === 0),
  stay: Bits.where(states, (state) => state !== numberOf(ring)),
  fairness: [move, leave],
};

test("a million states, ten million steps: holds", () => {
  expect(fairLasso(onRing)).toBeUndefined();
  expect(minimalFairness([{ ...onRing, fairness: [leave, move] }])).toEqual([leave, move]);
});

test("a million states, ten million steps: a long way round", () => {
  const question: Question = { ...onRing, fairness: [move, { ...leave, kind: "weak" }] };
  const lasso = fairLasso(question) as Lasso;
  expect(faultOf(question, lasso)).toBeUndefined();
  expect([lasso.stem.length, lasso.loop.length]).toEqual([0, Math.ceil(ring / furthest)]);
});

test("a million states, ten million steps: a way to stop", () => {
  const question: Question = { ...onRing, fairness: [leave] };
  expect(fairLasso(question)).toMatchObject({ stem: [], loop: [], isShortest: true });
  const far = Bits.where(states, (state) => state === numberOf(ring - 1));
  const there = { ...question, fairness: [{ ...leave, kind: "weak" }], again: [far] } as const;
  const lasso = fairLasso(there) as Lasso;
  expect(faultOf(there, lasso)).toBeUndefined();
  expect(lasso.loop).toHaveLength(Math.ceil((ring - 1) / furthest) + 1);
});

test("a million states, ten million steps: a way back", () => {
  const all = Bits.where(states, () => true);
  const start = Bits.where(states, (state) => state === 0);
  expect(recoverable(graph, all, start)).toBeUndefined();
  expect(recoverable(graph, all, new Bits(states))).toEqual({ start: 0, steps: [] });
});
