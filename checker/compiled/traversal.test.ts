import { describe, expect, test } from "vitest";
import { instantiate } from "../../model/index.ts";
import { declare, range } from "../../spec/index.ts";
import { Ledger } from "../ledger.ts";
import { watch as watchOf } from "../limits.ts";
import { Stop } from "../stop.ts";
import { headsAt } from "./board.ts";
import { Explorer } from "./explorer.ts";
import { headBytes, slackOf } from "./head.ts";
import { Levels } from "./levels.ts";
import { clearMemory } from "./memory.ts";
import { SearchFigures } from "./search-figures.ts";
import { newStore } from "./store.ts";
import { Team } from "./team.ts";
import { Traversal } from "./traversal.ts";
import { ViolationLog } from "./violation-log.ts";
import { WayBack } from "./way-back.ts";

/** Two counters up to 3, each of which may count; the sum is never 5. */
function counters() {
  const { action, invariant, spec } = declare({
    constants: {},
    state: { left: range(0, 3), right: range(0, 3) },
  });
  return spec({
    name: "two-counters",
    title: "count up",
    actions: {
      countsLeft: action("left", {
        when: (state) => state.left < 3,
        effect: (state) => {
          state.left += 1;
        },
      }),
      countsRight: action("right", {
        when: (state) => state.right < 3,
        effect: (state) => {
          state.right += 1;
        },
      }),
    },
    invariants: { sumIsNotFive: invariant((state) => state.left + state.right !== 5) },
    mayEnd: (state) => state.left + state.right === 6,
  });
}

/** A traversal without audits, checkpoints, helpers and liveness. */
function partsOf(maxStates?: number) {
  const model = instantiate(counters());
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
    worthHelp: { range: Number.POSITIVE_INFINITY, found: Number.POSITIVE_INFINITY },
    startHelper: undefined,
    seat: { memory, symmetry: false, distrusted: [] },
  });
  const store = newStore({
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
