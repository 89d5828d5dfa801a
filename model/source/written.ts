import {
  type AnyNode,
  type ArrowFunctionExpression,
  type FunctionExpression,
  parseExpressionAt,
} from "acorn";

/** The tree of a function: an arrow, or what is written with `function` or as a method. */
export type Written = ArrowFunctionExpression | FunctionExpression;

/** A function of whatever it takes. */
export type AnyFunction = (...all: never[]) => unknown;

/** What a name outside of a function stands for. */
export interface Found {
  readonly value: unknown;
}

/** Where a function is from: its tree, and the values of the variables around it. */
export interface Origin {
  readonly tree: Written;
  /** What the places in the tree are places of. */
  readonly source: string;
  /** What a free name of the function stands for now; undefined if that cannot be told. */
  lookUp(name: string): Found | undefined;
  /** All that its free names stand for now, but for globals; undefined if that cannot be told. */
  outside(): ReadonlyMap<string, Found> | undefined;
}

// Taken before any spec is loaded, which might put something else in their places.
const toText = Reflect.get(Function.prototype, "toString") as (this: AnyFunction) => string;
const apply = Reflect.apply as <T>(its: (this: AnyFunction) => T, self: AnyFunction, all: []) => T;
const hasOwn = Object.hasOwn as (object: object, name: PropertyKey) => boolean;

/** The text of a function as the engine runs it, whatever its own `toString` says. */
export const textOf = (its: AnyFunction): string => apply(toText, its, []);

/** The tree of a function's text, in a text around it; undefined for what is native, bound, or a class. */
export function treeOf(
  its: AnyFunction,
): { readonly tree: Written; readonly source: string } | undefined {
  const text = textOf(its);
  if (text.endsWith("{ [native code] }") || text.startsWith("class")) return undefined;
  for (const source of [`(${text})`, `({${text}}).x`]) {
    try {
      const found = parseExpressionAt(source, 0, { ecmaVersion: 2024, sourceType: "module" });
      if (found.type === "ArrowFunctionExpression" || found.type === "FunctionExpression") {
        return { tree: found as Written, source };
      }
      if (found.type !== "MemberExpression" || found.object.type !== "ObjectExpression") continue;
      const [method] = found.object.properties;
      if (method?.type !== "Property" || method.kind !== "init" || method.computed) continue;
      if (method.value.type === "FunctionExpression") {
        return { tree: method.value as Written, source };
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

/** Tells where functions are from. */
export interface Origins {
  /** Undefined where that cannot be told: a native or bound function, another engine. */
  of(its: AnyFunction): Origin | undefined;
  isProxy(value: object): boolean;
  /** What stands for the words in the text of a class where it closes over a variable of that name. */
  aroundClass(its: AnyFunction): ReadonlyMap<string, Found>;
  /** What is in an object and no code can ask it for, by name: private fields, what a bound function calls. */
  hiddenIn(its: object): ReadonlyMap<string, unknown>;
}

/** As much of node:inspector as is used. */
interface Session {
  connect(): void;
  disconnect(): void;
  post(method: string, parameters: object, then: (error: unknown, result: never) => void): void;
}

/** A value as the inspector hands it out: an object by a name, anything else in one of these ways. */
interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly description?: string;
}

/** A property that only the inspector sees. */
interface HiddenProperty {
  readonly name: string;
  readonly value?: RemoteObject;
}

interface HiddenProperties {
  readonly internalProperties?: readonly HiddenProperty[];
  readonly privateProperties?: readonly HiddenProperty[];
}

/** A scope as the inspector shows it: what it is, and an object with its variables. */
interface Scope {
  readonly description: string;
  readonly object?: object;
}

interface Builtins {
  getBuiltinModule?(name: "node:inspector"): { readonly Session: new () => Session } | undefined;
  getBuiltinModule?(
    name: "node:util",
  ): { readonly types: { isProxy(value: unknown): boolean } } | undefined;
}

const process = Reflect.get(globalThis, "process") as Builtins | undefined;

/** Where what the inspector is to look at is put for it. */
const handed = Symbol.for("hintproof handed to the inspector");

/**
 * Where functions are from, as the JavaScript engine's own inspector tells: not by where a text occurs,
 * which may be twice, but by the very scopes that a function closes over. Undefined where there is no
 * inspector.
 */
export function originsOf(): Origins | undefined {
  const inspector = process?.getBuiltinModule?.("node:inspector");
  const util = process?.getBuiltinModule?.("node:util");
  if (inspector === undefined || util === undefined) return undefined;
  const isProxy = (value: object): boolean => util.types.isProxy(value);
  const session = new inspector.Session();
  session.connect();

  function post<T>(method: string, parameters: object): T {
    let answer: T | undefined;
    let failure: unknown;
    session.post(method, parameters, (error, result) => {
      answer = result;
      failure = error;
    });
    if (failure !== null && failure !== undefined) {
      throw new Error(`The inspector does not answer ${method}.`);
    }
    return answer as T;
  }

  const hand = (value: unknown): void => {
    Reflect.set(globalThis, handed, value);
  };
  const key = 'globalThis[Symbol.for("hintproof handed to the inspector")]';

  /** What only the inspector sees of an object, as long as it is asked. */
  function inspected<T>(its: object, ask: (seen: HiddenProperties) => T): T {
    const group = "hintproof";
    try {
      hand(its);
      const { result } = post<{ result: RemoteObject }>("Runtime.evaluate", {
        expression: key,
        objectGroup: group,
      });
      return ask(post("Runtime.getProperties", { objectId: result.objectId, ownProperties: true }));
    } finally {
      Reflect.deleteProperty(globalThis, handed);
      post("Runtime.releaseObjectGroup", { objectGroup: group });
    }
  }

  /** Takes an object from the inspector; false if that did not go well. */
  function take(objectId: string, into: (value: never) => void): boolean {
    hand(into);
    const { exceptionDetails } = post<{ exceptionDetails?: object }>("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: `function () { ${key}(this); }`,
    });
    return exceptionDetails === undefined;
  }

  /** The variables of the scopes around a function, the nearest first; the global ones left out. */
  function scopesOf(its: AnyFunction): readonly object[] | undefined {
    return inspected(its, ({ internalProperties = [] }) => {
      const list = internalProperties.find(({ name }) => name === "[[Scopes]]")?.value;
      if (list?.objectId === undefined) return undefined;
      const scopes: object[] = [];
      const isTaken = take(list.objectId, (all: Readonly<Record<number, Scope>>) => {
        for (const { description, object } of Object.values(all)) {
          if (object !== undefined && description !== "Global") scopes.push(object);
        }
      });
      return isTaken ? scopes : undefined;
    });
  }

  function hiddenIn(its: object): ReadonlyMap<string, unknown> {
    return inspected(its, ({ internalProperties = [], privateProperties = [] }) => {
      const found = new Map<string, unknown>();
      for (const { name, value } of [...internalProperties, ...privateProperties]) {
        if (value === undefined || seenOtherwise.has(name)) continue;
        if (value.objectId === undefined) {
          found.set(name, value.value ?? value.unserializableValue ?? value.description);
        } else take(value.objectId, (one) => found.set(name, one));
      }
      return found;
    });
  }

  /** What names stand for outside of a function; undefined where that cannot be told. */
  function valuesOf(
    its: AnyFunction,
    names: Iterable<string>,
  ): ReadonlyMap<string, Found> | undefined {
    const scopes = scopesOf(its);
    if (scopes === undefined) return undefined;
    const found = new Map<string, Found>();
    // The scopes have all variables of a module in them: no more is kept of them than is asked for.
    for (const name of names) {
      const scope = scopes.find((one) => hasOwn(one, name));
      if (scope !== undefined) found.set(name, { value: Reflect.get(scope, name) });
    }
    return found;
  }

  const known = new WeakMap<AnyFunction, Origin>();
  return {
    isProxy,
    hiddenIn,
    aroundClass: (its) =>
      valuesOf(its, new Set(textOf(its).match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu))) ??
      new Map(),
    of: (its) => {
      let origin = known.get(its);
      const written = origin !== undefined || isProxy(its) ? undefined : treeOf(its);
      if (written === undefined) return origin;
      // Most functions use nothing but what they are given.
      let values: ReadonlyMap<string, Found> | undefined | "not asked" = "not asked";
      const outside = (): ReadonlyMap<string, Found> | undefined => {
        if (values === "not asked") values = valuesOf(its, namesIn(written.tree));
        return values;
      };
      origin = {
        ...written,
        outside,
        lookUp: (name) => {
          const all = outside();
          return all && (all.get(name) ?? globalOf(name));
        },
      };
      known.set(its, origin);
      return origin;
    },
  };
}

/** What the inspector has names for, and others can see as well. */
const seenOtherwise: ReadonlySet<string> = new Set([
  "[[Prototype]]",
  "[[FunctionLocation]]",
  "[[Scopes]]",
]);

/** The names of variables in a tree, and of some other things. */
function namesIn(tree: Written): ReadonlySet<string> {
  const names = new Set<string>();
  visit(tree, (node) => {
    if (node.type === "Identifier") names.add(node.name);
  });
  return names;
}

/** The names that a pattern gives to what is taken apart. */
export function namesBoundBy(pattern: AnyNode): readonly string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return namesBoundBy(pattern.left);
    case "RestElement":
      return namesBoundBy(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : namesBoundBy(element)));
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesBoundBy(property.type === "RestElement" ? property : property.value),
      );
    default:
      return [];
  }
}

/** Calls for a node and all nodes in it. */
export function visit(node: AnyNode, tell: (node: AnyNode) => void): void {
  tell(node);
  for (const value of Object.values(node) as unknown[]) {
    for (const inner of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof inner === "object" && inner !== null && "type" in inner && "start" in inner) {
        visit(inner as AnyNode, tell);
      }
    }
  }
}

/** A global that is plain data; what is behind a getter is not looked at. */
function globalOf(name: string): Found | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  return descriptor !== undefined && "value" in descriptor
    ? { value: descriptor.value as unknown }
    : undefined;
}
