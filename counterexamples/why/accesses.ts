import type { Trace } from "../../checker/index.ts";
import type { Model, State, Step } from "../../model/index.ts";
import { AssertedIn, runEffects } from "../../spec/index.ts";
import { statesOf } from "../liveness.ts";
import { changesBetween, type Part, type Parts, partsOf } from "../parts.ts";
import { recorderOf } from "../reads.ts";

/** What a step of a trace looked at, as it was before the step, and what it changed. */
export interface Access {
  readonly step: Step;
  readonly reads: readonly Part[];
  readonly changes: readonly Change[];
}

/** A part of the state before a step, and after it. */
export interface Change {
  readonly path: string;
  readonly was: Part;
  readonly is: Part;
}

/**
 * What each step of a trace looked at and changed: its condition and its effect run once more, on states that note it.
 * Of a last step that fails an assertion what it looks at to judge is not what it acts on: only its condition counts.
 */
export function accessesOf(model: Model, trace: Trace, isAsserted: boolean): readonly Access[] {
  const states = statesOf(trace);
  const parts = states.map((state) => partsOf(model, state));
  return trace.steps.map(({ step }, at) => ({
    step,
    reads:
      isAsserted && at === trace.steps.length - 1
        ? conditionReads(model, states[at] as State, step)
        : readsOf(model, states[at] as State, step, parts[at] as Parts),
    changes: changesBetween(parts[at] as Parts, parts[at + 1] as Parts).map(([was, is]) => ({
      path: is.path,
      was,
      is,
    })),
  }));
}

/** What the condition of a step looks at in a state, in order; of those parts that decide, where it says no. */
export function conditionReads(model: Model, state: State, step: Step): readonly Part[] {
  const recorder = recorderOf(model);
  attempted(() => model.isEnabled(recorder.watched(state, 0), step));
  return recorder.reads();
}

/** What a step looks at in a state before it has changed it itself. */
function readsOf(model: Model, before: State, step: Step, parts: Parts): readonly Part[] {
  const recorder = recorderOf(model, "first");
  const action = model.spec.actions[step.action];
  const run = new AssertedIn(model.assertions, true);
  attempted(() => {
    model.enter("effect", step.action);
    if (action === undefined) return;
    const all = [...step.choice, model.declared];
    runEffects(action, recorder.draft(before), recorder.watched(before, 0), all, run);
  });
  // What an effect reads behind its own writing is not what it found.
  const found = recorder.reads().filter(({ path, text }) => parts.get(path)?.text === text);
  const all = [...conditionReads(model, before, step), ...found];
  return [...new Map(all.map((read) => [read.path, read])).values()];
}

/** Calls a function of a spec on a state that is watched, with which it may do less than with others. */
function attempted(call: () => unknown): void {
  try {
    call();
  } catch {
    // What was read until there is still what was read.
  }
}
