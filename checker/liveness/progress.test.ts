/** Actors that are busy for ever without progress: loops that change nothing, and loops that do. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../../model/index.ts";
import {
  declare,
  each,
  type Fairness,
  interchangeable,
  oneOf,
  range,
  type Spec,
} from "../../spec/index.ts";
import { answer, resultOf } from "../../toys/liveness-answers.ts";
import { check } from "../check.ts";
import { decisionOf, keptDecision } from "./kept.ts";

const cpu = interchangeable("cpu", 2);

/** A device is asked, and answers; each CPU polls it until then, and may do other work. */
function polling({ answers = "none" as Fairness, works = false, mayEnd = false } = {}): Spec {
  const { action, progress, spec } = declare({
    constants: {},
    state: {
      device: oneOf("idle", "asked", "answered"),
      cpu: each(cpu, oneOf("runs", "polls")),
      other: range(0, 1),
    },
  });
  const cpuAsks = action(cpu, {
    when: (state, c) => state.cpu[c] === "runs" && state.device === "idle",
    effect: (state, c) => {
      state.cpu[c] = "polls";
      state.device = "asked";
    },
  });
  const cpuPolls = action(cpu, {
    when: (state, c) => state.cpu[c] === "polls",
    effect: (state, c) => {
      if (state.device !== "answered") return;
      state.device = "idle";
      state.cpu[c] = "runs";
    },
  });
  const deviceAnswers = action("device", {
    fairness: answers,
    when: (state) => state.device === "asked",
    effect: (state) => {
      state.device = "answered";
    },
  });
  const clockTicks = action("clock", {
    fairness: "weak",
    when: () => works,
    effect: (state) => {
      state.other = 1 - state.other;
    },
  });
  return spec({
    name: "polling",
    title: "CPUs that poll",
    actions: { cpuAsks, cpuPolls, deviceAnswers, clockTicks },
    liveness: {
      goesOn: progress({ of: cpu }),
      polls: progress({ of: cpu, counting: "cpuPolls" }),
      isAnswered: progress({ of: cpu, counting: ["deviceAnswers"] }),
      runs: progress({ of: cpu, counting: (state, c) => state.cpu[c] === "runs" }),
      deviceWorks: progress({ of: "device" }),
    },
    ...(mayEnd && { mayEnd: () => true }),
  });
}

describe.each([true, false])("a CPU that polls, symmetry: %s", (symmetry) => {
  const said = (spec: Spec, property: string, unfair?: readonly string[]): string =>
    answer(spec, property, { symmetry, ...(unfair && { unfair }) });

  test("may do so for ever beside steps that would be progress: a loop of one step that changes nothing", () => {
    expect(said(polling(), "goesOn")).toBe("1 + 1");
    expect(said(polling(), "isAnswered")).toBe("1 + 1");
    expect(said(polling(), "runs")).toBe("1 + 1");
    expect(said(polling(), "polls")).toBe("1 + 1");
  });

  test("may not where the answer comes for sure, unless its fairness is not relied on", () => {
    const spec = polling({ answers: "weak" });
    expect(said(spec, "isAnswered")).toBe("holds");
    expect(said(spec, "goesOn")).toBe("holds");
    expect(said(spec, "isAnswered", ["deviceAnswers"])).toBe("1 + 1");
  });

  test("is busy in vain while others have to change something all the time", () => {
    expect(said(polling({ works: true }), "goesOn")).toBe("1 + 3");
    expect(said(polling({ works: true, answers: "weak" }), "goesOn")).toBe("holds");
  });

  test("is no better off where the protocol may end", () => {
    expect(said(polling({ mayEnd: true }), "goesOn")).toBe("1 + 1");
  });

  test("and a device that never takes a step that changes nothing makes progress", () => {
    expect(said(polling(), "deviceWorks")).toBe("holds");
  });
});

test("that nobody polls for ever rests on the answer that comes for sure, and on nothing else", () => {
  const model = instantiate(polling({ answers: "weak", works: true }));
  const verdict = check(model, { properties: ["goesOn"], neededFairness: true });
  expect(resultOf(verdict, "goesOn")).toMatchObject({
    status: "holds",
    liveness: { neededFairness: [{ label: "device answers", kind: "weak" }] },
  });
});

/** A worker that only turns a wheel, and one that is at work all the time. */
const wheel = (() => {
  const { action, progress, spec } = declare({
    constants: {},
    state: { wheel: range(0, 2), done: each(cpu, oneOf("no", "yes")), left: range(0, 2) },
  });
  return spec({
    name: "wheel",
    title: "A wheel",
    actions: {
      wheelTurns: action("worker", {
        effect: (state) => {
          state.wheel = (state.wheel + 1) % 3;
        },
      }),
      workerCounts: action("worker", {
        when: (state) => state.left < 2,
        effect: (state) => {
          state.left += 1;
        },
      }),
      cpuWorks: action(cpu, {
        effect: (state, c) => {
          state.done[c] = state.done[c] === "yes" ? "no" : "yes";
        },
      }),
      cpuRests: action(cpu, {
        when: (state, c) => state.done[c] === "yes",
        effect: (state, c) => {
          state.done[c] = "yes";
        },
      }),
      nobodyMoves: action("nobody", { when: () => false, effect: () => {} }),
    },
    liveness: {
      turns: progress({ of: "worker" }),
      counts: progress({ of: "worker", counting: "workerCounts" }),
      comesRound: progress({ of: "worker", counting: (state) => state.wheel === 2 }),
      works: progress({ of: cpu, counting: "cpuWorks" }),
      worksForWorker: progress({ of: "worker", counting: "cpuWorks" }),
      moves: progress({ of: "nobody" }),
    },
  });
})();

test.each([
  ["turns", "holds"],
  ["counts", "0 + 3"],
  ["comesRound", "holds"],
  ["works", "1 + 1"],
  ["worksForWorker", "0 + 3"],
  ["moves", "vacuous"],
])("steps that change something are busy as well, and progress or not: %s, %s", (name, is) => {
  expect(answer(wheel, name)).toBe(is);
});

test("an actor's loop of steps is taken where it is shorter than a loop of others and one that changes nothing", () => {
  const { action, progress, spec } = declare({
    constants: {},
    state: { place: range(0, 1), clock: range(0, 1) },
  });
  const both = spec({
    name: "both",
    title: "Both ways",
    actions: {
      workerIdles: action("worker", { effect: () => {} }),
      workerGoes: action("worker", {
        effect: (state) => {
          state.place = 1 - state.place;
        },
      }),
      clockTicks: action("clock", {
        effect: (state) => {
          state.clock = 1 - state.clock;
        },
      }),
    },
    fairness: "weak",
    liveness: {
      works: progress({ of: "worker", counting: (state) => state.place + state.clock > 2 }),
    },
  });
  expect(answer(both, "works")).toBe("0 + 2");
});

test("what was decided is kept with its step that changes nothing, and taken once more", () => {
  const model = instantiate(polling({ works: true }), { symmetry: false });
  const result = resultOf(check(model, { properties: ["goesOn"] }), "goesOn");
  const claim = model.claims.find(({ name }) => name === "goesOn");
  if (claim === undefined || result.trace === undefined || result.liveness === undefined) {
    throw new Error("It was not violated.");
  }
  const decided = { status: "violated" as const, trace: result.trace, liveness: result.liveness };
  const kept: unknown = JSON.parse(JSON.stringify(keptDecision(model, claim, decided)));
  expect(decisionOf(model, claim, kept as ReturnType<typeof keptDecision>)).toEqual(decided);
});
