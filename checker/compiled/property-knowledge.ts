import type { Claim, Predicate } from "../../model/index.ts";
import type { Ledger } from "../ledger.ts";
import { SlotSet } from "./slot-set.ts";

/** What is known of properties, as JSON says it. */
export interface PropertyNews {
  /** Names of properties. */
  readonly spoken: readonly string[];
  /** Of which nothing more is asked. */
  readonly closed: readonly string[];
  readonly suspicious: readonly number[];
  /** The slots that predicates look at, by their ids; null if it may be any. */
  readonly slots: readonly (readonly [id: number, slots: readonly number[] | null])[];
}

/** What is known and not yet in the lists: slots that predicates look at besides, and no more; or anything. */
export type Unlisted = SlotSet | "anything";

/** What a worker knows of the properties, as far as it says which of them have to be asked where. */
export class PropertyKnowledge {
  /** Whether there is anything that was not handed on. */
  isNew = false;
  /** Counts the changes of what predicates look at. */
  lookedFurther = 0;
  readonly #claims: readonly Claim[];
  readonly #ledger: Ledger;
  readonly #slots: number;
  readonly #spoken = new Set<string>();
  /** Step properties that do not hold of a state as a step to itself: they are asked of every step. */
  readonly #suspicious = new Set<number>();
  #becomesSuspicious: number[] = [];
  /** Asked by nobody any more, although this worker's ledger has not heard of it. */
  readonly #closed = new Set<string>();
  /** The slots that predicates look at, those of other workers included; undefined if it may be any. */
  readonly #looksAt = new Map<number, SlotSet | undefined>();
  #unlisted: Unlisted | undefined = "anything";

  /** Of some properties of states or steps, whose states have so many slots. */
  constructor(claims: readonly Claim[], ledger: Ledger, slots: number) {
    this.#claims = claims;
    this.#ledger = ledger;
    this.#slots = slots;
  }

  /** Whether a property is still asked. */
  isOpen(claim: Claim): boolean {
    return !this.#closed.has(claim.name) && this.#ledger.isOpen(claim);
  }

  hasSpoken(name: string): boolean {
    return this.#spoken.has(name);
  }

  /** Takes note that a property had something to say; whether that is new. */
  speaks(claim: Claim): boolean {
    if (this.#spoken.has(claim.name)) return false;
    this.#spoken.add(claim.name);
    this.changed();
    this.#ledger.speaks(claim);
    return true;
  }

  /** Whether a step property has to be asked of each step, by the id of its predicate. */
  isSuspicious(id: number): boolean {
    return this.#suspicious.has(id);
  }

  /** Takes note, from the next level on, that a predicate does not hold of a state as a step to itself. */
  suspect(id: number): void {
    if (this.#suspicious.has(id)) return;
    this.#becomesSuspicious.push(id);
    this.isNew = true;
  }

  beginLevel(): void {
    if (this.#becomesSuspicious.length === 0) return;
    for (const id of this.#becomesSuspicious) this.#suspicious.add(id);
    this.#becomesSuspicious = [];
    this.#unlisted = "anything";
  }

  /** What is new since this was asked before, by whoever makes lists of it; undefined if nothing is. */
  takeUnlisted(): Unlisted | undefined {
    const unlisted = this.#unlisted;
    this.#unlisted = undefined;
    return unlisted;
  }

  /** Takes note that a predicate looks at slots; undefined if it may be any. */
  looks(id: number, slots: Iterable<number> | undefined): void {
    const known = this.#looksAt.has(id) ? this.#looksAt.get(id) : new SlotSet(this.#slots);
    if (known === undefined) return;
    if (slots === undefined) {
      this.#looksAt.set(id, undefined);
      this.lookedFurther++;
      this.changed();
      return;
    }
    const further = [...slots].map((slot) => slot % this.#slots).filter((slot) => known.add(slot));
    if (further.length === 0) return;
    this.#looksAt.set(id, known);
    this.lookedFurther++;
    this.isNew = true;
    if (this.#unlisted === "anything") return;
    this.#unlisted ??= new SlotSet(this.#slots);
    for (const slot of further) this.#unlisted.add(slot);
  }

  /** Whether a predicate may look at a slot that was written; undefined: at any. */
  touches({ id }: Predicate, written: SlotSet | undefined): boolean {
    if (!this.#looksAt.has(id)) return false; // it has not been asked of any state yet
    const slots = this.#looksAt.get(id);
    return written === undefined || slots === undefined || slots.meets(written);
  }

  changed(): void {
    this.#unlisted = "anything";
    this.isNew = true;
  }

  get news(): PropertyNews {
    return {
      spoken: [...this.#spoken],
      closed: this.#claims.filter((claim) => !this.isOpen(claim)).map(({ name }) => name),
      suspicious: [...this.#suspicious, ...this.#becomesSuspicious],
      slots: [...this.#looksAt].map(([id, slots]) => [id, slots?.slots ?? null]),
    };
  }

  /** Takes over what another worker knows, or an earlier search, but for what has spoken. */
  hear({ closed, suspicious, slots }: PropertyNews): void {
    for (const name of closed) {
      if (!this.#closed.has(name)) this.#unlisted = "anything";
      this.#closed.add(name);
    }
    for (const id of suspicious) {
      if (!this.#suspicious.has(id)) this.#becomesSuspicious.push(id);
    }
    for (const [id, its] of slots) this.looks(id, its ?? undefined);
  }
}
