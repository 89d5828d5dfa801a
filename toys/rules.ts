/** The rules of protocols, by the ids that comments name. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where protocols are, from the root, which is the current folder. */
export const protocolsFolder = join("spec", "protocols");

/** A row of a `rules.md`. */
export interface Rule {
  readonly id: string;
  readonly rule: string;
  readonly source: string;
}

/** What looks like an id: `K6b`, `K7'`, `LM1`, `a/R11`, `a.5`, `i4`, `bug 9`, `bugs 3 and 4`, `bug class 21`. */
const pattern =
  /(?<![\w/.])(?:[a-i]\/R\d+|(?:LM|VB|[A-Z])\d{1,2}[a-z]?'?|a\.\d|i\d{1,2}|bugs?(?: class)? \d+(?: and \d+)?)(?!\w|\.\d)/g;

/** The ids in a text, each by itself: `N1 to N3` are three, and `bugs 1 and 2` two. */
export function idsIn(text: string): readonly string[] {
  const spelled = text.replace(/\b([A-Z]+)(\d+) to \1(\d+)/g, (_, kind: string, from, to) =>
    Array.from({ length: to - from + 1 }, (__, at) => `${kind}${Number(from) + at}`).join(" "),
  );
  return [...spelled.matchAll(pattern)].flatMap(([id]) =>
    id.startsWith("bug") ? [...id.matchAll(/\d+/g)].map(([number]) => `bug ${number}`) : [id],
  );
}

/** The tables of the `rules.md` of a protocol; none if it has none. */
export function rulesOf(protocol: string): readonly Rule[] {
  const folder = join(protocolsFolder, protocol);
  if (!readdirSync(folder).includes("rules.md")) return [];
  return readFileSync(join(folder, "rules.md"), "utf8")
    .split("\n")
    .filter((line) => /^\| (?!id|---)/.test(line))
    .map((line) => {
      const [, id = "", rule = "", source = ""] = line.split("|").map((cell) => cell.trim());
      return { id, rule, source };
    });
}
