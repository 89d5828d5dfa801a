/**
 * The compiled engine says what the reference engine says, of every shipped protocol and variant. That all of them
 * come to what is recorded is for `hintproof check`, which decides liveness as well.
 */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import { isLiveness, type Spec } from "../spec/index.ts";
import { readRecord } from "../cli/record.ts";
import { protocols } from "../toys/protocols.ts";
import { comparable } from "../toys/compared.ts";
import type { CheckOptions } from "./index.ts";
import { oneIn } from "../toys/share.ts";

/** The one engine is compared with the other, and needs no audit by it. */
const audit: CheckOptions["audit"] = "none";

const runs = readRecord().map((recorded) => {
  const { protocol, variant, constants } = recorded;
  const shipped = protocols.find(({ spec }) => spec.name === protocol);
  const change = shipped?.variants.find(({ name }) => name === variant);
  const expects = (variant === undefined ? shipped?.spec : change)?.expects;
  // A mistake is asked about what it is expected to break, as the command does.
  const asked =
    expects?.kind === "breaks" && Object.keys(recorded.violated).length > 0
      ? { properties: expects.properties }
      : {};
  const spec = (variant === undefined ? shipped?.spec : change?.spec) as Spec;
  return {
    name: [protocol, variant ?? "itself"].join(" / "),
    spec,
    constants,
    options: asked,
    recorded,
  };
});

/** What the reference engine explores, and audits, in less than a second on a quiet machine. */
const mostCompared = 2_500;
/** So many orbits have at most some ten thousand states. */
const mostUnreduced = 400;
const small = runs.filter(({ recorded }) => recorded.distinctStates <= mostCompared);

describe("every shipped protocol and variant, in the instance that is recorded", () => {
  test.each(oneIn(41, small))(
    "$name: both engines find what is recorded",
    ({ spec, constants, options, recorded }) => {
      const model = () => instantiate(spec, { constants });
      const asked = { ...options, audit, liveness: recorded.distinctStates <= mostUnreduced };
      const found = comparable("reference", model(), asked);
      expect(comparable("compiled", model(), asked)).toEqual(found);

      const { distinctStates, generatedStates, depth } = recorded;
      expect(found).toMatchObject({ figures: { distinctStates, generatedStates, depth } });
      const lengths = Object.entries(recorded.violated)
        .filter(([name]) => asked.liveness || !isLiveness(spec.properties[name]?.kind ?? ""))
        .map(([name, steps]) => `${name} violated after ${steps} steps`);
      expect(found).toMatchObject({ properties: expect.arrayContaining(lengths) });
    },
  );

  const smallest = runs.filter(({ recorded }) => recorded.distinctStates <= mostUnreduced);
  test.each(oneIn(29, smallest))(
    "$name: both engines agree without symmetry",
    ({ spec, constants, options }) => {
      const model = () => instantiate(spec, { constants, symmetry: false });
      const asked = { ...options, audit };
      expect(comparable("compiled", model(), asked)).toEqual(
        comparable("reference", model(), asked),
      );
    },
  );
});
