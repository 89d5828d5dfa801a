import type { Trace } from "../checker/index.ts";
import type { Model } from "../model/index.ts";
import { words } from "../spec/index.ts";
import type { MetFairness } from "./fairness.ts";
import { placeOf } from "./liveness.ts";

/**
 * Why a lasso is fair: what was assumed, and how the loop meets it, a line for all that is met in the same
 * way. Empty for a trace that is no lasso.
 */
export function fairnessLines(model: Model, { steps, lasso }: Trace): readonly string[] {
  if (lasso === undefined) return [];
  const { loopsTo, fairness } = lasso;
  if (fairness.length === 0) return ["no fairness is assumed"];
  if (loopsTo === steps.length) return ["no fair action is possible here"];

  const never = fairness.filter(({ because }) => because.kind === "never possible");
  const groups = new Map<string, { readonly why: string; readonly of: MetFairness[] }>();
  for (const met of fairness) {
    const why = whyMet(met);
    if (why === undefined) continue;
    const key = `${met.kind} ${why}`;
    const group = groups.get(key) ?? { why, of: [] };
    group.of.push(met);
    groups.set(key, group);
  }
  return [
    ...[...groups.values()].map(
      ({ why, of }) => `${of[0]?.kind} fairness of ${listed(model, of)}: ${why}`,
    ),
    ...(never.length === 0
      ? []
      : [`never possible from step ${loopsTo + 1} on: ${listed(model, never)}`]),
  ];
}

/** Why an assumption is met that is possible somewhere on the loop. */
function whyMet({ because }: MetFairness): string | undefined {
  switch (because.kind) {
    case "taken":
      return `taken in step ${because.step}`;
    case "not possible":
      return `not possible ${placeOf(because.state)}`;
    case "never possible":
      return undefined;
  }
}

/** More choices of one action than this are only counted. */
const fewChoices = 2;

/** What is fair, with many choices of one action as "host discards (8 choices)". */
function listed(model: Model, fair: readonly MetFairness[]): string {
  const actions = new Map(model.steps.map(({ label, action }) => [label, action]));
  const groups = new Map<string, string[]>();
  for (const { label } of fair) {
    const action = actions.get(label) ?? label;
    groups.set(action, [...(groups.get(action) ?? []), label]);
  }
  return [...groups]
    .flatMap(([action, labels]) =>
      labels.length > fewChoices ? [`${words(action)} (${labels.length} choices)`] : labels,
    )
    .join(", ");
}
