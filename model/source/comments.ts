import { type AnyNode, type CallExpression, parse } from "acorn";
import { type AnyFunction, textOf, visit } from "./written.ts";

/** A module as it runs, and where its places stand in what its author wrote. */
export interface Module {
  /** JavaScript. */
  readonly code: string;
  /** Where a place of the code stands in a text with comments; undefined if it stands in none. */
  at(offset: number): Written | undefined;
}

/** A place in a text that an author wrote, and the file with that text. */
export interface Written {
  readonly text: string;
  readonly offset: number;
  readonly file: string;
}

/** Where something is declared; from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Lines, as they are laid out in a comment. */
export type Meaning = readonly string[];

/** What can be declared under a name of its own. */
export type Declared = "constant" | "variable" | "set" | "action or claim";

/** What the authors of some modules say of what they declare there. */
export interface Comments {
  /** Of the protocol as a whole. */
  readonly about: Meaning | undefined;
  meaningOf(what: Declared, name: string): Meaning | undefined;
  /** Where an action or a claim is declared. */
  placeOf(name: string): Place | undefined;
  /** Of a function that is called by a name; undefined if it is not written in these modules. */
  ofFunction(its: AnyFunction, name: string): { readonly meaning: Meaning | undefined } | undefined;
}

/** Reads the comments of modules. What is declared several times is what the first of them says, and in that the last one. */
export function commentsIn(modules: readonly Module[]): Comments {
  const all = new Collection();
  for (const module of modules.toReversed()) all.read(module);
  return all;
}

class Collection implements Comments {
  about: Meaning | undefined;
  readonly #meanings = new Map<string, Meaning>();
  readonly #places = new Map<string, Place>();
  /** By its text: all that are written so, and what they are called. */
  readonly #functions = new Map<string, { name: string; meaning: Meaning | undefined }[]>();
  /** Variables that a call makes which is given their name, and what that calls. */
  readonly #makers = new Map<string, string>();

  meaningOf(what: Declared, name: string): Meaning | undefined {
    const own = this.#meanings.get(`${what} ${name}`);
    if (own !== undefined || what !== "variable") return own;
    return (
      this.#meanings.get(`made variable ${name}`) ??
      this.#meanings.get(`function ${this.#makers.get(name)}`)
    );
  }

  placeOf(name: string): Place | undefined {
    return this.#places.get(name);
  }

  ofFunction(
    its: AnyFunction,
    name: string,
  ): { readonly meaning: Meaning | undefined } | undefined {
    const found = this.#functions.get(textOf(its));
    if (found === undefined) return undefined;
    const called = found.filter((one) => one.name === name.split(".").at(-1));
    const [first, ...others] = called.length > 0 ? called : found;
    const isCertain = others.every(({ meaning }) => String(meaning) === String(first?.meaning));
    return { meaning: isCertain ? first?.meaning : undefined };
  }

  read(module: Module): void {
    const tree = treeIn(module.code);
    if (tree === undefined) return;
    const inits = new Map<string, AnyNode[]>();
    visit(tree, (node) => {
      if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier" || !node.init) return;
      inits.set(node.id.name, [...(inits.get(node.id.name) ?? []), node.init]);
    });
    const declared = new Set<AnyNode>();
    const declares = (what: "constant" | "variable", value: AnyNode): void => {
      for (const property of propertiesIn(value, inits)) {
        const key = keyIn(property);
        if (key === undefined) continue;
        declared.add(property);
        this.#keep(what, key.name, commentAt(module, key.start));
      }
    };
    visit(tree, (node) => {
      if (node.type !== "CallExpression") return;
      for (const given of node.arguments) {
        if (given.type !== "ObjectExpression") continue;
        for (const property of given.properties) {
          const key = keyIn(property);
          if (property.type !== "Property" || key === undefined) continue;
          if (key.name === "constants") declares("constant", property.value);
          if (key.name === "state") declares("variable", property.value);
        }
      }
    });
    visit(tree, (node) => {
      if (!declared.has(node)) this.#readOne(module, node);
    });
    visit(tree, (node) => {
      const text = isFunction(node) ? module.code.slice(node.start, node.end) : "";
      if (text !== "" && !this.#functions.has(text)) this.#functions.set(text, []);
    });
  }

  /** What is declared under a name: by a constant, a function, or a key. */
  #readOne(module: Module, node: AnyNode): void {
    if (node.type === "FunctionDeclaration" || node.type === "VariableDeclarator") {
      const value = node.type === "VariableDeclarator" ? node.init : node;
      if (!value || !node.id) return;
      if (value.type === "CallExpression" && calledBy(module, value) === "declare") {
        this.about = aboutOf(module, node.id.start) ?? this.about;
      }
      if (node.id.type === "Identifier") this.#readNamed(module, node.id.start, value, value);
    } else if (node.type === "Property") {
      const key = keyIn(node);
      if (key === undefined) return;
      const { value } = node;
      this.#readNamed(module, key.start, value, node.method ? node : value);
    }
  }

  #readNamed(module: Module, start: number, value: AnyNode, written: AnyNode): void {
    const name = nameAt(module, start);
    if (name === undefined) return;
    const meaning = commentAt(module, start);
    if (value.type === "ConditionalExpression") {
      for (const one of [value.consequent, value.alternate]) {
        this.#readNamed(module, start, one, one);
      }
    }
    if (isFunction(value)) {
      const text = module.code.slice(written.start, written.end);
      this.#functions.set(text, [...(this.#functions.get(text) ?? []), { name, meaning }]);
      this.#keep("function", name, meaning);
    }
    if (value.type !== "CallExpression") return;
    this.#keep("action or claim", name, meaning);
    const at = module.at(start);
    if (at !== undefined) this.#places.set(name, placeOf(at));
    const [first] = value.arguments;
    if (first?.type !== "Literal" || typeof first.value !== "string") return;
    const maker = calledBy(module, value);
    if (setWords.includes(maker ?? "")) this.#keep("set", first.value, meaning);
    if (first.value !== name) return;
    this.#keep("made variable", name, meaning);
    if (maker !== undefined) this.#makers.set(name, maker);
  }

  #keep(what: string, name: string, meaning: Meaning | undefined): void {
    if (meaning !== undefined) this.#meanings.set(`${what} ${name}`, meaning);
  }
}

function placeOf({ text, offset, file }: Written): Place {
  const before = text.slice(0, offset).split("\n");
  return { file, line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** The words that make an index set, which they are given the name of. */
const setWords = ["interchangeable", "ordered", "buddies", "blocks"];

function treeIn(code: string): AnyNode | undefined {
  try {
    return parse(code, { ecmaVersion: "latest", sourceType: "module" });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The properties of an object as it is written, of what is spread into it, and of what a name in its place stands for. */
function propertiesIn(
  value: AnyNode,
  inits: ReadonlyMap<string, readonly AnyNode[]>,
): readonly AnyNode[] {
  switch (value.type) {
    case "Identifier":
      return (inits.get(value.name) ?? [])
        .filter(({ type }) => type === "ObjectExpression")
        .flatMap((init) => propertiesIn(init, inits));
    case "LogicalExpression":
      return propertiesIn(value.right, inits);
    case "ConditionalExpression":
      return [value.consequent, value.alternate].flatMap((one) => propertiesIn(one, inits));
    case "ObjectExpression":
      return value.properties.flatMap((property) =>
        property.type === "SpreadElement" ? propertiesIn(property.argument, inits) : [property],
      );
    default:
      return [];
  }
}

const isFunction = ({ type }: AnyNode): boolean => /Function/.test(type);

function keyIn(property: AnyNode): { readonly name: string; readonly start: number } | undefined {
  if (property.type !== "Property" || property.computed || property.kind !== "init") {
    return undefined;
  }
  const { key, start } = property;
  if (key.type === "Identifier") return { name: key.name, start };
  return key.type === "Literal" ? { name: String(key.value), start } : undefined;
}

/** What a call calls, as its author wrote it. */
function calledBy(module: Module, { callee }: CallExpression): string | undefined {
  if (callee.type === "Identifier") return nameAt(module, callee.start);
  return callee.type === "MemberExpression" && callee.property.type === "Identifier"
    ? callee.property.name
    : undefined;
}

/** The name at a place, as its author wrote it: a bundle may have another. */
function nameAt(module: Module, start: number): string | undefined {
  const at = module.at(start);
  const pattern = /["']?([\w$]+)/y;
  pattern.lastIndex = at?.offset ?? 0;
  return at && pattern.exec(at.text)?.[1];
}

/** The comment that stands right above a name, or above the words with which that is declared. */
function commentAt(module: Module, start: number): Meaning | undefined {
  const at = module.at(start);
  if (at === undefined) return undefined;
  const before = at.text
    .slice(0, at.offset)
    .replace(/(?:\b(?:export|default|async|const|let|var|function)\s+)+$/, "");
  const isRightAbove = /\*\/[^\S\n]*\n?[^\S\n]*$/.test(before);
  return isRightAbove ? linesIn(before.slice(before.lastIndexOf("/*"))) : undefined;
}

/** What is said of a protocol: where it is declared, or at the head of that file. */
function aboutOf(module: Module, start: number): Meaning | undefined {
  const head = /^(?:#!.*\n)?\s*(\/\*\*[^]*?\*\/)/.exec(module.at(start)?.text ?? "")?.[1];
  return commentAt(module, start) ?? (head === undefined ? undefined : linesIn(head));
}

/** The lines of a comment with two asterisks, as they are laid out; undefined for one that has no such beginning, or no words. */
function linesIn(comment: string): Meaning | undefined {
  if (!comment.startsWith("/**")) return undefined;
  const lines = comment
    .slice(3, comment.lastIndexOf("*/"))
    .split("\n")
    .map((line, at) => (at === 0 ? line : line.replace(/^\s*\* ?/, "")).trimEnd());
  const text = lines.join("\n").trim();
  return text === "" ? undefined : text.split("\n");
}
