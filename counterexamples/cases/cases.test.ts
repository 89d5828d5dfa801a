import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check, exportedBy, type Report, unmet } from "../../runs/index.ts";
import type { Spec, Variant } from "../../spec/index.ts";
import { type PublicCase, publicCases } from "../../spec/protocols/index.ts";
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

/** As many lines as a variant has in the file of its protocol. */
function linesOfVariant(protocol: string, name: string): number {
  const lines = linesOf(variantsOf(protocol));
  const named = lines.indexOf(`  name: "${name}",`);
  const begin = lines.slice(0, named).findLastIndex((line) => line.startsWith("export const "));
  return lines.slice(begin).indexOf("});") + 1;
}

/** The file that says the variants of a shipped protocol, from here. */
const variantsOf = (protocol: string): string => `../../spec/protocols/${protocol}/variants.ts`;

const shippedVariant = (protocol: string, name: string): Variant | undefined =>
  protocols
    .find(({ spec }) => spec.name === protocol)
    ?.variants.find((variant) => variant.name === name);

interface RecordedVariant {
  readonly variant?: string;
  readonly verdict: Report["verdict"];
  readonly violated: Readonly<Record<string, number>>;
}
/** What is recorded of a variant of a shipped protocol. */
function recordedOf(protocol: string, name: string): RecordedVariant | undefined {
  const { catalogue } = JSON.parse(
    text(variantsOf(protocol).replace("variants.ts", "record.json")),
  ) as { readonly catalogue: readonly RecordedVariant[] };
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

/** How many lines a case has, and in how many steps each of its mistakes is found. */
async function figuresIn({ saidIn, mistakes, repairs }: PublicCase): Promise<readonly string[]> {
  if ("file" in saidIn) {
    const steps = mistakes.map(async (name) => {
      const its = runs.find((run) => run.file === saidIn.file && run.name === name)?.its;
      return its === undefined ? "" : stepsOf(its.expects, (await foundOf(its)).violated);
    });
    return [String(linesOf(saidIn.file).length), (await Promise.all(steps)).join("; ")];
  }
  const { protocol } = saidIn;
  const lines = [...mistakes, ...repairs].map((name) => linesOfVariant(protocol, name));
  const steps = mistakes.map((name) =>
    stepsOf(shippedVariant(protocol, name)?.expects, recordedOf(protocol, name)?.violated),
  );
  return [String(lines.reduce((sum, one) => sum + one, 0)), steps.join("; ")];
}

const isRow = (line: string): boolean => /^\| c\d+ /.test(line);

describe("the table of the cases", () => {
  test("has all sixteen, each with its source and the kind of its fault", () => {
    expect(publicCases.map(({ id }) => id)).toEqual(
      Array.from({ length: 16 }, (_, at) => `c${at + 1}`),
    );
    for (const { id, source, fault } of publicCases) expect([source, fault], id).not.toContain("");
  });

  test("has each file, with its mistake and what repairs it", () => {
    const said = publicCases.flatMap(({ saidIn, mistakes, repairs }) =>
      "file" in saidIn ? [[saidIn.file, { mistakes, repairs }] as const] : [],
    );
    expect(said.length).toBe(cases.size);
    expect(Object.fromEntries(said)).toEqual(
      Object.fromEntries(
        [...cases].map(([file, its]) => [
          file,
          { mistakes: [mistakeIn(its)?.name], repairs: repairsIn(its) },
        ]),
      ),
    );
  });

  test("names variants that are shipped, and repairs that are proved", () => {
    for (const { saidIn, mistakes, repairs } of publicCases) {
      if ("file" in saidIn) continue;
      const { protocol } = saidIn;
      for (const name of [...mistakes, ...repairs])
        expect(shippedVariant(protocol, name), name).toBeDefined();
      for (const name of mistakes)
        expect(recordedOf(protocol, name), name).toMatchObject({ verdict: "violated" });
      for (const name of repairs)
        expect(recordedOf(protocol, name), name).toMatchObject({ verdict: "holds" });
    }
  });

  test("says what the files are, and what is found", async () => {
    const rows = publicCases.map(async (one) => {
      const { id, source, fault, saidIn, mistakes, repairs } = one;
      const linked = (names: readonly string[]): string =>
        "file" in saidIn
          ? names.join(", ")
          : names.map((name) => `[${name}](${variantsOf(saidIn.protocol)})`).join(", ");
      const where = "file" in saidIn ? `\`${saidIn.file}\`` : linked(mistakes);
      const cells = [id, source, fault, where, linked(repairs), ...(await figuresIn(one))];
      return `| ${cells.join(" | ")} |`;
    });
    const all = linesOf("README.md");
    const begin = all.findIndex(isRow);
    const lines = all.filter((line) => !isRow(line));
    lines.splice(begin, 0, ...(await Promise.all(rows)));
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("README.md");
  });
});
