import { StateWords } from "../../learned/compiled/state-words.ts";
import { type Code, i32, op } from "../../wasm/code.ts";
import type { ModuleBuilder } from "../../wasm/module.ts";
import type { Row } from "../group-action.ts";
import { ColouringCode, where } from "./colouring-code.ts";
import { type FormsMemory, type FormsOf, nodeBytes } from "./forms-memory.ts";
import type { HashCode, Value } from "../../wasm/hash-code.ts";

/** Turns a colour into the lower half of a key: those below 0 come first. */
const bias = 0x80000000;

/** A function of the address of a state: what the state says of each element whatever the colours. */
export function addRead(builder: ModuleBuilder, its: FormsOf, memory: FormsMemory): number {
  const { inventory, rows } = its.action;
  return builder.function({ parameters: [i32], results: [] }, (code) => {
    const words = new StateWords(code, its.packing, [0]);
    const { seenAt, sumsAt } = { seenAt: memory.seen, sumsAt: memory.said };
    const colouring = new ColouringCode({ words, inventory, seen: () => 0, seenAt, sumsAt });
    for (let element = 0; element < its.forest.nodeOf.length; element++) {
      code.i32(memory.said + 4 * element);
      colouring.hash.push(saidByRows(colouring, code, rows, element, memory)).memory("i32Store");
    }
    for (const value of inventory.composed) {
      const { element, at, context, shape } = value;
      where(words, value, () =>
        colouring.say(element, colouring.hash.mix(context, colouring.colour(shape, at, context))),
      );
    }
    for (const name of inventory.names) {
      where(words, name, () => {
        words.extract(name.at);
        colouring.sayOfTop(name.first, name.says);
      });
    }
    for (const { at, first, says } of inventory.lists) {
      says.forEach((what, position) => {
        where(words, { slot: at, least: position + 1 }, () => {
          words.extract(at + 1 + position);
          colouring.sayOfTop(first, what);
        });
      });
    }
  });
}

/** What the digits of an element say of it that are looked up. */
function saidByRows(
  colouring: ColouringCode,
  code: Code,
  rows: readonly Row[],
  element: number,
  { tables }: FormsMemory,
): Value {
  const { hash } = colouring;
  let sum: Value = 0;
  for (const { start, size, origin, stride, table } of rows) {
    if (table < 0 || element < start || element >= start + size) continue;
    const slot = origin + (element - start) * stride;
    sum = hash.sum(sum, () => {
      hash.push(colouring.digit(slot));
      code
        .i32(2)
        .op(op.i32Shl)
        .memory("i32Load", tables + 4 * table);
    });
  }
  return sum;
}

/**
 * A function of the address of a state that was read: mixes into each node's colour what the state says of its
 * elements, of those below and above. The first time all colours are 0, and siblings in the order of the forest.
 */
export function addSpread(
  builder: ModuleBuilder,
  its: FormsOf,
  memory: FormsMemory,
  isFirst: boolean,
): number {
  const { forest } = its;
  return builder.function({ parameters: [i32], results: [] }, (code) => {
    const colours: Value[] = Array.from({ length: forest.size }, (_, id) => {
      if (isFirst) return 0;
      const colour = code.local(i32);
      code
        .i32(memory.keys + nodeBytes * id)
        .memory("i32Load")
        .i32(bias)
        .op(op.i32Xor)
        .set(colour);
      return () => code.get(colour);
    });
    const colouring = lookAt(code, its, memory, colours);
    mixAll(code, its, memory, colouring.hash, colours);
    colours.forEach((colour, id) => {
      code.i32(memory.keys + nodeBytes * id);
      colouring.hash.push(colour).i32(bias).op(op.i32Xor);
      if (isFirst) code.op(op.i64ExtendI32U).memory("i64Store");
      else code.memory("i32Store");
    });
    if (!isFirst) return;
    code.i32(memory.isMoved).i32(0).memory("i32Store");
    forest.children.forEach((id, at) => {
      code
        .i32(memory.sorted + 4 * at)
        .i32(nodeBytes * id)
        .memory("i32Store");
    });
  });
}

/** Sums up what the state says of each element, given the colours of nodes. */
function lookAt(
  code: Code,
  { action, forest, packing }: FormsOf,
  memory: FormsMemory,
  colours: readonly Value[],
): ColouringCode {
  const { inventory, isRelational } = action;
  const words = new StateWords(code, packing, isRelational ? [0] : []);
  const seen =
    (element: number): Value =>
    () =>
      code.i32(memory.seen + 4 * element).memory("i32Load");
  const { seenAt, sumsAt } = { seenAt: memory.seen, sumsAt: memory.sums };
  const colouring = new ColouringCode({ words, inventory, seen, seenAt, sumsAt });
  const { hash } = colouring;
  if (!isRelational) return colouring;
  for (let element = 0; element < forest.nodeOf.length; element++) {
    const colour = colours[forest.nodeOf[element] as number] as Value;
    const place = forest.placeIn[element] as number;
    code.i32(memory.seen + 4 * element);
    hash.push(place === 0 ? colour : hash.mixed(colour, place, 41)).memory("i32Store");
    code.i32(memory.sums + 4 * element);
    code
      .i32(memory.said + 4 * element)
      .memory("i32Load")
      .memory("i32Store");
  }
  for (const value of inventory.relational) {
    const { at, context, shape } = value;
    if (shape.kind !== "each")
      throw new Error("What says something of elements is indexed by them.");
    where(words, value, () => colouring.sayOfEach(shape, at, context));
  }
  return colouring;
}

/** Mixes sums and colours, upwards and then downwards; leaves the colours in locals. */
function mixAll(
  code: Code,
  { forest }: FormsOf,
  memory: FormsMemory,
  hash: HashCode,
  colours: Value[],
): void {
  const keep = (value: Value): Value => {
    if (typeof value === "number") return value;
    const local = code.local(i32);
    hash.push(value).set(local);
    return () => code.get(local);
  };
  for (let id = forest.size - 1; id >= 0; id--) {
    let colour = colours[id] as Value;
    for (
      let i = forest.elementsFrom[id] as number;
      i < (forest.elementsFrom[id + 1] as number);
      i++
    ) {
      const sum = memory.sums + 4 * (forest.elements[i] as number);
      colour = hash.mixed(colour, forest.elementSets[i] as number, () =>
        code.i32(sum).memory("i32Load"),
      );
    }
    let below: Value = 0;
    for (const child of forest.childrenOf(id)) {
      below = hash.sum(below, hash.mix(colours[child] as Value, 23));
    }
    colours[id] = keep(hash.mix(colour, below));
  }
  for (let id = 0; id < forest.size; id++) {
    const parent = forest.parentOf[id] as number;
    if (parent < 0) continue;
    colours[id] = keep(hash.mix(colours[id] as Value, colours[parent] as Value));
  }
}
