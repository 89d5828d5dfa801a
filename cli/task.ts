import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { printable } from "../spec/index.ts";
import { isColoured, terminalWidth } from "./colour.ts";
import type { CheckTask } from "./job.ts";
import type { CheckOptions } from "./options.ts";

/** The search that the options ask for; `name` is that of a single protocol or file. */
export function taskOf(options: CheckOptions, name = ""): CheckTask {
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
    random:
      options.random === true
        ? { command: randomCommand(name, options), runs, steps, seed, path }
        : undefined,
    statistics: options.statistics === true,
    colour: options.format === "text" && isColoured(options),
    ghosts: options.ghosts === true,
    width: options.output === undefined ? terminalWidth() : undefined,
  };
}

/** What was typed for random runs, but for the seed and the path, which say where among them. */
function randomCommand(name: string, { set, variant, property = [], steps }: CheckOptions): string {
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
