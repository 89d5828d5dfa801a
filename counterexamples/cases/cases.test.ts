import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check, exportedBy, type Report, unmet } from "../../runs/index.ts";
import type { Spec, Variant } from "../../spec/index.ts";
import { protocols } from "../../toys/protocols.ts";
import { oneIn } from "../../toys/share.ts";

/*
 * What the files come to is in `record.json`, and in the table of `README.md`; `npm run -s cases` writes both.
 */

const folder = new URL("./", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const files = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name));

/** A case is read in one go. */
const mostLines = 150;

interface Case {
  readonly spec: Spec;
  readonly variants: readonly Variant[];
}
const cases: ReadonlyMap<string, Case> = new Map(
  await Promise.all(
    files.map(async (file): Promise<[string, Case]> => {
      const { spec, variants } = exportedBy(
        (await import(/* @vite-ignore */ `./${file}`)) as object,
      );
      if (spec === undefined) throw new Error(`${file} exports no protocol.`);
      return [file, { spec, variants }];
    }),
  ),
);
const runs = [...cases].flatMap(([file, { spec, variants }]) =>
  [spec, ...variants].map((its) => ({ file, name: its.name, its })),
);

const reports = new Map<Spec | Variant, Promise<Report>>();
function reportOf(its: Spec | Variant): Promise<Report> {
  const report = reports.get(its) ?? check(its, { engine: "reference", symmetry: false });
  reports.set(its, report);
  return report;
}

/** The length of what shows each violation; of a lasso with its loop. */
const lengthsIn = ({ properties }: Report): Readonly<Record<string, number>> =>
  Object.fromEntries(
    properties.flatMap(({ name, status, steps }) =>
      status === "violated" ? [[name, steps ?? 0]] : [],
    ),
  );

interface Found {
  readonly verdict: Report["verdict"];
  readonly first?: string | undefined;
  readonly violated: Readonly<Record<string, number>>;
  /** Not orbits. */
  readonly states: number;
}
const figuresOf = (report: Report): Found => ({
  verdict: report.verdict,
  first: report.property?.name,
  violated: lengthsIn(report),
  states: Number(report.statistics.unreducedStates),
});
const foundOf = async (its: Spec | Variant): Promise<Found> => figuresOf(await reportOf(its));

describe("the cases", () => {
  test("come to what is recorded of them", async () => {
    const record: Record<string, Record<string, Found>> = {};
    for (const { file, name, its } of runs) (record[file] ??= {})[name] = await foundOf(its);
    const lines = JSON.stringify(record, null, 2);
    await expect(`${lines}\n`).toMatchFileSnapshot("record.json");
  });

  test.each(runs)("$file: $name does what it expects", async ({ its }) => {
    const { expects = { kind: "holds" } } = its;
    expect(unmet(expects, await reportOf(its))).toEqual([]);
  });

  test.each(oneIn(6, runs))(
    "$file: $name comes to the same by the compiled engine, with symmetry",
    async ({ its }) => {
      expect(figuresOf(await check(its, { engine: "compiled" }))).toEqual(await foundOf(its));
    },
  );

  test.each([...cases])("%s has a mistake and what repairs it, and is short", (file, its) => {
    expect(mistakeIn(its)).toBeDefined();
    expect(repairsIn(its)).not.toEqual([]);
    expect(linesOf(file).length).toBeLessThan(mostLines);
  });
});

/** The protocol itself, or else the first of its variants that breaks something. */
const mistakeIn = ({ spec, variants }: Case): Spec | Variant | undefined =>
  [spec, ...variants].find(({ expects }) => expects?.kind === "breaks");
const repairsIn = ({ spec, variants }: Case): readonly string[] =>
  [spec, ...variants]
    .filter(({ expects }) => expects === undefined || expects.kind === "holds")
    .map(({ name }) => name);

const linesOf = (path: string): readonly string[] => text(path).trimEnd().split("\n");

/** What a cell of the table names: `[variant](path)`, or a file of this folder as code. */
interface Link {
  readonly name: string;
  readonly path: string;
}
const linksIn = (cell: string): readonly Link[] =>
  [...cell.matchAll(/\[([^\]]+)\]\(([^)]+)\)|`([^`]+\.ts)`/g)].map(
    ([, name = "", path = "", file]) => ({ name: file ?? name, path: file ?? path }),
  );

/** As many lines as a variant has in the file of its protocol. */
function linesOfVariant({ name, path }: Link): number {
  const lines = linesOf(path);
  const named = lines.indexOf(`  name: "${name}",`);
  const begin = lines.slice(0, named).findLastIndex((line) => line.startsWith("export const "));
  return lines.slice(begin).indexOf("});") + 1;
}

const shippedVariant = ({ name, path }: Link): Variant | undefined =>
  protocols
    .find(({ spec }) => path.includes(`/${spec.name}/`))
    ?.variants.find((variant) => variant.name === name);

interface RecordedVariant {
  readonly variant?: string;
  readonly verdict: Report["verdict"];
  readonly violated: Readonly<Record<string, number>>;
}
/** What is recorded of a variant of a shipped protocol. */
function recordedOf({ name, path }: Link): RecordedVariant | undefined {
  const { catalogue } = JSON.parse(text(path.replace("variants.ts", "record.json"))) as {
    readonly catalogue: readonly RecordedVariant[];
  };
  return catalogue.find(({ variant }) => variant === name);
}

/** In how many steps what is expected to break is found, the shortest first. */
function stepsOf(
  expects: Spec["expects"],
  violated: Readonly<Record<string, number>> | undefined,
): string {
  const names = expects?.kind === "breaks" ? expects.properties : [];
  const lengths = new Set(names.map((name) => violated?.[name] ?? Number.NaN));
  return [...lengths].toSorted((a, b) => a - b).join(", ");
}

/** What the last columns of a row say: what repairs it, how many lines it has, and in how many steps it is found. */
async function derived(said: string, repaired: string): Promise<readonly [string, string, string]> {
  const [link] = linksIn(said);
  if (link === undefined) return ["–", "–", "–"];
  if (link.path.endsWith("/variants.ts")) {
    const mistakes = linksIn(said);
    const repairs = linksIn(repaired);
    const lines = [...mistakes, ...repairs].map(linesOfVariant);
    for (const repair of repairs)
      expect(recordedOf(repair), repair.name).toMatchObject({ verdict: "holds" });
    const steps = mistakes.map((link) =>
      stepsOf(shippedVariant(link)?.expects, recordedOf(link)?.violated),
    );
    return [repaired, String(lines.reduce((sum, one) => sum + one, 0)), steps.join("; ")];
  }
  const its = cases.get(link.path);
  const mistake = its && mistakeIn(its);
  if (its === undefined || mistake === undefined) return ["–", "–", "–"];
  return [
    repairsIn(its).join(", "),
    String(linesOf(link.path).length),
    stepsOf(mistake.expects, (await foundOf(mistake)).violated),
  ];
}

const isRow = (line: string): boolean => /^\| c\d+ /.test(line);
const cellsOf = (row: string): readonly string[] =>
  row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

describe("the table of the cases", () => {
  const rows = linesOf("README.md").filter(isRow).map(cellsOf);
  const said = rows.flatMap(([, , , cell = ""]) => linksIn(cell));

  test("has all sixteen, each with its source and the kind of its fault", () => {
    expect(rows.map(([id]) => id)).toEqual(Array.from({ length: 16 }, (_, at) => `c${at + 1}`));
    for (const [id, source, kind] of rows) expect([source, kind], id).not.toContain("");
  });

  test("has each file", () => {
    expect(files.filter((file) => !said.some(({ path }) => path === file))).toEqual([]);
  });

  test("names variants that are shipped", () => {
    const shipped = said.filter(({ path }) => path.endsWith("/variants.ts"));
    for (const link of shipped) expect(shippedVariant(link), link.name).toBeDefined();
  });

  test("says what the files are, and what is found", async () => {
    const lines: string[] = [];
    for (const line of linesOf("README.md")) {
      if (!isRow(line)) {
        lines.push(line);
        continue;
      }
      const [id, source, kind, where = "", repaired = ""] = cellsOf(line);
      const cells = [id, source, kind, where, ...(await derived(where, repaired))];
      lines.push(`| ${cells.join(" | ")} |`);
    }
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("README.md");
  });
});
