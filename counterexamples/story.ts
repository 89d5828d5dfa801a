import type { FairBecause, PropertyName, Trace } from "../checker/index.ts";
import type { Model } from "../model/index.ts";
import type { Choices, Constants } from "../spec/index.ts";
import type { Counterexample } from "./counterexample.ts";
import type { MetFairness } from "./fairness.ts";
import { statesOf } from "./liveness.ts";
import { changesBetween, type Part, type Parts, partsOf } from "./parts.ts";
import { evidenceOf, type Reason } from "./reason.ts";
import { type ShapeJson, shapeJson } from "./shape-json.ts";
import { stateJson, type StateJson } from "./state-json.ts";
import { type Why, whyOf } from "./why/index.ts";

/**
 * A counterexample as it is told: what a person is shown of it, in whatever form. Plain data, which can be sent
 * to another thread, kept as JSON, and drawn where there is no model. Its texts are as the spec has them:
 * who draws them makes them printable.
 */
export interface Story {
  readonly protocol: string;
  readonly variant?: string | undefined;
  readonly constants: Constants;
  /** The constants of the protocol that a variant changes; of the protocol itself, its own. */
  readonly defaults: Constants;
  readonly property: PropertyName;
  /** What the rows show: "violated", if it is not something else. */
  readonly outcome: string;
  readonly minimality: Minimality;
  /** In the order of the spec. */
  readonly variables: readonly StoryVariable[];
  readonly initial: { readonly state: StateJson; readonly values: readonly StoryValue[] };
  readonly rows: readonly StoryRow[];
  /** What there is to say of a state beside its values, in the order of the states. */
  readonly marks: readonly StoryMark[];
  /** The last state, whole, where nothing happens any more: what blocks may be what never changed. */
  readonly end?: readonly StoryValue[] | undefined;
  readonly loop?: StoryLoop | undefined;
  /** No lines where the outcome is no violation. */
  readonly reason: Reason;
  /** Nothing where the outcome is no violation. */
  readonly why: Why;
}

/** Whether there is a shorter trace: surely none, none among its parts, perhaps one, or nobody looked. */
export type Minimality = "shortest" | "shrunk" | "not proved" | "not known";

export interface StoryVariable {
  readonly name: string;
  /** Whether it is the proof's own bookkeeping, which is worth a look only where the reason looks at it. */
  readonly isGhost: boolean;
  readonly shape: ShapeJson;
}

/** The smallest piece of a state that is told by itself: "guest[0]" and "in use". */
export type StoryValue = Part;

/** Such a piece before a step, and after it. */
export interface StoryChange extends Pick<Part, "variable" | "path"> {
  readonly old: string;
  readonly new: string;
}

export interface StoryRow {
  /** From 1; the state after the step has the same number, and the initial one 0. */
  readonly number: number;
  /** Who does it: "cpu 1". */
  readonly actor: string;
  /** As printed: "guest allocates 3". */
  readonly label: string;
  /** The action's name in the spec, and the function of the real system that it stands for. */
  readonly action: string;
  readonly source?: string | undefined;
  readonly choice: readonly unknown[];
  /** What each of the choice was chosen from: the name of a set, "word" or "number"; the second one is "cpu2". */
  readonly chosenFrom: readonly string[];
  readonly changes: readonly StoryChange[];
  /** The state after the step (for a failed assertion: before it). */
  readonly state: StateJson;
}

/** Of a `within`: where the wait begins, and where it counts a step, the how manyth of how many at most. */
export type StoryMark =
  | { readonly kind: "from holds"; readonly state: number }
  | {
      readonly kind: "counted";
      readonly state: number;
      readonly count: number;
      readonly atMost?: number | undefined;
    };

/** What a behaviour does for ever. */
export interface StoryLoop {
  /** The state to which the last step leads back; if it is the last one, nothing happens any more. */
  readonly to: number;
  readonly fairness: readonly StoryFairness[];
  /** The actions whose fairness was not relied on. */
  readonly unfair: readonly string[];
}

/** An assumption of fairness, why the loop meets it, and the action that it is about. */
export interface StoryFairness extends Pick<MetFairness, "label" | "kind"> {
  readonly action: string;
  readonly because: FairBecause;
}

/** What a trace does not say of itself. */
export interface Telling {
  /** What the trace shows; "violated" if left out. */
  readonly outcome?: string | undefined;
  /** Whether the trace is a shortest one (true if left out) or was shrunk; or nobody knows. */
  readonly shortest?: boolean | "not known" | undefined;
  /** The constants of the protocol that a variant changes; those of the model's spec if left out. */
  readonly defaults?: Constants | undefined;
}

/** Tells a counterexample. Runs the property once more, to see what it looks at. */
export function storyOf(
  model: Model,
  counterexample: Counterexample,
  { outcome, shortest = true, defaults = model.spec.constants }: Telling = {},
): Story {
  const { property, trace } = counterexample;
  const { steps, lasso } = trace;
  const { lines, reads } = evidenceOf(model, counterexample);
  const states = statesOf(trace).map((state) => partsOf(model, state));
  const isStuck = property.kind === "deadlock freedom" || lasso?.loopsTo === steps.length;
  return {
    protocol: counterexample.protocol,
    variant: counterexample.variant,
    constants: counterexample.constants,
    defaults,
    property,
    outcome: outcome ?? "violated",
    minimality: minimalityOf(trace, shortest),
    variables: Object.entries(model.spec.state).map(([name, { isGhost, shape }]) => ({
      name,
      isGhost,
      shape: shapeJson(shape),
    })),
    initial: { state: stateJson(trace.initial), values: valuesOf(states[0]) },
    rows: steps.map(({ step: { action, actor, choice, label }, state }, at) => ({
      number: at + 1,
      actor,
      label,
      action,
      source: model.spec.actions[action]?.source,
      choice: [...choice],
      chosenFrom: namesOf(model.spec.actions[action]?.choices ?? []),
      changes: changesBetween(states[at] as Parts, states[at + 1] as Parts).map(([was, is]) => ({
        variable: is.variable,
        path: is.path,
        old: was.text,
        new: is.text,
      })),
      state: stateJson(state),
    })),
    marks: marksOf(trace),
    end: isStuck ? valuesOf(states.at(-1)) : undefined,
    loop: lasso && {
      to: lasso.loopsTo,
      fairness: fairnessOf(model, lasso.fairness),
      unfair: counterexample.unfair ?? [],
    },
    reason: {
      lines: outcome === undefined ? lines : [],
      reads: reads.map(({ variable, path }) => ({ variable, path })),
    },
    why:
      outcome === undefined
        ? whyOf(model, counterexample, reads)
        : { lines: [], steps: [], remarks: [] },
  };
}

/** A name for each choice of an action, none twice. */
function namesOf(choices: Choices): readonly string[] {
  const names = choices.map((of) => {
    if (of.kind === "index set") return of.name;
    return of.shape.kind === "words" ? "word" : "number";
  });
  return names.map((name, at) => {
    const before = names.slice(0, at).filter((one) => one === name).length;
    return before === 0 ? name : `${name}${before + 1}`;
  });
}

const valuesOf = (parts: Parts | undefined): readonly StoryValue[] => [...(parts?.values() ?? [])];

function minimalityOf({ lasso }: Trace, shortest: boolean | "not known"): Minimality {
  if (shortest === "not known") return "not known";
  if (lasso !== undefined) return lasso.isShortest ? "shortest" : "not proved";
  return shortest ? "shortest" : "shrunk";
}

function marksOf({ count }: Trace): readonly StoryMark[] {
  if (count === undefined) return [];
  const { from, steps, atMost } = count;
  const counted = steps.map(
    (state, at): StoryMark => ({ kind: "counted", state, count: at + 1, atMost }),
  );
  const marks: readonly StoryMark[] = [...counted, { kind: "from holds", state: from }];
  return marks.toSorted((one, other) => one.state - other.state);
}

function fairnessOf(model: Model, fairness: readonly MetFairness[]): readonly StoryFairness[] {
  const actions = new Map(model.steps.map(({ label, action }) => [label, action]));
  return fairness.map(({ label, kind, because }) => ({
    label,
    kind,
    action: actions.get(label) ?? label,
    because,
  }));
}
