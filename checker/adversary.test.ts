/** Ways in which a learned relation could be wrong, each with a spec that tries it on both engines. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import {
  assert,
  declare,
  each,
  type Index,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  record,
  type Spec,
  sequence,
  subset,
} from "../spec/index.ts";
import { comparable, type Comparable, engines } from "../toys/compared.ts";
import { check } from "./index.ts";
import { nightly } from "../toys/share.ts";

const named = { name: "toy", title: "a toy" };

/** Both engines agree; what they agree on. */
function agreed(make: () => Spec, options = {}): Comparable | "spec at fault" {
  const compiled = comparable("compiled", instantiate(make(), options));
  expect(compiled).toEqual(comparable("reference", instantiate(make(), options)));
  return compiled;
}

/** Neither engine says that it holds, whatever the one or the other says. */
function neverHolds(make: () => Spec): void {
  for (const engine of ["reference", "compiled"] as const) {
    const answer = comparable(engine, instantiate(make()));
    expect({ engine, kind: typeof answer === "string" ? answer : answer.kind }).toEqual({
      engine,
      kind: expect.stringMatching(/spec at fault|violated/),
    });
  }
}

/** One word for each element, typed as the array that it is. */
const wordsOf = (list: object): readonly string[] => list as readonly string[];

/** A wheel of so many positions with a lever that is pulled at any of them. */
function wheel(last: number) {
  const words = declare({
    constants: {},
    state: { at: range(0, last), lever: oneOf("up", "down"), idle: range(0, 3) },
  });
  const turns = words.action("wheel", {
    effect: (state) => {
      state.at = (state.at + 1) % (last + 1);
    },
  });
  const pulls = words.action("hand", {
    effect: (state) => {
      state.lever = state.lever === "up" ? "down" : "up";
    },
  });
  const idles = words.action("nobody", {
    effect: (state) => {
      state.idle = (state.idle + 1) % 4;
    },
  });
  return { ...words, actions: { turns, pulls, idles } };
}

describe("properties are asked wherever their answer may change", () => {
  test.each([0, 1, 100, 299])("an invariant that reads more only at %i", (late) => {
    const result = agreed(() => {
      const { actions, invariant, spec } = wheel(300);
      return spec({
        ...named,
        actions,
        invariants: {
          late: invariant((state) => state.at !== late || state.lever === "up" || state.idle !== 2),
          later: invariant((state) =>
            state.at > late ? state.idle < 3 || state.lever === "up" : true,
          ),
        },
      });
    });
    expect(result).toMatchObject({ kind: "violated" });
  });

  test.each([0, 150, 300])(
    "an invariant and a witness that have nothing to say until %i",
    (late) => {
      agreed(() => {
        const { actions, invariant, spec, stepProperty, witness } = wheel(300);
        return spec({
          ...named,
          actions,
          invariants: {
            claim: invariant({
              when: (state) => state.at === late,
              holds: (state) => state.idle < 3,
            }),
            never: invariant({ when: (state) => state.at > 300, holds: () => false }),
          },
          stepProperties: {
            slow: stepProperty({
              when: (before, after) => before.at === late && after.lever === "down",
              holds: (before, after) => before.at === after.at,
            }),
          },
          witnesses: {
            seen: witness(
              (state) => state.at === late && state.lever === "down" && state.idle === 3,
            ),
          },
        });
      });
    },
  );

  test.each(["wheel", "hand", "nobody", "no such actor", undefined])(
    "a step property that fails only where a step touches nothing that it reads, by %s",
    (by) => {
      agreed(() => {
        const { actions, spec, stepProperty } = wheel(40);
        return spec({
          ...named,
          actions,
          stepProperties: {
            moves: stepProperty({
              ...(by && { by }),
              when: (before) => before.at === 33,
              holds: (before, after) => before.at !== after.at,
            }),
            movesOrPulls: stepProperty({
              ...(by && { by }),
              holds: (before, after) =>
                before.at !== after.at || before.lever !== after.lever || before.idle < 3,
            }),
          },
        });
      });
    },
  );

  test("a property that reads the whole state", () => {
    agreed(() => {
      const { actions, invariant, spec, stepProperty } = wheel(60);
      return spec({
        ...named,
        actions,
        invariants: {
          text: invariant((state) => JSON.stringify(state) !== '{"at":55,"lever":"down","idle":3}'),
          keys: invariant((state) => Object.keys(state).length === 3),
        },
        stepProperties: {
          sameText: stepProperty(
            (before, after) =>
              JSON.stringify(before) !== '{"at":55,"lever":"down","idle":2}' || after.idle !== 3,
          ),
        },
      });
    });
  });

  describe("a step property that makes no sense of a state as a step to itself", () => {
    const claiming = (ofNoChange: () => unknown) => (): Spec => {
      const { actions, spec, stepProperty } = wheel(5);
      return spec({
        ...named,
        actions,
        stepProperties: {
          changes: stepProperty(
            (before, after) =>
              before.at !== after.at ||
              before.lever !== after.lever ||
              before.idle !== after.idle ||
              (ofNoChange() as boolean),
          ),
        },
      });
    };

    test("and fails there", () => {
      expect(agreed(claiming(() => false))).toMatchObject({ kind: "holds" });
    });

    test("and throws there", () => {
      const throws = (): never => {
        throw new Error("every step changes something");
      };
      expect(agreed(claiming(throws))).toMatchObject({ kind: "holds" });
    });

    test("and answers undefined there", () => {
      expect(agreed(claiming(() => undefined))).toMatchObject({ kind: "holds" });
    });
  });

  test("several choices of one property, of which one fails", () => {
    const cell = ordered("cell", 6);
    agreed(() => {
      const { action, invariant, spec, stepProperty } = declare({
        constants: {},
        state: { cell: each(cell, range(0, 2)) },
      });
      const turns = action("someone", {
        forAny: cell,
        effect: (state, which) => {
          state.cell[which] = (state.cell[which] + 1) % 3;
        },
      });
      return spec({
        ...named,
        actions: { turns },
        invariants: {
          pairs: invariant({
            forAny: [cell, cell],
            when: (state, a, b) => state.cell[a] === 2 && a !== b,
            holds: (state, a, b) =>
              state.cell[b] !== 2 || cell.position(a) !== 4 || cell.position(b) !== 5,
          }),
        },
        stepProperties: {
          forward: stepProperty({
            forAny: cell,
            when: (before, after, which) => before.cell[which] !== after.cell[which],
            holds: (before, after, which) =>
              after.cell[which] > before.cell[which] || cell.position(which) < 5,
          }),
        },
      });
    });
  });
});

describe("states of any size", () => {
  const bits = [1, 2, 31, 32, 33, 62, 63, 64, 65, 95, 127, 128, 129, 200, 300];
  test.each(bits)("of %i bits, first and last of which count", (count) => {
    const bit = ordered("bit", count);
    const make = (): Spec => {
      const { action, invariant, spec, witness } = declare({
        constants: {},
        state: { bits: each(bit, oneOf("0", "1")) },
      });
      const flip = (which: Index<"bit">) =>
        action("someone", {
          effect: (state) => {
            state.bits[which] = state.bits[which] === "0" ? "1" : "0";
          },
        });
      const fills = action("someone", {
        when: (state) => state.bits[bit.at(0)] === "1",
        effect: (state) => {
          for (const at of state.bits.keys()) state.bits[at] = "1";
        },
      });
      const flipsAny = action("someone", {
        forAny: range(0, 2),
        when: (state) => state.bits.every((it) => it === "1"),
        effect: (state, third) => {
          state.bits[bit.at(Math.floor((third * count) / 3))] = "0";
        },
      });
      return spec({
        ...named,
        actions: {
          flipsFirst: flip(bit.at(0)),
          flipsMiddle: flip(bit.at(Math.floor(count / 2))),
          flipsLast: flip(bit.at(count - 1)),
          fills,
          flipsAny,
        },
        invariants: {
          counted: invariant((state) => state.bits.filter((it) => it === "1").length !== count - 1),
        },
        witnesses: { full: witness((state) => !state.bits.includes("0")) },
      });
    };
    agreed(make);
  });

  test.each([2, 256, 257, 1_000, 65_535])("of a range of %i values", (values) => {
    agreed(() => {
      const { action, invariant, spec } = declare({
        constants: {},
        state: { at: range(-7, values - 8), other: range(0, 1) },
      });
      const jumps = action("someone", {
        effect: (state) => {
          state.at = ((state.at + 7 + Math.floor(values / 3) + 1) % values) - 7;
        },
      });
      const flips = action("someone", {
        effect: (state) => {
          state.other = state.at > 0 ? 1 : 0;
        },
      });
      return spec({
        ...named,
        actions:
          values > 2_000
            ? {
                jumps: action("someone", {
                  when: (state) => state.at < 500,
                  effect: (state) => {
                    state.at += 1;
                  },
                }),
                leaps: action("someone", {
                  when: (state) => state.at === 500,
                  effect: (state) => {
                    state.at = values - 8;
                  },
                }),
                flips,
              }
            : { jumps, flips },
        invariants: {
          isNotLast: invariant((state) => state.at !== values - 8 || state.other === 1),
        },
      });
    });
  });

  test.each([3, 20, 40, 70])("with a sequence of up to %i values of two bits", (max) => {
    const page = ordered("page", 4);
    agreed(() => {
      const { action, invariant, spec } = declare({
        constants: {},
        state: { list: sequence(page, max), phase: oneOf("fills", "turns", "drains") },
      });
      return spec({
        ...named,
        actions: {
          fills: action("someone", {
            when: (state) => state.phase === "fills" && state.list.length < max,
            effect: (state) => {
              state.list.push(page.at(state.list.length % 4));
              if (state.list.length === max) state.phase = "turns";
            },
          }),
          turns: action("someone", {
            when: (state) => state.phase === "turns",
            effect: (state) => {
              state.list.push(state.list.shift() as never);
              if (state.list[0] === page.at(3) || max < 4) state.phase = "drains";
            },
          }),
          drains: action("someone", {
            when: (state) => state.phase === "drains" && state.list.length > 0,
            effect: (state) => {
              state.list.splice(state.list.indexOf(page.at(1)), 1);
            },
          }),
          swaps: action("someone", {
            when: (state) => state.phase === "drains" && state.list.length === 3,
            effect: (state) => {
              state.list = state.list.filter((it) => it !== page.at(2));
            },
          }),
        },
        invariants: {
          isShort: invariant((state) => state.list.length < max),
          inOrder: invariant((state) =>
            state.list.every((it, at) => at === 0 || it !== state.list[at - 1]),
          ),
        },
        mayEnd: (state) => state.list.length === 0,
      });
    });
  });
});

describe("where there is little", () => {
  test("empty sets, sequences without room, and records without choice", () => {
    const none = interchangeable("page", 0);
    const single = ordered("cpu", 1);
    expect(
      agreed(() => {
        const { action, invariant, spec } = declare({
          constants: {},
          state: {
            cells: each(none, oneOf("a", "b")),
            set: subset(none),
            list: sequence(single, 0),
            only: oneOf("a"),
            one: record({ of: single, is: oneOf("so") }),
            at: range(0, 3),
          },
        });
        const ticks = action("clock", {
          effect: (state) => {
            state.at = (state.at + 1 + state.cells.length + state.set.size + state.list.length) % 4;
          },
        });
        const nobody = action(none, { effect: () => {} });
        const clears = action("clock", {
          effect: (state) => {
            state.list = [];
            state.set.clear();
            state.only = "a";
            state.one = { of: single.at(0), is: "so" } as never;
          },
        });
        return spec({
          ...named,
          actions: { ticks, nobody, clears },
          invariants: {
            empty: invariant(
              (state) => state.cells.every(() => false) && !state.list.some(() => true),
            ),
          },
        });
      }),
    ).toMatchObject({ kind: "holds", figures: { distinctStates: 4 } });
  });

  test("no action at all, and a state without a bit", () => {
    const { spec } = declare({ constants: {}, state: { only: oneOf("a") } });
    agreed(() => spec({ ...named, actions: {} }));
    agreed(() => spec({ ...named, actions: {}, mayEnd: () => true }));
  });

  test("many initial states, some of them equal, or symmetric", () => {
    const cell = interchangeable("cell", 3);
    agreed(() => {
      const { action, invariant, spec } = declare({
        constants: {},
        state: { cell: each(cell, range(0, 2)), last: optional(cell) },
      });
      const counts = action("someone", {
        forAny: cell,
        when: (state, which) => state.cell[which] < 2,
        effect: (state, which) => {
          state.cell[which] += 1;
          state.last = which;
        },
      });
      return spec({
        ...named,
        initial: {
          forAny: [cell, cell],
          effect: (state, a, b) => {
            state.cell[a] = 1;
            state.cell[b] = 1;
          },
        },
        actions: { counts },
        invariants: { notAll: invariant((state) => !state.cell.every((it) => it === 2)) },
        mayEnd: (state) => state.last !== "none",
      });
    });
  });
});

describe("the spec is at fault in one state of many", () => {
  const broken = (how: string) => () => {
    const { actions, action, assertion, invariant, spec, stepProperty } = wheel(40);
    const neverSo = assertion("never so");
    const isRare = (state: { at: number; lever: string; idle: number }): boolean =>
      state.at === 31 && state.lever === "down" && state.idle === 3;
    const no = (): never => {
      throw new Error("no");
    };
    const rare = action("rare", {
      when: (state) => isRare(state) && (how !== "a condition" || no()),
      effect: (state) => {
        if (how === "an effect") no();
        if (how === "a domain") state.at = 41;
        if (how === "a sequence") (state as unknown as { at: unknown }).at = "x";
        if (how === "an assertion") assert(state.idle < 3, neverSo);
      },
    });
    return spec({
      ...named,
      actions: { ...actions, rare },
      invariants: {
        fine: invariant((state) => how !== "an invariant" || !isRare(state) || no()),
      },
      stepProperties: {
        fine2: stepProperty((_, after) => how !== "a step property" || !isRare(after) || no()),
      },
      assertions: { neverSo },
    });
  };

  test.each([
    "a condition",
    "an effect",
    "a domain",
    "a sequence",
    "an invariant",
    "a step property",
  ])("in %s", (how) => {
    expect(agreed(broken(how))).toBe("spec at fault");
  });

  test("an assertion fails there", () => {
    expect(agreed(broken("an assertion"))).toMatchObject({
      kind: "violated",
      property: "neverSo",
    });
  });

  test("mayEnd throws", () => {
    expect(
      agreed(() => {
        const { action, spec } = declare({ constants: {}, state: { at: range(0, 9) } });
        const counts = action("counter", {
          when: (state) => state.at < 9,
          effect: (state) => {
            state.at += 1;
          },
        });
        return spec({
          ...named,
          actions: { counts },
          mayEnd: (state) => {
            if (state.at === 9) throw new Error("no");
            return false;
          },
        });
      }),
    ).toBe("spec at fault");
  });

  const leavesViolation = (how: string): void => {
    const make = (): Spec => {
      const { action, invariant, spec, stepProperty } = declare({
        constants: {},
        state: { at: range(0, 9) },
      });
      const no = (): never => {
        throw new Error("no");
      };
      const counts = action("counter", {
        when: (state) => state.at < 9 || (how === "a condition" && no()),
        effect: (state) => {
          if (how === "an effect" && state.at === 8) no();
          state.at += 1;
        },
      });
      return spec({
        ...named,
        actions: { counts },
        invariants: {
          isSmall: invariant((state) => state.at < 4),
          fine: invariant((state) => state.at < 9 || (how === "an invariant" && no()) || true),
        },
        stepProperties: {
          slow: stepProperty(
            (_, after) => after.at < 9 || (how === "a step property" && no()) || true,
          ),
        },
        mayEnd: (state) => state.at < 9 || (how === "mayEnd" && no()) || true,
      });
    };
    const answer = comparable("compiled", instantiate(make()));
    expect(answer).toMatchObject({ kind: "violated", property: "isSmall", isCutShort: true });
    const reference = comparable("reference", instantiate(make()));
    expect((answer as Comparable).properties).toEqual((reference as Comparable).properties);
  };

  test("behind a violation, which stands: an invariant", () => leavesViolation("an invariant"));

  test.each(["mayEnd", "an effect", "a condition", "a step property"])(
    "behind a violation, which stands: %s",
    leavesViolation,
  );
});

describe("what is not pure never holds", () => {
  const counting =
    (when: (at: number) => boolean, last = 400) =>
    () => {
      const { action, invariant, spec } = declare({
        constants: {},
        state: { at: range(0, last), bitten: oneOf("no", "yes") },
      });
      const counts = action("counter", {
        when: (state) => state.at < last,
        effect: (state) => {
          state.at += 1;
        },
      });
      const bites = action("dog", {
        when: (state) => when(state.at),
        effect: (state) => {
          state.bitten = "yes";
        },
      });
      return spec({
        ...named,
        actions: { counts, bites },
        invariants: { isUnbitten: invariant((state) => state.bitten === "no") },
        mayEnd: () => true,
      });
    };

  test("a condition that counts its calls", () => {
    let calls = 0;
    neverHolds(counting(() => ++calls % 5 === 4));
  });

  test("a condition that is true from its second call on", () => {
    let calls = 0;
    neverHolds(
      counting(() => {
        calls += 1;
        return calls > 1;
      }),
    );
  });

  test("a condition with a cache by state", () => {
    const seen = new Set<number>();
    neverHolds(
      counting((at) => {
        const isKnown = seen.has(at);
        seen.add(at);
        return isKnown;
      }),
    );
  });

  test("mayEnd that answers yes and no by turns", () => {
    let turn = false;
    neverHolds(() => {
      const { action, spec } = declare({ constants: {}, state: { at: range(0, 9) } });
      const counts = action("counter", {
        when: (state) => state.at < 9,
        effect: (state) => {
          state.at += 1;
        },
      });
      return spec({
        ...named,
        actions: { counts },
        mayEnd: () => {
          turn = !turn;
          return turn;
        },
      });
    });
  });
});

describe("recipes that hand values on by ways of their own", () => {
  const cell = ordered("cell", 4);
  const cells = (when: (list: readonly string[]) => boolean) => () => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: { cell: each(cell, oneOf("a", "b")), bitten: oneOf("no", "yes") },
    });
    const turns = action("someone", {
      forAny: cell,
      effect: (state, which) => {
        state.cell[which] = state.cell[which] === "a" ? "b" : "a";
      },
    });
    const bites = action("dog", {
      when: (state) => when(wordsOf(state.cell)),
      effect: (state) => {
        state.bitten = "yes";
      },
    });
    return spec({
      ...named,
      actions: { turns, bites },
      invariants: {
        isUnbitten: invariant((state) => state.bitten === "no"),
        isUnbittenToo: invariant((state) => !when(wordsOf(state.cell))),
      },
    });
  };

  test.each<[string, (list: readonly string[]) => boolean]>([
    [
      "a callback that counts",
      (list) => {
        let count = 0;
        for (const it of list.map((word) => word)) if (it === "b") count++;
        return count === 4;
      },
    ],
    [
      "a callback that assigns",
      (list) => {
        let count = 0;
        list.every((it) => {
          if (it === "b") count += 1;
          return true;
        });
        return count === 4;
      },
    ],
    [
      "a callback that keeps what it sees in a list",
      (list) => {
        const kept: string[] = [];
        list.some((it) => {
          kept.push(it);
          return false;
        });
        return kept.join("") === "bbbb";
      },
    ],
    [
      "a callback that keeps it in an object",
      (list) => {
        const kept: Record<string, number> = { a: 0, b: 0 };
        list.some((it) => {
          kept[it] = (kept[it] as number) + 1;
          return false;
        });
        return kept["b"] === 4;
      },
    ],
    [
      "a sum in a reduction",
      (list) => list.reduce((sum, it, at) => (it === "b" ? sum + 2 ** at : sum), 0) === 11,
    ],
    ["a text in a reduction", (list) => list.reduce((text, it) => text + it, "") === "babb"],
    [
      "a zero with a sign",
      (list) => list.map((it) => (it === "b" ? -0 : 0)).every((it) => Object.is(it, -0)),
    ],
    [
      "a number that is none",
      (list) => list.map((it) => (it === "b" ? Number.NaN : 0)).every((it) => it !== it),
    ],
  ])("%s", (_, when) => {
    agreed(cells(when));
  });

  test("a callback that hands on what it sees by a helper", () => {
    agreed(
      cells((list) => {
        let count = 0;
        const note = (it: string): boolean => {
          if (it === "b") count += 1;
          return true;
        };
        list.every((it) => note(it));
        return count === 4;
      }),
    );
  });

  test("a callback that is such a helper", () => {
    const seen: string[] = [];
    const keeps = (it: string): boolean => seen.push(it) > 0;
    agreed(
      cells((list) => {
        seen.length = 0;
        list.every(keeps);
        return seen.join("") === "bbbb";
      }),
    );
  });
});

test("what push, unshift, indexOf and splice answer may be used", () => {
  const page = ordered("page", 2);
  agreed(() => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: { list: sequence(page, 3), length: range(0, 4) },
    });
    return spec({
      ...named,
      actions: {
        joins: action("page", {
          forAny: page,
          when: (state) => state.list.length < 3,
          effect: (state, which) => {
            state.length = state.list.push(which);
            if (state.list.push(which) === 3) state.list.pop();
            else if (state.list.unshift(which) > 3) state.list.splice(1, 2);
          },
        }),
        leaves: action("page", {
          forAny: page,
          effect: (state, which) => {
            const at = state.list.indexOf(which);
            if (at >= 0 && state.list.splice(at, 1)[0] === which) state.length = at;
          },
        }),
      },
      invariants: {
        told: invariant((state) => state.length <= state.list.length + 2),
        told2: invariant((state) => state.length !== 3 || state.list.indexOf(page.at(1)) < 1),
      },
    });
  });
});

describe("names that look like something else", () => {
  const actorCalled = (actor: string): void => {
    const answer = agreed(() => {
      const { action, invariant, spec, stepProperty } = declare({
        constants: {},
        state: { a: range(0, 3), b: range(0, 3) },
      });
      const turnsA = action("x", {
        effect: (state) => {
          state.a = (state.a + 1) % 4;
        },
      });
      const turnsB = action("x", {
        when: (state) => state.b < 2,
        effect: (state) => {
          state.b = (state.b + 1) % 3;
        },
      });
      const leaps = action(actor, {
        when: (state) => state.b === 2 && state.a === 3,
        effect: (state) => {
          if (!Object.isFrozen(state)) state.b = 3; // what cannot be recorded
        },
      });
      return spec({
        ...named,
        actions: { turnsA, turnsB, leaps },
        invariants: { isBelow3: invariant((state) => state.b < 3) },
        stepProperties: {
          slow: stepProperty({ by: actor, holds: (before, after) => after.b <= before.b }),
          still: stepProperty({
            by: "x",
            holds: (before, after) => after.b < 3 || before.b === 3,
          }),
        },
      });
    });
    expect(answer).toMatchObject({
      properties: [
        "isBelow3 violated after 6 steps",
        "slow violated after 6 steps",
        "still holds",
        "deadlockFreedom holds",
      ],
    });
  };

  test.each(["x|0||", "x|", "|", "undefined", "__proto__", "constructor", "x,0"])(
    "an actor called %s",
    actorCalled,
  );

  test("an actor called x|1||", () => actorCalled("x|1||"));

  test("variables, fields and words", () => {
    agreed(() => {
      const { action, invariant, spec } = declare({
        constants: {},
        state: {
          constructor: oneOf("none", "view", "length"),
          length: range(0, 2),
          toString: record({ length: range(0, 2), get: oneOf("0", "1") }),
        },
      });
      const turns = action("someone", {
        effect: (state) => {
          state.length = (state.length + 1) % 3;
          state.constructor = state.length === 2 ? "view" : "length";
          state.toString.length = state.length;
          state.toString.get = state.constructor === "view" ? "1" : "0";
        },
      });
      return spec({
        ...named,
        actions: { turns },
        invariants: { same: invariant((state) => state.length === state.toString.length) },
      });
    });
  });
});

nightly(() => {
  test("a helper that hands on what it sees, in a search of thousands of states", () => {
    const cell = ordered("cell", 13);
    const countOfB = (list: readonly string[]): number => {
      let count = 0;
      const note = (it: string): boolean => {
        if (it === "b") count += 1;
        return true;
      };
      list.every((it) => note(it));
      return count;
    };
    agreed(() => {
      const { action, invariant, spec } = declare({
        constants: {},
        state: { cell: each(cell, oneOf("a", "b")) },
      });
      const turns = action("someone", {
        forAny: cell,
        when: (state, which) => state.cell[which] === "a",
        effect: (state, which) => {
          state.cell[which] = "b";
        },
      });
      return spec({
        ...named,
        actions: { turns },
        invariants: { notAll: invariant((state) => countOfB(wordsOf(state.cell)) !== 12) },
        mayEnd: () => true,
      });
    });
  });
});

test("asked about some properties, or until the first violation, they agree as well", () => {
  const { actions, invariant, spec, stepProperty, witness } = wheel(30);
  const whole = spec({
    ...named,
    actions,
    invariants: {
      isBelow20: invariant((state) => state.at < 20),
      isBelow25: invariant((state) => state.at < 25),
    },
    stepProperties: { turnsBack: stepProperty((before, after) => after.at >= before.at) },
    witnesses: { is7: witness((state) => state.at === 7) },
  });
  for (const options of [
    { properties: ["is7"] },
    { properties: ["isBelow25"] },
    { properties: ["turnsBack", "is7"] },
    { properties: ["deadlockFreedom"] },
    { properties: [] },
    { untilFirst: true },
  ]) {
    expect(comparable("compiled", instantiate(whole), options)).toEqual(
      comparable("reference", instantiate(whole), options),
    );
  }
});

test("the compiled engine gives the same bytes twice", () => {
  const { actions, invariant, spec } = wheel(50);
  const whole = spec({
    ...named,
    actions,
    invariants: { isBelow: invariant((state) => state.at < 45 || state.idle < 3) },
  });
  const text = (): string =>
    JSON.stringify(check(instantiate(whole), { engine: "compiled", clock: () => 0 }), (_, value) =>
      typeof value === "bigint" ? String(value) : value,
    );
  expect(text()).toBe(text());
});

test.each(engines)(
  "a limit of states between orbits and states is no error of the spec, %s engine",
  (engine) => {
    const cell = interchangeable("cell", 3);
    const { action, invariant, spec } = declare({
      constants: {},
      state: { cell: each(cell, range(0, 3)) },
    });
    const counts = action("someone", {
      forAny: cell,
      when: (state, which) => state.cell[which] < 3,
      effect: (state, which) => {
        state.cell[which] += 1;
      },
    });
    const counting = spec({
      ...named,
      actions: { counts },
      invariants: {
        isNotOne: invariant((state) => !state.cell.includes(1)),
        isFine: invariant(() => true),
      },
      mayEnd: () => true,
    });
    expect(comparable(engine, instantiate(counting), { maxStates: 30 })).toMatchObject({
      kind: "violated",
      figures: { distinctStates: 20 },
    });
  },
);
