/** Mistakes in the page ring. */
import { variant } from "../../language/index.ts";
import { pageRing } from "./claims.ts";
import { leaveFreeList } from "./protocol.ts";

export { pageRing as default } from "./claims.ts";

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
