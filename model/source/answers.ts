import type {
  AnyNode,
  Expression,
  ModuleDeclaration,
  Statement,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import {
  type AnyFunction,
  namesBoundBy,
  type Origins,
  originsOf,
  treeOf,
  visit,
  type Written,
} from "./written.ts";

/** Texts that a function answers as they are written in it, and in the functions whose answers it passes on. */
export interface WrittenAnswers {
  readonly texts: readonly string[];
  /** Whether it may answer something else: what it computes, or nothing. */
  readonly isMore: boolean;
  /** Whether that may be more than nothing. */
  readonly isComputed: boolean;
}

const nobodyKnows: WrittenAnswers = { texts: [], isMore: true, isComputed: true };

/** What a function is written to answer; a function that it calls for its answer is looked at if it has a name. */
export const answersWrittenIn = (its: AnyFunction): WrittenAnswers =>
  answersOf(its, originsOf(), new Set());

function answersOf(
  its: AnyFunction,
  origins: Origins | undefined,
  asked: Set<AnyFunction>,
): WrittenAnswers {
  // What it answers is being collected.
  if (asked.has(its)) return { texts: [], isMore: false, isComputed: false };
  asked.add(its);
  const tree = treeOf(its)?.tree;
  if (tree === undefined) return nobodyKnows;
  const all = answersIn(tree).map((answer): WrittenAnswers => {
    if (answer?.type === "Literal" && typeof answer.value === "string") {
      return { texts: [answer.value], isMore: false, isComputed: false };
    }
    const isNothing = answer?.type === "Identifier" && answer.name === "undefined";
    if (answer === undefined || isNothing) return { texts: [], isMore: true, isComputed: false };
    if (answer.type !== "CallExpression" || answer.callee.type !== "Identifier") return nobodyKnows;
    const { name } = answer.callee;
    const called = timesBound(tree, name) === 0 ? origins?.of(its)?.lookUp(name)?.value : undefined;
    return typeof called === "function"
      ? answersOf(called as AnyFunction, origins, asked)
      : nobodyKnows;
  });
  return {
    texts: [...new Set(all.flatMap(({ texts }) => texts))],
    isMore: all.some(({ isMore }) => isMore),
    isComputed: all.some(({ isComputed }) => isComputed),
  };
}

/** The texts that an expression comes to, if they are written in it and it comes to nothing else. */
export function textsWrittenIn(expression: Expression): readonly string[] | undefined {
  const all = leavesOf(expression).map((leaf) =>
    leaf.type === "Literal" ? leaf.value : undefined,
  );
  return all.every((value) => typeof value === "string") ? all : undefined;
}

/** The expressions that a function may answer; undefined stands for nothing. */
function answersIn(tree: Written): readonly (Expression | undefined)[] {
  if (tree.body.type !== "BlockStatement") return leavesOf(tree.body);
  const { body } = tree.body;
  const constants = new Map(
    body
      .flatMap((statement) => (isConstant(statement) ? statement.declarations : []))
      .flatMap(named),
  );
  const answers = returnedIn(tree.body).flatMap((answer): readonly (Expression | undefined)[] => {
    const isOne = answer?.type === "Identifier" && timesBound(tree, answer.name) === 1;
    const init = isOne ? constants.get(answer.name) : undefined;
    return init === undefined ? [answer] : leavesOf(init);
  });
  return mayFallOut(body) ? [...answers, undefined] : answers;
}

/** How often a name is given to something in a tree. */
function timesBound(tree: Written, name: string): number {
  let times = 0;
  visit(tree, (node) => {
    const patterns: readonly AnyNode[] =
      node.type === "VariableDeclarator"
        ? [node.id]
        : "params" in node
          ? [
              ...(node.params as AnyNode[]),
              ...("id" in node && node.id ? [node.id as AnyNode] : []),
            ]
          : [];
    if (patterns.flatMap(namesBoundBy).includes(name)) times += 1;
  });
  return times;
}

const isConstant = (statement: Statement | ModuleDeclaration): statement is VariableDeclaration =>
  statement.type === "VariableDeclaration" && statement.kind === "const";

const named = ({ id, init }: VariableDeclarator): readonly (readonly [string, Expression])[] =>
  id.type === "Identifier" && init ? [[id.name, init]] : [];

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
function mayFallOut(statements: readonly AnyNode[]): boolean {
  const last = statements.at(-1);
  if (last === undefined) return true;
  if (last.type === "ReturnStatement" || last.type === "ThrowStatement") return false;
  if (last.type === "BlockStatement") return mayFallOut(last.body);
  if (last.type !== "IfStatement" || !last.alternate) return true;
  return mayFallOut([last.consequent]) || mayFallOut([last.alternate]);
}
