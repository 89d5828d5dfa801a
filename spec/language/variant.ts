import {
  type AnyChange,
  type Change,
  changed,
  type VariantWords,
  withAdditions,
} from "./change.ts";
import { wordsFor } from "./declare.ts";
import { type Expected, expectationOf } from "./expectation.ts";
import type { Constants } from "./index-set.ts";
import { protocolOf, specIn } from "./instance.ts";
import { markListed } from "./listed.ts";
import { made } from "./made.ts";
import { giveUp, isStandIn, mistake, notingApart } from "./mistakes.ts";
import {
  checkNames,
  demand,
  isKebabCase,
  isRecord,
  kindOfListed,
  refuseUnknown,
} from "./refuse.ts";
import { checkSeenFrom } from "./seen-from.ts";
import type { Action, Property, Spec, Variant } from "./spec.ts";
import type {
  AddedOf,
  Additions,
  AnyTypedSpec,
  ConstantsWith,
  DraftWith,
  Extended,
  Fits,
  ForAny,
  StateWith,
  TypedAction,
  TypesOf,
  VariantOf,
} from "./typed.ts";

type Given<Base extends AnyTypedSpec, State, Draft, Values, Added, F extends ForAny> =
  | Change<TypesOf<Base>["actions"], State, Draft, Values, Added, F>
  | ((
      words: VariantWords<State, Draft, Values>,
    ) => Change<TypesOf<Base>["actions"], State, Draft, Values, Added, F>);

/** Nothing was added that the base does not know: then the variant has its type. */
type ResultOf<Base extends AnyTypedSpec, S extends Additions, C extends Constants, Added> = [
  keyof S | keyof C | keyof Added,
] extends [never]
  ? VariantOf<Base>
  : VariantOf<Extended<Base, S, C, { [name in keyof Added]: AddedOf<Added[name]> }>>;

/**
 * A protocol with a change applied, and what the change is expected to do: "holds" for a fix or a
 * refactoring, otherwise the names of the properties that it breaks. `base` may be a variant's result,
 * so a fix can be stated on top of the mistake it repairs.
 */
export function variant<
  Base extends AnyTypedSpec,
  S extends Additions = Readonly<Record<never, never>>,
  C extends Constants = Readonly<Record<never, never>>,
  Added extends Readonly<
    Record<
      string,
      TypedAction<
        StateWith<TypesOf<Base>["state"], S>,
        DraftWith<TypesOf<Base>["draft"], S>,
        never,
        string
      >
    >
  > = Readonly<Record<never, never>>,
  const F extends ForAny = readonly [],
>(
  base: Base | VariantOf<Base>,
  definition: {
    readonly name: string;
    readonly because: string;
    /** Constants that the base does not have, with their defaults. */
    readonly constants?: C;
    /** Variables that the base does not have, each with its domain; `also(...)` of one that it has. */
    readonly state?: S &
      Fits<S, TypesOf<Base>["state"], ConstantsWith<TypesOf<Base>["constants"], C>>;
    /** What is changed; as a function, given the words to write with. */
    readonly change: Given<
      NoInfer<Base>,
      StateWith<TypesOf<NoInfer<Base>>["state"], NoInfer<S>>,
      DraftWith<TypesOf<NoInfer<Base>>["draft"], NoInfer<S>>,
      ConstantsWith<TypesOf<NoInfer<Base>>["constants"], NoInfer<C>>,
      Added,
      F
    >;
    readonly expects: Expected;
  },
): ResultOf<Base, S, C, Added> {
  const from: Spec = specIn("A variant changes", base);
  demand("A variant", definition, { name: "string" });
  const where = `${from.name}, variant ${definition.name}`;
  if (!isKebabCase(definition.name)) {
    mistake(`${where}: the name of a variant is kebab-case, as it is typed on the command line.`);
  }
  const inherited = base.kind === "variant" ? (base.mistakes ?? []) : [];
  const { made: spec, mistakes } = notingApart(() => {
    if (isStandIn(from) || inherited.length > 0) giveUp();
    return changedSpec(where, from, definition);
  });
  const wrong = [...inherited, ...mistakes];
  const isWhole = spec !== undefined && wrong.length === 0;
  if (!isWhole) markAdded(definition.change);
  const result: Variant = made("variant", {
    kind: "variant",
    name: definition.name,
    because: String(definition.because),
    expects: isWhole
      ? expectationOf(where, definition.expects, spec.properties)
      : { kind: "holds" },
    base: base.kind === "variant" ? base.base : protocolOf(base),
    spec: isWhole ? spec : from,
    ...(isWhole ? {} : { mistakes: wrong }),
  });
  return result as ResultOf<Base, S, C, Added>;
}

/** What a malformed variant adds is not told to be listed nowhere. */
function markAdded(change: unknown): void {
  for (const part of ["added", "properties"]) {
    const given: unknown = isRecord(change) ? Reflect.get(change, part) : undefined;
    for (const one of isRecord(given) ? (Object.values(given) as unknown[]) : []) {
      if (kindOfListed(one) !== undefined) markListed(one as Action | Property);
    }
  }
}

/** The spec that a change makes. Throws `SpecError` where there is no going on. */
function changedSpec(
  where: string,
  from: Spec,
  definition: {
    readonly state?: Additions | undefined;
    readonly constants?: Constants | undefined;
    readonly change: unknown;
    readonly expects: Expected;
  },
): Spec {
  const parts = ["name", "because", "constants", "state", "change", "expects"];
  refuseUnknown(where, "part of a variant", definition, parts);
  demand(where, definition, { because: "string" });
  const { state = {}, constants = {} } = definition;
  const widened = withAdditions(where, from, state, constants);
  const own: (Action | Property)[] = [];
  const given = definition.change as AnyChange | ((words: unknown) => AnyChange);
  const change = typeof given === "function" ? given(wordsFor(own, widened)) : given;
  const spec: Spec = made("spec", {
    ...changed(where, widened, change),
    expects: undefined,
    declared: own.length === 0 ? from.declared : [...from.declared, ...own],
  });
  const removed = Object.keys(from.actions).filter((name) => !Object.hasOwn(spec.actions, name));
  checkNames(where, spec, removed);
  checkSeenFrom(where, spec);
  expectationOf(where, definition.expects, spec.properties);
  return spec;
}
