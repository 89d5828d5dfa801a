/**
 * A balloon during postcopy: the source sends each page once, and the balloon drops what has arrived.
 *
 * QEMU 371ff5a3f04c inhibits ballooning during postcopy (Linux fa41ba0d08de mends a kin of it). It begins when the guest
 * runs on the destination. A page that a CPU waits for is sent soon; nobody promises when the rest is, and so the wait
 * until the migration has ended, which wakes whoever waits, has no bound.
 *
 * Left out: precopy, CPUs beside the one, when the driver hears of the answer, and that it tells of a deflation.
 */
import { declare, each, interchangeable, oneOf, optional, variant } from "../../spec/index.ts";

const constants = { pages: 2 };
const page = interchangeable("page", ({ pages }: typeof constants) => pages);

const { action, leadsTo, spec, witness } = declare({
  constants,
  state: {
    migration: oneOf("postcopy", "ended"),
    /** Where the one copy of a page is that the source sends. */
    copy: each(page, oneOf("at the source", "on its way", "placed")),
    /** What the destination has. */
    memory: each(page, oneOf("missing", "present")),
    guest: each(page, oneOf("in use", "inflates", "in the balloon")),
    /** What the CPU waits for. */
    fault: optional(page),
  },
});

const actions = {
  cpuTouches: action("guest", {
    forAny: page,
    when: (state, p) =>
      state.fault === "none" && state.guest[p] === "in use" && state.memory[p] === "missing",
    effect: (state, p) => {
      if (state.migration === "postcopy") state.fault = p;
      else state.memory[p] = "present"; // a zero page
    },
  }),
  guestInflates: action("guest", {
    source: "fill_balloon",
    forAny: page,
    when: (state, p) => state.fault === "none" && state.guest[p] === "in use",
    effect: (state, p) => {
      state.guest[p] = "inflates";
    },
  }),
  guestDeflates: action("guest", {
    source: "leak_balloon",
    forAny: page,
    when: (state, p) => state.fault === "none" && state.guest[p] === "in the balloon",
    effect: (state, p) => {
      state.guest[p] = "in use";
    },
  }),
  deviceDiscards: action("destination", {
    source: "virtio_balloon_handle_output",
    fairness: "weak",
    forAny: page,
    when: (state, p) => state.guest[p] === "inflates",
    effect: (state, p) => {
      state.guest[p] = "in the balloon";
      state.memory[p] = "missing";
    },
  }),
  destinationPlaces: action("destination", {
    source: "postcopy_place_page",
    fairness: "weak",
    forAny: page,
    when: (state, p) => state.copy[p] === "on its way",
    effect: (state, p) => {
      state.copy[p] = "placed";
      state.memory[p] = "present";
      if (state.fault === p) state.fault = "none";
    },
  }),
  sourceAnswersTheFault: action("source", {
    source: "ram_save_queue_pages",
    fairness: "weak",
    forAny: page,
    when: (state, p) => state.copy[p] === "at the source" && state.fault === p,
    effect: (state, p) => {
      state.copy[p] = "on its way";
    },
  }),
  sourceSendsTheRest: action("source", {
    forAny: page,
    when: (state, p) => state.copy[p] === "at the source" && state.fault !== p,
    effect: (state, p) => {
      state.copy[p] = "on its way";
    },
  }),
  migrationEnds: action("source", {
    when: (state) =>
      state.migration === "postcopy" && state.copy.every((where) => where === "placed"),
    effect: (state) => {
      state.migration = "ended";
      state.fault = "none"; // who waited faults again, and gets a zero page
    },
  }),
};

const postcopyBalloon = spec({
  name: "postcopy-balloon",
  title: "A balloon drops pages that postcopy sends only once",
  actions,
  witnesses: {
    balloonIsFilled: witness(
      (state) => state.migration === "postcopy" && state.guest.includes("in the balloon"),
    ),
  },
  liveness: {
    pageThatIsTouchedComes: leadsTo({
      from: (state) => state.fault !== "none",
      to: (state) => state.fault === "none",
    }),
  },
  expects: { breaks: ["pageThatIsTouchedComes"] },
});
export default postcopyBalloon;

export const refusesDuringPostcopy = variant(postcopyBalloon, {
  name: "refuses-during-postcopy",
  because:
    "the fix: while the balloon is inhibited its requests are answered, and nothing is dropped",
  change: {
    actions: {
      deviceDiscards: {
        effect: (state, p) => {
          state.guest[p] = "in the balloon";
          if (state.migration === "ended") state.memory[p] = "missing";
        },
      },
    },
  },
  expects: "holds",
});
