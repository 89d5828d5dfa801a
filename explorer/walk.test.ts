import { describe, expect, test } from "vitest";
import { instantiate, type Model, type State, type Step } from "../model/index.ts";
import { pageRing } from "../spec/protocols/page-ring/claims.ts";
import { hostDiscardsAnyPage } from "../spec/protocols/page-ring/variants.ts";
import { declare, each, interchangeable, oneOf, range } from "../spec/index.ts";
import { GoalError, goalIn, nearest } from "./goal.ts";
import { type Linked, LinkError, linkIn, linkOf, linkText } from "./link.ts";
import { drawingOf } from "./drawing.ts";
import { offeredIn } from "./offered.ts";
import { pagesIn } from "./pages.ts";
import { refusalOf } from "../counterexamples/index.ts";
import { linked, lookedAt, onwards, opened, stepped } from "./session.ts";
import { standingsAt } from "./standing.ts";
import { beginning, follow, namesOf, type StepName, stateAt, took } from "./walk.ts";

const name = (action: string, ...choice: readonly string[]): StepName => ({ action, choice });
const stepIn = (model: Model, label: string): Step =>
  model.steps.find((step) => step.label === label) as Step;

const ring = instantiate(pageRing, { symmetry: false, constants: { pages: 3 } });
const round = [
  name("guestFrees", "1"),
  name("workerStarts"),
  name("workerIsolates", "1"),
  name("workerSends"),
];

/** A door, which a guard reads in ways that a reader could be misled by. */
const door = interchangeable("door", 2);
const { action, invariant, leadsTo, spec, witness } = declare({
  constants: { most: 3 },
  state: {
    key: oneOf("lost", "found"),
    alarm: oneOf("on", "off"),
    door: each(door, oneOf("shut", "open")),
    count: range(0, ({ most }: { most: number }) => most),
  },
});
const house = spec({
  name: "house",
  title: "a house",
  actions: {
    /** Reads both, whatever the first one is. */
    ownerOpens: action("owner", {
      forAny: door,
      when: ({ key, alarm, door: all }, d) =>
        alarm === "off" && key === "found" && all[d] === "shut",
      effect: (state, d) => {
        state.door[d] = "open";
        state.count += 1;
      },
    }),
    ownerFinds: action("owner", {
      when: (state) => state.key === "lost",
      effect: (state) => {
        state.key = "found";
        state.alarm = "off";
      },
    }),
    /** Of these each alone would do. */
    burglarEnters: action("burglar", {
      when: (state) => state.door.some((one) => one === "open"),
      effect: (state) => {
        state.alarm = "on";
      },
    }),
    burglarWaits: action("burglar", { effect: () => {} }),
    ghostKnocks: action("ghost", { when: () => false, effect: () => {} }),
  },
  invariants: {
    alarmIsOffWithTheKey: invariant((state) => state.key === "lost" || state.alarm === "off"),
  },
  witnesses: { bothAreOpen: witness((state) => state.door.every((one) => one === "open")) },
  liveness: {
    keyIsFound: leadsTo({
      from: (state) => state.key === "lost",
      to: (state) => state.key === "found",
    }),
  },
  mayEnd: () => true,
});
const model = instantiate(house, { symmetry: false });

describe("a walk", () => {
  test("is followed by names, and goes on from any of its states", () => {
    const { walk, misfit } = follow(ring, 0, round);
    expect(misfit).toBeUndefined();
    expect(namesOf(walk)).toEqual(round);
    const other = took(walk, 1, stepIn(ring, "guest frees 2"));
    expect(namesOf(other)).toEqual([name("guestFrees", "1"), name("guestFrees", "2")]);
    expect(stateAt(other, 2)).toMatchObject({ location: ["used", "free", "free"] });
    expect(namesOf(walk)).toEqual(round);
  });

  test.each([
    ["an action that is gone", [name("guestForgets", "1")], 1, "there is no action guestForgets"],
    ["a name that every object has", [name("constructor")], 1, "there is no action constructor"],
    [
      "a choice that is gone",
      [round[0] as StepName, name("guestFrees", "3")],
      2,
      "guestFrees has no choice 3",
    ],
    [
      "a step that is not possible there",
      [round[0] as StepName, name("workerSends")],
      2,
      "worker sends is not possible: worker is requested",
    ],
  ])("no longer fits at %s, and says where", (_what, names, step, why) => {
    const { walk, misfit } = follow(ring, 0, names);
    expect(misfit?.step).toBe(step);
    expect(misfit?.why).toContain(why);
    expect(walk.taken.length).toBe(step - 1);
  });

  test("of an initial state that there is not fits nowhere", () => {
    expect(follow(ring, 1, round).misfit).toEqual({
      step: 0,
      why: "there is no initial state 2",
    });
  });
});

describe("a step that is not possible", () => {
  const start = beginning(model);
  const opens = stepIn(model, "owner opens 0");

  test("is refused by what would have to be something else, not by what was read last", () => {
    // Neither alone is enough, and both were read: nobody can say more.
    expect(refusalOf(model, start.initial, opens).parts.some(({ decides }) => decides)).toBe(false);
    expect(refusalOf(model, start.initial, opens).lines[0]).toBe("key is lost, alarm is on");
    const found = { ...start.initial, key: "found" };
    expect(refusalOf(model, found, opens).parts.filter(({ decides }) => decides)).toMatchObject([
      { path: "alarm", text: "on", wanted: ["off"] },
    ]);
    expect(refusalOf(model, found, opens).lines[0]).toBe("alarm is on");
  });

  test("of which each of several parts would do is refused by all of them", () => {
    const { parts } = refusalOf(model, start.initial, stepIn(model, "burglar enters"));
    expect(parts).toMatchObject([
      { path: "door[0]", wanted: ["open"], decides: true },
      { path: "door[1]", wanted: ["open"], decides: true },
    ]);
  });

  test("says so where it looks at nothing", () => {
    const { parts, lines } = refusalOf(model, start.initial, stepIn(model, "ghost knocks"));
    expect([parts, lines]).toEqual([[], ["whatever the state is"]]);
  });

  test("is refused by something, whatever it is", () => {
    for (const step of ring.steps) {
      const { walk } = follow(ring, 0, round);
      for (const at of [0, round.length]) {
        const state = stateAt(walk, at);
        if (ring.isEnabled(state, step)) continue;
        const { parts } = refusalOf(ring, state, step);
        expect(parts.length, `${step.label} in state ${at}`).toBeGreaterThan(0);
      }
    }
  });
});

test("what is offered is what is possible, with what it changes, and all else is refused", () => {
  const { possible, impossible } = offeredIn(model, beginning(model).initial);
  expect(possible).toMatchObject([
    {
      step: { label: "owner finds" },
      changes: [
        { path: "key", was: "lost", is: "found" },
        { path: "alarm", was: "on", is: "off" },
      ],
    },
    { step: { label: "burglar waits" }, changes: [] },
  ]);
  expect(impossible).toMatchObject([
    { action: "ownerOpens", of: 2, steps: [{ choice: [0] }, { choice: [1] }] },
    { action: "burglarEnters", of: 1 },
    { action: "ghostKnocks", of: 1 },
  ]);
});

test("a step that leaves its domains is offered with what is wrong, and cannot be taken", () => {
  const narrow = instantiate(house, { symmetry: false, constants: { most: 1 } });
  const names = [name("ownerFinds"), name("ownerOpens", "0"), name("ownerOpens", "1")];
  const { walk, misfit } = follow(narrow, 0, names);
  expect(misfit).toMatchObject({ step: 3, why: expect.stringContaining("count") as string });
  const { possible } = offeredIn(narrow, stateAt(walk, 2));
  const opens = possible.find(({ step }) => step.label === "owner opens 1");
  expect(opens?.fault).toContain("count");
});

describe("how properties stand", () => {
  const saysAt = (names: readonly StepName[], at = names.length) =>
    Object.fromEntries(
      standingsAt(follow(model, 0, names).walk, at).map(({ name: its, says, note }) => [
        its,
        note === "" ? says : `${says}: ${note}`,
      ]),
    );
  const all = [
    name("ownerFinds"),
    name("ownerOpens", "0"),
    name("ownerOpens", "1"),
    name("burglarEnters"),
  ];

  test("is judged in the state that is looked at, and a behaviour is never said to hold", () => {
    expect(saysAt(all, 0)).toEqual({
      alarmIsOffWithTheKey: "holds here",
      bothAreOpen: "not met yet",
      keyIsFound: "undecided: from: yes; to: no",
      "deadlock freedom": "holds here",
    });
    expect(saysAt(all)).toMatchObject({
      alarmIsOffWithTheKey: "fails",
      bothAreOpen: "met: in state 3",
      keyIsFound: "undecided: from: no; to: yes",
    });
    expect(saysAt(all, 3)).toMatchObject({ bothAreOpen: "met: here" });
  });

  test("of steps concerns the last one only", () => {
    const { spec: its } = hostDiscardsAnyPage;
    const broken = instantiate(its, { symmetry: false, constants: { pages: 3 } });
    const { walk, misfit } = follow(broken, 0, [
      ...round,
      name("hostDiscards", "0"),
      name("guestFrees", "2"),
    ]);
    expect(misfit).toBeUndefined();
    const at = (n: number) =>
      standingsAt(walk, n).find(({ name: one }) => one === "discardIsPermitted");
    expect(at(5)).toMatchObject({ says: "fails", note: "for 0" });
    expect(at(6)).toMatchObject({ says: "nothing here" });
    expect(
      standingsAt(walk, 6).find(({ name: one }) => one === "usedPageIsResident"),
    ).toMatchObject({ says: "fails" });
  });
});

test("a property that fails to answer is undecided, and the others are answered", () => {
  const faulty = instantiate(
    {
      ...house,
      properties: {
        ...house.properties,
        alarmIsOffWithTheKey: {
          ...(house.properties["alarmIsOffWithTheKey"] as object),
          holds: () => {
            throw new Error("no answer");
          },
        } as never,
      },
    },
    { symmetry: false },
  );
  const [first, second] = standingsAt(beginning(faulty), 0);
  expect(first?.says).toBe("undecided");
  expect(first?.note).toContain("no answer");
  expect(second).toMatchObject({ name: "bothAreOpen", says: "not met yet" });
});

test("pages are shown as the contract and the protocol have them", () => {
  const { walk } = follow(ring, 0, [...round, name("hostDiscards", "1")]);
  expect(pagesIn(ring, stateAt(walk, 5))).toEqual([
    { name: "page 0", label: "0", state: "stable", isDiscarded: false, mayBeDiscarded: false },
    { name: "page 1", label: "1", state: "isolated", isDiscarded: true, mayBeDiscarded: true },
    { name: "page 2", label: "2", state: "stable", isDiscarded: false, mayBeDiscarded: false },
  ]);
  expect(pagesIn(model, beginning(model).initial)).toEqual([]);
});

describe("a link", () => {
  const { walk } = follow(ring, 0, round);
  const constants = ring.constants;

  test("is read as it was written, whatever names are in it", () => {
    const text = linkText(linkOf(walk, { constants, variant: undefined }, 2));
    expect(text).toBe(
      "page-ring;pages=3;budget=3;capacity=2//0/guestFrees:1/workerStarts/workerIsolates:1/workerSends@2",
    );
    const odd: Linked = {
      protocol: "a/b;c@d#e",
      variant: "</script>:%",
      constants: { "x=y": -1, z: true },
      begin: 3,
      steps: [name("f(g)", "in use", "a:b/c@1"), name("h")],
      at: 1,
    };
    expect(linkIn(linkText(odd))).toEqual(odd);
    expect(linkText(odd)).toMatch(/^[\w%;=/:@.~-]+$/);
  });

  test.each([
    "",
    "nonsense",
    "page-ring//0/guestFrees:1",
    "page-ring@1",
    "a//x@0",
    "a;b=c//0@0",
    "%//0@0",
  ])("%j is none, and says so", (text) => {
    expect(() => linkIn(text)).toThrow(LinkError);
  });

  test("is followed as far as it fits, and says at which step it does not", () => {
    const protocol = { spec: pageRing, variants: [hostDiscardsAnyPage] };
    const text = linkText({
      ...linkOf(walk, { constants, variant: undefined }, 4),
      steps: [...round.slice(0, 2), name("workerSends")],
    });
    const session = opened(protocol, { constants: {}, again: "" }, text);
    expect(session).toMatchObject({ at: 2, instance: { constants: { pages: 3 } } });
    expect(session.notice).toMatch(
      /^The link no longer fits at step 3: worker sends is not possible/,
    );
    const of = (change: Partial<Linked>): string | undefined =>
      opened(
        protocol,
        { constants: {}, again: "" },
        linkText({ ...linkOf(walk, { constants }, 0), ...change }),
      ).notice;
    expect(of({})).toBeUndefined();
    expect(of({ protocol: "other" })).toContain("it is of other");
    expect(of({ variant: "gone" })).toContain("has no variant gone");
    expect(of({ constants: { sheets: 1 } })).toContain("sheets");
    expect(opened(protocol, { constants: {}, again: "" }, "%")).toMatchObject({
      at: 0,
      notice: expect.stringContaining("cannot be read") as string,
    });
  });

  test("of a walk that is stepped through: a step that the walk takes anyway keeps what is behind it", () => {
    const session = linked(
      { spec: pageRing, variants: [] },
      linkOf(walk, { constants, variant: undefined }, 1),
    );
    const next = session.walk.model.steps.find(({ label }) => label === "worker starts") as Step;
    expect(stepped(session, next)).toMatchObject({ at: 2, walk: { taken: { length: 4 } } });
    expect(onwards(lookedAt(session, 4)).at).toBe(4);
  });
});

describe("a jump", () => {
  const found = (goal: string, at = 0, most = 1000) =>
    nearest(beginning(model), at, goalIn(goal, model), most);

  test("takes the fewest steps to a state that is as it is said", () => {
    expect(found("door[1] is open and alarm is on")).toEqual({
      kind: "found",
      steps: [name("ownerFinds"), name("ownerOpens", "1"), name("burglarEnters")],
    });
    expect(found("door[0] != shut")).toMatchObject({ steps: { length: 2 } });
    expect(found("bothAreOpen")).toMatchObject({ steps: { length: 3 } });
    expect(found("alarm is off with the key")).toMatchObject({ steps: { length: 3 } });
  });

  test("says that there is no such state only where it has seen them all", () => {
    expect(found("count is 3")).toMatchObject({ kind: "nowhere" });
    expect(found("count is 2", 0, 3)).toEqual({ kind: "not found", states: 3 });
  });

  test.each([
    ["", "Say what to look for"],
    ["open sesame", "neither a property nor"],
    ["doors[0] is open", "Did you mean door[0]?"],
    ["keyIsFound", "says nothing of single states"],
  ])("%j is no goal", (goal, why) => {
    expect(() => goalIn(goal, model)).toThrow(GoalError);
    expect(() => goalIn(goal, model)).toThrow(why);
  });
});

test("a drawing is the address of an image, or why there is none", () => {
  const drawing = (draw: () => unknown) =>
    drawingOf({ ...model, spec: { ...model.spec, draw: draw as () => string } }, start());
  const start = (): State => beginning(model).initial;
  expect(drawingOf(model, start())).toBeUndefined();
  expect(drawing(() => "<svg>'#%\"</svg>")).toEqual({
    kind: "image",
    address: "data:image/svg+xml,%3Csvg%3E'%23%25%22%3C%2Fsvg%3E",
  });
  expect(drawing(() => 1)).toEqual({ kind: "fault", why: "draw answers with no text" });
  const fails = (): never => {
    throw new Error("no ink");
  };
  expect(drawing(fails)).toEqual({ kind: "fault", why: "draw fails: no ink" });
});
