import { entryBytesOf, type Model } from "../../model/index.ts";
import { headOf } from "./head.ts";

/** What was audited: states, and their steps. */
export interface Audited {
  readonly states: number;
  readonly steps: number;
}

/** What an explorer counts; it stands in the explorer's part of the memory, for whoever leads to read. */
export class Counters {
  /** The bytes of the successors of each action. */
  readonly #taken: BigUint64Array;
  readonly #audited: BigUint64Array;
  readonly #changed: Uint32Array;
  readonly #entryBytes: number;

  /** Of the explorer whose part of the memory begins there. */
  constructor(model: Model, memory: WebAssembly.Memory, headAt: number) {
    const head = headOf(model, headAt);
    const actions = Object.keys(model.spec.actions).length;
    this.#taken = new BigUint64Array(memory.buffer, head.taken, actions);
    this.#audited = new BigUint64Array(memory.buffer, head.audited, 2);
    this.#changed = new Uint32Array(memory.buffer, head.changed, actions);
    this.#entryBytes = entryBytesOf(model);
  }

  /** How often each action was taken. */
  get taken(): readonly number[] {
    return Array.from(this.#taken, (bytes) => Number(bytes) / this.#entryBytes);
  }

  get audited(): Audited {
    const [states, steps] = this.#audited;
    return { states: Number(states), steps: Number(steps) };
  }

  /** Of each action whether a step of it has changed something. */
  get changed(): readonly boolean[] {
    return Array.from(this.#changed, (flag) => flag !== 0);
  }

  /** Adds to the actions of which a step has changed something. */
  addChanged(changed: readonly boolean[]): void {
    for (const [action, has] of changed.entries()) if (has) this.#changed[action] = 1;
  }

  /** Adds to how often actions were taken. */
  addTaken(times: readonly number[]): void {
    for (const [action, more] of times.entries()) {
      this.#taken[action] = (this.#taken[action] as bigint) + BigInt(more * this.#entryBytes);
    }
  }

  addAudited({ states, steps }: Audited): void {
    this.#audited[0] = (this.#audited[0] as bigint) + BigInt(states);
    this.#audited[1] = (this.#audited[1] as bigint) + BigInt(steps);
  }
}
