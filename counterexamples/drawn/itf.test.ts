import { describe, expect, test } from "vitest";
import { lampStory } from "../../toys/lamp-story.ts";
import type { Story } from "../story.ts";
import { drawItf } from "./index.ts";

interface Itf {
  readonly "#meta": Readonly<Record<string, unknown>>;
  readonly vars: readonly string[];
  readonly states: readonly Readonly<Record<string, unknown>>[];
  readonly loop?: number;
}

const drawn = (story: Story): Itf => JSON.parse(drawItf(story)) as Itf;
const none = { tag: "None", value: { "#tup": [] } };
const { loop: _loop, ...path } = lampStory;

describe("a story in the Informal Trace Format", () => {
  test("has every variable in every state, in the forms of the format", () => {
    const { vars, states } = drawn(path);
    expect(vars).toEqual([
      "light",
      "queue",
      "told",
      "reader",
      "_#switched",
      "mbt::actionTaken",
      "mbt::nondetPicks",
    ]);
    expect(states[0]).toEqual({
      "#meta": { index: 0 },
      light: {
        "#map": [
          [0, "off"],
          [1, "off"],
        ],
      },
      queue: [],
      told: { "#set": [] },
      reader: none,
      "_#switched": 0,
      "mbt::actionTaken": "init",
      "mbt::nondetPicks": { lamp: none },
    });
    expect(states[1]).toEqual({
      "#meta": {
        index: 1,
        action: "somebodySwitchesOn",
        actor: "somebody",
        label: "somebody switches on 1",
      },
      light: {
        "#map": [
          [0, "off"],
          [1, "on"],
        ],
      },
      queue: [{ from: 1 }],
      told: { "#set": [1] },
      reader: { tag: "Some", value: 0 },
      "_#switched": 1,
      "mbt::actionTaken": "somebodySwitchesOn",
      "mbt::nondetPicks": { lamp: { tag: "Some", value: 1 } },
    });
    expect(states[2]).toMatchObject({
      "mbt::actionTaken": "timerEnds",
      "mbt::nondetPicks": { lamp: none },
    });
    expect(states).toHaveLength(4);
  });

  test("says what it is", () => {
    expect(drawn(path)["#meta"]).toEqual({
      format: "ITF",
      "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
      source: "lamp / nobody-reads",
      status: "violated",
      description: "message is read",
      constants: { lamps: 2 },
      reason: lampStory.reason.lines,
      why: { lines: lampStory.why.lines, steps: [3] },
    });
  });

  test("ends a loop with the last state before it begins again", () => {
    const { states, loop, "#meta": meta } = drawn(lampStory);
    expect(loop).toBe(1);
    expect(states).toHaveLength(3);
    expect(meta["last step"]).toMatchObject({
      label: "somebody switches on 1",
      "mbt::nondetPicks": { lamp: { tag: "Some", value: 1 } },
    });
  });

  test("goes on for ever in the last state where nothing happens any more", () => {
    const { states, loop } = drawn({
      ...path,
      loop: { to: 3, fairness: [], unfair: [] },
    });
    expect(loop).toBe(3);
    expect(states).toHaveLength(4);
  });

  test("has no state after a step that fails an assertion", () => {
    const property = { kind: "assertion", name: "lampIsOff" } as const;
    const { states, "#meta": meta } = drawn({ ...path, property });
    expect(states).toHaveLength(3);
    expect(meta["last step"]).toMatchObject({ action: "somebodySwitchesOn" });
  });

  test("writes what is no safe integer as a big one", () => {
    const variables = [{ name: "n", isGhost: false, shape: { kind: "whole" } }] as const;
    const initial = { state: { n: 2 ** 53 }, values: [] };
    expect(drawn({ ...path, variables, initial, rows: [] }).states).toEqual([
      {
        "#meta": { index: 0 },
        n: { "#bigint": "9007199254740992" },
        "mbt::actionTaken": "init",
        "mbt::nondetPicks": {},
      },
    ]);
  });

  // A record of `tag` and `value` is a variant to Quint, and a field that begins with `__` is none.
  test("has no record and no name that is taken for something else", () => {
    const fields = { tag: { kind: "whole" }, value: { kind: "whole" } } as const;
    const variables = [
      { name: "pair", isGhost: false, shape: { kind: "record", fields } },
      { name: "alone", isGhost: false, shape: { kind: "record", fields: { tag: fields.tag } } },
      { name: "__own", isGhost: false, shape: { kind: "whole" } },
      { name: "mbt::actionTaken", isGhost: false, shape: { kind: "whole" } },
      { name: "news", isGhost: false, shape: { kind: "message", fields: {} } },
    ] as const;
    const state = {
      pair: { tag: 1, value: 2 },
      alone: { tag: 3 },
      __own: 4,
      "mbt::actionTaken": 5,
      news: { kind: "stop" },
    };
    const [first] = drawn({ ...path, variables, initial: { state, values: [] }, rows: [] }).states;
    expect(first).toEqual({
      "#meta": { index: 0 },
      pair: { _tag: 1, value: 2 },
      alone: { _tag: 3 },
      v__own: 4,
      "_mbt::actionTaken": 5,
      news: { tag: "stop", value: { "#tup": [] } },
      "mbt::actionTaken": "init",
      "mbt::nondetPicks": {},
    });
  });

  test("has a line for each state, every character of which prints", () => {
    const text = drawItf({ ...path, protocol: "lamp\u202e" });
    expect(text).toMatch(/^[ -~\n]*$/);
    expect(text.match(/^ {4}\{"#meta":/gm)).toHaveLength(4);
  });
});
