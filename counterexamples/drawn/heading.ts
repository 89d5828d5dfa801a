import { printable, words } from "../../spec/index.ts";
import type { Minimality, Story } from "../story.ts";
import { instanceText } from "./instance-text.ts";

/** What a story shows of which instance; and of which property, and how long it is. */
export function headingLines(story: Story): readonly [string, string] {
  return [
    `${instanceText(story, story.defaults)}: ${printable(story.outcome)}`,
    `${words(story.property.name)}, ${lengthText(story)}`,
  ];
}

/** How long the trace of a story is, whether it goes on, and whether there is a shorter one. */
function lengthText({ rows: { length }, loop, minimality }: Story): string {
  const where = length === 0 ? "in the initial state" : `after ${countOf(length)}`;
  if (loop === undefined) {
    return length === 0 ? where : where + minimalityText(minimality, "trace");
  }
  const { to } = loop;
  if (to === length) return `${where}, for ever`;
  const around =
    to === 0 ? `${countOf(length)} for ever` : `after ${countOf(to)}, then ${length - to} for ever`;
  return around + minimalityText(minimality, "one");
}

function minimalityText(minimality: Minimality, what: string): string {
  switch (minimality) {
    case "shortest":
      return ` (no shorter ${what} exists)`;
    case "shrunk":
      return " (shrunk, locally minimal)";
    case "not proved":
      return " (there may be a shorter one)";
    case "not known":
      return "";
  }
}

const countOf = (count: number): string => `${count} ${count === 1 ? "step" : "steps"}`;
