/*
 * `npm run build`: makes dist/ out of the sources, in few files, since much of what a short command takes is loading. The
 * language is one module, and so is each shipped protocol, which user files import; all else is in dist/bundle/.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { nameTypes } from "./name-types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const bundled = join(dist, "bundle");

/** Its time is that of the start of the last build that went well. */
export const stamp = join(dist, ".built");

/** The script of a page without its protocol: packed, because it is a sixth of the package otherwise. */
const packedPage = join(bundled, "page.js.gz");

/** What the compiler knows of the last time. */
const buildInfo = join(dist, ".tsbuildinfo");

const languageModule = "spec/language/index.js";

const common = {
  absWorkingDir: root,
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20.19",
  format: "esm",
};

/** Shortens the declaration files in a folder. */
function nameTypesOf(folder) {
  for (const path of readdirSync(folder, { recursive: true })) {
    if (!path.endsWith(".d.ts")) continue;
    const file = join(folder, path);
    writeFileSync(file, nameTypes(readFileSync(file, "utf8")));
  }
}

/**
 * Leaves the declaration files that what is published leads to; all others are of no use to anybody. Whether all are
 * there: the compiler does not write one again that was removed, and is wanted now.
 */
function leavePublishedTypes() {
  const all = readdirSync(dist, { recursive: true })
    .filter((path) => path.endsWith(".d.ts"))
    .map((path) => join(dist, path));
  const spec = join(dist, "spec");
  const wanted = new Set([
    join(dist, "index.d.ts"),
    join(dist, "vitest.d.ts"),
    ...all.filter((path) => path.startsWith(spec)),
  ]);
  for (const file of wanted) {
    if (!existsSync(file)) return false;
    for (const [, path] of readFileSync(file, "utf8").matchAll(/"(\.[^"]+)\.ts"/g)) {
      // A comment may name any file.
      const source = join(root, relative(dist, dirname(file)), `${path}.ts`);
      if (existsSync(source)) wanted.add(join(dirname(file), `${path}.d.ts`));
    }
  }
  for (const file of all) if (!wanted.has(file)) rmSync(file);
  return true;
}

/** Compiles all sources, and says what stands in the way. */
function compile() {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) return stdout;
  removeLeftOver();
  nameTypesOf(dist);
  if (leavePublishedTypes()) return undefined;
  if (!existsSync(buildInfo)) throw new Error("A declaration file that is wanted is not written.");
  rmSync(buildInfo);
  return compile();
}

/** What stands in the way; undefined if all went well. */
export async function build() {
  const start = new Date();
  const fault = compile();
  if (fault !== undefined) return fault;
  const { build: bundle } = await import("esbuild");
  await bundle({
    ...common,
    entryPoints: ["spec/language/index.ts"],
    outfile: join(dist, languageModule),
  });
  const { metafile } = await bundle({
    ...common,
    entryPoints: ["index", "vitest", "cli/main", "cli/search-worker"].map((it) => `dist/${it}.js`),
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    outdir: bundled,
    splitting: true,
    // Names stay: stacks and messages have them.
    minifyWhitespace: true,
    metafile: true,
    plugins: [language],
  });
  const inputs = Object.entries(metafile.outputs).map(([path, its]) => [
    basename(path),
    Object.keys(its.inputs),
  ]);
  writeFileSync(join(dist, ".inputs.json"), JSON.stringify(Object.fromEntries(inputs)));
  const { outputFiles } = await bundle(page);
  writeFileSync(packedPage, gzipSync(outputFiles[0].contents, { level: 9 }));
  const made = [...Object.keys(metafile.outputs), packedPage].map((path) => basename(path));
  for (const path of readdirSync(bundled)) if (!made.includes(path)) rmSync(join(bundled, path));
  writeFileSync(stamp, "");
  utimesSync(stamp, start, start);
  return undefined;
}

/** What a page does without: proofs need an inspector, and random runs and files are not for it. */
const missing = {
  acorn: `const parse = () => { throw new SyntaxError("There is no parser in a page."); };
    export { parse, parse as parseExpressionAt };`,
  "fast-check": "export default undefined;",
  "../counterexamples/kept/index.ts": "export const fromFile = undefined;",
  "./interpreter.ts": "export const Interpreter = undefined, theConstants = undefined;",
  "./natives.ts": "export const nativeOf = () => undefined;",
};

const absent = {
  name: "absent",
  setup(it) {
    it.onResolve({ filter: /^/ }, ({ path }) =>
      Object.hasOwn(missing, path) ? { path, namespace: "absent" } : undefined,
    );
    it.onLoad({ filter: /^/, namespace: "absent" }, ({ path }) => ({ contents: missing[path] }));
  },
};

/** The script of a page, in which everything is that a protocol needs beside itself. */
const page = {
  absWorkingDir: root,
  entryPoints: ["explorer/page/start.tsx"],
  bundle: true,
  write: false,
  minify: true,
  charset: "ascii",
  platform: "browser",
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [absent],
};

/** Leaves the language and the protocols where they are: there is one of each, whoever imports them. */
const language = {
  name: "language",
  setup(it) {
    it.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = relative(dist, resolve(resolveDir, path)).replaceAll("\\", "/");
      return file.startsWith("spec/") ? { path: `../${file}`, external: true } : undefined;
    });
  },
};

/** Removes what would be packed with the rest: what a source made that is gone, and what is in the language's one module. */
function removeLeftOver() {
  for (const path of readdirSync(dist, { recursive: true })) {
    if (!/\.(?:js|d\.ts)$/.test(path) || /^bundle[\\/]/.test(path)) continue;
    const source = path.replace(/(?:\.js|\.d\.ts)$/, ".ts");
    const isInLanguage = /^spec[\\/]language[\\/].*(?<![\\/]index)\.js$/.test(path);
    if (isInLanguage || !existsSync(join(root, source))) rmSync(join(dist, path));
  }
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  const fault = await build();
  if (fault !== undefined) {
    process.stderr.write(fault);
    process.exitCode = 1;
  }
}
