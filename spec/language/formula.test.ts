import { expect, test } from "vitest";
import { declare, type Formula, oneOf, ordered, type Temporal } from "./index.ts";
import { actionsIn, type FormulaOrPredicate, type FormulaWords, predicatesIn } from "./formula.ts";

const { temporal, type } = declare({
  constants: { most: 2 },
  state: { light: oneOf("off", "on") },
});
type State = typeof type.state;
type Arguments = [state: State, constants: typeof type.constants];

const isOn = (state: State): boolean => state.light === "on";
const isOff = (state: State): boolean => state.light === "off";
const on: Formula = { kind: "now", holds: isOn };
const off: Formula = { kind: "now", holds: isOff };

test.each<
  readonly [string, (words: FormulaWords<Arguments>) => FormulaOrPredicate<Arguments>, Formula]
>([
  ["a predicate", () => isOn, on],
  ["always", ({ always }) => always(isOn), { kind: "always", of: on }],
  ["eventually", ({ eventually }) => eventually(isOn), { kind: "eventually", of: on }],
  ["next", ({ next }) => next(isOn), { kind: "next", of: on }],
  ["not", ({ not }) => not(isOn), { kind: "not", of: on }],
  ["taken", ({ taken }) => taken("switches"), { kind: "taken", action: "switches" }],
  ["implies", ({ implies }) => implies(isOff, isOn), { kind: "implies", left: off, right: on }],
  ["until", ({ until }) => until(isOff, isOn), { kind: "until", left: off, right: on }],
  [
    "weakUntil",
    ({ weakUntil }) => weakUntil(isOff, isOn),
    { kind: "weak until", left: off, right: on },
  ],
  ["and of one", ({ and }) => and(isOn), on],
  ["or of two", ({ or }) => or(isOff, isOn), { kind: "or", left: off, right: on }],
  [
    "and of three",
    ({ and }) => and(isOn, isOff, isOn),
    { kind: "and", left: { kind: "and", left: on, right: off }, right: on },
  ],
  [
    "one within another",
    ({ always, and, implies, eventually, taken }) =>
      always(implies(and(isOff), eventually(taken("switches")))),
    {
      kind: "always",
      of: {
        kind: "implies",
        left: off,
        right: { kind: "eventually", of: { kind: "taken", action: "switches" } },
      },
    },
  ],
])("%s is kept as it is written", (_, formula, expected) => {
  expect(temporal({ formula })).toEqual({ kind: "temporal", choices: [], formula: expected });
});

test("a formula may stand in two places, and in two properties", () => {
  let sometimes: Formula | undefined;
  const both = temporal({
    formula: ({ eventually, and }) => {
      sometimes = eventually(isOn);
      return and(sometimes, sometimes);
    },
  });
  expect(both.formula).toEqual({ kind: "and", left: sometimes, right: sometimes });
  expect(temporal({ formula: () => sometimes as Formula }).formula).toBe(sometimes);
});

test("the choices are those of forAny, and a predicate is kept as the function that it is", () => {
  const end = ordered("end", 2);
  const isFirst = (_: unknown, which: unknown): boolean => which === end.at(0);
  const { choices, formula }: Temporal = temporal({
    forAny: [end, oneOf("a", "b")],
    formula: ({ next }) => next(isFirst),
  });
  expect(choices).toMatchObject([{ name: "end" }, { kind: "domain" }]);
  expect(formula).toEqual({ kind: "next", of: { kind: "now", holds: isFirst } });
});

test("finds every action that a formula speaks of, wherever it stands", () => {
  const { formula } = temporal({
    formula: ({ always, and, eventually, implies, next, not, or, taken, until, weakUntil }) =>
      and(
        always(taken("a")),
        or(eventually(taken("b")), next(taken("c"))),
        implies(not(taken("d")), until(taken("e"), taken("f"))),
        weakUntil(taken("g"), isOn),
        weakUntil(isOn, taken("h")),
      ),
  });
  expect(actionsIn(formula)).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
});

test("finds every predicate that a formula is made of", () => {
  const { formula } = temporal({
    formula: ({ and, not, taken, until }) => until(not(isOn), and(taken("a"), isOff)),
  });
  expect(predicatesIn(formula)).toEqual([isOn, isOff]);
});
