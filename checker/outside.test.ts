import { inspect, isDeepStrictEqual } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { guardOutside, instantiate } from "../model/index.ts";
import {
  declare,
  each,
  oneOf,
  ordered,
  range,
  record,
  sequence,
  type Spec,
  SpecError,
  subset,
} from "../spec/index.ts";
import { check } from "./check.ts";
import { engines } from "../toys/compared.ts";

/*
 * A function of a spec may ask the state, its choices and the constants. What would tell it anything else
 * refuses to answer while it runs, and the error names what was asked and by whom.
 */

// biome-ignore lint/suspicious/noExplicitAny: what is tested has no types
type Wrong = any;

guardOutside(); // as the command does before it loads a file

/** What is at hand when a file is loaded, and is used later. */
const taken = {
  now: Date.now,
  hrtime: process.hrtime,
  performance,
  crypto,
  environment: process.env,
  format: Reflect.get(new Intl.DateTimeFormat(), "format") as () => string,
  reference: new WeakRef({}),
  DateTime: Intl.DateTimeFormat,
  AsyncFunction: Object.getPrototypeOf(async () => {}).constructor as FunctionConstructor,
  Event,
};

/** What makes code of text. */
const maker = (name: "eval" | "Function"): Wrong => Reflect.get(globalThis, name);

/** What may not be asked, by how the error calls it. */
const asks: Readonly<Record<string, () => unknown>> = {
  "Date.now()": () => Date.now(),
  "Date.now(), taken before": () => taken.now(),
  "new Date()": () => new Date(),
  "new Date(), by way of another date": () =>
    Reflect.construct(new Date(0).constructor as typeof Date, []),
  "new Date(), of its own class": () => new (class extends Date {})(),
  "Date()": () => Date(),
  "Date.getHours()": () => new Date(0).getHours(),
  "Date.toString()": () => `${String(new Date(0))}`,
  "Date.toLocaleString()": () => new Date(0).toLocaleString(),
  "performance.now()": () => performance.now(),
  "performance.now(), taken before": () => taken.performance.now(),
  "performance.timeOrigin": () => performance.timeOrigin,
  "performance.mark()": () => performance.mark("here"),
  "Event.timeStamp": () => new taken.Event("here").timeStamp,
  "File.lastModified": () => new File([], "here").lastModified,
  "Math.random()": () => Math.random(),
  crypto: () => crypto.randomUUID(),
  "crypto.getRandomValues(), taken before": () => taken.crypto.getRandomValues(new Uint8Array(1)),
  "setTimeout()": () => setTimeout(() => {}, 0),
  "setInterval()": () => setInterval(() => {}, 1000),
  "setImmediate()": () => setImmediate(() => {}),
  "queueMicrotask()": () => queueMicrotask(() => {}),
  "process.env.HOME": () => process.env["HOME"],
  "process.env.HOME, taken before": () => taken.environment["HOME"],
  "process.env": () => Object.keys(taken.environment),
  "process.hrtime()": () => process.hrtime(),
  "process.hrtime.bigint(), taken before": () => taken.hrtime.bigint(),
  "process.memoryUsage()": () => process.memoryUsage(),
  "process.memoryUsage.rss()": () => process.memoryUsage.rss(),
  "process.getBuiltinModule()": () => process.getBuiltinModule("fs"),
  "process.cwd()": () => process.cwd(),
  "process.exit()": () => process.exit(0),
  "process.pid": () => process.pid,
  "process.argv": () => process.argv,
  "fetch()": () => fetch("http://localhost"),
  "new WeakRef()": () => new WeakRef({}),
  "WeakRef.deref()": () => taken.reference.deref(),
  "new FinalizationRegistry()": () => new FinalizationRegistry(() => {}),
  "new SharedArrayBuffer()": () => new SharedArrayBuffer(8),
  "Atomics.add()": () => Atomics.add(new Int32Array(1), 0, 1),
  MessageChannel: () => new MessageChannel(),
  "new Intl.DateTimeFormat()": () => new Intl.DateTimeFormat(),
  "Intl.DateTimeFormat()": () => taken.DateTime(),
  "Intl.DateTimeFormat.format()": () => taken.format(),
  "eval()": () => maker("eval")("1"),
  "Function()": () => maker("Function")("return 1"),
  "new Function()": () => Reflect.construct(maker("Function"), ["return 1"]) as unknown,
  "Function(), by way of a function": () => (asks as object as Wrong).crypto.constructor("1"),
  "AsyncFunction()": () => taken.AsyncFunction("return 1"),
  "Function(), by way of another maker": () =>
    (Object.getPrototypeOf(taken.AsyncFunction) as FunctionConstructor)("return 1"),
  "GeneratorFunction()": () => (function* () {} as Wrong).constructor("1"),
  "AsyncGeneratorFunction()": () => (async function* () {} as Wrong).constructor("1"),
};

const page = ordered("page", 2);
const the = declare({
  constants: { most: 2 },
  state: {
    at: each(page, oneOf("here", "there")),
    queue: sequence(page, 2),
    members: subset(page),
    deep: record({ count: range(0, 2), turn: oneOf("on", "off") }),
  },
});
const turns = the.action("clock", {
  effect: (state) => {
    state.deep.turn = state.deep.turn === "on" ? "off" : "on";
  },
});
const moves = the.action(page, {
  when: (state, p) => !state.members.has(p),
  effect: (state, p) => {
    state.at[p] = "there";
    state.members.add(p);
    state.queue.push(p);
  },
});
const toy = (contents: Wrong): Spec =>
  the.spec({ name: "toy", title: "a toy", actions: { turns, moves }, ...contents });
const guarded = (ask: () => unknown): Spec =>
  toy({
    actions: {
      moves,
      acts: the.action("clock", {
        when: () => {
          ask();
          return false;
        },
        effect: () => {},
      }),
      turns,
    },
  });

function faultOf(spec: () => Spec, engine: (typeof engines)[number]): string {
  try {
    return `no error: ${check(instantiate(spec()), { engine }).kind}`;
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
}

describe.each(engines)("%s engine: a condition may not ask for", (engine) => {
  test.each(Object.entries(asks))("%s", (name, ask) => {
    const [what = ""] = name.split(", ");
    expect(faultOf(() => guarded(ask), engine)).toContain(
      `toy: the condition of acts(): it asks for ${what};`,
    );
  });

  test("a clock, even if it catches the refusal", () => {
    const caught = (): unknown => {
      try {
        return Date.now();
      } catch {
        return 0;
      }
    };
    expect(faultOf(() => guarded(caught), engine)).toContain("it asks for Date.now();");
  });

  const clock = (): boolean => Date.now() > 0;
  const places: Readonly<Record<string, () => Spec>> = {
    "the effect of acts": () =>
      toy({ actions: { acts: the.action("clock", { effect: () => void Math.random() }) } }),
    "the initial state": () => toy({ initial: () => void Math.random() }),
    "property claim": () => toy({ invariants: { claim: the.invariant(clock) } }),
    "property step": () => toy({ stepProperties: { step: the.stepProperty(clock) } }),
    "property seen": () => toy({ witnesses: { seen: the.witness(clock) } }),
    "property to": () => toy({ liveness: { to: the.leadsTo({ from: () => true, to: clock }) } }),
    "property formula": () =>
      toy({ liveness: { formula: the.temporal({ formula: (f) => f.always(clock) }) } }),
    "property pageStepIsLegal": () =>
      toy({ pages: the.pages({ forEach: page, state: () => (clock() ? "free" : "stable") }) }),
    mayEnd: () =>
      toy({
        actions: { never: the.action("clock", { when: () => false, effect: () => {} }) },
        mayEnd: clock,
      }),
    'the condition "it is late"': () =>
      declare({ constants: {}, where: { "it is late": clock }, state: {} }).spec({
        name: "toy",
        title: "a toy",
        actions: {},
      }),
    'The size of "set"': () => {
      const its = declare({
        constants: {},
        state: {
          at: each(
            ordered("set", () => Math.ceil(Math.random())),
            oneOf("a"),
          ),
        },
      });
      return its.spec({ name: "toy", title: "a toy", actions: {} });
    },
  };
  test.each(Object.entries(places))("anything, and nor may %s", (place, spec) => {
    expect(faultOf(spec, engine)).toMatch(/it asks for (Date\.now|Math\.random)\(\);/);
    expect(faultOf(spec, engine)).toContain(place);
  });

  test("anything in an effect that fails an assertion of its own meanwhile", () => {
    const spec = (): Spec =>
      toy({
        actions: {
          acts: the.action("clock", {
            effect: () => {
              Date.now();
            },
          }),
        },
      });
    expect(faultOf(spec, engine)).toContain("toy: the effect of acts(): it asks for Date.now();");
  });
});

test("what comes to the same every time may be used", () => {
  const same = (): boolean =>
    new Date(86_400_000).toISOString() === "1970-01-02T00:00:00.000Z" &&
    Date.UTC(1970, 0, 2) === new Date(86_400_000).getTime() &&
    Math.max(1, 2) === 2 &&
    structuredClone({ a: [1] }).a.length === 1 &&
    JSON.stringify(new Date(0)) === '"1970-01-01T00:00:00.000Z"' &&
    new Intl.NumberFormat("en").format(1000) === "1,000" &&
    new Date(0) instanceof Date &&
    inspect(new Map([[1, 2]])) === "Map(1) { 1 => 2 }" &&
    isDeepStrictEqual({ a: 1 }, { a: 1 });
  for (const engine of engines) {
    const verdict = check(instantiate(toy({ invariants: { same: the.invariant(same) } })), {
      engine,
    });
    expect(verdict.kind).toBe("holds");
  }
});

test("between the functions of a spec all is as ever", () => {
  instantiate(toy({}));
  expect(Date.now()).toBeGreaterThan(0);
  expect(new Date().getFullYear()).toBeGreaterThan(2000);
  expect(typeof Date()).toBe("string");
  expect(performance.now()).toBeGreaterThan(0);
  expect(Math.random()).toBeLessThan(1);
  expect(crypto.randomUUID()).toHaveLength(36);
  expect(process.hrtime.bigint()).toBeGreaterThan(0n);
  expect(process.env["PATH"]).toBe(taken.environment["PATH"]);
  expect(Object.keys(process.env)).toContain("PATH");
  expect(maker("Function")("return 2")()).toBe(2);
  expect(maker("eval")("1 + 1")).toBe(2);
  expect(new WeakRef(taken).deref()).toBe(taken);
  expect(Function).toBe((() => {}).constructor);
  expect(new Date(0)).toBeInstanceOf(Date);
  expect(Atomics.add(new Int32Array(new SharedArrayBuffer(4)), 0, 1)).toBe(0);
});

test("a variable of the environment may be set while no function of a spec runs", () => {
  taken.environment["HINTPROOF_TEST"] = "set";
  expect(process.env["HINTPROOF_TEST"]).toBe("set");
  delete taken.environment["HINTPROOF_TEST"];
  const sets = (): boolean => {
    taken.environment["HINTPROOF_TEST"] = "by a condition";
    return true;
  };
  const { action, spec } = declare({ constants: {}, state: { x: oneOf("a", "b") } });
  const its = spec({
    name: "sets",
    title: "",
    actions: { sets: action("a", { when: sets, effect: () => {} }) },
  });
  for (const engine of engines) {
    expect(() => check(instantiate(its), { engine })).toThrow(/it asks for process\.env/);
  }
  expect(process.env["HINTPROOF_TEST"]).toBeUndefined();
});

test("after an error nothing is refused any more", () => {
  for (const engine of engines) {
    faultOf(() => guarded(() => Date.now()), engine);
    faultOf(
      () =>
        guarded(() => {
          throw new Error("another");
        }),
      engine,
    );
    expect(Date.now()).toBeGreaterThan(0);
    expect(check(instantiate(toy({})), { engine }).kind).toBe("holds");
  }
});

describe("what a state looks like", () => {
  const deep = { count: 0, turn: "on" };
  const plain = { at: ["here", "here"], queue: [], members: new Set(), deep };
  const looks: Readonly<Record<string, (state: Wrong) => unknown>> = {
    "as JSON": (state) => JSON.stringify(state),
    "as JSON, spaced": (state) => JSON.stringify(state, null, 2),
    "as JSON of a part": (state) => JSON.stringify([state.at, state.deep, state.queue]),
    "as JSON with a replacer": (state) =>
      JSON.stringify(state, (_, value: unknown) => (value instanceof Set ? [...value] : value)),
    "by its keys": (state) => Object.keys(state).join(),
    "by the keys of a record": (state) => Object.keys(state.deep).join(),
    "by its entries": (state) => JSON.stringify(Object.entries(state)),
    "by its values": (state) => JSON.stringify(Object.values(state)),
    spread: (state) => JSON.stringify({ ...state, more: [...state.at, ...state.members] }),
    "in a loop": (state) => {
      const names: string[] = [];
      for (const name in state) names.push(name);
      return names.join();
    },
    "in a text": (state) => `${state} ${state.deep} ${state.at} ${state.queue} ${state.members}`,
    "assigned to another": (state) => JSON.stringify(Object.assign({}, state)),
    "as a promise of it": (state) => typeof Promise.resolve(state),
    "copied from an entry": (state) =>
      JSON.stringify(Object.fromEntries(Object.entries(state.deep))),
  };

  /** Counts in the state by whether what is seen of it is the same as at the start. */
  const differsBy = (look: (state: Wrong) => unknown): Spec =>
    toy({
      actions: {
        turns,
        moves,
        counts: the.action("clock", {
          when: (state) => look(state) !== look(plain) && state.deep.count < 2,
          effect: (state) => {
            look(state);
            state.deep.count += look(state) === look(plain) ? 1 : 2;
          },
        }),
      },
      invariants: { claim: the.invariant((state) => look(state) !== "never") },
    });

  test.each(Object.entries(looks))("is the same to both engines %s", (_name, look) => {
    const [reference, compiled] = engines.map((engine) => {
      const { kind, statistics } = check(instantiate(differsBy(look)), { engine });
      return { kind, states: statistics.distinctStates, transitions: statistics.transitions };
    });
    expect(reference?.kind).toBe("holds");
    expect(compiled).toEqual(reference);
  });

  test("cannot be told by the names of parts that not every record has, on either engine", () => {
    const chosen = the.invariant((state) => JSON.stringify(state, ["deep", "count"]) !== "");
    for (const engine of engines) {
      expect(faultOf(() => toy({ invariants: { chosen } }), engine)).toMatch(
        /there is no field deep/,
      );
    }
  });

  test("can be cloned in a condition, and is refused alike in an effect", () => {
    for (const engine of engines) {
      const cloned = the.invariant((state) => structuredClone(state).deep.count === 0);
      expect(check(instantiate(toy({ invariants: { cloned } })), { engine }).kind).toBe("holds");
      const acts = the.action("clock", { effect: (state) => void structuredClone(state) });
      expect(faultOf(() => toy({ actions: { acts } }), engine)).toContain(
        "toy: the effect of acts() fails: #<Object> could not be cloned",
      );
    }
  });

  test("is what util.inspect shows of it, in a condition as in a property", () => {
    const shown = the.witness(
      (state) =>
        inspect(state.deep) === "{ count: 0, turn: 'off' }" &&
        inspect(state.at.filter((place) => place === "there")) === "[ 'there' ]" &&
        inspect(state.members).startsWith("Set(1) {") &&
        inspect(state).includes("deep: { count: 0, turn: 'off' }"),
    );
    for (const engine of engines) {
      expect(check(instantiate(toy({ witnesses: { shown } })), { engine }).kind).toBe("holds");
    }
  });

  test("is what console.log prints, a draft too", () => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, "log").mockImplementation((...all: unknown[]) => {
      lines.push(inspect(all[0]));
    });
    const says = the.action("clock", {
      when: (state) => {
        console.log(state.deep);
        return state.deep.count === 0;
      },
      effect: (state) => {
        state.deep.count = 1;
        console.info(state.deep);
      },
    });
    try {
      for (const engine of engines) {
        lines.length = 0;
        check(instantiate(toy({ actions: { says, moves }, mayEnd: () => true })), { engine });
        expect(new Set(lines)).toEqual(
          new Set(["{ count: 0, turn: 'on' }", "{ count: 1, turn: 'on' }"]),
        );
      }
    } finally {
      spy.mockRestore();
    }
  });

  test("a variable that is not declared is an error also where a condition catches that, late in a search", () => {
    const goes = the.action("clock", {
      when: (state: Wrong) => {
        try {
          return state.deep.count < 2 && !(state.deep.count === 1 && state.lock !== "free");
        } catch {
          return state.deep.count < 2;
        }
      },
      effect: (state) => {
        state.deep.count += 1;
      },
    });
    const spec = (): Spec => toy({ actions: { goes }, mayEnd: () => true });
    expect(faultOf(spec, "compiled")).toMatch(/the condition of goes: there is no variable lock/);
  });

  test("a variable that is not declared is still an error, and so is one called after a method", () => {
    for (const engine of engines) {
      const spec = (): Spec =>
        toy({ invariants: { claim: the.invariant((state: Wrong) => state.dep === undefined) } });
      expect(faultOf(spec, engine)).toMatch(/there is no variable dep; did you mean deep\?/);
    }
  });
});
