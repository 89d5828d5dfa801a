import {
  type AnyDomain,
  type Constants,
  type IndexSet,
  type Shape,
  type Spec,
  subjectOf,
} from "../../spec/index.ts";
import { answersWrittenIn } from "./answers.ts";
import {
  allFunctionsOf,
  functionsOfAction,
  functionsOfInitial,
  type Proofs,
  proofsOf,
  type SpecFunction,
} from "./proof.ts";
import type { Uses } from "./uses.ts";
import type { AnyFunction } from "./written.ts";

/** What a spec declares and nobody needs. */
export type Unused =
  /** Nothing reads it. */
  | { readonly kind: "constant" | "variable"; readonly name: string }
  /** No step ever sets the variable to it, and it does not start so. */
  | { readonly kind: "word"; readonly name: string; readonly word: string };

/**
 * What a spec declares and neither itself nor any of these variants of it needs. It is proved of the functions: where one
 * cannot be followed that might make a difference, nothing is said. `isAtWork` is called for each of them.
 */
export function unusedIn(
  spec: Spec,
  variants: readonly Spec[],
  isAtWork: () => void = () => {},
): readonly Unused[] {
  let unused: readonly Unused[] = declaredIn(spec);
  for (const one of [spec, ...variants]) {
    if (unused.length === 0) return [];
    isAtWork();
    const its = new Needs(one);
    unused = unused.filter((what) => !its.mayNeed(what));
  }
  // That its words are not set either goes without saying.
  const unread = unused.filter(({ kind }) => kind === "variable").map(({ name }) => name);
  return unused.filter(({ kind, name }) => kind !== "word" || !unread.includes(name));
}

/** Of what is saved and of what saves it nothing is said: it is read by a word, and set by one. */
function declaredIn({ constants, state }: Spec): readonly Unused[] {
  const kept = Object.values(state).flatMap(({ saves }) => saves ?? []);
  const isSaving = (name: string): boolean =>
    state[name]?.saves !== undefined || kept.includes(name);
  const ofVariable = ([name, { shape }]: [string, Spec["state"][string]]): readonly Unused[] => [
    { kind: "variable", name },
    ...[...wordsOf(shape)].map((word): Unused => ({ kind: "word", name, word })),
  ];
  return [
    ...Object.keys(constants).map((name): Unused => ({ kind: "constant", name })),
    ...Object.entries(state)
      .filter(([name]) => !isSaving(name))
      .flatMap(ofVariable),
  ];
}

/** What the functions of a spec need, each question answered when it is first asked. */
class Needs {
  readonly #spec: Spec;
  readonly #proofs: Proofs;
  #all: readonly (Uses | undefined)[] | undefined;
  #ofConstants: readonly (Uses | undefined)[] | undefined;

  constructor(spec: Spec) {
    this.#spec = spec;
    this.#proofs = proofsOf(spec);
  }

  mayNeed(what: Unused): boolean {
    switch (what.kind) {
      case "constant":
        this.#ofConstants ??= ofConstants(this.#spec).map((its) => this.#uses(its));
        return (
          isSeenFrom(this.#spec, what.name) ||
          [...this.#everything(), ...this.#ofConstants].some(
            (uses) => uses?.constants.has(what.name) ?? true,
          )
        );
      case "variable":
        return this.#everything().some(
          (uses) => uses === undefined || uses.asked.has(what.name) || uses.asked.has(""),
        );
      case "word": {
        const domain = this.#spec.state[what.name];
        if (domain === undefined || startsIn(domain.shape).has(what.word)) return true;
        const words = wordsSetIn(this.#spec, this.#proofs, what.name);
        return words?.has(what.word) ?? true;
      }
    }
  }

  #everything(): readonly (Uses | undefined)[] {
    const { properties } = this.#spec;
    const explaining = Object.entries(properties).flatMap(([name, property]): SpecFunction[] => {
      if (!("explain" in property) || property.explain === undefined) return [];
      const { choices, explain, kind } = property;
      return [
        { name, its: explain as AnyFunction, choices, states: subjectOf(kind) === "state" ? 1 : 2 },
      ];
    });
    this.#all ??= [
      ...functionsOfInitial(this.#spec),
      ...allFunctionsOf(this.#spec),
      ...explaining,
    ].map((its) => this.#uses(its));
    return this.#all;
  }

  #uses(its: SpecFunction): Uses | undefined {
    return this.#proofs.of(its).uses;
  }
}

const isSeenFrom = ({ properties }: Spec, constant: string): boolean =>
  Object.values(properties).some(({ seenFrom = [] }) =>
    seenFrom.some((least) => Object.hasOwn(least, constant)),
  );

/**
 * The words that the initial state or a step, of those actions that are given, sets a variable to, or a part of it;
 * undefined if they may be any.
 */
export function wordsSetIn(
  spec: Spec,
  proofs: Proofs,
  variable: string,
  actions: readonly string[] = Object.keys(spec.actions),
): ReadonlySet<string> | undefined {
  if (spec.state[variable]?.saves !== undefined) return undefined;
  const wordsOfAction = (name: string): readonly (ReadonlySet<string> | undefined)[] =>
    functionsOfAction({ spec }, name).flatMap((its) => {
      const places =
        its.its === (spec.actions[name]?.effect as unknown)
          ? placesLedTo(spec, name, variable)
          : undefined;
      if (places === undefined) return wordsOfFunction(its);
      // Beside the place of its own a step may set those of others.
      const effect = spec.actions[name]?.located?.effect as AnyFunction | undefined;
      return [places, ...(effect === undefined ? [] : wordsOfFunction({ ...its, its: effect }))];
    });
  // What was saved may be changed before it is put back.
  const images = Object.keys(spec.state).filter((name) =>
    spec.state[name]?.saves?.includes(variable),
  );
  const wordsOfFunction = (its: SpecFunction): readonly (ReadonlySet<string> | undefined)[] => {
    const uses = proofs.of(its).uses;
    return [variable, ...images].map((name) => uses?.wordsFor(name));
  };
  const words = new Set<string>();
  for (const one of [
    ...functionsOfInitial(spec).flatMap(wordsOfFunction),
    ...actions.flatMap(wordsOfAction),
  ]) {
    if (one === undefined) return undefined;
    for (const word of one) words.add(word);
  }
  return words;
}

/** Where a step of the process leads whose place a variable says, if it is one; undefined where its effect computes that. */
function placesLedTo(
  spec: Spec,
  action: string,
  variable: string,
): ReadonlySet<string> | undefined {
  const located = spec.actions[action]?.located;
  if (located === undefined || located.process.variable !== variable) return undefined;
  const { to, effect } = located;
  const { texts, isMore, isComputed } =
    effect === undefined
      ? { texts: [], isMore: true, isComputed: false }
      : answersWrittenIn(effect as unknown as AnyFunction);
  if (isComputed) return undefined;
  return new Set([...texts, ...(isMore && to !== undefined ? [to] : [])]);
}

/** All words in a shape. */
function wordsOf(shape: Shape): ReadonlySet<string> {
  if (shape.kind === "words") return new Set(shape.words);
  return new Set(partsOf(shape).flatMap((part) => [...wordsOf(part)]));
}

/** Those that are there from the start, where nobody sets another. */
function startsIn(shape: Shape): ReadonlySet<string> {
  if (shape.kind === "words") return new Set(shape.words.slice(0, 1));
  if (shape.kind === "sequence" || shape.kind === "optional") return new Set();
  return new Set(partsOf(shape).flatMap((part) => [...startsIn(part)]));
}

const partsOf = (shape: Shape): readonly Shape[] =>
  shape.kind === "record" ? Object.values(shape.fields) : "of" in shape ? [shape.of] : [];

/** The functions of a spec that are given the constants and nothing else. */
function ofConstants({
  where,
  state,
  actions,
  properties,
  initial,
}: Spec): readonly SpecFunction[] {
  const found = new Set<unknown>(Object.values(where));
  const ofSet = ({ size }: IndexSet): unknown => found.add(size);
  const ofShape = (shape: Shape): void => {
    if ("set" in shape) ofSet(shape.set);
    if ("min" in shape) found.add(shape.min).add(shape.max);
    if (shape.kind === "sequence") found.add(shape.max);
    partsOf(shape).forEach(ofShape);
  };
  const ofDomain = (domain: AnyDomain): void => {
    if (domain.kind === "index set") ofSet(domain);
    else ofShape(domain.shape);
  };
  Object.values(state).forEach(ofDomain);
  for (const { choices } of [...Object.values(actions), ...Object.values(properties), initial]) {
    choices.forEach(ofDomain);
  }
  for (const property of Object.values(properties)) {
    if ("atMost" in property) found.add(property.atMost);
  }
  return [...found]
    .filter((its): its is (of: Constants) => unknown => typeof its === "function")
    .map((its) => ({ name: "a bound", its: its as AnyFunction, choices: [], states: 0 }));
}
