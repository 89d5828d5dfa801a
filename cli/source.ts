import { existsSync } from "node:fs";
import { isCode } from "./code-files.ts";
import type { Source } from "./job.ts";
import { say } from "./terminal.ts";

/** Whether a name on the command line is that of a file: a path is one, a word is a shipped protocol. */
export const isFile = (name: string): boolean =>
  /[/\\]/.test(name) || isCode(name) || (name.includes(".") && existsSync(name));

/** Where the protocol of a name on the command line comes from. */
export async function sourceOf(name: string): Promise<Source> {
  if (!isFile(name)) return { kind: "shipped", name };
  const { bundleSpec } = await import("./bundle-spec.ts");
  const bundle = await bundleSpec(name);
  if (bundle.warnings !== "") say(bundle.warnings);
  return { kind: "file", bundle };
}
