import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Module } from "../model/index.ts";
import type { Bundle } from "./bundle.ts";
import type { Source } from "./job.ts";
import { packageRoot } from "./package-root.ts";

/** The modules that a protocol is written in, with their comments, its own first; the language is none of them. */
export function modulesOf(source: Source): readonly Module[] {
  const root = new URL("dist/spec/", packageRoot());
  if (source.kind === "shipped") {
    const files = ["claims", "protocol", "variants"];
    return builtModules(files.map((file) => new URL(`protocols/${source.name}/${file}.js`, root)));
  }
  const imported = importedBy(source.bundle.code).filter((path) => path.startsWith(root.href));
  return [moduleOf(source.bundle), ...builtModules(imported.map((path) => new URL(path)))];
}

const importedBy = (code: string): readonly string[] =>
  [...code.matchAll(/\b(?:from|import) ?"([^"]+)"/g)].map(([, path = ""]) => path);

/** Shipped protocols and parts, and those that they import: as they are built they have all comments. */
function builtModules(entries: readonly URL[]): readonly Module[] {
  const wanted = new Set(entries.map(({ href }) => href));
  const modules: Module[] = [];
  for (const href of wanted) {
    const file = new URL(href);
    if (!/\/spec\/(?:protocols|parts)\//.test(href) || !existsSync(file)) continue;
    const code = readFileSync(file, "utf8");
    const path = fileURLToPath(file);
    modules.push({ code, at: (offset) => ({ text: code, offset, file: path }) });
    for (const path of importedBy(code)) wanted.add(new URL(path, file).href);
  }
  return modules;
}

/** A bundle, of which places that its author wrote are those that the source map has. */
function moduleOf({ code, map, file }: Bundle): Module {
  const entries = new SourceMap(JSON.parse(map));
  const starts = startsIn(code);
  const texts = new Map<string, { text: string; starts: readonly number[] } | undefined>();
  const textOf = (path: string) => {
    if (!texts.has(path)) {
      const text = existsSync(path) ? readFileSync(path, "utf8") : undefined;
      texts.set(path, text === undefined ? undefined : { text, starts: startsIn(text) });
    }
    return texts.get(path);
  };
  return {
    code,
    at: (offset) => {
      const line = starts.findLastIndex((start) => start <= offset);
      const column = offset - (starts[line] ?? 0);
      const entry = entries.findEntry(line, column);
      if (!("originalSource" in entry)) return undefined;
      if (entry.generatedLine !== line || entry.generatedColumn !== column) return undefined;
      const path = resolve(dirname(file), entry.originalSource);
      const written = textOf(path);
      const start = written?.starts[entry.originalLine];
      if (written === undefined || start === undefined) return undefined;
      return { text: written.text, offset: start + entry.originalColumn, file: path };
    },
  };
}

/** Where the lines of a text start. */
const startsIn = (text: string): readonly number[] => [
  0,
  ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1),
];
