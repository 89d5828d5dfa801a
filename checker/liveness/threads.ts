import type { Budget } from "./budget.ts";
import { type ComponentSurvey, setWhere, visitConditions } from "./component-survey.ts";
import { type Conditions, includes } from "./conditions.ts";
import type { Graph, Renames } from "./graph.ts";

/**
 * What becomes of conditions where elements are renamed: an obligation of one element becomes that of another. What
 * becomes of all of them is numbered; 0 is that each stays what it is.
 */
export class ConditionNames {
  readonly #budget: Budget;
  readonly #renames: Renames;
  readonly #conditions: Conditions;
  /** By number: what becomes of each condition. */
  readonly #all: Uint16Array[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #inverses: (number | undefined)[] = [];
  readonly #byRenaming: (number | undefined)[] = [];
  readonly #composed = new Map<number, number>();
  /** Of each condition that the steps with one label meet alone: that label; -1 of others. */
  readonly #labelOf: Int32Array;
  /** Of each label the conditions that its steps alone meet, of each label in the same order. */
  readonly #ofLabel = new Map<number, number[]>();

  constructor(renames: Renames, conditions: Conditions, budget: Budget) {
    this.#budget = budget;
    this.#renames = renames;
    this.#conditions = conditions;
    this.#labelOf = new Int32Array(conditions.count).fill(-1);
    for (const [condition, labels] of conditions.labels.entries()) {
      if (labels?.size !== 1) continue;
      const [label = 0] = labels;
      this.#labelOf[condition] = label;
      this.#ofLabel.set(label, [...(this.#ofLabel.get(label) ?? []), condition]);
    }
    this.#number(Uint16Array.from({ length: conditions.count }, (_, condition) => condition));
  }

  /** What becomes of each condition. */
  at(number: number): Uint16Array {
    return this.#all[number] as Uint16Array;
  }

  /** What becomes of them by a renaming. */
  by(renaming: number): number {
    return (this.#byRenaming[renaming] ??= this.#number(this.#renamed(renaming)));
  }

  /** One after the other. */
  composed(one: number, other: number): number {
    if (one === 0 || other === 0) return one + other;
    const key = one * 2 ** 24 + other;
    const known = this.#composed.get(key);
    if (known !== undefined) return known;
    const next = this.at(other);
    const number = this.#number(this.at(one).map((condition) => next[condition] as number));
    this.#composed.set(key, number);
    return number;
  }

  inverse(number: number): number {
    return (this.#inverses[number] ??= this.#number(inverted(this.at(number))));
  }

  #renamed(renaming: number): Uint16Array {
    const labels = this.#renames.labels(renaming);
    return Uint16Array.from({ length: this.#conditions.count }, (_, condition) => {
      const label = this.#labelOf[condition] as number;
      if (label >= 0) {
        const position = (this.#ofLabel.get(label) as number[]).indexOf(condition);
        const renamed = this.#ofLabel.get(labels[label] as number)?.[position];
        if (renamed !== undefined) return renamed;
      }
      // Of all of them together, or of none.
      const all = this.#conditions.labels[condition] ?? new Set<number>();
      if ([...all].every((one) => all.has(labels[one] as number))) return condition;
      throw new Error("Of elements that can be exchanged some are fair, and others are not.");
    });
  }

  #number(all: Uint16Array): number {
    const key = all.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const kept = this.#budget.list(Uint16Array, all.length);
    kept.set(all);
    const number = this.#all.push(kept) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

function inverted(all: Uint16Array): Uint16Array {
  const inverse = new Uint16Array(all.length);
  for (const [from, to] of all.entries()) inverse[to] = from;
  return inverse;
}

/**
 * Of a graph of orbits. From state to state of a component each condition is followed by its name: as a thread. Where
 * two ways lead to a state under two names, whoever goes round often enough comes by both, so both are one thread;
 * README.md says why a behaviour is fair if each thread is.
 *
 * Along a tree of ways from one state, the root, each condition has one name there for the one that it has in a state.
 * Each step beside the tree says which names at the root are one thread. Linear, times the conditions that are open.
 */
export class ThreadedSurvey implements ComponentSurvey {
  readonly hopeless: Uint32Array;
  readonly missed: Uint32Array;
  readonly #graph: Graph;
  readonly #conditions: Conditions;
  readonly #names: ConditionNames;
  readonly #renames: Renames;
  readonly #open: Uint32Array;
  readonly #met: Uint32Array;
  /** Of each state of the component: what becomes of the conditions on the way there from the root. */
  readonly #way: Uint32Array;
  /** The number of the survey in which that was found. */
  readonly #foundIn: Uint32Array;
  readonly #queue: Uint32Array;
  #surveys = 0;
  /** By names at the root: in how many states it is open, and whether a step meets it. */
  readonly #openIn: Float64Array;
  readonly #isMet: Uint8Array;
  /** Of each name the one before it in its thread; the first has itself. */
  readonly #thread: Uint16Array;

  constructor(graph: Graph, renames: Renames, conditions: Conditions) {
    const { count, words } = conditions;
    const { states, budget } = graph;
    this.#graph = graph;
    this.#conditions = conditions;
    this.#renames = renames;
    this.#names = new ConditionNames(renames, conditions, budget);
    this.hopeless = new Uint32Array(words);
    this.missed = new Uint32Array(words);
    this.#open = new Uint32Array(words);
    this.#met = new Uint32Array(words);
    this.#way = budget.list(Uint32Array, states);
    this.#foundIn = budget.list(Uint32Array, states);
    this.#queue = budget.list(Uint32Array, states);
    this.#openIn = new Float64Array(count);
    this.#isMet = new Uint8Array(count);
    this.#thread = new Uint16Array(count);
  }

  of(members: Uint32Array, from: number, to: number, isInside: (state: number) => boolean): void {
    this.#openIn.fill(0);
    this.#isMet.fill(0);
    this.#thread.forEach((_, name, all) => {
      all[name] = name;
    });
    this.#follow(members[from] as number, isInside);
    this.#judge(to - from);
  }

  isMissedIn(state: number, open: Uint32Array): boolean {
    const atRoot = this.#namesAtRoot(state);
    let isMissed = false;
    visitConditions(open, (condition) => {
      isMissed ||= includes(this.missed, atRoot[condition] as number);
    });
    return isMissed;
  }

  /** The names at the root of the conditions in a state of the component. */
  #namesAtRoot(state: number): Uint16Array {
    return this.#names.at(this.#names.inverse(this.#way[state] as number));
  }

  #follow(root: number, isInside: (state: number) => boolean): void {
    const { first, target, label, budget } = this.#graph;
    const { words, metBy, open } = this.#conditions;
    const [way, foundIn, queue, names] = [this.#way, this.#foundIn, this.#queue, this.#names];
    const number = ++this.#surveys;
    const rounds = new Set<number>([0]);
    let found = 0;
    const find = (state: number, by: number): void => {
      foundIn[state] = number;
      way[state] = by;
      queue[found++] = state;
    };
    find(root, 0);
    for (let position = 0; position < found; position++) {
      const state = queue[position] as number;
      const atRoot = this.#namesAtRoot(state);
      open(state, this.#open);
      visitConditions(this.#open, (condition) => {
        (this.#openIn[atRoot[condition] as number] as number)++;
      });
      const end = first[state + 1] as number;
      budget.spend(words * (1 + end - (first[state] as number)));
      for (let step = first[state] as number; step < end; step++) {
        const reached = target[step] as number;
        if (reached === state || !isInside(reached)) continue;
        const by = (label[step] as number) * words;
        this.#met.set(metBy.subarray(by, by + words));
        visitConditions(this.#met, (condition) => {
          this.#isMet[atRoot[condition] as number] = 1;
        });
        const there = names.composed(
          way[state] as number,
          names.by(this.#renames.by[step] as number),
        );
        if (foundIn[reached] !== number) {
          find(reached, there);
          continue;
        }
        if (way[reached] === there) continue;
        const round = names.composed(there, names.inverse(way[reached] as number));
        if (rounds.has(round)) continue;
        rounds.add(round);
        for (const [name, other] of names.at(round).entries()) this.#join(name, other);
      }
    }
  }

  #firstOf(name: number): number {
    const thread = this.#thread;
    let first = name;
    while (thread[first] !== first) {
      thread[first] = thread[thread[first] as number] as number;
      first = thread[first] as number;
    }
    return first;
  }

  #join(name: number, other: number): void {
    this.#thread[this.#firstOf(name)] = this.#firstOf(other);
  }

  #judge(states: number): void {
    const { count, weak, strong } = this.#conditions;
    const openIn = new Float64Array(count);
    const length = new Uint32Array(count);
    const isMet = new Uint8Array(count);
    const first = Uint16Array.from({ length: count }, (_, name) => this.#firstOf(name));
    for (let name = 0; name < count; name++) {
      const its = first[name] as number;
      (openIn[its] as number) += this.#openIn[name] as number;
      (length[its] as number)++;
      (isMet[its] as number) |= this.#isMet[name] as number;
    }
    setWhere(this.hopeless, count, (name) => {
      const its = first[name] as number;
      const isOpenEverywhere = openIn[its] === states * (length[its] as number);
      return includes(weak, name) && isOpenEverywhere && isMet[its] === 0;
    });
    setWhere(this.missed, count, (name) => {
      const its = first[name] as number;
      return includes(strong, name) && (openIn[its] as number) > 0 && isMet[its] === 0;
    });
  }
}
