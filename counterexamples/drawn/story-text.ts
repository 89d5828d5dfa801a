import type { Story } from "../story.ts";
import { type ChartOptions, drawChart } from "./chart.ts";
import { drawText, type TextOptions } from "./text.ts";

/** How a story is told to a person: as a race chart, or by what changes in each step. */
export type StoryFormat = "chart" | "text";

export interface StoryOptions extends ChartOptions, Pick<TextOptions, "ghosts"> {
  /** A chart if left out. */
  readonly format?: StoryFormat | undefined;
}

/** A story as it is read. What a format has no use for is not looked at: no line of a text is indented. */
export const drawStory = (story: Story, { format = "chart", ...options }: StoryOptions): string =>
  format === "chart" ? drawChart(story, options) : drawText(story, options);
