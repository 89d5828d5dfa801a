import { words } from "../../spec/index.ts";
import { placeOf } from "../place.ts";
import type { Story, StoryFairness } from "../story.ts";

/**
 * Why a loop is fair: what was assumed, and how the loop meets it, a line for all that is met in the same
 * way. Empty for a story that has no loop.
 */
export function fairnessLines({ rows, loop }: Pick<Story, "rows" | "loop">): readonly string[] {
  if (loop === undefined) return [];
  const { to, fairness } = loop;
  if (fairness.length === 0) return ["no fairness is assumed"];
  if (to === rows.length) return ["no fair action is possible here"];

  const never = fairness.filter(({ because }) => because.kind === "never possible");
  const groups = new Map<string, { readonly why: string; readonly of: StoryFairness[] }>();
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
      ({ why, of }) => `${of[0]?.kind} fairness of ${listed(of)}: ${why}`,
    ),
    ...(never.length === 0 ? [] : [`never possible from step ${to + 1} on: ${listed(never)}`]),
  ];
}

/** The same in a sentence: what is met by being taken only counts. Undefined for a story that has no loop. */
export function fairnessText({ rows, loop }: Pick<Story, "rows" | "loop">): string | undefined {
  if (loop === undefined) return undefined;
  const { to, fairness } = loop;
  if (fairness.length === 0) return "no fairness is assumed";
  if (to === rows.length) return "no fair action is possible any more";
  const of = (kind: StoryFairness["because"]["kind"]): readonly StoryFairness[] =>
    fairness.filter(({ because }) => because.kind === kind);
  const taken = of("taken").length;
  const { length: all } = fairness;
  const waits = of("not possible");
  const never = of("never possible");
  return [
    ...(taken === 0
      ? []
      : [`${taken} of ${all} fair actions ${taken === 1 ? "is" : "are"} taken on the way round`]),
    ...(waits.length === 0 ? [] : [`now and then not possible: ${listed(waits)}`]),
    ...(never.length === 0 ? [] : [`never possible there: ${listed(never)}`]),
  ].join("; ");
}

/** Why an assumption is met that is possible somewhere on the loop. */
function whyMet({ because }: StoryFairness): string | undefined {
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
function listed(fair: readonly StoryFairness[]): string {
  const groups = new Map<string, string[]>();
  for (const { action, label } of fair) {
    groups.set(action, [...(groups.get(action) ?? []), label]);
  }
  return [...groups]
    .flatMap(([action, labels]) =>
      labels.length > fewChoices ? [`${words(action)} (${labels.length} choices)`] : labels,
    )
    .join(", ");
}
