import type { PropertyName, Trace } from "../checker/index.ts";
import type { Model } from "../model/index.ts";
import type { Constants } from "../spec/index.ts";

/** A trace that refutes a property, with what is needed to find the same model again. */
export interface Counterexample {
  readonly protocol: string;
  readonly variant?: string | undefined;
  readonly constants: Constants;
  /** The actions whose fairness was not relied on; none if left out. */
  readonly unfair?: readonly string[] | undefined;
  readonly property: PropertyName;
  readonly trace: Trace;
}

/** What a search found, under the names by which a person asks for it again. */
export function counterexampleOf(
  model: Model,
  variant: string | undefined,
  property: PropertyName,
  trace: Trace,
  unfair?: readonly string[],
): Counterexample {
  return {
    protocol: model.spec.name,
    variant,
    constants: model.constants,
    unfair,
    property: { kind: property.kind, name: property.name },
    trace,
  };
}
