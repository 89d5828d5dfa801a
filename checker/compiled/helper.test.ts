import { expect, test } from "vitest";
import { type Board, tasks } from "./board.ts";
import type { Explorer } from "./explorer.ts";
import { assist } from "./helper.ts";
import type { Pace } from "./pace.ts";

/** A search without states, in which a helper has only to come and go. */
const explorer = {
  judging: { news: () => undefined, dropLevel: () => {}, beginLevel: () => {}, hear: () => {} },
  auditShare: () => {},
} as unknown as Explorer;
const pace = { size: 1 } as Pace;

/** What a helper did in rounds, of which `calls` says, at each look at its own cell, the last it is called for. */
function finishedRounds(rounds: readonly number[], calls: readonly number[]): readonly number[] {
  const finished: number[] = [];
  const cells = new Map<string, number>([["task", tasks.explore]]);
  const seen = [0, ...rounds];
  let looks = 0;
  const board: Board = {
    get: (name) => {
      // The helper looks twice: whether the round is another one, and which.
      if (name === "round") return seen[Math.floor((looks++ + 1) / 2)] ?? -1;
      if (name === "level") return (looks + 1) / 2 > seen.length ? -1 : 1;
      return cells.get(name) ?? 0;
    },
    set: () => {},
    add: (name) => {
      if (name === "finished") finished.push(seen[Math.floor(looks / 2)] as number);
      return cells.get(name) ?? 0;
    },
    exchange: () => 0,
    wait: () => {},
    wake: () => {},
    own: (_, name) => (name === "round" ? (calls[Math.floor(looks / 2) - 1] as number) : 0),
    setOwn: () => {},
    stretch: () => ({ from: 0, to: 0, first: 0, end: 0 }),
    setStretch: () => {},
    tell: () => {},
    read: () => undefined,
  };
  assist(board, 1, explorer, pace);
  return finished;
}

test("a helper takes part in the rounds that it is called for", () => {
  expect(finishedRounds([1, 2, 3], [1, 2, 3])).toEqual([1, 2, 3]);
  expect(finishedRounds([1, 2, 3], [0, 2, 2])).toEqual([2]);
});

test("a helper that wakes so late that it is called for the next round takes part in that one, once", () => {
  expect(finishedRounds([1, 2, 3], [2, 2, 3])).toEqual([2, 3]);
});
