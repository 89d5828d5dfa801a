/**
 * Free page reporting: what is reported in the end, how late, and what breaks it. What that rests on is recorded beside
 * the protocol, and cli/record.test.ts holds it.
 */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import { type Constants, type Index, type Spec, variant } from "../spec/index.ts";
import { protocols } from "../toys/protocols.ts";
import {
  block,
  isOwed,
  linuxFreePageReporting,
  order,
  protocol,
} from "../spec/protocols/linux-free-page-reporting/claims.ts";
import { givesUpInSilence } from "../spec/protocols/linux-free-page-reporting/variants.ts";
import { check, type CheckOptions, type PropertyResult } from "./index.ts";
import { readInstances, readRecord } from "../cli/record.ts";
import { few, nightly, oneIn } from "../toys/share.ts";

const variants =
  protocols.find(({ spec }) => spec.name === linuxFreePageReporting.name)?.variants ?? [];
const liveness = Object.entries(linuxFreePageReporting.properties)
  .filter(([, { kind }]) => ["leads to", "recoverable", "within"].includes(kind))
  .map(([name]) => name);

function resultsOf(
  spec: Spec,
  constants: Constants,
  options: CheckOptions = {},
): readonly PropertyResult[] {
  const asked: CheckOptions = { properties: liveness, audit: "none", ...options };
  return check(instantiate(spec, { constants }), asked).properties;
}

/** How long each counterexample is; of a lasso also how many of its steps repeat. */
function lengthsOf(results: readonly PropertyResult[]): object {
  const violated: Record<string, number> = {};
  const loops: Record<string, number> = {};
  for (const { name, trace } of results) {
    if (trace === undefined) continue;
    const { steps, lasso } = trace;
    violated[name] = steps.length;
    if (lasso === undefined) continue;
    loops[name] = steps.length - lasso.loopsTo;
    expect(lasso.isShortest).toBe(true);
  }
  return { violated, loops };
}

/** What is recorded of the mistakes that break liveness, where the graph is small enough for a test. */
const recorded = readRecord().filter(
  ({ protocol: name, loops, constants }) =>
    name === linuxFreePageReporting.name && loops !== undefined && constants["blocks"] !== 2,
);
/** What is recorded of all that a mistake breaks, where it is more than the mistake is about. */
const recordedWhole = readInstances().filter(
  ({ protocol: name, found, options, constants }) =>
    name === linuxFreePageReporting.name &&
    found.loops !== undefined &&
    options === undefined &&
    Object.keys(constants).length === 0,
);

describe("the variants that break liveness", () => {
  test.each(oneIn(40, recorded))(
    "$variant breaks what is recorded of it and nothing else, in as many steps",
    ({ variant: name, ...its }) => {
      const { spec } = variants.find((one) => one.name === name) as (typeof variants)[number];
      const whole = recordedWhole.find((one) => one.variant === name)?.found;
      const { violated, loops } = whole ?? its;
      const { properties } = check(instantiate(spec));
      const found = properties.filter(({ status }) => status === "violated");
      expect(lengthsOf(found)).toEqual({ violated, loops });
    },
  );
});

describe("f/R1: what is given up is not asked for again", () => {
  test("where nothing fails, a pass still leaves the last free memory unreported", () => {
    const constants = { blocks: 3, users: 0, divisor: 1 };
    const properties = ["freeBlockIsReported", "freeBlockIsReportedWhateverHappens"];
    const results = resultsOf(givesUpInSilence.spec, constants, { properties });
    expect(results.map(({ status }) => status)).toEqual(["holds", "violated"]);
  });
});

/** The last order, of which each block is whole. */
const largest = 2;
const isAnyOwed = (state: typeof protocol.type.state): boolean => state.owed.includes("yes");

/** L2, also of a guest that goes on. */
const isReportedInTimeEvenSo = protocol.within({
  forAny: block,
  from: isOwed,
  to: (state, b) => !isOwed(state, b) || state.gaveUp === "yes",
  counting: "workerStarts",
  atMost: ({ divisor }) => divisor,
});

nightly(() => {
  test("a guest that feeds the pass makes a block late, an idle one does not", () => {
    const { spec } = variant(linuxFreePageReporting, {
      name: "busy-guest",
      because: "a pass is as long as the list was when it began",
      change: {
        constants: { blocks: 4, users: 0, reportingOrder: largest, divisor: 1 },
        properties: { isReportedInTimeEvenSo },
      },
      expects: { breaks: ["isReportedInTimeEvenSo"] },
    });
    const properties = ["freeBlockIsReportedInTime", "isReportedInTimeEvenSo"];
    const [idle, busy] = resultsOf(spec, {}, { properties });
    expect(idle).toMatchObject({ status: "holds", liveness: { most: 1 } });
    expect(busy?.trace?.count).toEqual({ from: 1, steps: [6, 37], atMost: 1 });
  });
});

/** Everything is reported in the end. */
const everythingIsReported = protocol.eventuallyAlways((state) => !isAnyOwed(state));
const everythingIsReportedInTime = protocol.within({
  from: isAnyOwed,
  to: (state) => !isAnyOwed(state),
  counting: "workerStarts",
  atMost: ({ divisor }) => divisor,
});
const { spec: idleGuest } = variant(linuxFreePageReporting, {
  name: "idle-guest",
  because: "the passes that a list takes, and nothing else",
  change: {
    actions: {
      guestAllocates: "removed",
      guestWrites: "removed",
      guestFrees: "removed",
      hostInhibitsDiscards: "removed",
      offlinerIsolates: "removed",
    },
    properties: { everythingIsReported, everythingIsReportedInTime },
  },
  expects: "holds",
});

/**
 * How many passes an idle guest takes at worst to report `whole` blocks of the largest order, all free when
 * the first pass begins. Of as many other blocks as keep it above the watermarks a half is free, too small to be
 * reported. The order of the list is given, so there is no symmetry.
 */
function passesFor(whole: number, capacity: number, divisor: number): number | undefined {
  const free = (state: typeof protocol.type.draft, b: Index<"block">): void => {
    const size = order.at(block.order(b));
    state.owner[b] = "free";
    state.freeList.movable[size].push(b);
    state.nrFree[size] += 1;
  };
  const initial: typeof linuxFreePageReporting.initial = {
    ...linuxFreePageReporting.initial,
    effect: (state: typeof protocol.type.draft) => {
      const trees = [...state.owner.keys()].filter((b) => block.order(b) === largest);
      for (const b of trees.slice(0, whole)) {
        free(state, b);
        state.owed[b] = "yes";
      }
      for (const b of trees.slice(whole)) {
        for (const [side, half] of (block.halves(b) ?? []).entries()) {
          if (side === 0) free(state, half);
          else state.owner[half] = "handed out";
        }
      }
      state.budget = 0;
      state.request = "requested";
      state.timer = "armed";
    },
  };
  const { everythingIsReported: end, everythingIsReportedInTime: inTime } = idleGuest.properties;
  const properties = {
    everythingIsReported: end,
    everythingIsReportedInTime: inTime,
  } as Spec["properties"];
  const spec: Spec = { ...idleGuest, initial, properties, pages: undefined };
  const constants = { blocks: whole + 2 * capacity, reportingOrder: largest, capacity, divisor };
  const verdict = check(instantiate(spec, { constants, symmetry: false }), { engine: "reference" });
  expect(verdict.kind).toBe("holds");
  return verdict.properties.find(({ name }) => name === "everythingIsReportedInTime")?.liveness
    ?.most;
}

describe("L2: the passes that an idle guest takes", () => {
  const capacities = [1, 2, 3, 4];
  const divisors = [1, 2, 3, 4, 5];
  const cases = capacities.flatMap((capacity) =>
    divisors.map((divisor) => ({ capacity, divisor })),
  );
  test.each(oneIn(28, cases))(
    "capacity $capacity, divisor $divisor: as many as predicted, of up to 24 blocks",
    ({ capacity, divisor }) => {
      for (let whole = 1; whole <= 24; whole += few(23, 1)) {
        const budget = Math.ceil(whole / (capacity * divisor));
        const passes = passesFor(whole, capacity, divisor);
        expect(passes, `${whole} blocks`).toBe(Math.ceil(whole / (capacity * (budget + 1))));
        expect(passes, `${whole} blocks`).toBeLessThanOrEqual(divisor);
      }
    },
  );

  // Linux reports 32 blocks at once; here one stands for 32.
  test.each(
    oneIn(2, [
      { whole: 2, passes: 1 },
      { whole: 3, passes: 2 },
      { whole: 16, passes: 8 },
      { whole: 17, passes: 6 },
      { whole: 32, passes: 11 },
      { whole: 48, passes: 12 },
      { whole: 64, passes: 13 },
    ]),
  )(
    "the sixteenth of a list, as Linux has it: $whole reports take $passes",
    ({ whole, passes }) => {
      expect(passesFor(whole, 1, 16)).toBe(passes);
    },
  );
});
