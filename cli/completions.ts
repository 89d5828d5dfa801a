import {
  type Action,
  type Constants,
  hasBound,
  judgedAnyway,
  type PropertyKind,
} from "../spec/index.ts";
import type { Description, Protocol } from "../runs/told/index.ts";

/** A word that can stand where the cursor does, and what there is to say of it. */
export interface Completion {
  readonly word: string;
  readonly about: string;
}

/** What an argument or the value of an option is. */
export type Completes = FileKind | NameKind;

/** The names of files, which a shell completes by itself; a shipped protocol stands where a file with code does. */
export type FileKind = "protocol" | "code" | "json" | "text" | "file";

/** What a protocol has names for. */
export type NameKind =
  | "variant"
  | "property"
  | "bounded property"
  | "constant"
  | "fair action"
  | "part";

/** What can be named of a protocol, or of one of its variants. */
export interface Named {
  readonly constants: Constants;
  readonly actions: readonly { readonly name: string; readonly fairness: Action["fairness"] }[];
  readonly properties: readonly { readonly name: string; readonly kind: PropertyKind }[];
  readonly variants: readonly { readonly name: string; readonly because: string }[];
}

/** What a protocol has of a kind; of constants, their values once their name is `typed`. */
export const namesOf: Readonly<
  Record<NameKind, (named: Named, typed: string) => readonly Completion[]>
> = {
  variant: ({ variants }) => variants.map(({ name, because }) => ({ word: name, about: because })),
  property: ({ properties }) => [
    ...properties.map(({ name, kind }) => ({ word: name, about: kind })),
    ...judgedAnyway.map((word) => ({ word, about: "" })),
  ],
  "bounded property": ({ properties }) =>
    properties.flatMap(({ name, kind }) => (hasBound(kind) ? [{ word: name, about: kind }] : [])),
  constant: ({ constants }, typed) => {
    const set = /^(.*?)=/s.exec(typed)?.[1];
    return Object.entries(constants).flatMap(([name, value]) => {
      if (set === undefined) return [{ word: `${name}=`, about: String(value) }];
      const values = typeof value === "boolean" ? [true, false] : [value];
      return name === set ? values.map((one) => ({ word: `${name}=${one}`, about: "" })) : [];
    });
  },
  "fair action": ({ actions }) =>
    actions.flatMap(({ name, fairness }) =>
      fairness === "none" ? [] : [{ word: name, about: `${fairness}ly fair` }],
    ),
  part: ({ actions, properties, variants }) => [
    ...actions.map(({ name }) => ({ word: name, about: "action" })),
    ...properties.map(({ name, kind }) => ({ word: name, about: kind })),
    ...variants.map(({ name, because }) => ({ word: name, about: because })),
  ],
};

/** What a protocol that is loaded declares. */
export function declared({ spec, variants }: Protocol, variant: string | undefined): Named {
  const { constants, actions, properties } =
    variants.find(({ name }) => name === variant)?.spec ?? spec;
  return {
    constants,
    actions: Object.entries(actions).map(([name, { fairness }]) => ({ name, fairness })),
    properties: Object.entries(properties).map(([name, { kind }]) => ({ name, kind })),
    variants,
  };
}

/** What a description of a protocol says of it. */
export function said(description: Description, name: string | undefined): Named {
  const variant = description.variants.find((one) => one.name === name);
  if (variant === undefined) return description;
  const { actions, properties, removed } = variant.changes;
  return {
    constants: variant.constants,
    actions: changed(description.actions, actions, removed),
    properties: changed(description.properties, properties, removed),
    variants: description.variants,
  };
}

function changed<Part extends { readonly name: string }>(
  before: readonly Part[],
  replacing: readonly Part[],
  removed: readonly string[],
): readonly Part[] {
  const gone = new Set([...removed, ...replacing.map(({ name }) => name)]);
  return [...before.filter(({ name }) => !gone.has(name)), ...replacing];
}
