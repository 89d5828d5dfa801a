import { printable } from "../../spec/index.ts";
import type { Story, StoryValue } from "../story.ts";
import { fairnessLines } from "./fairness-text.ts";
import { headingLines } from "./heading.ts";
import { markText } from "./mark-text.ts";
import { shownOf } from "./shown.ts";

export interface MermaidOptions {
  /** Whether to show the bookkeeping of the proof even where the reason does not mention it. */
  readonly ghosts?: boolean | undefined;
}

/**
 * A story as a sequence diagram of Mermaid, as Markdown takes it in a fence: a participant for each actor, a message
 * for each step, a note for each change, and a frame around what repeats for ever.
 */
export function drawMermaid(story: Story, { ghosts = false }: MermaidOptions = {}): string {
  const { marks, loop, protocol, reason, rows, why } = story;
  const { initial, changes, end } = shownOf(story, ghosts);
  const actors = [...new Set(rows.map(({ actor }) => actor))];
  const names = actors.length === 0 ? [protocol] : actors;
  const everybody = names.length === 1 ? idOf(0) : `${idOf(0)},${idOf(names.length - 1)}`;
  const note = (lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`Note over ${everybody}: ${lines.map(escaped).join("<br/>")}`];
  const goesRound = loop !== undefined && loop.to < rows.length;

  /** What there is to say of a state, before the next step. */
  const after = (state: number): readonly string[] => [
    ...note(marks.filter((mark) => mark.state === state).map(markText)),
    ...(goesRound && loop.to === state ? ["loop for ever"] : []),
  ];
  const lines = [
    ...names.map((name, at) => `participant ${idOf(at)} as ${escaped(name)}`),
    ...note(stateLines("initial", initial)),
    ...after(0),
    ...rows.flatMap(({ number, actor, label }, at) => {
      const id = idOf(names.indexOf(actor));
      return [
        `${id}->>${id}: ${number}${why.steps.includes(number) ? " *" : ""} ${escaped(label)}`,
        ...(changes[at] ?? []).map(
          (change) =>
            `Note right of ${id}: ${escaped(`${change.path} ${change.old} -> ${change.new}`)}`,
        ),
        ...after(number),
      ];
    }),
    ...(goesRound ? ["end"] : []),
    ...(end === undefined ? [] : note(stateLines("the end", end))),
    ...(loop === undefined || goesRound ? [] : note(["from here nothing happens any more"])),
    ...note(reason.lines),
    ...note(why.lines.map((line) => `why: ${line}`)),
    ...note(fairnessLines(story)),
  ];
  const title = JSON.stringify(headingLines(story).join(": "));
  return `---\ntitle: ${title}\n---\nsequenceDiagram\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

const idOf = (position: number): string => `p${position + 1}`;

const stateLines = (label: string, values: readonly StoryValue[]): readonly string[] => [
  label,
  ...values.map(({ path, text }) => `${path} ${text}`),
];

/** A text of which nothing is taken for a part of the diagram or for HTML. */
const escaped = (text: string): string =>
  printable(text).replace(/[#;<&%]/g, (character) => `#${character.codePointAt(0)};`);
