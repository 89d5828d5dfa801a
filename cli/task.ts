import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { printable } from "../spec/index.ts";
import type { CheckTask, OfUnused, Report } from "../runs/told/index.ts";
import type { CheckOptions } from "./options.ts";

/** What the options ask for, without how it is answered. */
export function taskOf(options: CheckOptions): CheckTask {
  const { all: _all, updateRecord: _update, format: _format, output: _output, ...most } = options;
  const { strict: _strict, smallest: _smallest, shard: _shard, ...more } = most;
  const { color: _color, quiet: _quiet, ghosts: _ghosts, trace: _trace, ...drawn } = more;
  const { width: _width, indent: _indent, traces, ...others } = drawn;
  const { statistics: _statistics, stack: _stack, stepTimeout: _timeout, ...rest } = others;
  const { cache: isCached, ...asked } = rest;
  const { workers = availableParallelism(), checkpoint, resume } = asked;
  const isReference = asked.engine === "reference" || asked.random === true;
  return {
    kind: "check",
    ...asked,
    stories: traces === true ? "all" : "first",
    unused: ofUnused(options),
    engine: isReference ? "reference" : "compiled",
    workers: isReference ? 1 : workers,
    cache: isCached === true && !isReference ? "kept" : undefined,
    checkpoint: absolute(checkpoint),
    resume: absolute(resume),
  };
}

/** What becomes of what a file declares and nobody uses. */
export const ofUnused = ({ strict }: Pick<CheckOptions, "strict">): OfUnused =>
  strict === true ? "refused" : "warned of";

/** The command that repeats the violation that random runs of a protocol or file found; undefined if there is none. */
export function commandAgain(
  name: string,
  { random, constants, variant, properties = [], steps }: CheckOptions,
  { seed, path }: Pick<Report, "seed" | "path">,
): string | undefined {
  if (random !== true || path === undefined) return undefined;
  const words = [
    "hintproof",
    "check",
    name,
    ...Object.entries(constants).flatMap(([constant, value]) => ["--set", `${constant}=${value}`]),
    ...(variant === undefined ? [] : ["--variant", variant]),
    ...properties.flatMap((one) => ["--property", one]),
    "--random",
    ...(steps === undefined ? [] : ["--steps", String(steps)]),
  ];
  return `${words.map(quoted).join(" ")} --seed ${seed} --path ${path}`;
}

/** The command that goes on from a checkpoint with the same question: what a checkpoint does not have is typed again. */
export function commandToGoOn(
  file: string,
  { liveness, audit, unfair = [], untilFirst, neededFairness, trustSymmetry, ...its }: CheckOptions,
): string {
  const flags = {
    "--no-liveness": liveness === false,
    "--first": untilFirst,
    "--needed-fairness": neededFairness,
    "--trust-symmetry": trustSymmetry,
  };
  const { timeoutSeconds } = its;
  const words = [
    "hintproof",
    "check",
    "--resume",
    file,
    "--checkpoint",
    file,
    ...Object.entries(flags).flatMap(([flag, isGiven]) => (isGiven === true ? [flag] : [])),
    ...(audit === "all" ? ["--audit", audit] : []),
    ...unfair.flatMap((action) => ["--unfair", action]),
    ...(timeoutSeconds === undefined ? [] : ["--timeout", String(timeoutSeconds)]),
  ];
  return words.map(quoted).join(" ");
}

/** A word as a shell takes it, and as it prints. */
export function quoted(word: string): string {
  if (/^[\w./:=@%+,-]+$/.test(word)) return word;
  if (printable(word) === word) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${printable(word.replace(/[\\']/g, "\\$&"))}'`;
}

const absolute = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(path);
