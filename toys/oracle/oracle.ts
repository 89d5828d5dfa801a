import type { Property, Spec } from "../../spec/index.ts";
import { exchangesOf, type Permutation } from "./exchanges.ts";
import { deadlockFreedom, type Exploration, explore } from "./explore.ts";
import { type Liveness, livenessOf } from "./liveness.ts";
import { isSymmetric, orbitOf } from "./symmetry.ts";
import { type System, systemOf } from "./system.ts";
import { Fault } from "./values.ts";

/** What is true of a protocol, found by definition. */
export interface Truth {
  readonly kind: "holds" | "violated" | "vacuous";
  /** Of several violations the one that is told; undefined if it is not known which. */
  readonly property: string | undefined;
  /** Whether the protocol leaves its domains after a violation. */
  readonly isCutShort: boolean;
  readonly properties: readonly Answer[];
  /** Of all states. */
  readonly figures: Figures;
  /** Of orbits, if there are exchanges and they change nothing. */
  readonly reduced: Figures | undefined;
  /** Whether the exchanges that the spec declares change nothing; true if there are none. */
  readonly isSymmetric: boolean;
  /** How many exchanges there are, with that of nothing. */
  readonly exchanges: number;
}

export interface Answer {
  readonly name: string;
  readonly status:
    | "holds"
    | "violated"
    | "vacuous"
    | "seen"
    | "never seen"
    | "not asked"
    | "undecided"
    | "not known";
  /** Of a violation: the least number of steps that shows it, as far as it is known. */
  readonly after?: number;
}

export interface Figures {
  readonly distinctStates: number;
  readonly unreducedStates: number;
  readonly generatedStates: number;
  readonly transitions: number;
  readonly depth: number;
  readonly frontier: number;
  readonly taken: Readonly<Record<string, number>>;
  /** If everything was seen: the actions that were taken and never changed anything. */
  readonly unchanging: readonly string[] | undefined;
}

export interface Limits {
  readonly mostStates: number;
  readonly mostExchanges: number;
}

/**
 * What is true of a spec, by brute force; "at fault" if it cannot be explored, undefined if it is too large.
 * Slow, and nothing of the engines is in it: states are JSON, orbits are found by trying all permutations,
 * liveness is decided by its definition.
 */
export function truthOf(spec: Spec, limits: Limits): Truth | "at fault" | undefined {
  try {
    const system = systemOf(spec);
    const exchanges = exchangesOf(spec, system.constants);
    if (exchanges.length > limits.mostExchanges) return undefined;
    const exploration = explore(system, limits.mostStates);
    const truth = exploration && truthFrom(system, exploration, exchanges);
    return truth && isKnown(truth) ? truth : undefined;
  } catch (error) {
    if (error instanceof Fault) return "at fault";
    throw error;
  }
}

/** A formula may be too large to be decided: then the verdict is not known either. */
const isKnown = ({ properties }: Truth): boolean =>
  properties.every(({ status }) => status !== "not known");

function truthFrom(
  system: System,
  exploration: Exploration,
  exchanges: readonly Permutation[],
): Truth {
  const properties = answersOf(system, exploration);
  const isAlike = exchanges.length === 1 || isSymmetric(system, exploration, exchanges);
  const orbits = (text: string): ReadonlySet<string> => orbitOf(system, text, exchanges);
  return {
    ...verdictOf(system, properties),
    isCutShort: exploration.stopped === "spec at fault",
    properties,
    figures: figuresOf(system, exploration, (text) => new Set([text])),
    reduced: isAlike && exchanges.length > 1 ? figuresOf(system, exploration, orbits) : undefined,
    isSymmetric: isAlike,
    exchanges: exchanges.length,
  };
}

function answersOf(system: System, exploration: Exploration): readonly Answer[] {
  const { violated, spoke, stopped } = exploration;
  // What lies behind a step that fails an assertion is not known.
  const isWhole =
    stopped === undefined &&
    !Object.entries(system.spec.properties).some(
      ([name, { kind }]) => kind === "assertion" && violated.has(name),
    );
  const liveness = livenessOf(system, exploration);
  const after = (name: string): Pick<Answer, "after"> => {
    const steps = violated.get(name);
    return steps === undefined ? {} : { after: steps };
  };
  const answerOf = (name: string, property: Property): Answer => {
    if (violated.has(name)) return { name, status: "violated", ...after(name) };
    if (property.kind === "witness") {
      if (spoke.has(name)) return { name, status: "seen" };
      return { name, status: isWhole ? "never seen" : "undecided" };
    }
    if (!isWhole) return { name, status: "undecided" };
    if (["invariant", "step property", "assertion"].includes(property.kind)) {
      return { name, status: spoke.has(name) ? "holds" : "vacuous" };
    }
    return { name, ...liveness(property as Liveness) };
  };
  return [
    ...Object.entries(system.spec.properties).map(([name, property]): Answer => {
      const answer = answerOf(name, property);
      const isEmpty = answer.status === "never seen" || answer.status === "vacuous";
      return isEmpty && isTooSmall(system, property) ? { name, status: "not asked" } : answer;
    }),
    {
      name: deadlockFreedom,
      status: violated.has(deadlockFreedom) ? "violated" : isWhole ? "holds" : "undecided",
      ...after(deadlockFreedom),
    },
  ];
}

/** Whether a property says that it is seen in other instances than this one. */
const isTooSmall = ({ constants }: System, { seenFrom }: Property): boolean =>
  seenFrom?.every((one) =>
    Object.entries(one).some(([name, least]) => {
      const value = constants[name] as number | boolean;
      return typeof least === "number" ? Number(value) < least : value !== least;
    }),
  ) ?? false;

function verdictOf(
  { spec }: System,
  properties: readonly Answer[],
): Pick<Truth, "kind" | "property"> {
  const violated = properties.filter(({ status }) => status === "violated");
  if (violated.length > 0) {
    const kindOf = ({ name }: Answer): Property["kind"] | undefined => spec.properties[name]?.kind;
    const isOfSafety = (answer: Answer): boolean =>
      ["invariant", "step property", "assertion", undefined].includes(kindOf(answer));
    const ofSafety = violated.filter(isOfSafety);
    const told = ofSafety.length > 0 ? ofSafety : violated;
    const isKnown = told.every(({ after }) => after !== undefined);
    const [first] = told.toSorted((one, other) => (one.after ?? 0) - (other.after ?? 0));
    return { kind: "violated", property: isKnown ? first?.name : undefined };
  }
  const empty = properties.find(({ status }) => status === "never seen" || status === "vacuous");
  return { kind: empty === undefined ? "holds" : "vacuous", property: empty?.name };
}

/** Counts one state of each orbit; `orbitOf` says which states are in that of a state. */
function figuresOf(
  system: System,
  { depths, outcomes, initial }: Exploration,
  orbitOf: (text: string) => ReadonlySet<string>,
): Figures {
  const covered = new Set<string>();
  const taken = Object.fromEntries(Object.keys(system.spec.actions).map((name) => [name, 0]));
  const changing = new Set<string>();
  let distinctStates = 0;
  let unreducedStates = 0;
  let expanded = 0;
  for (const text of depths.keys()) {
    if (covered.has(text)) continue;
    const orbit = orbitOf(text);
    for (const one of orbit) covered.add(one);
    distinctStates++;
    unreducedStates += orbit.size;
    const found = outcomes.get(text);
    if (found !== undefined) expanded++;
    for (const [position, outcome] of (found ?? []).entries()) {
      const { action } = system.steps[position] as { action: string };
      if (outcome.kind !== "leads to") continue;
      taken[action] = (taken[action] as number) + 1;
      if (outcome.text !== text) changing.add(action);
    }
  }
  const transitions = Object.values(taken).reduce((sum, count) => sum + count, 0);
  return {
    distinctStates,
    unreducedStates,
    generatedStates: transitions + initial.length,
    transitions,
    depth: 1 + Math.max(...depths.values()),
    frontier: distinctStates - expanded,
    taken,
    unchanging:
      distinctStates > expanded
        ? undefined
        : Object.keys(taken).filter((action) => taken[action] !== 0 && !changing.has(action)),
  };
}
