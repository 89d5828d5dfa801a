import type { Formula, Predicate } from "./spec.ts";
import { kindOf, made as madeOf, nested } from "./made.ts";
import { attempt } from "./outside.ts";
import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";

/** A formula, or a predicate of the state at the moment that is spoken of. */
export type FormulaOrPredicate<Arguments extends readonly unknown[]> =
  | Formula
  | ((...all: Arguments) => boolean);

/**
 * The words of linear time. A formula is true or false of a moment of a behaviour. A behaviour takes
 * steps or, from some moment on, stays for ever where it is; a step that changes nothing is as if it
 * were not there. A `SpecError` for anything but formulas and predicates, and for one too few or too many.
 */
export interface FormulaWords<Arguments extends readonly unknown[]> {
  /** Now and at every later moment. */
  readonly always: (of: FormulaOrPredicate<Arguments>) => Formula;
  /** Now or at a later moment. */
  readonly eventually: (of: FormulaOrPredicate<Arguments>) => Formula;
  /** At the next moment: after one step or, where the behaviour stays for ever, in the same state. */
  readonly next: (of: FormulaOrPredicate<Arguments>) => Formula;
  /** `goal` now or at a later moment, and `meanwhile` at every moment from now on before it. */
  readonly until: (
    meanwhile: FormulaOrPredicate<Arguments>,
    goal: FormulaOrPredicate<Arguments>,
  ) => Formula;
  /** As `until`, or `meanwhile` now and at every later moment: `goal` need never come. */
  readonly weakUntil: (
    meanwhile: FormulaOrPredicate<Arguments>,
    goal: FormulaOrPredicate<Arguments>,
  ) => Formula;
  readonly not: (of: FormulaOrPredicate<Arguments>) => Formula;
  readonly and: (
    ...all: readonly [FormulaOrPredicate<Arguments>, ...FormulaOrPredicate<Arguments>[]]
  ) => Formula;
  readonly or: (
    ...all: readonly [FormulaOrPredicate<Arguments>, ...FormulaOrPredicate<Arguments>[]]
  ) => Formula;
  readonly implies: (
    condition: FormulaOrPredicate<Arguments>,
    consequence: FormulaOrPredicate<Arguments>,
  ) => Formula;
  /** The step taken now is one of the action with this name, for whatever choice; none is where it stays. */
  readonly taken: (action: string) => Formula;
}

const formulaWords: FormulaWords<never> = {
  always: ofOne("always", "always"),
  eventually: ofOne("eventually", "eventually"),
  next: ofOne("next", "next"),
  until: ofTwo("until", "until"),
  weakUntil: ofTwo("weakUntil", "weak until"),
  not: ofOne("not", "not"),
  and: ofSeveral("and", "and"),
  or: ofSeveral("or", "or"),
  implies: ofTwo("implies", "implies"),
  taken: (...given: readonly unknown[]) => {
    const [action] = given;
    if (given.length === 1 && typeof action === "string") return made({ kind: "taken", action });
    throw new SpecError("taken(...) takes the name of one action.");
  },
};

/** What an author writes with the words, as data. Throws `SpecError` if that comes to no formula. */
export function formulaOf<Arguments extends readonly unknown[]>(
  write: (words: FormulaWords<Arguments>) => FormulaOrPredicate<Arguments>,
): Formula {
  const what = '"formula" of temporal';
  return asFormula(
    what,
    attempt(what, () => write(formulaWords as FormulaWords<Arguments>)),
  );
}

/** The predicates that a formula is made of. */
export function predicatesIn(formula: Formula): readonly Predicate[] {
  switch (formula.kind) {
    case "now":
      return [formula.holds];
    case "taken":
      return [];
    case "not":
    case "next":
    case "always":
    case "eventually":
      return predicatesIn(formula.of);
    default:
      return [...predicatesIn(formula.left), ...predicatesIn(formula.right)];
  }
}

/** The names of the actions that a formula speaks of. */
export function actionsIn(formula: Formula): readonly string[] {
  switch (formula.kind) {
    case "now":
      return [];
    case "taken":
      return [formula.action];
    case "not":
    case "next":
    case "always":
    case "eventually":
      return actionsIn(formula.of);
    case "and":
    case "or":
    case "implies":
    case "until":
    case "weak until":
      return [...actionsIn(formula.left), ...actionsIn(formula.right)];
  }
}

type OfOne = Extract<Formula, { readonly of: Formula }>["kind"];
type OfTwo = Extract<Formula, { readonly left: Formula }>["kind"];

function ofOne(word: string, kind: OfOne): (...given: readonly unknown[]) => Formula {
  return (...given) => {
    const [of] = operands(word, given, 1) as [Formula];
    return made({ kind, of });
  };
}

function ofTwo(word: string, kind: OfTwo): (...given: readonly unknown[]) => Formula {
  return (...given) => {
    const [left, right] = operands(word, given, 2) as [Formula, Formula];
    return made({ kind, left, right });
  };
}

function ofSeveral(word: string, kind: OfTwo): (...given: readonly unknown[]) => Formula {
  return (...given) => {
    if (given.length === 0)
      throw new SpecError(`${word}(...) takes one formula or more, and got none.`);
    return operands(word, given, given.length).reduce((left, right) => made({ kind, left, right }));
  };
}

function operands(word: string, given: readonly unknown[], count: number): readonly Formula[] {
  if (given.length !== count) {
    throw new SpecError(
      `${word}(...) takes ${count === 1 ? "one formula" : `${count} formulas`}, and got ${given.length}.`,
    );
  }
  return given.map((one) => asFormula(`${word}(...)`, one));
}

/** Whoever reads a formula may rely on its form. */
function made(formula: Formula): Formula {
  const parts =
    "of" in formula ? [formula.of] : "left" in formula ? [formula.left, formula.right] : [];
  return madeOf("formula", nested("A formula", formula, parts));
}

function asFormula(where: string, given: unknown): Formula {
  if (typeof given === "function") return made({ kind: "now", holds: given as Predicate });
  if (typeof given !== "object" || given === null) {
    throw new SpecError(`${where} must be a formula or a predicate, and is ${show(given)}.`);
  }
  if (kindOf(given) === "formula") return given as Formula;
  throw new SpecError(`${where} must be a formula or a predicate, and is another record.`);
}
