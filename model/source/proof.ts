import type { AnyNode } from "acorn";
import type {
  Action,
  AnyDomain,
  BuddyTrees,
  Choices,
  Constants,
  Effect,
  IndexSet,
  Predicate,
  Property,
  Shape,
  Spec,
} from "../../spec/index.ts";
import { isIndexSet, predicatesOf, savingOf, subjectOf } from "../../spec/index.ts";
import { type Arguments, type Following, type SetsOf, Unproved } from "./following.ts";
import { Interpreter, theConstants } from "./interpreter.ts";
import { keptBy } from "./kept.ts";
import { changedOfJavaScript } from "./pristine.ts";
import { nativeOf } from "./natives.ts";
import { type AnyFunction, type Origins, originsOf, textOf } from "./written.ts";
import type { Uses } from "./uses.ts";
import {
  aNumber,
  aWord,
  either,
  elementOf,
  idOf,
  kindOfNumber,
  large,
  literalOf,
  grown,
  mostGrown,
  mostPlain,
  partOf,
  type Value,
} from "./value.ts";

/** What is proved of a function of a spec, for all states, by following what is written. */
export interface Proof {
  /** Why it could not be followed; undefined if it could. Then nothing else is proved. */
  readonly unproved: string | undefined;
  /** Where it tells elements of an exchangeable set apart, or may; empty if it surely does not. */
  readonly observed: readonly string[];
  /** What it changes that lasts from one call to the next. */
  readonly memories: readonly string[];
  /** Where it asks whether parts of the state are the same object, if it does: that has no answer. */
  readonly identity: string | undefined;
  /** What it does with variables and constants; undefined if it could not be followed. */
  readonly uses: Uses | undefined;
  /**
   * Whether a function that it hands over does no more than answer: nothing outside of that function is
   * changed by a call, so that a call leaves nothing behind but its answer. Undefined for one that it
   * does not hand over.
   */
  onlyAnswers(callback: AnyFunction): boolean | undefined;
}

/** A function of a spec, by the name that an error would call it. */
export interface SpecFunction {
  readonly name: string;
  readonly its: AnyFunction;
  readonly choices: Choices;
  /** How many states it is called with: 1; or 2, those before and after a step or, of an effect, the draft and that before. */
  readonly states: number;
  /** The property that it is part of, if it is. */
  readonly property?: string;
}

/** Proofs of the functions of a spec, each made when it is first asked for. */
export interface Proofs {
  of(its: SpecFunction): Proof;
  /** Whether functions are proved to do the same each time they are called. */
  areLasting(functions: readonly SpecFunction[]): boolean;
  /**
   * Whether a callback leaves nothing behind but its answer, where one of these functions hands it over;
   * they are looked at when that is first asked.
   */
  onlyAnswers(functions: readonly SpecFunction[]): (callback: AnyFunction) => boolean;
}

const nothingProved = (why: string): Proof => ({
  unproved: why,
  observed: [],
  memories: [],
  identity: undefined,
  uses: undefined,
  onlyAnswers: () => false,
});

/** One for all specs of a thread; undefined where functions cannot be followed. */
let origins: Origins | undefined | "not asked" = "not asked";

/** By spec, and by how large its numbers may be. */
const proofsOfSpecs = new WeakMap<Spec, Map<number, Proofs>>();

/** What can be proved of the functions of a spec, whatever its constants are, but for how large those are. */
export function proofsOf(spec: Spec, constants: Constants = spec.constants): Proofs {
  const most = mostOf(spec, constants);
  const proofs = proofsOfSpecs.get(spec) ?? new Map<number, Proofs>();
  proofsOfSpecs.set(spec, proofs);
  const known = proofs.get(most) ?? newProofs(spec, most);
  proofs.set(most, known);
  return known;
}

/** What constants, and bounds that follow from them, are at most: plain, grown or any number. */
function mostOf(spec: Spec, constants: Constants): number {
  const boundsIn = (shape: Shape): readonly unknown[] => {
    if (shape.kind === "whole") return [shape.min, shape.max];
    if (shape.kind === "record") return Object.values(shape.fields).flatMap(boundsIn);
    return "of" in shape ? boundsIn(shape.of) : [];
  };
  const computed = Object.values(spec.state)
    .flatMap((domain) => boundsIn(domain.shape))
    .filter((bound) => typeof bound === "function")
    .map((bound) => (bound as (of: Constants) => number)(constants));
  const kinds = [...Object.values(constants), ...computed]
    .filter((its) => typeof its === "number")
    .reduce((all, its) => all | kindOfNumber(its), 0);
  if ((kinds & large) !== 0) return Number.MAX_SAFE_INTEGER;
  return (kinds & grown) === 0 ? mostPlain : mostGrown;
}

function newProofs(spec: Spec, most: number): Proofs {
  /** By function, and by what it is called with: the same may stand in several places. */
  const known = new Map<AnyFunction, Map<string, Proof>>();
  const sets = knownSets(spec);
  const shape: Shape = {
    kind: "record",
    fields: Object.fromEntries(
      Object.entries(spec.state).map(([name, domain]) => [name, domain.shape]),
    ),
  };
  const bounds: Shape = {
    kind: "record",
    fields: Object.fromEntries(
      Object.entries(spec.constants).map(([name, value]) => [
        name,
        typeof value === "number"
          ? { kind: "whole", min: -most, max: most }
          : { kind: "words", words: [] },
      ]),
    ),
  };
  const part = (of: Shape, variable: string, id: number): Value =>
    partOf({ id, shape: of, variable, walks: [], isIndexed: false });
  const state = part(shape, "", 0);
  const constants = part(bounds, theConstants, -1);
  const isPristine = changedOfJavaScript() === undefined;

  function proofOf({ its, choices, states }: SpecFunction): Proof {
    if (!isPristine) return nothingProved("a method of JavaScript's own was replaced");
    if (origins === "not asked") origins = originsOf();
    if (origins === undefined)
      return nothingProved("this engine does not tell where functions are from");
    const interpreter = new Interpreter(origins, setsOf(sets, most));
    try {
      const all = [
        ...Array.from({ length: states }, () => state),
        ...choices.map((choice) => valueOfChoice(choice, interpreter)),
        constants,
      ];
      const result = interpreter.follow(its, all);
      if (result.elements.size > 0 || result.tells !== undefined) {
        interpreter.observe(undefined, "answers with an element");
      }
    } catch (error) {
      if (!(error instanceof Unproved) && !(error instanceof RangeError)) throw error;
      const memories = new Set([...interpreter.memories, ...keptBy(its, origins)]);
      const why = error instanceof Unproved ? error.message : "it is too deep to be followed";
      return { ...nothingProved(why), memories: [...memories], identity: interpreter.identity };
    }
    const onlyAnswer = new Map<string, boolean>();
    for (const [text, instances] of interpreter.byText) {
      onlyAnswer.set(
        text,
        text !== "" && [...instances].every(({ changes }) => changes.size === 0),
      );
    }
    return {
      unproved: undefined,
      observed: [...interpreter.observed.values()],
      memories: [...interpreter.memories],
      identity: interpreter.identity,
      uses: interpreter.uses,
      onlyAnswers: (callback) =>
        (nativeOf(callback) !== undefined && savingOf(callback) === undefined) ||
        onlyAnswer.get(textOf(callback)),
    };
  }

  /** What is chosen is one digit, wherever it is chosen from. */
  const valueOfChoice = (choice: AnyDomain, interpreter: Interpreter): Value => {
    const of: Shape = choice.kind === "index set" ? { kind: "index", set: choice } : choice.shape;
    const value = interpreter.valueAt(of, { variable: "", walks: [], isIndexed: false });
    return value.parts.size === 0
      ? value
      : interpreter.giveUp(undefined, "chooses what is no digit");
  };

  function of(its: SpecFunction): Proof {
    const key = [its.states, ...its.choices.map(idOf)].join(" ");
    const proofs = known.get(its.its) ?? new Map<string, Proof>();
    known.set(its.its, proofs);
    let proof = proofs.get(key);
    if (proof === undefined) {
      proof = proofOf(its);
      proofs.set(key, proof);
    }
    return proof;
  }

  return {
    of,
    areLasting: (functions) =>
      functions.every((its) => {
        const { unproved, memories } = of(its);
        return unproved === undefined && memories.length === 0;
      }),
    onlyAnswers: (functions) => {
      let proofs: readonly Proof[] | undefined;
      return (callback) => {
        proofs ??= functions.map(of);
        const answers = proofs.map((proof) => proof.onlyAnswers(callback));
        return answers.includes(true) && !answers.includes(false);
      };
    },
  };
}

const isExchangeable = ({ exchange }: IndexSet): boolean => exchange.kind !== "ordered";

/** Every index set that the state, or a choice, is made of. */
function knownSets(spec: Spec): readonly IndexSet[] {
  const sets = new Set<IndexSet>();
  const visit = (shape: Shape): void => {
    if ("set" in shape) sets.add(shape.set);
    if ("of" in shape) visit(shape.of);
    if (shape.kind === "record") Object.values(shape.fields).forEach(visit);
  };
  for (const { shape } of Object.values(spec.state)) visit(shape);
  const choices = [
    spec.initial.choices,
    ...Object.values(spec.actions).map((action) => action.choices),
    ...Object.values(spec.properties).map((property) => property.choices),
  ].flat();
  for (const choice of choices) {
    if (choice.kind === "index set") sets.add(choice);
    else visit(choice.shape);
  }
  return [...sets];
}

/** A list that the language hands out, and does not let be changed. */
function frozen(list: Value): Value {
  for (const site of list.sites) site.isFrozen = true;
  return list;
}

/** What the methods of index sets come to. */
function setsOf(known: readonly IndexSet[], mostOfBounds: number): SetsOf {
  const oneOf = (set: IndexSet): Value => (isExchangeable(set) ? elementOf(set.name) : aNumber);
  const framesOf = (of: BuddyTrees): IndexSet | undefined =>
    known.find(({ exchange }) => exchange.kind === "leaves" && exchange.of === of);
  return {
    isExchangeable,
    mostOfBounds,
    method: (object, name) => {
      if (!isIndexSet(object)) return undefined;
      const set = object;
      const takesOne =
        (answer: (interpreter: Following, node: AnyNode) => Value, of = set) =>
        (interpreter: Following, all: Arguments, node: AnyNode): Value => {
          const [given] = all.values;
          if (all.values.length !== 1 || given === undefined || all.spread.length > 0) {
            return interpreter.giveUp(node, "is not followed");
          }
          interpreter.indexes(of, given, node);
          if (given.kinds !== 0) interpreter.fails();
          return answer(interpreter, node);
        };
      const { exchange } = set;
      if (exchange.kind === "interchangeable") return undefined;
      if (exchange.kind === "ordered" && (name === "at" || name === "position")) {
        return (interpreter, all, node) => {
          for (const value of all.values) interpreter.asPrimitive(value, node);
          return aNumber;
        };
      }
      // Where nothing is exchanged frames are numbers, as blocks are.
      const frames = exchange.kind === "ordered" ? set : framesOf(exchange.of);
      const isOrdered = exchange.kind === "ordered" || exchange.of.areHalvesOrdered;
      if (name === "offset" && isOrdered && exchange.kind !== "nodes") {
        return takesOne(() => aNumber);
      }
      if (exchange.kind === "leaves") return undefined;
      const listOf = (content: IndexSet, isByName: boolean) =>
        takesOne((interpreter, node) =>
          frozen(
            interpreter.arrayOf(node, oneOf(content), isByName, { more: name, isDistinct: true }),
          ),
        );
      switch (name) {
        case "order":
          return takesOne(() => aNumber);
        case "buddy":
        case "parent":
          return takesOne(() => either(oneOf(set), literalOf(undefined)));
        case "halves":
          return listOf(set, !isOrdered);
        case "around":
          return listOf(set, false);
        case "frames":
          return frames && listOf(frames, !isOrdered);
        case "of":
          return frames && takesOne(() => oneOf(set), frames);
        case "first":
          return frames && isOrdered ? takesOne(() => oneOf(frames)) : undefined;
        case "isLower":
          return isOrdered ? takesOne(() => aWord) : undefined;
        default:
          return undefined;
      }
    },
  };
}

/** The functions of a property, but for those that only explain. */
export function functionsOf(name: string, property: Property): readonly SpecFunction[] {
  const { choices } = property;
  const states = subjectOf(property.kind) === "step" ? 2 : 1;
  return predicatesOf(property).map(({ predicate }) => ({
    name,
    its: predicate as AnyFunction,
    choices,
    states,
  }));
}

/** The condition and the effect of an action. */
export function functionsOfAction(
  { spec }: { readonly spec: Spec },
  name: string,
): readonly SpecFunction[] {
  const { choices, when, effect, afterwards = [] } = spec.actions[name] as Action;
  return [
    { name: `the condition of ${name}`, its: when as AnyFunction, choices, states: 1 },
    { name: `the effect of ${name}`, its: effect as AnyFunction, choices, states: 1 },
    ...afterwards.map((its) => ({
      name: `the effect of ${name}`,
      its: its as AnyFunction,
      choices,
      states: 2,
    })),
  ];
}

/** Those that make the initial states. */
export function functionsOfInitial({ initial }: Spec): readonly SpecFunction[] {
  const { choices, when, effect, afterwards = [] } = initial;
  const of = (its: Effect | Predicate, chosen: Choices): SpecFunction => ({
    name: "the initial state",
    its: its as AnyFunction,
    choices: chosen,
    states: 1,
  });
  return [of(when, choices), of(effect, choices), ...afterwards.map((its) => of(its, []))];
}

/** The functions of a spec by which a search steps and judges. */
export function allFunctionsOf(spec: Spec): readonly SpecFunction[] {
  const actions = Object.keys(spec.actions).flatMap((name) => functionsOfAction({ spec }, name));
  const properties = Object.entries(spec.properties).flatMap(([name, property]) =>
    functionsOf(`property ${name}`, property).map((its) => ({ ...its, property: name })),
  );
  const { mayEnd } = spec;
  const ending: readonly SpecFunction[] =
    mayEnd === undefined
      ? []
      : [{ name: "mayEnd", its: mayEnd as AnyFunction, choices: [], states: 1 }];
  return [...actions, ...properties, ...ending];
}
