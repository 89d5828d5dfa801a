import { expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate, type Model } from "../../model/index.ts";
import {
  assert,
  buddies,
  declare,
  each,
  ghost,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  record,
  type Spec,
  sequence,
  subset,
} from "../../spec/index.ts";
import { storyText } from "../../toys/story-text.ts";
import { type Counterexample, counterexampleOf, type Telling } from "../index.ts";
import type { TextOptions } from "./index.ts";

/** The first violation of a property, as text. */
function rendered(
  spec: Spec,
  property: string,
  options?: Telling & TextOptions,
  variant?: string,
): string {
  const { model, counterexample } = violation(spec, property, variant);
  return `\n${storyText(model, counterexample, options)}\n`;
}

function violation(
  spec: Spec,
  property: string,
  variant?: string,
): { model: Model; counterexample: Counterexample } {
  // Without symmetry, because the toys name their elements.
  const model = instantiate(spec, { symmetry: false });
  const result = check(model, { properties: [property] }).properties.find(
    ({ name }) => name === property,
  );
  if (result?.trace === undefined) throw new Error(`${property} is not violated`);
  return { model, counterexample: counterexampleOf(model, variant, result, result.trace) };
}

/** A page that the host may discard as soon as it is free. */
function pages(): Spec {
  const page = interchangeable("page", ({ pages }: { pages: number }) => pages);
  const { action, invariant, spec } = declare({
    constants: { pages: 2 },
    state: {
      guest: each(page, oneOf("in use", "free")),
      host: each(page, oneOf("backed", "discarded")),
      discards: ghost(range(0, 3)),
    },
  });
  return spec({
    name: "pages",
    title: "a guest that does not fault in what it allocates",
    actions: {
      guestFrees: action("guest", {
        forAny: page,
        when: (state, p) => state.guest[p] === "in use",
        effect: (state, p) => {
          state.guest[p] = "free";
        },
      }),
      guestAllocates: action("guest", {
        forAny: page,
        when: (state, p) => state.guest[p] === "free",
        effect: (state, p) => {
          state.guest[p] = "in use";
        },
      }),
      hostDiscards: action("host", {
        forAny: page,
        when: (state, p) => state.host[p] === "backed" && state.guest[p] === "free",
        effect: (state, p) => {
          state.host[p] = "discarded";
          state.discards += 1;
        },
      }),
    },
    invariants: {
      pageInUseIsBacked: invariant((state) =>
        state.guest.every((view, p) => view !== "in use" || state.host[p] === "backed"),
      ),
      hostDiscardsLittle: invariant((state) => state.discards < 2),
    },
  });
}

/** One variable of each shape, all of which change in one step. */
function shapes(): Spec {
  const frame = buddies("frame", { levels: 3 });
  const block = frame.blocks("block");
  const cpu = ordered("cpu", 2);
  const { action, invariant, spec } = declare({
    constants: {},
    state: {
      list: each(cpu, sequence(block, 3)),
      members: subset(frame),
      owner: optional(cpu),
      at: each(cpu, record({ line: range(0, 9), lock: oneOf("not held", "held") })),
      held: optional(record({ block, order: range(0, 3) })),
      queue: sequence(oneOf("in flight", "done"), 2),
    },
  });
  const [whole, upper, smallest] = [0, 2, 7] as never[] as [never, never, never];
  return spec({
    name: "shapes",
    title: "one variable of each shape",
    initial: (state) => {
      state.list[cpu.at(1)].push(whole, upper);
    },
    actions: {
      everythingChanges: action("nobody", {
        when: (state) => state.owner === "none",
        effect: (state) => {
          state.list[cpu.at(1)].shift();
          state.list[cpu.at(0)].push(smallest);
          state.members.add(3 as never).add(0 as never);
          state.owner = cpu.at(1);
          state.at[cpu.at(0)].line = 4;
          state.at[cpu.at(0)].lock = "held";
          state.held = { block: upper, order: 2 };
          state.queue.push("in flight", "done");
        },
      }),
    },
    invariants: { nobodyOwns: invariant((state) => state.owner === "none") },
    mayEnd: () => true,
  });
}

/** Counts up to three; there an assertion fails. */
function counter(): Spec {
  const { action, assertion, invariant, spec } = declare({
    constants: { one: 1, two: 2, three: 3, four: true, five: 5 },
    state: { count: range(0, 3) },
  });
  const counterDoesNotOverflow = assertion("the counter does not overflow");
  return spec({
    name: "counter",
    title: "counts up",
    actions: {
      counterCounts: action("counter", {
        effect: (state) => {
          assert(state.count < 3, counterDoesNotOverflow, { "the limit": 3, left: [] });
          state.count += 1;
        },
      }),
    },
    invariants: {
      counterNeverStands: invariant((state) => state.count < 0),
      counterStaysLow: invariant((state) => state.count < 1),
    },
    assertions: { counterDoesNotOverflow },
  });
}

test("draws only what changes, and ends with the reason", () => {
  expect(rendered(pages(), "pageInUseIsBacked")).toBe(`
pages, pages=2: violated
page in use is backed, after 3 steps (no shorter trace exists)

     initial            guest[0] in use   host[0] backed
  1  guest frees 0      guest[0] in use -> free
 *2  host discards 0    host[0] backed -> discarded
 *3  guest allocates 0  guest[0] free -> in use
                        guest[0] is in use, host[0] is discarded
                        why: host[0] is discarded since step 2 (host discards 0)
                        why: guest[0] is in use since step 3 (guest allocates 0)
`);
});

test("shows ghosts where the reason mentions them, and where asked", () => {
  expect(rendered(pages(), "hostDiscardsLittle")).toContain("discards 1 -> 2");
  expect(rendered(pages(), "pageInUseIsBacked")).not.toContain("discards 0 ->");
  expect(rendered(pages(), "pageInUseIsBacked", { ghosts: true })).toContain("discards 0 -> 1");
});

test("names the variant, and says of a random trace only that it was shrunk", () => {
  const text = rendered(pages(), "pageInUseIsBacked", { shortest: false }, "no-fault");

  expect(text).toContain("\npages / no-fault, pages=2: violated\n");
  expect(text).toContain("\npage in use is backed, after 3 steps (shrunk, locally minimal)\n");
  expect(rendered(pages(), "pageInUseIsBacked", { shortest: "not known" })).toContain(
    "\npage in use is backed, after 3 steps\n",
  );
});

test("prints every shape in its own way", () => {
  expect(rendered(shapes(), "nobodyOwns")).toBe(`
shapes: violated
nobody owns, after 1 step (no shorter trace exists)

     initial             list[0] empty   list[1] block 0-7, block 4-7   members {}   owner none
                         at[0].line 0   at[0].lock not held   held none   queue empty
 *1  everything changes  list[0] empty -> block 0
                         list[1] block 0-7, block 4-7 -> block 4-7
                         members {} -> {frame 0, frame 3}
                         owner none -> cpu 1
                         at[0].line 0 -> 4
                         at[0].lock not held -> held
                         held none -> {block 4-7, order 2}
                         queue empty -> in flight, done
                         owner is cpu 1
                         why: owner is cpu 1 since step 1 (everything changes)
`);
});

test("shows of many constants only those that are not the protocol's own", () => {
  expect(rendered(counter(), "counterStaysLow")).toMatch(/^\ncounter: violated\n/);
  const model = instantiate(counter(), { constants: { two: 5, four: false } });
  const result = check(model, { properties: ["counterStaysLow"] });
  if (result.kind !== "violated") throw new Error(result.kind);

  const text = storyText(model, counterexampleOf(model, undefined, result.property, result.trace));
  expect(text).toMatch(/^counter, two=5 four=false: violated\n/);
});

test("counts a variant's constants from those of the protocol it changes", () => {
  const { model, counterexample } = violation(counter(), "counterStaysLow", "longer");
  const text = storyText(model, counterexample, { defaults: { ...model.constants, five: 4 } });
  expect(text).toMatch(/^counter \/ longer, five=5: violated\n/);
});

test("does not repeat the name of a set where the variable says it", () => {
  const cpu = ordered("cpu", 2);
  const { action, invariant, spec } = declare({
    constants: {},
    state: { cpu: optional(cpu), waiting: sequence(cpu, 2) },
  });
  const toy = spec({
    name: "names",
    title: "a variable with the name of its set",
    actions: {
      cpuEnters: action("cpu", {
        effect: (state) => {
          state.cpu = cpu.at(1);
          state.waiting = [cpu.at(0), cpu.at(1)];
        },
      }),
    },
    invariants: { nobodyIsIn: invariant((state) => state.cpu === "none") },
  });

  const text = rendered(toy, "nobodyIsIn");
  expect(text).toContain("cpu none -> 1  waiting empty -> cpu 0, cpu 1\n");
  expect(text).toMatch(/ cpu is 1\n +why: cpu is 1 since step 1 [(]cpu enters[)]\n$/);
});

test("ends the trace of a deadlock with the whole state that blocks", () => {
  const { action, spec } = declare({
    constants: {},
    state: { lock: oneOf("free", "held"), key: oneOf("lost", "found"), seen: ghost(range(0, 1)) },
  });
  const toy = spec({
    name: "stuck",
    title: "a lock that nobody opens",
    actions: {
      guestLocks: action("guest", {
        when: (state) => state.lock === "free",
        effect: (state) => {
          state.lock = "held";
        },
      }),
      guestUnlocks: action("guest", {
        when: (state) => state.lock === "held" && state.key === "found",
        effect: (state) => {
          state.lock = "free";
        },
      }),
    },
  });

  expect(rendered(toy, "deadlockFreedom")).toBe(`
stuck: violated
deadlock freedom, after 1 step (no shorter trace exists)

     initial      lock free
 *1  guest locks  lock free -> held
     the end      lock held   key lost
                  no step is possible, and the protocol may not end here
                  why: lock is held since step 1 (guest locks)
`);
  expect(rendered(toy, "deadlockFreedom", { ghosts: true })).toContain("key lost   seen 0\n");
  const actions = { guestUnlocks: toy.actions["guestUnlocks"] as Spec["actions"][string] };
  expect(rendered({ ...toy, actions }, "deadlockFreedom")).toContain(
    "initial  lock free   key lost\n",
  );
});

test("draws a violation in the initial state, and one in an assertion", () => {
  expect(rendered(counter(), "counterNeverStands")).toBe(`
counter: violated
counter never stands, in the initial state

     initial  count 0
              count is 0
              why: what it looks at is as it was in the initial state
`);
  expect(rendered(counter(), "counterDoesNotOverflow")).toBe(`
counter: violated
counter does not overflow, after 4 steps (no shorter trace exists)

     initial         count 0
  1  counter counts  count 0 -> 1
  2  counter counts  count 1 -> 2
 *3  counter counts  count 2 -> 3
 *4  counter counts
                     asserted, but not so: the counter does not overflow
                     where the limit is 3, left is []
                     count is 3
                     why: count is 3 since step 3 (counter counts)
`);
});

test("breaks values that are too long for a line", () => {
  const page = ordered("page", 40);
  const { action, invariant, spec } = declare({ constants: {}, state: { told: subset(page) } });
  const guestTells = action("guest", {
    when: (state) => state.told.size === 0,
    effect: (state) => {
      for (let at = 0; at < 40; at++) state.told.add(page.at(at));
    },
  });
  const toy = spec({
    name: "long",
    title: "a long value",
    actions: { guestTells },
    invariants: { nothingIsTold: invariant((state) => state.told.size === 0) },
  });

  const lines = rendered(toy, "nothingIsTold", { width: 72 }).split("\n");
  expect(lines.filter((line) => line.length > 72)).toEqual([]);
  expect(lines).toContain(" *1  guest tells  told {} -> {page 0, page 1, page 2, page 3, page 4,");
});

test("keeps within the width, without trailing blanks", () => {
  for (const spec of [pages(), shapes()]) {
    const name = Object.keys(spec.properties)[0] as string;
    for (const width of [60, 72, 80, 200]) {
      for (const line of rendered(spec, name, { width }).split("\n")) {
        expect(line).not.toMatch(/\s$/);
        expect(line).toMatch(/^[ -~]*$/);
        if (line.startsWith("  ")) expect(line.length).toBeLessThanOrEqual(width);
      }
    }
  }
});

test("paints pieces by what they are, and nothing between them", () => {
  const painted = rendered(pages(), "pageInUseIsBacked", {
    paint: (role, text) => `{${role}:${text}}`,
  });

  expect(painted).toContain(
    " *2  {step:host discards 0}    {change:host[0] backed -> discarded}\n",
  );
  expect(painted).toContain("{reason:guest[0] is in use, host[0] is discarded}");
  expect(painted.replace(/\{\w+:([^}]*)\}/g, "$1")).toBe(rendered(pages(), "pageInUseIsBacked"));
});

test("prints what a terminal would obey as it is written, in columns that fit what is printed", () => {
  const escape = "\u001b[2J";
  const { action, invariant, spec } = declare({
    constants: { ["a\nb"]: 1 },
    state: {
      [`x${escape}`]: oneOf("a\nholds: all", "a\\nholds: all"),
      y: oneOf("日本", "é"),
    },
  });
  const steps = action("guest\u202e", {
    forAny: oneOf("now\u200b"),
    when: (state) => state.y === "日本",
    effect: (state) => {
      state[`x${escape}`] = "a\\nholds: all";
      state.y = "é";
    },
  });
  const toy = spec({
    name: "toy",
    title: "toy",
    actions: { [`step\t`]: steps },
    invariants: { never: invariant((state) => state.y === "日本") },
  });

  expect(rendered(toy, "never")).toBe(`
toy, a\\nb=1: violated
never, after 1 step (no shorter trace exists)

     initial           x\\x1b[2J a\\nholds: all   y 日本
 *1  step\\t now\\u200b  x\\x1b[2J a\\nholds: all -> a\\nholds: all  y 日本 -> é
                       y is é
                       why: y is é since step 1 (step\\t now\\u200b)
`);
});
