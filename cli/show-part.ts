import { words } from "../spec/index.ts";
import {
  type ActionDescription,
  constantsText,
  type Description,
  type Functions,
  type PropertyDescription,
  unknown,
  UsageError,
  type VariantDescription,
} from "../runs/told/index.ts";
import { expectationText } from "./list-command.ts";
import type { Paint } from "../counterexamples/drawn/index.ts";

/** An action, a property or a variant, and how it is written. */
interface Part {
  readonly name: string;
  readonly text: () => string;
}

/**
 * How actions, properties and variants are written; `typed` are their names, as they stand in the source, or in words
 * of which each may have been typed by itself. Throws `UsageError` if there is none of a name.
 */
export function partsText(
  { name, actions, properties, variants }: Description,
  typed: readonly string[],
  paint: Paint,
): string {
  const known: readonly Part[] = [
    ...actions.map((action) => ({ name: action.name, text: () => actionText(action, paint) })),
    ...properties.map((property) => ({
      name: property.name,
      text: () => propertyText(property, paint),
    })),
    ...variants.map((variant) => ({ name: variant.name, text: () => variantText(variant, paint) })),
  ];
  const found: Part[] = [];
  for (let from = 0; from < typed.length; ) {
    const next = longestName(known, typed.slice(from));
    if (next === undefined) {
      throw new UsageError(
        unknown(
          `${name} has no action, property or variant`,
          typed.slice(from).join(" "),
          known.map((part) => part.name),
        ),
      );
    }
    found.push(...next.parts);
    from += next.length;
  }
  return `${found.map(({ text }) => text()).join("\n\n")}\n`;
}

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
  const { name, actor, choices, fairness, source, located, functions } = action;
  const facts = [
    `an action of ${actor}`,
    ...(choices.length === 0 ? [] : [`for any ${choices.join(", ")}`]),
    ...(fairness === "none" ? [] : [`${fairness}ly fair`]),
  ];
  return [
    `${paint("heading", name)}: ${facts.join(", ")}`,
    ...(source === undefined ? [] : [`  stands for ${source}`]),
    ...(located === undefined
      ? []
      : [`  at ${located.from.join(", ")} -> ${located.to.join(", ")}`]),
    ...functionLines(functions, paint),
  ].join("\n");
}

function propertyText(
  { name, kind, choices, functions }: PropertyDescription,
  paint: Paint,
): string {
  const chosen = choices.length === 0 ? "" : `, for any ${choices.join(", ")}`;
  return [`${paint("heading", name)}: ${kind}${chosen}`, ...functionLines(functions, paint)].join(
    "\n",
  );
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

function functionLines(functions: Functions, paint: Paint): readonly string[] {
  return Object.entries(functions).flatMap(([role, lines]) => [
    "",
    paint("quiet", `  ${role}`),
    ...lines.map((line) => `    ${line}`.trimEnd()),
  ]);
}
