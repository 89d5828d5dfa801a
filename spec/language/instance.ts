import { kindOf, made } from "./made.ts";
import { checkConstants, refuseUnknown } from "./refuse.ts";
import { show } from "./shown.ts";
import type { Constants } from "./index-set.ts";
import type { Spec, Variant } from "./spec.ts";
import { SpecError } from "./spec-error.ts";
import type { AnyTypedSpec, TypesOf, VariantOf } from "./typed.ts";

/** The protocol that an instance is one of. */
const protocols = new WeakMap<Spec, Spec>();

/**
 * A protocol, or a variant of one, with other constants; may be the base of variants. Throws `SpecError` for a constant
 * that the protocol does not have.
 */
export function instance<Base extends AnyTypedSpec>(
  of: VariantOf<Base>,
  constants: Partial<TypesOf<NoInfer<Base>>["constants"]>,
): VariantOf<Base>;
export function instance<Base extends AnyTypedSpec>(
  of: Base,
  constants: Partial<TypesOf<NoInfer<Base>>["constants"]>,
): Base;
export function instance(of: Spec | Variant, constants: Constants): Spec | Variant {
  const spec = specIn("An instance is of", of);
  const where = `An instance of ${of.name}`;
  const changed = withConstants(where, spec, constants);
  protocols.set(changed, protocolOf(spec));
  return of.kind === "variant" ? made("variant", { ...of, spec: changed }) : changed;
}

/** A spec with other constants, of those that it has. */
export function withConstants(where: string, spec: Spec, constants: Constants): Spec {
  refuseUnknown(where, "constant", constants, Object.keys(spec.constants));
  checkConstants(where, constants);
  return made("spec", { ...spec, constants: { ...spec.constants, ...constants } });
}

/** The protocol of which a spec is an instance; of any other spec, itself. */
export const protocolOf = (spec: Spec): Spec => protocols.get(spec) ?? spec;

/** The spec that is meant. Throws `SpecError` for what neither `spec` nor `variant` nor `instance` made. */
export function specIn(what: string, of: Spec | Variant): Spec {
  const kind = kindOf(of);
  if (kind === "spec") return of as Spec;
  if (kind === "variant") return (of as Variant).spec;
  throw new SpecError(`${what} what spec(...) or variant(...) made, and was given ${show(of)}.`);
}
