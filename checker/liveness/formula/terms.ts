import { type Formula, TooLarge } from "./formula.ts";

/** An atom of a formula. */
export type Atom = Extract<Formula, { readonly atom: number }>;

/** What is true at a moment: for each atom, by its position among `Terms.atoms`, a bit. */
export type Letter = number;

/** A formula in negation normal form: only atoms are negated, and operators are until, release and next. */
export type Term = Shape & {
  /** Equal terms of one formula are the same object, with one number. */
  readonly id: number;
  /** Whether it looks at one moment only. */
  readonly isPropositional: boolean;
  /** Whether it is true wherever it will be true, as `eventually p` is ... */
  readonly isEventual: boolean;
  /** ... or will be true wherever it is true, as `always p` is. */
  readonly isUniversal: boolean;
};

type Shape =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "literal"; readonly bit: number; readonly isPositive: boolean }
  | { readonly kind: "all" | "some"; readonly parts: readonly Term[] }
  | { readonly kind: "next"; readonly of: Term }
  /** `right` now or later, and `left` until then. */
  | { readonly kind: "until"; readonly left: Term; readonly right: Term }
  /** `right` for ever, or until `left` is true as well. */
  | { readonly kind: "release"; readonly left: Term; readonly right: Term };

/** The atoms of a letter. */
const mostAtoms = 32;

/**
 * The terms of one formula, simplified as they are made. What is said of eventual and universal terms is
 * from Etessami and Holzmann, "Optimizing Büchi Automata", CONCUR 2000.
 */
export class Terms {
  readonly atoms: Atom[] = [];
  readonly #known = new Map<string, Term>();

  /** A formula, or its negation. `TooLarge` for one of more than 32 atoms. */
  of(formula: Formula, isNegated = false): Term {
    switch (formula.kind) {
      case "true":
        return this.constant(!isNegated);
      case "now":
      case "taken":
        return this.#literal(this.#bitOf(formula), !isNegated);
      case "not":
        return this.of(formula.of, !isNegated);
      case "next":
        return this.#next(this.of(formula.of, isNegated));
      case "always":
      case "eventually": {
        const isUntil = (formula.kind === "eventually") !== isNegated;
        const of = this.of(formula.of, isNegated);
        return isUntil
          ? this.#until(this.constant(true), of)
          : this.#release(this.constant(false), of);
      }
      case "implies": {
        const parts = [this.of(formula.left, !isNegated), this.of(formula.right, isNegated)];
        return this.#join(isNegated ? "all" : "some", parts);
      }
      case "and":
      case "or": {
        const parts = [this.of(formula.left, isNegated), this.of(formula.right, isNegated)];
        return this.#join((formula.kind === "and") === isNegated ? "some" : "all", parts);
      }
      case "until": {
        const [left, right] = [this.of(formula.left, isNegated), this.of(formula.right, isNegated)];
        return isNegated ? this.#release(left, right) : this.#until(left, right);
      }
      case "weak until": {
        const [left, right] = [this.of(formula.left, isNegated), this.of(formula.right, isNegated)];
        return isNegated
          ? this.#until(right, this.#join("all", [left, right]))
          : this.#release(right, this.#join("some", [left, right]));
      }
    }
  }

  constant(value: boolean): Term {
    return this.#make({ kind: "constant", value }, `${value}`, [true, true, true]);
  }

  /** The negation of a propositional term. */
  negation(term: Term): Term {
    switch (term.kind) {
      case "constant":
        return this.constant(!term.value);
      case "literal":
        return this.#literal(term.bit, !term.isPositive);
      case "all":
      case "some": {
        const parts = term.parts.map((part) => this.negation(part));
        return this.#join(term.kind === "all" ? "some" : "all", parts);
      }
      default:
        throw new Error("Only propositional terms are negated.");
    }
  }

  #bitOf(atom: Atom): number {
    const bit = this.atoms.findIndex((one) => one.kind === atom.kind && one.atom === atom.atom);
    if (bit >= 0) return bit;
    if (this.atoms.length === mostAtoms) {
      throw new TooLarge(`A formula may speak of ${mostAtoms} atoms, and this one has more.`);
    }
    return this.atoms.push(atom) - 1;
  }

  #literal(bit: number, isPositive: boolean): Term {
    const flags: Flags = [true, false, false];
    return this.#make(
      { kind: "literal", bit, isPositive },
      `${isPositive ? "+" : "-"}${bit}`,
      flags,
    );
  }

  #join(kind: "all" | "some", given: readonly Term[]): Term {
    const neutral = this.constant(kind === "all");
    const absorbing = this.constant(kind !== "all");
    const flat = given.flatMap((part) => (part.kind === kind ? part.parts : [part]));
    const parts = [...new Set(flat)].filter((part) => part !== neutral);
    const isContradicted = (part: Term): boolean =>
      part.kind === "literal" && parts.includes(this.#literal(part.bit, !part.isPositive));
    if (parts.includes(absorbing) || parts.some(isContradicted)) return absorbing;
    if (parts.length < 2) return parts[0] ?? neutral;
    parts.sort((one, other) => one.id - other.id);
    return this.#make({ kind, parts }, `${kind} ${parts.map(({ id }) => id).join(" ")}`, [
      parts.every(({ isPropositional }) => isPropositional),
      parts.every(({ isEventual }) => isEventual),
      parts.every(({ isUniversal }) => isUniversal),
    ]);
  }

  #next(of: Term): Term {
    if (of.isEventual && of.isUniversal) return of;
    return this.#make({ kind: "next", of }, `next ${of.id}`, [
      false,
      of.isEventual,
      of.isUniversal,
    ]);
  }

  #until(left: Term, right: Term): Term {
    if (right.isEventual || left === right || left === this.constant(false)) return right;
    return this.#make({ kind: "until", left, right }, `${left.id} until ${right.id}`, [
      false,
      left === this.constant(true),
      left.isUniversal && right.isUniversal,
    ]);
  }

  #release(left: Term, right: Term): Term {
    if (right.isUniversal || left === right || left === this.constant(true)) return right;
    return this.#make({ kind: "release", left, right }, `${left.id} release ${right.id}`, [
      false,
      left.isEventual && right.isEventual,
      left === this.constant(false),
    ]);
  }

  #make(shape: Shape, key: string, [isPropositional, isEventual, isUniversal]: Flags): Term {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const term = { ...shape, id: this.#known.size, isPropositional, isEventual, isUniversal };
    this.#known.set(key, term);
    return term;
  }
}

type Flags = readonly [isPropositional: boolean, isEventual: boolean, isUniversal: boolean];

/** Whether a term is true where the same letter comes for ever. */
export function isTrueForEver(term: Term, letter: Letter): boolean {
  switch (term.kind) {
    case "constant":
      return term.value;
    case "literal":
      return (((letter >>> term.bit) & 1) === 1) === term.isPositive;
    case "all":
      return term.parts.every((part) => isTrueForEver(part, letter));
    case "some":
      return term.parts.some((part) => isTrueForEver(part, letter));
    case "next":
      return isTrueForEver(term.of, letter);
    case "until":
    case "release":
      return isTrueForEver(term.right, letter);
  }
}
