import type { PartsOf } from "../../../layout.ts";
import { digitOf, isScalar } from "./assigned.ts";
import { filterLater } from "./found.ts";
import { listMethods } from "./list-methods.ts";
import { aList, ListView, placeNamed } from "./list-view.ts";
import type { Callback } from "../notes.ts";
import type { Key, Recording, View } from "./view.ts";

/** One value for each element of an index set. */
export class EachView extends ListView {
  override readonly parts: PartsOf<"each">;

  constructor(
    notes: Recording,
    at: number,
    parts: PartsOf<"each">,
    parent: View | undefined,
    key: Key,
  ) {
    super(notes, at, aList, parent, key);
    this.parts = parts;
  }

  override hasPlace(place: number): boolean {
    return place < this.parts.size;
  }
  override read(place: number): unknown {
    const { of } = this.parts;
    return this.part(place, of, this.at + place * of.slots);
  }
  override count(): number {
    return this.parts.size;
  }
  override filter(ask: Callback, self: unknown): unknown {
    return filterLater(this, ask, self, this.parts.size, -1);
  }
  override indexOf(value: unknown): number {
    if (this.written === undefined && isScalar(this.parts.of) && digitOf(this.parts.of, value) < 0)
      return -1;
    return super.indexOf(value);
  }
  protected override methodNamed(key: string | symbol): unknown {
    return listMethods.get(key);
  }

  set(_target: object, key: string | symbol, value: unknown, receiver: unknown): boolean {
    if (this.isFixed()) return false;
    if (key === "length" && value === this.parts.size) return true;
    const place = placeNamed(key);
    if (place < 0 || place >= this.parts.size || receiver !== this.proxy) {
      this.notes.giveUp(`sets ${String(key)} of a list with one value for each element`);
    }
    this.assign(place, value);
    return true;
  }

  override emit(): void {
    const { of } = this.parts;
    this.emitParts((key) => ({ offset: (key as number) * of.slots, of }));
  }
}
