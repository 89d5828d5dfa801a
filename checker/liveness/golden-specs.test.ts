/** Liveness verdicts and shortest lassos that TLC and a brute-force search came to, as specs. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../../model/index.ts";
import {
  declare,
  each,
  type Fairness,
  type Index,
  oneOf,
  ordered,
  range,
  type Spec,
} from "../../spec/index.ts";
import { check } from "../check.ts";
import { engines } from "../../toys/compared.ts";
import { answer } from "../../toys/liveness-answers.ts";

/** `name` is the model's. */
const titled = (name: string) => ({ name, title: "of the golden answers" });
const mayEnd = (): boolean => true;

function toggle(flip: Fairness): Spec {
  const { action, spec, temporal } = declare({ constants: {}, state: { x: range(0, 1) } });
  return spec({
    ...titled("toggle"),
    actions: {
      flips: action("toggle", {
        fairness: flip,
        effect: (state) => {
          state.x = 1 - state.x;
        },
      }),
    },
    liveness: {
      claim: temporal({ formula: ({ eventually }) => eventually((state) => state.x === 1) }),
    },
  });
}

function gate(act: Fairness): Spec {
  const { action, spec, temporal } = declare({
    constants: {},
    state: { c: range(0, 2), done: oneOf("no", "yes") },
  });
  return spec({
    ...titled("gate"),
    actions: {
      ticks: action("clock", {
        fairness: "weak",
        effect: (state) => {
          state.c = (state.c + 1) % 3;
        },
      }),
      acts: action("actor", {
        fairness: act,
        when: (state) => state.c === 0 && state.done === "no",
        effect: (state) => {
          state.done = "yes";
        },
      }),
    },
    liveness: {
      claim: temporal({ formula: ({ eventually }) => eventually((state) => state.done === "yes") }),
    },
  });
}

interface HubFairness {
  readonly whole?: "weak";
  readonly a?: Fairness;
  readonly b?: Fairness;
  readonly back?: Fairness;
}

function hub({ whole, a, b, back }: HubFairness): Spec {
  const { action, alwaysEventually, spec, temporal } = declare({
    constants: {},
    state: { s: range(0, 3) },
  });
  const goes = (from: readonly number[], to: number, fairness: Fairness = "none") =>
    action("hub", {
      fairness,
      when: (state) => from.includes(state.s),
      effect: (state) => {
        state.s = to;
      },
    });
  return spec({
    ...titled("hub"),
    ...(whole && { fairness: whole }),
    actions: { a: goes([0], 1, a), b: goes([0], 2, b), back: goes([1, 2], 0, back) },
    liveness: {
      comesTo3: temporal({ formula: ({ eventually }) => eventually((state) => state.s === 3) }),
      isAt2AgainAndAgain: alwaysEventually((state) => state.s === 2),
    },
  });
}

function join(): Spec {
  const { action, spec, temporal } = declare({ constants: {}, state: { s: range(0, 3) } });
  const goes = (from: readonly number[], to: number) =>
    action("join", {
      when: (state) => from.includes(state.s),
      effect: (state) => {
        state.s = to;
      },
    });
  return spec({
    ...titled("join"),
    fairness: "weak",
    actions: { up: goes([0], 1), down: goes([0], 2), meet: goes([1, 2], 3) },
    liveness: {
      claim: temporal({ formula: ({ eventually }) => eventually((state) => state.s === 1) }),
    },
    mayEnd,
  });
}

interface SemFairness {
  readonly enter0: Fairness;
  readonly enter1: Fairness;
}

function sem({ enter0, enter1 }: SemFairness): Spec {
  const process = ordered("process", 2);
  const { action, leadsTo, spec } = declare({
    constants: {},
    state: { at: each(process, oneOf("i", "w", "c")) },
  });
  const [zero, one] = [process.at(0), process.at(1)];
  const enters = (self: Index<"process">, fairness: Fairness) =>
    action(`process ${process.position(self)}`, {
      fairness,
      when: (state) => state.at[self] === "w" && !state.at.includes("c"),
      effect: (state) => {
        state.at[self] = "c";
      },
    });
  return spec({
    ...titled("sem"),
    actions: {
      processRequests: action(process, {
        when: (state, self) => state.at[self] === "i",
        effect: (state, self) => {
          state.at[self] = "w";
        },
      }),
      zeroEnters: enters(zero, enter0),
      oneEnters: enters(one, enter1),
      processExits: action(process, {
        fairness: "weak",
        when: (state, self) => state.at[self] === "c",
        effect: (state, self) => {
          state.at[self] = "i";
        },
      }),
    },
    liveness: {
      claim: leadsTo({
        from: (state) => state.at[zero] === "w",
        to: (state) => state.at[zero] === "c",
      }),
    },
  });
}

function peterson(ofOne: Fairness): Spec {
  const process = ordered("process", 2);
  const { action, leadsTo, spec } = declare({
    constants: {},
    state: {
      at: each(process, oneOf("n", "t", "w", "c")),
      wants: each(process, oneOf("no", "yes")),
      turn: process,
    },
  });
  const [zero, one] = [process.at(0), process.at(1)];
  /** All that a process does is one action, so that it is fair to the process, not to each of its steps. */
  const moves = (self: Index<"process">, other: Index<"process">, fairness: Fairness) =>
    action(`process ${process.position(self)}`, {
      fairness,
      when: (state) => state.at[self] !== "w" || state.wants[other] === "no" || state.turn === self,
      effect: (state) => {
        const at = state.at[self];
        if (at === "n") state.wants[self] = "yes";
        if (at === "t") state.turn = other;
        if (at === "c") state.wants[self] = "no";
        state.at[self] = ({ n: "t", t: "w", w: "c", c: "n" } as const)[at];
      },
    });
  return spec({
    ...titled("peterson"),
    actions: { zeroMoves: moves(zero, one, "weak"), oneMoves: moves(one, zero, ofOne) },
    liveness: {
      claim: leadsTo({
        from: (state) => state.at[zero] === "t",
        to: (state) => state.at[zero] === "c",
      }),
    },
  });
}

function serve({ whole, each: ofEach }: { whole?: "weak"; each?: Fairness }): Spec {
  const { action, alwaysEventually, spec } = declare({
    constants: {},
    state: { served: range(1, 2), bit: range(0, 1) },
  });
  return spec({
    ...titled("serve"),
    ...(whole && { fairness: whole }),
    actions: {
      serves: action("server", {
        forAny: range(1, 2),
        fairness: ofEach ?? "none",
        effect: (state, i) => {
          state.served = i;
          state.bit = 1 - state.bit;
        },
      }),
    },
    liveness: { claim: alwaysEventually((state) => state.served === 1) },
  });
}

function line(): Spec {
  const { action, eventuallyAlways, spec } = declare({ constants: {}, state: { s: range(0, 2) } });
  return spec({
    ...titled("line"),
    fairness: "weak",
    actions: {
      steps: action("line", {
        when: (state) => state.s < 2,
        effect: (state) => {
          state.s += 1;
        },
      }),
    },
    liveness: { claim: eventuallyAlways((state) => state.s === 2) },
    mayEnd,
  });
}

function stop(): Spec {
  const { action, eventuallyAlways, spec } = declare({ constants: {}, state: { s: range(0, 2) } });
  return spec({
    ...titled("stop"),
    actions: {
      swaps: action("stop", {
        fairness: "weak",
        when: (state) => state.s < 2,
        effect: (state) => {
          state.s = 1 - state.s;
        },
      }),
      stops: action("stop", {
        fairness: "strong",
        when: (state) => state.s === 1,
        effect: (state) => {
          state.s = 2;
        },
      }),
    },
    liveness: { claim: eventuallyAlways((state) => state.s === 2) },
    mayEnd,
  });
}

describe("the golden answers to liveness under fairness", () => {
  test.each([
    ["1. toggle need not flip", toggle("none"), "claim", "0 + 1"],
    ["2. toggle flips if it is weakly fair", toggle("weak"), "claim", "holds"],
    ["3. weak fairness does not get through the gate", gate("weak"), "claim", "0 + 3"],
    ["4. strong fairness does", gate("strong"), "claim", "holds"],
    ["5. hub, weakly fair as a whole", hub({ whole: "weak" }), "comesTo3", "0 + 2"],
    [
      "6. hub, each action weakly fair",
      hub({ a: "weak", b: "weak", back: "weak" }),
      "comesTo3",
      "0 + 2",
    ],
    [
      "7. hub, strongly fair, is at 2 again and again",
      hub({ a: "strong", b: "strong", back: "weak" }),
      "isAt2AgainAndAgain",
      "holds",
    ],
    ["8. a way that joins another one is not forgotten", join(), "claim", "2 + 1"],
    [
      "9. a weakly fair semaphore starves a process",
      sem({ enter0: "weak", enter1: "weak" }),
      "claim",
      "1 + 3",
    ],
    [
      "10. a strongly fair one does not",
      sem({ enter0: "strong", enter1: "strong" }),
      "claim",
      "holds",
    ],
    [
      "11. strong for the process itself is enough",
      sem({ enter0: "strong", enter1: "none" }),
      "claim",
      "holds",
    ],
    ["12. Peterson's processes, both weakly fair, enter", peterson("weak"), "claim", "holds"],
    ["13. the one that is not fair blocks the other", peterson("none"), "claim", "3 + 1"],
    [
      "14. serve, weakly fair as a whole, may forget one",
      serve({ whole: "weak" }),
      "claim",
      "1 + 2",
    ],
    ["15. serve, fair to each, does not", serve({ each: "weak" }), "claim", "holds"],
    ["16. line ends at 2", line(), "claim", "holds"],
    ["17. stop stops", stop(), "claim", "holds"],
  ])("%s", (_, spec, property, expected) => {
    expect(answer(spec, property)).toBe(expected);
  });

  test.each([
    ["sem", sem({ enter0: "weak", enter1: "weak" }), 8],
    ["peterson", peterson("weak"), 20],
  ])("%s has as many states as it should have", (_, spec, states) => {
    for (const engine of engines) {
      const { statistics } = check(instantiate(spec), { engine });
      expect({ engine, distinctStates: statistics.distinctStates }).toEqual({
        engine,
        distinctStates: states,
      });
    }
  });
});
