import { describe, expect, it } from "vitest";
import { instantiate, type Model, type State, unusedIn } from "../model/index.ts";
import {
  declare,
  each,
  interchangeable,
  message,
  oneOf,
  optional,
  range,
  record,
  saved,
  sequence,
  type Spec,
  subset,
} from "../spec/index.ts";
import { linuxFreePageReporting } from "../spec/protocols/linux-free-page-reporting/claims.ts";
import { judge } from "./claims.ts";
import { whatCannotFail } from "./cannot-fail.ts";

/** Of the properties of a model that are named, or of all: why they cannot fail, taken for granted that they hold. */
function namedIn(
  model: Model,
  names: readonly string[] = model.claims.map(({ name }) => name),
): Readonly<Record<string, string | undefined>> {
  const results = names.map((name) => {
    const kind = model.claims.find((claim) => claim.name === name)?.property.kind ?? "invariant";
    return { kind, name, status: "holds" } as const;
  });
  return Object.fromEntries(
    whatCannotFail(model, results, () => true).flatMap(({ name, cannotFail }) =>
      cannotFail === undefined ? [] : [[name, cannotFail]],
    ),
  );
}

const cells = interchangeable("cell", 2);

/** A spec in which a step may change everything to anything, but for what is said of it. */
const rich = (): Spec => {
  const { action, invariant, stepProperty, spec } = declare({
    constants: { allowed: false },
    state: {
      at: each(cells, oneOf("here", "there", "lost")),
      queue: sequence(oneOf("ping", "pong"), 2),
      count: range(0, 3),
      note: optional(record({ by: cells, level: range(0, 1) })),
      chosen: subset(cells),
    },
  });
  const changes = action("somebody", {
    forAny: [cells, cells],
    when: (state) => state.count < 3,
    effect: (state, one, other) => {
      state.at[one] = state.at[other];
      state.queue.push(state.queue.length === 0 ? "ping" : "pong");
      if (state.queue.length > 1) state.queue = state.queue.slice(1);
      state.count += 1;
      state.note = { by: one, level: 1 };
      state.chosen.add(one);
    },
  });
  const word = (state: { at: { some(test: (of: string) => boolean): boolean } }): boolean =>
    state.at.some((of) => of === "lost");
  return spec({
    name: "rich",
    title: "",
    actions: { changes },
    invariants: {
      fewInQueue: invariant((state) => state.queue.length <= 2),
      oneInQueue: invariant((state) => state.queue.length <= 1),
      pingOrPong: invariant((state) =>
        state.queue.every((it) => ["ping", "pong"].includes(it as string)),
      ),
      onlyPings: invariant((state) => !state.queue.includes("pong")),
      findsItself: invariant(
        (state) => state.queue.length === 0 || state.queue.includes(state.queue[0] ?? "ping"),
      ),
      lastIsFirst: invariant((state) => state.queue.at(-1) === state.queue[0]),
      small: invariant((state) => state.count < 4),
      smaller: invariant((state) => state.count < 3),
      noteIsOfSomebody: invariant((state) => state.note === "none" || state.note.level <= 1),
      noteIsLow: invariant((state) => state.note === "none" || state.note.level < 1),
      chosenAreFew: invariant((state) => state.chosen.size <= 2),
      chosenAreFewer: invariant((state) => state.chosen.size <= 1),
      byIsChosen: invariant({
        forAny: cells,
        when: (state, c) => state.note !== "none" && state.note.by === c,
        holds: (state, c) => state.chosen.has(c),
      }),
      somewhere: invariant({
        forAny: cells,
        when: (state, c) => state.at[c] !== "here" && !state.chosen.has(c),
        holds: (state, c) => state.at[c] === "there" || word(state),
      }),
      nowhere: invariant({
        forAny: cells,
        when: (state, c) => state.at[c] !== "here",
        holds: (state, c) => state.at[c] === "there" || state.count === 0,
      }),
    },
    stepProperties: {
      isItself: stepProperty((before, after) => before.count + after.count <= 6),
      grows: stepProperty((before, after) => after.count >= before.count),
      unlessAllowed: stepProperty({
        forAny: cells,
        holds: (before, after, c, { allowed }) => !allowed || before.at[c] === after.at[c],
      }),
    },
  });
};

/** A spec in which somebody sends and reads messages of which each kind has fields of its own. */
const talking = (): Spec => {
  const { action, invariant, stepProperty, spec } = declare({
    constants: {},
    state: {
      queue: sequence(
        message({ ping: { by: cells }, pong: { by: cells, level: range(0, 1) }, end: {} }),
        1,
      ),
      last: optional(message({ odd: { why: oneOf("x", "y") }, even: { level: range(0, 1) } })),
    },
  });
  const talks = action("somebody", {
    forAny: cells,
    effect: (state, c) => {
      if (state.queue.length === 0) state.queue.push({ kind: "pong", by: c, level: 1 });
      else if (state.queue[0]?.kind === "pong") state.queue = [{ kind: "ping", by: c }];
      else state.queue = [{ kind: "end" }];
      state.last =
        state.queue[0]?.kind === "end" ? { kind: "odd", why: "y" } : { kind: "even", level: 1 };
    },
  });
  const levelOf = (it: { readonly kind: string; readonly level?: number }): number | undefined =>
    it.level;
  return spec({
    name: "talking",
    title: "",
    actions: { talks },
    invariants: {
      fewLevels: invariant((state) =>
        state.queue.every((it) => it.kind !== "pong" || it.level < 2),
      ),
      lowLevels: invariant((state) =>
        state.queue.every((it) => it.kind !== "pong" || it.level < 1),
      ),
      levelIsOfPong: invariant((state) =>
        state.queue.every((it) => (levelOf(it) !== undefined) === (it.kind === "pong")),
      ),
      noLevel: invariant((state) => state.queue.every((it) => levelOf(it) === undefined)),
      firstIsNoEnd: invariant((state) => state.queue[0]?.kind !== "end"),
      lastIsEven: invariant((state) => state.last === "none" || state.last.kind === "even"),
      lastHasWhy: invariant(
        (state) =>
          state.last === "none" ||
          (state.last.kind === "odd" ? state.last.why !== undefined : state.last.level <= 1),
      ),
      lastIsX: invariant(
        (state) => state.last === "none" || state.last.kind === "even" || state.last.why === "x",
      ),
    },
    stepProperties: {
      keepsLevels: stepProperty(
        (before, after) =>
          before.last === "none" ||
          after.last === "none" ||
          before.last.kind !== "even" ||
          after.last.kind !== "even" ||
          before.last.level + after.last.level <= 2,
      ),
    },
  });
};

/** Every state there could be: all digits that are those of one. */
function everyState({ layout }: Model): readonly State[] {
  let all: number[][] = [[]];
  for (const radix of layout.radices) {
    all = all.flatMap((digits) => Array.from({ length: radix }, (_, digit) => [...digits, digit]));
  }
  return all
    .map((digits) => ({ digits, state: layout.decode(digits) }))
    .filter(({ digits, state }) => digitsOf(layout, state)?.join() === digits.join())
    .map(({ state }) => state);
}

/** Undefined for what is no message. */
function digitsOf(layout: Model["layout"], state: State): readonly number[] | undefined {
  try {
    return layout.encode(state);
  } catch {
    return undefined;
  }
}

describe("what cannot be violated", () => {
  it.each<[string, Spec, number]>([
    ["rich", rich(), 29],
    ["of messages", talking(), 5],
  ])(
    "is what is true of every value of what it looks at, and nothing else: %s",
    (_, its, oneIn) => {
      const model = instantiate(its);
      const states = everyState(model);
      const some = states.filter((_, position) => position % oneIn === 0);
      const expected = model.claims.filter((claim) =>
        claim.property.kind === "invariant"
          ? states.every((state) => judge(model, claim, [state]).answer !== 2)
          : some.every((one) =>
              some.every((other) => judge(model, claim, [one, other]).answer !== 2),
            ),
      );
      expect(expected.length).toBeGreaterThan(2);
      expect(expected.length).toBeLessThan(model.claims.length - 2);
      expect(Object.keys(namedIn(model))).toEqual(expected.map(({ name }) => name));
    },
  );

  it("depends on the constants, and is the same without symmetry", () => {
    const spec = rich();
    expect(namedIn(instantiate(spec, { symmetry: false }))).toEqual(namedIn(instantiate(spec)));
    expect(namedIn(instantiate(spec))).toMatchObject({
      small: "it is true whatever count may be",
      unlessAllowed: "it is true without a look at the state",
    });
    const allowed = instantiate(spec, { constants: { allowed: true } });
    expect(namedIn(allowed)).not.toHaveProperty("unlessAllowed");
  });

  /** A door with a flag that tells what went wrong, and claims about it. */
  const door = (
    effect: (state: { flag: "fine" | "odd" | "wrong"; door: "open" | "shut" }) => void,
    isForbidden = false,
  ): Model => {
    const { action, invariant, spec } = declare({
      constants: { forbidden: isForbidden },
      state: { flag: oneOf("fine", "odd", "wrong"), door: oneOf("open", "shut") },
    });
    const shuts = action("somebody", {
      effect: (state) => {
        state.door = state.door === "open" ? "shut" : "open";
      },
    });
    const fails = action("somebody", {
      when: (state, { forbidden }) => !forbidden && state.door === "shut" && state.flag === "odd",
      effect,
    });
    const neverWrong = invariant({
      when: (state) => state.door === "shut",
      holds: (state) => state.flag !== "wrong",
    });
    const inHolds = invariant((state) => state.door === "open" || state.flag !== "wrong");
    return instantiate(
      spec({
        name: "door",
        title: "",
        actions: { shuts, fails },
        invariants: { neverWrong, inHolds },
      }),
    );
  };

  it("is not what no step happens to do: one that could is written", () => {
    // The flag is never "odd", so that this step is never taken: that is what the search proves.
    const wrong = door((state) => void (state.flag = "wrong"));
    expect(namedIn(wrong)).toEqual({});
    const computed = door((state) => void (state.flag = state.door as never));
    expect(namedIn(computed)).toEqual({});
    const unknown = door((state) => void Object.assign(state, { flag: "wrong" }));
    expect(namedIn(unknown)).toEqual({});
  });

  it("is what no step is written to do, and what the constants forbid", () => {
    const why = 'no step sets flag to "wrong", and it is true whatever door may be';
    expect(namedIn(door((state) => void (state.flag = "odd")))).toEqual({
      neverWrong: why,
      inHolds: why,
    });
    const forbidden = "no step changes flag, and it is true whatever door may be";
    expect(namedIn(door((state) => void (state.flag = "wrong"), true))).toEqual({
      neverWrong: forbidden,
      inHolds: forbidden,
    });
  });

  it("is not what was elsewhere at the start", () => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: { queue: sequence(oneOf("x", "y", "z"), 2), door: oneOf("open", "shut") },
    });
    const shifts = action("somebody", {
      when: (state) => state.queue.length > 0,
      effect: (state) => void state.queue.shift(),
    });
    const claims = {
      noY: invariant((state) => state.door === "shut" || state.queue[0] !== "y"),
      noZ: invariant((state) => state.door === "shut" || state.queue[0] !== "z"),
    };
    const its = spec({
      name: "shifts",
      title: "",
      initial: (state) => void state.queue.push("x", "y"),
      actions: { shifts },
      invariants: claims,
    });
    expect(namedIn(instantiate(its))).toEqual({
      noZ: 'no step changes door, and no step sets queue to "z"',
    });
  });

  it.each<[string, (state: { kept: "none" | { v: "a" | "b" } }) => void]>([
    [
      "in a part of it",
      (state) => {
        if (state.kept !== "none") state.kept.v = "b";
      },
    ],
    [
      "as a whole",
      (state) => {
        state.kept = { v: "b" };
      },
    ],
  ])("is not what was saved, changed %s and put back", (_, edit) => {
    const { action, invariant, restore, snapshot, spec } = declare({
      constants: {},
      state: { door: range(0, 2), v: oneOf("a", "b"), kept: saved("v") },
    });
    const saves = action("somebody", {
      effect: (state) => {
        state.door = 1;
        snapshot(state, "kept");
      },
    });
    const edits = action("somebody", {
      when: (state) => state.door === 2,
      effect: edit as never,
    });
    const restores = action("somebody", {
      when: (state) => state.kept !== "none",
      effect: (state) => restore(state, "kept"),
    });
    const isA = invariant((state) => state.v === "a");
    const its = (more: object, initial?: typeof edit): Spec =>
      spec({
        name: "edits",
        title: "",
        ...(initial === undefined ? {} : { initial: initial as never }),
        actions: { saves, restores, ...more },
        invariants: { isA },
      });
    expect(namedIn(instantiate(its({ edits })))).toEqual({});
    const initial: typeof edit = (state) => {
      state.kept = { v: "b" };
    };
    expect(namedIn(instantiate(its({}, initial)))).toEqual({});
    expect(namedIn(instantiate(its({})))).toEqual({ isA: 'no step sets v to "b"' });
  });

  it("is not where a step of a process puts another element of it", () => {
    const { invariant, process, spec } = declare({
      constants: {},
      state: { place: each(cells, oneOf("one", "two", "kicked")), door: range(0, 2) },
    });
    const of = process("place");
    const goes = of.at("one", { to: "two" });
    const kicks = of.at("two", {
      to: "one",
      forAny: cells,
      when: (state) => state.door === 1,
      effect: (state, one, other) => {
        if (one !== other) (state.place as Record<typeof other, string>)[other] = "kicked";
      },
    });
    const opens = of.at("two", {
      to: "two",
      effect: (state) => {
        state.door = 2;
      },
    });
    const noKick = invariant((state) => !state.place.includes("kicked"));
    const its = spec({
      name: "kicks",
      title: "",
      actions: { goes, kicks, opens },
      invariants: { noKick },
    });
    expect(namedIn(instantiate(its))).toEqual({});
    expect(unusedIn(its, [])).toEqual([]);
  });

  it("is not asked of states that are never reached where that could fail, or never end", () => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: { next: each(cells, optional(cells)), first: optional(cells), deep: range(0, 65_000) },
    });
    const links = action("somebody", {
      forAny: [cells, cells],
      when: (state, one, other) => one !== other && state.next[other] === "none",
      effect: (state, one, other) => {
        state.next[one] = other;
        state.first = one;
        state.deep += 1;
      },
    });
    const ends = invariant((state) => {
      let at = state.first;
      while (at !== "none") at = state.next[at];
      return true;
    });
    const throws = invariant((state) => {
      if (state.first === "none" && state.deep > 0) throw new Error("this cannot be");
      return true;
    });
    const tooMany = invariant((state) => state.deep * 2 >= state.deep);
    const its = spec({
      name: "links",
      title: "",
      actions: { links },
      invariants: { ends, throws, tooMany },
    });
    expect(namedIn(instantiate(its))).toEqual({});
  });

  it("are four properties of Linux at its constants, and no other of these", () => {
    expect(
      namedIn(instantiate(linuxFreePageReporting), [
        "frameIsToldOnce",
        "workerSleepsWithoutTheLock",
        "isolatedPageblockIsNotAllocatable",
        "handedOutFrameHasItsPattern",
        "markedBlockIsFree",
        "idleMeansNoPass",
        "reportChangesResidencyOnly",
      ]),
    ).toEqual({
      frameIsToldOnce: "it is true whatever scatterlist may be",
      workerSleepsWithoutTheLock:
        'no step sets zoneLock to "worker", and it is true whatever worker may be',
      isolatedPageblockIsNotAllocatable: 'no step sets pageblock to "isolate"',
      handedOutFrameHasItsPattern: "it is true without a look at the state",
    });
  });
});
