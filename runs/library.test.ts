import { describe, expect, test, vi } from "vitest";
import { declare, oneOf, range, SpecError, variant } from "../spec/index.ts";
import { commitsWithoutWaiting } from "../spec/protocols/two-phase-commit/variants.ts";
import {
  assertHolds,
  check,
  explore,
  NotHolding,
  render,
  replay,
  type Report,
  traceFault,
  UsageError,
} from "./index.ts";

const words = declare({
  constants: { most: 3 },
  state: { light: oneOf("off", "on"), n: range(0, 9) },
});
const switches = words.action("somebody", {
  when: (state, { most }) => state.n < most,
  effect: (state) => {
    state.n += 1;
    state.light = state.light === "on" ? "off" : "on";
  },
});
const staysBelow = words.invariant((state) => state.n < 4);
const lampContents = {
  name: "lamp",
  title: "is switched",
  actions: { switches },
  invariants: { staysBelow },
  mayEnd: (state: typeof words.type.state, { most }: typeof words.type.constants) =>
    state.n === most,
};
const lamp = words.spec(lampContents);
const moreContents = {
  name: "more",
  because: "it is switched more often",
  change: { constants: { most: 5 } },
  expects: { breaks: ["staysBelow"] },
} as const;
const more = variant(lamp, moreContents);

describe("a spec in this thread", () => {
  test("is told which of its properties cannot be violated, on either engine", async () => {
    const inItsRange = words.invariant((state) => state.n <= 9);
    const spec = words.spec({ ...lampContents, invariants: { staysBelow, inItsRange } });
    for (const engine of ["reference", "compiled"] as const) {
      const report = await check(spec, { engine });
      expect(report.verdict).toBe("holds");
      const cannotFail = report.properties.map((its) => [its.name, its.cannotFail]);
      expect(cannotFail.slice(0, 2)).toEqual([
        ["staysBelow", undefined],
        ["inItsRange", "it is true whatever n may be"],
      ]);
      expect(render(report)).toMatch(
        /in its range +invariant +holds, and cannot be violated at these constants\n/,
      );
      expect(render(report)).toContain(
        "in its range cannot be violated at these constants: it is true whatever n may be\n",
      );
    }
    // Nobody says so of one that is violated.
    const broken = await check(spec, { constants: { most: 5 }, properties: ["staysBelow"] });
    expect(broken.properties[0]).toMatchObject({ status: "violated", cannotFail: undefined });
  });

  test("is checked, with other constants and some of its properties", async () => {
    const report = await check(lamp);
    expect(report).toMatchObject({ verdict: "holds", statistics: { distinctStates: 4 } });
    const other = await check(lamp, { constants: { most: 2 }, properties: ["staysBelow"] });
    expect(other.statistics.distinctStates).toBe(3);
    expect(other.properties.filter(({ status }) => status === "holds")).toHaveLength(1);
    await expect(check(lamp, { constants: { least: 1 } })).rejects.toThrow(UsageError);
    await expect(check(lamp, { properties: ["stays"] })).rejects.toThrow(/no property stays/);
    await expect(check({} as never)).rejects.toThrow(SpecError);
  });

  test("that is too small for a property says so, in text and as data", async () => {
    const { witness, spec } = words;
    const manyTimes = witness({
      seenFrom: [{ most: 7 }, { most: 6 }],
      holds: (state) => state.n > 5,
    });
    const witnesses = { manyTimes };
    const small = spec({ ...lampContents, witnesses });
    const report = await check(small);
    expect(report).toMatchObject({ verdict: "holds" });
    expect(report.properties).toContainEqual(
      expect.objectContaining({ status: "not asked", seenFrom: [{ most: 7 }, { most: 6 }] }),
    );
    expect(render(report)).toContain("not asked here: many times, seen from most=7 or most=6\n");
    expect(render(report)).toContain("holds: 2 properties checked, 1 not asked here");
  });

  test("that is expected to break something as it is says whether it does", async () => {
    const { spec } = words;
    const expects = { breaks: ["staysBelow"] } as const;
    const broken = spec({ ...lampContents, expects });
    const [breaks, holds] = [await check(broken, { constants: { most: 5 } }), await check(broken)];
    expect(breaks).toMatchObject({ verdict: "violated", expected: true, differences: [] });
    expect(render(breaks)).toContain("as expected of lamp");
    expect(holds).toMatchObject({ verdict: "holds", expected: false });
    expect(render(holds)).toContain("expected to break stays below, which holds");
    expect(variant(broken, { ...moreContents, change: {} }).spec.expects).toBe(undefined);
    const misspelt = { breaks: ["stayBelow"] } as const;
    expect(() => spec({ ...lampContents, expects: misspelt })).toThrow(/did you mean staysBelow/);
  });

  test("breaks what it names, whatever else it breaks, and nothing else makes up for that", async () => {
    const isOff = words.invariant((state) => state.light === "off");
    const isSmall = words.invariant((state) => state.n < 6);
    const spec = words.spec({ ...lampContents, invariants: { staysBelow, isOff, isSmall } });
    const breaking = (name: "staysBelow" | "isSmall") =>
      variant(spec, { ...moreContents, expects: { breaks: [name] } });
    for (const engine of ["reference", "compiled"] as const) {
      const named = await check(breaking("staysBelow"), { engine });
      const violated = named.properties.filter(({ status }) => status === "violated");
      expect(violated.map(({ name }) => name)).toEqual(["staysBelow", "isOff"]);
      expect(named).toMatchObject({ expected: true, differences: [] });
      expect(await check(breaking("isSmall"), { engine })).toMatchObject({
        verdict: "violated",
        expected: false,
        differences: ["expected to break is small, which holds"],
      });
    }
  });

  test("that does not hold is refused by assertHolds with its counterexample", async () => {
    expect((await assertHolds(lamp)).verdict).toBe("holds");
    const error: unknown = await assertHolds(more).catch((its: unknown) => its);
    expect(error).toBeInstanceOf(NotHolding);
    const { message, report } = error as NotHolding;
    expect(message).toMatch(/^ lamp \/ more.*: violated\n stays below, after 4 steps/);
    expect(message).toMatch(/[*] +4 switches/);
    expect(report.property).toEqual({ kind: "invariant", name: "staysBelow" });
  });

  test("that is not explored to the end is refused as well", async () => {
    await expect(assertHolds(lamp, { maxStates: 2 })).rejects.toThrow(/incomplete: state limit/);
    const controller = new AbortController();
    controller.abort();
    await expect(assertHolds(lamp, { signal: controller.signal })).rejects.toThrow(/interrupted/);
    await expect(assertHolds(lamp, { timeout: 0 })).rejects.toThrow(/time limit/);
  });

  test("comes to what the reference engine comes to", async () => {
    const [one, other] = await Promise.all([
      check(commitsWithoutWaiting),
      check(commitsWithoutWaiting, { engine: "reference" }),
    ]);
    expect(one.trace).toHaveLength(other.trace?.length as number);
    expect(one.statistics.distinctStates).toBe(other.statistics.distinctStates);
  });

  test("is explored at random, repeatably", async () => {
    const report = await explore(more, { runs: 20, steps: 20, seed: 3 });
    expect(report).toMatchObject({ verdict: "violated", seed: 3 });
    const again = await explore(more, { steps: 20, seed: 3, path: report.path });
    expect(again.trace).toEqual(report.trace);
    const nothing = await explore(lamp, { runs: 3, seed: 4 });
    expect(nothing).toMatchObject({ verdict: "incomplete" });
    // Before all else, which may be cut off.
    expect(render(report)).toMatch(/^random runs of seed 3\n/);
    expect(render(nothing)).toMatch(/^random runs of seed 4\n/);
  });
});

describe("a counterexample", () => {
  test("is replayed from a report, or from its text, and drawn", async () => {
    const report = await check(more);
    const text = JSON.stringify(report);
    for (const trace of [report, text]) {
      const outcome = await replay(more, trace, "staysBelow");
      expect(outcome.kind).toBe("violates");
      if (outcome.kind === "violates") expect(render(outcome.story)).toContain("stays below");
    }
    await expect(replay(more, report, "deadlockFreedom")).rejects.toThrow(/only for staysBelow/);
    await expect(replay(more, await check(lamp))).rejects.toThrow(/no counterexample to replay/);
  });

  test("of a report that was made elsewhere is not drawn", async () => {
    const report = await check(more);
    expect(render(report)).toContain("stays below");
    const elsewhere = JSON.parse(JSON.stringify(report)) as Report;
    expect(() => render(elsewhere)).toThrow(/was not made here/);
  });
});

test("a file that only Node.js can run is refused where nobody runs it", async () => {
  // As it is loaded first: another test of this thread may have said who does.
  vi.resetModules();
  const library = await import("./index.ts");
  await expect(library.check(new URL("file:///lamp.ts"))).rejects.toThrow(
    /nobody here to run a file/,
  );
});

describe("a trace that is kept as a test", () => {
  const steps = Array.from({ length: 4 }, () => ["switches"] as const);
  const trace = { property: "staysBelow", constants: { most: 5 }, steps };

  test("fails as long as it violates", async () => {
    expect(await traceFault(more, trace)).toMatch(/^Still violated\.\n\n lamp \/ more, most=5/);
    // Whatever it is said to come to.
    expect(await traceFault(more, { ...trace, stopsAt: 4 })).toMatch(/^Still violated\./);
    expect(await traceFault(more, { ...trace, stopsAt: "nowhere" })).toMatch(/^Still violated\./);
  });

  test("holds only where it ends at the step that is said", async () => {
    const repaired = { ...trace, constants: { most: 3 } };
    expect(await traceFault(lamp, repaired)).toBe(
      "It ends at step 4: switches is not enabled: n is 3; it would be possible if n were 0, 1 or 2. " +
        "If that is the repair, write `stopsAt: 4`.",
    );
    expect(await traceFault(lamp, { ...repaired, stopsAt: 4 })).toBeUndefined();
    expect(await traceFault(lamp, { ...repaired, stopsAt: 3 })).toMatch(
      /^It ends at step 4, and not as said \(3\): /,
    );
    expect(await traceFault(lamp, { ...repaired, stopsAt: "nowhere" })).toMatch(/^It ends at/);
  });

  test("holds where all of it is possible and nothing is violated, if that is said", async () => {
    const short = { ...trace, steps: steps.slice(1) };
    expect(await traceFault(more, short)).toMatch(/^It ends nowhere: "stays below" holds after/);
    expect(await traceFault(more, { ...short, stopsAt: "nowhere" })).toBeUndefined();
    expect(await traceFault(more, { ...short, stopsAt: 3 })).toMatch(/^It ends nowhere, and not/);
  });

  test("never holds of a property or an action that there is not", async () => {
    for (const stopsAt of [undefined, 0, "nowhere"] as const) {
      const renamed = await traceFault(lamp, { ...trace, property: "staysUnder", stopsAt });
      expect(renamed).toMatch(/^It does not begin: the property staysUnder does not exist/);
    }
    const unknown = { ...trace, steps: [["switch"]], stopsAt: "nowhere" } as const;
    expect(await traceFault(lamp, unknown)).toMatch(/^It ends at step 1, .* switch does not exist/);
  });
});
