import { isPropertyKind, type PropertyKind } from "../spec/index.ts";

/** What of a behaviour shows that it violates a property. */
export type Violator =
  | "state"
  | "step"
  /** Its last step, whose effect does not come to its end. */
  | "effect"
  /** Its last state, and that nothing leads on from there, which no trace shows. */
  | "end"
  | "path"
  /** All of it, for ever. */
  | "lasso"
  /** No behaviour does: it is violated by there being none. */
  | "none";

const violators = {
  invariant: "state",
  "step property": "step",
  assertion: "effect",
  witness: "none",
  "leads to": "lasso",
  "always eventually": "lasso",
  "eventually always": "lasso",
  recoverable: "end",
  within: "path",
  progress: "lasso",
  temporal: "lasso",
} as const satisfies Readonly<Record<PropertyKind, Violator>>;

/** What violates a property of a kind; undefined for what is judged of every protocol, beside its properties. */
export const violatorOf = (kind: string): Violator | undefined =>
  isPropertyKind(kind) ? violators[kind] : undefined;
