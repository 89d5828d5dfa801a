import type {
  AnyNode,
  ArrayExpression,
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  Expression,
  ForInStatement,
  ForOfStatement,
  Literal,
  MemberExpression,
  NewExpression,
  ObjectExpression,
  Pattern,
  PrivateIdentifier,
  SpreadElement,
  Statement,
  Super,
  UpdateExpression,
} from "acorn";
import { type IndexSet, printable, type Shape } from "../../spec/index.ts";
import { textsWrittenIn } from "./answers.ts";
import { type Access, type Instance, newInstance } from "./instance.ts";
import {
  type Arguments,
  type ArrayIs,
  type Following,
  type Memory,
  type SetsOf,
  Unproved,
} from "./following.ts";
import {
  callListMethod,
  isPlainArray,
  isPlainMap,
  isPlainSet,
  listsOf,
  readPlace,
} from "./lists.ts";
import { isOwnOfJavaScript, nativeOf, newNative } from "./natives.ts";
import { callSetMethod } from "./sets.ts";
import { UsesSoFar } from "./uses.ts";
import {
  type AnyFunction,
  namesBoundBy,
  type Origin,
  type Origins,
  type Written,
} from "./written.ts";
import {
  absent,
  aLength,
  aNumber,
  anyOf,
  aPrimitive,
  aText,
  aWord,
  type Callee,
  calleeOf,
  either,
  elementOf,
  grown,
  idOf,
  isCovered,
  isLiteral,
  isNothing,
  keyOf,
  kindOfNumber,
  kindOfText,
  large,
  type List,
  literalOf,
  mayBeObject,
  naming,
  noElement,
  nothing,
  number,
  numeric,
  objectsOf,
  outerOf,
  ownNames,
  type Part,
  partOf,
  type Scope,
  signed,
  type Site,
  siteOf,
  summed,
  truth,
  type Value,
  type Variable,
  word,
} from "./value.ts";

/** A going through elements in the order of their names, in which one must not matter to the next. */
interface Walk {
  readonly id: number;
  readonly accesses: Map<string, Access>;
  /** What it is left with before its end, if it is. */
  readonly exits: Set<string>;
}

/** More functions, each with all that is known of how it is called, are not looked at. */
const mostInstances = 4_000;
const mostPasses = 12;
const mostDepth = 60;

const beyond = 0;
/** What is as good as changing something of another: to change what was handed out. */
const handedOut = -1;
/** How a walk is left where the run ends. */
const failing = "a failure";
/** Whose members cannot be changed. */
export const theConstants = "the constants";
const noWalks: readonly number[] = [];

/**
 * Follows a function of a spec, and all that it calls, for all states at once: what may its expressions
 * come to, what does it change, and where does it tell one element of an exchangeable set from another?
 * Every construct that is not understood ends it as `Unproved`.
 *
 * What it relies on: values of variables outside of the function are what they are now. Whoever changes
 * them is found by following it too.
 */
export class Interpreter implements Following {
  readonly origins: Origins;
  readonly sets: SetsOf;
  /** Where elements are told apart, and how. */
  readonly observed = new Map<string, string>();
  readonly memories = new Set<Memory>();
  readonly uses = new UsesSoFar();
  /** Where it asks whether parts of the state are the same object, which has no answer. */
  identity: string | undefined;
  /** The instances of each function by its text, and of each native one by itself. */
  readonly byText = new Map<string, Set<Instance>>();

  private readonly instances = new Map<string, Instance>();
  private readonly scopes = new Map<string, Scope>();
  private readonly variables = new Map<string, Variable>();
  private readonly sites = new Map<string, Site>();
  private readonly callees = new Map<string, Callee>();
  private readonly parts = new Map<string, Part>();
  private readonly walkIds = new Map<string, number>();
  private readonly walks: Walk[] = [];
  private pass = 0;
  private isChanged = false;
  private depth = 0;
  private hasFractions = false;
  /** What variables of the state may have been given in a run that is not of their domains, as kinds. */
  private readonly loose = new Map<string, number>();
  /** Above 0 while something is put into the state. */
  private placing = 0;
  /** Expressions that stand for themselves: nobody has what they come to. */
  private readonly unused = new WeakSet<object>();
  /** While a text is put into the state: those that it may be, where they are written there. */
  private texts: readonly string[] | undefined;

  // What is being followed.
  private instance: Instance = newInstance(beyond);
  private scope: Scope = { outer: undefined, variables: new Map() };
  private origin: Origin | undefined;

  constructor(origins: Origins, sets: SetsOf) {
    this.origins = origins;
    this.sets = sets;
  }

  /** Follows a function that is called with these values until nothing new comes of it. */
  follow(its: AnyFunction, all: readonly Value[]): Value {
    for (;;) {
      this.pass += 1;
      this.isChanged = false;
      this.instance = newInstance(beyond);
      this.walks.length = 0;
      this.depth = 0;
      const result = this.callOuter(its, { values: all, spread: [] }, undefined);
      if (!this.isChanged) return result;
      if (this.pass > mostPasses) throw new Unproved("it does not come to an end");
    }
  }

  // ---- What is found ----

  private snippet(node: AnyNode | undefined): string {
    if (node === undefined || this.origin === undefined) return "it";
    const text = this.origin.source.slice(node.start, node.end).replace(/\s+/g, " ");
    return `\`${printable(text.length > 70 ? `${text.slice(0, 67)}...` : text)}\``;
  }

  giveUp(node: AnyNode | undefined, why: string): never {
    throw new Unproved(`${this.snippet(node)} ${why}`);
  }

  observe(node: AnyNode | undefined, why: string): void {
    const where = this.snippet(node);
    if (!this.observed.has(where)) this.observed.set(where, `${where} ${why}`);
  }

  /** A value is made something of. */
  use(value: Value, node: AnyNode | undefined): Value {
    if (value.tells !== undefined) this.observe(node, value.tells);
    return value;
  }

  asPrimitive(value: Value, node: AnyNode | undefined): Value {
    this.use(value, node);
    if (value.elements.size > 0) this.observe(node, "takes an element for a number or a text");
    if (value.sites.size + value.callees.size + value.outer.size > 0) {
      this.giveUp(node, "makes a number or a text of an object");
    }
    if (value.parts.size > 0) this.observe(node, "makes a text of a part of the state");
    return value;
  }

  asTruth(value: Value, node: AnyNode | undefined): void {
    this.use(value, node);
    if (value.elements.size > 0) {
      this.observe(node, "takes an element for true or false, and the first one is false");
    }
  }

  compare(one: Value, other: Value, node: AnyNode | undefined): void {
    this.use(one, node);
    this.use(other, node);
    if (isOnlyParts(one) && isOnlyParts(other) && asksForState(node)) {
      this.identity ??= `${this.snippet(node)} compares parts of the state as objects`;
    }
    if (mayBeObject(one) && mayBeObject(other)) this.giveUp(node, "compares objects");
    for (const [elements, with_] of [
      [one.elements, other],
      [other.elements, one],
    ] as const) {
      if (elements.size === 0) continue;
      if ((with_.kinds & number) !== 0) this.observe(node, "compares an element with a number");
      for (const set of elements) {
        for (const otherSet of with_.elements) {
          if (set !== otherSet)
            this.observe(node, `compares elements of "${set}" and "${otherSet}"`);
        }
      }
    }
  }

  isInWalk(level: number): boolean {
    return this.walks.length > level;
  }

  /** How many walks are under way. */
  get level(): number {
    return this.walks.length;
  }

  changes(owner: number): void {
    if (owner !== this.instance.id) this.instance.changes.add(owner);
  }

  remembers(what: Memory): void {
    this.instance.changes.add(beyond);
    this.memories.add(what);
  }

  record(access: Access): void {
    const top = this.walks.length > this.instance.walks ? this.walks.at(-1) : undefined;
    const { accesses } = top ?? this.instance;
    const { what, how, literal, isIndexed } = access;
    const key = JSON.stringify([what, how, literal, isIndexed, access.walks]);
    accesses.set(key, access);
  }

  readsPart({ variable, walks, isIndexed }: Part, ...index: readonly number[]): void {
    this.uses.asked.add(variable);
    this.record({
      what: `state ${variable}`,
      how: "reads",
      literal: undefined,
      walks: [...walks, ...index],
      isIndexed,
      level: 0,
    });
  }

  writesPart(
    { variable, walks, isIndexed }: Part,
    how: Access["how"],
    literal: Value | undefined,
    index: readonly number[],
    isMoreIndexed = false,
  ): void {
    if (variable === theConstants) throw new Unproved("it changes a constant");
    this.uses.changed.add(variable);
    this.record({
      what: `state ${variable}`,
      how,
      literal: literal !== undefined && isLiteral(literal) ? keyOf(literal) : undefined,
      walks: [...walks, ...index],
      isIndexed: isIndexed || isMoreIndexed,
      level: 0,
    });
  }

  readsSite(site: Site): void {
    if (site.isInState && this.placing === 0) {
      throw new Unproved("it asks an object that it has put into the state");
    }
    this.touchesSite(site, "reads");
  }

  private touchesSite(site: Site, how: Access["how"]): void {
    const { id, level, owner } = site;
    const none = { literal: undefined, walks: noWalks, isIndexed: false };
    this.record({ what: `object ${id}`, how, ...none, level, owner, its: site });
  }

  writesSite(site: Site, how: Access["how"]): void {
    this.changes(site.owner);
    if (site.isHandedOut) this.instance.changes.add(handedOut);
    if (site.isInState) throw new Unproved("it changes an object that it has put into the state");
    if (site.isFrozen) throw new Unproved("it changes a list that is frozen");
    this.isNoEach(site);
    if (site.isDistinct) {
      site.isDistinct = false;
      this.isChanged = true;
    }
    if (site.places !== undefined) {
      for (const place of site.places) this.grow(site, "content", place);
      site.places = undefined;
      this.isChanged = true;
    }
    this.touchesSite(site, how);
  }

  grow(site: Site, what: "content" | "keys", given: Value): void {
    const value = this.putInto(site, given);
    if (isCovered(value, site[what])) return;
    site[what] = either(site[what], value);
    this.isChanged = true;
  }

  growProperty(site: Site, name: string, given: Value): void {
    const value = this.putInto(site, given);
    const before = site.properties.get(name) ?? nothing;
    if (site.properties.has(name) && isCovered(value, before)) return;
    site.properties.set(name, either(before, value));
    this.isChanged = true;
  }

  /** What is put into an object lasts as long as that, and whoever has the one has the other. */
  private putInto(into: Site, value: Value): Value {
    this.lasts(value, into.level);
    for (const site of value.sites) {
      if (site.isIterator) throw new Unproved("it keeps what can be gone through only once");
    }
    if (into.isNamed) this.mark(value, "isNamed");
    if (into.isHandedOut) this.mark(value, "isHandedOut");
    return this.outOfWalks(value);
  }

  /** What is kept for longer than one element of a walk is not known to be that of the present one. */
  private outOfWalks(value: Value): Value {
    const isOfWalk = [...value.parts].some(({ walks }) => walks.some((walk) => walk !== 0));
    if (value.walk === undefined && !isOfWalk) return value;
    const parts = anyOf(
      [...value.parts].map(({ shape, variable, walks, isIndexed }) =>
        this.valueAt(shape, { variable, walks: walks.map(() => 0), isIndexed }),
      ),
    );
    return { ...value, walk: undefined, parts: parts.parts };
  }

  lasts(value: Value, level: number): void {
    for (const site of value.sites) {
      if (site.level <= level) continue;
      site.level = level;
      this.isChanged = true;
      for (const inner of insideOf(site)) this.lasts(inner, level);
    }
    for (const { scope } of value.callees) {
      for (let its: Scope | undefined = scope; its !== undefined; its = its.outer) {
        for (const variable of its.variables.values()) {
          if (variable.level <= level) continue;
          variable.level = level;
          variable.value = this.outOfWalks(variable.value);
          this.isChanged = true;
          this.lasts(variable.value, level);
        }
      }
    }
  }

  /** Marks a value, and all that is in it. */
  private mark(value: Value, as: "isNamed" | "isInState" | "isHandedOut"): void {
    for (const site of value.sites) {
      if (site[as]) continue;
      site[as] = true;
      this.isChanged = true;
      for (const inner of insideOf(site)) this.mark(inner, as);
    }
    if (as !== "isHandedOut") return;
    for (const { scope } of value.callees) {
      for (let its: Scope | undefined = scope; its !== undefined; its = its.outer) {
        for (const variable of its.variables.values()) {
          if (variable.isHandedOut) continue;
          variable.isHandedOut = true;
          this.isChanged = true;
          this.mark(variable.value, as);
        }
      }
    }
  }

  /** Whether a variable may stand for a value, or for something in it. */
  private isNamed(value: Value, known: Set<Site> = new Set()): boolean {
    return [...value.sites].some((site) => {
      if (site.isNamed) return true;
      if (known.has(site)) return false;
      known.add(site);
      return insideOf(site).some((inner) => this.isNamed(inner, known));
    });
  }

  ordersByName(site: Site): void {
    if (site.isByName) return;
    site.isByName = true;
    this.isChanged = true;
  }

  // ---- Making things ----

  private kept<T>(all: Map<string, T>, key: string, make: () => T): T {
    let found = all.get(key);
    if (found === undefined) {
      found = make();
      all.set(key, found);
    }
    return found;
  }

  newSite(kind: Site["kind"], node: AnyNode | undefined, more = ""): Site {
    const key = `${this.instance.id} ${kind} ${node === undefined ? 0 : idOf(node)} ${more} ${this.walks.length}`;
    return this.kept(this.sites, key, () => ({
      id: this.sites.size + 1,
      kind,
      owner: this.instance.id,
      level: this.walks.length,
      content: nothing,
      keys: nothing,
      properties: new Map(),
      places: undefined,
      isByName: false,
      isDistinct: false,
      eachOf: undefined,
      isIterator: false,
      isFrozen: false,
      sources: new Map(),
      isNamed: false,
      isInState: false,
      isHandedOut: false,
    }));
  }

  private isNoEach(site: Site): void {
    if (site.eachOf === undefined || site.eachOf === null) return;
    site.eachOf = null;
    this.isChanged = true;
  }

  arrayOf(
    node: AnyNode | undefined,
    content: Value,
    isByName: boolean,
    { more = "", isDistinct = false, eachOf }: ArrayIs = {},
  ): Value {
    const site = this.newSite("array", node, more);
    if (site.eachOf === undefined) site.eachOf = eachOf ?? null;
    else if (site.eachOf !== eachOf) this.isNoEach(site);
    if (isDistinct && isNothing(site.content)) site.isDistinct = true;
    if (!isDistinct && site.isDistinct) {
      site.isDistinct = false;
      this.isChanged = true;
    }
    this.grow(site, "content", content);
    if (isByName) this.ordersByName(site);
    return siteOf(site);
  }

  iteratorOf(
    node: AnyNode | undefined,
    content: Value,
    isByName: boolean,
    more: string,
    isDistinct = false,
    source?: List,
  ): Value {
    const its = { more: `iterator ${more}`, isDistinct };
    const value = this.arrayOf(node, content, isByName, its);
    for (const site of value.sites) {
      site.isIterator = true;
      if (source !== undefined) site.sources.set(keyOf(source.self), source);
    }
    return value;
  }

  tuple(node: AnyNode | undefined, given: readonly Value[], more = ""): Value {
    const site = this.newSite("array", node, more);
    const places = given.map((value) => this.putInto(site, value));
    if (isNothing(site.content)) {
      const before = site.places;
      if (before === undefined) {
        site.places = [...places];
      } else {
        places.forEach((value, place) => {
          const old = before[place] ?? nothing;
          if (isCovered(value, old)) return;
          before[place] = either(old, value);
          this.isChanged = true;
        });
      }
      if (before === undefined || before.length === places.length) return siteOf(site);
    }
    for (const value of places) this.grow(site, "content", value);
    return siteOf(site);
  }

  valueAt(shape: Shape, from: Omit<Part, "id" | "shape">): Value {
    switch (shape.kind) {
      case "words": {
        const its = this.wordsOf(shape.words);
        const isConstant = from.variable === theConstants;
        return this.loosened(
          isConstant ? { ...its, kinds: its.kinds | truth } : its,
          from.variable,
        );
      }
      case "whole":
        return this.loosened(
          sized(this.kindOfBound(shape.min) | this.kindOfBound(shape.max)),
          from.variable,
        );
      case "index":
        return this.elementIn(shape.set, from.variable);
      case "optional":
        return either(
          this.valueAt(shape.of, from),
          literalOf(shape.isLeftOut === true ? undefined : "none"),
        );
      default: {
        const { variable, walks, isIndexed } = from;
        const key = `${idOf(shape)} ${variable} ${walks.join("+")} ${isIndexed}`;
        return partOf(
          this.kept(this.parts, key, () => ({
            id: this.parts.size + 1,
            shape,
            variable,
            walks,
            isIndexed,
          })),
        );
      }
    }
  }

  elementIn(set: IndexSet, variable: string, walk?: number): Value {
    return this.loosened(
      this.sets.isExchangeable(set) ? elementOf(set.name, walk) : aNumber,
      variable,
    );
  }

  private loosened(value: Value, variable: string): Value {
    const kinds = this.loose.get(variable) ?? 0;
    return kinds === 0 ? value : { ...value, literal: undefined, kinds: value.kinds | kinds };
  }

  loosen(variable: string, kinds: number): void {
    const before = this.loose.get(variable) ?? 0;
    if ((before | kinds) === before) return;
    this.loose.set(variable, before | kinds);
    this.isChanged = true;
  }

  copiesVariable(state: Part, from: string, to: string): void {
    this.readsPart({ ...state, variable: from });
    this.writesPart({ ...state, variable: to }, "writes", undefined, noWalks);
    this.loosen(to, this.loose.get(from) ?? 0);
  }

  loosenElement(set: IndexSet, variable: string, value: Value): void {
    this.loosen(variable, value.kinds & ~(this.sets.isExchangeable(set) ? 0 : number));
  }

  /** A bound that is computed follows from the constants. */
  private kindOfBound(bound: unknown): number {
    if (typeof bound === "number") return kindOfNumber(bound);
    return kindOfNumber(this.sets.mostOfBounds) | signed;
  }

  valueOf(value: unknown): Value {
    switch (typeof value) {
      case "object":
        return value === null ? literalOf(null) : outerOf(value);
      case "function":
        return outerOf(value);
      case "number":
        if (!Number.isInteger(value)) this.countsFractions();
        return literalOf(value);
      case "string":
        return literalOf(value);
      case "boolean":
      case "undefined":
        return literalOf(value);
      default:
        throw new Unproved(`it takes a ${typeof value}`);
    }
  }

  /** Something is looked up by its name. Whatever has a name of JavaScript's own would be found there. */
  private looksUp(key: Value, node: AnyNode | undefined): void {
    this.asPrimitive(key, node);
    if (!isLiteral(key) && (key.kinds & naming) !== 0) {
      this.giveUp(node, "computes the name of what it looks up");
    }
  }

  wordsOf(texts: readonly string[]): Value {
    const kinds = texts.reduce((sum, text) => sum | kindOfText(text), word | noElement);
    return { ...nothing, kinds };
  }

  // ---- Walks ----

  through(
    list: List,
    node: AnyNode | undefined,
    body: (value: Value, position: Value) => void,
    { endsEarly = false } = {},
  ): void {
    if (!list.isByName) {
      body(list.valueOf(undefined), list.position(undefined));
      return;
    }
    const key = `${this.instance.id} ${node === undefined ? 0 : idOf(node)} ${this.walks.length}`;
    const id = this.kept(this.walkIds, key, () => this.walkIds.size + 1);
    const walk: Walk = { id, accesses: new Map(), exits: new Set(endsEarly ? ["an answer"] : []) };
    this.walks.push(walk);
    body(list.valueOf(id), list.position(id));
    this.walks.pop();
    this.judge(walk, node);
    const level = this.walks.length;
    for (const access of walk.accesses.values()) if (access.level <= level) this.record(access);
  }

  private judge({ id, accesses, exits }: Walk, node: AnyNode | undefined): void {
    const level = this.walks.length;
    const all = [...accesses.values()].filter((access) => access.level <= level);
    const writes = all.filter(({ how }) => how !== "reads");
    const order = "goes through elements in the order of their names, and";
    for (const write of writes) {
      const same = all.filter(({ what }) => what === write.what);
      const others = same.filter(({ how }) => how !== "reads");
      const isRead = others.length < same.length;
      // Each at the same place among the indices: what is at [q][r] is not at [r][q].
      const isEachItsOwn = write.walks.some(
        (walk, place) => walk === id && same.every(({ walks }) => walks[place] === id),
      );
      const isOneLiteral =
        write.literal !== undefined && others.every(({ literal }) => literal === write.literal);
      const isAdded =
        (!this.hasFractions && others.every(({ how }) => how === "adds")) ||
        others.every(({ how }) => how === "appends");
      if (isEachItsOwn || (!isRead && (isOneLiteral || isAdded))) continue;
      this.observe(node, `${order} what it does with one may matter to the next (${write.what})`);
    }
    if (exits.size > 1 || exits.has("something")) {
      this.observe(node, `${order} what it ends with may depend on which comes first`);
    }
    // What is changed before the run itself ends does not last.
    if (writes.length > 0 && exits.size > (exits.has(failing) ? 1 : 0)) {
      this.observe(node, `${order} ends before it is through`);
    }
  }

  private exits(how: string): void {
    for (let i = this.instance.walks; i < this.walks.length; i++) {
      (this.walks[i] as Walk).exits.add(how);
    }
  }

  fails(): void {
    this.instance.mayThrow = true;
    for (const walk of this.walks) walk.exits.add(failing);
  }

  countsFractions(): void {
    if (this.hasFractions) return;
    this.hasFractions = true;
    this.isChanged = true;
  }

  // ---- Calls ----

  callValue(callee: Value, all: Arguments, node: AnyNode | undefined): Value {
    if (callee.kinds !== 0 || callee.elements.size > 0) this.fails();
    if (callee.parts.size > 0 || callee.sites.size > 0) {
      this.giveUp(node, "calls something that is not known to be a function");
    }
    const results: Value[] = [];
    for (const its of callee.callees) results.push(this.invoke(its, all, node));
    for (const its of callee.outer) {
      if (typeof its !== "function") this.giveUp(node, "calls an object");
      results.push(this.callOuter(its as AnyFunction, all, node));
    }
    return anyOf(results);
  }

  private callOuter(its: AnyFunction, all: Arguments, node: AnyNode | undefined): Value {
    const native = nativeOf(its);
    if (native !== undefined) return native(this, all, node);
    const origin = this.origins.of(its);
    if (origin === undefined) {
      if (!isOwnOfJavaScript(its)) {
        this.remembers(`calls ${this.snippet(node)}, which may keep something from call to call`);
      }
      this.giveUp(node, "calls a function whose text is not known");
    }
    const { tree, source } = origin;
    const text = source.startsWith("(") ? source.slice(tree.start, tree.end) : "";
    const callee = this.kept(this.callees, `outer ${idOf(its)}`, () => ({
      tree,
      text,
      scope: { outer: undefined, variables: new Map() },
      origin,
    }));
    return this.invoke(callee, all, node);
  }

  private invoke(callee: Callee, all: Arguments, node: AnyNode | undefined): Value {
    const { tree, text, scope, origin } = callee;
    if (tree.async || tree.generator) this.giveUp(node, "calls what runs in several parts");
    if (all.spread.length > 0) this.giveUp(node, "spreads what it calls with");
    const key = [
      idOf(tree),
      idOf(scope),
      this.walks.map(({ id }) => id).join("+"),
      ...all.values.map(keyOf),
    ].join(" ");
    const instance = this.kept(this.instances, key, () => newInstance(this.instances.size + 1));
    if (this.instances.size > mostInstances) this.giveUp(node, "calls too many functions");
    this.kept(this.byText, text, () => new Set<Instance>()).add(instance);
    if (instance.pass !== this.pass) {
      instance.pass = this.pass;
      instance.walks = this.walks.length;
      instance.isRunning = true;
      this.within(instance, scope, origin, () => this.run(instance, callee, all.values));
      instance.isRunning = false;
    } else if (instance.isRunning) {
      this.fails(); // it may call itself for ever
      this.uses.mayBeEndless = true;
    }
    for (const owner of instance.changes) this.changes(owner);
    for (const access of instance.accesses.values()) this.record(access);
    if (instance.mayThrow) this.fails();
    return instance.result;
  }

  private within(instance: Instance, scope: Scope, origin: Origin, go: () => void): void {
    const before = [this.instance, this.scope, this.origin] as const;
    if (++this.depth > mostDepth)
      throw new Unproved("it calls functions within functions too deeply");
    [this.instance, this.scope, this.origin] = [instance, scope, origin];
    go();
    this.depth -= 1;
    [this.instance, this.scope, this.origin] = before;
  }

  private run(instance: Instance, callee: Callee, all: readonly Value[]): void {
    const { tree } = callee;
    const changesBefore = instance.changes.size;
    const accessesBefore = instance.accesses.size;
    this.inBlock(tree, () => {
      if (tree.type === "FunctionExpression" && tree.id) {
        this.declareVariable(tree.id.name, calleeOf(callee), true);
      }
      this.hoist(tree.params.flatMap(namesBoundBy));
      tree.params.forEach((pattern, position) => {
        if (pattern.type === "RestElement") {
          this.bind(pattern.argument, this.tuple(pattern, all.slice(position)));
        } else this.bind(pattern, all[position] ?? literalOf(undefined));
      });
      const { body } = tree;
      if (body.type === "BlockStatement") {
        // What is declared there is not seen by what the parameters are by default.
        this.inBlock(body, () => this.block(body.body));
        if (!endsWithReturn(body.body)) this.returns(literalOf(undefined));
      } else this.returns(this.value(body));
    });
    instance.changes.delete(instance.id);
    // Its own variables and objects are nobody else's.
    for (const [key, access] of instance.accesses) {
      if (access.owner === instance.id && !this.isKept(access, instance)) {
        instance.accesses.delete(key);
      }
    }
    if (instance.changes.size > changesBefore || instance.accesses.size > accessesBefore) {
      this.isChanged = true;
    }
  }

  /** Whether what an instance made may be there when it is over: another call may have to do with it. */
  private isKept({ its }: Access, { walks }: Instance): boolean {
    return its !== undefined && (its.isHandedOut || its.level < walks);
  }

  private returns(value: Value): void {
    const { instance } = this;
    this.lasts(value, instance.walks);
    this.mark(value, "isHandedOut");
    if (isCovered(value, instance.result)) return;
    instance.result = either(instance.result, value);
    this.isChanged = true;
  }

  // ---- Variables ----

  private inBlock(node: AnyNode, go: () => void): void {
    const before = this.scope;
    const key = `${this.instance.id} ${idOf(node)} ${idOf(before)}`;
    this.scope = this.kept(this.scopes, key, () => ({ outer: before, variables: new Map() }));
    go();
    this.scope = before;
  }

  private declareVariable(name: string, value: Value, isConstant = false): void {
    const { variables } = this.scope;
    let variable = variables.get(name);
    if (variable === undefined) {
      variable = {
        id: this.variables.size + 1,
        name,
        owner: this.instance.id,
        level: this.walks.length,
        value: nothing,
        isThere: true,
        isConstant,
        isHandedOut: false,
      };
      this.variables.set(String(variable.id), variable);
      variables.set(name, variable);
    }
    variable.isThere = true;
    variable.isConstant ||= isConstant;
    this.assignVariable(variable, value);
  }

  /** That names belong to the present block, although they are not there before they are declared. */
  private hoist(names: readonly string[]): void {
    for (const name of names) {
      this.declareVariable(name, nothing);
      (this.scope.variables.get(name) as Variable).isThere = false;
    }
  }

  private assignVariable(variable: Variable, given: Value): void {
    const value = variable.level < this.walks.length ? this.outOfWalks(given) : given;
    this.lasts(value, variable.level);
    for (const site of value.sites) {
      if (site.isIterator) throw new Unproved("it keeps what can be gone through only once");
      if (site.isInState) throw new Unproved("it names an object that it has put into the state");
    }
    this.mark(value, "isNamed");
    if (isCovered(value, variable.value)) return;
    variable.value = either(variable.value, value);
    this.isChanged = true;
  }

  private find(name: string): Variable | undefined {
    for (let scope: Scope | undefined = this.scope; scope !== undefined; scope = scope.outer) {
      const found = scope.variables.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private touchesVariable(variable: Variable, how: Access["how"], literal?: Value): void {
    const { id, level, owner } = variable;
    if (how !== "reads") this.changes(owner);
    this.record({
      what: `local ${variable.name} ${id}`,
      how,
      literal: literal !== undefined && isLiteral(literal) ? keyOf(literal) : undefined,
      walks: noWalks,
      isIndexed: false,
      level,
      owner,
      its: variable,
    });
  }

  private nameValue(node: AnyNode & { readonly name: string }, isRead = true): Value {
    const { name } = node;
    const variable = this.find(name);
    if (variable !== undefined) {
      if (!variable.isThere) this.giveUp(node, "may be asked before it is there");
      if (isRead) this.touchesVariable(variable, "reads");
      return variable.value;
    }
    if (name === "undefined") return literalOf(undefined);
    if (name === "NaN" || name === "Infinity") return aNumber;
    if (name === "arguments") return this.giveUp(node, "is not followed");
    const found = this.origin?.lookUp(name);
    if (found === undefined) return this.giveUp(node, "stands for something that is not known");
    return this.valueOf(found.value);
  }

  /** Gives a value to what is declared, with what it is taken apart into. */
  private bind(pattern: Pattern, value: Value, isConstant = false): void {
    switch (pattern.type) {
      case "Identifier":
        this.declareVariable(pattern.name, value, isConstant);
        return;
      case "AssignmentPattern":
        this.bind(pattern.left, either(value, this.value(pattern.right)), isConstant);
        return;
      case "ObjectPattern":
        if ((value.kinds & absent) !== 0) this.fails();
        for (const property of pattern.properties) {
          if (property.type === "RestElement") this.giveUp(property, "is not followed");
          this.bind(
            property.value,
            this.member(value, this.propertyKey(property), property),
            isConstant,
          );
        }
        return;
      case "ArrayPattern":
        listsOf(this, value, pattern);
        pattern.elements.forEach((element, place) => {
          if (element === null) return;
          if (element.type === "RestElement") {
            this.bind(element.argument, this.restOf(value, place, element), isConstant);
          } else this.bind(element, this.placeOf(value, place, element), isConstant);
        });
        return;
      default:
        this.giveUp(pattern, "is not followed");
    }
  }

  private restOf(value: Value, from: number, node: AnyNode): Value {
    const lists = listsOf(this, value, node);
    if (lists.some(({ isByName }) => isByName) && from > 0) {
      this.observe(node, "leaves out the first in the order of names");
    }
    return this.arrayOf(
      node,
      anyOf(lists.map((list) => list.valueOf(undefined))),
      lists.some(({ isByName }) => isByName),
    );
  }

  /** What is at a place in whatever can be gone through. */
  private placeOf(value: Value, place: number, node: AnyNode): Value {
    return anyOf(listsOf(this, value, node).map((list) => readPlace(this, list, place, node)));
  }

  private propertyKey(property: {
    readonly computed: boolean;
    readonly key: Expression | PrivateIdentifier;
  }): Value {
    if (property.computed) return this.value(property.key as Expression);
    if (property.key.type === "Identifier") return literalOf(property.key.name);
    if (property.key.type === "Literal") return literalOf(String(property.key.value));
    return this.giveUp(property.key, "is not followed");
  }

  // ---- Statements ----

  private block(statements: readonly Statement[]): void {
    this.hoist(statements.flatMap(declaredIn));
    for (const statement of statements) {
      if (statement.type === "FunctionDeclaration") {
        this.declareVariable(statement.id.name, this.functionValue(statement));
      }
    }
    for (const statement of statements) this.execute(statement);
  }

  private execute(node: Statement): void {
    switch (node.type) {
      case "ExpressionStatement":
        this.stands(node.expression);
        return;
      case "VariableDeclaration":
        if (node.kind === "var") this.giveUp(node, "is seen outside of its block");
        for (const { id, init } of node.declarations) {
          const value = init ? this.value(init) : literalOf(undefined);
          this.bind(id, value, node.kind === "const");
        }
        return;
      case "ReturnStatement": {
        const value = node.argument ? this.value(node.argument) : literalOf(undefined);
        this.exits(isLiteral(value) ? `return ${keyOf(value)}` : "something");
        this.returns(value);
        return;
      }
      case "IfStatement":
        this.asTruth(this.value(node.test), node.test);
        this.execute(node.consequent);
        if (node.alternate) this.execute(node.alternate);
        return;
      case "BlockStatement":
        this.inBlock(node, () => this.block(node.body));
        return;
      case "ForOfStatement":
        this.forOf(node);
        return;
      case "ForInStatement":
        this.forIn(node);
        return;
      case "ForStatement":
        this.uses.mayBeEndless = true;
        this.inBlock(node, () => {
          if (node.init?.type === "VariableDeclaration") {
            this.hoist(declaredIn(node.init));
            this.execute(node.init);
          } else if (node.init) this.stands(node.init);
          if (node.test) this.asTruth(this.value(node.test), node.test);
          this.breakable("loop", () => this.execute(node.body));
          if (node.update) this.stands(node.update);
        });
        return;
      case "WhileStatement":
      case "DoWhileStatement":
        this.uses.mayBeEndless = true;
        this.asTruth(this.value(node.test), node.test);
        this.breakable("loop", () => this.execute(node.body));
        return;
      case "SwitchStatement": {
        const value = this.value(node.discriminant);
        this.inBlock(node, () =>
          this.breakable("switch", () => {
            for (const { test } of node.cases) {
              if (test) this.compare(value, this.value(test), test);
            }
            const statements = node.cases.flatMap(({ consequent }) => consequent);
            if (statements.some((its) => declaredIn(its).length > 0)) {
              this.giveUp(node, "declares in a case what others may ask before");
            }
            this.block(statements);
          }),
        );
        return;
      }
      case "LabeledStatement":
        this.execute(node.body);
        return;
      case "BreakStatement":
        if (node.label || this.breakables.at(-1) === "walk") {
          this.exits(`break ${node.label?.name ?? ""}`);
        }
        return;
      case "ContinueStatement":
        if (node.label) this.exits("something");
        return;
      // Whatever is thrown ends the run, and the search with it: nobody is asked again.
      case "ThrowStatement":
        this.fails();
        return;
      case "TryStatement": {
        // As a getter for a variable that may not be there yet; of other errors, nobody knows where they are from.
        const [only] = node.block.body;
        const name = only?.type === "ReturnStatement" ? only.argument : undefined;
        const isName =
          name?.type === "Identifier" ||
          (name?.type === "MemberExpression" &&
            !name.computed &&
            name.object.type === "Identifier");
        const doesMore = node.finalizer || (node.handler?.body.body.length ?? 1) > 0;
        if (only === undefined || !isName || doesMore) return this.giveUp(node, "catches errors");
        this.execute(only);
        if (this.instance.mayThrow) this.returns(literalOf(undefined));
        return;
      }
      case "EmptyStatement":
      case "FunctionDeclaration":
        return;
      default:
        this.giveUp(node, "is not followed");
    }
  }

  /** An expression of which nobody has what it comes to. */
  private stands(node: Expression): void {
    this.unused.add(node);
    if (node.type === "SequenceExpression")
      node.expressions.forEach((inner) => this.unused.add(inner));
    this.value(node);
  }

  isUsed(node: AnyNode | undefined): boolean {
    return node === undefined || !this.unused.has(node);
  }

  /** What a `break` leaves. */
  private readonly breakables: ("loop" | "switch" | "walk")[] = [];

  private breakable(what: "loop" | "switch" | "walk", go: () => void): void {
    this.breakables.push(what);
    go();
    this.breakables.pop();
  }

  private forOf(node: ForOfStatement): void {
    if (node.await) this.giveUp(node, "runs in several parts");
    let right = nothing;
    this.inBlock(node.right, () => {
      if (node.left.type === "VariableDeclaration") this.hoist(declaredIn(node.left));
      right = this.value(node.right);
    });
    for (const list of listsOf(this, right, node.right)) {
      this.through(list, node, (value) => {
        this.inBlock(node, () => {
          this.assignTarget(node.left, value);
          this.breakable(list.isByName ? "walk" : "loop", () => this.execute(node.body));
        });
      });
    }
  }

  private forIn(node: ForInStatement): void {
    let value = nothing;
    this.inBlock(node.right, () => {
      if (node.left.type === "VariableDeclaration") this.hoist(declaredIn(node.left));
      value = this.value(node.right);
    });
    let names = this.wordsOf([]);
    for (const { shape } of value.parts) {
      if (shape.kind !== "record") this.observe(node, "goes through the names of elements");
    }
    if (value.outer.size + value.callees.size > 0) this.giveUp(node, "is not followed");
    for (const site of value.sites) {
      this.readsSite(site);
      names = either(names, this.wordsOf([...site.properties.keys()]));
      if (!isNothing(site.content)) names = either(names, this.keysOf(site));
    }
    for (const part of value.parts) {
      this.readsPart(part);
      if (part.shape.kind === "record") {
        names = either(names, this.wordsOf(Object.keys(part.shape.fields)));
      }
    }
    this.inBlock(node, () => {
      this.assignTarget(node.left, names);
      this.breakable("loop", () => this.execute(node.body));
    });
  }

  keysOf({ keys }: Site): Value {
    return either(keys, this.wordsOf([]));
  }

  private assignTarget(target: ForOfStatement["left"], value: Value): void {
    if (target.type === "VariableDeclaration") {
      for (const { id } of target.declarations) this.bind(id, value, target.kind === "const");
    } else this.assign(target, value, "writes");
  }

  // ---- Expressions ----

  value(node: Expression | SpreadElement | Super | PrivateIdentifier): Value {
    switch (node.type) {
      case "Literal":
        return this.literal(node);
      case "Identifier":
        return this.nameValue(node);
      case "TemplateLiteral":
        this.joins(node.expressions.map((inner) => this.asPrimitive(this.value(inner), inner)));
        return aText;
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return this.functionValue(node);
      case "ArrayExpression":
        return this.array(node);
      case "ObjectExpression":
        return this.object(node);
      case "UnaryExpression": {
        const value = this.value(node.argument);
        if (node.operator === "!") this.asTruth(value, node);
        else if (node.operator === "typeof") this.use(value, node);
        else if (node.operator === "delete") this.giveUp(node, "deletes something");
        else if (node.operator !== "void") {
          this.asPrimitive(value, node);
          if (!mayBeText(value)) return sized(value.kinds | signed);
          this.countsFractions();
          return sized(numeric);
        }
        if (node.operator === "void") return literalOf(undefined);
        return aWord;
      }
      case "BinaryExpression":
        return this.binary(node);
      case "LogicalExpression": {
        const left = this.value(node.left);
        if (node.operator !== "??") this.asTruth(left, node.left);
        const right = this.value(node.right);
        // What is false is no object and, elements being told apart otherwise, no element; the others are not absent.
        if (node.operator === "&&") {
          return either({ ...aPrimitive, kinds: left.kinds, tells: left.tells }, right);
        }
        if ((left.kinds & absent) === 0) return either(left, right);
        return either({ ...left, literal: undefined, kinds: left.kinds & ~absent }, right);
      }
      case "ConditionalExpression":
        this.asTruth(this.value(node.test), node.test);
        return either(this.value(node.consequent), this.value(node.alternate));
      case "SequenceExpression":
        return node.expressions.map((inner) => this.value(inner)).at(-1) ?? nothing;
      case "AssignmentExpression":
        return this.assignment(node);
      case "UpdateExpression":
        return this.update(node);
      case "MemberExpression":
        return this.memberValue(node);
      case "ChainExpression":
        return either(this.value(node.expression), literalOf(undefined));
      case "CallExpression":
        return this.call(node);
      case "NewExpression":
        return this.create(node);
      case "ParenthesizedExpression":
        return this.value(node.expression);
      default:
        return this.giveUp(node, "is not followed");
    }
  }

  private literal({ value, regex, bigint }: Literal): Value {
    if (regex || bigint) throw new Unproved(`${regex?.pattern ?? bigint} is not followed`);
    return this.valueOf(value);
  }

  private functionValue(
    node: (AnyNode & { readonly params: readonly Pattern[] }) | Expression,
  ): Value {
    const tree = node as unknown as Written;
    const origin = this.origin as Origin;
    const key = `${idOf(tree)} ${idOf(this.scope)}`;
    const text = origin.source.slice(tree.start, tree.end);
    return calleeOf(
      this.kept(this.callees, key, () => ({ tree, text, scope: this.scope, origin })),
    );
  }

  private array(node: ArrayExpression): Value {
    const lists: List[] = [];
    const values: Value[] = [];
    for (const element of node.elements) {
      if (element === null) values.push(literalOf(undefined));
      else if (element.type === "SpreadElement") {
        lists.push(...listsOf(this, this.value(element.argument), element));
      } else values.push(this.value(element));
    }
    if (lists.length === 0) return this.tuple(node, values);
    const all = [...lists.map((list) => list.valueOf(undefined)), ...values];
    return this.arrayOf(
      node,
      anyOf(all),
      lists.some(({ isByName }) => isByName),
      // What is spread may be one list or another, and is one after the other then.
      node.elements.length === 1 && lists.length === 1 ? { eachOf: lists[0]?.eachOf } : {},
    );
  }

  private object(node: ObjectExpression): Value {
    const site = this.newSite("object", node);
    for (const property of node.properties) {
      if (property.type === "SpreadElement")
        this.spreadInto(site, this.value(property.argument), property);
      else if (property.kind !== "init") this.giveUp(property, "is not followed");
      else this.setMember(site, this.propertyKey(property), this.value(property.value), property);
    }
    return siteOf(site);
  }

  private spreadInto(site: Site, value: Value, node: AnyNode): void {
    if (value.callees.size > 0) this.giveUp(node, "spreads a function");
    for (const other of value.sites) {
      if (other.kind !== "object") this.giveUp(node, "spreads what is no record");
      this.readsSite(other);
      for (const [name, its] of other.properties) this.growProperty(site, name, its);
      this.grow(site, "content", other.content);
    }
    for (const part of value.parts) {
      if (part.shape.kind !== "record" || part.variable === "") {
        this.giveUp(node, "spreads what is no record");
      }
      this.readsPart(part);
      for (const [name, of] of Object.entries(part.shape.fields)) {
        if (part.variable === theConstants) this.uses.constants.add(name);
        this.growProperty(site, name, this.valueAt(of, inside(part, name)));
      }
    }
    for (const other of value.outer) {
      for (const name of this.ownKeys(other, node)) {
        this.growProperty(site, name, this.outerMember(other, name, node));
      }
    }
  }

  private setMember(site: Site, key: Value, value: Value, node: AnyNode): void {
    if (isLiteral(key)) {
      if (key.literal === "__proto__") this.giveUp(node, "sets a prototype");
      this.growProperty(site, String(key.literal), value);
      return;
    }
    this.looksUp(key, node);
    this.grow(site, "keys", key);
    this.grow(site, "content", value);
  }

  private binary(node: BinaryExpression): Value {
    const one = this.value(node.left);
    const other = this.value(node.right);
    switch (node.operator) {
      case "===":
      case "!==":
        this.compare(one, other, node);
        return aWord;
      case "==":
      case "!=":
        if (mayBeObject(one) !== mayBeObject(other)) {
          for (const value of [one, other])
            if (!mayBeObject(value)) {
              if (!isLiteral(value) || (value.literal ?? null) !== null)
                this.giveUp(node, "compares an object");
            }
        }
        for (const [value, with_] of [
          [one, other],
          [other, one],
        ] as const) {
          if (value.elements.size > 0 && (with_.kinds & word) !== 0)
            this.observe(node, "compares an element with a text that may be its number");
        }
        this.compare(one, other, node);
        return aWord;
      case "in":
      case "instanceof":
        return this.giveUp(node, "is not followed");
      default: {
        this.asPrimitive(one, node);
        this.asPrimitive(other, node);
        if (/^(?:<|>|<=|>=)$/.test(node.operator)) return aWord;
        return this.calculated(node.operator, one, other);
      }
    }
  }

  private assignment(node: AssignmentExpression): Value {
    const { left, operator } = node;
    if (operator === "=") {
      const value = this.value(node.right);
      if (left.type === "ObjectPattern" || left.type === "ArrayPattern") {
        return this.giveUp(node, "is not followed");
      }
      this.assign(left, value, "writes", false, textsWrittenIn(node.right));
      if (left.type === "MemberExpression" && mayBeObject(value) && this.isUsed(node)) {
        this.giveUp(node, "puts an object in two places");
      }
      return value;
    }
    const isRead = (operator !== "+=" && operator !== "-=") || this.isUsed(node);
    const before = this.target(left, isRead);
    const right = this.value(node.right);
    if (operator === "&&=" || operator === "||=" || operator === "??=") {
      if (mayBeObject(right) && this.isUsed(node))
        this.giveUp(node, "puts an object in two places");
      if (operator !== "??=") this.asTruth(before, left);
      this.assign(left, right, "writes", operator === "??=" || operator === "||=");
      return either(before, right);
    }
    this.asPrimitive(before, node);
    this.asPrimitive(right, node);
    const areNumbers = ((before.kinds | right.kinds) & (word | noElement)) === 0;
    const value = this.calculated(operator.slice(0, -1), before, right);
    // What is large is not added up without loss.
    const isExact = areNumbers && ((before.kinds | right.kinds) & large) === 0;
    const isSum = (operator === "+=" || operator === "-=") && isExact;
    if (!isSum && (operator === "+=" || operator === "-=")) this.target(left, true);
    this.assign(left, value, isSum ? "adds" : "writes", true);
    return value;
  }

  private update(node: UpdateExpression): Value {
    const before = this.asPrimitive(this.target(node.argument, this.isUsed(node)), node);
    const value = this.calculated(node.operator.slice(1), before, literalOf(1));
    if (mayBeText(before)) this.countsFractions();
    const after = { ...value, kinds: value.kinds & numeric };
    const isExact = (before.kinds & large) === 0;
    if (!isExact) this.target(node.argument, true);
    this.assign(node.argument, after, isExact ? "adds" : "writes", true);
    return after;
  }

  /** What an operator makes of two primitives. */
  private calculated(operator: string, one: Value, other: Value): Value {
    const areNumbers = !mayBeText(one) && !mayBeText(other);
    if (operator === "+" && !areNumbers) {
      this.joins([one, other]);
      return aPrimitive;
    }
    if (!areNumbers) {
      this.countsFractions();
      return sized(numeric);
    }
    if (operator === "/" || operator === "**") {
      this.countsFractions();
      return sized(numeric);
    }
    if (operator === "%") {
      const isPlain = (other.kinds & numeric & ~(number | signed)) === 0;
      return sized(isPlain ? one.kinds & signed : one.kinds);
    }
    if (operator === "+" || operator === "-" || operator === "*") {
      const sign = operator === "-" ? signed : (one.kinds | other.kinds) & signed;
      return sized(sign | grownFrom(operator, one.kinds, other.kinds));
    }
    return sized(grown | signed);
  }

  joins(values: readonly Value[]): void {
    // Of two that grow a text may come that is too long.
    if (values.filter((value) => mayBeText(value) && !isLiteral(value)).length > 1) this.fails();
  }

  /** What is where something is going to be assigned. */
  private target(node: Expression | Pattern, isRead: boolean): Value {
    if (node.type === "Identifier") return this.nameValue(node, isRead);
    if (node.type === "MemberExpression") return this.memberValue(node, isRead);
    return this.giveUp(node, "is not followed");
  }

  private assign(
    target: Expression | Pattern,
    value: Value,
    how: Access["how"],
    isComputed = false,
    texts?: readonly string[],
  ): void {
    if (target.type === "ParenthesizedExpression") this.giveUp(target, "is not followed");
    if (target.type === "Identifier") {
      const variable = this.find(target.name);
      if (variable?.isConstant === true) this.giveUp(target, "is a constant");
      if (variable?.isThere === false) this.giveUp(target, "may not be there yet");
      if (variable === undefined) {
        this.remembers(`assigns ${target.name}, which lasts from one call to the next`);
        this.fails();
        return;
      }
      this.touchesVariable(variable, how, isComputed ? undefined : value);
      this.assignVariable(variable, value);
      return;
    }
    if (target.type !== "MemberExpression") this.giveUp(target, "is not followed");
    const object = this.value(target.object);
    const key = this.memberKey(target);
    if (object.kinds !== 0) this.fails();
    this.texts = texts;
    for (const part of object.parts) {
      this.assignPart(part, key, value, isComputed ? "computed" : how, how, target);
    }
    this.texts = undefined;
    for (const site of object.sites) {
      this.writesSite(site, how === "adds" ? "adds" : "writes");
      if (site.kind === "object") this.setMember(site, key, value, target);
      else if (site.kind === "array") {
        this.asPrimitive(key, target);
        if (site.isByName) this.observe(target, "changes what is at a place in the order of names");
        if (isLiteral(key) && key.literal === "length") {
          this.asLength(value, target);
          // It may be longer than what is in it.
          this.grow(site, "content", literalOf(undefined));
          continue;
        }
        if ((key.kinds & ~(number | signed | summed)) !== 0) {
          this.giveUp(target, "sets what may be no place of a list, or far away");
        }
        // Before it there may be nothing.
        this.grow(site, "content", either(value, literalOf(undefined)));
      } else this.giveUp(target, "is not followed");
    }
    if (object.callees.size > 0) this.giveUp(target, "sets a property of a function");
    if (object.outer.size > 0) {
      this.remembers(`changes ${this.snippet(target)}, which lasts from one call to the next`);
      this.fails();
    }
  }

  private assignPart(
    part: Part,
    key: Value,
    value: Value,
    literal: string,
    how: Access["how"],
    node: AnyNode,
  ): void {
    const of = this.partUnder(part, key, node);
    const variable = part.variable === "" ? String(key.literal) : part.variable;
    const index = part.shape.kind === "each" ? [key.walk ?? 0] : [];
    const isLength = of === undefined;
    this.writesPart(
      { ...part, variable },
      isLength ? "writes" : how,
      literal === "computed" || isLength ? undefined : value,
      index,
      key.elements.size > 0,
    );
    if (isLength) {
      this.asLength(value, node);
      this.loosen(variable, absent);
    } else this.fits(value, of, variable, node);
  }

  /** A value is made the length of a list, which may be none, or longer than the list can be. */
  private asLength(value: Value, node: AnyNode): void {
    this.asPrimitive(value, node);
    if ((value.kinds & (grown | large)) !== 0) this.giveUp(node, "may be too long");
    this.fails();
  }

  /** The domain of what is in a part of the state under a key; undefined for the length of a list. */
  private partUnder({ shape }: Part, key: Value, node: AnyNode): Shape | undefined {
    if (shape.kind === "record") {
      if (!isLiteral(key)) return this.giveUp(node, "computes the name of a variable");
      const name = String(key.literal);
      const of = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
      return of ?? this.giveUp(node, "is not declared");
    }
    if (shape.kind === "each") {
      this.indexes(shape.set, key, node);
      this.looksUp({ ...key, elements: nothing.elements }, node);
      return shape.of;
    }
    if (shape.kind === "sequence") {
      if (isLiteral(key) && key.literal === "length") return undefined;
      this.looksUp(key, node);
      return shape.of;
    }
    return this.giveUp(node, "is not followed");
  }

  indexes(set: IndexSet, key: Value, node: AnyNode | undefined): void {
    this.use(key, node);
    if (mayBeObject(key)) this.giveUp(node, "looks up an object");
    if (!this.sets.isExchangeable(set)) {
      if (key.elements.size > 0) this.observe(node, `takes an element for one of "${set.name}"`);
      return;
    }
    if ((key.kinds & (number | word)) !== 0) {
      this.observe(node, `looks up a particular element of "${set.name}"`);
    }
    for (const other of key.elements) {
      if (other !== set.name)
        this.observe(node, `takes an element of "${other}" for one of "${set.name}"`);
    }
  }

  fits(value: Value, shape: Shape, variable: string, node: AnyNode | undefined): void {
    this.use(value, node);
    if (this.isNamed(value)) {
      this.giveUp(node, "puts an object into the state that can be reached otherwise");
    }
    this.placing += 1;
    this.fitsShape(value, shape, variable, node);
    this.placing -= 1;
    this.mark(value, "isInState");
  }

  private fitsShape(value: Value, shape: Shape, variable: string, node: AnyNode | undefined): void {
    if (value.parts.size > 0 || value.outer.size > 0) {
      this.giveUp(node, "puts into the state what is somewhere else as well");
    }
    if (value.callees.size > 0) this.giveUp(node, "puts a function into the state");
    switch (shape.kind) {
      case "words":
      case "whole":
        if (shape.kind === "words") this.putsWords(variable, value);
        if (value.elements.size > 0) this.observe(node, "keeps an element as a number");
        if (mayBeObject(value)) this.giveUp(node, "keeps an object as a number or a word");
        this.loosen(
          variable,
          value.kinds &
            ~this.valueAt(shape, { variable: "", walks: noWalks, isIndexed: false }).kinds,
        );
        return;
      case "index":
        if (mayBeObject(value)) this.giveUp(node, "keeps an object as an element");
        this.loosenElement(shape.set, variable, value);
        if (!this.sets.isExchangeable(shape.set)) {
          if (value.elements.size > 0)
            this.observe(node, `keeps an element as one of "${shape.set.name}"`);
          return;
        }
        if ((value.kinds & number) !== 0) {
          this.observe(node, `keeps a particular element of "${shape.set.name}"`);
        }
        for (const set of value.elements) {
          if (set !== shape.set.name) {
            this.observe(node, `keeps an element of "${set}" as one of "${shape.set.name}"`);
          }
        }
        return;
      case "optional": {
        const none = shape.isLeftOut === true ? absent : noElement;
        const its = {
          ...value,
          literal: value.literal === "none" ? undefined : value.literal,
          kinds: value.kinds & ~none,
        };
        if (!isNothing(its)) this.fits(its, shape.of, variable, node);
        return;
      }
      case "record":
        this.fitsRecord(value, shape.fields, variable, node);
        return;
      default:
        this.fitsList(value, shape, variable, node);
    }
  }

  private putsWords(variable: string, value: Value): void {
    if (value.kinds === 0) return; // "none", where it is optional
    const { literal } = value;
    this.uses.puts(variable, typeof literal === "string" ? [literal] : this.texts);
  }

  private fitsRecord(
    value: Value,
    fields: Readonly<Record<string, Shape>>,
    variable: string,
    node: AnyNode | undefined,
  ): void {
    if (value.kinds !== 0 || value.elements.size > 0)
      this.giveUp(node, "puts what may be no record");
    // Until the step is over it has all that it was given, of which nobody else would know.
    const isDeclared = ({ kind, properties, content }: Site): boolean =>
      kind === "object" &&
      isNothing(content) &&
      [...properties.keys()].every((name) => Object.hasOwn(fields, name));
    if (![...value.sites].every(isDeclared)) this.giveUp(node, "puts what may be another record");
    for (const [name, of] of Object.entries(fields)) {
      const its = this.member(objectsOf(value), literalOf(name), node as AnyNode);
      this.fits(its, of, variable, node);
    }
  }

  private fitsList(
    value: Value,
    shape: Extract<Shape, { kind: "each" | "sequence" | "subset" }>,
    variable: string,
    node: AnyNode | undefined,
  ): void {
    const isEach = shape.kind === "each" && this.sets.isExchangeable(shape.set);
    if (value.kinds !== 0 || value.elements.size > 0) this.giveUp(node, "puts what may be no list");
    const isList = ({ kind, isIterator }: Site): boolean =>
      !isIterator && (kind === "array" || (kind === "set" && shape.kind === "subset"));
    if (![...value.sites].every(isList)) this.giveUp(node, "puts what may be another list");
    for (const list of listsOf(this, objectsOf(value), node)) {
      const content = list.valueOf(undefined);
      if (shape.kind === "subset") {
        this.indexes(shape.set, content, node);
        this.loosenElement(shape.set, variable, content);
        continue;
      }
      if (isEach && list.eachOf !== shape.set) {
        this.observe(node, `lists something for each "${shape.set.name}" by name`);
      }
      if (!isEach && list.isByName) this.observe(node, "keeps an order by the names of elements");
      this.fits(content, shape.of, variable, node);
    }
  }

  // ---- Members ----

  private memberKey(node: MemberExpression): Value {
    if (node.computed) return this.value(node.property);
    if (node.property.type !== "Identifier") return this.giveUp(node, "is not followed");
    return literalOf(node.property.name);
  }

  private memberValue(node: MemberExpression, isRead = true): Value {
    const object = this.value(node.object);
    return this.member(object, this.memberKey(node), node, isRead);
  }

  member(object: Value, key: Value, node: AnyNode, isRead = true): Value {
    const results: Value[] = [];
    this.use(object, node);
    if (object.elements.size > 0) this.observe(node, "asks an element for more than its name");
    if ((object.kinds & absent) !== 0) this.fails();
    // A word has a length; of what is undefined nothing can be read.
    if ((object.kinds & ~absent) !== 0) {
      this.looksUp(key, node);
      if (isLiteral(key) && key.literal === "length") results.push(aLength);
      else if (isLiteral(key) && (object.kinds & ~absent) === noElement) {
        results.push(this.outerMember(String.prototype, key.literal as string, node));
      } else if (isLiteral(key) && ownNames.has(String(key.literal))) {
        this.giveUp(node, "asks a text or a number for what all of them have");
      } else if (key.kinds & number) results.push(aText);
      results.push(literalOf(undefined));
    }
    for (const part of object.parts) results.push(this.partMember(part, key, node, isRead));
    for (const site of object.sites) results.push(this.siteMember(site, key, node));
    for (const outer of object.outer) {
      if (isLiteral(key)) results.push(this.outerMember(outer, key.literal as string, node));
      else {
        this.looksUp(key, node);
        results.push(literalOf(undefined));
        for (const name of this.allKeys(outer, node))
          results.push(this.outerMember(outer, name, node));
      }
    }
    if (object.callees.size > 0) this.giveUp(node, "reads a property of a function");
    return anyOf(results);
  }

  private partMember(part: Part, key: Value, node: AnyNode, isRead: boolean): Value {
    const { shape } = part;
    if (shape.kind === "record") {
      if (!isLiteral(key)) return this.someMember(part, shape.fields, key, node, isRead);
      const name = String(key.literal);
      const of = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
      if (of === undefined) return this.giveUp(node, "is not declared");
      if (part.variable === theConstants) this.uses.constants.add(name);
      const from = inside(part, name);
      const value = this.valueAt(of, from);
      if (isRead && isLookedAt(value)) this.readsPart({ ...part, ...from });
      return value;
    }
    if (isLiteral(key) && key.literal === (shape.kind === "subset" ? "size" : "length")) {
      if (isRead) this.readsPart(part);
      return aNumber;
    }
    if (isLiteral(key) && typeof key.literal === "string") {
      return this.giveUp(node, "asks a list for something by name");
    }
    if (shape.kind === "each") {
      this.indexes(shape.set, key, node);
      this.looksUp({ ...key, elements: nothing.elements }, node);
      const walks = [...part.walks, key.walk ?? 0];
      const isIndexed = part.isIndexed || key.elements.size > 0;
      const value = this.valueAt(shape.of, { variable: part.variable, walks, isIndexed });
      if (isRead && isLookedAt(value)) this.readsPart(part, key.walk ?? 0);
      // Of what is no element nothing is kept.
      return key.kinds === 0 ? value : either(value, literalOf(undefined));
    }
    if (shape.kind === "sequence") {
      this.looksUp(key, node);
      if (isRead) this.readsPart(part);
      return either(this.valueAt(shape.of, part), literalOf(undefined));
    }
    return this.giveUp(node, "is not followed");
  }

  /** What is under one of the names of a record, nobody knows which. */
  private someMember(
    part: Part,
    fields: Readonly<Record<string, Shape>>,
    key: Value,
    node: AnyNode,
    isRead: boolean,
  ): Value {
    if (part.variable === "") return this.giveUp(node, "computes the name of a variable");
    this.looksUp(key, node);
    const members = Object.keys(fields).map((name) =>
      this.partMember(part, literalOf(name), node, isRead),
    );
    return anyOf([literalOf(undefined), ...members]);
  }

  private siteMember(site: Site, key: Value, node: AnyNode): Value {
    this.readsSite(site);
    const length = site.kind === "array" ? "length" : "size";
    const hasLength = ["array", "set", "map"].includes(site.kind) && !site.isIterator;
    if (hasLength && isLiteral(key) && key.literal === length) return aLength;
    if (site.kind === "array") {
      this.looksUp(key, node);
      if (isLiteral(key) && typeof key.literal === "string")
        return this.giveUp(node, "is not followed");
      const [list] = listsOf(this, siteOf(site), node);
      const place = isLiteral(key) ? (key.literal as number) : undefined;
      return readPlace(this, list as List, place, node);
    }
    if (site.kind !== "object") return this.giveUp(node, "is not followed");
    if (!isLiteral(key)) {
      this.looksUp(key, node);
      return anyOf([site.content, ...site.properties.values(), literalOf(undefined)]);
    }
    const name = String(key.literal);
    if (name in Object.prototype) return this.giveUp(node, "is not followed");
    const known = site.properties.get(name);
    return either(known ?? literalOf(undefined), site.content);
  }

  outerMember(object: object, name: string | number, node: AnyNode | undefined): Value {
    if (this.origins.isProxy(object)) return this.giveUp(node, "reads from a proxy");
    if (isShared(object)) {
      this.remembers(`reads ${this.snippet(node)}, which other threads may change`);
      return this.giveUp(node, "reads memory that is shared");
    }
    for (
      let its: object | null = object;
      its !== null;
      its = Object.getPrototypeOf(its) as object | null
    ) {
      if (this.origins.isProxy(its)) return this.giveUp(node, "reads from a proxy");
      const found = Object.getOwnPropertyDescriptor(its, name);
      if (found === undefined) continue;
      if ("value" in found) return this.valueOf(found.value);
      const getter: unknown = Reflect.get(found, "get");
      if (getter === undefined) return literalOf(undefined);
      return this.callOuter(getter as AnyFunction, { values: [], spread: [] }, node);
    }
    return literalOf(undefined);
  }

  ownKeys(object: object, node: AnyNode | undefined): readonly string[] {
    if (this.origins.isProxy(object)) return this.giveUp(node, "reads from a proxy");
    return Object.keys(object);
  }

  /** All that may be found under a name in an object that was there before, but for what every object has. */
  private allKeys(object: object, node: AnyNode | undefined): readonly string[] {
    const keys = this.ownKeys(object, node);
    const all = Reflect.ownKeys(object).filter(
      (key) => !(Array.isArray(object) && key === "length"),
    );
    const prototype: unknown = Object.getPrototypeOf(object);
    const isPlain = prototype === null || prototype === Object.prototype || isPlainArray(object);
    if (!isPlain || all.length > keys.length) {
      return this.giveUp(node, "looks up what may be inherited or hidden");
    }
    return keys;
  }

  // ---- Calls, as they are written ----

  private argumentsOf(all: CallExpression["arguments"]): Arguments {
    const values: Value[] = [];
    const spread: List[] = [];
    for (const argument of all) {
      if (argument.type !== "SpreadElement") {
        if (spread.length > 0) return this.giveUp(argument, "follows what is spread");
        values.push(this.value(argument));
        continue;
      }
      const value = this.value(argument.argument);
      const [site] = value.sites;
      if (site?.places !== undefined && keyOf(siteOf(site)) === keyOf(value)) {
        this.readsSite(site);
        values.push(...site.places);
      } else spread.push(...listsOf(this, value, argument));
    }
    return { values, spread };
  }

  private call(node: CallExpression): Value {
    const { callee } = node;
    if (callee.type === "MemberExpression") return this.callMethod(node, callee);
    if (callee.type === "SequenceExpression") {
      // What a module is compiled to: (0, module.name)(...)
      const value = this.value(callee);
      return this.callValue(value, this.argumentsOf(node.arguments), node);
    }
    const value = this.value(callee);
    return this.callValue(value, this.argumentsOf(node.arguments), node);
  }

  private callMethod(node: CallExpression, callee: MemberExpression): Value {
    const object = this.value(callee.object);
    const key = this.memberKey(callee);
    if (!isLiteral(key) || typeof key.literal !== "string") {
      const its = this.member(object, key, callee);
      return this.callValue(its, this.argumentsOf(node.arguments), node);
    }
    const name = key.literal;
    const all = this.argumentsOf(node.arguments);
    const results: Value[] = [];
    this.use(object, node);
    if (object.elements.size > 0) this.observe(node, "asks an element for more than its name");
    if ((object.kinds & absent) !== 0) this.fails();
    if ((object.kinds & ~absent) !== 0) results.push(this.primitiveMethod(name, object, all, node));
    for (const part of object.parts) {
      if (part.shape.kind === "subset")
        results.push(callSetMethod(this, { part }, name, all, node));
      else if (part.shape.kind === "record") this.giveUp(node, "calls a method of a record");
      else results.push(this.listMethod(partOf(part), name, all, node));
    }
    for (const site of object.sites) {
      if (site.isIterator) this.giveUp(node, "asks more of what can be gone through only once");
      if (site.kind === "array") results.push(this.listMethod(siteOf(site), name, all, node));
      else if (site.kind === "match") results.push(this.matchMethod(site, name, all, node));
      else if (site.kind === "set" || site.kind === "map")
        results.push(callSetMethod(this, { site }, name, all, node));
      else results.push(this.callValue(this.siteMember(site, key, node), all, node));
    }
    for (const outer of object.outer) {
      const related = this.sets.method(outer, name);
      if (related !== undefined) {
        if (all.spread.length > 0) this.giveUp(node, "spreads what it calls with");
        results.push(related(this, all, node));
      } else if (isPlainSet(outer) || isPlainMap(outer)) {
        results.push(this.askOuter(outer, name, all, node));
      } else if (!this.origins.isProxy(outer) && isPlainArray(outer)) {
        results.push(this.listMethod(outerOf(outer), name, all, node));
      } else {
        const its = this.outerMember(outer, name, node);
        if (its.outer.size === 0) this.giveUp(node, "calls what is no function");
        results.push(this.callValue(its, all, node));
      }
    }
    if (object.callees.size > 0) this.giveUp(node, "calls a function by way of another");
    return anyOf(results);
  }

  /** Asks a set or a map that was there before. */
  private askOuter(
    outer: ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>,
    name: string,
    all: Arguments,
    node: AnyNode,
  ): Value {
    const isAsked = name === "has" || (name === "get" && outer instanceof Map);
    if (!isAsked || all.spread.length > 0) {
      this.remembers(`calls ${this.snippet(node)}, which may keep something from call to call`);
      return this.giveUp(node, "calls a function whose text is not known");
    }
    const keys = anyOf([...outer.keys()].map((key) => this.valueOf(key)));
    this.compare(keys, all.values[0] ?? literalOf(undefined), node);
    if (name === "has") return aWord;
    const values = [...(outer as ReadonlyMap<unknown, unknown>).values()];
    return anyOf([...values.map((value) => this.valueOf(value)), literalOf(undefined)]);
  }

  private listMethod(of: Value, name: string, all: Arguments, node: AnyNode): Value {
    return anyOf(
      listsOf(this, of, node).map((list) => callListMethod(this, list, name, all, node)),
    );
  }

  private primitiveMethod(name: string, object: Value, all: Arguments, node: AnyNode): Value {
    if (!primitiveMethods.has(name)) this.giveUp(node, "calls a method that is not followed");
    this.asPrimitive(object, node);
    if (failingMethods.has(name) || (object.kinds & (number | truth)) !== 0) this.fails();
    for (const value of all.values) this.asPrimitive(value, node);
    if (all.spread.length > 0) this.giveUp(node, "is not followed");
    return aPrimitive;
  }

  private matchMethod(site: Site, name: string, all: Arguments, node: AnyNode): Value {
    const subject = site.properties.get("subject") ?? nothing;
    if (all.spread.length > 0) this.giveUp(node, "is not followed");
    const handled = (handler: Value): void => {
      const result = this.callValue(handler, { values: [subject, subject], spread: [] }, node);
      this.grow(site, "content", result);
    };
    switch (name) {
      case "returnType":
      case "narrow":
        return siteOf(site);
      case "with":
        for (const pattern of all.values.slice(0, -1)) {
          if (pattern.callees.size > 0) {
            const guard = { ...nothing, callees: pattern.callees };
            this.asTruth(
              this.callValue(guard, { values: [subject, subject], spread: [] }, node),
              node,
            );
          }
          this.matches(subject, pattern, node);
        }
        handled(all.values.at(-1) ?? nothing);
        return siteOf(site);
      case "otherwise":
        handled(all.values[0] ?? nothing);
        return site.content;
      case "exhaustive":
      case "run":
        if (all.values.length > 0) this.giveUp(node, "handles what does not match");
        this.fails();
        return site.content;
      default:
        return this.giveUp(node, "is not followed");
    }
  }

  /** A value is held against a pattern. */
  private matches(value: Value, pattern: Value, node: AnyNode, within: readonly Site[] = []): void {
    if (pattern.outer.size > 0) this.giveUp(node, "has a pattern that is not followed");
    this.compare(primitivesOf(value), primitivesOf(pattern), node);
    for (const site of pattern.sites) {
      if (within.includes(site)) this.giveUp(node, "has a pattern within itself");
      const inner = anyOf(insideOf(site));
      this.matches(this.contentOf(value, node), inner, node, [...within, site]);
    }
  }

  /** Whatever is in a value, however deep. */
  private contentOf(value: Value, node: AnyNode): Value {
    const inner: Value[] = [];
    for (const site of value.sites) {
      this.readsSite(site);
      if (site.isByName) this.observe(node, "matches a list in the order of names");
      inner.push(...insideOf(site));
    }
    for (const part of value.parts) {
      if (part.shape.kind !== "record" || part.variable === "") {
        this.giveUp(node, "matches what is not followed");
      }
      this.readsPart(part);
      for (const [name, of] of Object.entries(part.shape.fields)) {
        inner.push(this.valueAt(of, inside(part, name)));
      }
    }
    if (value.outer.size > 0) this.giveUp(node, "matches what is not followed");
    return anyOf(inner);
  }

  private create(node: NewExpression): Value {
    const callee = this.value(node.callee);
    const [its] = callee.outer;
    const made = its === undefined ? undefined : newNative(its);
    if (made === undefined || callee.outer.size > 1 || callee.callees.size > 0) {
      return this.giveUp(node, "makes an object of a class that is not followed");
    }
    return made(this, this.argumentsOf(node.arguments), node);
  }
}

/** Whatever may be in an object. */
const insideOf = ({ content, keys, places, properties }: Site): readonly Value[] => [
  content,
  keys,
  ...(places ?? []),
  ...properties.values(),
];

/** Whether to have it is to have read a digit; a part of the state is read where it is asked something. */
const isLookedAt = ({ kinds, elements }: Value): boolean => kinds !== 0 || elements.size > 0;

const inside = (part: Part, name: string): Omit<Part, "id" | "shape"> => ({
  variable: part.variable === "" ? name : part.variable,
  walks: part.walks,
  isIndexed: part.isIndexed,
});

const mayBeText = ({ kinds }: Value): boolean => (kinds & (word | noElement)) !== 0;

/** Whether a value is a part of the state, if anything. */
const isOnlyParts = ({ kinds, elements, parts, sites, callees, outer }: Value): boolean =>
  parts.size > 0 &&
  (kinds & ~absent) + elements.size + sites.size + callees.size + outer.size === 0;

/** Whether what is compared is written as a part of something, so that no test before it could have left it out. */
function asksForState(node: AnyNode | undefined): boolean {
  const isPart = (its: AnyNode | undefined): boolean => its?.type === "MemberExpression";
  if (node?.type === "NewExpression") return true;
  if (node?.type === "BinaryExpression") return isPart(node.left) && isPart(node.right);
  return node?.type === "CallExpression" && isPart(node.arguments[0]);
}

/** What of a value is no object. */
const primitivesOf = (value: Value): Value =>
  mayBeObject(value)
    ? { ...nothing, kinds: value.kinds, elements: value.elements, tells: value.tells }
    : value;

/** A number of these kinds. */
const sized = (kinds: number): Value => ({ ...aNumber, kinds: number | (kinds & numeric) });

/** How large a sum or a product may be. */
function grownFrom(operator: string, one: number, other: number): number {
  const all = one | other;
  if ((all & large) !== 0) return large;
  if (operator === "*") return (all & (grown | summed)) === 0 ? grown : large;
  // So many plain numbers no step adds up that they become large; of grown ones a loop does.
  const isLarge =
    (one & other & summed) !== 0 || ((all & summed) !== 0 && (one & other & grown) !== 0);
  return isLarge ? large : summed | (all & grown);
}

/** The names that a statement declares in the block that it stands in, to be there from then on. */
const declaredIn = (node: Statement): readonly string[] =>
  node.type === "VariableDeclaration"
    ? node.declarations.flatMap(({ id }) => namesBoundBy(id))
    : [];

/** Whether other threads may change what an object shows. */
const isShared = (object: object): boolean =>
  ArrayBuffer.isView(object) &&
  typeof SharedArrayBuffer === "function" &&
  object.buffer instanceof SharedArrayBuffer;

/** Methods of texts and numbers that take no function. */
const primitiveMethods = new Set([
  "includes",
  "startsWith",
  "endsWith",
  "indexOf",
  "charAt",
  "slice",
  "substring",
  "toUpperCase",
  "toLowerCase",
  "trim",
  "padStart",
  "padEnd",
  "repeat",
  "toString",
  "toFixed",
  "at",
]);

/** Those that may throw, of a text. */
const failingMethods = new Set(["repeat", "toFixed", "toString", "padStart", "padEnd"]);

const endsWithReturn = (statements: readonly Statement[]): boolean => {
  const last = statements.at(-1);
  if (last?.type === "TryStatement") return endsWithReturn(last.block.body);
  return last?.type === "ReturnStatement" || last?.type === "ThrowStatement";
};
