import type { AnyDomain, Choices, Constants, IndexSet, Shape } from "../../spec/index.ts";

/** A value as JSON has it: a subset is the sorted list of its members. */
export type Plain = string | number | readonly Plain[] | { readonly [field: string]: Plain };

/** The spec is at fault: a value outside its domain, an answer that is none, an error in a function. */
export class Fault extends Error {
  override readonly name = "Fault";
}

export const shapeOf = (of: AnyDomain): Shape =>
  of.kind === "domain" ? of.shape : { kind: "index", set: of };

export const sizeOf = (size: IndexSet["size"], constants: Constants): number =>
  typeof size === "number" ? size : size(constants as never);

/** The first value of a domain. */
export function firstOf(shape: Shape, constants: Constants): Plain {
  switch (shape.kind) {
    case "words":
      return shape.words[0] as string;
    case "whole":
      return sizeOf(shape.min, constants);
    case "index":
      return 0;
    case "each":
      return elementsOf(shape.set, constants).map(() => firstOf(shape.of, constants));
    case "record": {
      const [kind] = Object.keys(shape.kinds ?? {});
      return overFields(fieldsOf(shape, kind), (of) => firstOf(of, constants));
    }
    case "sequence":
    case "subset":
      return [];
    case "optional":
      return "none";
  }
}

/** A value as JSON has it; a `Fault` if it is not of the domain. */
export function plainOf(shape: Shape, value: unknown, constants: Constants): Plain {
  switch (shape.kind) {
    case "words":
      return demand(shape.words.includes(value as string), value as string, "a word");
    case "whole": {
      const [min, max] = [sizeOf(shape.min, constants), sizeOf(shape.max, constants)];
      const number = Number(value) + 0;
      const fits = typeof value === "number" && Number.isInteger(value);
      return demand(fits && number >= min && number <= max, number, "a number in its range");
    }
    case "index":
      return element(shape.set, value, constants);
    case "each": {
      const list = listOf(value);
      const { length } = elementsOf(shape.set, constants);
      demand(list.length === length, 0, "one value for each element");
      return Array.from(list, (one) => plainOf(shape.of, one, constants));
    }
    case "record": {
      demand(typeof value === "object" && value !== null, 0, "a record");
      const given = value as Readonly<Record<string, unknown>>;
      const fields = fieldsOf(shape, given["kind"]);
      demand(
        Object.keys(given).every((name) => name in fields),
        0,
        "a record of these fields",
      );
      return overFields(fields, (of, name) => plainOf(of, given[name], constants));
    }
    case "sequence": {
      const list = listOf(value);
      demand(list.length <= sizeOf(shape.max, constants), 0, "so long a sequence");
      return Array.from(list, (one) => plainOf(shape.of, one, constants));
    }
    case "subset": {
      demand(value instanceof Set, 0, "a subset");
      const members = [...(value as Set<unknown>)];
      return members
        .map((member) => element(shape.set, member, constants))
        .toSorted((one, other) => one - other);
    }
    case "optional":
      return value === "none" ? "none" : plainOf(shape.of, value, constants);
  }
}

/** A new value of the spec's own kind, of which no part is shared with any other. */
export function valueOf(shape: Shape, plain: Plain): unknown {
  switch (shape.kind) {
    case "each":
    case "sequence":
      return (plain as readonly Plain[]).map((one) => valueOf(shape.of, one));
    case "record": {
      const its = plain as Readonly<Record<string, Plain>>;
      return overFields(fieldsOf(shape, its["kind"]), (of, name) =>
        valueOf(of, its[name] as Plain),
      );
    }
    case "subset":
      return new Set(plain as readonly number[]);
    case "optional":
      return plain === "none" ? "none" : valueOf(shape.of, plain);
    default:
      return plain;
  }
}

/** The fields that a record has or, of messages, one of a kind. */
export function fieldsOf(
  { fields, kinds }: Extract<Shape, { kind: "record" }>,
  kind: unknown,
): Readonly<Record<string, Shape>> {
  if (kinds === undefined) return fields;
  const names = demand(Object.hasOwn(kinds, String(kind)), kinds[String(kind)], "a message");
  const unwrapped = ["kind", ...(names ?? [])].map((name) => {
    const of = fields[name] as Shape;
    return [name, of.kind === "optional" && of.isLeftOut === true ? of.of : of] as const;
  });
  return Object.fromEntries(unwrapped);
}

/** Every list of one value from each of the choices, the last choice varying fastest. */
export function combinationsOf(choices: Choices, constants: Constants): readonly Plain[][] {
  let lists: Plain[][] = [[]];
  for (const choice of choices) {
    const values = choosable(shapeOf(choice), constants);
    lists = lists.flatMap((list) => values.map((value) => [...list, value]));
  }
  return lists;
}

export const elementsOf = ({ size }: IndexSet, constants: Constants): readonly number[] =>
  Array.from({ length: sizeOf(size, constants) }, (_, number) => number);

function choosable(shape: Shape, constants: Constants): readonly Plain[] {
  switch (shape.kind) {
    case "words":
      return shape.words;
    case "index":
      return elementsOf(shape.set, constants);
    case "whole": {
      const [min, max] = [sizeOf(shape.min, constants), sizeOf(shape.max, constants)];
      return Array.from({ length: Math.max(0, max - min + 1) }, (_, number) => min + number);
    }
    default:
      throw new Fault(`A ${shape.kind} is no choice.`);
  }
}

export function overFields<From, To>(
  fields: Readonly<Record<string, From>>,
  change: (of: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, change(of, name)]));
}

function element(set: IndexSet, value: unknown, constants: Constants): number {
  const fits = elementsOf(set, constants).includes(value as number);
  return demand(fits, value as number, `an element of ${set.name}`);
}

function listOf(value: unknown): readonly unknown[] {
  return demand(Array.isArray(value), value as readonly unknown[], "a list");
}

function demand<Value>(fits: boolean, value: Value, wanted: string): Value {
  if (!fits) throw new Fault(`A value is not ${wanted}.`);
  return value;
}
