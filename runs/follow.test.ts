import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { TraceFile } from "../counterexamples/index.ts";
import { instantiate } from "../model/index.ts";
import {
  assert,
  declare,
  interchangeable,
  oneOf,
  optional,
  range,
  SpecError,
} from "../spec/index.ts";
import { protocols } from "../toys/protocols.ts";
import { follow, UsageError } from "./index.ts";
import { followText } from "./told/index.ts";

const climber = interchangeable("climber", 2);
const words = declare({
  constants: { rungs: 4 },
  state: {
    rung: range(0, ({ rungs }: { rungs: number }) => rungs),
    gate: oneOf("shut", "open", "broken"),
    up: optional(climber),
  },
});
const { action, assertion, invariant, stepProperty, witness } = words;
const nobodyJumpsFromTheTop = assertion("nobody jumps from the top");
const ladder = words.spec({
  name: "ladder",
  title: "two climbers and a gate in the middle",
  actions: {
    climberMounts: action(climber, {
      when: (state) => state.up === "none",
      effect: (state, c) => {
        state.up = c;
      },
    }),
    climberClimbs: action(climber, {
      when: (state, c, { rungs }) =>
        state.up === c && state.rung < rungs && (state.rung !== 2 || state.gate === "open"),
      effect: (state) => {
        state.rung += 1;
      },
    }),
    climberJumps: action(climber, {
      forAny: range(1, 2),
      when: (state, c, by) => state.up === c && state.rung >= by,
      effect: (state, _c, by, { rungs }) => {
        assert(state.rung < rungs, nobodyJumpsFromTheTop);
        state.rung -= by;
      },
    }),
    wardenOpens: action("warden", {
      when: (state) => state.gate === "shut" && state.rung < 2,
      effect: (state) => {
        state.gate = "open";
      },
    }),
    wardenBreaksGate: action("warden", {
      when: (state) => state.gate === "shut",
      effect: (state) => {
        state.gate = "broken";
      },
    }),
  },
  assertions: { nobodyJumpsFromTheTop },
  invariants: { climberStaysBelowThree: invariant((state) => state.rung < 3) },
  stepProperties: {
    gateStaysWhole: stepProperty((_before, after) => after.gate !== "broken"),
  },
  witnesses: { gateIsOpen: witness((state) => state.gate === "open") },
});

const said = (text: string): string => text.replaceAll(/\n */g, "\n");

describe("a scenario", () => {
  test("is possible to its end, in all the ways in which steps can be written", async () => {
    const outcome = await follow(
      ladder,
      said(`# up
        climber 1 mounts          # as printed
        climberClimbs 1
        climber climbs 1
        climberJumps(1, 2)
          5  warden opens        gate shut -> open`),
    );
    expect(outcome).toMatchObject({ kind: "possible", steps: 5, done: 5, stop: undefined });
    expect(outcome.story.rows.map(({ label }) => label)).toEqual([
      "climber 1 mounts",
      "climber 1 climbs",
      "climber 1 climbs",
      "climber 1 jumps 2",
      "warden opens",
    ]);
    expect(outcome.met).toEqual([
      { kind: "seen", property: { kind: "witness", name: "gateIsOpen" }, step: 5, reason: [] },
    ]);
  });

  test("stops where a condition says no, and says what it found and what it would take", async () => {
    const outcome = await follow(
      ladder,
      "climber 0 mounts\nclimber 0 climbs\nclimber 0 climbs\nclimber 0 climbs\nwarden opens",
    );
    expect(outcome).toMatchObject({ kind: "not possible", steps: 5, done: 3 });
    expect(outcome.stop).toEqual({
      line: 4,
      text: "climber 0 climbs",
      lines: [
        "rung is 2, gate is shut",
        "it would be possible if rung were 0, 1 or 3, or if gate were open",
      ],
      possible: ["climber 0 jumps 1", "climber 0 jumps 2", "warden breaks gate"],
    });
    expect(followText(outcome, { format: "text" })).toContain(`
step 4 (line 4) is not possible: climber 0 climbs
  rung is 2, gate is shut
  it would be possible if rung were 0, 1 or 3, or if gate were open
  possible there: climber 0 jumps 1, climber 0 jumps 2, warden breaks gate

not possible: step 4 of 5
`);
  });

  test("tells what is violated on the way, each where it first is", async () => {
    const { met } = await follow(
      ladder,
      "warden opens\nclimber 0 mounts\n...\nclimber * climbs\nclimber * climbs\nclimber * climbs",
    );
    expect(met.map(({ kind, property: { name }, step }) => [kind, name, step])).toEqual([
      ["seen", "gateIsOpen", 1],
      ["violated", "climberStaysBelowThree", 5],
    ]);
    expect(met[1]?.reason).toEqual(["rung is 3"]);
    const broken = await follow(ladder, "wardenBreaksGate");
    expect(broken.met).toMatchObject([
      { kind: "violated", property: { kind: "step property", name: "gateStaysWhole" }, step: 1 },
    ]);
  });

  test("ends with a step that fails an assertion, which nothing follows", async () => {
    const top = "warden opens\nclimber 0 mounts\n...\nclimber 0 jumps 1";
    const up = "warden opens\nclimber 0 mounts\n" + "climber 0 climbs\n".repeat(4);
    const fails = await follow(ladder, `${up}climber 0 jumps 1`);
    expect(fails).toMatchObject({ kind: "possible", done: 7 });
    expect(fails.met.map(({ property: { name }, step }) => [name, step])).toContainEqual([
      "nobodyJumpsFromTheTop",
      7,
    ]);
    const more = await follow(ladder, `${up}climber 0 jumps 1\nclimber 0 climbs`);
    expect(more).toMatchObject({ kind: "not possible", done: 7 });
    expect(more.stop?.lines).toEqual([
      "nothing follows climber 0 jumps 1, which fails an assertion",
    ]);
    // Where another way leads on, that one is taken.
    expect(await follow(ladder, `${top}\nclimber 0 climbs`)).toMatchObject({ kind: "possible" });
  });
});

describe("any steps in between", () => {
  test("are as few as it takes", async () => {
    const { story } = await follow(ladder, "...\nclimber 1 jumps 2\n...");
    expect(story.rows).toHaveLength(4);
  });

  test("are those that all that follows needs, not the nearest", async () => {
    // Next to hand is breaking nothing at all; but then the gate would have to be opened from above.
    const outcome = await follow(
      ladder,
      "...\nclimber 0 climbs\n...\nclimber 0 jumps 1\nclimber 0 climbs\nwarden opens\n...\nclimber 0 jumps 2\n...\nclimber 0 climbs",
    );
    expect(outcome.kind).toBe("possible");
    const late = await follow(
      ladder,
      "climber 0 mounts\n...\nclimber 0 jumps 2\nclimber 0 climbs\nclimber 0 climbs\nclimber 0 climbs",
    );
    expect(late.kind).toBe("possible");
    expect(late.story.rows.map(({ label }) => label)).toContain("warden opens");
  });

  test("are searched to the end before the answer is no", async () => {
    const outcome = await follow(ladder, "warden breaks gate\n...\nwarden opens");
    expect(outcome).toMatchObject({ kind: "not possible", done: 1 });
    expect(outcome.stop?.lines).toEqual([
      // Nobody up; or one of two, on one of three rungs.
      "in none of the 7 states that the lines before lead to",
      "in the first of them gate is broken",
      "it would be possible if gate were shut",
    ]);
  });

  test("that are too many make the answer incomplete, never no", async () => {
    const outcome = await follow(ladder, "warden breaks gate\n...\nwarden opens", { maxStates: 5 });
    expect(outcome).toMatchObject({ kind: "incomplete", reason: "state limit", done: 1 });
    expect(outcome.stop).toBeUndefined();
    const stopped = await follow(ladder, "...\nwarden opens", { signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({ kind: "incomplete", reason: "interrupted" });
  });
});

describe("a line that means no step says what may have been meant", () => {
  test.each([
    ["warden open", 'line 1: "warden open" is no step; did you mean "warden opens"?'],
    ["wardenOpnes", 'line 1: "wardenOpnes" is no step; did you mean "warden opens"?'],
    [
      "\nclimber 3 climbs",
      'line 2: "climber 3 climbs" is no step; did you mean "climber 0 climbs"?',
    ],
    [
      "climberJumps 0 3",
      'line 1: "climberJumps 0 3" is no step; climber jumps can be: climber 0 jumps 1, climber 0 jumps 2, climber 1 jumps 1, climber 1 jumps 2.',
    ],
    ["# nothing\n...", "The scenario has no step: write one on each line."],
  ])("%j", async (text, message) => {
    const refusal = follow(ladder, text);
    await expect(refusal).rejects.toThrow(UsageError);
    await expect(refusal).rejects.toThrow(message);
  });

  test("the whole list of actions where nothing is near", async () => {
    await expect(follow(ladder, "the quick brown fox")).rejects.toThrow(
      "(Its actions: climberMounts, climberClimbs, climberJumps, wardenOpens, wardenBreaksGate.)",
    );
  });
});

test("a scenario begins in the initial state that lets it come furthest", async () => {
  const { action: act, spec } = declare({ constants: {}, state: { n: range(0, 9) } });
  const counter = spec({
    name: "counter",
    title: "starts anywhere",
    initial: {
      forAny: range(0, 5),
      effect: (state, start) => {
        state.n = start;
      },
    },
    actions: {
      counterHalves: act("counter", {
        when: ({ n }) => n % 2 === 0 && n > 0,
        effect: (state) => {
          state.n /= 2;
        },
      }),
    },
  });
  const outcome = await follow(counter, "counter halves\ncounter halves");
  expect(outcome).toMatchObject({ kind: "possible", story: { initial: { state: { n: 4 } } } });
});

test("a spec that is at fault is not said to be impossible", async () => {
  const { action: act, spec } = declare({ constants: {}, state: { n: range(0, 1) } });
  const faulty = spec({
    name: "faulty",
    title: "leaves its domain",
    actions: {
      counterCounts: act("counter", {
        effect: (state) => {
          state.n += 1;
        },
      }),
    },
  });
  await expect(follow(faulty, "counter counts\ncounter counts")).rejects.toThrow(SpecError);
});

/** What is known to happen must be found possible, and what it violates must be told. */
describe("the steps of a known violation of what should never happen", () => {
  const corpus = new URL("../counterexamples/corpus/", import.meta.url);
  const known = readdirSync(corpus)
    .map(
      (name) =>
        [name, JSON.parse(readFileSync(new URL(name, corpus), "utf8")) as TraceFile] as const,
    )
    // That there is no way back no path shows.
    .filter(
      ([, { loopsTo, property }]) => loopsTo === undefined && property.kind !== "recoverable",
    );

  test("are many", () => expect(known.length).toBeGreaterThan(12));

  test.each(known)("%s", async (_name, { protocol, variant, constants, trace, property }) => {
    const found = protocols.find(({ spec }) => spec.name === protocol);
    const its = found?.variants.find(({ name }) => name === variant) ?? found?.spec;
    if (its === undefined) throw new Error(`There is no ${protocol}.`);
    const { steps } = instantiate("base" in its ? its.spec : its, { constants, symmetry: false });
    const lines = trace.map(
      ({ step }) =>
        steps.find(
          ({ action: name, choice }) =>
            name === step.action && JSON.stringify(choice) === JSON.stringify(step.choice),
        )?.label,
    );
    const outcome = await follow(its, lines.join("\n"), { constants });
    expect(outcome).toMatchObject({ kind: "possible", done: trace.length });
    expect(outcome.met.map(({ property: { name }, step }) => [name, step])).toContainEqual([
      property.name,
      trace.length,
    ]);
  });
});
