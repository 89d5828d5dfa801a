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
} from "../runs/index.ts";
import { expectationText } from "./list-command.ts";
import type { Paint } from "../counterexamples/drawn/index.ts";

/**
 * How one action, property or variant is written; `wanted` is its name, as it stands in the source or
 * in words. Throws `UsageError` if there is none of that name.
 */
export function partText(
  { name, actions, properties, variants }: Description,
  wanted: string,
  paint: Paint,
): string {
  const known = [
    ...actions.map((action) => ({ name: action.name, text: () => actionText(action, paint) })),
    ...properties.map((property) => ({
      name: property.name,
      text: () => propertyText(property, paint),
    })),
    ...variants.map((variant) => ({ name: variant.name, text: () => variantText(variant, paint) })),
  ];
  const found = known.filter((part) => part.name === wanted || words(part.name) === wanted);
  if (found.length === 0) {
    throw new UsageError(
      unknown(
        `${name} has no action, property or variant`,
        wanted,
        known.map((part) => part.name),
      ),
    );
  }
  return `${found.map(({ text }) => text()).join("\n\n")}\n`;
}

function actionText(action: ActionDescription, paint: Paint): string {
  const { name, actor, choices, fairness, source, functions } = action;
  const facts = [
    `an action of ${actor}`,
    ...(choices.length === 0 ? [] : [`for any ${choices.join(", ")}`]),
    ...(fairness === "none" ? [] : [`${fairness}ly fair`]),
  ];
  return [
    `${paint("heading", name)}: ${facts.join(", ")}`,
    ...(source === undefined ? [] : [`  stands for ${source}`]),
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
