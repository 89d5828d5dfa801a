/** The files of the rooms, tests left out, and what they import. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Data runs to the right, imports look left. */
export const rooms = [
  "spec",
  "model",
  "checker",
  "counterexamples",
  "runs",
  "gate",
  "explorer",
  "cli",
];

/** As paths from the root, which is the current folder. */
export const sources: readonly string[] = rooms.flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: "utf8" })
    .filter(
      (path) => /\.tsx?$/.test(path) && !path.endsWith("test.ts") && !path.endsWith(".bench.ts"),
    )
    .map((path) => join(room, path)),
);

export const textOf = (source: string): string => readFileSync(source, "utf8");

/** The files of this repository that a source imports, as paths from the root. */
export const importsOf = (source: string): readonly string[] =>
  [...textOf(source).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) =>
    relative(".", join(dirname(source), path ?? "")),
  );

/** The ways by which files import themselves, types included. */
export function circles(
  files: readonly string[] = sources,
  imports: (source: string) => readonly string[] = importsOf,
): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (source: string, above: readonly string[]): void => {
    const at = above.indexOf(source);
    if (at >= 0) found.push([...above.slice(at), source].join(" -> "));
    if (at >= 0 || done.has(source)) return;
    for (const imported of imports(source)) {
      if (/\.tsx?$/.test(imported)) visit(imported, [...above, source]);
    }
    done.add(source);
  };
  for (const source of files) visit(source, []);
  return found;
}
