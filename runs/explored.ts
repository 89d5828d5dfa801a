import { explore, type ExploreOptions, type RandomVerdict } from "../checker/random/index.ts";
import type { Model } from "../model/index.ts";
import type { RandomOptions } from "./task.ts";
import { UsageError } from "./told/usage-error.ts";

/** Random runs; under a path, the one violation that was found there. */
export function explored(
  model: Model,
  options: RandomOptions,
  limits: ExploreOptions,
): RandomVerdict {
  const { path, seed = 0 } = options;
  if (path === undefined) return explore(model, { ...options, ...limits });
  const verdict = explore(model, { ...options, ...limits });
  const isStopped = verdict.kind === "incomplete" && verdict.reason !== "random exploration";
  if (verdict.kind === "violated" || isStopped) return verdict;
  throw new UsageError(
    `There is no violation under the path ${path} of seed ${seed}. ` +
      "Are --steps, --set, --variant and --property as they were when it was found?",
  );
}
