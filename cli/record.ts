import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Constants } from "../spec/index.ts";
import { type Report, UsageError } from "../runs/told/index.ts";
import { checkWritable, writeWhole } from "./output.ts";
import { packageRoot } from "./package-root.ts";
import { jsonText } from "./terminal.ts";

/** What a run comes to. */
interface Found {
  readonly verdict: Report["verdict"];
  /** The property violated first, or the one that is vacuous. */
  readonly first?: string | undefined;
  /** Every property that is violated, with the length of its counterexample. */
  readonly violated: Readonly<Record<string, number>>;
  /** Of a run that holds every property that is proved by it: that could be violated, and was asked about. */
  readonly held?: readonly string[] | undefined;
  /** Of each counterexample that is a lasso: how many of its steps repeat; 0 where nothing happens any more. */
  readonly loops?: Readonly<Record<string, number>> | undefined;
  readonly distinctStates: number;
  readonly generatedStates: number;
  readonly depth: number;
}

interface CatalogueEntry extends Found {
  readonly variant?: string | undefined;
  readonly constants: Constants;
}

/** What is recorded of a shipped protocol, or of one of its variants. */
export interface RecordEntry extends CatalogueEntry {
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
interface RecordFile {
  readonly protocol: string;
  /** The protocol with all its constants, and its variants with those that differ. */
  readonly catalogue: readonly CatalogueEntry[];
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

/** Replaces what is recorded of protocols, of each with all its variants; the instances stay. */
export function writeRecord(reports: readonly Report[], folder = shipped()): void {
  for (const { protocol, file } of recordFiles(folder)) {
    const own = reports.filter((report) => report.protocol === protocol);
    if (own.length === 0) continue;
    const instances = readFile(file)?.instances ?? [];
    writeWhole(file, jsonText({ protocol, catalogue: catalogueOf(own), instances }));
  }
}

/** As it is recorded: of a variant only the constants that differ from those of the protocol. */
function catalogueOf(reports: readonly Report[]): readonly CatalogueEntry[] {
  const entries = reports.map(entryOf);
  const own = entries.find(({ variant }) => variant === undefined)?.constants ?? {};
  return entries.map((entry) =>
    entry.variant === undefined ? entry : { ...entry, constants: differing(entry.constants, own) },
  );
}

const differing = (constants: Constants, from: Constants): Constants =>
  Object.fromEntries(Object.entries(constants).filter(([name, value]) => from[name] !== value));

/** What a later run must come to again. */
function entryOf({
  variant,
  constants,
  verdict,
  property,
  properties,
  statistics,
  counterexamples = [],
}: Report): CatalogueEntry {
  const { distinctStates, generatedStates, depth } = statistics;
  const loops = properties.flatMap(({ name }) => {
    const { trace, loopsTo } = counterexamples.find((one) => one.property.name === name) ?? {};
    return trace === undefined || loopsTo === undefined ? [] : [[name, trace.length - loopsTo]];
  });
  return {
    variant,
    constants,
    verdict,
    first: property?.name,
    violated: Object.fromEntries(
      properties.flatMap(({ name, status, steps }) =>
        status === "violated" ? [[name, steps ?? 0]] : [],
      ),
    ),
    held:
      verdict === "holds"
        ? properties.flatMap(({ name, status, cannotFail }) =>
            status === "holds" && cannotFail === undefined ? [name] : [],
          )
        : undefined,
    loops: loops.length === 0 ? undefined : Object.fromEntries(loops),
    distinctStates,
    generatedStates,
    depth,
  };
}

/**
 * What orbits are counted by, and what of equally short lassos is told of: without symmetry there are other figures.
 * What is violated, and in how many steps, is the same.
 */
const withSymmetry: readonly string[] = ["loops", "distinctStates", "generatedStates"];

/** What differs between the record and a run, with the declared symmetry or without, a line each. */
export function deviations(
  record: readonly RecordEntry[],
  report: Report,
  isReduced: boolean,
): readonly string[] {
  const now = entryOf(report);
  const was = record.find(
    ({ protocol, variant }) => protocol === report.protocol && variant === report.variant,
  );
  if (was === undefined)
    return ["nothing is recorded of it; `hintproof check --update-record` writes the record"];
  const fields = [
    "constants",
    "verdict",
    "first",
    "violated",
    "held",
    "loops",
    "distinctStates",
    "generatedStates",
    "depth",
  ] as const;
  const compared = fields.filter((field) => isReduced || !withSymmetry.includes(field));
  return compared.flatMap((field) => {
    const [before, after] = [shown(was[field]), shown(now[field])];
    return before === after ? [] : [`${field}: ${after}, recorded ${before}`];
  });
}

function shown(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return value.join(", ");
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0
    ? "none"
    : entries.map(([name, inner]) => `${name}=${JSON.stringify(inner)}`).join(", ");
}
