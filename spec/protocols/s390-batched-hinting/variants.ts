/**
 * Variants of batched hints: as the patches of 2006 have it instead, without the lock, and where a way in or out of the buddy
 * lists forgets to declare; and what hibernation and the host may do wrong.
 */
import { each, instance, oneOf, subset, variant } from "../../language/index.ts";
import { s390BatchedHinting } from "./claims.ts";
import {
  block,
  declareBuddyLists,
  frame,
  host,
  loadImage,
  memory,
  setStable,
  setUnused,
  type State,
} from "./protocol.ts";

export { s390BatchedHinting as default } from "./claims.ts";

/** One CPU, whose list cannot have all of memory. */
const oneShortList = instance(s390BatchedHinting, {
  blocks: 2,
  users: 1,
  cpus: 1,
  perCpuPages: 1,
  perCpuBatch: 1,
});

export const moreMemoryThanLists = variant(oneShortList, {
  name: "more-memory-than-lists",
  because:
    "a.4: what is free and stable is no more than the lists may have, and the rest of memory is the host's",
  change: {},
  expects: "holds",
});

// ---- Where it is declared ----

export const hintsAtTheList = variant(s390BatchedHinting, {
  name: "hints-at-the-list",
  because:
    "as posted: what goes on the list of a CPU is unused at once (F2, and A3 on the way back), so that the host gets more; a " +
    "hibernation that does not drain the lists takes it for what it has to save",
  change: {
    actions: {
      guestFreesToList: {
        afterwards: (state, _before, _cpu, b) => setUnused(state, block.frames(b)),
      },
      guestAllocatesFromList: {
        afterwards: (state, _before, _cpu, b) => setStable(state, block.frames(b)),
      },
      guestRefillsList: {
        afterwards: (state, before, _cpu, b) => {
          for (const other of state.owner.keys()) {
            const isNew =
              state.owner[other] === "on a CPU's list" &&
              state.owner[other] !== before.owner[other];
            if (isNew && other !== b) setUnused(state, block.frames(other));
          }
        },
      },
    },
    properties: { listedFrameIsStable: "removed" },
  },
  expects: { breaks: ["touchedFrameIsStable"] },
});

/** drain_local_pages was called for all CPUs, and nobody runs since. */
const isDrained = (state: State): boolean => state.perCpuList.every((list) => list.length === 0);

export const drainsBeforeTheImage = variant(hintsAtTheList, {
  name: "drains-before-the-image",
  because:
    "hints-at-the-list repaired: the lists of all CPUs are drained before memory is saved, and before it is loaded",
  change: {
    actions: {
      kernelSavesImage: {
        when: (state) => state.kernel === "the guest's" && isDrained(state),
      },
      kernelResumes: { when: (state) => state.kernel === "the loader" && isDrained(state) },
    },
  },
  expects: "holds",
});

export const declaresBehindTheLock = variant(s390BatchedHinting, {
  name: "declares-behind-the-lock",
  because:
    "H. Franke: no problem as long as the lock is held. If the batch is handed over when it has been given back, another CPU " +
    "has allocated from it since",
  state: {
    /** What was freed, and is still to be declared. */
    batch: subset(frame),
  },
  change: ({ action }) => ({
    actions: {
      guestFrees: {
        afterwards: (state, _before, b) => {
          for (const f of block.frames(b)) state.batch.add(f);
          setStable(state, block.frames(b));
        },
      },
    },
    added: {
      guestDeclaresBatch: action("guest", {
        fairness: "weak",
        when: (state) => state.batch.size > 0,
        effect: (state) => {
          setUnused(state, [...state.batch]);
          state.batch.clear();
        },
      }),
    },
  }),
  expects: {
    breaks: ["frameInUseIsStable", "discardedFrameIsNotInUse", "writtenFrameKeepsItsData"],
  },
});

export const largeBlocksBypassTheHint = variant(s390BatchedHinting, {
  name: "large-blocks-bypass-the-hint",
  because:
    "a/R2: the hint is at the lists, and blocks for which there are none come from the buddy lists as they are",
  change: {
    actions: {
      guestAllocates: {
        effect: (state, b) => {
          memory.allocate(state, b, "handed out");
        },
      },
    },
  },
  expects: {
    breaks: ["frameInUseIsStable", "discardedFrameIsNotInUse", "writtenFrameKeepsItsData"],
  },
});

export const declaresWhatItHandsOut = variant(s390BatchedHinting, {
  name: "declares-what-it-hands-out",
  because:
    "a/R2: of a batch that comes from the buddy lists the rest is on the list of a CPU, unused, and handed out from there",
  change: {
    actions: {
      guestRefillsList: {
        afterwards: (state, before, _cpu, b) => {
          for (const f of state.usage.keys()) {
            if (!block.frames(b).includes(f)) state.usage[f] = before.usage[f];
          }
        },
      },
    },
  },
  expects: { breaks: ["listedFrameIsStable", "frameInUseIsStable", "writtenFrameKeepsItsData"] },
});

// ---- Hibernation ----

export const resumesOnUnusedFrames = variant(s390BatchedHinting, {
  name: "resumes-on-unused-frames",
  because:
    "bug 11, Linux commit 846955c8afe9: what was in use when memory was saved is free to the loader, and so it writes to " +
    "what is unused",
  change: {
    actions: {
      kernelResumes: {
        effect: (state) => {
          loadImage(state);
          declareBuddyLists(state, "unused");
        },
      },
    },
  },
  expects: { breaks: ["touchedFrameIsStable"] },
});

export const writesToUnusedFrames = variant(resumesOnUnusedFrames, {
  name: "writes-to-unused-frames",
  because:
    "bug 11 on a host that answers such a write with an empty page: the guest goes on, and what it has in use is unused",
  change: { properties: { touchedFrameIsStable: "removed" } },
  expects: {
    breaks: ["frameInUseIsStable", "discardedFrameIsNotInUse", "writtenFrameKeepsItsData"],
  },
});

export const resumesWithoutAWord = variant(oneShortList, {
  name: "resumes-without-a-word",
  because:
    "bug 11, the second half of its repair: what is free to the guest is stable since the loader has declared it so",
  change: {
    actions: {
      kernelResumes: {
        effect: (state) => {
          declareBuddyLists(state, "stable");
          loadImage(state);
        },
      },
    },
  },
  expects: { breaks: ["buddyFrameIsUnused", "stableFreeFramesAreFew"] },
});

// ---- The host ----

export const hugePagesBehind = variant(s390BatchedHinting, {
  name: "huge-pages-behind",
  because:
    "bugs 12 and 19, Linux commits 7d735b9ae82d and 0d6da872d3e4: what is unused was never acted on where huge pages are behind, and for " +
    "a time nowhere",
  change: { actions: { hostDiscards: { when: () => false } } },
  expects: { breaks: ["unusedFrameCanBeDiscarded"] },
});

export const markOutlivesTheHint = variant(s390BatchedHinting, {
  name: "mark-outlives-the-hint",
  because:
    "bug 19, Linux commit a8f60d1fadf7: the host notes in its own entry that a frame is unused, and drops it by that, though it " +
    "is in use again",
  state: {
    /** _PAGE_UNUSED in the entry of the host. */
    mark: each(frame, oneOf("none", "unused")),
  },
  change: ({ action }) => ({
    actions: {
      hostDiscards: {
        effect: (state, f) => {
          state.mark[f] = "unused";
        },
      },
    },
    added: {
      hostDropsMarked: action("host", {
        source: "try_to_unmap_one",
        forAny: frame,
        when: (state, f) => state.mark[f] === "unused",
        effect: (state, f, bounds) => {
          state.mark[f] = "none";
          host.discard(state, [f], 0, bounds);
        },
      }),
    },
  }),
  expects: {
    breaks: ["discardIsPermitted", "discardedFrameIsNotInUse", "writtenFrameKeepsItsData"],
  },
});

export const markGoesWithTheHint = variant(markOutlivesTheHint, {
  name: "mark-goes-with-the-hint",
  because:
    "bug 19 repaired: the mark is looked at together with what is declared, and cleared where they differ",
  change: {
    actions: {
      hostDropsMarked: {
        effect: (state, f, bounds) => {
          state.mark[f] = "none";
          if (state.usage[f] === "unused") host.discard(state, [f], 0, bounds);
        },
      },
    },
  },
  expects: "holds",
});
