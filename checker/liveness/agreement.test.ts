/**
 * Both engines, with symmetry and without, on random specs; and what they agree on against what follows from
 * the definitions. What was learned is compiled as soon as it can be.
 */
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { type Claim, instantiate, type Model, type State, type Step } from "../../model/index.ts";
import {
  declare,
  each,
  type Fairness,
  type Index,
  interchangeable,
  range,
  type Spec,
  type Within,
} from "../../spec/index.ts";
import { check } from "../check.ts";
import type { PropertyResult } from "../verdict.ts";
import {
  type Assumption,
  after,
  assumptionsOf,
  faultIn,
  keyOf,
  resultOf,
  shapeOf,
} from "../../toys/liveness-answers.ts";
import { type Dice, diceOf } from "../../toys/graphs.ts";
import { few } from "../../toys/share.ts";

vi.mock("../../model/learned/compiled/costs.ts", () => ({
  costOfWalk: 1,
  costOfCall: 1,
  costOfNode: 0,
  costOfModule: 0,
  costOfForm: 1,
  costOfForms: 0,
}));

// ---- Random specs ----

/**
 * Interchangeable items with a small number each, and one number that they share. What an action does and where
 * a property holds is read from random tables, of an item's own number and the shared one, or of the
 * shared one and how many items are at 0.
 */
function randomSpec(dice: Dice): Spec {
  const items = 1 + dice(3);
  const own = 1 + dice(items === 3 ? 1 : 2);
  const shared = dice(3);
  const item = interchangeable("item", items);
  const words = declare({
    constants: {},
    state: { at: each(item, range(0, own)), shared: range(0, shared) },
  });
  type Now = typeof words.type.state;
  const table = <T>(rows: number, entry: () => T) => {
    const entries = Array.from({ length: rows * (shared + 1) }, entry);
    return (row: number, now: number): T => entries[row * (shared + 1) + now] as T;
  };
  const often = (): boolean => dice(3) > 0;
  const seldom = (): boolean => dice(4) === 0;
  const fairness = (): Fairness => (["none", "weak", "strong"] as const)[dice(3)] as Fairness;
  const idle = ({ at }: Now): number => at.filter((value) => value === 0).length;

  const ofItem = () => {
    const [mayAct, becomes, shares] = [
      table(own + 1, often),
      table(own + 1, () => dice(own + 1)),
      table(own + 1, () => dice(shared + 1)),
    ];
    return words.action("worker", {
      forAny: item,
      fairness: fairness(),
      when: (state, i) => mayAct(state.at[i], state.shared),
      effect: (state, i) => {
        const [was, now] = [state.at[i], state.shared];
        state.at[i] = becomes(was, now);
        state.shared = shares(was, now);
      },
    });
  };
  const ofAll = () => {
    const [mayAct, shares] = [table(items + 1, often), table(items + 1, () => dice(shared + 1))];
    return words.action("clock", {
      fairness: fairness(),
      when: (state) => mayAct(idle(state), state.shared),
      effect: (state) => {
        state.shared = shares(idle(state), state.shared);
      },
    });
  };

  const someItems = (holds = often) => {
    const right = table(own + 1, holds);
    return (state: Now, i: Index<"item">): boolean => right(state.at[i], state.shared);
  };
  const someStates = (holds = often) => {
    const right = table(items + 1, holds);
    return (state: Now): boolean => right(idle(state), state.shared);
  };
  const { leadsTo, alwaysEventually, eventuallyAlways, recoverable, within } = words;
  /** What is counted, if it is not `what`, and who is idle meanwhile. */
  const bounds = <T>(what: T) => ({
    ...([
      { counting: "acts", idle: [] },
      { counting: "ticks", idle: [] },
      { counting: "acts", idle: ["clock"] },
      { counting: what, idle: ["clock"] },
      { counting: what, idle: [] },
    ][dice(5)] as { counting: string | T; idle: string[] }),
    atMost: dice(4),
  });
  const liveness =
    dice(2) === 0
      ? {
          response: leadsTo({ forAny: item, from: someItems(), to: someItems(seldom) }),
          recurrence: alwaysEventually({ forAny: item, holds: someItems() }),
          stability: eventuallyAlways({ forAny: item, holds: someItems() }),
          recovery: recoverable({ forAny: item, when: someItems(), to: someItems(seldom) }),
          bound: within({
            forAny: item,
            from: someItems(),
            to: someItems(seldom),
            ...bounds(someItems()),
          }),
        }
      : {
          response: leadsTo({ from: someStates(), to: someStates(seldom) }),
          recurrence: alwaysEventually(someStates()),
          stability: eventuallyAlways(someStates()),
          recovery: recoverable({ when: someStates(), to: someStates(seldom) }),
          bound: within({
            from: someStates(),
            to: someStates(seldom),
            ...bounds(someStates()),
          }),
        };

  return words.spec({
    name: "random",
    title: "read from tables",
    ...(dice(4) === 0 && { fairness: "weak" as const }),
    initial: {
      forAny: range(0, dice(3) === 0 ? shared : 0),
      effect: (state, first) => {
        state.shared = first;
      },
    },
    actions: { acts: ofItem(), ...(dice(2) === 0 && { reacts: ofItem() }), ticks: ofAll() },
    liveness,
  });
}

// ---- What follows from the definitions ----

/** All that can be reached; states by number, steps that change nothing left out. */
interface Explored {
  readonly model: Model;
  readonly states: readonly State[];
  readonly initial: readonly number[];
  /** Of each state those that are possible, and where they lead. */
  readonly steps: readonly (readonly Way[])[];
}

interface Way {
  readonly step: Step;
  readonly to: number;
}

function explore(model: Model): Explored {
  const states: State[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (state: State): number => {
    const key = keyOf(model, state);
    if (!numbers.has(key)) numbers.set(key, states.push(state) - 1);
    return numbers.get(key) as number;
  };
  const initial = model.initialStates().map(numberOf);
  const steps = [];
  for (const state of states) {
    steps.push(
      model.steps.flatMap((step) => {
        const reached = after(model, state, step);
        return reached === undefined ? [] : [{ step, to: numberOf(reached) }];
      }),
    );
  }
  return { model, states, initial, steps };
}

/** What is expected of one choice of a property. */
interface Expected {
  readonly speaks: boolean;
  readonly shortest?: Shortest;
  readonly most?: number;
}

/** The least number of steps of a violation, and of those with so few the shortest stem. */
interface Shortest {
  readonly length: number;
  readonly stem: number;
}

function expectedOf(
  explored: Explored,
  claim: Claim,
  choice: readonly unknown[],
  assumptions: readonly Assumption[],
): Expected {
  const { model, states } = explored;
  const { property } = claim;
  const where = (role: string | Within["counting"]): readonly boolean[] =>
    states.map((state) => model.ask(claim, role, state, ...choice));
  const all = states.map(() => true);
  const lasso = (asked: Asked) => shortestLasso(explored, assumptions, asked);
  switch (property.kind) {
    case "leads to": {
      const [from, stay] = [where("from"), where("to").map((holds) => !holds)];
      return {
        speaks: from.includes(true),
        ...lasso({ from, stay, again: all }),
      };
    }
    case "always eventually": {
      const stay = where("holds").map((holds) => !holds);
      return { speaks: true, ...lasso({ from: all, stay, again: all }) };
    }
    case "eventually always": {
      const again = where("holds").map((holds) => !holds);
      return { speaks: true, ...lasso({ from: all, stay: all, again }) };
    }
    case "recoverable": {
      const [when, to] = [where("when"), where("to")];
      const isLost = (start: number): boolean =>
        when[start] === true && !reachedFrom(explored, [start]).some(([state]) => to[state]);
      const lost = reachedFrom(explored, explored.initial).find(([state]) => isLost(state));
      const length = lost?.[1];
      return {
        speaks: when.includes(true),
        ...(length !== undefined && { shortest: { length, stem: length } }),
      };
    }
    case "within": {
      const [from, to] = [where("from"), where("to")];
      const { counting } = property;
      const becomes = typeof counting === "function" ? where(counting) : undefined;
      const counts = (before: number, step: Step, reached: number): boolean =>
        becomes ? !becomes[before] && becomes[reached] === true : step.action === counting;
      const most = property.atMost as number;
      const lengths = Array.from({ length: most + 1 }, (_, atMost) =>
        shortestExcess(explored, { from, to, counts, idle: property.idle }, atMost),
      );
      const length = lengths[most];
      const waits = [...from.keys()].filter((state) => from[state] && !to[state]);
      const awake = explored.steps.map((ways) =>
        ways.filter(({ step }) => !property.idle.includes(step.actor)),
      );
      const ends = reachedFrom({ ...explored, steps: awake }, waits).some(([state]) => to[state]);
      return {
        speaks: waits.length === 0 ? from.includes(true) : ends,
        ...(length === undefined
          ? { most: lengths.indexOf(undefined) }
          : { shortest: { length, stem: length } }),
      };
    }
    default:
      throw new Error(`No ${property.kind} is expected here.`);
  }
}

/** The states that can be reached, nearest first, each with its distance. */
function reachedFrom(
  { steps }: Explored,
  starts: readonly number[],
): (readonly [number, number])[] {
  const reached = starts.map((state): readonly [number, number] => [state, 0]);
  const known = new Set(starts);
  for (const [state, depth] of reached) {
    for (const { to } of steps[state] as readonly Way[]) {
      if (!known.has(to)) reached.push([to, depth + 1]);
      known.add(to);
    }
  }
  return reached;
}

/** What a wait is, as sets of states, and what is counted in it. */
interface Wait {
  readonly from: readonly boolean[];
  readonly to: readonly boolean[];
  readonly counts: (before: number, step: Step, reached: number) => boolean;
  /** Actors that take no step in it. */
  readonly idle: readonly string[];
}

/** The fewest steps of a path on which more than `atMost` are counted in a wait. */
function shortestExcess(
  { initial, steps }: Explored,
  { from, to, counts, idle }: Wait,
  atMost: number,
): number | undefined {
  const begins = (state: number): boolean => from[state] === true && to[state] === false;
  /** A state, and how often was counted in the wait that goes on there; -1 where none does. */
  let level = initial.map((state): readonly [number, number] => [state, -1]);
  const known = new Set<string>();
  for (let depth = 0; level.length > 0; depth++) {
    const next: (readonly [number, number])[] = [];
    const all = level.flatMap((place) =>
      place[1] === -1 && begins(place[0]) ? [place, [place[0], 0] as const] : [place],
    );
    for (const [state, count] of all) {
      if (count > atMost) return depth;
      if (known.has(`${state} ${count}`) || (count >= 0 && to[state])) continue;
      known.add(`${state} ${count}`);
      for (const { step, to: reached } of steps[state] as readonly Way[]) {
        if (count === -1) next.push([reached, -1]);
        else if (!idle.includes(step.actor)) {
          next.push([reached, count + (counts(state, step, reached) ? 1 : 0)]);
        }
      }
    }
    level = next;
  }
  return undefined;
}

/** What a lasso has to do, as sets of states. */
interface Asked {
  readonly from: readonly boolean[];
  readonly stay: readonly boolean[];
  readonly again: readonly boolean[];
}

/**
 * A shortest fair lasso whose loop is in `stay` and meets `again`, and which goes through `from` without
 * leaving `stay` later: by looking at every loop, with what it has met so far, from every state.
 */
function shortestLasso(
  { model, states, initial, steps }: Explored,
  assumptions: readonly Assumption[],
  { from, stay, again }: Asked,
): Pick<Expected, "shortest"> {
  const bits = (conditions: readonly boolean[]): number =>
    conditions.reduce((sum, holds, position) => sum + (holds ? 2 ** position : 0), 0);
  if (2 * assumptions.length + 2 > 30) throw new Error("Too many assumptions for a number's bits.");
  /** Of each assumption two bits: a state that settles it (or, if it is strong, raises it), and a step of it. */
  const bySteps = new Map(
    model.steps.map((step) => [
      step.label,
      bits([false, false, ...assumptions.flatMap(({ of }) => [false, of(step)])]),
    ]),
  );
  const inState = states.map((_, state) => {
    const possible = (steps[state] as readonly Way[]).map(({ step }) => step);
    return bits([
      from[state] === true,
      again[state] === true,
      ...assumptions.flatMap(({ kind, of }) => [
        kind === "weak" ? !possible.some(of) : possible.some(of),
        false,
      ]),
    ]);
  });
  const has = (seen: number, bit: number): boolean => ((seen >> bit) & 1) === 1;
  const isMet = (seen: number): boolean =>
    has(seen, 0) &&
    has(seen, 1) &&
    assumptions.every(
      ({ kind }, position) =>
        has(seen, 2 * position + 3) || has(seen, 2 * position + 2) === (kind === "weak"),
    );

  function loopLength(root: number, cameFrom: boolean, most: number): number {
    const begin = (inState[root] as number) | (cameFrom ? 1 : 0);
    const isIdle = assumptions.every(
      ({ of }) => !(steps[root] as readonly Way[]).some(({ step }) => of(step)),
    );
    if (isMet(begin) && isIdle) return 1;
    const known = new Set<number>();
    let level: (readonly [number, number])[] = [[root, begin]];
    for (let length = 1; length <= most && level.length > 0; length++) {
      const next: (readonly [number, number])[] = [];
      for (const [state, seen] of level) {
        for (const { step, to } of steps[state] as readonly Way[]) {
          if (!stay[to]) continue;
          const now = seen | (bySteps.get(step.label) as number) | (inState[to] as number);
          if (to === root && isMet(now)) return length;
          const key = now * states.length + to;
          if (known.has(key)) continue;
          known.add(key);
          next.push([to, now]);
        }
      }
      level = next;
    }
    return Infinity;
  }

  let best = { length: Infinity, stem: 0 };
  /** A state, and whether the way there went through `from` and stayed. */
  let level = initial.map((state): readonly [number, boolean] => [state, false]);
  const known = new Set<string>();
  for (let stem = 0; level.length > 0 && stem < best.length; stem++) {
    const next: (readonly [number, boolean])[] = [];
    for (const [state, came] of level) {
      const stays = stay[state] === true && (came || from[state] === true);
      if (known.has(`${state} ${stays}`)) continue;
      known.add(`${state} ${stays}`);
      if (stay[state]) {
        const length = stem + loopLength(state, stays, best.length - stem - 1);
        if (length < best.length) best = { length, stem };
      }
      for (const { to } of steps[state] as readonly Way[]) next.push([to, stays]);
    }
    level = next;
  }
  return best.length === Infinity ? {} : { shortest: best };
}

// ---- The comparison ----

/** All that the four searches must agree on. */
const said = (result: PropertyResult): string => {
  const { status, liveness } = result;
  if (status === "violated") return shapeOf(result);
  return liveness?.most === undefined ? status : `${status}, at most ${liveness.most}`;
};

/** What is wrong with a trace that is no lasso: undefined if its steps are possible and it ends as it should. */
function faultOfPath(explored: Explored, claim: Claim, result: PropertyResult): string | undefined {
  const { model } = explored;
  const {
    initial,
    steps,
    count,
    choice = [],
  } = result.trace as NonNullable<PropertyResult["trace"]>;
  const states = [initial, ...steps.map(({ state }) => state)];
  const isStart = model.initialStates().some((its) => keyOf(model, its) === keyOf(model, initial));
  if (!isStart) return "does not begin";
  for (const [position, { step, state }] of steps.entries()) {
    const reached = after(model, states[position] as State, step);
    if (reached === undefined || keyOf(model, reached) !== keyOf(model, state)) return "is no path";
  }
  const where = (role: string | Within["counting"], state: State): boolean =>
    model.ask(claim, role, state, ...choice);
  const { property } = claim;
  if (property.kind === "recoverable") {
    const key = keyOf(model, states.at(-1) as State);
    const last = explored.states.findIndex((state) => keyOf(model, state) === key);
    const comesBack = reachedFrom(explored, [last]).some(([state]) =>
      where("to", explored.states[state] as State),
    );
    if (comesBack) return "can be recovered from";
    return where("when", explored.states[last] as State) ? undefined : "says nothing";
  }
  const { counting, atMost, idle } = property as Within;
  if (count === undefined) return "counts nothing";
  const waiting = states.slice(count.from, -1);
  if (!where("from", waiting[0] as State)) return "does not begin to wait";
  if (waiting.some((state) => where("to", state))) return "does not wait";
  const counted = steps.flatMap(({ step, state }, position) => {
    if (position < count.from) return [];
    if (idle.includes(step.actor)) return [-1];
    const becomes =
      typeof counting === "function"
        ? !where(counting, states[position] as State) && where(counting, state)
        : step.action === counting;
    return becomes ? [position + 1] : [];
  });
  if (String(counted) !== String(count.steps)) return `counts ${String(counted)}`;
  return counted.length === (atMost as number) + 1 ? undefined : "counts too few, or too many";
}

test("random specs: engines, symmetry and definitions agree", () => {
  const specs = few(15, 500);
  const tally: Record<string, number> = {};
  const count = (answer: string): void => {
    tally[answer] = (tally[answer] ?? 0) + 1;
  };
  const agrees = (dice: Dice): void => {
    const spec = randomSpec(dice);
    const isAsked = dice(5) > 0;
    const whole = instantiate(spec, { symmetry: false });
    const explored = explore(whole);
    const assumptions = assumptionsOf(whole);
    const names = whole.claims.map(({ name }) => name);
    const searches = [
      { engine: "reference", symmetry: true },
      { engine: "reference", symmetry: false },
      { engine: "compiled", symmetry: dice(4) === 0 },
    ] as const;
    const verdicts = searches.map(({ engine, symmetry }) =>
      check(instantiate(spec, { symmetry }), {
        engine,
        properties: isAsked ? names : undefined,
      }),
    );
    for (const claim of whole.claims) {
      const results = verdicts.map((verdict) => resultOf(verdict, claim.name));
      const where = { property: claim.name };
      const [first, ...others] = results.map(said);
      expect({ ...where, others }).toEqual({ ...where, others: [first, first] });

      const expected = claim.choices.map((choice) =>
        expectedOf(explored, claim, choice, assumptions),
      );
      const isViolated = expected.some(({ shortest }) => shortest !== undefined);
      const speaks = expected.some((its) => its.speaks);
      const status = isViolated ? "violated" : speaks ? "holds" : "vacuous";
      const [{ status: found, liveness }] = results as [PropertyResult];
      expect({ ...where, status: found }).toEqual({ ...where, status });
      if (status === "holds" && claim.property.kind === "within") {
        const most = Math.max(...expected.map((its) => its.most as number));
        expect({ ...where, most: liveness?.most }).toEqual({ ...where, most });
      }
      for (const result of isViolated ? results : []) {
        const position = claim.choices.findIndex(
          (choice) => String(choice) === String(result.trace?.choice ?? []),
        );
        const { length, stem } = (expected[position] as Expected).shortest as Shortest;
        const isLasso = result.trace?.lasso !== undefined;
        const fault = isLasso ? faultIn(whole, result) : faultOfPath(explored, claim, result);
        expect({ ...where, fault, said: said(result) }).toEqual({
          ...where,
          fault: undefined,
          said: isLasso ? `${stem} + ${length - stem}` : `after ${length}`,
        });
      }

      count(`${claim.name} ${status}`);
      const isUnfairlyViolated = claim.choices.some(
        (choice) => expectedOf(explored, claim, choice, []).shortest !== undefined,
      );
      if (!isViolated && isUnfairlyViolated) count("holds by fairness");
      if (isViolated && (results[0]?.trace?.steps.length ?? 0) > 3) count("more than three steps");
    }
  };
  fc.assert(
    fc.property(fc.gen(), (gen) => agrees(diceOf(gen))),
    { seed: 20_190_309, numRuns: specs },
  );
  for (const property of ["response", "recurrence", "stability", "recovery", "bound"]) {
    expect(tally[`${property} holds`]).toBeGreaterThan(specs / 6);
    expect(tally[`${property} violated`]).toBeGreaterThan(specs / 6);
  }
  for (const property of ["response", "recovery", "bound"]) {
    expect(tally[`${property} vacuous`]).toBeGreaterThan(specs / 17);
  }
  expect(tally["holds by fairness"]).toBeGreaterThan(specs / 3);
  expect(tally["more than three steps"]).toBeGreaterThan(specs / 3);
});
