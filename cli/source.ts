import { existsSync } from "node:fs";
import { extname } from "node:path";
import type { Source } from "./job.ts";

const codeExtensions = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".tsx", ".jsx"];

/** Where the protocol of a name on the command line comes from: a path is a file, a word is shipped. */
export async function sourceOf(name: string): Promise<Source> {
  const isFile =
    /[/\\]/.test(name) ||
    codeExtensions.includes(extname(name)) ||
    (name.includes(".") && existsSync(name));
  if (!isFile) return { kind: "shipped", name };
  const { bundleSpec } = await import("./bundle-spec.ts");
  const bundle = await bundleSpec(name);
  if (bundle.warnings !== "") process.stderr.write(`${bundle.warnings}\n`);
  return { kind: "file", bundle };
}
