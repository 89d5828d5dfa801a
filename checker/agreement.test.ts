/**
 * The engine against a search of a dozen lines that shares nothing with it but the spec's functions:
 * plain objects, JSON as keys, symmetry by trying every exchange. Random specs, fixed seeds.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../model/index.ts";
import {
  buddies,
  declare,
  each,
  type IndexSet,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  record,
  type Shape,
  type Spec,
  sequence,
  subset,
} from "../spec/index.ts";
import { engines } from "../toys/compared.ts";
import { check as checkWith, type CheckOptions, type Trace, type Verdict } from "./index.ts";
import { type Dice, diceOf } from "../toys/graphs.ts";
import { few } from "../toys/share.ts";

/** Random specs with more states are only searched up to here. */
const most = 80;
const count = few(15, 300);

describe.each(engines)("the %s engine", (engine) => {
  const check = (model: Model, options: CheckOptions = {}): Verdict =>
    checkWith(model, { engine, ...options });
  test("random specs: unreduced, verdict, counts and shortest traces are those of a naive search", () => {
    let complete = 0;
    let violated = 0;
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const { spec } = randomSpec(diceOf(gen));
        const naive = search(spec);
        const verdict = check(instantiate(spec, { symmetry: false }), { maxStates: most });
        if (!naive.isComplete) {
          expect(verdict.kind).toMatch(/incomplete|violated/);
          return;
        }
        complete++;
        if (verdict.kind === "violated") violated++;
        expect(verdict.statistics).toMatchObject({
          distinctStates: naive.states.length,
          generatedStates: naive.generated,
          transitions: naive.generated - naive.initials,
          depth: naive.depth,
          unreducedStates: BigInt(naive.states.length),
          frontier: 0,
        });
        expectSameAnswers(verdict, naive);
        expectPaths(spec, verdict);
      }),
      { seed: 20_190_306, numRuns: count },
    );
    expect(complete).toBeGreaterThan(count * 0.6);
    expect(violated).toBeGreaterThan(count * 0.3);
  });

  test("random specs: reduced, orbits and their sizes are those found by trying every exchange", () => {
    let reduced = 0;
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const { spec, sets } = randomSpec(diceOf(gen));
        const naive = search(spec);
        if (!naive.isComplete) return;
        const model = instantiate(spec);
        const group = exchangesOf(sets);
        const orbits = new Map<string, unknown>();
        for (const state of naive.states) orbits.set(leastOf(spec, sets, group, state), state);
        const verdict = check(model);

        if (model.symmetry.order > 1n) reduced++;
        expect(verdict.statistics).toMatchObject({
          distinctStates: orbits.size,
          generatedStates:
            naive.initials +
            [...orbits.values()].reduce<number>((sum, at) => sum + enabledIn(spec, at).length, 0),
          depth: naive.depth,
          unreducedStates: BigInt(naive.states.length),
          frontier: 0,
        });
        expectSameAnswers(verdict, naive);
        expectPaths(spec, verdict);
      }),
      { seed: 20_190_307, numRuns: count },
    );
    expect(reduced).toBeGreaterThan(count * 0.3);
  });
});

test("random specs, spread over several words: counts and answers are the same", () => {
  let complete = 0;
  fc.assert(
    fc.property(fc.gen(), (gen) => {
      const { spec } = randomSpec(diceOf(gen));
      const naive = search(spec);
      if (!naive.isComplete) return;
      const model = instantiate({ ...spec, state: spreadOut(spec.state) }, { symmetry: false });
      if (model.packing.words > 1) complete++;
      const verdict = checkWith(model, { engine: "compiled" });
      expect(verdict.statistics).toMatchObject({
        distinctStates: naive.states.length,
        generatedStates: naive.generated,
        depth: naive.depth,
        frontier: 0,
      });
      expectSameAnswers(verdict, naive);
    }),
    { seed: 20_190_309, numRuns: few(6, 150) },
  );
  expect(complete).toBeGreaterThan(few(6, 150) * 0.4);
});

/** The variables with so much between them that hardly two of them are in one word. */
function spreadOut(state: Spec["state"]): Spec["state"] {
  const filler = each(ordered("filler", 16), range(0, 15));
  return Object.fromEntries(
    Object.entries(state).flatMap(([name, domain], place) => [
      [name, domain],
      [`behind${place}`, filler],
    ]),
  );
}

test("at every limit of states a search is incomplete or has found a violation, never more", () => {
  fc.assert(
    fc.property(fc.gen(), fc.nat(), (gen, limit) => {
      const { spec } = randomSpec(diceOf(gen));
      const naive = search(spec);
      if (!naive.isComplete) return;
      const maxStates = limit % (naive.states.length + 2);
      const verdict = checkWith(instantiate(spec, { symmetry: false }), {
        engine: "reference",
        maxStates,
      });

      expect(verdict.statistics.distinctStates).toBe(Math.min(maxStates, naive.states.length));
      if (maxStates >= naive.states.length) expectSameAnswers(verdict, naive);
      else expect(verdict.kind).toMatch(/incomplete|violated/);
      for (const { name, status, trace } of verdict.properties) {
        expect(status === "holds" && maxStates < naive.states.length).toBe(false);
        if (status === "violated") expect(trace?.steps.length).toBe(naive.lengths.get(name));
      }
    }),
    { seed: 20_190_308, numRuns: few(40, 100) },
  );
});

// ---- The naive search ----

// biome-ignore lint/suspicious/noExplicitAny: states of random specs have no static type
type Plain = any;

interface Naive {
  readonly isComplete: boolean;
  readonly states: readonly Plain[];
  readonly generated: number;
  readonly initials: number;
  readonly depth: number;
  /** The number of steps to the first violation of each property. */
  readonly lengths: ReadonlyMap<string, number>;
  /** Properties that said something, and witnesses that were met. */
  readonly spoke: ReadonlySet<string>;
}

function search(spec: Spec): Naive {
  const lengths = new Map<string, number>();
  const spoke = new Set<string>();
  const seen = new Set<string>();
  const states: Plain[] = [];
  const fails = (name: string, steps: number): void => {
    if (!lengths.has(name)) lengths.set(name, steps);
  };
  const judged = (kind: string, steps: number, ...all: Plain[]): void => {
    for (const [name, property] of Object.entries(spec.properties)) {
      if (property.kind !== kind) continue;
      for (const choice of choicesOf(property.choices)) {
        if ("when" in property && !property.when(...all, ...choice, {})) continue;
        const holds = (property as { holds(...all: unknown[]): boolean }).holds(
          ...all,
          ...choice,
          {},
        );
        if (kind !== "witness" || holds) spoke.add(name);
        if (kind !== "witness" && !holds) fails(name, steps);
      }
    }
  };
  const initials = initialsOf(spec);
  let level: Plain[] = [];
  let depth = 0;
  let generated = initials.length;
  const meet = (state: Plain, next: Plain[], steps: number): void => {
    if (seen.has(keyOf(state))) return;
    seen.add(keyOf(state));
    states.push(state);
    next.push(state);
    judged("invariant", steps, state);
    judged("witness", steps, state);
  };
  for (const state of initials) meet(state, level, 0);
  while (level.length > 0) {
    depth++;
    const next: Plain[] = [];
    for (const state of level) {
      const enabled = enabledIn(spec, state);
      const isStuck = enabled.every(({ after }) => keyOf(after) === keyOf(state));
      if (isStuck && !(spec.mayEnd?.(state, {}) ?? false)) fails("deadlockFreedom", depth - 1);
      for (const { after } of enabled) {
        generated++;
        judged("step property", depth, state, after);
        meet(after, next, depth);
      }
      if (states.length > most)
        return { isComplete: false, states, generated, initials: 0, depth, lengths, spoke };
    }
    level = next;
  }
  return { isComplete: true, states, generated, initials: initials.length, depth, lengths, spoke };
}

function initialsOf(spec: Spec): Plain[] {
  const first = Object.fromEntries(
    Object.entries(spec.state).map(([name, { shape }]) => [name, firstOf(shape)]),
  );
  return choicesOf(spec.initial.choices).map((choice) => {
    const state = structuredClone(first);
    spec.initial.effect(state, ...choice, {});
    return state;
  });
}

function enabledIn(
  spec: Spec,
  state: Plain,
): { action: string; choice: unknown[]; after: Plain }[] {
  return Object.entries(spec.actions).flatMap(([action, { choices, when, effect }]) =>
    choicesOf(choices).flatMap((choice) => {
      if (!when(state, ...choice, {})) return [];
      const after = structuredClone(state);
      effect(after, ...choice, {});
      return [{ action, choice, after }];
    }),
  );
}

function choicesOf(choices: Spec["initial"]["choices"]): unknown[][] {
  return choices.reduce<unknown[][]>(
    (lists, of) => {
      const shape = of.kind === "domain" ? of.shape : undefined;
      const values =
        shape?.kind === "words"
          ? [...shape.words]
          : shape?.kind === "whole"
            ? numbers((shape.max as number) + 1)
            : numbers(sizeOf(of as IndexSet));
      return lists.flatMap((list) => values.map((value) => [...list, value]));
    },
    [[]],
  );
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const sizeOf = ({ size }: IndexSet): number =>
  typeof size === "number" ? size : size({} as never);

function firstOf(shape: Shape): unknown {
  if (shape.kind === "words") return shape.words[0];
  if (shape.kind === "whole") return shape.min;
  if (shape.kind === "index") return 0;
  if (shape.kind === "each") return numbers(sizeOf(shape.set)).map(() => firstOf(shape.of));
  if (shape.kind === "record") {
    return Object.fromEntries(
      Object.entries(shape.fields).map(([name, of]) => [name, firstOf(of)]),
    );
  }
  if (shape.kind === "sequence") return [];
  return shape.kind === "subset" ? new Set() : "none";
}

function keyOf(state: Plain): string {
  return JSON.stringify(state, (_, value) =>
    value instanceof Set ? [...(value as Set<number>)].sort((a, b) => a - b) : value,
  );
}

// ---- Exchanges, by brute force ----

type Exchanges = readonly (readonly number[])[];

/** Every permitted exchange of the elements of all sets, one list for each set. */
function exchangesOf(sets: readonly IndexSet[]): readonly Exchanges[] {
  let group: Exchanges[] = [[]];
  const done = new Set<IndexSet>();
  for (const set of sets) {
    if (done.has(set)) continue;
    const twin = sets.find(
      (other) =>
        other !== set &&
        "of" in other.exchange &&
        "of" in set.exchange &&
        other.exchange.of === set.exchange.of,
    );
    done.add(set);
    if (twin !== undefined) done.add(twin);
    const both = exchangesOfOne(set, twin);
    group = group.flatMap((all) =>
      both.map((exchange) => {
        const result = [...all];
        result[sets.indexOf(set)] = exchange[0] as readonly number[];
        if (twin !== undefined) result[sets.indexOf(twin)] = exchange[1] as readonly number[];
        return result;
      }),
    );
  }
  return group;
}

/** Of a set and the set of its blocks, if there is one. A frame goes where every block goes as a whole. */
function exchangesOfOne(set: IndexSet, blocks: IndexSet | undefined): readonly Exchanges[] {
  const { exchange } = set;
  if (exchange.kind === "ordered") return [[numbers(sizeOf(set))]];
  if (exchange.kind === "interchangeable") return arrangements(sizeOf(set)).map((one) => [one]);
  const frames = 2 ** exchange.of.levels;
  const trees = exchange.of.trees as unknown as number;
  const nodes: number[][] = [];
  for (let tree = 0; tree < trees; tree++) {
    for (let size = frames; size >= 1; size /= 2) {
      for (let at = 0; at < frames; at += size)
        nodes.push(numbers(size).map((n) => tree * frames + at + n));
    }
  }
  const known = new Map(nodes.map((block, number) => [block.join(), number]));
  return arrangements(trees * frames).flatMap((leaves) => {
    const moved = nodes.map((block) =>
      known.get(
        block
          .map((frame) => leaves[frame] as number)
          .sort((a, b) => a - b)
          .join(),
      ),
    );
    if (moved.includes(undefined)) return [];
    // With ordered halves, a block that begins with its first frame goes to one that begins with that.
    const isTurned = nodes.some(([frame = 0], number) => {
      const [there] = nodes[moved[number] as number] as number[];
      return leaves[frame] !== there;
    });
    if (exchange.of.areHalvesOrdered && isTurned) return [];
    return blocks === undefined ? [[leaves]] : [[leaves, moved as number[]]];
  });
}

function arrangements(count: number): number[][] {
  if (count === 0) return [[]];
  return arrangements(count - 1).flatMap((one) =>
    numbers(count).map((at) => [...one.slice(0, at), count - 1, ...one.slice(at)]),
  );
}

function exchanged(shape: Shape, value: Plain, sets: readonly IndexSet[], to: Exchanges): Plain {
  const target = (set: IndexSet, element: number): number =>
    (to[sets.indexOf(set)] as number[])[element] as number;
  if (shape.kind === "index") return target(shape.set, value);
  if (shape.kind === "each") {
    const result: unknown[] = [];
    for (const [element, inner] of (value as unknown[]).entries()) {
      result[target(shape.set, element)] = exchanged(shape.of, inner, sets, to);
    }
    return result;
  }
  if (shape.kind === "record") {
    return Object.fromEntries(
      Object.entries(shape.fields).map(([name, of]) => [
        name,
        exchanged(of, value[name], sets, to),
      ]),
    );
  }
  if (shape.kind === "sequence")
    return value.map((inner: unknown) => exchanged(shape.of, inner, sets, to));
  if (shape.kind === "subset")
    return new Set([...value].map((element) => target(shape.set, element)));
  if (shape.kind === "optional")
    return value === "none" ? value : exchanged(shape.of, value, sets, to);
  return value;
}

function leastOf(
  spec: Spec,
  sets: readonly IndexSet[],
  group: readonly Exchanges[],
  state: Plain,
): string {
  const all: Shape = {
    kind: "record",
    fields: Object.fromEntries(
      Object.entries(spec.state).map(([name, { shape }]) => [name, shape]),
    ),
  };
  return group.map((to) => keyOf(exchanged(all, state, sets, to))).sort()[0] as string;
}

// ---- What must agree ----

function expectSameAnswers(verdict: Verdict, { lengths, spoke }: Naive): void {
  for (const { kind, name, status, trace } of verdict.properties) {
    expect({ name, steps: trace?.steps.length }).toEqual({ name, steps: lengths.get(name) });
    const expected = lengths.has(name)
      ? "violated"
      : kind === "witness"
        ? spoke.has(name)
          ? "seen"
          : "never seen"
        : spoke.has(name) || kind === "deadlock freedom"
          ? "holds"
          : "vacuous";
    expect({ name, status }).toEqual({ name, status: expected });
  }
  const isVacuous = verdict.properties.some(
    ({ status }) => status === "never seen" || status === "vacuous",
  );
  expect(verdict.kind).toBe(lengths.size > 0 ? "violated" : isVacuous ? "vacuous" : "holds");
}

/** Each trace is a path of the spec to what it is a trace of. */
function expectPaths(spec: Spec, { properties }: Verdict): void {
  for (const { name, trace } of properties) {
    if (trace !== undefined) expectPath(spec, name, trace);
  }
}

/** Takes the steps of a trace again, from the start, and sees the property fail at its end. */
function expectPath(spec: Spec, name: string, { initial, steps, choice }: Trace): void {
  expect(initialsOf(spec).map(keyOf)).toContain(keyOf(initial));
  let [before, state]: Plain[] = [initial, initial];
  for (const { step, state: reached } of steps) {
    const taken = enabledIn(spec, state).find(
      ({ action, choice: one }) => action === step.action && one.join() === step.choice.join(),
    );
    expect(keyOf(taken?.after)).toBe(keyOf(reached));
    [before, state] = [state, taken?.after];
  }
  if (name === "deadlockFreedom") {
    for (const { after } of enabledIn(spec, state)) expect(keyOf(after)).toBe(keyOf(state));
    return;
  }
  const property = spec.properties[name] as Plain;
  const states = property.kind === "invariant" ? [state] : [before, state];
  expect(property.when(...states, ...(choice as unknown[]), {})).toBe(true);
  expect(property.holds(...states, ...(choice as unknown[]), {})).toBe(false);
}

// ---- Random specs, symmetric by construction: they compare and move elements, and never name one ----

function randomSpec(pick: Dice): { readonly spec: Spec; readonly sets: readonly IndexSet[] } {
  const sets = randomSets(pick);
  const some = (): IndexSet => sets[pick(sets.length)] as IndexSet;
  const pieces = numbers(1 + pick(3)).map((at) => randomPiece(pick, `v${at}`, some(), some()));
  const { action, invariant, spec, stepProperty, witness } = declare({
    constants: {},
    state: Object.fromEntries(pieces.map(({ name, domain }) => [name, domain])) as Record<
      string,
      never
    >,
  });
  const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T;

  /** A condition on the state and what was chosen; what it needs chosen comes from `sets`. */
  const condition = (
    forAny: readonly IndexSet[],
  ): ((state: Plain, chosen: readonly number[]) => boolean) => {
    const { conditions } = one(pieces);
    const test = one(conditions);
    const find = (set: IndexSet, chosen: readonly number[]): number[] =>
      chosen.filter((_, at) => forAny[at] === set);
    const wanted = pick(2) === 0;
    const kind = pick(3);
    return (state, chosen) => {
      const own = find(test.set, chosen);
      const all = numbers(sizeOf(test.set)).map((element) => test.test(state, element));
      const answer =
        own.length > 0 && kind !== 0
          ? test.test(state, own[0] as number)
          : kind === 1
            ? all.every(Boolean)
            : all.some(Boolean);
      return answer === wanted;
    };
  };

  const actions = numbers(1 + pick(3)).map((at) => {
    const { moves } = one(pieces);
    const { forAny, when, effect } = one(moves);
    const more = pick(2) === 0 ? () => true : condition(forAny);
    const definition = action(pick(2) === 0 ? "someone" : "someone else", {
      forAny,
      when: (state: Plain, ...rest: Plain[]) =>
        when(state, rest.slice(0, forAny.length)) && more(state, rest.slice(0, forAny.length)),
      effect: (draft: Plain, ...rest: Plain[]) => effect(draft, rest.slice(0, forAny.length)),
    } as never);
    return [`a${at}`, definition] as const;
  });
  const claims = () => {
    const forAny = numbers(pick(3)).map(some);
    const [when, holds] = [condition(forAny), condition(forAny)];
    const isPlain = pick(2) === 0;
    const cut = (rest: Plain[]): number[] => rest.slice(0, forAny.length);
    return { forAny, cut, isPlain, when, holds };
  };
  const ofState = () => {
    const { forAny, cut, isPlain, when, holds } = claims();
    return {
      forAny,
      when: (state: Plain, ...rest: Plain[]) => isPlain || when(state, cut(rest)),
      holds: (state: Plain, ...rest: Plain[]) => holds(state, cut(rest)),
    } as never;
  };
  const ofStep = () => {
    const { forAny, cut, isPlain, when, holds } = claims();
    return {
      forAny,
      when: (before: Plain, after: Plain, ...rest: Plain[]) =>
        isPlain || when(before, cut(rest)) !== when(after, cut(rest)),
      holds: (before: Plain, after: Plain, ...rest: Plain[]) =>
        holds(before, cut(rest)) || holds(after, cut(rest)),
    } as never;
  };
  const starts = one(pieces);
  const first = one(starts.moves);
  const isEnd = condition([]);
  return {
    sets,
    spec: spec({
      name: "random",
      title: "made of throws of dice",
      ...(pick(2) === 0 && {
        initial: {
          forAny: first.forAny,
          effect: (draft: Plain, ...rest: Plain[]) => {
            const chosen = rest.slice(0, first.forAny.length);
            if (first.when(draft, chosen)) first.effect(draft, chosen);
          },
        } as never,
      }),
      actions: Object.fromEntries(actions) as never,
      invariants: { i0: invariant(ofState()), i1: invariant(ofState()) },
      stepProperties: { s0: stepProperty(ofStep()) },
      witnesses: { w0: witness(ofState()) },
      ...(pick(3) > 0 && {
        mayEnd: pick(2) === 0 ? () => true : (state: Plain) => isEnd(state, []),
      }),
    }),
  };
}

function randomSets(pick: Dice): readonly IndexSet[] {
  const one = (name: string): IndexSet[] => {
    const kind = pick(5);
    if (kind === 0) return [ordered(name, 1 + pick(2))] as never;
    if (kind <= 2) return [interchangeable(name, 1 + pick(3))] as never;
    const frames =
      kind === 3
        ? buddies(name, pick(2) === 0 ? { levels: 1, trees: 1 + pick(2) } : { levels: 2 })
        : buddies(name, { levels: 1, trees: 1 + pick(2), ordered: "halves" });
    return [frames, frames.blocks(`${name} block`)] as never;
  };
  return pick(2) === 0 ? one("one") : [...one("one"), ...one("other")].slice(0, 3);
}

interface Piece {
  readonly name: string;
  readonly domain: unknown;
  /** Steps that keep the variable in its domain. */
  readonly moves: readonly {
    readonly forAny: readonly IndexSet[];
    readonly when: (state: Plain, chosen: readonly number[]) => boolean;
    readonly effect: (draft: Plain, chosen: Plain[]) => void;
  }[];
  /** What may be true of an element of a set. */
  readonly conditions: readonly {
    readonly set: IndexSet;
    test(state: Plain, element: number): boolean;
  }[];
}

/** A variable over the elements of `set`, which may refer to those of `other`. */
function randomPiece(pick: Dice, name: string, set: IndexSet, other: IndexSet): Piece {
  const always = (): boolean => true;
  const word = (): string => ["a", "b", "c"][pick(3)] as string;
  const [was, is, wanted] = [word(), word(), word()];
  const kinds: readonly (() => Piece)[] = [
    () => ({
      name,
      domain: each(set, oneOf("a", "b", "c")),
      moves: [
        {
          forAny: [set],
          when: (s, [x]) => s[name][x as number] !== is,
          effect: (d, [x]) => {
            d[name][x] = is;
          },
        },
        {
          forAny: [set, set],
          when: (s, [x, y]) => x !== y && s[name][x as number] === was,
          effect: (d, [x, y]) => {
            d[name][y] = is;
            d[name][x] = "a";
          },
        },
      ],
      conditions: [{ set, test: (s, x) => s[name][x] === wanted }],
    }),
    () => ({
      name,
      domain: each(set, range(0, 2)),
      moves: [
        {
          forAny: [set],
          when: (s, [x]) => s[name][x as number] < 2,
          effect: (d, [x]) => {
            d[name][x] += 1;
          },
        },
        {
          forAny: [],
          when: (s) => s[name].every((n: number) => n > 0),
          effect: (d) => {
            for (const x of d[name].keys()) d[name][x] -= 1;
          },
        },
        {
          forAny: [set, range(0, 2) as never],
          when: always,
          effect: (d, [x, n]) => {
            d[name][x] = n;
          },
        },
      ],
      conditions: [
        { set, test: (s, x) => s[name][x] === 2 },
        { set, test: (s, x) => s[name][x] === Math.max(...s[name]) },
      ],
    }),
    () => ({
      name,
      domain: optional(set as IndexSet<string>),
      moves: [
        {
          forAny: [set],
          when: (s, [x]) => s[name] !== x,
          effect: (d, [x]) => {
            d[name] = x;
          },
        },
        {
          forAny: [],
          when: (s) => s[name] !== "none",
          effect: (d) => {
            d[name] = "none";
          },
        },
      ],
      conditions: [{ set, test: (s, x) => s[name] === x }],
    }),
    () => ({
      name,
      domain: sequence(set as IndexSet<string>, 2),
      moves: [
        {
          forAny: [set],
          when: (s, [x]) => s[name].length < 2 && (is === "a" || !s[name].includes(x)),
          effect: (d, [x]) => {
            d[name].push(x);
          },
        },
        {
          forAny: [],
          when: (s) => s[name].length > 0,
          effect: (d) => {
            d[name].shift();
          },
        },
        {
          forAny: [],
          when: (s) => s[name].length > 1,
          effect: (d) => {
            d[name].reverse();
          },
        },
      ],
      conditions: [
        { set, test: (s, x) => s[name].includes(x) },
        { set, test: (s, x) => s[name][0] === x },
        { set, test: (s) => s[name].length === 2 },
      ],
    }),
    () => ({
      name,
      domain: subset(set as IndexSet<string>),
      moves: [
        {
          forAny: [set],
          when: (s, [x]) => !s[name].has(x),
          effect: (d, [x]) => {
            d[name].add(x);
          },
        },
        {
          forAny: [set],
          when: (s, [x]) => s[name].has(x),
          effect: (d, [x]) => {
            d[name].delete(x);
          },
        },
        {
          forAny: [],
          when: always,
          effect: (d) => {
            d[name] = new Set();
          },
        },
      ],
      conditions: [
        { set, test: (s, x) => s[name].has(x) },
        { set, test: (s) => s[name].size === 1 },
      ],
    }),
    () => ({
      name,
      domain: each(set, optional(other as IndexSet<string>)),
      moves: [
        {
          forAny: [set, other],
          when: (s, [x, y]) => s[name][x as number] !== y,
          effect: (d, [x, y]) => {
            d[name][x] = y;
          },
        },
        {
          forAny: [set],
          when: (s, [x]) => s[name][x as number] !== "none",
          effect: (d, [x]) => {
            d[name][x] = "none";
          },
        },
      ],
      conditions: [
        { set: other, test: (s, y) => s[name].includes(y) },
        { set, test: (s, x) => s[name][x] === "none" },
        { set, test: (s, x) => set === other && s[name][x] === x },
      ],
    }),
    () => ({
      name,
      domain: record({
        owner: optional(set as IndexSet<string>),
        group: subset(other as IndexSet<string>),
        isOn: oneOf("no", "yes"),
      }),
      moves: [
        {
          forAny: [set, other],
          when: (s, [, y]) => !s[name].group.has(y),
          effect: (d, [x, y]) => {
            d[name].owner = x;
            d[name].group.add(y);
          },
        },
        {
          forAny: [set],
          when: (s, [x]) => s[name].owner === x,
          effect: (d) => {
            d[name] = {
              owner: "none",
              group: new Set(),
              isOn: d[name].isOn === "yes" ? "no" : "yes",
            };
          },
        },
      ],
      conditions: [
        { set, test: (s, x) => s[name].owner === x },
        { set: other, test: (s, y) => s[name].group.has(y) },
        { set, test: (s) => s[name].isOn === "yes" },
      ],
    }),
  ];
  return (kinds[pick(kinds.length)] as () => Piece)();
}
