import { StateWords } from "../../learned/compiled/state-words.ts";
import { type Code, i32, op } from "../../wasm/code.ts";
import type { ModuleBuilder } from "../../wasm/module.ts";
import { where } from "./colouring-code.ts";
import { type FormsMemory, type FormsOf, nodeBytes } from "./forms-memory.ts";
import { upTo } from "./order-code.ts";

const two = { parameters: [i32, i32], results: [i32] } as const;

/**
 * A function of the address of a state: writes down what plain nodes have of their own, and, different for each,
 * that they are named.
 */
export function addOwn(builder: ModuleBuilder, its: FormsOf, memory: FormsMemory): number {
  const { action, packing, forest } = its;
  const { inventory } = action;
  const nodeWords = memory.ownWords + 1;
  return builder.function({ parameters: [i32], results: [] }, (code) => {
    const words = new StateWords(code, packing, [0]);
    for (let id = 0; id < forest.size; id++) {
      if (its.isPlain[id] === 0) continue;
      const at = memory.own + nodeBytes * nodeWords * id;
      memory.ownDigits[id]?.forEach((digits, word) => {
        code.i32(at + 8 * word).i64(0n);
        for (const { slot, shift } of digits) {
          words.extract(slot);
          code.op(op.i64ExtendI32U).i64(BigInt(shift)).op(op.i64Shl, op.i64Or);
        }
        code.memory("i64Store");
      });
      code
        .i32(at + 8 * memory.ownWords)
        .i64(0n)
        .memory("i64Store");
    }
    const node = code.local(i32);
    /** Writes down of the element that a slot names that it is named. */
    const name = (slot: number, first: number): void => {
      words.extract(slot);
      code
        .i32(2)
        .op(op.i32Shl)
        .memory("i32Load", memory.nodeOf + 4 * first)
        .tee(node);
      code.i32(nodeWords).op(op.i32Mul).get(node).i32(1).op(op.i32Add, op.i64ExtendI32U);
      code.memory("i64Store", memory.own + 8 * memory.ownWords);
    };
    for (const value of inventory.names) {
      where(words, value, () => name(value.at, value.first));
    }
    for (const { at, first, says } of inventory.lists) {
      for (let position = 0; position < says.length; position++) {
        where(words, { slot: at, least: position + 1 }, () => name(at + 1 + position, first));
      }
    }
  });
}

/** Functions by their numbers. */
export interface ExchangeCode {
  readonly stay: number;
  readonly exchange: number;
}

/** A function of the address of a state: whether all siblings of one rank are twins. */
export function addAreAll(
  builder: ModuleBuilder,
  its: FormsOf,
  memory: FormsMemory,
  { stay, exchange }: ExchangeCode,
): number {
  const { forest, packing, isPlain } = its;
  const { from, parents } = forest;
  const same = addSame(builder, memory);
  const swap = addSwap(builder, memory);
  const plain = addAlike(builder, memory, (code, [one, other]) => {
    code.get(one).get(other).call(same);
  });
  const tangled = addAlike(builder, memory, (code, [one, other, state]) => {
    code.call(stay).get(one).get(other).call(swap).op(op.i32Eqz);
    code.if(() => code.i32(0).op(op.return));
    code.get(state).i32(memory.scratch).call(exchange);
    code.i64(0n);
    for (let word = 0; word < packing.words; word++) {
      code.get(state).memory("i64Load", 8 * word);
      code
        .i32(memory.scratch)
        .memory("i64Load", 8 * word)
        .op(op.i64Xor, op.i64Or);
    }
    code.op(op.i64Eqz);
  });
  return builder.function({ parameters: [i32], results: [i32] }, (code) => {
    for (const id of [...parents].reverse()) {
      const [first, end] = [from[id] as number, from[id + 1] as number];
      code
        .i32(memory.sorted + 4 * first)
        .i32(memory.sorted + 4 * end)
        .get(0);
      code.call(isPlain[forest.children[first] as number] === 1 ? plain : tangled).op(op.i32Eqz);
      code.if(() => code.i32(0).op(op.return));
    }
    code.i32(1);
  });
}

/** A function of the places of siblings, from one to another, and a state: whether those of one rank are twins. */
function addAlike(
  builder: ModuleBuilder,
  memory: FormsMemory,
  areTwins: (code: Code, its: readonly [one: number, other: number, state: number]) => void,
): number {
  return builder.function({ parameters: [i32, i32, i32], results: [i32] }, (code) => {
    const [at, end, state] = [0, 1, 2];
    const [one, other] = [code.local(i32), code.local(i32)];
    const rank = memory.keys + 4;
    code.get(at).memory("i32Load").set(one);
    code.get(at).i32(4).op(op.i32Add).set(at);
    upTo(code, at, end, 4, () => {
      code.get(at).memory("i32Load").tee(other).memory("i32Load", rank);
      code.get(one).memory("i32Load", rank).op(op.i32Eq);
      code.if(() => {
        areTwins(code, [one, other, state]);
        code.op(op.i32Eqz);
        code.if(() => code.i32(0).op(op.return));
      });
      // If they are twins, the one will do as well as the other.
      code.get(other).set(one);
    });
    code.i32(1);
  });
}

/** A function of two plain nodes: whether they, and those below them in their order, have the same of their own. */
function addSame(builder: ModuleBuilder, memory: FormsMemory): number {
  return addBoth(builder, memory, (code, [one, other]) => {
    const nodeWords = memory.ownWords + 1;
    for (let word = 0; word < nodeWords; word++) {
      for (const node of [one, other]) {
        code
          .get(node)
          .i32(nodeWords)
          .op(op.i32Mul)
          .memory("i64Load", memory.own + 8 * word);
      }
      code.op(op.i64Ne);
      code.if(() => code.i32(0).op(op.return));
    }
  });
}

/** A function of two nodes: lets them go to each other's places, with those below them in their order, if it can be. */
function addSwap(builder: ModuleBuilder, memory: FormsMemory): number {
  return addBoth(builder, memory, (code, [one, other]) => {
    code.get(one).get(other).memory("i32Store", memory.place);
    code.get(other).get(one).memory("i32Store", memory.place);
  });
}

/** A function of two nodes that does something with both, and with those below; 0 where keys differ. */
function addBoth(
  builder: ModuleBuilder,
  memory: FormsMemory,
  visit: (code: Code, nodes: readonly [one: number, other: number]) => void,
): number {
  const self = builder.next;
  return builder.function(two, (code) => {
    const [one, other] = [0, 1];
    const [here, there, end] = [code.local(i32), code.local(i32), code.local(i32)];
    code.get(one).memory("i64Load", memory.keys).get(other).memory("i64Load", memory.keys);
    code.op(op.i64Ne);
    code.if(() => code.i32(0).op(op.return));
    visit(code, [one, other]);
    code.get(one).memory("i32Load", memory.from).set(here);
    code
      .get(one)
      .memory("i32Load", memory.from + nodeBytes)
      .set(end);
    code.get(other).memory("i32Load", memory.from).set(there);
    upTo(code, here, end, 4, () => {
      code.get(here).memory("i32Load", memory.sorted);
      code.get(there).memory("i32Load", memory.sorted).call(self).op(op.i32Eqz);
      code.if(() => code.i32(0).op(op.return));
      code.get(there).i32(4).op(op.i32Add).set(there);
    });
    code.i32(1);
  });
}
