import {
  Code,
  i32,
  i64,
  type Label,
  ModuleBuilder,
  type ModuleOptions,
  op,
} from "../../model/index.ts";

/**
 * The inner loop of a search as a WebAssembly module. In memory stand, one behind the other: a head with
 * counters, the table of visited states, and all states in the order in which they were found. States
 * of one word are in the table themselves, inverted so that 0 is a free place; for larger ones the table
 * has their numbers, with some bits of their hashes in what is left of 32 bits.
 */
export interface KernelOptions extends ModuleOptions {
  /** 64-bit words of a state. */
  readonly words: number;
  readonly actions: number;
  /** Bytes of a successor with its tag: the position of its step, then its class, 32 bits each. */
  readonly entryBytes: number;
  /** Whether successors are replaced by those that stand for them. */
  readonly isReduced: boolean;
  readonly head: Head;
}

/** Addresses in the head. */
export interface Head {
  /** The bytes of the successors of each action so far, 64 bits each. */
  readonly taken: number;
  /** Whether the steps of each action have to be judged, 32 bits each; see `judged`. */
  readonly judged: number;
  /** Whether the property of a predicate has spoken, 32 bits each, by place in the table of functions. */
  readonly spoken: number;
  /** Two addresses for each class: of its predicates on steps, and on new states; see `endOfList`. */
  readonly classes: number;
  /** Room for `batch` successors and those of one state more. */
  readonly successors: number;
  /** Room for the addresses of as many. */
  readonly sifted: number;
}

/** Addresses of the counters at the start of the head, 32 bits each. */
export const cells = {
  /** The number of states. */
  count: 0,
  /** Log2 of the places of the table, and where it begins. */
  bits: 4,
  table: 8,
  /** Where the states begin. */
  states: 12,
  /** With so many states a search has to make room before it goes on. */
  limit: 16,
} as const;

/** What is in a place of the table while its state is being written. No number and tag are like this. */
const locked = -1;

/** Whether an action's steps have to be judged: not; those of one call, by JavaScript; always. */
export const judged = { never: 0, once: 1, always: 2 } as const;

/** Behind the last of a list of predicates; before it, their places in the table of functions. */
export const endOfList = 0xffffffff;

export interface Kernel {
  /**
   * Explores the states with numbers from `from` up to `to`, or until there is no more room; answers
   * where it stopped.
   */
  readonly run: (from: number, to: number) => number;
  /** Writes the successors of the state at an address to another; the address behind the last. */
  readonly expand: (state: number, to: number) => number;
  /** The first state with a number from `from` up to `to` that has the state at an address as successor; -1. */
  readonly leading: (from: number, to: number, target: number) => number;
  /** Adds the state at an address: where it is now, or 0 if it was there before. */
  readonly insert: (state: number) => number;
  /** Clears the table and enters all states once more. */
  readonly fill: () => void;
  /**
   * Spreads a table that had so many bits over the larger one that begins where it does; what is behind it
   * is clear. 1 if all is well, 0 if the table has to be filled anew.
   */
  readonly spread: (bitsBefore: number) => number;
}

/** What the kernel calls. */
export interface KernelImports {
  /** A predicate answered something that may be new: 1 and has not spoken, 2, or that it does not know. */
  answered(predicate: number, answer: number, before: number, after: number): void;
  /** The state with a number has no successor. */
  stuck(state: number): void;
  /** Replaces the successors from one address up to another. */
  canonicalise(from: number, to: number): void;
}

/**
 * Successors are looked up together when there are so many: enough for memory to be waited for once, few
 * enough to stay in the nearest cache.
 */
export const batch = 256;

/** So many places are looked at; most are in one line of the cache. */
const sifted = 2;

const multiplier = 0x9e37_79b9_7f4a_7c15n;

/** The module's bytes. It imports `answered`, `stuck` and `canonicalise` beside memory and table. */
export function kernelModule(options: KernelOptions): Uint8Array<ArrayBuffer> {
  const { words, actions, entryBytes, isReduced, isShared, head } = options;
  const stateBytes = 8 * words;
  const builder = new ModuleBuilder(options);
  const answered = builder.import("answered", { parameters: [i32, i32, i32, i32], results: [] });
  const stuck = builder.import("stuck", { parameters: [i32], results: [] });
  const canonicalise = builder.import("canonicalise", { parameters: [i32, i32], results: [] });
  const two = { parameters: [i32, i32], results: [i32] } as const;
  const binary = builder.type(two);

  const cell = (code: Code, name: keyof typeof cells): Code =>
    code.i32(cells[name]).memory("i32Load");

  /** Puts the hash of the state at an address onto the stack, 64 bits. */
  function hash(code: Code, state: number): void {
    code.get(state).memory("i64Load").i64(multiplier).op(op.i64Mul);
    const h = words > 1 ? code.local(i64) : 0;
    for (let word = 1; word < words; word++) {
      code.tee(h).get(h).i64(32n).op(op.i64ShrU, op.i64Xor);
      code
        .get(state)
        .memory("i64Load", 8 * word)
        .op(op.i64Add)
        .i64(multiplier)
        .op(op.i64Mul);
    }
    if (words > 1)
      code.tee(h).get(h).i64(29n).op(op.i64ShrU, op.i64Xor).i64(multiplier).op(op.i64Mul);
  }

  /** A number, counted up to a limit; the loop is left when it is reached. */
  function count(
    code: Code,
    number: number,
    limit: number,
    by: number,
    each: (done: Label) => void,
  ): void {
    code.block((done) => {
      code.loop((again) => {
        code.get(number).get(limit).op(op.i32GeU).branchIf(done);
        each(done);
        code.get(number).i32(by).op(op.i32Add).set(number).branch(again);
      });
    });
  }

  /** Puts the number of the next state onto the stack, and counts it. */
  function nextNumber(code: Code): void {
    if (isShared) {
      code.i32(cells.count).i32(1).atomic("i32AtomicAdd");
      return;
    }
    code.i32(cells.count);
    cell(code, "count").i32(1).op(op.i32Add).memory("i32Store");
    cell(code, "count").i32(1).op(op.i32Sub);
  }

  function returnNew(code: Code, to: number): void {
    newState(code, to);
    code.get(to).op(op.return);
  }

  /** Writes a state behind the last, and leaves where it is in a local. */
  function newState(code: Code, to: number): void {
    nextNumber(code);
    code.i32(stateBytes).op(op.i32Mul);
    cell(code, "states").op(op.i32Add).set(to);
    for (let word = 0; word < words; word++) {
      code
        .get(to)
        .get(0)
        .memory("i64Load", 8 * word)
        .memory("i64Store", 8 * word);
    }
  }

  const insertWord = (code: Code): void => {
    const [place, table, mask, to, at] = Array.from({ length: 5 }, () => code.local(i32)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const [found, inverted] = [code.local(i64), code.local(i64)];
    cell(code, "table").set(table);
    code.i32(1);
    cell(code, "bits").op(op.i32Shl).i32(1).op(op.i32Sub).set(mask);
    code.get(0).memory("i64Load").i64(-1n).op(op.i64Xor).set(inverted);
    hash(code, 0);
    code.i32(64);
    cell(code, "bits").op(op.i32Sub, op.i64ExtendI32U, op.i64ShrU, op.i32WrapI64).set(place);
    code.loop((again) => {
      code.get(place).i32(3).op(op.i32Shl).get(table).op(op.i32Add).set(at);
      code.get(at).memory("i64Load").tee(found).op(op.i64Eqz);
      code.if(() => {
        if (isShared) {
          // Whoever is first to put it there has found it.
          code.get(at).i64(0n).get(inverted).atomic("i64AtomicCompareExchange").tee(found);
          code.op(op.i64Eqz);
          code.if(() => returnNew(code, to));
        } else {
          code.get(at).get(inverted).memory("i64Store");
          returnNew(code, to);
        }
      });
      code.get(found).get(inverted).op(op.i64Eq);
      code.if(() => code.i32(0).op(op.return));
      code.get(place).i32(1).op(op.i32Add).get(mask).op(op.i32And).set(place).branch(again);
    });
    code.op(op.unreachable);
  };

  /** A writer of code that leaves place, entry without number, and bits in locals. */
  function placing(code: Code): (state: number) => { place: number; tag: number; bits: number } {
    const [place, tag, bits] = [code.local(i32), code.local(i32), code.local(i32)];
    const h = code.local(i64);
    return (state) => {
      hash(code, state);
      code.set(h);
      cell(code, "bits").set(bits);
      code.get(h).i32(64).get(bits).op(op.i32Sub, op.i64ExtendI32U, op.i64ShrU, op.i32WrapI64);
      code.set(place);
      code.get(h).i64(32n).op(op.i64ShrU, op.i32WrapI64).get(bits).op(op.i32Shl).set(tag);
      return { place, tag, bits };
    };
  }

  const insertWords = (code: Code): void => {
    const { place, tag, bits } = placing(code)(0);
    const [mask, found, other, table, at] = Array.from({ length: 5 }, () => code.local(i32)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    cell(code, "table").set(table);
    code.i32(1).get(bits).op(op.i32Shl).i32(1).op(op.i32Sub).set(mask);
    code.loop((again) => {
      code.get(place).i32(2).op(op.i32Shl).get(table).op(op.i32Add).tee(at);
      if (isShared)
        code.atomic("i32AtomicLoad").tee(found).i32(locked).op(op.i32Eq).branchIf(again);
      if (isShared) code.get(found);
      else code.memory("i32Load").tee(found);
      code.op(op.i32Eqz);
      code.if(() => {
        if (isShared) {
          // The place is locked until the state has been written.
          code.get(at).i32(0).i32(locked).atomic("i32AtomicCompareExchange").branchIf(again);
        }
        newState(code, other);
        code.get(at);
        // Its number is found from where it is.
        code.get(other);
        cell(code, "states").op(op.i32Sub).i32(stateBytes).op(op.i32DivU).i32(1).op(op.i32Add);
        code.get(tag).op(op.i32Or);
        if (isShared) code.atomic("i32AtomicStore");
        else code.memory("i32Store");
        code.get(other).op(op.return);
      });
      code.block((differs) => {
        code.get(found).get(tag).op(op.i32Xor).get(bits).op(op.i32ShrU).branchIf(differs);
        code.get(found).get(mask).op(op.i32And).i32(1).op(op.i32Sub).i32(stateBytes).op(op.i32Mul);
        cell(code, "states").op(op.i32Add).set(other);
        for (let word = 0; word < words; word++) {
          code
            .get(0)
            .memory("i64Load", 8 * word)
            .get(other)
            .memory("i64Load", 8 * word);
          code.op(op.i64Ne).branchIf(differs);
        }
        code.i32(0).op(op.return);
      });
      code.get(place).i32(1).op(op.i32Add).get(mask).op(op.i32And).set(place).branch(again);
    });
    code.op(op.unreachable);
  };

  const insert = builder.function(
    { parameters: [i32], results: [i32] },
    (code) => (words === 1 ? insertWord(code) : insertWords(code)),
    "insert",
  );

  builder.function(
    { parameters: [], results: [] },
    (code) => {
      const [number, all, state] = [code.local(i32), code.local(i32), code.local(i32)];
      const slotBytes = words === 1 ? 3 : 2;
      cell(code, "table").i32(0).i32(1);
      cell(code, "bits").op(op.i32Shl).i32(slotBytes).op(op.i32Shl).fillMemory();
      cell(code, "count").set(all);
      count(code, number, all, 1, () => {
        cell(code, "states").get(number).i32(stateBytes).op(op.i32Mul, op.i32Add).set(state);
        const entered = enter(code, state);
        entered(() => {
          if (words === 1) code.get(state).memory("i64Load").i64(-1n).op(op.i64Xor);
          else code.get(number).i32(1).op(op.i32Add);
        });
      });
    },
    "fill",
  );

  // A place in the larger table is never before the one in the smaller, but for what was pushed back by
  // others at its beginning. So from the last to the first all can move where they belong, one line of the
  // cache after the other; those few are set aside.
  builder.function(
    { parameters: [i32], results: [i32] },
    (code) => {
      if (words > 1) {
        code.i32(0); // The numbers of states in it say nothing of where they belong.
        return;
      }
      const [at, place, aside, next, word] = [i32, i32, i32, i32, i64].map((type) =>
        code.local(type as typeof i32),
      ) as [number, number, number, number, number];
      const endOfRoom = head.successors + 8 * batch;
      const addressOf = (number: number): Code => {
        code.get(number).i32(3).op(op.i32Shl);
        return cell(code, "table").op(op.i32Add);
      };
      const setAside = (): void => {
        code.get(aside).i32(endOfRoom).op(op.i32Eq);
        code.if(() => code.i32(0).op(op.return));
        code.get(aside).get(word).memory("i64Store");
        code.get(aside).i32(8).op(op.i32Add).set(aside);
      };
      code.i32(head.successors).set(aside);
      code.i32(1).get(0).op(op.i32Shl).set(at);
      code.block((done) => {
        code.loop((again) => {
          code.get(at).op(op.i32Eqz).branchIf(done);
          code.get(at).i32(1).op(op.i32Sub).set(at);
          addressOf(at).memory("i64Load").i64(-1n).op(op.i64Xor).tee(word);
          code.i64(-1n).op(op.i64Eq).branchIf(again);
          addressOf(at).i64(0n).memory("i64Store");
          code.get(word).i64(multiplier).op(op.i64Mul).i32(64);
          cell(code, "bits").op(op.i32Sub, op.i64ExtendI32U, op.i64ShrU, op.i32WrapI64).set(place);
          code.block((isAside) => {
            code.get(place).get(at).op(op.i32LtU).branchIf(isAside);
            code.loop((further) => {
              addressOf(place).memory("i64Load").op(op.i64Eqz);
              code.if(() => {
                addressOf(place).get(word).i64(-1n).op(op.i64Xor).memory("i64Store").branch(again);
              });
              code.get(place).i32(1).op(op.i32Add).tee(place).i32(1);
              cell(code, "bits").op(op.i32Shl, op.i32Ne).branchIf(further);
            });
          });
          setAside();
          code.branch(again);
        });
      });
      code.i32(head.successors).set(next);
      count(code, next, aside, 8, () => {
        enter(code, next)(() => code.get(next).memory("i64Load").i64(-1n).op(op.i64Xor));
      });
      code.i32(1);
    },
    "spread",
  );

  /** Finds the free place for a state that is not in the table; the callback puts on the stack what belongs there. */
  function enter(code: Code, state: number): (value: () => void) => void {
    const isWord = words === 1;
    const { place, tag, bits } = placing(code)(state);
    return (value) => {
      code.block((done) => {
        code.loop((again) => {
          const at = (): Code => {
            code
              .get(place)
              .i32(isWord ? 3 : 2)
              .op(op.i32Shl);
            return cell(code, "table").op(op.i32Add);
          };
          if (isWord) at().memory("i64Load").op(op.i64Eqz);
          else at().memory("i32Load").op(op.i32Eqz);
          code.if(() => {
            at();
            value();
            if (isWord) code.memory("i64Store");
            else code.get(tag).op(op.i32Or).memory("i32Store");
            code.branch(done);
          });
          code.get(place).i32(1).op(op.i32Add).i32(1).get(bits).op(op.i32Shl);
          code.i32(1).op(op.i32Sub, op.i32And).set(place).branch(again);
        });
      });
    };
  }

  const expand = builder.function(
    two,
    (code) => {
      for (let action = 0; action < actions; action++) {
        code.get(0).get(1).i32(action).callIndirect(binary).set(1);
      }
      code.get(1);
    },
    "expand",
  );

  /**
   * Sifts successors: lists the addresses of those that do not stand in the places of the table where their
   * hash leads first; answers the end of the list. No load waits for the one before and nothing is branched
   * on, so that memory is waited for once and not for each successor; it would be most of the time.
   */
  const sift = builder.function(two, (code) => {
    const [table, end] = [code.local(i32), code.local(i32)];
    cell(code, "table").set(table);
    code.i32(head.sifted).set(end);
    const placed = words === 1 ? undefined : placing(code);
    const [shift, word, found, bits, other] = [i64, i64, i32, i32, i32].map((type) =>
      code.local(type as typeof i32),
    ) as [number, number, number, number, number];
    cell(code, "bits").set(bits);
    code.i32(64).get(bits).op(op.i32Sub, op.i64ExtendI32U).set(shift);
    count(code, 0, 1, entryBytes, () => {
      code.get(end).get(0).memory("i32Store");
      code.get(end);
      if (placed === undefined) {
        hash(code, 0);
        code.get(shift).op(op.i64ShrU, op.i32WrapI64).i32(3).op(op.i32Shl);
        code.get(table).op(op.i32Add).set(other);
        code.get(0).memory("i64Load").set(word);
        // What is behind the last place is a state, whose topmost bit is clear, and is not taken for one.
        for (let next = 0; next < sifted; next++) {
          code
            .get(other)
            .memory("i64Load", 8 * next)
            .get(word)
            .op(op.i64Add);
          code.i64(-1n).op(op.i64Ne);
          if (next > 0) code.op(op.i32And);
        }
      } else {
        const { place, tag } = placed(0);
        code.get(place).i32(2).op(op.i32Shl).get(table).op(op.i32Add).memory("i32Load").set(found);
        // Where the tags differ the state is compared with itself, which is at hand.
        cell(code, "states").get(found).i32(1).get(bits).op(op.i32Shl).i32(1).op(op.i32Sub);
        code.op(op.i32And).i32(1).op(op.i32Sub).i32(stateBytes).op(op.i32Mul, op.i32Add).get(0);
        code.get(found).get(tag).op(op.i32Xor).get(bits).op(op.i32ShrU, op.i32Eqz);
        code.get(found).i32(0).op(op.i32Ne, op.i32And);
        if (isShared) code.get(found).i32(locked).op(op.i32Ne, op.i32And);
        code.tee(found).op(op.select).set(other);
        for (let word = 0; word < words; word++) {
          code
            .get(0)
            .memory("i64Load", 8 * word)
            .get(other)
            .memory("i64Load", 8 * word);
          code.op(op.i64Xor);
          if (word > 0) code.op(op.i64Or);
        }
        code.i64(0n).op(op.i64Ne).get(found).op(op.i32Eqz, op.i32Or);
      }
      code.i32(2).op(op.i32Shl, op.i32Add).set(end);
    });
    code.get(end);
  });

  /** Asks the predicates of a list, whose address is in a local that is used up. */
  function askAll(code: Code, list: number, before: number, after: number): void {
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
          code.get(predicate).get(answer).get(before).get(after).call(answered);
        });
        code.get(list).i32(4).op(op.i32Add).set(list).branch(again);
      });
    });
  }

  /** Puts the address of one of the lists of the class of a successor onto the stack. */
  const listOf = (code: Code, successor: number, which: "steps" | "states"): Code =>
    code
      .get(successor)
      .memory("i32Load", stateBytes + 4)
      .i32(3)
      .op(op.i32Shl)
      .memory("i32Load", head.classes + (which === "steps" ? 0 : 4));

  builder.function(
    two,
    (code) => {
      const [state, first, next, end, list, found] = Array.from({ length: 6 }, () =>
        code.local(i32),
      ) as [number, number, number, number, number, number];
      const judgeStep = (): void => {
        listOf(code, next, "steps").set(list);
        askAll(code, list, state, next);
      };
      const take = (action: number): void => {
        code.get(end).set(next);
        code.get(state).get(end).i32(action).callIndirect(binary).set(end);
        const [taken, isJudged] = [head.taken + 8 * action, head.judged + 4 * action];
        code.i32(taken).i32(taken).memory("i64Load");
        code.get(end).get(next).op(op.i32Sub, op.i64ExtendI32U, op.i64Add).memory("i64Store");
        code.i32(isJudged).memory("i32Load");
        code.if(() => {
          count(code, next, end, entryBytes, judgeStep);
          code.i32(isJudged).i32(isJudged).memory("i32Load").i32(judged.always);
          code.op(op.i32And).memory("i32Store");
        });
      };
      const meet = (): void => {
        code.get(first).memory("i32Load").tee(next).call(insert).tee(found);
        code.if(() => {
          if (isReduced) code.i32(head.classes).memory("i32Load", 4).set(list);
          else listOf(code, next, "states").set(list);
          askAll(code, list, found, found);
        });
      };
      const meetAll = (): void => {
        if (isReduced) code.i32(head.successors).get(end).call(canonicalise);
        code.i32(head.successors).get(end).call(sift).set(end);
        code.i32(head.sifted).set(first);
        count(code, first, end, 4, meet);
      };
      code.i32(head.successors).set(end);
      count(code, 0, 1, 1, (done) => {
        cell(code, "count");
        cell(code, "limit").op(op.i32GeU).branchIf(done);
        cell(code, "states").get(0).i32(stateBytes).op(op.i32Mul, op.i32Add).set(state);
        code.get(end).set(first);
        for (let action = 0; action < actions; action++) take(action);
        code.get(end).get(first).op(op.i32Eq);
        code.if(() => code.get(0).call(stuck));
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

  builder.function(
    { parameters: [i32, i32, i32], results: [i32] },
    (code) => {
      const [next, end] = [code.local(i32), code.local(i32)];
      count(code, 0, 1, 1, () => {
        cell(code, "states").get(0).i32(stateBytes).op(op.i32Mul, op.i32Add);
        code.i32(head.successors).call(expand).set(end);
        if (isReduced) code.i32(head.successors).get(end).call(canonicalise);
        code.i32(head.successors).set(next);
        count(code, next, end, entryBytes, () => {
          code.block((differs: Label) => {
            for (let word = 0; word < words; word++) {
              code
                .get(next)
                .memory("i64Load", 8 * word)
                .get(2)
                .memory("i64Load", 8 * word);
              code.op(op.i64Ne).branchIf(differs);
            }
            code.get(0).op(op.return);
          });
        });
      });
      code.i32(-1);
    },
    "leading",
  );

  return builder.build();
}
