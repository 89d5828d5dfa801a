import { existsSync } from "node:fs";
import { isCode } from "./code-files.ts";
import type { Source } from "./job.ts";
import { say } from "./terminal.ts";

/** Where the protocol of a name on the command line comes from: a path is a file, a word is shipped. */
export async function sourceOf(name: string): Promise<Source> {
  const isFile = /[/\\]/.test(name) || isCode(name) || (name.includes(".") && existsSync(name));
  if (!isFile) return { kind: "shipped", name };
  const { bundleSpec } = await import("./bundle-spec.ts");
  const bundle = await bundleSpec(name);
  if (bundle.warnings !== "") say(bundle.warnings);
  return { kind: "file", bundle };
}
