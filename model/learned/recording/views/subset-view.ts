import type { PartsOf } from "../../../layout.ts";
import type { Answered, Staged } from "../notes.ts";
import { itself, targetOf, viewOf } from "./any-view.ts";
import type { Callback } from "../notes.ts";
import { type Key, type Recording, View } from "./view.ts";

/** What the proxies of subsets are of, so that they are instances of `Set`. */
const aSet = targetOf(new Set<unknown>());

/** A subset: what is left of the base state's members, in order, then those that were added. */
export class SubsetView extends View implements ProxyHandler<object>, Staged {
  override readonly parts: PartsOf<"subset">;
  /** 1 once its size is noted, as long as it is unchanged. */
  stage = 0;
  /** Members of the base state, or not, that are members only if `added`. */
  private readonly removed = new Set<number>();
  /** Whether it is a member only if it is none of the base state, which then has it in its order. */
  private readonly added = new Map<number, "in any case" | "unless it was there">();

  constructor(
    notes: Recording,
    at: number,
    parts: PartsOf<"subset">,
    parent: View | undefined,
    key: Key,
  ) {
    super(notes, at, aSet, parent, key);
    this.parts = parts;
  }

  /** Whether a value is an element of the index set at all. */
  private isElement(value: unknown): value is number {
    return Number.isInteger(value) && (value as number) >= 0 && (value as number) < this.parts.size;
  }

  /** Whether it is a member of the base state that is left. */
  private isBase(element: number): boolean {
    return !this.removed.has(element) && this.notes.digit(this.at + element) === 1;
  }

  contains(value: unknown): boolean {
    this.use();
    if (!this.isElement(value)) return false;
    const element = value + 0;
    return this.added.has(element) || this.isBase(element);
  }

  size(): number {
    this.use();
    const { notes, at } = this;
    if (this.removed.size > 0 || this.added.size > 0) return [...this.values()].length;
    const of: Answered[] = [];
    let size = 0;
    for (let slot = at; slot < at + this.parts.size; slot++) {
      const path = notes.enter();
      const isMember = notes.digit(slot) === 1;
      notes.leave(path);
      if (isMember) size += 1;
      of.push({ asked: path.asked, answer: isMember });
    }
    if (this.stage === 0) {
      notes.count(of);
      notes.reach(this, 1);
    }
    return size;
  }

  *values(): Generator<number> {
    this.use();
    for (let element = 0; element < this.parts.size; element++) {
      if (this.isBase(element)) yield element;
    }
    for (const [element, when] of this.added) {
      if (when === "in any case" || this.notes.digit(this.at + element) === 0) yield element;
    }
  }

  private change(): void {
    if (this.isFixed()) throw new TypeError("a condition or a property only reads");
    this.touch();
  }

  add(value: unknown): void {
    this.change();
    if (!this.isElement(value)) this.notes.giveUp("adds what is no element of the set");
    const element = value + 0;
    if (this.added.has(element)) return;
    this.added.set(element, this.removed.has(element) ? "in any case" : "unless it was there");
  }

  delete(value: unknown): boolean {
    this.change();
    if (!this.contains(value)) return false;
    this.added.delete((value as number) + 0);
    this.removed.add((value as number) + 0);
    return true;
  }

  clear(): void {
    this.change();
    this.added.clear();
    for (let element = 0; element < this.parts.size; element++) this.removed.add(element);
  }

  override emit(): void {
    const { notes, at, added } = this;
    for (const element of this.removed) if (!added.has(element)) notes.set(at + element, 0);
    for (const element of added.keys()) notes.set(at + element, 1);
  }

  get(_target: object, key: string | symbol): unknown {
    this.use();
    if (key === "size") return this.size();
    if (key === itself) return this;
    const method = setMethods.get(key);
    if (method !== undefined) return method;
    if (key === "constructor" || key === Symbol.toStringTag) return Reflect.get(Set.prototype, key);
    if (key in Set.prototype && !(key in Object.prototype)) {
      this.notes.giveUp(`calls ${String(key)} of a subset`);
    }
    return Reflect.get(Object.prototype, key);
  }
  set(): boolean {
    return this.notes.giveUp("sets a property of a subset");
  }
}

/** A method for subsets; for any other set, its own. */
function setMethod(
  name: string,
  run: (set: SubsetView, all: readonly unknown[], self: unknown) => unknown,
): readonly [string, unknown] {
  const native = Reflect.get(Set.prototype, name) as Callback;
  return [
    name,
    function (this: unknown, ...all: unknown[]): unknown {
      const set = viewOf(this);
      return set instanceof SubsetView ? run(set, all, this) : native.apply(this, all);
    },
  ];
}

const setMethods = new Map<PropertyKey, unknown>([
  setMethod("has", (set, [value]) => set.contains(value)),
  setMethod("add", (set, [value], self) => {
    set.add(value);
    return self;
  }),
  setMethod("delete", (set, [value]) => set.delete(value)),
  setMethod("clear", (set) => set.clear()),
  setMethod("values", (set) => set.values()),
  setMethod("keys", (set) => set.values()),
  setMethod("entries", (set) => pairs(set.values())),
  [Symbol.iterator, setMethod("values", (set) => set.values())[1]],
  setMethod("forEach", (set, [ask, self]) => {
    for (const value of set.values()) (ask as Callback).call(self, value, value, set.proxy);
  }),
]);

function* pairs(values: Iterable<number>): Generator<[number, number]> {
  for (const value of values) yield [value, value];
}
