import { describe, expect, test } from "vitest";
import { Bits } from "./bits.ts";
import { fairLasso, type Lasso } from "./fair-lasso.ts";
import type { Obligation, Question } from "./question.ts";
import {
  diceFrom,
  faultOf,
  graphOf,
  isPossible,
  type NamedStep,
  randomQuestion,
  stepsFrom,
  type System,
  systemOf,
} from "../../toys/graphs.ts";
import { few } from "../../toys/share.ts";

/** What a property forbids, as a question about states. */
type Asked<State> = (system: System<State>) => Omit<Question, "graph" | "fairness">;

/** `holds` in the end: forbidden is to start and never come to it. For systems that never start again. */
const eventually =
  <State>(holds: (state: State) => boolean): Asked<State> =>
  ({ where, states }) => ({
    from: where((state) => state === states[0]),
    stay: where((state) => !holds(state)),
  });

const alwaysEventually =
  <State>(holds: (state: State) => boolean): Asked<State> =>
  ({ where }) => ({ stay: where((state) => !holds(state)) });

const eventuallyAlways =
  <State>(holds: (state: State) => boolean): Asked<State> =>
  ({ where }) => ({ again: [where((state) => !holds(state))] });

const leadsTo =
  <State>(from: (state: State) => boolean, to: (state: State) => boolean): Asked<State> =>
  ({ where }) => ({ from: where(from), stay: where((state) => !to(state)) });

function ask<State>(
  system: System<State>,
  fairness: readonly Obligation[],
  asked: Asked<State>,
): string {
  const question = { graph: system.graph, fairness, ...asked(system) };
  const lasso = fairLasso(question);
  if (lasso === undefined) return "holds";
  expect(faultOf(question, lasso)).toBeUndefined();
  expect(lasso.isShortest).toBe(true);
  return `${lasso.stem.length} + ${lengthOf(lasso)}`;
}

const lengthOf = ({ loop }: Lasso): number => Math.max(1, loop.length);

const toggle = systemOf(0, (x) => [["Flip", 1 - x]]);

const gate = systemOf({ c: 0, done: false }, ({ c, done }) => [
  ["Tick", { c: (c + 1) % 3, done }],
  ...(c === 0 && !done ? [["Act", { c, done: true }] as const] : []),
]);

const hub = systemOf(0, (s) =>
  s === 0
    ? [
        ["A", 1],
        ["B", 2],
      ]
    : [["Back", 0]],
);

const join = systemOf(0, (s): readonly NamedStep<number>[] => {
  if (s === 3) return [];
  return s === 0
    ? [
        ["Up", 1],
        ["Down", 2],
      ]
    : [["Meet", 3]];
});

const semaphore = systemOf(["i", "i"], (at) =>
  at.map((place, self): NamedStep<string[]> => {
    const become = (next: string): string[] => at.with(self, next);
    if (place === "i") return [`Req(${self})`, become("w")];
    if (place === "c") return [`Exit(${self})`, become("i")];
    return [`Enter(${self})`, at.includes("c") ? at : become("c")];
  }),
);

const peterson = systemOf({ at: ["n", "n"], turn: 0 }, ({ at, turn }) =>
  [0, 1].map((self): NamedStep<{ at: string[]; turn: number }> => {
    const other = 1 - self;
    const name = `process ${self}`;
    const become = (next: string): string[] => at.with(self, next);
    if (at[self] === "n") return [name, { at: become("t"), turn }];
    if (at[self] === "t") return [name, { at: become("w"), turn: other }];
    if (at[self] === "c") return [name, { at: become("n"), turn }];
    const mayEnter = at[other] === "n" || turn === self;
    return [name, { at: mayEnter ? become("c") : at, turn }];
  }),
);

const serve = systemOf({ served: 1, bit: 0 }, ({ bit }) =>
  [1, 2].map(
    (i): NamedStep<{ served: number; bit: number }> => [`S(${i})`, { served: i, bit: 1 - bit }],
  ),
);

const line = systemOf(0, (s) => (s < 2 ? [["Step", s + 1]] : []));

const stop = systemOf(0, (s): readonly NamedStep<number>[] => {
  if (s === 0) return [["Swap", 1]];
  return s === 1
    ? [
        ["Swap", 0],
        ["Stop", 2],
      ]
    : [];
});

describe("the golden answers to liveness under fairness", () => {
  const flipped = eventually((x: number) => x === 1);
  const isDone = eventually(({ done }: { done: boolean }) => done);
  const inPlace = (self: number, place: string) => (at: readonly string[]) => at[self] === place;
  const servesW0 = leadsTo(inPlace(0, "w"), inPlace(0, "c"));
  const entersFromT0 = leadsTo(
    ({ at }: { at: readonly string[] }) => at[0] === "t",
    ({ at }) => at[0] === "c",
  );
  const serves1 = alwaysEventually(({ served }: { served: number }) => served === 1);
  const is = (value: number) => (s: number) => s === value;

  test("the systems have the states they should have", () => {
    expect(semaphore.graph.states).toBe(8);
    expect(peterson.graph.states).toBe(20);
  });

  test("1. toggle without fairness need not flip", () => {
    expect(ask(toggle, [], flipped)).toBe("0 + 1");
  });
  test("2. toggle, weakly fair, flips", () => {
    expect(ask(toggle, [toggle.weak("Flip")], flipped)).toBe("holds");
  });
  test("3. weak fairness does not get through the gate", () => {
    expect(ask(gate, [gate.weak("Tick"), gate.weak("Act")], isDone)).toBe("0 + 3");
  });
  test("4. strong fairness does", () => {
    expect(ask(gate, [gate.weak("Tick"), gate.strong("Act")], isDone)).toBe("holds");
  });
  test("5. hub, weakly fair as a whole", () => {
    expect(ask(hub, [hub.weakOfAll()], eventually(is(3)))).toBe("0 + 2");
  });
  test("6. hub, each step weakly fair", () => {
    const fairness = [hub.weak("A"), hub.weak("B"), hub.weak("Back")];
    expect(ask(hub, fairness, eventually(is(3)))).toBe("0 + 2");
  });
  test("7. hub, strongly fair, comes to 2 again and again", () => {
    const fairness = [hub.strong("A"), hub.strong("B"), hub.weak("Back")];
    expect(ask(hub, fairness, alwaysEventually(is(2)))).toBe("holds");
  });
  test("8. a way that joins another one is not forgotten", () => {
    expect(ask(join, [join.weakOfAll()], eventually(is(1)))).toBe("2 + 1");
  });
  test("9. a weak semaphore starves a process", () => {
    const fairness = [0, 1].flatMap((i) => [
      semaphore.weak(`Enter(${i})`),
      semaphore.weak(`Exit(${i})`),
    ]);
    expect(ask(semaphore, fairness, servesW0)).toBe("1 + 3");
  });
  test("10. a strong one does not", () => {
    const fairness = [0, 1].flatMap((i) => [
      semaphore.strong(`Enter(${i})`),
      semaphore.weak(`Exit(${i})`),
    ]);
    expect(ask(semaphore, fairness, servesW0)).toBe("holds");
  });
  test("11. strong for the process itself is enough", () => {
    const fairness = [
      semaphore.strong("Enter(0)"),
      semaphore.weak("Exit(0)"),
      semaphore.weak("Exit(1)"),
    ];
    expect(ask(semaphore, fairness, servesW0)).toBe("holds");
  });
  test("12. Peterson's processes, weakly fair, enter", () => {
    const fairness = [peterson.weak("process 0"), peterson.weak("process 1")];
    expect(ask(peterson, fairness, entersFromT0)).toBe("holds");
  });
  test("13. one that is not fair blocks the other", () => {
    expect(ask(peterson, [peterson.weak("process 0")], entersFromT0)).toBe("3 + 1");
  });
  test("14. serve, weakly fair as a whole, may forget one", () => {
    expect(ask(serve, [serve.weakOfAll()], serves1)).toBe("1 + 2");
  });
  test("15. serve, fair to each, does not", () => {
    expect(ask(serve, [serve.weak("S(1)"), serve.weak("S(2)")], serves1)).toBe("holds");
  });
  test("16. line ends at 2", () => {
    expect(ask(line, [line.weakOfAll()], eventuallyAlways(is(2)))).toBe("holds");
  });
  test("17. stop stops", () => {
    const fairness = [stop.weak("Swap"), stop.strong("Stop")];
    expect(ask(stop, fairness, eventuallyAlways(is(2)))).toBe("holds");
  });
});

describe("a lasso", () => {
  test("says why each obligation is met", () => {
    const fairness = [
      semaphore.weak("Enter(0)"),
      semaphore.weak("Enter(1)"),
      semaphore.strong("Exit(0)"),
    ];
    const lasso = fairLasso({
      graph: semaphore.graph,
      fairness,
      ...leadsTo(
        (at: readonly string[]) => at[0] === "w",
        (at) => at[0] === "c",
      )(semaphore),
      again: [semaphore.where((at) => at[1] === "c")],
    });
    // Req(0), then Req(1), Enter(1), Exit(1) for ever
    expect(lasso?.reasons).toEqual([
      { kind: "not possible", state: 2 },
      { kind: "taken", step: 1 },
      { kind: "never possible" },
    ]);
  });

  test("may come through the state it must come through only in its loop", () => {
    const ring = systemOf(0, (s) => [["Step", (s + 1) % 3]]);
    const question = {
      graph: ring.graph,
      fairness: [ring.weak("Step")],
      from: ring.where((s) => s === 2),
    };
    const lasso = fairLasso(question) as Lasso;
    expect(faultOf(question, lasso)).toBeUndefined();
    expect([lasso.stem.length, lasso.loop.length]).toEqual([0, 3]);
  });

  test("of equally short ones has the shortest stem", () => {
    const pair = systemOf(0, (s) => (s === 0 ? [["Go", 1]] : [["Return", 0]]));
    const question = {
      graph: pair.graph,
      fairness: [pair.weak("Go")],
      from: pair.where((s) => s === 1),
    };
    const lasso = fairLasso(question) as Lasso; // and not Go, then stuttering
    expect([lasso.stem.length, lasso.loop.length]).toEqual([0, 2]);
  });

  test("a step that changes nothing is neither taken nor possible", () => {
    const graph = graphOf(1, [0], [{ from: 0, to: 0, label: 0 }]);
    const fairness = [{ name: "idle", kind: "strong", labels: new Set([0]) }] as const;
    expect(fairLasso({ graph, fairness })).toEqual({
      start: 0,
      stem: [],
      loop: [],
      reasons: [{ kind: "never possible" }],
      isShortest: true,
    });
  });

  test("goes through a state twice if it must", () => {
    const fairness = [hub.weak("A", "nothing"), hub.strong("B")];
    const question = {
      graph: hub.graph,
      fairness,
      again: [1, 2].map((value) => hub.where((s) => s === value)),
    };
    expect((fairLasso(question) as Lasso).loop).toHaveLength(4);
  });

  test("more conditions than fit into a word", () => {
    const count = 70;
    const ring = systemOf(0, (s) => [[`Step(${s})`, (s + 1) % count]]);
    const fairness = ring.states.map((s) => ring.strong(`Step(${s})`));
    const question = { graph: ring.graph, fairness };
    const lasso = fairLasso(question) as Lasso;
    expect(faultOf(question, lasso)).toBeUndefined();
    expect(lasso.loop).toHaveLength(count);
    const stay = ring.where((s) => s !== count - 1);
    expect(fairLasso({ ...question, stay })).toBeUndefined();
  });
});

/** Whether a set of states can be all of a fair loop, and is where it should be; by definition. */
function isAnswer(question: Question, loop: readonly number[]): boolean {
  const { graph, fairness, from, stay, again = [] } = question;
  const steps = loop
    .flatMap((state) => stepsFrom(graph, state))
    .filter(({ from: before, to }) => before !== to && loop.includes(to));
  const reachIn = (start: readonly number[], mayEnter: (state: number) => boolean): number[] => {
    const reached = start.filter(mayEnter);
    for (const state of reached) {
      for (const { to } of stepsFrom(graph, state)) {
        if (mayEnter(to) && !reached.includes(to)) reached.push(to);
      }
    }
    return reached;
  };
  if (loop.some((s) => reachIn([s], (to) => loop.includes(to)).length < loop.length)) return false;
  if (loop.some((state) => stay?.has(state) === false)) return false;
  if (again.some((set) => !loop.some((state) => set.has(state)))) return false;
  const isFair = fairness.every(({ kind, ...rest }) => {
    const possible = loop.map((state) => isPossible(graph, { kind, ...rest }, state));
    if (steps.some(({ label }) => rest.labels.has(label))) return true;
    return kind === "weak" ? possible.includes(false) : !possible.includes(true);
  });
  if (!isFair) return false;
  const free = reachIn(graph.initial, () => true);
  if (from === undefined) return free.includes(loop[0] as number);
  const staying = reachIn(
    free.filter((state) => from.has(state)),
    (state) => stay?.has(state) !== false,
  );
  return staying.includes(loop[0] as number);
}

/** Whether some set of states is an answer. */
function naiveAnswer(question: Question): boolean {
  const { states } = question.graph;
  for (let set = 1; set < 2 ** states; set++) {
    const loop = Array.from({ length: states }, (_, state) => state);
    if (
      isAnswer(
        question,
        loop.filter((state) => (set >> state) & 1),
      )
    )
      return true;
  }
  return false;
}

/** The least number of steps of a lasso, by looking at all that are not longer than the shortest found. */
function naiveLength(question: Question): number {
  const { graph, fairness, from, stay, again = [] } = question;
  const bitsOf = (conditions: readonly boolean[]): number =>
    conditions.reduce((bits, holds, position) => (holds ? bits | (1 << position) : bits), 0);
  const cameFrom = 1 << (2 * fairness.length + again.length);
  const seenIn = (state: number): number =>
    bitsOf([
      ...fairness.flatMap((obligation) => {
        const possible = isPossible(graph, obligation, state);
        return [obligation.kind === "weak" ? !possible : possible, false];
      }),
      ...again.map((set) => set.has(state)),
      from?.has(state) !== false,
    ]);
  const seenBy = (label: number): number =>
    bitsOf(fairness.flatMap(({ labels }) => [false, labels.has(label)]));
  const isMet = (seen: number): boolean =>
    fairness.every(({ kind }, position) => {
      const [one, taken] = [(seen >> (2 * position)) & 1, (seen >> (2 * position + 1)) & 1];
      return taken === 1 || one === (kind === "weak" ? 1 : 0);
    }) &&
    again.every((_, position) => ((seen >> (2 * fairness.length + position)) & 1) === 1) &&
    (seen & cameFrom) !== 0;
  const stays = (state: number): boolean => stay?.has(state) !== false;

  /** The shortest loop of at most so many steps. */
  function loopLength(root: number, start: number, most: number): number {
    if (!stays(root)) return Infinity;
    const begin = start | seenIn(root);
    if (isMet(begin)) {
      const isIdle = fairness.every((obligation) => !isPossible(graph, obligation, root));
      if (isIdle) return 1;
    }
    const known = new Set<number>();
    let level = [[root, begin] as const];
    for (let length = 1; length <= most && level.length > 0; length++) {
      const next: (readonly [number, number])[] = [];
      for (const [state, seen] of level) {
        for (const { to, label } of stepsFrom(graph, state)) {
          if (to === state || !stays(to)) continue;
          const now = seen | seenBy(label) | seenIn(to);
          if (to === root && isMet(now)) return length;
          const key = now * graph.states + to;
          if (known.has(key)) continue;
          known.add(key);
          next.push([to, now]);
        }
      }
      level = next;
    }
    return Infinity;
  }

  let best = Infinity;
  const known = new Set<string>();
  let level = graph.initial.map((state): readonly [number, number] => [state, 0]);
  for (let depth = 0; level.length > 0 && depth < best; depth++) {
    const next: (readonly [number, number])[] = [];
    for (const [state, came] of level) {
      const arrived = (came === 1 || from?.has(state) === true) && stays(state) ? 1 : 0;
      if (known.has(`${state} ${arrived}`)) continue;
      known.add(`${state} ${arrived}`);
      const start = arrived === 1 ? cameFrom : 0;
      best = Math.min(best, depth + loopLength(state, start, best - depth - 1));
      for (const { to } of stepsFrom(graph, state)) next.push([to, arrived]);
    }
    level = next;
  }
  return best;
}

describe("agrees with what follows from the definitions", () => {
  test("on random graphs of up to 7 states", () => {
    const count = few(2_000, 20_000);
    const answers = { holds: 0, stutters: 0, loops: 0 };
    for (let seed = 0; seed < count; seed++) {
      const question = randomQuestion(diceFrom(seed), 7, 3);
      const lasso = fairLasso(question);
      expect({ seed, isAnswered: lasso !== undefined }).toEqual({
        seed,
        isAnswered: naiveAnswer(question),
      });
      answers[lasso === undefined ? "holds" : lasso.loop.length === 0 ? "stutters" : "loops"]++;
      if (lasso === undefined) continue;
      expect({ seed, fault: faultOf(question, lasso) }).toEqual({ seed, fault: undefined });
      expect({ seed, length: lasso.stem.length + lengthOf(lasso) }).toEqual({
        seed,
        length: naiveLength(question),
      });
      expect(lasso.isShortest).toBe(true);
    }
    expect(answers.holds).toBeGreaterThan(count / 5);
    expect(answers.stutters).toBeGreaterThan(count / 10);
    expect(answers.loops).toBeGreaterThan(count / 10);
  });

  test("on random graphs of up to 40 states", () => {
    const count = few(100, 1_000);
    let long = 0;
    for (let seed = 0; seed < count; seed++) {
      const dice = diceFrom(seed);
      const { stay: _, ...rest } = randomQuestion(dice, 40, 4);
      const rare = () => Bits.where(rest.graph.states, () => dice(10) === 0);
      const question = { ...rest, again: [rare(), rare(), rare()] };
      const lasso = fairLasso(question);
      const length = lasso === undefined ? Infinity : lasso.stem.length + lengthOf(lasso);
      expect({ seed, length }).toEqual({ seed, length: naiveLength(question) });
      if (lasso !== undefined) expect(faultOf(question, lasso)).toBeUndefined();
      if ((lasso?.loop.length ?? 0) > 5) long++;
    }
    expect(long).toBeGreaterThan(count / 10);
  });

  test("where the search for the shortest is cut off, the answer is a right one", () => {
    const count = few(500, 5_000);
    let notShortest = 0;
    for (let seed = 0; seed < count; seed++) {
      const question = randomQuestion(diceFrom(seed), 20, 5);
      const lasso = fairLasso(question, { left: 0 });
      const shortest = fairLasso(question);
      expect(lasso === undefined).toBe(shortest === undefined);
      if (lasso === undefined || shortest === undefined) continue;
      expect({ seed, fault: faultOf(question, lasso) }).toEqual({ seed, fault: undefined });
      const difference =
        lasso.stem.length + lengthOf(lasso) - shortest.stem.length - lengthOf(shortest);
      expect(difference).toBeGreaterThanOrEqual(0);
      if (lasso.isShortest) expect(difference).toBe(0);
      else notShortest++;
    }
    expect(notShortest).toBeGreaterThan(count / 50);
  });
});

test("an empty set of sets, and sets of everything, ask nothing", () => {
  const all = new Bits(toggle.graph.states);
  for (const state of toggle.states.keys()) all.add(state);
  const fairness = [toggle.weak("Flip")];
  const plain = fairLasso({ graph: toggle.graph, fairness });
  expect(plain?.loop).toHaveLength(2);
  expect(fairLasso({ graph: toggle.graph, fairness, again: [] })).toEqual(plain);
  expect(fairLasso({ graph: toggle.graph, fairness, stay: all, again: [all] })).toEqual(plain);
  expect(fairLasso({ graph: toggle.graph, fairness, from: all, stay: all })).toEqual(plain);
});
