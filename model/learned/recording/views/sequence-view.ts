import type { PartsOf } from "../../../layout.ts";
import type { Asked } from "../asked.ts";
import { digitOf, digitsOf, emitSequence, isScalar } from "./assigned.ts";
import { Found, filterLater } from "./found.ts";
import { listMethods, method, plainMethod } from "./list-methods.ts";
import { aList, ListView, placeNamed } from "./list-view.ts";
import type { Callback } from "../notes.ts";
import type { Key, Recording, View } from "./view.ts";

/**
 * A sequence. Until it must be told value by value, its contents are `front`, then what is left of the
 * base state's values, then `back`.
 */
export class SequenceView extends ListView {
  override readonly parts: PartsOf<"sequence">;
  private front: unknown[] = [];
  private readonly back: unknown[] = [];
  /** Places of the base state, in order. */
  private readonly removed: number[] = [];
  /** Whether nothing of the base state is left: all is in `front`. */
  private isOwn = false;

  constructor(
    notes: Recording,
    at: number,
    parts: PartsOf<"sequence">,
    parent: View | undefined,
    key: Key,
  ) {
    super(notes, at, aList, parent, key);
    this.parts = parts;
  }

  private isAsItWas(): boolean {
    return (
      !this.isOwn && this.front.length === 0 && this.back.length === 0 && this.removed.length === 0
    );
  }

  /** The place in the base state, if there is one so far back. */
  private basePlace(place: number): number {
    let base = place - this.front.length;
    for (const removed of this.removed) if (removed <= base) base += 1;
    return base;
  }

  /** How many values come before `back`. */
  private beforeBack(): number {
    if (this.isOwn) return this.front.length;
    return this.front.length + this.notes.length(this.at) - this.removed.length;
  }

  override hasPlace(place: number): boolean {
    this.use();
    if (place < this.front.length) return true;
    if (this.isOwn) return false;
    if (this.notes.longer(this.at, this.basePlace(place))) return true;
    return this.back.length > 0 && place - this.beforeBack() < this.back.length;
  }

  override read(place: number): unknown {
    this.use();
    if (place < this.front.length) return this.handOut(this.front[place]);
    const base = this.basePlace(place);
    if (!this.isOwn && this.notes.longer(this.at, base)) return this.readBase(base);
    return this.handOut(this.back[place - this.beforeBack()]);
  }

  /** The value at a place of the base state. */
  private readBase(base: number): unknown {
    const { of } = this.parts;
    return this.basePart(base, of, this.at + 1 + base * of.slots);
  }

  override count(): number {
    return this.beforeBack() + this.back.length;
  }

  override filter(ask: Callback, self: unknown): unknown {
    if (!this.isAsItWas()) return this.filterNow(ask, self);
    return filterLater(this, ask, self, this.notes.peekLength(this.at), this.at);
  }

  override indexOf(value: unknown): number {
    const { of } = this.parts;
    if (this.isOwn || !isScalar(of)) return super.indexOf(value);
    const { notes } = this;
    const inFront = this.front.indexOf(value);
    if (inFront >= 0) return inFront;
    const digit = digitOf(of, value);
    if (digit >= 0) {
      let base = notes.place(this.at, digit);
      if (base >= 0 && this.removed.includes(base)) {
        do base += 1;
        while (
          notes.longer(this.at, base) &&
          (this.removed.includes(base) || notes.digit(this.at + 1 + base) !== digit)
        );
        if (!notes.longer(this.at, base)) base = -1;
      }
      if (base >= 0) {
        return this.front.length + base - this.removed.filter((removed) => removed < base).length;
      }
    }
    const inBack = this.back.indexOf(value);
    return inBack < 0 ? -1 : this.beforeBack() + inBack;
  }

  protected override methodNamed(key: string | symbol): unknown {
    return sequenceMethods.get(key);
  }

  /** Called before values move. */
  private move(): void {
    if (this.isFixed()) throw new TypeError("a condition or a property only reads");
    this.touch();
    this.version += 1;
  }

  /** Goes on with the values themselves. */
  private own(): unknown[] {
    this.move();
    if (!this.isOwn) this.become([...this.values()]);
    return this.front;
  }

  /** Forgets the base state for the values themselves. */
  private become(values: unknown[]): void {
    this.isOwn = true;
    this.front = values;
    this.back.length = 0;
    this.removed.length = 0;
  }

  /** Takes out the value at a place, which there is; with the questions that handing it out must ask. */
  private take(place: number): { value: unknown; asked: readonly Asked[] } {
    if (place < this.front.length) return { value: this.front.splice(place, 1)[0], asked: [] };
    const base = this.basePlace(place);
    if (this.isOwn || !this.notes.longer(this.at, base)) {
      return { value: this.back.splice(place - this.beforeBack(), 1)[0], asked: [] };
    }
    const path = this.notes.enter();
    const value = this.readBase(base);
    this.notes.leave(path);
    this.removed.push(base);
    this.removed.sort((one, other) => one - other);
    return { value, asked: path.asked };
  }

  push(values: readonly unknown[]): unknown {
    for (const value of values) this.receive(value);
    this.move();
    (this.isOwn ? this.front : this.back).push(...values);
    return this.newLength();
  }

  unshift(values: readonly unknown[]): unknown {
    for (const value of values) this.receive(value);
    this.move();
    this.front.unshift(...values);
    return this.newLength();
  }

  /** What `push` and `unshift` answer; hardly anybody looks, so it is not asked yet. */
  private newLength(): unknown {
    if (this.isOwn) return this.front.length;
    const { notes, at } = this;
    const more = this.front.length + this.back.length - this.removed.length;
    return notes.tell(at) + more;
  }

  shift(): unknown {
    if (this.isFixed()) this.move();
    if (!this.hasPlace(0)) return undefined;
    this.move();
    const { value, asked } = this.take(0);
    this.notes.repeat(asked);
    return this.handOut(value);
  }

  pop(): unknown {
    if (this.isFixed()) this.move();
    let value: unknown;
    if (this.back.length > 0) {
      this.move();
      value = this.back.pop();
    } else {
      const length = this.count();
      if (length === 0) return undefined;
      this.move();
      const taken = this.take(length - 1);
      value = taken.value;
      this.notes.repeat(taken.asked);
    }
    return this.handOut(value);
  }

  splice(from: unknown, times: unknown, values: readonly unknown[]): unknown {
    for (const value of values) this.receive(value);
    this.move();
    let start = toInteger(from);
    if (start < 0) start = Math.max(0, this.count() + start);
    const found = new Found(this.notes, 0, -1);
    for (let left = toInteger(times); left > 0 && this.hasPlace(start); left--) {
      const { value, asked } = this.take(start);
      found.add([], true, value, asked, asked.length);
    }
    if (values.length === 0) return found.proxy;
    if (start <= this.front.length) this.front.splice(start, 0, ...values);
    else if (!this.hasPlace(start) && !this.isOwn) this.back.push(...values);
    else this.own().splice(start, 0, ...values);
    return found.proxy;
  }

  slice(from: unknown, to: unknown): unknown {
    const start = toInteger(from);
    const end = to === undefined ? Number.POSITIVE_INFINITY : toInteger(to);
    if (start < 0 || end < 0) return Array.prototype.slice.call(this.proxy, start, end);
    const result: unknown[] = [];
    if (start > 0 && start < end && !this.hasPlace(start)) return result;
    for (let place = start; place < end && this.hasPlace(place); place++) {
      result.push(this.read(place));
    }
    return result;
  }

  /** Any other method that changes the sequence in place. */
  rearrange(method: Callback, all: readonly unknown[]): unknown {
    for (const value of all) this.receive(value);
    const own = this.own();
    const result = method.apply(own, all as unknown[]);
    return result === own ? this.proxy : result;
  }

  set(_target: object, key: string | symbol, value: unknown, receiver: unknown): boolean {
    const { notes } = this;
    if (this.isFixed()) return false;
    if (receiver !== this.proxy) notes.giveUp("a sequence is a prototype");
    if (key === "length") {
      if (value === 0) {
        this.move();
        this.become([]);
      } else this.own().length = value as number;
      return true;
    }
    const place = placeNamed(key);
    if (place < 0) notes.giveUp(`sets ${String(key)} of a sequence`);
    this.receive(value);
    this.own()[place] = value;
    return true;
  }

  override emit(): void {
    const { notes, parts, at, removed, front, back } = this;
    const inside = [...(this.changed ?? [])].filter(
      ([base]) => !this.isOwn && !removed.includes(base as number),
    );
    if (this.isAsItWas()) {
      for (const [base, view] of inside) {
        const { slots } = parts.of;
        if (!notes.longer(at, base as number)) notes.giveUp("a value has gone");
        const start = at + 1 + (base as number) * slots;
        for (let slot = start; slot < view.at; slot++) notes.digit(slot);
        view.emit();
      }
      return;
    }
    if (this.isOwn) return emitSequence(notes, parts, at, front);
    if (inside.length > 0) return emitSequence(notes, parts, at, [...this.values()]);
    const added = front.length + back.length - removed.length;
    if (added > 0 && notes.longer(at, parts.max - added)) notes.giveUp("a sequence is too long");
    const sequence = notes.sequenceAt(at);
    for (const place of removed.toReversed()) notes.write({ kind: "remove", sequence, place });
    for (const value of front.toReversed()) {
      notes.write({ kind: "prepend", sequence, digits: digitsOf(parts.of, value) });
    }
    for (const value of back) {
      notes.write({ kind: "append", sequence, digits: digitsOf(parts.of, value) });
    }
  }
}

function toInteger(value: unknown): number {
  const number = Math.trunc(Number(value));
  return Number.isNaN(number) ? 0 : number;
}

/** What sequences do otherwise than arrays, by name. */
const sequenceMethods = new Map<PropertyKey, unknown>([
  ...listMethods,
  method("forEach", (list, ask, all) => {
    list.walk((place) => {
      ask.call(all[1], list.read(place), place, list.proxy);
      return false;
    });
  }),
  plainMethod("entries", SequenceView, (list) => list.entries()),
  plainMethod("keys", SequenceView, (list) => list.keys()),
  plainMethod("values", SequenceView, (list) => list.values()),
  [Symbol.iterator, plainMethod("values", SequenceView, (list) => list.values())[1]],
  plainMethod("at", SequenceView, (list, all) => {
    const at = toInteger(all[0]);
    const place = at < 0 ? list.count() + at : at;
    return place >= 0 && list.hasPlace(place) ? list.read(place) : undefined;
  }),
  plainMethod("slice", SequenceView, (list, all) => list.slice(all[0], all[1])),
  plainMethod("push", SequenceView, (list, all) => list.push(all)),
  plainMethod("unshift", SequenceView, (list, all) => list.unshift(all)),
  plainMethod("pop", SequenceView, (list) => list.pop()),
  plainMethod("shift", SequenceView, (list) => list.shift()),
  plainMethod("splice", SequenceView, (list, all) =>
    list.splice(
      all[0],
      all.length === 0 ? 0 : all.length === 1 ? Number.POSITIVE_INFINITY : all[1],
      all.slice(2),
    ),
  ),
  ...(["sort", "reverse", "fill", "copyWithin"] as const).map((name) =>
    plainMethod(name, SequenceView, (list, all) =>
      list.rearrange(Array.prototype[name] as Callback, all),
    ),
  ),
]);
