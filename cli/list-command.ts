import type { Paint } from "../counterexamples/drawn/index.ts";
import { printableData, words } from "../spec/index.ts";
import {
  constantsText,
  describe,
  type Description,
  plural,
  type VariantDescription,
} from "../runs/told/index.ts";
import { isColoured } from "./colour.ts";
import { described } from "./described.ts";
import { painter } from "./paint.ts";
import type { PrintOptions } from "./options.ts";
import { jsonText, print, printText } from "./terminal.ts";

/** `hintproof list`: which protocols there are; or one of them with its variants. */
export async function listCommand(name: string | undefined, options: PrintOptions): Promise<void> {
  const protocols =
    name === undefined
      ? await shippedDescriptions()
      : [(await described(name, options))?.description];
  if (!protocols.every((protocol) => protocol !== undefined)) return;
  if (options.format === "json") {
    print(jsonText({ protocols: protocols.map(jsonOf) }));
    return;
  }
  const coloured = isColoured(options);
  const printed = protocols.map(printableData);
  const paint = painter(coloured);
  const texts =
    name === undefined ? tableOf(printed, paint) : printed.map((its) => textOf(its, paint));
  printText(`${texts.join("\n")}\n`, coloured);
}

async function shippedDescriptions(): Promise<readonly Description[]> {
  const { shipped } = await import("./shipped.ts");
  return shipped.map((protocol) => describe(protocol));
}

function jsonOf({ name, title, constants, properties, variants }: Description): unknown {
  return {
    name,
    title,
    constants,
    properties: properties.map(({ kind, name: property }) => ({ kind, name: property })),
    variants: variants.map(({ name: variant, because, expects, mistakes }) =>
      mistakes === undefined
        ? { name: variant, because, expects }
        : { name: variant, because, mistakes },
    ),
  };
}

/** A protocol a line: its name, how many properties and variants it has, and what it is about. */
function tableOf(protocols: readonly Description[], paint: Paint): readonly string[] {
  const width = Math.max(...protocols.map(({ name }) => name.length));
  const heading = `${"protocol".padEnd(width)}  properties  variants  about`;
  return [
    paint("heading", heading),
    ...protocols.map(({ name, title, properties, variants }) => {
      const counts = [properties, variants].map((all) => String(all.length));
      const [ofProperties = "", ofVariants = ""] = counts;
      return `${name.padEnd(width)}  ${ofProperties.padStart(10)}  ${ofVariants.padStart(8)}  ${title}`;
    }),
    "",
    paint(
      "quiet",
      "hintproof list NAME has the variants of one, hintproof matrix what each promises",
    ),
  ];
}

function textOf(
  { name, title, constants, properties, variants }: Description,
  paint: Paint,
): string {
  const width = Math.max(0, ...variants.map((variant) => variant.name.length));
  return [
    paint("heading", name),
    `  ${title}`,
    paint(
      "quiet",
      `  ${[
        ...(Object.keys(constants).length > 0 ? [constantsText(constants).join(" ")] : []),
        plural(properties.length, "property", "properties"),
      ].join(", ")}`,
    ),
    ...variants.map((variant) => `    ${variant.name.padEnd(width)}  ${expectationText(variant)}`),
  ].join("\n");
}

/** What a variant is expected to do, in words. */
export function expectationText({
  expects,
  mistakes,
}: Pick<VariantDescription, "expects" | "mistakes">): string {
  if (mistakes !== undefined) return `at fault: ${mistakes.join("; ")}`;
  return expects.kind === "holds" ? "holds" : `breaks ${expects.properties.map(words).join(", ")}`;
}
