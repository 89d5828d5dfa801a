import { StateWords } from "../../learned/compiled/state-words.ts";
import { type Code, i32, op } from "../../wasm/code.ts";
import type { ModuleBuilder } from "../../wasm/module.ts";
import type { Tangle } from "../inventory.ts";
import { where } from "./colouring-code.ts";
import { type FormsMemory, type FormsOf, nodeBytes } from "./forms-memory.ts";

const nothing = { parameters: [], results: [] } as const;

/** A function: every node goes to where it is. */
export function addStay(builder: ModuleBuilder, { forest }: FormsOf, memory: FormsMemory): number {
  return builder.function(nothing, (code) => {
    for (let id = 0; id < forest.size; id++) {
      code
        .i32(memory.place + nodeBytes * id)
        .i32(nodeBytes * id)
        .memory("i32Store");
    }
  });
}

/** A function: sets where nodes go when siblings stand in the order in which they are sorted. */
export function addPlace(
  builder: ModuleBuilder,
  { forest }: FormsOf,
  memory: FormsMemory,
  stay: number,
): number {
  const { from, parents } = forest;
  return builder.function(nothing, (code) => {
    const there = code.local(i32);
    code.call(stay);
    for (const id of parents) {
      const [first, end] = [from[id] as number, from[id + 1] as number];
      code.i32(memory.place + nodeBytes * id).memory("i32Load");
      code.memory("i32Load", memory.from).set(there);
      for (let at = first; at < end; at++) {
        code.i32(memory.sorted + 4 * at).memory("i32Load");
        code.get(there).memory("i32Load", memory.children + 4 * (at - first));
        code.memory("i32Store", memory.place);
      }
    }
  });
}

/** A function of the addresses of a state, and of what it becomes when nodes go to their places. */
export function addExchange(builder: ModuleBuilder, its: FormsOf, memory: FormsMemory): number {
  const { action, packing } = its;
  const { names, lists, tangles } = action.inventory;
  return builder.function({ parameters: [i32, i32], results: [] }, (code) => {
    const words = new StateWords(code, packing, [0]);
    const moved = new Set<number>();
    /** Writes a digit into a slot; `push` puts it onto the stack. */
    const write = (slot: number, push: () => void): void => {
      moved.add(slot);
      code.i32(memory.digits + 4 * slot);
      push();
      code.memory("i32Store");
    };
    /** Puts onto the stack where the element goes that a slot names, counted from the first of its set. */
    const goes = (slot: number, first: number): void => {
      words.extract(slot);
      code
        .i32(2)
        .op(op.i32Shl)
        .memory("i32Load", memory.to + 4 * first)
        .i32(first)
        .op(op.i32Sub);
    };
    moveElements(code, its, memory, words, moved);
    for (const name of names) {
      write(name.at, () => words.extract(name.at));
      where(words, name, () => write(name.at, () => goes(name.at, name.first)));
    }
    for (const { at, first, says } of lists) {
      for (let position = 0; position < says.length; position++) {
        const slot = at + 1 + position;
        write(slot, () => words.extract(slot));
        const there = { slot: at, least: position + 1 };
        where(words, there, () => write(slot, () => goes(slot, first)));
      }
    }
    const [digit, target] = [code.local(i32), code.local(i32)];
    for (const tangle of tangles) {
      moved.add(tangle.at);
      words.extract(tangle.at);
      code.set(digit);
      if (tangle.first >= 0) {
        where(words, tangle, () => {
          goes(tangle.at, tangle.first);
          code.set(digit);
        });
      }
      targetOf(code, tangle, memory);
      code.set(target);
      code.get(target).get(digit).memory("i32Store");
    }
    pack(code, its, memory, words, moved);
  });
}

/** Writes where elements go, and the digits of rows where they go with them. */
function moveElements(
  code: Code,
  { forest, action }: FormsOf,
  memory: FormsMemory,
  words: StateWords,
  moved: Set<number>,
): void {
  const [node, to] = [code.local(i32), code.local(i32)];
  for (let id = 0; id < forest.size; id++) {
    const elements = forest.elementsIn(id);
    if (elements.length === 0) continue;
    code.i32(memory.place + nodeBytes * id).memory("i32Load");
    code.memory("i32Load", memory.elementsFrom).set(node);
    elements.forEach((element, i) => {
      code
        .get(node)
        .memory("i32Load", memory.elements + 4 * i)
        .set(to);
      code
        .i32(memory.to + 4 * element)
        .get(to)
        .memory("i32Store");
      for (const { start, size, origin, stride } of action.rows) {
        if (element < start || element >= start + size) continue;
        const slot = origin + (element - start) * stride;
        moved.add(slot);
        // The slot of the element in whose place it goes.
        code
          .get(to)
          .i32(start)
          .op(op.i32Sub)
          .i32(4 * stride)
          .op(op.i32Mul);
        words.extract(slot);
        code.memory("i32Store", memory.digits + 4 * origin);
      }
    });
  }
}

/** Puts the address onto the stack of the digit that a tangle becomes. */
function targetOf(code: Code, { at, movers }: Tangle, memory: FormsMemory): void {
  code.i32(memory.digits + 4 * at);
  for (const { element, stride } of movers) {
    code.i32(memory.to + 4 * element).memory("i32Load");
    code
      .i32(element)
      .op(op.i32Sub)
      .i32(4 * stride)
      .op(op.i32Mul, op.i32Add);
  }
}

/** Writes the words of a state, in which slots have moved, to the address in the second parameter. */
function pack(
  code: Code,
  { packing }: FormsOf,
  memory: FormsMemory,
  words: StateWords,
  moved: ReadonlySet<number>,
): void {
  for (let word = 0; word < packing.words; word++) {
    const slots = [...moved].filter((slot) => packing.fields[slot]?.word === word);
    const taken = slots.reduce((mask, slot) => {
      const { shift, width } = packing.fields[slot] as { shift: number; width: number };
      return mask | (((1n << BigInt(width)) - 1n) << BigInt(shift));
    }, 0n);
    code.get(1);
    code.get(words.wordOfFirst(word)).i64(~taken).op(op.i64And);
    for (const slot of slots) {
      const { shift, width } = packing.fields[slot] as { shift: number; width: number };
      if (width === 0) continue;
      code
        .i32(memory.digits + 4 * slot)
        .memory("i32Load")
        .op(op.i64ExtendI32U);
      if (shift > 0) code.i64(BigInt(shift)).op(op.i64Shl);
      code.op(op.i64Or);
    }
    code.memory("i64Store", 8 * word);
  }
}
