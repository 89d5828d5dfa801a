import { anyStep } from "../checker/index.ts";
import type { Model } from "../model/index.ts";
import { hasBound, judgedAnyway, words } from "../spec/index.ts";
import { unknown } from "./told/protocol.ts";
import { UsageError } from "./told/usage-error.ts";

/** A property by its name, or by its name as it is printed. */
export function propertyName(model: Model, name: string): string {
  const known = [...model.claims.map((claim) => claim.name), ...judgedAnyway];
  const found = known.find((one) => one === name || words(one) === name);
  if (found === undefined)
    throw new UsageError(unknown(`${model.spec.name} has no property`, name, known));
  return found;
}

/** Those of the properties, or of all if none are named, that are a `within`. */
export function bounded({ spec }: Model, named: readonly string[] | undefined): readonly string[] {
  const all = Object.entries(spec.properties).flatMap(([name, { kind }]) =>
    hasBound(kind) ? [name] : [],
  );
  for (const name of named ?? []) {
    if (all.includes(name)) continue;
    throw new UsageError(`${name} of ${spec.name} has no bound; ${listed(all)}.`);
  }
  if (all.length === 0) throw new UsageError(`${spec.name}: ${listed(all)}.`);
  return named ?? all;
}

const listed = (properties: readonly string[]): string =>
  properties.length === 0
    ? "none of its properties is a `within`"
    : `those that are a \`within\`: ${properties.join(", ")}`;

/** A fair action by its name, or by its name as it is printed. */
export function actionName({ spec }: Model, name: string): string {
  const fair = Object.entries(spec.actions).flatMap(([action, { fairness }]) =>
    fairness === "none" ? [] : [action],
  );
  const known = [...fair, ...(spec.fairness === "weak" ? [anyStep] : [])];
  const found = known.find((one) => one === name || words(one) === name);
  if (found !== undefined) return found;
  throw new UsageError(unknown(`${spec.name} has no fair action`, name, known));
}
