/**
 * Page ring: a small reporting protocol with counts that SPIN, Rumur and TLC agree on.
 *
 * A worker takes free pages off the free lists, reports a few at a time to the host, which discards
 * them, and puts them back marked as reported. Made up to compare engines (its counts are pinned in
 * checker/anchors.test.ts), in the manner of Linux's free page reporting.
 *
 * Left out: any order between pages, the batch of a report as a message of its own (the host sees
 * which pages are isolated), delays and failed reports.
 */
import { declare, each, type Index, interchangeable, oneOf, range } from "../../language/index.ts";

const constants = {
  /** How many pages the guest has. */
  pages: 5,
  /** How many pages the worker may isolate before it has to start again. */
  budget: 3,
  /** How many pages one report can hold. */
  capacity: 2,
};
/** A page of the guest's. */
export const page = interchangeable("page", ({ pages }: typeof constants) => pages);

export const protocol = declare({
  constants,
  where: {
    "the worker can isolate a page": ({ budget, capacity }) => budget >= 1 && capacity >= 1,
  },
  state: {
    /** Where the guest's allocator has each page. */
    location: each(page, oneOf("used", "free", "isolated")),
    /** The mark of a page that the host was told about. */
    reported: each(page, oneOf("no", "yes")),
    /** Whether the host backs the page with memory. */
    resident: each(page, oneOf("yes", "no")),
    /** How far the worker is with a report. */
    worker: oneOf("idle", "requested", "active", "sent", "returning"),
    /** How many pages it may still isolate. */
    budget: range(0, ({ budget }: typeof constants) => budget),
    /** How many pages are isolated. */
    isolated: range(0, ({ capacity }: typeof constants) => capacity),
    /** How many free pages the host was not told about. */
    unreportedFree: range(0, ({ pages: count }: typeof constants) => count),
  },
});

const { action, process, type } = protocol;

const guestAllocates = action("guest", {
  forAny: page,
  when: (state, p) => state.location[p] === "free",
  effect: (state, p) => {
    leaveFreeList(state, p);
    state.resident[p] = "yes"; // the first touch faults a fresh page in
  },
});

/** The page is in use, and has no mark. */
export function leaveFreeList(state: typeof type.draft, p: Index<"page">): void {
  if (state.reported[p] === "no") state.unreportedFree -= 1;
  state.location[p] = "used";
  state.reported[p] = "no";
}

const guestFrees = action("guest", {
  forAny: page,
  when: (state, p) => state.location[p] === "used",
  effect: (state, p) => {
    state.location[p] = "free";
    state.unreportedFree += 1;
    if (state.worker === "idle") state.worker = "requested";
  },
});

const { at } = process("worker", { fairness: "weak" });

const workerStarts = at("requested", {
  to: "active",
  effect: (state, { budget }) => {
    state.budget = budget;
  },
});

const workerIsolates = at("active", {
  to: "active",
  forAny: page,
  when: (state, p, { capacity }) =>
    state.location[p] === "free" &&
    state.reported[p] === "no" &&
    state.isolated < capacity &&
    state.budget > 0,
  effect: (state, p) => {
    state.location[p] = "isolated";
    state.isolated += 1;
    state.unreportedFree -= 1;
    state.budget -= 1;
  },
});

const workerSends = at("active", { to: "sent", when: (state) => state.isolated > 0 });

const workerReturns = at("returning", {
  forAny: page,
  when: (state, p) => state.location[p] === "isolated",
  effect: (state, p) => {
    state.location[p] = "free";
    state.reported[p] = "yes";
    state.isolated -= 1;
    return state.isolated === 0 ? "active" : "returning";
  },
});

const workerFinishes = at("active", {
  when: (state) => state.isolated === 0 && (state.budget === 0 || state.unreportedFree === 0),
  effect: (state) => {
    state.budget = 0;
    return state.unreportedFree > 0 ? "requested" : "idle";
  },
});

const hostDiscards = action("host", {
  fairness: "weak",
  forAny: page,
  when: (state, p) =>
    state.worker === "sent" && state.location[p] === "isolated" && state.resident[p] === "yes",
  effect: (state, p) => {
    state.resident[p] = "no";
  },
});

/** Only when it has discarded every page of the report. */
const hostCompletes = action("host", {
  fairness: "weak",
  when: (state) =>
    state.worker === "sent" &&
    state.location.every((where, p) => where !== "isolated" || state.resident[p] === "no"),
  effect: (state) => {
    state.worker = "returning";
  },
});

export const actions = {
  guestAllocates,
  guestFrees,
  workerStarts,
  workerIsolates,
  workerSends,
  workerReturns,
  workerFinishes,
  hostDiscards,
  hostCompletes,
};
