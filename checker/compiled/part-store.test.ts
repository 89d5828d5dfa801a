import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../../model/index.ts";
import { declare, each, ordered, range, type Spec } from "../../spec/index.ts";
import { CheckpointError, type Known } from "../checkpoint.ts";
import type { Verdict } from "../verdict.ts";
import { search } from "./search.ts";

/** Of four words, one counter is in the first, the other in the second, and nothing in the others. */
function counters(last: number): Spec {
  const cell = range(0, 65_535);
  const filler = ordered("filler", 3);
  const more = ordered("more", 11);
  const { action, spec } = declare({
    constants: {},
    state: { one: cell, behind: each(filler, cell), other: cell, rest: each(more, cell) },
  });
  const onesTurn = action("counters", {
    when: (state) => state.one < last,
    effect: (state) => {
      state.one += 1;
    },
  });
  const othersTurn = action("counters", {
    when: (state) => state.other < last,
    effect: (state) => {
      state.other += 1;
    },
  });
  return spec({
    name: "counters",
    title: "count up, each in a word of its own",
    actions: { onesTurn, othersTurn },
    mayEnd: (state) => state.one === last && state.other === last,
  });
}

const last = 119;
const states = (last + 1) ** 2;

function searched(
  model: Model,
  options: { readonly memoryBytes?: number; readonly resume?: Known; readonly maxStates?: number },
): { readonly verdict: Verdict; readonly known: Known | undefined } {
  let known: Known | undefined;
  const keep = ({ header, states: kept }: Known): void => {
    known = { header: JSON.parse(JSON.stringify(header)) as object, states: kept.slice() };
  };
  const verdict = search(
    model,
    { audit: "none", ...options, onCheckpoint: keep, onOver: keep },
    undefined,
  );
  return { verdict, known };
}

describe("states of several words", () => {
  const model = instantiate(counters(last));
  const whole = searched(model, {});

  test("are divided where there are fewest parts, and none is lost", () => {
    expect(model.packing.words).toBe(4);
    expect(whole.verdict.statistics).toMatchObject({
      distinctStates: states,
      transitions: 2 * states - 2 * (last + 1),
      depth: 2 * last + 1,
    });
    // If they were divided in the middle, each would have a first part of its own, of 16 bytes.
    expect(whole.known?.states.length).toBeLessThan(10 * states);
  });

  test("a search goes on with the parts that were kept", () => {
    const half = searched(model, { maxStates: states / 2 });
    expect(half.verdict.kind).toBe("incomplete");
    const resumed = searched(instantiate(counters(last)), { resume: half.known as Known });
    expect(resumed.verdict.statistics).toMatchObject({ distinctStates: states });
    expect(resumed.verdict.kind).toBe(whole.verdict.kind);
  });

  test("what was kept is refused where a state has a part that there is not", () => {
    const { header, states: kept } = searched(model, { maxStates: states / 2 }).known as Known;
    for (const at of [0, 4]) {
      const damaged = kept.slice();
      new DataView(damaged.buffer).setUint32(16 + 8 * 100 + at, 1_000_000, true);
      const resume = { header, states: damaged };
      expect(() => searched(instantiate(counters(last)), { resume })).toThrow(CheckpointError);
    }
    const cut = { header, states: kept.slice(0, -8) };
    expect(() => searched(instantiate(counters(last)), { resume: cut })).toThrow(CheckpointError);
  });

  test("where memory is full, whatever of it, nothing is said to hold", () => {
    let found = 0;
    for (const kib of [4_500, 4_600, 4_700, 4_800, 5_000]) {
      const { verdict } = searched(model, { memoryBytes: kib * 1_024 });
      const { distinctStates, peakMemoryBytes } = verdict.statistics;
      expect(distinctStates).toBeGreaterThanOrEqual(found);
      expect(verdict.kind).toBe(distinctStates === states ? whole.verdict.kind : "incomplete");
      expect(peakMemoryBytes).toBeLessThanOrEqual(kib * 1_024);
      found = distinctStates;
    }
    expect(found).toBe(states);
  });
});
