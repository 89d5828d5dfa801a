import { viewOf } from "./any-view.ts";
import { ListView } from "./list-view.ts";
import type { Callback } from "../notes.ts";

/** A method for lists of ours; for any other, and without a function to call, the array's own. */
export function method(
  name: keyof unknown[] & string,
  run: (list: ListView, ask: Callback, all: readonly unknown[]) => unknown,
): readonly [string, unknown] {
  const native = Reflect.get(Array.prototype, name) as Callback;
  return [
    name,
    function (this: unknown, ...all: unknown[]): unknown {
      const list = viewOf(this);
      return list instanceof ListView && typeof all[0] === "function"
        ? run(list, all[0] as Callback, all)
        : native.apply(this, all);
    },
  ];
}

/** The same for methods that take no function, of one class of lists. */
export function plainMethod<L extends ListView>(
  name: string,
  of: abstract new (...all: never[]) => L,
  run: (list: L, all: readonly unknown[]) => unknown,
): readonly [string, unknown] {
  const native = Reflect.get(Array.prototype, name) as Callback;
  return [
    name,
    function (this: unknown, ...all: unknown[]): unknown {
      const list = viewOf(this);
      return list instanceof of ? run(list, all) : native.apply(this, all);
    },
  ];
}

const natively = (name: "indexOf" | "includes", list: ListView, all: readonly unknown[]): unknown =>
  (Array.prototype[name] as Callback).apply(list.proxy, all as unknown[]);

/** What all lists of ours do otherwise than arrays, by name. */
export const listMethods = new Map<PropertyKey, unknown>([
  method("every", (list, ask, all) => list.search(ask, all[1], false) < 0),
  method("some", (list, ask, all) => list.search(ask, all[1], true) >= 0),
  method("findIndex", (list, ask, all) => list.search(ask, all[1], true)),
  method("find", (list, ask, all) => list.find(ask, all[1])),
  method("filter", (list, ask, all) => list.filter(ask, all[1])),
  method("map", (list, ask, all) => list.map(ask, all[1])),
  method("flatMap", (list, ask, all) => list.map(ask, all[1]).flat()),
  method("reduce", (list, ask, all) => {
    if (all.length > 1) return list.reduce(ask, all[1]);
    return Reflect.apply(Array.prototype.reduce, list.proxy, [ask]);
  }),
  plainMethod("indexOf", ListView, (list, all) =>
    all.length === 1 ? list.indexOf(all[0]) : natively("indexOf", list, all),
  ),
  plainMethod("includes", ListView, (list, all) =>
    all.length === 1 && !Number.isNaN(all[0])
      ? list.includes(all[0])
      : natively("includes", list, all),
  ),
]);
