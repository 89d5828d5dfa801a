import { conditionReads, insideOf, type Part } from "../counterexamples/index.ts";
import type { Model, State, Step } from "../model/index.ts";
import { type Shape, sizeOf } from "../spec/index.ts";
import { textOf } from "../counterexamples/index.ts";

/** A part of a state that the condition of a step looks at where the step is not possible. */
export interface Refusing extends Part {
  /** What it would have to be, all else as it is, for the step to be possible; none if that alone is not enough. */
  readonly wanted: readonly string[];
  /** Whether the condition stops there: with another value it is met, or goes on to look at what it did not reach. */
  readonly decides: boolean;
}

/** More values of one part than this are not tried. */
const mostTried = 64;

/**
 * What refuses a step: the parts that its condition looks at, and, found out by trying other values for each, which of
 * them decide. Nothing is guessed from the order in which they are read.
 */
export function refusalOf(model: Model, state: State, step: Step): readonly Refusing[] {
  const reads = conditionReads(model, state, step);
  const places = placesIn(model, state);
  const seen = new Set(reads.map(({ path }) => path));
  return reads.map((read) => {
    const place = places.get(read.path);
    const wanted: string[] = [];
    let goesOn = false;
    for (const value of place === undefined ? [] : valuesOf(place.shape, model)) {
      const other = replaced(state, place?.keys ?? [], value);
      const text = textOf((place as Place).shape, value, read.path);
      if (text === read.text) continue;
      if (isPossible(model, other, step)) wanted.push(text);
      else goesOn ||= conditionReads(model, other, step).some(({ path }) => !seen.has(path));
    }
    return { ...read, wanted, decides: wanted.length > 0 || goesOn };
  });
}

/** What refuses a step, in a sentence: what decides, if that can be told, else all that is looked at. */
export function refusalText(model: Model, state: State, step: Step): string {
  const all = refusalOf(model, state, step);
  const deciding = all.filter(({ decides }) => decides);
  const said = deciding.length === 0 ? all : deciding;
  if (said.length === 0) return "its condition looks at no part of the state";
  return said.map(({ path, text }) => `${path} is ${text}`).join(", ");
}

function isPossible(model: Model, state: State, step: Step): boolean {
  try {
    return model.isEnabled(state, step);
  } catch {
    // A state that cannot be may be one that the condition cannot stand.
    return false;
  }
}

/** Where a part of a state stands, and what it may be. */
interface Place {
  readonly keys: readonly string[];
  readonly shape: Shape;
}

function placesIn(model: Model, state: State): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const visit = (shape: Shape, value: unknown, path: string, keys: readonly string[]): void => {
    const inside = insideOf(shape);
    if (inside === undefined || typeof value !== "object" || value === null) {
      places.set(path, { keys, shape });
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      const found = inside(key);
      if (found !== undefined) visit(found.shape, inner, path + found.step, [...keys, key]);
    }
  };
  for (const [variable, { shape }] of Object.entries(model.spec.state)) {
    visit(shape, state[variable], variable, [variable]);
  }
  return places;
}

/** A state with another value in one place. */
function replaced(whole: unknown, [key, ...rest]: readonly string[], value: unknown): State {
  if (key === undefined) return value as State;
  const copy = (Array.isArray(whole) ? [...whole] : { ...(whole as object) }) as object;
  Reflect.set(copy, key, replaced(Reflect.get(copy, key), rest, value));
  return copy as State;
}

/** The values that a part may have, where they can be listed. */
function valuesOf(shape: Shape, model: Model): readonly unknown[] {
  const sized = (size: Parameters<typeof sizeOf>[0]): number =>
    sizeOf(size, model.constants, "a part of the state");
  const upTo = (from: number, length: number): readonly number[] =>
    Array.from({ length: Math.max(0, Math.min(length, mostTried)) }, (_, at) => from + at);
  try {
    if (shape.kind === "words") return shape.words;
    if (shape.kind === "index") return upTo(0, sized(shape.set.size));
    if (shape.kind === "optional") return ["none", ...valuesOf(shape.of, model)];
    if (shape.kind === "whole") {
      const [min, max] = [sized(shape.min), sized(shape.max)];
      return upTo(min, max - min + 1);
    }
  } catch {
    // A bound that is no size: nothing is tried.
  }
  return [];
}
