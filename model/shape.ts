import {
  type AnyDomain,
  type Constants,
  type IndexSet,
  type Shape,
  type Spec,
  SpecError,
  show,
  valueOf,
} from "../spec/index.ts";

/** Every index set that the state or a choice mentions, once. */
export function setsOf(spec: Spec): readonly IndexSet[] {
  const found = new Set<IndexSet>();
  const visit = (shape: Shape): void => {
    if (shape.kind === "index" || shape.kind === "each" || shape.kind === "subset")
      found.add(shape.set);
    if (shape.kind === "each" || shape.kind === "sequence" || shape.kind === "optional")
      visit(shape.of);
    if (shape.kind === "record") Object.values(shape.fields).forEach(visit);
  };
  const visitDomain = (domain: AnyDomain): void => {
    if (domain.kind === "index set") found.add(domain);
    else visit(domain.shape);
  };
  Object.values(spec.state).forEach(visitDomain);
  for (const { choices } of [
    ...Object.values(spec.actions),
    ...Object.values(spec.properties),
    spec.initial,
  ]) {
    choices.forEach(visitDomain);
  }
  const sets = [...found];
  for (const [position, { name }] of sets.entries()) {
    if (sets.findIndex((set) => set.name === name) !== position) {
      throw new SpecError(`${spec.name}: two different index sets are called "${name}".`);
    }
  }
  return sets;
}

/** A bound of a range; a `SpecError` unless it is a whole number. */
export function boundOf(bound: unknown, constants: Constants, where: string): number {
  const result = valueOf(bound, constants, `A bound of the range of ${where}`);
  if (typeof result !== "number" || !Number.isSafeInteger(result)) {
    throw new SpecError(
      `The range of ${where} has the bound ${show(result)}; it must be a whole number.`,
    );
  }
  return result;
}
