import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../runs/told/index.ts";
import { isReplaceable, marked } from "./ours.ts";
import { selfOf } from "./own-file.ts";
import { guarded, print, printText } from "./terminal.ts";

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
    refuseForeign(file);
  } catch (error) {
    if (error instanceof ForeignFile || !(error instanceof UsageError)) {
      throw new UsageError(`${option} ${file}: ${reasonOf(error)}.`);
    }
    throw error;
  }
}

/**
 * Throws `UsageError` where an option would have an input of the run replaced, or what another option
 * writes, by whatever path: both by what they are for.
 */
export function refuseSameFile(
  outputs: Readonly<Record<string, string | undefined>>,
  inputs: Readonly<Record<string, string | undefined>>,
): void {
  const known = new Map<string, string>();
  for (const [what, file] of Object.entries(inputs)) {
    if (file !== undefined) known.set(identityOf(file), what);
  }
  for (const [option, file] of Object.entries(outputs)) {
    const stats = file === undefined ? undefined : statsOf(file);
    if (file === undefined || stats?.isFile() === false) continue;
    const identity = identityOf(file);
    const other = known.get(identity);
    if (other !== undefined) {
      throw new UsageError(`${option} ${file}: it is ${other}; name another file.`);
    }
    known.set(identity, `what ${option} writes`);
  }
}

/** The same for all paths of a file: links of both kinds, and other spellings. */
function identityOf(file: string): string {
  const stats = statsOf(file);
  if (stats !== undefined) return `${stats.dev} ${stats.ino}`;
  const folder = dirname(resolve(file));
  return existsSync(folder) ? join(realpathSync(folder), basename(file)) : resolve(file);
}

/** Undefined where there is nothing, or nothing that can be looked at. */
function statsOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}

/** Something is there that hintproof did not write. */
class ForeignFile extends UsageError {}

/** Throws unless there is nothing at a path, or something that may be replaced: see `isReplaceable`. */
export function refuseForeign(file: string): void {
  const advice = "Name another file, or remove that one first";
  if (!isOrdinary(file)) return; // a pipe or a device holds nothing
  if (!existsSync(file)) {
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
    throw new ForeignFile(`it is a link to a file that is not there. ${advice}`);
  }
  let isOurs: boolean;
  try {
    isOurs = isReplaceable(file);
  } catch (error) {
    throw new ForeignFile(
      `it is there, and whether hintproof wrote it cannot be seen: ${reasonOf(error)}. ${advice}`,
      { cause: error },
    );
  }
  if (!isOurs) throw new ForeignFile(`it is there, and hintproof did not write it. ${advice}`);
}

/** What is written to a file; what the file system calls it by can be in it, where there is such a name. */
export type Content = string | ((self: string | undefined) => string);

const textOf = (content: Content, self: string | undefined): string =>
  typeof content === "string" ? content : content(self);

/**
 * Writes a file whole or not at all, and over nothing that hintproof did not write. Throws `WriteError`, and
 * `UsageError` where such a file has come to stand there.
 */
export function writeWhole(file: string, content: Content): void {
  try {
    if (!isOrdinary(file)) {
      writeFileSync(file, textOf(content, undefined)); // a pipe or a device such as /dev/stdout, which must not be replaced
      return;
    }
    const isNew = !existsSync(file);
    const target = isNew ? resolve(file) : realpathSync(file); // a link stays one
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    // Nobody else may write to it, so that it is known later to be what was written here.
    const opened = openSync(temporary, "wx", 0o644);
    try {
      try {
        writeFileSync(opened, textOf(content, selfOf(opened)), { flush: true });
      } finally {
        closeSync(opened);
      }
      if (isNew && isPutAsNew(temporary, target)) return;
      refuseForeign(target);
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    const message = `${file} could not be written: ${reasonOf(error)}.`;
    if (error instanceof ForeignFile) throw new UsageError(message, { cause: error });
    throw new WriteError(message, { cause: error });
  }
}

/** A report, and one line that says what came of it. */
export interface Delivery {
  readonly text: string;
  /** What is written instead to the file that is asked for. */
  readonly kept?: Content | undefined;
  readonly isJson: boolean;
  readonly summary: string;
  readonly coloured: boolean;
  /** In how many columns part of it is drawn, if that was asked for. */
  readonly width?: number | undefined;
}

/**
 * Prints a report, or writes it to the file asked for and prints a summary. A report that cannot be written
 * is printed, so that the run was not for nothing. Throws as `writeWhole` does.
 */
export function deliver(output: string | undefined, report: Delivery): void {
  const { text, kept, isJson, summary, coloured, width } = report;
  const asIs = isJson || (output !== undefined && !isOrdinary(output));
  if (output === undefined) {
    if (isJson || kept !== undefined) print(text, coloured);
    else printText(text, coloured, width);
    return;
  }
  try {
    writeWhole(output, kept ?? (asIs ? text : marked(guarded(text))));
  } catch (error) {
    print(text);
    throw error;
  }
  print(`${summary}\n`, coloured);
}

/** Gives a file a second name unless something is there already, in one step; whether that was possible. */
function isPutAsNew(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch {
    return false; // somebody was quicker, or the file system has no such links
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
