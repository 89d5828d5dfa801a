import { describe, expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { answersWrittenIn, instantiate } from "../../model/index.ts";
import { also, declare, each, interchangeable, oneOf, range, SpecError, variant } from "./index.ts";
import type { Action, Spec } from "./index.ts";

/** What is wrong here is what types would have caught. */
// biome-ignore lint/suspicious/noExplicitAny: the point of every case is that its types are wrong
type Wrong = any;

const cpu = interchangeable("cpu", 2);
const place = oneOf("outside", "waits", "inside");

/** Two processes that enter a room, of which one is of each CPU, and a porter who opens. */
function words() {
  const the = declare({
    constants: { most: 2 },
    state: {
      cpu: each(cpu, place),
      porter: oneOf("away", "opens"),
      within: range(0, ({ most }: { most: number }) => most),
    },
  });
  return { the, ofEach: the.process("cpu"), ofOne: the.process("porter", { fairness: "weak" }) };
}

/** The room, its steps written with places; `changed` replaces steps. */
function room(changed: (its: ReturnType<typeof words>) => Record<string, Action> = () => ({})) {
  const its = words();
  const { the, ofEach, ofOne } = its;
  const actions = {
    cpuComes: ofEach.at("outside", { to: "waits" }),
    cpuEnters: ofEach.at("waits", {
      when: (state) => state.porter === "opens",
      effect: (state, _c, { most }) => {
        if (state.within === most) return "outside";
        state.within += 1;
        return "inside";
      },
    }),
    cpuLeaves: ofEach.at(["waits", "inside"], {
      to: "outside",
      effect: (state, c) => {
        if (state.cpu[c] === "inside") state.within -= 1;
      },
    }),
    porterComes: ofOne.at("away", { to: "opens" }),
    porterGoes: ofOne.anywhere({ to: "away", fairness: "none" }),
  };
  const guestsAreCounted = the.invariant(
    (state) => state.cpu.filter((where) => where === "inside").length === state.within,
  );
  return the.spec({
    name: "room",
    title: "who is inside is counted",
    actions: { ...actions, ...(changed(its) as object) },
    invariants: { guestsAreCounted },
  });
}

/** The same room with each condition and effect written out. */
function writtenOut(): Spec {
  const { the } = words();
  const actions = {
    cpuComes: the.action(cpu, {
      when: (state, c) => state.cpu[c] === "outside",
      effect: (state, c) => {
        state.cpu[c] = "waits";
      },
    }),
    cpuEnters: the.action(cpu, {
      when: (state, c) => state.cpu[c] === "waits" && state.porter === "opens",
      effect: (state, c, { most }) => {
        if (state.within === most) {
          state.cpu[c] = "outside";
        } else {
          state.within += 1;
          state.cpu[c] = "inside";
        }
      },
    }),
    cpuLeaves: the.action(cpu, {
      when: (state, c) => state.cpu[c] !== "outside",
      effect: (state, c) => {
        if (state.cpu[c] === "inside") state.within -= 1;
        state.cpu[c] = "outside";
      },
    }),
    porterComes: the.action("porter", {
      fairness: "weak",
      when: (state) => state.porter === "away",
      effect: (state) => {
        state.porter = "opens";
      },
    }),
    porterGoes: the.action("porter", {
      effect: (state) => {
        state.porter = "away";
      },
    }),
  };
  return the.spec({ name: "room", title: "written out", actions });
}

const figures = (spec: Spec, engine: "reference" | "compiled", symmetry: boolean) => {
  const { kind, statistics } = check(instantiate(spec, { symmetry }), { engine });
  const { distinctStates, unreducedStates, transitions, depth } = statistics;
  return { kind, distinctStates, unreducedStates, transitions, depth };
};

describe("a step of a process", () => {
  test.each([
    ["reference", true],
    ["reference", false],
    ["compiled", true],
    ["compiled", false],
  ] as const)("is what it is when it is written out: %s, symmetry %s", (engine, symmetry) => {
    const its = figures(room(), engine, symmetry);
    expect(its).toEqual(figures(writtenOut(), engine, symmetry));
    expect(its.kind).toBe("holds");
  });

  test("is of the actor that the variable names, with its fairness unless it says otherwise", () => {
    const { cpuComes, porterComes, porterGoes } = room().actions as Record<string, Action>;
    expect(cpuComes).toMatchObject({ actor: cpu, fairness: "none", choices: [cpu] });
    expect(porterComes).toMatchObject({ actor: "porter", fairness: "weak", choices: [] });
    expect(porterGoes?.fairness).toBe("none");
  });

  test("says where it is taken and where it leads, as data", () => {
    const { cpuComes, cpuLeaves, porterGoes } = room().actions as Record<string, Action>;
    expect(cpuComes?.located).toMatchObject({ from: ["outside"], to: "waits" });
    expect(cpuLeaves?.located).toMatchObject({ from: ["waits", "inside"], to: "outside" });
    expect(porterGoes?.located).toMatchObject({ from: "anywhere", to: "away" });
  });

  test("leads where its effect answers, also if it says where to otherwise", () => {
    const turnsBack = room(({ ofEach }) => ({
      cpuEnters: ofEach.at("waits", { to: "outside", effect: () => "waits" }),
    }));
    const neverOutside = room(({ ofEach }) => ({ cpuEnters: ofEach.at("waits", { to: "waits" }) }));
    expect(figures(turnsBack, "compiled", true)).toEqual(figures(neverOutside, "compiled", true));
  });

  test("which is copied with a part replaced is at no place any more", () => {
    const { the, ofOne } = words();
    const porterComes = ofOne.at("away", { to: "opens" });
    const copied = the.spec({
      name: "copied",
      title: "a copy",
      actions: { porterComes: { ...porterComes, when: () => true } },
    });
    expect(copied.actions["porterComes"]?.located).toBeUndefined();
  });
});

describe("a variant", () => {
  const named = { name: "changed", because: "a test wants it", expects: "holds" } as const;
  const change = (cpuLeaves: Wrong) =>
    variant(room(), { ...named, change: { actions: { cpuLeaves } } as Wrong }).spec;
  const leaves = (spec: Spec) => spec.actions["cpuLeaves"]?.located;

  test("moves a step, and its condition moves along", () => {
    const moved = change({
      at: "waits",
      to: "inside",
      effect: (state: Wrong) => ((state.within += 1), undefined),
    });
    expect(leaves(moved)).toMatchObject({ from: ["waits"], to: "inside" });
    const its = figures(moved, "compiled", true);
    expect(its.kind).toBe("holds");
    // Nobody comes out any more.
    expect(its.transitions).toBeLessThan(figures(room(), "compiled", true).transitions);
  });

  test("replaces the effect, and the step leads where it led", () => {
    const changed = change({ effect: () => {} });
    expect(leaves(changed)).toMatchObject({ from: ["waits", "inside"], to: "outside" });
    expect(check(instantiate(changed)).kind).toBe("violated");
  });

  test("replaces the condition, and the step is still taken at its places", () => {
    const changed = change({ when: (state: Wrong) => state.porter === "opens" });
    const { when } = changed.actions["cpuLeaves"] as Action;
    const state = { porter: "opens", cpu: ["outside", "inside"], within: 1 };
    expect([when(state, 0), when(state, 1)]).toEqual([false, true]);
    expect(when({ ...state, porter: "away" }, 1)).toBe(false);
  });

  test("splits a step in two, at a place that it adds", () => {
    const looksFirst = variant(room(), {
      name: "looks-first",
      because: "a guest that has looked does not look again",
      state: { cpu: also("has looked") } as Wrong,
      change: (({ process }: Wrong) => ({
        actions: {
          cpuEnters: { to: "has looked", effect: () => {} },
          cpuLeaves: { at: ["waits", "has looked", "inside"] },
        },
        added: {
          cpuGoesIn: process("cpu").at("has looked", {
            to: "inside",
            effect: (state: Wrong) => void (state.within += 1),
          }),
        },
      })) as Wrong,
      expects: "holds",
    }).spec;
    expect(looksFirst.actions["cpuEnters"]?.located).toMatchObject({ to: "has looked" });
    expect(figures(looksFirst, "compiled", true)).toEqual(figures(looksFirst, "reference", true));
    expect(check(instantiate(looksFirst)).kind).toBe("holds");
  });

  test("does something behind a step, which leads where it led", () => {
    const closes = variant(room(), {
      ...named,
      change: {
        actions: {
          cpuEnters: {
            afterwards: (state: Wrong, before: Wrong, c: Wrong) => {
              if (state.cpu[c] === "inside" && before.cpu[c] === "waits") state.porter = "away";
            },
          },
        },
      } as Wrong,
    }).spec;
    const its = figures(closes, "compiled", true);
    expect(its).toEqual(figures(closes, "reference", true));
    expect(its).not.toEqual(figures(room(), "compiled", true));
  });

  test.each([
    ["a place that is none", { at: "insid" }, /"insid" is no place of cpu; did you mean inside\?/],
    ["a way to a place that is none", { to: "in" }, /cpuLeaves: "to": "in" is no place of cpu/],
    [
      "a part that is none",
      { too: "inside" },
      /cpuLeaves: there is no part of a changed action too; did you mean to/,
    ],
  ])("with %s is refused", (_what, cpuLeaves, message) => {
    expect(() => change(cpuLeaves)).toThrow(message);
    expect(() => change(cpuLeaves)).toThrow(SpecError);
  });

  test("does not move a step of nobody's process", () => {
    const moved = () =>
      variant(writtenOut(), {
        ...named,
        change: { actions: { cpuLeaves: { to: "waits" } } } as Wrong,
      });
    expect(moved).toThrow(/cpuLeaves: there is no part of a changed action to/);
  });
});

describe("what is wrong is refused", () => {
  const the = () => words().the as Wrong;
  const at = (...given: Wrong[]) => (words().ofEach.at as Wrong)(...given);
  test.each([
    [
      "a variable that is none",
      () => the().process("cpus"),
      /process\("cpus"\): there is no such variable; did you mean cpu\?/,
    ],
    [
      "a variable without places",
      () => the().process("within"),
      /the places of a process are words/,
    ],
    [
      "an unknown part of a process",
      () => the().process("cpu", { fair: "weak" }),
      /no part of a process fair/,
    ],
    ["an unknown fairness", () => the().process("cpu", { fairness: "some" }), /none, weak, strong/],
    [
      "a place that is none",
      () => at("insides", { to: "waits" }),
      /"insides" is no place of cpu; did you mean inside\?/,
    ],
    ["no place", () => at([], { to: "waits" }), /taken at no place/],
    ["a way to nowhere", () => at("waits", { to: "away" }), /"to": "away" is no place of cpu/],
    ["neither a place nor an effect", () => at("waits", { when: () => true }), /leads nowhere/],
    [
      "an unknown part",
      () => at("waits", { to: "inside", guard: () => true }),
      /no part of an action guard/,
    ],
    ["no definition", () => at("waits"), /is undefined, not a record/],
    [
      "an effect that is none",
      () => at("waits", { to: "inside", effect: 3 }),
      /"effect" must be a function/,
    ],
  ])("%s", (_what, wrong, message) => {
    expect(wrong).toThrow(message);
    expect(wrong).toThrow(SpecError);
  });

  test.each(["reference", "compiled"] as const)("an effect that answers no place: %s", (engine) => {
    const wrong = (effect: Wrong) =>
      check(instantiate(room(({ ofEach }) => ({ cpuEnters: ofEach.at("waits", { effect }) }))), {
        engine,
      });
    expect(() => wrong(() => "insid")).toThrow(
      /cpuEnters.*answers "insid", which is no place of cpu; did you mean inside\?/,
    );
    expect(() => wrong(() => {})).toThrow(/answers undefined, which is no place of cpu/);
  });

  test.each(["reference", "compiled"] as const)("an effect that moves by itself: %s", (engine) => {
    const moves = room(({ ofOne }) => ({
      porterComes: ofOne.at("away", {
        to: "away",
        effect: (state: Wrong) => void (state.porter = "opens"),
      }),
    }));
    const movesEach = room(({ ofEach }) => ({
      cpuComes: ofEach.at("outside", {
        to: "waits",
        effect: (state: Wrong, c) => void (state.cpu[c] = "inside"),
      }),
    }));
    expect(() => check(instantiate(moves), { engine })).toThrow(/the effect changes porter/);
    expect(() => check(instantiate(movesEach), { engine })).toThrow(/the effect changes cpu/);
  });
});

/** It may answer what it is asked for again. */
const elsewhere = (x: number): string => (x > 2 ? "b" : x > 1 ? elsewhere(x + 1) : "c");

describe("what an effect is written to answer", () => {
  test.each([
    [() => "a", ["a"], false],
    [(x: boolean) => (x ? "a" : "b"), ["a", "b"], false],
    [
      (x: number) => {
        if (x > 2) return "a";
        for (let i = 0; i < x; i++) if (i === 1) return x > 1 ? "b" : "c";
        return "a";
      },
      ["a", "b", "c"],
      false,
    ],
    [
      (x: number) => {
        if (x > 2) return "a";
        else return "b";
      },
      ["a", "b"],
      false,
    ],
    [
      (x: number) => {
        if (x > 2) return "a";
        return;
      },
      ["a"],
      true,
    ],
    [(x: { a: string }) => x.a, [], true],
    [(x: boolean) => (x ? "a" : elsewhere(1)), ["a", "b", "c"], false],
    [
      (x: boolean) => {
        const to = x ? "a" : elsewhere(1);
        return to;
      },
      ["a", "b", "c"],
      false,
    ],
    [
      (x: string) => {
        let to = "a";
        if (x === "b") to = x;
        return to;
      },
      [],
      true,
    ],
    [(x: string) => String(x), [], true],
    [
      (x: { a: string }) => {
        const inner = () => "not this";
        x.a = inner();
      },
      [],
      true,
    ],
  ])("%s", (its: Wrong, texts, isMore) => {
    expect(answersWrittenIn(its)).toMatchObject({ texts, isMore });
  });
});
