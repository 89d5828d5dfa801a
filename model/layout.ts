import { freeze } from "immer";
import { match } from "ts-pattern";
import { type Constants, type IndexSet, type Shape, SpecError, sizeOf } from "../spec/index.ts";
import { boundOf } from "./shape.ts";

/** A state as the spec's functions see it: an immutable record of the declared variables. */
export type State = Readonly<Record<string, unknown>>;

/** A state as a list of small whole numbers, one a slot; equal states have equal digits. */
export type Digits = readonly number[];

/** Where each element of each index set goes: `exchange[set][from]` is `to`. */
export type Permutation = readonly Int32Array[];

/** What lies where in the slots of a value; offsets count from its first slot. */
export type Parts =
  /** One slot. */
  | { readonly kind: "word" | "whole" | "index" }
  /** `size` values one after the other. */
  | { readonly kind: "each"; readonly size: number; readonly of: Place }
  | {
      readonly kind: "record";
      readonly fields: ReadonlyMap<string, Field>;
      /** Of messages: the fields of each kind; see `Shape`. */
      readonly kinds?: Kinds;
    }
  /** The length, then `max` places; those that are not used are zero. */
  | { readonly kind: "sequence"; readonly max: number; readonly of: Place }
  /** One slot for each element: 1 for a member. */
  | { readonly kind: "subset"; readonly size: number }
  /** 1 if there is a value, then the value, or zeros: "none", or what is left out of a message. */
  | { readonly kind: "optional"; readonly of: Place; readonly isLeftOut: boolean };

type Kinds = Extract<Shape, { kind: "record" }>["kinds"];

/** The parts of a value of one of these kinds. */
export type PartsOf<Kind extends Exclude<Parts["kind"], "word" | "whole" | "index">> = Extract<
  Parts,
  { kind: Kind }
>;

export interface Field {
  readonly offset: number;
  readonly of: Place;
}

/** A part of the state that has a domain of its own: a variable, a field, an element. */
export interface Place {
  readonly slots: number;
  readonly parts: Parts;
  /** Writes a value at an offset; throws `OutOfDomain` with the path to what does not belong. */
  encode(value: unknown, digits: number[], at: number): void;
  decode(digits: Digits, at: number): unknown;
}

/**
 * How each value of one domain is laid out in slots. All methods work at an offset `at` into a list
 * of digits and never look outside their own `slots`.
 */
interface Codec extends Place {
  /** How many values each slot has. */
  readonly radices: readonly number[];
  /** The value that a variable of this domain starts with. */
  readonly first: unknown;
  /** Writes the value with every element of an index set exchanged. */
  permute(digits: Digits, at: number, result: number[], resultAt: number, to: Permutation): void;
}

/** A value outside its domain, on its way to becoming a `SpecError` that names the action. */
export class OutOfDomain extends Error {
  path = "";
  readonly expected: string;
  readonly value: unknown;
  constructor(value: unknown, expected: string) {
    super();
    this.value = value;
    this.expected = expected;
  }
  /** The same, from one level further out. */
  under(step: string): this {
    this.path = step + this.path;
    return this;
  }
}

/** The layout of a protocol's states under fixed constants. */
export interface Layout {
  readonly slots: number;
  /** How many values each slot has: a digit is a whole number below. */
  readonly radices: readonly number[];
  /** The names of the variables, in the order of the declaration. */
  readonly variables: readonly string[];
  /** What lies where: a record of the variables. */
  readonly root: Place;
  /** What the digits are digits of: a record of the variables. */
  readonly shape: Shape;
  /** The index sets that occur in the state; positions in this list number the sets. */
  readonly sets: readonly IndexSet[];
  /** Every variable at the first value of its domain, not yet frozen. */
  first(): State;
  /** Throws `OutOfDomain`. */
  encode(state: State): number[];
  /** Deeply frozen. */
  decode(digits: Digits): State;
  permute(digits: Digits, to: Permutation): number[];
}

/** Lays out the declared variables; a `SpecError` for bounds that are none. */
export function layoutOf(
  state: Readonly<Record<string, { readonly shape: Shape }>>,
  constants: Constants,
  sets: readonly IndexSet[],
): Layout {
  const names = Object.keys(state);
  const fields = Object.fromEntries(
    names.map((name) => [name, (state[name] as { shape: Shape }).shape]),
  );
  const shape: Shape = { kind: "record", fields };
  const whole = compile(shape, constants, sets, "the state");
  return {
    slots: whole.slots,
    radices: whole.radices,
    variables: names,
    root: whole,
    shape,
    sets,
    first: () => structuredClone(whole.first) as State,
    encode: (value) => {
      const digits = new Array<number>(whole.slots).fill(0);
      whole.encode(value, digits, 0);
      return digits;
    },
    decode: (digits) => freeze(whole.decode(digits, 0) as State, true),
    permute: (digits, to) => {
      const result = new Array<number>(whole.slots).fill(0);
      whole.permute(digits, 0, result, 0, to);
      return result;
    },
  };
}

/** Of more slots a state is not made. */
const mostSlots = 2 ** 20;

function repeated(radices: readonly number[], times: number, where: string): readonly number[] {
  const slots = radices.length * times;
  if (slots > mostSlots) {
    throw new SpecError(
      `${where} takes ${slots} values; a state may have ${mostSlots}. Is a constant too large?`,
    );
  }
  return Array.from({ length: times }, () => radices).flat();
}

function compile(
  shape: Shape,
  constants: Constants,
  sets: readonly IndexSet[],
  where: string,
): Codec {
  const inner = (of: Shape, step: string): Codec => compile(of, constants, sets, `${where}${step}`);
  return match(shape)
    .returnType<Codec>()
    .with({ kind: "words" }, ({ words }) => wordCodec(words, where))
    .with({ kind: "whole" }, ({ min, max }) =>
      wholeCodec(boundOf(min, constants, where), boundOf(max, constants, where), where),
    )
    .with({ kind: "index" }, ({ set }) => {
      const size = sizeOf(set.size, constants, `"${set.name}"`);
      if (size === 0)
        throw new SpecError(`${where} is one of "${set.name}", which is empty; use optional(...).`);
      return indexCodec(set.name, size, sets.indexOf(set), where);
    })
    .with({ kind: "each" }, ({ set, of }) =>
      eachCodec(
        set,
        sizeOf(set.size, constants, `"${set.name}"`),
        sets.indexOf(set),
        inner(of, `[${set.name}]`),
        where,
      ),
    )
    .with({ kind: "record" }, ({ fields, kinds }) =>
      recordCodec(
        Object.entries(fields).map(([name, of]) => [name, inner(of, `.${name}`)] as const),
        kinds,
      ),
    )
    .with({ kind: "sequence" }, ({ of, max }) =>
      sequenceCodec(inner(of, "[]"), sizeOf(max, constants, `the sequence at ${where}`), where),
    )
    .with({ kind: "subset" }, ({ set }) =>
      subsetCodec(set.name, sizeOf(set.size, constants, `"${set.name}"`), sets.indexOf(set), where),
    )
    .with({ kind: "optional", isLeftOut: true }, ({ of }) => optionalCodec(inner(of, ""), true))
    .with({ kind: "optional", of: { kind: "words" } }, ({ of }) => {
      if (of.words.includes("none"))
        throw new SpecError(`${where} is optional, and "none" is one of its words.`);
      return optionalCodec(inner(of, ""));
    })
    .with({ kind: "optional" }, ({ of }) =>
      // Nothing can be chosen from an empty set: the variable is "none" for good.
      of.kind === "index" && sizeOf(of.set.size, constants, `"${of.set.name}"`) === 0
        ? wordCodec(["none"], where)
        : optionalCodec(inner(of, "")),
    )
    .exhaustive();
}

/** The largest number of values of one slot: a digit is a character of a state's key. */
const radix = 65_536;

function wordCodec(words: readonly string[], where: string): Codec {
  if (new Set(words).size !== words.length) throw new SpecError(`${where} lists a word twice.`);
  const rank = new Map(words.map((word, position) => [word, position]));
  return scalar("word", words[0], words.length, {
    encode: (value) => {
      const digit = rank.get(value as string);
      if (digit === undefined)
        throw new OutOfDomain(value, `one of ${words.map(quoted).join(", ")}`);
      return digit;
    },
    decode: (digit) => words[digit],
  });
}

function wholeCodec(min: number, max: number, where: string): Codec {
  if (min > max) throw new SpecError(`The range of ${where} is empty: ${min} to ${max}.`);
  if (max - min >= radix) {
    throw new SpecError(`The range of ${where} has more than ${radix} values: ${min} to ${max}.`);
  }
  return scalar("whole", min, max - min + 1, {
    encode: (value) => {
      if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
        throw new OutOfDomain(value, `a whole number from ${min} to ${max}`);
      }
      return (value as number) - min + 0; // a zero has no sign
    },
    decode: (digit) => digit + min,
  });
}

function scalar(
  kind: "word" | "whole",
  first: unknown,
  values: number,
  code: { encode(value: unknown): number; decode(digit: number): unknown },
): Codec {
  return {
    slots: 1,
    parts: { kind },
    radices: [values],
    first,
    encode: (value, digits, at) => {
      digits[at] = code.encode(value);
    },
    decode: (digits, at) => code.decode(digits[at] as number),
    permute: (digits, at, result, resultAt) => {
      result[resultAt] = digits[at] as number;
    },
  };
}

function checkIndex(value: unknown, set: string, size: number): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) >= size) {
    throw new OutOfDomain(value, `one of the ${size} elements of "${set}"`);
  }
  return value as number;
}

function indexCodec(name: string, size: number, set: number, where: string): Codec {
  if (size > radix) {
    throw new SpecError(
      `${where} is one of "${name}", which has ${size} elements; there may be ${radix}.`,
    );
  }
  return {
    slots: 1,
    parts: { kind: "index" },
    radices: [size],
    first: 0,
    encode: (value, digits, at) => {
      digits[at] = checkIndex(value, name, size);
    },
    decode: (digits, at) => digits[at],
    permute: (digits, at, result, resultAt, to) => {
      result[resultAt] = (to[set] as Int32Array)[digits[at] as number] as number;
    },
  };
}

function eachCodec(indexSet: IndexSet, size: number, set: number, of: Codec, where: string): Codec {
  const { slots } = of;
  return {
    slots: size * slots,
    parts: { kind: "each", size, of },
    radices: repeated(of.radices, size, where),
    first: Array.from({ length: size }, () => of.first),
    encode: (value, digits, at) => {
      if (!Array.isArray(value))
        throw new OutOfDomain(value, `one value for each "${indexSet.name}"`);
      if (value.length !== size) {
        throw new OutOfDomain(
          value[value.length - 1],
          `one value for each of the ${size} elements of "${indexSet.name}", not ${value.length}`,
        ).under(`[${value.length - 1}]`);
      }
      for (let element = 0; element < size; element++) {
        try {
          of.encode(value[element], digits, at + element * slots);
        } catch (error) {
          throw error instanceof OutOfDomain ? error.under(`[${indexSet.label(element)}]`) : error;
        }
      }
    },
    decode: (digits, at) => {
      const values = new Array<unknown>(size);
      for (let element = 0; element < size; element++) {
        values[element] = of.decode(digits, at + element * slots);
      }
      return values;
    },
    permute: (digits, at, result, resultAt, to) => {
      const targets = to[set] as Int32Array;
      for (let element = 0; element < size; element++) {
        const target = targets[element] as number;
        of.permute(digits, at + element * slots, result, resultAt + target * slots, to);
      }
    },
  };
}

function recordCodec(fields: readonly (readonly [string, Codec])[], kinds?: Kinds): Codec {
  const offsets: number[] = [];
  let slots = 0;
  for (const [, codec] of fields) {
    offsets.push(slots);
    slots += codec.slots;
  }
  const names = new Set(fields.map(([name]) => name));
  return {
    slots,
    parts: {
      kind: "record",
      kinds,
      fields: new Map(
        fields.map(([name, of], position) => [name, { offset: offsets[position] as number, of }]),
      ),
    },
    radices: fields.flatMap(([, codec]) => codec.radices),
    first: kinds === undefined ? firstOf(fields) : firstMessage(fields, kinds),
    encode: (value, digits, at) => {
      if (typeof value !== "object" || value === null) {
        throw new OutOfDomain(value, `a record of ${[...names].join(", ")}`);
      }
      for (const name of Object.keys(value)) {
        if (!names.has(name)) {
          throw new OutOfDomain(Reflect.get(value, name), "nothing: it is not declared").under(
            `.${name}`,
          );
        }
      }
      if (kinds !== undefined) checkMessage(value, kinds);
      fields.forEach(([name, codec], position) => {
        try {
          codec.encode(Reflect.get(value, name), digits, at + (offsets[position] as number));
        } catch (error) {
          throw error instanceof OutOfDomain ? error.under(`.${name}`) : error;
        }
      });
    },
    decode: (digits, at) => {
      const result: Record<string, unknown> = {};
      for (let position = 0; position < fields.length; position++) {
        const [name, codec] = fields[position] as (typeof fields)[number];
        const its = codec.decode(digits, at + (offsets[position] as number));
        if (its !== undefined) result[name] = its;
      }
      return result;
    },
    permute: (digits, at, result, resultAt, to) => {
      for (let position = 0; position < fields.length; position++) {
        const offset = offsets[position] as number;
        (fields[position] as (typeof fields)[number])[1].permute(
          digits,
          at + offset,
          result,
          resultAt + offset,
          to,
        );
      }
    },
  };
}

const firstOf = (fields: readonly (readonly [string, Codec])[]): Record<string, unknown> =>
  Object.fromEntries(fields.map(([name, codec]) => [name, codec.first]));

/** A message of the first kind. */
function firstMessage(
  fields: readonly (readonly [string, Codec])[],
  kinds: NonNullable<Kinds>,
): object {
  const [names = []] = Object.values(kinds);
  const its = fields.filter(([name]) => name === "kind" || names.includes(name));
  return firstOf(
    its.map(([name, codec]) => {
      const { parts } = codec;
      return [name, parts.kind === "optional" && parts.isLeftOut ? (parts.of as Codec) : codec];
    }),
  );
}

/** Throws `OutOfDomain` for a message with a field that its kind has not, or without one that it has. */
export function checkMessage(value: object, kinds: NonNullable<Kinds>): void {
  const kind: unknown = Reflect.get(value, "kind");
  const names = typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (names === undefined) {
    const known = Object.keys(kinds).map(quoted).join(", ");
    throw new OutOfDomain(kind, `one of ${known}`).under(".kind");
  }
  for (const name of Object.keys(value)) {
    if (name === "kind" || names.includes(name)) continue;
    throw new OutOfDomain(
      Reflect.get(value, name),
      `left out: a message of kind "${String(kind)}" has no ${name}`,
    ).under(`.${name}`);
  }
  for (const name of names) {
    if (Reflect.get(value, name) !== undefined) continue;
    throw new OutOfDomain(
      undefined,
      `given: a message of kind "${String(kind)}" has ${name}`,
    ).under(`.${name}`);
  }
}

/** The length, then the values; unused places are zero, so that equal sequences have equal digits. */
function sequenceCodec(of: Codec, max: number, where: string): Codec {
  if (max >= radix)
    throw new SpecError(`${where} has up to ${max} values; there may be ${radix - 1}.`);
  const { slots } = of;
  return {
    slots: 1 + max * slots,
    parts: { kind: "sequence", max, of },
    radices: [max + 1, ...repeated(of.radices, max, where)],
    first: [],
    encode: (value, digits, at) => {
      if (!Array.isArray(value)) throw new OutOfDomain(value, "a sequence");
      if (value.length > max) {
        throw new OutOfDomain(value, `a sequence of at most ${max} values, not ${value.length}`);
      }
      digits[at] = value.length;
      for (let place = 0; place < value.length; place++) {
        try {
          of.encode(value[place], digits, at + 1 + place * slots);
        } catch (error) {
          throw error instanceof OutOfDomain ? error.under(`[${place}]`) : error;
        }
      }
    },
    decode: (digits, at) =>
      Array.from({ length: digits[at] as number }, (_, place) =>
        of.decode(digits, at + 1 + place * slots),
      ),
    permute: (digits, at, result, resultAt, to) => {
      const length = digits[at] as number;
      result[resultAt] = length;
      for (let place = 0; place < length; place++) {
        of.permute(digits, at + 1 + place * slots, result, resultAt + 1 + place * slots, to);
      }
    },
  };
}

function subsetCodec(name: string, size: number, set: number, where: string): Codec {
  return {
    slots: size,
    parts: { kind: "subset", size },
    radices: repeated([2], size, where),
    first: new Set(),
    encode: (value, digits, at) => {
      if (!(value instanceof Set)) throw new OutOfDomain(value, `a Set of elements of "${name}"`);
      for (const element of value) digits[at + checkIndex(element, name, size)] = 1;
    },
    decode: (digits, at) => {
      const members = new Set<number>();
      for (let element = 0; element < size; element++) {
        if (digits[at + element] === 1) members.add(element);
      }
      return members;
    },
    permute: (digits, at, result, resultAt, to) => {
      const targets = to[set] as Int32Array;
      for (let element = 0; element < size; element++) {
        result[resultAt + (targets[element] as number)] = digits[at + element] as number;
      }
    },
  };
}

/** A slot that says whether there is a value, then the value, or zeros. */
function optionalCodec(of: Codec, isLeftOut = false): Codec {
  const none = isLeftOut ? undefined : "none";
  return {
    slots: 1 + of.slots,
    parts: { kind: "optional", of, isLeftOut },
    radices: [2, ...of.radices],
    first: none,
    encode: (value, digits, at) => {
      if (value === none) return;
      digits[at] = 1;
      of.encode(value, digits, at + 1);
    },
    decode: (digits, at) => (digits[at] === 0 ? none : of.decode(digits, at + 1)),
    permute: (digits, at, result, resultAt, to) => {
      result[resultAt] = digits[at] as number;
      if (digits[at] === 1) of.permute(digits, at + 1, result, resultAt + 1, to);
    },
  };
}

const quoted = (word: string): string => `"${word}"`;
