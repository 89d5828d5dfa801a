import type { StoryRow } from "../story.ts";

/** A column of a chart: that of an actor, or of several that have little to do with the matter. */
export interface Lane {
  readonly name: string;
  readonly actors: readonly [string, ...string[]];
}

/** More columns than this do not survive a mailer. */
const most = 4;

/** All actors in one lane, where there is no room for more. */
export const asList = (rows: readonly Pick<StoryRow, "actor">[]): Lane => ({
  name: "all",
  actors: [...new Set(rows.map(({ actor }) => actor))] as [string, ...string[]],
});

/** A lane for each actor in the order in which they begin; where there are too many, one for those that take no marked step. */
export function lanesOf(
  rows: readonly Pick<StoryRow, "actor" | "number">[],
  marked: ReadonlySet<number>,
): readonly Lane[] {
  const actors = [...new Set(rows.map(({ actor }) => actor))];
  const ownLane = (actor: string): Lane => ({ name: actor, actors: [actor] });
  if (actors.length <= most) return actors.map(ownLane);
  const takesPart = (actor: string): boolean =>
    rows.some((row) => row.actor === actor && marked.has(row.number));
  const chosen = actors
    .toSorted((one, other) => Number(takesPart(other)) - Number(takesPart(one)))
    .slice(0, most - 1);
  const others = actors.filter((actor) => !chosen.includes(actor));
  return [
    ...actors.filter((actor) => chosen.includes(actor)).map(ownLane),
    { name: "others", actors: others as [string, ...string[]] },
  ];
}
