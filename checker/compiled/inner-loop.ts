import {
  type Code,
  HashCode,
  i32,
  i64,
  type Label,
  ModuleBuilder,
  mostMasked,
  notKnown,
  op,
  type Value,
} from "../../model/index.ts";
import { wholeShare } from "./audit-share.ts";
import { addressOf, batch, count, type InnerLoopOptions, load, locals } from "./inner-loop-code.ts";
import { dividedTable } from "./partition-code.ts";
import { packedBytes, type PartsCode, partsCode } from "./parts.ts";
import type { TableCode } from "./table-code.ts";
import { wordTable } from "./word-table.ts";

/**
 * What has to be looked at of an action's steps, as bits. Whether they have to be judged: not; those of one call, by
 * JavaScript; always. And whether one of them changes something, as long as none has.
 */
export const judged = { never: 0, once: 1, always: 2, change: 4 } as const;

/** Behind the last of a list of predicates; before it, their places in the table of functions. */
export const endOfList = 0xffffffff;

/**
 * The inner loop of a search as a WebAssembly module. In memory stand, one behind the other: a head with
 * counters, the table of visited states, and all states in the order in which they were found.
 */
export interface InnerLoop {
  /**
   * Explores the states with numbers from `from` up to `to`, or until there is no more room; answers
   * where it stopped.
   */
  readonly run: (from: number, to: number) => number;
  /** Writes the successors of the state at an address to another; the address behind the last. */
  readonly expand: (state: number, to: number) => number;
  /** The first state with a number from `from` up to `to` that has the state at an address as successor; -1. */
  readonly leading: (from: number, to: number, target: number) => number;
  /**
   * The first state with a number from `from` up to `to` whose lot is below `share`, or `to`. Its lot is a number below
   * `wholeShare` that is made of the state alone: the same for each worker.
   */
  readonly drawn: (from: number, to: number, share: number) => number;
  /** Adds the state at an address: where it is now, or 0 if it was there before. */
  readonly insert: (state: number) => number;
  /**
   * Writes to an address, for each state with a number from `from` up to `to`, how many steps lead from it to
   * others; behind that, where each of these leads and the position of its step, 32 bits each. Where symmetry is
   * reduced, all steps: which of them changes nothing whoever replaces successors has seen.
   */
  readonly link: (from: number, to: number, at: number) => void;
  /** Asks a predicate of each of these states; writes the answers, one byte each. */
  readonly sweep: (predicate: number, from: number, to: number, at: number) => void;
  /**
   * Before `link`: writes the numbers of the states from `from` up to `to` to where `cells.numbers` says, 32 bits for each
   * place of the table. All have to be there before they are used.
   */
  readonly number: (from: number, to: number) => void;
  /** Enters the states with numbers from `from` up to `to` into a table that does not have them. */
  readonly fill: (from: number, to: number) => void;
  /** What enlarges the table, where it is in this memory; where it is divided, what divides it. */
  readonly spread?: TableFunctions["spread"];
  readonly enterAll?: TableFunctions["enterAll"];
  readonly enterPlaces?: (from: number, to: number) => void;
  /** Of states of several words: those of `PartsCode`, and what enters parts anew into a table; see there. */
  readonly spell?: (state: number, to: number) => void;
  readonly numbersOf?: (state: number, adds: number) => bigint;
  readonly refillParts?: (side: number, from: number, to: number) => void;
}

/** What enlarges a table. */
export interface TableFunctions {
  /**
   * For a table that was enlarged, behind which it is clear: moves what is in the places from `from` up to `to` to
   * where it belongs among those from `first` up to `end`, and what belongs elsewhere behind an address; answers the
   * end of that, or 0 if there is no room for so many. Then the table has to be filled anew.
   */
  readonly spread: (from: number, to: number, first: number, end: number, aside: number) => number;
  /** Enters the states from one address up to another into such a table. */
  readonly enterAll: (from: number, to: number) => void;
}

/** What the inner loop calls. */
export interface InnerLoopImports {
  /** A predicate answered something that may be new: 1 and has not spoken, 2, or that it does not know. */
  answered(predicate: number, answer: number, before: number, after: number): void;
  /** The state at an address has no successor but, perhaps, itself. */
  stuck(state: number): void;
  /** What a predicate answers that does not know. */
  asked(predicate: number, state: number): number;
  /** Replaces the successors from one address up to another. */
  canonicalise(from: number, to: number): void;
}

/** What the functions of the module are made of. */
interface Parts extends InnerLoopOptions {
  readonly builder: ModuleBuilder;
  readonly stateBytes: number;
  /** The type of functions of two numbers that answer one. */
  readonly binary: number;
  readonly table: TableCode;
  /** Of states of several words. */
  readonly parts: PartsCode | undefined;
  /** Those of `InnerLoopImports`. */
  readonly imports: Readonly<Record<keyof InnerLoopImports, number>>;
}

const two = { parameters: [i32, i32], results: [i32] } as const;

/** The module's bytes. It imports `InnerLoopImports` beside memory and table. */
export function innerLoopModule(options: InnerLoopOptions): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder(options);
  const imports = {
    answered: builder.import("answered", { parameters: [i32, i32, i32, i32], results: [] }),
    stuck: builder.import("stuck", { parameters: [i32], results: [] }),
    canonicalise: builder.import("canonicalise", { parameters: [i32, i32], results: [] }),
    asked: builder.import("asked", { parameters: [i32, i32], results: [i32] }),
  };
  const binary = builder.type(two);
  const isPacked = options.words > 1;
  const ofWords = isPacked ? { ...options, entryBytes: packedBytes } : options;
  const { partitions } = options;
  const table =
    partitions === undefined
      ? wordTable(builder, ofWords)
      : dividedTable(builder, ofWords, partitions);
  const ofParts = isPacked ? partsCode(builder, options) : undefined;
  const stateBytes = 8 * options.words;
  const parts = { ...options, builder, stateBytes, binary, table, parts: ofParts, imports };
  addInsert(parts);
  const expand = addExpand(parts);
  addRun(parts);
  addLink(parts, expand);
  addSweep(parts);
  addLeading(parts, expand);
  addDrawn(parts);
  return builder.build();
}

function addInsert({ builder, table, parts, head }: Parts): void {
  builder.function(
    { parameters: [i32], results: [i32] },
    (code) => {
      if (parts === undefined) code.get(0);
      else {
        code.i32(head.packed).get(0).i32(1).call(parts.numbersOf).memory("i64Store");
        code.i32(head.packed);
      }
      code.call(table.insert);
    },
    "insert",
  );
}

function addExpand(parts: Parts): number {
  return parts.builder.function(
    two,
    (code) => {
      const state = 0;
      ofActions(parts, code, state, (action) => {
        code.get(state).get(1).i32(action).callIndirect(parts.binary).set(1);
      });
      code.get(1);
    },
    "expand",
  );
}

/** Code for each action that may have a step from the state at an address. */
function ofActions(
  { builder, actions, firstLook, head }: Parts,
  code: Code,
  state: number,
  each: (action: number) => void,
): void {
  const mask = code.local(i64);
  const look = builder.type({ parameters: [i32], results: [i64] });
  code.i64(-1n).set(mask).i32(head.firstLook).memory("i32Load");
  code.if(() => code.get(state).i32(firstLook).callIndirect(look).set(mask));
  for (let action = 0; action < actions; action++) {
    code.block((isIdle) => {
      if (action < mostMasked) {
        code
          .get(mask)
          .i64(1n << BigInt(action))
          .op(op.i64And, op.i64Eqz)
          .branchIf(isIdle);
      }
      each(action);
    });
  }
}

function addRun(parts: Parts): void {
  const { builder, table, imports, head, entryBytes, isReduced } = parts;
  builder.function(
    two,
    (code) => {
      const { state, first, next, end, list, seen } = locals(
        code,
        "state",
        "first",
        "next",
        "end",
        "list",
        "seen",
      );
      const judgeStep = (): void => {
        listOf(parts, code, next, "steps").set(list);
        askAll(parts, code, list, state, next);
      };
      const meetAll = (): void => {
        replaceByRepresentatives(parts, code, end);
        siftAll(parts, code, end);
        table.meet(code, end, (successor, fresh) => {
          // Of several words, they stand in the successor alone.
          const [entry, at] = parts.parts === undefined ? [successor, fresh] : [next, next];
          if (entry === next) code.get(successor).memory("i32Load", 8).set(next);
          if (isReduced) code.i32(head.classes).memory("i32Load", 4).set(list);
          else listOf(parts, code, entry, "states").set(list);
          askAll(parts, code, list, at, at);
        });
      };
      code.i32(head.successors).set(end);
      count(code, 0, 1, 1, (done) => {
        load(code, "count");
        load(code, "limit").op(op.i32GeU).branchIf(done);
        stateOf(parts, code, 0).set(state);
        code.get(end).set(first);
        ofActions(parts, code, state, (action) =>
          take(parts, code, { action, state, next, end, seen }, judgeStep),
        );
        code.block((isMoving: Label) => {
          code.get(first).set(next);
          count(code, next, end, entryBytes, () => unlessEqual(parts, code, next, state, isMoving));
          code.get(state).call(imports.stuck);
        });
        code
          .get(end)
          .i32(head.successors + entryBytes * batch)
          .op(op.i32GtU);
        code.if(() => {
          meetAll();
          code.i32(head.successors).set(end);
        });
      });
      meetAll();
      code.get(0);
    },
    "run",
  );
}

/** Lists the successors up to `end` that are not seen in the table at first sight; the end of the list is left in it. */
function siftAll({ head, table, parts }: Parts, code: Code, end: number): void {
  if (parts === undefined) code.i32(head.successors).get(end);
  else code.i32(head.packed).i32(head.successors).get(end).call(parts.pack);
  code.call(table.sift).set(end);
}

/** Takes all steps of an action from a state, whose successors go behind `end`, and looks at them if need be. */
function take(
  parts: Parts,
  code: Code,
  {
    action,
    state,
    next,
    end,
    seen,
  }: Readonly<Record<"action" | "state" | "next" | "end" | "seen", number>>,
  judgeStep: () => void,
): void {
  const { head, entryBytes, binary } = parts;
  code.get(end).set(next);
  code.get(state).get(end).i32(action).callIndirect(binary).set(end);
  const [taken, isJudged] = [head.taken + 8 * action, head.judged + 4 * action];
  const hasChanged = head.changed + 4 * action;
  const isSet = (bits: number): Code =>
    code.i32(isJudged).memory("i32Load").i32(bits).op(op.i32And);
  code.i32(taken).i32(taken).memory("i64Load");
  code.get(end).get(next).op(op.i32Sub, op.i64ExtendI32U, op.i64Add).memory("i64Store");
  code.i32(isJudged).memory("i32Load");
  code.if(() => {
    isSet(judged.change);
    code.if(() => {
      code.block((changesNothing) => {
        code.block((differs) => {
          code.get(next).set(seen);
          count(code, seen, end, entryBytes, () => unlessEqual(parts, code, seen, state, differs));
          code.branch(changesNothing);
        });
        code.i32(hasChanged).i32(1).memory("i32Store");
        code.i32(isJudged);
        isSet(judged.always | judged.once).memory("i32Store");
      });
    });
    isSet(judged.always | judged.once);
    code.if(() => count(code, next, end, entryBytes, judgeStep));
    code.i32(isJudged);
    isSet(judged.always | judged.change).memory("i32Store");
  });
}

/** Leaves a block unless two states are the same, whose addresses are in locals. */
function unlessEqual(
  { words }: Parts,
  code: Code,
  one: number,
  other: number,
  differs: Label,
): void {
  for (let word = 0; word < words; word++) {
    code
      .get(one)
      .memory("i64Load", 8 * word)
      .get(other)
      .memory("i64Load", 8 * word);
    code.op(op.i64Ne).branchIf(differs);
  }
}

/** Asks the predicates of a list, whose address is in a local that is used up. */
function askAll(
  { binary, head, imports }: Parts,
  code: Code,
  list: number,
  before: number,
  after: number,
): void {
  const predicate = code.local(i32);
  const answer = code.local(i32);
  code.block((done) => {
    code.loop((again) => {
      code.get(list).memory("i32Load").tee(predicate).i32(-1).op(op.i32Eq).branchIf(done);
      code.block((settled) => {
        code.get(before).get(after).get(predicate).callIndirect(binary).tee(answer);
        code.op(op.i32Eqz).branchIf(settled);
        code.get(answer).i32(1).op(op.i32Eq);
        code.get(predicate).i32(2).op(op.i32Shl).memory("i32Load", head.spoken);
        code.op(op.i32And).branchIf(settled);
        code.get(predicate).get(answer).get(before).get(after).call(imports.answered);
      });
      code.get(list).i32(4).op(op.i32Add).set(list).branch(again);
    });
  });
}

/** Puts the address of one of the lists of the class of a successor onto the stack. */
const listOf = (
  { head, stateBytes }: Parts,
  code: Code,
  successor: number,
  which: "steps" | "states",
): Code =>
  code
    .get(successor)
    .memory("i32Load", stateBytes + 4)
    .i32(3)
    .op(op.i32Shl)
    .memory("i32Load", head.classes + (which === "steps" ? 0 : 4));

/** Where symmetry is reduced: replaces the successors up to an end by those that stand for them. */
function replaceByRepresentatives(
  { isReduced, head, imports }: Parts,
  code: Code,
  end: number,
): void {
  if (isReduced) code.i32(head.successors).get(end).call(imports.canonicalise);
}

function addLink(parts: Parts, expand: number): void {
  const { builder, head, entryBytes, stateBytes, isReduced } = parts;
  builder.function(
    { parameters: [i32, i32, i32], results: [] },
    (code) => {
      const [number, to, counts] = [0, 1, 2];
      const { at, next, end, target, first } = locals(code, "at", "next", "end", "target", "first");
      code.get(to).get(number).op(op.i32Sub).i32(2).op(op.i32Shl).get(counts).op(op.i32Add).set(at);
      count(code, number, to, 1, () => {
        stateOf(parts, code, number).i32(head.successors).call(expand).set(end);
        replaceByRepresentatives(parts, code, end);
        code.get(at).set(first).i32(head.successors).set(next);
        count(code, next, end, entryBytes, () => {
          find(parts, code, next).tee(target).get(number).op(op.i32Ne);
          if (isReduced) code.i32(1).op(op.i32Or);
          code.if(() => {
            code.get(at).get(target).memory("i32Store");
            code.get(at).get(next).memory("i32Load", stateBytes).memory("i32Store", 4);
            code.get(at).i32(8).op(op.i32Add).set(at);
          });
        });
        code.get(counts).get(at).get(first).op(op.i32Sub).i32(3).op(op.i32ShrU).memory("i32Store");
        code.get(counts).i32(4).op(op.i32Add).set(counts);
      });
    },
    "link",
  );
}

function addSweep(parts: Parts): void {
  const { builder, binary, imports } = parts;
  builder.function(
    { parameters: [i32, i32, i32, i32], results: [] },
    (code) => {
      const [predicate, number, to, at] = [0, 1, 2, 3];
      const { state, answer } = locals(code, "state", "answer");
      count(code, number, to, 1, () => {
        stateOf(parts, code, number).tee(state);
        code.get(state).get(predicate).callIndirect(binary).tee(answer).i32(notKnown).op(op.i32Eq);
        code.if(() => code.get(predicate).get(state).call(imports.asked).set(answer));
        code.get(at).get(answer).memory("i32Store8");
        code.get(at).i32(1).op(op.i32Add).set(at);
      });
    },
    "sweep",
  );
}

function addLeading(parts: Parts, expand: number): void {
  const { builder, head, entryBytes } = parts;
  builder.function(
    { parameters: [i32, i32, i32], results: [i32] },
    (code) => {
      const [next, end] = [code.local(i32), code.local(i32)];
      count(code, 0, 1, 1, () => {
        stateOf(parts, code, 0).i32(head.successors).call(expand).set(end);
        replaceByRepresentatives(parts, code, end);
        code.i32(head.successors).set(next);
        count(code, next, end, entryBytes, () => {
          code.block((differs: Label) => {
            unlessEqual(parts, code, next, 2, differs);
            code.get(0).op(op.return);
          });
        });
      });
      code.i32(-1);
    },
    "leading",
  );
}

function addDrawn(parts: Parts): void {
  const { builder, words } = parts;
  builder.function(
    { parameters: [i32, i32, i32], results: [i32] },
    (code) => {
      const [number, to, share] = [0, 1, 2];
      const { state } = locals(code, "state");
      const hash = new HashCode(code);
      const halves = Array.from({ length: 2 * words }, (_, half) => () => {
        code.get(state).memory("i32Load", 4 * half);
      });
      count(code, number, to, 1, (done) => {
        stateOf(parts, code, number).set(state);
        hash.push(halves.reduce<Value>((lot, half) => hash.mix(lot, half), 0));
        code
          .i32(wholeShare - 1)
          .op(op.i32And)
          .get(share)
          .op(op.i32LtU)
          .branchIf(done);
      });
      code.get(number);
    },
    "drawn",
  );
}

/**
 * Puts the address of the words of the state onto the stack whose number is in a local: of several, they are written to
 * `head.current`.
 */
function stateOf({ parts, head }: Parts, code: Code, number: number): Code {
  if (parts === undefined) return addressOf(code.get(number));
  code.get(number).i32(head.current).call(parts.spell);
  return code.i32(head.current);
}

/** Puts the number of the state onto the stack whose address is in a local; -1 if it was not found. */
function find({ parts, table, head }: Parts, code: Code, state: number): Code {
  if (parts === undefined) return code.get(state).call(table.find);
  const number = code.local(i32);
  code.i32(-1).set(number);
  code.i32(head.packed).get(state).i32(0).call(parts.numbersOf).memory("i64Store");
  code.i32(head.packed).memory("i64Load").i64(-1n).op(op.i64Ne);
  code.if(() => code.i32(head.packed).call(table.find).set(number));
  return code.get(number);
}
