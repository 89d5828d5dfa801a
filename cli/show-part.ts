import { words } from "../spec/index.ts";
import {
  type ActionDescription,
  constantsText,
  type Description,
  type Functions,
  type HelperDescription,
  type PropertyDescription,
  unknown,
  UsageError,
  type VariantDescription,
} from "../runs/told/index.ts";
import { expectationText } from "./list-command.ts";
import type { Paint } from "../counterexamples/drawn/index.ts";

/** An action, a property, a variant or a helper, and how it is written. */
interface Part {
  readonly name: string;
  /** Undefined for a helper, which is the first of its helpers. */
  readonly text?: () => string;
  /** The positions of the helpers that are needed to read it. */
  readonly helpers: readonly number[];
}

/**
 * How actions, properties, variants and helpers are written, each with the helpers that it calls behind it; `typed` are their names, as they stand in the source, or in words
 * of which each may have been typed by itself. Throws `UsageError` if there is none of a name.
 */
export function partsText(
  { name, actions, properties, variants, helpers }: Description,
  typed: readonly string[],
  paint: Paint,
): string {
  const known: readonly Part[] = [
    ...actions.map((action) => ({
      name: action.name,
      text: () => actionText(action, paint),
      helpers: action.helpers,
    })),
    ...properties.map((property) => ({
      name: property.name,
      text: () => propertyText(property, paint),
      helpers: property.helpers,
    })),
    ...variants.map((variant) => ({
      name: variant.name,
      text: () => variantText(variant, paint),
      helpers: [...variant.changes.actions, ...variant.changes.properties].flatMap(
        (changed) => changed.helpers,
      ),
    })),
    ...helpers.map((helper, position) => ({
      name: helper.name,
      helpers: [position, ...helper.helpers],
    })),
  ];
  const found: Part[] = [];
  for (let from = 0; from < typed.length; ) {
    const next = longestName(known, typed.slice(from));
    if (next === undefined) {
      throw new UsageError(
        unknown(
          `${name} has no action, property, variant or helper`,
          typed.slice(from).join(" "),
          known.map((part) => part.name),
        ),
      );
    }
    found.push(...next.parts);
    from += next.length;
  }
  const shown = new Set<number>();
  const texts = found.flatMap((part) => {
    const called = part.helpers.filter((position) => !shown.has(position));
    for (const position of called) shown.add(position);
    return [
      ...(part.text === undefined ? [] : [part.text()]),
      ...called.flatMap((position) => helpers[position] ?? []).map((its) => helperText(its, paint)),
    ];
  });
  return `${texts.join("\n\n")}\n`;
}

/** Helpers, those that are written alike in several places once. */
export function distinct(helpers: readonly HelperDescription[]): readonly HelperDescription[] {
  const key = ({ name, meaning, lines }: HelperDescription): string =>
    JSON.stringify([name, meaning ?? lines]);
  return [...new Map(helpers.map((helper) => [key(helper), helper])).values()];
}

/** What an author says, in lines as they are laid out there. */
export const meaningLines = (
  meaning: HelperDescription["meaning"],
  indent: string,
  paint: Paint,
): readonly string[] =>
  (meaning ?? []).map((line) => (line === "" ? "" : `${indent}${paint("quiet", line)}`));

/** The parts whose name, as it stands or in words, is made of as many of the words as can be; undefined for none. */
function longestName(
  known: readonly Part[],
  typed: readonly string[],
): { readonly parts: readonly Part[]; readonly length: number } | undefined {
  for (let length = typed.length; length > 0; length--) {
    const wanted = typed.slice(0, length).join(" ");
    const parts = known.filter(({ name }) => name === wanted || words(name) === wanted);
    if (parts.length > 0) return { parts, length };
  }
  return undefined;
}

function actionText(action: ActionDescription, paint: Paint): string {
  const { name, meaning, actor, choices, fairness, source, located } = action;
  const facts = [
    `an action of ${actor}`,
    ...(choices.length === 0 ? [] : [`for any ${choices.join(", ")}`]),
    ...(fairness === "none" ? [] : [`${fairness}ly fair`]),
  ];
  return [
    `${paint("heading", name)}: ${facts.join(", ")}`,
    ...meaningLines(meaning, "  ", paint),
    ...(source === undefined ? [] : [`  stands for ${source}`]),
    ...(located === undefined
      ? []
      : [`  at ${located.from.join(", ")} -> ${located.to.join(", ")}`]),
    ...functionLines(action, paint),
  ].join("\n");
}

function propertyText(property: PropertyDescription, paint: Paint): string {
  const { name, meaning, kind, claim, choices } = property;
  const chosen = choices.length === 0 ? "" : `, for any ${choices.join(", ")}`;
  return [
    `${paint("heading", name)}: ${kind}${chosen}`,
    ...meaningLines(meaning, "  ", paint),
    ...(claim === undefined ? [] : [`  claims: ${claim}`]),
    ...functionLines(property, paint),
  ].join("\n");
}

function helperText({ name, meaning, lines, values }: HelperDescription, paint: Paint): string {
  return [
    `${paint("heading", name)}: a helper`,
    ...meaningLines(meaning, "  ", paint),
    "",
    ...lines.map((line) => `    ${line}`.trimEnd()),
    ...valueLines(values, paint),
  ].join("\n");
}

function variantText(variant: VariantDescription, paint: Paint): string {
  const { constants, actions, properties, removed } = variant.changes;
  const set = constantsText(constants).join(" ");
  return [
    [
      `${paint("heading", variant.name)}: ${expectationText(variant)}`,
      `  ${variant.because}`,
      ...(set === "" ? [] : [`  constants: ${set}`]),
      ...(removed.length === 0 ? [] : [`  removed: ${removed.join(", ")}`]),
    ].join("\n"),
    ...actions.map((action) => actionText(action, paint)),
    ...properties.map((property) => propertyText(property, paint)),
  ].join("\n\n");
}

function functionLines(
  { functions, values }: { readonly functions: Functions } & Pick<HelperDescription, "values">,
  paint: Paint,
): readonly string[] {
  return [
    ...Object.entries(functions).flatMap(([role, lines]) => [
      "",
      paint("quiet", `  ${role}`),
      ...lines.map((line) => `    ${line}`.trimEnd()),
    ]),
    ...valueLines(values, paint),
  ];
}

/** What names in a function stand for that are declared outside of it. */
function valueLines(values: HelperDescription["values"], paint: Paint): readonly string[] {
  const lines = Object.entries(values).map(([name, value]) => `    ${name} is ${value}`);
  return lines.length === 0 ? [] : ["", paint("quiet", "  where"), ...lines];
}
