import { Bits } from "../bits.ts";
import type { Budget, Numbers } from "../budget.ts";
import { conditionsOf } from "../conditions.ts";
import type { Graph } from "../graph.ts";
import type { Obligation, Question } from "../question.ts";
import { type Automaton, isPossibleWith, type Move } from "./automaton.ts";
import type { Truths } from "./formula.ts";
import { isTrueForEver, type Letter } from "./terms.ts";

/** How much of a product is made. */
export interface Limits {
  /** States so many steps from the initial ones, or further, are left out. */
  readonly depth?: number;
  /** With more steps there is no product. */
  readonly steps?: number;
}

const none = 2 ** 32 - 1;

/**
 * The question whose answers are the fair behaviours that an automaton accepts; undefined if the product
 * would be larger than it may be. A state of the product is a state of the graph, a state of the automaton,
 * and the marks of the move that is made next; or a state of the graph in which the behaviour stutters for
 * ever, if that is accepted, and fair. Steps that change nothing are left out. While it is made it takes 16
 * bytes a state and six a step, at worst half as much again, and eight for each state of the graph.
 */
export function productOf(
  graph: Graph,
  fairness: readonly Obligation[],
  automaton: Automaton,
  truths: Truths,
  { depth = Infinity, steps: most = Infinity }: Limits = {},
): Question | undefined {
  const { first, target, label, budget } = graph;
  const { letters, letterOf, stepLetters } = lettersOf(graph, automaton, truths);
  const { modes, entriesOf } = modesOf(automaton, letters);
  const { mayStutter } = conditionsOf({ graph, fairness });
  const restful = Bits.where(graph.states, mayStutter);

  const column = (): Column<Uint32Array> =>
    new Column(budget, budget.list(Uint32Array, firstLength));
  const origin = column();
  const modeOf = column();
  /** The states of the product that stand for the same state: the last one of each, and the one before each. */
  const last = budget.list(Uint32Array, graph.states).fill(none);
  const before = column();
  const begins = column();
  const reached = column();
  const labels = new Column(budget, budget.list(Uint16Array, firstLength));
  let isGrowing = depth > 0;

  function numberOf(state: number, mode: number): number {
    let number = last[state] as number;
    while (number !== none && modeOf.at(number) !== mode) number = before.at(number);
    if (number !== none || !isGrowing) return number;
    origin.push(state);
    modeOf.push(mode);
    before.push(last[state] as number);
    last[state] = origin.length - 1;
    return origin.length - 1;
  }

  /** For each way on from a state of the graph and one of the automaton, where that is in the product. */
  function enter(state: number, inAutomaton: number, visit: (number: number) => void): void {
    for (const mode of entriesOf(letterOf[state] as number, inAutomaton)) {
      if (mode === stutters && !restful.has(state)) continue;
      const number = numberOf(state, mode);
      if (number !== none) visit(number);
    }
  }

  const initial: number[] = [];
  for (const state of new Set(graph.initial)) {
    for (const start of automaton.initial) enter(state, start, (number) => initial.push(number));
  }

  /** Where the states end that are as far as the one that is looked at. */
  let level = origin.length;
  let distance = 0;
  for (let number = 0; number < origin.length; number++) {
    if (reached.length > most) return undefined;
    if (number === level) {
      level = origin.length;
      distance++;
    }
    isGrowing = distance + 1 < depth;
    begins.push(reached.length);
    const mode = modeOf.at(number);
    if (mode === stutters) continue;
    const { moves } = modes[mode] as Mode;
    const state = origin.at(number);
    const now = letters[letterOf[state] as number] as Letter;
    const end = first[state + 1] as number;
    budget.spend((1 + end - (first[state] as number)) * (1 + moves.length));
    for (let step = first[state] as number; step < end; step++) {
      const to = target[step] as number;
      if (to === state) continue;
      const by = label[step] as number;
      const letter = now | (stepLetters[by] as Letter);
      let entered = -1; // the moves are in the order of their targets
      for (const move of moves) {
        if (move.target === entered || !isPossibleWith(move, letter, -1)) continue;
        entered = move.target;
        enter(to, entered, (goal) => {
          reached.push(goal);
          labels.push(by);
        });
      }
    }
  }
  begins.push(reached.length);

  const states = origin.length;
  const modeAt = (number: number): number => {
    budget.spend(1);
    return modeOf.at(number);
  };
  const bits = Array.from({ length: 32 }, (_, bit) => 1 << bit);
  return {
    graph: {
      states,
      initial,
      first: begins.items(),
      target: reached.items(),
      label: labels.items(),
      budget,
    },
    fairness,
    stutter: Bits.where(states, (number) => modeAt(number) === stutters),
    again: bits
      .filter((bit) => (automaton.marks & bit) !== 0)
      .map((bit) => Bits.where(states, (number) => (marksOf(modes, modeAt(number)) & bit) !== 0)),
    origin: { graph, of: origin.items() },
  };
}

/** How a behaviour goes on: by one of those moves of a state of the automaton that have these marks. */
interface Mode {
  readonly marks: number;
  readonly moves: readonly Move[];
}

/** The mode of those who stutter for ever, in place of a number; it has all marks. */
const stutters = none;

const marksOf = (modes: readonly Mode[], mode: number): number =>
  mode === stutters ? -1 : (modes[mode] as Mode).marks;

/** The modes of an automaton, and in which of them its states can be where one of these letters is next. */
function modesOf({ states, atoms }: Automaton, letters: readonly Letter[]) {
  const modes: Mode[] = [];
  const modesIn = states.map(({ moves }) =>
    [...new Set(moves.map(({ marks }) => marks))].map(
      (marks) => modes.push({ marks, moves: moves.filter((move) => move.marks === marks) }) - 1,
    ),
  );
  const ofState = atoms.reduce(
    (all, { kind }, bit) => (kind === "now" ? all | (1 << bit) : all),
    0,
  );
  const entries: (readonly number[] | undefined)[] = [];

  /** `letter` is a position among the letters, which speak of states only. */
  function entriesOf(letter: number, state: number): readonly number[] {
    const place = letter * states.length + state;
    return (entries[place] ??= entriesFor(letters[letter] as Letter, state));
  }

  function entriesFor(letter: Letter, state: number): readonly number[] {
    const { meaning } = states[state] as Automaton["states"][number];
    const canMove = (modesIn[state] as readonly number[]).filter((mode) =>
      (modes[mode] as Mode).moves.some((move) => isPossibleWith(move, letter, ofState)),
    );
    return meaning.every((term) => isTrueForEver(term, letter)) ? [...canMove, stutters] : canMove;
  }

  return { modes, entriesOf };
}

/** What is true of each state, as a position among the letters that occur, and of the steps with each label. */
function lettersOf({ states, label, budget }: Graph, { atoms }: Automaton, { now, taken }: Truths) {
  const letterAt = (kind: "now" | "taken", isTrue: (atom: number) => boolean): Letter =>
    atoms.reduce(
      (all, atom, bit) => (atom.kind === kind && isTrue(atom.atom) ? all | (1 << bit) : all),
      0,
    );
  const letters: Letter[] = [];
  const positions = new Map<Letter, number>();
  const letterOf = budget.list(Uint32Array, states);
  for (let state = 0; state < states; state++) {
    budget.spend(1 + atoms.length);
    const letter = letterAt("now", (atom) => now(atom, state));
    const position = positions.get(letter) ?? letters.push(letter) - 1;
    positions.set(letter, position);
    letterOf[state] = position;
  }

  const stepLetters = new Int32Array(2 ** 16);
  const isKnown = new Bits(stepLetters.length);
  for (let step = 0; step < label.length; step++) {
    const by = label[step] as number;
    if (isKnown.has(by)) continue;
    isKnown.add(by);
    stepLetters[by] = letterAt("taken", (atom) => taken(atom, by));
  }
  return { letters, letterOf, stepLetters };
}

/** So many numbers a column has room for at first. */
const firstLength = 1024;

/** Numbers one after the other, as many as there come to be. */
class Column<Items extends Numbers> {
  readonly #budget: Budget;
  #items: Items;
  length = 0;

  constructor(budget: Budget, items: Items) {
    this.#budget = budget;
    this.#items = items;
  }

  push(item: number): void {
    if (this.length === this.#items.length) {
      this.#items = this.#budget.longer(this.#items, Math.ceil(1.5 * this.length));
    }
    this.#items[this.length++] = item;
  }

  at(position: number): number {
    return this.#items[position] as number;
  }

  items(): Items {
    return this.#items.subarray(0, this.length) as Items;
  }
}
