import { type Code, i32, type Label, op } from "../../wasm/code.ts";
import type { SequenceAt } from "../recording/asked.ts";
import { type Arm, type Ask, type Diagram, nodesOf, type Test } from "../diagram.ts";
import type { StateWords } from "./state-words.ts";

export interface Ends {
  /** Writes what is to be done with a result; a branch must be the last of it. */
  readonly write: (result: number) => void;
  /** Whether that is little more than the branch, so that it may stand in several places. */
  readonly areShort: boolean;
}

/** Writes the code of diagrams over packed states. */
export class DiagramCode {
  readonly #code: Code;
  readonly #states: StateWords;
  readonly #count: number;
  readonly #place: number;
  /** Locals for sums that are not in use. */
  readonly #sums: number[] = [];

  constructor(states: StateWords) {
    const { code } = states;
    this.#code = code;
    this.#states = states;
    this.#count = code.local(i32);
    this.#place = code.local(i32);
  }

  /**
   * Code that goes through a diagram; control does not come out at its end but where `ends` send it, or
   * to `unknown`.
   */
  decide(diagram: Diagram | undefined, ends: Ends, unknown: Label): void {
    const code = this.#code;
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
      else this.#ask(node, go, unknown);
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

  /** Code that is run if a digit is one of the answers. */
  ifOneOf(
    { slot, values }: Extract<Test, { kind: "digit" }>,
    answers: readonly number[],
    then: () => void,
  ): void {
    const sorted = [...answers].sort((a, b) => a - b);
    this.#states.isOneOf(slot, values, sorted);
    this.#code.if(then);
  }

  /** Puts the answer to a test onto the stack. */
  #answer(test: Test, unknown: Label): void {
    switch (test.kind) {
      case "digit":
        return this.#states.extract(test.slot);
      case "longer":
        this.#states.extract(test.slot);
        this.#code.i32(test.than).op(op.i32GtU);
        return;
      case "place":
        return this.#placeOf(test.sequence, test.digit);
      case "count":
        return this.#countOf(test.of, unknown);
    }
  }

  #placeOf({ slot, max }: SequenceAt, value: number): void {
    const code = this.#code;
    const place = this.#place;
    code.i32(-1).set(place);
    for (let at = max - 1; at >= 0; at--) {
      code.i32(at).get(place);
      this.#states.isOneOf(slot + 1 + at, 65_536, [value]);
      code.op(op.select).set(place);
    }
    // What is behind the end reads as zero.
    code.get(place).i32(-1);
    code.get(place);
    this.#states.extract(slot);
    code.op(op.i32LtU, op.select);
  }

  #countOf(of: readonly Diagram[], unknown: Label): void {
    const code = this.#code;
    const sum = this.#sums.pop() ?? code.local(i32);
    code.i32(0).set(sum);
    for (const diagram of of) {
      const simple = bitTest(diagram);
      if (simple !== undefined) {
        code.get(sum);
        this.#states.isOneOf(simple.slot, simple.values, simple.answers);
        code.op(op.i32Add).set(sum);
        continue;
      }
      code.block((next) => {
        const write = (result: number): void => {
          if (result === 1) code.get(sum).i32(1).op(op.i32Add).set(sum);
          code.branch(next);
        };
        this.decide(diagram, { write, areShort: true }, unknown);
      });
    }
    code.get(sum);
    this.#sums.push(sum);
  }

  #ask({ test, arms, isTotal }: Ask, go: (node: Diagram) => void, unknown: Label): void {
    const code = this.#code;
    const count = this.#count;
    const values = test.kind === "digit" ? test.values : 65_536;
    const rest = isTotal ? arms[arms.length - 1] : undefined;
    const tested = isTotal ? arms.slice(0, -1) : arms;
    const isField =
      test.kind === "digit" &&
      tested.length <= mostTested &&
      tested.every(({ answers }) => answers.length === 1);
    if (!isField && tested.length > 0) {
      this.#answer(test, unknown);
      if (tested.length > 1) code.set(count);
    }
    if (tested.length > mostTested && !isField && spanOf(tested) < mostTabled) {
      this.#table(tested, rest, go, unknown);
      return;
    }
    for (const { answers, to } of tested) {
      if (isField) this.#states.isOneOf((test as { slot: number }).slot, values, answers);
      else {
        if (tested.length > 1) code.get(count);
        this.#states.amongTop(values, answers);
      }
      code.if(() => go(to));
    }
    if (rest === undefined) code.branch(unknown);
    else go(rest.to);
  }

  #table(
    arms: readonly { readonly answers: readonly number[]; readonly to: Diagram }[],
    rest: { readonly to: Diagram } | undefined,
    go: (node: Diagram) => void,
    unknown: Label,
  ): void {
    const code = this.#code;
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
          code.get(this.#count).i32(least).op(op.i32Sub).branchTable(targets, otherwise);
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
