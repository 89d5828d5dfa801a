import type { Packing } from "../packing.ts";
import type { SequenceAt, Write } from "./asked.ts";
import { type Arm, type Ask, type Diagram, nodesOf, type Test } from "./diagram.ts";
import { Code, i32, i64, type Label, op } from "./wasm.ts";

/** Writes the code of diagrams over packed states. States stand in memory at the addresses in locals. */
interface Emitter {
  readonly code: Code;
  /**
   * Code that goes through a diagram; control does not come out at its end but where `ends` send it, or
   * to `unknown`.
   */
  decide(diagram: Diagram | undefined, ends: Ends, unknown: Label): void;
  /** Code that is run if a digit is one of the answers. */
  ifOneOf(
    test: Extract<Test, { kind: "digit" }>,
    answers: readonly number[],
    then: () => void,
  ): void;
  /** Writes the state that the writes make of the first state to the address in a local. */
  successor(writes: readonly Write[], target: number): void;
}

export interface Ends {
  /** Writes what is to be done with a result; a branch must be the last of it. */
  readonly write: (result: number) => void;
  /** Whether that is little more than the branch, so that it may stand in several places. */
  readonly areShort: boolean;
}

/** Whether `successor` can write these. */
export function isWritable(packing: Packing, writes: readonly Write[]): boolean {
  return writes.every(
    (write) => !("sequence" in write) || placesOf(packing, write.sequence) !== undefined,
  );
}

/** An emitter for states at the addresses in the locals `states`, which do not change. */
export function emitterFor(
  code: Code,
  packing: Packing,
  slots: number,
  states: readonly number[],
): Emitter {
  const words = new Map<number, number>();
  const digit = code.local(i32);
  const count = code.local(i32);
  const place = code.local(i32);
  const word64 = code.local(i64);
  /** Sums that are not in use. */
  const sums: number[] = [];

  /** Loads every word that is going to be used, where all that follows can see it. */
  function wordOf(state: number, word: number): number {
    const key = state * packing.words + word;
    const known = words.get(key);
    if (known !== undefined) return known;
    const local = code.local(i64);
    words.set(key, local);
    return local;
  }
  // The words are loaded at the start: which will be used is not known before all has been written.
  for (const [position, address] of states.entries()) {
    for (let word = 0; word < packing.words; word++) {
      code
        .get(address)
        .memory("i64Load", 8 * word)
        .set(wordOf(position, word));
    }
  }

  const fieldOf = (slot: number): { local: number; shift: number; width: number } => {
    const position = slot < slots ? 0 : 1;
    const { word, shift, width } = packing.fields[slot - position * slots] as Packing["fields"][0];
    return { local: wordOf(position, word), shift, width };
  };

  /** Puts a digit onto the stack, as 32 bits. */
  function extract(slot: number): void {
    const { local, shift, width } = fieldOf(slot);
    if (width === 0) {
      code.i32(0);
      return;
    }
    code.get(local);
    if (shift > 0) code.i64(BigInt(shift)).op(op.i64ShrU);
    code.op(op.i32WrapI64);
    if (shift + width < 64) code.i32(2 ** width - 1).op(op.i32And);
  }

  /** Puts 1 onto the stack if a digit is one of the answers, otherwise 0. */
  function isOneOf(slot: number, values: number, answers: readonly number[]): void {
    const { local, shift, width } = fieldOf(slot);
    const [only] = answers;
    if (answers.length === 1 && width > 0) {
      code
        .get(local)
        .i64(maskOf(width) << BigInt(shift))
        .op(op.i64And);
      code.i64(BigInt(only as number) << BigInt(shift)).op(op.i64Eq);
      return;
    }
    extract(slot);
    amongTop(values, answers);
  }

  /** Takes a number from the stack; 1 if it is one of the answers. */
  function amongTop(values: number, answers: readonly number[]): void {
    const [first, last] = [answers[0] as number, answers.at(-1) as number];
    if (answers.length === 1) {
      code.i32(first).op(op.i32Eq);
    } else if (last - first === answers.length - 1) {
      code
        .i32(first)
        .op(op.i32Sub)
        .i32(last - first)
        .op(op.i32LeU);
    } else if (values <= 32) {
      code.set(digit);
      code.i32(answers.reduce((bits, answer) => bits | (1 << answer), 0));
      code.get(digit).op(op.i32ShrU).i32(1).op(op.i32And);
    } else {
      code.set(digit).i32(0);
      for (const answer of answers) code.get(digit).i32(answer).op(op.i32Eq, op.i32Or);
    }
  }

  /** Puts the answer to a test onto the stack. */
  function answer(test: Test, unknown: Label): void {
    switch (test.kind) {
      case "digit":
        return extract(test.slot);
      case "longer":
        extract(test.slot);
        code.i32(test.than).op(op.i32GtU);
        return;
      case "place":
        return placeOf(test.sequence, test.digit);
      case "count":
        return countOf(test.of, unknown);
    }
  }

  function placeOf({ slot, max }: SequenceAt, value: number): void {
    code.i32(-1).set(place);
    for (let at = max - 1; at >= 0; at--) {
      code.i32(at).get(place);
      isOneOf(slot + 1 + at, 65_536, [value]);
      code.op(op.select).set(place);
    }
    // What is behind the end reads as zero.
    code.get(place).i32(-1);
    code.get(place);
    extract(slot);
    code.op(op.i32LtU, op.select);
  }

  function countOf(of: readonly Diagram[], unknown: Label): void {
    const sum = sums.pop() ?? code.local(i32);
    code.i32(0).set(sum);
    for (const diagram of of) {
      const simple = bitTest(diagram);
      if (simple !== undefined) {
        code.get(sum);
        isOneOf(simple.slot, simple.values, simple.answers);
        code.op(op.i32Add).set(sum);
        continue;
      }
      code.block((next) => {
        const write = (result: number): void => {
          if (result === 1) code.get(sum).i32(1).op(op.i32Add).set(sum);
          code.branch(next);
        };
        decide(diagram, { write, areShort: true }, unknown);
      });
    }
    code.get(sum);
    sums.push(sum);
  }

  function decide(diagram: Diagram | undefined, ends: Ends, unknown: Label): void {
    if (diagram === undefined) {
      code.branch(unknown);
      return;
    }
    const order = nodesOf(diagram);
    const uses = new Map<Diagram, number>();
    for (const node of order) {
      if (node.kind === "ask") {
        for (const { to } of node.arms) uses.set(to, (uses.get(to) ?? 0) + 1);
      }
    }
    const shared = order.filter(
      (node) => (uses.get(node) ?? 0) > 1 && !(node.kind === "end" && ends.areShort),
    );
    const labels = new Map<Diagram, Label>();

    const go = (node: Diagram): void => {
      const label = labels.get(node);
      if (label !== undefined) code.branch(label);
      else inline(node);
    };
    const inline = (node: Diagram): void => {
      if (node.kind === "end") ends.write(node.result);
      else ask(node, go, unknown);
    };
    // The code of a shared node stands behind that of all who lead to it.
    for (const node of shared.toReversed()) labels.set(node, code.open());
    inline(diagram);
    for (const node of shared) {
      code.close();
      labels.delete(node);
      inline(node);
    }
  }

  function ask({ test, arms, isTotal }: Ask, go: (node: Diagram) => void, unknown: Label): void {
    const values = test.kind === "digit" ? test.values : 65_536;
    const rest = isTotal ? arms[arms.length - 1] : undefined;
    const tested = isTotal ? arms.slice(0, -1) : arms;
    const isField =
      test.kind === "digit" &&
      tested.length <= mostTested &&
      tested.every(({ answers }) => answers.length === 1);
    if (!isField && tested.length > 0) {
      answer(test, unknown);
      if (tested.length > 1) code.set(count);
    }
    if (tested.length > mostTested && !isField && spanOf(tested) < mostTabled) {
      table(tested, rest, go, unknown);
      return;
    }
    for (const { answers, to } of tested) {
      if (isField) isOneOf((test as { slot: number }).slot, values, answers);
      else {
        if (tested.length > 1) code.get(count);
        amongTop(values, answers);
      }
      code.if(() => go(to));
    }
    if (rest === undefined) code.branch(unknown);
    else go(rest.to);
  }

  function table(
    arms: readonly { readonly answers: readonly number[]; readonly to: Diagram }[],
    rest: { readonly to: Diagram } | undefined,
    go: (node: Diagram) => void,
    unknown: Label,
  ): void {
    const least = Math.min(...arms.map(({ answers }) => answers[0] as number));
    const most = Math.max(...arms.map(({ answers }) => answers.at(-1) as number));
    const labels: Label[] = [];
    const nest = (position: number): void => {
      if (position < 0) {
        code.block((otherwise) => {
          const targets = Array.from({ length: most - least + 1 }, (_, i) => {
            const arm = arms.findIndex(({ answers }) => answers.includes(least + i));
            return arm < 0 ? otherwise : (labels[arm] as Label);
          });
          code.get(count).i32(least).op(op.i32Sub).branchTable(targets, otherwise);
        });
        if (rest === undefined) code.branch(unknown);
        else go(rest.to);
        return;
      }
      code.block((label) => {
        labels[position] = label;
        nest(position - 1);
      });
      go((arms[position] as { to: Diagram }).to);
    };
    nest(arms.length - 1);
  }

  function successor(writes: readonly Write[], target: number): void {
    const changes = Array.from({ length: packing.words }, () => ({ clear: 0n, set: 0n, add: 0n }));
    const operations: Extract<Write, { sequence: SequenceAt }>[] = [];
    for (const write of writes) {
      if ("sequence" in write) {
        operations.push(write);
        continue;
      }
      const { word, shift, width } = packing.fields[write.slot] as Packing["fields"][0];
      const change = changes[word] as (typeof changes)[0];
      if (write.kind === "add") change.add += BigInt(write.by) << BigInt(shift);
      else {
        change.clear |= maskOf(width) << BigInt(shift);
        change.set |= BigInt(write.digit) << BigInt(shift);
      }
    }
    changes.forEach(({ clear, set, add }, word) => {
      code.get(target).get(wordOf(0, word));
      if (clear !== 0n) code.i64(~clear).op(op.i64And);
      if (set !== 0n) code.i64(set).op(op.i64Or);
      if (add !== 0n) code.i64(add).op(op.i64Add);
      const own = operations.filter(({ sequence }) => packing.fields[sequence.slot]?.word === word);
      if (own.length > 0) {
        code.set(word64);
        for (const operation of own) operate(operation);
        code.get(word64);
      }
      code.memory("i64Store", 8 * word);
    });
  }

  /** Changes the sequence in the word in `word64`. */
  function operate(operation: Extract<Write, { sequence: SequenceAt }>): void {
    const { length, first, bits, max } = placesOf(packing, operation.sequence) as Places;
    const one = 1n << BigInt(length.shift);
    const change = (by: bigint): void => {
      code.get(word64).i64(by).op(op.i64Add).set(word64);
    };
    if (operation.kind === "remove") {
      const above =
        maskOf(bits * (max - operation.place)) << BigInt(first + bits * operation.place);
      code.get(word64).i64(~above).op(op.i64And);
      code.get(word64).i64(above).op(op.i64And).i64(BigInt(bits)).op(op.i64ShrU);
      code.i64(above).op(op.i64And, op.i64Or).set(word64);
      change(-one);
      return;
    }
    const value = elementBits(packing, operation.sequence, operation.digits);
    if (operation.kind === "append") {
      code.get(word64).i64(value);
      code
        .get(word64)
        .i64(BigInt(length.shift))
        .op(op.i64ShrU)
        .i64(maskOf(length.width))
        .op(op.i64And);
      code.i64(BigInt(bits)).op(op.i64Mul).i64(BigInt(first)).op(op.i64Add);
      code.op(op.i64Shl, op.i64Or).set(word64);
    } else {
      const places = maskOf(bits * max) << BigInt(first);
      code.get(word64).i64(~places).op(op.i64And);
      code.get(word64).i64(places).op(op.i64And).i64(BigInt(bits)).op(op.i64Shl);
      code.i64(places).op(op.i64And, op.i64Or);
      code
        .i64(value << BigInt(first))
        .op(op.i64Or)
        .set(word64);
    }
    change(one);
  }

  return {
    code,
    decide,
    ifOneOf: ({ slot, values }, answers, then) => {
      const sorted = [...answers].sort((a, b) => a - b);
      isOneOf(slot, values, sorted);
      code.if(then);
    },
    successor,
  };
}

/** More arms than this are chosen from by a table, if it does not get longer than that. */
const mostTested = 4;
const mostTabled = 512;

const spanOf = (arms: readonly Arm[]): number =>
  Math.max(...arms.map(({ answers }) => answers.at(-1) as number)) -
  Math.min(...arms.map(({ answers }) => answers[0] as number));

/** A diagram that asks for one digit, all of whose values are known, and comes to 0 or 1. */
function bitTest(
  diagram: Diagram,
): { slot: number; values: number; answers: readonly number[] } | undefined {
  if (diagram.kind !== "ask" || diagram.test.kind !== "digit" || !diagram.isTotal) return undefined;
  const yes = diagram.arms.find(({ to }) => to.kind === "end" && to.result === 1);
  const isFlat = diagram.arms.every(({ to }) => to.kind === "end");
  if (yes === undefined || !isFlat) return undefined;
  return { slot: diagram.test.slot, values: diagram.test.values, answers: yes.answers };
}

const maskOf = (width: number): bigint => (1n << BigInt(width)) - 1n;

interface Places {
  readonly length: { readonly shift: number; readonly width: number };
  /** Where the first place begins, and the bits of each. */
  readonly first: number;
  readonly bits: number;
  readonly max: number;
}

/** How a sequence stands in its word; undefined if it is not in one word without gaps. */
function placesOf(packing: Packing, { slot, max, width }: SequenceAt): Places | undefined {
  const length = packing.fields[slot] as Packing["fields"][0];
  const first = length.shift + length.width;
  let shift = first;
  for (let at = slot + 1; at <= slot + max * width; at++) {
    const field = packing.fields[at] as Packing["fields"][0];
    if (field.word !== length.word || (field.width > 0 && field.shift !== shift)) return undefined;
    shift += field.width;
  }
  return { length, first, bits: max === 0 ? 0 : (shift - first) / max, max };
}

/** The digits of one value of a sequence, as they stand in a word. */
function elementBits(packing: Packing, { slot }: SequenceAt, digits: readonly number[]): bigint {
  let bits = 0n;
  let shift = 0n;
  digits.forEach((digit, position) => {
    const { width } = packing.fields[slot + 1 + position] as Packing["fields"][0];
    bits |= BigInt(digit) << shift;
    shift += BigInt(width);
  });
  return bits;
}
