import { drawStory, type StoryOptions } from "../../counterexamples/drawn/index.ts";
import { printable, words } from "../../spec/index.ts";
import type { FollowOutcome } from "../answer.ts";
import { grouped, plural } from "./report-text.ts";

/** More steps are only counted. */
const fewSteps = 6;

/** What a scenario comes to, as it is read: its states, where it stops and why, what it comes by on the way, the answer. */
export function followText(outcome: FollowOutcome, options: StoryOptions): string {
  const below = [
    stopText(outcome).join("\n"),
    metText(outcome).join("\n"),
    answerText(outcome, options),
  ].flatMap((part) => (part === "" ? [] : ["", ...part.split("\n")]));
  // A chart may stand in a comment, and so may what is said of it.
  const { format = "chart", indent = "" } = options;
  const before = format === "chart" ? indent : "";
  const lines = below.map((line) => (before + line).trimEnd());
  return `${[drawStory(outcome.story, options), ...lines].join("\n")}\n`;
}

/** Where a scenario stops, why, and what could happen instead. */
function stopText({ stop, done }: FollowOutcome): readonly string[] {
  if (stop === undefined) return [];
  const { line, text, lines, possible } = stop;
  const others = possible.length - fewSteps;
  const all = [
    ...possible.slice(0, fewSteps),
    ...(others > 0 ? [`${grouped(others)} others`] : []),
  ];
  return [
    `step ${done + 1} (line ${line}) is not possible: ${printable(text)}`,
    ...lines.map((its) => `  ${printable(its)}`),
    `  possible there: ${all.length === 0 ? "nothing" : printable(all.join(", "))}`,
  ];
}

/** The properties that are violated on the way, and the witnesses that are met. */
const metText = ({ met }: FollowOutcome): readonly string[] =>
  met.flatMap(({ kind, property, step, reason }) => [
    `${kind} ${step === 0 ? "in the initial state" : `after step ${step}`}: ${words(property.name)} (${property.kind})`,
    ...reason.map((line) => `  ${printable(line)}`),
  ]);

/** The answer in one line. */
export function answerText(
  { kind, steps, done, reason, met, story }: FollowOutcome,
  { paint = (_role, text) => text }: Pick<StoryOptions, "paint">,
): string {
  const violated = met
    .filter((one) => one.kind === "violated")
    .map(({ property }) => property.name);
  const but = violated.length === 0 ? "" : `; violates ${violated.map(words).join(", ")}`;
  const role = kind === "possible" && but === "" ? "good" : "bad";
  const more = story.rows.length - steps;
  const between = more === 0 ? "" : `, with ${grouped(more)} in between`;
  switch (kind) {
    case "possible":
      return `${paint(role, kind)}: ${steps === 1 ? "its" : "all"} ${plural(steps, "step")}${between}${but}`;
    case "not possible":
      return `${paint(role, kind)}: step ${grouped(done + 1)} of ${grouped(steps)}${but}`;
    case "incomplete":
      return `${paint(role, kind)}: ${reason}; whether step ${grouped(done + 1)} of ${grouped(steps)} is possible is not known${but}`;
  }
}
