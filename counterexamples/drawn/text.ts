import { printable } from "../../spec/index.ts";
import type { Story, StoryValue } from "../story.ts";
import { type Cell, columnsFor, hanging, hung, inGrid, inLine } from "./columns.ts";
import { fairnessLines } from "./fairness-text.ts";
import { headingLines } from "./heading.ts";
import { markText } from "./mark-text.ts";
import { type Paint, Sheet } from "./sheet.ts";
import { shownOf } from "./shown.ts";

export interface TextOptions {
  /** Nothing is coloured if left out. */
  readonly paint?: Paint | undefined;
  /** Whether to show the bookkeeping of the proof even where the reason does not mention it. */
  readonly ghosts?: boolean | undefined;
  /** Columns that a line may take; 100 if left out. */
  readonly width?: number | undefined;
}

/**
 * A story as text: what is violated, each step with what it changes (those that the why names with a star), the reason
 * and the why; of a lasso what repeats, and why that is fair. ASCII (as far as the spec's words are), every character of which prints; no
 * trailing blanks, no line break at the end.
 */
export function drawText(
  story: Story,
  { paint = (_role, text) => text, ghosts = false, width = 100 }: TextOptions = {},
): string {
  const { rows, loop, reason, why } = story;
  const { initial, changes, end } = shownOf(story, ghosts);
  const labels = ["initial", ...(end === undefined ? [] : ["the end"])];
  const sheet = new Sheet(
    rows.length,
    [...labels, ...rows.map(({ label }) => label)],
    width,
    paint,
  );
  const cells = changes.map((ofRow) =>
    ofRow.map((change) => printable(`${change.path} ${change.old} -> ${change.new}`)),
  );
  const columns = columnsFor(cells, sheet.room);
  const stays = loop?.to === rows.length;

  const cellsOf = (values: readonly StoryValue[]): readonly (readonly Cell[])[] =>
    inLine(
      values.map(({ path, text }) => printable(`${path} ${text}`)),
      sheet.room,
    );
  /** What there is to say of a state, before the next step. */
  const after = (state: number): readonly string[] => [
    ...story.marks
      .filter((mark) => mark.state === state)
      .flatMap((mark) => sheet.below(markText(mark), "reason")),
    ...(loop?.to === state && !stays
      ? sheet.aside(`from here it repeats: ${stepsFrom(state + 1, rows.length)} for ever`)
      : []),
  ];

  return [
    ...headingLines(story)
      .flatMap((line) => hung(line, width, hanging))
      .map((line) => paint("heading", line)),
    "",
    ...sheet.row("", "initial", cellsOf(initial)),
    ...after(0),
    ...rows.flatMap(({ number, label }, at) => [
      ...sheet.row(
        `${why.steps.includes(number) ? "*" : ""}${number}`,
        label,
        inGrid(cells[at] ?? [], columns, sheet.room),
      ),
      ...after(number),
    ]),
    ...(end === undefined ? [] : sheet.row("", "the end", cellsOf(end))),
    ...(stays ? sheet.aside("from here nothing happens any more, for ever") : []),
    ...reason.lines.flatMap((line) => sheet.below(line, "reason")),
    ...why.lines.flatMap((line) => sheet.below(`why: ${line}`, "reason", hanging)),
    ...fairnessLines(story).flatMap((line) => sheet.below(line, "quiet", hanging)),
  ].join("\n");
}

const stepsFrom = (first: number, last: number): string =>
  first === last ? `step ${first}` : `steps ${first} to ${last}`;
