import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../model/index.ts";
import { protocols } from "../toys/protocols.ts";
import { sent } from "../toys/story-text.ts";
import { drawChart, drawItf, drawMermaid, drawText } from "./drawn/index.ts";
import { type Replay, replay, storyOf, type TraceFile, traceFileText } from "./index.ts";
import { fromFile } from "./kept/index.ts";

const folder = new URL("corpus/", import.meta.url);

/** What a kept violation comes to in the model of today's protocol. */
function taken(name: string): {
  readonly model: Model;
  readonly outcome: Replay;
  readonly file: TraceFile;
} {
  const file = fromFile(readFileSync(new URL(name, folder), "utf8"));
  const protocol = protocols.find(({ spec }) => spec.name === file.protocol);
  const variant = protocol?.variants.find((one) => one.name === file.variant);
  const spec = variant?.spec ?? protocol?.spec;
  if (spec === undefined) throw new Error(`There is no ${file.protocol} / ${file.variant}.`);
  const model = instantiate(spec, { constants: file.constants });
  return { model, outcome: replay(model, file), file };
}

/** Known violations, kept as files: each must still be one, step by step, in today's protocols. */
describe("the corpus of known violations", () => {
  test.each(readdirSync(folder))("%s still is a violation", (name) => {
    const { outcome, file } = taken(name);
    expect(outcome).toMatchObject({
      kind: "violates",
      counterexample: { property: { name: file.property.name } },
    });
  });

  test.each(readdirSync(folder))("%s is written as it was read", (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    expect(traceFileText(fromFile(text))).toBe(text);
  });

  test.each(readdirSync(folder))("%s is drawn where there is no model", (name) => {
    const { model, outcome, file } = taken(name);
    if (outcome.kind !== "violates") throw new Error(outcome.kind);
    const { counterexample } = outcome;
    const story = sent(storyOf(model, counterexample));
    const { length } = counterexample.trace.steps;

    expect(drawText(story)).toMatch(new RegExp(`\n *[*]?${length}  `));
    for (const line of drawChart(story).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(72);
      expect(line).toMatch(/^[ -~]*$/);
    }
    expect(drawMermaid(story).match(/->>/g)).toHaveLength(length);
    const { states, vars } = JSON.parse(drawItf(story)) as {
      readonly states: readonly object[];
      readonly vars: readonly string[];
    };
    // A step that fails an assertion leads nowhere, and the last of a loop to a state that is there.
    const { property, loopsTo = length } = file;
    const leadsOn = property.kind !== "assertion" && loopsTo === length;
    expect(states).toHaveLength(leadsOn ? length + 1 : length);
    for (const state of states) expect(Object.keys(state)).toEqual(["#meta", ...vars]);
  });

  test("has the discoveries and the bugs that were made", () => {
    expect(readdirSync(folder).length).toBeGreaterThanOrEqual(12);
  });
});
