import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { circles, importsOf, rooms, sources, textOf } from "./toys/sources.ts";

/** What a file has loaded before it runs: of the package, or another package. */
const loaded = (source: string): readonly string[] =>
  [...textOf(source).matchAll(/^(?:import|export) (?!type\b)[^;]*?from "(\.?[^"]+)";/gm)].map(
    ([, path = ""]) => (path.startsWith(".") ? join(dirname(source), path) : path),
  );

const roomOf = (path: string): number => rooms.indexOf(path.split("/")[0] ?? "");

/** A case is a protocol, and may be made of the same parts. */
const isCase = (source: string): boolean => /^counterexamples\/cases\/[^/]+$/.test(source);

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
      if (isCase(source) && /^spec\/parts\/[\w-]+\.ts$/.test(imported)) continue;
      expect(imported).toMatch(
        /^(spec|model|checker|counterexamples|runs|gate|explorer)\/((protocols|random|drawn|kept|told|manifest|reports)\/)?index\.ts$/,
      );
    }
  });

  test("no file imports itself by way of others, not even for a type", () => {
    expect(circles()).toEqual([]);
    const round = (source: string): readonly string[] => [source === "a.ts" ? "b.ts" : "a.ts"];
    expect(circles(["c.ts", "a.ts"], round)).toEqual(["a.ts -> b.ts -> a.ts"]);
  });

  test("a protocol knows the language and the page contract, and nothing that searches", () => {
    for (const source of sources.filter((path) => path.startsWith("spec/") || isCase(path))) {
      expect(importsOf(source).every((imported) => imported.startsWith("spec/"))).toBe(true);
    }
  });

  test("what draws a story needs no model", () => {
    const drawing = sources.filter((path) => path.startsWith("counterexamples/drawn/"));
    expect(drawing.length).toBeGreaterThan(5);
    for (const source of drawing) {
      const types = new RegExp('import type [^;]*"\\.\\./(story|shape-json)\\.ts";', "g");
      const rest = textOf(source).replace(types, "");
      for (const [, imported] of rest.matchAll(/from "(\.[^"]*)"/g)) {
        expect(imported, source).toMatch(
          /^(\.\.\/\.\.\/spec\/index\.ts|\.\/[\w-]+\.ts|\.\.\/place\.ts)$/,
        );
      }
    }
    expect(importsOf("counterexamples/place.ts")).toEqual([]);
  });

  test("what declares reports and trace files is loaded only to read one", () => {
    const declares = /^(counterexamples\/kept\/.*|runs\/report-schema\.ts|gate\/manifest\/.*)$/;
    expect(loaded("counterexamples/kept/from-file.ts")).toContain("zod");
    expect(loaded("runs/report-schema.ts")).toContain("counterexamples/kept/index.ts");
    for (const source of sources.filter((path) => !declares.test(path))) {
      const wanted = loaded(source).filter((path) => path === "zod" || declares.test(path));
      expect(wanted, source).toEqual([]);
    }
  });

  test("the thread that only tells loads nothing that searches", () => {
    const all = new Set(
      ["main", "program", "check-command", "check-table", "bound-command", "bundle-spec"].map(
        (name) => `cli/${name}.ts`,
      ),
    );
    for (const source of all) {
      for (const path of loaded(source)) if (path.endsWith(".ts")) all.add(path);
    }
    expect([...all]).toContain("runs/told/report-text.ts");
    expect([...all].filter((path) => /^(model|checker)\//.test(path))).toEqual([]);
  });

  test("the oracle of the tests knows the language and nothing else", () => {
    const folder = join("toys", "oracle");
    for (const file of readdirSync(folder)) {
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
