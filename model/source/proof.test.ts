import { describe, expect, test } from "vitest";
import { allFunctionsOf, instantiate } from "../index.ts";
import { linuxFreePageReporting } from "../../spec/protocols/linux-free-page-reporting.ts";

describe("x", () => {
  test("y", () => {
    const model = instantiate(linuxFreePageReporting);
    const bad = allFunctionsOf(linuxFreePageReporting).flatMap((its) => {
      const proof = model.proofs.of(its);
      return [proof.unproved, ...proof.observed, ...proof.memories]
        .filter(Boolean)
        .map((w) => `${its.name}: ${w}`);
    });
    expect(bad).toEqual([]);
  });
});
