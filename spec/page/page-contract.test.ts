import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import { declare, each, interchangeable, oneOf } from "../language/index.ts";
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

describe("the rights fit together: in every state", () => {
  test.each(pageStates)("%s", (state) => {
    const {
      guestReads,
      guestWrites,
      guestAllocates,
      hostDiscards,
      hostMustPreserve,
      discardMustBeSignalled,
    } = rights(state);
    // What the host must preserve it never drops, and what nobody may drop needs no signal.
    expect(hostDiscards && hostMustPreserve).toBe(false);
    expect(discardMustBeSignalled && !hostDiscards).toBe(false);
    // Who writes also reads, and what is written is kept.
    expect(guestWrites && !(guestReads && hostMustPreserve)).toBe(false);
    // What is read is kept, or its loss is signalled.
    expect(guestReads && !(hostMustPreserve || discardMustBeSignalled)).toBe(false);
    // What the host may drop at any moment is not handed out as it is.
    expect(guestAllocates && hostDiscards).toBe(false);
  });

  test("the host discards what is isolated, unused or volatile, and nothing else", () => {
    expect(pageStates.filter((state) => rights(state).hostDiscards)).toEqual([
      "isolated",
      "unused",
      "volatile",
    ]);
  });

  test("the host preserves what is stable or poisoned", () => {
    expect(pageStates.filter((state) => rights(state).hostMustPreserve)).toEqual([
      "stable",
      "poisoned",
    ]);
  });

  test("the guest hands out what it may hand out: those states lead to stable", () => {
    for (const state of pageStates.filter((one) => rights(one).guestAllocates)) {
      expect(reasonToChange(state, "stable")).toMatch(/hands it out/);
    }
  });

  test("a page that the host may act on is not handed out in one step with nothing said", () => {
    expect(reasonToChange("isolated", "stable")).toBeUndefined();
    expect(reasonToChange("unused", "free")).toBeUndefined();
    expect(reasonToChange("volatile", "free")).toBeUndefined();
  });
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
          guard: (state, which) => state.is[which] === from,
          effect: (state, which) => {
            state.is[which] = to;
          },
        }),
        hostDiscards: set.action("host", {
          forAny: page,
          guard: (state, which) => state.is[which] === discards && state.host[which] === "backed",
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

  const statusOf = (spec: ReturnType<typeof goes>, name: string): string | undefined =>
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
    expect(cells[3]?.startsWith("yes")).toBe(rights(from).hostDiscards);
  }
});
