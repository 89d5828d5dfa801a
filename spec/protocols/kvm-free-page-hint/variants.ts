/**
 * Changes to the KVM free page hint: the world that it was proposed for, and a harsher one; mistakes, claims that are too
 * strong, and repairs; other ways to deal with poison that were discussed with it.
 */
import { also, each, type Index, instance, oneOf, variant } from "../../language/index.ts";
import type { MutablePerIndex } from "../../language/domain.ts";
import { kvmFreePageHint } from "./claims.ts";
import {
  block,
  call,
  cpu,
  type Draft,
  drop,
  frame,
  host,
  memory,
  merge,
  mergeTo,
  parentToMergeTo,
  protocol,
  sizeOf,
} from "./protocol.ts";

export { kvmFreePageHint as default } from "./claims.ts";

const { invariant, stepProperty } = protocol;

/** b/R5: where the host does not drop what it is told, nobody tries again. */
const notWhereTheHostRefuses = {
  largeFreeBlockIsNotResident: "removed",
  freeRegionIsDropped: "removed",
} as const;

/** Whoever comes between its steps is not another CPU: the offliner, or the host. */
const oneCpu = instance(kvmFreePageHint, { cpus: 1 });

// ---- Pageblocks that are isolated while the lock is let go ----

/**
 * Pageblocks as large as the largest block. Of smaller ones Linux 5.0 loses count where a block spans two of which one is
 * isolated, with hints or without.
 */
const largePageblocks = instance(oneCpu, { pageblockOrder: 2 });

export const isolatedInLimbo = variant(largePageblocks, {
  name: "isolated-in-limbo",
  because:
    "bug class 21, as proposed: a pageblock is isolated while one of its blocks is in limbo, and the block comes back to " +
    "the list that was right before the lock was let go",
  change: { constants: { memoryOffline: true } },
  expects: { breaks: ["isolatedPageblockIsNotAllocatable", "freeBlockIsNotLost"] },
});

export const readsTheMigratetypeAgain = variant(isolatedInLimbo, {
  name: "reads-the-migratetype-again",
  because:
    "half a repair: the block was counted as free to allocate, and stays so on the list of what is isolated",
  change: {
    actions: {
      offlinerPutsBack: "removed", // once is enough, and the count does not run away
      vcpuGoesOn: {
        effect: (state, c, bounds) => {
          const b = state.hand[c];
          if (b !== "none") state.migratetype[c] = memory.migratetypeOf(state, b);
          return merge(state, c, bounds);
        },
      },
    },
  },
  expects: { breaks: ["countedFrameIsFreeOrInLimbo"] },
});

/** What is in hand goes where its pageblock is now, and so does the count of it. */
function lookAgain(state: Draft, c: Index<"cpu">): void {
  const b = state.hand[c];
  if (b === "none") return;
  if (state.migratetype[c] === "movable") state.nrFreePages -= sizeOf(b);
  state.migratetype[c] = memory.migratetypeOf(state, b);
  if (state.migratetype[c] === "movable") state.nrFreePages += sizeOf(b);
}

export const movesTheCountToo = variant(isolatedInLimbo, {
  name: "moves-the-count-too",
  because:
    "the whole repair for a block that is freed by itself, where a pageblock is as large as the largest block: " +
    "migratetype and count are those of now",
  change: {
    actions: {
      vcpuGoesOn: {
        effect: (state, c, bounds) => {
          lookAgain(state, c);
          return merge(state, c, bounds);
        },
      },
    },
  },
  expects: "holds",
});

export const looksOnceForABatch = variant(movesTheCountToo, {
  name: "looks-once-for-a-batch",
  because:
    "free_pcppages_bulk asks once whether any pageblock is isolated, as it takes the lock; a hint lets go of it in the " +
    "middle of the batch, and what comes after that goes to the wrong list",
  change: { constants: { batch: 3, users: 3 } },
  expects: { breaks: ["isolatedPageblockIsNotAllocatable"] },
});

export const looksForEachBlock = variant(looksOnceForABatch, {
  name: "looks-for-each-block",
  because:
    "the repair for a batch, of pageblocks of that size as well: whoever has let go of the lock asks again",
  change: {
    actions: {
      vcpuGoesOn: {
        effect: (state, c, bounds) => {
          if (state.isolatedPageblocks[c] === "none" && state.pageblock.includes("isolate")) {
            state.isolatedPageblocks[c] = "some";
          }
          lookAgain(state, c);
          return merge(state, c, bounds);
        },
      },
    },
  },
  expects: "holds",
});

// ---- Poison, and what else is expected of what a page holds ----

export const withPoisoning = variant(kvmFreePageHint, {
  name: "with-poisoning",
  because: "i1, as proposed: where the guest poisons it gives no hints, and the host gets nothing",
  change: { constants: { poisoning: true } },
  expects: "holds",
});

export const hintsWithPoisoning = variant(kvmFreePageHint, {
  name: "hints-with-poisoning",
  because:
    "b/R1 (i6): the pattern is written behind the hint and brings the page back. b/R2 (i7): what merges is poisoned " +
    "before the hint, which destroys the pattern",
  change: { constants: { poisoning: true, offWithPoisoning: false } },
  expects: { breaks: ["handedOutFrameHasItsPattern", "largeFreeBlockIsNotResident"] },
});

export const poisonsFirst = variant(hintsWithPoisoning, {
  name: "poisons-first",
  because:
    "i3 and i5: the guest poisons before it hints, and the host fills what it dropped with the pattern",
  change: {
    actions: {
      vcpuFrees: {
        afterwards: (state, _before, _c, b, bounds) => host.release(state, block.frames(b), bounds),
      },
      vcpuPoisons: { effect: () => {} },
    },
    properties: {
      handedOutFrameHasItsPattern: stepProperty({
        forAny: block,
        when: (before, after, b) =>
          !memory.isUsed(before.owner[b]) && after.owner[b] === "handed out",
        holds: (before, _after, b) =>
          block
            .frames(b)
            .every((f) => before.content[f] === "pattern" || before.content[f] === "empty"),
      }),
    },
  },
  expects: "holds",
});

export const hostPoisonsInstead = variant(hintsWithPoisoning, {
  name: "host-poisons-instead",
  because: "i4: the guest leaves it to the host to write the pattern, and the host may do nothing",
  change: {
    constants: { hostErrors: true },
    actions: {
      vcpuPoisons: { effect: () => {} },
      hostDiscards: {
        afterwards: (state, before, c, result) => {
          const b = before.told[c];
          if (b === "none" || result === "failed") return;
          for (const f of block.frames(b)) state.content[f] = "pattern";
        },
      },
    },
  },
  expects: { breaks: ["handedOutFrameHasItsPattern", "hintChangesResidencyOnly"] },
});

export const freesLazily = variant(oneCpu, {
  name: "frees-lazily",
  because:
    "i9: MADV_FREE drops a page at any time until it is written, also one that is handed out by then; no write is lost",
  state: { content: also("lazily freed") },
  change: ({ action: added }) => ({
    actions: {
      hostDiscards: {
        afterwards: (state, before, c, result) => {
          const b = before.told[c];
          if (b === "none" || result === "failed") return;
          for (const f of block.frames(b)) {
            if (before.content[f] !== "empty") state.content[f] = "lazily freed";
          }
        },
      },
    },
    added: {
      hostReclaims: added("host", {
        source: "madvise_free_pte_range, shrink_page_list",
        forAny: frame,
        when: (state, f) => state.content[f] === "lazily freed",
        effect: (state, f) => {
          state.content[f] = "empty";
        },
      }),
    },
    properties: {
      ...notWhereTheHostRefuses,
      discardedFrameIsNotInUse: "removed",
      discardIsPermitted: "removed",
      hintChangesResidencyOnly: "removed",
    } as const,
  }),
  expects: "holds",
});

export const skipsZeroing = variant(oneCpu, {
  name: "skips-zeroing",
  because:
    "i10: an allocator that need not zero what was hinted, as the host has; but nobody looks at what the call returned",
  state: { zeroed: each(frame, oneOf("no", "yes")) },
  change: ({ stepProperty: claim }) => ({
    constants: { hostErrors: true },
    actions: {
      vcpuPoisons: { afterwards: (state, before, c) => trust(state, before.hand[c]) },
      vcpuGoesOn: { afterwards: (state, before, c) => trust(state, before.hand[c]) },
      guestAllocates: {
        afterwards: (state, _before, wanted) => {
          for (const f of block.frames(wanted)) state.zeroed[f] = "no";
        },
      },
    },
    properties: {
      trustedFrameIsZero: claim({
        forAny: frame,
        by: "guest",
        when: (before, after, f) => before.zeroed[f] === "yes" && after.zeroed[f] === "no",
        holds: (before, _after, f) => before.content[f] === "empty",
      }),
    },
  }),
  expects: { breaks: ["trustedFrameIsZero"] },
});

/** What was hinted is taken for zero until it is handed out. */
function trust(state: Trusting, b: Index<"block"> | "none", zeroed: "no" | "yes" = "yes"): void {
  if (b === "none") return;
  for (const f of block.frames(b)) state.zeroed[f] = zeroed;
}
interface Trusting {
  zeroed: MutablePerIndex<"frame", "no" | "yes">;
}

export const skipsZeroingOfWhatIsDropped = variant(skipsZeroing, {
  name: "skips-zeroing-of-what-is-dropped",
  because:
    "the repair: what the call returned is looked at, and a block that was refused, or for which madvise failed, is " +
    "zeroed as ever. What is dropped of a device that is assigned meanwhile (bug 18) is another matter",
  state: { answer: each(cpu, oneOf("done", "failed")) },
  change: {
    constants: { inhibition: true },
    actions: {
      hostChecks: {
        afterwards: (state, _before, c) => {
          if (state.handler[c] === "idle") state.answer[c] = "failed";
        },
      },
      hostDiscards: {
        afterwards: (state, _before, c, result) => {
          state.answer[c] = result;
        },
      },
      vcpuPoisons: {
        afterwards: (state, before, c) => {
          if (before.answer[c] === "failed") trust(state, before.hand[c], "no");
        },
      },
      vcpuGoesOn: {
        afterwards: (state, before, c) => {
          if (before.answer[c] === "failed") trust(state, before.hand[c], "no");
        },
      },
    },
    properties: { ...notWhereTheHostRefuses, pinnedFrameIsNotDiscarded: "removed" },
  },
  expects: "holds",
});

export const keepsTheLastAnswer = variant(skipsZeroingOfWhatIsDropped, {
  name: "keeps-the-last-answer",
  because:
    "half the repair: a host that refuses at once leaves what it said of the block before, and that was done",
  change: {
    actions: {
      hostChecks: {
        afterwards: (state, before, c) => {
          state.answer[c] = before.answer[c];
        },
      },
    },
  },
  expects: { breaks: ["trustedFrameIsZero"] },
});

// ---- A harsher host ----

export const withHostErrors = variant(kvmFreePageHint, {
  name: "with-host-errors",
  because: "b/R5: a call that fails is not made again; the block is free, and the host holds it",
  change: { constants: { hostErrors: true } },
  expects: { breaks: ["largeFreeBlockIsNotResident", "freeRegionIsDropped"] },
});

export const deviceIsAssignedMeanwhile = variant(oneCpu, {
  name: "device-is-assigned-meanwhile",
  because:
    "as proposed: a device that is assigned between kvm_arch_has_assigned_device and madvise has pinned the memory by " +
    "then, and works on with frames that the guest does not see any more (bug 18)",
  change: { constants: { inhibition: true } },
  expects: { breaks: ["pinnedFrameIsNotDiscarded"] },
});

export const looksAndDropsAtOnce = variant(deviceIsAssignedMeanwhile, {
  name: "looks-and-drops-at-once",
  because: "the repair: no device is assigned between the look and the drop",
  change: {
    actions: {
      hostDiscards: {
        effect: (state, c, _result, bounds) => {
          const b = state.told[c];
          state.told[c] = "none";
          if (b !== "none" && host.mayDiscard(state)) drop(state, b, bounds);
        },
      },
    },
    properties: notWhereTheHostRefuses,
  },
  expects: "holds",
});

export const returnsBeforeItDrops = variant(kvmFreePageHint, {
  name: "returns-before-it-drops",
  because:
    "b/R4: a host that lets the CPU go on and drops the memory later, since a CPU that waits was found too dear",
  change: {
    actions: {
      vcpuHints: { when: (state, c) => state.handler[c] === "idle" },
      vcpuLocks: { when: (state, c) => state.zoneLock === "open" && state.handler[c] === "idle" },
      vcpuPoisons: { when: () => true },
      vcpuGoesOn: { when: (state) => state.zoneLock === "open" },
    },
  },
  expects: {
    breaks: [
      "writtenFrameKeepsItsData",
      "toldBlockIsInLimbo",
      "discardedFrameIsNotInUse",
      "discardIsPermitted",
      "pageStepIsLegal",
    ],
  },
});

// ---- Where and how the guest hints ----

export const hintsUnderTheLock = variant(kvmFreePageHint, {
  name: "hints-under-the-lock",
  because: "B5 without letting go of the zone lock: whoever allocates or frees waits for the host",
  change: {
    actions: {
      vcpuLocks: { afterwards: holdWhileItHints },
      vcpuGoesOn: {
        when: (state, c) => state.handler[c] === "idle",
        afterwards: holdWhileItHints,
      },
    },
  },
  expects: { breaks: ["hostIsNotWaitedForUnderTheLock"] },
});

/** The lock stays taken from the beginning of a merge to its end. */
function holdWhileItHints(state: Draft, _before: unknown, c: Index<"cpu">): void {
  state.zoneLock = state.vcpu[c] === "hints what merged" ? "vcpu" : "open";
}

export const hintsWhatIsOnTheList = variant(kvmFreePageHint, {
  name: "hints-what-is-on-the-list",
  because:
    "B5 after the block was put on its list: it can be taken, and freed again, before the host has dropped it",
  change: {
    actions: {
      vcpuLocks: { afterwards: insertFirst },
      vcpuGoesOn: { afterwards: insertFirst },
    },
  },
  expects: { breaks: ["toldBlockIsInLimbo", "frameIsToldOnce", "discardedFrameIsNotInUse"] },
});

function insertFirst(state: Draft, _before: unknown, c: Index<"cpu">): void {
  const b = state.hand[c];
  if (b === "none" || state.vcpu[c] !== "hints what merged") return;
  memory.putOnList(state, b, "head");
  state.hand[c] = "none";
}

// ---- Claims that are too strong ----

export const claimsInterruptsAreOn = variant(kvmFreePageHint, {
  name: "claims-that-interrupts-are-on",
  because:
    "b/R3: B5 lets go of the lock and not of interrupts; they stay off for as long as the host takes",
  change: {
    properties: {
      hostIsWaitedForWithInterruptsOn: invariant({
        forAny: cpu,
        when: (state, c) => state.told[c] !== "none",
        holds: (state, c) => state.interrupts[c] === "on",
      }),
    },
  },
  expects: { breaks: ["hostIsWaitedForWithInterruptsOn"] },
});

export const claimsCountedFramesAreListed = variant(kvmFreePageHint, {
  name: "claims-that-counted-frames-are-listed",
  because:
    "S13 as it was before: who finds enough free pages in the count finds none on the lists while they are in limbo, and " +
    "an allocation that may not wait fails",
  change: {
    properties: {
      countedFrameIsOnAList: invariant((state) => state.nrFreePages === memory.freeFrames(state)),
    },
  },
  expects: { breaks: ["countedFrameIsOnAList"] },
});

// ---- How much it costs: everything is freed, a frame at a time, and nothing taken ----

export const freesFrameByFrame = variant(kvmFreePageHint, {
  name: "frees-frame-by-frame",
  because: "4.1: 512 frees of a page come to one hypercall, and those of 6 GiB to 3,072",
  change: {
    constants: { users: 0, cpus: 1 },
    initial: {
      afterwards: (state) => {
        for (const b of state.owner.keys())
          state.owner[b] = block.order(b) === 0 ? "handed out" : "no block";
      },
    },
  },
  expects: "holds",
});

export const hintsAtEveryOrder = variant(freesFrameByFrame, {
  name: "hints-at-every-order",
  because:
    "4.1: without 'exactly' in B5 the halves are hinted and then the whole: three calls instead of two",
  change: {
    actions: {
      vcpuGoesOn: {
        effect: (state, c, bounds) => {
          const b = state.hand[c];
          const parent = b === "none" ? undefined : parentToMergeTo(state, c, b, bounds);
          if (b === "none" || parent === undefined) return merge(state, c, bounds);
          mergeTo(state, c, b, parent);
          call(state, c);
          return "hints what merged";
        },
      },
    },
  },
  expects: { breaks: ["callsAreFew", "fewFramesAreInLimbo"] },
});

export const hintsAfterTheMerge = variant(freesFrameByFrame, {
  name: "hints-after-the-merge",
  because:
    "4.1: a hook behind done_merging makes as many calls, and they name half as much again: a half, and then the whole " +
    "with that half in it",
  change: {
    actions: {
      vcpuLocks: {
        afterwards: (state, _before, c, bounds) => {
          if (state.vcpu[c] !== "hints what merged") return;
          for (;;) {
            const b = state.hand[c];
            const parent = b === "none" ? undefined : parentToMergeTo(state, c, b, bounds);
            if (b === "none" || parent === undefined) return call(state, c);
            mergeTo(state, c, b, parent);
          }
        },
      },
    },
    properties: {
      halfAsMuchAgainIsTheMost: invariant(
        (state) => 2 * state.hints.filter((times) => times > 1).length <= state.hints.length,
      ),
    },
  },
  expects: { breaks: ["regionIsHintedOnce"] },
});
