import { type Budget, unlimited } from "../budget.ts";
import { type Automaton, type AutomatonState, type Move, reduced } from "./automaton.ts";
import { type Formula, TooLarge } from "./formula.ts";
import { type Term, Terms } from "./terms.ts";

/** Beyond this an automaton is too large. */
const mostMoves = 2 ** 16;
const mostBranches = 2 ** 12;
const mostMarks = 32;
/** Beyond this there is no tight automaton: it may have two to the power of so many states. */
const mostTightTerms = 8;

/**
 * The automaton of the words of which a formula is true. A state is a set of terms that are true from there
 * on, and a move is one way to make them true with this letter and the next state; its marks are the untils
 * that it does not put off. Couvreur, "On-the-fly Verification of Linear Temporal Logic", FM 1999, after
 * Gerth, Peled, Vardi and Wolper, 1995; npm has nothing for it beyond exercises. `TooLarge` for a formula
 * that is too large: such sets can be exponentially many.
 */
export function automatonOf(formula: Formula, budget: Budget = unlimited): Automaton {
  const terms = new Terms();
  const root = terms.of(formula);
  const automaton = explored(terms, [withoutDemanded(partsOf(root))], (next) => [next], budget);
  if (automaton === undefined) {
    throw new TooLarge("The formula is too large. Ask about its parts one by one.");
  }
  return reduced(automaton, budget);
}

/**
 * An automaton that accepts each word that goes round as soon as the word does, with as short a loop:
 * it may be, at any time, in the state of all terms that are true. Schuppan and Biere, "Shortest
 * Counterexamples for Symbolic Model Checking of LTL with Past", TACAS 2005. Undefined if that is too large.
 */
export function tightAutomatonOf(
  formula: Formula,
  budget: Budget = unlimited,
): Automaton | undefined {
  const terms = new Terms();
  const root = terms.of(formula);
  const all = new Set(partsOf(root));
  for (const term of all) {
    const branches = branchesOf(terms, [term], budget);
    if (branches === undefined) return undefined;
    for (const { next } of branches) {
      for (const part of next) all.add(part);
    }
    if (all.size > mostTightTerms) return undefined;
  }
  let subsets: readonly (readonly Term[])[] = [[]];
  for (const term of all) subsets = subsets.flatMap((some) => [some, [...some, term]]);
  const widened = (set: readonly Term[]): readonly (readonly Term[])[] => {
    budget.spend(subsets.length * (1 + set.length));
    const wider = subsets.map((some) => withoutDemanded([...set, ...some]));
    return [...new Map(wider.map((one) => [keyOf(one), one])).values()];
  };
  const automaton = explored(terms, widened(partsOf(root)), widened, budget);
  return automaton && reduced(automaton, budget);
}

/** One way to make terms true. */
interface Branch {
  readonly positive: number;
  readonly negative: number;
  /** What is true at the next moment. */
  readonly next: readonly Term[];
  /** The untils that are put off. */
  readonly putOff: readonly Term[];
}

/**
 * The automaton of sets of terms, where a branch leads to these sets in place of what must be true next.
 * Undefined if it is too large.
 */
function explored(
  terms: Terms,
  initial: readonly (readonly Term[])[],
  leadsTo: (next: readonly Term[]) => readonly (readonly Term[])[],
  budget: Budget,
): Automaton | undefined {
  const sets: (readonly Term[])[] = [];
  const numbers = new Map<string, number>();
  const untils = new Map<Term, number>();
  const numberOf = (set: readonly Term[]): number => {
    const key = keyOf(set);
    const number = numbers.get(key) ?? sets.push(set) - 1;
    numbers.set(key, number);
    return number;
  };
  const bitOf = (until: Term): number => {
    const bit = untils.get(until) ?? untils.size;
    untils.set(until, bit);
    return 1 << bit;
  };

  const first = initial.map(numberOf);
  const states: AutomatonState[] = [];
  let count = 0;
  for (const meaning of sets) {
    const branches = branchesOf(terms, meaning, budget);
    if (branches === undefined) return undefined;
    const moves: Move[] = [];
    for (const { positive, negative, next, putOff } of undominated(branches, budget)) {
      const marks = ~putOff.reduce((all, until) => all | bitOf(until), 0);
      const targets = leadsTo(withoutDemanded(next)).map(numberOf);
      moves.push(...targets.map((target) => ({ positive, negative, marks, target })));
      count += targets.length;
      if (count > mostMoves || untils.size > mostMarks) return undefined;
    }
    states.push({ meaning, moves });
  }
  const marks = [...untils.values()].reduce((all, bit) => all | (1 << bit), 0);
  return { atoms: terms.atoms, initial: first, states, marks };
}

const keyOf = (set: readonly Term[]): string => set.map(({ id }) => id).join();

/**
 * All ways to make terms true; undefined if there are too many. What looks at this moment only is put off only
 * if it is not true.
 */
function branchesOf(
  terms: Terms,
  set: readonly Term[],
  budget: Budget,
): readonly Branch[] | undefined {
  const found: Branch[] = [];
  const notNow = (term: Term): readonly Term[] =>
    term.isPropositional ? [terms.negation(term)] : [];

  function go(todo: readonly Term[], done: ReadonlySet<Term>, branch: Branch): void {
    const [term, ...others] = todo;
    budget.spend(1 + todo.length + done.size);
    if (term === undefined) {
      found.push(branch);
      return;
    }
    if (found.length > mostBranches) return;
    if (done.has(term)) return go(others, done, branch);
    const also = new Set([...done, term]);
    switch (term.kind) {
      case "constant":
        if (term.value) go(others, also, branch);
        return;
      case "literal": {
        const positive = branch.positive | (term.isPositive ? 1 << term.bit : 0);
        const negative = branch.negative | (term.isPositive ? 0 : 1 << term.bit);
        if ((positive & negative) === 0) go(others, also, { ...branch, positive, negative });
        return;
      }
      case "all":
        return go([...term.parts, ...others], also, branch);
      case "some":
        for (const part of term.parts) go([part, ...others], also, branch);
        return;
      case "next":
        return go(others, also, { ...branch, next: [...branch.next, ...partsOf(term.of)] });
      case "until":
        go([term.right, ...others], also, branch);
        return go([term.left, ...notNow(term.right), ...others], also, {
          ...branch,
          next: [...branch.next, term],
          putOff: [...branch.putOff, term],
        });
      case "release":
        go([term.right, term.left, ...others], also, branch);
        return go([term.right, ...notNow(term.left), ...others], also, {
          ...branch,
          next: [...branch.next, term],
        });
    }
  }

  go(set, new Set(), { positive: 0, negative: 0, next: [], putOff: [] });
  return found.length > mostBranches ? undefined : found;
}

/** Without branches that ask for more than another one does; of equal ones the first is left. */
function undominated(branches: readonly Branch[], budget: Budget): readonly Branch[] {
  const isWithin = (some: readonly Term[], all: readonly Term[]): boolean =>
    some.every((term) => all.includes(term));
  const isWeaker = (one: Branch, other: Branch): boolean =>
    (one.positive & ~other.positive) === 0 &&
    (one.negative & ~other.negative) === 0 &&
    isWithin(one.next, other.next) &&
    isWithin(one.putOff, other.putOff);
  return branches.filter((branch, position) => {
    budget.spend(branches.length);
    return branches.every(
      (other, at) =>
        at === position || !isWeaker(other, branch) || (isWeaker(branch, other) && at > position),
    );
  });
}

/** The terms of a conjunction. */
const partsOf = (term: Term): readonly Term[] => (term.kind === "all" ? term.parts : [term]);

/** The set of these terms, in the order of their numbers, without what a release among them demands at once. */
function withoutDemanded(given: readonly Term[]): readonly Term[] {
  const demanded = new Set<Term>();
  const demand = (term: Term): void => {
    if (term.kind !== "release") return;
    for (const part of partsOf(term.right)) {
      if (demanded.has(part)) continue;
      demanded.add(part);
      demand(part);
    }
  };
  given.forEach(demand);
  return [...new Set(given)]
    .filter((term) => !demanded.has(term))
    .sort((one, other) => one.id - other.id);
}
