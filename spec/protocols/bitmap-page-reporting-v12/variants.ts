/**
 * What is wrong with bitmap page reporting, and how it is mended, one step after the other; and mistakes that each
 * break one reason why the rest of it is right.
 */
import { also, each, instance, oneOf, range, variant } from "../../language/index.ts";
import { bitmapPageReportingV12, freeChunkIsReported } from "./claims.ts";
import {
  afterABit,
  block,
  type Draft,
  frame,
  free,
  freeBlockAt,
  isolate,
  isReporting,
  lookAtBit,
  memory,
  queue,
  queueWork,
  setBit,
  takeOff,
} from "./protocol.ts";

export { bitmapPageReportingV12 as default } from "./claims.ts";

// ---- What is freed during a scan, and what is left ----

export const looksAgainWhenItEnds = variant(bitmapPageReportingV12, {
  name: "looks-again-when-it-ends",
  because:
    "the least repair of d/R1: behind the store that lets others queue the work, the worker looks whether it is due " +
    "again. Less than a batch may be left over for ever (d/R2), so that not every free chunk is reported",
  state: { worker: also("looks again") },
  change: ({ process }) => ({
    actions: { workerEnds: { to: "looks again" as const } },
    added: {
      workerLooksAgain: process("worker", { fairness: "weak" }).at("looks again", {
        to: "idle",
        effect: (state, bounds) => queueWork(state, bounds),
      }),
    },
    properties: { freeChunkIsReported: "removed" as const },
  }),
  expects: "holds",
});

export const countsRequests = variant(bitmapPageReportingV12, {
  name: "counts-requests",
  because:
    "the repair of d/R1 in the later tree, as Duyck proposed: each request that is not yet served is counted, and the " +
    "worker goes on until there is none",
  state: {
    /** A flag of the zone, which the scan takes back before it begins. */
    zone: oneOf("no request", "requested"),
    requests: range(0, 2),
  },
  change: {
    actions: {
      guestFrees: {
        effect: (state, b, bounds) => {
          const merged = free(state, b, bounds);
          if (!isReporting(state)) return;
          setBit(state, block.first(merged));
          if (state.freePages < bounds.batch || state.zone === "requested") return;
          state.zone = "requested";
          if (state.requests === 0) state.work = "queued";
          state.requests += 1;
        },
      },
      workerLooksAtZone: {
        effect: (state) => {
          if (state.zone === "no request") return "ends";
          state.zone = "no request";
          return "scans";
        },
      },
      workerEnds: {
        effect: (state) => {
          state.passed.clear();
          state.requests -= 1;
          return state.requests > 0 ? "starts" : "idle";
        },
      },
    },
    properties: { freeChunkIsReported: "removed", takenMeansThatWorkIsDue: "removed" },
  },
  expects: "holds",
});

export const leavesARemainder = variant(looksAgainWhenItEnds, {
  name: "leaves-a-remainder",
  because:
    "d/R2, a claim: what stays free is reported. Less than a batch of an idle guest never is, however long it waits",
  change: { properties: { freeChunkIsReported } },
  expects: { breaks: ["freeChunkIsReported"] },
});

export const clearsTheBitTooLate = variant(leavesARemainder, {
  name: "clears-the-bit-too-late",
  because:
    "a claim: with batches of one nothing is left over. The worker clears the bit when it has let go of the lock: a " +
    "chunk that was in use when it looked, and is freed before that, finds its bit still set and loses it",
  change: { constants: { blocks: 1, batch: 1 } },
  expects: { breaks: ["freeChunkIsReported"] },
});

export const clearsTheBitUnderTheLock = variant(clearsTheBitTooLate, {
  name: "clears-the-bit-under-the-lock",
  because:
    "as v11 did: bit and counter follow under the lock. A bit that speaks for a whole block is still lost where the " +
    "block is split, and one that finds its chunk merged into another block is cleared for nothing",
  change: {
    actions: {
      workerIsolates: {
        effect: (state, bounds) => {
          isolate(state, bounds);
          clearBit(state);
          state.zoneLock = "open";
          return afterABit(state, bounds);
        },
      },
      workerClearsBit: "removed",
      workerCounts: "removed",
    },
  },
  expects: { breaks: ["freeChunkIsReported"] },
});

/** What W4 does, in one go. */
function clearBit(state: Pick<Draft, "bit" | "chunk" | "freePages">): void {
  if (state.chunk !== "none") state.bit[state.chunk] = "clear";
  state.chunk = "none";
  state.freePages -= 1;
}

export const marksEveryChunk = variant(clearsTheBitUnderTheLock, {
  name: "marks-every-chunk",
  because:
    "a proposal: a bit for each chunk of what is freed, and the worker takes the free block around it. With that, and " +
    "all of the above, every free chunk is reported",
  change: {
    constants: { blocks: 2 },
    actions: {
      guestFrees: {
        effect: (state, b, bounds) => {
          free(state, b, bounds);
          if (!isReporting(state)) return;
          for (const f of block.frames(b)) setBit(state, f);
          queueWork(state, bounds);
        },
      },
      workerLocks: {
        effect: (state) => {
          state.zoneLock = "worker";
          const holder = state.chunk === "none" ? undefined : memory.holderOf(state, state.chunk);
          if (holder !== undefined) state.found = freeBlockAt(state, block.first(holder)) ?? "none";
        },
      },
    },
  },
  expects: "holds",
});

export const isRefusedBelowTheWatermark = variant(marksEveryChunk, {
  name: "is-refused-below-the-watermark",
  because:
    "d/R7: where little memory is free a block is not isolated, and its bit is cleared all the same: nobody looks " +
    "again when there is more",
  change: { constants: { minWatermark: 1 } },
  expects: { breaks: ["freeChunkIsReported"] },
});

export const keepsTheBitOfWhatIsRefused = variant(isRefusedBelowTheWatermark, {
  name: "keeps-the-bit-of-what-is-refused",
  because:
    "half a repair of d/R7: the bit of what is refused stays set, and the worker, which looks again when it ends, goes " +
    "through the bitmap for ever in a guest that does nothing",
  change: {
    actions: {
      workerIsolates: {
        effect: (state, bounds) => {
          const { found } = state;
          const isRefused = isolate(state, bounds) === "refused" && found !== "none";
          if (isRefused) state.chunk = "none";
          else clearBit(state);
          state.zoneLock = "open";
          return afterABit(state, bounds);
        },
      },
    },
  },
  expects: { breaks: ["reporterComesToRest"] },
});

// ---- What else is wrong, shown where d/R1 is mended ----

const small = instance(looksAgainWhenItEnds, { blocks: 1, batch: 1, users: 2 });

export const leavesTheReadSectionOpen = variant(small, {
  name: "leaves-the-read-section-open",
  because:
    "d/R3: a CPU that frees while nobody reports returns without rcu_read_unlock; the next grace period never ends, " +
    "and so the driver cannot be removed",
  change: { constants: { removal: true } },
  expects: { breaks: ["unbindingEnds"] },
});

export const closesTheReadSection = variant(leavesTheReadSectionOpen, {
  name: "closes-the-read-section",
  because:
    "the repair of d/R3: each way out of page_reporting_enqueue closes the section. That readers which are in one are " +
    "waited for is left out",
  change: {
    actions: {
      guestFrees: {
        afterwards: (state) => {
          state.openSection = "none";
        },
      },
    },
  },
  expects: "holds",
});

export const isInterruptedUnderTheLock = variant(small, {
  name: "is-interrupted-under-the-lock",
  because:
    "d/R4: the worker takes the zone lock with interrupts on. One that comes meanwhile, on its CPU, and frees a page " +
    "spins for a lock that its holder cannot let go of",
  state: { interrupt: oneOf("none", "spins") },
  change: ({ action }) => ({
    actions: {
      workerLocks: { when: isUndisturbed },
      workerIsolates: { when: (state) => state.interrupt === "none" },
      workerLocksAgain: { when: isUndisturbed },
      workerReturns: { when: (state) => state.interrupt === "none" },
    },
    added: {
      interruptWantsTheLock: action("interrupt", {
        when: (state) => state.interrupt === "none" && state.zoneLock === "worker",
        effect: (state) => {
          state.interrupt = "spins";
        },
      }),
      interruptGetsTheLock: action("interrupt", {
        fairness: "weak",
        when: (state) => state.interrupt === "spins" && state.zoneLock === "open",
        effect: (state) => {
          state.interrupt = "none";
        },
      }),
    },
  }),
  expects: { breaks: ["zoneLockIsLetGo", "isolatedBlockCanComeBack"] },
});

/** The worker can take the lock: it is open, and no interrupt is in the way on this CPU. */
function isUndisturbed(state: { readonly zoneLock: string; readonly interrupt: string }): boolean {
  return state.zoneLock === "open" && state.interrupt === "none";
}

export const isolatesWithInterruptsOff = variant(isInterruptedUnderTheLock, {
  name: "isolates-with-interrupts-off",
  because:
    "half a repair of d/R4: spin_lock_irqsave where blocks are isolated, and spin_lock still where they are put back",
  change: {
    actions: {
      interruptWantsTheLock: {
        when: (state) =>
          state.interrupt === "none" && (state.zoneLock === "open" || state.worker === "puts back"),
      },
      // Between two interrupts it gets on.
      workerLocks: { fairness: "strong" },
      workerLocksAgain: { fairness: "strong" },
    },
  },
  expects: { breaks: ["zoneLockIsLetGo", "isolatedBlockCanComeBack"] },
});

export const locksWithInterruptsOff = variant(isolatesWithInterruptsOff, {
  name: "locks-with-interrupts-off",
  because:
    "the repair of d/R4: spin_lock_irqsave in both places, so that the interrupt comes before the lock is taken or " +
    "after it is let go",
  change: {
    actions: { interruptWantsTheLock: { when: isUndisturbed } },
  },
  expects: "holds",
});

export const skipsOfflineChunks = variant(small, {
  name: "skips-offline-chunks",
  because:
    "d/R5: the scan passes over what is offline and leaves its bit and its count. Of our repair of d/R1: the worker, " +
    "which looks again when it ends, finds enough bits set, and never comes to rest. As posted it scans for nothing " +
    "whenever something is freed",
  state: { owner: also("offline") },
  change: ({ action }) => ({
    mayEnd: (state) => !state.owner.includes("free"),
    actions: {
      workerLooksAtBit: {
        effect: (state, f) => {
          if (state.owner[block.of(f)] !== "offline") return lookAtBit(state, f);
          state.passed.add(f);
          return "scans";
        },
      },
    },
    added: {
      offlinerTakes: action("offliner", {
        forAny: block,
        when: (state, b) =>
          state.zoneLock === "open" && state.owner[b] === "free" && block.order(b) === 0,
        effect: (state, b) => {
          memory.takeOffList(state, b);
          state.owner[b] = "offline";
        },
      }),
    },
  }),
  expects: { breaks: ["reporterCanComeToRest", "reporterComesToRest"] },
});

export const forgetsOfflineChunks = variant(skipsOfflineChunks, {
  name: "forgets-offline-chunks",
  because:
    "the repair of d/R5 in the later tree: what is offline loses its bit and is no longer counted",
  change: {
    actions: {
      workerLooksAtBit: {
        effect: (state, f) => {
          const its = lookAtBit(state, f);
          if (its === "scans" || state.owner[block.of(f)] !== "offline") return its;
          state.bit[f] = "clear";
          state.freePages -= 1;
          state.chunk = "none";
          return "scans";
        },
      },
    },
  },
  expects: "holds",
});

export const restoresOnePageblock = variant(small, {
  name: "restores-one-pageblock",
  because:
    "d/R6: isolation makes each pageblock of a block movable, and the worker gives back its type to the first alone",
  state: {
    /** The migratetype of each pageblock, which has the size of a chunk. */
    pageblock: each(frame, oneOf("unmovable", "movable")),
  },
  change: ({ invariant }) => ({
    actions: {
      workerIsolates: {
        afterwards: (state, before) => {
          for (const b of state.scatterlist.slice(before.scatterlist.length)) {
            for (const f of block.frames(b)) state.pageblock[f] = "movable";
            state.pageblock[block.first(b)] = "unmovable";
          }
        },
      },
    },
    properties: {
      pageblockKeepsItsType: invariant({
        forAny: frame,
        holds: (state, f) => state.pageblock[f] === "unmovable",
      }),
    },
  }),
  expects: { breaks: ["pageblockKeepsItsType"] },
});

export const restoresEveryPageblock = variant(restoresOnePageblock, {
  name: "restores-every-pageblock",
  because: "the repair of d/R6",
  change: {
    actions: {
      workerIsolates: {
        afterwards: (state) => {
          for (const f of state.pageblock.keys()) state.pageblock[f] = "unmovable";
        },
      },
    },
  },
  expects: "holds",
});

// ---- Mistakes ----

export const returnsBeforeTheAnswer = variant(small, {
  name: "returns-before-the-answer",
  because:
    "what is reported stays isolated until the device has answered; this worker does not wait",
  change: {
    actions: {
      workerSubmits: { when: (state) => queue.isFree(state) },
      workerWakes: { when: () => true, effect: () => {} },
      devicePushes: { afterwards: (state) => queue.takeBack(state) },
    },
  },
  expects: {
    breaks: [
      "toldBlockIsIsolated",
      "discardedChunkIsNotInUse",
      "writtenFrameKeepsItsData",
      "discardIsPermitted",
    ],
  },
});

export const trustsTheBit = variant(small, {
  name: "trusts-the-bit",
  because:
    "a bit says that a block may be free: whoever does not look again takes what is in use, and takes it twice",
  change: {
    constants: { batch: 2 },
    actions: {
      workerLocks: {
        effect: (state) => {
          state.zoneLock = "worker";
          if (state.chunk !== "none") state.found = memory.holderOf(state, state.chunk) ?? "none";
        },
      },
      workerIsolates: {
        effect: (state) => {
          if (state.found !== "none") takeOff(state, state.found);
          state.found = "none";
          state.zoneLock = "open";
        },
      },
    },
  },
  expects: { breaks: ["pageStepIsLegal", "chunkIsToldOnce"] },
});

export const isolatesWithoutTheLock = variant(small, {
  name: "isolates-without-the-lock",
  because:
    "what was free when the worker looked is in use when it takes it, if the lock does not keep others away between",
  change: {
    actions: {
      workerLocks: {
        afterwards: (state) => {
          state.zoneLock = "open";
        },
      },
    },
  },
  expects: { breaks: ["listsChangeUnderTheLock", "pageStepIsLegal"] },
});

export const scansBeforeItReports = variant(looksAgainWhenItEnds, {
  name: "scans-before-it-reports",
  because: "whoever reports when the scan has come to its end has isolated as much as there is",
  change: {
    constants: { batch: 1 },
    actions: {
      workerCounts: {
        effect: (state) => {
          state.freePages -= 1;
          return "scans";
        },
      },
    },
  },
  expects: { breaks: ["isolationIsBounded"] },
});

export const resetsTheCounter = variant(small, {
  name: "resets-the-counter",
  because: "a counter that is set to 0 behind the scan forgets the bits that were set meanwhile",
  change: {
    actions: {
      workerCounts: { effect: (state, bounds) => afterABit(state, bounds) },
      workerEnds: {
        afterwards: (state) => {
          state.freePages = 0;
        },
      },
    },
  },
  expects: { breaks: ["counterCountsTheBits"] },
});

export const forgetsToLetGo = variant(small, {
  name: "forgets-to-let-go",
  because: "S19: with refcnt taken and nobody at work, no free queues the work again",
  change: {
    actions: {
      workerLooksAgain: {
        afterwards: (state) => {
          state.refcnt = 1;
        },
      },
    },
  },
  expects: { breaks: ["takenMeansThatWorkIsDue"] },
});
