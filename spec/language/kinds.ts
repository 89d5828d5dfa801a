import { actionsIn, predicatesIn } from "./formula.ts";
import type { Assertion, Predicate, Property, PropertyKind } from "./spec.ts";

/** What a property of a kind says something of. */
export type Subject = "state" | "step" | "behaviour" | "effect";

interface Kind {
  /** Where properties of the kind are listed in a spec. */
  readonly section: (typeof sections)[number];
  readonly of: Subject;
  /** The predicates that a property of the kind cannot do without, in the order in which they are asked. */
  readonly predicates: readonly string[];
  /** Whether such properties are only looked for: they are met or not, and never fail. */
  readonly isSought?: true;
  /** Whether such a property counts something, of which there may be so much. */
  readonly hasBound?: true;
  /** Whether it is made of more than predicates. */
  readonly isMadeOfMore?: true;
}

/** The kinds of properties. */
export const kinds = {
  invariant: { section: "invariants", of: "state", predicates: ["when", "holds"] },
  "step property": { section: "stepProperties", of: "step", predicates: ["when", "holds"] },
  assertion: { section: "assertions", of: "effect", predicates: [], isMadeOfMore: true },
  witness: { section: "witnesses", of: "state", predicates: ["holds"], isSought: true },
  "leads to": { section: "liveness", of: "behaviour", predicates: ["from", "to"] },
  "always eventually": { section: "liveness", of: "behaviour", predicates: ["when", "holds"] },
  "eventually always": { section: "liveness", of: "behaviour", predicates: ["when", "holds"] },
  recoverable: { section: "liveness", of: "behaviour", predicates: ["when", "to"] },
  within: {
    section: "liveness",
    of: "behaviour",
    predicates: ["from", "to"],
    hasBound: true,
    isMadeOfMore: true,
  },
  progress: { section: "liveness", of: "behaviour", predicates: [], isMadeOfMore: true },
  temporal: { section: "liveness", of: "behaviour", predicates: [], isMadeOfMore: true },
} as const satisfies Readonly<Record<PropertyKind, Kind>>;

/** The sections of a spec, in the order in which they are looked at. */
export const sections = [
  "actions",
  "invariants",
  "stepProperties",
  "assertions",
  "witnesses",
  "liveness",
] as const;

/** The section in which an action or a property of a kind is listed. */
export function sectionOf(kind: unknown): (typeof sections)[number] | undefined {
  if (kind === "action") return "actions";
  return isPropertyKind(kind) ? kinds[kind].section : undefined;
}

export const isPropertyKind = (kind: unknown): kind is PropertyKind =>
  typeof kind === "string" && Object.hasOwn(kinds, kind);

/** What a property says something of; undefined for what is judged of every protocol, beside its properties. */
export const subjectOf = (kind: string): Subject | undefined =>
  isPropertyKind(kind) ? kinds[kind].of : undefined;

/** Whether properties of a kind say something of whole behaviours: a graph is needed to decide them. */
export const isLiveness = (kind: string): boolean => subjectOf(kind) === "behaviour";

/** Whether properties of a kind are asserted in effects, which nobody is asked about beside them. */
export const isAsserted = (kind: string): boolean => subjectOf(kind) === "effect";

export const isAssertion = (one: { readonly kind: string }): one is Assertion =>
  isAsserted(one.kind);

/** Whether properties of a kind are only looked for: they are met or not, and never fail. */
export const isSought = (kind: string): boolean =>
  isPropertyKind(kind) && "isSought" in kinds[kind];

/** Whether a property of a kind counts something, of which there may be so much. */
export const hasBound = (kind: string): boolean =>
  isPropertyKind(kind) && "hasBound" in kinds[kind];

/** The predicates that make a copy a property of a kind; undefined where it takes more than predicates. */
export const predicatesOfCopy = (kind: unknown): readonly string[] | undefined =>
  isPropertyKind(kind) && !("isMadeOfMore" in kinds[kind]) ? kinds[kind].predicates : undefined;

/** The actions that a property names. */
export function actionsNamedBy(property: Property): readonly string[] {
  if (property.kind === "temporal") return actionsIn(property.formula);
  if (property.kind === "progress") {
    return Array.isArray(property.counting) ? (property.counting as readonly string[]) : [];
  }
  return property.kind === "within" && typeof property.counting === "string"
    ? [property.counting]
    : [];
}

/** One of the predicates that a property is made of. */
export interface PropertyPart {
  /** Unique in the property: "from". */
  readonly role: string;
  readonly predicate: Predicate;
}

/** The predicates of a property; those of a formula in their order, each once. */
export function predicatesOf(property: Property): readonly PropertyPart[] {
  if (property.kind === "temporal") {
    return [...new Set(predicatesIn(property.formula))].map((predicate, position) => ({
      role: `part ${position + 1}`,
      predicate,
    }));
  }
  const roles: readonly string[] = kinds[property.kind].predicates;
  const parts = roles.map((role) => ({
    role,
    predicate: Reflect.get(property, role) as Predicate,
  }));
  return "counting" in property && typeof property.counting === "function"
    ? [...parts, { role: "counting", predicate: property.counting }]
    : parts;
}
