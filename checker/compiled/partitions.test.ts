import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../../model/index.ts";
import { declare, each, isA, ordered, range, type Spec, SpecError } from "../../spec/index.ts";
import type { Comparison } from "../../toys/differences.ts";
import { startsHelpers } from "../../toys/helpers.ts";
import { protocols } from "../../toys/protocols.ts";
import { compareRandomSpecs, told } from "../../toys/random-specs.ts";
import { few, nightly } from "../../toys/share.ts";
import { type Checkpoint, type CheckOptions, check, type Verdict } from "../index.ts";
import { partitionKinds } from "./partition-code.ts";
import { partitionFunctions } from "./partition-functions.ts";
import { Partitions, partitionSizes } from "./partitions.ts";
import type { SearchOptions } from "./search.ts";

type Options = CheckOptions & Pick<SearchOptions, "addressed" | "worthHelp">;

const page = 2 ** 16;
const pageRing = protocols.find(({ spec }) => spec.name === "page-ring")?.spec as Spec;

/** What is to be the same wherever states are. */
const comparable = ({ statistics, ...others }: Verdict): unknown => ({
  ...others,
  statistics: { ...statistics, seconds: 0, peakMemoryBytes: 0, actions: {} },
});

const asked: Options = { audit: "none" };

/** Only so many bytes for states, and nowhere else to go. */
const here = (states: number): NonNullable<Options["addressed"]> => ({
  states,
  partitions: undefined,
});

/** Three counters that count up, with what is violated late; between them so many cells of 8 bits in which nothing happens. */
function counters(last: number, between: number): Spec {
  const cell = range(0, 255);
  const gap = ordered("gap", between);
  const { action, invariant, leadsTo, spec, stepProperty, type } = declare({
    constants: {},
    state: { one: cell, gap: each(gap, cell), two: cell, further: each(gap, cell), three: cell },
  });
  const counts = (which: "one" | "two" | "three") =>
    action("counters", {
      when: (state) => state[which] < last,
      effect: (state) => {
        state[which] += 1;
      },
    });
  const areAll = ({ one, two, three }: typeof type.state, at: number): boolean =>
    one === at && two === at && three === at;
  return spec({
    name: "counters",
    title: "count up",
    actions: { first: counts("one"), second: counts("two"), third: counts("three") },
    invariants: {
      notAllAtEnd: invariant((state) => !areAll(state, last)),
      inRange: invariant((state) => state.one <= last),
    },
    stepProperties: {
      isNotLast: stepProperty((before, after) => areAll(before, last) || !areAll(after, last)),
    },
    liveness: {
      comesBack: leadsTo({
        from: (state) => areAll(state, last - 1),
        to: (state) => areAll(state, 0),
      }),
    },
    mayEnd: (state) => areAll(state, last),
  });
}

/**
 * A check that has room for its table until it has some of the states, and then for many more in partitions; what the same
 * check says that has all of them in one memory.
 */
function bothWays(
  make: () => Model,
  room: number,
  count: number,
  options: Options = asked,
): { readonly divided: Verdict; readonly whole: Verdict } {
  // Without partitions it ends: so with them it has divided its table.
  const cut = check(make(), { ...options, addressed: here(room) } as Options);
  expect(cut).toMatchObject({ kind: "incomplete", reason: "memory limit" });
  const addressed = { states: room, partitions: { count, bytes: 8 * page } };
  return {
    divided: check(make(), { ...options, addressed } as Options),
    whole: check(make(), options),
  };
}

describe("a search whose table is divided says the same, with the same traces", () => {
  const three = instantiate(counters(11, 1));
  test.each(few([2], [1, 2, 5]))(
    "by %i partitions, of what is violated in states, steps and for ever",
    (count) => {
      const { divided, whole } = bothWays(() => three, 25_000, count);
      expect(whole.kind).toBe("violated");
      expect(whole.statistics.distinctStates).toBe(12 ** 3);
      const ends = whole.properties.map(({ name, status }) => [name, status]);
      expect(ends).toContainEqual(["isNotLast", "violated"]);
      expect(ends).toContainEqual(["comesBack", "violated"]);
      expect(comparable(divided)).toEqual(comparable(whole));
    },
  );

  test("of several words", () => {
    const { divided, whole } = bothWays(() => instantiate(counters(15, 8)), 85_000, 2);
    expect(whole.statistics.distinctStates).toBe(16 ** 3);
    expect(comparable(divided)).toEqual(comparable(whole));
  });

  test("of orbits", () => {
    const options = { ...asked, liveness: false };
    const constants = { pages: few(9, 12) };
    const make = (): Model => instantiate(pageRing, { constants });
    const { divided, whole } = bothWays(make, 23_000, 3, options);
    expect(whole.kind).toBe("holds");
    expect(comparable(divided)).toEqual(comparable(whole));
  });

  test.each(few([], [1, 2, 3]))("of the page ring, by %i workers", (workers) => {
    const constants = { pages: 7 };
    const make = (): Model => instantiate(pageRing, { constants, symmetry: false });
    const startHelper = startsHelpers("page-ring", constants);
    const options = {
      ...asked,
      liveness: false,
      worthHelp: { range: 1, found: 1 },
      workers,
      startHelper,
    };
    const { divided, whole } = bothWays(make, 1_300_000, 5, options);
    expect(whole.statistics).toMatchObject({ distinctStates: 133_533, depth: 44 });
    expect(comparable(divided)).toEqual(comparable(whole));
  });

  test("with all states and steps judged once more, and with the graph in the same memory", () => {
    const constants = { pages: 5 };
    const make = (): Model => instantiate(pageRing, { constants, symmetry: false });
    const { divided, whole } = bothWays(make, 120_000, 3, {});
    expect(whole.kind).toBe("holds");
    expect(comparable(divided)).toEqual(comparable(whole));
  });
});

/** A spec beside which a clock ticks, so many times: it has that many times more states. */
function besideClock(its: Spec, ticks: number): Spec {
  const { action, spec } = declare({ constants: {}, state: { ticks: range(0, ticks) } });
  const goes = action("clock", {
    when: (state) => state.ticks < ticks,
    effect: (state) => {
      state.ticks += 1;
    },
  });
  const clock = spec({ name: "clock", title: "ticks", actions: { goes }, mayEnd: () => true });
  const state = { ...its.state, ...clock.state };
  return { ...its, state, actions: { ...its.actions, ...clock.actions } };
}

/** What a search comes to, as far as it is the same wherever states are; or why there is none. */
function ended(model: Model, options: Options): string {
  try {
    const its = comparable(check(model, options));
    return JSON.stringify(its, (_, value) => (typeof value === "bigint" ? `${value}` : value));
  } catch (error) {
    if (!isA(SpecError, error)) throw error;
    return error.message;
  }
}

nightly(() => {
  test("random specs: a search whose table is divided says the same", async () => {
    const states = 25_000;
    const isFull = '"memory limit"';
    const judge = async (evaluate: () => Promise<Spec>): Promise<Comparison> => {
      const ends = async (addressed: Options["addressed"]): Promise<string> => {
        const model = instantiate(besideClock(await evaluate(), 999));
        return ended(model, { ...asked, liveness: false, addressed } as Options);
      };
      const other = { kind: "holds", symmetry: "none", refused: 0 } as const;
      const tooLarge = { ...other, kind: "too large", differences: [] } as const;
      // What fits, or ends before that, divides nothing.
      if (!(await ends(here(states))).includes(isFull)) return tooLarge;
      const divided = await ends({ states, partitions: sizes(3) });
      // Of wide states there are too many even so: the list of them has no other place.
      if (divided.includes(isFull)) return tooLarge;
      const whole = await ends(undefined);
      return { ...other, differences: divided === whole ? [] : [`${divided}\n${whole}`] };
    };
    const campaign = await compareRandomSpecs({ specs: 20, seed: 1, mostUnexplained: 1, judge });
    expect(campaign.unexplained.map(told).join("\n")).toBe("");
    expect(campaign.counts["holds"]).toBe(20);
  });
});

describe("what was kept of a search", () => {
  /** What a search has kept that is cut, and its states. */
  function cutAt(model: Model, options: Options): Checkpoint {
    let last: Checkpoint | undefined;
    const onCheckpoint = (kept: Checkpoint): void => {
      last = kept.map((its) => ({
        ...its,
        header: JSON.parse(JSON.stringify(its.header)) as object,
        states: its.states.slice(),
      }));
    };
    check(model, { ...options, onCheckpoint } as Options);
    return last as Checkpoint;
  }

  const divided: Options = { ...asked, addressed: { states: 25_000, partitions: sizes(3) } };
  const other: Options = { ...asked, addressed: { states: 25_000, partitions: sizes(2) } };
  test.each(
    few(
      [["in three more, in two", divided, other]] as const,
      [
        ["in one memory, in three more", asked, divided],
        ["in three more, in one", divided, asked],
        ["in three more, in two", divided, other],
      ] as const,
    ),
  )("%s", (_, before, after) => {
    const make = (): Model => instantiate(counters(11, 1));
    const resume = cutAt(make(), { ...before, maxStates: 1_200 });
    expect(resume[0]?.states.length).toBeGreaterThan(8 * 1_000);
    const whole = check(make(), asked);
    expect(comparable(check(make(), { ...after, resume } as Options))).toEqual(comparable(whole));
  });
});

function sizes(count: number): { readonly count: number; readonly bytes: number } {
  return { count, bytes: 8 * page };
}

test("where partitions are full, nothing is said to hold, and no more memory is in use than there is", () => {
  const states = 27 ** 3;
  const partitions = { count: 2, bytes: page };
  const found = [10, 26].map((last) => {
    const model = instantiate(counters(last, 1));
    const options: Options = {
      ...asked,
      liveness: false,
      addressed: { states: 200_000, partitions },
    };
    const { kind, statistics } = check(model, options);
    const { peakMemoryBytes: least = 0 } = check(model, { ...asked, maxStates: 1 }).statistics;
    expect(statistics.peakMemoryBytes).toBeLessThan(least + 200_000 + 2 * page);
    return [kind, statistics.distinctStates] as const;
  });
  expect(found[0]).toEqual(["violated", 11 ** 3]);
  expect(found[1]?.[0]).toBe("incomplete");
  expect(found[1]?.[1]).toBeLessThan(states);
});

test.each([
  [1, "undecided"],
  [4, "violated"],
])(
  "with room for numbers beside the table or not, in %i pages, liveness is %s",
  (pages, status) => {
    const partitions = { count: 2, bytes: pages * page };
    const options: Options = { ...asked, addressed: { states: 100_000, partitions } };
    const verdict = check(instantiate(counters(20, 1)), options);
    expect(verdict.statistics.distinctStates).toBe(21 ** 3);
    expect(verdict.properties).toContainEqual(
      expect.objectContaining({ name: "comesBack", status }),
    );
    expect(verdict).toMatchObject(status === "undecided" ? { stopped: "memory limit" } : {});
  },
);

describe("partitions by themselves", () => {
  const modulus = 2n ** 64n;
  /** What the multiplier of hashes turns into 1. */
  const inverse = ((): bigint => {
    const multiplier = 0x9e37_79b9_7f4a_7c15n;
    let its = 1n;
    for (let bits = 0; bits < 6; bits++) its = (its * (2n - multiplier * its)) % modulus;
    return ((its % modulus) + modulus) % modulus;
  })();
  /** The word with a hash. */
  const wordOf = (hash: bigint): bigint => BigInt.asIntN(64, (hash * inverse) % modulus);

  function made(count: number, wordAt: (number: number) => bigint) {
    const table = new WebAssembly.Table({ initial: 0, element: "anyfunc" });
    const options = { count, bytes: page, workers: 1, isShared: false };
    const entered = new Set<number>();
    const call = (kind: string, partition: number, word: bigint): number => {
      const place = calls.at + count * partitionKinds.indexOf(kind as never) + partition;
      return (table.get(place) as (word: bigint) => number)(word);
    };
    const partitionOf = (word: bigint): number => {
      const hash = BigInt.asUintN(64, word * 0x9e37_79b9_7f4a_7c15n) >> 32n;
      return Number((hash * BigInt(count)) >> 32n);
    };
    const enter = (from: number, to: number): void => {
      for (let number = from; number < to; number++) {
        const word = wordAt(number);
        if (call("enter", partitionOf(word), word) === 1) entered.add(number);
      }
    };
    const partitions = new Partitions({
      ...options,
      spread: (partition, before, now) => {
        tables[partition]?.spread({ from: 0, to: before, first: 0, end: now });
        return tables[partition]?.enterAside() ?? false;
      },
      states: () => entered.size,
      fill: enter,
    });
    const { calls, tables } = partitionFunctions(partitions.memories, 0, table, {
      maximumPages: page,
      isShared: false,
    });
    const isThere = (number: number): boolean => {
      const word = wordAt(number);
      return call("enter", partitionOf(word), word) === 0;
    };
    return { partitions, enter, isThere, entered };
  }

  test("each state is entered once, and is there when the tables have grown", () => {
    const { partitions, enter, isThere, entered } = made(3, (number) => BigInt(7 * number + 1));
    expect(partitions.begin(10)).toBe(true);
    expect(partitions.enterInTurn(0, 10_000, enter)).toBe(true);
    expect(partitions.enterInTurn(0, 10_000, enter)).toBe(true);
    expect(entered.size).toBe(10_000);
    expect(partitions.places).toBeGreaterThan(10_000);
    for (let number = 0; number < 10_000; number += 7) expect(isThere(number)).toBe(true);
    expect(isThere(10_001)).toBe(false);
  });

  test("where all states belong to one of them, it is never asked to take more than it can", () => {
    const { partitions, enter, entered } = made(3, (number) => wordOf(BigInt(number + 1) << 30n));
    expect(partitions.begin(10)).toBe(true);
    expect(partitions.enterInTurn(0, 100_000, enter)).toBe(false);
    expect(entered.size).toBeGreaterThan(4_000);
    expect(entered.size).toBeLessThan(page / 8);
  });

  test("there are as many as the states ask for, and none in too little memory", () => {
    const gibi = 2 ** 30;
    expect(partitionSizes(4 * gibi, 4 * gibi, 2 ** 29)).toEqual({ count: 1, bytes: 4 * gibi });
    expect(partitionSizes(12 * gibi, 4 * gibi, 2 ** 29)).toEqual({ count: 2, bytes: 4 * gibi });
    expect(partitionSizes(5 * gibi, 4 * gibi, 2 ** 29)).toEqual({ count: 2, bytes: 2.5 * gibi });
    expect(partitionSizes(0, 4 * gibi, 2 ** 29)).toBeUndefined();
    expect(partitionSizes(page - 1, 4 * gibi, 2 ** 29)).toBeUndefined();
  });
});
