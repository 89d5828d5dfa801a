import { type Decision, isLeaf, type Leaf, type Node } from "./decision.ts";

/** What is known of the digits of a state; undefined for a digit that may be any. */
export type KnownDigits = (slot: number) => number | undefined;

/** The digits that every state has in which a condition is true. */
export function commonDigits(guard: Decision): ReadonlyMap<number, number> {
  let common: Map<number, number> | undefined;
  for (const [leaf, digits] of digitsToLeaves(guard, new Map())) {
    if (leaf.outcome.kind !== "answer" || leaf.outcome.value !== true) continue;
    if (common === undefined) common = new Map(digits);
    else {
      for (const [slot, digit] of common) if (digits.get(slot) !== digit) common.delete(slot);
    }
  }
  return common ?? new Map();
}

/** In larger decisions nothing is made of what is known at a leaf. */
const mostFollowed = 2_000;

/** For each leaf the digits that were asked for on the way to it, and those known before. */
export function digitsToLeaves(
  decision: Decision,
  known: ReadonlyMap<number, number>,
): ReadonlyMap<Leaf, ReadonlyMap<number, number>> {
  const result = new Map<Leaf, ReadonlyMap<number, number>>();
  if (decision.leaves.length > mostFollowed) {
    return new Map(decision.leaves.map((leaf) => [leaf, known]));
  }
  const visit = (node: Node | undefined, digits: ReadonlyMap<number, number>): void => {
    if (node === undefined) return;
    if (isLeaf(node)) {
      result.set(node, digits);
      return;
    }
    for (const [answer, child] of node.branches) {
      const { question } = node;
      visit(
        child,
        question.kind === "digit" ? new Map(digits).set(question.slot, answer as number) : digits,
      );
    }
  };
  visit(decision.root, known);
  return result;
}

/**
 * Where a decision may come to in a state of which some digits are known; undefined if something that was never
 * met cannot be excluded. `radices` are the numbers of values of the slots of one state.
 */
export function possibleLeaves(
  { root }: Decision,
  radices: readonly number[],
  known: KnownDigits,
): ReadonlySet<Leaf> | undefined {
  if (root === undefined || !(isLeaf(root) || isTold(root, radices, known))) return undefined;
  const leaves = new Set<Leaf>();
  const visit = (node: Node): boolean => {
    if (isLeaf(node)) {
      leaves.add(node);
      return true;
    }
    const { question, branches } = node;
    if (question.kind !== "digit" || !isTold(node, radices, known)) return false;
    const answer = known(question.slot);
    if (answer === undefined) return [...branches.values()].every(visit);
    return visit(branches.get(answer) as Node);
  };
  return visit(root) ? leaves : undefined;
}

/** Whether it is known where each answer to a question leads that there may be. */
function isTold(
  { question, branches }: Exclude<Node, Leaf>,
  radices: readonly number[],
  known: KnownDigits,
): boolean {
  if (question.kind !== "digit") return false;
  const answer = known(question.slot);
  return answer === undefined
    ? branches.size === radices[question.slot % radices.length]
    : branches.has(answer);
}
