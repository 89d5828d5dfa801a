import type { Field, Parts, PartsOf, Place } from "../../../layout.ts";
import type { Notes } from "../notes.ts";
import { type AnyView, viewOf } from "./any-view.ts";
import { emitValue } from "./assigned.ts";

/**
 * The notes, and how views are made of the parts of a view: whoever records knows all their kinds, and
 * this file none.
 */
export interface Recording extends Notes {
  /** A view of what lies at a slot of the base state: the part of a parent under a key, or a copy that has none. */
  newView(at: number, parts: CompositeParts, parent: View | undefined, key: Key): View;
}

/** What lies at a slot of the base state, assigned to another place as it is there. */
export class Copied {
  readonly of: Place;
  readonly at: number;
  /** The view of it, once it was asked for more than one digit; it may be changed. */
  view: View | undefined;

  constructor(of: Place, at: number) {
    this.of = of;
    this.at = at;
  }

  get isAsItWas(): boolean {
    return this.view?.hasChanged !== true;
  }
}

/** The parts of a value that is more than one digit and always there. */
export type CompositeParts = PartsOf<"record" | "each" | "sequence" | "subset">;

/** What a part of a value goes by: the name of a field, or a place in a list. */
export type Key = string | number;

const scratch: number[] = [0];

/**
 * What a spec's function holds for a composite value; the traps of its own proxy. A part that is one digit
 * is asked for whenever it is read, any other has a view of its own. What is assigned to a part is kept
 * beside the base state, which is never changed, and written at the end.
 */
export abstract class View implements AnyView {
  readonly proxy: object;
  /** The run in which it was made. */
  protected readonly run: number;
  /** What was assigned to its parts, by key. */
  protected written: Map<Key, unknown> | undefined;
  /** The views of its parts, by key. */
  protected children: Map<Key, View> | undefined;
  /** Those of them that were changed. */
  protected changed: Map<Key, View> | undefined;
  /** Whether it, or something in it, was changed. */
  private isChanged = false;
  readonly notes: Recording;
  readonly number: number;
  readonly at: number;
  abstract readonly parts: Parts | undefined;
  /** The view of which it is the part under `key`; none for a whole state, and for a list of its own. */
  private readonly parent: View | undefined;
  private readonly key: Key;
  /** Whether it is of the state before a step whose effect is run: it stays as it is. */
  private readonly isBefore: boolean;

  constructor(
    notes: Recording,
    at: number,
    target: object,
    parent?: View,
    key: Key = "",
    isBefore = parent?.isBefore ?? false,
  ) {
    this.notes = notes;
    this.run = notes.run;
    this.number = notes.views++;
    this.at = at;
    this.parent = parent;
    this.key = key;
    this.isBefore = isBefore;
    this.proxy = new Proxy(target, this as ProxyHandler<object>);
  }

  abstract emit(): void;

  /** Whether it is of a whole state, or of a list of its own. */
  protected get isWhole(): boolean {
    return this.parent === undefined;
  }

  /** That it is used, in its run. */
  protected use(): void {
    if (this.run !== this.notes.run) throw new TypeError("a state is used after its step");
  }

  /** Whether it may only be read. Asked by who would change it; of the state before a step nobody else can tell. */
  protected isFixed(): boolean {
    if (this.isBefore) this.notes.giveUp("changes the state before the step");
    return this.notes.isReadOnly;
  }

  /** That it is changed. */
  protected touch(): void {
    this.use();
    this.notes.writes += 1;
    this.markChanged();
  }

  get hasChanged(): boolean {
    return this.isChanged;
  }

  /** Tells those around it, so that `emit` finds it. */
  private markChanged(): void {
    if (this.isChanged) return;
    this.isChanged = true;
    if (this.parent === undefined) return;
    this.parent.changed ??= new Map();
    this.parent.changed.set(this.key, this);
    this.parent.markChanged();
  }

  /** What lies under a key, which there is: what was assigned, or what lies there in the base state. */
  protected part(key: Key, of: Place, at: number): unknown {
    this.use();
    if (this.written?.has(key) !== true) return this.basePart(key, of, at);
    const value = this.written.get(key);
    return value instanceof Copied ? this.copiedPart(value) : this.handOut(value);
  }

  /** The value of what was copied. */
  protected copiedPart(copied: Copied): unknown {
    return this.baseValue(copied.of, copied.at, (parts, at) => {
      copied.view ??= this.notes.newView(at, parts, undefined, "");
      return copied.view;
    });
  }

  /** What lies under a key in the base state, with what was changed inside it. */
  protected basePart(key: Key, place: Place, offset: number): unknown {
    return this.baseValue(place, offset, (parts, at) => {
      this.children ??= new Map();
      let child = this.children.get(key);
      if (child === undefined) {
        child = this.notes.newView(at, parts, this, key);
        this.children.set(key, child);
      }
      return child;
    });
  }

  private baseValue(
    place: Place,
    offset: number,
    viewAt: (parts: CompositeParts, at: number) => View,
  ): unknown {
    let of = place;
    let at = offset;
    for (;;) {
      const { parts } = of;
      switch (parts.kind) {
        case "word":
        case "whole":
        case "index":
          scratch[0] = this.notes.digit(at);
          return of.decode(scratch, 0);
        case "optional":
          if (this.notes.digit(at) === 0) return parts.isLeftOut ? undefined : "none";
          of = parts.of;
          at += 1;
          break;
        default:
          return viewAt(parts, at).proxy;
      }
    }
  }

  /** To be told of what is written: where one zero is to replace another, immer leaves the sign that is there. */
  protected receive(value: unknown): void {
    if (Object.is(value, -0)) this.notes.giveUp("writes a zero with a sign");
  }

  /** Takes a value as it is: what is done to it later counts. */
  protected assign(key: Key, value: unknown): void {
    this.receive(value);
    this.touch();
    this.written ??= new Map();
    this.written.set(key, value);
  }

  /** Writes what was assigned and what was changed inside, given where the part of a key lies. */
  protected emitParts(partOf: (key: Key) => Field): void {
    if (this.written !== undefined) {
      for (const [key, value] of this.written) {
        const { offset, of } = partOf(key);
        const at = this.at + offset;
        if (!(value instanceof Copied)) emitValue(this.notes, of, at, value);
        else if (value.isAsItWas) this.notes.copyAll(value.at, at, of.slots);
        else emitValue(this.notes, of, at, this.copiedPart(value));
      }
    }
    if (this.changed === undefined) return;
    for (const [key, view] of this.changed) {
      if (this.written?.has(key) === true) continue;
      const { offset } = partOf(key);
      // The view is of a value that is optional, perhaps twice over: that it is there was asked.
      for (let slot = this.at + offset; slot < view.at; slot++) this.notes.digit(slot);
      view.emit();
    }
  }

  /** A value that was assigned; one that is no view may be changed behind our back from here on. */
  protected handOut(value: unknown): unknown {
    if (typeof value === "object" && value !== null && viewOf(value) === undefined) {
      this.notes.watch(value);
    }
    return value;
  }

  defineProperty(): boolean {
    return this.notes.giveUp("defines a property of the state");
  }
  deleteProperty(): boolean {
    return this.notes.giveUp("deletes a property of the state");
  }
  setPrototypeOf(): boolean {
    return this.notes.giveUp("sets a prototype in the state");
  }
  isExtensible(): boolean {
    return this.notes.giveUp("asks whether a part of the state is frozen");
  }
  preventExtensions(): boolean {
    return this.notes.giveUp("freezes a part of the state");
  }
}
