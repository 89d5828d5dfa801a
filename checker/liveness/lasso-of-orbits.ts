import { type Approach, approachTo, type Place } from "./approach.ts";
import { type Conditions, conditionsOf, includes } from "./conditions.ts";
import { fairComponents, regionOf } from "./fair-components.ts";
import type { Lasso, Reason } from "./fair-lasso.ts";
import { type Graph, type Renames, statesAlong } from "./graph.ts";
import type { Question } from "./question.ts";
import { ConditionNames } from "./threads.ts";

/**
 * A fair behaviour of a graph of orbits that answers the question, as a lasso, by the names that elements have in its first state: to the nearest fair component,
 * in it from each condition on to the nearest that is left, and round so often that the model is where it was. It is known
 * to be shortest if it stays in the nearest state of all.
 */
export function lassoOfOrbits(question: Question, renames: Renames): Lasso | undefined {
  const { graph, fairness, from, stay, again = [] } = question;
  const conditions = conditionsOf(question);
  const { component, isEmpty } = fairComponents(graph, regionOf(question), conditions);
  if (isEmpty) return undefined;

  const approach = approachTo(graph, from, stay);
  const { position, isFirst } = nearestOf(approach, {
    isFair: ({ state }) => (component[state] as number) > 0,
    mayLoop: ({ stays }) => stays || from === undefined,
    mayStay: ({ state }) => conditions.mayStutter(state),
  });
  const { start, steps: stem } = approach.stem(position);
  const root = statesAlong(graph, start, stem).at(-1) as number;
  const names = new ConditionNames(renames, conditions, graph.budget);
  const loop: number[] = [];
  if (!conditions.mayStutter(root)) {
    const round = new Round(graph, renames, conditions, names, component, root).steps();
    do loop.push(...round);
    while (!renames.closes(root, loop));
  }

  // By the names in the first state.
  const there = stem.reduce(
    (by, step) => names.composed(by, names.by(renames.by[step] as number)),
    0,
  );
  const reasons = reasonsAlong(graph, renames, conditions, names, { root, there, loop });
  return {
    start,
    stem,
    loop,
    reasons: fairness.map((_, obligation) => reasons(again.length + obligation)),
    isShortest: loop.length === 0 && isFirst,
  };
}

/**
 * The nearest place in which a lasso may end; of several one in which it may stay. And whether no fair loop comes
 * before it, on the way to where it may begin.
 */
function nearestOf(
  approach: Approach,
  { isFair, mayLoop, mayStay }: Record<"isFair" | "mayLoop" | "mayStay", (place: Place) => boolean>,
): { readonly position: number; readonly isFirst: boolean } {
  let depthOfFirst = Infinity;
  let nearest: { readonly position: number; readonly depth: number } | undefined;
  for (let position = 0; ; position++) {
    const place = approach.place(position);
    if (place === undefined || place.depth > (nearest?.depth ?? Infinity)) break;
    if (!isFair(place)) continue;
    depthOfFirst = Math.min(depthOfFirst, place.depth);
    if (!mayLoop(place)) continue;
    nearest ??= { position, depth: place.depth };
    if (mayStay(place)) return { position, isFirst: depthOfFirst === place.depth };
  }
  if (nearest === undefined) throw new Error("The graph has states that cannot be reached.");
  return { position: nearest.position, isFirst: false };
}

/** One round in a component that meets each condition by whatever name it has at the root. */
class Round {
  readonly #graph: Graph;
  readonly #renames: Renames;
  readonly #conditions: Conditions;
  readonly #names: ConditionNames;
  readonly #component: Uint32Array;
  readonly #root: number;
  readonly #open: Uint32Array;
  /** By names at the root. */
  readonly #wasOpen: Uint8Array;
  readonly #wasClosed: Uint8Array;
  readonly #isMet: Uint8Array;
  readonly #steps: number[] = [];
  #state: number;
  #way = 0;

  constructor(
    graph: Graph,
    renames: Renames,
    conditions: Conditions,
    names: ConditionNames,
    component: Uint32Array,
    root: number,
  ) {
    this.#graph = graph;
    this.#renames = renames;
    this.#conditions = conditions;
    this.#names = names;
    this.#component = component;
    this.#root = root;
    this.#state = root;
    this.#open = new Uint32Array(conditions.words);
    this.#wasOpen = new Uint8Array(conditions.count);
    this.#wasClosed = new Uint8Array(conditions.count);
    this.#isMet = new Uint8Array(conditions.count);
  }

  steps(): readonly number[] {
    this.#pass();
    for (;;) {
      for (let left = this.#left(); left >= 0; left = this.#left()) {
        this.#go(this.#wayToMeet(left));
      }
      if (this.#state === this.#root && this.#steps.length > 0) return this.#steps;
      this.#go(this.#wayBack());
    }
  }

  /** A condition that the steps so far do not meet; -1 if there is none. */
  #left(): number {
    const { count, weak, strong } = this.#conditions;
    for (let name = 0; name < count; name++) {
      if (this.#isMet[name] === 1) continue;
      if (includes(weak, name) && this.#wasClosed[name] === 0) return name;
      if (includes(strong, name) && this.#wasOpen[name] === 1) return name;
    }
    return -1;
  }

  /** Notes what is open in the state. */
  #pass(): void {
    this.#conditions.open(this.#state, this.#open);
    for (const [name, here] of this.#names.at(this.#way).entries()) {
      (includes(this.#open, here) ? this.#wasOpen : this.#wasClosed)[name] = 1;
    }
  }

  #go(steps: readonly number[]): void {
    const { target } = this.#graph;
    for (const step of steps) {
      for (const [name, here] of this.#names.at(this.#way).entries()) {
        if (this.#meets(step, here)) this.#isMet[name] = 1;
      }
      this.#steps.push(step);
      this.#way = this.#names.composed(this.#way, this.#names.by(this.#renames.by[step] as number));
      this.#state = target[step] as number;
      this.#pass();
    }
  }

  #meets(step: number, condition: number): boolean {
    const { metBy, words } = this.#conditions;
    const by = (this.#graph.label[step] as number) * words;
    return includes(metBy.subarray(by, by + words), condition);
  }

  /** The steps to one that meets a condition or, if it is weak, to a state in which it is not open. */
  #wayToMeet(name: number): readonly number[] {
    const isWeak = includes(this.#conditions.weak, name);
    const here = this.#names.at(this.#way)[name] as number;
    return this.#shortest(here, (step, condition, reached, next) => {
      if (this.#meets(step, condition)) return true;
      if (!isWeak) return false;
      this.#conditions.open(reached, this.#open);
      return !includes(this.#open, next);
    });
  }

  #wayBack(): readonly number[] {
    return this.#shortest(undefined, (_step, _condition, reached) => reached === this.#root);
  }

  /** The shortest way to a step that will do, along which one condition is followed by its names, or none. */
  #shortest(
    condition: number | undefined,
    isReached: (step: number, condition: number, reached: number, next: number) => boolean,
  ): readonly number[] {
    const { first, target, budget } = this.#graph;
    const { count } = this.#conditions;
    const own = this.#component[this.#root];
    const queue = [{ state: this.#state, condition: condition ?? 0, before: -1, step: -1 }];
    const known = new Set<number>([this.#state * count + (condition ?? 0)]);
    const wayTo = (place: number): number[] => {
      const steps: number[] = [];
      for (let at = place; at > 0; ) {
        const { before, step } = queue[at] as (typeof queue)[number];
        steps.push(step);
        at = before;
      }
      return steps.reverse();
    };
    for (let place = 0; place < queue.length; place++) {
      const { state, condition: its } = queue[place] as (typeof queue)[number];
      const end = first[state + 1] as number;
      budget.spend(1 + end - (first[state] as number));
      for (let step = first[state] as number; step < end; step++) {
        const reached = target[step] as number;
        if (reached === state || this.#component[reached] !== own) continue;
        const becomes = this.#names.at(this.#names.by(this.#renames.by[step] as number));
        const next = condition === undefined ? 0 : (becomes[its] as number);
        if (isReached(step, its, reached, next)) return [...wayTo(place), step];
        const key = reached * count + next;
        if (known.has(key)) continue;
        known.add(key);
        queue.push({ state: reached, condition: next, before: place, step });
      }
    }
    throw new Error("A loop of orbits that was found fair does not meet all conditions.");
  }
}

/** Why conditions, by their names in the first state, are met on a loop; they have others where it begins. */
function reasonsAlong(
  { target, label }: Graph,
  renames: Renames,
  { open, metBy, words }: Conditions,
  names: ConditionNames,
  { root, there, loop }: { root: number; there: number; loop: readonly number[] },
): (condition: number) => Reason {
  const ways = [there];
  const around = [root];
  for (const step of loop) {
    ways.push(names.composed(ways.at(-1) as number, names.by(renames.by[step] as number)));
    around.push(target[step] as number);
  }
  const openIn = around.map((state) => {
    const set = new Uint32Array(words);
    open(state, set);
    return set;
  });
  return (condition) => {
    const at = (place: number): number => names.at(ways[place] as number)[condition] as number;
    const step = loop.findIndex((taken, place) => {
      const by = (label[taken] as number) * words;
      return includes(metBy.subarray(by, by + words), at(place));
    });
    if (step >= 0) return { kind: "taken", step };
    const state = openIn.findIndex((set, place) => !includes(set, at(place)));
    const isEverOpen = openIn.some((set, place) => includes(set, at(place)));
    return isEverOpen ? { kind: "not possible", state } : { kind: "never possible" };
  };
}
