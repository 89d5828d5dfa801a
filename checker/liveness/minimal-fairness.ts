import { conditionsOf, includes } from "./conditions.ts";
import { fairComponents, regionOf } from "./fair-components.ts";
import type { Obligation, Question } from "./question.ts";

/**
 * Obligations under which no fair behaviour answers any of the questions either, and none of which can be
 * left out; undefined if one does under all of them. The questions have the same obligations. Strong ones are
 * left out first, then those that stand first. One search for a fair loop for each question and each
 * obligation that the first searches used.
 */
export function minimalFairness(questions: readonly Question[]): readonly Obligation[] | undefined {
  const fairness = questions[0]?.fairness ?? [];
  const searches = questions.map((question) => {
    const region = regionOf(question);
    return (obligations: readonly Obligation[]) =>
      question.graph.budget.scope(() =>
        fairComponents(
          question.loops ?? question.graph,
          region,
          conditionsOf({ ...question, fairness: obligations }),
          { untilFirst: true },
        ),
      );
  });
  const first = searches.map((search) => search(fairness));
  if (first.some(({ isEmpty }) => !isEmpty)) return undefined;
  const isUsed = (obligation: Obligation): boolean =>
    questions.some(({ again = [] }, position) => {
      const { used } = first[position] as (typeof first)[number];
      return includes(used, again.length + fairness.indexOf(obligation));
    });
  let left = [...new Set(fairness)].filter(isUsed);
  const inOrder = [
    ...left.filter(({ kind }) => kind === "strong"),
    ...left.filter(({ kind }) => kind === "weak"),
  ];
  for (const obligation of inOrder) {
    const others = left.filter((other) => other !== obligation);
    if (searches.every((search) => search(others).isEmpty)) left = others;
  }
  return left;
}
