import type { Budget } from "../budget.ts";
import { visitComponents } from "../components.ts";
import type { Atom, Letter, Term } from "./terms.ts";

/**
 * A generalised Büchi automaton: a word is accepted if there are moves for its letters on which each mark
 * comes again and again. States are numbered from 0.
 */
export interface Automaton {
  /** What the bits of a letter say. */
  readonly atoms: readonly Atom[];
  /** None if no word is accepted. */
  readonly initial: readonly number[];
  readonly states: readonly AutomatonState[];
  /** All marks, each a bit. */
  readonly marks: number;
}

export interface AutomatonState {
  /** From here the words are accepted of which all of these are true. */
  readonly meaning: readonly Term[];
  readonly moves: readonly Move[];
}

export interface Move {
  /** The bits that are set in the letter, and those that are not. */
  readonly positive: Letter;
  readonly negative: Letter;
  /** Bits of marks; those that the automaton does not have mean nothing. */
  readonly marks: number;
  readonly target: number;
}

/** Whether a move is possible with a letter, as far as these bits of it are known. */
export const isPossibleWith = (
  { positive, negative }: Move,
  letter: Letter,
  known: Letter,
): boolean => (positive & known & ~letter) === 0 && (negative & known & letter) === 0;

/**
 * An automaton that accepts the same words, from states that all accept some, of which no two are bisimilar.
 * Moves that come but finitely often have no mark.
 */
export function reduced(automaton: Automaton, budget: Budget): Automaton {
  return merged(trimmed(automaton, budget), budget);
}

/** Without moves to where nothing is accepted, and without marks that decide nothing. */
function trimmed({ states, initial, atoms, marks }: Automaton, budget: Budget): Automaton {
  const component = new Uint32Array(states.length);
  /** From 0, in the order in which components are visited. */
  const isLive: boolean[] = [];
  const accepts: boolean[] = [];
  const targets = states.map(({ moves }) => moves.map(({ target }) => target));
  const first = new Uint32Array(states.length + 1);
  targets.forEach((of, state) => {
    first[state + 1] = (first[state] as number) + of.length;
  });
  const target = Uint32Array.from(targets.flat());
  const label = new Uint16Array(target.length);
  const graph = { states: states.length, initial, first, target, label, budget };
  visitComponents(graph, undefined, (members, from, to) => {
    const own = isLive.length;
    const moves = [...members.subarray(from, to)].flatMap((state) => {
      component[state] = own + 1;
      return (states[state] as AutomatonState).moves;
    });
    const inner = moves.filter((move) => component[move.target] === own + 1);
    const seen = inner.reduce((all, move) => all | move.marks, 0);
    accepts.push(inner.length > 0 && (seen & marks) === marks);
    isLive.push(
      accepts[own] === true ||
        moves.some((move) => isLive[(component[move.target] as number) - 1] === true),
    );
    return true;
  });

  const isAlive = (state: number): boolean => isLive[(component[state] as number) - 1] === true;
  const stays = (state: number, move: Move): boolean =>
    component[state] === component[move.target] &&
    accepts[(component[state] as number) - 1] === true;
  let missed = 0;
  states.forEach(({ moves }, state) => {
    for (const move of moves) if (stays(state, move)) missed |= marks & ~move.marks;
  });
  // Where all marks are on all of these moves, one tells them from the others.
  const deciding = missed === 0 ? marks & -marks : missed;
  return {
    atoms,
    initial: initial.filter(isAlive),
    states: states.map(({ meaning, moves }, state) => ({
      meaning,
      moves: moves
        .filter((move) => isAlive(move.target))
        .map((move) => ({ ...move, marks: stays(state, move) ? move.marks & deciding : 0 })),
    })),
    marks: deciding,
  };
}

/** Bisimilar states as one, by refinement of a partition; only those that are reached. */
function merged({ states, initial, atoms, marks }: Automaton, budget: Budget): Automaton {
  let classOf: readonly number[] = states.map(() => 0);
  let classes = 1;
  for (;;) {
    const known = new Map<string, number>();
    const refined = states.map(({ moves }) => {
      budget.spend(1 + moves.length);
      const looks = new Set(
        moves.map(({ target, ...move }) =>
          [move.positive, move.negative, move.marks, classOf[target]].join(),
        ),
      );
      const key = [...looks].sort().join(" ");
      const found = known.get(key) ?? known.size;
      known.set(key, found);
      return found;
    });
    classOf = refined;
    if (known.size === classes) break;
    classes = known.size;
  }

  const numbers = new Map<number, number>();
  const members: number[] = [];
  const numberOf = (state: number): number => {
    const own = classOf[state] as number;
    const number = numbers.get(own) ?? members.push(state) - 1;
    numbers.set(own, number);
    return number;
  };
  const first = [...new Set(initial.map(numberOf))];
  const kept: AutomatonState[] = [];
  for (const member of members) {
    const { meaning, moves } = states[member] as AutomatonState;
    const own = new Map<string, Move>();
    for (const move of moves) {
      const moved = { ...move, target: numberOf(move.target) };
      own.set(Object.values(moved).join(), moved);
    }
    kept.push({
      meaning,
      moves: [...own.values()].sort((one, other) => one.target - other.target),
    });
  }
  return { atoms, initial: first, states: kept, marks };
}
