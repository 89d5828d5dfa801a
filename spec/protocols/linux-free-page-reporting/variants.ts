/**
 * Changes to free page reporting: mistakes that each break one reason why it is right, bugs that were
 * made in Linux and QEMU, claims that turn out to be too strong, and their repairs.
 *
 * A mistake is stated as what Linux does and then what it does wrongly, so that each is a few lines.
 */
import { also, type Index, instance, sequence, subset, variant } from "../../language/index.ts";
import { isDisturbed, isKept, isOwed, isSettled, linuxFreePageReporting } from "./claims.ts";
import {
  type Bounds,
  block,
  type Draft,
  drain,
  frame,
  host,
  isMarked,
  isReportable,
  isReported,
  isShortOfMemory,
  memory,
  order,
  protocol,
  queue,
} from "./protocol.ts";

export { linuxFreePageReporting as default } from "./claims.ts";
export * from "./lifecycle.ts";
export * from "./power.ts";
export * from "./settings.ts";
export * from "./two-workers.ts";
export * from "./unheard.ts";
export * from "./weak-memory.ts";

type Block = Index<"block">;

/**
 * One block of four frames shows most races. It is never isolated whole (some memory must remain), no
 * budget is exhausted and no list rotated: `seenFrom` of the witnesses says so. What holds is shown with
 * two blocks where that is affordable.
 */
const small = instance(linuxFreePageReporting, { blocks: 1, users: 2 });
const two = instance(linuxFreePageReporting, { blocks: 2, users: 1 });
/** See puts-isolated-pageblock-back-in-silence. */
const notWithMemoryOffline = {
  idleReporterOwesNothing: "removed",
  freeBlockIsReported: "removed",
} as const;

const newIn = (state: Draft, before: readonly Block[]): readonly Block[] =>
  state.scatterlist.filter((b) => !before.includes(b));

/** Marks those of the blocks that are free. */
function mark(state: Draft, blocks: readonly Block[]): void {
  for (const b of blocks) if (state.owner[b] === "free") state.mark[block.first(b)] = "reported";
}

/** Notifies the reporter under the zone lock, as a free does. */
function notify(state: Draft): void {
  state.notifier = "reads the state";
  state.zoneLock = "guest";
}

/** Discards an entry as the device does. */
function discard(state: Draft, entry: Block | undefined, bounds: Bounds): void {
  if (entry !== undefined) host.discard(state, block.frames(entry), block.order(entry), bounds);
}

// ---- The same protocol in a harsher world ----

export const withFailures = variant(two, {
  name: "with-failures",
  because: "f/R1: allocations and reports may fail; reporting gives up in silence, and stays safe",
  change: { constants: { allocationFailures: true, deviceErrors: true } },
  expects: "holds",
});

export const withInhibition = variant(small, {
  name: "with-inhibition",
  because: "f/R7: a host that may not discard answers all the same",
  change: { constants: { inhibition: true } },
  expects: "holds",
});

export const withMemoryOffline = variant(small, {
  name: "with-memory-offline",
  because: "bug class 21: pageblocks are isolated and put back while they are reported",
  change: {
    constants: { memoryOffline: true },
    properties: notWithMemoryOffline,
  },
  expects: "holds",
});

export const keepsABlockFromTheOffliner = variant(withMemoryOffline, {
  name: "keeps-a-block-from-the-offliner",
  because:
    "f/R6, a claim: what nobody uses of an isolated pageblock is free. A block that the host was told of looks busy, and " +
    "whoever takes memory offline tries again: it comes back, to the lists of what is isolated, as with-memory-offline shows",
  change: ({ invariant }) => ({
    properties: {
      isolatedPageblockIsFreeOrUsed: invariant({
        forAny: block,
        when: (state, b) => memory.migratetypeOf(state, b) !== "movable",
        holds: (state, b) => state.owner[b] !== "isolated",
      }),
    },
  }),
  expects: { breaks: ["isolatedPageblockIsFreeOrUsed"] },
});

// ---- Mistakes in the worker ----

export const putsBackBeforeTheAnswer = variant(small, {
  name: "puts-back-before-the-answer",
  because: "LM1: a block stays isolated until the device has answered; this worker does not wait",
  change: {
    actions: {
      workerWakes: {
        when: () => true,
        effect: (state) => {
          if (queue.isUsed(state)) queue.takeBack(state);
        },
      },
      workerSubmits: { when: (state, result) => result === "added" && queue.isFree(state) },
    },
  },
  expects: { breaks: ["toldBlockIsIsolated", "writtenFrameKeepsItsData"] },
});

export const hintsInPlace = variant(linuxFreePageReporting, {
  name: "hints-in-place",
  because: "h/R1: what is reported while it stays on the free list can be allocated meanwhile",
  change: {
    constants: { blocks: 2, users: 1, capacity: 2 },
    actions: {
      workerWalksList: {
        effect: (state, { capacity }) => {
          const list = state.list === "none" ? [] : state.freeList.movable[state.list];
          for (const b of list)
            if (!isMarked(state, b) && state.scatterlist.length < capacity)
              state.scatterlist.unshift(b);
          if (state.list !== "none" && order.position(state.list) < memory.largestOrder) {
            state.list = order.at(order.position(state.list) + 1);
            return "looks at a list";
          }
          state.list = "none";
          return state.scatterlist.length > 0 ? "submits" : "ends";
        },
      },
      workerDrains: {
        effect: (state) => {
          for (const b of state.scatterlist) state.owed[b] = "no";
          mark(state, state.scatterlist);
          state.scatterlist = [];
          return "ends";
        },
      },
    },
  },
  expects: { breaks: ["toldBlockIsIsolated", "frameIsToldOnce", "writtenFrameKeepsItsData"] },
});

export const forgetsToTakeOffTheList = variant(small, {
  name: "forgets-to-take-off-the-list",
  because: "isolation that leaves the list as it was: the block is in two places",
  change: {
    actions: {
      workerWalksList: {
        afterwards: (state, before) => {
          for (const b of newIn(state, before.scatterlist))
            state.freeList.movable[memory.orderOf(b)].push(b);
        },
      },
    },
  },
  expects: { breaks: ["freeBlockIsInOneList", "counterCountsTheLists"] },
});

export const marksAfterAFailedReport = variant(small, {
  name: "marks-after-a-failed-report",
  because: "the drain marks blocks whatever the report returned: the host never heard of them",
  change: {
    constants: { deviceErrors: true },
    actions: {
      workerDrains: { afterwards: (state, before) => mark(state, before.scatterlist) },
    },
  },
  expects: { breaks: ["markedFrameIsAcknowledged"] },
});

export const marksMergedBlocks = variant(small, {
  name: "marks-merged-blocks",
  because: "LM4: a block that merged in the drain is marked, though half of it was never reported",
  change: {
    actions: {
      workerDrains: {
        afterwards: (state, before) => {
          for (const b of before.scatterlist) mark(state, block.around(b));
        },
      },
    },
  },
  expects: { breaks: ["markedFrameIsAcknowledged", "pageStepIsLegal"] },
});

export const keepsTheMarkOfATakenBlock = variant(small, {
  name: "keeps-the-mark-of-a-taken-block",
  because: "2(f).5: on a page in use the mark means something else, so removal must clear it",
  change: {
    actions: {
      guestAllocates: {
        afterwards: (state, before, wanted) => {
          state.mark[block.first(wanted)] = before.mark[block.first(wanted)];
        },
      },
    },
  },
  expects: { breaks: ["markedBlockIsFree", "markedFrameIsAcknowledged"] },
});

export const splitLosesTheRest = variant(small, {
  name: "split-loses-the-rest",
  because: "S10: expand() must put what an allocation does not need on the free lists",
  change: {
    actions: {
      guestAllocates: {
        afterwards: (state, _before, wanted) => {
          for (const rest of block.around(wanted).flatMap((part) => block.buddy(part) ?? [])) {
            const [head] = state.freeList.movable[memory.orderOf(rest)];
            if (head === rest) memory.takeOffList(state, rest);
          }
        },
      },
    },
  },
  expects: { breaks: ["frameHasOneOwner"] },
});

export const forgetsToCountIsolation = variant(small, {
  name: "forgets-to-count-isolation",
  because: "S13: isolation that does not lower nr_free leaves the budget and the watermarks wrong",
  change: {
    actions: {
      workerWalksList: {
        afterwards: (state, before) => {
          for (const b of newIn(state, before.scatterlist)) state.nrFree[memory.orderOf(b)] += 1;
        },
      },
      workerDrains: {
        effect: (state, bounds) => {
          for (const b of state.scatterlist) state.nrFree[memory.orderOf(b)] -= 1;
          return drain(state, bounds);
        },
      },
    },
  },
  expects: { breaks: ["counterCountsTheLists"] },
});

export const putsBackWithoutMerging = variant(small, {
  name: "puts-back-without-merging",
  because: "a put-back that appends to the list and does not merge fragments memory",
  change: {
    actions: {
      workerDrains: {
        effect: (state, bounds) => {
          for (const b of state.scatterlist) {
            memory.putOnList(state, b, "tail");
            state.owed[b] = "no";
          }
          mark(state, state.scatterlist);
          state.scatterlist = [];
          return drain(state, bounds);
        },
      },
    },
  },
  expects: { breaks: ["freeBuddiesAreMerged"] },
});

export const losesARequest = variant(small, {
  name: "loses-a-request",
  because: "LM3: a plain store of IDLE at the end of the pass overwrites a request, as v12 did",
  change: {
    actions: {
      workerEnds: {
        effect: (state) => {
          state.request = "idle";
          return "idle";
        },
      },
    },
  },
  expects: { breaks: ["idleReporterOwesNothing", "requestIsFollowedByAPass"] },
});

export const leavesARemainder = variant(linuxFreePageReporting, {
  name: "leaves-a-remainder",
  because: "LM7: a list that is left because the budget is spent must request another pass",
  change: {
    // Three blocks in one list and a budget of two; users who only free keep it small.
    constants: { blocks: 3, users: 0 },
    actions: {
      workerDrains: {
        afterwards: (state, before) => {
          state.request = before.request;
        },
      },
    },
  },
  expects: { breaks: ["idleReporterOwesNothing", "freeBlockIsReported"] },
});

export const forgetsToRearm = variant(small, {
  name: "forgets-to-re-arm",
  because: "S19: with a request noticed and no timer armed, every later notifier stops at once",
  change: { actions: { workerRearms: { effect: () => {} } } },
  expects: { breaks: ["idleMeansNoPass", "requestIsFollowedByAPass"] },
});

export const reportsUnderTheLock = variant(two, {
  name: "reports-under-the-lock",
  because: "the callback sleeps; the zone lock is a spinlock that every allocation takes",
  change: {
    actions: {
      workerWalksList: {
        afterwards: (state) => {
          if (state.worker === "submits") state.zoneLock = "worker";
        },
      },
      workerDrains: {
        when: (state) => state.zoneLock !== "guest",
        afterwards: (state) => {
          state.zoneLock = state.worker === "submits" && state.list !== "none" ? "worker" : "open";
        },
      },
    },
  },
  expects: { breaks: ["workerSleepsWithoutTheLock"] },
});

export const remembersTheMigratetype = variant(withMemoryOffline, {
  name: "remembers-the-migratetype",
  because: "bug class 21: what goes back to the list it came from may be of an isolated pageblock",
  change: {
    actions: {
      workerDrains: {
        afterwards: (state) => {
          const { movable, isolate } = state.freeList;
          for (const o of isolate.keys()) movable[o].push(...isolate[o].splice(0));
        },
      },
    },
  },
  expects: { breaks: ["isolatedPageblockIsNotAllocatable"] },
});

export const notifiesOnDrain = variant(small, {
  name: "notifies-on-drain",
  because: "LM6: harmless on purpose; it costs one empty pass, and the marks end it",
  change: {
    actions: {
      workerDrains: {
        afterwards: (state) => {
          state.request = "requested";
        },
      },
    },
  },
  expects: "holds",
});

export const retriesForEver = variant(notifiesOnDrain, {
  name: "retries-for-ever",
  because: "LM6: a device that keeps failing lets nothing be marked, and an idle guest tries on",
  change: { constants: { deviceErrors: true } },
  expects: { breaks: ["reporterComesToRest"] },
});

export const forgetsARequestAfterAFailure = variant(small, {
  name: "forgets-a-request-after-a-failure",
  because: "LM3: a pass that gives up forgets what it was asked for meanwhile as well",
  change: {
    actions: {
      workerEnds: {
        effect: (state) => {
          if (state.gaveUp === "yes" || state.request !== "requested") state.request = "idle";
          return state.request === "idle" ? "idle" : "re-arms";
        },
      },
    },
  },
  expects: { breaks: ["requestIsFollowedByAPass"] },
});

export const looksBeforeItIsActive = variant(small, {
  name: "looks-before-it-is-active",
  because:
    "f/R3: ACTIVE is a plain store. If the first list is seen to be empty before others see the store, a block " +
    "freed in between finds the old REQUESTED, and nobody looks again",
  change: {
    actions: {
      timerFires: {
        afterwards: (state, _before, bounds) => {
          const first = order.at(bounds.reportingOrder);
          if (state.freeList.movable[first].length === 0)
            state.list = order.at(bounds.reportingOrder + 1);
        },
      },
      workerChecksZone: {
        afterwards: (state, { list }) => {
          if (list !== "none" && state.worker === "looks at a list") state.list = list;
        },
      },
    },
  },
  expects: { breaks: ["idleReporterOwesNothing", "freeBlockIsReported"] },
});

export const scansPeriodically = variant(small, {
  name: "scans-periodically",
  because: "LM6: a scan every two seconds, asked for or not, would never let an idle guest rest",
  change: { actions: { timerFires: { when: () => true } } },
  expects: { breaks: ["idleMeansNoPass", "restingReporterStaysAtRest"] },
});

export const takesTheLockInNoOrder = variant(small, {
  name: "takes-the-lock-in-no-order",
  because: "a test-and-set lock is not handed over in turn: the worker may wait for ever",
  change: {
    actions: { workerWalksList: { fairness: "weak" }, workerDrains: { fairness: "weak" } },
  },
  expects: { breaks: ["isolatedBlockComesBack", "acknowledgedBlockIsNotLost"] },
});

export const waitsForWhatWasNotSent = variant(small, {
  name: "waits-for-what-was-not-sent",
  because:
    "virtio-win/kvm-guest-drivers-windows issue 1626: the driver logs that its report could not be queued, and " +
    "waits without limit all the same; its other requests look at the result",
  change: {
    constants: { deviceErrors: true },
    actions: {
      workerSubmits: {
        effect: (state, result) => {
          if (result === "added") queue.add(state, state.scatterlist);
          return "waits";
        },
      },
    },
  },
  expects: { breaks: ["isolatedBlockComesBack", "reporterComesToRest"] },
});

export const looksWhetherItWasSent = variant(waitsForWhatWasNotSent, {
  name: "looks-whether-it-was-sent",
  because:
    "the repair of kvm-guest-drivers-windows issue 1626: it waits only for what was queued, and puts the rest back",
  change: {
    actions: {
      workerSubmits: {
        effect: (state, result) => {
          if (result === "failed") {
            state.report = "failed";
            return "drains";
          }
          queue.add(state, state.scatterlist);
          return "waits";
        },
      },
    },
  },
  expects: "holds",
});

// ---- Mistakes in the device ----

export const answersBeforeItReleases = variant(small, {
  name: "answers-before-it-releases",
  because:
    "tinylabscom/mvm issue 3381: the monitor acknowledges a report and gives the memory back afterwards, when " +
    "the guest may use it again",
  state: {
    /** What the monitor has read of a report and not yet released. */
    unreleased: sequence(block, ({ capacity }: { capacity: number }) => capacity),
  },
  change: {
    actions: {
      devicePops: {
        when: (state) => queue.isAvailable(state) && state.unreleased.length === 0,
        afterwards: (state) => {
          state.unreleased = [...state.queue.entries];
        },
      },
      devicePushes: { when: (state) => queue.isPopped(state) },
      deviceDiscards: {
        when: (state) => state.unreleased.length > 0 && !queue.isPopped(state),
        effect: (state, bounds) => discard(state, state.unreleased.shift(), bounds),
      },
    },
  },
  expects: { breaks: ["discardIsPermitted", "discardedFrameIsNotInUse"] },
});

export const answersWhenAllIsReleased = variant(answersBeforeItReleases, {
  name: "answers-when-all-is-released",
  because: "the repair of tinylabscom/mvm issue 3381: the report is acknowledged last",
  change: {
    actions: {
      deviceDiscards: { when: (state) => state.unreleased.length > 0 },
      devicePushes: { when: (state) => queue.isPopped(state) && state.unreleased.length === 0 },
    },
  },
  expects: "holds",
});

export const discardsTheWholeHostPage = variant(small, {
  name: "discards-the-whole-host-page",
  because: "as bug 9 in inflation: a host with larger pages takes the neighbours along",
  change: {
    constants: { reportingOrder: 0, hostPageOrder: 1 },
    actions: {
      deviceDiscards: {
        effect: (state, { hostPageOrder }) => {
          const entry = queue.next(state);
          if (entry === undefined) return;
          const hostPage =
            block.around(entry).find((b) => block.order(b) >= hostPageOrder) ?? entry;
          for (const f of block.frames(hostPage)) state.content[f] = "empty";
        },
      },
    },
  },
  expects: { breaks: ["discardedFrameIsNotInUse", "discardIsPermitted"] },
});

export const discardsWholeHostPagesOnly = variant(discardsTheWholeHostPage, {
  name: "discards-whole-host-pages-only",
  because: "the fix of bug 9: what is smaller than a host page is acknowledged and left alone",
  change: {
    actions: {
      deviceDiscards: { effect: (state, bounds) => discard(state, queue.next(state), bounds) },
    },
  },
  expects: "holds",
});

export const hostWritesAPattern = variant(small, {
  name: "host-writes-a-pattern",
  because: "i4: a host that fills what is reported lets the guest see what it should not notice",
  state: { content: also("other pattern") },
  change: {
    properties: {
      discardedFrameIsHandedOut: "removed",
      discardedFrameIsNotInUse: "removed",
      discardIsPermitted: "removed",
    },
    actions: {
      deviceDiscards: {
        effect: (state) => {
          const entry = queue.next(state);
          if (entry === undefined) return;
          for (const f of block.frames(entry)) state.content[f] = "other pattern";
        },
      },
    },
  },
  expects: { breaks: ["reportChangesResidencyOnly"] },
});

export const losesACompletion = variant(small, {
  name: "loses-a-completion",
  because:
    "f/R2, as bugs 3 and 4: a device that goes away with a request leaves its blocks isolated and the state " +
    "active for good, and no notifier starts a pass again",
  change: {
    added: {
      deviceForgets: protocol.action("device", {
        when: (state) => queue.isPopped(state),
        effect: queue.reset,
      }),
    },
  },
  expects: { breaks: ["freeBlockIsReported", "isolatedBlockCanComeBack", "reporterCanComeToRest"] },
});

export const losesTheInterrupt = variant(small, {
  name: "loses-the-interrupt",
  because:
    "f/R2, as bug 5: the buffer is used and the interrupt goes elsewhere. The worker wakes if something else " +
    "wakes it, which nobody promises",
  change: { actions: { workerWakes: { fairness: "none" } } },
  expects: {
    breaks: ["isolatedBlockComesBack", "acknowledgedBlockIsNotLost", "keptBlockComesBack"],
  },
});

// ---- Zeroing that is left out for what the host has zeroed ----

export const skipsZeroingOfReportedBlocks = variant(small, {
  name: "skips-zeroing-of-reported-blocks",
  because:
    'linux-mm, RFC of 12 April 2026, "skip redundant zeroing of host-zeroed reported pages": what comes from a ' +
    "reported block is handed out as it is, and a host that may not discard has answered all the same",
  state: { content: also("zeroes") },
  change: ({ stepProperty }) => ({
    constants: { inhibition: true },
    actions: {
      /** post_alloc_hook, where what is handed out is to be zeroed */
      guestAllocates: {
        afterwards: (state, before, wanted) => {
          const source = memory.sourceFor(before, wanted);
          if (source !== undefined && isMarked(before, source)) return;
          for (const f of block.frames(wanted)) state.content[f] = "zeroes";
        },
      },
    },
    properties: {
      handedOutBlockHasNoOldData: stepProperty({
        forAny: block,
        by: "guest",
        when: (before, after, b) =>
          before.owner[b] !== after.owner[b] && after.owner[b] === "handed out",
        holds: (_before, after, b) =>
          block
            .frames(b)
            .every((f) => after.content[f] === "zeroes" || after.content[f] === "empty"),
      }),
    },
  }),
  expects: { breaks: ["handedOutBlockHasNoOldData"] },
});

export const skipsZeroingOnLargeHostPages = variant(skipsZeroingOfReportedBlocks, {
  name: "skips-zeroing-on-large-host-pages",
  because: "the same RFC, and a host that skips what is less than a page of its own",
  change: { constants: { inhibition: false, reportingOrder: 0, hostPageOrder: 1 } },
  expects: { breaks: ["handedOutBlockHasNoOldData"] },
});

export const skipsZeroingOfWhatWasDiscarded = variant(skipsZeroingOfReportedBlocks, {
  name: "skips-zeroing-of-what-was-discarded",
  because:
    "v2 of that RFC: the length in each used element says whether the block was discarded, and a flag of its own, " +
    "not that of a report, says so until the block leaves its list",
  state: {
    /** The entries of the report that the device has answered with their length. */
    discarded: subset(block),
    zeroed: subset(block),
  },
  change: {
    actions: {
      deviceDiscards: {
        afterwards: (state, before, { hostPageOrder }) => {
          const [entry] = before.queue.entries;
          if (entry !== undefined && block.order(entry) >= hostPageOrder)
            state.discarded.add(entry);
        },
      },
      workerDrains: {
        afterwards: (state, before) => {
          for (const b of before.discarded) if (isReported(state, b)) state.zeroed.add(b);
          state.discarded.clear();
          dropFlags(state);
        },
      },
      workerWalksList: { afterwards: dropFlags },
      guestFrees: { afterwards: dropFlags },
      guestAllocates: {
        afterwards: (state, before, wanted) => {
          dropFlags(state);
          const source = memory.sourceFor(before, wanted);
          if (source !== undefined && before.zeroed.has(source)) return;
          for (const f of block.frames(wanted)) state.content[f] = "zeroes";
        },
      },
    },
  },
  expects: "holds",
});

/** As del_page_from_free_list does: what is off its list has no flag. */
function dropFlags(state: Pick<Draft, "owner"> & { readonly zeroed: Set<Block> }): void {
  for (const b of state.zeroed) if (state.owner[b] !== "free") state.zeroed.delete(b);
}

// ---- Page poisoning ----

export const poisonsWithoutTelling = variant(small, {
  name: "poisons-without-telling",
  because: "bug 1, fixed by Linux fb69c2c896fc: the device is not told of the poison, and discards",
  change: { constants: { poisoning: true, poisonIsChecked: false } },
  expects: { breaks: ["handedOutFrameHasItsPattern"] },
});

export const forgoesReportingWhenPoisoning = variant(poisonsWithoutTelling, {
  name: "forgoes-reporting-when-poisoning",
  because: "the fix of bug 1: no REPORTING for a guest that poisons without PAGE_POISON",
  change: { constants: { poisonIsChecked: true } },
  expects: "holds",
});

export const sendsNoPoisonValue = variant(small, {
  name: "sends-no-poison-value",
  because: "bug 2, fixed by Linux d74b78fabe04: the value was sent only along with FREE_PAGE_HINT",
  change: { constants: { poisoning: true, pagePoison: true, poisonIsTold: false } },
  expects: { breaks: ["handedOutFrameHasItsPattern"] },
});

export const tellsThePoisonValue = variant(sendsNoPoisonValue, {
  name: "tells-the-poison-value",
  because: "the fix of bugs 1 and 2 with PAGE_POISON: the device answers and discards nothing",
  change: { constants: { poisonIsTold: true } },
  expects: "holds",
});

// ---- Claims that are too strong ----

/** L1 of every block that the reporter was notified of, without leave to give up. */
const freeBlockIsReportedWhateverHappens = protocol.leadsTo({
  forAny: block,
  from: isOwed,
  to: isSettled,
});

export const givesUpInSilence = variant(small, {
  name: "gives-up-in-silence",
  because:
    "f/R1, a claim: every free block is reported, whatever happens. A pass that finds little free memory, is " +
    "denied memory or fails to reach the device gives up, and nobody asks again for what it leaves",
  change: { properties: { freeBlockIsReportedWhateverHappens } },
  expects: { breaks: ["freeBlockIsReportedWhateverHappens"] },
});

export const keepsMemoryForAReport = variant(
  instance(linuxFreePageReporting, { blocks: 1, users: 1 }),
  {
    name: "keeps-memory-for-a-report",
    because:
      "f/R5, a claim: nobody is denied memory for the sake of a report. Some is left for small requests, but all that is as " +
      "large as another may be isolated; that comes back when the host has answered",
    change: ({ invariant }) => ({
      properties: {
        /** L5, the strong form */
        noBlockIsKept: invariant({
          forAny: block,
          holds: (state, b, { minWatermark }) =>
            memory.freeFrames(state) <= minWatermark || !isKept(state, b),
        }),
      },
    }),
    expects: { breaks: ["noBlockIsKept"] },
  },
);

/** The same, or little memory is free. */
const freeBlockIsReportedWhileMemoryLasts = protocol.leadsTo({
  forAny: block,
  from: isOwed,
  to: (state, b, bounds) => isSettled(state, b) || isShortOfMemory(state, b, bounds),
});

export const givesUpForLackOfMemory = variant(givesUpInSilence, {
  name: "gives-up-for-lack-of-memory",
  because:
    "f/R1, a claim: where nothing fails, a free block stays unreported only as long as little memory is free. " +
    "Blocks too small to be reported end the lack without a word",
  change: {
    properties: {
      freeBlockIsReportedWhateverHappens: "removed",
      freeBlockIsReportedWhileMemoryLasts,
    },
  },
  expects: { breaks: ["freeBlockIsReportedWhileMemoryLasts"] },
});

export const reportsEveryOrder = variant(givesUpForLackOfMemory, {
  name: "reports-every-order",
  because: "f/R1: it is so where no order is too small to be reported, so that every free notifies",
  change: { constants: { reportingOrder: 0 } },
  expects: "holds",
});

/** S20 without the term that f/R7 adds. */
const markedFrameIsGone = protocol.invariant({
  forAny: block,
  when: isReported,
  holds: (state, b) => block.frames(b).every((f) => state.content[f] === "empty"),
});

export const acknowledgedIsDiscarded = variant(withInhibition, {
  name: "acknowledged-is-discarded",
  because:
    "f/R7, a claim: what is marked as reported is discarded. A host that may not discard answers all the " +
    "same, and nobody reports the block again when it may",
  change: { properties: { markedFrameIsGone } },
  expects: { breaks: ["markedFrameIsGone"] },
});

/** What the reporter owes if it owes every free block, however it came to be on a list. */
const idleReporterLeavesNothing = protocol.invariant({
  forAny: block,
  when: (state) => state.request === "idle" && state.notifier === "none" && state.gaveUp === "no",
  holds: (state, b, bounds) =>
    state.owner[b] !== "free" ||
    !isReportable(b, bounds) ||
    state.pageblock[memory.pageblockOf(b)] === "isolate" ||
    block.frames(b).every((f) => state.acknowledged[f] === "yes"),
});

/** L1 as it is meant: what the host still holds of a free block is reported, or the block disturbed. */
const reportableBlockIsReported = protocol.leadsTo({
  forAny: block,
  from: (state, b, bounds) =>
    (state.owner[b] === "free" || state.owner[b] === "isolated") &&
    isReportable(b, bounds) &&
    block.frames(b).some((f) => state.acknowledged[f] === "no"),
  to: (state, b) =>
    block.frames(b).every((f) => state.acknowledged[f] === "yes") ||
    isDisturbed(state, b) ||
    state.gaveUp === "yes",
});

export const owesEveryFreeBlock = variant(small, {
  name: "owes-every-free-block",
  because:
    "a claim: an idle reporter has reported every free block. An allocation that splits an unreported " +
    "block while the pass is past the smaller orders leaves a rest that nobody is notified of",
  change: { properties: { idleReporterLeavesNothing, reportableBlockIsReported } },
  expects: { breaks: ["idleReporterLeavesNothing", "reportableBlockIsReported"] },
});

export const notifiesOnSplit = variant(owesEveryFreeBlock, {
  name: "notifies-on-split",
  because: "a proposal: expand() notifies the reporter when it splits a block that is not marked",
  change: {
    actions: {
      guestAllocates: {
        afterwards: (state, before, wanted, bounds) => {
          const source = memory.sourceFor(before, wanted) ?? wanted;
          const halves = block.around(wanted).slice(0, block.around(wanted).indexOf(source));
          // Its other half, the rest, is of the same order.
          const isNews = !isMarked(before, source) && halves.some((b) => isReportable(b, bounds));
          if (isNews) notify(state);
        },
      },
    },
  },
  expects: "holds",
});

export const putsIsolatedPageblockBackInSilence = variant(small, {
  name: "puts-isolated-pageblock-back-in-silence",
  because:
    "a claim: with pageblocks that are isolated and put back, the reporter still owes nothing when it is " +
    "idle. A pass skips an isolated block, and nobody is notified when it is put back",
  change: { constants: { memoryOffline: true } },
  expects: { breaks: ["idleReporterOwesNothing", "freeBlockIsReported"] },
});

export const notifiesWhenPutBack = variant(putsIsolatedPageblockBackInSilence, {
  name: "notifies-when-put-back",
  because: "a proposal: unset_migratetype_isolate notifies the reporter of what it puts back",
  change: {
    actions: {
      offlinerPutsBack: {
        afterwards: (state, _before, pageblock, bounds) => {
          const isNews = (b: Block): boolean =>
            block.around(b).includes(pageblock) && !isMarked(state, b) && isReportable(b, bounds);
          if (state.owner.some((view, b) => view === "free" && isNews(b))) notify(state);
        },
      },
    },
  },
  expects: "holds",
});

// ---- Per-CPU lists, and pageblocks smaller than the largest block ----

export const withPerCpuLists = variant(small, {
  name: "with-per-cpu-lists",
  because:
    "frames go to a list of their CPU without the zone lock and with nobody notified; what is drained from it is " +
    "reported as any other",
  change: { constants: { perCpuPages: 2, perCpuBatch: 2 } },
  expects: "holds",
});

/** A frame on a list is used again, or the allocator has it, and the reporter is notified of what it merges to. */
const listedFrameComesBack = protocol.leadsTo({
  forAny: block,
  from: (state, b) => state.owner[b] === "on a CPU's list",
  to: (state, b) => state.owner[b] !== "on a CPU's list",
});

export const keepsFramesFromTheReporter = variant(withPerCpuLists, {
  name: "keeps-frames-from-the-reporter",
  because:
    "a claim: what is free is the allocator's in the end. Nobody promises that the list of an idle CPU is ever drained, " +
    "and one frame there keeps the block around it from being whole, so that it is never reported",
  change: { properties: { listedFrameComesBack } },
  expects: { breaks: ["listedFrameComesBack"] },
});

export const drainsListsInTheEnd = variant(keepsFramesFromTheReporter, {
  name: "drains-lists-in-the-end",
  because:
    "a proposal: every list is drained in the end, as drain_zone_pages does with those of other nodes",
  change: { actions: { guestDrainsAll: { fairness: "strong" } } },
  expects: "holds",
});

export const losesAFrameOnItsWay = variant(withPerCpuLists, {
  name: "loses-a-frame-on-its-way",
  because: "S10: a frame that is freed and put on no list is nobody's",
  change: {
    actions: {
      guestFreesToList: {
        afterwards: (state, _before, cpu) => {
          state.perCpuList[cpu].shift();
        },
      },
    },
  },
  expects: { breaks: ["listedFrameIsOnOneList"] },
});

export const letsGoInTheMiddleOfABatch = variant(withPerCpuLists, {
  name: "lets-go-in-the-middle-of-a-batch",
  because:
    "free_pcppages_bulk frees its batch under one hold of the zone lock, also where a frame of it notifies the reporter",
  change: {
    actions: {
      guestDrainsList: {
        afterwards: (state) => {
          state.zoneLock = "open";
        },
      },
    },
  },
  expects: { breaks: ["batchIsFreedUnderTheLock"] },
});

export const withPerCpuListsAndMemoryOffline = variant(withPerCpuLists, {
  name: "with-per-cpu-lists-and-memory-offline",
  because:
    "Linux 51bb1a4093cc: what is drained from a list goes where its pageblock belongs now, not where it belonged then",
  change: {
    constants: { memoryOffline: true, perCpuBatch: 1 },
    properties: notWithMemoryOffline,
  },
  expects: "holds",
});

export const allocatesIsolatedFramesFromLists = variant(withPerCpuListsAndMemoryOffline, {
  name: "allocates-isolated-frames-from-lists",
  because:
    "a claim: no frame of an isolated pageblock is handed out. What was on a CPU's list before is, until the lists are " +
    "drained (drain_all_pages), which is why whoever isolates drains them afterwards, and again",
  change: ({ stepProperty }) => ({
    properties: {
      isolatedFrameIsNotHandedOut: stepProperty({
        forAny: block,
        when: (before, after, b) =>
          !memory.isUsed(before.owner[b]) && memory.isUsed(after.owner[b]),
        holds: (before, _after, b) => before.pageblock[block.first(b)] === "movable",
      }),
    },
  }),
  expects: { breaks: ["isolatedFrameIsNotHandedOut"] },
});

export const remembersTheMigratetypeOnLists = variant(withPerCpuListsAndMemoryOffline, {
  name: "remembers-the-migratetype-on-lists",
  because:
    "before Linux 51bb1a4093cc: a frame kept the migratetype that it had when it was freed, and was drained to lists from " +
    "which it could be allocated after its pageblock had been isolated",
  change: {
    actions: {
      guestDrainsList: { afterwards: drainToMovable },
      guestDrainsAll: { afterwards: drainToMovable },
    },
  },
  expects: { breaks: ["isolatedPageblockIsNotAllocatable"] },
});

/** What has just been drained to the lists of what is isolated goes to those of the rest. */
function drainToMovable(state: Draft, before: Pick<Draft, "owner">): void {
  const { isolate, movable } = state.freeList;
  isolate.forEach((list, o) => {
    const drained = list.filter((b) => before.owner[b] !== "free");
    isolate[o] = list.filter((b) => !drained.includes(b));
    movable[o].push(...drained);
  });
}

export const withSmallPageblocks = variant(withMemoryOffline, {
  name: "with-small-pageblocks",
  because:
    "Linux d9dddbf55667: the pageblocks of a largest block are isolated and put back one after the other; meanwhile free " +
    "halves of which one is isolated stay apart, and reporting is of pageblocks",
  change: { constants: { users: 1, pageblockOrder: 1 } },
  expects: "holds",
});

export const mergesAcrossPageblocks = variant(withSmallPageblocks, {
  name: "merges-across-pageblocks",
  because:
    "before Linux d9dddbf55667: a freed block merges with an isolated one and takes it along to a list from which it can " +
    "be allocated",
  change: {
    actions: {
      guestFrees: {
        afterwards: (state) => {
          state.owner.forEach((owner, b) => {
            const buddy = block.buddy(b);
            const parent = block.parent(b);
            if (owner !== "free" || buddy === undefined || parent === undefined) return;
            if (state.owner[buddy] !== "free") return;
            memory.takeOffList(state, b);
            memory.takeOffList(state, buddy);
            memory.putOnList(state, parent, "head", "movable");
          });
        },
      },
    },
  },
  expects: { breaks: ["isolatedPageblockIsNotAllocatable"] },
});

export const allocatesWhatIsPutBack = variant(withSmallPageblocks, {
  name: "allocates-what-is-put-back",
  because:
    "a claim: no frame of an isolated pageblock can be allocated. A free block of two pageblocks goes back whole with " +
    "the first, while the second is still isolated; nobody waits for it any more",
  change: ({ invariant }) => ({
    properties: {
      isolatedFrameIsNotAllocatable: invariant({
        forAny: frame,
        when: (state, f) => state.pageblock[f] === "isolate",
        holds: (state, f) =>
          !state.freeList.movable.some((list) => list.some((b) => block.frames(b).includes(f))),
      }),
    },
  }),
  expects: { breaks: ["isolatedFrameIsNotAllocatable"] },
});
