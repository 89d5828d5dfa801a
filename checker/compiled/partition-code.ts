import {
  type Code,
  i32,
  i64,
  ModuleBuilder,
  type ModuleOptions,
  op,
  v128,
} from "../../model/index.ts";
import {
  allPlaces,
  cellsBytes,
  count,
  hash,
  type InnerLoopOptions,
  locals,
  type PartitionCalls,
  batch,
  toPlace,
} from "./inner-loop-code.ts";
import { addForEach, type TableCode, tableCode } from "./table-code.ts";
import { addTable, isIn, pairsAt, placeAt, toLine, toNumber } from "./word-table.ts";

/*
 * A table of visited states that is divided by hash into several, each in a memory of its own: a partition. The states
 * stay where they are. Code reaches one memory only, so of each thread each partition has an instance of a module, whose
 * functions are given words, not addresses, and the inner loop calls these by the table of functions.
 *
 * Which partition a word belongs to is said by the uppermost bits of its hash, and its place there by what is left: so what is
 * in one table from the first place to the last goes into one partition after the other, in each from the first to the last.
 */

/** What the functions of a partition do with a word, in the order in which they stand in the table of functions. */
const kinds = {
  /** Fetches the line where it belongs. */
  touch: { parameters: [i64], results: [i64] },
  /** Whether it is not seen there at first sight. */
  isMissed: { parameters: [i64], results: [i32] },
  /** Puts it into the table: 1, or 0 if it was there. */
  enter: { parameters: [i64], results: [i32] },
  /** Keeps the number of a state, once `cells.numbers` says where. */
  keepNumber: { parameters: [i64, i32], results: [] },
  /** That number; -1 if it is not in the table. */
  numberOf: { parameters: [i64], results: [i32] },
} as const;
type Kind = keyof typeof kinds;
export const partitionKinds = Object.keys(kinds) as readonly Kind[];

/** Room for what is set aside while a table is spread, in each worker's part of the memory of a partition. */
const entryBytes = 16;
const asideBytes = entryBytes * batch;
/** In front of it, in a line of the cache: the word that is looked at, and how many the worker has entered. */
const ownBytes = 64;
const countedAt = 8;

/** What is where in a worker's part of the memory of a partition. */
export const ownPartOf = (
  worker: number,
): { readonly word: number; readonly counted: number; readonly aside: number } => {
  const word = cellsBytes + worker * (ownBytes + asideBytes);
  return { word, counted: word + countedAt, aside: word + ownBytes };
};

/** Where the table of a partition begins. */
export const partitionTableAt = (workers: number): number => ownPartOf(workers).word;

/** The module's bytes of a partition, for one of the workers: functions of all kinds, `spread` and `enterAll`. */
export function partitionModule(
  options: ModuleOptions,
  partitions: number,
  worker: number,
): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder(options);
  const { word, counted, aside } = ownPartOf(worker);
  const head = { successors: aside, sifted: aside };
  const { enter, placeOf } = addTable({ ...options, builder, entryBytes, head, partitions });
  const add = (kind: Kind, write: (code: Code) => void): void => {
    builder.function(
      kinds[kind],
      (code) => {
        code.i32(word).get(0).memory("i64Store");
        write(code);
      },
      kind,
    );
  };
  const lineOf = (code: Code): Code => {
    const [at, place] = [code.local(i32), code.local(i32)];
    code.i32(word).set(at);
    toLine(hash(code, at, partitions), allPlaces(code)).set(place);
    return placeAt(code, place);
  };
  add("touch", (code) => lineOf(code).memory("i64Load"));
  add("isMissed", (code) => {
    const sought = code.local(v128);
    const { at } = locals(code, "at");
    lineOf(code).set(at);
    code.get(0).i64(-1n).op(op.i64Xor).vector("splat").set(sought);
    isIn(code, pairsAt(code, at), sought).op(op.i32Eqz);
  });
  add("enter", (code) => {
    const isNew = code.local(i32);
    code.i32(counted).i32(counted).memory("i32Load");
    code.i32(word).call(enter).tee(isNew).op(op.i32Add).memory("i32Store").get(isNew);
  });
  add("keepNumber", (code) => {
    toNumber(code.i32(word).call(placeOf)).get(1).memory("i32Store");
  });
  add("numberOf", (code) => {
    const { place } = locals(code, "place");
    code.i32(word).call(placeOf).tee(place).i32(-1).op(op.i32Eq);
    code.if(() => code.i32(-1).op(op.return));
    toNumber(code.get(place)).memory("i32Load");
  });
  return builder.build();
}

/** The table of an inner loop whose states are in partitions. */
export function dividedTable(
  builder: ModuleBuilder,
  options: InnerLoopOptions,
  calls: PartitionCalls,
): TableCode {
  const { head, entryBytes: successorBytes } = options;
  const types = Object.fromEntries(
    partitionKinds.map((kind) => [kind, builder.type(kinds[kind])]),
  ) as Readonly<Record<Kind, number>>;

  /** Calls a function of the partition of the word at an address, for that word. */
  function call(code: Code, kind: Kind, state: number, further = (): unknown => undefined): Code {
    const first = calls.at + calls.count * partitionKinds.indexOf(kind);
    code.get(state).memory("i64Load");
    further();
    if (calls.count === 1) return code.i32(first).callIndirect(types[kind]);
    const partitions = code.local(i64);
    code.i64(BigInt(calls.count)).set(partitions);
    toPlace(hash(code, state), partitions).i32(first).op(op.i32Add);
    return code.callIndirect(types[kind]);
  }

  const its = { parameters: [i32], results: [i32] } as const;
  const enter = builder.function(its, (code) => call(code, "enter", 0));
  const find = builder.function(its, (code) => call(code, "numberOf", 0));
  addForEach(builder, "number", (code, state, number) => {
    call(code, "keepNumber", state, () => code.get(number));
  });
  const sift = builder.function({ parameters: [i32, i32], results: [i32] }, (code) => {
    const [from, to] = [0, 1];
    const { next, end } = locals(code, "next", "end");
    const sum = code.local(i64);
    // All lines are fetched before any is looked at, so that many are waited for at once.
    code.get(from).set(next);
    count(code, next, to, successorBytes, () => {
      call(code, "touch", next).get(sum).op(op.i64Add).set(sum);
    });
    code.i32(head.sifted).set(end);
    count(code, from, to, successorBytes, () => {
      code.get(end).get(from).memory("i32Store");
      code.get(end);
      call(code, "isMissed", from).i32(2).op(op.i32Shl, op.i32Add).set(end);
    });
    code.get(end).get(sum).memory("i64Store"); // or what only fetches would be left out
    code.get(end);
  });
  addEnterPlaces(builder, head.sifted, enter);
  return tableCode(builder, options, { enter, sift, find });
}

/** Enters what is in the places, from one up to another, of the table that was not divided. */
function addEnterPlaces(builder: ModuleBuilder, scratch: number, enter: number): void {
  builder.function(
    { parameters: [i32, i32], results: [] },
    (code) => {
      const [place, end] = [0, 1];
      const { at } = locals(code, "at");
      const word = code.local(i64);
      code.i32(scratch).set(at);
      count(code, place, end, 1, () => {
        placeAt(code, place).memory("i64Load").i64(-1n).op(op.i64Xor).tee(word);
        code.i64(-1n).op(op.i64Ne);
        code.if(() => {
          code.get(at).get(word).memory("i64Store");
          code.get(at).call(enter).op(op.drop);
        });
      });
    },
    "enterPlaces",
  );
}
