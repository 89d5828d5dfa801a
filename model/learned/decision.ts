import type { Digits } from "../layout.ts";
import type { Asked, Outcome, Primitive, Recorded, SequenceAt } from "./recording/asked.ts";

/** A question of a learned decision: an `Asked` without its answer. */
export type Question =
  | { readonly kind: "digit"; readonly slot: number }
  | { readonly kind: "longer"; readonly slot: number; readonly than: number }
  | { readonly kind: "place"; readonly sequence: SequenceAt; readonly digit: number }
  | { readonly kind: "decision"; readonly decision: Decision }
  | { readonly kind: "count"; readonly decisions: readonly Decision[] };

/** A question with what follows from each answer that was met, or what it all came to. */
export type Node = Inner | Leaf;

interface Inner {
  readonly question: Question;
  readonly branches: Map<Primitive, Node>;
}

export interface Leaf {
  readonly outcome: Outcome;
  /** Numbered in the order in which they were learned, from 0. */
  readonly id: number;
}

export const isLeaf = (node: Node): node is Leaf => "outcome" in node;

/**
 * What is known of one recipe with one choice: a tree of the questions that it asked, run by run. A
 * state that comes to an answer not met before is not known, and the recipe has to be run.
 */
export interface Decision {
  readonly root: Node | undefined;
  readonly leaves: readonly Leaf[];
  /** Questions and outcomes, those of inner decisions included. */
  readonly size: number;
  /** Whether any of its questions is an inner decision. */
  readonly hasInner: boolean;
  /** Every slot that any question looks at. */
  readonly slots: ReadonlySet<number>;
  /** What is known to come of a state, or of two in a row; undefined if nothing is. */
  of(digits: Digits, after?: Digits): Leaf | undefined;
  /**
   * Adds a run; its leaf. Undefined if a run before asked something else after the same answers, so
   * that the recipe depends on more than what it asks.
   */
  learn(recorded: Recorded): Leaf | undefined;
}

/** A decision of which nothing is known. */
export function newDecision(slots: Set<number> = new Set()): Decision {
  return new LearnedDecision(slots);
}

class LearnedDecision implements Decision {
  root: Node | undefined;
  readonly leaves: Leaf[] = [];
  readonly slots: Set<number>;
  #inner = 0;
  readonly #decisions: Decision[] = [];

  constructor(slots: Set<number>) {
    this.slots = slots;
  }

  get size(): number {
    return (
      this.#inner +
      this.leaves.length +
      this.#decisions.reduce((sum, decision) => sum + decision.size, 0)
    );
  }

  get hasInner(): boolean {
    return this.#decisions.length > 0;
  }

  of(digits: Digits, after?: Digits): Leaf | undefined {
    const slots = digits.length;
    let node = this.root;
    while (node !== undefined && !isLeaf(node)) {
      const { question, branches }: Inner = node;
      let answer: Primitive | typeof unknown;
      if (question.kind === "digit") {
        const { slot } = question;
        answer = slot < slots ? digits[slot] : after?.[slot - slots];
      } else {
        answer = answerOf(question, digits, after);
        if (answer === unknown) return undefined;
      }
      node = branches.get(answer as Primitive);
    }
    return node;
  }

  learn({ asked, outcome }: Recorded): Leaf | undefined {
    let attach = (node: Node): void => {
      this.root = node;
    };
    let node = this.root;
    for (const next of asked) {
      if (node === undefined) {
        node = { question: this.#questionOf(next), branches: new Map() };
        this.#inner++;
        attach(node);
      }
      if (isLeaf(node) || !this.#fits(node.question, next)) return undefined;
      const { branches } = node;
      const { answer } = next;
      attach = (child) => {
        branches.set(answer, child);
      };
      node = branches.get(answer);
    }
    if (node !== undefined) {
      return isLeaf(node) && isSame(node.outcome, outcome) ? node : undefined;
    }
    const id = this.leaves.length;
    const leaf = { outcome, id };
    this.leaves.push(leaf);
    attach(leaf);
    return leaf;
  }

  #questionOf(asked: Asked): Question {
    switch (asked.kind) {
      case "digit":
        this.slots.add(asked.slot);
        return { kind: "digit", slot: asked.slot };
      case "longer":
        this.slots.add(asked.slot);
        return { kind: "longer", slot: asked.slot, than: asked.than };
      case "place": {
        const { slot, max, width } = asked.sequence;
        for (let i = 0; i <= max * width; i++) this.slots.add(slot + i);
        return { kind: "place", sequence: asked.sequence, digit: asked.digit };
      }
      case "decision":
        return { kind: "decision", decision: this.#inside() };
      case "count":
        return { kind: "count", decisions: asked.of.map(() => this.#inside()) };
    }
  }

  #inside(): Decision {
    const decision = newDecision(this.slots);
    this.#decisions.push(decision);
    return decision;
  }

  /** Whether a question is the one that was asked here before; learns what it says of inner decisions. */
  #fits(question: Question, asked: Asked): boolean {
    switch (asked.kind) {
      case "digit":
        return question.kind === "digit" && question.slot === asked.slot;
      case "longer":
        return (
          question.kind === "longer" && question.slot === asked.slot && question.than === asked.than
        );
      case "place":
        return (
          question.kind === "place" &&
          question.sequence.slot === asked.sequence.slot &&
          question.digit === asked.digit
        );
      case "decision":
        return question.kind === "decision" && learns(question.decision, asked);
      case "count":
        return (
          question.kind === "count" &&
          question.decisions.length === asked.of.length &&
          question.decisions.every((decision, i) =>
            learns(decision, asked.of[i] as (typeof asked.of)[number]),
          )
        );
    }
  }
}

const learns = (
  decision: Decision,
  { asked, answer }: { readonly asked: readonly Asked[]; readonly answer: Primitive },
): boolean => decision.learn({ asked, outcome: { kind: "answer", value: answer } }) !== undefined;

const isSame = (one: Outcome, other: Outcome): boolean =>
  one.kind === "answer" && other.kind === "answer"
    ? Object.is(one.value, other.value)
    : JSON.stringify(one) === JSON.stringify(other);

const unknown = Symbol("unknown");

function answerOf(
  question: Question,
  digits: Digits,
  after: Digits | undefined,
): Primitive | typeof unknown {
  switch (question.kind) {
    case "digit":
      return digitAt(question.slot, digits, after);
    case "longer":
      return digitAt(question.slot, digits, after) > question.than;
    case "place":
      return placeIn(question.sequence, question.digit, digits, after);
    case "decision": {
      const leaf = question.decision.of(digits, after);
      return leaf === undefined ? unknown : valueOf(leaf);
    }
    case "count": {
      let count = 0;
      for (const decision of question.decisions) {
        const leaf = decision.of(digits, after);
        if (leaf === undefined) return unknown;
        if (valueOf(leaf) === true) count++;
      }
      return count;
    }
  }
}

/** The digit in a slot of a state; slots of a second one follow the first's. */
const digitAt = (slot: number, digits: Digits, after: Digits | undefined): number =>
  (slot < digits.length ? digits[slot] : after?.[slot - digits.length]) as number;

/** The first place of a digit in a sequence of one slot a place; -1 if it is not there. */
export function placeIn(
  { slot }: SequenceAt,
  digit: number,
  digits: Digits,
  after?: Digits,
): number {
  const length = digitAt(slot, digits, after);
  for (let place = 0; place < length; place++) {
    if (digitAt(slot + 1 + place, digits, after) === digit) return place;
  }
  return -1;
}

/** The answer that a leaf of an inner decision, or of a property, stands for. */
export function valueOf({ outcome }: Leaf): Primitive {
  return outcome.kind === "answer" ? outcome.value : undefined;
}
