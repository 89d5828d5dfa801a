import type { State } from "../model/index.ts";

/** A state with its `Set`s as sorted arrays. */
export type StateJson = Readonly<Record<string, unknown>>;

/** A state as plain JSON, its `Set`s as sorted arrays. */
export function stateJson(state: State): StateJson {
  return plain(state) as StateJson;
}

function plain(value: unknown): unknown {
  if (value instanceof Set) return [...(value as Set<number>)].sort((a, b) => a - b);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
