/** What the shipped protocols and their variants rest on: nothing that a search would have to find out a second time. */
import { expect, test } from "vitest";
import { memoriesOf } from "../../checker/grounds.ts";
import { instantiate } from "../../model/index.ts";
import { oneIn } from "../../toys/share.ts";
import { protocols } from "./index.ts";

test.each(protocols)("no function of $spec.name keeps anything", ({ spec, variants }) => {
  expect(memoriesOf(instantiate(spec), undefined)).toEqual([]);
  for (const variant of oneIn(17, variants)) {
    expect(memoriesOf(instantiate(variant.spec), undefined), variant.name).toEqual([]);
  }
});
