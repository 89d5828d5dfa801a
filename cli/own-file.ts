import { fstatSync } from "node:fs";

/** What the file system calls an open file by, for as long as that exists: a copy has another name. */
export function selfOf(opened: number): string {
  const { dev, ino, birthtimeNs } = fstatSync(opened, { bigint: true });
  return `${dev}:${ino}:${birthtimeNs}`;
}

/**
 * Whether this user wrote an open file here, by what it says that it is called: a copy, or a file that others can
 * write to, may be from anybody.
 */
export function isOwn(opened: number, self: string): boolean {
  const { uid, mode } = fstatSync(opened);
  const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  return isOurs && self === selfOf(opened);
}
