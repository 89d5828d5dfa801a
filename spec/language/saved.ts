import { type Domain, optional, record, savedIn } from "./domain.ts";
import { made } from "./made.ts";
import { mistake, orStandIn } from "./mistakes.ts";
import { suggestion } from "./refuse.ts";
import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";

/** The domain of a variable that keeps what others were at one moment; see `saved`. */
export interface Saved<Names extends string = string> {
  readonly kind: "saved";
  readonly variables: readonly Names[];
}

declare const savedNames: unique symbol;
/** What a snapshot is told by from any other record: nobody else makes one. */
export interface SnapshotOf<Names extends string> {
  readonly [savedNames]: Names;
}

/** A variable that keeps what these variables were when `snapshot` was said; "none" before. */
export function saved<const Names extends readonly [string, ...string[]]>(
  ...variables: Names
): Saved<Names[number]> {
  return orStandIn(
    (): Saved<Names[number]> => {
      const other = variables.find((name: unknown) => typeof name !== "string");
      if (variables.length === 0 || other !== undefined) {
        throw new SpecError(
          `saved(...) takes the name of one variable or more, and got ${variables.length === 0 ? "none" : show(other)}.`,
        );
      }
      const twice = variables.find((name, at) => variables.indexOf(name) < at);
      if (twice !== undefined) throw new SpecError(`saved(...) names ${show(twice)} twice.`);
      return made("saved", { kind: "saved", variables });
    },
    () => made("saved", { kind: "saved", variables: [] }),
  );
}

/** The variables that are there, with those that keep others of them. */
export function withSaved(
  where: string,
  state: Readonly<Record<string, Domain | Saved>>,
): Readonly<Record<string, Domain>> {
  const isDomain = (name: string): boolean =>
    Object.hasOwn(state, name) && state[name]?.kind === "domain" && state[name].saves === undefined;
  const plain = Object.keys(state).filter(isDomain);
  return Object.fromEntries(
    Object.entries(state).map(([name, its]) => {
      const names = its.kind === "saved" ? its.variables : its.saves;
      if (names === undefined) return [name, its as Domain];
      const known = names.filter((one) => {
        if (isDomain(one)) return true;
        mistake(
          Object.hasOwn(state, one)
            ? `${where}: ${name} saves ${one}, which is saved(...) itself; it can keep other variables only.`
            : `${where}: ${name} saves ${one}, and there is no such variable${suggestion(one, plain)}`,
        );
        return false;
      });
      const fields = Object.fromEntries(known.map((one) => [one, state[one] as Domain]));
      return [name, savedIn(optional(record(fields)), known)];
    }),
  );
}

/** What a draft that keeps its own account of changes does for the words below. */
export interface Keeper {
  snapshot(image: string, variables: readonly string[]): void;
  /** False where nothing was saved. */
  restore(image: string, variables: readonly string[]): boolean;
}

/** Under this a draft has its `Keeper`, if it is one that has. */
export const keeper = Symbol("keeper");

/** The words for the variables that keep others; typed where they are given out. */
export interface SavingWords {
  readonly snapshot: (draft: object, image: string) => void;
  readonly restore: (draft: object, image: string) => void;
}

export function savingWords(state: Readonly<Record<string, Domain>>): SavingWords {
  const savedBy = (image: unknown): readonly string[] | undefined =>
    typeof image === "string" && Object.hasOwn(state, image) ? state[image]?.saves : undefined;
  const variablesOf = (word: Saving["word"], image: string): readonly string[] => {
    const variables = savedBy(image);
    if (variables !== undefined) return variables;
    const known = Object.keys(state).filter((name) => savedBy(name) !== undefined);
    throw new SpecError(
      `${word}: ${show(image)} is no variable that is saved(...)${suggestion(String(image), known)}`,
    );
  };
  const known = <Word extends SavingWords["snapshot"]>(word: Saving["word"], its: Word): Word => {
    savings.set(its, { word, savedBy });
    return its;
  };
  return {
    snapshot: known("snapshot", (draft, image) => {
      const variables = variablesOf("snapshot", image);
      const its = keeperOf(draft);
      if (its !== undefined) return its.snapshot(image, variables);
      checkDraft("snapshot", draft, [image, ...variables]);
      const now = variables.map((name) => [name, copied(Reflect.get(draft, name))] as const);
      put(draft, image, Object.fromEntries(now));
    }),
    restore: known("restore", (draft, image) => {
      const variables = variablesOf("restore", image);
      const its = keeperOf(draft);
      if (its === undefined) checkDraft("restore", draft, [image, ...variables]);
      const kept: unknown = its === undefined ? Reflect.get(draft, image) : undefined;
      const isThere = its === undefined ? kept !== "none" : its.restore(image, variables);
      if (!isThere) {
        throw new SpecError(
          `restore: nothing was saved in ${image} by then. Is the condition missing that it is not "none"?`,
        );
      }
      if (its !== undefined) return;
      for (const name of variables) {
        put(draft, name, copied(Reflect.get(kept as object, name)));
      }
    }),
  };
}

const keeperOf = (draft: object): Keeper | undefined =>
  Reflect.get(draft, keeper) as Keeper | undefined;

/** Throws `SpecError` for a draft without one of the variables that are saved or restored. */
function checkDraft(word: Saving["word"], draft: object, names: readonly string[]): void {
  const missing = names.find((name) => Reflect.get(draft, name) === undefined);
  if (missing === undefined) return;
  throw new SpecError(
    `${word}: what it was given has no variable ${missing}. Give it the draft of the effect.`,
  );
}

/** Assigns, so that whoever may not be changed objects. */
function put(draft: object, name: string, value: unknown): void {
  (draft as Record<string, unknown>)[name] = value;
}

/** A copy of a value of the state that shares nothing with it. */
export function copied(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Set) return new Set(value);
  if (Array.isArray(value)) return Array.from(value, copied);
  return Object.fromEntries(Object.entries(value).map(([name, its]) => [name, copied(its)]));
}

/** What a function is known to do that saves or restores. */
export interface Saving {
  readonly word: keyof SavingWords;
  /** The variables that are saved in one; undefined for one that saves none. */
  readonly savedBy: (image: unknown) => readonly string[] | undefined;
}

const savings = new WeakMap<object, Saving>();

/** What a function does, if it is one of the words that save and restore. */
export const savingOf = (its: object): Saving | undefined => savings.get(its);
