import { conditionsOf, includes } from "./conditions.ts";
import { fairComponents, regionOf } from "./fair-components.ts";
import type { Obligation, Question } from "./question.ts";

/**
 * Obligations under which no fair behaviour answers the question either, and none of which can be left out;
 * undefined if one does under all of them. Strong ones are left out first, then those that stand first. One
 * search for a fair loop for each obligation that the first search used.
 */
export function minimalFairness(question: Question): readonly Obligation[] | undefined {
  const { graph, fairness, again = [] } = question;
  const region = regionOf(question);
  const search = (obligations: readonly Obligation[]) =>
    fairComponents(graph, region, conditionsOf({ ...question, fairness: obligations }), {
      untilFirst: true,
    });

  const { isEmpty, used } = search(fairness);
  if (!isEmpty) return undefined;
  let left = [...new Set(fairness)].filter((obligation) =>
    includes(used, again.length + fairness.indexOf(obligation)),
  );
  const inOrder = [
    ...left.filter(({ kind }) => kind === "strong"),
    ...left.filter(({ kind }) => kind === "weak"),
  ];
  for (const obligation of inOrder) {
    const others = left.filter((other) => other !== obligation);
    if (search(others).isEmpty) left = others;
  }
  return left;
}
