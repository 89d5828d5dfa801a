import {
  type Action,
  type AnyDomain,
  type Constants,
  type Expectation,
  type IndexSet,
  type Located,
  type Property,
  type PropertyKind,
  type Shape,
  type Spec,
  show,
  sizeOf,
  type Variant,
  valueOf,
  words,
} from "../../spec/index.ts";
import type { Protocol } from "./protocol.ts";
import {
  type AnyFunction,
  type Functions,
  type HelperDescription,
  Helpers,
  linesOf,
  type Meaning,
  type Outside,
  type Place,
  type Reading,
  textOf,
  unread,
} from "./reading.ts";

/** What there is to say of a protocol without running it, as plain data. */
export interface Description {
  readonly name: string;
  readonly title: string;
  /** What its author says of it as a whole. */
  readonly about?: Meaning | undefined;
  readonly constants: Constants;
  readonly constantMeanings: Readonly<Record<string, Meaning>>;
  /** What the constants must satisfy, in words. */
  readonly where: readonly string[];
  readonly sets: readonly {
    readonly name: string;
    /** How many elements, and what may be done with them. */
    readonly elements: string;
    readonly meaning?: Meaning | undefined;
  }[];
  readonly symmetry: Spec["symmetry"];
  readonly variables: readonly {
    readonly name: string;
    readonly domain: string;
    readonly isGhost: boolean;
    readonly meaning?: Meaning | undefined;
  }[];
  readonly processes: readonly ProcessDescription[];
  readonly actions: readonly ActionDescription[];
  readonly properties: readonly PropertyDescription[];
  /** Functions that those of actions and properties call, of the variants as well. */
  readonly helpers: readonly HelperDescription[];
  readonly variants: readonly VariantDescription[];
  /** What is expected of the protocol itself, if it says so, and what a search has to look for then; as of a variant. */
  readonly expects?: Expectation | undefined;
  readonly asks?: readonly string[] | undefined;
  /** The one that is meant where none is named. */
  readonly variant?: string | undefined;
}

/** Where an actor can be, and which steps lead from there to where. */
export interface ProcessDescription {
  /** The variable that says where it is. */
  readonly variable: string;
  readonly actor: string;
  readonly places: readonly {
    readonly place: string;
    readonly steps: readonly { readonly action: string; readonly to: readonly string[] }[];
  }[];
}

export interface ActionDescription extends Outside {
  readonly name: string;
  readonly meaning?: Meaning | undefined;
  readonly place?: Place | undefined;
  readonly actor: string;
  /** What it chooses among. */
  readonly choices: readonly string[];
  readonly fairness: Action["fairness"];
  readonly source?: string | undefined;
  /** Where it is taken and where it leads, if it is a step of a process. */
  readonly located?:
    | { readonly from: readonly string[]; readonly to: readonly string[] }
    | undefined;
  readonly functions: Functions;
}

export interface PropertyDescription extends Outside {
  readonly name: string;
  readonly meaning?: Meaning | undefined;
  readonly place?: Place | undefined;
  readonly kind: PropertyKind;
  /** What an assertion claims, in words. */
  readonly claim?: string | undefined;
  readonly choices: readonly string[];
  readonly functions: Functions;
}

export interface VariantDescription {
  readonly name: string;
  readonly because: string;
  readonly expects: Expectation;
  /** What is wrong with it, if it is malformed; nothing else of it can be relied on. */
  readonly mistakes?: readonly string[] | undefined;
  /** The constants of the variant. */
  readonly constants: Constants;
  /** What it replaces or adds, and the names of what it removes. */
  readonly changes: {
    readonly constants: Constants;
    readonly actions: readonly ActionDescription[];
    readonly properties: readonly PropertyDescription[];
    readonly removed: readonly string[];
  };
  /** What a search has to look for to see that it breaks what it should; all properties if undefined. */
  readonly asks: readonly string[] | undefined;
}

/** What is described from: the protocol or a variant of it, and how its functions are read. */
interface Told {
  readonly spec: Spec;
  readonly reading: Reading;
  readonly helpers: Helpers;
}

/** Describes a protocol with the variants given. */
export function describe(
  { spec, variants, variant }: Protocol,
  reading: Reading = unread,
): Description {
  const { constants } = spec;
  const { comments } = reading;
  const helpers = new Helpers(reading);
  const told = { spec, reading, helpers };
  return {
    name: spec.name,
    title: spec.title,
    about: comments.about,
    constants,
    constantMeanings: Object.fromEntries(
      Object.keys(constants).flatMap((name) => {
        const meaning = comments.meaningOf("constant", name);
        return meaning === undefined ? [] : [[name, meaning]];
      }),
    ),
    where: Object.keys(spec.where),
    sets: setsOf(spec).map((set) => ({
      name: words(set.name),
      elements: elementsText(set, constants),
      meaning: comments.meaningOf("set", set.name),
    })),
    symmetry: spec.symmetry,
    variables: Object.entries(spec.state).map(([name, { shape, isGhost }]) => ({
      name,
      domain: domainText(shape, constants),
      isGhost,
      meaning: comments.meaningOf("variable", name),
    })),
    processes: processesOf(told),
    actions: Object.entries(spec.actions).map(([name, action]) => actionOf(name, action, told)),
    properties: Object.entries(spec.properties).map(([name, property]) =>
      propertyOf(name, property, told),
    ),
    variants: variants.map((one) => variantOf(one, told)),
    helpers: helpers.all(),
    expects: spec.expects,
    asks: asksOf(spec.expects),
    variant,
  };
}

function actionOf(
  name: string,
  action: Action,
  { spec, reading, helpers }: Told,
): ActionDescription {
  const { constants } = spec;
  const isOfOne = typeof action.actor === "string";
  const functions = functionsOf(
    action.located === undefined ? action : { ...action.located, afterwards: action.afterwards },
    reading,
  );
  return {
    name,
    meaning: reading.comments.meaningOf("action or claim", name),
    place: reading.comments.placeOf(name),
    actor: actorText(action.actor),
    choices: action.choices.slice(isOfOne ? 0 : 1).map((choice) => choiceText(choice, constants)),
    fairness: action.fairness,
    source: action.source,
    located: action.located && {
      from: fromOf(action.located),
      to: targetsOf(action.located, reading),
    },
    functions: writtenIn(functions),
    ...helpers.of(functions.flatMap(([, its]) => its)),
  };
}

const actorText = (actor: Action["actor"]): string =>
  typeof actor === "string" ? actor : `each ${words(actor.name)}`;

function processesOf({ spec, reading }: Told): readonly ProcessDescription[] {
  const steps = Object.entries(spec.actions).flatMap(([action, { located }]) =>
    located === undefined ? [] : [{ action, located }],
  );
  const processes = new Map(
    steps.map(({ located }) => [located.process.variable, located.process]),
  );
  return [...processes.values()].map(({ variable, actor, places }) => ({
    variable,
    actor: actorText(actor),
    places: places.map((place) => ({
      place,
      steps: steps
        .filter(
          ({ located }) => located.process.variable === variable && fromOf(located).includes(place),
        )
        .map(({ action, located }) => ({ action, to: targetsOf(located, reading) })),
    })),
  }));
}

const fromOf = ({ process, from }: Located): readonly string[] =>
  from === "anywhere" ? process.places : from;

/** Where a step leads, as far as it is written there; "..." stands for what is not. */
function targetsOf({ process, to, effect }: Located, reading: Reading): readonly string[] {
  if (effect === undefined) return [String(to)];
  const { texts, isMore } = reading.answers(effect);
  const answered = process.places.filter((place) => texts.includes(place));
  if (to !== undefined) return [...new Set([to, ...answered])];
  return isMore ? [...answered, "..."] : answered;
}

/** What the page contract demands, of which a protocol has written what state a page is in. */
const demanded: Readonly<Record<string, Meaning>> = {
  pageStepIsLegal: ["The page contract allows every change of the state of a page."],
  discardIsPermitted: ["The host discards a page only where the page contract says that it may."],
};

function propertyOf(
  name: string,
  property: Property,
  { spec, reading, helpers }: Told,
): PropertyDescription {
  const { pages } = spec;
  const isDemanded = pages !== undefined && demanded[name] !== undefined;
  const functions = isDemanded
    ? functionsOf({ "pages: state": pages.state, "pages: discarded": pages.discarded }, reading)
    : functionsOf(property, reading);
  return {
    name,
    meaning: isDemanded ? demanded[name] : reading.comments.meaningOf("action or claim", name),
    place: reading.comments.placeOf(name),
    kind: property.kind,
    claim: "claim" in property ? property.claim : undefined,
    choices: property.choices.map((choice) => choiceText(choice, spec.constants)),
    functions: writtenIn(functions),
    ...helpers.of(functions.flatMap(([, its]) => its)),
  };
}

/** Roles, each with the functions that have it; none where their text is not known. */
type Roles = readonly (readonly [role: string, functions: readonly AnyFunction[]])[];

/** The functions of an action or a property by their roles, but for those that are always true. */
function functionsOf(of: object, reading: Reading): Roles {
  const roles = Object.entries(of).flatMap(([role, value]: readonly [string, unknown]): Roles => {
    if (role === "afterwards" && Array.isArray(value)) return [[role, value as AnyFunction[]]];
    if (typeof value !== "function") return [];
    const its = value as AnyFunction;
    const source = textOf(its);
    if (source === "() => true" || source === "() => false") return [];
    return composed.test(source) ? partsOf(role, its, reading) : [[role, [its]]];
  });
  return [...new Map(roles)];
}

/** Where the language has put a predicate together from several, its text says nothing. */
const composed = /^\(\.\.\.all\) =>/;

/** What a predicate was put together from. */
function partsOf(role: string, its: AnyFunction, reading: Reading): Roles {
  const parts = reading
    .uses(its)
    .filter(({ name, value }) => ["when", "holds"].includes(name) && typeof value === "function");
  if (parts.length === 0) return [[role, []]];
  return parts.map(({ name, value }) => [name, [value as AnyFunction]]);
}

const writtenIn = (roles: Roles): Functions =>
  Object.fromEntries(
    roles.map(([role, functions]) => [
      role,
      functions.length === 0 ? ["(its text is not known here)"] : functions.flatMap(linesOf),
    ]),
  );

function changesOf(base: Spec, told: Told): VariantDescription["changes"] {
  const { spec } = told;
  const changed = <T>(before: Readonly<Record<string, T>>, after: Readonly<Record<string, T>>) =>
    Object.entries(after).filter(([name, value]) => before[name] !== value);
  const removed = (before: object, after: object): readonly string[] =>
    Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return {
    constants: Object.fromEntries(changed(base.constants, spec.constants)),
    actions: changed(base.actions, spec.actions).map(([name, action]) =>
      actionOf(name, action, told),
    ),
    properties: changed(base.properties, spec.properties).map(([name, property]) =>
      propertyOf(name, property, told),
    ),
    removed: [...removed(base.actions, spec.actions), ...removed(base.properties, spec.properties)],
  };
}

const asksOf = (expects: Expectation | undefined): readonly string[] | undefined =>
  expects?.kind === "breaks" ? expects.properties : undefined;

function variantOf(its: Variant, told: Told): VariantDescription {
  const { name, because, expects, base, spec, mistakes } = its;
  return {
    name,
    because,
    expects,
    mistakes: mistakes?.map(({ message }) => message),
    constants: spec.constants,
    changes: changesOf(base, { ...told, spec }),
    asks: asksOf(expects),
  };
}

/** The index sets of a protocol, those of its state first. */
function setsOf({ state, actions, properties, initial }: Spec): readonly IndexSet[] {
  const found = new Map<string, IndexSet>();
  const ofShape = (shape: Shape): void => {
    if ("set" in shape && !found.has(shape.set.name)) found.set(shape.set.name, shape.set);
    if ("fields" in shape) Object.values(shape.fields).forEach(ofShape);
    if ("of" in shape) ofShape(shape.of);
  };
  Object.values(state).forEach(({ shape }) => ofShape(shape));
  for (const { choices } of [...Object.values(actions), ...Object.values(properties), initial]) {
    for (const choice of choices) {
      ofShape(choice.kind === "index set" ? { kind: "index", set: choice } : choice.shape);
    }
  }
  return [...found.values()];
}

/** "4, interchangeable" */
function elementsText(set: IndexSet, constants: Constants): string {
  const { exchange } = set;
  const size = sizeOf(set.size, constants, words(set.name));
  if (exchange.kind === "interchangeable" || exchange.kind === "ordered") {
    return `${size}, ${exchange.kind}`;
  }
  const trees = sizeOf(exchange.of.trees, constants, "a set of trees");
  const what = exchange.kind === "leaves" ? "the smallest blocks" : "all blocks";
  return `${size}, ${what} of ${trees === 1 ? "a buddy tree" : `${trees} buddy trees`}`;
}

/** What is chosen among, after "for any": "page", or the values themselves. */
function choiceText(choice: AnyDomain, constants: Constants): string {
  const shape: Shape = choice.kind === "index set" ? { kind: "index", set: choice } : choice.shape;
  return shape.kind === "index" ? words(shape.set.name) : domainText(shape, constants);
}

/** A domain in words, its bounds under the default constants. */
function domainText(shape: Shape, constants: Constants): string {
  switch (shape.kind) {
    case "words":
      return shape.words.map((word) => `"${word}"`).join(" | ");
    case "whole":
      return `${boundText(shape.min, constants)} to ${boundText(shape.max, constants)}`;
    case "index":
      return withArticle(words(shape.set.name));
    case "each":
      return `for each ${words(shape.set.name)}: ${domainText(shape.of, constants)}`;
    case "record":
      return shape.kinds === undefined
        ? fieldsText(shape.fields, constants)
        : messageText(shape.kinds, shape.fields, constants);
    case "sequence": {
      const most = Number(boundText(shape.max, constants));
      return shape.of.kind === "index"
        ? `a list of up to ${most} ${most === 1 ? words(shape.of.set.name) : several(words(shape.of.set.name))}`
        : `a list of up to ${most}, each ${domainText(shape.of, constants)}`;
    }
    case "subset":
      return `a set of ${several(words(shape.set.name))}`;
    case "optional":
      return `"none" | ${domainText(shape.of, constants)}`;
  }
}

const fieldsText = (fields: Readonly<Record<string, Shape>>, constants: Constants): string =>
  `{ ${Object.entries(fields)
    .map(([name, field]) => `${name}: ${domainText(field, constants)}`)
    .join("; ")} }`;

/** Each kind of message with its fields: "remove" of { page: a page } | "reset". */
const messageText = (
  kinds: Readonly<Record<string, readonly string[]>>,
  fields: Readonly<Record<string, Shape>>,
  constants: Constants,
): string =>
  Object.entries(kinds)
    .map(([kind, names]) => {
      const its = names.map((name) => {
        const of = fields[name] as Shape;
        return [name, of.kind === "optional" && of.isLeftOut === true ? of.of : of] as const;
      });
      return `"${kind}"${its.length === 0 ? "" : ` of ${fieldsText(Object.fromEntries(its), constants)}`}`;
    })
    .join(" | ");

const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;

/** The plural of the name of an index set. */
function several(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return noun.replace(/y$/, "ies");
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

function boundText(bound: unknown, constants: Constants): string {
  const value = valueOf(bound, constants, "A bound of a range or a sequence");
  return typeof value === "number" ? `${value}` : show(value);
}
