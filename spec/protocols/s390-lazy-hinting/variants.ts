/**
 * Variants of lazy make-volatile: the designs of the thread one by one, each without one of the things that it asks for; the
 * other ways to keep a page from being freed; and what an interrupt may do meanwhile.
 */
import { each, oneOf, optional, variant } from "../../language/index.ts";
import { discardablePageBecomesVolatile, s390LazyHinting } from "./claims.ts";
import {
  cpu,
  type Draft,
  endEntry,
  frame,
  free,
  has,
  isAt,
  isDiscardable,
  isFull,
  protocol,
  references,
  rests,
  runs,
  type State,
} from "./protocol.ts";

export { s390LazyHinting as default } from "./claims.ts";

const { process, within } = protocol;
const { at } = process("does", { fairness: "strong" });

export const tableOfOne = variant(s390LazyHinting, {
  name: "table-of-one",
  because: "an interrupt may fill the table, and who lets go of a page makes room then",
  change: { constants: { tableSize: 1 } },
  expects: "holds",
});

// ---- What a commit does ----

export const commitsBlindly = variant(s390LazyHinting, {
  name: "commits-blindly",
  because:
    "M. Schwidefsky: an entry has to be removed only when its page is freed. Not without a look at it: it was made stable since",
  change: {
    actions: {
      cpuLooksAgain: {
        effect: (state, _c, f) => {
          state.entry[f] = "chosen";
        },
      },
    },
  },
  expects: {
    breaks: ["volatileIsSetOnlyWhileNobodyRelies", "pageReliedOnIsThere", "noWriteIsLost"],
  },
});

export const givesTheBitBackAtOnce = variant(s390LazyHinting, {
  name: "gives-the-bit-back-at-once",
  because:
    "a/R10: R. van Riel's look at the flags, before H. Franke asked for the bit until all is declared",
  change: {
    actions: {
      cpuLooksAgain: {
        afterwards: (state, _before, _c, f) => {
          state.stateChange[f] = "free";
        },
      },
    },
  },
  expects: {
    breaks: [
      "volatileIsSetOnlyWhileNobodyRelies",
      "pageReliedOnIsStable",
      "pageReliedOnIsThere",
      "noWriteIsLost",
    ],
  },
});

export const setsEachAtOnce = variant(s390LazyHinting, {
  name: "sets-each-at-once",
  because:
    "a/R10 repaired the other way: each page is declared as soon as it was looked at, and M2 waits for one page only",
  change: {
    actions: {
      cpuTakesStateChange: {
        when: (state, c, f) =>
          runs(state, c) &&
          state.entry[f] === "pending" &&
          state.entry.every((its) => its !== "bit taken" && its !== "chosen"),
      },
      cpuSetsVolatile: {
        when: (state, c) =>
          runs(state, c) && state.entry.every((its) => its === "none" || its === "passed over"),
      },
    },
    added: {
      cpuSetsOneVolatile: at("commits", {
        to: "commits",
        source: "page_set_volatile, page_clear_state_change",
        forAny: frame,
        when: (state, c, f) => runs(state, c) && state.entry[f] === "chosen",
        effect: (state, _c, f) => {
          state.usage[f] = "volatile";
          state.stateChange[f] = "free";
          state.entry[f] = "passed over";
        },
      }),
    },
    properties: { twoAreChosen: "removed" },
  },
  expects: "holds",
});

// ---- What a free does ----

export const freeDoesNotWait = variant(s390LazyHinting, {
  name: "free-does-not-wait",
  because:
    "H. Franke: the table is looked up at free. That is not enough where a commit has taken its batch out of the table: the " +
    "page is freed and used again between V2 and V3, and the bit keeps nobody from that",
  change: {
    actions: {
      cpuFrees: {
        when: has,
        effect: (state, c, f) => {
          if (state.tableLock === "none") state.entry[f] = "none";
          free(state, f);
          return rests(state, c);
        },
      },
    },
  },
  expects: {
    breaks: ["volatileIsSetOnlyWhileNobodyRelies", "notedPageHasNotBeenFreed", "noWriteIsLost"],
  },
});

export const freeLeavesTheEntry = variant(s390LazyHinting, {
  name: "free-leaves-the-entry",
  because:
    "a/R9, with a commit that looks again: it may look before the page is freed, and declare it when it is somebody else's",
  change: {
    actions: {
      cpuFrees: {
        when: has,
        effect: (state, c, f) => {
          free(state, f);
          return rests(state, c);
        },
      },
    },
  },
  expects: {
    breaks: [
      "volatileIsSetOnlyWhileNobodyRelies",
      "pageInUseIsDiscardedOnlyIfVolatileAndClean",
      "freePageHasNoStateChange",
      "notedPageHasNotBeenFreed",
      "noWriteIsLost",
      "pageStepIsLegal",
    ],
  },
});

export const freedWhileNoted = variant(freeLeavesTheEntry, {
  name: "freed-while-noted",
  because:
    "a/R9, with a commit that does not look again: the page was freed and is an anonymous one by now",
  change: {
    actions: {
      cpuLooksAgain: {
        effect: (state, _c, f) => {
          state.entry[f] = "chosen";
        },
      },
    },
  },
  expects: { breaks: ["notedPageHasNotBeenFreed", "freePageIsUnused", "noWriteIsLost"] },
});

export const freeWaitsForTheBit = variant(freeLeavesTheEntry, {
  name: "free-waits-for-the-bit",
  because:
    "a/R9 repaired without a look at the table: a free waits while a commit has the bit, as make-stable does. The bit is " +
    "taken of free pages then, so that the allocator must not overwrite it",
  change: {
    actions: {
      cpuFrees: { when: (state, c, f) => has(state, c, f) && state.stateChange[f] === "free" },
    },
    properties: { notedPageHasNotBeenFreed: "removed", freePageHasNoStateChange: "removed" },
  },
  expects: "holds",
});

// ---- References ----

/** Nobody has the page any more, and so it is freed. */
function putEntry(state: Draft, f: Parameters<typeof endEntry>[1]): void {
  const isThere = state.entry[f] !== "none";
  endEntry(state, f);
  if (isThere && references(state, f) === 0) free(state, f);
}

export const referenceHeld = variant(s390LazyHinting, {
  name: "reference-held",
  because:
    "a/R9 repaired by a reference for each entry: a free has neither to look nor to wait, and what nobody needs waits " +
    "for a table that may never be full",
  change: {
    actions: {
      cpuFrees: { when: has },
      cpuReclaims: {
        when: (state, c, f) =>
          has(state, c, f) && isDiscardable(state, f, 1) && state.entry[f] === "none",
      },
      cpuPutsReference: {
        effect: (state, c, f, bounds) => {
          if (references(state, f) === 1 && state.entry[f] === "none") return "frees it";
          rests(state, c);
          return isFull(state, bounds) ? "found the table full" : "idle";
        },
      },
      cpuEndsCommit: {
        effect: (state, c) => {
          for (const f of state.entry.keys()) putEntry(state, f);
          state.tableLock = "none";
          return state.at[c] === "none" ? "idle" : "lets go";
        },
      },
    },
    properties: { chosenPageIsAboutToBeFreed: "removed" },
  },
  expects: { breaks: ["removedPageIsFreeInTheEnd"] },
});

/** A timer, or whoever finds no memory, has the table committed. */
const cpuCommitsInTime = at("idle", {
  to: "commits",
  when: (state, c) =>
    runs(state, c) && state.tableLock === "none" && state.entry.some((its) => its !== "none"),
  effect: (state, c) => {
    state.tableLock = c;
  },
});

export const referenceHeldForATime = variant(referenceHeld, {
  name: "reference-held-for-a-time",
  because: "reference-held repaired: the table is committed in the end though it is not full",
  change: { added: { cpuCommitsInTime } },
  expects: "holds",
});

// ---- One table for each CPU ----

export const arrayOfEachCpu = variant(s390LazyHinting, {
  name: "array-of-each-cpu",
  because:
    "M. Schwidefsky, of R. van Riel's arrays: the CPU that frees a page is not always the one that noted it, and looks into " +
    "its own array only",
  state: {
    /** Whose array the entry is in. That one CPU commits at a time only takes steps away. */
    notedBy: each(frame, optional(cpu)),
  },
  change: {
    actions: {
      cpuQueues: {
        afterwards: (state, before, c, f) => {
          if (before.entry[f] === "none") state.notedBy[f] = c;
        },
      },
      handlerQueues: {
        afterwards: (state, before, c, f) => {
          if (before.entry[f] !== state.entry[f]) state.notedBy[f] = c;
        },
      },
      cpuFrees: {
        when: (state, c, f) =>
          has(state, c, f) && (state.notedBy[f] !== c || state.tableLock === "none"),
        effect: (state, c, f) => {
          if (state.notedBy[f] === c) state.entry[f] = "none";
          free(state, f);
          return rests(state, c);
        },
      },
      cpuTakesStateChange: {
        when: (state, c, f) =>
          runs(state, c) &&
          state.entry[f] === "pending" &&
          state.notedBy[f] === c &&
          state.entry.every((its) => its !== "bit taken"),
      },
      cpuSetsVolatile: {
        when: (state, c) =>
          runs(state, c) &&
          state.entry.every(
            (its, f) => state.notedBy[f] !== c || (its !== "pending" && its !== "bit taken"),
          ),
      },
      cpuEndsCommit: {
        effect: (state, c) => {
          for (const f of state.entry.keys()) if (state.notedBy[f] === c) endEntry(state, f);
          state.tableLock = "none";
          return state.at[c] === "none" ? "idle" : "lets go";
        },
      },
    },
  },
  expects: {
    breaks: ["notedPageHasNotBeenFreed", "volatileIsSetOnlyWhileNobodyRelies", "noWriteIsLost"],
  },
});

// ---- Interrupts ----

export const interruptsStayOn = variant(s390LazyHinting, {
  name: "interrupts-stay-on",
  because:
    "the handler spins for the lock that the CPU under it has: make-volatile is called from interrupts",
  change: {
    actions: {
      interruptEndsWriteback: {
        when: (state, c, f) => state.written[f] === "under writeback" && runs(state, c),
      },
    },
  },
  expects: { breaks: ["commitEnds"] },
});

export const handlerTriesTheLock = variant(interruptsStayOn, {
  name: "handler-tries-the-lock",
  because: "interrupts-stay-on repaired: where the lock is taken the handler gives up, as V1 does",
  change: {
    actions: {
      handlerQueues: {
        when: (state, c, f) => state.handler[c] === f,
        effect: (state, c, f, bounds) => {
          state.handler[c] = "none";
          if (state.tableLock !== "none") return;
          if (state.entry[f] === "none" && !isFull(state, bounds)) state.entry[f] = "pending";
        },
      },
      // It could not free the page without the lock, so that a file is cut off when the handler is done.
      cpuTruncates: {
        when: (state, c, f) =>
          has(state, c, f) &&
          state.owner[f] === "page cache" &&
          state.written[f] !== "under writeback" &&
          state.handler.every((its) => its !== f),
      },
    },
  },
  expects: "holds",
});

export const handlerMakesStable = variant(handlerTriesTheLock, {
  name: "handler-makes-stable",
  because:
    "a handler that makes a page stable spins (M2) for the bit that the CPU under it has: with interrupts on, make-stable " +
    "must not be called there",
  change: {
    actions: {
      handlerQueues: {
        when: (state, c, f) => state.handler[c] === f && state.stateChange[f] === "free",
      },
    },
  },
  expects: { breaks: ["deadlockFreedom", "commitEnds"] },
});

// ---- What is gained, and what is lost ----

export const waitsForAFullTable = variant(s390LazyHinting, {
  name: "waits-for-a-full-table",
  because: "L10: what is noted stays stable until others are noted as well, and that may be never",
  change: { properties: { discardablePageBecomesVolatile } },
  expects: { breaks: ["discardablePageBecomesVolatile"] },
});

export const commitsInTime = variant(waitsForAFullTable, {
  name: "commits-in-time",
  because:
    "a/R11 comes back: a commit passes over what its noter has not put yet, and nobody notes it again (to put it first is no " +
    "way out, it may be freed then)",
  change: { added: { cpuCommitsInTime } },
  expects: { breaks: ["discardablePageBecomesVolatile"] },
});

export const keepsWhatItPassesOver = variant(commitsInTime, {
  name: "keeps-what-it-passes-over",
  because:
    "L10 repaired: what is passed over stays in the table for the next commit, until it is freed",
  change: {
    actions: {
      cpuEndsCommit: {
        effect: (state, c) => {
          for (const f of state.entry.keys()) {
            if (state.entry[f] === "passed over") state.entry[f] = "pending";
            else endEntry(state, f);
          }
          state.tableLock = "none";
          return state.at[c] === "none" ? "idle" : "lets go";
        },
      },
    },
  },
  expects: "holds",
});

/** Between two commits a page goes to and fro without a word to the host. */
const notedPageIsNotDeclaredStable = within({
  forAny: frame,
  from: (state, f) => state.entry[f] === "pending",
  to: (state, f) => state.entry[f] === "none",
  counting: (state, f) => state.does.some((_step, c) => isAt(state, c, f, "saw no state change")),
  atMost: 0,
});

export const sparesTheWayBack = variant(s390LazyHinting, {
  name: "spares-the-way-back",
  because:
    "R. van Riel: it could save the transition the other way, too. What is noted is stable, and stays so from M2 on",
  change: {
    actions: {
      cpuSeesNoStateChange: {
        effect: (state: State, _c, f) =>
          state.entry[f] === "none" ? "saw no state change" : "relies on it",
      },
    },
    properties: { notedPageIsNotDeclaredStable },
  },
  expects: "holds",
});

// ---- The host ----

export const hostDecidesAhead = variant(s390LazyHinting, {
  name: "host-decides-ahead",
  because:
    "a host that looks at what is declared, and drops it when it has been declared stable since",
  state: {
    /** What the host has found to be unused or volatile, and is going to drop. */
    decided: each(frame, oneOf("no", "yes")),
  },
  change: ({ action }) => ({
    actions: {
      hostDiscards: {
        when: (state, f) => state.usage[f] !== "stable" && state.decided[f] === "no",
        effect: (state, f) => {
          state.decided[f] = "yes";
        },
      },
    },
    added: {
      hostDropsWhatItDecided: action("host", {
        forAny: frame,
        when: (state, f) => state.decided[f] === "yes",
        effect: (state, f) => {
          state.decided[f] = "no";
          state.content[f] = "discarded";
        },
      }),
    },
  }),
  expects: { breaks: ["discardIsPermitted", "noWriteIsLost"] },
});
