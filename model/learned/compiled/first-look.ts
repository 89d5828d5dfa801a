import type { Packing } from "../../packing.ts";
import { i32, i64, op } from "../../wasm/code.ts";
import { ModuleBuilder, type ModuleOptions } from "../../wasm/module.ts";
import type { Diagram } from "../diagram.ts";
import { StateWords } from "./state-words.ts";

/** Of the actions behind these nothing is said: they are always called. */
export const mostMasked = 64;
/** So many digits are looked at, and none with more values. */
const mostRows = 16;
const mostValues = 32;
/** In front of the masks stands, in a line of the cache, whether a look tells anything. */
const masksAt = 64;
export const firstLookBytes = masksAt + 8 * mostRows * mostValues;
/** Digits are looked for in so many questions that are asked first. */
const mostAsked = 12;
/** So many digits are looked at for one action. */
const forEachAction = 2;

const allActions = (1n << BigInt(mostMasked)) - 1n;

/** A digit with those of its values, as bits, with which no step of an action is possible. */
interface Told {
  readonly slot: number;
  readonly values: number;
  readonly idle: number;
}

/**
 * The first look at a state: of most actions a single digit says that none of their steps is possible there, such as
 * the place where a process is. For each value of some digits there is a mask of the actions that it leaves; together
 * they leave few, and only these are called.
 */
export class FirstLook {
  readonly #packing: Packing;
  /** Of each action that was compiled, the digits that say most. */
  readonly #told = new Map<number, readonly Told[]>();
  /** Those of which no step is ever possible. */
  #never = 0n;

  constructor(packing: Packing) {
    this.#packing = packing;
  }

  /** An action was compiled with these conditions, of all its choices; undefined for one that is not known. */
  compiled(action: number, conditions: readonly (Diagram | undefined)[]): void {
    if (action >= mostMasked) return;
    const known = conditions.filter((condition) => condition !== undefined);
    const isKnown = known.length === conditions.length;
    const bit = 1n << BigInt(action);
    this.#never = isKnown && known.every(isNever) ? this.#never | bit : this.#never & ~bit;
    this.#told.set(action, isKnown ? toldBy(known) : []);
  }

  /**
   * A module with the function `look(state)`, that answers a mask of the actions that have to be called. It reads what
   * is written at an address by this: first, in 32 bits, 0 if it leaves out none.
   */
  module(options: ModuleOptions, memory: WebAssembly.Memory, at: number): ModuleBuilder {
    const builder = new ModuleBuilder(options);
    const masks = new BigUint64Array(memory.buffer, at + masksAt, mostRows * mostValues);
    const rows = [...this.#rows()];
    new Uint32Array(memory.buffer, at, 1)[0] = rows.length > 0 || this.#never !== 0n ? 1 : 0;
    builder.function(
      { parameters: [i32], results: [i64] },
      (code) => {
        const states = new StateWords(code, this.#packing, [0]);
        code.i64(allActions & ~this.#never);
        for (const [position, [slot, row]] of rows.entries()) {
          masks.set(row, position * mostValues);
          states.extract(slot);
          code.i32(3).op(op.i32Shl);
          code.memory("i64Load", at + masksAt + 8 * position * mostValues).op(op.i64And);
        }
      },
      "look",
    );
    return builder;
  }

  /** The mask for each value of each digit that is looked at. */
  #rows(): ReadonlyMap<number, readonly bigint[]> {
    const rows = new Map<number, readonly bigint[]>();
    for (const [action, told] of this.#told) {
      for (const { slot, idle } of told) {
        const row = rows.get(slot) ?? Array.from({ length: mostValues }, () => allActions);
        if (!rows.has(slot) && rows.size === mostRows) continue;
        const bit = 1n << BigInt(action);
        rows.set(
          slot,
          row.map((mask, value) => ((idle >>> value) & 1 ? mask & ~bit : mask)),
        );
      }
    }
    return rows;
  }
}

const isNever = (condition: Diagram): boolean => condition.kind === "end" && condition.result === 0;

/** The digits that say most of conditions which come to 0 where a step is not possible. */
function toldBy(conditions: readonly Diagram[]): readonly Told[] {
  const [first] = conditions.filter((condition) => !isNever(condition));
  if (first === undefined) return [];
  const all = [...askedFirst(first)].map(([slot, values]): Told => {
    const idle = conditions.map((condition) => idleDigits(condition, slot));
    return { slot, values, idle: idle.reduce((one, other) => one & other, ~0) };
  });
  const share = ({ idle, values }: Told): number =>
    Array.from({ length: values }, (_, value) => (idle >>> value) & 1).reduce(
      (sum, one) => sum + one / values,
      0,
    );
  return all
    .filter((one) => share(one) > 0)
    .sort((one, other) => share(other) - share(one))
    .slice(0, forEachAction);
}

/** The digits that the first questions of a diagram ask for, with the number of their values. */
function askedFirst(diagram: Diagram): ReadonlyMap<number, number> {
  const asked = new Map<number, number>();
  const nodes = [diagram];
  for (let at = 0; at < Math.min(nodes.length, mostAsked); at++) {
    const node = nodes[at] as Diagram;
    if (node.kind === "end") continue;
    const { test, arms } = node;
    if (test.kind === "digit" && test.values <= mostValues) asked.set(test.slot, test.values);
    for (const { to } of arms) if (!nodes.includes(to)) nodes.push(to);
  }
  return asked;
}

/** The values of a digit, as bits, with which a diagram is known to come to 0, whatever the others are. */
function idleDigits(diagram: Diagram, slot: number): number {
  const known = new Map<Diagram, number>();
  const bitsOf = (answers: readonly number[]): number =>
    answers.reduce((bits, answer) => bits | (1 << answer), 0);
  function idle(node: Diagram): number {
    let bits = known.get(node);
    if (bits !== undefined) return bits;
    if (node.kind === "end") bits = node.result === 0 ? ~0 : 0;
    else if (node.test.kind === "digit" && node.test.slot === slot) {
      bits = node.arms.reduce((all, { answers, to }) => all | (bitsOf(answers) & idle(to)), 0);
    } else {
      bits = node.arms.reduce((all, { to }) => all & idle(to), node.isTotal ? ~0 : 0);
    }
    known.set(node, bits);
    return bits;
  }
  return idle(diagram);
}
