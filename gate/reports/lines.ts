import { printable } from "../../spec/index.ts";
import type { Outcome } from "../outcome.ts";
import { findingsIn, printableLines } from "./findings.ts";

/**
 * Outcomes as lines of a compiler, `file:line:col: error: text [property]`, which editors and problem matchers read; what more
 * there is to say stands below, set in.
 */
export function lines(outcomes: readonly Outcome[]): string {
  return findingsIn(outcomes)
    .map(({ name, rule, level, title, text, place, outcome }) => {
      const { file, line, column } = place ?? {
        file: outcome.file ?? "hintproof",
        line: 1,
        column: 1,
      };
      const about = outcome.flow?.property ?? rule;
      const head = printable(`${file}:${line}:${column}: ${level}: ${name}: ${title} [${about}]`);
      const more = printableLines(text).slice(1);
      return [head, ...more.map((one) => `    ${one}`.trimEnd()), ""].join("\n");
    })
    .join("");
}
