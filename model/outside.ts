import { current, isDraft } from "immer";
import { refuse, unheard } from "../spec/index.ts";

/*
 * What a function of a spec may not ask: clocks, random sources, timers, the process, the collector of
 * garbage, code made of text. Each such function of the platform is replaced, once and for all, by one that
 * refuses while a function of a spec runs and is as ever at any other time. What was taken out of the
 * platform before that (`const clock = Date.now` in a module that is loaded first) is not seen.
 */

type Any = (...all: never[]) => unknown;

/** The guards of functions that have one; a guard is its own. */
const guards = new WeakMap<object, Any>();
/** Objects that were gone through. */
const guarded = new WeakSet<object>();

/** A function that answers as another does, but to a function of a spec; `name` is how that is called. */
function guardOf(of: Any, name: string, isFree: (all: readonly unknown[]) => boolean): Any {
  const known = guards.get(of);
  if (known !== undefined) return known;
  const guard = new Proxy(of, {
    apply: (target, self, all: unknown[]) => {
      refuse(`${name}()`);
      return Reflect.apply(target, self, all);
    },
    construct: (target, all: unknown[], newTarget) => {
      if (!isFree(all)) refuse(`new ${name}()`);
      return Reflect.construct(target, all, newTarget) as object;
    },
  });
  guards.set(of, guard);
  guards.set(guard, guard);
  return guard;
}

const never = (): boolean => false;

/** The guard of a value, or the value itself, with guards in it. */
function valueOf(value: unknown, name: string): unknown {
  if (typeof value === "function") {
    guardFunctions(value, name);
    return guardOf(value as Any, name, never);
  }
  if (typeof value === "object" && value !== null) guardFunctions(value, name);
  return value;
}

/** What every function has. */
const ofFunctions = ["prototype", "name", "length", "arguments", "caller"];

/**
 * Puts guards before the functions of an object, and before what its getters answer; those of `allowed` are
 * left alone. `areValuesGuarded` says whether it may not even be asked for what is no function.
 */
export function guardFunctions(
  object: object,
  name: string,
  allowed: readonly string[] = [],
  areValuesGuarded = false,
): void {
  if (guarded.has(object)) return;
  guarded.add(object);
  for (const [key, its] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    const isOther = key === "constructor" || key.startsWith("_");
    const isOfFunction = typeof object === "function" && ofFunctions.includes(key);
    if (isOther || isOfFunction || allowed.includes(key)) continue;
    const path = `${name}.${key}`;
    const isPlain = typeof its.value !== "function" && its.get === undefined;
    if (isPlain && !areValuesGuarded) continue;
    if (its.configurable === true) {
      Object.defineProperty(object, key, isPlain ? hidden(its, path) : guardedProperty(its, path));
    } else if (its.writable === true && !isPlain) {
      Reflect.set(object, key, valueOf(its.value, path));
    }
  }
}

const getterOf = (its: PropertyDescriptor): Any | undefined =>
  Reflect.get(its, "get") as Any | undefined;

function guardedProperty(its: PropertyDescriptor, path: string): PropertyDescriptor {
  const get = getterOf(its);
  if (get === undefined) return { ...its, value: valueOf(its.value, path) as unknown };
  return {
    ...its,
    get(this: unknown): unknown {
      refuse(path);
      return valueOf(Reflect.apply(get, this, []), path);
    },
  };
}

/** A property that is no function, behind a getter. */
function hidden(its: PropertyDescriptor, path: string): PropertyDescriptor {
  let value: unknown = its.value;
  return {
    get: () => {
      refuse(path);
      return value;
    },
    set: (next: unknown) => {
      value = next;
    },
    enumerable: its.enumerable ?? false,
    configurable: true,
  };
}

/** Puts a guard before one property of an object, if there is such a property. */
function guardProperty(object: object, key: string, name: string): void {
  const its = Object.getOwnPropertyDescriptor(object, key);
  if (its?.configurable !== true) return;
  Object.defineProperty(object, key, guardedProperty(its, name));
}

/** Puts guards before properties of an object of the platform, if there is such an object. */
function guardEach(of: string, keys: readonly string[]): void {
  const object = of.split(".").reduce<unknown>((at, key) => Object(at)[key], globalThis);
  if (object === undefined) return;
  for (const key of keys) {
    guardProperty(object as object, key, `${of.replace(".prototype", "")}.${key}`);
  }
}

/** What may not even be touched. */
const globals = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
  "navigator",
  "eval",
  "gc",
  "WeakRef",
  "FinalizationRegistry",
  "SharedArrayBuffer",
  "MessageChannel",
  "BroadcastChannel",
  "PerformanceObserver",
  "PerformanceMark",
  "WebSocket",
  "EventSource",
  "Worker",
  "XMLHttpRequest",
  "localStorage",
  "sessionStorage",
  "indexedDB",
];

/** What of a date depends on where the machine stands. */
const localTime = [
  "getTimezoneOffset",
  "getFullYear",
  "getYear",
  "getMonth",
  "getDate",
  "getDay",
  "getHours",
  "getMinutes",
  "getSeconds",
  "toString",
  "toDateString",
  "toTimeString",
  "toLocaleString",
  "toLocaleDateString",
  "toLocaleTimeString",
];

/** Puts guards before all of that. A second call does nothing. */
export function guardOutside(): void {
  if (guarded.has(globalThis)) return;
  guarded.add(globalThis);
  guardDates();
  guardCrypto();
  for (const name of globals) guardProperty(globalThis, name, name);
  guardProperty(Math, "random", "Math.random");
  guardFunctions(Atomics, "Atomics");
  guardEach("WeakRef.prototype", ["deref"]);
  guardEach("FinalizationRegistry.prototype", ["register", "unregister"]);
  guardEach("Intl", ["DateTimeFormat"]);
  guardFunctions(Intl.DateTimeFormat.prototype, "Intl.DateTimeFormat");
  guardEach("Event.prototype", ["timeStamp"]);
  guardEach("File.prototype", ["lastModified"]);
  guardEach("URL", ["createObjectURL"]);
  guardEach("AbortSignal", ["timeout"]);
  const { performance, process, Temporal } = globalThis as unknown as Record<string, object>;
  if (performance !== undefined) {
    guardFunctions(performance, "performance");
    guardFunctions(Object.getPrototypeOf(performance) as object, "performance");
  }
  if (process !== undefined) {
    guardEnvironment(process as NodeJS.Process);
    guardFunctions(process, "process", ["env"], true);
  }
  if (Temporal !== undefined) guardFunctions(Reflect.get(Temporal, "Now"), "Temporal.Now");
  guardMakersOfCode();
  letConsoleSpeak();
}

/** A date may be made of a time, and told in universal time; what time it is may not be asked. */
function guardDates(): void {
  const { prototype } = Date;
  guardEach("Date", ["now"]);
  guardEach("Date.prototype", localTime);
  const guard = guardOf(Date, "Date", (all) => all.length === 1);
  Object.defineProperty(globalThis, "Date", { value: guard, writable: true, configurable: true });
  Object.defineProperty(prototype, "constructor", { value: guard });
}

/** It is loaded when it is first asked for, and so is its class, which has its functions. */
function guardCrypto(): void {
  const its = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  const get = its?.configurable === true ? getterOf(its) : undefined;
  if (get === undefined) return;
  Object.defineProperty(globalThis, "crypto", {
    ...its,
    get(this: unknown): unknown {
      refuse("crypto");
      const crypto = Reflect.apply(get, this, []) as object;
      guardFunctions(Object.getPrototypeOf(crypto) as object, "crypto");
      return crypto;
    },
  });
}

/** Libraries that a function of a spec calls ask for one variable themselves, immer among them. */
function guardEnvironment(process: { env: NodeJS.ProcessEnv }): void {
  process.env = new Proxy(process.env, {
    get: (env, name) => {
      if (typeof name === "string" && name !== "NODE_ENV") refuse(`process.env.${name}`);
      return Reflect.get(env, name) as unknown;
    },
    set: (env, name, value) => {
      refuse("process.env");
      return Reflect.set(env, name, value);
    },
    has: (env, name) => {
      refuse("process.env");
      return Reflect.has(env, name);
    },
    ownKeys: (env) => {
      refuse("process.env");
      return Reflect.ownKeys(env);
    },
  });
}

/** `Function` and its like make code of text; each is also found as the constructor of any function. */
function guardMakersOfCode(): void {
  const ordinary = Function;
  const makers = [
    (): void => {},
    async (): Promise<void> => {},
    function* (): Generator {},
    async function* (): AsyncGenerator {},
  ];
  for (const maker of makers) {
    const prototype = Object.getPrototypeOf(maker) as { constructor: Any & { name: string } };
    const own = prototype.constructor;
    const guard = guardOf(own, own.name, never);
    Object.defineProperty(prototype, "constructor", { value: guard });
    if (own === ordinary) {
      const property = { value: guard, writable: true, configurable: true };
      Object.defineProperty(globalThis, "Function", property);
    } else Object.setPrototypeOf(own, Function); // by which the original would be found
  }
}

/** A console may be talked to; the clocks and streams behind it are its own affair. */
function letConsoleSpeak(): void {
  for (const [name, speak] of Object.entries(console)) {
    if (typeof speak !== "function") continue;
    const guard = (...all: unknown[]): unknown => {
      const settled = all.map((value) => told(value));
      return unheard(() => Reflect.apply(speak as Any, console, settled) as unknown);
    };
    speeches.add(guard);
    Reflect.set(console, name, guard);
  }
}

const speeches = new WeakSet<object>();
/** Whether a function is one of the console's. */
export const isSpeech = (its: object): boolean => speeches.has(its);

/**
 * What is told of a value: data alone, so that nothing of the spec's is called while it is not watched. What
 * that has of getters is called here, where it is.
 */
function told(value: unknown, above: readonly unknown[] = []): unknown {
  if (typeof value === "function") return `[Function ${String(value.name)}]`;
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value)) return "[Circular]";
  const inside = [...above, value];
  const its: object = isDraft(value) ? current(value) : value;
  if (Array.isArray(its)) return Array.from(its, (one: unknown) => told(one, inside));
  if (its instanceof Set) return new Set([...its].map((one: unknown) => told(one, inside)));
  if (its instanceof Map) {
    return new Map([...its].map(([key, one]) => [told(key, inside), told(one, inside)]));
  }
  if (its instanceof Error) return `${String(its.name)}: ${String(its.message)}`;
  return Object.fromEntries(Object.entries(its).map(([key, one]) => [key, told(one, inside)]));
}
