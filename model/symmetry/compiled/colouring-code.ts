import type { IndexSet, Shape } from "../../../spec/index.ts";
import type { StateWords } from "../../learned/compiled/state-words.ts";
import { type Code, i32, op } from "../../wasm/code.ts";
import type { Guard, Inventory } from "../inventory.ts";
import { HashCode, type Value } from "../../wasm/hash-code.ts";

/** What colouring code looks at. */
export interface ColouringOptions {
  readonly words: StateWords;
  readonly inventory: Inventory;
  /** The colour of an element that is known by its number. */
  readonly seen: (element: number) => Value;
  /** Where the colours of all elements stand, for one of which the state says which it is; 32 bits each. */
  readonly seenAt: number;
  /** Where what is said of each element is added to. */
  readonly sumsAt: number;
}

/** Code for where a slot of a state is in use. */
export function where(words: StateWords, { slot, least }: Guard, then: () => void): void {
  if (slot < 0) {
    then();
    return;
  }
  words.extract(slot);
  words.code.i32(least).op(op.i32GeU).if(then);
}

/** `colouring.ts` as code: what values, and what they say of elements, come to. */
export class ColouringCode {
  readonly hash: HashCode;
  readonly #options: ColouringOptions;
  readonly #code: Code;
  /** Locals that are not in use. */
  readonly #free: number[] = [];

  constructor(options: ColouringOptions) {
    this.hash = new HashCode(options.words.code);
    this.#options = options;
    this.#code = options.words.code;
  }

  digit(slot: number): Value {
    return () => this.#options.words.extract(slot);
  }

  /** Adds to what is said of an element. */
  say(element: number, what: Value): void {
    const at = this.#options.sumsAt + 4 * element;
    this.#code.i32(at).i32(at).memory("i32Load");
    this.hash.push(what).op(op.i32Add).memory("i32Store");
  }

  /** Adds to what is said of the element on the stack, counted from another one. */
  sayOfTop(first: number, what: Value): void {
    this.#with((at) => {
      const sums = this.#options.sumsAt + 4 * first;
      this.#code.i32(2).op(op.i32Shl).tee(at).get(at).memory("i32Load", sums);
      this.hash.push(what).op(op.i32Add).memory("i32Store", sums);
    });
  }

  /** Says of elements what a value does that is indexed by them. */
  sayOfEach(shape: Shape & { kind: "each" }, at: number, context: number): void {
    this.#each(shape, at, context, undefined);
  }

  /** The colour of a value as it stands at a slot; says of elements what the value does when it is put onto the stack. */
  colour(shape: Shape, at: number, context: Value): Value {
    const { hash } = this;
    const { isAlwaysNone } = this.#options.inventory.measures;
    if (isAlwaysNone(shape)) return this.digit(at);
    if (shape.kind === "index") return this.#index(shape.set, at, context);
    if (shape.kind === "subset")
      return this.#total((sum) => this.#subset(shape.set, at, context, sum));
    if (shape.kind === "each") return this.#total((sum) => this.#each(shape, at, context, sum));
    if (shape.kind === "record") return this.#total((sum) => this.#record(shape, at, context, sum));
    if (shape.kind === "sequence")
      return this.#total((sum) => this.#sequence(shape, at, context, sum));
    if (shape.kind === "optional") {
      return this.#total((sum) => {
        this.#code.i32(17).set(sum);
        this.#where(at, 1, () =>
          this.#keeping(hash.mix(context, 19), (inner) =>
            hash.push(hash.mix(19, this.colour(shape.of, at + 1, inner))).set(sum),
          ),
        );
      });
    }
    return this.digit(at);
  }

  #index(set: IndexSet, at: number, context: Value): Value {
    const first = this.#firstOf(set);
    if (first < 0) return this.hash.mix(this.digit(at), 37);
    return () => {
      this.#options.words.extract(at);
      this.sayOfTop(first, this.hash.mix(context, 3));
      this.#options.words.extract(at);
      this.#code
        .i32(2)
        .op(op.i32Shl)
        .memory("i32Load", this.#options.seenAt + 4 * first);
    };
  }

  #subset(set: IndexSet, at: number, context: Value, total: number): void {
    const { hash } = this;
    const first = this.#firstOf(set);
    for (let element = 0; element < this.#sizeOf(set); element++) {
      this.#where(at + element, 1, () => {
        if (first >= 0) this.say(first + element, hash.mix(context, 13));
        this.#add(total, hash.mixed(this.#colourOf(first, element), 1, 13));
      });
    }
  }

  /** Without a total, only what the value says of elements. */
  #each(
    shape: Shape & { kind: "each" },
    at: number,
    context: Value,
    total: number | undefined,
  ): void {
    const { hash } = this;
    const first = this.#firstOf(shape.set);
    const slots = this.#options.inventory.measures.slotsOf(shape.of);
    for (let element = 0; element < this.#sizeOf(shape.set); element++) {
      const colour = this.#colourOf(first, element);
      this.#keeping(hash.mix(context, colour), (inner) =>
        this.#keeping(this.colour(shape.of, at + element * slots, inner), (value) => {
          if (first >= 0) this.say(first + element, hash.mix(context, value));
          if (total !== undefined) this.#add(total, hash.mixed(colour, value, 5));
        }),
      );
    }
  }

  #record(shape: Shape & { kind: "record" }, at: number, context: Value, total: number): void {
    const { hash } = this;
    let offset = at;
    Object.values(shape.fields).forEach((field, position) => {
      this.#keeping(hash.mixed(context, position, 7), (inner) => {
        const value = this.colour(field, offset, inner);
        hash.push(hash.mixed(() => this.#code.get(total), position, value)).set(total);
      });
      offset += this.#options.inventory.measures.slotsOf(field);
    });
  }

  #sequence(shape: Shape & { kind: "sequence" }, at: number, context: Value, total: number): void {
    const { hash } = this;
    const { placesIn, slotsOf } = this.#options.inventory.measures;
    hash.push(this.digit(at)).set(total);
    for (let position = 0; position < placesIn(shape); position++) {
      this.#where(at, position + 1, () =>
        this.#keeping(hash.mixed(context, position, 11), (inner) => {
          const value = this.colour(shape.of, at + 1 + position * slotsOf(shape.of), inner);
          hash.push(hash.mixed(() => this.#code.get(total), position, value)).set(total);
        }),
      );
    }
  }

  #firstOf(set: IndexSet): number {
    const { sets, numbering } = this.#options.inventory;
    return numbering.first[sets.indexOf(set)] as number;
  }

  #sizeOf(set: IndexSet): number {
    return this.#options.inventory.measures.sizeOfSet(set);
  }

  /** The elements of ordered sets are in no tree: each has a colour of its own for good. */
  #colourOf(first: number, element: number): Value {
    return first < 0 ? this.hash.mix(element, 37) : this.#options.seen(first + element);
  }

  #where(slot: number, least: number, then: () => void): void {
    where(this.#options.words, { slot, least }, then);
  }

  #add(total: number, value: Value): void {
    this.#code.get(total);
    this.hash.push(value).op(op.i32Add).set(total);
  }

  /** What comes to be in a local, from 0 on. */
  #total(write: (total: number) => void): Value {
    return () =>
      this.#with((total) => {
        this.#code.i32(0).set(total);
        write(total);
        this.#code.get(total);
      });
  }

  /** A value that is made use of several times. */
  #keeping(value: Value, use: (kept: Value) => void): void {
    if (typeof value === "number") {
      use(value);
      return;
    }
    this.#with((kept) => {
      this.hash.push(value).set(kept);
      use(() => this.#code.get(kept));
    });
  }

  #with(use: (local: number) => void): void {
    const local = this.#free.pop() ?? this.#code.local(i32);
    use(local);
    this.#free.push(local);
  }
}
