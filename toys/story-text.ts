import {
  type Counterexample,
  type Story,
  storyOf,
  type Telling,
} from "../counterexamples/index.ts";
import { drawText, type TextOptions } from "../counterexamples/drawn/index.ts";
import type { Model } from "../model/index.ts";

/** A story as it arrives where there is no model: nothing of it is lost on the way. */
export const sent = (story: Story): Story => JSON.parse(JSON.stringify(story)) as Story;

/** A counterexample as text. */
export function storyText(
  model: Model,
  counterexample: Counterexample,
  { outcome, shortest, defaults, ...options }: Telling & TextOptions = {},
): string {
  const story = storyOf(model, counterexample, { outcome, shortest, defaults });
  return drawText(sent(story), options);
}
