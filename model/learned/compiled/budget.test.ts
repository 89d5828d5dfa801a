import { expect, test } from "vitest";
import { Budget, whatPays } from "./budget.ts";
import { costOfModule, costOfNode } from "./costs.ts";

const spent = (microseconds: number): { readonly budget: Budget } => {
  const budget = new Budget();
  budget.spend(microseconds);
  return { budget };
};

test("what would not pay for a module by itself is compiled together", () => {
  const one = spent(1.5 * costOfModule);
  const other = spent(1.5 * costOfModule);
  expect(whatPays([one])).toEqual([]);
  expect(whatPays([one, other])).toEqual([one, other]);
});

test("what does not pay for its own nodes is left out, however much the others pay", () => {
  const large = spent(0);
  large.budget.settle(1000);
  large.budget.spend(costOfNode * 1000);
  const small = spent(5 * costOfModule);
  expect(whatPays([large, small])).toEqual([small]);
});

test("what was compiled has to cost twice as much as before until it is again", () => {
  const its = spent(5 * costOfModule);
  its.budget.settle(0);
  its.budget.spend(9 * costOfModule);
  expect(whatPays([its])).toEqual([]);
  its.budget.spend(2 * costOfModule);
  expect(whatPays([its])).toEqual([its]);
});

test("where nothing was interpreted there is nothing to compile", () => {
  expect(whatPays([spent(0), spent(0)])).toEqual([]);
});
