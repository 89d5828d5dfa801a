import { costOfForm, costOfForms } from "../../learned/compiled/costs.ts";
import { i32, i64, op } from "../../wasm/code.ts";
import { ModuleBuilder, type ModuleOptions } from "../../wasm/module.ts";
import type { Packing } from "../../packing.ts";
import type { FormGrounds } from "../group.ts";
import { addExchange, addPlace, addStay } from "./exchange-code.ts";
import { FormsMemory, type FormsOf } from "./forms-memory.ts";
import { addArrange, addOrders, upTo } from "./order-code.ts";
import { addRead, addSpread } from "./spread-code.ts";
import { addAreAll, addOwn, type ExchangeCode } from "./twins-code.ts";

export type { FormsOf } from "./forms-memory.ts";

/** Where code works, and what else stands there. */
export interface FormsPlace {
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
  readonly options: ModuleOptions;
  /** The code's own part of the memory, in bytes. */
  readonly at: number;
  readonly bytes: number;
  /** From one successor to the next. */
  readonly entryBytes: number;
}

/** Canonical forms by code that is made for the shape of a state, as far as colours tell siblings apart. */
export interface Forms {
  /**
   * Replaces the states from one address up to another by their canonical forms; the address of the first one that
   * takes a search, or of the end. The states behind it are as they were.
   */
  replace(from: number, to: number): number;
  /** How many exchanges leave the state at an address as it is; 0 if JavaScript has to find out. */
  exchanges(state: number): bigint;
}

/** Whether so many forms have cost JavaScript what code for all of them costs. */
export const formsPay = (forms: number): boolean => forms * costOfForm >= costOfForms;

/** States of more slots are left to JavaScript: each has code of its own. */
const mostSlots = 1_024;
/** So many siblings are sorted by insertion, at most. */
const mostSiblings = 64;
/** So many exchanges can be counted in 64 bits. */
const mostCounted = 2n ** 63n;

/** The forms of states that are packed; undefined where there is nothing to exchange, or too much. */
export function formsOf(
  grounds: FormGrounds | undefined,
  packing: Packing,
  place: FormsPlace,
): Forms | undefined {
  if (grounds === undefined) return undefined;
  const its: FormsOf = { ...grounds, packing };
  const { forest } = its;
  const most = Math.max(0, ...forest.parents.map((id) => forest.childrenOf(id).length));
  if (most < 2 || most > mostSiblings || packing.fields.length > mostSlots) return undefined;
  const memory = new FormsMemory(its, place.at);
  if (memory.room.end > place.at + place.bytes) return undefined;
  const module = new WebAssembly.Module(moduleOf(its, memory, place));
  memory.room.furnish(new Uint32Array(place.memory.buffer));
  const env = { memory: place.memory, table: place.table };
  const code = new WebAssembly.Instance(module, { env }).exports as unknown as Forms;
  return {
    replace: (from, to) => code.replace(from, to) >>> 0,
    exchanges: (state) => (forest.order < mostCounted ? code.exchanges(state) : 0n),
  };
}

function moduleOf(
  its: FormsOf,
  memory: FormsMemory,
  { options, entryBytes }: FormsPlace,
): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder(options);
  const stay = addStay(builder, its, memory);
  const place = addPlace(builder, its, memory, stay);
  const exchange = addExchange(builder, its, memory);
  const settle = addSettle(builder, its, memory, { stay, exchange });
  const orders = addOrders(builder, its, memory);
  builder.function(
    { parameters: [i32, i32], results: [i32] },
    (code) => {
      const [at, end] = [0, 1];
      upTo(code, at, end, entryBytes, (done) => {
        code.get(at).call(settle).op(op.i32Eqz).branchIf(done);
        code.i32(memory.isMoved).memory("i32Load");
        code.if(() => code.call(place).get(at).get(at).call(exchange));
      });
      code.get(at);
    },
    "replace",
  );
  builder.function(
    { parameters: [i32], results: [i64] },
    (code) => {
      code.get(0).call(settle).op(op.i32Eqz);
      code.if(() => code.i64(0n).op(op.return));
      code.call(orders);
    },
    "exchanges",
  );
  return builder.build();
}

/**
 * A function of the address of a state: splits colours until nothing that the state says tells more siblings apart;
 * whether that settles their order. As `Refinement` does.
 */
function addSettle(
  builder: ModuleBuilder,
  its: FormsOf,
  memory: FormsMemory,
  { stay, exchange }: ExchangeCode,
): number {
  const read = addRead(builder, its, memory);
  const spreadFirst = addSpread(builder, its, memory, true);
  const spread = addSpread(builder, its, memory, false);
  const arrange = addArrange(builder, its, memory);
  const own = addOwn(builder, its, memory);
  const areAll = addAreAll(builder, its, memory, { stay, exchange });
  return builder.function({ parameters: [i32], results: [i32] }, (code) => {
    const state = 0;
    const [left, ties] = [code.local(i32), code.local(i32)];
    code.get(state).call(read).get(state).call(spreadFirst);
    code.call(arrange).tee(left).op(op.i32Eqz);
    code.if(() => code.i32(1).op(op.return));
    code.get(state).call(own).i32(-1).set(ties);
    code.loop((again) => {
      code.get(state).call(areAll);
      code.if(() => code.i32(1).op(op.return));
      code.get(left).get(ties).op(op.i32GeU);
      code.if(() => code.i32(0).op(op.return));
      code.get(left).set(ties).get(state).call(spread);
      code.call(arrange).tee(left).branchIf(again);
    });
    code.i32(1);
  });
}
