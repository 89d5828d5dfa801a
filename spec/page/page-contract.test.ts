import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import { declare, each, interchangeable, oneOf, type Spec } from "../language/index.ts";
import { type PageState, pageStates, reasonToChange, rights } from "./index.ts";

/** From state to states. What is not here is illegal. */
const legal: Readonly<Record<PageState, readonly PageState[]>> = {
  free: ["isolated", "stable", "unused"],
  isolated: ["free", "reported", "poisoned"],
  reported: ["free", "stable"],
  stable: ["free", "unused", "volatile", "poisoned"],
  unused: ["stable"],
  volatile: ["stable", "unused"],
  poisoned: ["isolated", "stable"],
};

const pairs = pageStates.flatMap((from) => pageStates.map((to) => [from, to] as const));

test("there are seven states, each once", () => {
  expect(new Set(pageStates).size).toBe(7);
  expect(Object.keys(legal).sort()).toEqual([...pageStates].sort());
});

test.each(pairs)("%s to %s is legal with a reason, or illegal", (from, to) => {
  const reason = reasonToChange(from, to);
  if (legal[from].includes(to)) expect(reason).toMatch(/^[a-z].{10,}[a-z]$/);
  else expect(reason).toBeUndefined();
});

describe("the rights", () => {
  test("the host discards what is isolated, unused or volatile, and nothing else", () => {
    expect(pageStates.filter((state) => rights(state).hostDiscards)).toEqual([
      "isolated",
      "unused",
      "volatile",
    ]);
  });

  test("the loss of what the guest may have in use is signalled, and of nothing else", () => {
    expect(pageStates.filter((state) => rights(state).discardMustBeSignalled)).toEqual([
      "volatile",
    ]);
  });

  test.each(pageStates)("what nobody may drop needs no signal: %s", (state) => {
    const { hostDiscards, discardMustBeSignalled } = rights(state);
    expect(discardMustBeSignalled && !hostDiscards).toBe(false);
  });

  test("a page that the host may act on is not handed out in one step with nothing said", () => {
    expect(reasonToChange("isolated", "stable")).toBeUndefined();
    expect(reasonToChange("unused", "free")).toBeUndefined();
    expect(reasonToChange("volatile", "free")).toBeUndefined();
  });

  test.each(pairs)(
    "%s to %s is as legal once it is discarded, but for what is lost",
    (from, to) => {
      const isLost = from === "volatile" && to === "stable";
      expect(reasonToChange(from, to, true)).toBe(isLost ? undefined : reasonToChange(from, to));
    },
  );
});

describe("the checker holds a protocol against the contract", () => {
  const page = interchangeable("page", 2);
  const words = declare({
    constants: {},
    state: {
      host: each(page, oneOf("backed", "gone")),
    },
  });

  /** A protocol in which each page goes from one state to another, then the host drops it. */
  function goes(from: PageState, to: PageState, discards: PageState | undefined) {
    const set = declare({
      constants: {},
      state: {
        is: each(page, oneOf(from, ...pageStates.filter((one) => one !== from))),
        host: each(page, oneOf("backed", "gone")),
      },
    });
    return set.spec({
      name: "goes",
      title: "goes",
      actions: {
        guestGoes: set.action("guest", {
          forAny: page,
          when: (state, which) => state.is[which] === from,
          effect: (state, which) => {
            state.is[which] = to;
          },
        }),
        hostDiscards: set.action("host", {
          forAny: page,
          when: (state, which) => state.is[which] === discards && state.host[which] === "backed",
          effect: (state, which) => {
            state.host[which] = "gone";
          },
        }),
      },
      pages: set.pages({
        forEach: page,
        state: (state, which) => state.is[which],
        discarded: (state, which) => state.host[which] === "gone",
      }),
      mayEnd: () => true,
    });
  }

  const statusOf = (spec: Spec, name: string): string | undefined =>
    check(instantiate(spec)).properties.find((one) => one.name === name)?.status;

  test.each(pairs.filter(([from, to]) => from !== to))("%s to %s", (from, to) => {
    expect(statusOf(goes(from, to, undefined), "pageStepIsLegal")).toBe(
      legal[from].includes(to) ? "holds" : "violated",
    );
  });

  test.each(pageStates)("a discard while %s", (state) => {
    const next = legal[state][0] as PageState;
    expect(statusOf(goes(state, next, state), "discardIsPermitted")).toBe(
      rights(state).hostDiscards ? "holds" : "violated",
    );
  });

  describe("what it says of a page that the host has discarded", () => {
    /** A page is discarded while it is in one state, and goes to another afterwards. */
    function goesOnceDiscarded(from: PageState, to: PageState) {
      const set = declare({
        constants: {},
        state: {
          is: each(page, oneOf(from, ...pageStates.filter((one) => one !== from))),
          host: each(page, oneOf("backed", "gone")),
        },
      });
      return set.spec({
        name: "goes",
        title: "goes",
        actions: {
          hostDiscards: set.action("host", {
            forAny: page,
            when: (state, which) => state.host[which] === "backed",
            effect: (state, which) => {
              state.host[which] = "gone";
            },
          }),
          guestGoes: set.action("guest", {
            forAny: page,
            when: (state, which) => state.is[which] === from && state.host[which] === "gone",
            effect: (state, which) => {
              state.is[which] = to;
            },
          }),
        },
        pages: set.pages({
          forEach: page,
          state: (state, which) => state.is[which],
          discarded: (state, which) => state.host[which] === "gone",
        }),
        mayEnd: () => true,
      });
    }

    test.each([
      ["volatile", "stable", "violated"],
      ["volatile", "unused", "holds"],
      ["unused", "stable", "holds"],
      ["isolated", "reported", "holds"],
    ] as const)("%s to %s: %s", (from, to, status) => {
      expect(statusOf(goesOnceDiscarded(from, to), "pageStepIsLegal")).toBe(status);
    });

    test("a step that discards a page and makes it stable loses it as well", () => {
      const set = declare({
        constants: {},
        state: {
          is: each(page, oneOf("volatile", "unused", "stable")),
          host: each(page, oneOf("backed", "gone")),
        },
      });
      const goes = (to: "stable" | "unused") =>
        set.spec({
          name: "goes",
          title: "goes",
          actions: {
            bothAct: set.action("both", {
              forAny: page,
              when: (state, which) => state.is[which] === "volatile",
              effect: (state, which) => {
                state.is[which] = to;
                state.host[which] = "gone";
              },
            }),
          },
          pages: set.pages({
            forEach: page,
            state: (state, which) => state.is[which],
            discarded: (state, which) => state.host[which] === "gone",
          }),
          mayEnd: () => true,
        });
      expect(statusOf(goes("stable"), "discardIsPermitted")).toBe("holds");
      expect(statusOf(goes("stable"), "pageStepIsLegal")).toBe("violated");
      expect(statusOf(goes("unused"), "pageStepIsLegal")).toBe("holds");
    });

    test("the reason says that it was, and what it may become", () => {
      const { pageStepIsLegal } = goesOnceDiscarded("volatile", "stable").properties;
      const explain =
        pageStepIsLegal?.kind === "step property" ? pageStepIsLegal.explain : undefined;
      const [before, after] = [
        { is: ["volatile"], host: ["gone"] },
        { is: ["stable"], host: ["gone"] },
      ];
      expect(explain?.(before, after, 0, {})).toBe(
        "page[0] goes from volatile to stable after it was discarded, which the page contract forbids " +
          "(it allows: unused)",
      );
    });
  });

  test("a state that is none of the seven is an error of the spec", () => {
    const misspelt = words.spec({
      name: "misspelt",
      title: "misspelt",
      actions: {
        guestGoes: words.action("guest", {
          forAny: page,
          effect: (state, which) => {
            state.host[which] = "gone";
          },
        }),
      },
      pages: words.pages({
        forEach: page,
        state: (state, which) => (state.host[which] === "gone" ? ("stabel" as PageState) : "free"),
      }),
    });
    expect(() => check(instantiate(misspelt))).toThrow(
      /pages.state of page 0 answers "stabel"; the page contract has free/,
    );
  });
});

test("the table in the documentation has each state with the states that it may become", () => {
  const page = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  for (const from of pageStates) {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${from}\``)) ?? "";
    const cells = row.split("|").map((cell) => cell.trim());
    const next = pageStates.filter((to) => reasonToChange(from, to) !== undefined);
    expect(cells[4]).toBe(next.map((to) => `\`${to}\``).join(", "));
    const { hostDiscards, discardMustBeSignalled } = rights(from);
    const signalled = discardMustBeSignalled ? "yes, and the next touch must fault" : "yes";
    expect(cells[3]).toBe(hostDiscards ? signalled : "no");
  }
});
