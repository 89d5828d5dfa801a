import type { explore as Explore, ExploreOptions, RandomVerdict } from "../checker/random/index.ts";
import type { Model } from "../model/index.ts";
import { SpecError } from "../spec/index.ts";
import type { RandomOptions } from "./task.ts";
import { UsageError } from "./told/usage-error.ts";

/** Random runs; under a path, the one violation that was found there. */
export function explored(
  explore: typeof Explore,
  model: Model,
  options: RandomOptions,
  limits: ExploreOptions,
): RandomVerdict {
  const { path, seed = 0 } = options;
  if (path === undefined) return explore(model, { ...options, ...limits });
  const none = `There is no violation under the path ${path} of seed ${seed}`;
  const advice = "Are --steps, --set, --variant and --property as they were when it was found?";
  let verdict: RandomVerdict;
  try {
    verdict = explore(model, { ...options, runs: 1, ...limits });
  } catch (error) {
    const isPath = error instanceof SpecError && error.message.startsWith("There is no run ");
    throw isPath ? new UsageError(`${none}. ${advice}`, { cause: error }) : error;
  }
  // Where the path leads to none, the search goes on behind it; what it finds there was not asked for.
  const isFound = verdict.kind === "violated" && `${verdict.path}:`.startsWith(`${path}:`);
  const isStopped = verdict.kind === "incomplete" && verdict.reason !== "random exploration";
  if (isFound || isStopped) return verdict;
  throw new UsageError(`${none}. ${advice}`);
}
