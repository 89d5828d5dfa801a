import { describe, expect, test } from "vitest";
import { Bits } from "../bits.ts";
import { fairLasso, type Lasso } from "../fair-lasso.ts";
import { minimalFairness } from "../minimal-fairness.ts";
import {
  diceFrom,
  faultOf,
  graphOf,
  isPossible,
  randomQuestion,
  type System,
  systemOf,
} from "../../../toys/graphs.ts";
import { fairViolation, type FormulaQuestion, violationsOf } from "./fair-violation.ts";
import type { Formula } from "./formula.ts";
import { tightAutomatonOf } from "./tableau.ts";
import {
  always,
  and,
  eventually,
  implies,
  isTrueAt,
  leadsTo,
  next,
  not,
  now,
  or,
  randomFormula,
  randomTruths,
  taken,
  wordOf,
  yes,
} from "../../../toys/formulas.ts";
import { few } from "../../../toys/share.ts";

const lengthOf = ({ stem, loop }: Lasso): number => stem.length + Math.max(1, loop.length);

/** What is wrong with a violation, by definition: undefined if it is a fair behaviour that violates the formula. */
function faultIn(question: FormulaQuestion, lasso: Lasso): string | undefined {
  const { graph, fairness, formula } = question;
  if (isTrueAt(formula, wordOf(graph, lasso), question)) return "does not violate the formula";
  return faultOf({ graph, fairness }, lasso);
}

/** "holds", or the steps of stem and loop of the violation, which must be a right one. */
function verdict(question: FormulaQuestion): string {
  const lasso = fairViolation(question);
  if (lasso === undefined) return "holds";
  expect(faultIn(question, lasso)).toBeUndefined();
  return `${lasso.stem.length} + ${Math.max(1, lasso.loop.length)}`;
}

/** A system whose states are numbers: atom s is true of state s, and atom n of the steps with label n. */
function asked(
  { graph }: System<number>,
  fairness: FormulaQuestion["fairness"],
  formula: Formula,
): FormulaQuestion {
  return {
    graph,
    fairness,
    formula,
    now: (atom, state) => atom === state,
    taken: (atom, label) => atom === label,
  };
}

const toggle = systemOf(0, (s) => [["Flip", 1 - s]]);
const line = systemOf(0, (s) => (s < 2 ? [["Step", s + 1]] : []));
const ring = systemOf(0, (s) => [["Step", (s + 1) % 3]]);
/** From 0 there and back: label 0 to state 1, label 1 to state 2, label 2 back. */
const hub = systemOf(0, (s) =>
  s === 0
    ? [
        ["A", 1],
        ["B", 2],
      ]
    : [["Back", 0]],
);

describe("a fair behaviour that violates a formula", () => {
  test("is fair to a step that the violation forbids", () => {
    const formula = eventually(taken(1));
    const backAndA = [hub.weak("A"), hub.weak("Back")];
    expect(verdict(asked(hub, backAndA, formula))).toBe("0 + 2");
    expect(verdict(asked(hub, [...backAndA, hub.weak("B")], formula))).toBe("0 + 2");
    expect(verdict(asked(hub, [...backAndA, hub.strong("B")], formula))).toBe("holds");
  });

  test("never goes on once it stutters", () => {
    const twice = and(now(0), next(now(0)));
    expect(verdict(asked(line, [], not(twice)))).toBe("0 + 1");
    expect(verdict(asked(line, [], not(and(twice, eventually(now(1))))))).toBe("holds");
  });

  test("stutters only where no step is owed", () => {
    expect(verdict(asked(line, [line.weak("Step")], eventually(always(now(2)))))).toBe("holds");
    expect(verdict(asked(line, [line.weak("Step")], always(not(now(2)))))).toBe("2 + 1");
  });

  test("does not end where the formula leaves no way on", () => {
    const formula = not(and(now(0), next(and(now(1), next(not(now(2)))))));
    expect(verdict(asked(line, [line.weak("Step")], formula))).toBe("holds");
    expect(verdict(asked(line, [], formula))).toBe("1 + 1");
  });

  test("takes no step where it stutters", () => {
    expect(verdict(asked(line, [line.weak("Step")], always(taken(0))))).toBe("2 + 1");
    expect(verdict(asked(ring, [ring.weak("Step")], always(taken(0))))).toBe("holds");
  });

  test("takes no step that changes nothing", () => {
    const idle = graphOf(1, [0], [{ from: 0, to: 0, label: 0 }]);
    const question = { ...asked(line, [], always(not(taken(0)))), graph: idle };
    expect(verdict(question)).toBe("holds");
    expect(verdict({ ...question, formula: eventually(taken(0)) })).toBe("0 + 1");
  });

  test("is the same state next where it stutters", () => {
    const formula = always(implies(now(1), next(now(1))));
    expect(verdict(asked(line, [line.weak("Step")], formula))).toBe("2 + 1");
    expect(verdict(asked(line, [], next(now(1))))).toBe("0 + 1");
    expect(verdict(asked(line, [line.weak("Step")], next(next(next(now(2))))))).toBe("holds");
  });

  test("may start in any initial state", () => {
    const graph = graphOf(2, [0, 1, 1], [{ from: 0, to: 1, label: 0 }]);
    expect(fairViolation({ ...asked(line, [], now(0)), graph })).toMatchObject({ start: 1 });
  });

  test("says of which step and state it is fair, on the graph", () => {
    const fairness = [hub.weak("A"), hub.weak("B"), hub.strong("Back")];
    const lasso = fairViolation(asked(hub, fairness, eventually(now(2))));
    expect(lasso).toEqual({
      start: 0,
      stem: [],
      loop: [0, 2],
      reasons: [
        { kind: "taken", step: 0 },
        { kind: "not possible", state: 1 },
        { kind: "taken", step: 1 },
      ],
      isShortest: true,
    });
  });

  test("has its reasons from the graph, in the product too", () => {
    const ways = systemOf(0, (s) =>
      s === 0
        ? [
            ["A", 1],
            ["B", 2],
          ]
        : [[s === 1 ? "X" : "Y", 0]],
    );
    const question = asked(ways, [ways.weak("B"), ways.weak("X")], eventually(now(1)));
    const reasons = [{ kind: "taken", step: 0 }, { kind: "never possible" }];
    expect(fairLasso(violationsOf(question))?.reasons).toEqual(reasons);
    expect(fairViolation(question)?.reasons).toEqual(reasons);
  });

  test("is no longer than its word, though an automaton would go round once more", () => {
    const fairness = [ring.weak("Step")];
    const formula = not(and(eventually(now(2)), always(eventually(now(1)))));
    expect(verdict(asked(ring, fairness, formula))).toBe("0 + 3");
    expect(fairViolation(asked(ring, fairness, formula))?.isShortest).toBe(true);
  });

  test("is folded where it is not known to be the shortest", () => {
    const wrap = (times: number, of: Formula): Formula =>
      Array.from({ length: times }).reduce<Formula>((inner) => next(inner), of);
    const turns = systemOf(0, (s) => [[s === 0 ? "Flip" : "Flop", 1 - s]]);
    const fairness = [turns.weak("Flip"), turns.strong("Flop")];
    const folded = {
      start: 0,
      stem: [],
      loop: [0, 1],
      reasons: [
        { kind: "taken", step: 0 },
        { kind: "taken", step: 1 },
      ],
      isShortest: false,
    };
    for (const [times, state] of [
      [11, 0],
      [12, 1],
    ] as const) {
      expect(fairViolation(asked(turns, fairness, wrap(times, now(state))))).toEqual(folded);
    }
    const again = always(eventually(and(now(0), wrap(11, now(1)))));
    expect(fairViolation(asked(turns, fairness, not(again)))).toEqual(folded);
  });

  test("is looked for in a product that is no larger than it must be", () => {
    const formula = eventually(always(not(or(not(now(0)), not(now(2))))));
    const { graph } = violationsOf(asked(ring, [ring.weak("Step")], formula));
    expect([graph.states, graph.target.length]).toEqual([3, 3]);
  });

  test("is none where nothing is forbidden, and any where everything is", () => {
    expect(verdict(asked(toggle, [toggle.weak("Flip")], yes))).toBe("holds");
    expect(verdict(asked(toggle, [toggle.weak("Flip")], not(yes)))).toBe("0 + 2");
  });
});

/** The steps of a shortest fair lasso that violates the formula, of all that have at most so many. */
function naiveLength(question: FormulaQuestion, most: number): number | undefined {
  const { graph, fairness, formula } = question;
  const { first, target, label } = graph;
  let best: number | undefined;

  function look(start: number, steps: readonly number[], states: readonly number[]): void {
    const state = states.at(-1) as number;
    const consider = (stem: number, loop: readonly number[]): void => {
      const length = stem + Math.max(1, loop.length);
      if (length > most || (best !== undefined && length >= best)) return;
      const around = states.slice(stem);
      const isFair = fairness.every((obligation) => {
        const possible = around.map((one) => isPossible(graph, obligation, one));
        return (
          loop.some((step) => obligation.labels.has(label[step] as number)) ||
          (obligation.kind === "weak" ? possible.includes(false) : !possible.includes(true))
        );
      });
      const word = wordOf(graph, { start, stem: steps.slice(0, stem), loop });
      if (isFair && !isTrueAt(formula, word, question)) best = length;
    };
    consider(steps.length, []);
    states.slice(0, -1).forEach((one, at) => {
      if (one === state) consider(at, steps.slice(at));
    });
    if (steps.length >= (best ?? most + 1) - 1) return;
    for (let step = first[state] as number; step < (first[state + 1] as number); step++) {
      const to = target[step] as number;
      if (to !== state) look(start, [...steps, step], [...states, to]);
    }
  }

  for (const start of graph.initial) look(start, [], [start]);
  return best;
}

/** Some step is taken, as long as one is possible. */
const every = { name: "every", kind: "weak", labels: new Set([0, 1, 2, 3, 4]) } as const;

function randomFormulaQuestion(seed: number, states: number, operators: number): FormulaQuestion {
  const dice = diceFrom(seed);
  const { graph, fairness: some } = randomQuestion(dice, states, 3);
  const fairness = dice(3) === 0 ? some : [...some, every];
  const formula = randomFormula(dice, 1 + dice(operators));
  return { graph, fairness, formula, ...randomTruths(dice, graph.states, 5) };
}

describe("agrees with what follows from the definitions", () => {
  test("on random words", () => {
    const count = few(600, 12_000);
    let violated = 0;
    for (let seed = 0; seed < count; seed++) {
      const dice = diceFrom(seed);
      const states = 1 + dice(6);
      const back = dice(states);
      const steps = Array.from({ length: states }, (_, from) => ({
        from,
        to: from === states - 1 ? back : from + 1,
        label: dice(4),
      }));
      const graph = graphOf(states, [0], steps); // a step from the last state to itself is none
      const question = {
        graph,
        fairness: [every],
        formula: randomFormula(dice, 1 + dice(7)),
        ...randomTruths(dice, states, 4),
      };
      const positions = steps.map((_, position) => position).filter((at) => steps[at]?.to !== at);
      const word = wordOf(graph, {
        start: 0,
        stem: positions.slice(0, back),
        loop: positions.slice(back),
      });
      const lasso = fairViolation(question);
      const holds = isTrueAt(question.formula, word, question);
      expect({ seed, holds: lasso === undefined }).toEqual({ seed, holds });
      if (lasso === undefined) continue;
      violated++;
      expect({ seed, fault: faultIn(question, lasso) }).toEqual({ seed, fault: undefined });
    }
    expect(violated).toBeGreaterThan(count / 3);
    expect(violated).toBeLessThan(8_000);
  });

  test("on random graphs of up to 4 states, with the length of the shortest", () => {
    const count = few(200, 4_000);
    const most = 6;
    const seen = { holds: 0, stutters: 0, loops: 0, long: 0 };
    for (let seed = 0; seed < count; seed++) {
      const question = randomFormulaQuestion(seed, 4, 4);
      const lasso = fairViolation(question);
      const shortest = naiveLength(question, most);
      if (lasso === undefined) {
        expect({ seed, shortest }).toEqual({ seed, shortest: undefined });
        seen.holds++;
        continue;
      }
      const isTight = tightAutomatonOf(not(question.formula)) !== undefined;
      expect({ seed, isShortest: lasso.isShortest }).toEqual({ seed, isShortest: isTight });
      expect({ seed, fault: faultIn(question, lasso) }).toEqual({ seed, fault: undefined });
      const length = lengthOf(lasso);
      if (length > most) seen.long++;
      else if (lasso.isShortest) expect({ seed, length }).toEqual({ seed, length: shortest });
      seen[lasso.loop.length === 0 ? "stutters" : "loops"]++;
    }
    expect(seen.holds).toBeGreaterThan(count / 5);
    expect(seen.stutters).toBeGreaterThan(count / 8);
    expect(seen.loops).toBeGreaterThan(count / 8);
    expect(seen.long).toBeLessThan(40); // so that what is not found within `most` steps hardly ever is
  });

  test("both parts of a conjunction hold where it does, on random graphs", () => {
    const count = few(200, 4_000);
    let both = 0;
    for (let seed = 0; seed < count; seed++) {
      const question = randomFormulaQuestion(seed, 12, 3);
      const other = randomFormula(diceFrom(seed + 1), 3);
      const holds = (formula: Formula): boolean => violates({ ...question, formula }) === undefined;
      const parts = [question.formula, other].map(holds);
      expect({ seed, holds: holds(and(question.formula, other)) }).toEqual({
        seed,
        holds: !parts.includes(false),
      });
      if (!parts.includes(false)) both++;
      // a formula and its negation cannot both hold: some behaviour is fair
      expect({ seed, holds: parts[0] && holds(not(question.formula)) }).toEqual({
        seed,
        holds: false,
      });
    }
    expect(both).toBeGreaterThan(count / 40);
  });

  function violates(question: FormulaQuestion): Lasso | undefined {
    const lasso = fairViolation(question);
    if (lasso !== undefined) expect(faultIn(question, lasso)).toBeUndefined();
    return lasso;
  }

  test.each<
    [string, Formula, (first: Bits, second: Bits) => { from?: Bits; stay?: Bits; again?: Bits[] }]
  >([
    ["leads to", leadsTo(now(0), now(1)), (first, second) => ({ from: first, stay: second })],
    ["always eventually", always(eventually(now(1))), (_, second) => ({ stay: second })],
    ["eventually always", eventually(always(now(1))), (_, second) => ({ again: [second] })],
  ])("%s as the direct question, on random graphs", (_, formula, direct) => {
    const count = few(150, 3_000);
    let violated = 0;
    for (let seed = 0; seed < count; seed++) {
      const question = { ...randomFormulaQuestion(seed, 20, 0), formula };
      const { graph, fairness } = question;
      const first = Bits.where(graph.states, (state) => question.now(0, state));
      const second = Bits.where(graph.states, (state) => !question.now(1, state));
      const one = violates(question);
      const other = fairLasso({ graph, fairness, ...direct(first, second) });
      const length = one && lengthOf(one);
      expect({ seed, length }).toEqual({ seed, length: other && lengthOf(other) });
      expect(one?.isShortest).not.toBe(false);
      if (one !== undefined) violated++;
    }
    expect(violated).toBeGreaterThan(count / 4);
    expect(violated).toBeLessThan(2_800);
  });

  test("the fairness that a formula needs is enough and not too much, on random graphs", () => {
    const count = few(100, 2_000);
    const sizes = [0, 0, 0, 0];
    for (let seed = 0; seed < count; seed++) {
      const question = randomFormulaQuestion(seed, 7, 4);
      const { fairness } = question;
      const needed = minimalFairness([
        { ...violationsOf({ ...question, fairness: [] }), fairness },
      ]);
      expect({ seed, holds: needed !== undefined }).toEqual({
        seed,
        holds: violates(question) === undefined,
      });
      if (needed === undefined) continue;
      (sizes[needed.length] as number)++;
      expect(violates({ ...question, fairness: needed })).toBeUndefined();
      for (const one of needed) {
        const others = needed.filter((other) => other !== one);
        expect(violates({ ...question, fairness: others })).toBeDefined();
      }
    }
    expect(sizes[1]).toBeGreaterThan(count / 70);
  });
});
