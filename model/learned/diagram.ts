import type { Digits } from "../layout.ts";
import type { Primitive, SequenceAt } from "./recording/asked.ts";
import {
  type Decision,
  isLeaf,
  type Leaf,
  type Node,
  placeIn,
  type Question,
  valueOf,
} from "./decision.ts";

/**
 * A learned decision as an acyclic graph: equal subtrees are one node, answers that lead to the same
 * are one arm, a question whose answer makes no difference is gone, and inner decisions are spliced
 * into the outer one.
 */
export type Diagram = Ask | End;

export interface Ask {
  readonly kind: "ask";
  readonly id: number;
  readonly test: Test;
  readonly arms: readonly Arm[];
  /** Whether the arms cover every possible answer. */
  readonly isTotal: boolean;
}

export interface Arm {
  /** In ascending order. */
  readonly answers: readonly number[];
  readonly to: Diagram;
}

interface End {
  readonly kind: "end";
  readonly id: number;
  /** What it comes to, as numbered by whoever had the diagram drawn. */
  readonly result: number;
}

/** What is asked at a node; every answer is a whole number. */
export type Test =
  | { readonly kind: "digit"; readonly slot: number; readonly values: number }
  | { readonly kind: "longer"; readonly slot: number; readonly than: number }
  /** -1 for a value that is not there. */
  | { readonly kind: "place"; readonly sequence: SequenceAt; readonly digit: number }
  /** How many of the diagrams, all of which come to 0 or 1, come to 1. */
  | { readonly kind: "count"; readonly of: readonly Diagram[] };

/** Draws diagrams that share their nodes. */
interface Drawing {
  /** Undefined where nothing is known yet. `result` numbers the outcomes. */
  draw(decision: Decision, result: (leaf: Leaf) => number): Diagram | undefined;
  end(result: number): End;
}

/** A new sheet; `radices` are the numbers of values of the slots. */
export function newDrawing(radices: readonly number[]): Drawing {
  const nodes = new Map<string, Diagram>();
  let ids = 0;

  function shared<D extends Diagram>(key: string, make: (id: number) => D): D {
    let found = nodes.get(key);
    if (found === undefined) {
      found = make(ids++);
      nodes.set(key, found);
    }
    return found as D;
  }

  const end = (result: number): End =>
    shared(`end ${result}`, (id) => ({ kind: "end", id, result }));

  function draw(
    node: Node | undefined,
    ends: (leaf: Leaf) => Diagram | undefined,
  ): Diagram | undefined {
    if (node === undefined) return undefined;
    if (isLeaf(node)) return ends(node);
    const { question, branches } = node;
    if (question.kind === "decision") {
      const drawn = new Map<Primitive, Diagram | undefined>();
      return draw(question.decision.root, (leaf) => {
        const answer = valueOf(leaf);
        if (!drawn.has(answer)) drawn.set(answer, draw(branches.get(answer), ends));
        return drawn.get(answer);
      });
    }
    const arms = new Map<Diagram, number[]>();
    let answers = 0;
    for (const [answer, child] of branches) {
      const to = draw(child, ends);
      if (to === undefined) continue;
      answers++;
      const known = arms.get(to);
      if (known === undefined) arms.set(to, [Number(answer)]);
      else known.push(Number(answer));
    }
    if (answers === 0) return undefined;
    const test = testOf(question);
    if (test === undefined) return undefined;
    const isTotal = answers === possibleAnswers(test);
    if (isTotal && arms.size === 1) return [...arms.keys()][0];
    const sorted = [...arms].map(([to, of]) => ({ answers: of.sort((a, b) => a - b), to }));
    sorted.sort((one, other) => one.to.id - other.to.id);
    const key = `${keyOf(test)}: ${sorted.map((arm) => `${arm.answers.join()} to ${arm.to.id}`).join("; ")}`;
    return shared(key, (id) => ({ kind: "ask", id, test, arms: sorted, isTotal }));
  }

  function testOf(question: Question): Test | undefined {
    switch (question.kind) {
      case "digit":
        return { ...question, values: radices[question.slot % radices.length] as number };
      case "longer":
      case "place":
        return question;
      case "count": {
        const of = question.decisions.map((decision) =>
          draw(decision.root, (leaf) => end(valueOf(leaf) === true ? 1 : 0)),
        );
        return of.every((diagram) => diagram !== undefined) ? { kind: "count", of } : undefined;
      }
      case "decision":
        return undefined;
    }
  }

  return {
    end,
    draw: (decision, result) => draw(decision.root, (leaf) => end(result(leaf))),
  };
}

function possibleAnswers(test: Test): number {
  switch (test.kind) {
    case "digit":
      return test.values;
    case "longer":
      return 2;
    case "place":
      return test.sequence.max + 1;
    case "count":
      return test.of.length + 1;
  }
}

function keyOf(test: Test): string {
  switch (test.kind) {
    case "digit":
      return `digit ${test.slot}`;
    case "longer":
      return `longer ${test.slot} ${test.than}`;
    case "place":
      return `place ${test.sequence.slot} ${test.digit}`;
    case "count":
      return `count ${test.of.map(({ id }) => id).join()}`;
  }
}

/** Every node that can be reached, each once, those that lead to it before it. */
export function nodesOf(root: Diagram): Diagram[] {
  const seen = new Set<Diagram>();
  const order: Diagram[] = [];
  const visit = (node: Diagram): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "ask") for (const { to } of node.arms) visit(to);
    order.push(node);
  };
  visit(root);
  return order.reverse();
}

/** Where a diagram leads from the digits of a state, or of two in a row; undefined if that is not known. */
export function resultOf(diagram: Diagram | undefined, digits: Digits): number | undefined {
  let node = diagram;
  while (node?.kind === "ask") {
    const answer = testedBy(node.test, digits);
    if (answer === undefined) return undefined;
    node = node.arms.find(({ answers }) => answers.includes(answer))?.to;
  }
  return node?.result;
}

function testedBy(test: Test, digits: Digits): number | undefined {
  switch (test.kind) {
    case "digit":
      return digits[test.slot];
    case "longer":
      return Number((digits[test.slot] as number) > test.than);
    case "place":
      return placeIn(test.sequence, test.digit, digits);
    case "count": {
      const results = test.of.map((one) => resultOf(one, digits));
      return results.includes(undefined) ? undefined : results.filter((one) => one === 1).length;
    }
  }
}
