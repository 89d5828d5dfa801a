import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { build, type Message, type Plugin, stop } from "esbuild";
import { UsageError } from "../runs/told/index.ts";
import { printable } from "../spec/index.ts";
import { builtProtocol } from "./bundle-spec.ts";
import { shownPath } from "./import-spec.ts";
import type { Source } from "./job.ts";
import { packageRoot } from "./package-root.ts";

/**
 * The script of a page about a protocol, packed: the explorer, as it was built, and behind it the protocol, which finds
 * there what it imports. Throws `UsageError` for a file that imports what only Node.js has.
 */
export async function packedPage(source: Source): Promise<string> {
  const explorer = gunzipSync(readFileSync(new URL("dist/bundle/page.js.gz", packageRoot())));
  const protocol = await protocolScript(source);
  const text = `${explorer.toString()}\n${protocol}\nhintproof.start(protocolOfPage);\n`;
  return gzipSync(text, { level: 9 }).toString("base64");
}

async function protocolScript(source: Source): Promise<string> {
  const file =
    source.kind === "file"
      ? source.bundle.file
      : fileURLToPath(builtProtocol(`${source.name}-variants`));
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      minify: true,
      charset: "ascii",
      platform: "browser",
      format: "iife",
      globalName: "protocolOfPage",
      target: "es2022",
      logLevel: "silent",
      define: { "import.meta.url": '"file:///protocol"' },
      plugins: [fromExplorer],
    });
    return outputFiles[0]?.text ?? "";
  } catch (error) {
    const [first] = (error as { errors?: readonly Message[] }).errors ?? [];
    if (first === undefined) throw error;
    throw new UsageError(
      `${shownPath(file)} cannot be run in a page: ${printable(first.text)}. A page has no Node.js.`,
      { cause: error },
    );
  } finally {
    await stop();
  }
}

const found = ["hintproof", "immer", "ts-pattern"];

/** Which files of this package are the language, and the page has them already. */
const isLanguage = (path: string): boolean =>
  /^(?:dist\/)?(?:index|bundle\/index|spec\/index|spec\/language\/.*)\.[jt]s$/.test(path);

/** Takes what the explorer has from it, so that there is one of each: the language, and what it is made with. */
const fromExplorer: Plugin = {
  name: "from explorer",
  setup(the) {
    const root = fileURLToPath(packageRoot());
    const ofPage = (path: string) => ({ path, namespace: "page" });
    the.onResolve({ filter: /^/ }, ({ path, resolveDir, kind }) => {
      if (kind === "entry-point") return undefined;
      if (found.includes(path)) return ofPage(path);
      const [, shippedAs, shipped] = /^hintproof\/(protocol|part)s\/([a-z0-9-]+)$/.exec(path) ?? [];
      if (shipped !== undefined) {
        const file =
          shippedAs === "part"
            ? new URL(`dist/spec/parts/${shipped}.js`, packageRoot())
            : builtProtocol(shipped);
        return { path: fileURLToPath(file) };
      }
      const inside = relative(root, resolve(resolveDir, path)).replaceAll("\\", "/");
      return path.startsWith(".") && isLanguage(inside) ? ofPage("hintproof") : undefined;
    });
    the.onLoad({ filter: /^/, namespace: "page" }, ({ path }) => ({
      contents: `module.exports = hintproof.modules[${JSON.stringify(path)}];`,
    }));
  },
};
