import type { Paint } from "../counterexamples/drawn/index.ts";
import { type PublicCase, publicCases } from "../spec/protocols/index.ts";
import { plural } from "../runs/told/index.ts";
import type { RecordedCases, RecordEntry } from "./record.ts";

/** What came of a variant or a protocol by which a case is said. */
export interface CaseAnswer extends Partial<Pick<RecordEntry, "verdict" | "violated">> {
  readonly name: string;
}

/** A case with what is recorded of its mistakes and its repairs. */
export interface CaseRow extends Omit<PublicCase, "mistakes" | "repairs"> {
  readonly mistakes: readonly CaseAnswer[];
  readonly repairs: readonly CaseAnswer[];
}

/** What is recorded of the cases. Of what is not recorded there is no verdict. */
export function casesOf(
  record: readonly Pick<RecordEntry, "protocol" | "variant" | "verdict" | "violated">[],
  files: RecordedCases,
  cases: readonly PublicCase[] = publicCases,
): readonly CaseRow[] {
  return cases.map((one) => {
    const { saidIn } = one;
    const answerOf = (name: string): CaseAnswer => {
      const found =
        "file" in saidIn
          ? files[saidIn.file]?.[name]
          : record.find(
              ({ protocol, variant }) => protocol === saidIn.protocol && variant === name,
            );
      return found === undefined
        ? { name }
        : { name, verdict: found.verdict, violated: found.violated };
    };
    return { ...one, mistakes: one.mistakes.map(answerOf), repairs: one.repairs.map(answerOf) };
  });
}

/** As a cell of the grid: `ok`, `!14` where the shortest trace has 14 steps, `?` where nothing is recorded. */
export function answerCell({ verdict, violated = {} }: CaseAnswer): string {
  const lengths = Object.values(violated);
  if (verdict === "holds") return "ok";
  return verdict === "violated" && lengths.length > 0 ? `!${Math.min(...lengths)}` : "?";
}

const legend =
  "in    said as variants of the protocol of that number; -: by a file in counterexamples/cases/";

/** The cases, a line for each mistake; of shipped protocols the number of their column in the grid. */
export function casesText(
  rows: readonly CaseRow[],
  protocols: readonly string[],
  paint: Paint,
): string {
  const lines = rows.flatMap((row) => {
    const { id, saidIn, mistakes, repairs } = row;
    const column = "file" in saidIn ? -1 : protocols.indexOf(saidIn.protocol);
    const where = column < 0 ? "-" : String(column + 1);
    return Array.from({ length: Math.max(mistakes.length, repairs.length) }, (_, at) => [
      at === 0 ? id : "",
      where,
      ...[mistakes[at], repairs[at]].flatMap((one) =>
        one === undefined ? ["", ""] : [one.name, answerCell(one)],
      ),
    ]);
  });
  const table = [["case", "in", "is", "", "and repaired", ""], ...lines];
  const widths = table[0]?.map((_, at) =>
    Math.max(...table.map((cells) => cells[at]?.length ?? 0)),
  );
  const text = table.map((cells, at) => {
    const line = cells.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join("  ");
    return paint(at === 0 ? "heading" : "quiet", line.trimEnd());
  });
  return [...text, "", legend].join("\n");
}

/** A case in detail: where it is from, what it is, and what came of each way to say it. */
export function caseText({ id, source, fault, saidIn, ...row }: CaseRow, paint: Paint): string {
  const where = "file" in saidIn ? `counterexamples/cases/${saidIn.file}` : saidIn.protocol;
  return [
    paint("heading", `${id}: ${fault}`),
    `  ${source}`,
    `  ${where}`,
    ...row.mistakes.flatMap((one) => answerLines(one, "")),
    ...row.repairs.flatMap((one) => answerLines(one, "repaired: ")),
  ].join("\n");
}

function answerLines({ name, verdict, violated = {} }: CaseAnswer, as: string): readonly string[] {
  return [
    `    ${as}${name}  ${verdict ?? "is not recorded"}`,
    ...Object.entries(violated).map(
      ([property, steps]) => `      ${property} is violated after ${plural(steps, "step")}`,
    ),
  ];
}
