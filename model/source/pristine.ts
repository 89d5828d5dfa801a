/*
 * Whether JavaScript is what it was before any spec was loaded. A spec may well have changed what this file itself
 * would use: everything is taken beforehand, and nothing is called as a method.
 */

interface Known {
  readonly name: string;
  readonly object: object;
}

const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const { is } = Object;
const prototypeOf = (value: unknown): object => getPrototypeOf(Object(value) as object) as object;

const classes = {
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Symbol,
  BigInt,
  Set,
  Map,
  WeakSet,
  WeakMap,
  RegExp,
  Promise,
};
const arrayIterator = prototypeOf([][Symbol.iterator]());
const generator = prototypeOf(function* (): Generator {});

const known: readonly Known[] = [
  ...Object.entries(classes).flatMap(([name, its]) => [
    { name, object: its },
    { name: `${name}.prototype`, object: its.prototype as object },
  ]),
  { name: "Error.prototype", object: Error.prototype },
  { name: "Math", object: Math },
  { name: "JSON", object: JSON },
  { name: "Reflect", object: Reflect },
  { name: "the prototype of iterators", object: prototypeOf(arrayIterator) },
  { name: "the iterator of arrays", object: arrayIterator },
  { name: "the iterator of sets", object: prototypeOf(new Set()[Symbol.iterator]()) },
  { name: "the iterator of maps", object: prototypeOf(new Map()[Symbol.iterator]()) },
  { name: "the iterator of texts", object: prototypeOf(""[Symbol.iterator]()) },
  { name: "the iterator of matches", object: prototypeOf("".matchAll(/./g)) },
  { name: "the prototype of generators", object: generator },
  {
    name: "the prototype of what generators make",
    object: Reflect.get(generator, "prototype") as object,
  },
];

/** What is replaced by a guard (see outside.ts), and is never followed. */
const guarded = (key: PropertyKey): boolean => key === "constructor" || key === "random";

interface Property {
  readonly key: PropertyKey;
  readonly value: unknown;
  readonly get: unknown;
  readonly set: unknown;
}

const partOf = (its: object | undefined, part: string): unknown =>
  its === undefined ? undefined : (getOwnPropertyDescriptor(its, part)?.value as unknown);

function propertyOf(object: object, key: PropertyKey): Property {
  const its = getOwnPropertyDescriptor(object, key);
  return { key, value: partOf(its, "value"), get: partOf(its, "get"), set: partOf(its, "set") };
}

const before = known.map(({ object }) => ownKeys(object).map((key) => propertyOf(object, key)));

/** What of JavaScript's own is not what it was. */
export interface Changed {
  /** "Array.prototype.map". */
  readonly name: string;
  /** Whether it is nothing but new, and in none of what every object has. */
  readonly isHarmless: boolean;
}

const shown = (name: string, key: PropertyKey): string =>
  typeof key === "symbol" ? `${name}, ${String(key.description)}` : `${name}.${String(key)}`;

/** What a spec has changed in JavaScript's own objects; undefined if that is nothing. */
export function changedOfJavaScript(): Changed | undefined {
  let added: Changed | undefined;
  for (let i = 0; i < known.length; i++) {
    const { name, object } = known[i] as Known;
    const properties = before[i] as readonly Property[];
    for (let j = 0; j < properties.length; j++) {
      const was = properties[j] as Property;
      if (guarded(was.key)) continue;
      const now = propertyOf(object, was.key);
      if (is(now.value, was.value) && now.get === was.get && now.set === was.set) continue;
      return { name: shown(name, was.key), isHarmless: false };
    }
    const keys = ownKeys(object);
    for (let j = 0; j < keys.length; j++) {
      const key = keys[j] as PropertyKey;
      let isKnown = false;
      for (let k = 0; k < properties.length; k++)
        isKnown ||= (properties[k] as Property).key === key;
      if (isKnown) continue;
      added ??= { name: shown(name, key), isHarmless: object !== Object.prototype };
      if (!added.isHarmless) return added;
    }
  }
  return added;
}
