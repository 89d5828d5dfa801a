/** `npm run house`: how the repository measures up, a row each: what was counted, and what it is now. */
import { kinds } from "../spec/language/kinds.ts";
import { shippedNames } from "../spec/protocols/index.ts";
import { circles, sources as paths, textOf } from "./sources.ts";

interface Source {
  readonly path: string;
  readonly text: string;
}

const sources: readonly Source[] = paths.map((path) => ({ path, text: textOf(path) }));

/** Functions at the top of a file, as the formatter lays them out, with how many lines they have. */
function* functionsIn({ path, text }: Source): Generator<{ name: string; lines: number }> {
  const lines = text.split("\n");
  for (const [begin, line] of lines.entries()) {
    const named = /^(?:export )?(?:async )?(?:function\*? (\w+)|const (\w+)[^=]*= .*=> \{$)/.exec(
      line,
    );
    if (named === null) continue;
    const length = lines.slice(begin).findIndex((its) => /^[})]/.test(its) && /[};]$/.test(its));
    yield { name: `${path}: ${named[1] ?? named[2]}`, lines: length + 1 };
  }
}

const longest = sources
  .flatMap((source) => [...functionsIn(source)])
  .filter(({ lines }) => lines > 150)
  .toSorted((one, other) => other.lines - one.lines);

const asksKind = new RegExp(
  `(?:(?<!news|message|its|taken)\\.kind === |case )"(?:${Object.keys(kinds).join("|")})"|satisfies .*Record<PropertyKind`,
);

const files = (pattern: RegExp, of: readonly Source[] = sources): readonly string[] =>
  of.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
const importsNode = files(
  /from "node:/,
  sources.filter(({ path }) => !path.startsWith("cli/")),
);
const asking = files(asksKind);
const count = (pattern: RegExp): number =>
  sources.reduce((sum, { text }) => sum + (text.match(pattern) ?? []).length, 0);
const linesOf = (path: string): number =>
  (sources.find((source) => source.path === path)?.text.split("\n").length ?? 1) - 1;

const rows: readonly (readonly [what: string, now: string | number, which?: readonly string[]])[] =
  [
    ["circles of imports, types included", circles().length, circles()],
    [
      "functions over 150 lines",
      longest.length,
      longest.map(({ name, lines }) => `${name} (${lines})`),
    ],
    ["files that ask for the kind of a property", asking.length, asking],
    ["spreads of what may not be there", count(/=== undefined \? \{\} :/g)],
    ["imports of node: left of cli", importsNode.length, importsNode],
    ...shippedNames.flatMap((name) => [
      [
        `${name}: lines of its steps and state`,
        linesOf(`spec/protocols/${name}/protocol.ts`),
      ] as const,
      [
        `${name}: lines of these and of what must be true`,
        linesOf(`spec/protocols/${name}/protocol.ts`) + linesOf(`spec/protocols/${name}/claims.ts`),
      ] as const,
      [`${name}: lines of its variants`, linesOf(`spec/protocols/${name}/variants.ts`)] as const,
    ]),
  ];

const width = Math.max(...rows.map(([what]) => what.length));
for (const [what, now, which = []] of rows) {
  console.log(`${what.padEnd(width)}  ${now}`);
  for (const one of which) console.log(`  ${one}`);
}
