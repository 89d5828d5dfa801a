import type { StoryMark } from "../story.ts";

/** What a mark says of its state. */
export function markText(mark: StoryMark): string {
  switch (mark.kind) {
    case "from holds":
      return "`from` holds here";
    case "counted":
      return `counted: ${mark.count}${mark.atMost === undefined ? "" : ` of at most ${mark.atMost}`}`;
  }
}
