import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, type PropertyName, type Trace } from "../checker/index.ts";
import { explore } from "../checker/random/index.ts";
import { instantiate, type Model, type Step } from "../model/index.ts";
import {
  assert,
  declare,
  each,
  interchangeable,
  oneOf,
  range,
  type Spec,
  SpecError,
} from "../spec/index.ts";
import { few } from "../toys/share.ts";
import { minimise } from "./index.ts";
import { follow } from "./violation.ts";

const wheels = 3;
const values = 5;

/**
 * A combination lock: a wheel turns freely, or only while another wheel stands where it should.
 * It opens at a combination, which makes many steps of a random walk superfluous.
 */
function combinationLock(
  combination: readonly number[],
  needs: readonly (number | undefined)[],
): Spec {
  const wheel = interchangeable("wheel", wheels);
  const { action, assertion, invariant, spec, stepProperty } = declare({
    constants: {},
    state: { at: each(wheel, range(0, values - 1)), alarm: oneOf("off", "on") },
  });
  const doorStaysShut = assertion("the door stays shut");
  const isOpen = (at: readonly number[]): boolean =>
    combination.every((wanted, which) => at[which] === wanted);
  return spec({
    name: "combination-lock",
    title: "wheels that turn, some only if others stand right",
    actions: {
      wheelTurns: action("thief", {
        forAny: wheel,
        when: (state, which) => {
          const needed = needs[which as unknown as number];
          const at = state.at as unknown as readonly number[];
          return needed === undefined || at[needed] === combination[needed];
        },
        effect: (state, which) => {
          const at = state.at as unknown as number[];
          const number = which as unknown as number;
          at[number] = ((at[number] as number) + 1) % values;
        },
      }),
      thiefPullsDoor: action("thief", {
        when: (state) => state.alarm === "off",
        effect: (state) => {
          assert(!isOpen(state.at as unknown as number[]), doorStaysShut);
          state.alarm = "on";
        },
      }),
      ownerStopsAlarm: action("owner", {
        when: (state) => state.alarm === "on",
        effect: (state) => {
          state.alarm = "off";
        },
      }),
    },
    assertions: { doorStaysShut },
    invariants: { lockStaysShut: invariant((state) => !isOpen(state.at as unknown as number[])) },
    stepProperties: {
      alarmStaysOn: stepProperty((before, after) => before.alarm === "off" || after.alarm === "on"),
    },
  });
}

const locks = fc
  .tuple(
    fc.tuple(...Array.from({ length: wheels }, () => fc.nat(values - 1))),
    fc.tuple(
      ...Array.from({ length: wheels }, (_, which) => fc.option(fc.nat(which), { nil: undefined })),
    ),
  )
  .filter(([combination]) => combination.some((wanted) => wanted > 0))
  // A wheel that waits for itself never turns.
  .map(([combination, needs]) =>
    combinationLock(
      combination,
      needs.map((of, which) => (of === which ? undefined : of)),
    ),
  );

/** A long walk to a violation: the choices of steps are made by the numbers. */
function walk(model: Model, property: PropertyName, numbers: readonly number[]): Trace | undefined {
  const [initial] = model.initialStates();
  if (initial === undefined) return undefined;
  let state = initial;
  const steps: Step[] = [];
  for (const number of numbers) {
    const enabled = model.steps.filter((step) => model.isEnabled(state, step));
    steps.push(enabled[number % enabled.length] as Step);
    const followed = follow(model, property, initial, [], steps);
    if (followed.kind === "violates") return followed.trace;
    if (followed.kind !== "holds") steps.pop();
    else state = followed.steps.at(-1)?.state ?? initial;
  }
  return undefined;
}

function violates(
  model: Model,
  property: PropertyName,
  { initial }: Trace,
  steps: readonly Step[],
): boolean {
  return follow(model, property, initial, [], steps).kind === "violates";
}

const properties: readonly PropertyName[] = [
  { kind: "invariant", name: "lockStaysShut" },
  { kind: "step property", name: "alarmStaysOn" },
  { kind: "assertion", name: "doorStaysShut" },
];

test.each(properties)("$name: no one step, and no two, can be left out", (property) => {
  let walks = 0;
  fc.assert(
    fc.property(
      locks,
      fc.array(fc.nat(1000), { minLength: 100, maxLength: 100 }),
      (spec, numbers) => {
        const model = instantiate(spec, { symmetry: false });
        const trace = walk(model, property, numbers);
        if (trace === undefined) return;
        walks++;

        const minimal = minimise(model, property, trace);

        const steps = minimal.steps.map(({ step }) => step);
        expect(minimal.steps.length).toBeLessThanOrEqual(trace.steps.length);
        expect(violates(model, property, minimal, steps)).toBe(true);
        expect(minimise(model, property, minimal)).toEqual(minimal);
        expect(minimise(model, property, trace)).toEqual(minimal);
        for (const one of steps.keys()) {
          for (const other of steps.keys()) {
            const fewer = steps.filter((_, at) => at !== one && at !== other);
            expect(violates(model, property, minimal, fewer)).toBe(false);
          }
        }
      },
    ),
    { seed: 7, numRuns: few(25, 60) },
  );
  expect(walks).toBeGreaterThanOrEqual(few(1, 4));
});

test("a shortest trace stays as it is", () => {
  const model = instantiate(combinationLock([2, 1, 3], [undefined, 0, 1]), { symmetry: false });
  const verdict = check(model, { properties: ["lockStaysShut"] });
  if (verdict.kind !== "violated") throw new Error(verdict.kind);

  expect(verdict.trace.steps).toHaveLength(6);
  expect(minimise(model, verdict.property, verdict.trace)).toEqual(verdict.trace);
});

test("a deadlock is reached without detours", () => {
  const cup = interchangeable("cup", 3);
  const { action, spec } = declare({
    constants: {},
    state: { cup: each(cup, oneOf("full", "half", "empty")), door: oneOf("shut", "open") },
  });
  const isDone = (state: {
    readonly cup: { every(test: (of: string) => boolean): boolean };
  }): boolean => state.cup.every((of) => of === "empty");
  const model = instantiate(
    spec({
      name: "cups",
      title: "cups are emptied at a sip or at a gulp",
      actions: {
        guestSips: action("guest", {
          forAny: cup,
          when: (state, which) => state.cup[which] === "full",
          effect: (state, which) => {
            state.cup[which] = "half";
          },
        }),
        guestEmpties: action("guest", {
          forAny: cup,
          when: (state, which) => state.cup[which] !== "empty",
          effect: (state, which) => {
            state.cup[which] = "empty";
          },
        }),
        doorMoves: action("door", {
          when: (state) => !isDone(state),
          effect: (state) => {
            state.door = state.door === "open" ? "shut" : "open";
          },
        }),
      },
    }),
  );
  const verdict = explore(model, { seed: 3 });
  if (verdict.kind !== "violated") throw new Error(verdict.kind);

  expect(verdict.property.name).toBe("deadlockFreedom");
  expect(minimise(model, verdict.property, verdict.trace).steps).toHaveLength(3);
});

describe("a trace that does not violate its property", () => {
  test("is the spec's fault: something in it is not pure", () => {
    const model = instantiate(combinationLock([2, 0, 0], []), { symmetry: false });
    const trace = { initial: model.initialStates()[0] as Trace["initial"], steps: [] };

    expect(() => minimise(model, properties[0] as PropertyName, trace)).toThrow(SpecError);
    expect(() => minimise(model, properties[0] as PropertyName, trace)).toThrow(
      /a clock, a random source/,
    );
  });
});
