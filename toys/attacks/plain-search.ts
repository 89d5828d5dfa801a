/**
 * A search that shares no code with the engines: states are plain objects, a step runs on a copy, and liveness
 * is decided by its definition. For tests; it has no symmetry, and where behaviours may go round no liveness.
 */
import {
  AssertedIn,
  AssertionFailure,
  Assertions,
  asserting,
  type AnyDomain,
  type Formula,
  type Predicate,
  type Property,
  type Shape,
  type Spec,
  sizeOf,
} from "../../spec/index.ts";

/** What a search came to, as far as two searches of the same states must agree. */
export interface Answer {
  readonly states: number;
  readonly transitions: number;
  /** In states, as engines count it. */
  readonly depth: number;
  /** By name, the status and, of a violated safety property, the length of its trace in steps. */
  readonly properties: Readonly<Record<string, string>>;
}

type PlainState = Readonly<Record<string, unknown>>;

interface Edge {
  readonly action: string;
  readonly choice: readonly unknown[];
  readonly to: number;
}

interface Graph {
  readonly states: readonly PlainState[];
  /** How many steps lead to each state at least. */
  readonly distances: readonly number[];
  readonly edges: readonly (readonly Edge[])[];
  readonly transitions: number;
  /** Of each assertion that failed, the steps to where it did first. */
  readonly failed: ReadonlyMap<string, number>;
  /** The assertions that were evaluated. */
  readonly asserted: ReadonlySet<string>;
}

/** Explores everything and judges every property; all functions run on plain objects. */
export function plainSearch(spec: Spec): Answer {
  const graph = explore(spec);
  const asked = Object.entries(spec.properties).map(
    ([name, property]) =>
      [
        name,
        property.kind === "assertion" ? asserted(graph, name) : judged(spec, graph, property),
      ] as const,
  );
  const all = [...asked, ["deadlockFreedom", judgedDeadlock(spec, graph)] as const];
  // What lies behind a step that fails an assertion is not known.
  const isKnown = (status: string): boolean =>
    graph.failed.size === 0 || /^(?:violated|seen)/.test(status);
  return {
    states: graph.states.length,
    transitions: graph.transitions,
    depth: Math.max(...graph.distances) + 1,
    properties: Object.fromEntries(
      all.map(([name, status]) => [name, isKnown(status) ? status : "undecided"]),
    ),
  };
}

function asserted({ failed, asserted: evaluated }: Graph, name: string): string {
  const steps = failed.get(name);
  if (steps !== undefined) return after(steps);
  return evaluated.has(name) ? "holds" : "vacuous";
}

const after = (steps: number): string => `violated after ${steps} steps`;

function explore(spec: Spec): Graph {
  const states: PlainState[] = [];
  const distances: number[] = [];
  const edges: Edge[][] = [];
  const numbers = new Map<string, number>();
  let transitions = 0;
  const failed = new Map<string, number>();
  const evaluated = new Set<string>();
  const assertions = new Assertions(spec);

  const enter = (state: PlainState, distance: number): number => {
    const key = keyOf(state);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, states.length);
    distances.push(distance);
    return states.push(state) - 1;
  };

  for (const state of initialStates(spec)) enter(state, 0);
  const steps = Object.entries(spec.actions).flatMap(([action, { choices, when, effect }]) =>
    combinations(spec, choices).map((choice) => ({ action, choice, when, effect })),
  );
  for (let at = 0; at < states.length; at++) {
    const state = states[at] as PlainState;
    const distance = distances[at] as number;
    const from: Edge[] = [];
    edges.push(from);
    for (const { action, choice, when, effect } of steps) {
      if (!when(state, ...choice, spec.constants)) continue;
      transitions += 1;
      const next = copyOf(state) as PlainState;
      const run = new AssertedIn(assertions);
      try {
        asserting(run, () => effect(next, ...choice, spec.constants));
      } catch (error) {
        if (!(error instanceof AssertionFailure)) throw error;
        transitions -= 1;
        if (!failed.has(error.property)) failed.set(error.property, distance + 1);
        continue;
      } finally {
        for (const name of run.names) evaluated.add(name);
      }
      from.push({ action, choice, to: enter(next, distance + 1) });
    }
  }
  return { states, distances, edges, transitions, failed, asserted: evaluated };
}

function initialStates(spec: Spec): readonly PlainState[] {
  const { choices, when, effect } = spec.initial;
  const first = (): PlainState =>
    Object.fromEntries(
      Object.entries(spec.state).map(([name, { shape }]) => [name, firstOf(spec, shape)]),
    );
  return combinations(spec, choices)
    .filter((choice) => when(first(), ...choice, spec.constants))
    .map((choice) => {
      const state = first();
      effect(state, ...choice, spec.constants);
      return state;
    });
}

function firstOf(spec: Spec, shape: Shape): unknown {
  switch (shape.kind) {
    case "words":
      return shape.words[0];
    case "whole":
      return boundOf(spec, shape.min);
    case "index":
      return 0;
    case "each":
      return Array.from({ length: sizeOf(shape.set.size, spec.constants, "a set") }, () =>
        firstOf(spec, shape.of),
      );
    case "record":
      return Object.fromEntries(
        Object.entries(shape.fields).map(([name, field]) => [name, firstOf(spec, field)]),
      );
    case "sequence":
      return [];
    case "subset":
      return new Set();
    case "optional":
      return "none";
  }
}

function valuesOf(spec: Spec, domain: AnyDomain): readonly unknown[] {
  const shape: Shape = domain.kind === "index set" ? { kind: "index", set: domain } : domain.shape;
  if (shape.kind === "words") return shape.words;
  if (shape.kind === "index") {
    return Array.from({ length: sizeOf(shape.set.size, spec.constants, "a set") }, (_, i) => i);
  }
  if (shape.kind !== "whole") throw new Error(`no choice of a ${shape.kind}`);
  const [min, max] = [boundOf(spec, shape.min), boundOf(spec, shape.max)];
  return Array.from({ length: max - min + 1 }, (_, i) => min + i);
}

const boundOf = ({ constants }: Spec, bound: number | ((constants: never) => number)): number =>
  typeof bound === "number" ? bound : bound(constants as never);

const combinations = (spec: Spec, choices: readonly AnyDomain[]): readonly (readonly unknown[])[] =>
  choices.reduce<readonly (readonly unknown[])[]>(
    (lists, domain) =>
      lists.flatMap((list) => valuesOf(spec, domain).map((value) => [...list, value])),
    [[]],
  );

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Set) return new Set(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOf(part)]));
}

/** The same text for states that differ only in the order in which a set was filled or a record written. */
function keyOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(keyOf).join()}]`;
  if (value instanceof Set)
    return `{${[...(value as Set<number>)].toSorted((one, other) => one - other).join()}}`;
  const parts = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `(${parts.map(([name, part]) => `${name}:${keyOf(part)}`).join()})`;
}

function judgedDeadlock(spec: Spec, { states, edges, distances }: Graph): string {
  const isDead = (state: PlainState, at: number): boolean =>
    (edges[at] as Edge[]).every(({ to }) => to === at) &&
    spec.mayEnd?.(state, spec.constants) !== true;
  const dead = states.findIndex(isDead);
  return dead < 0 ? "holds" : after(distances[dead] as number);
}

type Judged = Exclude<Property, { readonly kind: "assertion" }>;

function judged(spec: Spec, graph: Graph, property: Judged): string {
  const choices = combinations(spec, property.choices);
  const perChoice = choices.map((choice) => judgedFor(spec, graph, property, choice));
  const violations = perChoice.filter((status) => status.startsWith("violated"));
  const byLength = (status: string): number => Number(/\d+/.exec(status)?.[0] ?? 0);
  if (violations.length > 0) {
    return violations.toSorted((one, other) => byLength(one) - byLength(other))[0] as string;
  }
  if (property.kind === "witness") return perChoice.includes("seen") ? "seen" : "never seen";
  return perChoice.includes("holds") ? "holds" : "vacuous";
}

function judgedFor(spec: Spec, graph: Graph, property: Judged, choice: readonly unknown[]): string {
  const { states, distances, edges } = graph;
  const everywhere = (ask: Predicate): readonly boolean[] =>
    states.map((state) => ask(state, ...choice, spec.constants));
  const holdsIf = (isViolated: boolean, hasAnythingToSay = true): string =>
    isViolated ? "violated" : hasAnythingToSay ? "holds" : "vacuous";

  switch (property.kind) {
    case "invariant": {
      const when = everywhere(property.when);
      const broken = states.findIndex(
        (state, at) => when[at] === true && !property.holds(state, ...choice, spec.constants),
      );
      if (broken >= 0) return after(distances[broken] as number);
      return when.includes(true) ? "holds" : "vacuous";
    }
    case "step property": {
      let isAsked = false;
      for (const [at, state] of states.entries()) {
        for (const { to } of edges[at] as readonly Edge[]) {
          const all = [state, states[to], ...choice, spec.constants];
          if (!property.when(...all)) continue;
          isAsked = true;
          if (!property.holds(...all)) return after((distances[at] as number) + 1);
        }
      }
      return isAsked ? "holds" : "vacuous";
    }
    case "witness":
      return everywhere(property.holds).includes(true) ? "seen" : "never seen";
    case "leads to": {
      const from = everywhere(property.from);
      const avoids = avoidanceOf(spec, graph, everywhere(property.to));
      return holdsIf(
        from.some((isFrom, at) => isFrom && avoids(at)),
        from.includes(true),
      );
    }
    // No behaviour goes round: what happens for ever happens where it rests.
    case "always eventually":
    case "eventually always": {
      const holds = everywhere(property.holds);
      return holdsIf(
        holds.some((isTrue, at) => !isTrue && isRest(spec, graph, at)),
        everywhere(property.when).includes(true),
      );
    }
    case "recoverable": {
      const to = everywhere(property.to);
      const reaches = alongSteps(graph, (at, later) => to[at] === true || later.includes(true));
      const when = everywhere(property.when);
      return holdsIf(
        when.some((isAsked, at) => isAsked && !reaches(at)),
        when.includes(true),
      );
    }
    case "within": {
      const from = everywhere(property.from);
      const to = everywhere(property.to);
      const { counting, atMost } = property;
      const counted = typeof counting === "string" ? [] : everywhere(counting);
      const counts = (at: number, { action, to: next }: Edge): boolean =>
        typeof counting === "string" ? action === counting : !counted[at] && counted[next] === true;
      const worst = alongSteps<number>(graph, (at, later, ways) =>
        to[at] === true
          ? 0
          : Math.max(0, ...later.map((most, way) => most + Number(counts(at, ways[way] as Edge)))),
      );
      return holdsIf(
        from.some((isFrom, at) => isFrom && worst(at) > boundOf(spec, atMost)),
        from.includes(true),
      );
    }
    case "progress": {
      const { of, counting } = property;
      if (counting !== undefined || choice.length > 0) {
        throw new Error("a plain search decides of one actor only, and by what it does itself");
      }
      const its = (at: number): readonly Edge[] =>
        (edges[at] as readonly Edge[]).filter(({ action }) => spec.actions[action]?.actor === of);
      return holdsIf(
        // No behaviour goes round: who is busy for ever changes nothing, where it rests.
        states.some((_, at) => isRest(spec, graph, at) && its(at).some(({ to }) => to === at)),
        states.some((_, at) => its(at).length > 0),
      );
    }
    case "temporal":
      return holdsIf(!isTrueAtFirst(spec, graph, property.formula, everywhere));
  }
}

/** Of formulas those of one word over a predicate. */
function isTrueAtFirst(
  spec: Spec,
  graph: Graph,
  formula: Formula,
  everywhere: (ask: Predicate) => readonly boolean[],
): boolean {
  const initial = [...graph.states.keys()].filter((at) => graph.distances[at] === 0);
  if ("of" in formula && formula.of.kind === "now") {
    const holds = everywhere(formula.of.holds);
    if (formula.kind === "always") return !holds.includes(false);
    if (formula.kind === "eventually") {
      const avoids = avoidanceOf(spec, graph, holds);
      return !initial.some(avoids);
    }
  }
  throw new Error(`a plain search decides no such formula: ${formula.kind}`);
}

/** Whether a fair behaviour that begins in a state never meets a goal. */
function avoidanceOf(
  spec: Spec,
  graph: Graph,
  isGoal: readonly boolean[],
): (at: number) => boolean {
  return alongSteps(
    graph,
    (at, later) => isGoal[at] !== true && (isRest(spec, graph, at) || later.includes(true)),
  );
}

/** Whether a behaviour may stay in a state for ever: nothing that is fair could change it. */
function isRest(spec: Spec, { edges }: Graph, at: number): boolean {
  const changing = (edges[at] as readonly Edge[]).filter(({ to }) => to !== at);
  return !changing.some(
    ({ action }) => spec.fairness === "weak" || spec.actions[action]?.fairness !== "none",
  );
}

/** A value for each state that follows from those of its successors; throws where behaviours go round. */
function alongSteps<Value>(
  { edges }: Graph,
  valueOf: (at: number, later: readonly Value[], ways: readonly Edge[]) => Value,
): (at: number) => Value {
  const known = new Map<number, Value>();
  const open = new Set<number>();
  const value = (at: number): Value => {
    if (known.has(at)) return known.get(at) as Value;
    if (open.has(at))
      throw new Error("a plain search decides no liveness where behaviours go round");
    open.add(at);
    const ways = (edges[at] as readonly Edge[]).filter(({ to }) => to !== at);
    const result = valueOf(
      at,
      ways.map(({ to }) => value(to)),
      ways,
    );
    open.delete(at);
    known.set(at, result);
    return result;
  };
  return value;
}
