import { describe, expect, it } from "vitest";
import {
  declare,
  each,
  interchangeable,
  mistake,
  Mistakes,
  notingMistakes,
  oneOf,
  ordered,
  sequence,
  type Spec,
  SpecError,
  variant,
  type Variant,
} from "./index.ts";

/** A file as nobody's compiler has looked at it: its words take anything. */
type Untyped = (...all: unknown[]) => never;
const untyped = <T>(word: T): Untyped => word as unknown as Untyped;

/** The mistakes of a file, in the order in which they stand there. */
async function mistakesOf(load: () => unknown): Promise<readonly string[]> {
  const error: unknown = await notingMistakes(() => Promise.resolve(load())).catch(
    (thrown: unknown) => thrown,
  );
  return error instanceof Mistakes ? error.all.map(({ message }) => message) : [];
}

function lamp(more: object = {}, changed: object = {}): Spec {
  const { action, invariant, spec } = declare({
    constants: { most: 1 },
    state: { light: oneOf("off", "on") },
  });
  const switches = action("somebody", {
    effect: (state) => {
      state.light = "on";
    },
    ...changed,
  });
  const lit = invariant((state) => state.light !== "off");
  return untyped(spec)({
    name: "lamp",
    title: "a lamp",
    actions: { switches },
    invariants: { lit },
    ...more,
  });
}

describe("the mistakes of a file", () => {
  it("are all told, and none that only follows from another", async () => {
    const told = await mistakesOf(() => {
      const page = untyped(interchangeable)(3, 2);
      const { action, process, within, spec } = declare({
        constants: { pages: 2, odd: "three" as unknown as number },
        state: {
          guest: each(page, untyped(oneOf)()),
          list: sequence(untyped(oneOf)("a", 1), 2),
          worker: untyped(oneOf)("idle", null),
        },
      });
      // What its variable's places are nobody knows: "runs" may be one.
      const runs = untyped(process("worker" as never).at)("runs", { to: "idle" });
      const frees = untyped(action)("guest", { guard: 1, fairness: "wek", effect: () => {} });
      const allocates = untyped(action)(4, { effect: () => {} });
      const soon = untyped(within)({
        from: () => true,
        to: () => true,
        counting: "freees",
        idle: ["hots"],
        atMost: -1,
      });
      const lost = untyped(within)({
        from: () => true,
        to: () => true,
        counting: "freees",
        atMost: 1,
      });
      untyped(spec)({
        name: "Pages",
        title: 7,
        actions: { runs, frees, allocates },
        liveness: { soon, lost },
        invarients: {},
      });
    });
    expect(told).toEqual([
      "The name of an index set is 3; it must be a text.",
      "oneOf(...) takes one word or more, and got none.",
      "oneOf(...) takes one word or more, and got 1.",
      "oneOf(...) takes one word or more, and got null.",
      'declare: the constant odd is "three"; it must be a whole number, true or false.',
      expect.stringMatching(/^An action of "guest": there is no part of an action guard/),
      expect.stringMatching(/^An action of "guest": fairness is one of /),
      "The actor of an action is 4; it must be a text or an index set.",
      expect.stringMatching(/^within: "atMost" must be/),
      expect.stringMatching(/^"Pages": the name of a protocol is kebab-case/),
      expect.stringMatching(
        /^Pages: there is no part of a spec invarients; did you mean invariants/,
      ),
      'Pages: "title" must be a string, and is a number.',
    ]);
  });

  it("of a table of contents are told together", async () => {
    const told = await mistakesOf(() =>
      lamp({ invariants: { lit: 3, other: {} }, fairness: "strong", pages: {} }),
    );
    expect(told).toHaveLength(4);
  });

  it("are told with the error at which loading ends", async () => {
    const told = await mistakesOf(() => {
      untyped(oneOf)();
      untyped(ordered)(1, 1);
      throw new SpecError("in the end");
    });
    expect(told.at(-1)).toBe("in the end");
    expect(told).toHaveLength(3);
  });

  it("are thrown one by one where no file is loaded, before and after one was", async () => {
    expect(() => untyped(oneOf)()).toThrow("got none");
    await mistakesOf(() => untyped(oneOf)());
    expect(() => untyped(oneOf)()).toThrow("got none");
    expect(() => mistake("here")).toThrow(SpecError);
    expect(() =>
      untyped(variant)(lamp(), {
        name: "v",
        because: "b",
        change: { actons: {} },
        expects: "holds",
      }),
    ).toThrow("did you mean actions");
  });

  it("do not hide an error of ours", async () => {
    const load = notingMistakes(() => {
      untyped(oneOf)();
      throw new TypeError("a bug");
    });
    await expect(load).rejects.toThrow(TypeError);
  });
});

describe("a malformed variant", () => {
  const change = {
    actions: { switchs: {}, switches: { guard: 1 } },
    properties: { lit: "removd" },
  };
  const malformed = (base: Spec | Variant): Variant =>
    untyped(variant)(base, { name: "bad", because: "b", change, expects: { breaks: ["lid"] } });

  it("keeps its mistakes for itself, all of them, and blocks no other", async () => {
    const [bad, onBad, good] = await notingMistakes(async () => {
      const spec = lamp();
      const bad = malformed(spec);
      const more = { because: "b", change: {}, expects: "holds" };
      return [
        bad,
        untyped(variant)(bad, { name: "on-bad", ...more }),
        untyped(variant)(spec, { name: "good", ...more }),
      ] as readonly Variant[];
    });
    expect(bad?.mistakes?.map(({ message }) => message)).toEqual([
      "lamp, variant bad: lamp has no action switchs; did you mean switches?",
      expect.stringMatching(
        /^lamp, variant bad: switches: there is no part of a changed action guard/,
      ),
      'lamp, variant bad: lit is "removd"; did you mean "removed"?',
      "lamp, variant bad: no property lid to break; did you mean lit?",
    ]);
    expect(onBad?.mistakes).toEqual(bad?.mistakes);
    expect(good?.mistakes).toBeUndefined();
  });

  it("is told with the rest where the file is at fault, and of a base at fault says nothing", async () => {
    const spec = lamp();
    expect(await mistakesOf(() => [malformed(spec), untyped(oneOf)()])).toHaveLength(5);
    expect(await mistakesOf(() => malformed(lamp({ more: 1 })))).toEqual([
      expect.stringContaining("there is no part of a spec more"),
    ]);
  });
});
