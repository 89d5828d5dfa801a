/** Messages of several kinds with fields of their own. */
import { describe, expect, test } from "vitest";
import { check, type Verdict } from "../../checker/index.ts";
import { textOf } from "../../counterexamples/parts.ts";
import { allFunctionsOf, instantiate } from "../../model/index.ts";
import { proofsOf } from "../../model/source/proof.ts";
import { engines } from "../../toys/compared.ts";
import {
  declare,
  type Domain,
  each,
  type Index,
  interchangeable,
  message,
  oneOf,
  optional,
  range,
  sequence,
  SpecError,
  subset,
} from "./index.ts";
import { match } from "ts-pattern";

const page = interchangeable("page", 2);
const cpu = interchangeable("cpu", 1);
const event = message({
  reset: {},
  remove: { page },
  fault: { page, cpu, why: optional(oneOf("read", "write")) },
  batch: { pages: subset(page) },
});
const { action, invariant, spec, type, witness } = declare({
  constants: {},
  state: {
    content: each(page, oneOf("there", "removed")),
    cpu: each(cpu, oneOf("runs", "waits")),
    queue: sequence(event, 2),
    last: event,
  },
});
type Draft = typeof type.draft;

const balloonRemoves = action("balloon", {
  forAny: page,
  when: (state, p) => state.queue.length < 2 && state.content[p] === "there",
  effect: (state, p) => {
    state.queue.push({ kind: "remove", page: p });
  },
});
const cpuFaults = action(cpu, {
  forAny: page,
  when: (state, c, p) =>
    state.queue.length < 2 && state.cpu[c] === "runs" && state.content[p] === "removed",
  effect: (state, c, p) => {
    state.cpu[c] = "waits";
    const why = state.content.includes("there") ? "read" : "none";
    state.queue.push({ kind: "fault", page: p, cpu: c, why });
  },
});
const balloonBatches = action("balloon", {
  when: (state) => state.queue.length === 0,
  effect: (state) => {
    const isThere = (p: Index<"page">): boolean => state.content[p] === "there";
    state.queue.push({
      kind: "batch",
      pages: new Set([...state.content.keys()].filter(isThere)),
    });
  },
});
const handlerWorks = action("handler", {
  when: (state) => state.queue.length > 0,
  effect: (state) => {
    const head = state.queue.shift();
    if (head === undefined) return;
    match(head)
      .with({ kind: "reset" }, () => {})
      .with({ kind: "remove" }, (its) => {
        state.content[its.page] = "removed";
        state.last = { kind: "remove", page: its.page };
      })
      .with({ kind: "fault" }, (its) => {
        state.content[its.page] = "there";
        state.cpu[its.cpu] = "runs";
        state.last = { kind: "fault", page: its.page, cpu: its.cpu, why: its.why };
      })
      .with({ kind: "batch" }, (its) => {
        for (const p of its.pages) state.content[p] = "removed";
        state.last = { kind: "reset" };
      })
      .exhaustive();
  },
});
const handler = spec({
  name: "handler",
  title: "a handler of messages",
  actions: { balloonRemoves, cpuFaults, balloonBatches, handlerWorks },
  invariants: {
    whoFaultsWaits: invariant((state) =>
      state.queue.every((its) => its.kind !== "fault" || state.cpu[its.cpu] === "waits"),
    ),
    wrong: invariant((state) => state.last.kind !== "fault" || state.last.why === "read"),
  },
  witnesses: {
    bothAreQueued: witness(
      (state) => state.queue[0]?.kind === "remove" && state.queue[1]?.kind === "fault",
    ),
  },
});

const figures = ({ kind, properties, statistics }: Verdict): object => ({
  kind,
  properties: properties.map(({ name, status, trace }) => [name, status, trace?.steps.length]),
  states: statistics.unreducedStates,
});

test("both engines come to the same, with symmetry and without, and the symmetry is proved", () => {
  const all = engines.flatMap((engine) =>
    [true, false].map((symmetry) => check(instantiate(handler, { symmetry }), { engine })),
  );
  expect(all.map(figures)).toEqual(all.map(() => figures(all[0] as Verdict)));
  expect(all[0]).toMatchObject({ kind: "violated", property: { name: "wrong" } });
  const [reduced, plain] = all.map(({ statistics }) => statistics.distinctStates);
  expect(reduced).toBeLessThan((plain as number) * 0.7);
  for (const its of allFunctionsOf(handler)) {
    expect(proofsOf(handler).of(its)).toMatchObject({ unproved: undefined, observed: [] });
  }
});

test("a message is told by its kind and what it has", () => {
  const { shape } = event as Domain;
  const texts = [
    { kind: "reset" },
    { kind: "remove", page: 1 },
    { kind: "fault", page: 0, cpu: 0, why: "none" },
  ].map((its) => textOf(shape, its, "queue"));
  expect(texts).toEqual(["reset", "remove of page 1", "fault of page 0 and cpu 0 and why none"]);
});

describe("is refused", () => {
  const made = message as unknown as (kinds: unknown) => Domain;
  test.each([
    [() => made({}), /no kind of message/],
    [() => made({ remove: { kind: page } }), /a field called kind/],
    [() => made({ remove: { toString: page } }), /toString, which every object has/],
    [() => made({ remove: { page: 3 } }), /neither a domain/],
    [() => made({ remove: 3 }), /remove is 3, not a record/],
    [
      () => made({ remove: { at: range(0, 1) }, fault: { at: range(0, 2) } }),
      /at of fault has another domain than that of another kind/,
    ],
  ])("at load: %#", (load, text) => {
    expect(load).toThrow(SpecError);
    expect(load).toThrow(text);
  });

  // biome-ignore lint/suspicious/noExplicitAny: what the compiler refuses
  const wrong: readonly (readonly [(state: any) => void, RegExp])[] = [
    [
      (state) => state.queue.push({ kind: "remove" }),
      /sets queue\[0\]\.page to undefined; it must be given: a message of kind "remove" has page/,
    ],
    [
      (state) => state.queue.push({ kind: "remove", page: 0, cpu: 0 }),
      /queue\[0\]\.cpu to 0; it must be left out: a message of kind "remove" has no cpu/,
    ],
    [(state) => state.queue.push({ kind: "remove", page: 0, cpu: undefined }), /must be left out/],
    [(state) => state.queue.push({ kind: "remov", page: 0 }), /kind to "remov"; it must be one of/],
    [
      (state) => {
        state.last.kind = "remove";
      },
      /last\.page to undefined/,
    ],
  ];
  test.each(wrong)("in a step, by both engines: %#", (effect, text) => {
    const errs = action("guest", { effect: effect as (state: Draft) => void });
    for (const engine of engines) {
      const its = instantiate(spec({ name: "it", title: "", actions: { errs } }));
      expect(() => check(its, { engine })).toThrow(text);
    }
  });
});
