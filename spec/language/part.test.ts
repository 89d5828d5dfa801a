import { describe, expect, test } from "vitest";
import { instantiate } from "../../model/index.ts";
import { comparable, engines } from "../../toys/compared.ts";
import {
  declare,
  each,
  interchangeable,
  isOfParts,
  oneOf,
  range,
  saved,
  SpecError,
  type Spec,
  unlistedIn,
  variant,
} from "./index.ts";

/** What is wrong here is what types would have caught. */
// biome-ignore lint/suspicious/noExplicitAny: the point of every case is that its types are wrong
type Wrong = any;

const page = interchangeable("page", ({ pages }: { pages: number }) => pages);

/** Pages that are taken one by one and given back, of which a counter knows. */
function pool() {
  const { action, invariant, part } = declare({
    constants: { pages: 2 },
    where: { "there is a page": ({ pages }) => pages >= 1 },
    state: {
      owner: each(page, oneOf("pool", "user")),
      taken: range(0, ({ pages }: { pages: number }) => pages),
    },
  });
  const take = (
    state: { owner: { [page in "page" | "another page"]: string }; taken: number },
    p: "page" | "another page",
  ): void => {
    state.owner[p] = "user";
    state.taken += 1;
  };
  const userGivesBack = action("user", {
    forAny: page,
    when: (state, p) => state.owner[p] === "user",
    effect: (state, p) => {
      state.owner[p] = "pool";
      state.taken -= 1;
    },
  });
  const pagesAreCounted = invariant(
    (state) => state.owner.filter((owner) => owner === "user").length === state.taken,
  );
  return part({ take, actions: { userGivesBack }, invariants: { pagesAreCounted } });
}

/** A protocol that takes pages out of the pool while its door is open. */
function made({ forgets = false } = {}): Spec {
  const its = pool();
  const { action, spec } = declare({
    parts: [its],
    constants: { pages: 3 },
    state: { door: oneOf("closed", "open") },
  });
  const userTakes = action("user", {
    forAny: page,
    when: (state, p) => state.door === "open" && state.owner[p] === "pool",
    effect: (state, p) => {
      its.take(state, p);
      if (forgets) state.taken -= 1;
    },
  });
  const doorMoves = action("door", {
    effect: (state) => {
      state.door = state.door === "open" ? "closed" : "open";
    },
  });
  return spec({
    name: "pool",
    title: "pages are taken while a door is open",
    actions: { userTakes, doorMoves, ...its.actions },
    invariants: its.invariants,
  });
}

/** The same without a part. */
function writtenOut(): Spec {
  const { action, invariant, spec } = declare({
    constants: { pages: 3 },
    where: { "there is a page": ({ pages }) => pages >= 1 },
    state: {
      owner: each(page, oneOf("pool", "user")),
      taken: range(0, ({ pages }: { pages: number }) => pages),
      door: oneOf("closed", "open"),
    },
  });
  return spec({
    name: "pool",
    title: "pages are taken while a door is open",
    actions: {
      userTakes: action("user", {
        forAny: page,
        when: (state, p) => state.door === "open" && state.owner[p] === "pool",
        effect: (state, p) => {
          state.owner[p] = "user";
          state.taken += 1;
        },
      }),
      doorMoves: action("door", {
        effect: (state) => {
          state.door = state.door === "open" ? "closed" : "open";
        },
      }),
      userGivesBack: action("user", {
        forAny: page,
        when: (state, p) => state.owner[p] === "user",
        effect: (state, p) => {
          state.owner[p] = "pool";
          state.taken -= 1;
        },
      }),
    },
    invariants: {
      pagesAreCounted: invariant(
        (state) => state.owner.filter((owner) => owner === "user").length === state.taken,
      ),
    },
  });
}

describe("a part", () => {
  test.each(
    engines.flatMap((engine) => [true, false].map((symmetry) => [engine, symmetry] as const)),
  )("comes to what is written out: %s, symmetry %s", (engine, symmetry) => {
    const [one, other] = [made(), writtenOut()].map((spec) =>
      comparable(engine, instantiate(spec, { symmetry })),
    );
    expect(one).toEqual(other);
    expect(one).toMatchObject({ kind: "holds", figures: { distinctStates: symmetry ? 8 : 16 } });
  });

  test.each(engines)("has claims of its own that are violated as others are: %s", (engine) => {
    expect(comparable(engine, instantiate(made({ forgets: true })))).toMatchObject({
      property: "pagesAreCounted",
    });
  });

  test("has constants, of which a protocol says other defaults", () => {
    expect(made().constants).toEqual({ pages: 3 });
    const names = ["pages", "owner", "taken", "door"];
    expect(names.filter((name) => isOfParts(made(), name))).toEqual(["pages", "owner", "taken"]);
    expect(Object.keys(made().where)).toEqual(["there is a page"]);
    expect(() => instantiate(made(), { constants: { pages: 0 } })).toThrow("there is a page");
  });

  const more = (parts: Wrong[], constants = {}): Wrong =>
    declare({ parts, constants } as Wrong).part({});
  const defaultIn = (parts: Wrong[], constants = {}): unknown =>
    declare({ parts, constants } as Wrong).spec({ name: "m", title: "m", actions: {} }).constants[
      "pages"
    ];
  test("has constants, of which a part of which it is a part says other defaults", () => {
    const its = pool();
    const larger = more([its], { pages: 4 });
    const largest = more([larger, its], { pages: 6 });
    const same = more([its, largest]);
    for (const parts of [[its, larger], [larger, its], [larger], [more([its]), larger]]) {
      expect(defaultIn(parts)).toBe(4);
      expect(defaultIn([...parts, same])).toBe(6);
      expect(defaultIn(parts, { pages: 3 })).toBe(3);
    }
  });

  test("has no default of a constant that two others say, until the protocol does", () => {
    const its = pool();
    const [one, other, stranger] = [
      more([its], { pages: 4 }),
      more([its], { pages: 5 }),
      more([], { pages: 2 }),
    ];
    for (const parts of [
      [one, other],
      [its, other, one],
      [its, stranger],
      [one, more([other])],
    ]) {
      expect(() => defaultIn(parts)).toThrow(
        /two parts have a constant called pages, and neither has its default from the other/,
      );
      expect(defaultIn(parts, { pages: 3 })).toBe(3);
      expect(defaultIn([more(parts, { pages: 3 }), ...parts])).toBe(3);
    }
    expect(() => defaultIn([its, more([], { pages: true })], { pages: 3 })).toThrow(
      /two parts have a constant called pages/,
    );
  });

  test("may be in two others at once", () => {
    const its = pool();
    const two = ["one", "other"].map((name) =>
      declare({ parts: [its], state: { [name]: oneOf("a", "b") } }).part({}),
    );
    const { spec } = declare({ parts: two });
    expect(Object.keys(spec({ name: "both", title: "both", actions: {} }).state)).toEqual([
      "owner",
      "taken",
      "one",
      "other",
    ]);
  });

  test("is told of where what must be true of it is listed nowhere; its steps are an offer", () => {
    const its = pool();
    const { spec } = declare({ parts: [its, its] });
    const none = spec({ name: "none", title: "none", actions: {} });
    expect(unlistedIn(none)).toEqual(["pagesAreCounted of a part (invariant)"]);
    const { invariant, part } = declare({});
    part({ alone: invariant(() => true), deep: { down: { below: invariant(() => true) } } });
    const listsNone = declare({ parts: [part({})] }).spec({
      name: "none",
      title: "none",
      actions: {},
    });
    expect(unlistedIn(listsNone)).toEqual([
      "alone of a part (invariant)",
      "a property (invariant)",
    ]);
  });

  test("has variables that are saved with those of the protocol", () => {
    const { action, restore, snapshot, spec } = declare({
      parts: [pool()],
      state: { door: oneOf("closed", "open"), image: saved("owner", "door") },
    });
    const its = spec({
      name: "kept",
      title: "kept",
      actions: {
        saves: action("monitor", { effect: (state) => snapshot(state, "image") }),
        restores: action("monitor", {
          when: (state) => state.image !== "none",
          effect: (state) => restore(state, "image"),
        }),
      },
    });
    expect(its.state["image"]?.saves).toEqual(["owner", "door"]);
  });

  describe("that is missing", () => {
    const its = pool();
    const words: Wrong = declare({
      constants: { pages: 2 },
      state: { door: oneOf("shut", "open") },
    });
    const moves = words.action("door", { effect: () => {} });
    const listing = (contents: Wrong) =>
      words.spec({ name: "no-pool", title: "no pool", actions: { moves }, ...contents });
    const process: Wrong = declare({ state: { at: oneOf("a", "b") } }).process("at" as Wrong);
    const bounds: Wrong = declare({ constants: { most: 1 } });
    const pages: Wrong = declare({ state: { of: each(page, oneOf("stable")) } } as Wrong).pages({
      forEach: page,
      state: () => "stable",
    } as Wrong);
    const isForeign =
      /no-pool\b.*: \w+ was declared with variables that this protocol has not \((owner, taken|at|of)\): is a part missing in "parts"\?/;

    test.each<[string, Wrong]>([
      ["a step", { actions: its.actions }],
      ["a claim", { invariants: its.invariants }],
      ["a step of a process", { actions: { goes: process.at("a", { to: "b" }) } }],
      ["the states of its pages", { pages }],
    ])("is told of where a protocol lists %s of it", (_what, contents) => {
      expect(() => listing(contents)).toThrow(isForeign);
    });

    test("is told of where only its constants are missing", () => {
      const acts = bounds.action("it", {
        when: (_state: Wrong, { most }: Wrong) => most > 0,
        effect: () => {},
      });
      expect(() => listing({ actions: { acts } })).toThrow(
        /acts was declared with constants that this protocol has not \(most\)/,
      );
    });

    test.each<[string, Wrong]>([
      ["a step", { added: its.actions }],
      ["a claim", { properties: its.invariants }],
      ["the states of its pages", { pages }],
    ])("is told of where a variant adds %s of it", (_what, change) => {
      const definition = { name: "wrong", because: "wrong", change, expects: "holds" };
      expect(() => variant(listing({}) as Wrong, definition as Wrong)).toThrow(isForeign);
    });

    test("is none where another declaration has the same variables", () => {
      const other: Wrong = declare({ state: { door: oneOf("shut", "open") } });
      const stays = other.action("door", { effect: () => {} });
      expect(Object.keys(listing({ actions: { stays } }).actions)).toEqual(["stays"]);
      const added = variant(
        listing({}) as Wrong,
        {
          name: "two-doors",
          because: "two doors",
          state: { more: oneOf("shut", "open") },
          change: ({ action }: Wrong) => ({
            added: {
              stays,
              opens: action("door", { effect: (state: Wrong) => void (state.more = "open") }),
            },
          }),
          expects: "holds",
        } as Wrong,
      );
      expect(Object.keys(added.spec.actions)).toEqual(["moves", "stays", "opens"]);
    });
  });

  const other = (state: Wrong, constants = {}): Wrong => declare({ state, constants }).part({});
  test.each([
    ["a list", () => declare({ parts: pool() as Wrong }), /"parts" must be a list/],
    ["parts", () => declare({ parts: [{}] as Wrong }), /is nothing that part\(\.\.\.\) made/],
    [
      "no copies",
      () => declare({ parts: [{ ...pool(), more: 1 }] as Wrong }),
      /"parts" has a copy of what part\(\.\.\.\) made, which is no part: give the part itself/,
    ],
    [
      "words",
      () => declare({ parts: [declare({})] as Wrong }),
      /is nothing that part\(\.\.\.\) made/,
    ],
    ["a record", () => declare({}).part(3 as Wrong), /part\(\.\.\.\) takes a record/],
    [
      "one variable of each name",
      () => declare({ parts: [pool(), other({ taken: oneOf("a") })] as Wrong }),
      /two parts have a variable called taken/,
    ],
    [
      "no variable of a part",
      () => declare({ parts: [pool()], state: { taken: oneOf("a") } as Wrong }),
      /a part and the declaration have a variable called taken/,
    ],
    [
      "one constant of each name",
      () => declare({ parts: [pool(), other({}, { pages: 5 })] as Wrong }),
      /two parts have a constant called pages/,
    ],
    [
      "a constant of its kind",
      () => declare({ parts: [pool()], constants: { pages: true } as Wrong }),
      /a part and the declaration have a constant called pages/,
    ],
    [
      "its name",
      () => declare({ part: [] } as Wrong),
      /no part of a declaration part; did you mean parts\?/,
    ],
  ])("takes %s and nothing else", (_what, make, message) => {
    expect(make).toThrow(SpecError);
    expect(make).toThrow(message);
  });
});
