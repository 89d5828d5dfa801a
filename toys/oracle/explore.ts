import type { Property, StepProperty } from "../../spec/index.ts";
import type { Outcome, Step, System } from "./system.ts";
import { Fault, type Plain } from "./values.ts";

/** All that a search nearest first comes to. */
export interface Exploration {
  /** Every state that was met, in that order, with how many steps it takes to get there. */
  readonly depths: ReadonlyMap<string, number>;
  /** Of each state that was looked at, what comes of each step. */
  readonly outcomes: ReadonlyMap<string, readonly Outcome[]>;
  readonly initial: readonly string[];
  /** Of each property that is violated, after how many steps at least. */
  readonly violated: ReadonlyMap<string, number>;
  /** The properties that had something to say, and the witnesses that were seen. */
  readonly spoke: ReadonlySet<string>;
  /** Why it did not see everything. */
  readonly stopped: "spec at fault" | undefined;
}

export const deadlockFreedom = "deadlockFreedom";

/** Explores a system; undefined if it has more than so many states. A `Fault` where it cannot begin. */
export function explore(system: System, mostStates: number): Exploration | undefined {
  const { spec, steps } = system;
  const depths = new Map<string, number>();
  const outcomes = new Map<string, readonly Outcome[]>();
  const violated = new Map<string, number>();
  const spoke = new Set<string>();
  let next: string[] = [];

  const violates = (name: string, after: number): void => {
    if (!violated.has(name)) violated.set(name, after);
  };

  /** Judges a state or a step by a property that says, for some choices, what must hold. */
  function judge(
    name: string,
    { when, holds, choices }: Pick<StepProperty, "when" | "holds" | "choices">,
    texts: readonly string[],
    after: number,
  ): void {
    for (const choice of system.choicesOf({ choices } as Property)) {
      if (!system.ask(when, texts, choice)) continue;
      spoke.add(name);
      if (!system.ask(holds, texts, choice)) violates(name, after);
    }
  }

  function meet(text: string, depth: number): void {
    if (depths.has(text)) return;
    depths.set(text, depth);
    next.push(text);
    for (const [name, property] of Object.entries(spec.properties)) {
      if (property.kind === "invariant") judge(name, property, [text], depth);
      if (property.kind === "witness" && isSeen(system, property, text)) spoke.add(name);
    }
  }

  function take(from: string, step: Step, to: string, after: number): void {
    for (const [name, property] of Object.entries(spec.properties)) {
      if (property.kind !== "step property" || !isBy(system, step, property)) continue;
      judge(name, property, [from, to], after);
    }
    meet(to, after);
  }

  function lookAt(text: string, depth: number): void {
    const found = steps.map((step) => system.outcomeOf(text, step));
    outcomes.set(text, found);
    for (const [position, outcome] of found.entries()) {
      for (const name of outcome.asserted) spoke.add(name);
      if (outcome.kind === "asserts") violates(outcome.name, depth + 1);
      if (outcome.kind === "leads to") {
        take(text, steps[position] as Step, outcome.text, depth + 1);
      }
    }
    const isStuck = found.every(
      (outcome) =>
        outcome.kind === "not possible" || (outcome.kind === "leads to" && outcome.text === text),
    );
    if (isStuck && !mayEnd(system, text)) violates(deadlockFreedom, depth);
  }

  const initial = system.initialStates();
  for (const text of initial) meet(text, 0);
  let stopped: Exploration["stopped"];
  for (let depth = 0; next.length > 0; depth++) {
    const level = next;
    next = [];
    for (const text of level) {
      lookAt(text, depth);
      if (depths.size > mostStates) return undefined;
    }
    if (level.some((text) => outcomes.get(text)?.some(({ kind }) => kind === "fault"))) {
      if (violated.size === 0) throw new Fault("A step fails.");
      stopped = "spec at fault";
      break;
    }
  }
  return { depths, outcomes, initial, violated, spoke, stopped };
}

export const isSeen = (
  system: System,
  property: Extract<Property, { kind: "witness" }>,
  text: string,
): boolean =>
  system.choicesOf(property).some((choice) => system.ask(property.holds, [text], choice));

export const mayEnd = (system: System, text: string): boolean =>
  system.spec.mayEnd !== undefined && system.ask(system.spec.mayEnd, [text], []);

/** Whether a step property speaks of a step. */
export function isBy({ spec }: System, { action }: Step, { by }: StepProperty): boolean {
  const actor = spec.actions[action]?.actor;
  return by === undefined || by === (typeof actor === "object" ? actor.name : actor);
}

/** Whether a property fails of a state or a step, for some choice. */
export function fails(
  system: System,
  property: Extract<Property, { kind: "invariant" | "step property" }>,
  texts: readonly string[],
  choices: readonly (readonly Plain[])[] = system.choicesOf(property),
): boolean {
  return choices.some(
    (choice) =>
      system.ask(property.when, texts, choice) && !system.ask(property.holds, texts, choice),
  );
}
