import { isA } from "./shown.ts";
import { SpecError } from "./spec-error.ts";

/*
 * While a file is loaded, what its words find wrong is noted and they go on, so that whoever loads it hears of
 * everything at once. At any other time the first mistake is thrown.
 */

/** The mistakes that were met so far; undefined while nobody notes them. */
let noted: SpecError[] | undefined;
/** Those that were noted apart while a file is loaded. */
let apart: readonly SpecError[] = [];

/** Thrown where a word cannot go on and has said why. */
class Unfinished extends Error {}

/** Several mistakes, none of which follows from another. */
export class Mistakes extends SpecError {
  readonly all: readonly SpecError[];

  constructor(all: readonly SpecError[]) {
    super(all.map(({ message }) => message).join("\n"));
    this.all = all;
  }
}

/** Says what is wrong, and goes on where mistakes are noted; throws a `SpecError` otherwise. */
export function mistake(text: string): void {
  const error = new SpecError(text);
  if (noted === undefined) throw error;
  noted.push(error);
}

/** Ends a word that has said why it cannot go on. */
export function giveUp(): never {
  throw new Unfinished();
}

/** What a word comes to or, where it has a mistake that was noted, something that stands in for it. */
export function orStandIn<T extends object>(make: () => T, standIn: () => T): T {
  const before = noted?.length;
  try {
    const its = make();
    if (noted?.length === before) return its;
  } catch (error) {
    note(error);
  }
  return standingIn(standIn());
}

/** Marks something that only stands in for what has a mistake, or rests on such a thing. */
export function standingIn<T extends object>(its: T): T {
  standIns.add(its);
  return its;
}

const standIns = new WeakSet<object>();

/** Whether something only stands in for what has a mistake, so that nothing wrong can be said of it. */
export const isStandIn = (one: unknown): boolean =>
  typeof one === "object" && one !== null && standIns.has(one);

/** Notes, while a file is loaded, where something is made. */
export function placed<T extends object>(its: T): T {
  if (noted !== undefined) places.set(its, new Error());
  return its;
}

const places = new WeakMap<object, Error>();

/** An error that was thrown nowhere, and says by its stack where something was made; undefined if nobody noted it. */
export const madeAt = (its: object): Error | undefined => places.get(its);

/** Notes the mistakes of one part by themselves: nothing else rests on it. Outside of a load they are thrown. */
export function notingApart<T>(make: () => T): {
  readonly made?: T;
  readonly mistakes: readonly SpecError[];
} {
  const others = noted;
  if (others === undefined) return { made: make(), mistakes: [] };
  const mistakes: SpecError[] = [];
  noted = mistakes;
  try {
    return { made: make(), mistakes };
  } catch (error) {
    note(error);
    return { mistakes };
  } finally {
    noted = others;
    apart = [...apart, ...mistakes];
  }
}

/**
 * Loads a file. Its mistakes are thrown together, with the one at which loading it ended; those of its parts that were
 * noted apart are no reason to, and are told with the others.
 */
export async function notingMistakes<T>(load: () => Promise<T>): Promise<T> {
  const mistakes: SpecError[] = [];
  noted = mistakes;
  apart = [];
  try {
    const loaded = await load();
    if (mistakes.length > 0) throw new Mistakes([...mistakes, ...apart]);
    return loaded;
  } catch (error) {
    if (isA(Mistakes, error) || !isA(SpecError, error)) throw error;
    throw new Mistakes([...mistakes, ...apart, error]);
  } finally {
    noted = undefined;
  }
}

function note(error: unknown): void {
  if (noted === undefined) throw error;
  if (isA(Unfinished, error)) return;
  if (!isA(SpecError, error)) throw error;
  noted.push(error);
}
