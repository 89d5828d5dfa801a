/** The compiled engine says what the reference engine says, of every shipped protocol and variant. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import { type Constants, isLiveness, type Spec } from "../spec/index.ts";
import { protocols } from "../spec/protocols/index.ts";
import { comparable } from "../toys/compared.ts";
import { check, type CheckOptions } from "./index.ts";
import { oneIn } from "../toys/share.ts";

const timeout = 600_000;

/** The one engine is compared with the other, and needs no audit by it. */
const audit: CheckOptions["audit"] = "none";

/** What `hintproof check` found when it was run last and all was as expected. */
interface Recorded {
  readonly protocol: string;
  readonly variant?: string;
  readonly constants: Constants;
  readonly verdict: string;
  readonly first?: string;
  readonly violated: Readonly<Record<string, number>>;
  readonly distinctStates: number;
  readonly generatedStates: number;
  readonly depth: number;
}

const record = JSON.parse(
  readFileSync(new URL("../cli/record.json", import.meta.url), "utf8"),
) as readonly Recorded[];

const runs = record.map((recorded) => {
  const { protocol, variant, constants } = recorded;
  const shipped = protocols.find(({ spec }) => spec.name === protocol);
  const change = shipped?.variants.find(({ name }) => name === variant);
  const expects = change?.expects;
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

describe("every shipped protocol and variant, in the instance that is recorded", {
  timeout,
}, () => {
  test.each(oneIn(3, runs))(
    "$name: the compiled engine finds what is recorded",
    ({ spec, constants, options, recorded }) => {
      // Liveness takes a graph of all states; `hintproof check` decides all of it.
      const isSafety = (name: string): boolean =>
        !isLiveness(spec.properties[name]?.kind ?? "deadlock freedom");
      const { properties = [] } = options as CheckOptions;
      const isOnlyLiveness = properties.length > 0 && !properties.some(isSafety);
      const verdict = check(instantiate(spec, { constants }), {
        ...options,
        engine: "compiled",
        audit,
        liveness: isOnlyLiveness,
      });

      const violated = verdict.properties.flatMap(({ name, trace }) =>
        trace === undefined ? [] : [[name, trace.steps.length]],
      );
      expect({
        verdict: verdict.kind,
        ...("property" in verdict ? { first: verdict.property.name } : {}),
        violated: Object.fromEntries(violated),
        distinctStates: verdict.statistics.distinctStates,
        generatedStates: verdict.statistics.generatedStates,
        depth: verdict.statistics.depth,
      }).toEqual({
        verdict: recorded.verdict,
        ...(recorded.first === undefined ? {} : { first: recorded.first }),
        violated: Object.fromEntries(
          Object.entries(recorded.violated).filter(([name]) => isOnlyLiveness || isSafety(name)),
        ),
        distinctStates: recorded.distinctStates,
        generatedStates: recorded.generatedStates,
        depth: recorded.depth,
      });
    },
  );

  test.each(oneIn(3, small))(
    "$name: both engines agree",
    ({ spec, constants, options, recorded }) => {
      const model = () => instantiate(spec, { constants });
      const asked = { ...options, audit, liveness: recorded.distinctStates <= mostUnreduced };
      expect(comparable("compiled", model(), asked)).toEqual(
        comparable("reference", model(), asked),
      );
    },
  );

  const smallest = runs.filter(({ recorded }) => recorded.distinctStates <= mostUnreduced);
  test.each(oneIn(3, smallest))(
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
