import type { AnyNode } from "acorn";
import { printable } from "../../spec/index.ts";
import { nativeOf } from "./natives.ts";
import { type AnyFunction, type Origin, namesBoundBy, type Origins, visit } from "./written.ts";

/*
 * Of a function that cannot be followed it is still read what it assigns: variables outside of it, and
 * what is reached through them. A reading sees less than following does, and says more than is so.
 */

/** Methods that change what they are called on. */
const changers = new Set([
  ..."push unshift pop shift splice sort reverse fill copyWithin".split(" "),
  ..."add set delete clear next return throw append assign".split(" "),
]);

/** What functions seem to keep from one call to the next, by what is written in them and in what they call. */
export function keptBy(its: AnyFunction, origins: Origins): readonly string[] {
  const kept = new Set<string>();
  const known = new Set<AnyFunction>();
  const read = (one: AnyFunction): void => {
    if (known.has(one) || nativeOf(one) !== undefined) return;
    known.add(one);
    const origin = origins.of(one);
    if (origin !== undefined) readOrigin(origin, kept, read);
  };
  read(its);
  return [...kept];
}

function readOrigin(origin: Origin, kept: Set<string>, follow: (its: AnyFunction) => void): void {
  const { tree, source } = origin;
  const own = new Set<string>();
  visit(tree, (node) => {
    for (const name of declaredBy(node)) own.add(name);
  });
  const textOf = (node: AnyNode): string =>
    printable(source.slice(node.start, node.end).slice(0, 60));
  /** The name outside of the function by which something is reached, if it is. */
  const outside = (node: AnyNode): string | undefined => {
    let at = node;
    while (at.type === "MemberExpression") at = at.object;
    if (at.type === "ThisExpression") return "this";
    return at.type === "Identifier" && !own.has(at.name) ? at.name : undefined;
  };
  // What a variable of its own stands for may be from outside.
  visit(tree, (node) => {
    if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier" || !node.init) return;
    if (outside(node.init) !== undefined) own.delete(node.id.name);
  });
  const keeps = (node: AnyNode, what: string): void => {
    kept.add(`${what} \`${textOf(node)}\`, which may last from one call to the next`);
  };
  visit(tree, (node) => {
    if (node.type === "AssignmentExpression" && outside(node.left) !== undefined) {
      keeps(node.left, "assigns");
    }
    if (node.type === "UpdateExpression" && outside(node.argument) !== undefined) {
      keeps(node.argument, "assigns");
    }
    if (node.type === "UnaryExpression" && node.operator === "delete") {
      if (outside(node.argument) !== undefined) keeps(node.argument, "deletes");
    }
    if (node.type === "TaggedTemplateExpression") keeps(node.tag, "calls");
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
    const { callee } = node;
    if (callee.type === "Identifier" && !own.has(callee.name)) {
      const value = origin.lookUp(callee.name)?.value;
      if (typeof value === "function") follow(value as AnyFunction);
    }
    if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
    const name = outside(callee.object);
    if (name === undefined) return;
    const value = callee.object.type === "Identifier" ? origin.lookUp(name)?.value : undefined;
    const method: unknown =
      typeof value === "object" && value !== null ? dataIn(value, callee.property.name) : undefined;
    if (changers.has(callee.property.name)) keeps(callee, "calls");
    else if (typeof method === "function") follow(method as AnyFunction);
  });
}

/** What is under a name in an object or its prototypes, if it is plain data. */
function dataIn(object: object, name: string): unknown {
  for (
    let at: object | null = object;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return "value" in found ? found.value : undefined;
  }
  return undefined;
}

/** The names that a node declares, wherever in the function they can be seen. */
function declaredBy(node: AnyNode): readonly string[] {
  switch (node.type) {
    case "VariableDeclarator":
      return namesBoundBy(node.id);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return [...(node.id ? [node.id.name] : []), ...node.params.flatMap(namesBoundBy)];
    case "ClassDeclaration":
    case "ClassExpression":
      return node.id ? [node.id.name] : [];
    case "CatchClause":
      return node.param ? namesBoundBy(node.param) : [];
    default:
      return [];
  }
}
