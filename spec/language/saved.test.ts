/** Variables that keep what others were at one moment. */
import { describe, expect, test } from "vitest";
import { check, type Verdict } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import { allFunctionsOf, proofsOf } from "../../model/source/proof.ts";
import { engines } from "../../toys/compared.ts";
import {
  also,
  declare,
  each,
  interchangeable,
  oneOf,
  optional,
  range,
  saved,
  sequence,
  type Spec,
  SpecError,
  subset,
  variant,
} from "./index.ts";

const page = interchangeable("page", 2);
const { action, invariant, restore, snapshot, spec, type, witness } = declare({
  constants: {},
  state: {
    content: each(page, oneOf("zero", "data")),
    queue: sequence(page, 1),
    dirty: subset(page),
    last: optional(page),
    image: saved("content", "queue", "last"),
  },
});
type Draft = typeof type.draft;
const guestWrites = action("guest", {
  forAny: page,
  when: (state, p) => state.content[p] === "zero",
  effect: (state, p) => {
    state.content[p] = "data";
    state.last = p;
    state.dirty.add(p);
  },
});
const guestGives = action("guest", {
  forAny: page,
  when: (state) => state.queue.length === 0,
  effect: (state, p) => {
    state.queue.push(p);
  },
});
const monitorDrops = action("monitor", {
  when: (state) => state.queue.length > 0,
  effect: (state) => {
    const [p] = state.queue;
    if (p !== undefined) state.content[p] = "zero";
    state.queue = [];
  },
});
const monitorSaves = action("monitor", {
  when: (state) => state.image === "none",
  effect: (state) => {
    snapshot(state, "image");
    state.dirty.clear();
  },
});
const monitorRestores = action("monitor", {
  when: (state) => state.image !== "none",
  effect: (state) => restore(state, "image"),
});
const machine = spec({
  name: "machine",
  title: "a machine that is saved and restored",
  actions: { guestWrites, guestGives, monitorDrops, monitorSaves, monitorRestores },
  invariants: {
    /** Wrong: what was dropped since comes back. */
    whatIsDirtyHasData: invariant({
      forAny: page,
      holds: (state, p) => !state.dirty.has(p) || state.content[p] === "data",
    }),
  },
  witnesses: {
    aFullQueueIsSaved: witness((state) => state.image !== "none" && state.image.queue.length > 0),
    thatIsSavedWhichIsNotThere: witness((state) => {
      const { image, last } = state;
      return image !== "none" && image.last !== "none" && image.last !== last;
    }),
  },
});

const figures = ({ kind, properties, statistics }: Verdict): object => ({
  kind,
  properties: properties.map(({ name, status, trace }) => [name, status, trace?.steps.length]),
  states: statistics.unreducedStates,
});

test("both engines come to the same, with symmetry and without, and the symmetry is proved", () => {
  const all = engines.flatMap((engine) =>
    [true, false].map((symmetry) => check(instantiate(machine, { symmetry }), { engine })),
  );
  expect(all.map(figures)).toEqual(all.map(() => figures(all[0] as Verdict)));
  expect(all[0]).toMatchObject({ kind: "violated", property: { name: "whatIsDirtyHasData" } });
  expect(all[0]?.statistics.distinctStates).toBeLessThan(
    (all[1]?.statistics.distinctStates ?? 0) * 0.7,
  );
  for (const its of allFunctionsOf(machine)) {
    expect(proofsOf(machine).of(its)).toMatchObject({ unproved: undefined, observed: [] });
  }
});

const statuses = (its: Spec): object =>
  Object.fromEntries(check(instantiate(its)).properties.map(({ name, status }) => [name, status]));

test("a variant may save what its base has, and what is saved has the words that it adds", () => {
  const poisons = variant(machine, {
    name: "poisons",
    because: "a test wants it",
    state: { content: also("poison"), second: saved("content", "dirty") },
    change: (words) => ({
      actions: {
        guestWrites: {
          afterwards: (state, _before, p) => {
            state.content[p] = "poison";
            words.snapshot(state, "second");
          },
        },
      },
      properties: {
        poisonIsSaved: words.witness(
          (state) => state.image !== "none" && state.image.content.includes("poison"),
        ),
        poisonIsSavedTwice: words.witness(
          (state) => state.second !== "none" && state.second.content.every((c) => c === "poison"),
        ),
      },
    }),
    expects: { breaks: ["whatIsDirtyHasData"] },
  });
  expect(statuses(poisons.spec)).toMatchObject({
    poisonIsSaved: "seen",
    poisonIsSavedTwice: "seen",
    whatIsDirtyHasData: "violated",
  });
});

describe("is refused", () => {
  const stateOf = (image: unknown): (() => unknown) => {
    const state = { content: range(0, 1), image, other: saved("content") } as never;
    return () => declare({ constants: {}, state });
  };

  test.each([
    [stateOf(saved("contnt" as string)), /no such variable; did you mean content\?/],
    [stateOf(saved("other" as string)), /image saves other, which is saved\(\.\.\.\) itself/],
    [stateOf(saved("image" as string)), /image saves image, which is saved\(\.\.\.\) itself/],
    [() => saved("content", "content"), /names "content" twice/],
    [() => (saved as () => unknown)(), /one variable or more, and got none/],
    [() => saved(3 as never), /one variable or more, and got 3/],
    [() => optional(saved("content") as never), /a variable of its own/],
    [
      () =>
        variant(machine, {
          name: "wrong",
          because: "a test wants it",
          state: { second: saved("imge") } as never,
          change: {},
          expects: "holds",
        }),
      /second saves imge, and there is no such variable/,
    ],
  ])("at load: %#", (load, message) => {
    expect(load).toThrow(SpecError);
    expect(load).toThrow(message);
  });

  const running = (effect: (state: Draft) => void) => (): unknown =>
    check(
      instantiate(
        spec({ name: "it", title: "", actions: { guestErrs: action("guest", { effect }) } }),
      ),
    );

  test.each([
    [
      (state: Draft) => restore(state, "image"),
      /guestErrs\(\): restore: nothing was saved in image by then/,
    ],
    [
      (state: Draft) => snapshot(state, "imge" as "image"),
      /guestErrs\(\): snapshot: "imge" is no variable that is saved\(\.\.\.\); did you mean image\?/,
    ],
    [
      () => snapshot({} as Draft, "image"),
      /guestErrs\(\): snapshot: what it was given has no variable image\. Give it the draft/,
    ],
    [
      () => restore({ image: {} } as unknown as Draft, "image"),
      /guestErrs\(\): restore: what it was given has no variable content\. Give it the draft/,
    ],
    [
      (state: Draft) => restore(state, "content" as "image"),
      /restore: "content" is no variable that is saved/,
    ],
  ])("in a step, which the error names: %#", (effect, message) => {
    expect(running(effect)).toThrow(message);
  });

  test("in a condition: it only reads", () => {
    const when = (state: typeof type.state): boolean => {
      snapshot(state as Draft, "image");
      return true;
    };
    const errs = action("guest", { when, effect: () => {} });
    for (const engine of engines) {
      const its = spec({ name: "it", title: "", actions: { errs } });
      expect(() => check(instantiate(its), { engine })).toThrow(/read only|only reads/);
    }
  });
});

test("to save while going through elements in the order of their names is not proved to treat them alike", () => {
  const walks = action("guest", {
    effect: (state) => {
      for (const p of state.content.keys()) {
        state.content[p] = "data";
        if (state.last === p) snapshot(state, "image");
      }
    },
  });
  const its = spec({ name: "it", title: "", actions: { walks } });
  const proof = proofsOf(its).of({ name: "it", its: walks.effect, choices: [], states: 1 });
  expect([proof.unproved, ...proof.observed].join()).toMatch(/may matter to the next/);
});

test("a variable that is called as a method of some list or set is followed where it is saved", () => {
  const words = declare({
    constants: {},
    state: { set: each(page, oneOf("x", "y")), image: saved("set") },
  });
  const isKept = words.invariant(
    ({ image }) => image === "none" || image.set.some((it) => it === "x"),
  );
  const saves = words.action("guest", { effect: (state) => words.snapshot(state, "image") });
  const its = words.spec({
    name: "it",
    title: "",
    actions: { saves },
    invariants: { isKept },
    mayEnd: () => true,
  });
  for (const one of allFunctionsOf(its)) {
    expect(proofsOf(its).of(one)).toMatchObject({ unproved: undefined, observed: [] });
  }
  for (const engine of engines) expect(check(instantiate(its), { engine }).kind).toBe("holds");
});
