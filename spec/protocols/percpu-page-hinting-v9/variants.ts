/**
 * What is wrong with per-CPU page hinting, and how it is mended, one step after the other; what remains when it is; and
 * mistakes that each break one reason why the rest is right.
 */
import { each, range, variant } from "../../language/index.ts";
import { percpuPageHintingV9 } from "./claims.ts";
import { block, cpu, endPass, free, isolate, memory, type State } from "./protocol.ts";

export { percpuPageHintingV9 as default } from "./claims.ts";

// ---- The way back from the host, mended step by step ----

export const returnsUnderTheLock = variant(percpuPageHintingV9, {
  name: "returns-under-the-lock",
  because:
    "the repair of c/R1 in the later tree: the handler takes the zone lock for each block. A CPU that submits still " +
    "takes completions out of the queue and forgets them: their blocks are lost, and the handler finds none",
  change: {
    actions: {
      handlerReadsList: {
        when: (state) => state.zoneLock === "open",
        afterwards: (state) => {
          state.zoneLock = "handler";
        },
      },
      handlerInserts: {
        afterwards: (state) => {
          state.zoneLock = "open";
        },
      },
    },
  },
  expects: { breaks: ["isolatedBlockIsOnItsWay", "completionIsThere"] },
});

export const leavesCompletions = variant(returnsUnderTheLock, {
  name: "leaves-completions",
  because:
    "nobody but the handler takes completions. It takes one for each interrupt, and where the host has answered twice " +
    "before the interrupt came, the second waits for a third",
  change: { actions: { cpuDrains: { effect: () => {} } } },
  expects: { breaks: ["isolatedBlockComesBack"] },
});

export const takesEveryCompletion = variant(leavesCompletions, {
  name: "takes-every-completion",
  because:
    "the handler goes on while there are completions. Two CPUs may still use the virtqueue at a time, which is for " +
    "the driver to prevent",
  change: {
    actions: {
      handlerTakesRequest: {
        afterwards: (state) => {
          if (state.used.length > 0) state.interrupt = "pending";
        },
      },
    },
  },
  expects: { breaks: ["queueIsUsedByOne"] },
});

/** No CPU is in the middle of submitting. */
const isQueueFree = (state: Pick<State, "cpu">): boolean =>
  !state.cpu.includes("drains") && !state.cpu.includes("adds");

export const locksTheQueue = variant(takesEveryCompletion, {
  name: "locks-the-queue",
  because:
    "a lock of the queue, taken with interrupts off. With all of the above, nothing that is isolated is lost",
  change: {
    actions: {
      cpuLooksForDriver: {
        when: (state, c) => state.interrupted !== c && isQueueFree(state),
      },
      handlerTakesRequest: { when: (state) => state.interrupt === "pending" && isQueueFree(state) },
    },
  },
  expects: "holds",
});

export const handlerDoesNotLock = variant(locksTheQueue, {
  name: "handler-does-not-lock",
  because:
    "half a repair: the CPUs exclude each other, and the handler takes a completion while one of them submits",
  change: {
    actions: { handlerTakesRequest: { when: (state) => state.interrupt === "pending" } },
  },
  expects: { breaks: ["completionIsTakenAlone"] },
});

export const hintsAgainWhatIsFree = variant(locksTheQueue, {
  name: "hints-again-what-is-free",
  because:
    "what the handler frees is not noted, for C1 is in the callers of __free_one_page. With it in that function the " +
    "block would be hinted again for as long as it is free, and an idle guest would never be idle",
  change: ({ process }) => ({
    constants: { blocks: 1, cpus: 1, entries: 1 },
    actions: {
      handlerInserts: {
        afterwards: (state, before, { entries }) => {
          state.zoneLock = "open";
          const [b] = before.returned;
          const c = before.interrupted;
          if (b === undefined || c === "none" || state.captured[c].includes(b)) return;
          if (state.captured[c].length < entries) state.captured[c].push(b);
        },
      },
    },
    added: {
      cpuHintsAgain: process("cpu", { fairness: "strong" }).at("runs", {
        to: "allocates",
        when: (state, c, { threshold }) =>
          state.interrupted !== c && state.captured[c].length >= threshold,
      }),
    },
  }),
  expects: { breaks: ["hintingComesToRest"] },
});

// ---- What remains when that is mended ----

export const leavesARemainder = variant(locksTheQueue, {
  name: "leaves-a-remainder",
  because:
    "c/R2: a CPU that stops freeing keeps what it has noted, if that is less than it takes to hint, for ever",
  change: { constants: { threshold: 2 } },
  expects: { breaks: ["freeBlockIsHinted"] },
});

export const dropsWhatDoesNotFit = variant(locksTheQueue, {
  name: "drops-what-does-not-fit",
  because:
    "c/R3: a batch that is freed under one hold of the lock, as free_pcppages_bulk does, may be more than the CPU can note",
  change: ({ process }) => ({
    constants: { entries: 1 },
    added: {
      cpuFreesBatch: process("cpu").at("runs", {
        forAny: [block, block],
        when: (state, c, b, other) =>
          state.interrupted !== c &&
          state.zoneLock === "open" &&
          b !== other &&
          memory.isUsed(state.owner[b]) &&
          memory.isUsed(state.owner[other]),
        effect: (state, c, b, other, bounds) => {
          free(state, c, b, bounds);
          free(state, c, other, bounds);
          return state.captured[c].length >= bounds.threshold ? "allocates" : "runs";
        },
      }),
    },
  }),
  expects: { breaks: ["owedBlockIsNoted"] },
});

export const forgetsWhatIsFreedMeanwhile = variant(locksTheQueue, {
  name: "forgets-what-is-freed-meanwhile",
  because:
    "c/R4: the allocation of C4 may reclaim memory, which frees, and notes, on the same CPU. The pass goes through as " +
    "many entries as there were when it began, and empties the array",
  state: {
    /** The index that C4 has read. */
    noted: each(cpu, range(0, 2)),
  },
  change: ({ process }) => ({
    actions: {
      cpuFrees: {
        afterwards: (state, _before, c) => {
          state.noted[c] = state.captured[c].length;
        },
      },
      cpuIsolates: {
        effect: (state, c) => {
          for (const b of state.captured[c].slice(0, state.noted[c]))
            if (state.owner[b] === "free") isolate(state, c, b);
          return state.request[c].length > 0 ? "submits" : endPass(state, c);
        },
      },
    },
    added: {
      cpuReclaims: process("cpu").at("allocates", {
        to: "allocates",
        forAny: block,
        when: (state, c, b) =>
          state.interrupted !== c && state.zoneLock === "open" && memory.isUsed(state.owner[b]),
        effect: (state, c, b, bounds) => free(state, c, b, bounds),
      }),
    },
  }),
  expects: { breaks: ["owedBlockIsNoted"] },
});

export const isInterruptedInItsPass = variant(locksTheQueue, {
  name: "is-interrupted-in-its-pass",
  because:
    "C6: interrupts are on between what the CPU isolates and where it empties its array. One that frees a block meanwhile " +
    "notes it there, and the note is gone",
  change: ({ process }) => ({
    added: {
      interruptFrees: process("cpu").at("submits", {
        to: "submits",
        forAny: block,
        when: (state, c, b) =>
          state.interrupted !== c && state.zoneLock === "open" && memory.isUsed(state.owner[b]),
        effect: (state, c, b, bounds) => free(state, c, b, bounds),
      }),
    },
  }),
  expects: { breaks: ["owedBlockIsNoted"] },
});

export const losesWhatItNoted = variant(locksTheQueue, {
  name: "loses-what-it-noted",
  because:
    "C4: where there is no memory for the request, what was noted is forgotten, just when the host should have it",
  change: { constants: { allocationFailures: true } },
  expects: { breaks: ["owedBlockIsNoted"] },
});

export const isRemovedMeanwhile = variant(locksTheQueue, {
  name: "is-removed-meanwhile",
  because:
    "c/R5: the driver clears its pointer and waits for nobody. A CPU that has seen it adds to a queue that is deleted; " +
    "what was with the host, and what is isolated from then on, does not come back",
  change: { constants: { removal: true } },
  expects: { breaks: ["isolatedBlockIsOnItsWay", "queueIsThere"] },
});

export const isolatesMoreThanAnArray = variant(locksTheQueue, {
  name: "isolates-more-than-an-array",
  because:
    "c/R6, a claim: no more is isolated than fits the array of each CPU (v9: 256 blocks). Nobody waits for an " +
    "answer, so that a CPU that goes on freeing isolates one array after the other",
  change: ({ invariant }) => ({
    constants: { cpus: 1, entries: 1 },
    properties: {
      isolationIsBounded: invariant(
        (state, { cpus, entries }) =>
          state.owner.filter((owner) => owner === "isolated").length <= cpus * entries,
      ),
    },
  }),
  expects: { breaks: ["isolationIsBounded"] },
});

// ---- Mistakes ----

export const returnsBeforeTheAnswer = variant(locksTheQueue, {
  name: "returns-before-the-answer",
  because: "what is hinted stays isolated until the host has answered; this CPU frees it at once",
  change: {
    actions: {
      cpuAdds: {
        afterwards: (state, before, c) => {
          for (const b of before.request[c]) memory.free(state, b, "as likely to merge");
        },
      },
      hostPushes: {
        effect: (state) => {
          state.available.shift();
        },
      },
    },
  },
  expects: {
    breaks: [
      "toldBlockIsIsolated",
      "discardedFrameIsNotInUse",
      "writtenFrameKeepsItsData",
      "discardIsPermitted",
    ],
  },
});

export const trustsItsNotes = variant(locksTheQueue, {
  name: "trusts-its-notes",
  because:
    "what was noted may be in use by now, or with the host: whoever does not look takes it again",
  change: {
    actions: {
      cpuIsolates: {
        effect: (state, c) => {
          for (const b of state.captured[c]) isolate(state, c, b);
          return "submits";
        },
      },
    },
  },
  expects: { breaks: ["pageStepIsLegal", "blockIsToldOnce"] },
});

export const keepsItsNotes = variant(locksTheQueue, {
  name: "keeps-its-notes",
  because: "an array that is not emptied is full in the end",
  change: {
    actions: {
      cpuAdds: {
        afterwards: (state, before, c) => {
          state.captured[c] = [...before.captured[c]];
        },
      },
    },
  },
  expects: { breaks: ["remainderIsBelowTheThreshold"] },
});
