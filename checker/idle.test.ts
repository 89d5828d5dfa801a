/** Steps that change nothing: they keep no state from being stuck. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import { declare, each, interchangeable, oneOf, type Spec } from "../spec/index.ts";
import { check, type CheckOptions, type Verdict } from "./index.ts";
import { minimise } from "../counterexamples/index.ts";
import { explore } from "./random/index.ts";

const worker = interchangeable("worker", 2);

/** Workers stop for good, one by one, while a loop polls them. */
function pollingSpec(more: { readonly mayEnd?: (state: object) => boolean } = {}): Spec {
  const { action, leadsTo, spec } = declare({
    constants: {},
    state: { work: each(worker, oneOf("on", "off")) },
  });
  return spec({
    name: "polling",
    title: "workers that are polled",
    actions: {
      workerStops: action(worker, {
        when: (state, w) => state.work[w] === "on",
        effect: (state, w) => {
          state.work[w] = "off";
        },
      }),
      loopPolls: action("loop", { effect: () => {} }),
      loopMarks: action("loop", {
        forAny: worker,
        when: (state, w) => state.work[w] === "off",
        effect: (state, w) => {
          state.work[w] = "off";
        },
      }),
    },
    liveness: {
      workGoesOn: leadsTo({
        forAny: worker,
        from: (state, w) => state.work[w] === "off",
        to: (state, w) => state.work[w] === "on",
      }),
    },
    ...more,
  });
}

const statusIn = ({ properties }: Verdict, name: string): string =>
  properties.find((its) => its.name === name)?.status ?? "not among them";

describe.each<CheckOptions>([
  { engine: "reference" },
  { engine: "compiled" },
  { engine: "compiled", audit: "none" },
])("a loop that polls beside workers that have stopped for good, %j", (options) => {
  test.each([true, false])(
    "is stuck, for deadlock freedom as for liveness; symmetry: %s",
    (symmetry) => {
      const model = instantiate(pollingSpec(), { symmetry });
      const verdict = check(model, { ...options, properties: ["deadlockFreedom", "workGoesOn"] });
      expect(verdict).toMatchObject({
        kind: "violated",
        property: { name: "deadlockFreedom" },
        trace: {
          steps: [{ step: { action: "workerStops" } }, { step: { action: "workerStops" } }],
        },
      });
      expect(statusIn(verdict, "workGoesOn")).toBe("violated");
    },
  );

  test("may rest where `mayEnd` says so, and nowhere else", () => {
    const mayEnd = (state: object): boolean =>
      (state as { work: readonly string[] }).work.every((does) => does === "off");
    const verdict = check(instantiate(pollingSpec({ mayEnd })), options);
    expect(statusIn(verdict, "deadlockFreedom")).toBe("holds");
    expect(verdict.statistics.unchanging).toEqual(["loopPolls", "loopMarks"]);
    const elsewhere = check(
      instantiate(pollingSpec({ mayEnd: (state) => !mayEnd(state) })),
      options,
    );
    expect(statusIn(elsewhere, "deadlockFreedom")).toBe("violated");
  });

  test("is found after it was cut off and went on", () => {
    if (options.engine === "reference") return;
    const model = instantiate(pollingSpec());
    let kept: Parameters<NonNullable<CheckOptions["onCheckpoint"]>>[0] | undefined;
    const onCheckpoint: CheckOptions["onCheckpoint"] = (checkpoint) => {
      kept = checkpoint.map((its) => ({ ...its, states: its.states.slice() }));
    };
    const properties = ["deadlockFreedom"];
    check(model, { ...options, properties, maxStates: 1, onCheckpoint });
    expect(kept).toBeDefined();
    expect(check(model, { ...options, properties, resume: kept })).toMatchObject({
      kind: "violated",
      trace: { steps: { length: 2 } },
      statistics: { unchanging: ["loopPolls", "loopMarks"] },
    });
  });
});

test("random runs find it too", () => {
  const model = instantiate(pollingSpec());
  const verdict = explore(model);
  expect(verdict).toMatchObject({ kind: "violated", property: { name: "deadlockFreedom" } });
  if (verdict.kind !== "violated") return;
  expect(minimise(model, verdict.property, verdict.trace).steps).toHaveLength(2);
});

test("a step to another state of the same orbit is a change", () => {
  const { action, spec } = declare({ constants: {}, state: { at: worker } });
  const tokenMoves = action("token", {
    forAny: worker,
    when: (state, w) => state.at !== w,
    effect: (state, w) => {
      state.at = w;
    },
  });
  const moving = spec({
    name: "token",
    title: "a token that moves",
    initial: {
      forAny: worker,
      effect: (state, w) => {
        state.at = w;
      },
    },
    actions: { tokenMoves },
  });
  for (const engine of ["reference", "compiled"] as const) {
    expect(check(instantiate(moving), { engine }).kind).toBe("holds");
  }
});
