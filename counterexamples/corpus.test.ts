import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import { protocols } from "../spec/protocols/index.ts";
import { fromFile, replay, traceFileText } from "./index.ts";

const folder = new URL("corpus/", import.meta.url);

/** Known violations, kept as files: each must still be one, step by step, in today's protocols. */
describe("the corpus of known violations", () => {
  test.each(readdirSync(folder))("%s still is a violation", (name) => {
    const file = fromFile(readFileSync(new URL(name, folder), "utf8"));
    const protocol = protocols.find(({ spec }) => spec.name === file.protocol);
    const variant = protocol?.variants.find((one) => one.name === file.variant);
    const spec = variant?.spec ?? protocol?.spec;
    if (spec === undefined) throw new Error(`There is no ${file.protocol} / ${file.variant}.`);
    const outcome = replay(instantiate(spec, { constants: file.constants }), file);
    expect(outcome).toMatchObject({
      kind: "violates",
      counterexample: { property: { name: file.property.name } },
    });
  });

  test.each(readdirSync(folder))("%s is written as it was read", (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    expect(traceFileText(fromFile(text))).toBe(text);
  });

  test("has the two discoveries and the bugs that were made", () => {
    expect(readdirSync(folder).length).toBeGreaterThanOrEqual(8);
  });
});
