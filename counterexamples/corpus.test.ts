import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { violation, violations } from "../toys/corpus.ts";
import { pages, pagesFolder } from "../toys/pages.ts";
import { sent } from "../toys/story-text.ts";
import { drawChart, drawDot, drawItf, drawMermaid, drawText } from "./drawn/index.ts";
import { type Story, traceFileText } from "./index.ts";
import { fromFile } from "./kept/index.ts";

/** Known violations, kept as files: each must still be one, step by step, in today's protocols. */
describe("the corpus of known violations", () => {
  test.each(violations)("%s still is a violation", (name) => {
    const { outcome, file } = violation(name);
    expect(outcome).toMatchObject({
      kind: "violates",
      counterexample: { property: { name: file.property.name } },
    });
  });

  test.each(violations)("%s is written as it was read", (name) => {
    const { text } = violation(name);
    expect(traceFileText(fromFile(text))).toBe(text);
  });

  test.each(violations)("%s is drawn where there is no model", (name) => {
    const { file, story } = violation(name);
    const told = sent(story());
    const { length } = file.trace;

    expect(drawText(told)).toMatch(new RegExp(`\n *[*]?${length}  `));
    for (const line of drawChart(told).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(72);
      expect(line).toMatch(/^[ -~]*$/);
    }
    for (const line of drawChart(told, { width: 40 }).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(40);
    }
    // A value may be one long word.
    for (const line of drawText(told, { width: 40 }).split("\n")) {
      if (/\S \S/.test(line)) expect(line.length).toBeLessThanOrEqual(40);
    }
    expect(drawMermaid(told).match(/->>/g)).toHaveLength(length);
    expect(drawDot(told).match(/ -> \w+ \[label=/g)).toHaveLength(length);
    const { states, vars } = JSON.parse(drawItf(told)) as {
      readonly states: readonly object[];
      readonly vars: readonly string[];
    };
    // A step that fails an assertion leads nowhere, and the last of a loop to a state that is there.
    const { property, loopsTo = length } = file;
    const leadsOn = property.kind !== "assertion" && loopsTo === length;
    expect(states).toHaveLength(leadsOn ? length + 1 : length);
    for (const state of states) expect(Object.keys(state)).toEqual(["#meta", ...vars]);
  });

  test.each(violations)(
    "%s has a why with a step of another actor, or says that there is none",
    (name) => {
      const { why, rows } = violation(name).story();
      expect(why.lines).not.toEqual([]);
      const actors = new Set(why.steps.map((step) => rows[step - 1]?.actor));
      const isAlone = new Set(rows.map(({ actor }) => actor)).size < 2;
      if (isAlone || isSaidToBeAlone(why)) expect(actors.size).toBeLessThan(2);
      else expect(actors.size).toBeGreaterThan(1);
    },
  );

  test("has the discoveries and the bugs that were made", () => {
    expect(violations.length).toBeGreaterThanOrEqual(12);
  });
});

/** Whether a why says that no other actor has to do with what is violated. */
const isSaidToBeAlone = ({ lines }: Story["why"]): boolean =>
  lines.some((line) =>
    /^nothing that .+ read there was written by another$|^what it looks at is as it was/.test(line),
  );

describe("the pages of the known violations, which `npm run pages` writes", () => {
  const written = pages();

  test("are these, and no others", () => {
    expect(readdirSync(pagesFolder).toSorted()).toEqual([...written.keys()].toSorted());
  });

  test.each([...written])("%s is as it is made today", (file, text) => {
    expect(readFileSync(join(pagesFolder, file), "utf8")).toBe(text);
  });
});
