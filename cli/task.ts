import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { printable } from "../spec/index.ts";
import type { CheckTask, Report } from "../runs/told/index.ts";
import type { CheckOptions } from "./options.ts";

/** The search that the options ask for. */
export function taskOf(options: CheckOptions): CheckTask {
  const { variant, property, maxStates, timeout, runs, steps, seed, path } = options;
  const { memory, workers = availableParallelism(), checkpoint, resume } = options;
  const isReference = options.engine === "reference" || options.random === true;
  return {
    kind: "check",
    variant,
    constants: options.set,
    properties: property,
    untilFirst: options.first === true,
    traces: options.traces === true,
    symmetry: options.symmetry,
    trustSymmetry: options.trustSymmetry === true,
    liveness: options.liveness,
    unfair: options.unfair ?? [],
    neededFairness: options.neededFairness === true,
    worstCases: false,
    engine: isReference ? "reference" : "compiled",
    audit: options.audit ?? "share",
    workers: isReference ? 1 : workers,
    memoryBytes: memory,
    checkpoint: absolute(checkpoint),
    resume: absolute(resume),
    maxStates,
    timeoutSeconds: timeout,
    random: options.random === true ? { runs, steps, seed, path } : undefined,
  };
}

/** The command that repeats the violation that random runs of a protocol or file found; undefined if there is none. */
export function commandAgain(
  name: string,
  { random, set, variant, property = [], steps }: CheckOptions,
  { seed, path }: Pick<Report, "seed" | "path">,
): string | undefined {
  if (random !== true || path === undefined) return undefined;
  const words = [
    "hintproof",
    "check",
    name,
    ...Object.entries(set).flatMap(([constant, value]) => ["--set", `${constant}=${value}`]),
    ...(variant === undefined ? [] : ["--variant", variant]),
    ...property.flatMap((one) => ["--property", one]),
    "--random",
    ...(steps === undefined ? [] : ["--steps", String(steps)]),
  ];
  return `${words.map(quoted).join(" ")} --seed ${seed} --path ${path}`;
}

/** A word as a shell takes it, and as it prints. */
export function quoted(word: string): string {
  if (/^[\w./:=@%+,-]+$/.test(word)) return word;
  if (printable(word) === word) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${printable(word.replace(/[\\']/g, "\\$&"))}'`;
}

const absolute = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(path);
