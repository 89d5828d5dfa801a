import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { resolve } from "node:path";
import { crc32 } from "node:zlib";
import type { Checkpoint } from "../checker/index.ts";
import { type Constants, printable, printableJson } from "../spec/index.ts";
import { checkWritable, reasonOf, refuseForeign } from "./output.ts";
import { packageVersion } from "./package-root.ts";
import { constantsText } from "./report-text.ts";
import { UsageError } from "./usage-error.ts";

/*
 * A checkpoint in a file: a line of JSON that says what it is a checkpoint of, a line of JSON that is the
 * search's own header, the states as they stood in memory.
 */

/** What a search must have in common with the one that a checkpoint is of. */
export interface SearchFacts {
  readonly protocol: string;
  readonly variant?: string;
  readonly constants: Constants;
  readonly symmetry: boolean;
  /** Those asked about, if not all. */
  readonly properties?: readonly string[];
  /** What the protocol is made of, in short: see `fingerprint`. */
  readonly source: string;
}

/** The first line. */
export interface CheckpointLine extends SearchFacts {
  readonly format: typeof formatName;
  readonly formatVersion: number;
  readonly hintproof: string;
  /** Where the protocol is from, if it is not a shipped one: an absolute path. */
  readonly file?: string;
  readonly headerBytes: number;
  readonly stateBytes: number;
  /** Of both. */
  readonly crc32: number;
}

const formatName = "hintproof checkpoint";
const formatVersion = 1;
/** What is written, read or summed up in one call; no call may take more than 2 GiB. */
const pieceBytes = 2 ** 26;
const longestLine = 2 ** 20;

/** Throws `UsageError` where a checkpoint could never be kept. */
export function checkCheckpoint(file: string): void {
  checkWritable("--checkpoint", file);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    throw new UsageError(`--checkpoint ${file}: it is not an ordinary file.`);
  }
}

/**
 * Writes a checkpoint: first all of it under another name, so that the one from before is there until the
 * new one is whole. Answers why it could not be written, if it could not; then nothing has changed.
 */
export function writeCheckpoint(
  file: string,
  facts: SearchFacts & { readonly file?: string },
  { header, states }: Checkpoint,
): string | undefined {
  let temporary: string | undefined;
  try {
    const isNew = statSync(file, { throwIfNoEntry: false }) === undefined;
    const target = isNew ? resolve(file) : realpathSync(file); // a link stays one
    const headerLine = Buffer.from(`${printableJson(JSON.stringify(header))}\n`);
    const line: CheckpointLine = {
      format: formatName,
      formatVersion,
      hintproof: packageVersion(),
      ...facts,
      headerBytes: headerLine.length,
      stateBytes: states.length,
      crc32: sumOf(headerLine, states),
    };
    const opened = openSync(`${target}.tmp`, "w");
    temporary = `${target}.tmp`;
    try {
      writeAll(opened, Buffer.from(`${printableJson(JSON.stringify(line))}\n`));
      writeAll(opened, headerLine);
      writeAll(opened, states);
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

/** Says what a checkpoint is of. Throws `UsageError` if the file is none, or is cut short. */
export function readCheckpointLine(file: string): CheckpointLine {
  return withFile(file, (opened) => lineOf(file, opened).line);
}

/** Throws `UsageError` if it is the checkpoint of another protocol, of which nothing else need be compared. */
export function checkProtocol(file: string, protocol: string): void {
  const line = readCheckpointLine(file);
  if (line.protocol === protocol) return;
  throw new UsageError(`${file} is a checkpoint of ${line.protocol}, not of ${protocol}.`);
}

/** Reads a checkpoint. Throws `UsageError` if it is damaged, or is one of another search. */
export function readCheckpoint(file: string, facts: SearchFacts): Checkpoint {
  return withFile(file, (opened) => {
    const { line, bytes } = lineOf(file, opened);
    const differences = differencesOf(line, facts);
    if (differences.length > 0) {
      throw new UsageError(
        `${file} is the checkpoint of another search.\n${differences.join("\n")}`,
      );
    }
    const header = new Uint8Array(line.headerBytes);
    const states = new Uint8Array(line.stateBytes);
    readAll(opened, header, bytes);
    readAll(opened, states, bytes + header.length);
    if (sumOf(header, states) !== line.crc32) {
      throw new UsageError(`${file} is damaged: its bytes do not add up to what it says itself.`);
    }
    return { header: JSON.parse(Buffer.from(header).toString()) as object, states };
  });
}

/** What a search and a checkpoint do not have in common, a line each. */
function differencesOf(line: CheckpointLine, now: SearchFacts): readonly string[] {
  const pairs: readonly (readonly [what: string, now: string, then: string])[] = [
    ["hintproof", packageVersion(), line.hintproof],
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

function lineOf(
  file: string,
  opened: number,
): { readonly line: CheckpointLine; readonly bytes: number } {
  const { size } = fstatSync(opened);
  const begin = new Uint8Array(Math.min(size, longestLine));
  readAll(opened, begin, 0);
  const bytes = begin.indexOf(0x0a) + 1;
  const line = parsed(Buffer.from(begin.subarray(0, bytes)).toString());
  if (line?.format !== formatName) throw new UsageError(`${file} is not a checkpoint.`);
  if (line.formatVersion !== formatVersion) {
    throw new UsageError(
      `${file} is a checkpoint of hintproof ${line.hintproof}, which this version cannot read.`,
    );
  }
  const whole = bytes + line.headerBytes + line.stateBytes;
  if (size < whole) throw new UsageError(`${file} is cut short: ${size} bytes of ${whole}.`);
  if (size > whole) throw new UsageError(`${file} is damaged: ${size} bytes instead of ${whole}.`);
  return { line, bytes };
}

function parsed(text: string): CheckpointLine | undefined {
  try {
    return JSON.parse(text) as CheckpointLine;
  } catch {
    return undefined;
  }
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

function sumOf(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) for (const piece of piecesOf(part)) sum = crc32(piece, sum);
  return sum;
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
