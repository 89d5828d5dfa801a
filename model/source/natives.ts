import type { AnyNode } from "acorn";
import { match } from "ts-pattern";
import { AssertionFailure, assert, type Saving, savingOf, SpecError } from "../../spec/index.ts";
import { isSpeech } from "../outside.ts";
import type { Arguments, Following } from "./following.ts";
import { listsOf } from "./lists.ts";
import {
  aNumber,
  anyOf,
  aText,
  aWord,
  either,
  grown,
  isLiteral,
  isNothing,
  keyOf,
  type List,
  literalOf,
  mayBeObject,
  nothing,
  number,
  numeric,
  type Part,
  partOf,
  signed,
  type Site,
  siteOf,
  type Value,
} from "./value.ts";

type Native = (interpreter: Following, all: Arguments, node: AnyNode | undefined) => Value;

/** One that does not look at what is spread. */
const unspread =
  (native: Native): Native =>
  (interpreter, all, node) =>
    all.spread.length > 0
      ? interpreter.giveUp(node, "spreads what it calls with")
      : native(interpreter, all, node);

/** A function of primitives, which may be in a list if their order does not matter to it. */
const ofPrimitives =
  (result: Value, isSymmetric = false): Native =>
  (interpreter, all, node) => {
    const spread = all.spread.map((list) => {
      if (list.isByName && !isSymmetric) interpreter.observe(node, "depends on an order of names");
      return list.valueOf(undefined);
    });
    const given = [...all.values, ...spread].map((value) => interpreter.asPrimitive(value, node));
    if (result !== aNumber) return result;
    const kinds = given.reduce((sum, value) => sum | value.kinds, 0);
    if ((kinds & ~numeric) === 0) return { ...aNumber, kinds: number | (kinds & numeric) };
    interpreter.countsFractions();
    return { ...aNumber, kinds: numeric };
  };

const onNumbers = ofPrimitives(aNumber);

/** What may come to a number that is no whole one. */
const onFractions: Native = (interpreter, all, node) => {
  interpreter.countsFractions();
  return { ...onNumbers(interpreter, all, node), kinds: numeric };
};

/** That a value is a whole number, say, of an element tells that it is one. */
const asksKind: Native = (interpreter, all, node) => {
  for (const value of all.values) interpreter.asPrimitive(value, node);
  return aWord;
};

const arrayFrom: Native = (interpreter, all, node) => {
  const [from = nothing, make] = all.values;
  if (all.spread.length > 0 || node === undefined)
    return interpreter.giveUp(node, "is not followed");
  const [count] = from.sites;
  const isCount =
    count !== undefined && keyOf(from) === keyOf(siteOf(count)) && count.kind === "object";
  if (isCount) {
    // { length: 3 }
    const length = count.properties.get("length") ?? nothing;
    if (count.properties.size > 1 || !isNothing(count.content)) {
      return interpreter.giveUp(node, "makes a list of what may be none");
    }
    interpreter.readsSite(count);
    interpreter.fails();
    interpreter.asPrimitive(length, node);
  }
  const lists: readonly List[] = isCount
    ? [
        {
          self: from,
          isByName: false,
          valueOf: () => literalOf(undefined),
          position: () => aNumber,
        },
      ]
    : listsOf(interpreter, from, node);
  const results = lists.map((list) => {
    let content = nothing;
    interpreter.through(list, node, (value, position) => {
      const made =
        make === undefined
          ? value
          : interpreter.callValue(make, { values: [value, position], spread: [] }, node);
      content = either(content, made);
    });
    interpreter.lasts(content, interpreter.level);
    return interpreter.arrayOf(node, content, list.isByName, { eachOf: list.eachOf });
  });
  return anyOf(results);
};

/** Object.keys, values and entries. */
const listing =
  (what: "keys" | "values" | "entries"): Native =>
  (interpreter, all, node) => {
    const [of = nothing] = all.values;
    if (node === undefined) return interpreter.giveUp(node, "is not followed");
    if (of.kinds !== 0 || of.elements.size > 0) interpreter.giveUp(node, "lists what may be none");
    let values = nothing;
    let computed = nothing;
    const names: string[] = [];
    for (const part of of.parts) {
      if (part.shape.kind !== "record") return interpreter.giveUp(node, "lists names of elements");
      interpreter.readsPart(part);
      names.push(...Object.keys(part.shape.fields));
      for (const name of Object.keys(part.shape.fields)) {
        values = either(
          values,
          interpreter.member({ ...nothing, parts: new Set([part]) }, literalOf(name), node),
        );
      }
    }
    for (const site of of.sites) {
      if (site.kind !== "object") return interpreter.giveUp(node, "is not followed");
      interpreter.readsSite(site);
      names.push(...site.properties.keys());
      if (!isNothing(site.content)) computed = either(computed, interpreter.keysOf(site));
      values = anyOf([values, site.content, ...site.properties.values()]);
    }
    for (const outer of of.outer) {
      names.push(...interpreter.ownKeys(outer, node));
      for (const name of interpreter.ownKeys(outer, node)) {
        values = either(values, interpreter.outerMember(outer, name, node));
      }
    }
    if (of.callees.size > 0) return interpreter.giveUp(node, "is not followed");
    const keys = either(interpreter.wordsOf(names), computed);
    const content =
      what === "keys"
        ? keys
        : what === "values"
          ? values
          : interpreter.tuple(node, [keys, values], "entry");
    return interpreter.arrayOf(node, content, false);
  };

const matchOf: Native = (interpreter, all, node) => {
  const site = interpreter.newSite("match", node);
  interpreter.growProperty(site, "subject", all.values[0] ?? nothing);
  return siteOf(site);
};

const asserts: Native = (interpreter, all, node) => {
  interpreter.asTruth(all.values[0] ?? nothing, node);
  interpreter.fails();
  const { kinds, elements, parts, sites, callees, outer, tells } = all.values[1] ?? nothing;
  const others = kinds + elements.size + parts.size + sites.size + callees.size;
  // Which one it is must be the same for all elements; the values beside it are for who reads of a failure.
  if (others > 0 || outer.size !== 1 || tells !== undefined) {
    return interpreter.giveUp(node, "asserts what is not known");
  }
  return literalOf(undefined);
};

/** What is told may be asked by whoever tells it: what has functions of its own may notice. */
const says: Native = (interpreter, all, node) => {
  for (const value of [...all.values, ...all.spread.map((list) => list.valueOf(undefined))]) {
    const isData = ![...value.sites].some((site) => hasFunctions(site));
    if (value.outer.size + value.callees.size > 0 || !isData) {
      interpreter.giveUp(node, "tells of what may be more than data");
    }
  }
  return literalOf(undefined);
};

function hasFunctions(site: Site, known: Set<Site> = new Set()): boolean {
  if (known.has(site)) return false;
  known.add(site);
  const { kind, content, keys, places = [], properties } = site;
  return (
    kind === "match" ||
    [content, keys, ...places, ...properties.values()].some(
      (value) =>
        value.callees.size + value.outer.size > 0 ||
        [...value.sites].some((inner) => hasFunctions(inner, known)),
    )
  );
}

const mathFunctions = ["abs", "ceil", "floor", "round", "sign", "trunc", "clz32"] as const;

const multiplied: Native = (interpreter, all, node) => {
  onNumbers(interpreter, all, node);
  return { ...aNumber, kinds: number | grown | signed };
};

/** What functions that are not written in JavaScript come to. */
export const natives: ReadonlyMap<unknown, Native> = new Map<unknown, Native>([
  ...mathFunctions.map((name) => [Math[name], onNumbers] as const),
  [Math.imul, multiplied],
  [Math.max, ofPrimitives(aNumber, true)],
  [Math.min, ofPrimitives(aNumber, true)],
  [Math.sqrt, onFractions],
  [Math.log2, onFractions],
  [Number, onFractions],
  [Number.isInteger, unspread(asksKind)],
  [Number.isSafeInteger, unspread(asksKind)],
  [Number.isNaN, unspread(asksKind)],
  [String, ofPrimitives(aText)],
  [
    Boolean,
    unspread((interpreter, all, node) => {
      interpreter.asTruth(all.values[0] ?? nothing, node);
      return aWord;
    }),
  ],
  [Array.isArray, unspread(() => aWord)],
  [Array.from, arrayFrom],
  [Object.keys, unspread(listing("keys"))],
  [Object.values, unspread(listing("values"))],
  [Object.entries, unspread(listing("entries"))],
  [match, unspread(matchOf)],
  [assert, unspread(asserts)],
]);

/** To copy variables whole, or to put them back, treats all elements alike. */
const saves =
  ({ word, savedBy }: Saving): Native =>
  (interpreter, all, node) => {
    const [draft = nothing, image = nothing] = all.values;
    const name = isLiteral(image) ? image.literal : undefined;
    const variables = savedBy(name);
    const [state] = draft.parts;
    const isState = state?.variable === "" && keyOf(draft) === keyOf(partOf(state));
    if (!isState || variables === undefined || !isImage(state, String(name), variables)) {
      return interpreter.giveUp(node, "saves or restores what is not known");
    }
    if (word === "restore") interpreter.fails();
    for (const variable of variables) {
      const [from, to] = word === "snapshot" ? [variable, String(name)] : [String(name), variable];
      interpreter.copiesVariable(state, from, to);
    }
    return literalOf(undefined);
  };

/** Whether a variable of the state keeps these variables as they are declared there. */
function isImage({ shape }: Part, image: string, variables: readonly string[]): boolean {
  if (shape.kind !== "record") return false;
  const its = shape.fields[image];
  const kept = its?.kind === "optional" && its.of.kind === "record" ? its.of.fields : {};
  return (
    Object.keys(kept).length === variables.length &&
    variables.every((name) => kept[name] !== undefined && kept[name] === shape.fields[name])
  );
}

/** What a function that is not written in JavaScript, or is known, comes to. */
export function nativeOf(its: object): Native | undefined {
  const saving = savingOf(its);
  if (saving !== undefined) return unspread(saves(saving));
  return natives.get(its) ?? (isSpeech(its) ? says : undefined);
}

type Maker = (interpreter: Following, all: Arguments, node: AnyNode) => Value;

const collection =
  (kind: "set" | "map"): Maker =>
  (interpreter, all, node) => {
    const site = interpreter.newSite(kind, node);
    const [from] = all.values;
    if (all.spread.length > 0) return interpreter.giveUp(node, "is not followed");
    if (from === undefined) return siteOf(site);
    for (const list of listsOf(interpreter, from, node)) {
      const content = list.valueOf(undefined);
      if (list.isByName) interpreter.ordersByName(site);
      if (kind === "set") {
        interpreter.grow(site, "content", content);
        // Whether two of them are the same tells how many there are.
        interpreter.compare(site.content, site.content, node);
      } else {
        if (list.isByName) interpreter.observe(node, "keeps of equal keys the last by name");
        for (const entry of listsOf(interpreter, content, node)) {
          if (entry.places === undefined) return interpreter.giveUp(node, "is not followed");
          interpreter.grow(site, "keys", entry.places[0] ?? nothing);
          interpreter.grow(site, "content", entry.places[1] ?? nothing);
          interpreter.compare(site.keys, site.keys, node);
        }
      }
    }
    return siteOf(site);
  };

/** An error is thrown, and ends the run; what is in it is not asked for. */
const failure: Maker = (interpreter, all, node) => {
  const [message = literalOf(undefined)] = all.values;
  if (mayBeObject(message) || all.spread.length > 0) {
    return interpreter.giveUp(node, "makes a text of an object");
  }
  return siteOf(interpreter.newSite("error", node));
};

const makers: ReadonlyMap<object, Maker> = new Map<object, Maker>([
  [Set, collection("set")],
  [Map, collection("map")],
  ...[Error, TypeError, RangeError, SpecError, AssertionFailure].map(
    (its) => [its, failure] as const,
  ),
]);

/** What `new` makes of a class that is known. */
export const newNative = (its: object): Maker | undefined => makers.get(its);

/** Functions that JavaScript itself has, and that keep nothing but in what they are given. */
const own = new Set<unknown>(
  [Object, Array, Number, String, Boolean, Math, JSON, Reflect, BigInt, Symbol]
    .flatMap((its) => [its, "prototype" in its ? (its.prototype as object) : its])
    .concat([Set.prototype, Map.prototype, RegExp.prototype, parseInt, parseFloat])
    .flatMap((its) => [
      its,
      ...Object.values(Object.getOwnPropertyDescriptors(its)).map(({ value }) => value as unknown),
    ]),
);

/** Whether a function is one of JavaScript's own; what it does to what it is given is read elsewhere. */
export const isOwnOfJavaScript = (its: unknown): boolean => own.has(its);
