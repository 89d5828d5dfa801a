import { type Code, i32, i64, type Label, op } from "../../wasm/code.ts";
import type { ModuleBuilder } from "../../wasm/module.ts";
import type { FormsMemory, FormsOf } from "./forms-memory.ts";

/** Puts the key of the node onto the stack that is in a local. */
const keyOf = (code: Code, { keys }: FormsMemory, node: number): Code =>
  code.get(node).memory("i64Load", keys);

/** Whether all siblings have a parent with two children. */
const isPair = (from: number, end: number): boolean => end - from === 2;

/**
 * A function: sorts siblings by their keys, and gives each the rank that it has then; answers how many share the rank
 * of the one before them.
 */
export function addArrange(
  builder: ModuleBuilder,
  { forest }: FormsOf,
  memory: FormsMemory,
): number {
  const { from, parents } = forest;
  const rangeOf = (id: number): [number, number] => [from[id] as number, from[id + 1] as number];
  const hasMany = parents.some((id) => !isPair(...rangeOf(id)));
  const many = hasMany ? addArrangeMany(builder, memory) : -1;
  return builder.function({ parameters: [], results: [i32] }, (code) => {
    const [one, other, isAlike] = [code.local(i32), code.local(i32), code.local(i32)];
    code.i32(0);
    for (const id of parents) {
      const [first, end] = rangeOf(id);
      const at = memory.sorted + 4 * first;
      if (!isPair(first, end)) {
        code
          .i32(at)
          .i32(memory.sorted + 4 * end)
          .call(many)
          .op(op.i32Add);
        continue;
      }
      code.i32(at).memory("i32Load").set(one);
      code.i32(at).memory("i32Load", 4).set(other);
      keyOf(code, memory, one);
      keyOf(code, memory, other).op(op.i64GtU);
      code.if(() => {
        code.i32(memory.isMoved).i32(1).memory("i32Store");
        code.i32(at).get(other).memory("i32Store");
        code.i32(at).get(one).memory("i32Store", 4);
        code.get(one).get(other).set(one).set(other);
      });
      keyOf(code, memory, one);
      keyOf(code, memory, other).op(op.i64Eq).set(isAlike);
      code
        .get(one)
        .i32(0)
        .memory("i32Store", memory.keys + 4);
      code
        .get(other)
        .get(isAlike)
        .op(op.i32Eqz)
        .memory("i32Store", memory.keys + 4);
      code.get(isAlike).op(op.i32Add);
    }
  });
}

/** The same of the children of one node, between two places of the list. */
function addArrangeMany(builder: ModuleBuilder, memory: FormsMemory): number {
  return builder.function({ parameters: [i32, i32], results: [i32] }, (code) => {
    const [first, end] = [0, 1];
    const [at, node, target, ties, rank] = [0, 1, 2, 3, 4].map(() => code.local(i32)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const other = code.local(i32);
    const [key, before] = [code.local(i64), code.local(i64)];
    code.get(first).i32(4).op(op.i32Add).set(at);
    upTo(code, at, end, 4, () => {
      code.get(at).memory("i32Load").set(node);
      keyOf(code, memory, node).set(key);
      code.get(at).set(target);
      code.block((isPlaced) => {
        code.loop((again) => {
          code.get(target).get(first).op(op.i32LeU).branchIf(isPlaced);
          code.get(target).i32(4).op(op.i32Sub).memory("i32Load").set(other);
          keyOf(code, memory, other).get(key).op(op.i64LeU).branchIf(isPlaced);
          code.get(target).get(other).memory("i32Store");
          code.get(target).i32(4).op(op.i32Sub).set(target);
          code.branch(again);
        });
      });
      code.get(target).get(at).op(op.i32Ne);
      code.if(() => {
        code.get(target).get(node).memory("i32Store");
        code.i32(memory.isMoved).i32(1).memory("i32Store");
      });
    });
    code.get(first).memory("i32Load").set(node);
    keyOf(code, memory, node).set(before);
    code
      .get(node)
      .i32(0)
      .memory("i32Store", memory.keys + 4);
    code.get(first).i32(4).op(op.i32Add).set(at);
    upTo(code, at, end, 4, () => {
      code.get(at).memory("i32Load").set(node);
      keyOf(code, memory, node).tee(key).get(before).op(op.i64Eq);
      code.if(() => code.get(ties).i32(1).op(op.i32Add).set(ties));
      code.get(key).get(before).op(op.i64Ne);
      code.if(() => {
        code.get(at).get(first).op(op.i32Sub).i32(2).op(op.i32ShrU).set(rank);
        code.get(key).set(before);
      });
      code
        .get(node)
        .get(rank)
        .memory("i32Store", memory.keys + 4);
    });
    code.get(ties);
  });
}

/** Counts a local up to a limit in another. */
export function upTo(
  code: Code,
  at: number,
  end: number,
  by: number,
  each: (done: Label) => void,
): void {
  code.block((done) => {
    code.loop((again) => {
      code.get(at).get(end).op(op.i32GeU).branchIf(done);
      each(done);
      code.get(at).i32(by).op(op.i32Add).set(at).branch(again);
    });
  });
}

/** A function: how many orders siblings of one rank have, all together, 64 bits. */
export function addOrders(
  builder: ModuleBuilder,
  { forest }: FormsOf,
  memory: FormsMemory,
): number {
  const { from, parents } = forest;
  return builder.function({ parameters: [], results: [i64] }, (code) => {
    const [orders, run] = [code.local(i64), code.local(i64)];
    const [at, end, rank, before] = [0, 1, 2, 3].map(() => code.local(i32)) as [
      number,
      number,
      number,
      number,
    ];
    const rankHere = (): Code =>
      code
        .get(at)
        .memory("i32Load")
        .memory("i32Load", memory.keys + 4);
    code.i64(1n).set(orders);
    for (const id of parents) {
      code.i32(memory.sorted + 4 * (from[id] as number)).set(at);
      code.i32(memory.sorted + 4 * (from[id + 1] as number)).set(end);
      code.i32(-1).set(before);
      upTo(code, at, end, 4, () => {
        rankHere().tee(rank).get(before).op(op.i32Eq);
        code.if(() => code.get(run).i64(1n).op(op.i64Add).set(run));
        code.get(rank).get(before).op(op.i32Ne);
        code.if(() => code.i64(1n).set(run));
        code.get(orders).get(run).op(op.i64Mul).set(orders);
        code.get(rank).set(before);
      });
    }
    code.get(orders);
  });
}
