import fc from "fast-check";
import type { ActionTree, PropertyTree, SpecTree, Twig } from "./tree.ts";

const { twig } = fc.letrec<{ twig: Twig }>((tie) => {
  const branch = fc.option(tie("twig"), { nil: undefined, maxDepth: 4, depthSize: "medium" });
  return {
    twig: fc.record({
      form: fc.nat({ max: 47 }),
      number: fc.nat({ max: 7 }),
      left: branch,
      right: branch,
    }),
  };
});

const maybe = <Of>(of: fc.Arbitrary<Of>): fc.Arbitrary<Of | undefined> =>
  fc.option(of, { nil: undefined });

/** In one of eight. */
const rarely = <Of>(of: fc.Arbitrary<Of>): fc.Arbitrary<Of | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 7 }, of);

const forAny = fc.array(fc.nat({ max: 4 }), { maxLength: 2 });

const action: fc.Arbitrary<ActionTree> = fc.record({
  actor: fc.nat({ max: 4 }),
  forAny,
  fairness: fc.nat({ max: 3 }),
  when: maybe(twig),
  changes: fc.array(twig, { minLength: 1, maxLength: 2 }),
  claim: rarely(twig),
});

const property: fc.Arbitrary<PropertyTree> = fc.record({
  // Every other one is of states or steps; one of eighteen is a formula.
  kind: fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 8 })),
  forAny: fc.array(fc.nat({ max: 4 }), { maxLength: 1 }),
  number: fc.nat({ max: 7 }),
  when: maybe(twig),
  holds: maybe(twig),
  more: maybe(twig),
});

const variables = fc.array(twig, { minLength: 1, maxLength: 3 });
const initial = maybe(fc.record({ forAny, change: twig }));
const mayEnd = fc.oneof(fc.constant("nowhere" as const), fc.constant("anywhere" as const), twig);

/** Specs of all kinds; symmetric, falsely symmetric and without symmetry, each in its share. */
export const specTrees: fc.Arbitrary<SpecTree> = fc
  .record({
    sets: fc.array(fc.record({ kind: fc.nat({ max: 3 }), size: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
    symmetry: fc.constantFrom("none", "true", "true", "false"),
    limit: fc.integer({ min: 1, max: 2 }),
    variables,
    initial,
    actions: fc.array(action, { minLength: 1, maxLength: 4 }),
    properties: fc.array(property, { minLength: 1, maxLength: 5 }),
    isFair: fc.boolean(),
    mayEnd,
  })
  .map(({ symmetry, ...others }) => ({
    ...others,
    isSymmetric: symmetry !== "none",
    looksAtOrder: symmetry === "false",
  }));

/** The same, with assertions in every action: two of them, either of which comes first somewhere. */
export const assertingTrees: fc.Arbitrary<SpecTree> = fc
  .record({ tree: specTrees, claims: fc.array(twig, { minLength: 4, maxLength: 4 }) })
  .map(({ tree, claims }) => ({
    ...tree,
    actions: tree.actions.map((its, at) => ({ ...its, claim: claims[at] })),
  }));

/** A change that leaves the domain of a number or a sequence, wherever in a variable that is. */
const outside: Twig = { form: 14, number: 7 };
const leaving: fc.Arbitrary<Twig> = fc.nat({ max: 7 }).map((number) => ({
  form: 0,
  number,
  left: { ...outside, left: { ...outside, left: outside } },
}));

const busyAction: fc.Arbitrary<ActionTree> = fc
  .record({
    action,
    first: fc.oneof({ arbitrary: twig, weight: 3 }, leaving),
  })
  .map(({ action: its, first }) => ({ ...its, changes: [first, ...its.changes.slice(1)] }));

/**
 * Specs with as much to do as a protocol has, and more claims about states and steps; none about behaviours. If
 * symmetric, no function of theirs tells elements apart.
 */
export const protocolTrees = (isSymmetric: boolean): fc.Arbitrary<SpecTree> =>
  fc.record({
    sets: fc.array(fc.record({ kind: fc.nat({ max: 3 }), size: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
    isSymmetric: fc.constant(isSymmetric),
    looksAtOrder: fc.constant(!isSymmetric),
    limit: fc.integer({ min: 1, max: 2 }),
    variables,
    initial,
    actions: fc.array(busyAction, { minLength: 1, maxLength: 6, size: "max" }),
    properties: fc.array(
      property.map((its): PropertyTree => ({ ...its, kind: its.kind % 3 })),
      { minLength: 1, maxLength: 7, size: "max" },
    ),
    isFair: fc.constant(false),
    mayEnd,
  });
