/** Reclaim, which takes a page off the list of what was used lately, and puts it back if it is to stay (a/R8). */
import { also, each, oneOf, variant } from "../../language/index.ts";
import { s390GuestPageHinting } from "./claims.ts";
import { frame } from "./protocol.ts";

export const putsADiscardedPageBack = variant(s390GuestPageHinting, {
  name: "puts-a-discarded-page-back",
  because:
    "a/R8: while reclaim has a page off its list, a discard fault removes the page, and finds nothing to take off; what reclaim " +
    "puts back then is nobody's page, which is freed and stays on the list",
  state: {
    does: also("isolated it"),
    /** PG_lru */
    lru: each(frame, oneOf("off", "on")),
  },
  change: ({ invariant, process }) => {
    const { at } = process("does", { fairness: "weak" });
    return {
      actions: {
        cpuReadsIn: {
          afterwards: (state, _before, _c, f) => {
            state.lru[f] = "on";
          },
        },
        cpuReclaims: {
          afterwards: (state, _before, _c, f) => {
            state.lru[f] = "off";
          },
        },
        cpuRemovesDiscarded: {
          afterwards: (state, _before, _c, f) => {
            state.lru[f] = "off";
          },
        },
      },
      added: {
        cpuIsolates: at("took a reference", {
          to: "isolated it",
          source: "isolate_lru_pages",
          forAny: frame,
          when: (state, c, f) => state.at[c] === f && state.lru[f] === "on",
          effect: (state, _c, f) => {
            state.lru[f] = "off";
          },
        }),
        cpuPutsBack: at("isolated it", {
          to: "puts its reference",
          source: "shrink_inactive_list: SetPageLRU, add_page_to_inactive_list",
          forAny: frame,
          when: (state, c, f) => state.at[c] === f,
          effect: (state, _c, f) => {
            state.lru[f] = "on";
          },
        }),
      },
      properties: {
        /** S10, of the list: what is on it is in the page cache. */
        listedPageIsInUse: invariant({
          forAny: frame,
          when: (state, f) => state.lru[f] === "on",
          holds: (state, f) => state.owner[f] === "page cache",
        }),
      },
    };
  },
  expects: { breaks: ["listedPageIsInUse"] },
});

export const looksBeforeItPutsBack = variant(putsADiscardedPageBack, {
  name: "looks-before-it-puts-back",
  because:
    "a/R8 repaired: under the lock of the list reclaim looks at PG_discarded. Nobody writes here, which the mistake has no need of",
  change: {
    actions: {
      cpuPutsBack: {
        effect: (state, _c, f) => {
          if (state.discarded[f] === "no") state.lru[f] = "on";
        },
      },
      cpuWritesAsKernel: "removed",
      userWrites: "removed",
      cpuHandsOutReserved: "removed",
    },
    properties: {
      changedPageIsThere: "removed",
      changedPageIsPreserved: "removed",
      reservedPageIsFreed: "removed",
    },
  },
  expects: "holds",
});
