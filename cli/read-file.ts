import { UsageError } from "../runs/told/index.ts";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** Larger than any file that this command wrote to be read again. */
export const mostBytes = 2 ** 26;

/**
 * The text of a file. Throws `UsageError` if it cannot be read, is none of the kind that comes to an end (a
 * device, a pipe, a folder), or is too large.
 */
export function textInFile(file: string): string {
  let opened: number | undefined;
  try {
    // Whoever opens a pipe would otherwise wait until somebody writes to it.
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const its = fstatSync(opened);
    if (!its.isFile()) throw new UsageError(`${file} is no regular file; save it in one first.`);
    if (its.size > mostBytes) {
      const [size, most] = [its.size, mostBytes].map((bytes) => Math.round(bytes / 2 ** 20));
      throw new UsageError(`${file} is too large: ${size} MB; it may have ${most}.`);
    }
    return readFileSync(opened, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read: ${code}.`,
      { cause: error },
    );
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}
