import { kindOf, made } from "./made.ts";
import { isStandIn, mistake, orStandIn, placed, standingIn } from "./mistakes.ts";
import { isRecord } from "./refuse.ts";
import { show } from "./shown.ts";
import type { Domain } from "./domain.ts";
import { type Saved, withSaved } from "./saved.ts";
import type { Constants } from "./index-set.ts";
import type { Spec } from "./spec.ts";
import type { Variables } from "./typed.ts";
import { words } from "./words.ts";

/** What `declare` was given. */
export type Declaration = Pick<Spec, "constants" | "where" | "state">;

/** Constants and state that several protocols share; what its author says about them is beside it. */
export interface Part<C extends Constants = Constants, V extends Variables = Variables> {
  readonly part?: { readonly constants: C; readonly state: V };
}

type All<Of> = (Of extends unknown ? (one: Of) => void : never) extends (all: infer All) => void
  ? All
  : never;
type ConstantsOfOne<P> = P extends Part<infer C, Variables> ? C : never;
type VariablesOfOne<P> = P extends Part<Constants, infer V> ? V : never;

/** The constants of all parts. */
export type ConstantsOf<P extends readonly Part[]> = All<ConstantsOfOne<P[number]>>;
/** The variables of all parts. */
export type VariablesOf<P extends readonly Part[]> = All<VariablesOfOne<P[number]>>;

/** What is declared beside parts. */
export type Own = Omit<Declaration, "state"> & {
  readonly state: Readonly<Record<string, Domain | Saved>>;
};

interface Declared {
  readonly declaration: Declaration;
  /** All that was declared with its words. */
  readonly declared: Spec["declared"];
}

const declarations = new WeakMap<object, Declared>();

/** What is offered, as a part of whatever protocol declares it. */
export function partOf<Offered extends object>(
  declaration: Declaration,
  declared: Spec["declared"],
  offered: Offered,
): Offered {
  const part = made(
    "part",
    orStandIn(
      () => {
        if (isRecord(offered)) return { ...offered };
        mistake(`part(...) takes a record of what the part offers, and got ${show(offered)}.`);
        return {} as Offered;
      },
      () => ({}) as Offered,
    ),
  );
  declarations.set(part, { declaration, declared });
  return isStandIn(declaration) ? standingIn(part) : part;
}

/** A declaration with what its parts declare before it, and the properties that were declared with their words. */
export function withParts(own: Own, parts: unknown): Declared {
  if (parts !== undefined && !Array.isArray(parts)) {
    mistake(`declare: "parts" must be a list of what part(...) made, and is ${show(parts)}.`);
    return { declaration: { ...own, state: withSaved("declare", own.state) }, declared: [] };
  }
  const given = ((parts ?? []) as unknown[]).filter((one) => {
    if (kindOf(one) === "part") return true;
    mistake(`declare: "parts" has ${show(one)}, which is nothing that part(...) made.`);
    return false;
  });
  const all = given.flatMap((one) => declarations.get(one as object) ?? []);
  const declaration = {
    constants: merged("constant", all, own, "constants"),
    where: placed(merged("condition of the constants", all, own, "where")),
    state: withSaved("declare", merged("variable", all, own, "state")),
  };
  if (given.some(isStandIn)) standingIn(declaration);
  const shared = all.flatMap((one) => [
    ...Object.keys(one.declaration.constants),
    ...Object.keys(one.declaration.state),
  ]);
  sharedNames.set(declaration.where, new Set(shared));
  // Of what a part offers a protocol takes the steps that it needs, but what is true of it is to be checked.
  const claims = all.flatMap(({ declared }) => declared).filter(({ kind }) => kind !== "action");
  return { declaration, declared: [...new Set(claims)] };
}

const sharedNames = new WeakMap<Spec["where"], ReadonlySet<string>>();

/** Whether a spec has a constant or a variable from its parts, which may have others than it needs. */
export const isOfParts = ({ where }: Pick<Spec, "where">, name: string): boolean =>
  sharedNames.get(where)?.has(name) ?? false;

/** What the parts have by name, then what is declared beside them: that may only be another default of a constant. */
function merged<K extends keyof Declaration>(
  what: string,
  parts: readonly Declared[],
  own: Own,
  kind: K,
): Own[K] {
  const all: Record<string, unknown> = {};
  const owners = [...parts.map(({ declaration }) => declaration), own];
  for (const its of owners) {
    for (const [name, one] of Object.entries(its[kind])) {
      const isDefault = kind === "constants" && its === own && typeof all[name] === typeof one;
      if (Object.hasOwn(all, name) && all[name] !== one && !isDefault) {
        const isOwn = its === own ? "a part and the declaration" : "two parts";
        mistake(`declare: ${isOwn} have a ${what} called ${words(name)}.`);
      }
      all[name] = one;
    }
  }
  return all as Own[K];
}
