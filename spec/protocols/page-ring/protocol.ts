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
import { match } from "ts-pattern";
import {
  declare,
  each,
  type Index,
  interchangeable,
  oneOf,
  range,
  variant,
} from "../../language/index.ts";
import type { PageState } from "../../page/index.ts";

const constants = {
  pages: 5,
  /** How many pages the worker may isolate before it has to start again. */
  budget: 3,
  /** How many pages one report can hold. */
  capacity: 2,
};
const page = interchangeable("page", ({ pages }: typeof constants) => pages);

export const protocol = declare({
  constants,
  where: {
    "the worker can isolate a page": ({ budget, capacity }) => budget >= 1 && capacity >= 1,
  },
  state: {
    location: each(page, oneOf("used", "free", "isolated")),
    /** The mark of a page that the host was told about. */
    reported: each(page, oneOf("no", "yes")),
    /** Whether the host backs the page with memory. */
    resident: each(page, oneOf("yes", "no")),
    worker: oneOf("idle", "requested", "active", "sent", "returning"),
    budget: range(0, ({ budget }: typeof constants) => budget),
    isolated: range(0, ({ capacity }: typeof constants) => capacity),
    unreportedFree: range(0, ({ pages: count }: typeof constants) => count),
  },
});

const { action, invariant, leadsTo, pages, process, spec, type, witness } = protocol;

// ---- The guest's allocator ----

const guestAllocates = action("guest", {
  forAny: page,
  when: (state, p) => state.location[p] === "free",
  effect: (state, p) => {
    leaveFreeList(state, p);
    state.resident[p] = "yes"; // the first touch faults a fresh page in
  },
});

function leaveFreeList(state: typeof type.draft, p: Index<"page">): void {
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

// ---- The guest's worker, which reports ----

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

// ---- The host at the other end ----

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

// ---- Safety ----

const usedPageIsResident = invariant({
  forAny: page,
  when: (state, p) => state.location[p] === "used",
  holds: (state, p) => state.resident[p] === "yes",
});

const isolatedPagesAreCounted = invariant(
  (state) => state.location.filter((where) => where === "isolated").length === state.isolated,
);

const unreportedPagesAreCounted = invariant(
  (state) =>
    state.location.filter((where, p) => where === "free" && state.reported[p] === "no").length ===
    state.unreportedFree,
);

// ---- Liveness ----

const reportComesBack = leadsTo({
  from: (state) => state.worker === "sent",
  to: (state) => state.worker === "active",
});

// ---- Witnesses ----

const everyPageIsReported = witness((state) => state.reported.every((mark) => mark === "yes"));

const reportIsFull = witness(
  (state, { capacity }) => state.worker === "sent" && state.isolated === capacity,
);

const pageIsFreedBehindTheReport = witness(
  (state) => state.worker === "sent" && state.unreportedFree > 0,
);

const workerRunsOutOfBudget = witness(
  (state) => state.worker === "active" && state.budget === 0 && state.unreportedFree > 0,
);

// ---- The protocol ----

const contents = spec({
  name: "page-ring",
  title: "a worker reports free pages, a few at a time, to a host that discards them",
  actions: {
    guestAllocates,
    guestFrees,
    workerStarts,
    workerIsolates,
    workerSends,
    workerReturns,
    workerFinishes,
    hostDiscards,
    hostCompletes,
  },
  invariants: { usedPageIsResident, isolatedPagesAreCounted, unreportedPagesAreCounted },
  witnesses: {
    everyPageIsReported,
    reportIsFull,
    pageIsFreedBehindTheReport,
    workerRunsOutOfBudget,
  },
  liveness: { reportComesBack },
  pages: pages({
    forEach: page,
    state: (state, p) =>
      match(state.location[p])
        .returnType<PageState>()
        .with("used", () => "stable")
        .with("isolated", () => "isolated")
        .with("free", () => (state.reported[p] === "yes" ? "reported" : "free"))
        .exhaustive(),
    discarded: (state, p) => state.resident[p] === "no",
  }),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface PageRing extends Contents {}
export const pageRing: PageRing = contents;
export default pageRing;

// ---- Mistakes ----

export const allocatesWithoutFault = variant(pageRing, {
  name: "allocates-without-fault",
  because: "an allocator that takes the page for backed hands it out as it is",
  change: { actions: { guestAllocates: { effect: leaveFreeList } } },
  expects: { breaks: ["usedPageIsResident"] },
});

export const hostDiscardsAnyPage = variant(pageRing, {
  name: "host-discards-any-page",
  because: "a host that takes a report for leave to shrink the guest does not look at its pages",
  change: {
    actions: {
      hostDiscards: {
        when: (state, p) => state.worker === "sent" && state.resident[p] === "yes",
      },
    },
  },
  expects: { breaks: ["usedPageIsResident", "discardIsPermitted"] },
});

export const returnIsNotCounted = variant(pageRing, {
  name: "return-is-not-counted",
  because: "the counter is decremented in one place too few, and the worker waits for ever",
  change: {
    actions: {
      workerReturns: {
        to: "returning",
        effect: (state, p) => {
          state.location[p] = "free";
          state.reported[p] = "yes";
        },
      },
    },
  },
  expects: { breaks: ["isolatedPagesAreCounted", "reportComesBack"] },
});

export const marksPagesOnTheirWay = variant(pageRing, {
  name: "marks-pages-on-their-way",
  because: "a free page that is marked when the report is sent was never in the report",
  change: {
    actions: {
      workerSends: {
        effect: (state) => {
          for (const p of state.location.keys()) {
            if (state.location[p] === "free") state.reported[p] = "yes";
          }
        },
      },
    },
  },
  expects: { breaks: ["unreportedPagesAreCounted", "pageStepIsLegal"] },
});
