import type { Flow } from "./flow.ts";

/** How the steps of two actors come into each other's way, as reads and writes show it. Steps are numbered from 1. */
export type Race = Stale | Lost;

/** A step acts on what was known before somebody else changed it, and nothing that it rests on has looked since. */
export interface Stale {
  readonly kind: "stale";
  readonly path: string;
  readonly was: string;
  readonly is: string;
  /** In which step it was read, or written; in which it was changed; and which acts on it. */
  readonly knows: number;
  readonly changes: number;
  readonly acts: number;
}

/** A step writes over what somebody else had written, and nothing that it rests on has looked at it. */
export interface Lost {
  readonly kind: "lost";
  readonly path: string;
  /** What was written, and what stands there now. */
  readonly was: string;
  readonly is: string;
  readonly writes: number;
  readonly overwrites: number;
}

/** The steps of a race, in order. */
export const stepsOfRace = (race: Race): readonly number[] =>
  race.kind === "stale" ? [race.knows, race.changes, race.acts] : [race.writes, race.overwrites];

/** What a violation looks at, and the steps that gave it the values it found. */
export interface Violated {
  readonly paths: ReadonlySet<string>;
  readonly writers: readonly number[];
}

/**
 * The race that tells most of a violation, undefined where there is none: of what it looks at itself, still as the race
 * left it; else one in which a step that gave one of its values was overlooked; else one that these steps come from.
 */
export function raceIn(flow: Flow, violated: Violated): Race | undefined {
  const ending = [...new Set([...violated.writers, flow.length])].filter((step) => step > 0);
  const before = [...new Set(ending.flatMap((step) => [...flow.basisOf(step)]))];
  const near = ending.flatMap((step) => racesOf(flow, step));
  const far = before.flatMap((step) => racesOf(flow, step));
  /** Whether whoever acts has no word of the other step, not even by what came of it elsewhere. */
  const isUnheard = (race: Race): boolean =>
    !hasHeard(flow, [...flow.basisOf(actsIn(race)), actsIn(race)], race);
  const isLookedAt = (race: Race): boolean => isStill(flow, violated, race);
  const candidates = [
    near.filter((race) => isUnheard(race) && isLookedAt(race)),
    // It writes what it has known otherwise, even if it could have heard of the other step by what came of that elsewhere.
    near.filter((race) => race.kind === "stale" && isLookedAt(race) && writes(flow, race)),
    near.filter((race) => isUnheard(race) && violated.writers.includes(otherOf(race))),
    far.filter((race) => isUnheard(race) && isLookedAt(race)),
    // What it left so itself; neither has looked at what the other made, if it has heard of it by way of others.
    ending
      .flatMap((step) => [...staleIn(flow, step, true)])
      .filter((race) => isLookedAt(race) && !flow.isReadIn(race.path, race.changes))
      .filter((race) => !hasHeard(flow, ownSteps(flow, race.acts), race)),
  ];
  const [best] =
    candidates
      .find((races) => races.length > 0)
      ?.toSorted((one, other) => compare(rank(other), rank(one))) ?? [];
  return best && (near.find((race) => comesOf(flow, race, best)) ?? best);
}

/** Whether what is stale in a step is so still where its process goes on, and comes to one of the ends. */
const comesOf = (flow: Flow, later: Race, race: Race): boolean =>
  later.kind === "stale" &&
  race.kind === "stale" &&
  later.path === race.path &&
  later.knows === race.knows &&
  later.changes === race.changes &&
  later.acts > race.acts &&
  flow.goesOn(race.acts, later.acts);

/**
 * Whether one of some steps has looked at what came of the step that a race overlooks: at something else, and not only at
 * another element of the same, which says nothing of this one.
 */
function hasHeard(flow: Flow, steps: readonly number[], race: Race): boolean {
  const other = otherOf(race);
  const variable = flow.changeIn(race.path, other)?.is.variable;
  return steps.some(
    (step) =>
      step > other &&
      flow
        .readsOf(step)
        .some((read) => read.variable !== variable && flow.writerOf(read.path, step - 1) === other),
  );
}

/** The races in which a step is the one that acts, or that overwrites; of what is there, not of the proof's own bookkeeping. */
const racesOf = (flow: Flow, step: number): readonly Race[] =>
  [...staleIn(flow, step), ...lostIn(flow, step)].filter(({ path }) => !flow.isGhost(path));

/** A step and those of the same actor that it rests on. */
const ownSteps = (flow: Flow, step: number): readonly number[] =>
  [...flow.basisOf(step), step].filter((one) => flow.actorOf(one) === flow.actorOf(step));

/**
 * What a step that it rests on has found counts, and what its own process has left, which goes on from there; or else
 * only what the same actor has left.
 */
function* staleIn(flow: Flow, acts: number, isLeft = false): Generator<Stale> {
  for (const knows of flow.basisOf(acts)) {
    if (isLeft && flow.actorOf(knows) !== flow.actorOf(acts)) continue;
    for (const { path, text } of flow.knownAfter(knows)) {
      const hasLeft = flow.changeIn(path, knows) !== undefined;
      if (isLeft ? !hasLeft : hasLeft && !flow.goesOn(knows, acts)) continue;
      const changes = flow.writersBetween(path, knows, acts).at(-1);
      if (changes === undefined || flow.actorOf(changes) === flow.actorOf(knows)) continue;
      const is = flow.changeIn(path, changes)?.is.text;
      if (is === undefined || is === text || isSeenIn(flow, path, changes, acts)) continue;
      yield { kind: "stale", path, was: text, is, knows, changes, acts };
    }
  }
}

function* lostIn(flow: Flow, overwrites: number): Generator<Lost> {
  for (const { path, was, is } of flow.changesOf(overwrites)) {
    const writes = flow.writerOf(path, overwrites - 1);
    if (writes === 0 || flow.actorOf(writes) === flow.actorOf(overwrites)) continue;
    if (isSeenIn(flow, path, writes, overwrites)) continue;
    yield { kind: "lost", path, was: was.text, is: is.text, writes, overwrites };
  }
}

/** Whether a step, or one that it rests on, has looked at what another made of a part. */
export const isSeenIn = (flow: Flow, path: string, changes: number, step: number): boolean =>
  [...flow.basisOf(step), step].some((by) => by > changes && flow.isReadIn(path, by));

/** Whether a violation looks at the part of a race, and finds it as the race left it. */
function isStill(flow: Flow, { paths }: Violated, race: Race): boolean {
  const last = flow.writerOf(race.path, flow.length);
  return paths.has(race.path) && (last === otherOf(race) || last === actsIn(race));
}

/** Whether the step that acts on what is stale writes over it. */
const writes = (flow: Flow, { path, acts }: Stale): boolean =>
  flow.changeIn(path, acts) !== undefined;

/** The step that is overlooked in a race, and the one that overlooks it. */
const otherOf = (race: Race): number => (race.kind === "stale" ? race.changes : race.writes);
const actsIn = (race: Race): number => (race.kind === "stale" ? race.acts : race.overwrites);

/** What was known and is not so any more tells more than what is overwritten; later steps tell more than earlier ones. */
const rank = (race: Race): readonly number[] => [
  Number(race.kind === "stale"),
  actsIn(race),
  otherOf(race),
  race.kind === "stale" ? race.knows : 0,
];

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, position) => value !== other[position]);
  return at < 0 ? 0 : (one[at] as number) - (other[at] as number);
}
