import type { Claim } from "../../model/index.ts";
import type { Predicate, Property } from "../../spec/index.ts";

import { atomsOf } from "./formula/atoms.ts";

/** One of the predicates on states that a liveness property is made of. */
export interface Part {
  /** Unique in the property: "from". */
  readonly role: string;
  readonly predicate: Predicate;
}

/** The predicates of a liveness property; none of any other. */
export function partsOf({ property }: Claim): readonly Part[] {
  const parts = (its: Readonly<Record<string, Predicate>>): readonly Part[] =>
    Object.entries(its).map(([role, predicate]) => ({ role, predicate }));
  switch (property.kind) {
    case "leads to":
      return parts({ from: property.from, to: property.to });
    case "within": {
      const { from, to, counting } = property;
      return parts({ from, to, ...(typeof counting === "function" && { counting }) });
    }
    case "always eventually":
    case "eventually always":
      return parts({ when: property.when, holds: property.holds });
    case "recoverable":
      return parts({ when: property.when, to: property.to });
    case "temporal":
      return atomsOf(property.formula).predicates.map((predicate, atom) => ({
        role: `part ${atom + 1}`,
        predicate,
      }));
    default:
      return [];
  }
}

/** Whether properties of a kind say something of whole behaviours: a graph is needed to decide them. */
export const isLiveness = (kind: string): boolean => livenessKinds.includes(kind);
const livenessKinds: readonly string[] = [
  "leads to",
  "always eventually",
  "eventually always",
  "recoverable",
  "within",
  "temporal",
] satisfies readonly Property["kind"][];
