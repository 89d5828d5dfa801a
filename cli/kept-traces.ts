import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileOf, traceFileText } from "../counterexamples/index.ts";
import type { Report } from "../runs/told/index.ts";
import type { Source } from "./job.ts";
import { keptFrom } from "./kept.ts";
import { reasonOf, writeWhole } from "./output.ts";
import { keptFolder, keptName } from "./trace-names.ts";

/** The files of counterexamples, by the name of their property. */
export type KeptTraces = ReadonlyMap<string, string>;

type Found = NonNullable<Report["counterexamples"]>[number];

/**
 * Writes each counterexample of a report to a file of its own in .hintproof/traces/, which git is told to leave alone.
 * Answers why, where that cannot be: the answer itself is not lost for it.
 */
export function keepAll(report: Report, source: Source): KeptTraces | string {
  try {
    mkdirSync(keptFolder, { recursive: true });
    const ignored = join(dirname(keptFolder), ".gitignore");
    if (!existsSync(ignored)) writeFileSync(ignored, "*\n");
    return new Map(
      (report.counterexamples ?? []).map((found) => {
        const file = join(keptFolder, `${keptName(report, found.property)}.json`);
        write(file, report, source, found);
        return [found.property.name, file];
      }),
    );
  } catch (error) {
    return error instanceof Error && "code" in error
      ? `${keptFolder}: ${reasonOf(error)}.`
      : String((error as Error).message);
  }
}

/** Writes the first counterexample of a report to a file. Throws as `writeWhole` does. */
export function keepFirst(report: Report, source: Source, file: string): KeptTraces {
  const [first] = report.counterexamples ?? [];
  if (first === undefined) return new Map();
  write(file, report, source, first);
  return new Map([[first.property.name, file]]);
}

function write(file: string, report: Report, source: Source, found: Found): void {
  writeWhole(file, (self) =>
    traceFileText(fileOf({ ...report, kept: keptFrom(file, source, self) }, found)),
  );
}
