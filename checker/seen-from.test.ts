/** What a small instance cannot show is left out by name, and still judged where it happens. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import { declare, each, instance, interchangeable, oneOf, type Spec } from "../spec/index.ts";
import { compare } from "../toys/differences.ts";
import { check, type Verdict } from "./index.ts";

const lamp = interchangeable("lamp", ({ lamps }: { lamps: number }) => lamps);
const { action, invariant, leadsTo, pages, recoverable, spec, stepProperty, witness } = declare({
  constants: { lamps: 1, isNight: false },
  state: { light: each(lamp, oneOf("off", "on")) },
});
const lampSwitches = action("people", {
  forAny: lamp,
  effect: (state, l) => {
    state.light[l] = state.light[l] === "on" ? "off" : "on";
  },
});
const two = { seenFrom: { lamps: 2 } };
const both = (light: { filter(test: (one: string) => boolean): unknown[] }): boolean =>
  light.filter((one) => one === "on").length > 1;

const lamps = spec({
  name: "lamps",
  title: "lamps that are switched",
  actions: { lampSwitches },
  invariants: {
    bothAreFine: invariant({ ...two, when: (state) => both(state.light), holds: () => true }),
  },
  stepProperties: {
    bothGoOut: stepProperty({ ...two, when: (before) => both(before.light), holds: () => true }),
  },
  witnesses: {
    bothAreOn: witness({ ...two, holds: (state) => both(state.light) }),
    someIsOn: witness({ ...two, holds: (state) => state.light.includes("on") }),
  },
  liveness: {
    bothAreSeen: leadsTo({ ...two, from: (state) => both(state.light), to: () => true }),
    bothCanGoOut: recoverable({ ...two, when: (state) => both(state.light), to: () => true }),
  },
});
const statuses = (verdict: Verdict): object =>
  Object.fromEntries(verdict.properties.map(({ name, status }) => [name, status]));
const checked = (of: Spec, properties?: readonly string[], engine?: "reference"): Verdict =>
  check(instantiate(of), { properties, engine });

test.each(["reference", undefined] as const)(
  "below it nothing is vacuous, and what is met counts (%s)",
  (engine) => {
    const verdict = checked(lamps, undefined, engine);
    expect(verdict.kind).toBe("holds");
    expect(statuses(verdict)).toEqual({
      bothAreFine: "not asked",
      bothGoOut: "not asked",
      bothAreOn: "not asked",
      someIsOn: "seen",
      bothAreSeen: "not asked",
      bothCanGoOut: "not asked",
      deadlockFreedom: "holds",
    });
    expect(verdict.properties[0]?.seenFrom).toEqual([{ lamps: 2 }]);
  },
);

test("from there on it is asked for as anything is", () => {
  const large = checked(instance(lamps, { lamps: 2 }));
  expect(Object.values(statuses(large))).not.toContain("not asked");
  expect(large.kind).toBe("holds");
  const [never, large2] = [witness({ ...two, holds: () => false }), instance(lamps, { lamps: 2 })];
  expect(checked({ ...large2, properties: { ...large2.properties, never } } as Spec)).toMatchObject(
    {
      kind: "vacuous",
      property: { name: "never" },
    },
  );
});

test("whoever asks for nothing else is not told that it holds", () => {
  expect(checked(lamps, ["bothAreOn"])).toMatchObject({ kind: "vacuous" });
  expect(checked(lamps, ["bothAreSeen"])).toMatchObject({ kind: "vacuous" });
  expect(checked(lamps, ["bothAreSeen", "someIsOn"])).toMatchObject({ kind: "holds" });
});

describe("a claim that is violated below", () => {
  const broken = (seenFrom: object) =>
    spec({
      name: "lamps",
      title: "lamps that are switched",
      actions: { lampSwitches },
      invariants: {
        noneIsOn: invariant({ ...seenFrom, holds: (state) => !state.light.includes("on") }),
      },
      stepProperties: {
        noneGoesOut: stepProperty({
          ...seenFrom,
          forAny: lamp,
          when: (before, _after, l) => before.light[l] === "on",
          holds: () => false,
        }),
      },
      liveness: {
        someGoesOn: leadsTo({
          ...seenFrom,
          from: () => true,
          to: (state) => state.light.includes("on"),
        }),
      },
    });

  test("is violated, whatever it says of larger instances", () => {
    const [left, plain] = [broken({ seenFrom: { lamps: 9, isNight: true } }), broken({})];
    const verdict = checked(left);
    expect(verdict.kind).toBe("violated");
    expect(statuses(verdict)).toEqual(statuses(checked(plain)));
    expect(Object.values(statuses(verdict)).filter((its) => its === "violated")).toHaveLength(3);
  });
});

test("of several records one will do; a switch must be equal", () => {
  const with2 = (seenFrom: object, constants: { lamps?: number; isNight?: boolean }) => {
    const never = witness({ ...seenFrom, holds: () => false });
    const contents = { name: "x", title: "x", actions: { lampSwitches }, witnesses: { never } };
    return checked(instance(spec(contents), constants)).properties[0]?.status;
  };
  expect(with2({ seenFrom: { isNight: true } }, { lamps: 4 })).toBe("not asked");
  expect(with2({ seenFrom: { isNight: true } }, { isNight: true })).toBe("never seen");
  const either = { seenFrom: [{ lamps: 2 }, { isNight: true, lamps: 1 }] };
  expect(with2(either, {})).toBe("not asked");
  expect(with2(either, { isNight: true })).toBe("never seen");
  expect(with2(either, { lamps: 3 })).toBe("never seen");
});

test("the page contract, where the host does not discard yet", () => {
  const claims = pages({
    ...two,
    forEach: lamp,
    state: () => "stable",
    discarded: (state) => both(state.light),
  });
  const contents = { name: "x", title: "x", actions: { lampSwitches }, pages: claims };
  expect(statuses(checked(spec(contents)))).toMatchObject({ discardIsPermitted: "not asked" });
  expect(checked(instance(spec(contents), { lamps: 2 })).kind).toBe("violated");
});

test("both engines say what the oracle says, with symmetry and without", async () => {
  for (const count of [1, 2]) {
    const of = () => Promise.resolve(instance(lamps, { lamps: count }));
    expect((await compare(of)).differences).toEqual([]);
  }
});
