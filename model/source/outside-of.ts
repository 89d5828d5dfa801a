import type { AnyNode } from "acorn";
import { type AnyFunction, namesBoundBy, originsOf, type Origins, visit } from "./written.ts";

/** What a function uses from outside: as it is written there, and what that stands for. */
export interface Used {
  readonly name: string;
  readonly value: unknown;
}

/** Tells what functions use from outside, globals left out; nothing where that cannot be told. */
export function usesFromOutside(): (its: AnyFunction) => readonly Used[] {
  const origins = originsOf();
  return (its) => {
    const origin = origins?.of(its);
    if (origins === undefined || origin === undefined) return [];
    const bound = namesBoundIn(origin.tree);
    const paths = pathsIn(origin.tree).filter(([root = ""]) => !bound.has(root));
    if (paths.length === 0) return [];
    const outside = origin.outside();
    const found = new Map<string, unknown>();
    for (const [root = "", ...members] of paths) {
      const known = outside?.get(root);
      if (known === undefined) continue;
      const used = along(root, known.value, members, origins);
      found.set(used.name, used.value);
    }
    return [...found].map(([name, value]) => ({ name, value }));
  };
}

/** Follows members of plain data as far as they are. */
function along(root: string, from: unknown, members: readonly string[], origins: Origins): Used {
  let [name, value] = [root, from];
  for (const member of members) {
    if (typeof value !== "object" || value === null || origins.isProxy(value)) break;
    const descriptor = Object.getOwnPropertyDescriptor(value, member);
    if (descriptor === undefined || !("value" in descriptor) || Array.isArray(value)) break;
    name = `${name}.${member}`;
    value = descriptor.value;
  }
  return { name, value };
}

function namesBoundIn(tree: AnyNode): ReadonlySet<string> {
  const names = new Set<string>();
  const bind = (pattern: AnyNode): void => namesBoundBy(pattern).forEach((name) => names.add(name));
  visit(tree, (node) => {
    if (node.type === "VariableDeclarator") bind(node.id);
    if ("params" in node) (node.params as AnyNode[]).forEach(bind);
    if (node.type.startsWith("Function") && "id" in node && node.id) bind(node.id as AnyNode);
    if (node.type === "CatchClause" && node.param) bind(node.param);
  });
  return names;
}

/** What is named in a tree: a variable, with the members of it that are. */
function pathsIn(node: AnyNode): readonly (readonly string[])[] {
  switch (node.type) {
    case "Identifier":
      return [[node.name]];
    case "MemberExpression": {
      const path = pathOf(node);
      if (path !== undefined) return [path];
      return [...pathsIn(node.object), ...(node.computed ? pathsIn(node.property) : [])];
    }
    case "Property":
      return [...(node.computed ? pathsIn(node.key) : []), ...pathsIn(node.value)];
    default:
      return (Object.values(node) as unknown[]).flatMap((part) =>
        (Array.isArray(part) ? (part as unknown[]) : [part]).filter(isNode).flatMap(pathsIn),
      );
  }
}

function pathOf(node: AnyNode): readonly string[] | undefined {
  if (node.type === "Identifier") return [node.name];
  if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier") {
    return undefined;
  }
  const path = pathOf(node.object);
  return path && [...path, node.property.name];
}

const isNode = (part: unknown): part is AnyNode =>
  typeof part === "object" && part !== null && "type" in part && "start" in part;
