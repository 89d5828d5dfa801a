import { Bits } from "./bits.ts";
import { type ComponentSurvey, PlainSurvey } from "./component-survey.ts";
import { visitComponents } from "./components.ts";
import { type Conditions, include, includes } from "./conditions.ts";
import type { Graph } from "./graph.ts";
import type { Question } from "./question.ts";
import { ThreadedSurvey } from "./threads.ts";

export interface FairComponents {
  /** For each state the number, from 1, of the greatest fair loop through it; 0 if there is none. */
  readonly component: Uint32Array;
  readonly isEmpty: boolean;
  /** The conditions on account of which states are on no fair loop; they alone would do. */
  readonly used: Uint32Array;
}

/**
 * The states that lie on a fair loop within some states (undefined: all). A component of the graph that
 * does not meet a strong condition is looked at once more without the states where it is open, so this
 * takes one pass, and at most one more for each strong condition.
 */
export function fairComponents(
  graph: Graph,
  within: Bits | undefined,
  conditions: Conditions,
  { untilFirst = false } = {},
): FairComponents {
  const { states, budget } = graph;
  const { words } = conditions;
  const component = budget.list(Uint32Array, states);
  const used = new Uint32Array(words);
  const open = new Uint32Array(words);
  const survey: ComponentSurvey =
    graph.renames === undefined
      ? new PlainSurvey(graph, conditions)
      : new ThreadedSurvey(graph, graph.renames, conditions);
  const { hopeless, missed } = survey;
  let isEmpty = true;
  let last = 0;
  let rest: Bits | undefined;

  const isFairAlone = (state: number): boolean => {
    if (!conditions.canStutter(state)) return false;
    conditions.open(state, open);
    return !noteOne(open);
  };

  /** Notes one of these conditions, if there is one, as used; one that is already, if possible. */
  function noteOne(set: Uint32Array): boolean {
    if (set.every((word) => word === 0)) return false;
    if (set.some((word, position) => (word & (used[position] as number)) !== 0)) return true;
    for (let condition = 0; condition < conditions.count; condition++) {
      if (!includes(set, condition)) continue;
      include(used, condition);
      break;
    }
    return true;
  }

  function judge(members: Uint32Array, from: number, to: number): boolean {
    if (to - from === 1) {
      const state = members[from] as number;
      if (!isFairAlone(state)) return true;
      component[state] = ++last;
      isEmpty = false;
      return !untilFirst;
    }
    last++;
    for (let position = from; position < to; position++) {
      component[members[position] as number] = last;
    }
    survey.of(members, from, to, (state) => component[state] === last);
    const isHopeless = noteOne(hopeless);
    if (!isHopeless && missed.every((word) => word === 0)) {
      isEmpty = false;
      return !untilFirst;
    }
    for (let position = from; position < to; position++) {
      component[members[position] as number] = 0;
    }
    if (!isHopeless) keepRest(members, from, to);
    return true;
  }

  /** The states in which nothing that was missed is open are looked at again. */
  function keepRest(members: Uint32Array, from: number, to: number): void {
    rest ??= new Bits(states);
    for (let word = 0; word < words; word++) (used[word] as number) |= missed[word] as number;
    for (let position = from; position < to; position++) {
      const state = members[position] as number;
      conditions.open(state, open);
      if (!survey.isMissedIn(state, open)) rest.add(state);
    }
  }

  visitComponents(graph, within, judge);
  while (rest !== undefined && (isEmpty || !untilFirst)) {
    const again: Bits = rest;
    rest = undefined;
    visitComponents(graph, again, judge);
  }
  return { component, isEmpty, used };
}

/**
 * Where the loop may be: the states that are reached from one of `from` without leaving `stay`. Undefined
 * if that is all of them.
 */
export function regionOf({ graph, from, stay }: Question): Bits | undefined {
  if (from === undefined) return stay;
  return graph.budget.scope(() => reached(graph, from, stay));
}

function reached(
  { states, first, target, budget }: Graph,
  from: Bits,
  stay: Bits | undefined,
): Bits {
  const region = new Bits(states);
  const todo = budget.list(Uint32Array, states);
  let count = 0;

  function add(state: number): void {
    if (region.has(state) || stay?.has(state) === false) return;
    region.add(state);
    todo[count++] = state;
  }

  for (let state = 0; state < states; state++) if (from.has(state)) add(state);
  while (count > 0) {
    const state = todo[--count] as number;
    const end = first[state + 1] as number;
    budget.spend(1 + end - (first[state] as number));
    for (let step = first[state] as number; step < end; step++) add(target[step] as number);
  }
  return region;
}
