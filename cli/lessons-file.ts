import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { LessonsKeeper } from "../checker/index.ts";
import type { Lessons, LessonsOf } from "../model/index.ts";

/*
 * Lessons in a file, which a later check of the same begins by:
 *   a line of text that says so, with the digest of all that follows;
 *   a line of JSON that says of which searches and recipes they are, and how many numbers each takes;
 *   the numbers, 32 bits each.
 *
 * A file that is none is no lessons: nobody is the worse for it. Nor for one that says something else than was written,
 * since all that it can say is which runs to make first.
 */

const formatName = "hintproof lessons 1";
const firstLine = new RegExp(`^${formatName} ([0-9a-f]{64})$`);
/** Larger files are not read, and not written. */
const mostBytes = 2 ** 25;
/** Of all files together; the oldest go. */
const mostBytesInAll = 2 ** 27;
const suffix = ".lessons";

type Head = readonly {
  readonly search: string;
  readonly radices: readonly number[];
  readonly of: readonly HeadOf[];
}[];

/** With the numbers of numbers in the place of these. */
type HeadOf = Omit<LessonsOf, "choices" | "words"> & {
  readonly choices: number;
  readonly words: number;
};

/** The user's folder of what can be made again; undefined where the machine does not say. */
export function lessonsFolder(): string | undefined {
  const { XDG_CACHE_HOME: given, LOCALAPPDATA: local } = process.env;
  if (given !== undefined && isAbsolute(given)) return join(given, "hintproof");
  if (process.platform === "win32") return local && join(local, "hintproof", "Cache");
  const home = homedir();
  if (!isAbsolute(home)) return undefined;
  return process.platform === "darwin"
    ? join(home, "Library", "Caches", "hintproof")
    : join(home, ".cache", "hintproof");
}

/** Keeps lessons of checks that are about the same, whatever their protocol has become since: anew, if nothing is to be read. */
export function lessonsAbout(about: readonly unknown[], isAnew: boolean): LessonsKeeper {
  const folder = lessonsFolder();
  const name = createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 32);
  const file = folder && join(folder, `${name}${suffix}`);
  const all = new Map((file === undefined || isAnew ? undefined : readLessons(file)) ?? []);
  return {
    of: (search) => all.get(search),
    keep: (search, lessons) => {
      all.set(search, lessons);
      if (file !== undefined) writeLessons(file, all);
    },
  };
}

/** The lessons in a file, by search; undefined if there are none. */
export function readLessons(file: string): ReadonlyMap<string, Lessons> | undefined {
  try {
    if (!existsSync(file) || statSync(file).size > mostBytes) return undefined;
    const bytes = readFileSync(file);
    const first = bytes.indexOf("\n");
    const rest = bytes.subarray(first + 1);
    if (firstLine.exec(bytes.toString("latin1", 0, first))?.[1] !== digestOf(rest))
      return undefined;
    const second = rest.indexOf("\n");
    const head: unknown = JSON.parse(rest.toString("utf8", 0, second));
    return isHead(head) ? lessonsIn(head, rest.subarray(second + 1)) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes lessons, as far as that can be done: all of a file or nothing. */
export function writeLessons(file: string, all: ReadonlyMap<string, Lessons>): void {
  const folder = join(file, "..");
  const temporary = `${file}.${process.pid}`;
  try {
    const rest = bytesOf(all);
    if (rest.length > mostBytes) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, `${formatName} ${digestOf(rest)}\n`, { mode: 0o600 });
    writeFileSync(temporary, rest, { flag: "a" });
    renameSync(temporary, file);
    tidy(folder);
  } catch {
    removeIfThere(temporary); // without, a later check takes longer
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Where there is no such folder.
  }
}

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function bytesOf(all: ReadonlyMap<string, Lessons>): Buffer {
  const head: Head = [...all].map(([search, { radices, of }]) => ({
    search,
    radices,
    of: of.map(({ choices, words, ...its }) => ({
      ...its,
      choices: choices.length,
      words: words.length,
    })),
  }));
  const numbers = [...all.values()].flatMap(({ of }) =>
    of.flatMap(({ choices, words }) => [choices, words]),
  );
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(head)}\n`),
    ...numbers.map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    ),
  ]);
}

function lessonsIn(head: Head, bytes: Uint8Array): ReadonlyMap<string, Lessons> | undefined {
  let at = 0;
  const take = (numbers: number): Uint32Array => {
    const end = at + 4 * numbers;
    const its = new Uint32Array(new Uint8Array(bytes.subarray(at, end)).buffer);
    at = end;
    return its;
  };
  const all = new Map(
    head.map(({ search, radices, of }) => [
      search,
      {
        radices,
        of: of.map((its) => ({ ...its, choices: take(its.choices), words: take(its.words) })),
      },
    ]),
  );
  return at === bytes.length ? all : undefined;
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= mostBytes;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isHead = (value: unknown): value is Head =>
  Array.isArray(value) &&
  value.every(
    (one: unknown) =>
      isRecord(one) &&
      typeof one["search"] === "string" &&
      Array.isArray(one["radices"]) &&
      one["radices"].every(isCount) &&
      Array.isArray(one["of"]) &&
      one["of"].every(isHeadOf),
  );

const isHeadOf = (value: unknown): boolean =>
  isRecord(value) &&
  (value["what"] === "action" || value["what"] === "predicate") &&
  typeof value["name"] === "string" &&
  (value["states"] === 1 || value["states"] === 2) &&
  isCount(value["choices"]) &&
  isCount(value["words"]);

/** Removes the oldest files where there are too many. */
function tidy(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = statSync(path);
      return { path, size, mtimeMs };
    })
    .toSorted((one, other) => other.mtimeMs - one.mtimeMs);
  let bytes = 0;
  for (const { path, size } of files) {
    bytes += size;
    if (bytes > mostBytesInAll) rmSync(path, { force: true });
  }
}
