import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** Data runs to the right, imports look left. */
const rooms = ["spec", "model", "checker", "counterexamples", "cli"];
const root = fileURLToPath(new URL(".", import.meta.url));

const sources = rooms.flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter(
      (path) => path.endsWith(".ts") && !path.endsWith("test.ts") && !path.endsWith(".bench.ts"),
    )
    .map((path) => join(room, path)),
);

/** The files of this repository that a source imports, as paths from the root. */
function importsOf(source: string): readonly string[] {
  const text = readFileSync(join(root, source), "utf8");
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(
    ([, path]) => path,
  );
  return specifiers.map((path) => relative(root, join(root, dirname(source), path ?? "")));
}

const roomOf = (path: string): number => rooms.indexOf(path.split("/")[0] ?? "");

describe("the rooms", () => {
  test.each(sources)("%s imports only from rooms to its left", (source) => {
    for (const imported of importsOf(source)) {
      expect(roomOf(imported), `${source} imports ${imported}`).toBeLessThanOrEqual(roomOf(source));
      if (roomOf(imported) < 0) expect(imported).toBe("package.json");
    }
  });

  test.each(sources)("%s enters another room by its door", (source) => {
    const foreign = importsOf(source).filter((imported) => roomOf(imported) !== roomOf(source));
    for (const imported of foreign) {
      expect(imported).toMatch(
        /^(spec|model|checker|counterexamples)\/((protocols|random)\/)?index\.ts$/,
      );
    }
  });

  test("no file imports itself by way of others, not even for a type", () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (source: string, above: readonly string[]): void => {
      const at = above.indexOf(source);
      if (at >= 0) circles.push([...above.slice(at), source].join(" -> "));
      if (at >= 0 || done.has(source)) return;
      for (const imported of importsOf(source)) {
        if (imported.endsWith(".ts")) visit(imported, [...above, source]);
      }
      done.add(source);
    };
    for (const source of sources) visit(source, []);
    expect(circles).toEqual([]);
    expect(done.size).toBeGreaterThanOrEqual(sources.length);
  });

  test("a protocol knows the language and the page contract, and nothing that searches", () => {
    for (const source of sources.filter((path) => path.startsWith("spec/"))) {
      expect(importsOf(source).every((imported) => imported.startsWith("spec/"))).toBe(true);
    }
  });

  test("the oracle of the tests knows the language and nothing else", () => {
    const folder = join("toys", "oracle");
    for (const file of readdirSync(join(root, folder))) {
      for (const imported of importsOf(join(folder, file))) {
        expect(imported).toMatch(/^(spec\/index\.ts|toys\/oracle\/.*)$/);
      }
    }
    expect(importsOf("toys/oracle/oracle.ts")).toContain("spec/index.ts");
  });

  test("the sources are found", () => {
    expect(sources.length).toBeGreaterThan(40);
    expect(importsOf("checker/breadth-first.ts")).toContain("model/index.ts");
  });
});
