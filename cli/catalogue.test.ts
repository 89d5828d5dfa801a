/** That no protocol of the catalogue is a stub: by its record, which runs have made, and by searching it. */
import { describe, expect, test } from "vitest";
import { check } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import { isAsserted, isSought, type Spec } from "../spec/index.ts";
import { protocols } from "../toys/protocols.ts";
import { nightly } from "../toys/share.ts";
import { readRecord } from "./record.ts";

const record = readRecord();

/** What cannot be violated, whatever the protocol did: a page that is stable or unused may become either. The command says so. */
const cannotFail: Readonly<Record<string, readonly string[]>> = {
  "s390-batched-hinting": ["pageStepIsLegal"],
};

/** Those of guest memory; the other is an example of the language. */
const ofPages = protocols.filter(({ spec }) => spec.pages !== undefined);

test("all protocols but the one example are of guest memory", () => {
  expect(ofPages).toHaveLength(protocols.length - 1);
});

describe.each(ofPages)("$spec.name", ({ spec, variants }) => {
  const entries = record.filter(({ protocol }) => protocol === spec.name);

  test("has three actors at least", () => {
    const actors = instantiate(spec).steps.map(({ actor }) => actor);
    expect(new Set(actors).size).toBeGreaterThanOrEqual(3);
  });

  test("is broken by something, and there is what holds", () => {
    const verdicts = entries.map(({ verdict }) => verdict);
    expect(verdicts).toHaveLength(1 + variants.length);
    expect(new Set(verdicts)).toEqual(new Set(["violated", "holds"]));
  });

  // A vacuous run is neither: each property had something to say wherever it holds.
  test("claims nothing of which no run has shown that it holds, or how it is violated", () => {
    const shown = new Set(
      entries.flatMap(({ held = [], violated }) => [...held, ...Object.keys(violated)]),
    );
    const claimed = Object.entries(spec.properties).filter(
      ([, { kind }]) => !isSought(kind) && !isAsserted(kind),
    );
    expect(claimed.map(([name]) => name).filter((name) => !shown.has(name))).toEqual(
      cannotFail[spec.name] ?? [],
    );
  });

  nightly(() => {
    test("has no action that is taken in no instance", () => {
      const left = new Set(Object.keys(spec.actions));
      const specOf = (variant: string | undefined): Spec =>
        variants.find(({ name }) => name === variant)?.spec ?? spec;
      for (const { variant, constants } of entries) {
        if (left.size === 0) break;
        const model = instantiate(specOf(variant), { constants });
        const { taken } = check(model, { liveness: false }).statistics;
        for (const [name, times] of Object.entries(taken)) if (times > 0) left.delete(name);
      }
      expect([...left]).toEqual([]);
    });
  });
});
