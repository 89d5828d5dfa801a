/** Ways in which a proof could be wrong, each with a spec that tries it. */
import { describe, expect, test } from "vitest";
import { replay, toFile } from "../counterexamples/index.ts";
import { instantiate, type Model } from "../model/index.ts";
import {
  assert,
  declare,
  each,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  record,
  type Spec,
  SpecError,
  sequence,
  subset,
} from "../spec/index.ts";
import { engines } from "../toys/compared.ts";
import { oneIn } from "../toys/share.ts";
import { check as checkWith, type CheckOptions, type Verdict } from "./index.ts";
import { explore } from "./random/index.ts";
import { dieHard, philosophers, undirectedGraph } from "../toys/small-specs.ts";

describe.each(engines)("the %s engine", (engine) => {
  const check = (model: Model, options: CheckOptions = {}): Verdict =>
    checkWith(model, { engine, ...options });

  const named = { name: "toy", title: "a toy" };

  function answers(spec: Spec, options?: CheckOptions): Verdict {
    return check(instantiate(spec), options);
  }

  const statuses = ({ properties }: Verdict): Readonly<Record<string, string>> =>
    Object.fromEntries(properties.map(({ name, status }) => [name, status]));

  const lengths = ({ properties }: Verdict): Readonly<Record<string, number | undefined>> =>
    Object.fromEntries(
      properties.flatMap(({ name, trace }) =>
        trace === undefined ? [] : [[name, trace.steps.length]],
      ),
    );

  /** Counts from 0 to `last`, then starts again; and claims whatever it is given. */
  function counter(last: number) {
    const words = declare({ constants: {}, state: { at: range(0, last) } });
    const counts = words.action("counter", {
      effect: (state) => {
        state.at = (state.at + 1) % (last + 1);
      },
    });
    return { ...words, counts };
  }

  describe("a symmetry that is none is an error of the spec", () => {
    const page = interchangeable("page", 4);
    const { action, assertion, invariant, spec, stepProperty, witness } = declare({
      constants: {},
      state: {
        guest: each(page, oneOf("free", "used")),
        last: optional(page),
        bitten: oneOf("no", "yes"),
      },
    });
    const allocates = action("guest", {
      forAny: page,
      when: (state, which) => state.guest[which] === "free",
      effect: (state, which) => {
        state.guest[which] = "used";
        state.last = which;
      },
    });
    const frees = action("guest", {
      forAny: page,
      when: (state, which) => state.guest[which] === "used",
      effect: (state, which) => {
        state.guest[which] = "free";
        state.last = "none";
      },
    });
    const isNone = (spec: Spec): void => {
      expect(() => answers(spec)).toThrow(SpecError);
      expect(() => answers(spec)).toThrow(/declared interchangeable/);
    };

    test.each(oneIn(4, [0, 1, 2, 3]))("a condition that names element %i", (element) => {
      const bites = action("guest", {
        forAny: page,
        when: (state, which) => state.last === which && Number(which) === element,
        effect: (state) => {
          state.bitten = "yes";
        },
      });
      isNone(spec({ ...named, actions: { allocates, frees, bites } }));
    });

    test.each([3, 4, 5])(
      "a condition that names any one of %i elements, however few the states",
      (elements) => {
        const few = interchangeable("few", elements);
        const words = declare({
          constants: {},
          state: { chosen: optional(few), bitten: oneOf("no", "yes") },
        });
        const picks = words.action("someone", {
          forAny: few,
          effect: (state, which) => {
            state.chosen = which;
          },
        });
        for (let element = 0; element < elements; element++) {
          const bites = words.action("someone", {
            forAny: few,
            when: (state, which) => state.chosen === which && Number(which) === element,
            effect: (state) => {
              state.bitten = "yes";
            },
          });
          const isUnbitten = words.invariant((state) => state.bitten === "no");
          const verdict = (): string =>
            answers(words.spec({ ...named, actions: { picks, bites }, invariants: { isUnbitten } }))
              .kind;
          // It never holds: without the symmetry the bite is found in every one of them.
          let kind: string;
          try {
            kind = verdict();
          } catch (error) {
            kind = (error as Error).name;
          }
          expect({ element, kind }).toEqual({
            element,
            kind: expect.stringMatching(/SpecError|violated/),
          });
        }
      },
    );

    test.each(oneIn(4, [0, 1, 2, 3]))("an effect that names element %i", (element) => {
      const bites = action("guest", {
        forAny: page,
        when: (state, which) => state.last === which,
        effect: (state, which) => {
          if (Number(which) === element) state.bitten = "yes";
        },
      });
      isNone(spec({ ...named, actions: { allocates, frees, bites } }));
    });

    test("an effect that takes the first element that fits", () => {
      const takesFirst = action("guest", {
        when: (state) => state.guest.includes("free"),
        effect: (state) => {
          const which = [...state.guest.keys()].find((one) => state.guest[one] === "free");
          if (which !== undefined) state.guest[which] = "used";
        },
      });
      isNone(spec({ ...named, actions: { takesFirst, frees } }));
    });

    test.each(oneIn(4, [0, 1, 2, 3]))("an invariant that names element %i", (element) => {
      const claim = invariant((state) => state.last === "none" || Number(state.last) !== element);
      const verdict = (): Verdict =>
        answers(spec({ ...named, actions: { allocates, frees }, invariants: { claim } }));
      // Where the representative itself shows it there is a violation, with what is wrong as a note.
      let caught: unknown;
      try {
        caught = verdict().note;
      } catch (error) {
        caught = (error as SpecError).message;
      }
      expect(caught).toMatch(/declared interchangeable/);
    });

    test.each(oneIn(4, [0, 1, 2, 3]))("a witness that names element %i", (element) => {
      const seen = witness((state) => state.last !== "none" && Number(state.last) === element);
      isNone(spec({ ...named, actions: { allocates, frees }, witnesses: { seen } }));
    });

    test("a step property that names an element", () => {
      const claim = stepProperty(
        (before, after) => before.last === after.last || Number(after.last) !== 3,
      );
      const holding = spec({ ...named, actions: { allocates, frees }, stepProperties: { claim } });
      let caught: unknown;
      try {
        caught = answers(holding).note;
      } catch (error) {
        caught = (error as SpecError).message;
      }
      expect(caught).toMatch(/declared interchangeable/);
    });

    test("an initial state that singles an element out", () => {
      isNone(
        spec({
          ...named,
          initial: (state) => {
            for (const which of state.guest.keys())
              if (Number(which) === 2) state.guest[which] = "used";
          },
          actions: { allocates, frees },
        }),
      );
    });

    test("an end that depends on an element", () => {
      isNone(
        spec({ ...named, actions: { allocates }, mayEnd: (state) => Number(state.last) !== 1 }),
      );
    });

    test("and the same specs are explored as they are without symmetry", () => {
      const bites = action("guest", {
        forAny: page,
        when: (state, which) => state.last === which && Number(which) === 3,
        effect: (state) => {
          state.bitten = "yes";
        },
      });
      const claim = invariant((state) => state.bitten === "no");
      const biting = spec({
        ...named,
        actions: { allocates, frees, bites },
        invariants: { claim },
      });
      expect(lengths(check(instantiate(biting, { symmetry: false })))).toEqual({ claim: 2 });
    });

    test("an assertion whose values name the element is symmetric all the same", () => {
      const isNotLast = assertion("the page is not the last");
      const asserts = action("guest", {
        forAny: page,
        when: (state, which) => state.guest[which] === "used",
        effect: (state, which) => {
          assert(
            state.guest.some((is) => is === "free"),
            isNotLast,
            { page: which },
          );
          state.last = which;
        },
      });
      const verdict = answers(
        spec({ ...named, actions: { allocates, frees, asserts }, assertions: { isNotLast } }),
      );
      expect(verdict).toMatchObject({ kind: "violated", property: { name: "isNotLast" } });
      expect(verdict.note).toBeUndefined();
      expect(lengths(verdict)).toEqual({ isNotLast: 5 });
    });
  });

  describe("what is not pure is an error of the spec", () => {
    const { action, counts, invariant, spec, stepProperty } = counter(5);
    const idles = action("nobody", { effect: () => {} });
    const twice = /one thing the first time|lead again/;

    test("a condition that reads a clock", () => {
      let now = 0;
      const ticks = action("clock", { when: () => (now += 7) % 3 === 0, effect: () => {} });
      expect(() => answers(spec({ ...named, actions: { counts, ticks } }))).toThrow(twice);
    });

    test("an effect that counts outside of the state", () => {
      let calls = 0;
      const jumps = action("counter", {
        effect: (state) => {
          state.at = calls++ % 6;
        },
      });
      expect(() => answers(spec({ ...named, actions: { jumps }, mayEnd: () => true }))).toThrow(
        twice,
      );
    });

    test.each([1, 2, 3])("conditions that answer yes and no by turns, %i of them", (count) => {
      let turn = false;
      const turns = Object.fromEntries(
        Array.from({ length: count }, (_, at) => [
          `turn${at}`,
          action("flip", {
            when: (): boolean => {
              turn = !turn;
              return turn;
            },
            effect: (state) => {
              state.at = at;
            },
          }),
        ]),
      );
      expect(() =>
        answers(spec({ ...named, actions: { idles, ...turns }, mayEnd: () => true })),
      ).toThrow(twice);
    });

    test("a condition that says no until it is asked again", () => {
      const asked = new Set<number>();
      const bites = action("cache", {
        when: (state) => {
          const isKnown = asked.has(state.at);
          asked.add(state.at);
          return isKnown;
        },
        effect: (state) => {
          state.at = 5;
        },
      });
      const claim = invariant((state) => state.at !== 5);
      const caching = spec({
        ...named,
        actions: { idles, bites },
        invariants: { claim },
        mayEnd: () => true,
      });
      expect(() => answers(caching)).toThrow(twice);
    });

    test("a property that answers yes and no by turns", () => {
      let calls = 0;
      const claim = invariant(() => ++calls % 7 !== 0);
      expect(() => answers(spec({ ...named, actions: { counts }, invariants: { claim } }))).toThrow(
        SpecError,
      );
    });

    test("a condition or a property that changes the state", () => {
      const cheats = (state: object): true => {
        (state as { at: number }).at = 3;
        return true;
      };
      const guarded = action("cheat", { when: cheats, effect: () => {} });
      for (const cheating of [
        spec({ ...named, actions: { guarded } }),
        spec({ ...named, actions: { counts }, invariants: { claim: invariant(cheats) } }),
        spec({
          ...named,
          actions: { counts },
          stepProperties: { claim: stepProperty((_, after) => cheats(after)) },
        }),
        spec({ ...named, actions: {}, mayEnd: cheats }),
      ]) {
        expect(() => answers(cheating)).toThrow(/only reads/);
      }
    });

    test("a property that changes a set or a list that an effect just made", () => {
      const page = ordered("page", 2);
      const words = declare({
        constants: {},
        state: { set: subset(page), list: sequence(page, 2) },
      });
      const makes = words.action("maker", {
        forAny: page,
        effect: (state, which) => {
          state.set = new Set([which]);
          state.list = [which];
        },
      });
      for (const cheats of [
        words.invariant((state) => (state.set as Set<never>).delete(page.at(0) as never) || true),
        words.invariant((state) => (state.list as unknown[]).pop() !== 7),
      ]) {
        const cheating = words.spec({ ...named, actions: { makes }, invariants: { cheats } });
        expect(() => answers(cheating)).toThrow(/property cheats fails/);
      }
    });

    test("an effect that keeps a piece of its own state for later", () => {
      const page = ordered("page", 2);
      const words = declare({ constants: {}, state: { list: sequence(page, 2) } });
      const shared: never[] = [];
      const shares = words.action("sharer", {
        effect: (state) => {
          state.list = shared;
        },
      });
      const grows = words.action("grower", {
        effect: () => {
          shared.push(page.at(0) as never);
        },
      });
      expect(() => answers(words.spec({ ...named, actions: { shares, grows } }))).toThrow(
        SpecError,
      );
    });

    test.each([
      ["an async effect", async () => {}],
      ["an effect that returns a state", (state: object) => ({ ...state })],
      ["an effect that returns a list", () => []],
      [
        "an effect that throws",
        () => {
          throw new Error("no");
        },
      ],
    ] as const)("%s", (_, effect) => {
      const acts = action("actor", { effect: effect as () => void });
      expect(() => answers(spec({ ...named, actions: { acts } }))).toThrow(SpecError);
    });

    test.each([
      ["undefined", (): unknown => undefined],
      ["a number", (): unknown => 1],
      ["null", (): unknown => null],
      ["a promise", (): unknown => Promise.resolve(true)],
      [
        "nothing, for it throws",
        (): never => {
          throw new Error("no");
        },
      ],
    ] as const)("a function that must answer true or false and answers %s", (_, answer) => {
      const claim = answer as unknown as () => boolean;
      const acts = action("actor", { when: claim, effect: () => {} });
      for (const wrong of [
        spec({ ...named, actions: { acts } }),
        spec({ ...named, actions: { counts }, invariants: { claim: invariant(claim) } }),
        spec({
          ...named,
          actions: { counts },
          invariants: { claim: invariant({ when: claim, holds: () => true }) },
        }),
        spec({ ...named, actions: { counts }, stepProperties: { claim: stepProperty(claim) } }),
        spec({ ...named, actions: {}, mayEnd: claim }),
        spec({ ...named, actions: { counts }, initial: { when: claim, effect: () => {} } }),
      ]) {
        expect(() => answers(wrong)).toThrow(SpecError);
      }
    });
  });

  describe("a state is judged in one form", () => {
    const cpu = ordered("cpu", 3);
    const { action, invariant, spec } = declare({ constants: {}, state: { waiting: subset(cpu) } });
    const waits = action(cpu, {
      when: (state, self) => !state.waiting.has(self),
      effect: (state, self) => {
        state.waiting.add(self);
      },
    });

    test("however its sets were filled: what holds, holds on every path to the state", () => {
      const claim = invariant(
        (state) => state.waiting.size < 2 || [...state.waiting][0] !== cpu.at(2),
      );
      const model = instantiate(
        spec({ ...named, actions: { waits }, invariants: { claim }, mayEnd: () => true }),
      );
      expect(check(model).kind).toBe("holds");
      let states = model.initialStates();
      for (let depth = 0; depth < 3; depth++) {
        states = states.flatMap((state) =>
          model.steps
            .filter((step) => model.isEnabled(state, step))
            .map((step) => model.apply(state, step)),
        );
        for (const state of states) {
          expect(model.claims.every((one) => model.ask(one, "holds", state))).toBe(true);
        }
      }
    });

    test("a zero has no sign", () => {
      const {
        action: acts,
        invariant: claims,
        spec: toy,
      } = declare({ constants: {}, state: { at: range(0, 1) } });
      const negates = acts("sign", {
        effect: (state) => {
          state.at = state.at === 0 ? -0 : 0;
        },
      });
      const claim = claims((state) => Object.is(state.at, 0));
      expect(
        answers(toy({ ...named, actions: { negates }, invariants: { claim }, mayEnd: () => true }))
          .kind,
      ).toBe("holds");
    });
  });

  describe("no proof without content", () => {
    const none = interchangeable("page", 0);
    const { action, invariant, leadsTo, spec, stepProperty, witness } = declare({
      constants: {},
      state: { at: range(0, 3) },
    });
    const counts = action("counter", {
      effect: (state) => {
        state.at = (state.at + 1) % 4;
      },
    });
    const actions = { counts };

    test.each([
      [
        "an invariant whose condition never holds",
        { invariants: { claim: invariant({ when: () => false, holds: () => true }) } },
      ],
      [
        "an invariant of every element of an empty set",
        { invariants: { claim: invariant({ forAny: none, holds: () => true }) } },
      ],
      [
        "a step property of an actor that there is not",
        { stepProperties: { claim: stepProperty({ by: "nobody", holds: () => true }) } },
      ],
      [
        "a step property whose condition never holds",
        { stepProperties: { claim: stepProperty({ when: () => false, holds: () => true }) } },
      ],
    ])("%s is vacuous", (_, claims) => {
      const verdict = answers(spec({ ...named, actions, ...claims }));
      expect(verdict).toMatchObject({ kind: "vacuous", property: { name: "claim" } });
      expect(statuses(verdict)).toMatchObject({ claim: "vacuous", deadlockFreedom: "holds" });
    });

    test.each([
      ["that is never met", witness((state) => state.at > 3)],
      ["of an element of an empty set", witness({ forAny: none, holds: () => true })],
      ["whose condition never holds", witness({ when: () => false, holds: () => true })],
    ])("a witness %s is not seen, and nothing is proved", (_, seen) => {
      const verdict = answers(spec({ ...named, actions, witnesses: { seen } }));
      expect(verdict).toMatchObject({
        kind: "vacuous",
        property: { kind: "witness", name: "seen" },
      });
      expect(statuses(verdict)).toMatchObject({ seen: "never seen" });
    });

    test("a violation outweighs what is vacuous", () => {
      const verdict = answers(
        spec({
          ...named,
          actions,
          invariants: {
            claim: invariant({ when: () => false, holds: () => true }),
            isSmall: invariant((state) => state.at < 2),
          },
        }),
      );
      expect(verdict).toMatchObject({ kind: "violated", property: { name: "isSmall" } });
    });

    test("asked only about what this search does not decide, it says that nothing was checked", () => {
      const liveness = { claim: leadsTo({ from: () => true, to: (state) => state.at > 3 }) };
      expect(
        answers(spec({ ...named, actions, liveness }), { properties: ["claim"], liveness: false }),
      ).toMatchObject({
        kind: "incomplete",
        reason: "not checked",
      });
      expect(answers(spec({ ...named, actions }), { properties: [] }).kind).toBe("incomplete");
    });

    test("an action that is never possible shows in the figures", () => {
      const never = action("ghost", { when: () => false, fairness: "strong", effect: () => {} });
      const nowhere = action(none, { effect: () => {} });
      const { kind, statistics } = answers(spec({ ...named, actions: { counts, never, nowhere } }));
      expect({ kind, taken: statistics.taken }).toEqual({
        kind: "holds",
        taken: { counts: 4, never: 0, nowhere: 0 },
      });
    });

    test("a protocol with no initial state proves nothing", () => {
      expect(() =>
        answers(spec({ ...named, actions, initial: { when: () => false, effect: () => {} } })),
      ).toThrow(/no initial state/);
    });

    test("a bound of a choice that is no number is an error, not an action that never happens", () => {
      for (const bound of [Number.NaN, undefined, 1.5]) {
        const jumps = action("jumper", {
          forAny: range(0, () => bound as number),
          effect: (state, to) => {
            state.at = to;
          },
        });
        expect(() => answers(spec({ ...named, actions: { counts, jumps } }))).toThrow(SpecError);
      }
    });

    test("pages that the host never discards do not make the page contract vacuous", () => {
      const page = interchangeable("page", 2);
      const words = declare({
        constants: {},
        state: { guest: each(page, oneOf("free", "stable")) },
      });
      const toggles = words.action("guest", {
        forAny: page,
        effect: (state, which) => {
          state.guest[which] = state.guest[which] === "free" ? "stable" : "free";
        },
      });
      const pages = words.pages({ forEach: page, state: (state, which) => state.guest[which] });
      expect(answers(words.spec({ ...named, actions: { toggles }, pages })).kind).toBe("holds");
    });

    test("the names of what is judged of every protocol are not free", () => {
      for (const name of ["deadlockFreedom"]) {
        expect(() =>
          spec({ ...named, actions, invariants: { [name]: invariant(() => true) } }),
        ).toThrow(SpecError);
      }
    });
  });

  describe("every violation, each by a shortest trace", () => {
    test("several properties, invariants, steps, assertions and a deadlock at their own depths", () => {
      const { action, assertion, invariant, spec, stepProperty, witness } = declare({
        constants: {},
        state: { at: range(0, 9), mark: range(0, 1) },
      });
      const painterIsBelow6 = assertion("the painter is below six");
      const actions = {
        climbs: action("climber", {
          when: (state) => state.at < 8,
          effect: (state) => {
            state.at += 1;
          },
        }),
        jumps: action("climber", {
          when: (state) => state.at === 4,
          effect: (state) => {
            state.at = 9;
          },
        }),
        marks: action("painter", {
          when: (state) => state.at === 6 && state.mark === 0,
          effect: (state) => {
            state.mark = 1;
            assert(state.at < 6, painterIsBelow6);
          },
        }),
      };
      const verdict = answers(
        spec({
          ...named,
          actions,
          invariants: {
            holds: invariant((state) => state.mark === 0),
            isBelow3: invariant((state) => state.at < 3),
          },
          stepProperties: { isSlow: stepProperty((before, after) => after.at - before.at < 2) },
          assertions: { painterIsBelow6 },
          witnesses: { reaches7: witness((state) => state.at === 7) },
        }),
      );
      expect(statuses(verdict)).toEqual({
        holds: "undecided",
        isBelow3: "violated",
        isSlow: "violated",
        reaches7: "seen",
        deadlockFreedom: "violated",
        painterIsBelow6: "violated",
      });
      expect(lengths(verdict)).toEqual({
        isBelow3: 3,
        isSlow: 5,
        deadlockFreedom: 5,
        painterIsBelow6: 7,
      });
      expect(verdict).toMatchObject({ property: { name: "isBelow3" } });
    });

    test("an initial state that violates has a trace without steps", () => {
      const { counts, invariant, spec } = counter(3);
      const verdict = answers(
        spec({
          ...named,
          actions: { counts },
          invariants: { isNotZero: invariant((state) => state.at > 0) },
        }),
      );
      expect(verdict).toMatchObject({ kind: "violated", trace: { steps: [], initial: { at: 0 } } });
    });

    test("only the one of many initial states that violates is in the trace", () => {
      const { counts, invariant, spec } = counter(9);
      const verdict = answers(
        spec({
          ...named,
          initial: {
            forAny: range(0, 5),
            effect: (state, at) => {
              state.at = at;
            },
          },
          actions: { counts },
          invariants: { isSmall: invariant((state) => state.at < 8) },
        }),
      );
      expect(verdict).toMatchObject({ kind: "violated", trace: { initial: { at: 5 } } });
      expect(lengths(verdict)).toEqual({ isSmall: 3 });
      expect(verdict.statistics).toMatchObject({
        distinctStates: 10,
        generatedStates: 16,
        depth: 5,
      });
    });

    test("a step that changes nothing is a step that step properties judge, and leads out of no deadlock", () => {
      const { action, spec, stepProperty } = counter(1);
      const idles = action("nobody", { effect: () => {} });
      const verdict = answers(
        spec({
          ...named,
          actions: { idles },
          stepProperties: { moves: stepProperty((before, after) => before.at !== after.at) },
        }),
      );
      expect(statuses(verdict)).toEqual({ moves: "violated", deadlockFreedom: "violated" });
      expect(lengths(verdict)).toEqual({ moves: 1, deadlockFreedom: 0 });
    });

    test("a step to a state that was met before is judged too", () => {
      const { counts, spec, stepProperty } = counter(3);
      const verdict = answers(
        spec({
          ...named,
          actions: { counts },
          stepProperties: { grows: stepProperty((before, after) => after.at > before.at) },
        }),
      );
      expect(lengths(verdict)).toEqual({ grows: 4 });
    });

    test("a protocol may end where it says, and nowhere else", () => {
      const { action, spec } = counter(3);
      const climbs = action("climber", {
        when: (state) => state.at < 3,
        effect: (state) => {
          state.at += 1;
        },
      });
      const ending = (at: number): Verdict =>
        answers(spec({ ...named, actions: { climbs }, mayEnd: (state) => state.at === at }));
      expect(ending(3).kind).toBe("holds");
      expect(lengths(ending(2))).toEqual({ deadlockFreedom: 3 });
      expect(lengths(answers(spec({ ...named, actions: {} })))).toEqual({ deadlockFreedom: 0 });
    });

    test("an assertion that fails for one choice does not hide what another choice violates", () => {
      const { action, assertion, spec, stepProperty } = counter(5);
      const isNotFirst = assertion("the choice is not the first");
      const jumps = action("jumper", {
        forAny: range(0, 2),
        effect: (state, choice) => {
          assert(choice > 0, isNotFirst);
          if (choice === 2) state.at = 5;
        },
      });
      const verdict = answers(
        spec({
          ...named,
          actions: { jumps },
          stepProperties: { isSlow: stepProperty((before, after) => after.at - before.at < 2) },
          assertions: { isNotFirst },
        }),
      );
      expect(lengths(verdict)).toEqual({ isNotFirst: 1, isSlow: 1 });
      expect(
        verdict.properties.find(({ name }) => name === "isSlow")?.trace?.steps[0]?.step.choice,
      ).toEqual([2]);
    });

    test("an assertion that fails stops the search there: nothing else that was asked about holds", () => {
      const { action, assertion, counts, invariant, spec } = counter(5);
      const assertions = { isLow: assertion("not so high") };
      const climbs = action("climber", {
        effect: (state) => {
          assert(state.at < 2, assertions.isLow);
          state.at += 1;
        },
      });
      const isSmall = invariant((state) => state.at < 4);
      const verdict = answers(
        spec({ ...named, actions: { climbs }, invariants: { isSmall }, assertions }),
        {
          properties: ["isSmall"],
        },
      );
      expect(verdict.kind).toBe("incomplete");
      expect(statuses(verdict)).toEqual({ isSmall: "undecided" });
      expect(answers(spec({ ...named, actions: { climbs }, assertions }))).toMatchObject({
        kind: "violated",
        property: { name: "isLow" },
        trace: { steps: { length: 3 } },
      });
      expect(
        answers(spec({ ...named, actions: { counts }, invariants: { isSmall } }), {
          properties: ["isSmall"],
        }).kind,
      ).toBe("violated");
    });

    test("an assertion about the initial state is an error of the spec", () => {
      const { assertion, counts, spec } = counter(5);
      const neverSo = assertion("never so");
      const asserting = spec({
        ...named,
        actions: { counts },
        initial: () => assert(false, neverSo),
        assertions: { neverSo },
      });
      expect(() => answers(asserting)).toThrow(SpecError);
      expect(() => answers(asserting)).toThrow(/never so/);
    });

    test("asked about one property only, the others are neither judged nor listed", () => {
      const { counts, invariant, spec, witness } = counter(5);
      const claiming = spec({
        ...named,
        actions: { counts },
        invariants: {
          isSmall: invariant((state) => state.at < 3),
          isSmaller: invariant((state) => state.at < 2),
        },
        witnesses: { reaches1: witness((state) => state.at === 1) },
      });
      expect(lengths(answers(claiming, { properties: ["isSmall"] }))).toEqual({ isSmall: 3 });
      expect(statuses(answers(claiming, { properties: ["reaches1"] }))).toEqual({
        reaches1: "seen",
      });
      expect(() => answers(claiming, { properties: ["isSmal"] })).toThrow(/did you mean isSmall/);
    });
  });

  describe("an error of the spec after a violation leaves the violation", () => {
    const { action, invariant, spec, stepProperty } = counter(5);
    const isSmall = invariant((state) => state.at < 2);
    const climbs = action("climber", {
      effect: (state) => {
        state.at += 1;
      },
    });

    test("deeper than it", () => {
      const verdict = answers(
        spec({
          ...named,
          actions: { climbs },
          invariants: { isSmall, fine: invariant(() => true) },
        }),
      );
      expect(verdict).toMatchObject({
        kind: "violated",
        note: expect.stringContaining("sets at to 6"),
      });
      expect(statuses(verdict)).toEqual({
        isSmall: "violated",
        fine: "undecided",
        deadlockFreedom: "undecided",
      });
    });

    test.each(["out of its domain", "throws", "throws in its condition"])(
      "in another choice of the same action: %s",
      (how) => {
        const jumps = action("jumper", {
          forAny: range(0, 1),
          when: (_, choice) => {
            if (how === "throws in its condition" && choice === 1) throw new Error("no");
            return true;
          },
          effect: (state, choice) => {
            if (how === "throws" && choice === 1) throw new Error("no");
            state.at = choice === 1 ? 99 : 2;
          },
        });
        const verdict = answers(spec({ ...named, actions: { jumps }, invariants: { isSmall } }));
        expect(verdict).toMatchObject({ kind: "violated", property: { name: "isSmall" } });
        expect(lengths(verdict)).toEqual({ isSmall: 1 });
      },
    );

    test("in another initial state", () => {
      const fussy = invariant((state) => {
        if (state.at === 5) throw new Error("five");
        return true;
      });
      const verdict = answers(
        spec({
          ...named,
          initial: {
            forAny: range(2, 5),
            effect: (state, at) => {
              state.at = at;
            },
          },
          actions: { climbs },
          invariants: { isSmall, fussy },
        }),
      );
      expect(verdict).toMatchObject({
        kind: "violated",
        property: { name: "isSmall" },
        note: expect.stringContaining("five"),
      });
    });

    test("but a state outside of its domain is not judged: it is the error", () => {
      const claim = stepProperty((_, after) => after.at <= 5);
      expect(() =>
        answers(spec({ ...named, actions: { climbs }, stepProperties: { claim } })),
      ).toThrow(/sets at to 6/);
    });
  });

  test("every trace of the toys can be taken again from its file, to the same violation", () => {
    const page = interchangeable("page", 3);
    const { action, invariant, spec } = declare({
      constants: {},
      state: { list: sequence(page, 3), held: subset(page), owner: optional(page) },
    });
    const queues = spec({
      ...named,
      initial: {
        forAny: page,
        effect: (state, which) => {
          state.held.add(which);
        },
      },
      actions: {
        joins: action("page", {
          forAny: page,
          when: (state, which) => !state.list.includes(which) && state.list.length < 3,
          effect: (state, which) => {
            state.list.push(which);
          },
        }),
        leads: action("page", {
          when: (state) => state.list.length > 1,
          effect: (state) => {
            state.owner = state.list.shift() ?? "none";
          },
        }),
      },
      invariants: {
        ownerIsHeld: invariant((state) => state.owner === "none" || state.held.has(state.owner)),
        heldIsNotSecond: invariant(
          (state) => state.list.length < 3 || !state.held.has(state.list[1] as never),
        ),
      },
      mayEnd: () => true,
    });
    const models: readonly Model[] = [
      instantiate(queues),
      instantiate(queues, { symmetry: false }),
      instantiate(dieHard({ claimsImpossible: true })),
      instantiate(philosophers(5, { mayStarve: false })),
      instantiate(undirectedGraph(3)),
    ];
    const found = models.map((model) => {
      const verdict = check(model);
      return verdict.properties.flatMap(({ kind, name, trace }) => {
        if (trace === undefined) return [];
        const file = toFile(model, {
          protocol: model.spec.name,
          constants: {},
          property: { kind, name },
          trace,
        });
        expect(replay(model, JSON.parse(JSON.stringify(file)))).toMatchObject({ kind: "violates" });
        return [`${name} ${trace.steps.length}`];
      });
    });
    expect(found).toEqual([
      ["ownerIsHeld 3", "heldIsNotSecond 3"],
      ["ownerIsHeld 3", "heldIsNotSecond 3"],
      ["fourGallonsAreOutOfReach 6"],
      ["deadlockFreedom 5"],
      [],
    ]);
  });

  test("parts of the state are no objects that could be the same", () => {
    const place = ordered("place", 2);
    const words = declare({
      constants: {},
      state: {
        at: each(place, record({ n: range(0, 1) })),
        list: sequence(record({ n: range(0, 1) }), 2),
      },
    });
    const moves = words.action("walker", {
      effect: (state) => {
        state.at[place.at(0)] = { n: state.at[place.at(0)].n === 0 ? 1 : 0 };
      },
    });
    const claims = {
      differs: words.invariant((state) => state.at[place.at(0)] !== state.at[place.at(1)]),
      isListed: words.invariant((state) => !state.list.includes(state.at[place.at(0)])),
      isOneOf: words.invariant((state) => new Set(state.at).size === 2),
      stays: words.stepProperty((before, after) => before.at !== after.at),
    };
    for (const [name, claim] of Object.entries(claims)) {
      const section = name === "stays" ? "stepProperties" : "invariants";
      const model = instantiate(
        words.spec({ ...named, actions: { moves }, [section]: { [name]: claim } } as never),
      );
      const refused = new RegExp(`property ${name}: .* compares parts of the state as objects`);
      expect(() => check(model, { engine: "reference" })).toThrow(refused);
      expect(() => check(model, { engine: "compiled" })).toThrow(refused);
      expect(() => explore(model)).toThrow(refused);
    }
  });

  test("an index beyond what a state can hold is refused, not mistaken for another", () => {
    const place = ordered("place", 70_000);
    const { action, invariant, spec } = declare({ constants: {}, state: { at: place } });
    const moves = action("walker", {
      when: (state) => place.position(state.at) < 69_999,
      effect: (state) => {
        state.at = place.at(place.position(state.at) + 1);
      },
    });
    const isNear = invariant((state) => place.position(state.at) < 66_000);
    const walking = spec({
      ...named,
      actions: { moves },
      invariants: { isNear },
      mayEnd: () => true,
    });

    expect(() => instantiate(walking)).toThrow(SpecError);
    const long = declare({ constants: {}, state: { list: sequence(oneOf("a"), 70_000) } });
    expect(() => instantiate(long.spec({ ...named, actions: {} }))).toThrow(SpecError);
  });
});
