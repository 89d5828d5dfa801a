/** What was said against a ring of hints, what the mail leaves open, read otherwise, and the form with two pages. */
import {
  also,
  type Index,
  instance,
  oneOf,
  optional,
  sequence,
  variant,
} from "../../language/index.ts";
import { ringOfHints } from "./claims.ts";
import {
  type Bounds,
  block,
  type Draft,
  entriesIn,
  host,
  isHinted,
  memory,
  nextToHint,
  order,
  protocol,
  putBack,
  refill,
  type State,
  users,
} from "./protocol.ts";

export { ringOfHints as default } from "./claims.ts";

type Block = Index<"block">;

/** One block of two frames, of which halves are hinted too, shows most races. */
const small = instance(ringOfHints, { blocks: 1, users: 2, hintingOrder: 0 });

/** The other half of a block in the ring has been freed meanwhile. */
const blockWillMerge = protocol.witness({
  forAny: block,
  holds: (state, b) => {
    const buddy = block.buddy(b);
    return state.consumed.includes(b) && buddy !== undefined && state.owner[buddy] === "free";
  },
});

export const hintsHalves = variant(small, {
  name: "hints-halves",
  because: "smaller blocks are hinted too, and merge as they are put back",
  change: { properties: { blockWillMerge } },
  expects: "holds",
});

// ---- What is in the ring ----

export const hintsInPlace = variant(small, {
  name: "hints-in-place",
  because: "h/R1: what is in the ring and stays on the free list is allocated meanwhile",
  change: {
    actions: {
      workerRefills: {
        effect: (state, bounds) => {
          const b = entriesIn(state) < bounds.ringSize ? nextToHint(state, bounds) : undefined;
          if (b === undefined || state.submitted.includes(b) || state.consumed.includes(b))
            return "idle";
          state.submitted.push(b);
          return "refills";
        },
      },
      workerPutsBack: {
        effect: (state) => {
          const b = state.consumed.shift();
          if (b === undefined) return "refills";
          if (state.owner[b] === "free") state.mark[block.first(b)] = "hinted";
          return "puts back";
        },
      },
    },
  },
  expects: {
    breaks: ["blockInTheRingIsNobodys", "frameIsInTheRingOnce", "writtenFrameKeepsItsData"],
  },
});

/** Who finds no memory finds none in the ring either. */
const memoryIsNotAllInTheRing = protocol.invariant({
  when: (state) => memory.freeFrames(state) === 0,
  holds: (state) => entriesIn(state) === 0,
});

export const memoryIsInTheRing = variant(small, {
  name: "memory-is-in-the-ring",
  because:
    "h/R2, A. Duyck: pages that are hinted go unused and cannot be pulled back; memory runs out meanwhile",
  change: { properties: { memoryIsNotAllInTheRing } },
  expects: { breaks: ["memoryIsNotAllInTheRing"] },
});

export const leavesSomeFree = variant(memoryIsInTheRing, {
  name: "leaves-some-free",
  because:
    "M. Tsirkin's answer to h/R2, to be less aggressive when memory is short: what the refill has left free is allocated, and " +
    "then memory is as short as without",
  change: {
    constants: { blocks: 2, leftFree: 1 },
    properties: { freeBlockIsHinted: "removed", restingRingLeavesNothing: "removed" },
  },
  expects: { breaks: ["memoryIsNotAllInTheRing"] },
});

export const consumesFirst = variant(small, {
  name: "consumes-first",
  because:
    "T2 the wrong way round: the host says that it has consumed an entry, and gives the memory up afterwards",
  state: { late: sequence(block, 1) },
  change: {
    actions: {
      hostConsumes: {
        when: (state) => state.submitted.length > 0 && state.late.length === 0,
        afterwards: (state, before) => {
          const [b] = before.submitted;
          if (b !== undefined) state.late.push(b);
        },
      },
      hostDiscards: {
        when: (state, b) => state.late.includes(b),
        effect: (state, b, bounds) => {
          state.late = [];
          host.discard(state, block.frames(b), block.order(b), bounds);
        },
      },
    },
  },
  expects: { breaks: ["discardedFrameIsNotInUse", "discardIsPermitted"] },
});

// ---- Who sees to it that the ring is filled ----

export const nobodyBegins = variant(small, {
  name: "nobody-begins",
  because:
    "the mail to the letter (the protocol is a repaired reading): an interrupt fills the ring, and there is none where nothing is " +
    'outstanding; that is the "daemon to handle missed sync events" that A. Duyck missed',
  change: {
    actions: {
      guestLooksAtRing: {
        effect: (state) => {
          state.freed = "nothing";
        },
      },
    },
  },
  expects: { breaks: ["restingRingLeavesNothing", "freeBlockIsHinted"] },
});

export const aDaemonPolls = variant(nobodyBegins, {
  name: "a-daemon-polls",
  because:
    'A. Duyck\'s "yet another daemon": everything is hinted in the end, and a guest that does nothing else is woken for ever',
  change: ({ action }) => ({
    added: {
      timerFires: action("daemon", {
        fairness: "weak",
        when: (state) => state.work === "none",
        effect: (state) => {
          state.work = "queued";
        },
      }),
    },
    properties: { restingRingLeavesNothing: "removed" as const },
  }),
  expects: { breaks: ["restingRingStaysAtRest"] },
});

export const skipsAndForgets = variant(small, {
  name: "skips-and-forgets",
  because:
    "h/R6: who frees a block hints it, or skips that where the ring is full; without a walk of the free lists later it is " +
    "leaked",
  change: {
    constants: { ringSize: 1 },
    actions: {
      guestLooksAtRing: {
        effect: (state, bounds) => {
          state.freed = "nothing";
          refill(state, bounds);
        },
      },
      workerPutsBack: {
        effect: (state) => {
          const b = state.consumed.shift();
          if (b === undefined) return "idle";
          putBack(state, b);
          return "puts back";
        },
      },
      workerRefills: "removed",
    },
  },
  expects: { breaks: ["restingRingLeavesNothing", "freeBlockIsHinted"] },
});

export const looksBeforeItFrees = variant(small, {
  name: "looks-before-it-frees",
  because:
    "a wake-up that is lost: something is outstanding, and before the block is on its list the refill has gone by",
  state: { freed: also("a block, and nothing is outstanding", "a block, and something is") },
  change: ({ action }) => ({
    actions: {
      guestFrees: {
        when: (state, b) => state.freed !== "nothing" && memory.isUsed(state.owner[b]),
        afterwards: (state, before) => {
          if (before.freed === "a block, and nothing is outstanding") state.work = "queued";
          state.freed = "nothing";
        },
      },
      guestLooksAtRing: "removed" as const,
    },
    added: {
      guestLooksFirst: action("guest", {
        when: (state) => state.freed === "nothing" && state.owner.some(memory.isUsed),
        effect: (state) => {
          state.freed =
            entriesIn(state) === 0
              ? "a block, and nothing is outstanding"
              : "a block, and something is";
        },
      }),
    },
    properties: { ringIsFull: "removed" as const },
  }),
  expects: { breaks: ["restingRingLeavesNothing", "freeBlockIsHinted"] },
});

export const callbacksGoOnUnseen = variant(small, {
  name: "callbacks-go-on-unseen",
  because:
    "the work runs without interrupts, and wants them again at its end: none says what was consumed meanwhile",
  state: { callbacks: oneOf("on", "off") },
  change: {
    actions: {
      interruptComes: {
        afterwards: (state) => {
          state.callbacks = "off";
        },
      },
      hostConsumes: {
        effect: (state) => {
          const b = state.submitted.shift();
          if (b === undefined) return;
          state.consumed.push(b);
          for (const f of block.frames(b)) state.heardOf[f] = "yes";
          if (state.callbacks === "on") state.interrupt = "pending";
        },
      },
      workerRefills: {
        effect: (state, bounds) => {
          if (refill(state, bounds)) return "refills";
          state.callbacks = "on";
          return "idle";
        },
      },
    },
  },
  expects: { breaks: ["blockComesBack"] },
});

export const looksOnceMore = variant(callbacksGoOnUnseen, {
  name: "looks-once-more",
  because:
    "the repair, as virtqueue_enable_cb has it: first callbacks are on, then the ring is looked at once more",
  change: {
    actions: {
      workerRefills: {
        effect: (state, bounds) => {
          if (refill(state, bounds)) return "refills";
          state.callbacks = "on";
          return state.consumed.length > 0 ? "puts back" : "idle";
        },
      },
    },
  },
  expects: "holds",
});

// ---- Which blocks are taken ----

export const takesAnyBlock = variant(small, {
  name: "takes-any-block",
  because:
    '"just plain alloc_pages": that asks for no flag, and what it returns has none any more; the same blocks go round for ever',
  change: {
    actions: {
      workerRefills: {
        effect: (state, bounds) => (refillFrom(state, bounds, () => true) ? "refills" : "idle"),
      },
    },
  },
  expects: { breaks: ["ringComesToRest"] },
});

export const looksAtHeadsOnly = variant(instance(ringOfHints, { hintingOrder: 0, ringSize: 1 }), {
  name: "looks-at-heads-only",
  because:
    "what was hinted is at the tail, so that the refill might end at a head with the flag: but what merges as it is put back is behind",
  change: {
    actions: {
      workerRefills: {
        effect: (state, bounds) =>
          refillFrom(state, bounds, (b) => !isHinted(state, b)) ? "refills" : "idle",
      },
    },
  },
  expects: { breaks: ["restingRingLeavesNothing"] },
});

/** Takes the head of the list of the largest order that has one to take. */
function refillFrom(
  state: Omit<Draft, "worker">,
  bounds: Bounds,
  takes: (head: Block) => boolean,
): boolean {
  if (entriesIn(state) === bounds.ringSize) return false;
  for (let size = memory.largestOrder; size >= bounds.hintingOrder; size--) {
    const [head] = state.freeList.movable[order.at(size)];
    if (head === undefined || !takes(head)) continue;
    memory.takeOffList(state, head);
    state.owner[head] = "in the ring";
    state.submitted.push(head);
    return true;
  }
  return false;
}

// ---- The flag ----

export const flagsAfterItFrees = variant(small, {
  name: "flags-after-it-frees",
  because:
    "T3 by plain __free_pages: the flag is set behind the lock, on a page that may be in use again",
  state: { worker: also("sets the flag"), back: optional(block) },
  change: ({ process }) => ({
    actions: {
      workerPutsBack: {
        effect: (state) => {
          const b = state.consumed.shift();
          if (b === undefined) return "refills" as const;
          memory.free(state, b, "tail");
          state.back = b;
          return "sets the flag" as const;
        },
      },
    },
    added: {
      workerSetsFlag: process("worker", { fairness: "weak" }).at("sets the flag", {
        to: "puts back",
        effect: (state) => {
          if (state.back !== "none") state.mark[block.first(state.back)] = "hinted";
          state.back = "none";
        },
      }),
    },
  }),
  expects: { breaks: ["hintedBlockIsFree"] },
});

export const mergeKeepsTheFlag = variant(small, {
  name: "merge-keeps-the-flag",
  because:
    "h/R3, T4 not done where halves merge: a block has the flag, and one half of it was never hinted",
  change: {
    actions: {
      guestFrees: {
        afterwards: (state, before, b) => {
          const parent = block.parent(b);
          const half = block.buddy(b);
          if (parent === undefined || half === undefined || state.owner[parent] !== "free") return;
          if (before.owner[half] === "free" && isHinted(before, half))
            state.mark[block.first(parent)] = "hinted";
        },
      },
    },
  },
  expects: { breaks: ["hintedFrameIsHeardOf", "pageStepIsLegal"] },
});

// ---- The interrupt ----

/** On a guest with one CPU: the handler has interrupted it, or its own code holds the lock. */
const isLetIn = (state: Pick<State, "worker"> & { readonly zoneLock: string }): boolean =>
  state.zoneLock === "open" && state.worker === "idle";

export const refillsInTheHandler = variant(instance(small, { ringSize: 1 }), {
  name: "refills-in-the-handler",
  because:
    'h/R4, "or just do it from the interrupt handler": it waits for the zone lock, which the code that it has interrupted holds',
  state: { zoneLock: oneOf("open", "held") },
  change: ({ action }) => ({
    actions: {
      guestAllocates: {
        when: (state, b, bounds) =>
          isLetIn(state) && users.mayAllocate(state, bounds) && memory.canAllocate(state, b),
      },
      guestWrites: {
        when: (state, b) => state.worker === "idle" && state.owner[b] === "handed out",
      },
      guestFrees: {
        when: (state, b) => isLetIn(state) && memory.isUsed(state.owner[b]),
        afterwards: (state) => {
          state.zoneLock = "held";
        },
      },
      guestLooksAtRing: { when: (state) => isLetIn(state) && state.freed === "a block" },
      interruptComes: {
        when: (state) => state.interrupt === "pending" && state.worker === "idle",
        effect: (state) => {
          state.interrupt = "none";
          state.worker = "puts back";
        },
      },
      workBegins: { when: (state) => state.work === "queued" && state.zoneLock === "open" },
      workerPutsBack: { when: (state) => state.zoneLock === "open" },
      workerRefills: { when: (state) => state.zoneLock === "open" },
    },
    added: {
      guestUnlocks: action("guest", {
        fairness: "weak",
        when: (state) => state.zoneLock === "held" && state.worker === "idle",
        effect: (state) => {
          state.zoneLock = "open";
        },
      }),
    },
  }),
  expects: { breaks: ["blockComesBack", "ringCanComeToRest"] },
});

export const locksWithInterruptsOff = variant(refillsInTheHandler, {
  name: "locks-with-interrupts-off",
  because: "h/R4 repaired as in Linux: the zone lock is taken with interrupts off",
  change: {
    actions: {
      interruptComes: {
        fairness: "strong", // what waits comes as soon as they are on
        when: (state) => state.interrupt === "pending" && isLetIn(state),
      },
      guestLooksAtRing: { fairness: "strong" },
    },
  },
  expects: "holds",
});

// ---- Two pages ----

export const twoPages = variant(instance(ringOfHints, { ringSize: 1 }), {
  name: "two-pages",
  because:
    "the form that M. Tsirkin proposed first: hint page 1; if that is processed already go on with page 2, else wait for the " +
    "interrupt",
  state: { worker: also("asks") },
  change: ({ process }) => ({
    actions: {
      workerRefills: {
        effect: (state, bounds) => (refill(state, bounds) ? ("asks" as const) : ("idle" as const)),
      },
    },
    added: {
      workerAsks: process("worker", { fairness: "weak" }).at("asks", {
        effect: (state) => (state.consumed.length > 0 ? "puts back" : "idle"),
      }),
    },
  }),
  expects: "holds",
});

export const forgetsTheInterrupt = variant(twoPages, {
  name: "forgets-the-interrupt",
  because:
    '"processed? no: wait for interrupt": whoever begins to wait by forgetting what interrupts there were loses the one that ' +
    "came after it asked",
  state: { worker: also("begins to wait") },
  change: ({ process }) => ({
    actions: {
      interruptComes: {
        when: (state) => state.interrupt === "pending" && state.worker === "idle",
      },
      workerAsks: {
        effect: (state) => (state.consumed.length > 0 ? "puts back" : "begins to wait"),
      },
    },
    added: {
      workerWaits: process("worker", { fairness: "weak" }).at("begins to wait", {
        to: "idle",
        effect: (state) => {
          state.interrupt = "none";
        },
      }),
    },
  }),
  expects: { breaks: ["blockComesBack"] },
});
