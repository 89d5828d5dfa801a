/** What must be true of the page ring, and the protocol with all of it. */
import { match } from "ts-pattern";
import type { PageState } from "../../page/index.ts";
import { actions, page, protocol } from "./protocol.ts";

const { invariant, leadsTo, pages, spec, witness } = protocol;

/** What the guest uses the host backs. */
const usedPageIsResident = invariant({
  forAny: page,
  when: (state, p) => state.location[p] === "used",
  holds: (state, p) => state.resident[p] === "yes",
});

/** The counter of isolated pages is right. */
const isolatedPagesAreCounted = invariant(
  (state) => state.location.filter((where) => where === "isolated").length === state.isolated,
);

/** The counter of free pages without a mark is right. */
const unreportedPagesAreCounted = invariant(
  (state) =>
    state.location.filter((where, p) => where === "free" && state.reported[p] === "no").length ===
    state.unreportedFree,
);

/** The host answers each report, and the worker goes on. */
const reportComesBack = leadsTo({
  from: (state) => state.worker === "sent",
  to: (state) => state.worker === "active",
});

/** Every page has the mark. */
const everyPageIsReported = witness((state) => state.reported.every((mark) => mark === "yes"));

/** A report has as many pages as it can hold. */
const reportIsFull = witness(
  (state, { capacity }) => state.worker === "sent" && state.isolated === capacity,
);

/** A page is freed while a report is with the host. */
const pageIsFreedBehindTheReport = witness(
  (state) => state.worker === "sent" && state.unreportedFree > 0,
);

/** The worker has to start again, and pages are left. */
const workerRunsOutOfBudget = witness(
  (state) => state.worker === "active" && state.budget === 0 && state.unreportedFree > 0,
);

const contents = spec({
  name: "page-ring",
  title: "a worker reports free pages, a few at a time, to a host that discards them",
  actions,
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
export * from "./protocol.ts";
