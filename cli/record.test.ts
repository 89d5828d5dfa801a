import { describe, expect, test } from "vitest";
import { check } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import { declare, type PageState, pageStates, type Spec } from "../spec/index.ts";
import { protocols } from "../spec/protocols/index.ts";
import { readRecord } from "./record.ts";

const record = readRecord();
const nameOf = (protocol: string, variant?: string): string =>
  variant === undefined ? protocol : `${protocol} / ${variant}`;

describe("the record of the shipped protocols", () => {
  test("has each protocol and each variant, once, and no other", () => {
    const shipped = protocols.flatMap(({ spec, variants }) => [
      nameOf(spec.name),
      ...variants.map((variant) => nameOf(spec.name, variant.name)),
    ]);
    expect(record.map(({ protocol, variant }) => nameOf(protocol, variant))).toEqual(shipped);
  });

  test("has no protocol that does not hold by itself", () => {
    for (const { verdict } of record.filter(({ variant }) => variant === undefined)) {
      expect(verdict).toBe("holds");
    }
  });

  const claims = protocols.flatMap(({ spec }) =>
    Object.entries(spec.properties)
      .filter(([, { kind }]) => kind === "invariant" || kind === "step property")
      .map(([property]) => ({ protocol: spec.name, property })),
  );
  test.each(claims)("$protocol: a variant breaks $property", ({ protocol, property }) => {
    const breaking = record.filter(
      (entry) => entry.protocol === protocol && property in entry.violated,
    );
    expect(breaking.map(({ variant }) => variant)).not.toEqual([]);
  });
});

/** The states of the page contract that pages of a protocol are ever in. */
function statesSeen(spec: Spec, constants: Spec["constants"]): readonly PageState[] {
  const { pages } = spec;
  if (pages === undefined) return [];
  const { witness } = declare({ constants: {}, state: {} });
  const view = pages.state as unknown as (...all: unknown[]) => PageState;
  const properties = Object.fromEntries(
    pageStates.map((wanted) => [
      wanted,
      witness({
        forAny: pages.page,
        holds: (state, page, all) => view(state, page, all) === wanted,
      }),
    ]),
  );
  const model = instantiate({ ...spec, properties }, { constants });
  return check(model, { properties: [...pageStates] })
    .properties.filter(({ status }) => status === "seen")
    .map(({ name }) => name as PageState);
}

test("all seven states of the page contract are in use by the real protocols", () => {
  const [linux, s390] = protocols as readonly { readonly spec: Spec }[];
  const seen = new Set([
    ...statesSeen(linux?.spec as Spec, { blocks: 1, users: 1 }),
    ...statesSeen(linux?.spec as Spec, { blocks: 1, users: 0, poisoning: true, pagePoison: true }),
    ...statesSeen(s390?.spec as Spec, {}),
  ]);
  expect([...seen].toSorted()).toEqual(pageStates.toSorted());
});

test("free page reporting, one block: the orbits stand for exactly the states that there are", () => {
  const [linux] = protocols;
  const constants = { blocks: 1, users: 1 };
  const reduced = check(instantiate(linux?.spec as Spec, { constants }));
  const whole = check(instantiate(linux?.spec as Spec, { constants, symmetry: false }));
  expect(reduced.statistics.unreducedStates).toBe(BigInt(whole.statistics.distinctStates));
  expect(reduced.statistics.depth).toBe(whole.statistics.depth);
  expect(reduced.properties.map(({ name, status }) => [name, status])).toEqual(
    whole.properties.map(({ name, status }) => [name, status]),
  );
});
