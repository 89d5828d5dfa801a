/** What tests of shared parts ask of the small specs that each part has. */
import { expect } from "vitest";
import { instantiate } from "../model/index.ts";
import type { Spec } from "../spec/language/index.ts";
import type { Expectation } from "../spec/language/spec.ts";
import { comparable, engines } from "./compared.ts";

/** What each engine finds of a spec. */
export const figuresOf = (spec: Spec, constants = {}) =>
  engines.map((engine) => comparable(engine, instantiate(spec, { constants })));

/** Both engines find it violated, and which property first. */
export function expectBroken(spec: Spec, property: string, constants = {}): void {
  const [one, other] = figuresOf(spec, constants);
  expect(one).toEqual(other);
  expect(one).toMatchObject({ property });
}

/** The first property that is expected to be broken. */
export const propertyBrokenBy = (expects: Expectation): string =>
  (expects.kind === "breaks" ? expects.properties[0] : undefined) ?? "nothing";
