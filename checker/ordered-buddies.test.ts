/** Buddies whose halves are ordered: what may be told apart, and what is found in it. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import {
  buddies,
  declare,
  each,
  type Index,
  oneOf,
  sequence,
  type Spec,
  SpecError,
} from "../spec/index.ts";
import { orderedBuddyTrees } from "../toys/small-specs.ts";
import { check, type Verdict } from "./index.ts";

const frame = buddies("frame", {
  levels: 2,
  trees: ({ trees }: { trees: number }) => trees,
  ordered: "halves",
});
const block = frame.blocks("block");
type Block = Index<"block">;
const { action, invariant, leadsTo, spec, witness } = declare({
  constants: { trees: 2 },
  state: {
    owner: each(block, oneOf("no block", "free", "in use")),
    /** Kept at the first frame of a block, as in struct page. */
    mark: each(frame, oneOf("none", "reported")),
    reports: sequence(block, 1),
  },
});

const guestAllocates = action("guest", {
  forAny: block,
  when: (state, b) => state.owner[b] === "free" && state.reports.length === 0,
  effect: (state, b) => {
    state.owner[b] = "no block";
    let part: Block = b;
    // expand(): the lower half is handed out, the upper one goes back to a list.
    for (;;) {
      const [lower, upper] = block.halves(part);
      if (lower === undefined || upper === undefined) break;
      state.owner[upper] = "free";
      part = lower;
    }
    state.owner[part] = "in use";
    state.mark[block.first(part)] = "none";
  },
});
const guestFrees = action("guest", {
  forAny: block,
  when: (state, b) => state.owner[b] === "in use" && state.reports.length === 0,
  effect: (state, b) => {
    state.owner[b] = "no block";
    let merged: Block = b;
    for (;;) {
      const buddy = block.buddy(merged);
      const parent = block.parent(merged);
      if (buddy === undefined || parent === undefined || state.owner[buddy] !== "free") break;
      state.owner[buddy] = "no block";
      merged = parent;
    }
    state.owner[merged] = "free";
  },
});
const workerReports = action("worker", {
  forAny: block,
  when: (state, b) => state.reports.length === 0 && state.owner[b] === "free" && block.order(b) > 0,
  effect: (state, b) => {
    state.reports.push(b);
  },
});
const hostAnswers = action("host", {
  fairness: "weak",
  when: (state) => state.reports.length > 0,
  effect: (state) => {
    const [b] = state.reports.splice(0, 1);
    if (b === undefined) return;
    state.mark[block.first(b)] = "reported";
  },
});

const allocator = spec({
  name: "lower-half",
  title: "an allocator that hands out the lower half",
  initial: (state) => {
    for (const b of state.owner.keys()) if (block.parent(b) === undefined) state.owner[b] = "free";
  },
  actions: { guestAllocates, guestFrees, workerReports, hostAnswers },
  invariants: {
    /** Nothing smaller is ever reported than two frames, and those begin at an even offset. */
    markedFramesAreEven: invariant({
      forAny: frame,
      when: (state, f) => state.mark[f] === "reported",
      holds: (_state, f) => frame.offset(f) % 2 === 0,
    }),
    upperHalvesAreNeverMarked: invariant({
      forAny: block,
      when: (_state, b) => block.order(b) === 1 && !block.isLower(b),
      holds: (state, b) => state.mark[block.first(b)] === "none",
    }),
  },
  witnesses: {
    anUpperHalfIsInUse: witness({
      forAny: block,
      holds: (state, b) => state.owner[b] === "in use" && !block.isLower(b),
    }),
  },
  liveness: {
    reportIsAnswered: leadsTo({
      from: (state) => state.reports.length > 0,
      to: (state) => state.reports.length === 0,
    }),
  },
});

const figures = ({ kind, properties, statistics }: Verdict) => [
  kind,
  statistics.unreducedStates,
  statistics.depth,
  properties.map(({ name, status, trace }) => `${name} ${status} ${trace?.steps.length}`),
];

describe.each(["reference", "compiled"] as const)("%s", (engine) => {
  const found = (its: Spec, symmetry: boolean, trees = 2): Verdict =>
    check(instantiate(its, { symmetry, constants: { trees } }), { engine });

  test("trees are exchanged, halves are not: as much is found in a half of the states", () => {
    const [reduced, whole] = [found(allocator, true), found(allocator, false)];
    expect(figures(reduced)).toEqual(figures(whole));
    expect(reduced.grounds?.symmetry).toEqual({ kind: "proved", doubts: [] });
    expect(reduced.statistics.distinctStates).toBeLessThan(whole.statistics.distinctStates * 0.55);
    expect(reduced.properties.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "markedFramesAreEven holds",
      "upperHalvesAreNeverMarked violated",
      "anUpperHalfIsInUse seen",
      "reportIsAnswered holds",
      "deadlockFreedom holds",
    ]);
  });

  test("of one tree nothing is exchanged", () => {
    const { grounds, statistics } = found(allocator, true, 1);
    expect(grounds?.symmetry).toBeUndefined();
    expect(statistics.unreducedStates).toBe(BigInt(statistics.distinctStates));
  });

  test("cells that count in two trees are pairs of them", () => {
    const { statistics } = check(instantiate(orderedBuddyTrees(1, 2, 2)), { engine });
    expect(statistics).toMatchObject({ distinctStates: 10, unreducedStates: 16n });
  });

  test("what tells trees apart is still found out", () => {
    const told = spec({
      name: "told",
      title: "the first tree is preferred",
      actions: {
        guestTakes: action("guest", {
          forAny: frame,
          when: (state, f) => Number(f) < 4 && state.mark[f] === "none",
          effect: (state, f) => {
            state.mark[f] = "reported";
          },
        }),
      },
      mayEnd: () => true,
    });
    expect(() => found(told, true)).toThrow("declared interchangeable (or buddies) and is not");
    expect(found(told, false).statistics.distinctStates).toBe(16);
  });

  test("a function that asks swapped halves which is the lower ends the search", () => {
    const plain = buddies("frame", { levels: 1 });
    const blocks = plain.blocks("block") as unknown as typeof block;
    const { action: acts, spec: made } = declare({
      constants: { trees: 1 },
      state: { at: each(blocks, oneOf("a", "b")) },
    });
    const guestTakes = acts("guest", {
      forAny: blocks,
      when: (_state, b) => blocks.isLower(b),
      effect: () => {},
    });
    const asks = made({ name: "asks", title: "asks", actions: { guestTakes } });
    expect(() => found(asks, true, 1)).toThrow(SpecError);
    expect(() => found(asks, true, 1)).toThrow('"block" has no isLower: the halves');
  });
});
