import { changesBetween, partsOf } from "../counterexamples/index.ts";
import type { Model, State, Step } from "../model/index.ts";
import { messageOf } from "../spec/index.ts";
import { takenFrom } from "./walk.ts";

/** A part of the state before a step and after it. */
export interface Change {
  readonly path: string;
  readonly was: string;
  readonly is: string;
}

/** A step that can be taken, and what comes of it. */
export interface Possible {
  readonly step: Step;
  readonly changes: readonly Change[];
  /** The assertion that it fails. */
  readonly failed?: string | undefined;
  /** What the spec is at fault with: the step cannot be taken then. */
  readonly fault?: string | undefined;
}

/** An action with the steps of it that cannot be taken. */
export interface Impossible {
  readonly action: string;
  readonly steps: readonly Step[];
  /** Of how many. */
  readonly of: number;
}

export interface Offered {
  readonly possible: readonly Possible[];
  readonly impossible: readonly Impossible[];
}

/** What can be done in a state, and what cannot, in the order of the spec. */
export function offeredIn(model: Model, state: State): Offered {
  const before = partsOf(model, state);
  const possible: Possible[] = [];
  const others = new Map<string, { readonly steps: Step[]; of: number }>();
  for (const step of model.steps) {
    const its = others.get(step.action) ?? { steps: [], of: 0 };
    others.set(step.action, its);
    its.of++;
    try {
      if (!model.isEnabled(state, step)) {
        its.steps.push(step);
        continue;
      }
      const { state: after, failed } = takenFrom(model, state, step);
      const changes = changesBetween(before, partsOf(model, after)).map(([was, is]) => ({
        path: is.path,
        was: was.text,
        is: is.text,
      }));
      possible.push({ step, changes, failed });
    } catch (error) {
      possible.push({ step, changes: [], fault: messageOf(error) });
    }
  }
  const impossible = [...others].map(([action, { steps, of }]) => ({ action, steps, of }));
  return { possible, impossible: impossible.filter(({ steps }) => steps.length > 0) };
}
