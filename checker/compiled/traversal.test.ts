import { describe, expect, test, vi } from "vitest";
import { instantiate, mix } from "../../model/index.ts";
import { declare, type Domain, range, type Spec } from "../../spec/index.ts";
import { Ledger } from "../ledger.ts";
import { watch as watchOf } from "../limits.ts";
import { Stop } from "../stop.ts";
import { wholeShare } from "./audit-share.ts";
import { headsAt } from "./board.ts";
import { Explorer } from "./explorer.ts";
import { headBytes, slackOf } from "./head.ts";
import { Levels } from "./levels.ts";
import { clearMemory } from "./memory.ts";
import { SearchFigures } from "./search-figures.ts";
import { Store } from "./store.ts";
import { Team } from "./team.ts";
import { Traversal } from "./traversal.ts";
import { ViolationLog } from "./violation-log.ts";
import { WayBack } from "./way-back.ts";

/** Two counters up to `most`, each of which may count; the sum is never 5. `beside` is in the states, and stays as it is. */
function counters(most = 3, beside: Record<string, Domain<number>> = {}) {
  const { action, invariant, spec } = declare({
    constants: {},
    state: { ...beside, left: range(0, most), right: range(0, most) },
  });
  return spec({
    name: "two-counters",
    title: "count up",
    actions: {
      countsLeft: action("left", {
        when: (state) => state.left < most,
        effect: (state) => {
          state.left += 1;
        },
      }),
      countsRight: action("right", {
        when: (state) => state.right < most,
        effect: (state) => {
          state.right += 1;
        },
      }),
    },
    invariants: { sumIsNotFive: invariant((state) => state.left + state.right !== 5) },
    mayEnd: (state) => state.left + state.right === 2 * most,
  });
}

/** A traversal without audits, checkpoints, helpers and liveness. */
function partsOf(maxStates?: number, its: Spec = counters()) {
  const model = instantiate(its);
  const ledger = new Ledger(model);
  const watch = watchOf({});
  const stop = new Stop(model.pulse, watch);
  const headAt = headsAt(1);
  const memory = clearMemory(2 ** 24, 2 ** 24, false);
  const explorer = new Explorer({
    model,
    ledger,
    memory,
    isShared: false,
    distrusted: new Set(),
    liveness: [],
    headAt,
    worker: 0,
  });
  const team = new Team({
    explorer,
    pulse: model.pulse,
    stop,
    workers: 1,
    worthHelp: { range: 1, found: 1 },
    startHelper: undefined,
    seat: { memory, symmetry: false, distrusted: [] },
  });
  const store = new Store({
    words: model.packing.words,
    headBytes: headAt + headBytes(model),
    slack: slackOf(model),
    limitBytes: 2 ** 24,
    memory,
    fill: (from, to) => explorer.loop.fill(from, to),
    parts: explorer.parts,
    spread: (before, now) => team.spread(0, before, now),
  });
  const levels = new Levels();
  const { counters: own, judging } = explorer;
  const figures = new SearchFigures({
    model,
    explorer,
    counters: [own],
    threads: () => team.threads,
    store,
    levels,
    watch,
  });
  const wayBack = new WayBack(model, explorer, levels, () => {});
  const violations = new ViolationLog({ model, ledger, judging, wayBack, stop });
  const common = { model, ledger, explorer, store, levels, figures, violations, team, stop, watch };
  return { ...common, traversal: new Traversal({ ...common, maxStates }) };
}

describe("a traversal by itself", () => {
  test("explores level by level, and finds a shortest way to a violation", () => {
    const { traversal, levels, ledger, violations } = partsOf();
    traversal.start();
    expect(levels.starts).toEqual([0, 1]);
    traversal.run();
    // As many states as there are sums, and at last none.
    expect(levels.starts).toEqual([0, 1, 3, 6, 10, 13, 15, 16, 16]);
    expect(levels.left).toEqual([]);
    expect(traversal.statistics).toMatchObject({ distinctStates: 16, transitions: 24, depth: 7 });
    expect(violations.recorded).toMatchObject([{ level: 4, finding: { at: { position: -1 } } }]);
    expect(ledger.first()?.trace.steps).toHaveLength(5);
  });

  test("stops at a number of states with the figures of the last whole level", () => {
    const { traversal, levels, stop } = partsOf(11);
    traversal.start();
    traversal.run();
    expect(stop.reason).toBe("state limit");
    expect(levels.rangeOf(levels.current)).toEqual([6, 10]);
    expect(traversal.statistics).toMatchObject({ distinctStates: 10, frontier: 4, depth: 4 });
  });
});

test("one worker makes no lessons for helpers that nobody calls", () => {
  const { traversal, explorer } = partsOf(undefined, counters(99));
  const lessons = vi.spyOn(explorer.relation, "lessons");
  traversal.start();
  traversal.run();
  expect(traversal.statistics.distinctStates).toBe(100 ** 2);
  expect(lessons).not.toHaveBeenCalled();
});

describe("the states that are drawn", () => {
  const wide = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [`beside${i}`, range(0, 65_535)]),
  );

  test.each([
    ["one word", {}, 1],
    ["several words", wide, 3],
  ])("of %s, are those whose lot is below the share", (_, beside, words) => {
    const { traversal, explorer, model } = partsOf(undefined, counters(3, beside));
    traversal.start();
    traversal.run();
    expect(model.packing.words).toBe(words);
    const lots = Array.from({ length: 16 }, (_, state) => {
      const halves = new Uint32Array(2 * words);
      model.packing.write(explorer.digitsOf(state), halves, 0);
      return (halves.reduce(mix, 0) >>> 0) % wholeShare;
    });
    expect(new Set(lots).size).toBe(16);
    for (const share of [0, ...lots, ...lots.map((lot) => lot + 1), wholeShare]) {
      for (let from = 0; from <= 16; from++) {
        const first = lots.findIndex((lot, state) => state >= from && lot < share);
        expect(explorer.drawn(from, 16, share)).toBe(first === -1 ? 16 : first);
      }
    }
  });
});

describe("levels", () => {
  test("what is left of one is explored before the next", () => {
    const levels = new Levels();
    levels.close(5);
    expect([levels.current, levels.next(), levels.explored]).toEqual([0, [0, 5], 0]);
    levels.leave([3, 5], [1, 2], [3, 3]);
    expect([levels.next(), levels.explored]).toEqual([[1, 2], 2]);
    levels.leave();
    levels.close(9);
    expect([levels.current, levels.next(), levels.explored]).toEqual([1, [3, 5], 3]);
    levels.leave();
    expect([levels.next(), levels.explored]).toEqual([[5, 9], 5]);
  });
});
