import { nameOffered } from "./listed.ts";
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

/** For each constant the declarations that gave it a default, one after the other: it has that of the last. */
type Sayers = Readonly<Record<string, readonly object[]>>;

const sayers = new WeakMap<Declaration, Sayers>();

const declarations = new WeakMap<object, Declared>();

/** What a part is told from other records by when it was copied, and by nothing else. */
const ofPart = Symbol("part");

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
        if (isRecord(offered)) return { ...offered, [ofPart]: true };
        mistake(`part(...) takes a record of what the part offers, and got ${show(offered)}.`);
        return {} as Offered;
      },
      () => ({}) as Offered,
    ),
  );
  declarations.set(part, { declaration, declared });
  nameOffered(offered);
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
    const isCopy = isRecord(one) && ofPart in one;
    mistake(
      isCopy
        ? `declare: "parts" has a copy of what part(...) made, which is no part: give the part itself.`
        : `declare: "parts" has ${show(one)}, which is nothing that part(...) made.`,
    );
    return false;
  });
  const all = given.flatMap((one) => declarations.get(one as object) ?? []);
  const owners = all.map((one) => one.declaration);
  const declaration = {
    constants: mergedConstants(owners, own),
    where: placed(merged("condition of the constants", owners, own, "where")),
    state: withSaved("declare", merged("variable", owners, own, "state")),
  };
  sayers.set(declaration, allSayers(owners, own));
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

/** What the parts have by name, then what is declared beside them. */
function merged<K extends "where" | "state">(
  what: string,
  parts: readonly Declaration[],
  own: Own,
  kind: K,
): Own[K] {
  const all: Record<string, unknown> = {};
  for (const its of [...parts, own]) {
    for (const [name, one] of Object.entries(its[kind])) {
      if (Object.hasOwn(all, name) && all[name] !== one) saysTwice(what, name, its === own);
      all[name] = one;
    }
  }
  return all as Own[K];
}

function saysTwice(what: string, name: string, isOwn: boolean): void {
  const owners = isOwn ? "a part and the declaration" : "two parts";
  mistake(`declare: ${owners} have a ${what} called ${words(name)}.`);
}

/**
 * The constants of the parts, then those declared beside them. Of several defaults that of a constant is the one that
 * replaces the others, whatever the order of the parts; where there is none, it is to be declared beside them.
 */
function mergedConstants(parts: readonly Declaration[], own: Own): Constants {
  const all: Record<string, Constants[string]> = {};
  for (const name of new Set(parts.flatMap(({ constants }) => Object.keys(constants)))) {
    const having = parts.filter(({ constants }) => Object.hasOwn(constants, name));
    const kinds = new Set(having.map(({ constants }) => typeof constants[name]));
    const isSaid = Object.hasOwn(own.constants, name);
    if (kinds.size > 1) saysTwice("constant", name, false);
    else if (isSaid && !kinds.has(typeof own.constants[name])) saysTwice("constant", name, true);

    const last = having.filter((one) => !having.some((other) => replaces(name, other, one)));
    if (!isSaid && new Set(last.map((one) => sayersOf(name, one).at(-1))).size > 1) {
      mistake(
        `declare: two parts have a constant called ${words(name)}, and neither has its default from the other: say in ` +
          `"constants" which it is, if both mean the same.`,
      );
    }
    for (const { constants } of last) all[name] = constants[name] as Constants[string];
  }
  return { ...all, ...own.constants };
}

const sayersOf = (name: string, its: Declaration): readonly object[] =>
  sayers.get(its)?.[name] ?? [];

/** Whether one declaration gives a constant another default than that which another one has. */
const replaces = (name: string, one: Declaration, other: Declaration): boolean =>
  sayersOf(name, one)
    .slice(0, -1)
    .includes(sayersOf(name, other).at(-1) as object);

/** Who gave each constant a default. What a declaration says comes behind what all of its parts say. */
function allSayers(parts: readonly Declaration[], own: Own): Sayers {
  const names = [...parts, own].flatMap(({ constants }) => Object.keys(constants));
  return Object.fromEntries(
    names.map((name) => {
      const before = new Set(parts.flatMap((one) => sayersOf(name, one)));
      return [name, [...before, ...(Object.hasOwn(own.constants, name) ? [own] : [])]];
    }),
  );
}
