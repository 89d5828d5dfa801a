import { changesBetween, partsOf } from "../../counterexamples/index.ts";
import { stateAt, type Walk } from "../walk.ts";

/** How many changes are spoken. */
const mostSpoken = 6;

/** What a state of a walk is called, and what the step to it has changed. */
export function stateText(walk: Walk, at: number): string {
  const last = walk.taken[at - 1];
  if (last === undefined) return "Initial state";
  const { model } = walk;
  const before = partsOf(model, stateAt(walk, at - 1));
  const changes = changesBetween(before, partsOf(model, last.state));
  const said = changes
    .slice(0, mostSpoken)
    .map(([was, is]) => `${is.path}: ${was.text}, now ${is.text}`);
  const more = changes.length - said.length;
  const fails = last.failed === undefined ? [] : [`it fails an assertion, ${last.failed}`];
  const others = more > 0 ? [`and ${more} more`] : [];
  const what = [...fails, ...said, ...others];
  return `Step ${at}, ${last.step.label}: ${what.length === 0 ? "nothing changes" : what.join("; ")}`;
}
