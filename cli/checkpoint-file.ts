import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Checkpoint, Searched } from "../checker/index.ts";
import { type Constants, printable, printableJson } from "../spec/index.ts";
import { constantsText, UsageError } from "../runs/told/index.ts";
import { versionAndBuild } from "./fingerprint.ts";
import { isOwn, selfOf } from "./own-file.ts";
import { checkWritable, reasonOf, refuseForeign } from "./output.ts";

/*
 * A checkpoint in a file:
 *   a line of text that says so, with the digest of the next;
 *   a line of JSON that says what it is a checkpoint of, with the digest of all that follows;
 *   a line of JSON that is what the searches know beside their states;
 *   the states of one search behind those of another, as they stood in memory.
 */

/** What a search must have in common with the one that a checkpoint is of. */
export interface SearchFacts {
  readonly protocol: string;
  readonly variant?: string | undefined;
  readonly constants: Constants;
  readonly symmetry: boolean;
  /** Those asked about, if not all. */
  readonly properties?: readonly string[] | undefined;
  /** What the protocol is made of, in short: see `fingerprint`. */
  readonly source: string;
}

/** The file that a protocol is from, if it is not a shipped one. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  /** Of its code: see `digestOf` of a bundle. */
  readonly digest: string;
}

/** The second line. */
export interface CheckpointHead extends SearchFacts {
  readonly hintproof: string;
  readonly file?: SourceFile | undefined;
  /** The file system's own name for the file that was written: a copy has another. */
  readonly self: string;
  readonly headerBytes: number;
  /** Of one search after the other. */
  readonly stateBytes: readonly number[];
  readonly digest: string;
}

const formatName = "hintproof checkpoint";
const formatVersion = 2;
const firstLine = new RegExp(`^${formatName} ${formatVersion} ([0-9a-f]{64})$`);
/** Also of the versions before. */
const anyFirstLine = new RegExp(`^(?:${formatName} \\d+ |\\{"format":"${formatName}")`);
/** What is written, read or summed up in one call; no call may take more than 2 GiB. */
const pieceBytes = 2 ** 26;
const longestHead = 2 ** 20;

/**
 * Makes ready for checkpoints in a file: throws `UsageError` where none could ever be kept, or one is that the search does
 * not go on from, and removes what runs that are no more have left half written; what this one leaves goes when it ends.
 */
export function prepareCheckpoint(file: string, resume?: string): void {
  checkWritable("--checkpoint", file);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    throw new UsageError(`--checkpoint ${file}: it is not an ordinary file.`);
  }
  const target = targetOf(file);
  if (resume === undefined || targetOf(resume) !== target) refuseCheckpoint(file);
  for (const leftOver of leftOvers(target)) rmSync(leftOver, { force: true });
  process.once("exit", () => rmSync(temporaryOf(target), { force: true }));
}

/** Throws `UsageError` for a file that is a checkpoint: it may be of hours. */
function refuseCheckpoint(file: string): void {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return;
  let head: CheckpointHead;
  try {
    ({ head } = readHead(file));
  } catch (error) {
    if (error instanceof UsageError) return; // nobody can go on from it
    throw error;
  }
  const { protocol, variant, constants } = head;
  const its = [protocol, ...(variant === undefined ? [] : [variant]), ...constantsText(constants)];
  throw new UsageError(
    `--checkpoint ${file}: a checkpoint is there already, of ${its.map(printable).join(" ")}. ` +
      `--resume ${file} goes on from it; remove it to begin anew.`,
  );
}

/** Where a file is written; a link stays one. */
const targetOf = (file: string): string =>
  statSync(file, { throwIfNoEntry: false }) === undefined ? resolve(file) : realpathSync(file);

/** What the names of half-written checkpoints begin with. Process numbers are those of one machine. */
const temporaryBegin = (target: string): string => `.${basename(target)}.${hostname()}.`;

/** Where a process writes a checkpoint that is not whole yet. */
export const temporaryOf = (target: string, pid = process.pid): string =>
  join(dirname(target), `${temporaryBegin(target)}${pid}.tmp`);

function leftOvers(target: string): readonly string[] {
  const begin = temporaryBegin(target);
  return readdirSync(dirname(target)).flatMap((name) => {
    const pid = /^(\d+)\.tmp$/.exec(name.startsWith(begin) ? name.slice(begin.length) : "")?.[1];
    const isLeft = pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)));
    return isLeft ? [join(dirname(target), name)] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Writes a checkpoint: first all of it under another name, so that the one from before is there until the
 * new one is whole. Answers why it could not be written, if it could not; then nothing has changed.
 */
export function writeCheckpoint(
  file: string,
  facts: SearchFacts & { readonly file?: SourceFile },
  checkpoint: Checkpoint,
): string | undefined {
  let temporary: string | undefined;
  try {
    const target = targetOf(file);
    const parts = checkpoint.map(({ states }) => states);
    const headers = checkpoint.map(({ of, header }) => ({ of, header }));
    const headerLine = Buffer.from(`${printableJson(JSON.stringify(headers))}\n`);
    const its = temporaryOf(target);
    rmSync(its, { force: true });
    // Nobody else may write to it, so that it is known later to be what was written here.
    const opened = openSync(its, "wx", 0o644);
    temporary = its;
    try {
      const head: CheckpointHead = {
        hintproof: versionAndBuild(),
        ...facts,
        self: selfOf(opened),
        headerBytes: headerLine.length,
        stateBytes: parts.map(({ length }) => length),
        digest: digestOf(headerLine, ...parts),
      };
      const headLine = Buffer.from(`${printableJson(JSON.stringify(head))}\n`);
      writeAll(opened, Buffer.from(`${formatName} ${formatVersion} ${digestOf(headLine)}\n`));
      for (const part of [headLine, headerLine, ...parts]) writeAll(opened, part);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    refuseForeign(target);
    renameSync(temporary, target);
    return undefined;
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return reasonOf(error);
  }
}

/**
 * Says what a checkpoint is of, and whether this user wrote it here: a copy, or a file that others can write
 * to, may be from anybody. Throws `UsageError` if the file is none, or is damaged as far as that can be seen
 * without reading all of it.
 */
export function readHead(file: string): { readonly head: CheckpointHead; readonly isOwn: boolean } {
  return withFile(file, (opened) => {
    const { head } = headOf(file, opened);
    return { head, isOwn: isOwn(opened, head.self) };
  });
}

/** Throws `UsageError` if it is the checkpoint of another protocol, of which nothing else need be compared. */
export function checkProtocol(file: string, protocol: string): void {
  const { head } = readHead(file);
  if (head.protocol === protocol) return;
  throw new UsageError(`${file} is a checkpoint of ${head.protocol}, not of ${protocol}.`);
}

/** Reads a checkpoint. Throws `UsageError` if it is damaged, or is one of another search. */
export function readCheckpoint(file: string, facts: SearchFacts): Checkpoint {
  return withFile(file, (opened) => {
    const { head, bytes } = headOf(file, opened);
    const differences = differencesOf(head, facts);
    if (differences.length > 0) {
      throw new UsageError(
        `${file} is the checkpoint of another search.\n${differences.join("\n")}`,
      );
    }
    let at = bytes;
    const read = (length: number): Uint8Array => {
      const part = new Uint8Array(length);
      readAll(opened, part, at);
      at += length;
      return part;
    };
    const headerLine = read(head.headerBytes);
    const parts = head.stateBytes.map(read);
    if (digestOf(headerLine, ...parts) !== head.digest) throw damaged(file);
    const headers = JSON.parse(Buffer.from(headerLine).toString()) as Omit<Searched, "states">[];
    if (headers.length !== parts.length) throw damaged(file);
    return headers.map((its, place) => ({ ...its, states: parts[place] as Uint8Array }));
  });
}

const damaged = (file: string): UsageError =>
  new UsageError(`${file} is damaged: its digest is not that of what is in it.`);

/** What a search and a checkpoint do not have in common, a line each. */
function differencesOf(line: CheckpointHead, now: SearchFacts): readonly string[] {
  const pairs: readonly (readonly [what: string, now: string, then: string])[] = [
    ["hintproof", versionAndBuild(), line.hintproof],
    ["variant", now.variant ?? "none", line.variant ?? "none"],
    ["constants", constantsLine(now.constants), constantsLine(line.constants)],
    ["symmetry", symmetryText(now.symmetry), symmetryText(line.symmetry)],
    ["properties", propertiesLine(now.properties), propertiesLine(line.properties)],
  ];
  const lines = pairs.flatMap(([what, here, there]) =>
    here === there ? [] : [`  ${printable(`${what}: ${here}; in the file: ${there}`)}`],
  );
  if (lines.length > 0 || now.source === line.source) return lines;
  return ["  the protocol has been changed since"];
}

const symmetryText = (isReduced: boolean): string => (isReduced ? "reduced" : "not reduced");
const propertiesLine = (names: readonly string[] | undefined): string =>
  names === undefined ? "all" : names.toSorted().join(", ");

function constantsLine(constants: Constants): string {
  return constantsText(constants).toSorted().join(" ");
}

/** The head, and how many bytes it takes with the line before it. */
function headOf(
  file: string,
  opened: number,
): { readonly head: CheckpointHead; readonly bytes: number } {
  const { size } = fstatSync(opened);
  const begin = Buffer.alloc(Math.min(size, longestHead));
  readAll(opened, begin, 0);
  const lineEnd = begin.indexOf("\n");
  const line = begin.toString("latin1", 0, Math.max(0, lineEnd));
  const digest = firstLine.exec(line)?.[1];
  if (digest === undefined) {
    throw new UsageError(
      anyFirstLine.test(line)
        ? `${file} is damaged, or a checkpoint of another version of hintproof, which this one cannot read.`
        : `${file} is not a checkpoint.`,
    );
  }
  const bytes = begin.indexOf("\n", lineEnd + 1) + 1;
  if (bytes === 0) throw new UsageError(`${file} is cut short: it ends at ${size} bytes.`);
  const headLine = begin.subarray(lineEnd + 1, bytes);
  if (digestOf(headLine) !== digest) throw damaged(file);
  const head = headIn(headLine.toString());
  if (head === undefined) throw damaged(file);
  const whole = head.stateBytes.reduce((sum, part) => sum + part, bytes + head.headerBytes);
  if (size < whole) throw new UsageError(`${file} is cut short: ${size} bytes of ${whole}.`);
  if (size > whole) throw new UsageError(`${file} is damaged: ${size} bytes instead of ${whole}.`);
  return { head, bytes };
}

const isText = (value: unknown): boolean => typeof value === "string";
const isBytes = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isList = (value: unknown, isOne: (value: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isOne);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What may stand in the head, and what must. */
const members: Readonly<Record<keyof CheckpointHead, (value: unknown) => boolean>> = {
  hintproof: isText,
  protocol: isText,
  variant: (value) => value === undefined || isText(value),
  constants: (value) =>
    isRecord(value) &&
    Object.values(value).every((one) => typeof one === "boolean" || Number.isSafeInteger(one)),
  symmetry: (value) => typeof value === "boolean",
  properties: (value) => value === undefined || isList(value, isText),
  source: isText,
  file: (value) =>
    value === undefined || (isRecord(value) && isText(value["path"]) && isText(value["digest"])),
  self: isText,
  headerBytes: isBytes,
  stateBytes: (value) => isList(value, isBytes) && (value as unknown[]).length > 0,
  digest: isText,
};

function headIn(text: string): CheckpointHead | undefined {
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(head)) return undefined;
  const its = head;
  const isKnown = Object.keys(its).every((name) => name in members);
  const isRight = Object.entries(members).every(([name, isOne]) => isOne(its[name]));
  return isKnown && isRight ? (head as unknown as CheckpointHead) : undefined;
}

function withFile<Result>(file: string, work: (opened: number) => Result): Result {
  let opened: number | undefined;
  try {
    opened = openSync(file, "r");
    return work(opened);
  } catch (error) {
    if (error instanceof UsageError || !("code" in (error as object))) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "ENOENT"
        ? `There is no checkpoint ${file}.`
        : `${file} cannot be read: ${reasonOf(error)}.`,
    );
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield bytes.subarray(at, at + pieceBytes);
  }
}

function digestOf(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) for (const piece of piecesOf(part)) hash.update(piece);
  return hash.digest("hex");
}

function writeAll(opened: number, bytes: Uint8Array): void {
  for (const piece of piecesOf(bytes)) {
    for (let at = 0; at < piece.length; ) at += writeSync(opened, piece, at);
  }
}

function readAll(opened: number, bytes: Uint8Array, from: number): void {
  let position = from;
  for (const piece of piecesOf(bytes)) {
    for (let at = 0; at < piece.length; ) {
      const count = readSync(opened, piece, at, piece.length - at, position);
      if (count === 0) throw new Error("A file has become shorter while it was read.");
      at += count;
      position += count;
    }
  }
}
