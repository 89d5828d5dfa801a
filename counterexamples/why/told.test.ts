import { describe, expect, test } from "vitest";
import { declare, oneOf, record } from "../../spec/index.ts";
import { whyOfFirst } from "../../toys/why-of-first.ts";

describe("what is told of a violation", () => {
  test("is a race though another element of the same has been looked at", () => {
    const { action, invariant, process, spec } = declare({
      constants: {},
      state: {
        list: record({ low: oneOf("empty", "full"), high: oneOf("full", "empty") }),
        rest: oneOf("none", "left"),
        worker: oneOf("low", "high", "done"),
      },
    });
    const { at } = process("worker");
    const { lines, steps } = whyOfFirst(
      spec({
        name: "lists",
        title: "a worker goes through lists while a block is split",
        actions: {
          workerLooksLow: at("low", { to: "high", when: (state) => state.list.low === "empty" }),
          guestSplits: action("guest", {
            when: (state) => state.list.high === "full",
            effect: (state) => {
              state.list.high = "empty";
              state.list.low = "full";
              state.rest = "left";
            },
          }),
          workerLooksHigh: at("high", { to: "done", when: (state) => state.list.high === "empty" }),
        },
        invariants: {
          nothingIsLeft: invariant((state) => state.worker !== "done" || state.rest === "none"),
        },
      }),
    );
    expect(lines).toEqual([
      "step 3 (worker looks high) rests on list.low as step 1 (worker looks low) found it: empty; step 2 (guest splits) has made it full since",
    ]);
    expect(steps).toEqual([1, 2, 3]);
  });

  test("is what an actor left so, and another has changed without a look", () => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: {
        owner: oneOf("in use", "free", "in use again"),
        content: oneOf("stale", "pattern", "empty"),
      },
    });
    const { lines } = whyOfFirst(
      spec({
        name: "pattern",
        title: "a guest relies on the pattern of what it has freed",
        actions: {
          guestFrees: action("guest", {
            when: (state) => state.owner === "in use",
            effect: (state) => {
              state.owner = "free";
              state.content = "pattern";
            },
          }),
          deviceDiscards: action("device", {
            when: (state) => state.owner === "free",
            effect: (state) => {
              state.content = "empty";
            },
          }),
          guestAllocates: action("guest", {
            when: (state) => state.owner === "free",
            effect: (state) => {
              state.owner = "in use again";
            },
          }),
        },
        invariants: {
          patternIsKept: invariant(
            (state) => state.owner !== "in use again" || state.content === "pattern",
          ),
        },
      }),
    );
    expect(lines).toEqual([
      "step 3 (guest allocates) rests on content as step 1 (guest frees) left it: pattern; step 2 (device discards) has made it empty since",
    ]);
  });

  test("is what was made of it before, where that is undone unseen", () => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: {
        copy: oneOf("older", "of no use"),
        hint: oneOf("none", "queued"),
        page: oneOf("to be sent", "left out"),
      },
    });
    const { lines, steps } = whyOfFirst(
      spec({
        name: "hint",
        title: "a hint that is taken when its page was written again",
        actions: {
          workerHints: action("worker", {
            when: (state) => state.hint === "none",
            effect: (state) => {
              state.copy = "of no use";
              state.hint = "queued";
            },
          }),
          guestWrites: action("guest", {
            when: (state) => state.hint === "queued",
            effect: (state) => {
              state.copy = "older";
            },
          }),
          deviceTakes: action("device", {
            when: (state) => state.hint === "queued",
            effect: (state) => {
              state.page = "left out";
            },
          }),
        },
        invariants: {
          olderPageIsSent: invariant(
            (state) => state.copy === "of no use" || state.page === "to be sent",
          ),
        },
      }),
    );
    expect(lines).toEqual([
      "copy is older since step 2 (guest writes), where step 1 (worker hints) had made it of no use",
      "page is left out since step 3 (device takes)",
    ]);
    expect(steps).toEqual([1, 2, 3]);
  });

  test("names who came between where nobody was overlooked", () => {
    const { action, invariant, spec } = declare({
      constants: {},
      state: {
        worker: oneOf("asks", "waits", "marks"),
        answer: oneOf("none", "given"),
        discards: oneOf("allowed", "forbidden"),
        content: oneOf("stale", "gone"),
      },
    });
    const { lines, steps, remarks } = whyOfFirst(
      spec({
        name: "answers",
        title: "a device answers though it may not discard",
        actions: {
          workerAsks: action("worker", {
            when: (state) => state.worker === "asks",
            effect: (state) => {
              state.worker = "waits";
            },
          }),
          hostForbids: action("host", {
            effect: (state) => {
              state.discards = "forbidden";
            },
          }),
          deviceAnswers: action("device", {
            when: (state) => state.worker === "waits",
            effect: (state) => {
              if (state.discards === "allowed") state.content = "gone";
              state.answer = "given";
            },
          }),
          workerMarks: action("worker", {
            when: (state) => state.answer === "given",
            effect: (state) => {
              state.worker = "marks";
            },
          }),
        },
        invariants: {
          markedIsGone: invariant((state) => state.worker !== "marks" || state.content === "gone"),
        },
      }),
    );
    expect(lines).toEqual([
      "worker is marks since step 4 (worker marks)",
      "it rests on what step 3 (device answers) had written, and that on step 2 (host forbids)",
    ]);
    expect(steps).toEqual([2, 3, 4]);
    expect(remarks).toContainEqual({ step: 2, path: "discards" });
  });

  test("is who finds what another has made on the way round, where that changes nothing", () => {
    const { action, leadsTo, process, spec } = declare({
      constants: {},
      state: {
        owed: oneOf("no", "yes"),
        page: oneOf("free", "taken"),
        worker: oneOf("looks", "rests"),
      },
    });
    const { at } = process("worker", { fairness: "weak" });
    const { lines, steps } = whyOfFirst(
      spec({
        name: "round",
        title: "a page is taken whenever somebody looks",
        actions: {
          guestOwes: action("guest", {
            when: (state) => state.owed === "no",
            effect: (state) => {
              state.owed = "yes";
            },
          }),
          guestTakes: action("guest", {
            when: (state) => state.page === "free" && state.worker === "looks",
            effect: (state) => {
              state.page = "taken";
            },
          }),
          guestGives: action("guest", {
            fairness: "weak",
            when: (state) => state.page === "taken" && state.worker === "rests",
            effect: (state) => {
              state.page = "free";
            },
          }),
          workerLooks: at("looks", {
            to: "rests",
            effect: (state) => {
              if (state.page === "free") state.owed = "no";
            },
          }),
          workerRests: at("rests", { to: "looks", when: (state) => state.page === "free" }),
        },
        liveness: {
          owedIsPaid: leadsTo({
            from: (state) => state.owed === "yes",
            to: (state) => state.owed === "no",
          }),
        },
      }),
    );
    expect(lines.at(-1)).toMatch(
      /^on the way round step \d \(worker looks\) finds page taken, as step \d \(guest takes\) has made it$/,
    );
    expect(steps.length).toBeGreaterThan(2);
  });
});
