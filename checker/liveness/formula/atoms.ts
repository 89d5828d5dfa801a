import type { Formula as Declared, Predicate } from "../../../spec/index.ts";
import type { Formula } from "./formula.ts";

/** A formula of a spec over numbered atoms, each predicate and each action once. */
export interface Atoms {
  readonly formula: Formula;
  readonly predicates: readonly Predicate[];
  /** The actions whose steps it speaks of. */
  readonly actions: readonly string[];
}

/** Numbers what a formula of a spec is made of. */
export function atomsOf(declared: Declared): Atoms {
  const predicates: Predicate[] = [];
  const actions: string[] = [];
  const numberIn = <One>(all: One[], one: One): number =>
    all.includes(one) ? all.indexOf(one) : all.push(one) - 1;

  function numbered(its: Declared): Formula {
    switch (its.kind) {
      case "now":
        return { kind: "now", atom: numberIn(predicates, its.holds) };
      case "taken":
        return { kind: "taken", atom: numberIn(actions, its.action) };
      case "not":
      case "next":
      case "always":
      case "eventually":
        return { kind: its.kind, of: numbered(its.of) };
      default:
        return { kind: its.kind, left: numbered(its.left), right: numbered(its.right) };
    }
  }
  return { formula: numbered(declared), predicates, actions };
}

/** The left sides of all implications in a formula. */
export function conditionsIn(formula: Formula): readonly Formula[] {
  if ("of" in formula) return conditionsIn(formula.of);
  if (!("left" in formula)) return [];
  const { kind, left, right } = formula;
  const inside = [...conditionsIn(left), ...conditionsIn(right)];
  return kind === "implies" ? [left, ...inside] : inside;
}

/** Whether a formula about one moment can be true; undefined if it is about more than that. */
export function isEverTrue(
  formula: Formula,
  now: (atom: number, state: number) => boolean,
  states: number,
  isTaken: (atom: number) => boolean,
): boolean | undefined {
  if (formula.kind === "taken") return isTaken(formula.atom);
  if (!isOfState(formula)) return undefined;
  const holds = (its: Formula, state: number): boolean => {
    switch (its.kind) {
      case "true":
        return true;
      case "now":
        return now(its.atom, state);
      case "not":
        return !holds(its.of, state);
      case "and":
        return holds(its.left, state) && holds(its.right, state);
      case "or":
        return holds(its.left, state) || holds(its.right, state);
      case "implies":
        return !holds(its.left, state) || holds(its.right, state);
      default:
        throw new Error(`${its.kind} is not about one moment.`);
    }
  };
  for (let state = 0; state < states; state++) if (holds(formula, state)) return true;
  return false;
}

/** Whether a formula says something of a state, and not of what comes then. */
function isOfState(formula: Formula): boolean {
  switch (formula.kind) {
    case "true":
    case "now":
      return true;
    case "not":
      return isOfState(formula.of);
    case "and":
    case "or":
    case "implies":
      return isOfState(formula.left) && isOfState(formula.right);
    default:
      return false;
  }
}
