import { describe, expect, it } from "vitest";
import {
  also,
  declare,
  each,
  interchangeable,
  mistake,
  Mistakes,
  notingMistakes,
  oneOf,
  ordered,
  range,
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

  it("of a step of a process are all told, and of what must be seen from where", async () => {
    const told = await mistakesOf(() => {
      const { process, invariant, witness, spec } = declare({
        constants: { most: 1 },
        state: { lamp: oneOf("off", "on") },
      });
      const at = untyped(process("lamp").at);
      const turns = at(["of", "on", "onn"], { to: "off!", efect: 1, effect: 2 });
      const rests = at([], { source: 3 });
      const seen = untyped(invariant)({ holds: () => true, seenFrom: [3, { most: "two" }] });
      const lit = untyped(witness)({ holds: () => true, seenFrom: { mots: 1, most: true } });
      untyped(spec)({
        name: "lamp",
        title: "a lamp",
        actions: { turns, rests },
        invariants: { seen },
        witnesses: { lit },
      });
    });
    expect(told).toEqual([
      'at: "of" is no place of lamp; did you mean off?',
      'at: "onn" is no place of lamp; did you mean on?',
      expect.stringMatching(/"to": "off!" is no place of lamp; did you mean off\?$/),
      expect.stringMatching(/"effect" must be a function, and is a number\.$/),
      expect.stringMatching(/^An action of "lamp": there is no part of an action efect/),
      "at([]): a step of lamp is taken at no place.",
      expect.stringMatching(/leads nowhere/),
      'An action of "lamp": "source" must be a text, and is 3.',
      expect.stringMatching(/"seenFrom" must be a record of constants, .* and has 3\.$/),
      expect.stringMatching(/"seenFrom": the constant most is "two"/),
      "lamp: lit is seen from mots=1, and there is no constant mots; did you mean most?",
      "lamp: lit is seen from most=true, and most is a whole number.",
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

  it("says of each of its additions and of each part of its change what is wrong", async () => {
    const { process, spec } = declare({
      constants: { most: 1 },
      state: { lamp: oneOf("off", "on"), left: range(0, 1) },
    });
    const turns = process("lamp").at("off", { to: "on" });
    const base = untyped(spec)({ name: "lamp", title: "a lamp", actions: { turns } });
    const mistakesIn = async (definition: object): Promise<readonly string[]> => {
      const made: Variant = await notingMistakes(async () =>
        untyped(variant)(base, { name: "bad", because: "b", expects: "holds", ...definition }),
      );
      return (made.mistakes ?? []).map(({ message }) => message.replace("lamp, variant bad: ", ""));
    };
    const steps = (words: { process: Untyped }): object => ({
      // Which places there are nobody knows: "dim" may be one.
      added: { dims: (words.process("lamp") as { at: Untyped }).at("dim", { to: "dimmed" }) },
      actions: { turns: { to: "dim" } },
    });
    expect(
      await mistakesIn({
        constants: { most: 2, other: "x" },
        state: { lamb: also("dim"), lamp: also("off", "on"), left: also("few") },
        change: steps,
      }),
    ).toEqual([
      expect.stringMatching(/^the constant other is "x"/),
      expect.stringMatching(/^the constant most exists/),
      "there is no variable lamb to give further words; did you mean lamp?",
      'lamp has the word "off" already.',
      'lamp has the word "on" already.',
      expect.stringMatching(/^left has no words that also/),
    ]);
    expect(
      await mistakesIn({
        change: { pages: 1, mayEnd: 2, initial: 3, fairness: "wek", added: 4, actons: 5 },
      }),
    ).toEqual([
      expect.stringMatching(/^there is no change actons; did you mean actions/),
      '"pages" must be what pages(...) made.',
      '"mayEnd" must be a function.',
      '"initial" must be a function or a record.',
      expect.stringMatching(/^the fairness of a protocol is none or weak/),
      '"added" must be a record.',
    ]);
    expect(
      await mistakesIn({
        change: {
          actions: { turns: { to: "dim", at: ["of"], when: 1 } },
          initial: { afterward: 1 },
        },
      }),
    ).toHaveLength(5);
  });

  it("is told with the rest where the file is at fault, and of a base at fault says nothing", async () => {
    const spec = lamp();
    expect(await mistakesOf(() => [malformed(spec), untyped(oneOf)()])).toHaveLength(5);
    expect(await mistakesOf(() => malformed(lamp({ more: 1 })))).toEqual([
      expect.stringContaining("there is no part of a spec more"),
    ]);
  });
});
