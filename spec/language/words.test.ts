import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closest, words } from "./index.ts";

describe("a name reads as words", () => {
  test.each([
    ["guestAllocates", "guest allocates"],
    ["hostDiscards", "host discards"],
    ["pageInUseIsBacked", "page in use is backed"],
    ["cpu", "cpu"],
    ["putBackTooEarly", "put back too early"],
    ["startsDMA", "starts DMA"],
    ["DMAStarts", "DMA starts"],
    ["seesDMAStart", "sees DMA start"],
    ["order9Block", "order9 block"],
    ["", ""],
  ])("%s: %s", (name, expected) => {
    expect(words(name)).toBe(expected);
  });

  test("of which no letter is lost", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][A-Za-z0-9]*$/), (name) => {
        expect(words(name).replaceAll(" ", "").toLowerCase()).toBe(name.toLowerCase());
        expect(words(name)).toMatch(/^\S+( \S+)*$/);
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

describe("the closest name", () => {
  const known = ["guestAllocates", "guestFrees", "hostDiscards"];
  test.each([
    ["guestAlocates", "guestAllocates"],
    ["guest-allocates", "guestAllocates"],
    ["GUESTFREES", "guestFrees"],
    ["hostDiscard", "hostDiscards"],
    ["gestFree", "guestFrees"],
    ["workerSubmits", undefined],
    ["", undefined],
  ])("to %j is %j", (name, expected) => {
    expect(closest(name, known)).toBe(expected);
  });

  test("is the first of two that are as close, and none where none is known", () => {
    expect(closest("cat", ["bat", "hat"])).toBe("bat");
    expect(closest("cat", [])).toBeUndefined();
  });

  test("to a known name is the name itself", () => {
    for (const name of known) expect(closest(name, known)).toBe(name);
  });
});
