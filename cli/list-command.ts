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
import { jsonText, print } from "./terminal.ts";

/** `hintproof list`: which protocols there are. */
export async function listCommand(file: string | undefined, options: PrintOptions): Promise<void> {
  const protocols =
    file === undefined
      ? await shippedDescriptions()
      : [(await described(file, options))?.description];
  if (!protocols.every((protocol) => protocol !== undefined)) return;
  if (options.format === "json") {
    print(jsonText({ protocols: protocols.map(jsonOf) }));
    return;
  }
  const coloured = isColoured(options);
  const texts = protocols.map((protocol) => textOf(printableData(protocol), painter(coloured)));
  print(`${texts.join("\n\n")}\n`, coloured);
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
