import { expect, test } from "vitest";
import { diceFrom } from "../../../toys/graphs.ts";
import type { Formula } from "./formula.ts";
import { automatonOf, tightAutomatonOf } from "./tableau.ts";
import {
  always,
  and,
  eventually,
  implies,
  leadsTo,
  next,
  not,
  now,
  or,
  randomFormula,
  taken,
  until,
  weakUntil,
  yes,
} from "../../../toys/formulas.ts";
import { few } from "../../../toys/share.ts";
import { wordsOf } from "./words.ts";

const [p, q, r] = [now(0), now(1), taken(0)] as const;
const same = (one: Formula, other: Formula): Formula =>
  and(implies(one, other), implies(other, one));
const release = (left: Formula, right: Formula): Formula => not(until(not(left), not(right)));

test.each<[string, Formula]>([
  ["not next p is next not p", same(not(next(p)), next(not(p)))],
  ["not always p is eventually not p", same(not(always(p)), eventually(not(p)))],
  ["eventually p is true until p", same(eventually(p), until(yes, p))],
  ["always p is p weak until false", same(always(p), weakUntil(p, not(yes)))],
  ["until, unfolded", same(until(p, q), or(q, and(p, next(until(p, q)))))],
  ["weak until, unfolded", same(weakUntil(p, q), or(q, and(p, next(weakUntil(p, q)))))],
  ["until is weak until and eventually", same(until(p, q), and(weakUntil(p, q), eventually(q)))],
  ["weak until is until or always", same(weakUntil(p, q), or(until(p, q), always(p)))],
  ["weak until is a release", same(weakUntil(p, q), release(q, or(p, q)))],
  ["always of both", same(always(and(p, q)), and(always(p), always(q)))],
  ["eventually one", same(eventually(or(p, q)), or(eventually(p), eventually(q)))],
  [
    "always eventually one",
    same(always(eventually(or(p, q))), or(always(eventually(p)), always(eventually(q)))),
  ],
  ["absorption", same(always(eventually(always(p))), eventually(always(p)))],
  ["next of until", same(next(until(p, q)), until(next(p), next(q)))],
  ["a step is no exception", same(always(r), and(r, next(always(r))))],
  ["until twice", same(until(p, until(p, q)), until(p, q))],
  ["induction", implies(and(p, always(implies(p, next(p)))), always(p))],
  ["leads to, transitive", implies(and(leadsTo(p, q), leadsTo(q, r)), leadsTo(p, r))],
])("%s", (_, formula) => {
  expect(wordsOf(formula)).toBe("every");
  expect(wordsOf(not(formula))).toBe("none");
});

test.each<[string, Formula]>([
  ["eventually of both", same(eventually(and(p, q)), and(eventually(p), eventually(q)))],
  ["always one", same(always(or(p, q)), or(always(p), always(q)))],
  ["weak until is until", same(weakUntil(p, q), until(p, q))],
  ["always eventually, eventually always", same(always(eventually(p)), eventually(always(p)))],
  ["leads to", leadsTo(p, q)],
  ["a literal", p],
  ["a step", not(r)],
])("%s: true of some words only", (_, formula) => {
  expect(wordsOf(formula)).toBe("some");
  expect(wordsOf(not(formula))).toBe("some");
});

test.each<[string, Formula, number]>([
  ["true", yes, 1],
  ["false", not(yes), 0],
  ["always", always(p), 1],
  ["eventually", eventually(p), 2],
  ["always eventually", always(eventually(p)), 1],
  ["always eventually three", [p, q, r].map((one) => always(eventually(one))).reduce(and), 1],
  ["eventually always", eventually(always(p)), 2],
  ["leads to", leadsTo(p, q), 2],
  ["what violates leads to", not(leadsTo(p, q)), 2],
  ["until", until(p, q), 2],
  ["a way that leads nowhere", or(q, next(and(always(p), eventually(not(p))))), 2],
  ["what is always so", or(always(or(p, not(p))), next(q)), 1],
  ["next, five times", next(next(next(next(next(p))))), 7],
])("%s: a small automaton", (_, formula, states) => {
  const automaton = automatonOf(formula);
  expect(automaton.initial.length).toBe(Math.min(1, states));
  expect(automaton.states).toHaveLength(states);
});

const repeat = (times: number, wrap: (of: Formula) => Formula): Formula =>
  Array.from({ length: times }).reduce<Formula>((of) => wrap(of), p);

test("formulas as deep as people write them, and deeper", () => {
  expect(automatonOf(repeat(300, next)).states).toHaveLength(302);
  expect(automatonOf(repeat(1_000, not)).states).toHaveLength(2);
  expect(automatonOf(repeat(1_000, (of) => always(eventually(of)))).states).toHaveLength(1);
  const tower = repeat(6, (of) => until(q, and(r, next(of))));
  expect(wordsOf(tower)).toBe("some");
  expect(wordsOf(implies(tower, tower))).toBe("every");
});

test("a formula that is too large is refused", () => {
  const atoms = Array.from({ length: 40 }, (_, atom) => now(atom));
  const many = (count: number): Formula => atoms.slice(0, count).reduce(and);
  expect(automatonOf(many(32)).states).toHaveLength(2);
  expect(() => automatonOf(many(33))).toThrow(RangeError);
  const some = atoms.slice(0, 30).map((atom) => until(atom, always(atom)));
  expect(() => automatonOf(some.reduce(and))).toThrow(RangeError);
});

test("a tight automaton accepts some word where the small one does, and is undefined where it is too large", () => {
  const accepting = { none: 0, some: 0 };
  const count = few(800, 2_000);
  for (let seed = 0; seed < count; seed++) {
    const dice = diceFrom(seed);
    const formula = and(randomFormula(dice, dice(5)), randomFormula(dice, dice(5)));
    const tight = tightAutomatonOf(formula);
    if (tight === undefined) continue;
    const isEmpty = automatonOf(formula).initial.length === 0;
    expect({ seed, isEmpty: tight.initial.length === 0 }).toEqual({ seed, isEmpty });
    accepting[isEmpty ? "none" : "some"]++;
  }
  expect(accepting.none).toBeGreaterThan(few(30, 100));
  expect(accepting.some).toBeGreaterThan(few(400, 1_000));
  expect(tightAutomatonOf(repeat(4, next))?.states).toHaveLength(2 ** 5);
  expect(tightAutomatonOf(repeat(9, next))).toBeUndefined();
});
