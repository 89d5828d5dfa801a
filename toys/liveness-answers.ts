/**
 * For tests: what both engines answer of a liveness property, each lasso held against the spec itself, by
 * definition and without a graph.
 */
import { instantiate, type Model, type State, type Step } from "../model/index.ts";
import type { Action, Formula, Progress, Spec, Temporal } from "../spec/index.ts";
import { check } from "../checker/check.ts";
import type { CheckOptions } from "../checker/options.ts";
import { engines } from "./compared.ts";
import type {
  FairAction,
  FairBecause,
  PropertyResult,
  Trace,
  Verdict,
} from "../checker/verdict.ts";

export interface AskOptions extends Omit<CheckOptions, "engine" | "properties"> {
  readonly symmetry?: boolean;
}

/**
 * Its status, or, where it is violated, the shape of what shows that. Throws where the engines differ, or a
 * lasso is none, or not a shortest one.
 */
export function answer(spec: Spec, property: string, options: AskOptions = {}): string {
  const { symmetry = true, ...others } = options;
  const [one, other] = engines.map((engine) => {
    const model = instantiate(spec, { symmetry });
    const verdict = check(model, { ...others, engine, properties: [property] });
    const result = resultOf(verdict, property);
    if (result.status !== "violated") return result.status;
    const { lasso } = result.trace as Trace;
    const fault = lasso && faultIn(model, result, options.unfair);
    if (fault !== undefined) throw new Error(`${engine}, ${property}: the lasso ${fault}.`);
    if (lasso?.isShortest === false)
      throw new Error(`${engine}, ${property}: not a shortest lasso.`);
    return shapeOf(result);
  }) as [string, string];
  if (one !== other) throw new Error(`${property}: ${one} by reference, ${other} compiled.`);
  return one;
}

/** What a verdict says of a property that was asked about. */
export const resultOf = ({ properties }: Verdict, name: string): PropertyResult =>
  properties.find((its) => its.name === name) as PropertyResult;

/**
 * How long a violation is, in steps: a lasso "2 + 1", with a stem of two and a loop of one (or a stay for ever),
 * any other trace "after 3".
 */
export function shapeOf({ trace }: PropertyResult): string {
  const { steps, lasso } = trace as Trace;
  if (lasso === undefined) return `after ${steps.length}`;
  return `${lasso.loopsTo} + ${Math.max(1, steps.length - lasso.loopsTo)}`;
}

/** An assumption of fairness: that of one step, or of all together. */
export interface Assumption extends FairAction {
  readonly of: (step: Step) => boolean;
}

/** What a spec assumes, without the actions named, in the order of its steps; all steps together come last. */
export function assumptionsOf(model: Model, unfair: readonly string[] = []): readonly Assumption[] {
  const { actions, fairness } = model.spec;
  const ofSteps = model.steps.flatMap((step): readonly Assumption[] => {
    const kind = actions[step.action]?.fairness ?? "none";
    if (kind === "none" || unfair.includes(step.action)) return [];
    return [{ label: step.label, kind, of: (other) => other.label === step.label }];
  });
  if (fairness === "none" || unfair.includes("any step")) return ofSteps;
  return [...ofSteps, { label: "any step", kind: "weak", of: () => true }];
}

/** The state that a step leads to; undefined if it is not possible, or changes nothing. */
export function after(model: Model, state: State, step: Step): State | undefined {
  if (!model.isEnabled(state, step)) return undefined;
  const reached = model.apply(state, step);
  return keyOf(model, reached) === keyOf(model, state) ? undefined : reached;
}

/** The same for equal states only. */
export const keyOf = (model: Model, state: State): string => String(model.encode(state, "a test"));

const nameOf = (actor: Action["actor"]): string => (typeof actor === "string" ? actor : actor.name);

/** What is wrong with a lasso: undefined if it is a fair behaviour that violates the property. */
export function faultIn(
  model: Model,
  { name, trace }: PropertyResult,
  unfair: readonly string[] = [],
): string | undefined {
  if (trace?.lasso === undefined) return "is none";
  const { initial, steps, lasso, choice = [] } = trace;
  const { loopsTo } = lasso;
  const isSame = (one: State, other: State): boolean => keyOf(model, one) === keyOf(model, other);
  const states = [initial, ...steps.map(({ state }) => state)];
  if (!model.initialStates().some((its) => isSame(its, initial))) return "does not begin";
  const claim = model.claims.find((its) => its.name === name) as Model["claims"][number];
  const { property } = claim;
  /** Only who is busy takes steps that change nothing. */
  const mayIdle = ({ action }: Step): boolean => {
    const { actor } = model.spec.actions[action] as Action;
    return property.kind === "progress" && property.of === nameOf(actor);
  };
  const changes = steps.map(({ state }, position) => !isSame(states[position] as State, state));
  for (const [position, { step, state }] of steps.entries()) {
    const before = states[position] as State;
    const reached =
      mayIdle(step) && model.isEnabled(before, step)
        ? model.apply(before, step)
        : after(model, before, step);
    if (reached === undefined || !isSame(reached, state)) return `takes no step ${position + 1}`;
  }
  if (!isSame(states[loopsTo] as State, states.at(-1) as State)) return "does not close";

  const loop = states.slice(loopsTo);
  const assumptions = assumptionsOf(model, unfair);
  if (assumptions.length !== lasso.fairness.length) return "assumes something else";
  for (const [position, { label, kind, of }] of assumptions.entries()) {
    const isPossible = (state: State): boolean =>
      model.steps.some((step) => of(step) && after(model, state, step) !== undefined);
    const possible = loop.map(isPossible);
    const isTaken = steps.some(({ step }, at) => at >= loopsTo && changes[at] && of(step));
    const isMet = kind === "weak" ? possible.includes(false) : !possible.includes(true);
    if (!isTaken && !isMet) return `is not fair to ${label}`;
    const said = lasso.fairness[position] as FairAction & { because: FairBecause };
    const { because } = said;
    if (said.label !== label || said.kind !== kind) return `assumes ${said.label}`;
    const isTrue = {
      "never possible": !possible.includes(true),
      taken: because.kind === "taken" && isTakenAt(because.step),
      "not possible":
        kind === "weak" &&
        because.kind === "not possible" &&
        possible[because.state - loopsTo] === false,
    }[because.kind];
    if (!isTrue) return `is fair to ${label}, but not because that is ${because.kind}`;

    function isTakenAt(number: number): boolean {
      const step = steps[number - 1]?.step;
      return number > loopsTo && step !== undefined && changes[number - 1] === true && of(step);
    }
  }

  const where = (role: string) => (state: State) => model.ask(claim, role, state, ...choice);
  const isViolated = {
    "leads to": () =>
      states.some(
        (state, moment) =>
          where("from")(state) && !states.slice(Math.min(moment, loopsTo)).some(where("to")),
      ),
    "always eventually": () => !loop.some(where("holds")),
    "eventually always": () => !loop.every(where("holds")),
    progress: () => isBusyInVain(property as Progress),
    temporal: () => !isTrueAt((property as Temporal).formula, 0),
  }[property.kind as "leads to"];
  return isViolated() ? undefined : "does not violate the property";

  /** Whether the actor takes a step on the loop, and none there is progress. */
  function isBusyInVain({ of, counting, choices }: Progress): boolean {
    const isOfSuch = ({ action }: Step): boolean =>
      nameOf((model.spec.actions[action] as Action).actor) === of;
    const isOwn = (step: Step): boolean =>
      isOfSuch(step) && (choices.length === 0 || step.choice[0] === choice[0]);
    const isProgress = ({ step }: Trace["steps"][number], at: number): boolean => {
      if (at < loopsTo || changes[at] === false) return false;
      if (counting === undefined) return isOwn(step);
      if (typeof counting !== "function") {
        return counting.includes(step.action) && (isOwn(step) || !isOfSuch(step));
      }
      const [before, reached] = [states[at], states[at + 1]] as [State, State];
      return !where("counting")(before) && where("counting")(reached);
    };
    return steps.slice(loopsTo).some(({ step }) => isOwn(step)) && !steps.some(isProgress);
  }

  /** Whether a formula is true at a moment: in a state of the trace, before the step that is taken there. */
  function isTrueAt(formula: Formula, moment: number): boolean {
    const following = (at: number): number =>
      at + 1 < Math.max(steps.length, loopsTo + 1) ? at + 1 : loopsTo;
    /** From this moment on, each once. */
    const moments = [moment];
    for (let at = following(moment); !moments.includes(at); at = following(at)) moments.push(at);
    switch (formula.kind) {
      case "now":
        return model.ask(claim, formula.holds, states[moment], ...choice);
      case "taken":
        return steps[moment]?.step.action === formula.action;
      case "not":
        return !isTrueAt(formula.of, moment);
      case "next":
        return isTrueAt(formula.of, following(moment));
      case "always":
        return moments.every((at) => isTrueAt(formula.of, at));
      case "eventually":
        return moments.some((at) => isTrueAt(formula.of, at));
      case "and":
        return isTrueAt(formula.left, moment) && isTrueAt(formula.right, moment);
      case "or":
        return isTrueAt(formula.left, moment) || isTrueAt(formula.right, moment);
      case "implies":
        return !isTrueAt(formula.left, moment) || isTrueAt(formula.right, moment);
      case "until":
      case "weak until": {
        const end = moments.find(
          (at) => isTrueAt(formula.right, at) || !isTrueAt(formula.left, at),
        );
        return end === undefined ? formula.kind === "weak until" : isTrueAt(formula.right, end);
      }
    }
  }
}
