/** The relations between blocks, against arithmetic on the first frame and the size of each. */
import { describe, expect, test } from "vitest";
import { buddies, SpecError, sizeOf } from "./index.ts";
import { toIndex, toNumber } from "./index-set.ts";

describe.each([
  { levels: 0, trees: 1 },
  { levels: 0, trees: 3 },
  { levels: 1, trees: 1 },
  { levels: 1, trees: 2 },
  { levels: 2, trees: 1 },
  { levels: 2, trees: 3 },
  { levels: 3, trees: 2 },
  { levels: 5, trees: 2 },
  { levels: 6, trees: 1 },
])("$trees trees of $levels levels", ({ levels, trees }) => {
  const frame = buddies("frame", { levels, trees });
  const block = frame.blocks("block");
  const frames = trees * 2 ** levels;
  const count = trees * (2 ** (levels + 1) - 1);
  const all = Array.from({ length: count }, (_, number) => toIndex<"block">(number));
  /** A block as "first frame, number of frames". */
  const span = (of: (typeof all)[number]): string => {
    const list = block.frames(of).map(toNumber);
    expect(list).toEqual(list.map((_, at) => (list[0] as number) + at));
    return `${list[0]}, ${list.length}`;
  };
  const first = (of: (typeof all)[number]): number => toNumber(block.frames(of)[0] as never);
  const size = (of: (typeof all)[number]): number => 2 ** block.order(of);

  test("the blocks are all aligned runs of a power of two of frames, each once", () => {
    expect([sizeOf(frame.size, {}, "frame"), sizeOf(block.size, {}, "block")]).toEqual([
      frames,
      count,
    ]);
    const runs: string[] = [];
    for (let length = 1; length <= 2 ** levels; length *= 2) {
      for (let at = 0; at < frames; at += length) runs.push(`${at}, ${length}`);
    }
    expect(all.map(span).sort()).toEqual(runs.sort());
  });

  test("order is the logarithm of the number of frames", () => {
    for (const one of all) expect(block.frames(one)).toHaveLength(2 ** block.order(one));
  });

  test("the buddy is the block whose first frame differs in the bit of the order", () => {
    for (const one of all) {
      const buddy = block.buddy(one);
      if (block.order(one) === levels) expect(buddy).toBeUndefined();
      else {
        expect(span(buddy as never)).toBe(`${first(one) ^ size(one)}, ${size(one)}`);
        expect(block.buddy(buddy as never)).toBe(one);
      }
    }
  });

  test("the parent is twice as large and has both buddies as its halves, the lower first", () => {
    for (const one of all) {
      const parent = block.parent(one);
      if (block.order(one) === levels) expect(parent).toBeUndefined();
      else {
        const start = first(one) - (first(one) % (2 * size(one)));
        expect(span(parent as never)).toBe(`${start}, ${2 * size(one)}`);
        expect(block.halves(parent as never)).toContain(one);
        expect(block.halves(parent as never).map(first)).toEqual([start, start + size(one)]);
      }
      expect(block.halves(one)).toHaveLength(block.order(one) === 0 ? 0 : 2);
    }
  });

  test("around a block are itself and what contains it, each twice the last", () => {
    for (const one of all) {
      const around = block.around(one);
      expect(around[0]).toBe(one);
      expect(around.map(size)).toEqual(
        Array.from({ length: levels - block.order(one) + 1 }, (_, up) => size(one) * 2 ** up),
      );
      for (const larger of around) {
        expect(first(larger) <= first(one) && first(one) < first(larger) + size(larger)).toBe(true);
      }
    }
  });

  test("the block of a frame is that frame alone", () => {
    for (let at = 0; at < frames; at++)
      expect(span(block.of(toIndex<"frame">(at)))).toBe(`${at}, 1`);
  });

  test("a block is printed by its frames", () => {
    for (const one of all) {
      const last = first(one) + size(one) - 1;
      expect(block.label(toNumber(one))).toBe(
        last === first(one) ? `${last}` : `${first(one)}-${last}`,
      );
    }
  });
});

describe.each([
  { levels: 0, trees: 2 },
  { levels: 1, trees: 1 },
  { levels: 3, trees: 2 },
])("$trees trees of $levels levels, ordered", ({ levels, trees }) => {
  const frame = buddies("frame", { levels, trees, ordered: "halves and trees" });
  const block = frame.blocks("block");
  const all = Array.from({ length: trees * (2 ** (levels + 1) - 1) }, (_, number) =>
    toIndex<"block">(number),
  );

  test("a block begins with its first frame, and the lower half with that of its parent", () => {
    for (const one of all) {
      const parent = block.parent(one);
      expect(block.first(one)).toBe(block.frames(one)[0]);
      expect(block.isLower(one)).toBe(
        parent !== undefined && block.first(parent) === block.first(one),
      );
      if (parent !== undefined)
        expect(block.isLower(block.buddy(one) as never)).toBe(!block.isLower(one));
    }
  });

  test("an offset counts from the start of a tree, a position from the first frame of all", () => {
    for (let number = 0; number < trees * 2 ** levels; number++) {
      const one = frame.at(number);
      expect(frame.position(one)).toBe(number);
      expect(frame.offset(one)).toBe(number % 2 ** levels);
    }
  });
});

test("where the halves may be swapped, words that tell them apart are refused", () => {
  const frame = buddies("frame", { levels: 2 });
  const block = frame.blocks("block");
  const words = { ...frame, ...block } as unknown as Record<string, (of: number) => unknown>;
  for (const word of ["first", "isLower", "offset"]) {
    const name = word === "offset" ? "frame" : "block";
    expect(() => words[word]?.(0)).toThrow(
      `"${name}" has no ${word}: the halves of its blocks may be swapped. buddies(..., { ordered: "halves" }) tells them apart.`,
    );
  }
  expect("at" in buddies("frame", { levels: 1, ordered: "halves" })).toBe(false);
});

test("what buddies do not have is refused, with what was meant", () => {
  const made = (shape: unknown) => () => buddies("frame", shape as { levels: number });
  expect(made({ levels: 1, tree: 2 })).toThrow(
    'Buddies "frame": there is no part tree; did you mean trees?',
  );
  expect(made({ levels: 1, ordered: "halfs" })).toThrow(
    'Buddies "frame": what is ordered is "halves" or "halves and trees", not "halfs"; did you mean halves?',
  );
  expect(made({ levels: 1, ordered: true })).toThrow(SpecError);
});

test("what a relation answers cannot be changed, nor does it change", () => {
  const block = buddies("frame", { levels: 2 }).blocks("block");
  const root = toIndex<"block">(0);
  expect(() => (block.frames(root) as unknown[]).pop()).toThrow(TypeError);
  expect(() => (block.halves(root) as unknown[]).pop()).toThrow(TypeError);
  expect(() => (block.around(root) as unknown[]).pop()).toThrow(TypeError);
  expect(block.frames(root)).toHaveLength(4);
});

test("the number of trees may be a constant; the number of levels is fixed", () => {
  const frame = buddies("frame", {
    levels: 2,
    trees: (constants: { zones: number }) => constants.zones,
  });
  expect(sizeOf(frame.size, { zones: 3 }, "frame")).toBe(12);
  expect(sizeOf(frame.blocks("block").size, { zones: 3 }, "block")).toBe(21);
  for (const levels of [-1, 0.5, 17, Number.NaN])
    expect(() => buddies("frame", { levels })).toThrow(SpecError);
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("%d is no size", (size) => {
  expect(() => sizeOf(size, {}, "it")).toThrow(SpecError);
  expect(() => sizeOf(() => size, {}, "it")).toThrow(SpecError);
});
