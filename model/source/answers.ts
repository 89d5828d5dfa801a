import type { AnyNode, Expression } from "acorn";
import { type AnyFunction, treeOf } from "./written.ts";

/** Texts that a function answers as they are written in it. */
export interface WrittenAnswers {
  readonly texts: readonly string[];
  /** Whether it may answer something else: what it computes, or nothing. */
  readonly isMore: boolean;
}

/** What a function says by itself that it answers; what it calls is not looked at. */
export function answersWrittenIn(its: AnyFunction): WrittenAnswers {
  const tree = treeOf(its)?.tree;
  if (tree === undefined) return { texts: [], isMore: true };
  const answers =
    tree.body.type === "BlockStatement" ? returnedIn(tree.body) : leavesOf(tree.body as Expression);
  const texts = answers.flatMap((answer) => {
    const value = answer?.type === "Literal" ? answer.value : undefined;
    return typeof value === "string" ? [value] : [];
  });
  const endsWithout = tree.body.type === "BlockStatement" && canFallOut(tree.body.body);
  return { texts: [...new Set(texts)], isMore: endsWithout || texts.length < answers.length };
}

/** What is returned in a node, but not in the functions in it. */
function returnedIn(node: AnyNode): readonly (Expression | undefined)[] {
  if (/Function/.test(node.type) || node.type === "ClassBody") return [];
  if (node.type === "ReturnStatement") {
    return node.argument ? leavesOf(node.argument) : [undefined];
  }
  return Object.values(node).flatMap((part: unknown) =>
    (Array.isArray(part) ? part : [part]).filter(isNode).flatMap(returnedIn),
  );
}

const isNode = (part: unknown): part is AnyNode =>
  typeof part === "object" && part !== null && typeof Reflect.get(part, "type") === "string";

/** What an expression comes to, one way or another. */
function leavesOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case "ConditionalExpression":
      return [...leavesOf(expression.consequent), ...leavesOf(expression.alternate)];
    case "ParenthesizedExpression":
      return leavesOf(expression.expression);
    default:
      return [expression];
  }
}

/** Whether the end of a list of statements may be reached. */
function canFallOut(statements: readonly AnyNode[]): boolean {
  const last = statements.at(-1);
  if (last === undefined) return true;
  if (last.type === "ReturnStatement" || last.type === "ThrowStatement") return false;
  if (last.type === "BlockStatement") return canFallOut(last.body);
  if (last.type !== "IfStatement" || !last.alternate) return true;
  return canFallOut([last.consequent]) || canFallOut([last.alternate]);
}
