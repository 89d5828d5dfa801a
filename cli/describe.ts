import { isDecided } from "../checker/index.ts";
import {
  type Action,
  type AnyDomain,
  type Constants,
  type Expectation,
  type PropertyKind,
  type Shape,
  type Variant,
} from "../spec/index.ts";
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
  readonly actions: readonly ActionDescription[];
  readonly properties: readonly { readonly kind: PropertyKind; readonly name: string }[];
  readonly variants: readonly VariantDescription[];
}

export interface ActionDescription {
  readonly name: string;
  readonly actor: string;
  /** What it chooses among. */
  readonly choices: readonly string[];
  readonly fairness: Action["fairness"];
  readonly source?: string;
}

export interface VariantDescription {
  readonly name: string;
  readonly because: string;
  readonly expects: Expectation;
  /** The constants of the variant. */
  readonly constants: Constants;
  /** What a search has to look for to see that it breaks what it should; all properties if undefined. */
  readonly asks: readonly string[] | undefined;
}

/** Describes a protocol with the variants given. */
export function describe({ spec, variants }: Protocol): Description {
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
    actions: Object.entries(spec.actions).map(([name, action]) => ({
      name,
      actor: typeof action.actor === "string" ? action.actor : `each ${action.actor.name}`,
      choices: action.choices
        .slice(typeof action.actor === "string" ? 0 : 1)
        .map((choice) => choiceText(choice, constants)),
      fairness: action.fairness,
      ...(action.source === undefined ? {} : { source: action.source }),
    })),
    properties: Object.entries(spec.properties).map(([name, { kind }]) => ({ kind, name })),
    variants: variants.map(variantOf),
  };
}

function variantOf({ name, because, expects, spec }: Variant): VariantDescription {
  const broken = expects.kind === "breaks" ? expects.properties : [];
  const asks = broken.filter((property) =>
    isDecided(spec.properties[property]?.kind ?? "invariant"),
  );
  return {
    name,
    because,
    expects,
    constants: spec.constants,
    asks: asks.length === 0 ? undefined : asks,
  };
}

function choiceText(choice: AnyDomain, constants: Constants): string {
  return domainText(
    choice.kind === "index set" ? { kind: "index", set: choice } : choice.shape,
    constants,
  );
}

/** A domain in words, its bounds under the default constants. */
function domainText(shape: Shape, constants: Constants): string {
  switch (shape.kind) {
    case "words":
      return shape.words.map((word) => `"${word}"`).join(" | ");
    case "whole":
      return `${boundText(shape.min, constants)} to ${boundText(shape.max, constants)}`;
    case "index":
      return `a ${shape.set.name}`;
    case "each":
      return `for each ${shape.set.name}: ${domainText(shape.of, constants)}`;
    case "record":
      return `{ ${Object.entries(shape.fields)
        .map(([name, field]) => `${name}: ${domainText(field, constants)}`)
        .join("; ")} }`;
    case "sequence":
      return `up to ${boundText(shape.max, constants)} of (${domainText(shape.of, constants)})`;
    case "subset":
      return `a set of ${shape.set.name}s`;
    case "optional":
      return `${domainText(shape.of, constants)} or "none"`;
  }
}

function boundText(bound: unknown, constants: Constants): string {
  return String(typeof bound === "function" ? bound(constants) : bound);
}
