import { describe, expect, test } from "vitest";
import { Bits } from "./bits.ts";
import { unlimited } from "./budget.ts";
import { type BoundQuestion, exceeds, type WaitPath, worstCase } from "./bound.ts";
import { type Graph, statesAlong } from "./graph.ts";
import { type Dice, diceFrom, graphOf, randomGraph, type Step } from "../../toys/graphs.ts";
import { few } from "../../toys/share.ts";

const names = ["ticks", "moves", "sleeps"];

/** A graph by its steps, such as "0 ticks 1"; those that tick are counted. */
function asked(
  steps: readonly string[],
  { initial = [0], from, to }: Record<"from" | "to", readonly number[]> & { initial?: number[] },
): BoundQuestion {
  const parsed = steps.map((step): Step => {
    const [source, name, target] = step.split(" ");
    return { from: Number(source), to: Number(target), label: names.indexOf(name as string) };
  });
  const states = 1 + Math.max(...parsed.flatMap((step) => [step.from, step.to]));
  const graph = graphOf(states, initial, parsed);
  return {
    graph,
    from: Bits.where(states, (state) => from.includes(state)),
    to: Bits.where(states, (state) => to.includes(state)),
    counts: (step) => graph.label[step] === names.indexOf("ticks"),
  };
}

const withoutSleep = (question: BoundQuestion): BoundQuestion => ({
  ...question,
  isExcluded: (label) => label === names.indexOf("sleeps"),
});

/** The states that a path comes through: those to the wait, and those of the wait. */
function through({ graph }: BoundQuestion, { start, stem, steps }: WaitPath): readonly number[][] {
  const before = statesAlong(graph, start, stem);
  return [[...before], [...statesAlong(graph, before.at(-1) as number, steps)]];
}

function bounded(question: BoundQuestion) {
  const answer = worstCase(question);
  if (answer.kind !== "bounded") return answer.kind;
  const [stem, wait] = through(question, answer.path);
  return { most: answer.most, stem, wait };
}

function unbounded(question: BoundQuestion) {
  const answer = worstCase(question);
  if (answer.kind !== "unbounded") return answer.kind;
  const [stem, wait] = through(question, answer.path);
  return { stem, wait, loop: statesAlong(question.graph, wait?.at(-1) as number, answer.loop) };
}

function tooMany(question: BoundQuestion, atMost: number) {
  const path = exceeds(question, atMost);
  return path && through(question, path);
}

describe("the most steps that are counted while somebody waits", () => {
  test("never: nobody waits", () => {
    const question = asked(["0 ticks 1", "1 ticks 0"], { from: [], to: [1] });
    expect(worstCase(question)).toEqual({ kind: "never" });
    expect(exceeds(question, 0)).toBeUndefined();
  });

  test("immediate: whoever asks is answered, in every state", () => {
    const question = asked(["0 ticks 1", "1 ticks 0"], { from: [1], to: [0, 1] });
    expect(worstCase(question)).toEqual({ kind: "immediate" });
    expect(exceeds(question, 0)).toBeUndefined();
  });

  test("a state that is answered at once does not hide one that is not", () => {
    const question = asked(["0 ticks 1", "1 ticks 2"], { from: [0, 1], to: [0, 2] });
    expect(bounded(question)).toEqual({ most: 1, stem: [0, 1], wait: [1, 2] });
  });

  test("bounded: the step that ends the wait counts, those before and after it do not", () => {
    const steps = ["0 ticks 1", "1 moves 2", "2 ticks 3", "3 ticks 4", "4 ticks 0"];
    const question = asked(steps, { from: [1], to: [3] });
    expect(bounded(question)).toEqual({ most: 1, stem: [0, 1], wait: [1, 2, 3] });
    expect(tooMany(question, 0)).toEqual([
      [0, 1],
      [1, 2, 3],
    ]);
    expect(exceeds(question, 1)).toBeUndefined();
  });

  test("bounded: the wait need not end", () => {
    const question = asked(["0 ticks 1", "1 ticks 2", "0 ticks 3"], { from: [0], to: [3] });
    expect(bounded(question)).toEqual({ most: 2, stem: [0], wait: [0, 1, 2] });
  });

  test("bounded by 0, although the wait goes on for ever", () => {
    const question = asked(["0 moves 1", "1 moves 0", "1 moves 2"], { from: [1], to: [2] });
    expect(bounded(question)).toEqual({ most: 0, stem: [0, 1], wait: [1] });
    expect(exceeds(question, 0)).toBeUndefined();
  });

  test("bounded: the most is found behind a loop on which nothing is counted", () => {
    const steps = ["0 moves 1", "1 moves 2", "2 moves 0", "2 ticks 3", "3 ticks 4", "1 ticks 4"];
    const question = asked(steps, { from: [1], to: [4] });
    expect(bounded(question)).toEqual({ most: 2, stem: [0, 1], wait: [1, 2, 3, 4] });
    expect(tooMany(question, 0)).toEqual([
      [0, 1],
      [1, 4],
    ]);
  });

  test("bounded: only the way round a loop comes to where more is counted", () => {
    const steps = ["0 moves 1", "1 moves 2", "2 moves 0", "0 ticks 3", "3 ticks 4"];
    expect(bounded(asked(steps, { from: [1], to: [4] }))).toEqual({
      most: 2,
      stem: [0, 1],
      wait: [1, 2, 0, 3, 4],
    });
  });

  test("a second request during the wait does not start the count again", () => {
    const question = asked(["0 ticks 1", "1 ticks 2"], { from: [0, 1], to: [2] });
    expect(bounded(question)).toEqual({ most: 2, stem: [0], wait: [0, 1, 2] });
  });

  test("of several initial states, a path begins in the one nearest to the worst wait", () => {
    const steps = ["0 moves 1", "1 moves 2", "2 ticks 3", "3 ticks 4", "5 moves 2", "6 ticks 4"];
    const question = asked(steps, { initial: [6, 0, 5], from: [2, 6], to: [4] });
    expect(bounded(question)).toEqual({ most: 2, stem: [5, 2], wait: [2, 3, 4] });
    expect(tooMany(question, 0)).toEqual([[6], [6, 4]]);
  });

  test("of equally near waits, the shorter one is shown", () => {
    const steps = ["0 moves 2", "1 moves 3", "2 moves 4", "4 ticks 5", "3 ticks 5"];
    const question = asked(steps, { initial: [0, 1], from: [2, 3], to: [5] });
    expect(bounded(question)).toEqual({ most: 1, stem: [1, 3], wait: [3, 5] });
  });

  test("a step that changes nothing is not counted, and no loop", () => {
    const question = asked(["0 ticks 0", "0 ticks 1", "1 ticks 1"], { from: [0], to: [1] });
    expect(bounded(question)).toEqual({ most: 1, stem: [0], wait: [0, 1] });
  });

  test("a counted loop beyond the answer, or before the request, is none of the wait", () => {
    const steps = ["0 ticks 1", "1 ticks 0", "1 moves 2", "2 ticks 3", "3 ticks 4", "4 ticks 3"];
    const question = asked(steps, { from: [2], to: [3] });
    expect(bounded(question)).toEqual({ most: 1, stem: [0, 1, 2], wait: [2, 3] });
  });

  test("unbounded: a loop with a counted step, shown from where the wait comes to it", () => {
    const steps = ["0 moves 1", "1 moves 2", "2 moves 3", "3 ticks 4", "4 moves 2", "3 moves 5"];
    const question = asked([...steps, "5 moves 2"], { from: [1], to: [6] });
    expect(unbounded(question)).toEqual({ stem: [0, 1], wait: [1, 2], loop: [2, 3, 4, 2] });
    expect(tooMany(question, 1)).toEqual([
      [0, 1],
      [1, 2, 3, 4, 2, 3, 4],
    ]);
  });

  test("unbounded: a loop may pass through a state twice, to be counted and to come back", () => {
    const steps = ["0 moves 1", "1 moves 0", "1 moves 2", "2 ticks 1"];
    expect(unbounded(asked(steps, { from: [0], to: [3] }))).toEqual({
      stem: [0],
      wait: [0],
      loop: [0, 1, 2, 1, 0],
    });
  });

  test("unbounded only if the loop stays outside `to`", () => {
    const steps = ["0 ticks 1", "1 ticks 2", "2 ticks 0"];
    expect(bounded(asked(steps, { from: [0], to: [2] }))).toMatchObject({ most: 2 });
    expect(unbounded(asked(steps, { from: [0], to: [] }))).toMatchObject({ loop: [0, 1, 2, 0] });
  });

  test("an excluded step is taken before the wait, but not in it", () => {
    const steps = ["0 sleeps 1", "1 ticks 2", "2 sleeps 1", "2 moves 3"];
    const question = asked(steps, { from: [1], to: [3] });
    expect(unbounded(question)).toMatchObject({ loop: [1, 2, 1] });
    expect(bounded(withoutSleep(question))).toEqual({ most: 1, stem: [0, 1], wait: [1, 2] });
    expect(exceeds(withoutSleep(question), 1)).toBeUndefined();
    expect(tooMany(withoutSleep(question), 0)).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test("steps that make a predicate true are counted by their states", () => {
    const [on, off] = [new Set([1, 2, 5]), [0, 3, 4]];
    const steps = ["0 moves 1", "1 moves 2", "2 moves 3", "3 moves 4", "4 moves 5", "5 moves 6"];
    const question = asked(steps, { from: off, to: [6] });
    const becomesTrue: BoundQuestion = {
      ...question,
      counts: (step, source) => !on.has(source) && on.has(question.graph.target[step] as number),
    };
    expect(bounded(becomesTrue)).toEqual({ most: 2, stem: [0], wait: [0, 1, 2, 3, 4, 5] });
  });

  test("a bound is a whole number: nothing holds of another one", () => {
    const question = asked(["0 ticks 1"], { from: [0], to: [] });
    for (const atMost of [Number.NaN, -1, 0.5, Infinity]) {
      expect(() => exceeds(question, atMost)).toThrow("is not a number of steps");
    }
  });

  test("a state that cannot be reached is an error, not an answer", () => {
    const question = asked(["0 moves 1", "2 ticks 1"], { from: [2], to: [1] });
    expect(() => worstCase(question)).toThrow("cannot be reached");
    expect(() => exceeds(question, 0)).toThrow("cannot be reached");
  });
});

/** The steps, by position, that a wait may take in a state. */
function stepsOfWait({ graph, to, isExcluded }: BoundQuestion, state: number): readonly number[] {
  if (to.has(state)) return [];
  const { first, target, label } = graph;
  const [begin, end] = [first[state] as number, first[state + 1] as number];
  return Array.from({ length: end - begin }, (_, offset) => begin + offset).filter(
    (step) => target[step] !== state && isExcluded?.(label[step] as number) !== true,
  );
}

/**
 * By count and state: the fewest steps from a state to that one with so many of them counted. Counts go as far
 * as one more than there are states, which stands for all from there on: it takes a loop to come to it.
 */
function shortestWaits(question: BoundQuestion, from: number): readonly (readonly number[])[] {
  const { states, target } = question.graph;
  const shortest = Array.from({ length: states + 2 }, () => Array<number>(states).fill(Infinity));
  let level: (readonly [state: number, count: number])[] = [[from, 0]];
  for (let length = 0; level.length > 0; length++) {
    const next: typeof level = [];
    for (const [state, count] of level) {
      const row = shortest[count] as number[];
      if ((row[state] as number) < Infinity) continue;
      row[state] = length;
      for (const step of stepsOfWait(question, state)) {
        const counted = count + (question.counts(step, state) ? 1 : 0);
        next.push([target[step] as number, Math.min(counted, states + 1)]);
      }
    }
    level = next;
  }
  return shortest;
}

function depthsOf({ initial, states, first, target }: Graph): readonly number[] {
  const depths = Array<number>(states).fill(Infinity);
  for (const state of initial) depths[state] = 0;
  for (let round = 0; round < states; round++) {
    for (let state = 0; state < states; state++) {
      for (const reached of target.subarray(first[state], first[state + 1])) {
        depths[reached] = Math.min(depths[reached] as number, (depths[state] as number) + 1);
      }
    }
  }
  return depths;
}

/** The answer and the lengths of its parts, from all numbers of counted steps in all waits. */
function naive(question: BoundQuestion) {
  const { graph, from, to } = question;
  const all = Array.from({ length: graph.states }, (_, state) => shortestWaits(question, state));
  const depths = depthsOf(graph);
  const waits = all.flatMap((shortest, state) => {
    if (!from.has(state) || to.has(state)) return [];
    const lengths = shortest.map((row) => Math.min(...row));
    const most = lengths.findLastIndex((length) => length < Infinity);
    return [{ depth: depths[state] as number, shortest, lengths, most }];
  });
  /** The shortest loop with a counted step. */
  const loops = all.map((shortest, state) =>
    Math.min(...shortest.slice(1).map((row) => row[state] as number)),
  );

  /** The length of a shortest path with so many counted steps; Infinity if there is none. */
  const lengthTo = (count: number): number =>
    Math.min(...waits.map(({ depth, lengths }) => depth + (lengths[count] as number)));
  function worst() {
    if (waits.length === 0)
      return { kind: all.some((_, state) => from.has(state)) ? "immediate" : "never" };
    const most = Math.max(...waits.map((wait) => wait.most));
    const stem = Math.min(...waits.filter((wait) => wait.most === most).map(({ depth }) => depth));
    const near = waits.filter((wait) => wait.most === most && wait.depth === stem);
    if (most <= graph.states) {
      const steps = Math.min(...near.map(({ lengths }) => lengths[most] as number));
      return { kind: "bounded", most, stem, steps };
    }
    const toLoops = near.flatMap(({ shortest }) =>
      shortest.map((row) => Math.min(...row.filter((_, at) => (loops[at] as number) < Infinity))),
    );
    return { kind: "unbounded", stem, steps: Math.min(...toLoops) };
  }
  return { loops, lengthTo, worst: worst() };
}

/** The steps that are counted on a path, which must be one by definition. */
function countedOn(question: BoundQuestion, path: WaitPath, loop: readonly number[] = []): number {
  const { graph, from, to, counts } = question;
  expect(graph.initial).toContain(path.start);
  let state = path.start;
  for (const step of path.stem) {
    expect(step).toBeGreaterThanOrEqual(graph.first[state] as number);
    expect(step).toBeLessThan(graph.first[state + 1] as number);
    state = graph.target[step] as number;
  }
  expect([from.has(state), to.has(state)]).toEqual([true, false]);
  let counted = 0;
  for (const step of [...path.steps, ...loop]) {
    expect(stepsOfWait(question, state)).toContain(step);
    if (counts(step, state)) counted++;
    state = graph.target[step] as number;
  }
  return counted;
}

/** What a random wait is asked about; in half of the questions every loop is within one of some layers. */
function randomQuestion(dice: Dice): BoundQuestion {
  const isLayered = dice(2) === 0;
  const graph = isLayered ? layeredGraph(dice, 1 + dice(12)) : randomGraph(dice, 1 + dice(8));
  const some = (share: number): Bits => Bits.where(graph.states, () => dice(10) < share);
  const holds = some(5);
  const kinds: readonly BoundQuestion["counts"][] = [
    (step) => graph.label[step] === 0,
    (step, source) => !holds.has(source) && holds.has(graph.target[step] as number),
    (step, source) => layerOf(source) < layerOf(graph.target[step] as number),
  ];
  return {
    graph,
    from: some(2 + dice(6)),
    to: some(dice(4)),
    counts: kinds[isLayered ? 2 : dice(2)] as BoundQuestion["counts"],
    ...(dice(2) === 0 ? { isExcluded: (label: number) => label === 1 } : {}),
  };
}

const layerOf = (state: number): number => Math.floor(state / 3);

/** Steps lead to the same layer or a later one. */
function layeredGraph(dice: Dice, states: number): Graph {
  const someStep = (from: number, to: number): Step => ({ from, to, label: dice(3) });
  const tree = Array.from({ length: states - 1 }, (_, state) =>
    someStep(dice(state + 1), state + 1),
  );
  const others = Array.from({ length: dice(2 * states) }, () =>
    someStep(dice(states), dice(states)),
  );
  return graphOf(states, dice(2) === 0 ? [0] : [dice(states), 0], [
    ...tree,
    ...others.filter(({ from, to }) => layerOf(from) <= layerOf(to)),
  ]);
}

const lengthsOf = ({ stem, steps }: WaitPath) => ({ stem: stem.length, steps: steps.length });

test("agrees with what follows from the definition, on random graphs", () => {
  const count = few(2_000, 20_000);
  const seen = { never: 0, immediate: 0, bounded: 0, unbounded: 0, several: 0, exceeded: 0 };
  for (let seed = 0; seed < count; seed++) {
    const question = randomQuestion(diceFrom(seed));
    const { loops, lengthTo, worst } = naive(question);
    const answer = worstCase(question);
    const { kind } = answer;
    seen[kind]++;
    if (kind === "never" || kind === "immediate")
      expect({ seed, kind }).toEqual({ seed, ...worst });
    if (kind === "bounded") {
      const { most, path } = answer;
      expect({ seed, kind, most, ...lengthsOf(path) }).toEqual({ seed, ...worst });
      expect(countedOn(question, path)).toBe(most);
      if (most > 1) seen.several++;
    }
    if (kind === "unbounded") {
      const { path, loop } = answer;
      expect({ seed, kind, ...lengthsOf(path) }).toEqual({ seed, ...worst });
      expect(countedOn(question, path, loop)).toBeGreaterThan(countedOn(question, path));
      const entry = through(question, path)[1]?.at(-1) as number;
      expect(statesAlong(question.graph, entry, loop).at(-1)).toBe(entry);
      expect(loop).toHaveLength(loops[entry] as number);
    }
    for (let atMost = 0; atMost <= question.graph.states; atMost++) {
      const path = exceeds(question, atMost);
      const length = path === undefined ? Infinity : path.stem.length + path.steps.length;
      expect({ seed, atMost, length }).toEqual({ seed, atMost, length: lengthTo(atMost + 1) });
      if (path === undefined) break;
      seen.exceeded++;
      expect(countedOn(question, path)).toBe(atMost + 1);
    }
  }
  expect(seen.never).toBeGreaterThan(count / 20);
  expect(seen.immediate).toBeGreaterThan(count / 40);
  expect(seen.bounded).toBeGreaterThan(count / 4);
  expect(seen.several).toBeGreaterThan(count / 20);
  expect(seen.unbounded).toBeGreaterThan(count / 10);
  expect(seen.exceeded).toBeGreaterThan(count / 2);
});

/**
 * Rounds of ten places. From each place a step leads to each other place of its round, but from the last place to
 * the first of the next round: that step is counted. The last round is followed by the first.
 */
function rounds(count: number): Graph {
  const places = 10;
  const perState = 9;
  const states = count * places;
  const first = Uint32Array.from({ length: states + 1 }, (_, state) => state * perState);
  const target = new Uint32Array(states * perState);
  const label = new Uint16Array(states * perState).fill(names.indexOf("moves"));
  for (let state = 0; state < states; state++) {
    const place = state % places;
    for (let step = 0; step < perState; step++) {
      target[state * perState + step] = state - place + ((place + step + 1) % places);
    }
    if (place < places - 1) continue;
    target[state * perState] = (state + 1) % states;
    label[state * perState] = names.indexOf("ticks");
  }
  return { states, initial: [0], first, target, label, budget: unlimited };
}

const manyRounds = few(2_000, 20_000);
describe(`${manyRounds} rounds of 10 states and 90 steps`, () => {
  const count = manyRounds;
  const graph = rounds(count);
  const start = Bits.where(graph.states, (state) => state === 0);
  const end = Bits.where(graph.states, (state) => state === graph.states - 10);
  const counts = (step: number): boolean => graph.label[step] === names.indexOf("ticks");
  const question: BoundQuestion = { graph, from: start, to: end, counts };

  test("bounded", () => {
    const answer = worstCase(question);
    expect(answer).toMatchObject({ kind: "bounded", most: count - 1 });
    if (answer.kind !== "bounded") return;
    expect(answer.path.steps).toHaveLength(2 * (count - 1));
    expect(countedOn(question, answer.path)).toBe(count - 1);
    expect(exceeds(question, count - 1)).toBeUndefined();
    expect(exceeds(question, count - 2)?.steps).toEqual(answer.path.steps);
  });

  test("unbounded", () => {
    const around = { ...question, to: new Bits(graph.states) };
    const answer = worstCase(around);
    expect(answer).toMatchObject({ kind: "unbounded", path: { start: 0, stem: [], steps: [] } });
    if (answer.kind !== "unbounded") return;
    expect(answer.loop).toHaveLength(2 * count);
    expect(countedOn(around, answer.path, answer.loop)).toBe(count);
    expect(exceeds(around, count)?.steps).toHaveLength(2 * (count + 1));
  });
});
