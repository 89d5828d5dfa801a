import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { initFiles } from "./init-files.ts";
import type { InitOptions } from "./options.ts";
import { reasonOf, WriteError } from "./output.ts";
import { print } from "./terminal.ts";

/** `hintproof init`: a first protocol, pinned, and a workflow that holds each merge against it. Nothing is overwritten. */
export async function initCommand(options: InitOptions): Promise<void> {
  const { manifestName } = await import("../gate/manifest/index.ts");
  const [first] = initFiles;
  for (const { file, text } of initFiles) {
    const isThere = existsSync(file);
    if (!isThere) writeNew(file, text);
    print(`${isThere ? "is there, and left as it is" : "written"}: ${file}\n`);
  }
  if (existsSync(manifestName)) {
    print(`is there, and left as it is: ${manifestName}\n`);
  } else {
    const { gateCommand } = await import("./gate-command.ts");
    await gateCommand([first.file], { ...options, update: true, format: "text", quiet: true });
  }
  const next = [
    [`npx hintproof check ${first.file}`, "whether it holds"],
    ["npx hintproof gate", "whether all that is pinned is still so"],
    ["npx hintproof gate --update FILE.ts", "pin a protocol of your own"],
  ] as const;
  const width = Math.max(...next.map(([command]) => command.length));
  const lines = next.map(([command, what]) => `  ${command.padEnd(width)}  ${what}\n`);
  print(`\nNext:\n${lines.join("")}`);
}

/** Throws `WriteError` where a file cannot be made; one that has come to stand there meanwhile is left. */
function writeNew(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    throw new WriteError(`${file} could not be written: ${reasonOf(error)}.`, { cause: error });
  }
}
