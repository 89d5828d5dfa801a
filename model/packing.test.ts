import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packingOf } from "./packing.ts";

const radices = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 65_536 })),
  {
    maxLength: 40,
  },
);
const withDigits = radices.chain((all) =>
  fc.tuple(
    fc.constant(all),
    fc.tuple(...all.map((radix) => fc.nat({ max: radix - 1 }))),
    fc.tuple(...all.map((radix) => fc.nat({ max: radix - 1 }))),
  ),
);

describe("a packed state", () => {
  test("is unpacked to the digits that it was", () => {
    fc.assert(
      fc.property(withDigits, ([all, digits]) => {
        const packing = packingOf(all);
        expect(packing.unpack(packing.pack(digits))).toEqual(digits);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("has the key of another exactly if it is that other", () => {
    fc.assert(
      fc.property(withDigits, ([all, one, other]) => {
        const packing = packingOf(all);
        expect(packing.pack(one) === packing.pack(other)).toBe(String(one) === String(other));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test("takes the bits of its radices, and none for a slot with one value", () => {
    expect(packingOf([2, 2, 2]).bits).toBe(3);
    expect(packingOf([1, 1, 65_536, 1]).bits).toBe(16);
    expect(packingOf([3, 5, 9]).bits).toBe(2 + 3 + 4);
    expect(packingOf([]).pack([])).toBe("\0");
    expect(packingOf(Array.from({ length: 160 }, () => 2)).pack(Array(160).fill(1))).toHaveLength(
      10,
    );
  });

  test("of tens of thousands of slots is no exception", () => {
    const many = Array.from({ length: 70_000 }, () => 60_000);
    const packing = packingOf(many);
    const digits = many.map((_, slot) => slot % 60_000);
    expect(packing.unpack(packing.pack(digits))).toEqual(digits);
  });

  test("does not tell -0 from 0", () => {
    const packing = packingOf([2, 2]);
    expect(packing.pack([-0, 1])).toBe(packing.pack([0, 1]));
  });
});
