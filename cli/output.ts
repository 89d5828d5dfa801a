import {
  accessSync,
  constants,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "./usage-error.ts";

/** The report could not be written although it looked as if it could: a full disk, say. */
export class WriteError extends Error {
  override readonly name = "WriteError";
}

/** Throws `UsageError` where it can be seen before a long run that a file cannot be written after it. */
export function checkWritable(option: string, file: string): void {
  if (file === "") throw new UsageError(`${option} needs the name of a file.`);
  const folder = dirname(resolve(file));
  try {
    if (!statSync(folder).isDirectory())
      throw new UsageError(`${option} ${file}: ${folder} is not a folder.`);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw new UsageError(`${option} ${file}: it is a folder.`);
    }
    accessSync(isOrdinary(file) ? folder : file, constants.W_OK);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${option} ${file}: ${reasonOf(error)}.`);
  }
}

/** Writes a file whole or not at all. Throws `WriteError`. */
export function writeWhole(file: string, text: string): void {
  try {
    const isNew = statSync(file, { throwIfNoEntry: false }) === undefined;
    const target = isNew ? resolve(file) : realpathSync(file); // a link stays one
    if (!isOrdinary(file)) {
      writeFileSync(target, text); // a pipe or a device such as /dev/stdout, which must not be replaced
      return;
    }
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    try {
      writeFileSync(temporary, text, { flag: "wx", flush: true });
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new WriteError(`${file} could not be written: ${reasonOf(error)}.`);
  }
}

function isOrdinary(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EFBIG: "the file would become too large",
  EDQUOT: "the disk quota is used up",
  EISDIR: "it is a folder",
  ENOENT: "there is no such folder",
  ENOSPC: "no space is left on the device",
  ENOTDIR: "a part of the path is not a folder",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
};

/** Why a file could not be read or written, in words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
