import type { Parts } from "../../../layout.ts";

/** As much of a view as those need to know who meet one behind a value, whatever its kind. */
export interface AnyView {
  /** Tells it from the other views. */
  readonly number: number;
  /** Where it lies in the base state, and what lies there; -1 and undefined for a list of its own. */
  readonly at: number;
  readonly parts: Parts | undefined;
  /** Writes what has changed of it, as long as it lies where it lay. */
  emit(): void;
}

/** The key under which a view answers with itself. */
export const itself = Symbol("view");

/** The view that a value is the proxy of, if it is one. */
export function viewOf(value: unknown): AnyView | undefined {
  return typeof value === "object" && value !== null
    ? (Reflect.get(value, itself) as AnyView | undefined)
    : undefined;
}

/** What `console.log` asks of the target of a proxy, past the proxy, for what is to be shown of it. */
const inspected = Symbol.for("nodejs.util.inspect.custom");

/** A target for the proxies of views: whoever prints one sees, and asks for, what the view stands for. */
export function targetOf<T extends object>(target: T): T {
  const value = function (this: unknown): unknown {
    return plain(this);
  };
  return Object.defineProperty(target, inspected, { value, configurable: true });
}

/** What a view stands for, all of it read. */
function plain(value: unknown): unknown {
  if (viewOf(value) === undefined) return value;
  if (value instanceof Set) return new Set(value);
  if (Array.isArray(value)) return Array.from(value, plain);
  return Object.fromEntries(
    Object.entries(value as object).map(([name, inner]) => [name, plain(inner)]),
  );
}

/** The same text for an object as long as nothing in it is changed; what a view stands for aside. */
export function printOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  const view = viewOf(value);
  if (view !== undefined) return `view ${view.number}`;
  if (value instanceof Set) return `set (${[...value].map(printOf).join()})`;
  const parts = Object.entries(value).map(([key, inner]) => `${key}: ${printOf(inner)}`);
  return `(${parts.join()})`;
}
