/**
 * Pages of a snapshot are filled when they are touched or ahead of it; a page that the guest has given up is filled with
 * zeroes. A serving loop looks up the state of a page and chooses the source, and a worker copies and marks later.
 *
 * e2b-dev/infra PR 1896, mended in 2520. While a removal is under way the kernel answers a copy with "again", and nothing
 * is filled; the page is dropped once the removal has been read.
 *
 * Left out: what the guest writes, and who asks for a page.
 */
import { declare, each, ghost, interchangeable, oneOf, variant } from "../../spec/index.ts";

const page = interchangeable("page", 2);

const { action, invariant, spec, type, witness } = declare({
  state: {
    memory: each(page, oneOf("nothing", "bytes of the snapshot", "zeroes")),
    /** What the handler believes of a page. */
    tracker: each(page, oneOf("missing", "filled", "removed")),
    /** Which source was chosen for a worker that has not filled it. */
    source: each(page, oneOf("not chosen", "the snapshot", "a zero page")),
    removal: each(page, oneOf("none", "unread", "read")),
    /** The guest knows that it has no content. */
    givenUp: each(page, ghost(oneOf("never", "once"))),
  },
});

const nothingIsRemoved = (state: Pick<typeof type.state, "removal">): boolean =>
  state.removal.every((where) => where === "none");

const actions = {
  guestGivesUp: action("guest", {
    source: "userfaultfd_remove",
    forAny: page,
    when: nothingIsRemoved,
    effect: (state, p) => {
      state.removal[p] = "unread";
    },
  }),
  loopReadsTheRemoval: action("loop", {
    forAny: page,
    when: (state, p) => state.removal[p] === "unread",
    effect: (state, p) => {
      state.removal[p] = "read";
      state.tracker[p] = "removed";
    },
  }),
  kernelDrops: action("kernel", {
    forAny: page,
    when: (state, p) => state.removal[p] === "read",
    effect: (state, p) => {
      state.removal[p] = "none";
      state.memory[p] = "nothing";
      state.givenUp[p] = "once";
    },
  }),
  loopLooksUp: action("loop", {
    forAny: page,
    when: (state, p) => state.source[p] === "not chosen" && state.tracker[p] !== "filled",
    effect: (state, p) => {
      state.source[p] = state.tracker[p] === "missing" ? "the snapshot" : "a zero page";
    },
  }),
  workerFills: action("worker", {
    source: "UFFDIO_COPY",
    forAny: page,
    when: (state, p) => nothingIsRemoved(state) && state.source[p] !== "not chosen",
    effect: (state, p) => {
      const old = state.source[p] === "the snapshot";
      state.memory[p] = old ? "bytes of the snapshot" : "zeroes";
      state.tracker[p] = "filled";
      state.source[p] = "not chosen";
    },
  }),
};

const staleSource = spec({
  name: "stale-source",
  title: "Pages are filled from a snapshot until the guest gives them up",
  actions,
  invariants: {
    pageGivenUpHasNoOldBytes: invariant({
      forAny: page,
      when: (state, p) => state.givenUp[p] === "once",
      holds: (state, p) => state.memory[p] !== "bytes of the snapshot",
    }),
  },
  witnesses: {
    pageGivenUpIsFilled: witness({
      forAny: page,
      holds: (state, p) => state.givenUp[p] === "once" && state.memory[p] === "zeroes",
    }),
  },
  expects: { breaks: ["pageGivenUpHasNoOldBytes"] },
});
export default staleSource;

export const looksUpWhereItFills = variant(staleSource, {
  name: "looks-up-where-it-fills",
  because:
    "the fix: look-up, copy and mark are one critical section of the worker, and a removal another",
  change: {
    actions: {
      loopLooksUp: "removed",
      workerFills: {
        when: (state, p) => nothingIsRemoved(state) && state.tracker[p] !== "filled",
        effect: (state, p) => {
          const old = state.tracker[p] === "missing";
          state.memory[p] = old ? "bytes of the snapshot" : "zeroes";
          state.tracker[p] = "filled";
        },
      },
    },
  },
  expects: "holds",
});
