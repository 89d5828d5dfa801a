import type { Formula, Predicate } from "../../spec/index.ts";
import type { Arena, Edge } from "./behaviours.ts";

/** A formula in few words: the others are said by these. */
type Core =
  | { readonly kind: "true" }
  | { readonly kind: "now"; readonly holds: Predicate }
  | { readonly kind: "not"; readonly of: Core }
  | { readonly kind: "and"; readonly left: Core; readonly right: Core }
  | Promised;

/** A promise of a moment about what comes: guessed, and then held. */
type Promised =
  | { readonly kind: "taken"; readonly action: string }
  | { readonly kind: "next"; readonly of: Core }
  | { readonly kind: "until"; readonly left: Core; readonly right: Core };

/** What is true at a moment, as far as it is about the state. */
export interface Moments {
  readonly arena: Arena;
  readonly isTrue: (predicate: Predicate, node: number) => boolean;
  readonly isOf: (step: number, action: string) => boolean;
}

/** The behaviours of a system that make a formula false, as those of another arena. */
export interface Violations {
  readonly arena: Arena;
  /** Sets that are visited again and again, or a promise is never kept. */
  readonly visiting: readonly ((node: number) => boolean)[];
}

/**
 * The classical product: a node is one of the system with a guess of everything that the formula says there of
 * what comes. Undefined if it would have more than so many nodes.
 */
export function violationsOf(
  formula: Formula,
  { arena, isTrue, isOf }: Moments,
  mostNodes: number,
): Violations | undefined {
  const core = coreOf(formula);
  const promised = promisedIn(core);
  const guesses = 2 ** promised.length;
  const count = arena.edges.length * guesses;
  if (count > mostNodes) return undefined;
  const nodeOf = (node: number): number => Math.floor(node / guesses);
  const holds = (its: Core, node: number): boolean => {
    switch (its.kind) {
      case "true":
        return true;
      case "now":
        return isTrue(its.holds, nodeOf(node));
      case "not":
        return !holds(its.of, node);
      case "and":
        return holds(its.left, node) && holds(its.right, node);
      default:
        return ((node % guesses) >> promised.indexOf(its)) % 2 === 1;
    }
  };
  const everywhere = (its: Core): readonly boolean[] =>
    Array.from({ length: count }, (_, node) => holds(its, node));
  /** Whether each guess at a moment is right if the next moment is that, by that step (undefined: by none). */
  const keeps = promised.map(
    (one): ((node: number, step: number | undefined, to: number) => boolean) => {
      const guessed = everywhere(one);
      switch (one.kind) {
        case "taken":
          return (node, step) => guessed[node] === (step !== undefined && isOf(step, one.action));
        case "next": {
          const of = everywhere(one.of);
          return (node, _, to) => guessed[node] === of[to];
        }
        case "until": {
          const [left, right] = [everywhere(one.left), everywhere(one.right)];
          return (node, _, to) =>
            guessed[node] === (right[node] || (left[node] === true && guessed[to] === true));
        }
      }
    },
  );
  const isKept = (node: number, step: number | undefined, to: number): boolean =>
    keeps.every((isSo) => isSo(node, step, to));
  const nodes = Array.from({ length: count }, (_, node) => node);
  const guessesAt = (node: number): readonly number[] =>
    nodes.slice(node * guesses, (node + 1) * guesses);
  return {
    arena: {
      starts: arena.starts.flatMap(guessesAt).filter((node) => !holds(core, node)),
      edges: nodes.map((node) =>
        (arena.edges[nodeOf(node)] as readonly Edge[]).flatMap(({ step, to }) =>
          guessesAt(to)
            .filter((after) => isKept(node, step, after))
            .map((after) => ({ step, to: after })),
        ),
      ),
      possible: nodes.map((node) => arena.possible[nodeOf(node)] as ReadonlySet<number>),
      mayStay: (node) => arena.mayStay(nodeOf(node)) && isKept(node, undefined, node),
    },
    visiting: promised.flatMap((one) =>
      one.kind === "until"
        ? [(node: number): boolean => !holds(one, node) || holds(one.right, node)]
        : [],
    ),
  };
}

/**
 * Every word there can be, as behaviours: at each moment some predicates are true and the step is of one action
 * or none. Predicates and actions do not depend on each other.
 */
export function allWords(formula: Formula): Moments {
  const predicates = [
    ...new Set(atomsIn(formula).flatMap((one) => (one.kind === "now" ? one.holds : []))),
  ];
  const actions = [
    ...new Set(atomsIn(formula).flatMap((one) => (one.kind === "taken" ? one.action : []))),
  ];
  const letters = Array.from({ length: 2 ** predicates.length }, (_, node) => node);
  const steps = Array.from({ length: 2 ** actions.length }, (_, step) => step);
  const all = letters.flatMap((to) => steps.map((step) => ({ step, to })));
  return {
    arena: {
      starts: letters,
      edges: letters.map(() => all),
      possible: letters.map(() => new Set<number>()),
      mayStay: () => false,
    },
    isTrue: (predicate, node) => (node >> predicates.indexOf(predicate)) % 2 === 1,
    isOf: (step, action) => (step >> actions.indexOf(action)) % 2 === 1,
  };
}

export function atomsIn(formula: Formula): readonly Extract<Formula, { kind: "now" | "taken" }>[] {
  if (formula.kind === "now" || formula.kind === "taken") return [formula];
  if ("of" in formula) return atomsIn(formula.of);
  return [...atomsIn(formula.left), ...atomsIn(formula.right)];
}

function coreOf(formula: Formula): Core {
  const not = (of: Core): Core => ({ kind: "not", of });
  const and = (left: Core, right: Core): Core => ({ kind: "and", left, right });
  const until = (left: Core, right: Core): Core => ({ kind: "until", left, right });
  const always: Core = { kind: "true" };
  switch (formula.kind) {
    case "now":
    case "taken":
      return formula;
    case "not":
    case "next":
      return { kind: formula.kind, of: coreOf(formula.of) };
    case "eventually":
      return until(always, coreOf(formula.of));
    case "always":
      return not(until(always, not(coreOf(formula.of))));
    default: {
      const [left, right] = [coreOf(formula.left), coreOf(formula.right)];
      switch (formula.kind) {
        case "and":
        case "until":
          return { kind: formula.kind, left, right };
        case "or":
          return not(and(not(left), not(right)));
        case "implies":
          return not(and(left, not(right)));
        case "weak until":
          // `left` for ever, or until `right`: it is not so that neither is true before `left` has ended.
          return not(until(not(right), and(not(left), not(right))));
      }
    }
  }
}

function promisedIn(core: Core): readonly Promised[] {
  switch (core.kind) {
    case "true":
    case "now":
      return [];
    case "taken":
      return [core];
    case "not":
      return promisedIn(core.of);
    case "next":
      return [core, ...promisedIn(core.of)];
    case "and":
      return [...promisedIn(core.left), ...promisedIn(core.right)];
    case "until":
      return [core, ...promisedIn(core.left), ...promisedIn(core.right)];
  }
}
