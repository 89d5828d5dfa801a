import type { AnyNode } from "acorn";
import type { Arguments, Following } from "./following.ts";
import {
  absent,
  aLength,
  aNumber,
  anyOf,
  aText,
  aWord,
  either,
  isLiteral,
  type List,
  literalOf,
  mayBeObject,
  nothing,
  numeric,
  objectsOf,
  outerOf,
  type Part,
  partOf,
  type Site,
  signed,
  siteOf,
  telling,
  type Value,
  word,
} from "./value.ts";

const placeByName = "depends on the order of the names of elements";

/** The lists that a value may be. Gives up on what cannot be gone through. */
export function listsOf(
  interpreter: Following,
  value: Value,
  node: AnyNode | undefined,
): readonly List[] {
  const lists: List[] = [];
  if (value.elements.size > 0 || (value.kinds & ~absent) !== 0) {
    interpreter.giveUp(node, "goes through what may be no list");
  }
  if ((value.kinds & absent) !== 0) interpreter.fails();
  for (const part of value.parts) lists.push(listOfPart(interpreter, part, node));
  for (const site of value.sites) lists.push(listOfSite(interpreter, site, node));
  for (const outer of value.outer) lists.push(listOfOuter(interpreter, outer, node));
  if (value.callees.size > 0) interpreter.giveUp(node, "goes through a function");
  if (lists.length === 0) interpreter.giveUp(node, "goes through what is no list");
  return lists;
}

function listOfPart(interpreter: Following, part: Part, node: AnyNode | undefined): List {
  const { shape, variable } = part;
  const self = partOf(part);
  if (shape.kind === "record") return interpreter.giveUp(node, "goes through a record");
  if (shape.kind === "each" || shape.kind === "subset") {
    const isByName = interpreter.sets.isExchangeable(shape.set);
    const element = (walk: number | undefined): Value =>
      interpreter.elementIn(shape.set, shape.kind === "subset" ? variable : "", walk);
    const under = (walk: number | undefined): Omit<Part, "id" | "shape"> => ({
      variable,
      walks: [...part.walks, walk ?? 0],
      isIndexed: part.isIndexed || isByName,
    });
    return {
      self,
      isByName,
      isDistinct: shape.kind === "subset",
      valueOf: (walk) => {
        interpreter.readsPart(part, walk ?? 0);
        return shape.kind === "subset" ? element(walk) : interpreter.valueAt(shape.of, under(walk));
      },
      // A place in a subset is no element of it.
      position: (walk) => {
        interpreter.uses.asked.add(variable); // whose elements are gone through
        return shape.kind === "each" ? element(walk) : isByName ? telling(placeByName) : aNumber;
      },
      eachOf: shape.kind === "each" ? shape.set : undefined,
      part,
    };
  }
  if (shape.kind !== "sequence") return interpreter.giveUp(node, "goes through what is no list");
  return {
    self,
    isByName: false,
    valueOf: () => {
      interpreter.readsPart(part);
      return interpreter.valueAt(shape.of, part);
    },
    position: () => aNumber,
    part,
  };
}

function listOfSite(interpreter: Following, site: Site, node: AnyNode | undefined): List {
  const self = siteOf(site);
  if (site.kind !== "array" && site.kind !== "set" && site.kind !== "map") {
    return interpreter.giveUp(node, "goes through what is no list");
  }
  const { isByName } = site;
  return {
    self,
    isByName,
    isDistinct: site.isDistinct || site.kind === "set",
    eachOf: site.eachOf ?? undefined,
    valueOf: (walk) => {
      interpreter.readsSite(site);
      for (const source of site.sources.values()) source.valueOf(walk);
      const content = anyOf([site.content, ...(site.places ?? [])]);
      if (site.kind === "map") return interpreter.tuple(node, [site.keys, content], "entry");
      return site.isDistinct && content.elements.size === 1 ? { ...content, walk } : content;
    },
    position: () => (isByName ? telling(placeByName) : aLength),
    ...(site.places === undefined ? {} : { places: site.places }),
    site,
  };
}

function listOfOuter(interpreter: Following, outer: object, node: AnyNode | undefined): List {
  const { origins } = interpreter;
  if (origins.isProxy(outer)) return interpreter.giveUp(node, "goes through a proxy");
  const isSet = isPlainSet(outer);
  if (!isSet && !isPlainArray(outer)) {
    return interpreter.giveUp(node, "goes through what is not followed");
  }
  const content = (): Value => {
    if (isSet)
      return anyOf([...Set.prototype.values.call(outer)].map((its) => interpreter.valueOf(its)));
    return anyOf(
      interpreter.ownKeys(outer, node).map((key) => interpreter.outerMember(outer, key, node)),
    );
  };
  return { self: outerOf(outer), isByName: false, valueOf: content, position: () => aNumber };
}

/** Whether a list has what all lists have, and nothing else beside what is in it. */
export const isPlainArray = (list: object): list is readonly unknown[] =>
  Array.isArray(list) &&
  Object.getPrototypeOf(list) === Array.prototype &&
  Reflect.ownKeys(list).length === Object.keys(list).length + 1 &&
  Object.keys(list).every((key) => /^\d+$/.test(key));

/** The same of a set, and of a map; one that only looks like it has no size. */
export const isPlainSet = (set: object): set is ReadonlySet<unknown> =>
  isOwn(set, Set.prototype) && sizeIn(Set.prototype, set) !== undefined;
export const isPlainMap = (map: object): map is ReadonlyMap<unknown, unknown> =>
  isOwn(map, Map.prototype) && sizeIn(Map.prototype, map) !== undefined;

const isOwn = (object: object, prototype: object): boolean =>
  Object.getPrototypeOf(object) === prototype && Reflect.ownKeys(object).length === 0;

function sizeIn(prototype: object, of: object): unknown {
  try {
    return Reflect.get(prototype, "size", of);
  } catch {
    return undefined;
  }
}

/** What is at a place of a list; undefined for a place that is computed. */
export function readPlace(
  interpreter: Following,
  list: List,
  place: number | undefined,
  node: AnyNode | undefined,
): Value {
  if (list.isByName) interpreter.observe(node, "takes what is at a place in the order of names");
  if (list.places !== undefined && place !== undefined) {
    if (list.site !== undefined) interpreter.readsSite(list.site);
    return list.places[place] ?? literalOf(undefined);
  }
  return either(list.valueOf(undefined), literalOf(undefined));
}

type Method = (interpreter: Following, list: List, all: Arguments, node: AnyNode) => Value;

/** What a method of a list comes to. */
export function callListMethod(
  interpreter: Following,
  list: List,
  name: string,
  all: Arguments,
  node: AnyNode,
): Value {
  const method = methods.get(name);
  if (method === undefined) return interpreter.giveUp(node, `calls ${name}, which is not followed`);
  const takesSpread =
    name === "push" || name === "unshift" || name === "concat" || name === "splice";
  if (all.spread.length > 0 && !takesSpread) interpreter.giveUp(node, "is not followed");
  return method(interpreter, list, all, node);
}

/** Calls a function on each value; what it may answer. */
function onEach(
  interpreter: Following,
  list: List,
  all: Arguments,
  node: AnyNode,
  how: { readonly endsEarly?: boolean } = {},
): Value {
  const [ask = nothing] = all.values;
  if (all.values.length > 1) interpreter.giveUp(node, "hands over a `this`");
  let result = nothing;
  const body = (value: Value, position: Value): void => {
    const answer = interpreter.callValue(
      ask,
      { values: [value, position, list.self], spread: [] },
      node,
    );
    result = either(result, answer);
  };
  interpreter.through(list, node, body, how);
  interpreter.lasts(result, interpreter.level);
  return result;
}

/** Of a test: its answers are used as true or false. */
function testEach(interpreter: Following, list: List, all: Arguments, node: AnyNode): void {
  interpreter.asTruth(onEach(interpreter, list, all, node), node);
}

/** Of tests up to the one that decides. */
const testUntil: Method = (interpreter, list, all, node) => {
  interpreter.asTruth(onEach(interpreter, list, all, node, { endsEarly: true }), node);
  return aWord;
};

function chooses(interpreter: Following, list: List, node: AnyNode): void {
  if (list.isByName) interpreter.observe(node, "takes one of several by the order of names");
}

/** Changes a list by putting values into it. */
function puts(
  interpreter: Following,
  { part, site }: List,
  values: readonly Value[],
  spread: readonly List[],
  node: AnyNode,
): void {
  const added = [...values, ...spread.map((list) => list.valueOf(undefined))];
  const isByName = spread.some((list) => list.isByName);
  if (part !== undefined) {
    if (part.shape.kind !== "sequence")
      return interpreter.giveUp(node, "changes how many there are");
    interpreter.writesPart(part, "writes", undefined, []);
    if (isByName) interpreter.observe(node, "keeps an order by the names of elements");
    for (const value of added) interpreter.fits(value, part.shape.of, part.variable, node);
    return;
  }
  if (site === undefined) {
    interpreter.remembers("changes a list that lasts from one call to the next");
    return;
  }
  interpreter.writesSite(site, "appends");
  for (const value of added) interpreter.grow(site, "content", value);
  if (isByName || interpreter.isInWalk(site.level)) interpreter.ordersByName(site);
}

/** Changes a list in another way. */
function changes(interpreter: Following, { part, site }: List, node: AnyNode): void {
  if (part !== undefined) {
    if (part.shape.kind !== "sequence")
      interpreter.giveUp(node, "changes what is under which name");
    interpreter.writesPart(part, "writes", undefined, []);
  } else if (site !== undefined) interpreter.writesSite(site, "writes");
  else interpreter.remembers("changes a list that lasts from one call to the next");
}

const content = (list: List): Value => list.valueOf(undefined);

/** Whether its places are the elements of an index set. */
const isNamed = ({ part }: List): boolean => part !== undefined && part.shape.kind !== "sequence";

const copy =
  (isSeen: (all: Arguments) => boolean): Method =>
  (interpreter, list, all, node) => {
    for (const value of all.values) interpreter.asPrimitive(value, node);
    if (list.isByName && isSeen(all)) chooses(interpreter, list, node);
    const eachOf = isSeen(all) ? undefined : list.eachOf;
    return interpreter.arrayOf(node, content(list), list.isByName, { eachOf });
  };

const finding: Method = (interpreter, list, all, node) => {
  chooses(interpreter, list, node);
  testUntil(interpreter, list, all, node);
  return either(content(list), literalOf(undefined));
};

/** Where something is found, or -1. */
const aPlace: Value = { ...aLength, kinds: aLength.kinds | signed };

const placeOfFound: Method = (interpreter, list, all, node) => {
  chooses(interpreter, list, node);
  testUntil(interpreter, list, all, node);
  return either(list.position(undefined), aPlace);
};

const placeOfValue: Method = (interpreter, list, all, node) => {
  chooses(interpreter, list, node);
  if (all.values.length > 1) interpreter.giveUp(node, "begins somewhere");
  interpreter.compare(content(list), all.values[0] ?? literalOf(undefined), node);
  return aPlace;
};

const taking: Method = (interpreter, list, _all, node) => {
  chooses(interpreter, list, node);
  changes(interpreter, list, node);
  return either(content(list), literalOf(undefined));
};

const putting: Method = (interpreter, list, all, node) => {
  puts(interpreter, list, all.values, all.spread, node);
  // How long it is by then.
  if (interpreter.isUsed(node)) {
    if (list.site !== undefined) interpreter.readsSite(list.site);
    if (list.part !== undefined) interpreter.readsPart(list.part);
  }
  return aLength;
};

const folding: Method = (interpreter, list, all, node) => {
  const [ask = nothing, start] = all.values;
  if (list.isByName) interpreter.observe(node, "goes through elements in the order of their names");
  if (start === undefined) interpreter.fails();
  let sum = start ?? content(list);
  // Twice is enough for what is made of what was made, and the next pass sees the rest.
  for (let time = 0; time < 2; time++) {
    interpreter.lasts(sum, interpreter.level);
    interpreter.through({ ...list, isByName: false }, node, (value, position) => {
      const next = interpreter.callValue(
        ask,
        { values: [sum, value, position, list.self], spread: [] },
        node,
      );
      sum = either(sum, next);
    });
  }
  return sum;
};

const sorting: Method = (interpreter, list, all, node) => {
  const [compare] = all.values;
  const values = content(list);
  if (compare !== undefined) {
    interpreter.asPrimitive(
      interpreter.callValue(compare, { values: [values, values], spread: [] }, node),
      node,
    );
  } else interpreter.asPrimitive(values, node);
  // Others may be the same as texts.
  const isOfNumbers =
    compare === undefined &&
    values.kinds !== 0 &&
    (values.kinds & ~numeric) === 0 &&
    (values.kinds & signed) === 0 &&
    values.elements.size === 0;
  if (list.isByName && !(isOfNumbers && values.tells === undefined))
    interpreter.observe(node, "leaves ties in the order of names");
  return interpreter.arrayOf(node, values, false, { more: "sorted" });
};

const methods = new Map<string, Method>([
  ["every", testUntil],
  ["some", testUntil],
  [
    "filter",
    (interpreter, list, all, node) => {
      testEach(interpreter, list, all, node);
      return interpreter.arrayOf(node, content(list), list.isByName, {
        isDistinct: list.isDistinct,
      });
    },
  ],
  ["find", finding],
  ["findLast", finding],
  ["findIndex", placeOfFound],
  ["findLastIndex", placeOfFound],
  [
    "map",
    (interpreter, list, all, node) =>
      interpreter.arrayOf(node, onEach(interpreter, list, all, node), list.isByName, {
        eachOf: list.eachOf,
      }),
  ],
  [
    "flatMap",
    (interpreter, list, all, node) => {
      const result = onEach(interpreter, list, all, node);
      // What is no list is put in as it is.
      const single = {
        ...nothing,
        kinds: result.kinds,
        elements: result.elements,
        tells: result.tells,
      };
      const lists = mayBeObject(result) ? listsOf(interpreter, objectsOf(result), node) : [];
      const isByName = list.isByName || lists.some((inner) => inner.isByName);
      return interpreter.arrayOf(node, anyOf([single, ...lists.map(content)]), isByName);
    },
  ],
  [
    "forEach",
    (interpreter, list, all, node) => (onEach(interpreter, list, all, node), literalOf(undefined)),
  ],
  ["reduce", folding],
  ["reduceRight", folding],
  [
    "includes",
    (interpreter, list, all, node) => {
      if (all.values.length > 1) interpreter.giveUp(node, "begins somewhere");
      interpreter.compare(content(list), all.values[0] ?? literalOf(undefined), node);
      return aWord;
    },
  ],
  ["indexOf", placeOfValue],
  ["lastIndexOf", placeOfValue],
  ["slice", copy((all) => all.values.length > 0)],
  ["toReversed", copy(() => true)],
  [
    "concat",
    (interpreter, list, all, node) => {
      if (all.spread.length > 0) interpreter.giveUp(node, "spreads lists into lists");
      const more = all.values.flatMap((value) => listsOf(interpreter, value, node));
      const lists = [list, ...more];
      return interpreter.arrayOf(
        node,
        anyOf(lists.map(content)),
        lists.some((its) => its.isByName),
      );
    },
  ],
  [
    "flat",
    (interpreter, list, all, node) => {
      if (all.values.length > 0) interpreter.giveUp(node, "is not followed");
      const inner = listsOf(interpreter, content(list), node);
      const isByName = list.isByName || inner.some((its) => its.isByName);
      return interpreter.arrayOf(node, anyOf(inner.map(content)), isByName);
    },
  ],
  [
    "at",
    (interpreter, list, all, node) => {
      for (const value of all.values) interpreter.asPrimitive(value, node);
      return readPlace(interpreter, list, undefined, node);
    },
  ],
  [
    "join",
    (interpreter, list, all, node) => {
      chooses(interpreter, list, node);
      const between = all.values.map((value) => interpreter.asPrimitive(value, node));
      interpreter.joins([...between, interpreter.asPrimitive(content(list), node)]);
      const texts = [...between, content(list)];
      if (texts.some((value) => (value.kinds & word) !== 0 && !isLiteral(value)))
        interpreter.fails();
      return aText;
    },
  ],
  [
    "keys",
    (interpreter, list, _all, node) =>
      interpreter.iteratorOf(
        node,
        list.position(undefined),
        list.isByName,
        "keys",
        isNamed(list),
        // Which names there are is always the same.
        isNamed(list) ? undefined : list,
      ),
  ],
  [
    "values",
    (interpreter, list, _all, node) =>
      interpreter.iteratorOf(node, content(list), list.isByName, "values", false, list),
  ],
  [
    "entries",
    (interpreter, list, _all, node) =>
      interpreter.iteratorOf(
        node,
        interpreter.tuple(node, [list.position(undefined), content(list)], "entry"),
        list.isByName,
        "entries",
        false,
        list,
      ),
  ],
  ["push", putting],
  ["unshift", putting],
  ["pop", taking],
  ["shift", taking],
  [
    "splice",
    (interpreter, list, all, node) => {
      chooses(interpreter, list, node);
      if (all.spread.length > 0 && all.values.length < 2) {
        interpreter.giveUp(node, "spreads what it calls with");
      }
      for (const value of all.values.slice(0, 2)) interpreter.asPrimitive(value, node);
      const taken = content(list);
      changes(interpreter, list, node);
      if (all.values.length > 2 || all.spread.length > 0) {
        puts(interpreter, list, all.values.slice(2), all.spread, node);
      }
      return interpreter.arrayOf(node, taken, list.isByName);
    },
  ],
  [
    "fill",
    (interpreter, list, all, node) => {
      if (all.values.length > 1) interpreter.giveUp(node, "is not followed");
      const [value = literalOf(undefined)] = all.values;
      const { part, site } = list;
      if (part !== undefined && (part.shape.kind === "each" || part.shape.kind === "sequence")) {
        if (mayBeObject(value)) interpreter.giveUp(node, "puts one object in several places");
        interpreter.writesPart(part, "writes", value, []);
        interpreter.fits(value, part.shape.of, part.variable, node);
      } else if (site !== undefined) {
        interpreter.writesSite(site, "writes");
        interpreter.grow(site, "content", value);
      } else interpreter.giveUp(node, "is not followed");
      return list.self;
    },
  ],
  ["toSorted", sorting],
  [
    "sort",
    (interpreter, list, all, node) => {
      sorting(interpreter, list, all, node);
      changes(interpreter, list, node);
      return list.self;
    },
  ],
  [
    "reverse",
    (interpreter, list, _all, node) => (
      chooses(interpreter, list, node), changes(interpreter, list, node), list.self
    ),
  ],
]);
