import { actionOf, type Definition } from "./action.ts";
import type { Elements } from "./domain.ts";
import { always } from "./choices.ts";
import { giveUp, isStandIn, mistake, standingIn } from "./mistakes.ts";
import { checkFairness, demand, mayBeFunctions, refuseUnknown, suggestion } from "./refuse.ts";
import { show } from "./shown.ts";
import type { Action, Effect, Fairness, Located, Predicate, Process, Spec } from "./spec.ts";
import { SpecError } from "./spec-error.ts";
import type { ActionDefinition, Chosen, ForAny, TypedAction } from "./typed.ts";

/** Where an actor can be, if the variable says so: its words; of one for each element, those of each. */
export type PlaceOf<Read> = Read extends string
  ? Read
  : Read extends Elements<infer _I, infer Place>
    ? Place extends string
      ? Place
      : never
    : never;

/** The element that a step's actor is, if the variable has one place for each. */
type ActorIn<Read> = Read extends string ? [] : Read extends Elements<infer I, infer _P> ? [I] : [];

/** The variables that can say where an actor is. */
export type PlaceVariable<State> = {
  [name in keyof State]: [PlaceOf<State[name]>] extends [never] ? never : name;
}[keyof State] &
  string;

/** What an effect changes; where the actor is it says by `to` or by what it answers. */
export type DraftAt<State, Draft, Name extends keyof State> = Omit<Draft, Name> & Pick<State, Name>;

/** Where a step leads: always to `to`, or to where its effect answers. */
type Leads<Draft, Arguments extends readonly unknown[], Place> =
  | {
      readonly to: Place;
      /** What else it changes; where it answers a place, the step leads there instead. */
      // biome-ignore lint/suspicious/noConfusingVoidType: an effect that answers nothing
      readonly effect?: (draft: Draft, ...rest: Arguments) => Place | void;
    }
  | {
      readonly to?: undefined;
      /** What it changes; it answers where the step leads. */
      readonly effect: (draft: Draft, ...rest: Arguments) => Place;
    };

/** What a step of a process is given, typed by where its actor can be. */
type StepDefinition<State, Draft, Arguments extends readonly unknown[], F, Place> = Omit<
  ActionDefinition<State, Draft, Arguments, F>,
  "effect"
> &
  Leads<Draft, Arguments, Place>;

/** The arguments of its condition and its effect, after the state. */
type ArgumentsOf<State, Values, Name extends keyof State, F extends ForAny> = [
  ...ActorIn<State[Name]>,
  ...Chosen<F>,
  Values,
];

type Given<State, Draft, Values, Name extends keyof State, F extends ForAny> = StepDefinition<
  State,
  DraftAt<State, Draft, Name>,
  ArgumentsOf<State, Values, Name, F>,
  F,
  PlaceOf<State[Name]>
>;

type Made<State, Draft, Values, Name extends keyof State & string, F extends ForAny> = TypedAction<
  State,
  Draft,
  ArgumentsOf<State, Values, Name, F>,
  Name
>;

/** The words for the steps of the process whose place a variable says. */
export interface StepsOf<State, Draft, Values, Name extends PlaceVariable<State>> {
  /** A step that is taken at one place, or at each of several. */
  readonly at: <const F extends ForAny = readonly []>(
    place: PlaceOf<State[Name]> | readonly [PlaceOf<State[Name]>, ...PlaceOf<State[Name]>[]],
    definition: Given<State, Draft, Values, Name, F>,
  ) => Made<State, Draft, Values, Name, F>;

  /** A step that is taken wherever the actor is. */
  readonly anywhere: <const F extends ForAny = readonly []>(
    definition: Given<State, Draft, Values, Name, F>,
  ) => Made<State, Draft, Values, Name, F>;
}

/** What `at` is given; without the types of its author. */
export interface DefinitionAt extends Omit<Definition, "effect"> {
  readonly to?: unknown;
  readonly effect?: Effect | undefined;
}

/** Stands in for a process that cannot be told. */
export const nobody: Process = { variable: "", actor: "", places: [], fairness: "none" };

/**
 * The process that a variable says the place of; of a state that cannot be told, one that stands in. Throws `SpecError`
 * where the variable can say none.
 */
export function processOf(
  declaration: Pick<Spec, "state">,
  variable: unknown,
  its: object,
): Process {
  const { state } = declaration;
  const where = `process(${show(variable)})`;
  refuseUnknown(where, "part of a process", its, ["fairness"]);
  const fairness: unknown = Reflect.get(its, "fairness");
  checkFairness(`${where}: fairness`, fairness as Fairness | undefined);
  const names = Object.keys(state);
  const domain =
    typeof variable === "string" && Object.hasOwn(state, variable) ? state[variable] : undefined;
  if (domain === undefined) {
    if (isStandIn(declaration)) giveUp();
    throw new SpecError(
      `${where}: there is no such variable${suggestion(String(variable), names)}`,
    );
  }
  if (isStandIn(domain.shape)) giveUp();
  const places = placesOf(state, variable as string);
  if (places === undefined) {
    throw new SpecError(
      `${where}: the places of a process are words, oneOf(...), or each(set, oneOf(...)) for one process of each element.`,
    );
  }
  const process: Process = {
    variable: variable as string,
    actor: domain.shape.kind === "each" ? domain.shape.set : (variable as string),
    places,
    fairness: (fairness as Fairness | undefined) ?? "none",
  };
  return isStandIn(declaration) ? standingIn(process) : process;
}

/** In the place of a place: all of them. No text, for that could be a place. */
export const anywhere: unique symbol = Symbol("anywhere");

/** The words of a variable, or of each element; undefined where it has none. */
function placesOf(state: Spec["state"], variable: string): readonly string[] | undefined {
  const shape = state[variable]?.shape;
  const places = shape?.kind === "each" ? shape.of : shape;
  return places?.kind === "words" ? places.words : undefined;
}

/** A step that is taken at one place, at each of several, or "anywhere". Says what of it is none. */
export function actionAt(process: Process, place: unknown, definition: DefinitionAt): Action {
  if (isStandIn(process)) giveUp();
  const from = place === anywhere ? "anywhere" : placesIn(process, place);
  const where = `A step of ${process.variable} ${from === "anywhere" ? from : `at ${from.map(show).join(", ")}`}`;
  demand(where, definition, {});
  const { to, effect, ...rest } = definition;
  if (to !== undefined) checkPlace(`${where}: "to"`, process, to);
  mayBeFunctions(where, definition, ["when", "effect"]);
  if (to === undefined && effect === undefined) {
    mistake(`${where} leads nowhere: it has neither "to" nor an effect that answers a place.`);
  }
  const action = actionOf(process.actor, {
    fairness: process.fairness,
    ...rest,
    effect: typeof effect === "function" ? effect : (): void => {},
  });
  return locatedAction(action, {
    process,
    from,
    to: to as string | undefined,
    when: rest.when,
    effect,
  });
}

/** An action with other parts; a step of a process also at other places. Says of a place that it is none. */
export function movedAction(
  where: string,
  spec: Spec,
  old: Action,
  parts: {
    readonly when?: Predicate | undefined;
    readonly effect?: Effect | undefined;
    readonly at?: unknown;
    readonly to?: unknown;
  },
): Action {
  const { located } = old;
  if (located === undefined) {
    return { ...old, when: parts.when ?? old.when, effect: parts.effect ?? old.effect };
  }
  if (isStandIn(spec)) giveUp(); // who knows which places there are
  const { variable } = located.process;
  const process = { ...located.process, places: placesOf(spec.state, variable) ?? [] };
  if (parts.to !== undefined) checkPlace(`${where}: "to"`, process, parts.to);
  return locatedAction(old, {
    process,
    from: parts.at === undefined ? located.from : placesIn(process, parts.at),
    to: (parts.to ?? located.to) as string | undefined,
    when: parts.when ?? located.when,
    effect: parts.effect ?? located.effect,
  });
}

/** The action whose condition and effect are those of its author, at a place and on the way to the next. */
function locatedAction(action: Action, located: Located): Action {
  return {
    ...action,
    when: typeof action.actor === "string" ? conditionAt(located) : conditionOfEachAt(located),
    effect: typeof action.actor === "string" ? effectAt(located) : effectOfEachAt(located),
    located,
  };
}

/*
 * What follows is run in every state, and read by whoever proves something of a spec's functions: plain
 * comparisons and assignments, for one actor and for one of each element.
 */

type Draft = Record<string, unknown>;
type DraftOfEach = Record<string, unknown[]>;

function conditionAt({ process: { variable }, from, when = always }: Located): Predicate {
  if (from === "anywhere") return when;
  return (state: Draft, ...rest) =>
    from.includes(state[variable] as string) && when(state, ...rest);
}

function conditionOfEachAt({ process: { variable }, from, when = always }: Located): Predicate {
  if (from === "anywhere") return when;
  return (state: DraftOfEach, actor: number, ...rest) =>
    from.includes(state[variable]?.[actor] as string) && when(state, actor, ...rest);
}

function effectAt({ process, to, effect }: Located): Effect {
  const { variable } = process;
  if (effect === undefined) {
    return (draft: Draft) => {
      draft[variable] = to;
    };
  }
  return (draft: Draft, ...rest) => {
    const before = draft[variable];
    const answer: unknown = effect(draft, ...rest);
    if (draft[variable] !== before) throw moved(process);
    draft[variable] = nextPlace(process, to, answer);
  };
}

function effectOfEachAt({ process, to, effect }: Located): Effect {
  const { variable } = process;
  if (effect === undefined) {
    return (draft: DraftOfEach, actor: number) => {
      (draft[variable] as unknown[])[actor] = to;
    };
  }
  return (draft: DraftOfEach, actor: number, ...rest) => {
    const places = draft[variable] as unknown[];
    const before = places[actor];
    const answer: unknown = effect(draft, actor, ...rest);
    if (places[actor] !== before) throw moved(process);
    places[actor] = nextPlace(process, to, answer);
  };
}

/** Where a step leads. Throws `SpecError` where that is no place of the process. */
function nextPlace(process: Process, to: string | undefined, answer: unknown): unknown {
  if (answer === undefined && to !== undefined) return to;
  if (!process.places.includes(answer as string)) throw noPlace(process, answer);
  return answer;
}

const noPlace = ({ variable, places }: Process, answer: unknown): SpecError =>
  new SpecError(
    `the effect answers ${show(answer)}, which is no place of ${variable}${suggestion(String(answer), places)}`,
  );

const moved = ({ variable }: Process): SpecError =>
  new SpecError(
    `the effect changes ${variable}; where a step of a process leads, "to" says, or what its effect answers`,
  );

/** One place or several, as a list. Says that there is none, and of each that is none of the process. */
function placesIn(process: Process, place: unknown): readonly string[] {
  const places: readonly unknown[] = Array.isArray(place) ? [...new Set(place)] : [place];
  if (places.length === 0) mistake(`at([]): a step of ${process.variable} is taken at no place.`);
  for (const one of places) checkPlace("at", process, one);
  return places as readonly string[];
}

function checkPlace(where: string, { variable, places }: Process, place: unknown): void {
  if (typeof place === "string" && places.includes(place)) return;
  mistake(
    `${where}: ${show(place)} is no place of ${variable}${suggestion(String(place), places)}`,
  );
}
