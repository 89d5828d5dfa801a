/** What is saved and restored, beside whatever else an effect does, against the reference semantics. */
import { enableMapSet, produce } from "immer";
import { expect, test } from "vitest";
import {
  AssertedIn,
  Assertions,
  declare,
  each,
  oneOf,
  optional,
  ordered,
  range,
  record,
  saved,
  sequence,
  subset,
} from "../../../spec/index.ts";
import { type Digits, layoutOf } from "../../layout.ts";
import { recorderOf } from "./record.ts";
import { applied } from "./writes.ts";

enableMapSet();

/** Nothing is asserted here. */
const run = (): AssertedIn => new AssertedIn(new Assertions({ properties: {} }));

const page = ordered("page", 2);
const { restore, snapshot, spec, type } = declare({
  constants: {},
  state: {
    content: each(page, oneOf("zero", "old", "new")),
    queue: sequence(record({ page, count: range(0, 9) }), 2),
    image: saved("content", "queue", "dirty", "last", "count"),
    dirty: subset(page),
    last: optional(record({ page })),
    count: range(0, 9),
    again: saved("count"),
  },
});
type Draft = typeof type.draft;
// biome-ignore lint/suspicious/noExplicitAny: elements are named, and the parts of a snapshot changed
type Any = any;

const layout = layoutOf(spec({ name: "it", title: "", actions: {} }).state, {}, [page]);
const recorder = recorderOf(layout);

const changes: readonly ((state: Any) => void)[] = [
  (state) => snapshot(state, "image"),
  (state) => {
    if (state.image !== "none") restore(state, "image");
  },
  (state) => {
    state.content[1] = state.content[0] === "old" ? "new" : "old";
  },
  (state) => {
    if (state.queue.length < 2) state.queue.push({ page: 1, count: state.count });
  },
  (state) => {
    if (state.queue.length > 0) state.queue[0].count = 7;
  },
  (state) => void state.queue.shift(),
  (state) => {
    state.dirty.add(1);
    state.last = { page: 1 };
  },
  (state) => {
    if (state.last !== "none") state.last.page = 0;
  },
  (state) => {
    state.count = (state.count + 1) % 9;
  },
  (state) => {
    if (state.image !== "none") state.image.content[0] = "new";
  },
  (state) => {
    if (state.image !== "none") state.image.queue.shift();
  },
  (state) => {
    state.image = "none";
  },
  (state) => {
    const { content } = state;
    snapshot(state, "image");
    content[0] = "new";
  },
  (state) => {
    if (state.again === "none") snapshot(state, "again");
    else restore(state, "again");
  },
];

const kept = {
  content: ["new", "zero"],
  queue: [
    { page: 0, count: 1 },
    { page: 1, count: 2 },
  ],
  dirty: new Set([0]),
  last: { page: 1 },
  count: 3,
};
const others = {
  content: ["old", "zero"],
  queue: [{ page: 1, count: 5 }],
  dirty: new Set<number>(),
  last: "none",
  count: 4,
};
const states: readonly Digits[] = [
  { ...others, image: "none", again: "none" },
  { ...others, image: kept, again: { count: 6 } },
  { ...kept, image: others, again: "none" },
  { ...kept, image: { ...kept, queue: [] }, again: { count: 8 } },
].map((state) => layout.encode(state));

function afterwards(effect: (state: Any) => void, from: Digits): string {
  return layout
    .encode(
      produce(layout.decode(from), (draft) => {
        effect(draft);
      }),
    )
    .join();
}

test("three changes, one after the other, come to what the reference semantics comes to, also on a state that answers alike", () => {
  let alike = 0;
  for (const [one, other, third] of triples(changes)) {
    const effect = (state: Draft): void => {
      one(state);
      other(state);
      third(state);
    };
    for (const from of states) {
      const { asked, outcome } = recorder.change(effect, from, [], () => false, run());
      if (outcome.kind !== "writes") throw new Error(JSON.stringify(outcome));
      for (const to of states) {
        const isAlike = asked.every((question) => {
          if (question.kind === "digit") return to[question.slot] === question.answer;
          if (question.kind !== "longer") return to === from;
          return (to[question.slot] as number) > question.than === question.answer;
        });
        if (!isAlike) continue;
        if (to !== from) alike += 1;
        expect(applied(to, outcome.writes).join()).toBe(afterwards(effect, to));
      }
    }
  }
  expect(alike).toBeGreaterThan(changes.length ** 3 / 4);
});

function triples<T>(of: readonly T[]): readonly (readonly [T, T, T])[] {
  return of.flatMap((one) =>
    of.flatMap((other) => of.map((third) => [one, other, third] as const)),
  );
}

test("what is saved and not looked at is copied without a question, as often as it is restored", () => {
  for (const from of states) {
    const { asked, outcome } = recorder.change(
      (state: Draft) => snapshot(state, "image"),
      from,
      [],
      () => false,
      run(),
    );
    expect(asked.length).toBeLessThan(2); // whether there was a snapshot
    expect(outcome.kind).toBe("writes");
    const twice = (state: Draft): void => {
      restore(state, "image");
      restore(state, "image");
    };
    const restored = recorder.change(twice, from, [], () => false, run());
    if (from === states[0]) expect(restored.outcome.kind).toBe("unrecordable");
    else expect(restored.asked.length).toBe(1);
  }
});
