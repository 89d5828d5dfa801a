import { checkMessage, OutOfDomain, type PartsOf, type Place } from "../../../layout.ts";
import type { Notes } from "../notes.ts";
import { viewOf } from "./any-view.ts";

const scratch: number[] = [0];

/** Whether values are written in one slot, and compared by their digit. */
export function isScalar({ parts: { kind } }: Place): boolean {
  return kind === "word" || kind === "whole" || kind === "index";
}

/** The digit of a scalar, or -1 if the value is none of the domain. */
export function digitOf(of: Place, value: unknown): number {
  try {
    of.encode(value, scratch, 0);
    return (scratch[0] as number) + 0;
  } catch (error) {
    if (error instanceof OutOfDomain) return -1;
    throw error;
  }
}

/** The digits of a value, views in it read as they are at the end. */
export function digitsOf(of: Place, value: unknown): number[] {
  const digits = new Array<number>(of.slots).fill(0);
  encodeInto(of, value, digits, 0);
  return digits;
}

/** As `encode` of the place; but immer's idea of what a draft may hold counts, and views are as good. */
function encodeInto(of: Place, value: unknown, digits: number[], at: number): void {
  const { parts } = of;
  switch (parts.kind) {
    case "word":
    case "whole":
    case "index":
    case "subset":
      of.encode(value, digits, at);
      return;
    case "optional":
      if (value === (parts.isLeftOut ? undefined : "none")) return;
      digits[at] = 1;
      encodeInto(parts.of, value, digits, at + 1);
      return;
    case "record": {
      if (typeof value !== "object" || value === null || !isPlain(value, Object.prototype)) {
        throw new OutOfDomain(value, "a record");
      }
      for (const name of Object.keys(value)) {
        if (!parts.fields.has(name)) throw new OutOfDomain(value, "nothing");
      }
      if (parts.kinds !== undefined) checkMessage(value, parts.kinds);
      for (const [name, field] of parts.fields) {
        encodeInto(field.of, Reflect.get(value, name), digits, at + field.offset);
      }
      return;
    }
    default: {
      const first = parts.kind === "sequence" ? at + 1 : at;
      const values = listOf(value, parts);
      if (parts.kind === "sequence") digits[at] = values.length;
      values.forEach((element, place) =>
        encodeInto(parts.of, element, digits, first + place * parts.of.slots),
      );
    }
  }
}

/** The values of a list, as many as there may be. */
function listOf(value: unknown, parts: PartsOf<"each"> | PartsOf<"sequence">): readonly unknown[] {
  if (!Array.isArray(value) || !isPlain(value, Array.prototype)) {
    throw new OutOfDomain(value, "a list");
  }
  const values: unknown[] = [...(value as unknown[])];
  const isRight = parts.kind === "each" ? values.length === parts.size : values.length <= parts.max;
  if (!isRight) throw new OutOfDomain(value, "a list of another length");
  return values;
}

/** Values of a class of their own are kept by immer as they are, with what drafts are in them. */
function isPlain(value: object, prototype: object): boolean {
  const actual: unknown = Object.getPrototypeOf(value);
  return actual === prototype || actual === null;
}

/** Writes what was assigned to a place: if it is the view of that place, no more than its changes. */
export function emitValue(notes: Notes, of: Place, at: number, value: unknown): void {
  const view = viewOf(value);
  if (view !== undefined && view.at === at && view.parts === of.parts) {
    view.emit();
    return;
  }
  const { parts } = of;
  if (parts.kind === "optional") {
    if (value !== "none") {
      if (view !== undefined && view.at > at && view.at < at + of.slots) notes.digit(at);
      notes.set(at, 1);
      emitValue(notes, parts.of, at + 1, value);
      return;
    }
    if (notes.isNone(at)) return;
  }
  if (parts.kind === "sequence") emitSequence(notes, parts, at, listOf(value, parts));
  else notes.setAll(at, digitsOf(of, value));
}

/** Writes all the places of a sequence; those that are not used are known to be zero. */
export function emitSequence(
  notes: Notes,
  parts: PartsOf<"sequence">,
  at: number,
  values: readonly unknown[],
): void {
  if (values.length > parts.max) throw new OutOfDomain(values, "a shorter sequence");
  const { of } = parts;
  const digits = values.map((value) => digitsOf(of, value));
  notes.set(at, values.length);
  const zeros = new Array<number>(of.slots).fill(0);
  const used = Math.max(values.length, notes.longest(at));
  for (let place = 0; place < used; place++) {
    notes.setAll(at + 1 + place * of.slots, digits[place] ?? zeros);
  }
}
