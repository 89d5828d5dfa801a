import { dirname, relative, resolve } from "node:path";
import {
  type Manifest,
  type Outcome,
  type PinnedProtocol,
  type PinnedRun,
  type Place,
  runName,
} from "../gate/index.ts";
import type { DescriptionAnswer, Fault, ReportAnswer } from "../runs/told/index.ts";
import type { Constants } from "../spec/index.ts";
import { describing } from "./described.ts";
import { faultOf, printFault } from "./fault.ts";
import type { GateRow } from "./gate-told.ts";
import type { Source } from "./job.ts";
import { named } from "./named-files.ts";
import type { GateOptions } from "./options.ts";
import { type Plan, plansFrom } from "./plans.ts";
import { sourceOf } from "./source.ts";
import { say } from "./terminal.ts";

/** A run that a manifest pins, or is to pin. */
export interface Gated {
  readonly plan: Plan;
  /** Undefined where it is to be taken in. */
  readonly pinned?: PinnedRun | undefined;
  /** The constants that are given to it. */
  readonly set?: Constants | undefined;
  /** Where it is shown, unless something in it is meant: its file, or what pins it. */
  readonly place?: Place | undefined;
  /** Whether it is asked which fairness it needs, which takes searches of its own. */
  readonly asksNeededFairness?: boolean | undefined;
}

/** A run of the gate, with what was planned. */
export interface Gauged extends GateRow {
  readonly gated: Gated;
  /** What is violated and was not. */
  readonly story?: ReportAnswer["stories"][number] | undefined;
}

/** What a manifest comes to before anything is run. */
export interface GatedRuns {
  readonly runs: readonly Gated[];
  /**
   * What is not run, though it ought to be: a variant that the manifest does not know, or the file has not any more, and all
   * that is pinned of a file that is not there or cannot be read.
   */
  readonly unplanned: readonly Outcome[];
}

/** A manifest, and where it is. */
export interface Manifested {
  readonly manifest: Manifest;
  readonly file: string;
  readonly text: string;
}

/**
 * What a manifest has run; with --update also all variants of what is named, and those that its protocols have today.
 * Undefined after an error with --update, which is printed.
 */
export async function gatedRuns(
  manifested: Manifested,
  names: readonly string[],
  options: GateOptions,
): Promise<GatedRuns | undefined> {
  const { manifest } = manifested;
  const folder = dirname(resolve(manifested.file));
  const isUpdate = options.update === true;
  const runs: Gated[] = [];
  const unplanned: Outcome[] = [];
  const taken = (await named(names)).map(({ name }): Pinning => ({ name, runs: [] }));
  const known = manifest.protocols.map((one): Pinning => ({ ...one, name: nameOf(one, folder) }));
  const wanted = isUpdate && names.length > 0 ? joined(taken, known) : known;
  for (const one of wanted) {
    const place = placeOf(one, manifested);
    const loaded = refusedFor(await loadedFrom(one.name, options), manifest);
    if (loaded.kind === "fault") {
      if (isUpdate) {
        process.exitCode = printFault(loaded, options.stack === true);
        return undefined;
      }
      const { of, lines, message } = loaded;
      const why = `was not run: ${(lines ?? [message]).join("; ")}`;
      const status = of === "spec" ? "spec at fault" : undefined;
      unplanned.push(...one.runs.map((pinned) => notRun(one, pinned, place, why, status)));
      continue;
    }
    const { source, answer } = loaded;
    for (const line of answer.warnings ?? []) say(line);
    const plans = plansFrom(source, answer.description, {}, fileFrom(folder, source));
    const isKnown = (plan: Plan): boolean => one.runs.some((run) => run.variant === plan.variant);
    for (const pinned of one.runs) {
      const plan = plans.find(({ variant }) => variant === pinned.variant);
      const { set } = pinned;
      if (plan === undefined) {
        const why = "is pinned, and there is no such variant any more";
        unplanned.push(notRun(one, { variant: pinned.variant }, place, why));
      } else {
        const constants = { ...plan.constants, ...set };
        const asksNeededFairness =
          pinned.neededFairness !== undefined || options.neededFairness === true;
        runs.push({
          plan: { ...plan, constants, set: set ?? {} },
          pinned,
          set,
          place,
          asksNeededFairness,
        });
      }
    }
    for (const plan of plans.filter((its) => !isKnown(its))) {
      if (isUpdate) {
        const asksNeededFairness = options.neededFairness === true;
        runs.push({ plan: { ...plan, set: {} }, place, asksNeededFairness });
      } else {
        const why = "is not pinned; hintproof gate --update takes it in";
        unplanned.push(notRun(one, { variant: plan.variant }, place, why));
      }
    }
  }
  return { runs, unplanned };
}

type Loaded = {
  readonly kind: "loaded";
  readonly source: Source;
  readonly answer: DescriptionAnswer;
};

/** What a name stands for; a fault where it is no protocol, or nothing at all. */
async function loadedFrom(name: string, options: GateOptions): Promise<Loaded | Fault> {
  let source: Source;
  try {
    source = await sourceOf(name);
  } catch (error) {
    const fault = faultOf(error);
    if (fault.of === "hintproof") throw error;
    return fault;
  }
  const answer = await describing(source, options, { unused: "warned of" });
  return answer.kind === "fault" ? answer : { kind: "loaded", source, answer };
}

/** A file as a manifest in a folder names it; undefined for a shipped protocol. */
export const fileFrom = (folder: string, source: Source): string | undefined =>
  source.kind === "file" ? relative(folder, source.bundle.file).replaceAll("\\", "/") : undefined;

/** A protocol by the name that finds it, with what is pinned of it. */
interface Pinning extends Pick<PinnedProtocol, "runs"> {
  readonly name: string;
  readonly protocol?: string | undefined;
  readonly file?: string | undefined;
}

const nameOf = ({ file, protocol }: PinnedProtocol, folder: string): string =>
  file === undefined ? protocol : resolve(folder, file);

/** What is named, with what is pinned of it already. */
const joined = (taken: readonly Pinning[], known: readonly Pinning[]): readonly Pinning[] =>
  taken.map(
    (one) =>
      known.find(
        ({ name, file }) =>
          (file === undefined ? name : resolve(name)) ===
          (file === undefined ? one.name : resolve(one.name)),
      ) ?? one,
  );

/** A protocol with a warning that the manifest makes an error of is run no more than one with any other error. */
function refusedFor(loaded: Loaded | Fault, { errors = [] }: Manifest): Loaded | Fault {
  if (loaded.kind === "fault") return loaded;
  const lines = (loaded.answer.warnings ?? [])
    .filter((line) => errors.some((name) => line.endsWith(`[${name}]`)))
    .map((line) => line.replace(/: warning: /, ": error: "));
  const [message] = lines;
  return message === undefined ? loaded : { kind: "fault", of: "spec", message, lines };
}

/** Its file, or, of a shipped protocol, where the manifest names it. */
function placeOf({ file, protocol }: Pinning, manifested: Manifested): Place {
  const folder = dirname(resolve(manifested.file));
  const seen = (path: string): string => relative(process.cwd(), path).replaceAll("\\", "/");
  if (file !== undefined) return { file: seen(resolve(folder, file)), line: 1, column: 1 };
  const before = manifested.text.split(`"protocol": ${JSON.stringify(protocol)}`)[0] ?? "";
  const line = before === manifested.text ? 1 : before.split("\n").length;
  return { file: seen(resolve(manifested.file)), line, column: 1 };
}

/** What comes of a run that is not made. */
function notRun(
  { name, protocol = name, file }: Pinning,
  { variant, set }: Pick<PinnedRun, "variant" | "set">,
  place: Place,
  why: string,
  status: Outcome["status"] = "not as pinned",
): Outcome {
  return {
    protocol,
    file,
    variant,
    set,
    status,
    differences: [`${runName({ protocol, variant })} ${why}`],
    remarks: [],
    place,
    seconds: 0,
  };
}
