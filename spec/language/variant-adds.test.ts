/** Variants that add state, words, constants and actions, and instances. */
import { describe, expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import {
  also,
  declare,
  each,
  instance,
  interchangeable,
  oneOf,
  ordered,
  range,
  type Spec,
  SpecError,
  unlistedIn,
  type Variant,
  variant,
} from "./index.ts";

const guest = interchangeable("guest", ({ guests }: { guests: number }) => guests);
const { action, invariant, pages, spec, witness } = declare({
  constants: { guests: 2 },
  state: { at: each(guest, oneOf("idle", "works")), door: oneOf("open", "shut") },
});
const guestWorks = action(guest, {
  when: (state, g) => state.at[g] === "idle" && state.door === "open",
  effect: (state, g) => {
    state.at[g] = "works";
  },
});
const guestRests = action(guest, {
  when: (state, g) => state.at[g] === "works",
  effect: (state, g) => {
    state.at[g] = "idle";
  },
});
const base = spec({
  name: "guests",
  title: "guests that work",
  actions: { guestWorks, guestRests },
  invariants: {
    oneWorks: invariant((state) => state.at.filter((one) => one === "works").length < 2),
  },
  witnesses: { someWorks: witness((state) => state.at.includes("works")) },
  pages: pages({ forEach: guest, state: () => "stable" }),
});
const named = { name: "changed", because: "a test wants it", expects: "holds" } as const;
const statuses = ({ spec: its }: Pick<Variant, "spec">): object =>
  Object.fromEntries(check(instantiate(its)).properties.map(({ name, status }) => [name, status]));

/** A step that looks and takes at once becomes two, between which others look too. */
const looksFirst = variant(base, {
  ...named,
  name: "looks-first",
  state: { at: also("has looked"), looks: range(0, ({ most }: { most: number }) => most) },
  constants: { most: 3 },
  change: ({ action: step, invariant: claim, witness: seen }) => ({
    actions: {
      guestWorks: {
        effect: (state, g, { most }) => {
          state.at[g] = "has looked";
          if (state.looks < most) state.looks += 1;
        },
      },
    },
    added: {
      guestTakes: step(guest, {
        when: (state, g) => state.at[g] === "has looked",
        effect: (state, g) => {
          state.at[g] = "works";
        },
      }),
    },
    properties: {
      someHasLooked: seen((state) => state.at.includes("has looked")),
      fewHaveLooked: claim((state, { most }) => state.looks < most),
    },
  }),
  expects: { breaks: ["oneWorks", "fewHaveLooked"] },
});

/** The door is shut by who looks, so that nobody else does. */
const shutsTheDoor = variant(looksFirst, {
  ...named,
  name: "shuts-the-door",
  change: {
    constants: { most: 1 },
    actions: {
      guestWorks: { afterwards: (state) => void (state.door = "shut") },
      guestTakes: {
        source: "take()",
        afterwards: (state, before, g) =>
          void (state.at[g] = before.at[g] === "has looked" ? "works" : "idle"),
      },
      guestRests: { afterwards: (state) => void (state.door = "open") },
    },
    properties: { fewHaveLooked: "removed" },
  },
});

test("a step is split in two, with a word for between and a variable of its own", () => {
  expect(statuses(looksFirst)).toMatchObject({
    oneWorks: "violated",
    fewHaveLooked: "violated",
    someHasLooked: "seen",
    someWorks: "seen",
  });
  expect(looksFirst.base).toBe(base);
  expect(looksFirst.spec.constants).toEqual({ guests: 2, most: 3 });
});

test("what a variant added may be changed by the next, whose steps see what both do", () => {
  expect(shutsTheDoor.spec.actions["guestTakes"]).toMatchObject({ source: "take()" });
  expect(shutsTheDoor.spec.constants).toEqual({ guests: 2, most: 1 });
  expect(statuses(shutsTheDoor)).toMatchObject({ oneWorks: "holds", someHasLooked: "seen" });
});

test("the base stays as it was, and what is made in a variant and not listed is said of it alone", () => {
  expect(Object.keys(base.state)).toEqual(["at", "door"]);
  expect(statuses({ spec: base })).toMatchObject({ oneWorks: "violated" });
  const forgetful = variant(base, {
    ...named,
    change: (words) => {
      words.witness(() => true);
      return {};
    },
  });
  expect(unlistedIn(forgetful.spec)).toEqual(["a property (witness)"]);
  expect(unlistedIn(base)).toEqual([]);
});

describe("how it begins and ends", () => {
  const first = (its: Variant): unknown => instantiate(its.spec).initialStates();
  const shut = { afterwards: (state: { door: string }) => void (state.door = "shut") };

  test("is replaced, or changed behind what the base does", () => {
    const both = variant(base, {
      ...named,
      change: {
        initial: { forAny: oneOf("open", "shut"), effect: (state, how) => void (state.door = how) },
      },
    });
    expect(first(both)).toMatchObject([{ door: "open" }, { door: "shut" }]);
    const again = variant(both, { ...named, change: { initial: shut } });
    expect(first(again)).toMatchObject([{ door: "shut" }, { door: "shut" }]);
    const replaced = variant(again, { ...named, change: { initial: () => {} } });
    expect(first(replaced)).toMatchObject([{ door: "open" }]);
  });

  test("a state without a step is one in which it may end, if the variant says so", () => {
    const stuck = variant(base, { ...named, change: { initial: shut } });
    const ended = variant(stuck, {
      ...named,
      change: { mayEnd: (state) => state.door === "shut" },
    });
    expect(statuses(stuck)).toMatchObject({ deadlockFreedom: "violated" });
    expect(statuses(ended)).toMatchObject({ deadlockFreedom: "holds" });
  });

  test("the page contract is that of the variant", () => {
    const illegal = variant(base, {
      ...named,
      change: (words) => ({
        pages: words.pages({
          forEach: guest,
          state: (state, g) => (state.at[g] === "works" ? "isolated" : "reported"),
          discarded: (state) => state.door === "shut",
        }),
      }),
    });
    expect(statuses(illegal)).toMatchObject({ pageStepIsLegal: "violated" });
    expect(Object.keys(illegal.spec.properties)).toContain("discardIsPermitted");
  });
});

describe("what does not fit is refused, though a protocol is loaded without its types", () => {
  test.each<readonly [string, object, RegExp]>([
    ["a variable that exists", { state: { door: oneOf("a") } }, /door exists; also\("\.\.\."\)/],
    ["words for none", { state: { dor: also("a") } }, /no variable dor .* did you mean door\?/],
    ["a word twice", { state: { door: also("ajar", "open") } }, /door has the word "open" already/],
    ["the same new word twice", { state: { at: also("a", "a") } }, /has the word "a" already/],
    ["what is no domain", { state: { more: 3 } }, /neither a domain/],
    ["no record of variables", { state: [] }, /"state" is \[\], not a record/],
    ["a constant that exists", { constants: { guests: 3 } }, /guests exists; its value is changed/],
    ["a constant that is none", { constants: { most: "3" } }, /most is "3"/],
    ["a change that is none", { change: () => undefined }, /the change is undefined, not a record/],
    ["no change", { change: undefined }, /the change is undefined/],
    ["a part", { stat: {} }, /stat; did you mean state\?/],
    ["an initial", { change: { initial: { afterwards: 1 } } }, /"afterwards" must be a function/],
    ["two", { change: { initial: { afterwards() {}, effect() {} } } }, /beside afterwards effect/],
    ["an end", { change: { mayEnd: true } }, /"mayEnd" must be a function/],
    ["pages", { change: { pages: {} } }, /"pages" must be what pages\(\.\.\.\) made/],
    [
      "afterwards",
      { change: { actions: { guestRests: { afterwards: [] } } } },
      /"afterwards" must be a function/,
    ],
    [
      "a size",
      { state: { at: also("a") }, change: (w: { spec: unknown }) => ({ actions: w.spec }) },
      /"actions" must be a record/,
    ],
  ])("%s", (_, more, message) => {
    const making = (): unknown => variant(base, { ...named, change: {}, ...more } as never);
    expect(making).toThrow(SpecError);
    expect(making).toThrow(message);
  });

  test("words for what has none", () => {
    const { spec: other, action: step } = declare({ constants: {}, state: { n: range(0, 1) } });
    const numbers = other({ name: "n", title: "n", actions: { a: step("a", { effect() {} }) } });
    const state = { n: also("many") } as never;
    expect(() => variant(numbers, { ...named, state, change: {} })).toThrow(/n has no words/);
    expect(() => also(...([] as never as [string]))).toThrow(SpecError);
  });

  test("seenFrom", () => {
    const from = (seenFrom: unknown) => () => witness({ seenFrom, holds: () => true } as never);
    expect(from(2)).toThrow(/"seenFrom" must be a record of constants/);
    expect(from([])).toThrow(/empty list/);
    expect(from({})).toThrow(/"seenFrom" must be a record/);
    expect(from({ guests: "2" })).toThrow(/the constant guests is "2"/);
    const listed = (seenFrom: object) => () =>
      variant(base, { ...named, change: { properties: { x: from(seenFrom)() } } });
    expect(listed({ guest: 2 })).toThrow(/x is seen from guest=2, .* did you mean guests\?/);
    expect(listed({ guests: true })).toThrow(/guests is a whole number/);
    expect(listed([{ guests: 1 }, { guests: 2 }])).not.toThrow();
  });
});

describe("an instance", () => {
  test("has other constants and is what it is of; variants of it are of the protocol", () => {
    const three = instance(base, { guests: 3 });
    expect(three).toEqual({ ...base, constants: { guests: 3 } });
    const changed = variant(three, { ...named, change: { actions: { guestRests: "removed" } } });
    expect(changed.base).toBe(base);
    expect(changed.spec.constants).toEqual({ guests: 3 });
    const small = instance(looksFirst, { guests: 1, most: 9 });
    expect(small).toMatchObject({
      name: "looks-first",
      base,
      spec: { constants: { guests: 1, most: 9 } },
    });
    expect(looksFirst.spec.constants).toEqual({ guests: 2, most: 3 });
    expect(instance(three, { guests: 1 }).constants).toEqual({ guests: 1 });
    expect(variant(instance(three, { guests: 1 }), { ...named, change: {} }).base).toBe(base);
  });

  test("refuses a constant that there is not, and what is no protocol", () => {
    expect(() => instance(base, { guest: 1 } as never)).toThrow(/guest; did you mean guests\?/);
    expect(() => instance(base, { guests: 1.5 })).toThrow(SpecError);
    expect(() => instance(ordered("a", 2) as never as Spec as typeof base, {})).toThrow(SpecError);
  });
});
