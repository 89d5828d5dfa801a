import type { SetName, Sort, Twig } from "./tree.ts";

/** A value that can be named at some place of the text. */
export interface Named {
  readonly text: string;
  readonly sort: Sort;
}

/** What a piece of text may speak of, and the lines that come before it. */
export interface Scope {
  readonly values: readonly Named[];
  /** All names that a function written elsewhere has to be given. */
  readonly names: readonly string[];
  readonly lines: string[];
}

export const nothing: Twig = { form: 0, number: 0 };

export const oneOf = <Of>(list: readonly Of[], number: number): Of =>
  list[number % list.length] as Of;

export const inside = (scope: Scope, more: readonly Named[], names: readonly string[]): Scope => ({
  values: [...more, ...scope.values],
  names: [...scope.names, ...names],
  lines: [],
});

/** The elements of a set that can be named, those nearest first. */
export const elementsIn = (scope: Scope, set: SetName): readonly string[] =>
  scope.values.flatMap(({ text, sort }) =>
    sort.kind === "index" && sort.set.name === set.name ? [text] : [],
  );

/** Lines in braces. */
export const block = (lines: readonly string[]): string =>
  lines.length === 0 ? "{}" : `{\n${indented(lines)}\n}`;

export const indented = (lines: readonly string[]): string =>
  lines.map((line) => `  ${line.replaceAll("\n", "\n  ")}`).join("\n");

/** A function's body after the arrow: one expression, or lines that end with it. */
export function bodyOf(lines: readonly string[], result: string): string {
  if (lines.length > 0) return block([...lines, `return ${result};`]);
  return result.startsWith("{") ? `(${result})` : result;
}
