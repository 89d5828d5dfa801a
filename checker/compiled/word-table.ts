import {
  type Code,
  i32,
  i64,
  type ModuleBuilder,
  type ModuleOptions,
  op,
  v128,
} from "../../model/index.ts";
import {
  allPlaces,
  batch,
  count,
  type Head,
  hash,
  hashOf,
  type InnerLoopOptions,
  load,
  locals,
  toNextPlace,
  toPlace,
} from "./inner-loop-code.ts";
import { line } from "./table-growth.ts";
import { addForEach, type TableCode, tableCode } from "./table-code.ts";

/** What these functions are made for. */
export interface WordTableOptions extends ModuleOptions {
  readonly entryBytes: number;
  readonly head: Pick<Head, "successors" | "sifted">;
  /** Of how many the table is one. */
  readonly partitions: number;
}
type Parts = WordTableOptions & { readonly builder: ModuleBuilder };

/**
 * The table of visited states: the words that stand for them are in the table themselves, inverted so that 0 is a free
 * place. Of each line of the cache the places fill up from the first to the last, then those of the next.
 */
export function wordTable(builder: ModuleBuilder, options: InnerLoopOptions): TableCode {
  const parts = { ...options, builder, partitions: 1 };
  const { enter, placeOf } = addTable(parts);
  addNumber(parts, placeOf);
  return tableCode(builder, options, {
    enter,
    sift: addSift(parts),
    find: addFind(parts, placeOf),
  });
}

/** The functions that a table does not do without. */
export function addTable(parts: Parts): { readonly enter: number; readonly placeOf: number } {
  const enter = addEnter(parts);
  addSpread(parts);
  addEnterAll(parts, enter);
  return { enter, placeOf: addPlaceOf(parts) };
}

/** Puts the state at an address into the table: 1, or 0 if it was there. */
function addEnter({ builder, isShared, partitions }: Parts): number {
  return builder.function({ parameters: [i32], results: [i32] }, (code) => {
    const { place, at, free } = locals(code, "place", "at", "free");
    const [sought, zero] = [code.local(v128), code.local(v128)];
    inverted(code, 0).vector("splat").set(sought);
    toLine(hash(code, 0, partitions), allPlaces(code)).set(place);
    code.loop((again) => {
      placeAt(code, place).set(at);
      // Each place is looked at once: what is put into the line meanwhile is put into its first free place.
      const pairs = pairsAt(code, at).map((load) => {
        const pair = code.local(v128);
        load().set(pair);
        return () => code.get(pair);
      });
      isIn(code, pairs, sought);
      code.if(() => code.i32(0).op(op.return));
      matchesIn(code, pairs, zero).tee(free);
      code.if(() => {
        toFree(code.get(at), free);
        if (isShared) {
          // Whoever is first to put it there has found it.
          inverted(code.i64(0n), 0).atomic("i64AtomicCompareExchange");
          code.i64(0n).op(op.i64Ne).branchIf(again);
        } else {
          inverted(code, 0).memory("i64Store");
        }
        code.i32(1).op(op.return);
      });
      toNextPlace(code, place, line);
      code.branch(again);
    });
    code.op(op.unreachable);
  });
}

/**
 * A line in the larger table is never before the one in the smaller, but for what was pushed back by others at its
 * beginning. So from the last to the first all can move where they belong, one line of the cache after the other;
 * those few are set aside.
 */
function addSpread({ builder, entryBytes, head, partitions }: Parts): void {
  builder.function(
    { parameters: [i32, i32, i32, i32, i32], results: [i32] },
    (code) => {
      const [from, at, first, end, aside] = [0, 1, 2, 3, 4];
      const { place, last, target, free } = locals(code, "place", "last", "target", "free");
      const [word, zero] = [code.local(i64), code.local(v128)];
      const places = allPlaces(code);
      code.i32(-1).set(last);
      code.block((done) => {
        code.loop((again) => {
          code.get(at).get(from).op(op.i32LeU).branchIf(done);
          code.get(at).i32(1).op(op.i32Sub).set(at);
          placeAt(code, at).memory("i64Load").i64(-1n).op(op.i64Xor).tee(word);
          code.i64(-1n).op(op.i64Eq).branchIf(again);
          placeAt(code, at).i64(0n).memory("i64Store");
          toLine(hashOf(code.get(word), partitions), places).set(place);
          code.block((isAside) => {
            code.get(place).get(at).op(op.i32LtU).branchIf(isAside);
            code.get(place).get(first).op(op.i32LtU).branchIf(isAside);
            code.get(place).get(end).op(op.i32GeU).branchIf(isAside);
            const put = (): Code =>
              code.tee(target).get(word).i64(-1n).op(op.i64Xor).memory("i64Store");
            code.get(place).get(last).op(op.i32Eq);
            code.if(() => {
              // The one before went to the same line, and there is room behind it, unless it was the last.
              code
                .get(target)
                .i32(8)
                .op(op.i32Add)
                .tee(target)
                .i32(8 * line - 1)
                .op(op.i32And);
              code.if(() => {
                code.get(target);
                put().branch(again);
              });
            });
            code.loop((further) => {
              placeAt(code, place).set(target);
              matchesIn(code, pairsAt(code, target), zero).tee(free);
              code.if(() => {
                toFree(code.get(target), free);
                put().get(place).set(last).branch(again);
              });
              code.get(place).i32(line).op(op.i32Add).tee(place).get(end);
              code.op(op.i32LtU).branchIf(further);
            });
            code.i32(-1).set(last); // `target` is where there was no room
          });
          code
            .get(aside)
            .i32(head.successors + entryBytes * batch)
            .op(op.i32Eq);
          code.if(() => code.i32(0).op(op.return));
          code.get(aside).get(word).memory("i64Store");
          code.get(aside).i32(8).op(op.i32Add).set(aside);
          code.branch(again);
        });
      });
      code.get(aside);
    },
    "spread",
  );
}

/** Answers the place of the state at an address; -1 if it is not there. */
function addPlaceOf({ builder, partitions }: Parts): number {
  return builder.function({ parameters: [i32], results: [i32] }, (code) => {
    const { place, at, bits } = locals(code, "place", "at", "bits");
    const [sought, zero] = [code.local(v128), code.local(v128)];
    inverted(code, 0).vector("splat").set(sought);
    toLine(hash(code, 0, partitions), allPlaces(code)).set(place);
    code.loop((again) => {
      placeAt(code, place).set(at);
      const pairs = pairsAt(code, at);
      matchesIn(code, pairs, sought).tee(bits);
      code.if(() => code.get(place).get(bits).op(op.i32TrailingZeros, op.i32Add, op.return));
      matchesIn(code, pairs, zero);
      code.if(() => code.i32(-1).op(op.return));
      toNextPlace(code, place, line);
      code.branch(again);
    });
    code.op(op.unreachable);
  });
}

function addNumber({ builder }: Parts, placeOf: number): void {
  addForEach(builder, "number", (code, state, number) => {
    toNumber(code.get(state).call(placeOf)).get(number).memory("i32Store");
  });
}

function addFind({ builder }: Parts, placeOf: number): number {
  return builder.function({ parameters: [i32], results: [i32] }, (code) => {
    const { place } = locals(code, "place");
    code.get(0).call(placeOf).tee(place).i32(-1).op(op.i32Eq);
    code.if(() => code.i32(-1).op(op.return));
    toNumber(code.get(place)).memory("i32Load");
  });
}

function addEnterAll({ builder }: Parts, enter: number): void {
  builder.function(
    { parameters: [i32, i32], results: [] },
    (code) => count(code, 0, 1, 8, () => code.get(0).call(enter).op(op.drop)),
    "enterAll",
  );
}

function addSift({ builder, entryBytes, head }: Parts): number {
  return builder.function({ parameters: [i32, i32], results: [i32] }, (code) => {
    const { next, at, end, state } = locals(code, "next", "at", "end", "state");
    const [sum, sought] = [code.local(i64), code.local(v128)];
    const places = allPlaces(code);
    const lineAt = (state: number, offset: number): Code => {
      toLine(hashOf(code.get(state).memory("i64Load", offset)), places)
        .i32(3)
        .op(op.i32Shl);
      return load(code, "table").op(op.i32Add);
    };
    code.i32(head.sifted).set(end);
    // First all lines are fetched, with as little else as possible, so that many are waited for at once:
    // most of the time of a search is spent on this. Behind the last successor is something else that
    // leads to some line.
    const atOnce = 4;
    code.get(0).set(next);
    count(code, next, 1, atOnce * entryBytes, () => {
      for (let entry = 0; entry < atOnce; entry++) {
        lineAt(next, entry * entryBytes).memory("i64Load");
        if (entry > 0) code.op(op.i64Add);
      }
      code.get(sum).op(op.i64Add).set(sum);
    });
    // Nothing is branched on.
    count(code, 0, 1, entryBytes, () => {
      code.get(end).get(0).memory("i32Store");
      inverted(code, 0).vector("splat").set(sought);
      lineAt(0, 0).set(at);
      code.get(end);
      isIn(code, pairsAt(code, at), sought).op(op.i32Eqz).i32(2).op(op.i32Shl, op.i32Add).set(end);
    });
    // What was not seen is new, but for some that are in the next line, because theirs is full.
    code.i32(head.sifted).set(next);
    count(code, next, end, 4, () => {
      code.get(next).memory("i32Load").set(state);
      lineAt(state, 0).tee(at);
      code
        .get(at)
        .memory("i64Load", 8 * (line - 1))
        .i64(0n)
        .op(op.i64Ne);
      code
        .i32(Math.log2(8 * line))
        .op(op.i32Shl, op.i32Add)
        .memory("i64Load");
      code.get(sum).op(op.i64Add).set(sum);
    });
    code.get(end).get(sum).memory("i64Store"); // or what only fetches would be left out
    code.get(end);
  });
}

/** Puts the state at an address onto the stack as it is in the table. */
const inverted = (code: Code, state: number): Code =>
  code.get(state).memory("i64Load").i64(-1n).op(op.i64Xor);

/** Turns the hash on the stack into the first place of a line. */
export const toLine = (code: Code, places: number): Code =>
  toPlace(code, places).i32(-line).op(op.i32And);

/** Puts the address of a place onto the stack. */
export function placeAt(code: Code, place: number): Code {
  code.get(place).i32(3).op(op.i32Shl);
  return load(code, "table").op(op.i32Add);
}

/** Writers of code that puts the pairs of places of the line at an address onto the stack, as vectors. */
export const pairsAt = (code: Code, address: number): readonly (() => Code)[] =>
  Array.from({ length: line / 2 }, (_, pair) => () => code.get(address).vector("load", 16 * pair));

/** Puts onto the stack whether a state, inverted and twice in a vector, is in one of the pairs of a line. */
export function isIn(code: Code, pairs: readonly (() => Code)[], sought: number): Code {
  for (const [position, load] of pairs.entries()) {
    load().get(sought).vector("equal");
    if (position > 0) code.vector("or");
  }
  return code.vector("anyTrue");
}

/** Puts a bit for each place of the pairs of a line that has a word, twice in a vector, onto the stack. */
function matchesIn(code: Code, pairs: readonly (() => Code)[], word: number): Code {
  for (const [position, load] of pairs.entries()) {
    load().get(word).vector("equal").vector("bits");
    if (position > 0) {
      code.i32(2 * position);
      code.op(op.i32Shl, op.i32Or);
    }
  }
  return code;
}

/** Adds the address of the first of the free places of a line, which are in a local, to that on the stack. */
const toFree = (code: Code, free: number): Code =>
  code.get(free).op(op.i32TrailingZeros).i32(3).op(op.i32Shl, op.i32Add);

/** Puts the address of the number of the state in a place, which is on the stack, onto the stack. */
export const toNumber = (code: Code): Code =>
  load(code.i32(2).op(op.i32Shl), "numbers").op(op.i32Add);
