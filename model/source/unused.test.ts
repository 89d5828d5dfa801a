import { describe, expect, it } from "vitest";
import {
  declare,
  each,
  ghost,
  interchangeable,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type Spec,
  variant,
} from "../../spec/index.ts";
import { type Unused, unusedIn } from "./unused.ts";

const told = (all: readonly Unused[]): readonly string[] =>
  all.map((what) => (what.kind === "word" ? `${what.name} "${what.word}"` : what.name));

const setTo = (state: { word: string }, word: string): void => {
  state.word = word;
};
const pick = (): string => "unknown";

/** A spec with one effect, and the rest as little as can be. */
const oneWord = (
  effect: (state: { word: "a" | "b" | "c"; other: "a" | "b" | "c" }) => void,
): Spec => {
  const { action, invariant, spec } = declare({
    constants: {},
    state: { word: oneOf("a", "b", "c"), other: oneOf("a", "b", "c") },
  });
  const acts = action("somebody", { effect });
  const reads = invariant((state) => state.word !== "c" || state.other !== "c");
  return spec({ name: "one-word", title: "", actions: { acts }, invariants: { reads } });
};

describe("what a spec declares and nobody uses", () => {
  const things = interchangeable("thing", ({ size }: { size: number }) => size);
  const { action, process, spec, stepProperty, witness } = declare({
    constants: { size: 2, bounded: 1, judged: 1, unused: 1, ofVariant: 1, explained: 1, seen: 1 },
    where: { "there are some": ({ size }) => size > 0 },
    state: {
      each: each(things, oneOf("off", "on", "dim")),
      note: optional(record({ by: oneOf("first", "set", "unset") })),
      list: sequence(oneOf("never", "pushed"), ({ bounded }: { bounded: number }) => bounded),
      worker: oneOf("away", "here", "back", "lost"),
      onlyWritten: oneOf("x", "y"),
      counted: range(0, 3),
      walked: each(things, range(0, 1)),
      proof: ghost(range(0, 1)),
      sameWord: oneOf("p", "q"),
    },
  });
  const worker = process("worker");
  const comes = worker.at("away", {
    to: "here",
    effect: (state) => {
      if (state.note === "none") return "back";
      return undefined;
    },
  });
  const acts = action("somebody", {
    forAny: things,
    when: (state, t) => state.each[t] === "off" && state.list.length === 0,
    effect: (state, t) => {
      state.each[t] = state.sameWord === "p" ? "on" : "off";
      state.note = { by: "set" };
      state.list.push("pushed");
      state.onlyWritten = "y";
      state.counted += 1;
      for (const other of state.walked.keys()) state.each[other] = "on";
      state.proof = 1;
    },
  });
  const judged = stepProperty({
    forAny: things,
    holds: (_before, after, _t, its) => after.proof <= its.judged,
    explain: (_before, _after, _t, { explained }) => String(explained),
  });
  const seen = witness({
    seenFrom: { seen: 1 },
    holds: (state) => state.note !== "none" && state.note.by === "unset",
  });
  const base = spec({
    name: "unused",
    title: "",
    actions: { comes, acts },
    stepProperties: { judged },
    witnesses: { seen },
  });

  it("is told of constants, variables and words, and of nothing else", () => {
    expect(told(unusedIn(base, []))).toEqual([
      "unused",
      "ofVariant",
      'each "dim"',
      'note "first"',
      'note "unset"',
      'list "never"',
      'worker "lost"',
      "onlyWritten",
      "counted",
      'sameWord "q"',
    ]);
  });

  it("is what no variant of the file uses either", () => {
    const { spec: other } = variant(base, {
      name: "other",
      because: "",
      change: {
        actions: {
          acts: {
            when: (state, t, { ofVariant }) => state.counted < ofVariant && state.each[t] === "off",
            afterwards: (state, _before, t) => {
              state.each[t] = "dim";
              state.worker = "lost";
            },
          },
        },
      },
      expects: "holds",
    });
    expect(told(unusedIn(base, [other]))).toEqual([
      "unused",
      'note "first"',
      'note "unset"',
      'list "never"',
      "onlyWritten",
      'sameWord "q"',
    ]);
  });

  it.each<[string, Parameters<typeof oneWord>[0], readonly string[]]>([
    ["a word", (state) => void (state.word = "b"), ["c"]],
    ["one of two", (state) => void (state.word = state.other === "a" ? "b" : "c"), []],
    ["the word of another variable", (state) => void (state.word = state.other), []],
    ["what a helper is given", (state) => setTo(state, "c"), ["b"]],
    ["one that is computed", (state) => void (state.word = `${"b"}` as "b"), []],
    ["what nobody can follow", (state) => void Object.assign(state, { word: "b" }), []],
    [
      "one that is kept first",
      (state) => {
        const next = state.other === "a" ? "b" : "c";
        state.word = next;
      },
      [],
    ],
    [
      "a word under a name that is found",
      (state) => {
        const names = { first: "b", second: "c" } as const;
        state.word = names[state.other === "a" ? "first" : "second"];
      },
      [],
    ],
  ])("is no word that may be set: %s", (_, effect, words) => {
    const its = told(unusedIn(oneWord(effect), [])).filter((one) => one.startsWith("word"));
    expect(its).toEqual(words.map((word) => `word "${word}"`));
  });

  it("is no place to which a step leads by a function of its own that has another's name", () => {
    const { process: of, spec: listing } = declare({
      constants: {},
      state: { worker: oneOf("here", "unknown", "there") },
    });
    const goes = of("worker").at("here", {
      effect: () => {
        const pick = (): "there" | "unknown" => "there";
        return pick();
      },
    });
    expect(pick()).toBe("unknown");
    const its = listing({ name: "shadow", title: "", actions: { goes } });
    expect(told(unusedIn(its, []))).not.toContain('worker "there"');
  });
});
