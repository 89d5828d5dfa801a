import type { Model } from "../../model/index.ts";
import { closest, SpecError } from "../../spec/index.ts";
import type { FairAction } from "../verdict.ts";
import type { Obligation } from "./question.ts";

/** The name of the obligation to take some step as long as one is possible. */
export const anyStep = "any step";

/**
 * The fairness that a protocol declares: an obligation for each choice of each fair action, but for the
 * actions named, and one for all steps together. Throws `SpecError` for a name that stands for no fair action.
 */
export function fairnessOf(model: Model, unfair: readonly string[] = []): readonly Obligation[] {
  const { name, actions, fairness } = model.spec;
  const isFair = (action: string): boolean => actions[action]?.fairness !== "none";
  for (const action of unfair) {
    if (action === anyStep && fairness === "weak") continue;
    if (Object.hasOwn(actions, action) && isFair(action)) continue;
    const near = closest(action, Object.keys(actions));
    const why = Object.hasOwn(actions, action)
      ? "is not fair in the first place"
      : `is no action${near === undefined || near === action ? "" : `; did you mean ${near}?`}`;
    throw new SpecError(`${name}: ${action} ${why}.`);
  }
  const ofSteps = model.steps.flatMap(({ action, label }, position): readonly Obligation[] => {
    const kind = actions[action]?.fairness ?? "none";
    if (kind === "none" || unfair.includes(action)) return [];
    return [{ name: label, kind, labels: new Set([position]) }];
  });
  if (fairness !== "weak" || unfair.includes(anyStep)) return ofSteps;
  const labels = new Set(model.steps.keys());
  return [...ofSteps, { name: anyStep, kind: "weak", labels }];
}

export const fairActionOf = ({ name, kind }: Obligation): FairAction => ({ label: name, kind });
