import { copied, type Keeper, keeper } from "../../../../spec/index.ts";
import type { Field, PartsOf } from "../../../layout.ts";
import { undeclared } from "../../../undeclared.ts";
import type { Write } from "../asked.ts";
import { itself, targetOf, viewOf } from "./any-view.ts";
import { Copied, type Key, type Recording, View } from "./view.ts";

/** What the proxies of records are of. */
const aRecord = targetOf({});

/** A record, or a whole state: a record of the variables. */
export class RecordView extends View implements ProxyHandler<object>, Keeper {
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
    if (key === itself || key === keeper) return this;
    if (!(key in aRecord)) this.#refuse(key);
    return Reflect.get(aRecord, key);
  }

  /** A name that is not declared was read. */
  #refuse(name: string | symbol): void {
    const what = this.isWhole ? "variable" : "field";
    const error = undeclared(what, name, [...this.parts.fields.keys()]);
    if (error !== undefined) this.notes.refuse(error);
  }

  /** Whether there is a field, which a message of another kind may have only. */
  private isThere(key: string | symbol): boolean {
    const field = this.parts.fields.get(key as string);
    if (field === undefined) return false;
    const { parts } = field.of;
    if (parts.kind !== "optional" || !parts.isLeftOut) return true;
    this.use();
    return this.notes.digit(this.at + field.offset) === 1;
  }

  snapshot(image: string, variables: readonly string[]): void {
    const { offset, parts } = this.imageOf(image, variables);
    const its = new RecordView(this.notes, this.at + offset + 1, parts);
    for (const name of variables) its.assign(name, this.now(name));
    this.assign(image, its.proxy);
  }
  restore(image: string, variables: readonly string[]): boolean {
    const { offset, of } = this.imageOf(image, variables);
    const kept = this.part(image, of, this.at + offset);
    if (kept === "none") return false;
    const its = viewOf(kept);
    if (!(its instanceof RecordView)) return this.notes.giveUp("restores what is no snapshot");
    for (const name of variables) this.assign(name, its.now(name));
    return true;
  }

  /** Where the snapshots of variables are kept, of which nothing else can be told here. */
  private imageOf(
    image: string,
    variables: readonly string[],
  ): Field & { readonly parts: PartsOf<"record"> } {
    if (this.isFixed()) throw new TypeError("a condition or a property only reads");
    const field = this.parts.fields.get(image);
    const parts = field?.of.parts.kind === "optional" ? field.of.parts.of.parts : undefined;
    if (field === undefined || parts?.kind !== "record" || !isOf(parts, variables)) {
      return this.notes.giveUp("saves what another declaration says");
    }
    return { ...field, parts };
  }

  /** What is under a name now, to stay so elsewhere. */
  private now(name: string): unknown {
    const { of, offset } = this.parts.fields.get(name) as Field;
    const value = this.written?.get(name);
    if (value instanceof Copied && value.isAsItWas) return new Copied(value.of, value.at);
    const isBase = this.written?.has(name) !== true && this.changed?.has(name) !== true;
    if (isBase) return new Copied(of, this.at + offset);
    return copied(this.part(name, of, this.at + offset));
  }
  set(_target: object, key: string | symbol, value: unknown, receiver: unknown): boolean {
    if (this.isFixed()) return false;
    if (this.parts.kinds !== undefined) this.notes.giveUp("changes what is in a message");
    if (!this.parts.fields.has(key as string) || receiver !== this.proxy) {
      this.notes.giveUp(`sets ${String(key)}, which is not declared`);
    }
    this.assign(key as string, value);
    return true;
  }
  has(_target: object, key: string | symbol): boolean {
    return this.isThere(key) || key in aRecord;
  }
  ownKeys(): string[] {
    return [...this.parts.fields.keys()].filter((name) => this.isThere(name));
  }
  getOwnPropertyDescriptor(target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (!this.isThere(key)) return undefined;
    const value = this.get(target, key);
    return { value, writable: true, enumerable: true, configurable: true };
  }
}

/** Whether a record has these fields, and no others. */
const isOf = ({ fields }: PartsOf<"record">, names: readonly string[]): boolean =>
  fields.size === names.length && names.every((name) => fields.has(name));
