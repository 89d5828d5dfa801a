import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { changesOf, type Found, type Pinned, pinnedOf, shown } from "../gate/index.ts";
import { type Constants, printableJson } from "../spec/index.ts";
import { type Report, UsageError } from "../runs/told/index.ts";
import { checkWritable, writeWhole } from "./output.ts";
import { packageRoot } from "./package-root.ts";

/** What is recorded of a shipped protocol, or of one of its variants. */
export interface RecordEntry extends Pinned {
  readonly protocol: string;
}

/** What is known of a run with constants or options of its own. No run writes it: it is pinned by hand. */
export interface RecordedInstance {
  readonly protocol: string;
  /** What it shows. */
  readonly name: string;
  readonly variant?: string | undefined;
  /** Those that differ from what is shipped. */
  readonly constants: Constants;
  readonly options?: InstanceOptions | undefined;
  readonly found: InstanceFound;
}

export interface InstanceOptions {
  readonly symmetry?: false | undefined;
  readonly liveness?: false | undefined;
  /** The properties that are asked about: some, or all of liveness. */
  readonly properties?: readonly string[] | "liveness" | undefined;
  /** Actions whose fairness is not relied on: some, or all that have any. */
  readonly unfair?: readonly string[] | "all" | undefined;
  readonly neededFairness?: true | undefined;
}

/** The figures that matter in an instance. */
export interface InstanceFound extends Partial<Found> {
  /** How many states the orbits stand for. */
  readonly unreducedStates?: number | undefined;
  readonly neverTaken?: readonly string[] | undefined;
  /** The states in which liveness was decided. */
  readonly livenessStates?: number | undefined;
  /** Of each `within` that holds: how often at most it was counted. */
  readonly most?: Readonly<Record<string, number>> | undefined;
  /** Of each property that holds: a least set of fair actions that it needs. */
  readonly neededFairness?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** `record.json` beside a protocol, as it stands there. */
export interface RecordFile {
  readonly protocol: string;
  /** The protocol with all its constants, and its variants with those that differ. */
  readonly catalogue: readonly Pinned[];
  readonly instances: readonly Omit<RecordedInstance, "protocol">[];
}

/** What is recorded of the cases that are files: by file and name. The tests of the cases write it. */
export type RecordedCases = Readonly<
  Record<string, Readonly<Record<string, Pick<Found, "verdict" | "violated">>>>
>;

export const readCases = (): RecordedCases =>
  JSON.parse(
    readFileSync(new URL("counterexamples/cases/record.json", packageRoot()), "utf8"),
  ) as RecordedCases;

const shipped = (): URL => new URL("spec/protocols/", packageRoot());

/** The protocols in a folder, with the file of each in which its record is, or will be. */
function recordFiles(
  folder = shipped(),
): readonly { readonly protocol: string; readonly file: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      protocol: name,
      file: fileURLToPath(new URL(`${name}/record.json`, folder)),
    }));
}

/** Undefined where there is none. */
function readFile(file: string): RecordFile | undefined {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new UsageError(`${file} cannot be read: ${message}.`, { cause: error });
  }
  if (isRecord(content)) return content;
  throw new UsageError(
    `${file} is not a record; remove it, and hintproof check --update-record writes one.`,
  );
}

function isRecord(content: unknown): content is RecordFile {
  const { protocol, catalogue, instances } = Object(content) as Partial<RecordFile>;
  return (
    typeof protocol === "string" &&
    Array.isArray(catalogue) &&
    catalogue.every((entry) => typeof Object(entry).constants === "object") &&
    Array.isArray(instances)
  );
}

const readFiles = (): readonly RecordFile[] =>
  recordFiles().flatMap(({ file }) => readFile(file) ?? []);

/** What is recorded of all that `hintproof check` runs; nothing if there is no record. */
export const readRecord = (): readonly RecordEntry[] =>
  readFiles().flatMap(({ protocol, catalogue }) => {
    const own = catalogue.find(({ variant }) => variant === undefined)?.constants;
    return catalogue.map((entry) => ({
      protocol,
      ...entry,
      constants: { ...own, ...entry.constants },
    }));
  });

/** What is recorded beside that. */
export const readInstances = (): readonly RecordedInstance[] =>
  readFiles().flatMap(({ protocol, instances }) =>
    instances.map((instance) => ({ protocol, ...instance })),
  );

/** How many states a run had when it was recorded; undefined where nothing like it was. */
export function recordedStates(
  record: readonly RecordEntry[],
  run: Pick<RecordEntry, "protocol" | "constants"> & { readonly variant?: string | undefined },
): number | undefined {
  return record.find(
    ({ protocol, variant, constants }) =>
      protocol === run.protocol &&
      variant === run.variant &&
      shown(constants) === shown(run.constants),
  )?.distinctStates;
}

/** Throws `UsageError` where the record could not be replaced after a long run. */
export function checkRecord(): void {
  for (const { file } of recordFiles()) {
    checkWritable("--update-record", file);
    readFile(file);
  }
}

/** A record as it is written: a run a line, so that a change is one, and few bytes in the package. */
export function recordText({ protocol, catalogue, instances }: RecordFile): string {
  const lines = (all: readonly unknown[]): string =>
    all.length === 0 ? "[]" : `[\n${all.map((one) => JSON.stringify(one)).join(",\n")}\n]`;
  return printableJson(
    `{"protocol": ${JSON.stringify(protocol)},\n"catalogue": ${lines(catalogue)},\n"instances": ${lines(instances)}}\n`,
  );
}

/** Replaces what is recorded of protocols, of each with all its variants; the instances stay. */
export function writeRecord(reports: readonly Report[], folder = shipped()): void {
  for (const { protocol, file } of recordFiles(folder)) {
    const own = reports.filter((report) => report.protocol === protocol);
    if (own.length === 0) continue;
    const instances = readFile(file)?.instances ?? [];
    writeWhole(file, recordText({ protocol, catalogue: catalogueOf(own), instances }));
  }
}

/** As it is recorded: of a variant only the constants that differ from those of the protocol. */
function catalogueOf(reports: readonly Report[]): readonly Pinned[] {
  const entries = reports.map(pinnedOf);
  const own = entries.find(({ variant }) => variant === undefined)?.constants ?? {};
  return entries.map((entry) =>
    entry.variant === undefined ? entry : { ...entry, constants: differing(entry.constants, own) },
  );
}

const differing = (constants: Constants, from: Constants): Constants =>
  Object.fromEntries(Object.entries(constants).filter(([name, value]) => from[name] !== value));

/** What differs between the record and a run, with the declared symmetry or without, a line each. */
export function deviations(
  record: readonly RecordEntry[],
  report: Report,
  isReduced: boolean,
): readonly string[] {
  const was = record.find(
    ({ protocol, variant }) => protocol === report.protocol && variant === report.variant,
  );
  return was === undefined
    ? ["nothing is recorded of it; `hintproof check --update-record` writes the record"]
    : changesOf(was, report, isReduced).map(({ text }) => text);
}
