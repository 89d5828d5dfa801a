import {
  closest,
  type Constants,
  kindOf,
  Mistakes,
  type Spec,
  type Variant,
} from "../../spec/index.ts";
import type { CheckTask } from "../task.ts";
import { UsageError } from "./usage-error.ts";

/** A protocol with its variants, shipped or from a file of the user's. */
export interface Protocol {
  readonly spec: Spec;
  readonly variants: readonly Variant[];
  /** The name of the variant that is meant where none is named: what a file exports by default. */
  readonly variant?: string | undefined;
}

/**
 * What a module exports of a protocol: the spec is its default export, or what the variant is a variant of that is;
 * or else the only spec that it exports.
 */
export function exportedBy(module: object): {
  readonly spec: Spec | undefined;
  readonly specs: readonly Spec[];
  readonly variants: readonly Variant[];
  readonly variant: string | undefined;
} {
  const exported: readonly unknown[] = [...new Set<unknown>(Object.values(module))];
  const specs = exported.filter(isSpec);
  const given: unknown = Reflect.get(module, "default");
  const variant = isVariant(given) ? given : undefined;
  const only = specs.length === 1 ? specs[0] : undefined;
  const spec = isSpec(given) ? given : (variant?.base ?? only);
  return { spec, specs, variants: exported.filter(isVariant), variant: variant?.name };
}

/** The variant that is asked about, by its name; undefined for the protocol itself. */
export const variantOf = (
  { variant }: Protocol,
  asked: Pick<CheckTask, "variant" | "itself">,
): string | undefined => asked.variant ?? (asked.itself === true ? undefined : variant);

export const isSpec = (value: unknown): value is Spec => kindOf(value) === "spec";
export const isVariant = (value: unknown): value is Variant => kindOf(value) === "variant";

/** The spec of a protocol, or of one of its variants. Throws `SpecError` for one that is malformed. */
export function specOf({ spec, variants }: Protocol, variant: string | undefined): Spec {
  if (variant === undefined) return spec;
  const found = variants.find(({ name }) => name === variant);
  if (found?.mistakes !== undefined) throw new Mistakes(found.mistakes);
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
