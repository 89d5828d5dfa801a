import type { AnyNode } from "acorn";
import type { Arguments, Following } from "./following.ts";
import { listsOf } from "./lists.ts";
import {
  aWord,
  either,
  literalOf,
  nothing,
  type Part,
  partOf,
  type Site,
  siteOf,
  type Value,
} from "./value.ts";

/** A subset of the state, or a `Set` or a `Map` that a function made. */
type Whose =
  | { readonly part: Part; readonly site?: never }
  | { readonly site: Site; readonly part?: never };

/** What a method of a set or a map comes to. */
export function callSetMethod(
  interpreter: Following,
  its: Whose,
  name: string,
  all: Arguments,
  node: AnyNode,
): Value {
  if (all.spread.length > 0) interpreter.giveUp(node, "is not followed");
  const self = its.part === undefined ? siteOf(its.site) : partOf(its.part);
  const [first = literalOf(undefined), second = literalOf(undefined)] = all.values;
  const reads = (): void => {
    if (its.part === undefined) interpreter.readsSite(its.site);
    else interpreter.readsPart(its.part, first.walk ?? 0);
  };
  const changes = (how: "adds" | "writes"): void => {
    if (its.part !== undefined) {
      const { shape } = its.part;
      if (shape.kind === "subset") {
        interpreter.indexes(shape.set, first, node);
        interpreter.loosenElement(shape.set, its.part.variable, first);
      }
      interpreter.writesPart(its.part, how, undefined, [first.walk ?? 0], first.elements.size > 0);
      return;
    }
    interpreter.writesSite(its.site, how === "adds" ? "appends" : "writes");
    if (interpreter.isInWalk(its.site.level)) interpreter.ordersByName(its.site);
  };
  const keys = its.site?.kind === "map" ? its.site.keys : its.site?.content;
  switch (name) {
    case "has":
      reads();
      if (its.part === undefined) interpreter.compare(keys ?? nothing, first, node);
      else if (its.part.shape.kind === "subset")
        interpreter.indexes(its.part.shape.set, first, node);
      return aWord;
    case "add":
      changes("adds");
      if (its.site !== undefined) {
        interpreter.grow(its.site, "content", first);
        interpreter.compare(its.site.content, its.site.content, node);
      }
      return self;
    case "delete":
      changes("writes");
      reads();
      if (its.part === undefined) interpreter.compare(keys ?? nothing, first, node);
      return aWord;
    case "clear":
      changes("writes");
      return literalOf(undefined);
    case "get":
      if (its.site?.kind !== "map") return interpreter.giveUp(node, "is not followed");
      reads();
      interpreter.compare(its.site.keys, first, node);
      return either(its.site.content, literalOf(undefined));
    case "set":
      if (its.site?.kind !== "map") return interpreter.giveUp(node, "is not followed");
      changes("writes");
      interpreter.grow(its.site, "keys", first);
      interpreter.compare(its.site.keys, its.site.keys, node);
      interpreter.grow(its.site, "content", second);
      return self;
    case "keys":
    case "values":
    case "entries":
    case "forEach": {
      if (its.site?.kind === "map" && name !== "entries") {
        const content = name === "keys" ? its.site.keys : its.site.content;
        if (name === "forEach") return interpreter.giveUp(node, "is not followed");
        reads();
        const [source] = listsOf(interpreter, self, node);
        return interpreter.iteratorOf(node, content, its.site.isByName, name, false, source);
      }
      const lists = listsOf(interpreter, self, node);
      if (name === "entries" && its.site?.kind !== "map")
        return interpreter.giveUp(node, "is not followed");
      if (name === "forEach") {
        for (const list of lists) {
          interpreter.through(list, node, (value) => {
            interpreter.callValue(first, { values: [value, value, self], spread: [] }, node);
          });
        }
        return literalOf(undefined);
      }
      const [list] = lists;
      if (list === undefined) return nothing;
      return interpreter.iteratorOf(node, list.valueOf(undefined), list.isByName, name, true, list);
    }
    default:
      return interpreter.giveUp(node, `calls ${name}, which is not followed`);
  }
}
