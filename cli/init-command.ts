import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { exitCode } from "./exit-code.ts";
import { initFiles } from "./init-files.ts";
import type { InitOptions } from "./options.ts";
import { reasonOf, WriteError } from "./output.ts";
import { jsonText, print } from "./terminal.ts";

/** `hintproof init`: a first protocol, pinned, and a workflow that holds each merge against it. Nothing is overwritten. */
export async function initCommand(options: InitOptions): Promise<void> {
  const { manifestName } = await import("../gate/manifest/index.ts");
  const isJson = options.format === "json";
  const [first] = initFiles;
  const files = initFiles.map(({ file, text }) => {
    const isWritten = !existsSync(file);
    if (isWritten) writeNew(file, text);
    if (!isJson) print(`${isWritten ? "written" : left}: ${file}\n`);
    return { file, isWritten };
  });
  const isPinned = existsSync(manifestName);
  const { pinned } = await import("./gate-command.ts");
  const { tellUpdate } = await import("./gate-update.ts");
  const asked = { ...options, update: true, format: "text", quiet: true } as const;
  const update = isPinned ? undefined : await pinned([first.file], asked);
  if (update === undefined && !isPinned) return; // a fault, which has been told
  if (!isJson) {
    if (update === undefined) print(`${left}: ${manifestName}\n`);
    else tellUpdate(update, "text");
    print(`\nNext:\n${nextLines.join("")}`);
    return;
  }
  const isWritten = update?.refused.length === 0;
  if (update !== undefined && !isWritten) process.exitCode = exitCode.incomplete;
  const { changes = [], refused = [] } = update ?? {};
  const next = nextCommands.map(([command]) => command);
  print(jsonText({ files: [...files, { file: manifestName, isWritten }], changes, refused, next }));
}

const left = "is there, and left as it is";

/** What to type next, and for what. */
const nextCommands = [
  [`npx hintproof check ${initFiles[0].file}`, "whether it holds"],
  ["npx hintproof gate", "whether all that is pinned is still so"],
  ["npx hintproof gate --update FILE.ts", "pin a protocol of your own"],
] as const;
const width = Math.max(...nextCommands.map(([command]) => command.length));
const nextLines = nextCommands.map(([command, what]) => `  ${command.padEnd(width)}  ${what}\n`);

/** Throws `WriteError` where a file cannot be made; one that has come to stand there meanwhile is left. */
function writeNew(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    throw new WriteError(`${file} could not be written: ${reasonOf(error)}.`, { cause: error });
  }
}
