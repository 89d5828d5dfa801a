import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import type { TraceFile } from "../counterexamples/index.ts";
import type { FailedRow, Report } from "../runs/told/index.ts";
import { packageVersion } from "./package-root.ts";

/*
 * Which files hintproof wrote, as their content says: only these are replaced. JSON is known by its keys, a
 * checkpoint by how it begins, and a text by its last line, which does not fit any more once somebody has
 * put a word of his own into it.
 */

/** Whether nothing is lost if a file is replaced: it is empty, or hintproof wrote it. */
export function isReplaceable(file: string): boolean {
  if (statSync(file).size === 0) return true;
  if (isCheckpoint(beginningOf(file))) return true;
  const text = readFileSync(file, "utf8");
  return isMarked(text) || isOurJson(text);
}

/** A text with the last line that says who wrote it. */
export function marked(text: string): string {
  return `${text}\n${markOf(text)}\n`;
}

function markOf(text: string): string {
  const digest = createHash("sha256").update(text).digest("hex");
  return `written by hintproof ${packageVersion()}, sha256 ${digest.slice(0, 32)}`;
}

function isMarked(text: string): boolean {
  const [, body, mark] = /^(.*)\n(written by hintproof [^\n]*)\n$/s.exec(text) ?? [];
  if (body === undefined || mark === undefined) return false;
  // Whichever version it was.
  const sum = (line: string): string => line.slice(line.lastIndexOf(" "));
  return sum(mark) === sum(markOf(body));
}

const isCheckpoint = (beginning: string): boolean =>
  /^hintproof checkpoint \d+ [0-9a-f]{64}\n/.test(beginning);

const beginningBytes = 4096;

function beginningOf(file: string): string {
  const opened = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(beginningBytes);
    return bytes.toString("utf8", 0, readSync(opened, bytes, 0, beginningBytes, 0));
  } finally {
    closeSync(opened);
  }
}

type Needed<T> = { [Key in keyof T]-?: undefined extends T[Key] ? never : Key }[keyof T];

/** All that something is never without: the compiler knows which these are. */
const keysOf = <T>(keys: Readonly<Record<Needed<T>, true>>): readonly string[] => Object.keys(keys);

/** What each kind of JSON that is written has, whatever else it has. */
const forms: readonly (readonly string[])[] = [
  keysOf<Report>({
    protocol: true,
    constants: true,
    engine: true,
    verdict: true,
    properties: true,
    statistics: true,
  }),
  keysOf<FailedRow>({
    protocol: true,
    constants: true,
    fault: true,
    expected: true,
    differences: true,
  }),
  keysOf<TraceFile>({
    schemaVersion: true,
    protocol: true,
    constants: true,
    property: true,
    reason: true,
    initial: true,
    trace: true,
  }),
  // A record, a manifest, a part, and what a bench writes.
  ["schemaVersion", "protocols"],
  ["protocol", "catalogue", "instances"],
  ["sha256", "part", "shard", "rows"],
  ["machine", "missing", "rows"],
];

function isOurJson(text: string): boolean {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return false;
  }
  return Array.isArray(content) ? content.length > 0 && content.every(hasForm) : hasForm(content);
}

function hasForm(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return forms.some((keys) => keys.every((key) => Object.hasOwn(value, key)));
}
