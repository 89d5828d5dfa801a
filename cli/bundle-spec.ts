import { existsSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  build,
  type BuildOptions,
  type BuildResult,
  context,
  type Message,
  type Plugin,
  type PluginBuild,
  stop,
} from "esbuild";
import { printable } from "../spec/index.ts";
import { UsageError } from "../runs/told/index.ts";
import type { Bundle } from "./bundle.ts";
import { packageRoot } from "./package-root.ts";
import { isCode, nearFile } from "./code-files.ts";

/** A file that cannot be compiled; the message has file, line and column. */
export class SyntaxFault extends Error {
  override readonly name = "SyntaxFault";
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join("\n  "));
    this.lines = lines;
  }
}

/** Bundles a file. Throws `UsageError` if it cannot be read, `SyntaxFault` if it cannot be compiled. */
export async function bundleSpec(name: string): Promise<Bundle> {
  const file = resolve(name);
  checkReadable(name, file);
  try {
    return bundleOf(file, await build(askedOf(file)));
  } catch (error) {
    throw syntaxFaultOf(error);
  } finally {
    await stopUnlessWatching();
  }
}

/** How many files are watched: esbuild's process is needed until the last is not. */
let watched = 0;

async function stopUnlessWatching(): Promise<void> {
  if (watched === 0) await stop();
}

/** A file that is bundled anew whenever it, or what it imports by a path, is saved. */
export interface WatchedSpec {
  /** Bundles it once more, though nothing was saved. */
  again(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Bundles a file now and whenever it is saved; `onBundle` is told each bundle, or why there is none. Throws `UsageError` if it
 * cannot be read in the beginning.
 */
export async function watchSpec(
  name: string,
  onBundle: (bundle: Bundle | SyntaxFault) => void,
): Promise<WatchedSpec> {
  const file = resolve(name);
  checkReadable(name, file);
  const telling: Plugin = {
    name: "telling",
    setup(the) {
      the.onEnd((result) => {
        const isFailed = result.errors.length > 0;
        onBundle(isFailed ? syntaxFaultOf(result) : bundleOf(file, result as Built));
      });
    },
  };
  const asked = askedOf(file);
  watched += 1;
  const its = await context({ ...asked, plugins: [...(asked.plugins ?? []), telling] });
  await its.watch();
  return {
    again: async () => {
      // One that fails has been told.
      await its.rebuild().catch(() => {});
    },
    end: async () => {
      await its.dispose();
      watched -= 1;
      await stopUnlessWatching();
    },
  };
}

/** What esbuild is asked for. */
const askedOf = (file: string) =>
  ({
    absWorkingDir: process.cwd(),
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    metafile: true,
    sourcemap: "external",
    sourcesContent: false,
    outdir: dirname(file),
    logLevel: "silent",
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(file).href),
      "import.meta.filename": JSON.stringify(file),
      "import.meta.dirname": JSON.stringify(dirname(file)),
    },
    plugins: [packages],
  }) satisfies BuildOptions;

type Built = BuildResult<ReturnType<typeof askedOf>>;

function bundleOf(file: string, { outputFiles, warnings, metafile }: Built): Bundle {
  const text = (isMap: boolean): string =>
    outputFiles.find(({ path }) => path.endsWith(".map") === isMap)?.text ?? "";
  const code = text(false);
  const imports = Object.values(metafile.outputs)
    .flatMap((output) => output.imports)
    .filter(({ external }) => external === true)
    .map(({ path }) => path);
  return {
    file,
    code,
    map: text(true),
    warnings: printed("warning", warnings).join("\n  "),
    isOfHintproof: imports.some((path) => path.startsWith(built("").href)),
    builtins: builtinsOf(code, imports),
  };
}

/** What esbuild says of a file that it cannot compile; any other error as it is. */
function syntaxFaultOf(error: unknown): SyntaxFault {
  const errors = (error as { errors?: Message[] }).errors;
  if (errors === undefined) throw error;
  return new SyntaxFault(printed("error", errors));
}

/** Other packages may import anything, and so may code that finds the name of a module as it runs. */
function builtinsOf(code: string, imports: readonly string[]): Bundle["builtins"] {
  const own = [built("").href, ...ours.slice(1).map((name) => import.meta.resolve(name))];
  const isStranger = (path: string): boolean =>
    !isBuiltin(path) && !own.some((one) => path.startsWith(one));
  const isOpen =
    /\bimport\s*\(|\bcreateRequire\b|\bgetBuiltinModule\b/.test(code) || imports.some(isStranger);
  return isOpen ? "any" : imports.filter((path) => isBuiltin(path));
}

function checkReadable(name: string, file: string): void {
  try {
    if (!statSync(file).isFile()) throw new UsageError(`${name} is not a file.`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw new UsageError(`${name} cannot be read: ${code}.`);
    const near = nearFile(name);
    throw new UsageError(
      `There is no file ${name}${near === undefined ? "." : `; did you mean ${near}?`}`,
    );
  }
  if (!isCode(file)) throw new UsageError(`${name} is not a TypeScript file.`);
}

/** As compilers do: file, line and column, what is wrong, the line. */
function printed(kind: "error" | "warning", messages: readonly Message[]): readonly string[] {
  return messages.map(({ text, location }) =>
    location === null
      ? printable(`${kind}: ${text}`)
      : printable(`${location.file}:${location.line}:${location.column + 1}: ${kind}: ${text}`) +
        `\n    ${printable(location.lineText.trim())}`,
  );
}

/** What a spec may import without having it installed. */
const ours = ["hintproof", "ts-pattern", "immer"];

/**
 * Leaves packages out of the bundle, each as the address of its file: "hintproof" is this very
 * package, so that its classes are the same; the rest is the user's own, or else ours.
 */
const packages: Plugin = {
  name: "packages",
  setup(the: PluginBuild) {
    the.onResolve({ filter: /^/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === "asked by us" || kind === "entry-point") return undefined;
      if (path.startsWith("node:")) return undefined;
      if (path === "hintproof") return { path: built("bundle/index.js").href, external: true };
      const [, shippedAs, shipped] = /^hintproof\/(protocol|part)s\/([a-z0-9-]+)$/.exec(path) ?? [];
      if (shipped !== undefined) {
        const file =
          shippedAs === "part" ? built(`spec/parts/${shipped}.js`) : builtProtocol(shipped);
        if (existsSync(file)) return { path: file.href, external: true };
        return { errors: [{ text: `No ${shippedAs} "${shipped}" comes with hintproof.` }] };
      }
      const theirs = await the.resolve(path, { kind, resolveDir, pluginData: "asked by us" });
      if (theirs.errors.length > 0) {
        if (!ours.includes(path)) return { errors: theirs.errors };
        return { path: import.meta.resolve(path), external: true };
      }
      if (theirs.external) return theirs;
      const own = builtFrom(theirs.path);
      if (own !== undefined) return { path: own.href, external: true };
      const isPlain =
        /\.(?:js|mjs|cjs)$/.test(theirs.path) && /[\\/]node_modules[\\/]/.test(theirs.path);
      return isPlain ? { path: pathToFileURL(theirs.path).href, external: true } : theirs;
    });
  },
};

const built = (path: string): URL => new URL(`dist/${path}`, packageRoot());

/** The built file of a shipped protocol or, by its name with `-variants`, of its variants. */
export function builtProtocol(name: string): URL {
  const [, changed] = /^(.+)-variants$/.exec(name) ?? [];
  return changed === undefined
    ? built(`spec/protocols/${name}/claims.js`)
    : built(`spec/protocols/${changed}/variants.js`);
}

/** The built file of a source of the language: a protocol in this repository imports the sources. */
function builtFrom(path: string): URL | undefined {
  const root = realpathSync(fileURLToPath(packageRoot()));
  const inside = relative(root, path).replaceAll("\\", "/");
  if (inside === "index.ts") return built("bundle/index.js");
  if (/^spec\/language\/.*\.ts$/.test(inside)) return built("spec/language/index.js");
  const isOfSpec = /^spec\/(?:index|(?:page|parts)\/.*)\.ts$/.test(inside);
  return isOfSpec ? built(inside.replace(/\.ts$/, ".js")) : undefined;
}
