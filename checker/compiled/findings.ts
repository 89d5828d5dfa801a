import type { Digits, Model } from "../../model/index.ts";
import { SpecError } from "../../spec/index.ts";
import type { Violation } from "../ledger.ts";

/** Where something was found. */
export interface Candidate {
  /** The state, or the one before the step. */
  readonly digits: Digits;
  /** The position of the step; -1 if it is about the state alone. */
  readonly position: number;
  /** As whether it is a step property asked of a state. */
  readonly isStutter?: boolean;
}

export interface Finding {
  readonly violation: Violation;
  readonly at: Candidate;
}

/** What was found in a level, as JSON says it. */
export interface FindingsNews {
  readonly found: readonly {
    readonly name: string;
    readonly finding: Finding;
    readonly key: string;
  }[];
  readonly fault: { readonly message: string; readonly key: string } | undefined;
}

/**
 * What was found in a level: of each property one violation, and one fault of the spec. Of several the one whose state
 * has the least key counts, so it is the same in whichever order the states are explored.
 */
export class Findings {
  /** Whether there is anything that was not handed on. */
  isNew = false;
  readonly #model: Model;
  #found = new Map<string, { readonly finding: Finding; readonly key: string }>();
  #fault: { readonly error: SpecError; readonly key: string } | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  violated(violation: Violation, at: Candidate): void {
    const { name } = violation;
    const key = this.#keyOf(at);
    if (isLess(key, this.#found.get(name)))
      this.#found.set(name, { key, finding: { at, violation } });
    this.isNew = true;
  }

  failed(error: SpecError, at: Candidate): void {
    const key = this.#keyOf(at);
    if (isLess(key, this.#fault)) this.#fault = { error, key };
    this.isNew = true;
  }

  /** The violations of some properties, in the order of their names as they are given here. */
  of(names: readonly string[]): readonly Finding[] {
    return names.flatMap((name) => this.#found.get(name)?.finding ?? []);
  }

  get fault(): SpecError | undefined {
    return this.#fault?.error;
  }

  clear(): void {
    this.#found = new Map();
    this.#fault = undefined;
  }

  get news(): FindingsNews {
    const fault = this.#fault;
    return {
      found: [...this.#found].map(([name, its]) => ({ name, ...its })),
      fault: fault && { message: fault.error.message, key: fault.key },
    };
  }

  /** Takes over what another worker, or an earlier search, has found in the level. */
  hear({ found, fault }: FindingsNews): void {
    for (const { name, finding, key } of found) {
      if (isLess(key, this.#found.get(name))) this.#found.set(name, { key, finding });
    }
    if (fault !== undefined && isLess(fault.key, this.#fault)) {
      this.#fault = { error: new SpecError(fault.message), key: fault.key };
    }
  }

  #keyOf({ digits, position }: Candidate): string {
    return this.#model.packing.pack(digits) + String.fromCharCode(position + 1);
  }
}

const isLess = (key: string, known: { readonly key: string } | undefined): boolean =>
  known === undefined || key < known.key;
