import { type Budget, unlimited } from "../budget.ts";
import { type Formula, not } from "./formula.ts";
import { automatonOf } from "./tableau.ts";

/**
 * Of which words a formula is true, whatever a graph and its steps allow: one that is true of every word, or
 * of none, says nothing about a system. Atoms are independent. `TooLarge` for a formula that is too large.
 */
export function wordsOf(formula: Formula, budget: Budget = unlimited): "every" | "some" | "none" {
  if (automatonOf(formula, budget).initial.length === 0) return "none";
  return automatonOf(not(formula), budget).initial.length === 0 ? "every" : "some";
}
