/** An order or a name of interchangeable elements that is observed: in one orbit only, and no engine is wrong. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import { SpecError } from "../spec/index.ts";
import { allAlike, observationNames, observedIn, observing } from "../toys/attacks/observed.ts";
import { answerOf } from "../toys/attacks/outcome.ts";
import { type Answer, plainSearch } from "../toys/attacks/plain-search.ts";
import { engines } from "../toys/compared.ts";
import { doubtsOf } from "./grounds.ts";
import { check, type EngineName } from "./index.ts";
import { oneIn } from "../toys/share.ts";

type Spec = ReturnType<typeof observedIn>;

const placed = (questions: typeof observing) =>
  Object.entries(questions).map(([way, question], at) => {
    const place = observationNames[at % observationNames.length] ?? "guard";
    return { way, place, spec: observedIn(place, question) };
  });

const observed = placed(observing);
const alike = placed(allAlike);

/** What a plain search came to, of each spec. */
const truths = new Map<Spec, Answer>();
function truthOf(spec: Spec): Answer {
  const truth = truths.get(spec) ?? plainSearch(spec);
  truths.set(spec, truth);
  return truth;
}

/** Steps are counted between orbits. */
const comparable = (answer: Answer): unknown => ({ ...answer, transitions: undefined });

/** Undefined where the spec is refused. */
function answered(spec: Spec, engine: EngineName, symmetry = true): Answer | undefined {
  try {
    const verdict = check(instantiate(spec, { symmetry }), { engine });
    // A search that is not sure of its symmetry says so, and then only what is violated counts.
    return verdict.note === undefined ? answerOf(verdict) : violationsOf(answerOf(verdict), spec);
  } catch (error) {
    if (error instanceof SpecError) return undefined;
    throw error;
  }
}

/** The truth, as long as every violation that was found is one, and as near if it has a trace. */
function violationsOf({ properties }: Answer, spec: Spec): Answer {
  const truth = truthOf(spec);
  for (const [name, status] of Object.entries(properties)) {
    if (status.startsWith("violated"))
      expect(truth.properties[name]).toMatch(new RegExp(`^${status}`));
  }
  return truth;
}

test("nothing that observes is taken for proved, in whichever place", () => {
  for (const [way, question] of Object.entries(observing)) {
    for (const place of oneIn(9, observationNames)) {
      const model = instantiate(observedIn(place, question));
      expect({ way, place, doubts: doubtsOf(model, undefined) }).not.toMatchObject({ doubts: [] });
    }
  }
});

describe.each(engines)("the %s engine", (engine) => {
  describe("is right, or refuses it, where order or name is observed", () => {
    test.each(oneIn(97, observed))("$way, in $place", ({ spec }) => {
      const answer = answered(spec, engine);
      if (answer !== undefined) expect(comparable(answer)).toEqual(comparable(truthOf(spec)));
    });
  });

  describe("is right, and refuses nothing, where all are treated alike", () => {
    test.each(oneIn(89, alike))("$way, in $place", ({ spec }) => {
      const answer = answered(spec, engine);
      expect(answer && comparable(answer)).toEqual(comparable(truthOf(spec)));
    });
  });
});

describe("without symmetry both are right", () => {
  const some = oneIn(
    9,
    observed.filter((_, at) => at % 8 === 0),
  );
  test.each(some)("$way, in $place", ({ spec }) => {
    for (const engine of engines) {
      expect(answered(spec, engine, false)).toEqual(truthOf(spec));
    }
  });
});

describe("each of them tells states of the orbit apart", () => {
  const spec = observedIn("invariant", () => true);
  test.each(oneIn(5, Object.entries(observing)))("%s", (_, question) => {
    const { properties } = plainSearch(observedIn("invariant", question));
    expect(properties).toMatchObject({
      never: expect.stringMatching("violated"),
      always: expect.stringMatching("violated"),
    });
  });

  test("and what is always true does not", () => {
    expect(plainSearch(spec).properties).toMatchObject({ always: "holds" });
  });
});
