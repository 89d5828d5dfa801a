/** A checkpoint is of the same protocol only if its functions see the same, in whichever way they keep it. */
import { describe, expect, it } from "vitest";
import { declare, range } from "../spec/index.ts";
import type { Bundle } from "./bundle.ts";
import { fingerprint } from "./fingerprint.ts";

type Question = (n: number) => boolean;

/** Ways to ask whether a number is the one given, which stands outside of the question. */
const ways: Readonly<Record<string, (given: number) => Question>> = {
  "a variable": (given) => (n) => given === n,
  "a field": (given) => {
    const object = { given };
    return (n) => object.given === n;
  },
  "a field that is not enumerable": (given) => {
    const object = Object.defineProperty({}, "given", { value: given });
    return (n) => Reflect.get(object, "given") === n;
  },
  "a field under a symbol": (given) => {
    const key = Symbol("given");
    const object = { [key]: given };
    return (n) => object[key] === n;
  },
  "an accessor": (given) => {
    const object = {
      get given() {
        return given;
      },
    };
    return (n) => object.given === n;
  },
  "a field of its prototype": (given) => {
    const object = Object.create({ given }) as object;
    return (n) => Reflect.get(object, "given") === n;
  },
  "a private field": (given) => {
    class Holder {
      readonly #given = given;
      is(n: number): boolean {
        return this.#given === n;
      }
    }
    const holder = new Holder();
    return (n) => holder.is(n);
  },
  "a private field that is static": (given) => {
    class Holder {
      static readonly #given = given;
      static is(n: number): boolean {
        return Holder.#given === n;
      }
    }
    return (n) => Holder.is(n);
  },
  "a private field that is static, of a class that sees nothing else": (given) => {
    // By the time that it is asked for it is the field alone that knows.
    const numbers = [given];
    class Holder {
      static readonly #given = numbers.pop();
      static is(n: number): boolean {
        return Holder.#given === n;
      }
    }
    return (n) => Holder.is(n);
  },
  "a field of a prototype that says it is another's": (given) => {
    const object = Object.create({ given, constructor: Object }) as object;
    return (n) => Reflect.get(object, "given") === n;
  },
  "an instance that is yet to be made": (given) => {
    class Holder {
      readonly given = given;
    }
    return (n) => new Holder().given === n;
  },
  "what a function is bound to": (given) => {
    const same = ((one: number, other: number) => one === other).bind(undefined, given);
    return (n) => same(n);
  },
  "a function that is bound itself": (given) =>
    ((one: number, other: number) => one === other).bind(undefined, given),
  "a property of a function": (given) => {
    const holder = Object.assign(() => {}, { given });
    return (n) => holder.given === n;
  },
  "a function in a function": (given) => {
    const outer = () => () => given;
    const inner = outer();
    return (n) => inner() === n;
  },
  "a date": (given) => {
    const date = new Date(given);
    return (n) => date.getTime() === n;
  },
  "a regular expression": (given) => {
    const expression = new RegExp(`^${given}$`, "u");
    return (n) => expression.test(String(n));
  },
  "the end of a long text": (given) => {
    const text = "x".repeat(100_000) + String(given);
    return (n) => text.endsWith(`x${n}`);
  },
  "a long whole number": (given) => {
    const number = BigInt(given);
    return (n) => number === BigInt(n);
  },
  "a number as an object": (given) => {
    const number = Object(given) as number;
    return (n) => number.valueOf() === n;
  },
  "a map": (given) => {
    const map = new Map([["it", { given }]]);
    return (n) => map.get("it")?.given === n;
  },
  "a class of maps": (given) => {
    class Holder extends Map<string, number> {}
    const map = new Holder([["it", given]]);
    return (n) => map.get("it") === n;
  },
  "a weak map": (given) => {
    const key = {};
    const map = new WeakMap([[key, given]]);
    return (n) => map.get(key) === n;
  },
  "the rest of a map": (given) => {
    const rest = new Map([["it", given]]).values();
    return (n) => [...rest].includes(n);
  },
  "typed numbers": (given) => {
    const numbers = new Uint32Array([0, given]);
    return (n) => numbers[1] === n;
  },
  "a buffer": (given) => {
    const { buffer } = new Uint32Array([given]);
    return (n) => new Uint32Array(buffer)[0] === n;
  },
  "a view of a buffer": (given) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setInt32(4, given);
    return (n) => view.getInt32(4) === n;
  },
  "a proxy": (given) => {
    const object = new Proxy({ given }, {});
    return (n) => object.given === n;
  },
};

/** All that is written here is the user's. */
const bundleOf = (way: (given: number) => Question): Bundle => ({
  file: "/tmp/asks.ts",
  code: String(way),
  map: "",
  warnings: "",
  isOfHintproof: true,
  builtins: [],
});

function fingerprintOf(way: (given: number) => Question, given: number): string {
  const is = way(given);
  const { action, invariant, spec } = declare({ state: { at: range(0, 9) } });
  const its = spec({
    name: "asks",
    title: "ask what stands outside",
    actions: { counts: action("counter", { effect: (state) => void (state.at = 1) }) },
    invariants: { isNot: invariant({ holds: Object.assign(() => true, { is }) }) },
  });
  return fingerprint(its, bundleOf(way));
}

describe.each(Object.entries(ways))("%s", (_, way) => {
  it("is a question of what was given", () => {
    expect([way(3)(3), way(3)(4)]).toEqual([true, false]);
  });

  it("is told from another one, and not from the same", () => {
    expect(fingerprintOf(way, 4)).not.toBe(fingerprintOf(way, 3));
    expect(fingerprintOf(way, 3)).toBe(fingerprintOf(way, 3));
  });
});

it("what cannot be compared is never the same", () => {
  const way = (given: number): Question => {
    const numbers = (function* all() {
      for (;;) yield given;
    })();
    return (n) => numbers.next().value === n;
  };
  expect(fingerprintOf(way, 3)).not.toBe(fingerprintOf(way, 3));
});
