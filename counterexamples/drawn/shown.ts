import type { Story, StoryChange, StoryValue } from "../story.ts";

/** What of a story is drawn, in whatever form. */
export interface Shown {
  /** What is shown of the initial state: what changes later, and what the reason looks at. */
  readonly initial: readonly StoryValue[];
  /** A list for each row. */
  readonly changes: readonly (readonly StoryChange[])[];
  /** The last state, where nothing happens any more and it is not the initial one. */
  readonly end?: readonly StoryValue[] | undefined;
}

/** Leaves out what never changes and decides nothing; and ghosts, unless they are asked for or are the reason. */
export function shownOf({ variables, initial, rows, end, reason }: Story, ghosts = false): Shown {
  const mentioned = new Set(reason.reads.map(({ variable }) => variable));
  const hidden = new Set(
    variables
      .filter(({ name, isGhost }) => isGhost && !ghosts && !mentioned.has(name))
      .map(({ name }) => name),
  );
  const isShown = ({ variable }: { readonly variable: string }): boolean => !hidden.has(variable);

  const changes = rows.map((row) => row.changes.filter(isShown));
  const relevant = new Set([...changes.flat(), ...reason.reads].map(({ path }) => path));
  const isEndToo = rows.length === 0 && end !== undefined;
  return {
    initial: initial.values.filter(
      (value) => relevant.has(value.path) || (isEndToo && isShown(value)),
    ),
    changes,
    end: isEndToo || end?.length === 0 ? undefined : end?.filter(isShown),
  };
}
