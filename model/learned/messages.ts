import type { Place } from "../layout.ts";

/** What follows in digits from the kinds of the messages in them: which fields they have. */
export class Messages {
  /** The slot with the kind of a message, by the slots that say whether it has a field. */
  readonly #kinds = new Map<number, number>();
  readonly #root: Place;
  readonly #slots: number;

  /** Of one state, and of more behind it. */
  constructor(root: Place) {
    this.#root = root;
    this.#slots = root.slots;
  }

  /** The same, where each message has the fields of its kind, and in those that it has not there is nothing. */
  completed(digits: readonly number[]): readonly number[] {
    const result = [...digits];
    for (let at = 0; at < digits.length; at += this.#slots) this.#complete(this.#root, at, result);
    return result;
  }

  /** What to look at instead of a slot: that with the kind, where it says whether a message has a field. */
  decidedBy(slot: number): number {
    return this.#kinds.get(slot) ?? slot;
  }

  #complete({ parts }: Place, at: number, digits: number[]): void {
    switch (parts.kind) {
      case "each":
        this.#completeAll(parts.of, at, parts.size, digits);
        return;
      case "sequence":
        this.#completeAll(parts.of, at + 1, digits[at] as number, digits);
        return;
      case "optional":
        if (digits[at] === 1) this.#complete(parts.of, at + 1, digits);
        return;
      case "record": {
        const { fields, kinds } = parts;
        const its = fields.get("kind");
        const kind = at + (its?.offset ?? 0);
        const names = kinds && Object.values(kinds)[digits[kind] as number];
        for (const [name, { offset, of }] of fields) {
          const first = at + offset;
          if (names !== undefined && of.parts.kind === "optional" && of.parts.isLeftOut) {
            this.#kinds.set(first, kind);
            if (names.includes(name)) digits[first] = 1;
            else digits.fill(0, first, first + of.slots);
          }
          this.#complete(of, first, digits);
        }
      }
    }
  }

  #completeAll(of: Place, first: number, times: number, digits: number[]): void {
    for (let one = 0; one < times; one++) this.#complete(of, first + one * of.slots, digits);
  }
}
