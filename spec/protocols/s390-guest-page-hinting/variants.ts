/**
 * Variants of s390 guest page hinting: the races that the patches of 2006 to 2009 argue about, each
 * as the mistake that shows it, with a repair for the first four; readings of the posted text that do
 * not hold; and one mistake for every property that these leave unbroken.
 */
import { each, oneOf, variant } from "../../language/index.ts";
import { discardablePageBecomesVolatile, s390GuestPageHinting } from "./claims.ts";
import {
  after,
  cpu,
  dropSavedCopy,
  frame,
  has,
  hostDiscards,
  isBadToFree,
  isDiscardable,
  protocol,
  references,
  rests,
  setStableIfNotDiscarded,
  setUnused,
  setVolatile,
} from "./protocol.ts";

export { s390GuestPageHinting as default } from "./claims.ts";
export * from "./reclaim.ts";

const { action } = protocol;

// ---- a/R1: the hint and the check of a free ----

export const hintBeforeReservedCheck = variant(s390GuestPageHinting, {
  name: "hint-before-reserved-check",
  because: "a/R1: arch_free_page of 2006 ran before the check that stops a free of a reserved page",
  change: {
    actions: {
      cpuDeclaresUnused: {
        source: "arch_free_page",
        at: "dropped it",
        effect: (state, _c, f) => {
          setUnused(state, f);
          return "frees it";
        },
      },
      cpuChecksPage: {
        at: "frees it",
        effect: (state, c, f) => (isBadToFree(state, f) ? rests(state, c) : "declared it unused"),
      },
    },
  },
  expects: { breaks: ["unusedPageHasNoOwner", "noWriteIsLost"] },
});

export const hintSparesReservedPages = variant(hintBeforeReservedCheck, {
  name: "hint-spares-reserved-pages",
  because: "a/R1 repaired where the hint is: the hook asks for PG_reserved itself",
  change: {
    actions: {
      cpuDeclaresUnused: {
        effect: (state, _c, f) => {
          if (state.owner[f] !== "reserved") setUnused(state, f);
          return "frees it";
        },
      },
    },
  },
  expects: "holds",
});

export const reservedCheckMissing = variant(s390GuestPageHinting, {
  name: "reserved-check-missing",
  because: "a/R1 without F1: a free too many puts a frame that is in use on the free list",
  change: { actions: { cpuChecksPage: { effect: () => "frees it" } } },
  expects: { breaks: ["frameIsInOnePlace", "noWriteIsLost"] },
});

export const insertedBeforeHint = variant(s390GuestPageHinting, {
  name: "inserted-before-hint",
  because: "a.3: F2 comes before F4, or the hint meets a page that another CPU has allocated since",
  change: {
    actions: {
      cpuInserts: {
        at: "frees it",
        effect: (state, _c, f) => {
          state.pool.add(f);
          return "declared it unused";
        },
      },
      cpuDeclaresUnused: {
        at: "declared it unused",
        effect: (state, c, f) => {
          setUnused(state, f);
          return rests(state, c);
        },
      },
    },
  },
  expects: { breaks: ["frameIsInOnePlace", "unusedPageHasNoOwner"] },
});

export const allocatedPageLeftUnused = variant(s390GuestPageHinting, {
  name: "allocated-page-left-unused",
  because: "a/R2: a way out of the free lists that does not declare the page stable",
  change: { actions: { cpuDeclaresStable: { effect: () => "allocated it" } } },
  expects: { breaks: ["unusedPageHasNoOwner", "noWriteIsLost"] },
});

// ---- a/R3: make-stable against make-volatile ----

export const makeStableDoesNotWait = variant(s390GuestPageHinting, {
  name: "make-stable-does-not-wait",
  because: "a/R3: without M2 it overtakes a make-volatile that looked at the count before",
  change: { actions: { cpuSeesNoStateChange: { when: has } } },
  expects: { breaks: ["volatileIsSetOnlyWhileNobodyRelies", "pageReliedOnIsStable"] },
});

export const makeStableTakesStateChange = variant(makeStableDoesNotWait, {
  name: "make-stable-takes-state-change",
  because: "a/R3 repaired the symmetric way: make-stable takes PG_state_change around its ESSA",
  change: {
    actions: {
      cpuSeesNoStateChange: {
        when: (state, c, f) => has(state, c, f) && state.stateChange[f] === "free",
        effect: (state, _c, f) => {
          state.stateChange[f] = "held";
          return "saw no state change";
        },
      },
      cpuMakesStable: {
        effect: (state, _c, f) => {
          state.stateChange[f] = "free";
          return setStableIfNotDiscarded(state, f) ? "relies on it" : "wants it removed";
        },
      },
    },
  },
  expects: "holds",
});

export const makeStableRevivesDiscarded = variant(s390GuestPageHinting, {
  name: "make-stable-revives-discarded",
  because: "M3 with order code 1, set stable, for 6: a discarded page comes back as an empty one",
  change: {
    actions: {
      cpuMakesStable: {
        source: "page_set_stable",
        effect: (state, _c, f) => {
          state.usage[f] = "stable";
          return "relies on it";
        },
      },
    },
  },
  expects: { breaks: ["discardedPageIsNeverReadAsData", "pageStepIsLegal"] },
});

/** The put of a reference comes before make-volatile, which is then for a page of somebody else. */
const cpuPutsFirst = after("lets go", "put_page_testzero", (state, f) => {
  if (references(state, f) > 1) return "has put";
  if (state.discarded[f] === "no") return "dropped it";
  state.parked.add(f);
  return "idle";
});

export const volatileAfterTheLastLook = variant(s390GuestPageHinting, {
  name: "volatile-after-the-last-look",
  because: "put_page_testzero as posted: nothing keeps what is made volatile from being freed",
  change: {
    actions: {
      cpuTakesStateChange: {
        at: "has put",
        effect: (state, _c, f) => {
          state.stateChange[f] = "held";
          return "has put, holds state change";
        },
      },
      cpuGivesUp: { at: "has put", effect: rests },
      cpuChecksDiscardable: {
        at: "has put, holds state change",
        effect: (state, _c, f) =>
          isDiscardable(state, f, 0) ? "has put, found it discardable" : "has put, decided",
      },
      cpuSetsVolatile: {
        at: "has put, found it discardable",
        effect: (state, _c, f) => {
          setVolatile(state, f, state.writable[f] === "yes" ? "potentially volatile" : "volatile");
          return "has put, decided";
        },
      },
      cpuEndsStateChange: {
        at: "has put, decided",
        effect: (state, c, f) => {
          state.stateChange[f] = "free";
          return rests(state, c);
        },
      },
    },
    added: { cpuPutsFirst },
  },
  expects: { breaks: ["volatileIsSetOnlyWhileNobodyRelies", "noWriteIsLost"] },
});

// ---- a/R4, a/R5: what user space writes ----

export const writableMappingStaysVolatile = variant(s390GuestPageHinting, {
  name: "writable-mapping-stays-volatile",
  because: "a/R4: without page_check_writable the host does not look at the change bit",
  change: {
    actions: {
      cpuMakesMappingWritable: {
        to: "idle",
        effect: (state, _c, f) => {
          state.mapping[f] = "writable";
        },
      },
    },
  },
  expects: { breaks: ["pageInUseIsDiscardedOnlyIfVolatileAndClean", "noWriteIsLost"] },
});

export const writableMappingIsStable = variant(writableMappingStaysVolatile, {
  name: "writable-mapping-is-stable",
  because: "a/R4 repaired without state P, for hardware with change bits in page tables only",
  change: {
    actions: {
      cpuMakesMappingWritable: {
        to: "idle",
        effect: (state, _c, f) => {
          state.mapping[f] = "writable";
          state.writable[f] = "yes";
          setStableIfNotDiscarded(state, f);
        },
      },
      cpuSetsVolatile: {
        effect: (state, _c, f) => {
          if (state.writable[f] === "no") setVolatile(state, f, "volatile");
          return "has decided";
        },
      },
    },
  },
  expects: "holds",
});

export const dirtyTransferOfUnstablePage = variant(s390GuestPageHinting, {
  name: "dirty-transfer-of-unstable-page",
  because: "a/R5: between the two dirty bits the host sees a clean page, unless it is stable",
  change: {
    actions: {
      cpuTestsChangeBit: {
        effect: (state, _c, f) =>
          state.changeBit[f] === "set" ? "moves the change bit" : "resets writable",
      },
    },
  },
  expects: { breaks: ["pageReliedOnIsStable", "noWriteIsLost"] },
});

export const writableResetUnchecked = variant(s390GuestPageHinting, {
  name: "writable-reset-unchecked",
  because: "page_reset_writable as posted clears PG_writable, though the page may be mapped again",
  change: {
    actions: {
      cpuChecksMapped: {
        effect: (state, _c, f) => {
          if (state.stateChange[f] === "held") return "lets go";
          state.stateChange[f] = "held";
          return "clears writable";
        },
      },
    },
  },
  expects: { breaks: ["pageInUseIsDiscardedOnlyIfVolatileAndClean", "noWriteIsLost"] },
});

export const writableCheckWithoutTheBit = variant(s390GuestPageHinting, {
  name: "writable-check-without-the-bit",
  because: "as posted it believes a PG_writable that page_reset_writable is about to clear",
  change: {
    actions: {
      cpuMakesMappingWritable: {
        when: (state, _c, f) =>
          state.mapping[f] === "read-only" &&
          (state.writable[f] === "yes" || state.stateChange[f] === "free"),
      },
    },
  },
  expects: { breaks: ["pageInUseIsDiscardedOnlyIfVolatileAndClean", "noWriteIsLost"] },
});

export const savedCopyOfDirtyPageDropped = variant(s390GuestPageHinting, {
  name: "saved-copy-of-a-dirty-page-dropped",
  because: "the posted table takes Sp to Vz, dirty or not; KVM keeps a dirty page Sp",
  change: {
    actions: {
      cpuSetsVolatile: {
        effect: (state, _c, f) => {
          const how = state.writable[f] === "yes" ? "potentially volatile" : "volatile";
          state.usage[f] = state.content[f] === "resident" ? how : "volatile";
          if (state.content[f] === "preserved") dropSavedCopy(state, f);
          return "has decided";
        },
      },
    },
  },
  expects: { breaks: ["noWriteIsLost", "changedPageIsThere"] },
});

// ---- a/R6, a/R7: the discard fault ----

export const mappedWithoutRecheck = variant(s390GuestPageHinting, {
  name: "mapped-without-recheck",
  because: "a/R6: a minor fault maps a page that the discard fault has unmapped everywhere",
  change: {
    actions: {
      cpuMapsPage: { when: (state, c, f) => has(state, c, f) && state.mapping[f] === "none" },
      cpuMapsAtFault: {
        effect: (state, _c, f) => {
          state.mapping[f] = "read-only";
          return "lets go";
        },
      },
    },
  },
  expects: { breaks: ["frameIsInOnePlace"] },
});

export const discardedFrameReusedAtOnce = variant(s390GuestPageHinting, {
  name: "discarded-frame-reused-at-once",
  because: "a/R7: a late discard fault knows the frame only, and tears down its new owner",
  change: {
    actions: {
      cpuPutsReference: {
        effect: (state, c, f) => {
          if (references(state, f) > 1) return rests(state, c);
          state.discarded[f] = "no";
          return "dropped it";
        },
      },
    },
  },
  expects: { breaks: ["noWriteIsLost"] },
});

/** page_shrink_discard_list, at a timer tick or on the way to idle: with interrupts on. */
const cpuSignsOff = action(cpu, {
  forAny: frame,
  fairness: "strong",
  source: "page_shrink_discard_list",
  when: (state, c, f) => state.does[c] !== "has a fault in flight" && state.signOff[f].has(c),
  effect: (state, c, f) => {
    state.signOff[f].delete(c);
  },
});

export const stagedRelease = variant(discardedFrameReusedAtOnce, {
  name: "staged-release",
  because: "a/R7 repaired as in 2009: each CPU is seen with interrupts on before a frame is reused",
  change: {
    actions: {
      cpuPutsReference: {
        effect: (state, c, f) => {
          if (references(state, f) > 1) return rests(state, c);
          if (state.discarded[f] === "no") return "dropped it";
          state.parked.add(f);
          for (const one of state.does.keys()) state.signOff[f].add(one);
          return rests(state, c);
        },
      },
      cpuUnparks: {
        source: "page_shrink_discard_list",
        when: (state, _c, f) => state.parked.has(f) && state.signOff[f].size === 0,
        effect: (state, c, f) => {
          state.parked.delete(f);
          state.at[c] = f;
          return "releases it";
        },
      },
    },
    added: { cpuSignsOff },
  },
  expects: "holds",
});

export const reclaimedWithoutLooking = variant(s390GuestPageHinting, {
  name: "reclaimed-without-looking",
  because: "a/R7 by another door: the page cache drops a discarded page and does not ask",
  change: {
    actions: {
      cpuReclaims: {
        effect: (state, _c, f) => {
          state.owner[f] = "nobody";
          state.owed[f] = "anything";
          return "puts its reference";
        },
      },
    },
  },
  expects: { breaks: ["noWriteIsLost"] },
});

// ---- Mistakes of the host ----

export const hostAnswersTouchOfDiscarded = variant(s390GuestPageHinting, {
  name: "host-answers-touch-of-discarded",
  because: "a host that backs a discarded page with zeroes, as it does for a stable one (H4)",
  change: {
    actions: {
      cpuTouchesDiscarded: {
        to: "idle",
        effect: (state, _c, f) => {
          state.content[f] = "resident";
          state.data[f] = "anything";
        },
      },
    },
  },
  expects: { breaks: ["discardedPageIsNeverReadAsData"] },
});

export const hostDiscardsStable = variant(s390GuestPageHinting, {
  name: "host-discards-stable",
  because: "a host that discards where it should save (H2)",
  change: { actions: { hostPreserves: { effect: hostDiscards } } },
  expects: { breaks: ["discardIsPermitted", "stablePageKeepsItsContent", "noWriteIsLost"] },
});

export const hostWritesWhatItRead = variant(s390GuestPageHinting, {
  name: "host-writes-what-it-read",
  because:
    'Linux commit b827ef02f409, "Remove non-atomic dat_crstep_xchg()": the host reads an entry, and what the guest ' +
    "declares before the new one is written is overwritten",
  state: {
    /** The usage in the entry that the host has read and is going to replace; "stable": none. */
    entryRead: each(frame, oneOf("stable", "unused", "volatile", "potentially volatile")),
  },
  change: ({ action: added }) => ({
    actions: {
      hostDiscardsUnused: {
        effect: (state, f) => {
          state.entryRead[f] = state.usage[f];
        },
      },
      hostDiscardsVolatile: {
        effect: (state, f) => {
          state.entryRead[f] = state.usage[f];
        },
      },
    },
    added: {
      hostWritesEntry: added("host", {
        forAny: frame,
        when: (state, f) => state.entryRead[f] !== "stable",
        effect: (state, f) => {
          state.usage[f] = state.entryRead[f] === "unused" ? "unused" : "volatile";
          state.entryRead[f] = "stable";
          hostDiscards(state, f);
        },
      }),
    },
  }),
  expects: { breaks: ["discardIsPermitted", "noWriteIsLost"] },
});

export const hostComparesAndExchanges = variant(hostWritesWhatItRead, {
  name: "host-compares-and-exchanges",
  because:
    "Linux commit b827ef02f409: the new entry is written only where the old one is still there; otherwise the host " +
    "reads it again",
  change: {
    actions: {
      hostWritesEntry: {
        effect: (state, f) => {
          const isUnchanged =
            state.usage[f] === state.entryRead[f] &&
            state.content[f] === "resident" &&
            (state.usage[f] !== "potentially volatile" || state.changeBit[f] === "clear");
          state.entryRead[f] = "stable";
          if (!isUnchanged) return;
          if (state.usage[f] === "potentially volatile") state.usage[f] = "volatile";
          hostDiscards(state, f);
        },
      },
    },
  },
  expects: "holds",
});

export const savedCopyKept = variant(s390GuestPageHinting, {
  name: "saved-copy-kept",
  because: "a.2: a host that does not drop the saved copy when the guest declares the block unused",
  change: {
    actions: {
      cpuDeclaresUnused: {
        effect: (state, _c, f) => {
          state.usage[f] = "unused";
          return "declared it unused";
        },
      },
    },
  },
  expects: { breaks: ["blockStateIsLegal"] },
});

// ---- Liveness ----

export const noDirectReclaim = variant(s390GuestPageHinting, {
  name: "no-direct-reclaim",
  because: "L9 in 2006: parked frames return only when direct reclaim runs, and it need not",
  change: { actions: { cpuUnparks: { fairness: "none" } } },
  expects: { breaks: ["discardedFrameIsReusedInTheEnd"] },
});

export const wishIsLost = variant(s390GuestPageHinting, {
  name: "wish-is-lost",
  because: "a/R11: make-volatile gives up when another has the bit, and nobody tries again",
  change: { properties: { discardablePageBecomesVolatile } },
  expects: { breaks: ["discardablePageBecomesVolatile"] },
});
