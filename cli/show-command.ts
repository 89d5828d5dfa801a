import type { Paint } from "../counterexamples/drawn/index.ts";
import { printable, printableData, words } from "../spec/index.ts";
import type { Description } from "../runs/told/index.ts";
import { isColoured } from "./colour.ts";
import { described } from "./described.ts";
import { expectationText } from "./list-command.ts";
import { painter } from "./paint.ts";
import type { PrintOptions } from "./options.ts";
import { distinct, meaningLines, partsText } from "./show-part.ts";
import { jsonText, print, printText } from "./terminal.ts";

/** `hintproof show`: what a protocol is made of, or how parts of it are written, by the words that were typed. */
export async function showCommand(
  name: string,
  parts: readonly string[],
  options: PrintOptions,
): Promise<void> {
  const found = await described(name, options, true);
  if (found === undefined) return;
  if (options.format === "json") {
    print(jsonText(dataOf(found.description, parts)));
    return;
  }
  const coloured = isColoured(options);
  const paint = painter(coloured);
  const description = printableData(found.description);
  printText(
    parts.length === 0
      ? showText(description, paint)
      : partsText(description, parts.map(printable), paint),
    coloured,
  );
}

/** What is known of a protocol; or, of the parts that were typed, what is known of these. Throws `UsageError` as the text does. */
function dataOf(description: Description, typed: readonly string[]): unknown {
  if (typed.length === 0) return description;
  partsText(description, typed, painter(false)); // refuses what there is not
  const said = typed.join(" ");
  const isTyped = ({ name }: { readonly name: string }): boolean =>
    typed.includes(name) || said.includes(words(name));
  const { name, actions, properties, variants, helpers } = description;
  return {
    name,
    actions: actions.filter(isTyped),
    properties: properties.filter(isTyped),
    variants: variants.filter(isTyped),
    helpers: helpers.filter(isTyped),
  };
}

/** What a protocol is made of. */
export function showText(description: Description, paint: Paint): string {
  const { name, title, about, where, processes, actions, properties, variants } = description;
  const { constants, constantMeanings, sets, symmetry, variables, helpers } = description;
  const section = (heading: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", paint("heading", heading), ...lines];
  const table = (
    heading: string,
    rows: readonly {
      readonly cells: readonly string[];
      readonly meaning?: readonly string[] | undefined;
    }[],
  ): readonly string[] =>
    section(
      heading,
      columns(rows.map(({ cells }) => cells)).flatMap((line, at) => [
        line,
        ...meaningLines(rows[at]?.meaning, "    ", paint),
      ]),
    );
  const actors = [...new Set(actions.map(({ actor }) => actor))];
  const kinds = [...new Set(properties.map(({ kind }) => kind))];
  return `${[
    `${paint("heading", name)}: ${title}`,
    ...(about === undefined ? [] : ["", ...meaningLines(about, "  ", paint)]),
    ...table(
      "constants",
      Object.entries(constants).map(([constant, value]) => ({
        cells: [constant, String(value)],
        meaning: constantMeanings[constant],
      })),
    ),
    ...section(
      "conditions on the constants",
      where.map((sentence) => `  ${sentence}`),
    ),
    ...table(
      "sets",
      sets.map(({ name: set, elements, meaning }) => ({ cells: [set, elements], meaning })),
    ),
    ...section(
      "symmetry",
      symmetry === "none" ? ["  none: every state is looked at, whatever the sets declare"] : [],
    ),
    ...table(
      "variables",
      variables.map(({ name: variable, domain, isGhost, meaning }) => ({
        cells: [variable, isGhost ? `${domain}  (ghost)` : domain],
        meaning,
      })),
    ),
    ...processes.flatMap(({ variable, actor, places }) =>
      section(
        `places of ${actor}${actor === variable ? "" : ` (${variable})`}`,
        columns(places.flatMap(placeRows)),
      ),
    ),
    ...actors.flatMap((actor) =>
      table(
        `actions of ${actor}`,
        actions
          .filter((action) => action.actor === actor)
          .map((action) => ({ cells: actionCells(action), meaning: action.meaning })),
      ),
    ),
    ...kinds.flatMap((kind) =>
      table(
        `properties: ${kind}`,
        properties
          .filter((property) => property.kind === kind)
          .map(({ name: property, claim = "", meaning }) => ({
            cells: [property, claim],
            meaning,
          })),
      ),
    ),
    ...table(
      "helpers",
      distinct(helpers)
        .filter(({ meaning }) => meaning !== undefined)
        .map(({ name: helper, meaning }) => ({ cells: [helper], meaning })),
    ),
    ...section(
      "variants",
      variants.flatMap((variant) => [
        `  ${variant.name}: ${expectationText(variant)}`,
        `    ${variant.because}`,
      ]),
    ),
  ].join("\n")}\n`;
}

/** A place, and each step from there in a row of its own. */
function placeRows({
  place,
  steps,
}: Description["processes"][number]["places"][number]): readonly (readonly string[])[] {
  if (steps.length === 0) return [[place, "", ""]];
  return steps.map(({ action, to }, at) => [at === 0 ? place : "", action, `-> ${to.join(", ")}`]);
}

function actionCells(action: Description["actions"][number]): readonly string[] {
  const { name, choices, fairness, source } = action;
  return [
    name,
    choices.length === 0 ? "" : `for any ${choices.join(", ")}`,
    fairness === "none" ? "" : `${fairness}ly fair`,
    source ?? "",
  ];
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    `  ${row
      .map((cell, column) => (widths[column] === 0 ? "" : `${cell.padEnd(widths[column] ?? 0)}  `))
      .join("")}`.trimEnd(),
  );
}
