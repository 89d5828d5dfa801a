import { expect, test } from "vitest";
import { drawStateGraph } from "../../counterexamples/drawn/index.ts";
import { instantiate } from "../../model/index.ts";
import { declare, oneOf, range } from "../../spec/index.ts";
import { stateDrawingOf } from "./state-drawing.ts";
import { stateGraphOf, type WalkLimits } from "./state-graph.ts";

const constants = { hours: 2 };
const { action, invariant, spec } = declare({
  constants,
  state: {
    hour: range(0, ({ hours }: typeof constants) => hours),
    lamp: oneOf("off", "on"),
  },
});

const room = spec({
  name: "room",
  title: "a lamp beside a clock",
  actions: {
    clockTicks: action("clock", {
      when: ({ hour }, { hours }) => hour < hours,
      effect: (state) => {
        state.hour += 1;
      },
    }),
    guestPresses: action("guest", {
      effect: (state) => {
        state.lamp = state.lamp === "on" ? "off" : "on";
      },
    }),
  },
  invariants: { hourIsFine: invariant((state) => state.hour >= 0) },
});

const endless: WalkLimits = { maxStates: 1e6, isInterrupted: () => false, isLate: () => false };
const graphOf = (hours: number, limits = endless) =>
  stateGraphOf(instantiate(room, { symmetry: false, constants: { hours } }), "room", limits);

test("each state is a node, each step an edge, and where it begins is heavy", () => {
  const drawing = stateDrawingOf(graphOf(2));
  expect(drawing.nodes).toHaveLength(6);
  // Four ticks, and the lamp both ways at each hour.
  expect(drawing.edges).toHaveLength(10);
  expect(drawing.nodes.map(({ isInitial }) => isInitial).indexOf(true)).toBe(0);
  const dot = drawStateGraph(drawing);
  expect(dot.match(/penwidth=3/g)).toHaveLength(1);
  expect(dot.match(/ -> /g)).toHaveLength(10);
  expect(dot).toContain('s0 [label="hour 0\\llamp off\\l", penwidth=3];');
});

test("states that are alike in the variables named are one node, with the actions that change these", () => {
  const graph = graphOf(2);
  const byHour = stateDrawingOf(graph, ["hour"]);
  expect(byHour.nodes.map(({ lines }) => lines)).toEqual(
    [0, 1, 2].map((hour) => [`hour ${hour}`, "2 states"]),
  );
  expect(byHour.edges).toEqual([
    { from: 0, to: 1, lines: ["clock ticks"] },
    { from: 1, to: 2, lines: ["clock ticks"] },
  ]);
  const byLamp = stateDrawingOf(graph, ["lamp"]);
  expect(byLamp.nodes).toHaveLength(2);
  expect(byLamp.edges.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 0],
  ]);
});

test("what is too large, or was not all seen, is never drawn as if it were all", () => {
  expect(() => stateDrawingOf(graphOf(100))).toThrow(/--by VARIABLE.*hour, lamp/);
  expect(stateDrawingOf(graphOf(99)).nodes).toHaveLength(200);
  expect(() => stateDrawingOf(graphOf(200), ["hour"])).toThrow(/name fewer/);
  expect(() => stateDrawingOf(graphOf(2), ["hours"])).toThrow(
    /no variable hours; did you mean hour/,
  );
  const part = stateDrawingOf(graphOf(99, { ...endless, maxStates: 20 }));
  expect(part.title.join()).toContain("not all: state limit");
  expect(part.nodes.some(({ isOpen }) => isOpen)).toBe(true);
});
