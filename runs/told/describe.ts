import {
  type Action,
  type AnyDomain,
  type Constants,
  type Effect,
  type Expectation,
  type Located,
  type Property,
  type PropertyKind,
  type Shape,
  type Spec,
  show,
  type Variant,
  valueOf,
  words,
} from "../../spec/index.ts";
import type { Protocol } from "./protocol.ts";

/** What there is to say of a protocol without running it, as plain data. */
export interface Description {
  readonly name: string;
  readonly title: string;
  readonly constants: Constants;
  /** What the constants must satisfy, in words. */
  readonly where: readonly string[];
  readonly variables: readonly {
    readonly name: string;
    readonly domain: string;
    readonly isGhost: boolean;
  }[];
  readonly processes: readonly ProcessDescription[];
  readonly actions: readonly ActionDescription[];
  readonly properties: readonly PropertyDescription[];
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

export interface ActionDescription {
  readonly name: string;
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

export interface PropertyDescription {
  readonly name: string;
  readonly kind: PropertyKind;
  readonly choices: readonly string[];
  readonly functions: Functions;
}

/** Condition and effect, or the predicates of a property, as they are written: role and lines of source text. */
export type Functions = Readonly<Record<string, readonly string[]>>;

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

/** What an effect is written to answer: texts, and whether there may be more. */
type Answers = (effect: Effect) => { readonly texts: readonly string[]; readonly isMore: boolean };

const unread: Answers = () => ({ texts: [], isMore: true });

/** Describes a protocol with the variants given; `answers` reads where a step leads whose effect decides. */
export function describe(
  { spec, variants, variant }: Protocol,
  answers: Answers = unread,
): Description {
  const { constants } = spec;
  return {
    name: spec.name,
    title: spec.title,
    constants,
    where: Object.keys(spec.where),
    variables: Object.entries(spec.state).map(([name, { shape, isGhost }]) => ({
      name,
      domain: domainText(shape, constants),
      isGhost,
    })),
    processes: processesOf(spec, answers),
    actions: Object.entries(spec.actions).map(([name, action]) =>
      actionOf(name, action, constants, answers),
    ),
    properties: Object.entries(spec.properties).map(([name, property]) =>
      propertyOf(name, property, constants),
    ),
    variants: variants.map((one) => variantOf(one, answers)),
    expects: spec.expects,
    asks: asksOf(spec.expects),
    variant,
  };
}

function actionOf(
  name: string,
  action: Action,
  constants: Constants,
  answers: Answers,
): ActionDescription {
  const isOfOne = typeof action.actor === "string";
  return {
    name,
    actor: actorText(action.actor),
    choices: action.choices.slice(isOfOne ? 0 : 1).map((choice) => choiceText(choice, constants)),
    fairness: action.fairness,
    source: action.source,
    located: action.located && {
      from: fromOf(action.located),
      to: targetsOf(action.located, answers),
    },
    functions: functionsOf(
      action.located === undefined ? action : { ...action.located, afterwards: action.afterwards },
    ),
  };
}

const actorText = (actor: Action["actor"]): string =>
  typeof actor === "string" ? actor : `each ${words(actor.name)}`;

function processesOf(spec: Spec, answers: Answers): readonly ProcessDescription[] {
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
        .map(({ action, located }) => ({ action, to: targetsOf(located, answers) })),
    })),
  }));
}

const fromOf = ({ process, from }: Located): readonly string[] =>
  from === "anywhere" ? process.places : from;

/** Where a step leads, as far as it is written there; "..." stands for what is not. */
function targetsOf({ process, to, effect }: Located, answers: Answers): readonly string[] {
  if (effect === undefined) return [String(to)];
  const { texts, isMore } = answers(effect);
  const answered = process.places.filter((place) => texts.includes(place));
  if (to !== undefined) return [...new Set([to, ...answered])];
  return isMore ? [...answered, "..."] : answered;
}

function propertyOf(name: string, property: Property, constants: Constants): PropertyDescription {
  return {
    name,
    kind: property.kind,
    choices: property.choices.map((choice) => choiceText(choice, constants)),
    functions: functionsOf(property),
  };
}

/** Where the language has put a predicate together from several, its text says nothing. */
const composed = /^\(\.\.\.all\) =>/;

/** The functions of an action or a property by their roles, but for those that are always true. */
function functionsOf(of: Action | Property | Located): Functions {
  return Object.fromEntries(
    Object.entries(of).flatMap(([role, value]: readonly [string, unknown]) => {
      if (role === "afterwards" && Array.isArray(value)) {
        return [[role, value.flatMap((one) => withoutIndent(String(one)))] as const];
      }
      if (typeof value !== "function") return [];
      const source = Function.prototype.toString.call(value);
      if (source === "() => true") return [];
      return [
        [
          role,
          composed.test(source) ? ["(its text is not known here)"] : withoutIndent(source),
        ] as const,
      ];
    }),
  );
}

/** The lines of a function as if it stood at the left margin. */
function withoutIndent(text: string): readonly string[] {
  const [first = "", ...rest] = text.split("\n");
  const indents = rest.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const least = Math.min(...indents);
  return [first, ...rest.map((line) => line.slice(least))];
}

function changesOf(base: Spec, spec: Spec, answers: Answers): VariantDescription["changes"] {
  const { constants } = spec;
  const changed = <T>(before: Readonly<Record<string, T>>, after: Readonly<Record<string, T>>) =>
    Object.entries(after).filter(([name, value]) => before[name] !== value);
  const removed = (before: object, after: object): readonly string[] =>
    Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return {
    constants: Object.fromEntries(changed(base.constants, constants)),
    actions: changed(base.actions, spec.actions).map(([name, action]) =>
      actionOf(name, action, constants, answers),
    ),
    properties: changed(base.properties, spec.properties).map(([name, property]) =>
      propertyOf(name, property, constants),
    ),
    removed: [...removed(base.actions, spec.actions), ...removed(base.properties, spec.properties)],
  };
}

const asksOf = (expects: Expectation | undefined): readonly string[] | undefined =>
  expects?.kind === "breaks" ? expects.properties : undefined;

function variantOf(its: Variant, answers: Answers): VariantDescription {
  const { name, because, expects, base, spec, mistakes } = its;
  return {
    name,
    because,
    expects,
    mistakes: mistakes?.map(({ message }) => message),
    constants: spec.constants,
    changes: changesOf(base, spec, answers),
    asks: asksOf(expects),
  };
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
