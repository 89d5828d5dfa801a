import { itself, targetOf } from "./any-view.ts";
import type { Callback } from "../notes.ts";
import { View } from "./view.ts";

/** What the proxies of lists are of, so that `Array.isArray` says so. */
export const aList: unknown[] = targetOf([]);

/** The place that a property key names, or -1. Indices arrive as strings. */
export function placeNamed(key: string | symbol): number {
  if (typeof key !== "string") return -1;
  const length = key.length;
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57)) return -1;
  if (length === 1) return first - 48;
  if (first === 48 || length > 9) return -1;
  let place = 0;
  for (let position = 0; position < length; position++) {
    const digit = key.charCodeAt(position) - 48;
    if (digit < 0 || digit > 9) return -1;
    place = place * 10 + digit;
  }
  return place;
}

/**
 * What looks like an array: values at places from 0 on. The methods that call a function come from
 * `list-methods.ts`; they end here, where the function's questions become one decision a value.
 */
export abstract class ListView extends View implements ProxyHandler<object> {
  /** Counts the changes that move values. */
  version = 0;

  /** Whether there is a value at a place; asks no more than that. */
  abstract hasPlace(place: number): boolean;
  /** The value at a place, which there is. */
  abstract read(place: number): unknown;
  /** How many values there are. */
  abstract count(): number;
  abstract filter(ask: Callback, self: unknown): unknown;
  /** What it does otherwise than an array; undefined for the array's own. */
  protected abstract methodNamed(key: string | symbol): unknown;

  get(_target: object, key: string | symbol, _receiver: unknown): unknown {
    this.use();
    const place = placeNamed(key);
    if (place >= 0) return this.hasPlace(place) ? this.read(place) : undefined;
    if (key === "length") return this.count();
    if (key === itself) return this;
    return this.methodNamed(key) ?? Reflect.get(Array.prototype, key);
  }
  has(_target: object, key: string | symbol): boolean {
    const place = placeNamed(key);
    return place >= 0 ? this.hasPlace(place) : key === "length" || key in Array.prototype;
  }
  ownKeys(): string[] {
    const keys: string[] = [];
    for (let place = 0; this.hasPlace(place); place++) keys.push(String(place));
    keys.push("length");
    return keys;
  }
  getOwnPropertyDescriptor(_target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (key === "length") {
      return { value: this.count(), writable: true, enumerable: false, configurable: false };
    }
    const place = placeNamed(key);
    if (place < 0 || !this.hasPlace(place)) return undefined;
    return { value: this.read(place), writable: true, enumerable: true, configurable: true };
  }

  /** The first place at which `stop` says so, or -1; values must not move meanwhile. */
  walk(stop: (place: number) => boolean): number {
    const { version } = this;
    for (let place = 0; this.hasPlace(place); place++) {
      if (stop(place)) return place;
      if (this.version !== version) this.notes.giveUp("a list changes while it is gone through");
    }
    return -1;
  }

  /** The first place at which a test comes to `wanted`, each test a decision; -1 if there is none. */
  search(ask: Callback, self: unknown, wanted: boolean): number {
    const onlyAnswers = this.notes.onlyAnswers(ask);
    return this.walk(
      (place) =>
        this.notes.judge(
          () => Boolean(ask.call(self, this.read(place), place, this.proxy)),
          onlyAnswers,
        ) === wanted,
    );
  }

  find(ask: Callback, self: unknown): unknown {
    let value: unknown;
    const { writes } = this.notes;
    const onlyAnswers = this.notes.onlyAnswers(ask);
    const found = this.walk(
      (place) =>
        this.notes.judge(() => {
          value = this.read(place);
          return Boolean(ask.call(self, value, place, this.proxy));
        }, onlyAnswers) as boolean,
    );
    if (found < 0) return undefined;
    return this.notes.writes === writes ? this.read(found) : value;
  }

  map(ask: Callback, self: unknown): unknown[] {
    const onlyAnswers = this.notes.onlyAnswers(ask);
    const results: unknown[] = [];
    this.walk((place) => {
      results.push(
        this.notes.judge(() => ask.call(self, this.read(place), place, this.proxy), onlyAnswers),
      );
      return false;
    });
    return results;
  }

  reduce(ask: Callback, start: unknown): unknown {
    const onlyAnswers = this.notes.onlyAnswers(ask);
    let sum = start;
    this.walk((place) => {
      const before = sum;
      sum = this.notes.judge(() => ask(before, this.read(place), place, this.proxy), onlyAnswers);
      return false;
    });
    return sum;
  }

  indexOf(value: unknown): number {
    return this.walk(
      (place) => this.notes.judge(() => this.read(place) === value, true) as boolean,
    );
  }

  includes(value: unknown): boolean {
    return this.indexOf(value) >= 0;
  }

  *entries(): Generator<[number, unknown]> {
    for (let place = 0; this.hasPlace(place); place++) yield [place, this.read(place)];
  }
  *values(): Generator<unknown> {
    for (let place = 0; this.hasPlace(place); place++) yield this.read(place);
  }
  *keys(): Generator<number> {
    for (let place = 0; this.hasPlace(place); place++) yield place;
  }

  /** What passes a test, each test noted at once. */
  filterNow(ask: Callback, self: unknown): unknown[] {
    const onlyAnswers = this.notes.onlyAnswers(ask);
    const results: unknown[] = [];
    this.walk((place) => {
      const { writes } = this.notes;
      let value: unknown;
      const isKept = this.notes.judge(() => {
        value = this.read(place);
        return Boolean(ask.call(self, value, place, this.proxy));
      }, onlyAnswers);
      if (isKept === true) results.push(this.notes.writes === writes ? this.read(place) : value);
      return false;
    });
    return results;
  }
}
