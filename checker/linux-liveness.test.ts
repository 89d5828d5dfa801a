/** Free page reporting: what is reported in the end, how late, what that rests on and what breaks it. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import { type Constants, type Index, type Spec, variant } from "../spec/index.ts";
import { protocols } from "../spec/protocols/index.ts";
import {
  block,
  isOwed,
  linuxFreePageReporting,
  order,
  protocol,
} from "../spec/protocols/linux-free-page-reporting/protocol.ts";
import { givesUpInSilence } from "../spec/protocols/linux-free-page-reporting/variants.ts";
import { check, type CheckOptions, type PropertyResult } from "./index.ts";
import { oneIn } from "../toys/share.ts";

const timeout = 600_000;

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

/** Of each property that is violated: the steps of its stem and of its loop, or of a path without a loop. */
function broken(results: readonly PropertyResult[]): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    results.flatMap(({ name, trace }) => {
      if (trace === undefined) return [];
      const { steps, lasso } = trace;
      if (lasso === undefined) return [[name, [steps.length]]];
      expect(lasso.isShortest).toBe(true);
      return [[name, [lasso.loopsTo, steps.length - lasso.loopsTo]]];
    }),
  );
}

describe("where all that should be fair is, everything holds", { timeout }, () => {
  test.each([
    { why: "one block", constants: { blocks: 1 }, states: 22_775, passes: 1 },
    {
      why: "allocations and reports fail",
      constants: { blocks: 1, users: 2, allocationFailures: true, deviceErrors: true },
      states: 56_022,
      passes: 1,
    },
    {
      why: "every order is reported, and drained blocks merge twice",
      constants: { blocks: 1, users: 3, reportingOrder: 0 },
      states: 459_776,
      passes: 1,
    },
    {
      why: "the budget is spent and the list rotated",
      constants: { blocks: 4, users: 0, reportingOrder: 2 },
      states: 16_648,
      passes: 2,
    },
    {
      why: "a report holds two blocks",
      constants: { blocks: 4, users: 0, reportingOrder: 2, capacity: 2 },
      states: 9_472,
      passes: 1,
    },
  ])("$why", ({ constants, states, passes }) => {
    const results = resultsOf(linuxFreePageReporting, constants);
    expect(results.map(({ name, status }) => [name, status])).toEqual(
      liveness.map((name) => [name, "holds"]),
    );
    expect(results[0]?.liveness?.states).toBe(states);
    const bound = results.find(({ name }) => name === "freeBlockIsReportedInTime");
    expect(bound?.liveness?.most).toBe(passes);
  });

  test("a block comes back if the report is answered, the interrupt delivered and the lock let go", () => {
    const [result] = resultsOf(
      linuxFreePageReporting,
      { blocks: 1 },
      { properties: ["isolatedBlockComesBack"], neededFairness: true },
    );
    expect(result?.liveness?.neededFairness?.map(({ label, kind }) => `${label}: ${kind}`)).toEqual(
      [
        "notifier reads state: weak",
        "notifier exchanges state: weak",
        "worker looks at list: weak",
        "worker submits added: weak",
        "worker wakes: weak",
        "worker drains: strong",
        "device pops: weak",
        "device discards: weak",
        "device pushes: weak",
      ],
    );
  });
});

/** What breaks in one block if an action is not fair. Nothing fair is needed to recover, or for a bound. */
const withoutFairness: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  notifierReadsState: {
    freeBlockIsReported: [7, 0],
    requestIsFollowedByAPass: [10, 0],
    isolatedBlockComesBack: [16, 0],
    acknowledgedBlockIsNotLost: [16, 0],
  },
  notifierExchangesState: {
    freeBlockIsReported: [8, 0],
    isolatedBlockComesBack: [17, 0],
    acknowledgedBlockIsNotLost: [17, 0],
  },
  notifierArmsTimer: { freeBlockIsReported: [13, 0], requestIsFollowedByAPass: [8, 0] },
  timerFires: {
    freeBlockIsReported: [2, 0],
    requestIsFollowedByAPass: [0, 0],
    reporterComesToRest: [0, 0],
  },
  workerStarts: {
    freeBlockIsReported: [3, 0],
    requestIsFollowedByAPass: [1, 0],
    reporterComesToRest: [1, 0],
  },
  workerAllocates: {
    freeBlockIsReported: [4, 0],
    requestIsFollowedByAPass: [5, 0],
    reporterComesToRest: [2, 0],
  },
  workerChecksZone: {
    freeBlockIsReported: [5, 0],
    requestIsFollowedByAPass: [6, 0],
    reporterComesToRest: [3, 0],
  },
  workerLooksAtList: {
    freeBlockIsReported: [6, 0],
    requestIsFollowedByAPass: [7, 0],
    isolatedBlockComesBack: [9, 0],
    reporterComesToRest: [6, 0],
  },
  workerWalksList: {
    freeBlockIsReported: [8, 0],
    requestIsFollowedByAPass: [9, 0],
    reporterComesToRest: [8, 0],
  },
  workerSubmits: {
    freeBlockIsReported: [13, 0],
    requestIsFollowedByAPass: [11, 0],
    isolatedBlockComesBack: [10, 0],
    reporterComesToRest: [10, 0],
  },
  workerWakes: {
    freeBlockIsReported: [17, 0],
    requestIsFollowedByAPass: [15, 0],
    isolatedBlockComesBack: [14, 0],
    acknowledgedBlockIsNotLost: [14, 0],
    reporterComesToRest: [14, 0],
  },
  workerDrains: {
    freeBlockIsReported: [18, 0],
    requestIsFollowedByAPass: [16, 0],
    isolatedBlockComesBack: [15, 0],
    acknowledgedBlockIsNotLost: [15, 0],
    reporterComesToRest: [15, 0],
  },
  workerEnds: {
    freeBlockIsReported: [12, 0],
    requestIsFollowedByAPass: [7, 0],
    reporterComesToRest: [4, 0],
  },
  workerRearms: {
    freeBlockIsReported: [13, 0],
    requestIsFollowedByAPass: [8, 0],
    reporterComesToRest: [8, 0],
  },
  devicePops: {
    freeBlockIsReported: [14, 0],
    requestIsFollowedByAPass: [12, 0],
    isolatedBlockComesBack: [11, 0],
    reporterComesToRest: [11, 0],
  },
  deviceDiscards: {
    freeBlockIsReported: [15, 0],
    requestIsFollowedByAPass: [13, 0],
    isolatedBlockComesBack: [12, 0],
    reporterComesToRest: [12, 0],
  },
  devicePushes: {
    freeBlockIsReported: [16, 0],
    requestIsFollowedByAPass: [14, 0],
    isolatedBlockComesBack: [13, 0],
    reporterComesToRest: [13, 0],
  },
};
const fairActions = Object.entries(linuxFreePageReporting.actions)
  .filter(([, { fairness }]) => fairness !== "none")
  .map(([name]) => name);

describe("one block without fairness", { timeout }, () => {
  test("of all actions: a pass may never begin, and a block never come back", () => {
    const results = resultsOf(linuxFreePageReporting, { blocks: 1 }, { unfair: fairActions });
    expect(broken(results)).toEqual({
      freeBlockIsReported: [1, 0],
      requestIsFollowedByAPass: [0, 0],
      isolatedBlockComesBack: [9, 0],
      acknowledgedBlockIsNotLost: [14, 0],
      reporterComesToRest: [0, 0],
    });
  });

  test.each(oneIn(3, fairActions))("of %s", (action) => {
    const results = resultsOf(linuxFreePageReporting, { blocks: 1 }, { unfair: [action] });
    expect(broken(results)).toEqual(withoutFairness[action]);
  });
});

/** What each mistake breaks of liveness, in the instance in which it is shown. */
const brokenByVariant: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  "forgets-a-request-after-a-failure": { requestIsFollowedByAPass: [8, 0] },
  "forgets-to-re-arm": {
    freeBlockIsReported: [14, 0],
    requestIsFollowedByAPass: [9, 0],
    reporterCanComeToRest: [3],
    reporterComesToRest: [9, 0],
  },
  "gives-up-for-lack-of-memory": { freeBlockIsReportedWhileMemoryLasts: [13, 0] },
  "gives-up-in-silence": { freeBlockIsReportedWhateverHappens: [10, 0] },
  "keeps-the-mark-of-a-taken-block": { freeBlockIsReported: [30, 0] },
  "leaves-a-remainder": { freeBlockIsReported: [26, 0] },
  "looks-before-it-is-active": { freeBlockIsReported: [12, 0] },
  "loses-a-completion": {
    freeBlockIsReported: [16, 0],
    requestIsFollowedByAPass: [14, 0],
    isolatedBlockComesBack: [13, 0],
    isolatedBlockCanComeBack: [13],
    reporterCanComeToRest: [13],
    reporterComesToRest: [13, 0],
  },
  "loses-a-request": { freeBlockIsReported: [13, 0], requestIsFollowedByAPass: [8, 0] },
  "loses-the-interrupt": {
    freeBlockIsReported: [17, 0],
    requestIsFollowedByAPass: [15, 0],
    isolatedBlockComesBack: [14, 0],
    acknowledgedBlockIsNotLost: [14, 0],
    reporterComesToRest: [14, 0],
  },
  "marks-after-a-failed-report": { freeBlockIsReported: [26, 0] },
  "marks-merged-blocks": { freeBlockIsReported: [29, 0] },
  "owes-every-free-block": { reportableBlockIsReported: [10, 0] },
  "puts-back-before-the-answer": {
    freeBlockIsReported: [29, 0],
    requestIsFollowedByAPass: [30, 0],
    isolatedBlockComesBack: [29, 0],
    isolatedBlockCanComeBack: [25],
    acknowledgedBlockIsNotLost: [29, 0],
    reporterCanComeToRest: [12],
    reporterComesToRest: [17, 0],
  },
  "puts-isolated-pageblock-back-in-silence": { freeBlockIsReported: [11, 0] },
  "retries-for-ever": { reporterComesToRest: [5, 11] },
  "takes-the-lock-in-no-order": {
    freeBlockIsReported: [19, 3],
    requestIsFollowedByAPass: [9, 3],
    isolatedBlockComesBack: [16, 3],
    acknowledgedBlockIsNotLost: [16, 3],
  },
};

describe("the variants that break liveness", { timeout }, () => {
  test.each(oneIn(4, Object.keys(brokenByVariant)))(
    "%s breaks what it says and nothing else",
    (name) => {
      const { spec, expects } = variants.find(
        (its) => its.name === name,
      ) as (typeof variants)[number];
      const { properties } = check(instantiate(spec));
      const violated = properties.filter(({ status }) => status === "violated");
      expect(violated.map((its) => its.name).toSorted()).toEqual(
        expects.kind === "breaks" ? expects.properties.toSorted() : [],
      );
      const ofLiveness = violated.filter(({ liveness: facts }) => facts !== undefined);
      expect(broken(ofLiveness)).toEqual(brokenByVariant[name]);
    },
  );
});

describe("f/R1: what is given up is not asked for again", { timeout }, () => {
  const everyOrder = variants.find(({ name }) => name === "reports-every-order");
  test.each([
    { constants: {}, expected: {} },
    {
      constants: { allocationFailures: true },
      expected: { freeBlockIsReportedWhileMemoryLasts: [10, 0] },
    },
    {
      constants: { deviceErrors: true },
      expected: { freeBlockIsReportedWhileMemoryLasts: [17, 0] },
    },
  ])(
    "every order is reported, $constants: only a failure leaves a block unreported",
    ({ constants, expected }) => {
      const properties = ["freeBlockIsReportedWhileMemoryLasts"];
      expect(broken(resultsOf(everyOrder?.spec as Spec, constants, { properties }))).toEqual(
        expected,
      );
    },
  );

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

test("a guest that feeds the pass makes a block late, an idle one does not", { timeout }, () => {
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
    state.freeList[size].push(b);
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

describe("L2: the passes that an idle guest takes", { timeout }, () => {
  const capacities = [1, 2, 3, 4];
  const divisors = [1, 2, 3, 4, 5];
  const cases = capacities.flatMap((capacity) =>
    divisors.map((divisor) => ({ capacity, divisor })),
  );
  test.each(oneIn(5, cases))(
    "capacity $capacity, divisor $divisor: as many as predicted, up to 24 blocks",
    ({ capacity, divisor }) => {
      for (let whole = 1; whole <= 24; whole++) {
        const budget = Math.ceil(whole / (capacity * divisor));
        const passes = passesFor(whole, capacity, divisor);
        expect(passes, `${whole} blocks`).toBe(Math.ceil(whole / (capacity * (budget + 1))));
        expect(passes, `${whole} blocks`).toBeLessThanOrEqual(divisor);
      }
    },
  );

  // Linux reports 32 blocks at once; here one stands for 32.
  test.each([
    { whole: 2, passes: 1 },
    { whole: 3, passes: 2 },
    { whole: 16, passes: 8 },
    { whole: 17, passes: 6 },
    { whole: 32, passes: 11 },
    { whole: 48, passes: 12 },
    { whole: 64, passes: 13 },
  ])(
    "the sixteenth of a list, as Linux has it: $whole reports take $passes",
    ({ whole, passes }) => {
      expect(passesFor(whole, 1, 16)).toBe(passes);
    },
  );
});
