import { closeSync, existsSync, openSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Kept } from "../counterexamples/index.ts";
import { UsageError } from "../runs/told/index.ts";
import type { Source } from "./job.ts";
import { isOwn } from "./own-file.ts";
import { sourceOf } from "./source.ts";
import { quoted } from "./task.ts";

/** What a file that is written says of where the protocol is from; nothing of a shipped one. */
export function keptFrom(file: string, source: Source, self: string | undefined): Kept | undefined {
  if (source.kind === "shipped") return undefined;
  const spec = relative(dirname(realPath(file)), source.bundle.file).replaceAll("\\", "/");
  return { spec, self };
}

/**
 * The protocol that a file says it was kept from. It is run only if this user wrote that very file here, so that
 * nothing is that nobody here has run. Throws `UsageError` otherwise.
 */
export async function sourceKept(file: string, { spec, self }: Kept): Promise<Source> {
  const path = resolve(dirname(realPath(file)), spec);
  const refused = (why: string, name: string): UsageError =>
    new UsageError(
      `${file} is of ${path}, ${why}. Name the file: ` +
        `hintproof replay ${quoted(file)} --spec ${name}`,
    );
  if (!existsSync(path)) throw refused("which is not there any more", "FILE.ts");
  if (self === undefined || !isWrittenHere(file, self)) {
    const why = "which is not run unasked: the trace is a copy, or others can write to it";
    throw refused(why, quoted(path));
  }
  return sourceOf(path);
}

function isWrittenHere(file: string, self: string): boolean {
  const opened = openSync(file, "r");
  try {
    return isOwn(opened, self);
  } finally {
    closeSync(opened);
  }
}

/** Where a file is, or will be, whatever links lead there. */
const realPath = (file: string): string =>
  existsSync(file)
    ? realpathSync(file)
    : join(realpathSync(dirname(resolve(file))), basename(file));
