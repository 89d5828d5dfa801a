import type { TypedAction, TypedSpec } from "./typed.ts";
import type { Action, Expectation, Property, Spec, Variant } from "./spec.ts";
import { isPropertyKind } from "./kinds.ts";
import { markListed } from "./listed.ts";
import { kindOf, made } from "./made.ts";
import { giveUp, isStandIn, mistake, notingApart } from "./mistakes.ts";
import { movedAction } from "./process.ts";
import {
  adopted,
  checkConstants,
  checkFairness,
  checkNames,
  checkProtocolFairness,
  demand,
  isJudgedAnyway,
  isKebabCase,
  isRecord,
  kindOfListed,
  mayBeFunctions,
  mayBeText,
  refuseJudgedAnyway,
  refuseUnknown,
  suggestion,
} from "./refuse.ts";
import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";

/** What is replaced in one action; what is left out stays. Of a step of a process also where it is taken, and leads. */
type ActionChange<A> =
  A extends TypedAction<infer State, infer Draft, infer Arguments, infer Place>
    ? {
        readonly when?: (state: State, ...rest: Arguments) => boolean;
        // biome-ignore lint/suspicious/noConfusingVoidType: an effect that answers nothing
        readonly effect?: (draft: Draft, ...rest: Arguments) => Place | void;
        readonly fairness?: Action["fairness"];
        readonly source?: string;
      } & ([Place] extends [never]
        ? unknown
        : { readonly at?: Place | readonly [Place, ...Place[]]; readonly to?: Place })
    : never;

/** A protocol of whatever state and actions. */
type AnyTypedSpec = TypedSpec<unknown, unknown, unknown, unknown>;

type TypesOf<Base extends AnyTypedSpec> = NonNullable<Base["typed"]>;

/** A change to a protocol: a historical version, a proposal, a deliberate mistake (a mutant), a fix. */
export interface Change<
  Base extends AnyTypedSpec,
  Types extends TypesOf<AnyTypedSpec> = TypesOf<Base>,
> {
  readonly constants?: Partial<Types["constants"]>;
  /** The fairness of the whole. */
  readonly fairness?: Spec["fairness"];
  /** For each action: what is replaced, or "removed" (with `added` for one with other choices). */
  readonly actions?: {
    readonly [name in keyof Types["actions"]]?: ActionChange<Types["actions"][name]> | "removed";
  };
  /** Actions that the base does not have. */
  readonly added?: Readonly<
    Record<string, TypedAction<Types["state"], Types["draft"], never, unknown>>
  >;
  /** Further claims; one with the name of an old one takes its place, "removed" drops it. */
  readonly properties?: Readonly<Record<string, Property | "removed">>;
}

type AnyChange = Change<TypedSpec<Record<string, Action>, unknown, unknown, unknown>>;

/**
 * A variant that can be changed again. It names the type of its protocol: where that has a name (an
 * interface), a declaration file says that and not all of it once more.
 */
export interface VariantOf<Base extends Spec> extends Variant {
  readonly base: Base;
}

/** What `variant` is given beside its base. */
interface Definition<Base extends AnyTypedSpec> {
  readonly name: string;
  readonly because: string;
  readonly change: Change<NoInfer<Base>>;
  readonly expects: "holds" | { readonly breaks: readonly [string, ...string[]] };
}

/**
 * A protocol with a change applied, and what the change is expected to do: "holds" for a fix or a
 * refactoring, otherwise the names of the properties that it breaks. `base` may be a variant's result,
 * so a fix can be stated on top of the mistake it repairs.
 */
export function variant<Base extends AnyTypedSpec>(
  base: Base | VariantOf<Base>,
  definition: Definition<Base>,
): VariantOf<Base> {
  const from: Spec = specIn(base);
  demand("A variant", definition, { name: "string" });
  const where = `${from.name}, variant ${definition.name}`;
  if (!isKebabCase(definition.name)) {
    mistake(`${where}: the name of a variant is kebab-case, as it is typed on the command line.`);
  }
  const inherited = base.kind === "variant" ? (base.mistakes ?? []) : [];
  const { made: whole, mistakes } = notingApart(() => {
    if (isStandIn(from) || inherited.length > 0) giveUp();
    return changed<Base>(where, base, from, definition);
  });
  const wrong = [...inherited, ...mistakes];
  if (whole !== undefined && wrong.length === 0) return whole;
  markAdded(definition.change);
  return made("variant", {
    kind: "variant",
    name: definition.name,
    because: String(definition.because),
    expects: { kind: "holds" },
    base: base.kind === "variant" ? base.base : base,
    spec: base.kind === "variant" ? base.spec : base,
    mistakes: wrong,
  });
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

/** The variant that a change makes. Throws `SpecError` where there is no going on. */
function changed<Base extends AnyTypedSpec>(
  where: string,
  base: Base | VariantOf<Base>,
  from: Spec,
  definition: Definition<Base>,
): VariantOf<Base> {
  const { change } = definition;
  refuseUnknown(where, "part of a variant", definition, ["name", "because", "change", "expects"]);
  demand(where, definition, { because: "string", change: "object" });
  refuseUnknown(where, "change", definition.change, [
    "constants",
    "fairness",
    "actions",
    "added",
    "properties",
  ]);
  for (const [part, given] of Object.entries(change)) {
    if (part === "fairness") checkProtocolFairness(where, given);
    else if (!isRecord(given)) throw new SpecError(`${where}: "${part}" must be a record.`);
  }
  refuseUnknown(where, "constant", change.constants ?? {}, Object.keys(from.constants));
  checkConstants(where, change.constants ?? {});
  const properties = changedProperties(where, from, change.properties ?? {});
  const spec: Spec = made("spec", {
    ...from,
    constants: { ...from.constants, ...(change.constants as Spec["constants"]) },
    actions: changedActions(where, from, change as AnyChange),
    fairness: change.fairness ?? from.fairness,
    properties,
  });
  const removed = Object.keys(from.actions).filter((name) => !Object.hasOwn(spec.actions, name));
  checkNames(where, spec, removed);
  return made("variant", {
    kind: "variant",
    name: definition.name,
    because: definition.because,
    expects: expectation(where, definition.expects, properties),
    base: base.kind === "variant" ? base.base : base,
    spec,
  });
}

/** The protocol that is changed. Throws `SpecError` for what is none. */
function specIn(base: Spec | Variant): Spec {
  const kind = kindOf(base);
  if (kind === "spec") return base as Spec;
  if (kind === "variant") return (base as Variant).spec;
  throw new SpecError(
    `A variant changes what spec(...) or variant(...) made, and was given ${show(base)}.`,
  );
}

function changedActions(where: string, from: Spec, change: AnyChange): Spec["actions"] {
  const actions: Record<string, Action> = { ...from.actions };
  for (const [name, replacement] of Object.entries(change.actions ?? {})) {
    const old = Object.hasOwn(from.actions, name) ? from.actions[name] : undefined;
    if (old === undefined) {
      mistake(
        `${where}: ${from.name} has no action ${name}${suggestion(name, Object.keys(from.actions))}`,
      );
      continue;
    }
    if (replacement === undefined) {
      mistake(`${where}: ${name} is undefined; say what replaces it, or "removed".`);
      continue;
    }
    if (replacement === "removed") delete actions[name];
    else if (typeof replacement === "string") {
      mistake(`${where}: ${name} is "${String(replacement)}"; did you mean "removed"?`);
    } else {
      refuseUnknown(where, `part of the action ${name}`, replacement, [
        "when",
        "effect",
        "fairness",
        "source",
        ...(old.located === undefined ? [] : ["at", "to"]),
      ]);
      mayBeFunctions(`${where}: ${name}`, replacement, ["when", "effect"]);
      mayBeText(`${where}: ${name}`, replacement, "source");
      checkFairness(`${where}: the fairness of ${name}`, replacement.fairness);
      const given = Object.fromEntries(
        Object.entries(replacement).filter(([, part]) => part !== undefined),
      );
      actions[name] = made(
        "action",
        old.located === undefined
          ? { ...old, ...given }
          : movedAction(`${where}: ${name}`, old, old.located, given),
      );
    }
  }
  for (const [name, action] of Object.entries(change.added ?? {})) {
    if (Object.hasOwn(actions, name))
      mistake(`${where}: the action ${name} exists; use "actions" to change it.`);
    if (kindOfListed(action) !== "action") {
      mistake(`${where}: the action ${name} is none that declare(...) made.`);
      continue;
    }
    markListed(action);
    actions[name] = adopted<Action>(action);
  }
  return actions;
}

function changedProperties(
  where: string,
  from: Spec,
  change: Readonly<Record<string, Property | "removed">>,
): Spec["properties"] {
  const properties = { ...from.properties };
  for (const [name, replacement] of Object.entries(change)) {
    if (typeof replacement === "string" && replacement !== "removed") {
      mistake(`${where}: ${name} is "${String(replacement)}"; did you mean "removed"?`);
      continue;
    }
    refuseJudgedAnyway(where, name);
    if (replacement !== "removed") {
      if (!isPropertyKind(kindOfListed(replacement))) {
        mistake(`${where}: the property ${name} is none that declare(...) made.`);
        continue;
      }
      markListed(replacement);
      properties[name] = adopted(replacement);
    } else if (Object.hasOwn(properties, name)) delete properties[name];
    else
      mistake(
        `${where}: no property ${name} to remove${suggestion(name, Object.keys(properties))}`,
      );
  }
  return properties;
}

function expectation(
  where: string,
  expects: "holds" | { readonly breaks: readonly string[] },
  properties: Spec["properties"],
): Expectation {
  if (expects === "holds") return { kind: "holds" };
  if (
    typeof expects !== "object" ||
    !Array.isArray(expects?.breaks) ||
    expects.breaks.length === 0
  ) {
    throw new SpecError(
      `${where}: "expects" must say "holds", or { breaks: [...] } with the properties that it breaks.`,
    );
  }
  refuseUnknown(where, "part of expects", expects, ["breaks"]);
  for (const name of expects.breaks) {
    if (!isJudgedAnyway(name) && !Object.hasOwn(properties, name)) {
      mistake(`${where}: no property ${name} to break${suggestion(name, Object.keys(properties))}`);
    }
  }
  return { kind: "breaks", properties: expects.breaks };
}
