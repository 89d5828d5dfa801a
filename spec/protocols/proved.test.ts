/** What the shipped protocols and their variants rest on: nothing that a search would have to find out a second time. */
import { expect, test } from "vitest";
import { memoriesOf } from "../../checker/grounds.ts";
import { instantiate } from "../../model/index.ts";
import { oneIn } from "../../toys/share.ts";
import { shippedNames } from "./index.ts";
import { protocols } from "../../toys/protocols.ts";

test("each is found by its own name", () => {
  expect(protocols.map(({ spec }) => spec.name)).toEqual(shippedNames);
});

test.each(protocols)("no function of $spec.name keeps anything", ({ spec, variants }) => {
  expect(memoriesOf(instantiate(spec), undefined)).toEqual([]);
  for (const variant of oneIn(17, variants)) {
    expect(memoriesOf(instantiate(variant.spec), undefined), variant.name).toEqual([]);
  }
});
