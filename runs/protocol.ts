import { closest, type Constants, kindOf, type Spec, type Variant } from "../spec/index.ts";
import { UsageError } from "./usage-error.ts";

/** A protocol with its variants, shipped or from a file of the user's. */
export interface Protocol {
  readonly spec: Spec;
  readonly variants: readonly Variant[];
}

/** What a module exports of a protocol: the spec is its default export, or else the only one. */
export function exportedBy(module: object): {
  readonly spec: Spec | undefined;
  readonly specs: readonly Spec[];
  readonly variants: readonly Variant[];
} {
  const exported: readonly unknown[] = [...new Set<unknown>(Object.values(module))];
  const specs = exported.filter(isSpec);
  const given: unknown = Reflect.get(module, "default");
  const spec = isSpec(given) ? given : specs.length === 1 ? specs[0] : undefined;
  return { spec, specs, variants: exported.filter(isVariant) };
}

export const isSpec = (value: unknown): value is Spec => kindOf(value) === "spec";
export const isVariant = (value: unknown): value is Variant => kindOf(value) === "variant";

/** The spec of a protocol, or of one of its variants. */
export function specOf({ spec, variants }: Protocol, variant: string | undefined): Spec {
  if (variant === undefined) return spec;
  const found = variants.find(({ name }) => name === variant);
  if (found !== undefined) return found.spec;
  throw new UsageError(
    unknown(
      `${spec.name} has no variant`,
      variant,
      variants.map(({ name }) => name),
    ),
  );
}

/** The constants of what a variant changes; of the protocol itself, its own. */
export function defaultsOf({ spec, variants }: Protocol, variant: string | undefined): Constants {
  return (variants.find(({ name }) => name === variant)?.base ?? spec).constants;
}

/** "X has no variant Y; did you mean Z? (There are: ...)" */
export function unknown(what: string, name: string, known: readonly string[]): string {
  const near = closest(name, known);
  const all =
    known.length === 0
      ? "There is none."
      : `There ${known.length === 1 ? "is" : "are"}: ${known.join(", ")}.`;
  return `${what} ${name}${near === undefined ? "." : `; did you mean ${near}?`} (${all})`;
}
