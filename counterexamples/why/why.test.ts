import { describe, expect, test } from "vitest";
import {
  declare,
  each,
  ghost,
  interchangeable,
  oneOf,
  optional,
  type Spec,
} from "../../spec/index.ts";
import { whyOfFirst } from "../../toys/why-of-first.ts";

const page = interchangeable("page", 1);

/** A host that discards what it saw to be free, some time ago; it may hear in between that this has changed. */
function discarding({ hears, asksAgain }: { hears: boolean; asksAgain: boolean }): Spec {
  const { action, invariant, process, spec } = declare({
    constants: {},
    state: {
      owner: each(page, oneOf("in use", "free")),
      content: each(page, oneOf("data", "gone")),
      host: oneOf("looks", "waits", "discards"),
      seen: optional(page),
      note: oneOf("none", "taken back"),
    },
  });
  const { at } = process("host");
  return spec({
    name: "discarding",
    title: "a host that discards what was free",
    actions: {
      guestFrees: action("guest", {
        forAny: page,
        when: (state, p) => state.owner[p] === "in use",
        effect: (state, p) => {
          state.owner[p] = "free";
        },
      }),
      guestAllocates: action("guest", {
        forAny: page,
        when: (state, p) => state.owner[p] === "free" && state.content[p] === "data",
        effect: (state, p) => {
          state.owner[p] = "in use";
          if (hears) state.note = "taken back";
        },
      }),
      hostLooks: at("looks", {
        forAny: page,
        when: (state, p) => state.owner[p] === "free",
        effect: (state, p) => {
          state.seen = p;
          return hears ? "waits" : "discards";
        },
      }),
      hostHears: at("waits", {
        to: "discards",
        when: (state) => state.note === "taken back",
      }),
      hostDiscards: at("discards", {
        to: "looks",
        when: (state) =>
          state.seen !== "none" && (!asksAgain || state.owner[state.seen] === "in use"),
        effect: (state) => {
          if (state.seen !== "none") state.content[state.seen] = "gone";
          state.seen = "none";
        },
      }),
    },
    invariants: {
      nothingInUseIsGone: invariant({
        forAny: page,
        holds: (state, p) => state.owner[p] === "free" || state.content[p] === "data",
      }),
    },
  });
}

describe("the why of a violation", () => {
  test("is what a step rests on, and who has changed it since", () => {
    const why = whyOfFirst(discarding({ hears: false, asksAgain: false }));
    expect(why).toEqual({
      lines: [
        "step 4 (host discards) rests on owner[0] as step 2 (host looks 0) found it: free; step 3 (guest allocates 0) has made it in use since",
      ],
      steps: [2, 3, 4],
      remarks: [
        { step: 2, path: "owner[0]", found: "free" },
        { step: 3, path: "owner[0]" },
        { step: 3, path: "owner[0]" },
        { step: 4, path: "content[0]" },
      ],
    });
  });

  // What has come to know of a change does not rest on what was before it, whatever it makes of that.
  test.each([
    { hears: true, asksAgain: false },
    { hears: false, asksAgain: true },
  ])("is no such thing where it has been heard of: %o", (how) => {
    const { lines, steps } = whyOfFirst(discarding(how));
    expect(lines.join("\n")).not.toContain("rests on owner");
    expect(lines.join("\n")).toContain("step");
    expect(steps.length).toBeGreaterThan(1);
  });

  test("is what was written and is written over, unseen", () => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: {
        flag: oneOf("clear", "set"),
        owed: ghost(oneOf("no", "yes")),
      },
    });
    const why = whyOfFirst(
      spec({
        name: "flag",
        title: "a flag that a timer resets",
        actions: {
          guestSets: action("guest", {
            effect: (state) => {
              state.flag = "set";
              state.owed = "yes";
            },
          }),
          timerResets: action("timer", {
            effect: (state) => {
              state.flag = "clear";
            },
          }),
        },
        invariants: {
          flagIsKept: invariant((state) => state.owed === "no" || state.flag === "set"),
        },
      }),
    );
    expect(why.lines).toEqual([
      "step 2 (timer resets) makes flag clear, over the set of step 1 (guest sets), which nobody has seen",
    ]);
    expect(why.steps).toEqual([1, 2]);
  });

  test("names nobody else where nobody else takes a step", () => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: { lamp: oneOf("off", "dim", "bright"), clock: oneOf("tick", "tock") },
    });
    const why = whyOfFirst(
      spec({
        name: "lamp",
        title: "a lamp beside a clock",
        actions: {
          clockTicks: action("clock", {
            effect: (state) => {
              state.clock = state.clock === "tick" ? "tock" : "tick";
            },
          }),
          somebodyTurns: action("somebody", {
            effect: (state) => {
              state.lamp = state.lamp === "off" ? "dim" : "bright";
            },
          }),
        },
        invariants: { lampIsNotBright: invariant((state) => state.lamp !== "bright") },
      }),
    );
    expect(why.lines).toEqual(["lamp is bright since step 2 (somebody turns)"]);
  });

  test("says so where it was so from the beginning", () => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: { lamp: oneOf("off", "on") },
    });
    const why = whyOfFirst(
      spec({
        name: "lamp",
        title: "a lamp",
        actions: { somebodyTurns: action("somebody", { effect: () => {} }) },
        invariants: { lampIsOn: invariant((state) => state.lamp === "on") },
      }),
    );
    expect(why).toEqual({
      lines: ["what it looks at is as it was in the initial state"],
      steps: [],
      remarks: [],
    });
  });

  test("asks what is waited for where nothing happens any more", () => {
    const { action, spec } = declare({
      constants: {},
      state: { left: oneOf("idle", "asks", "done"), right: oneOf("idle", "asks", "done") },
    });
    const why = whyOfFirst(
      spec({
        name: "two",
        title: "two that wait for each other",
        actions: {
          leftAsks: action("left", {
            when: (state) => state.left === "idle",
            effect: (state) => {
              state.left = "asks";
            },
          }),
          rightAsks: action("right", {
            when: (state) => state.right === "idle",
            effect: (state) => {
              state.right = "asks";
            },
          }),
          leftEnds: action("left", {
            when: (state) => state.left === "asks" && state.right === "idle",
            effect: (state) => {
              state.left = "done";
            },
          }),
          rightEnds: action("right", {
            when: (state) => state.right === "asks" && state.left === "idle",
            effect: (state) => {
              state.right = "done";
            },
          }),
        },
      }),
    );
    const text = why.lines.join("\n");
    expect(text).toContain("left is asks");
    expect(text).toContain("right is asks");
    expect(why.steps).toEqual([1, 2]);
  });
});
