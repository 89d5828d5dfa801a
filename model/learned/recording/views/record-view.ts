import type { Field, PartsOf } from "../../../layout.ts";
import type { Write } from "../asked.ts";
import { itself, targetOf } from "./any-view.ts";
import { type Key, type Recording, View } from "./view.ts";

/** What the proxies of records are of. */
const aRecord = targetOf({});

/** A record, or a whole state: a record of the variables. */
export class RecordView extends View implements ProxyHandler<object> {
  override readonly parts: PartsOf<"record">;

  constructor(
    notes: Recording,
    at: number,
    parts: PartsOf<"record">,
    parent?: View,
    key?: Key,
    isBefore?: boolean,
  ) {
    super(notes, at, aRecord, parent, key, isBefore);
    this.parts = parts;
  }

  /** The writes that the draft of a whole state comes to. */
  changes(): readonly Write[] {
    this.notes.startWriting();
    this.emit();
    return this.notes.allWrites();
  }

  override emit(): void {
    this.emitParts((key) => this.parts.fields.get(key as string) as Field);
  }

  get(_target: object, key: string | symbol): unknown {
    const field = this.parts.fields.get(key as string);
    if (field !== undefined) return this.part(key as string, field.of, this.at + field.offset);
    return key === itself ? this : Reflect.get(aRecord, key);
  }
  set(_target: object, key: string | symbol, value: unknown, receiver: unknown): boolean {
    if (this.isFixed()) return false;
    if (!this.parts.fields.has(key as string) || receiver !== this.proxy) {
      this.notes.giveUp(`sets ${String(key)}, which is not declared`);
    }
    this.assign(key as string, value);
    return true;
  }
  has(_target: object, key: string | symbol): boolean {
    return this.parts.fields.has(key as string) || key in aRecord;
  }
  ownKeys(): string[] {
    return [...this.parts.fields.keys()];
  }
  getOwnPropertyDescriptor(target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (!this.parts.fields.has(key as string)) return undefined;
    const value = this.get(target, key);
    return { value, writable: true, enumerable: true, configurable: true };
  }
}
