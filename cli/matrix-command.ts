import { unknown, UsageError } from "../runs/told/index.ts";
import { claimKinds, shippedNames } from "../spec/protocols/index.ts";
import { isColoured } from "./colour.ts";
import { described } from "./described.ts";
import { type Claims, gridText, idsOf, matrixOf, rowText } from "./matrix.ts";
import type { PrintOptions } from "./options.ts";
import { painter } from "./paint.ts";
import { readRecord } from "./record.ts";
import { jsonText, print } from "./terminal.ts";

/** `hintproof matrix`: what every shipped protocol was asked, and what came of it; or one kind of claim in detail. */
export async function matrixCommand(ids: readonly string[], options: PrintOptions): Promise<void> {
  const known = claimKinds.map(({ id }) => id);
  const odd = ids.find((id) => !known.includes(id));
  if (odd !== undefined) throw new UsageError(unknown("There is no kind of claim", odd, known));

  const protocols: Claims[] = [];
  for (const name of shippedNames) {
    const found = await described(name, options, true);
    if (found === undefined) return;
    const { properties } = found.description;
    if (properties.some(({ meaning }) => idsOf(meaning).length > 0))
      protocols.push({ name, properties });
  }
  const names = protocols.map(({ name }) => name);
  const rows = matrixOf(protocols, readRecord());
  const chosen = rows.filter(({ id }) => ids.includes(id));
  if (options.format === "json") {
    print(jsonText({ protocols: names, claims: ids.length === 0 ? rows : chosen }));
    return;
  }
  const coloured = isColoured(options);
  const paint = painter(coloured);
  const text =
    ids.length === 0
      ? gridText(rows, names, paint)
      : chosen.map((row) => rowText(row, names, paint)).join("\n\n");
  print(`${text}\n`, coloured);
}
