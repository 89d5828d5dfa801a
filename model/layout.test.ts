import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AnyDomain,
  buddies,
  declare,
  each,
  type IndexSet,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  record,
  type Shape,
  SpecError,
  sequence,
  subset,
} from "../spec/index.ts";
import { instantiate, type Model } from "./index.ts";

const page = interchangeable("page", 3);
const frame = buddies("frame", { levels: 2, trees: 2 });
const block = frame.blocks("block");
const slot = ordered("slot", 2);

const variables: Readonly<Record<string, AnyDomain>> = {
  word: oneOf("a", "b c", "d"),
  number: range(-3, 400),
  far: range(1_000_000, 1_065_535),
  page,
  maybe: optional(page),
  maybeWord: optional(oneOf("a", "b")),
  twice: optional(optional(slot)),
  words: each(page, oneOf("x", "y")),
  pointers: each(frame, optional(block)),
  table: each(page, each(slot, range(0, 2))),
  entry: record({ owner: page, inner: record({ set: subset(page), list: sequence(slot, 2) }) }),
  list: sequence(page, 4),
  lists: sequence(sequence(range(5, 7), 2), 2),
  records: sequence(record({ block, isOn: oneOf("no", "yes") }), 2),
  set: subset(block),
  sets: each(slot, subset(page)),
  nothing: sequence(page, 0),
};

const model = modelOf(variables);

test("every state reads back as it was written, whatever its domains are made of", () => {
  const shape: Shape = {
    kind: "record",
    fields: Object.fromEntries(
      Object.entries(model.spec.state).map(([name, of]) => [name, of.shape]),
    ),
  };
  const states = valueOf(shape) as fc.Arbitrary<Readonly<Record<string, unknown>>>;
  const digitsOf = (state: Readonly<Record<string, unknown>>): string =>
    model.encode(state, "a test").join();

  fc.assert(
    fc.property(states, states, (one, other) => {
      const digits = model.encode(one, "a test");
      expect(digits).toHaveLength(model.layout.slots);
      expect(digits.every((digit) => Number.isInteger(digit) && digit >= 0 && digit < 65_536)).toBe(
        true,
      );
      expect(model.layout.decode(digits)).toEqual(one);
      expect(model.encode(model.layout.decode(digits), "a test")).toEqual(digits);
      // Two states have the same digits only if they are equal.
      expect(digitsOf(one) === digitsOf(other)).toBe(isEqual(one, other));
      for (const [name, value] of Object.entries(other)) {
        const mixed = { ...one, [name]: value };
        expect(digitsOf(one) === digitsOf(mixed)).toBe(isEqual(one[name], value));
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("a state that was decoded cannot be changed, down to its sets and lists", () => {
  const state = model.layout.decode(model.encode(model.layout.first(), "a test")) as Record<
    string,
    never
  >;

  expect(() => Object.assign(state, { word: "d" })).toThrow(TypeError);
  expect(() => (state["list"] as unknown as unknown[]).push(1)).toThrow(TypeError);
  expect(() => (state["set"] as unknown as Set<number>).add(1)).toThrow(/frozen/);
  expect(() =>
    Object.assign((state["entry"] as unknown as { inner: object }).inner, { list: [] }),
  ).toThrow(TypeError);
});

test("a variable starts with the first value of its domain", () => {
  expect(model.initialStates()).toEqual([
    expect.objectContaining({
      word: "a",
      number: -3,
      far: 1_000_000,
      page: 0,
      maybe: "none",
      words: ["x", "x", "x"],
      table: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      entry: { owner: 0, inner: { set: new Set(), list: [] } },
      list: [],
      set: new Set(),
    }),
  ]);
});

describe("a value outside its domain is an error of the spec that names it, and is never stored", () => {
  const sparse: number[] = [];
  sparse[1] = 1;
  test.each<readonly [name: string, change: Readonly<Record<string, unknown>>, message: string]>([
    ["a word that is none", { word: "e" }, 'sets word to "e"; it must be one of "a", "b c", "d"'],
    ["a word of another case", { word: "A" }, 'sets word to "A"'],
    ["no word", { word: undefined }, "sets word to undefined"],
    [
      "a number that is too large",
      { number: 401 },
      "sets number to 401; it must be a whole number from -3 to 400",
    ],
    ["a number that is too small", { number: -4 }, "sets number to -4"],
    ["half a number", { number: 0.5 }, "sets number to 0.5"],
    ["NaN", { number: Number.NaN }, "sets number to NaN"],
    ["infinity", { number: Number.POSITIVE_INFINITY }, "sets number to Infinity"],
    ["a number in a string", { number: "1" }, 'sets number to "1"'],
    ["a bigint", { number: 1n }, "sets number to 1"],
    ["a number for a word", { word: 0 }, "sets word to 0"],
    [
      "an index out of range",
      { page: 3 },
      'sets page to 3; it must be one of the 3 elements of "page"',
    ],
    ["an index below zero", { page: -1 }, "sets page to -1"],
    ["half an index", { page: 0.5 }, "sets page to 0.5"],
    ["an index in a string", { page: "0" }, 'sets page to "0"'],
    ['"none" for an index', { page: "none" }, 'sets page to "none"'],
    ["no index, where it is optional", { maybe: undefined }, "sets maybe to undefined"],
    ["null, where it is optional", { maybe: null }, "sets maybe to null"],
    ["an index out of range, where it is optional", { maybe: 3 }, "sets maybe to 3"],
    ["too few elements", { words: ["x", "x"] }, "one value for each of the 3 elements of"],
    ["too many elements", { words: ["x", "x", "x", "x"] }, 'of "page", not 4'],
    ["no elements", { words: [] }, 'of "page", not 0'],
    ["something else than elements", { words: "xyx" }, 'sets words to "xyx"'],
    [
      "a hole among the elements",
      { words: Object.assign([], { 0: "x", 2: "x" }) },
      "sets words[1] to undefined",
    ],
    [
      "an element's element",
      {
        table: [
          [0, 0],
          [0, 3],
          [0, 0],
        ],
      },
      "sets table[1][1] to 3",
    ],
    [
      "a field in a field",
      { entry: { owner: 0, inner: { set: new Set(), list: [0, 2] } } },
      "sets entry.inner.list[1] to 2",
    ],
    [
      "a field that is not declared",
      { entry: { owner: 0, inner: { set: new Set(), list: [] }, more: 1 } },
      "sets entry.more to 1; it must be nothing",
    ],
    [
      "a field that is missing",
      { entry: { inner: { set: new Set(), list: [] } } },
      "sets entry.owner to undefined",
    ],
    [
      "null for a record",
      { entry: null },
      "sets entry to null; it must be a record of owner, inner",
    ],
    ["too long a list", { list: [0, 1, 2, 0, 1] }, "a sequence of at most 4 values, not 5"],
    ["a list where nothing fits", { nothing: [0] }, "a sequence of at most 0 values, not 1"],
    ["a hole in a list", { list: sparse }, "sets list[0] to undefined"],
    ["a set for a list", { list: new Set([0]) }, "it must be a sequence"],
    ["a list for a set", { set: [0] }, 'it must be a Set of elements of "block"'],
    [
      "a set with a wrong member",
      { set: new Set([14]) },
      "sets set to 14; it must be one of the 14 elements",
    ],
    ["a set with a word", { set: new Set(["0"]) }, 'sets set to "0"'],
    [
      "a set with undefined",
      { sets: [new Set(), new Set([undefined])] },
      "sets sets[1] to undefined",
    ],
    [
      "a variable that is not declared",
      { more: 1 },
      "sets more to 1; it must be nothing: it is not declared",
    ],
    ["a circle", { word: circle() }, "sets word to"],
    ["a bigint in a list", { word: [1n] }, "sets word to"],
  ])("%s", (_, change, message) => {
    const changing = modelOf(variables, change);
    const [before, step] = [changing.initialStates()[0], changing.steps[0]];
    const store = (): unknown =>
      changing.encode(changing.apply(before as never, step as never), "guest changes");

    expect(store).toThrow(SpecError);
    expect(store).toThrow(message);
  });

  test("an element is named by its label", () => {
    const pointers = Array.from({ length: 8 }, () => "none");
    pointers[5] = "some";
    expect(() => model.encode({ ...model.layout.first(), pointers }, "x")).toThrow(
      'x sets pointers[5] to "some"',
    );
    const labelled = modelOf({ of: each(block, range(0, 1)) });
    const of = Array.from({ length: 14 }, (_, at) => (at === 8 ? 2 : 0));
    expect(() => labelled.encode({ of }, "x")).toThrow("x sets of[4-5] to 2");
  });

  test("a variable that was deleted", () => {
    const { word: _, ...rest } = model.layout.first();
    expect(() => model.encode(rest, "x")).toThrow("x sets word to undefined");
  });

  test("an index set or a list that has more values than a state can hold", () => {
    expect(() => modelOf({ at: ordered("place", 65_537) })).toThrow(SpecError);
    expect(() => modelOf({ at: ordered("place", 65_536) })).not.toThrow();
    expect(() => modelOf({ list: sequence(oneOf("a"), 65_536) })).toThrow(SpecError);
    expect(() => modelOf({ number: range(0, 65_536) })).toThrow(SpecError);
    expect(() => modelOf({ number: range(0, 65_535) })).not.toThrow();
  });
});

test.each<readonly [string, AnyDomain, RegExp]>([
  ["an empty range", range(2, 1), /is empty: 2 to 1/],
  ["a range with half a bound", range(0, 1.5), /has the bound 1.5/],
  ["a range with no bound", range(0, () => undefined as never), /has the bound undefined/],
  ["a word twice", oneOf("a", "a"), /lists a word twice/],
  [
    '"none" as a word that is optional',
    optional(oneOf("none")),
    /is optional, and "none" is one of its words/,
  ],
  ["an element of an empty set", ordered("nobody", 0), /which is empty/],
  ["a set of half an element", subset(ordered("half", 0.5)), /size of "half" comes to 0.5/],
  ["a list of -1 values", sequence(page, -1), /comes to -1/],
])("%s is refused", (_, domain, message) => {
  expect(() => modelOf({ wrong: domain })).toThrow(SpecError);
  expect(() => modelOf({ wrong: domain })).toThrow(message);
});

test("an element of an empty set may be wanted in vain, and nothing else", () => {
  const nobody = interchangeable("nobody", 0);
  const empty = modelOf({
    maybe: optional(nobody),
    each: each(nobody, range(0, 1)),
    set: subset(nobody),
  });
  expect(empty.initialStates()).toEqual([{ maybe: "none", each: [], set: new Set() }]);
  expect(() => empty.encode({ maybe: 0, each: [], set: new Set() }, "x")).toThrow(
    "x sets maybe to 0",
  );
});

/** A model of some variables, with one action that changes them without a look. */
function modelOf(state: Readonly<Record<string, AnyDomain>>, change: object = {}): Model {
  const { action, spec } = declare({ constants: {}, state: state as Record<string, never> });
  const guestChanges = action("guest", {
    effect: (draft) => {
      Object.assign(draft, change);
    },
  });
  return instantiate(spec({ name: "layout", title: "layout", actions: { guestChanges } }));
}

function valueOf(shape: Shape): fc.Arbitrary<unknown> {
  const size = (set: IndexSet): number =>
    typeof set.size === "number" ? set.size : set.size({} as never);
  if (shape.kind === "words") return fc.constantFrom(...shape.words);
  if (shape.kind === "whole")
    return fc.integer({ min: shape.min as number, max: shape.max as number });
  if (shape.kind === "index") return fc.nat(size(shape.set) - 1);
  if (shape.kind === "each") {
    return fc.array(valueOf(shape.of), { minLength: size(shape.set), maxLength: size(shape.set) });
  }
  if (shape.kind === "sequence")
    return fc.array(valueOf(shape.of), { maxLength: shape.max as number });
  if (shape.kind === "subset") {
    return fc
      .subarray(Array.from({ length: size(shape.set) }, (_, element) => element))
      .map((of) => new Set(of));
  }
  if (shape.kind === "optional") return fc.oneof(fc.constant("none"), valueOf(shape.of));
  const fields = Object.entries(shape.fields).map(([name, of]) => [name, valueOf(of)] as const);
  return fc.record(Object.fromEntries(fields)).map((value) => ({ ...value }));
}

function isEqual(one: unknown, other: unknown): boolean {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, inner) =>
      inner instanceof Set ? [...(inner as Set<number>)].sort((a, b) => a - b) : inner,
    );
  return text(one) === text(other);
}

function circle(): object {
  const one: { self?: object } = {};
  one.self = one;
  return one;
}
