/**
 * A balloon that is a shrinker: what the driver's own allocation makes reclaim free comes out of the balloon.
 *
 * Linux 71994620bb25 lets reclaim take pages out of the balloon (VIRTIO_BALLOON_F_DEFLATE_ON_OOM); 2020 went back to the
 * out-of-memory notifier. It begins when the host has asked for a balloon that the guest has room for, but for its page
 * cache. No fairness says that reclaim ever takes the cache: what is in use it passes over, and shrinkers give it enough.
 * Of the driver it is assumed that the guest does not always snatch the page that has come free.
 *
 * Left out: who else needs memory (so that the notifier is never called), batches, and how the host is told.
 */
import { declare, each, interchangeable, oneOf, variant } from "../../spec/index.ts";

const constants = { pages: 3, balloon: 2 };
const page = interchangeable("page", ({ pages }: typeof constants) => pages);

const { action, eventuallyAlways, process, spec, type, witness } = declare({
  constants,
  where: { "the balloon fits": ({ pages, balloon }) => balloon >= 1 && balloon <= pages },
  state: {
    page: each(page, oneOf("free", "page cache", "in the balloon")),
    /** Where update_balloon_size_func is. */
    worker: oneOf("idle", "fills", "reclaims"),
  },
});

const size = (state: Pick<typeof type.state, "page">): number =>
  state.page.filter((where) => where === "in the balloon").length;

const { at } = process("worker");

const actions = {
  workerStarts: at("idle", {
    to: "fills",
    when: (state, { balloon }) => size(state) < balloon,
  }),
  workerAllocates: at("fills", {
    source: "fill_balloon",
    fairness: "strong",
    forAny: page,
    when: (state, p) => state.page[p] === "free",
    effect: (state, p, { balloon }) => {
      state.page[p] = "in the balloon";
      return size(state) < balloon ? "fills" : "idle";
    },
  }),
  workerFindsNoMemory: at("fills", {
    to: "reclaims",
    when: (state) => !state.page.includes("free"),
  }),
  reclaimTakesCache: at("reclaims", {
    source: "shrink_lruvec",
    to: "fills",
    forAny: page,
    when: (state, p) => state.page[p] === "page cache",
    effect: (state, p) => {
      state.page[p] = "free";
    },
  }),
  reclaimDeflates: at("reclaims", {
    source: "virtio_balloon_shrinker_scan",
    to: "fills",
    forAny: page,
    when: (state, p) => state.page[p] === "in the balloon",
    effect: (state, p) => {
      state.page[p] = "free";
    },
  }),
  guestReads: action("guest", {
    forAny: page,
    when: (state, p) => state.page[p] === "free",
    effect: (state, p) => {
      state.page[p] = "page cache";
    },
  }),
};

const balloonShrinker = spec({
  name: "balloon-shrinker",
  title: "Reclaim takes out of the balloon what the driver puts in",
  actions,
  fairness: "weak",
  witnesses: {
    balloonIsFull: witness((state, { balloon }) => size(state) === balloon),
  },
  liveness: {
    balloonSettles: eventuallyAlways((state, { balloon }) => size(state) === balloon),
  },
  mayEnd: (state, { balloon }) => size(state) === balloon,
  expects: { breaks: ["balloonSettles"] },
});
export default balloonShrinker;

export const notifierInstead = variant(balloonShrinker, {
  name: "notifier-instead",
  because:
    "the fix: reclaim does not know the balloon, and of the driver's allocations (__GFP_NORETRY) none calls the notifier",
  change: { actions: { reclaimDeflates: "removed" } },
  expects: "holds",
});
