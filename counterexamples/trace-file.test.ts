import { describe, expect, test } from "vitest";
import { check } from "../checker/index.ts";
import { instantiate, type Model } from "../model/index.ts";
import {
  type Action,
  assert,
  type Domain,
  declare,
  each,
  interchangeable,
  oneOf,
  range,
  type Spec,
  subset,
  variant,
} from "../spec/index.ts";
import {
  type Counterexample,
  counterexampleOf,
  type Replay,
  replay,
  stateJson,
  toFile,
  type TraceFile,
  TraceFileError,
  traceFileText,
} from "./index.ts";
import { fromFile } from "./kept/index.ts";

const page = interchangeable("page", ({ pages }: { pages: number }) => pages);
const { action, assertion, invariant, leadsTo, spec } = declare({
  constants: { pages: 2, start: 0 },
  state: {
    guest: each(page, oneOf("in use", "free")),
    told: subset(page),
    count: range(0, 3),
  },
});

const workerDrainsTwice = assertion("the worker drains at most twice");
const neverSo = assertion("the worker never drains");

/** The guest frees pages and tells the host of them; the worker drains what it was told. */
const toy = spec({
  name: "toy",
  title: "pages are freed, told and drained",
  initial: (state, { start }) => {
    state.count = start;
  },
  actions: {
    guestFrees: action("guest", {
      forAny: page,
      when: (state, p) => state.guest[p] === "in use",
      effect: (state, p) => {
        state.guest[p] = "free";
        state.told.add(p);
      },
    }),
    workerDrains: action("worker", {
      when: (state) => state.told.size > 0,
      effect: (state) => {
        assert(state.count < 2, workerDrainsTwice);
        state.told.clear();
        state.count += 1;
      },
    }),
  },
  invariants: {
    workerNeverDrains: invariant((state) => state.count === 0),
    workerDrainsOnce: invariant((state) => state.count < 2),
  },
  assertions: { workerDrainsTwice },
});

/** What a table of a spec holds under some of its names. */
type Named<Names extends string, What> = Readonly<Record<Names, What>>;

function found(model: Model, property: string): Counterexample {
  const result = check(model, { properties: [property] }).properties.find(
    ({ name }) => name === property,
  );
  if (result?.trace === undefined) throw new Error(`${property} is not violated`);
  return counterexampleOf(model, undefined, result, result.trace);
}

function saved(property: string, of: Spec = toy): TraceFile {
  const model = instantiate(of, { symmetry: false });
  return fromFile(JSON.stringify(toFile(model, found(model, property))));
}

test("a trace file is plain JSON, with sets as sorted lists", () => {
  expect(saved("workerNeverDrains")).toEqual({
    schemaVersion: 1,
    protocol: "toy",
    constants: { pages: 2, start: 0 },
    property: { kind: "invariant", name: "workerNeverDrains" },
    reason: ["count is 1"],
    initial: { guest: ["in use", "in use"], told: [], count: 0 },
    trace: [
      {
        step: { action: "guestFrees", actor: "guest", choice: [0] },
        state: { guest: ["free", "in use"], told: [0], count: 0 },
      },
      {
        step: { action: "workerDrains", actor: "worker", choice: [] },
        state: { guest: ["free", "in use"], told: [], count: 1 },
      },
    ],
  });
  expect(stateJson({ told: new Set([10, 9]), of: [{ these: new Set([2, 1]) }] })).toEqual({
    told: [9, 10],
    of: [{ these: [1, 2] }],
  });
});

test("a trace file is written with one step a line, every character of which prints", () => {
  const file = { ...saved("workerNeverDrains"), reason: ["\u202ecount is 1\n"] };
  const text = traceFileText(file);

  expect(fromFile(text)).toEqual(file);
  expect(text).toMatch(/^[ -~\n]*$/);
  expect(text.split("\n").filter((line) => line.startsWith('    {"step":'))).toHaveLength(2);
  expect(text.endsWith("\n  ]\n}\n")).toBe(true);
});

describe("replay", () => {
  test.each(["workerNeverDrains", "workerDrainsOnce", "deadlockFreedom"])(
    "%s is violated again",
    (property) => {
      const model = instantiate(toy);
      const counterexample = { ...found(model, property), variant: "as-it-is" };

      const result = replay(model, fromFile(JSON.stringify(toFile(model, counterexample))));

      expect(result).toEqual({ kind: "violates", counterexample });
    },
  );

  test("an assertion fails again", () => {
    const tight = variant(toy, {
      name: "tight",
      because: "a test needs an assertion that fails",
      change: {
        actions: {
          workerDrains: {
            effect: () => {
              assert(false, neverSo);
            },
          },
        },
        properties: { neverSo },
      },
      expects: { breaks: ["neverSo"] },
    });
    const file = saved("neverSo", tight.spec);

    expect(replay(instantiate(tight.spec), file)).toMatchObject({
      kind: "violates",
      counterexample: { property: { name: "neverSo" }, trace: { steps: { length: 2 } } },
    });
    const properties = { ...toy.properties, neverSo };
    expect(replay(instantiate({ ...toy, properties }), file)).toEqual({
      kind: "no longer violates",
      why: "worker drains, the last step, no longer fails an assertion",
    });
  });

  test("a property that was made weaker is no longer violated", () => {
    const weaker = { ...toy.properties, workerNeverDrains: invariant((state) => state.count < 2) };

    expect(replay(instantiate({ ...toy, properties: weaker }), saved("workerNeverDrains"))).toEqual(
      {
        kind: "no longer violates",
        why: '"worker never drains" holds after step 2',
      },
    );
  });

  test("a deadlock that may be an end, or has a way out, is none", () => {
    const file = saved("deadlockFreedom");
    const guestWaits = action("guest", { effect: () => {} });
    const isStill = (actions: Spec["actions"]): string =>
      replay(instantiate({ ...toy, actions: { ...toy.actions, ...actions } }), file).kind;
    expect(isStill({ guestWaits })).toBe("violates");

    const guestFreesAgain = action("guest", {
      effect: (state) => {
        state.told.clear();
        state.count = 0;
      },
    });
    expect(replay(instantiate({ ...toy, mayEnd: () => true }), file)).toMatchObject({
      kind: "no longer violates",
      why: expect.stringMatching(/^the protocol may end after step \d$/) as string,
    });
    expect(
      replay(
        instantiate({ ...toy, actions: { ...toy.actions, guestWaits, guestFreesAgain } }),
        file,
      ),
    ).toMatchObject({
      kind: "no longer violates",
      why: expect.stringMatching(/^a step is possible after step \d: guest frees again$/) as string,
    });
  });

  test("a property that was made stronger is violated earlier", () => {
    const stronger = {
      ...toy.properties,
      workerNeverDrains: invariant((state) => state.count === 0 && state.told.size === 0),
    };

    expect(
      replay(instantiate({ ...toy, properties: stronger }), saved("workerNeverDrains")),
    ).toMatchObject({
      kind: "violates",
      counterexample: { trace: { steps: { length: 1 } } },
    });
  });

  describe("no longer fits", () => {
    const file = saved("workerNeverDrains");
    const { guestFrees, workerDrains } = toy.actions as Named<
      "guestFrees" | "workerDrains",
      Action
    >;
    const { guest, told, count } = toy.state as Named<"guest" | "told" | "count", Domain>;
    const { told: _told, ...untold } = file.initial;
    const without = (name: string): Spec["properties"] =>
      Object.fromEntries(Object.entries(toy.properties).filter(([other]) => other !== name));

    const cases: readonly (readonly [string, Spec, TraceFile, Omit<Replay, "kind">])[] = [
      [
        "the protocol is another",
        toy,
        { ...file, protocol: "pages" },
        { step: 0, why: "it is a trace of pages, not of toy" },
      ],
      [
        "the property is gone",
        {
          ...toy,
          properties: { ...without("workerNeverDrains"), workerNeverDrain: invariant(() => true) },
        },
        file,
        {
          step: 0,
          why: "the property workerNeverDrains does not exist; did you mean workerNeverDrain?",
        },
      ],
      [
        "the property is of another kind",
        {
          ...toy,
          properties: {
            ...toy.properties,
            workerNeverDrains: leadsTo({ from: () => true, to: () => true }),
          },
        },
        file,
        { step: 0, why: "the property workerNeverDrains is a leads to, the file says invariant" },
      ],
      [
        "the kind is unknown",
        toy,
        { ...file, property: { kind: "hyperproperty", name: "x" } },
        {
          step: 0,
          why: 'it violates a property of the kind "hyperproperty", which is not replayed',
        },
      ],
      [
        "a variable was added",
        toy,
        { ...file, initial: untold },
        { step: 0, why: "the variable told is not in the file" },
      ],
      [
        "a variable is gone",
        { ...toy, state: { guest, told, count } },
        { ...file, initial: { ...file.initial, counts: 0 } },
        { step: 0, why: "the variable counts of the file does not exist; did you mean count?" },
      ],
      [
        "it starts elsewhere",
        { ...toy, constants: { pages: 2, start: 1 } },
        file,
        { step: 0, why: "count is 1, the file says 0" },
      ],
      [
        "there are fewer pages",
        { ...toy, constants: { pages: 1, start: 0 } },
        file,
        { step: 0, why: "guest is [in use], the file says [in use, in use]" },
      ],
      [
        "the action is gone",
        { ...toy, actions: { guestFrees, workersDrain: workerDrains } },
        file,
        { step: 2, why: "the action workerDrains does not exist; did you mean workersDrain?" },
      ],
      [
        "the choice is gone",
        toy,
        {
          ...file,
          trace: file.trace.map(({ step, state }) => ({ step: { ...step, choice: [5] }, state })),
        },
        { step: 1, why: "guestFrees has no choice (5) under today's constants (pages=2 start=0)" },
      ],
      [
        "a step is not enabled",
        { ...toy, actions: { guestFrees, workerDrains: { ...workerDrains, when: () => false } } },
        file,
        { step: 2, why: "worker drains is not enabled: whatever the state is" },
      ],
      [
        "a step leads elsewhere",
        { ...toy, actions: { guestFrees: { ...guestFrees, effect: () => {} }, workerDrains } },
        file,
        {
          step: 1,
          why: "guest frees 0 leads to another state: guest[0] is in use, the file says free",
        },
      ],
      [
        "a set is another",
        toy,
        {
          ...file,
          trace: file.trace.map(({ step, state }) => ({ step, state: { ...state, told: [0, 1] } })),
        },
        {
          step: 1,
          why: "guest frees 0 leads to another state: told is {page 0}, the file says {page 0, page 1}",
        },
      ],
      [
        "a value has another shape",
        toy,
        {
          ...file,
          trace: file.trace.map(({ step, state }) => ({ step, state: { ...state, told: 7 } })),
        },
        { step: 1, why: "guest frees 0 leads to another state: told is {page 0}, the file says 7" },
      ],
      [
        "a step fails an assertion",
        {
          ...toy,
          properties: { ...toy.properties, neverSo },
          actions: {
            guestFrees,
            workerDrains: {
              ...workerDrains,
              effect: () => {
                assert(false, neverSo);
              },
            },
          },
        },
        file,
        { step: 2, why: "worker drains fails an assertion: the worker never drains" },
      ],
    ];
    test.each(cases)("where %s", (_what, today, kept, expected) => {
      expect(replay(instantiate(today), kept)).toEqual({ kind: "no longer fits", ...expected });
    });

    test("to any of several initial states", () => {
      const many: Spec = {
        ...toy,
        initial: {
          choices: [page],
          when: () => true,
          effect: (state: { guest: string[] }, p: number) => {
            state.guest[p] = "free";
          },
        },
      };

      expect(replay(instantiate(many), file)).toEqual({
        kind: "no longer fits",
        step: 0,
        why: "it is none of the 2 initial states: guest[0] is free, the file says in use",
      });
    });
  });
});

describe("a file that is no trace file is refused, with what is wrong and where", () => {
  const text = JSON.stringify(saved("workerNeverDrains"));
  const changed = (change: Record<string, unknown>): string =>
    JSON.stringify({ ...(JSON.parse(text) as object), ...change });

  test.each([
    ["an empty file", "", "the file is empty."],
    ["a truncated file", text.slice(0, 200), /^the file is not JSON: .* Is the file truncated\?$/],
    ["another format", "<html></html>", /^the file is not JSON: /],
    ["a list", "[]", "the file is []; it must be an object."],
    ["other JSON", "{}", "schemaVersion is missing. Is this a trace that hintproof wrote?"],
    [
      "a later version",
      changed({ schemaVersion: 2 }),
      /^schemaVersion is 2; this hintproof reads 1\./,
    ],
    ["no protocol", changed({ protocol: undefined }), "protocol is missing; it must be a string."],
    ["a variant that is none", changed({ variant: 3 }), "variant is 3; it must be a string."],
    ["no constants", changed({ constants: null }), "constants is null; it must be an object."],
    [
      "a constant in words",
      changed({ constants: { pages: "2" } }),
      'constants.pages is "2"; it must be a whole number, true or false.',
    ],
    [
      "a constant between numbers",
      changed({ constants: { pages: 1.5 } }),
      "constants.pages is 1.5; it must be a whole number, true or false.",
    ],
    [
      "a constant too large to be exact",
      changed({ constants: { pages: 1e300 } }),
      "constants.pages is 1e+300; it must be a whole number, true or false.",
    ],
    ["no property", changed({ property: "x" }), 'property is "x"; it must be an object.'],
    [
      "no name",
      changed({ property: { kind: "invariant" } }),
      "property.name is missing; it must be a string.",
    ],
    ["a reason that is none", changed({ reason: [1] }), "reason[0] is 1; it must be a string."],
    ["no initial state", changed({ initial: [] }), "initial is []; it must be an object."],
    ["no trace", changed({ trace: {} }), "trace is {}; it must be a list."],
    [
      "a step without state",
      changed({ trace: [{ step: { action: "a", actor: "b", choice: [] } }] }),
      "trace[0].state is missing; it must be an object.",
    ],
    [
      "a step without choice",
      changed({ trace: [{ step: { action: "a", actor: "b" }, state: {} }] }),
      "trace[0].step.choice is missing; it must be a list.",
    ],
  ])("%s", (_what, content, message) => {
    expect(() => fromFile(content)).toThrow(TraceFileError);
    expect(() => fromFile(content)).toThrow(
      typeof message === "string" ? (expect.objectContaining({ message }) as Error) : message,
    );
  });

  test("but for members that are not known, which are left out", () => {
    const more = JSON.stringify({ ...(JSON.parse(text) as object), later: 1 });
    expect(fromFile(more)).toEqual(fromFile(text));
    const odd = text.replace('"initial":{', '"initial":{"__proto__":1,');
    expect(odd).not.toBe(text);
    expect(fromFile(odd)).toEqual(fromFile(text));
  });

  test("wherever the text is cut off", () => {
    for (let length = 0; length < text.length; length++) {
      expect(() => fromFile(text.slice(0, length))).toThrow(TraceFileError);
    }
  });
});
