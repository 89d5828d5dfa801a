import { relative, resolve } from "node:path";
import {
  type Manifest,
  type Outcome,
  type PinnedProtocol,
  type PinnedRun,
  runName,
} from "../gate/index.ts";
import type { Constants } from "../spec/index.ts";
import { describing } from "./described.ts";
import type { Source } from "./job.ts";
import { printFault } from "./fault.ts";
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
}

/** What a manifest comes to before anything is run. */
export interface GatedRuns {
  readonly runs: readonly Gated[];
  /** What is not run, though it ought to be: a variant that the manifest does not know, or the file has not any more. */
  readonly unplanned: readonly Outcome[];
}

/**
 * What a manifest has run; with --update also all variants of what is named, and those that its protocols have today.
 * Undefined after an error, which is printed.
 */
export async function gatedRuns(
  manifest: Manifest,
  folder: string,
  names: readonly string[],
  options: GateOptions,
): Promise<GatedRuns | undefined> {
  const runs: Gated[] = [];
  const unplanned: Outcome[] = [];
  const taken = (await named(names)).map(({ name }): Pinning => ({ name, runs: [] }));
  const known = manifest.protocols.map((one): Pinning => ({ ...one, name: nameOf(one, folder) }));
  const wanted = options.update === true && names.length > 0 ? joined(taken, known) : known;
  for (const one of wanted) {
    const source = await sourceOf(one.name);
    const answer = await describing(source, options, { unused: "warned of" });
    if (answer.kind !== "description") {
      process.exitCode = printFault(answer, options.stack === true);
      return undefined;
    }
    for (const line of answer.warnings ?? []) say(line);
    const plans = plansFrom(source, answer.description, {}, fileFrom(folder, source));
    const isKnown = (plan: Plan): boolean => one.runs.some((run) => run.variant === plan.variant);
    for (const pinned of one.runs) {
      const plan = plans.find(({ variant }) => variant === pinned.variant);
      const { set } = pinned;
      if (plan === undefined) {
        unplanned.push(without(one, pinned, "is pinned, and there is no such variant any more"));
      } else {
        const constants = { ...plan.constants, ...set };
        runs.push({ plan: { ...plan, constants, set: set ?? {} }, pinned, set });
      }
    }
    for (const plan of plans.filter((its) => !isKnown(its))) {
      if (options.update === true) runs.push({ plan: { ...plan, set: {} } });
      else unplanned.push(without(one, plan, "is not pinned; hintproof gate --update takes it in"));
    }
  }
  return { runs, unplanned };
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

function without(
  { name, protocol = name, file }: Pinning,
  { variant }: { readonly variant?: string | undefined },
  why: string,
): Outcome {
  return {
    protocol,
    file,
    variant,
    status: "not as pinned",
    differences: [`${runName({ protocol, variant })} ${why}`],
    remarks: [],
    seconds: 0,
  };
}
