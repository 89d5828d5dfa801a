import type { Question } from "./question.ts";

/**
 * What a loop has to meet. A condition is open in some states, and some steps meet it. A weak one is
 * met by a loop on which it is not open in some state, or with a step that meets it; a strong one by a
 * loop on which it is open nowhere, or with such a step. Stuttering meets what is not open.
 *
 * An obligation is open where one of its steps is possible. A set to be visited again and again is a
 * weak condition, open outside the set, that no step meets; acts are one that theirs meet.
 */
export interface Conditions {
  /** The sets, in their order, then the obligations, then the acts. */
  readonly count: number;
  /** A set of conditions is so many words of 32 bits. */
  readonly words: number;
  readonly weak: Uint32Array;
  readonly strong: Uint32Array;
  /** By which labels each is met; undefined of a set to be visited. */
  readonly labels: readonly (ReadonlySet<number> | undefined)[];
  /** What the steps with a label meet, from `label * words` on. */
  readonly metBy: Uint32Array;
  /** Writes the conditions that are open in a state. */
  readonly open: (state: number, into: Uint32Array) => void;
  /** Whether a behaviour that is looked for may stutter in a state, be it fair or not. */
  readonly canStutter: (state: number) => boolean;
  /** Whether it may, and that is fair. */
  readonly mayStutter: (state: number) => boolean;
}

const mostLabels = 2 ** 16;

/** What a loop has to meet to answer the question. */
export function conditionsOf(question: Question): Conditions {
  const { graph, fairness, again = [], acts, stutter, origin } = question;
  const { first, target, label, budget } = origin?.graph ?? graph;
  const ofActs = fairness.length + again.length;
  const count = ofActs + (acts === undefined ? 0 : 1);
  const words = Math.max(1, Math.ceil(count / 32));
  const weak = new Uint32Array(words);
  const strong = new Uint32Array(words);
  const metBy = budget.list(Uint32Array, words * mostLabels);
  again.forEach((_, condition) => include(weak, condition));
  fairness.forEach((obligation, position) => {
    const condition = again.length + position;
    include(obligation.kind === "weak" ? weak : strong, condition);
    for (const one of obligation.labels) include(metBy, one * words * 32 + condition);
  });

  if (acts !== undefined) {
    include(weak, ofActs);
    for (const one of acts.by) include(metBy, one * words * 32 + ofActs);
  }

  function open(state: number, into: Uint32Array): void {
    into.fill(0);
    const own = origin === undefined ? state : (origin.of[state] as number);
    const end = first[own + 1] as number;
    budget.spend(words * (1 + end - (first[own] as number)));
    for (let step = first[own] as number; step < end; step++) {
      if (target[step] === own) continue;
      const met = (label[step] as number) * words;
      for (let word = 0; word < words; word++) {
        (into[word] as number) |= metBy[met + word] as number;
      }
    }
    for (let condition = 0; condition < again.length; condition++) {
      if (again[condition]?.has(state) === false) include(into, condition);
    }
    if (acts?.at.has(state) === true) exclude(into, ofActs);
    else if (acts !== undefined) include(into, ofActs);
  }

  const canStutter = (state: number): boolean => stutter?.has(state) !== false;
  const scratch = new Uint32Array(words);
  function mayStutter(state: number): boolean {
    if (!canStutter(state)) return false;
    open(state, scratch);
    return scratch.every((word) => word === 0);
  }

  const labels = [
    ...again.map(() => undefined),
    ...fairness.map((its) => its.labels),
    ...(acts === undefined ? [] : [acts.by]),
  ];
  return { count, words, weak, strong, labels, metBy, open, canStutter, mayStutter };
}

/** Adds a condition to a set. */
export function include(set: Uint32Array, condition: number): void {
  (set[condition >>> 5] as number) |= 1 << (condition & 31);
}

/** Takes a condition out of a set. */
function exclude(set: Uint32Array, condition: number): void {
  (set[condition >>> 5] as number) &= ~(1 << (condition & 31));
}

/** Whether a condition is in a set. */
export const includes = (set: Uint32Array, condition: number): boolean =>
  (((set[condition >>> 5] as number) >>> (condition & 31)) & 1) === 1;
