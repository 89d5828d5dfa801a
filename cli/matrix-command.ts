import { unknown, UsageError } from "../runs/told/index.ts";
import { claimKinds, publicCases, shippedNames } from "../spec/protocols/index.ts";
import { casesOf, casesText, caseText } from "./case-table.ts";
import { isColoured, terminalWidth } from "./colour.ts";
import { described } from "./described.ts";
import { type Claims, gridText, idsOf, matrixOf, rowText } from "./matrix.ts";
import type { PrintOptions } from "./options.ts";
import { painter } from "./paint.ts";
import { readCases, readRecord } from "./record.ts";
import { jsonText, print, printText } from "./terminal.ts";

/** `hintproof matrix`: what every shipped protocol was asked, and what came of it; or one kind of claim or case in detail. */
export async function matrixCommand(ids: readonly string[], options: PrintOptions): Promise<void> {
  const known = [...claimKinds, ...publicCases].map(({ id }) => id);
  const odd = ids.find((id) => !known.includes(id));
  if (odd !== undefined)
    throw new UsageError(unknown("There is no kind of claim, and no case,", odd, known));

  const protocols: Claims[] = [];
  for (const name of shippedNames) {
    const found = await described(name, options, true);
    if (found === undefined) return;
    const { properties } = found.description;
    if (properties.some(({ meaning }) => idsOf(meaning).length > 0))
      protocols.push({ name, properties });
  }
  const names = protocols.map(({ name }) => name);
  const record = readRecord();
  const isChosen = ({ id }: { readonly id: string }): boolean =>
    ids.length === 0 || ids.includes(id);
  const rows = matrixOf(protocols, record).filter(isChosen);
  const cases = casesOf(record, readCases()).filter(isChosen);
  if (options.format === "json") {
    print(jsonText({ protocols: names, claims: rows, cases }));
    return;
  }
  const coloured = isColoured(options);
  const paint = painter(coloured);
  const text =
    ids.length === 0
      ? `${gridText(rows, names, paint, terminalWidth())}\n\n${casesText(cases, names, paint)}`
      : [
          ...rows.map((row) => rowText(row, names, paint)),
          ...cases.map((row) => caseText(row, paint)),
        ].join("\n\n");
  printText(`${text}\n`, coloured);
}
