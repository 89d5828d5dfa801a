/**
 * Ways in which a callback passes something on beside its answer: each adds up a list, and no callback of it answers
 * anything that depends on the list. Whoever takes the answers of a callback for all that it does is wrong about each.
 */
import type { Sum } from "./places.ts";

type Adds = Readonly<Record<string, Sum<readonly number[]>>>;

let total = 0;
let kept: number[] = [];
const box = { sum: 0 };

/** Lists are short, and what they hold is small. */
const values = [0, 1, 2, 3] as const;

function keep(value: number): true {
  total += value;
  return true;
}

function keepLater(value: number): true {
  return keep(value);
}

function keepsEven(value: number, left: number): true {
  return left === 0 ? keep(value) : keepsOdd(value, left - 1);
}

function keepsOdd(value: number, left: number): true {
  return left === 0 ? keep(value) : keepsEven(value, left - 1);
}

const addUp = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0);

/** What was kept of a list while it was gone through. */
function totalOf(go: () => void): number {
  total = 0;
  go();
  return total;
}

/** The same for what was put into a list. */
function keptOf(go: (into: number[]) => void): number {
  kept = [];
  go(kept);
  return addUp(kept);
}

/** Hands a value to a hook of an object by whatever the language calls behind one's back. */
const hooks = <Hook>(make: (value: number) => Hook): readonly Hook[] => values.map(make);

const assignments: Adds = {
  "assigns to a variable around it": (list) => {
    let sum = 0;
    list.every((value) => {
      sum += value;
      return true;
    });
    return sum;
  },
  "assigns, and then answers": (list) => {
    let sum = 0;
    list.some((value) => ((sum = sum + value), false));
    return sum;
  },
  "takes a list apart into a variable": (list) => {
    let sum = 0;
    list.every((value) => {
      [sum] = [sum + value];
      return true;
    });
    return sum;
  },
  "takes an object apart into a variable": (list) => {
    let sum = 0;
    list.every((value) => {
      ({ sum } = { sum: sum + value });
      return true;
    });
    return sum;
  },
  "takes an object apart into a variable of another name": (list) => {
    let sum = 0;
    list.every((value) => {
      ({ value: sum } = { value: sum + value });
      return true;
    });
    return sum;
  },
  "takes a list apart with a default": (list) => {
    let sum = 0;
    list.findIndex((value) => {
      const none: number[] = [];
      [sum = sum + value] = none;
      return false;
    });
    return sum;
  },
  "takes the rest of a list": (list) => {
    let rest: number[] = [];
    list.every((value) => {
      [...rest] = [...rest, value];
      return true;
    });
    return addUp(rest);
  },
  "assigns in the default of a parameter": (list) => {
    let sum = 0;
    const ask = (value: number, _at: number, _all: unknown, next = (sum += value)): boolean =>
      next >= 0;
    list.every(ask);
    return sum;
  },
  "assigns by &&=": (list) => {
    let sum = 1;
    list.every((value) => {
      sum &&= sum + value;
      return true;
    });
    return sum - 1;
  },
  "assigns by ??=": (list) => {
    const seen: Record<string, number> = {};
    list.every((value, at) => {
      seen[at] ??= value;
      return true;
    });
    return addUp(Object.values(seen));
  },
  "is the variable of a for-of loop": (list) => {
    let sum = 0;
    list.every((value) => {
      for (sum of [sum + value]);
      return true;
    });
    return sum;
  },
  "is the variable of a for-in loop": (list) => {
    let sum = "0";
    list.every((value) => {
      for (sum in { [Number(sum) + value]: 0 });
      return true;
    });
    return Number(sum);
  },
  "counts in a loop": (list) => {
    let sum = 0;
    list.forEach((value) => {
      for (let left = value; left > 0; left--) sum++;
    });
    return sum;
  },
  "counts in a place with a computed name": (list) => {
    const seen = [0, 0, 0, 0];
    list.every((value) => {
      ++(seen as Record<number, number>)[value]!;
      return true;
    });
    return addUp(seen.map((count, value) => count * value));
  },
  "assigns behind a label": (list) => {
    let sum = 0;
    list.every((value) => {
      out: {
        sum += value;
        if (sum >= 0) break out;
      }
      return true;
    });
    return sum;
  },
  "assigns to a variable of an unusual name": (list) => {
    let π = 0;
    list.every((value) => {
      π += value;
      return true;
    });
    return π;
  },
  "assigns in a part of a class": (list) => {
    let sum = 0;
    list.every((value) => {
      class Part {
        static {
          sum += value;
        }
      }
      return Part.length === 0;
    });
    return sum;
  },
};

const decoys: Adds = {
  "declares a variable of the same name inside": (list) => {
    let sum = 0;
    list.every((value) => {
      sum += value;
      {
        const sum = value;
        return sum >= 0;
      }
    });
    return sum;
  },
  "declares it in a function inside": (list) => {
    let sum = 0;
    list.every((value) => {
      const other = (): number => {
        const sum = value;
        return sum;
      };
      sum += value;
      return other() >= 0;
    });
    return sum;
  },
  "declares it in a text": (list) => {
    let sum = 0;
    list.every((value) => {
      sum += value;
      return "let sum = 0".length > 0;
    });
    return sum;
  },
  "declares it in a template": (list) => {
    let sum = 0;
    list.every((value) => {
      sum += value;
      return `let sum = ${value >= 0}`.length > 0;
    });
    return sum;
  },
  "declares it in a regular expression": (list) => {
    let sum = 0;
    list.every((value) => {
      sum += value;
      return !/let sum = 0/.test(String(value));
    });
    return sum;
  },
  "declares it in a comment": (list) => {
    let sum = 0;
    list.every((value) => {
      /* let sum = 0; */
      sum += value;
      return true;
    });
    return sum;
  },
  "declares it as the variable of a catch": (list) => {
    let sum = 0;
    list.every((value) => {
      sum += value;
      try {
        const sum = value;
        return sum >= 0;
      } catch (sum) {
        return sum === undefined;
      }
    });
    return sum;
  },
  "has the text of one that is harmless": (list) => {
    const made = (keep: (value: number) => boolean) => (value: number) => keep(value);
    const harmless = made((value) => value >= 0);
    const harmful = made(keep);
    return totalOf(() => list.every(harmless) && list.every(harmful));
  },
  "has the text of one that is harmless, and comes first": (list) => {
    const made = (keep: (value: number) => boolean) => (value: number) => keep(value);
    const harmless = made((value) => value >= 0);
    const harmful = made(keep);
    return totalOf(() => list.every(harmful) && list.every(harmless));
  },
  "shows another text": (list) => {
    const ask = Object.assign((value: number): boolean => keep(value), {
      toString: () => "(value) => true",
    });
    return totalOf(() => list.every(ask));
  },
  "shows no text, behind a proxy": (list) => {
    const ask = new Proxy((value: number): boolean => keep(value), {});
    return totalOf(() => list.every(ask));
  },
  "shows no text, being a bound function of another name": (list) => {
    const ask = Object.defineProperty(keep.bind(null), "name", { value: "ask" });
    return totalOf(() => list.every(ask));
  },
  "looks like a method of arrays": (list) => {
    const tools = { includes: keep, every: keep };
    return totalOf(() => list.every((value) => tools.includes(value)));
  },
  "calls a helper that is named as a global function": (list) => {
    const String = keep;
    return totalOf(() => list.every((value) => String(value)));
  },
};

class Keeper {
  #sum = 0;
  static last = 0;
  seen = 0;
  keep(value: number): true {
    this.#sum += value;
    return true;
  }
  static keep(value: number): true {
    Keeper.last += value;
    return true;
  }
  get sum(): number {
    return this.#sum;
  }
  set more(value: number) {
    this.#sum += value;
  }
  [Symbol.toPrimitive](): number {
    return this.#sum;
  }
}

class Made {
  readonly isMade = keep(0);
  constructor(value: number) {
    keep(value);
  }
}

class MadeAgain extends Made {}

const helpers: Adds = {
  "calls a helper beside it": (list) => {
    const seen: number[] = [];
    const note = (value: number): boolean => seen.push(value) > 0;
    list.every((value) => note(value));
    return addUp(seen);
  },
  "is a helper": (list) => {
    let sum = 0;
    function note(value: number): boolean {
      sum += value;
      return false;
    }
    list.some(note);
    return sum;
  },
  "calls a helper of the module": (list) => totalOf(() => list.every((value) => keep(value))),
  "is a helper of the module": (list) => totalOf(() => list.every(keep)),
  "calls a helper that calls a helper": (list) =>
    totalOf(() => list.findIndex((value) => !keepLater(value))),
  "calls helpers that call each other": (list) =>
    totalOf(() => list.every((value) => keepsEven(value, value))),
  "calls a helper that it was given": (list) => {
    const gather = (given: readonly number[], note: (value: number) => boolean): boolean =>
      given.every((value) => note(value));
    return totalOf(() => gather(list, keep));
  },
  "calls a helper in an object": (list) => {
    const tools = { keep };
    return totalOf(() => list.every((value) => tools.keep(value)));
  },
  "calls a helper in an object under a computed name": (list) => {
    const tools = { [["ke", "ep"].join("")]: keep };
    return totalOf(() => list.every((value) => tools["keep"]?.(value) ?? true));
  },
  "calls a helper in a list": (list) => {
    const tools = [keep, keepLater] as const;
    return totalOf(() => list.every((value, at) => tools[(at & 1) as 0 | 1](value)));
  },
  "calls a helper in a map": (list) => {
    const tools = new Map([["keep", keep]]);
    return totalOf(() => list.every((value) => tools.get("keep")?.(value) ?? true));
  },
  "calls a helper that a helper made": (list) => {
    const adder = (): ((value: number) => true) => (value) => keep(value);
    return totalOf(() => list.every((value) => adder()(value)));
  },
  "calls a helper by way of call": (list) =>
    totalOf(() => list.every((value) => keep.call(null, value))),
  "calls a helper by way of apply": (list) =>
    totalOf(() => list.every((value) => Reflect.apply(keep, null, [value]))),
  "calls a helper by way of call of call": (list) =>
    totalOf(() => list.every((value) => Function.prototype.call.call(keep, null, value) === true)),
  "calls a helper if there is one": (list) => {
    const maybe = keep as typeof keep | undefined;
    return totalOf(() => list.every((value) => maybe?.(value) ?? true));
  },
  "calls a helper that it chose": (list) =>
    totalOf(() => list.every((value, at) => (at > 2 ? keep : keepLater)(value))),
  "calls a helper with all its arguments": (list) => {
    const keepFirst = (all: IArguments): true => keep(all[0] as number);
    return totalOf(() =>
      list.every(function (): boolean {
        // oxlint-disable-next-line prefer-rest-params
        return keepFirst(arguments);
      }),
    );
  },
  "calls a bound helper": (list) => {
    const bound = keep.bind(null);
    return totalOf(() => list.every((value) => bound(value)));
  },
  "is a bound helper": (list) => totalOf(() => list.every(keep.bind(null))),
  "binds the value to a helper": (list) =>
    totalOf(() => list.every((value) => keep.bind(null, value)())),
  "calls a method of a class": (list) => {
    const keeper = new Keeper();
    list.every((value) => keeper.keep(value));
    return keeper.sum;
  },
  "calls a static method": (list) => {
    Keeper.last = 0;
    list.every((value) => Keeper.keep(value));
    return Keeper.last;
  },
  "makes an object of a class": (list) =>
    totalOf(() => list.every((value) => new Made(value).isMade)),
  "makes an object of a class that extends another": (list) =>
    totalOf(() => list.every((value) => new MadeAgain(value).isMade)),
  "constructs by way of Reflect": (list) =>
    totalOf(() => list.every((value) => Reflect.construct(MadeAgain, [value]).isMade)),
  "extends what a helper answers": (list) =>
    totalOf(() =>
      list.every((value) => {
        class Inner extends (keep(value) ? Object : Array) {}
        return Inner.length >= 0;
      }),
    ),
  "has a helper in a computed name": (list) =>
    totalOf(() => list.every((value) => "true" in { [String(keep(value))]: 0 })),
  "calls a helper in a tagged template": (list) => {
    const tag = (_texts: TemplateStringsArray, value: number): true => keep(value);
    return totalOf(() => list.every((value) => tag`${value}`));
  },
  "calls an async helper, which begins at once": (list) => {
    const keepsAsync = async (value: number): Promise<void> => {
      keep(value);
    };
    return totalOf(() => list.every((value) => keepsAsync(value) instanceof Promise));
  },
  "calls itself": (list) => {
    const ask = (value: number, at: number): boolean => (at < 0 ? keep(value) : ask(value, -1));
    return totalOf(() => list.every(ask));
  },
  "gets its helper from this": (list) => {
    const keeper = new Keeper();
    list.every(function (this: Keeper, value) {
      return this.keep(value);
    }, keeper);
    return keeper.sum;
  },
  "is a method of this": (list) => {
    const keeper = new Keeper();
    list.every(Keeper.prototype.keep, keeper);
    return keeper.sum;
  },
  "writes to this through a helper": (list) => {
    const note = (keeper: Keeper, value: number): boolean => (keeper.seen += value) >= 0;
    const keeper = new Keeper();
    list.every(function (this: Keeper, value) {
      return note(this, value);
    }, keeper);
    return keeper.seen;
  },
};

const hooked: Adds = {
  "calls a setter": (list) => {
    const keeper = new Keeper();
    list.every((value) => Reflect.set(keeper, "more", value));
    return keeper.sum;
  },
  "calls a setter by copying into it": (list) => {
    const keeper = new Keeper();
    list.every((value) => Object.assign(keeper, { more: value }) === keeper);
    return keeper.sum;
  },
  "calls a getter": (list) => {
    const of = hooks((value) => ({
      get isKept() {
        return keep(value);
      },
    }));
    return totalOf(() => list.every((value) => of[value]?.isKept ?? true));
  },
  "calls a getter by taking an object apart": (list) => {
    const of = hooks((value) => ({
      get isKept() {
        return keep(value);
      },
    }));
    return totalOf(() =>
      list.every((value) => {
        const { isKept } = of[value] as { isKept: true };
        return isKept;
      }),
    );
  },
  "calls a getter by copying an object": (list) => {
    const of = hooks((value) => ({
      get isKept() {
        return keep(value);
      },
    }));
    return totalOf(() => list.every((value) => ({ ...of[value] }).isKept ?? true));
  },
  "goes through what can be gone through": (list) => {
    const of = hooks((value) => ({
      [Symbol.iterator]: () => [keep(value)].values(),
    }));
    return totalOf(() => list.every((value) => [...(of[value] ?? [])].length === 1));
  },
  "takes apart what can be gone through": (list) => {
    const of = hooks((value) => ({
      [Symbol.iterator]: () => [keep(value)].values(),
    }));
    return totalOf(() =>
      list.every((value) => {
        const [isKept] = of[value] ?? [];
        return isKept ?? true;
      }),
    );
  },
  "makes a number of an object": (list) => {
    const of = hooks((value) => ({ [Symbol.toPrimitive]: () => Number(keep(value)) }));
    return totalOf(() => list.every((value) => Number(of[value]) === 1));
  },
  "compares an object": (list) => {
    const of = hooks((value) => ({ valueOf: () => Number(keep(value)) }));
    return totalOf(() => list.every((value) => (of[value] as unknown as number) > 0));
  },
  "makes a text of an object": (list) => {
    const of = hooks((value) => ({ toString: () => String(keep(value)) }));
    return totalOf(() => list.every((value) => `${String(of[value])}` === "true"));
  },
  "joins objects": (list) => {
    const of = hooks((value) => ({ toString: () => String(keep(value)) }));
    return totalOf(() => list.every((value) => [of[value]].join() === "true"));
  },
  "uses an object as a key": (list) => {
    const of = hooks((value) => ({ toString: () => String(keep(value)) }));
    const known: Record<string, boolean> = { true: true };
    return totalOf(() => list.every((value) => known[of[value] as unknown as string] === true));
  },
  "makes JSON of an object": (list) => {
    const of = hooks((value) => ({ toJSON: () => keep(value) }));
    return totalOf(() => list.every((value) => JSON.stringify(of[value]) === "true"));
  },
  "asks whether it is an instance": (list) => {
    const of = hooks((value) => ({ [Symbol.hasInstance]: () => keep(value) }));
    return totalOf(() => list.every((value) => list instanceof (of[value] as never)));
  },
  "concatenates lists": (list) => {
    const of = hooks((value) => ({
      length: 0,
      get [Symbol.isConcatSpreadable]() {
        return keep(value);
      },
    }));
    return totalOf(() => list.every((value) => [of[value]].concat(of[value] as never).length > 0));
  },
  "maps a list of another species": (list) => {
    const of = hooks((value) => {
      const made: number[] = [0];
      return Object.defineProperty(made, "constructor", {
        value: {
          get [Symbol.species]() {
            keep(value);
            return Array;
          },
        },
      });
    });
    return totalOf(() => list.every((value) => of[value]?.slice().length === 1));
  },
  "replaces in a text": (list) => {
    const of = hooks((value) => ({ [Symbol.replace]: () => String(keep(value)) }));
    return totalOf(() => list.every((value) => "".replace(of[value] as never, "") === "true"));
  },
  "gets a property of a proxy": (list) => {
    const proxy = new Proxy([] as boolean[], { get: (_, name) => keep(Number(name)) });
    return totalOf(() => list.every((value) => proxy[value] === true));
  },
  "asks a proxy what it has": (list) => {
    const proxy = new Proxy({}, { has: (_, name) => keep(Number(name)) });
    return totalOf(() => list.every((value) => value in proxy));
  },
  "deletes from a proxy": (list) => {
    const proxy = new Proxy({} as Record<number, number>, {
      deleteProperty: (_, name) => keep(Number(name)),
    });
    return totalOf(() => list.every((value) => delete proxy[value]));
  },
  "calls a proxy": (list) => {
    const proxy = new Proxy(Boolean, { apply: (_, _self, [value]) => keep(value as number) });
    return totalOf(() => list.every((value) => proxy(value)));
  },
  "copies a proxy": (list) => {
    const of = hooks(
      (value) => new Proxy({}, { ownKeys: () => (keep(value) ? [] : ["something"]) }),
    );
    return totalOf(() => list.every((value) => Object.keys({ ...of[value] }).length === 0));
  },
  "sends an event": (list) => {
    const target = new EventTarget();
    const events = hooks((value) => Object.assign(new Event("seen"), { value }));
    target.addEventListener("seen", (event) => {
      keep((event as Event & { value: number }).value);
    });
    return totalOf(() => list.every((value) => target.dispatchEvent(events[value] as Event)));
  },
};

/** Keeps each value that it is asked for. */
function* keeping(): Generator<boolean, never, number> {
  for (;;) keep(yield true);
}

function* keepsOne(value: number): Generator<boolean> {
  yield keep(value);
}

function* keepsAtTheEnd(value: number): Generator<boolean> {
  try {
    yield true;
  } finally {
    keep(value);
  }
}

const generators: Adds = {
  "drives a generator": (list) => {
    const keeper = keeping();
    keeper.next(0);
    const drive = (value: number): boolean => keeper.next(value).value;
    return totalOf(() => list.every((value) => drive(value)));
  },
  "drives a generator by a computed name": (list) => {
    const keeper = keeping();
    const step = "next";
    keeper[step](0);
    return totalOf(() => list.every((value) => keeper[step](value).value));
  },
  "goes through a generator": (list) =>
    totalOf(() =>
      list.every((value) => {
        for (const isKept of keepsOne(value)) if (!isKept) return false;
        return true;
      }),
    ),
  "spreads a generator": (list) =>
    totalOf(() => list.every((value) => [...keepsOne(value)].length === 1)),
  "makes a list of a generator": (list) =>
    totalOf(() => list.every((value) => Array.from(keepsOne(value)).length === 1)),
  "leaves a generator early": (list) =>
    totalOf(() =>
      list.every((value) => {
        for (const isKept of keepsAtTheEnd(value)) return isKept;
        return false;
      }),
    ),
  "takes from an iterator by taking it apart": (list) => {
    const tickets = Array.from({ length: 40 }, (_, at) => at).values();
    list.every((value) => {
      for (let left = value; left > 0; left--) {
        const [ticket] = tickets;
        if (ticket === undefined) return false;
      }
      return true;
    });
    return 40 - [...tickets].length;
  },
  "takes from an iterator by a loop": (list) => {
    const tickets = Array.from({ length: 40 }, (_, at) => at).values();
    list.every((value) => {
      if (value === 0) return true;
      let left = value;
      for (const _ of tickets) if (--left === 0) return true;
      return true;
    });
    return 40 - [...tickets].length;
  },
};

class Carried extends Error {
  readonly carried: number;
  constructor(carried: number) {
    super("carried");
    this.carried = carried;
  }
}

/** The value at a place, as an exception carries it out of a callback. */
function carriedFrom(list: readonly number[], place: number): number {
  try {
    list.every((value, at) => {
      if (at === place) throw new Carried(value);
      return true;
    });
  } catch (error) {
    if (error instanceof Carried) return error.carried;
    throw error;
  }
  return 0;
}

const exceptions: Adds = {
  "throws what it sees": (list) => addUp([...list.keys()].map((at) => carriedFrom(list, at))),
  "throws a number": (list) => {
    let sum = 0;
    for (const place of list.keys()) {
      try {
        list.some((value, at) => {
          // oxlint-disable-next-line only-throw-error
          if (at === place) throw value;
          return false;
        });
      } catch (value) {
        sum += value as number;
      }
    }
    return sum;
  },
  "throws through a helper": (list) => {
    const fail = (value: number): never => {
      throw new Carried(value);
    };
    let sum = 0;
    for (const place of list.keys()) {
      try {
        list.forEach((value, at) => (at === place ? fail(value) : undefined));
      } catch (error) {
        sum += (error as Carried).carried;
      }
    }
    return sum;
  },
  "fails in one way or another": (list) => {
    let sum = 0;
    for (const place of list.keys()) {
      try {
        list.map((value, at) => (at === place ? "x".repeat(-1 - value) : ""));
      } catch (error) {
        sum += Number(/-(\d+)/.exec((error as Error).message)?.[1]) - 1;
      }
    }
    return sum;
  },
  "keeps in a finally": (list) =>
    totalOf(() =>
      list.every((value) => {
        try {
          return true;
        } finally {
          keep(value);
        }
      }),
    ),
  "keeps in a catch": (list) =>
    totalOf(() =>
      list.every((value) => {
        try {
          throw new Carried(value);
        } catch (error) {
          return keep((error as Carried).carried);
        }
      }),
    ),
};

const natives: Adds = {
  "is push": (list) => {
    const seen: unknown[] = [];
    list.every(seen.push, seen);
    return addUp(seen.filter((_, at) => at % 3 === 0) as number[]);
  },
  "is push, bound, under another name": (list) => {
    const seen: unknown[] = [];
    const ask = Object.defineProperty(seen.push.bind(seen), "name", { value: "ask" });
    list.every(ask as never);
    return addUp(seen.filter((_, at) => at % 3 === 0) as number[]);
  },
  "is a method of arrays, bound": (list) => {
    const seen: unknown[] = [];
    list.every(seen.push.bind(seen) as never);
    return addUp(seen.filter((_, at) => at % 3 === 0) as number[]);
  },
  "pushes by way of call": (list) =>
    keptOf((into) => list.every((value) => Array.prototype.push.call(into, value) > 0)),
  "pushes by way of apply": (list) =>
    keptOf((into) => list.every((value) => into.push.apply(into, [value]) > 0)),
  "pushes by a computed name": (list) =>
    keptOf((into) => list.every((value) => into["push"](value) > 0)),
  "pushes by a name in a variable": (list) => {
    const name = "push";
    return keptOf((into) => list.some((value) => into[name](value) === 0));
  },
  "pushes by way of Reflect": (list) =>
    keptOf((into) => list.every((value) => Reflect.apply(into.push, into, [value]) > 0)),
  "is Set.prototype.add": (list) => {
    const seen = new Set<number>();
    list.every(Set.prototype.add as never, seen);
    // Nearly full: nothing but the two greatest values, and the other one of them somewhere.
    const most = Math.max(...seen);
    const isNearlyFull =
      seen.size <= 2 && seen.has(most) && (seen.size === 1 || seen.has(most - 1));
    return isNearlyFull ? list.length * most + 1 - seen.size : 0;
  },
  "puts into a map under a computed name": (list) => {
    const seen = new Map<number, number>();
    list.every((value, at) => seen["set"](at, value).size > 0);
    return addUp([...seen.values()]);
  },
  "puts into a weak map": (list) => {
    const keys = list.map((_, at) => ({ at }));
    const seen = new WeakMap<object, number>();
    const { set } = seen;
    list.every((value, at) => set.call(seen, keys[at] as object, value) === seen);
    return addUp(keys.map((key) => seen.get(key) ?? 0));
  },
  "sets by way of Reflect": (list) => {
    box.sum = 0;
    const { set } = Reflect;
    list.every((value) => set(box, "sum", box.sum + value));
    return box.sum;
  },
  "copies into an object": (list) => {
    box.sum = 0;
    list.every((value) => Object.assign(box, { sum: box.sum + value }) === box);
    return box.sum;
  },
  "defines a property": (list) => {
    const seen: Record<string, number> = {};
    list.every((value, at) => Object.defineProperty(seen, `at ${at}`, { value }) === seen);
    return addUp(list.map((_, at) => seen[`at ${at}`] ?? 0));
  },
  "defines several": (list) => {
    const seen: Record<string, number> = {};
    list.every((value, at) => Object.defineProperties(seen, { [at]: { value } }) === seen);
    return addUp(list.map((_, at) => seen[at] ?? 0));
  },
  "sets a prototype": (list) => {
    const objects = list.map(() => ({}));
    const of = hooks((value) => ({ value }));
    list.every((value, at) => Reflect.setPrototypeOf(objects[at] as object, of[value] ?? null));
    return addUp(objects.map((object) => (object as { value: number }).value));
  },
  "freezes an object": (list) => {
    const objects = list.map(() => values.map(() => ({})));
    list.every((value, at) => Object.isFrozen(Object.freeze(objects[at]?.[value])));
    return addUp(objects.map((of) => of.findIndex(Object.isFrozen)));
  },
  deletes: (list) => {
    const left = list.map(() => [true, true, true, true]);
    list.every((value, at) => delete left[at]?.[value]);
    return addUp(left.map((of) => of.findIndex((_, value) => !(value in of))));
  },
  "changes the length of a list": (list) => {
    const seen: number[] = [];
    list.every((value) => Object.assign(seen, { length: seen.length + value }) === seen);
    return seen.length;
  },
  "sorts what it is called in": (list) => {
    const seen: number[] = [];
    list.every((value) => {
      const all = seen["concat"](value);
      return Object.assign(seen, all) === seen;
    });
    return addUp(seen);
  },
  "adds in a typed array": (list) => {
    const cells = new Int32Array(1);
    list.every((value) => Atomics.add(cells, 0, value) >= 0);
    return cells[0] as number;
  },
  "writes into a buffer": (list) => {
    const view = new DataView(new ArrayBuffer(4));
    list.every((value) => view.setInt32(0, view.getInt32(0) + value) === undefined);
    return view.getInt32(0);
  },
  "encodes into a buffer": (list) => {
    const bytes = new Uint8Array(list.length);
    const encoder = new TextEncoder();
    list.every((value, at) => encoder.encodeInto(String(value), bytes.subarray(at)).written === 1);
    return addUp([...bytes].map((byte) => byte - 48));
  },
  "moves the last index of a regular expression": (list) => {
    const each = /a/g;
    const text = "a".repeat(40);
    list.every((value) =>
      "a"
        .repeat(value)
        .split("")
        .every(() => each.test(text)),
    );
    return each.lastIndex;
  },
  "leaves it to the last match of all": (list) => {
    /^(.*)$/.test("0");
    list.every((value) => /^(.*)$/.test(String(Number(RegExp.$1) + value)));
    return Number(RegExp.$1);
  },
  "marks an object with a stack": (list) => {
    const objects = list.map(() => values.map(() => ({})));
    list.every((value, at) => {
      const marked = objects[at]?.[value] ?? {};
      return Error.captureStackTrace(marked) === undefined;
    });
    return addUp(objects.map((of) => of.findIndex((object) => "stack" in object)));
  },
  "adds to the parameters of an address": (list) => {
    const seen = new URLSearchParams();
    list.every((value) => seen.append("value", String(value)) === undefined);
    return addUp(seen.getAll("value").map(Number));
  },
  aborts: (list) => {
    const each = list.map(() => new AbortController());
    list.every((value, at) => each[at]?.abort(value) === undefined);
    return addUp(each.map(({ signal }) => signal.reason as number));
  },
  "is asked by a text that replaces": (list) =>
    totalOf(() => list.every((value) => "x".replace("x", () => String(keep(value))) === "true")),
  "is asked by JSON": (list) =>
    totalOf(() =>
      list.every((value) => JSON.stringify(value, (_, inner: number) => keep(inner)) === "true"),
    ),
  "is asked by JSON that is read": (list) =>
    totalOf(() =>
      list.every((value) => JSON.parse(String(value), (_, inner: number) => keep(inner)) === true),
    ),
  "maps a list that it makes": (list) =>
    totalOf(() => list.every((value) => Array.from([value], keep)[0] === true)),
  "is the comparator of another list": (list) =>
    totalOf(() => list.every((value) => [0, 1].toSorted(() => Number(keep(value))).length === 2)),
  "is a function from a text": (list) => {
    const ask = new Function("keep", "return (value) => keep(value)")(keep) as typeof keep;
    return totalOf(() => list.every(ask));
  },
  "is a function from a text, which assigns in a with": (list) => {
    const ask = new Function(
      "box",
      "return function (value) { with (box) { [sum] = [sum + value]; } return true; }",
    )(box) as typeof keep;
    box.sum = 0;
    list.every(ask);
    return box.sum;
  },
  "is a function from a text, with odd spaces": (list) => {
    const seen: number[] = [];
    const ask = new Function(
      "seen",
      "return (value) => seen/* not that */./* or that */push/* but that */(value) > 0",
    )(seen) as typeof keep;
    list.every(ask);
    return addUp(seen);
  },
  "is what eval makes": (list) => {
    const evaluate = globalThis.eval;
    const make = evaluate("(keep) => (value) => keep(value)") as (
      with_: typeof keep,
    ) => typeof keep;
    return totalOf(() => list.every(make(keep)));
  },
  "is what the constructor of functions makes": (list) => {
    const make = keep.constructor("keep", "return (value) => keep(value)") as (
      with_: typeof keep,
    ) => typeof keep;
    return totalOf(() => list.every(make(keep)));
  },
};

/** An answer that looks the same whatever is in it. */
class Sealed {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  open(): number {
    return this.#value;
  }
}

const hidden = new WeakMap<object, number>();

const answers: Adds = {
  "answers a function": (list) => addUp(list.map((value) => () => value).map((open) => open())),
  "answers an object with a private field": (list) =>
    addUp(list.map((value) => new Sealed(value)).map((sealed) => sealed.open())),
  "answers a map": (list) =>
    addUp(list.map((value) => new Map([[0, value]])).map((map) => map.get(0) ?? 0)),
  "answers a date": (list) =>
    addUp(list.map((value) => new Date(value)).map((date) => date.getTime())),
  "answers an error": (list) =>
    addUp(list.map((value) => new Error(String(value))).map(({ message }) => Number(message))),
  "answers a regular expression": (list) =>
    addUp(list.map((value) => new RegExp(String(value))).map(({ source }) => Number(source))),
  "answers an object around a number": (list) =>
    addUp(list.map((value): unknown => Object(value)).map(Number)),
  "answers an object with a prototype": (list) =>
    addUp(list.map((value): { value: number } => Object.create({ value })).map((its) => its.value)),
  "answers an object with a property that is not listed": (list) =>
    addUp(
      list
        .map((value) => Object.defineProperty({}, "value", { value }) as { value: number })
        .map((its) => its.value),
    ),
  "answers an object with a symbol for a key": (list) => {
    const key = Symbol("key");
    return addUp(list.map((value) => ({ [key]: value })).map((its) => its[key]));
  },
  "answers an object that a weak map knows": (list) => {
    const marked = list.map((value) => {
      const mark = {};
      hidden["set"](mark, value);
      return mark;
    });
    return addUp(marked.map((mark) => hidden.get(mark) ?? 0));
  },
  "answers an iterator": (list) =>
    addUp(list.map((value) => [value].values()).flatMap((iterator) => [...iterator])),
  "answers a generator": (list) =>
    addUp(
      list
        .map(function* (value) {
          yield value;
        })
        .flatMap((generator) => [...generator]),
    ),
  "answers a buffer": (list) =>
    addUp(
      list
        .map((value) => Uint8Array.of(value).buffer)
        .map((buffer) => new Uint8Array(buffer)[0] as number),
    ),
  "answers an address": (list) =>
    addUp(
      list.map((value) => new URL(`http://a/${value}`)).map((url) => Number(url.pathname.slice(1))),
    ),
  "answers zero with a sign": (list) =>
    addUp(
      list.map(
        (value, at) =>
          [1, 2, 3].filter(
            (bound) =>
              Object.is(list.map((it, place) => (place === at && it < bound ? -0 : 0))[at], 0) &&
              value >= 0,
          ).length,
      ),
    ),
  "answers one of two equal objects": (list) => {
    const twins = [{}, {}, {}, {}] as const;
    const found = list.map((value) => twins[value as 0 | 1 | 2 | 3]);
    return addUp(found.map((twin) => twins.indexOf(twin)));
  },
};

const methods: Adds = {
  find: (list) => totalOf(() => list.find((value) => !keep(value))),
  findIndex: (list) => totalOf(() => list.findIndex((value) => !keep(value))),
  findLast: (list) => totalOf(() => list.findLast((value) => !keep(value))),
  findLastIndex: (list) => totalOf(() => list.findLastIndex((value) => !keep(value))),
  filter: (list) => totalOf(() => list.filter((value) => keep(value))),
  "filter, of which the length is asked": (list) =>
    totalOf(() => list.filter((value) => keep(value)).length),
  "filter after filter": (list) =>
    totalOf(() => list.filter((value) => value >= 0).filter((value) => !keep(value)).length),
  map: (list) => totalOf(() => list.map((value) => keep(value))),
  "map of the places": (list) => totalOf(() => list.map((_, at) => keep(list[at] as number))),
  "map of the list that it gets": (list) =>
    totalOf(() => list.map((_, at, all) => keep(all[at] as number))),
  flatMap: (list) => totalOf(() => list.flatMap((value) => (keep(value) ? [] : [1]))),
  reduce: (list) => totalOf(() => list.reduce((sum, value) => (keep(value) ? sum : 1), 0)),
  "reduce of an object": (list) =>
    list.reduce((into, value) => Object.assign(into, { sum: into.sum + value }), { sum: 0 }).sum,
  "reduce of a map": (list) =>
    addUp([...list.reduce((into, value, at) => into["set"](at, value), new Map()).values()]),
  "reduce of a function": (list) =>
    list.reduce(
      (sum: () => number, value) => () => sum() + value,
      () => 0,
    )(),
  reduceRight: (list) =>
    totalOf(() => list.reduceRight((sum, value) => (keep(value) ? sum : 1), 0)),
  forEach: (list) => totalOf(() => list.forEach((value) => keep(value))),
  "the comparator of sort": (list) => {
    const pairs: number[][] = [];
    const note = (one: number, other: number): number => Math.min(0, pairs.push([one, other]));
    [...list].sort((one, other) => note(one, other));
    return list.length === 1
      ? (list[0] as number)
      : addUp(pairs.flatMap((pair, at) => (at === 0 ? pair : [pair[0] as number])));
  },
  "the comparator of toSorted": (list) => {
    const pairs: number[][] = [];
    const note = (one: number, other: number): number => Math.min(0, pairs.push([one, other]));
    list.toSorted((one, other) => note(one, other));
    return list.length === 1
      ? (list[0] as number)
      : addUp(pairs.flatMap((pair, at) => (at === 0 ? pair : [pair[0] as number])));
  },
  "some, called on it": (list) =>
    totalOf(() => Array.prototype.some.call(list, (value: number) => !keep(value))),
  "every, applied to it": (list) =>
    totalOf(() => Reflect.apply(Array.prototype.every, list, [(value: number) => keep(value)])),
  "every, bound to it": (list) => totalOf(() => list.every.bind(list)((value) => keep(value))),
  "every of entries": (list) =>
    totalOf(() => [...list.entries()].every(([, value]) => keep(value))),
  "Array.from": (list) => totalOf(() => Array.from(list, (value) => keep(value))),
  "a loop": (list) =>
    totalOf(() => {
      for (const value of list) keep(value);
    }),
  "every inside every": (list) =>
    totalOf(() =>
      list.every((value, at) =>
        list.every((other, place) => place !== at || keep(other + value - value)),
      ),
    ),
  "every inside some inside find": (list) =>
    totalOf(() =>
      list.find(
        (_, at) =>
          !list.some(
            (_value, place) =>
              place === at && list.every((other, third) => third !== place || keep(other)),
          ),
      ),
    ),
};

/** By what they do: each adds up the list that it is given. */
export const handsOn = {
  assignments,
  decoys,
  helpers,
  hooked,
  generators,
  exceptions,
  natives,
  answers,
  methods,
} satisfies Record<string, Adds>;

type Counted = readonly { readonly count: number }[];

/** Adds up the counts of records. */
export const handsOnRecords: Readonly<Record<string, Sum<Counted>>> = {
  "a helper is given a record": (list) => {
    const note = (from: { readonly count: number }): true => keep(from.count);
    return totalOf(() => list.every((from) => note(from)));
  },
  "a helper is given a part of a record": (list) =>
    totalOf(() => list.some(({ count }) => !keep(count))),
  "records are kept": (list) => {
    const seen: { readonly count: number }[] = [];
    list.every((from) => seen["push"](from) > 0);
    return addUp(seen.map(({ count }) => count));
  },
  "records are kept in a set": (list) => {
    const seen = new Set<{ readonly count: number }>();
    list.every(Set.prototype.add as never, seen);
    return addUp([...seen].map(({ count }) => count));
  },
  "records are answered in what looks the same": (list) =>
    addUp(list.map((from) => () => from).map((open) => open().count)),
  "a record is thrown": (list) =>
    addUp(
      list.map((_, at) => {
        try {
          list.every((from, place) => {
            if (place === at) throw Object.assign(new Error("found"), { from });
            return true;
          });
        } catch (error) {
          return (error as { from: { count: number } }).from.count;
        }
        return 0;
      }),
    ),
};

/** Adds up the numbers in rows. */
export const handsOnRows: Readonly<Record<string, Sum<readonly (readonly number[])[]>>> = {
  "a helper goes through each row": (rows) => {
    const note = (row: readonly number[]): boolean => row.every((value) => keep(value));
    return totalOf(() => rows.every((row) => note(row)));
  },
  "one callback in another": (rows) =>
    totalOf(() => rows.every((row) => row.every((value) => keep(value)))),
  "the inner one is the helper itself": (rows) =>
    totalOf(() => rows.every((row) => row.findIndex((value) => !keep(value)) < 0)),
  "rows are kept": (rows) => {
    const seen: (readonly number[])[] = [];
    rows.every((row) => seen["push"](row) > 0);
    return addUp(seen.flat());
  },
  "the inner one keeps in what the outer one made": (rows) =>
    addUp(
      rows
        .flatMap((row) => {
          const own: number[] = [];
          row.every((value) => own["push"](value) > 0);
          return () => own;
        })
        .flatMap((open) => open()),
    ),
};

/** Adds up the elements of a subset. */
export const handsOnSubsets: Readonly<Record<string, Sum<ReadonlySet<number>>>> = {
  "a helper is given each element": (set) => totalOf(() => set.forEach((value) => keep(value))),
  "a helper is what each element is given to": (set) =>
    totalOf(() => {
      set.forEach(keep);
    }),
  "a helper is asked of the elements as a list": (set) =>
    totalOf(() => [...set].every((value) => keep(value))),
  "a list is made of the elements": (set) => totalOf(() => Array.from(set, (value) => keep(value))),
  "elements are kept in another set": (set) => {
    const seen = new Set<number>();
    set.forEach(seen.add, seen);
    return addUp([...seen]);
  },
};
