import { anyStep, type PropertyName, type Trace, type TraceStep } from "../checker/index.ts";
import type { Claim, Model, State, Step } from "../model/index.ts";
import {
  closest,
  isAsserted,
  isLiveness,
  isPropertyKind,
  type Shape,
  words,
} from "../spec/index.ts";
import { idleSteps, isIdle } from "./changes.ts";
import { type Counterexample, counterexampleOf } from "./counterexample.ts";
import { fairnessOn } from "./fairness.ts";
import { livenessFailure, statesOf } from "./liveness.ts";
import { insideOf, textOf } from "./parts.ts";
import { placeOf } from "./place.ts";
import { refusalOf } from "./refusal.ts";
import { stateJson, type StateJson } from "./state-json.ts";
import type { TraceFile } from "./kept/trace-schema.ts";
import { violatorOf } from "./violator.ts";
import { follow } from "./violation.ts";

/** What a kept trace comes to when it is taken again, step by step, through today's protocol. */
export type Replay =
  /**
   * Of what only the end of a trace shows it means no more than that the trace fits, and ends with `when` and
   * without `to`: that `to` cannot be reached from there is for a search to say (`violatorOf`).
   */
  | { readonly kind: "violates"; readonly counterexample: Counterexample }
  /** Every step is still possible and leads where it led, and the property holds, or the loop is not fair. */
  | { readonly kind: "no longer violates"; readonly why: string }
  /** Step number `step` (0 is the initial state) is not what it was. */
  | { readonly kind: "no longer fits"; readonly step: number; readonly why: string };

/**
 * Takes a kept trace again. `model` is today's protocol (with the variant of the file) under the
 * constants of the file. By names its states are not looked at: only whether its steps are possible, from whichever initial
 * state they go furthest from, and what they come to. Throws `SpecError` where today's spec is at fault.
 */
export function replay(model: Model, file: TraceFile, byNames = false): Replay {
  const property = propertyOf(model, file);
  if (typeof property === "string") return noLongerFits(0, property);

  const initials = model.initialStates();
  if (byNames) {
    const all = initials.map((state) => takenAgain(model, file, property, state, () => undefined));
    return all.find(({ kind }) => kind === "violates") ?? (all.toSorted(byLength)[0] as Replay);
  }
  const initial = initials.find(
    (state) => differenceFrom(model, state, file.initial) === undefined,
  );
  if (initial === undefined) {
    const why = differenceFrom(model, initials[0] as State, file.initial) as string;
    return noLongerFits(
      0,
      initials.length === 1 ? why : `it is none of the ${initials.length} initial states: ${why}`,
    );
  }

  return takenAgain(model, file, property, initial, (state, saved) =>
    differenceFrom(model, state, saved),
  );
}

/** The one that goes further first. */
function byLength(one: Replay, other: Replay): number {
  const stepsOf = (its: Replay): number => (its.kind === "no longer fits" ? its.step : Infinity);
  const [of, than] = [stepsOf(one), stepsOf(other)];
  return of === than ? 0 : than - of;
}

/** Takes a trace again from one of the initial states. */
function takenAgain(
  model: Model,
  file: TraceFile,
  property: PropertyName,
  initial: State,
  differs: (state: State, saved: StateJson) => string | undefined,
): Replay {
  let followed = follow(model, property, initial, [], []);
  for (const [at, saved] of file.trace.entries()) {
    if (followed.kind !== "holds") break;
    const step = stepOf(model, saved.step);
    if (typeof step === "string") return noLongerFits(at + 1, step);
    const before = followed.steps.at(-1)?.state ?? initial;
    followed = follow(model, property, initial, followed.steps, [step]);
    if (followed.kind === "not enabled") {
      const why = refusalOf(model, before, step).lines.join("; ");
      return noLongerFits(at + 1, `${step.label} is not enabled: ${why}`);
    }
    if (followed.kind === "asserts") {
      return noLongerFits(at + 1, `${step.label} fails an assertion: ${followed.assertion}`);
    }
    // The file has no state after a step that failed an assertion: it never came about.
    if (isAsserted(property.kind) && at === file.trace.length - 1) break;
    const { steps }: Pick<Trace, "steps"> = followed.kind === "holds" ? followed : followed.trace;
    const difference = differs(steps.at(-1)?.state ?? initial, saved.state);
    if (difference !== undefined) {
      return noLongerFits(at + 1, `${step.label} leads to another state: ${difference}`);
    }
  }
  if (followed.kind === "violates") return violates(model, file, property, followed.trace);
  const taken = followed.kind === "holds" ? followed.steps : [];
  if (isLiveness(property.kind)) {
    return replayLiveness(model, property, file, { initial, steps: taken });
  }
  return noLongerViolates(whyItHolds(model, property, file, taken, initial));
}

/** What a path that fits says of a liveness property. */
function replayLiveness(
  model: Model,
  property: PropertyName,
  file: TraceFile,
  path: Pick<Trace, "initial" | "steps">,
): Replay {
  const claim = model.claims.find(({ name }) => name === property.name) as Claim;
  const { length } = path.steps;
  const violator = violatorOf(property.kind);
  if (violator !== "lasso") {
    const failure = livenessFailure(model, claim, path);
    if (failure === undefined) {
      const where = violator === "path" ? "on all of it" : placeOf(length);
      return noLongerViolates(`"${words(property.name)}" holds ${where}`);
    }
    const { choice, count } = failure;
    const steps = path.steps.slice(0, count?.steps.at(-1));
    return violates(model, file, property, { ...path, steps, choice, count });
  }

  const { loopsTo } = file;
  if (loopsTo === undefined) {
    return noLongerFits(
      0,
      "the file does not say to which state its last step leads back (loopsTo)",
    );
  }
  const begin = statesOf(path)[loopsTo] as State;
  const end = path.steps.at(-1)?.state ?? path.initial;
  const difference = differenceFrom(model, end, stateJson(begin));
  if (difference !== undefined) {
    const where = placeOf(loopsTo);
    return noLongerFits(length, `the loop does not lead back to the state ${where}: ${difference}`);
  }
  const lasso = { ...path, loopsTo };
  const failure = livenessFailure(model, claim, lasso);
  if (failure === undefined)
    return noLongerViolates(`"${words(property.name)}" holds on all of it`);
  const fair = fairnessOn(model, lasso, file.unfair);
  if (fair.kind === "unfair") {
    const { action, state } = fair;
    const possible =
      loopsTo < length && action.kind === "weak" ? "on all of the loop" : placeOf(state);
    return noLongerViolates(
      `it is not fair: ${action.label} (${action.kind}) is possible ${possible}, and not taken there`,
    );
  }
  const { fairness } = fair;
  return violates(model, file, property, {
    ...path,
    choice: failure.choice,
    lasso: { loopsTo, fairness, isShortest: false },
  });
}

const violates = (
  model: Model,
  { variant, unfair }: TraceFile,
  property: PropertyName,
  trace: Trace,
): Replay => ({
  kind: "violates",
  counterexample: counterexampleOf(model, variant, property, trace, unfair),
});
const noLongerViolates = (why: string): Replay => ({ kind: "no longer violates", why });
const noLongerFits = (step: number, why: string): Replay => ({ kind: "no longer fits", step, why });

/** The property of today that a file is about, or why there is none. */
function propertyOf(model: Model, file: TraceFile): PropertyName | string {
  const { kind, name } = file.property;
  if (file.protocol !== model.spec.name) {
    return `it is a trace of ${file.protocol}, not of ${model.spec.name}`;
  }
  if (!isReplayed(kind)) {
    return `it violates a property of the kind "${kind}", which is not replayed`;
  }
  const known = Object.keys(model.spec.properties);
  if (kind !== "deadlock freedom") {
    const today = model.spec.properties[name];
    if (today === undefined) return `the property ${name} does not exist${didYouMean(name, known)}`;
    if (today.kind !== kind)
      return `the property ${name} is a ${today.kind}, the file says ${kind}`;
  }
  for (const action of file.unfair ?? []) {
    const actions = [...Object.keys(model.spec.actions), anyStep];
    if (!actions.includes(action)) {
      return `the action ${action} does not exist${didYouMean(action, actions)}`;
    }
  }
  return { kind, name };
}

/** Whether a kind, which a file may have from anywhere, is one of which a behaviour shows a violation. */
const isReplayed = (kind: string): kind is PropertyName["kind"] =>
  kind === "deadlock freedom" || (isPropertyKind(kind) && violatorOf(kind) !== "none");

/** The step of today that a saved one is, or why there is none. */
function stepOf(
  model: Model,
  { action, choice }: { readonly action: string; readonly choice: readonly unknown[] },
): Step | string {
  const actions = Object.keys(model.spec.actions);
  if (!actions.includes(action)) {
    return `the action ${action} does not exist${didYouMean(action, actions)}`;
  }
  const wanted = JSON.stringify(choice);
  const found = model.steps.find(
    (step) => step.action === action && JSON.stringify(step.choice) === wanted,
  );
  if (found !== undefined) return found;
  const shown = choice.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  const constants = Object.entries(model.constants).map(([name, value]) => `${name}=${value}`);
  const under = constants.length === 0 ? "" : ` under today's constants (${constants.join(" ")})`;
  return `${action} has no choice (${shown.join(", ")})${under}`;
}

function whyItHolds(
  model: Model,
  property: PropertyName,
  file: TraceFile,
  taken: readonly TraceStep[],
  initial: State,
): string {
  if (isAsserted(property.kind)) {
    const last = file.trace.at(-1);
    return last === undefined
      ? "the trace has no step, so no assertion can fail"
      : `${words(last.step.action)}, the last step, no longer fails an assertion`;
  }
  const where = placeOf(taken.length);
  if (property.kind !== "deadlock freedom") return `"${words(property.name)}" holds ${where}`;
  const end = taken.at(-1)?.state ?? initial;
  if (idleSteps(model, end) !== undefined) return `the protocol may end ${where}`;
  const onward = model.steps.find(
    (step) => model.isEnabled(end, step) && !isIdle(model, end, step),
  );
  return `a step is possible ${where}: ${onward?.label}`;
}

/** The first thing in which a state is not what a file says; undefined if they are the same. */
function differenceFrom(model: Model, state: State, saved: StateJson): string | undefined {
  const today = stateJson(state);
  const declared = Object.keys(model.spec.state);
  for (const variable of Object.keys(saved)) {
    if (declared.includes(variable)) continue;
    return `the variable ${variable} of the file does not exist${didYouMean(variable, declared)}`;
  }
  for (const variable of declared) {
    if (!Object.hasOwn(saved, variable)) return `the variable ${variable} is not in the file`;
  }
  for (const variable of declared) {
    const { shape } = model.spec.state[variable] as { readonly shape: Shape };
    const difference = differenceIn(shape, today[variable], saved[variable], variable);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function differenceIn(
  shape: Shape,
  today: unknown,
  saved: unknown,
  path: string,
): string | undefined {
  if (isSame(today, saved)) return undefined;
  const inside = insideOf(shape);
  const canCompare =
    inside !== undefined &&
    typeof today === "object" &&
    today !== null &&
    typeof saved === "object" &&
    saved !== null &&
    Array.isArray(today) === Array.isArray(saved);
  if (canCompare) {
    for (const [key, inner] of Object.entries(today)) {
      const found = inside(key);
      if (found === undefined || !Object.hasOwn(saved, key)) continue;
      const other: unknown = Reflect.get(saved, key);
      const difference = differenceIn(found.shape, inner, other, path + found.step);
      if (difference !== undefined) return difference;
    }
  }
  return `${path} is ${shown(shape, today, path)}, the file says ${shown(shape, saved, path)}`;
}

/** Equal as JSON, whatever the order of a record's fields. */
function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, at) => isSame(value, b[at]));
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) || Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every(
      (name) => Object.hasOwn(b, name) && isSame(Reflect.get(a, name), Reflect.get(b, name)),
    )
  );
}

/** As in a trace, or as JSON where a value of the file does not have today's shape. */
function shown(shape: Shape, value: unknown, path: string): string {
  try {
    const inMemory = shape.kind === "subset" ? new Set(value as readonly number[]) : value;
    return textOf(shape, inMemory, path);
  } catch {
    return JSON.stringify(value);
  }
}

function didYouMean(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  return near === undefined ? "" : `; did you mean ${near}?`;
}
