import { describe, expect, test } from "vitest";
import { check } from "../checker/index.ts";
import { instantiate, type Model } from "../model/index.ts";
import {
  declare,
  each,
  ghost,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  record,
  sequence,
  subset,
} from "../spec/index.ts";
import { sent } from "../toys/story-text.ts";
import { counterexampleOf, type Story, storyOf, type Telling } from "./index.ts";

const page = interchangeable("page", ({ pages }: { pages: number }) => pages);
const cpu = ordered("cpu", 2);
const { action, alwaysEventually, invariant, spec, within } = declare({
  constants: { pages: 2 },
  state: {
    guest: each(page, oneOf("in use", "free")),
    told: subset(page),
    owner: optional(cpu),
    queue: sequence(record({ page, order: range(0, 3) }), 2),
    frees: ghost(range(0, 3)),
  },
});

const model = instantiate(
  spec({
    name: "pages",
    title: "a guest that frees its pages",
    actions: {
      guestFrees: action("guest", {
        source: "__free_one_page",
        forAny: page,
        when: (state, p) => state.guest[p] === "in use",
        effect: (state, p) => {
          state.guest[p] = "free";
          state.told.add(p);
          state.frees += 1;
        },
      }),
      cpuEnters: action(cpu, {
        fairness: "weak",
        effect: (state, its) => {
          state.owner = its;
        },
      }),
      cpuLeaves: action(cpu, {
        when: (state, its) => state.owner === its,
        effect: (state) => {
          state.owner = "none";
        },
      }),
    },
    invariants: {
      somePageIsInUse: invariant((state) => state.guest.some((its) => its === "in use")),
      guestFreesOnce: invariant((state) => state.frees < 2),
    },
    liveness: {
      pagesAreFreed: alwaysEventually((state) => state.told.size === 2),
      cpuEntersLittle: within({
        from: (state) => state.owner !== "none",
        to: (state) => state.told.size === 2,
        counting: "cpuLeaves",
        atMost: 1,
      }),
    },
  }),
  { symmetry: false },
);

function told(property: string, telling?: Telling, of: Model = model): Story {
  const result = check(of, { properties: [property] }).properties.find(
    ({ name }) => name === property,
  );
  if (result?.trace === undefined) throw new Error(`${property} is not violated`);
  return storyOf(of, counterexampleOf(of, undefined, result, result.trace), telling);
}

describe("a story", () => {
  test("has a row for each step, with who does it, what it stands for and what it changes", () => {
    const { rows, initial, property, outcome } = told("somePageIsInUse");
    expect({ property, outcome }).toEqual({
      property: { kind: "invariant", name: "somePageIsInUse" },
      outcome: "violated",
    });
    expect(initial.state).toEqual({
      guest: ["in use", "in use"],
      told: [],
      owner: "none",
      queue: [],
      frees: 0,
    });
    expect(initial.values).toContainEqual({ variable: "queue", path: "queue", text: "empty" });
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual({
      number: 2,
      actor: "guest",
      label: "guest frees 1",
      action: "guestFrees",
      source: "__free_one_page",
      choice: [1],
      chosenFrom: ["page"],
      changes: [
        { variable: "guest", path: "guest[1]", old: "in use", new: "free" },
        { variable: "told", path: "told", old: "{page 0}", new: "{page 0, page 1}" },
        { variable: "frees", path: "frees", old: "1", new: "2" },
      ],
      state: { guest: ["free", "free"], told: [0, 1], owner: "none", queue: [], frees: 2 },
    });
  });

  test("says which variables are bookkeeping, what each is made of, and what the reason rests on", () => {
    const { variables, reason } = told("guestFreesOnce");
    expect(variables.filter(({ isGhost }) => isGhost).map(({ name }) => name)).toEqual(["frees"]);
    expect(variables.map(({ shape }) => shape)).toEqual([
      { kind: "each", set: "page", of: { kind: "words", words: ["in use", "free"] } },
      { kind: "subset", set: "page" },
      { kind: "optional", of: { kind: "index", set: "cpu" } },
      {
        kind: "sequence",
        of: {
          kind: "record",
          fields: { page: { kind: "index", set: "page" }, order: { kind: "whole" } },
        },
      },
      { kind: "whole" },
    ]);
    expect(reason).toEqual({
      lines: ["frees is 2"],
      reads: [{ variable: "frees", path: "frees" }],
    });
  });

  test("says where a loop begins, why it is fair, and whether there is a shorter one", () => {
    const { loop, minimality, rows, end } = told("pagesAreFreed");
    expect(minimality).toBe("shortest");
    expect(loop?.to).toBeLessThan(rows.length);
    expect(loop?.unfair).toEqual([]);
    expect(loop?.fairness[0]).toMatchObject({
      label: "cpu 0 enters",
      kind: "weak",
      action: "cpuEnters",
      because: { kind: expect.any(String) as string },
    });
    expect(end).toBeUndefined();
  });

  test("marks where a wait begins and what is counted", () => {
    expect(told("cpuEntersLittle").marks).toEqual([
      { kind: "from holds", state: 1 },
      { kind: "counted", state: 2, count: 1, atMost: 1 },
      { kind: "counted", state: 4, count: 2, atMost: 1 },
    ]);
  });

  test.each<readonly [Telling, Story["minimality"]]>([
    [{}, "shortest"],
    [{ shortest: false }, "shrunk"],
    [{ shortest: "not known" }, "not known"],
  ])("says whether there is a shorter one: %o", (telling, minimality) => {
    expect(told("somePageIsInUse", telling).minimality).toBe(minimality);
  });

  test("has no reason where it shows no violation, but what it would rest on", () => {
    const { outcome, reason } = told("guestFreesOnce", { outcome: "the worst case" });
    expect(outcome).toBe("the worst case");
    expect(reason).toEqual({ lines: [], reads: [{ variable: "frees", path: "frees" }] });
  });

  test.each(["somePageIsInUse", "guestFreesOnce", "pagesAreFreed", "cpuEntersLittle"])(
    "is plain data: %s",
    (property) => {
      const story = told(property);
      expect(sent(story)).toEqual(story);
      expect(structuredClone(story)).toEqual(story);
    },
  );
});
