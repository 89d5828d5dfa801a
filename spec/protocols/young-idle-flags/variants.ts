/**
 * What the mail leaves open about hinting with two page flags, read otherwise; and what was said against it. The side
 * list that the same thread has instead is in a file of its own.
 */
import { also, each, type Index, instance, oneOf, variant } from "../../language/index.ts";
import { youngIdleFlags } from "./claims.ts";
import {
  block,
  begin,
  clearFlags,
  cpu,
  frame,
  hintsUnderway,
  host,
  isHintable,
  isUsable,
  isUsableWhole,
  isYoung,
  mayPop,
  memory,
  nextToHint,
  order,
  pop,
  protocol,
  type State,
  setYoung,
} from "./protocol.ts";

export { youngIdleFlags as default } from "./claims.ts";
export * from "./side-list.ts";

type Block = Index<"block">;

/** One block of two frames shows most races; two are needed where one may be used and another not. */
const small = instance(youngIdleFlags, { blocks: 1 });
const two = instance(youngIdleFlags, { users: 1, cpus: 1, atOnce: 2 });

export const hintsTwoAtOnce = variant(youngIdleFlags, {
  name: "hints-two-at-once",
  because:
    "nothing changes where more than one hint is underway, as long as no page is in two of them",
  change: { constants: { users: 1, cpus: 1, atOnce: 2 } },
  expects: "holds",
});

const isLarge = (b: Block): boolean => block.order(b) === memory.largestOrder;
const isSmaller = (state: Pick<State, "young" | "idle">, b: Block): boolean =>
  !isLarge(b) && isHintable(state, b);

export const walksTheOrdersInTurn = variant(youngIdleFlags, {
  name: "walks-the-orders-in-turn",
  because:
    "a repair of e/R4: the walk goes on with the next order, so that a block of any comes up before those that are freed later",
  /** Which order is next, of the two that there are. */
  state: { turn: oneOf("larger blocks", "smaller blocks") },
  change: {
    actions: {
      hinterBegins: {
        effect: (state, bounds) => {
          const smaller =
            state.turn === "smaller blocks" ? nextToHint(state, bounds, isSmaller) : undefined;
          const b = smaller ?? nextToHint(state, bounds);
          if (b === undefined) return;
          begin(state, b);
          state.turn = isLarge(b) ? "smaller blocks" : "larger blocks";
        },
      },
    },
  },
  expects: "holds",
});

// ---- Which flags, and who looks at them ----

/** Whether the flags of its first page say that the block may be hinted. */
const isYoungHead = (state: Pick<State, "young">, b: Block): boolean =>
  state.young[block.first(b)] === "set";

export const flagsOnHeadsOnly = variant(small, {
  name: "flags-on-heads-only",
  because:
    "D. Hildenbrand: all sub-pages have to be marked, or the first page has the flags of its block, and what is split off " +
    "has none, for ever",
  change: {
    actions: {
      guestFrees: {
        effect: (state, b, bounds) => {
          host.release(state, block.frames(b), bounds);
          setYoung(state, [block.first(b)]);
          memory.free(state, b, "as likely to merge");
        },
      },
      hinterBegins: {
        when: (state, bounds) =>
          hintsUnderway(state) < bounds.atOnce &&
          nextToHint(state, bounds, isYoungHead) !== undefined,
        effect: (state, bounds) => {
          const b = nextToHint(state, bounds, isYoungHead);
          if (b === undefined) return;
          state.hint[b] = "begun";
          clearFlags(state, [block.first(b)]);
        },
      },
      hostAnswers: {
        effect: (state, b) => {
          state.hint[b] = "none";
          state.answer[block.first(b)] = "unread";
        },
      },
      cpuTakes: { when: headIsUsable },
    },
  },
  // Of the flags of other pages nobody has said anything here: what counts is that somebody waits for ever.
  expects: { breaks: ["allocationEnds"] },
});

export const splitOffPagesAreYoung = variant(flagsOnHeadsOnly, {
  name: "split-off-pages-are-young",
  because:
    "e/R1: the head of what is split off has PG_young, of its own or because it goes on a list, while the host acts on the " +
    "block that it was a part of",
  change: {
    actions: {
      cpuPops: {
        afterwards: (state, before, _cpu, b) => {
          const rest = block.buddy(b);
          if (
            rest !== undefined &&
            before.owner[rest] === "no block" &&
            state.owner[rest] === "free"
          )
            setYoung(state, [block.first(rest)]);
        },
      },
    },
  },
  expects: { breaks: ["discardedFrameIsNotInUse"] },
});

function headIsUsable(state: State, self: Index<"cpu">): boolean {
  const b = state.popped[self];
  return b !== "none" && isUsable(state, block.first(b));
}

export const looksAtTheHeadOnly = variant(small, {
  name: "looks-at-the-head-only",
  because:
    "P6, merge: of two halves the upper one is hinted, and the head, which is not, may be used",
  change: { actions: { cpuTakes: { when: headIsUsable } } },
  expects: { breaks: ["discardedFrameIsNotInUse", "flaggedFrameIsFree", "pageStepIsLegal"] },
});

export const clearsYoungOnly = variant(small, {
  name: "clears-young-only",
  because:
    "P2 to the letter, of which the protocol is a repaired reading: PG_young is cleared when a hint begins, and PG_idle of a half " +
    "that was hinted before it merged stays",
  change: {
    actions: {
      hinterBegins: {
        effect: (state, bounds) => {
          const b = nextToHint(state, bounds);
          if (b === undefined) return;
          state.hint[b] = "begun";
          for (const f of block.frames(b)) state.young[f] = "clear";
        },
      },
    },
  },
  expects: { breaks: ["hintedFrameIsNotUsable", "discardedFrameIsNotInUse"] },
});

export const idleTrackingHasThemToo = variant(clearsYoungOnly, {
  name: "idle-tracking-has-them-too",
  because:
    "P1 and P2 to the letter, and both flags those of idle page tracking, as the mail proposes: a page that it has marked as " +
    "idle is freed, and may be used while it is hinted for the first time",
  change: ({ action }) => ({
    actions: {
      guestFrees: {
        effect: (state, b, bounds) => {
          host.release(state, block.frames(b), bounds);
          for (const f of block.frames(b)) state.young[f] = "set";
          memory.free(state, b, "as likely to merge");
        },
      },
    },
    added: {
      trackerMarksIdle: action("tracker", {
        source: "set_page_idle",
        forAny: frame,
        when: (state, f) => memory.isUsed(memory.ownerOf(state, f)),
        effect: (state, f) => {
          state.idle[f] = "set";
        },
      }),
    },
    properties: { flaggedFrameIsFree: "removed" as const },
  }),
  expects: { breaks: ["hintedFrameIsNotUsable", "discardedFrameIsNotInUse"] },
});

export const clearsYoungAfterTheWalk = variant(small, {
  name: "clears-young-after-the-walk",
  because:
    "P2 with the lock for the walk only: a page that was found is taken before its flag is cleared",
  state: { hint: also("found") },
  change: ({ action }) => ({
    actions: {
      hinterBegins: {
        effect: (state, bounds) => {
          const b = nextToHint(state, bounds);
          if (b !== undefined) state.hint[b] = "found";
        },
      },
    },
    added: {
      hinterClears: action("hinter", {
        fairness: "weak",
        forAny: block,
        when: (state, b) => state.hint[b] === "found",
        effect: (state, b) => {
          state.hint[b] = "begun";
          clearFlags(state, block.frames(b));
        },
      }),
    },
  }),
  expects: { breaks: ["discardedFrameIsNotInUse", "writtenFrameKeepsItsData"] },
});

export const plainStoreLosesAFlag = variant(small, {
  name: "plain-store-loses-a-flag",
  because:
    "P4 without the lock: who takes a page off its list has it alone elsewhere in Linux, and writes to page->flags without " +
    "atomicity; PG_idle, set in between, is lost, and the CPU waits for it for ever",
  state: {
    cpu: also("writes the flags"),
    read: each(cpu, oneOf("neither", "one of them")),
  },
  change: ({ process }) => ({
    actions: {
      cpuPops: {
        to: "writes the flags" as const,
        afterwards: (state, _before, self, b) => {
          if (isUsable(state, block.first(b))) state.read[self] = "one of them";
        },
      },
    },
    added: {
      cpuWrites: process("cpu", { fairness: "weak" }).at("writes the flags", {
        to: "looks at the flags",
        effect: (state, self) => {
          const b = state.popped[self];
          if (b !== "none" && state.read[self] === "neither") clearFlags(state, [block.first(b)]);
          state.read[self] = "neither";
        },
      }),
    },
  }),
  expects: { breaks: ["unusableFrameIsHinted", "allocationEnds"] },
});

// ---- More than one hint ----

export const hintsWhatIsHinted = variant(instance(small, { atOnce: 2 }), {
  name: "hints-what-is-hinted",
  because:
    "S11: a half that is hinted has merged with one that is not; hinted once more with that, it may be used when the first " +
    "hint is done",
  change: {
    actions: {
      hinterBegins: {
        when: (state, bounds) =>
          hintsUnderway(state) < bounds.atOnce && nextToHint(state, bounds, isYoung) !== undefined,
        effect: (state, bounds) => {
          const b = nextToHint(state, bounds, isYoung);
          if (b !== undefined) begin(state, b);
        },
      },
    },
  },
  expects: { breaks: ["frameIsHintedOnce", "discardedFrameIsNotInUse"] },
});

export const marksWhateverIsHinted = variant(two, {
  name: "marks-whatever-is-hinted",
  because:
    "P4 by an interrupt that says that hints are done, not which: every page with neither flag gets PG_idle",
  change: {
    actions: {
      hostAnswers: {
        effect: (state, b) => {
          state.hint[b] = "none";
          for (const free of state.owner.keys())
            if (state.owner[free] === "free" || state.owner[free] === "popped")
              for (const f of block.frames(free))
                if (!isUsable(state, f)) state.answer[f] = "unread";
        },
      },
    },
  },
  expects: { breaks: ["discardedFrameIsNotInUse", "discardIsPermitted"] },
});

// ---- Who waits, and how ----

/** P5b: the first block that may be used as a whole; undefined if all that are large enough are hinted. */
function usableFor(
  state: Pick<State, "freeList" | "young" | "idle">,
  wanted: Block,
): Block | undefined {
  for (let size = block.order(wanted); size <= memory.largestOrder; size++) {
    const found = state.freeList.movable[order.at(size)].find((b) => isUsableWhole(state, b));
    if (found !== undefined) return found;
  }
  return undefined;
}

const cpuWaitsForWantOfAnother = protocol.stepProperty({
  forAny: block,
  by: "cpu",
  when: (before, after, b) =>
    before.owner[b] !== "popped" && after.owner[b] === "popped" && !isUsableWhole(after, b),
  holds: (before, _after, b) => usableFor(before, b) === undefined,
  explain: (_before, _after, b) => `block ${b} is hinted, and another that is not was free`,
});

export const waitsThoughOthersAreFree = variant(two, {
  name: "waits-though-others-are-free",
  because:
    "e/R2: what was said against P5a; a CPU spins for a page that is hinted while the next of the list may be used",
  change: { properties: { cpuWaitsForWantOfAnother } },
  expects: { breaks: ["cpuWaitsForWantOfAnother"] },
});

/** The lower part of the block is the one that is wanted. */
const begins = (source: Block | undefined, wanted: Block): boolean =>
  source !== undefined &&
  block.around(wanted).includes(source) &&
  block.first(wanted) === block.first(source);

export const skips = variant(waitsThoughOthersAreFree, {
  name: "skips",
  because:
    "P5b, D. Hildenbrand: the allocator tries other pages first, and waits when nothing else is left",
  change: {
    actions: {
      cpuPops: {
        when: (state, _cpu, b, bounds) =>
          mayPop(state, bounds) && begins(usableFor(state, b) ?? memory.sourceFor(state, b), b),
        effect: (state, self, b) => {
          const source = usableFor(state, b) ?? memory.sourceFor(state, b);
          if (source !== undefined) pop(state, self, source, b);
        },
      },
    },
  },
  expects: "holds",
});

export const skipsAndFails = variant(instance(youngIdleFlags, { blocks: 1, cpus: 1 }), {
  name: "skips-and-fails",
  because: "e/R3: all free pages are hinted, and a request that would rather fail than wait fails",
  state: { cpu: also("is refused") },
  change: ({ invariant, process }) => ({
    actions: {
      cpuPops: {
        when: (state, _cpu, b, bounds) => mayPop(state, bounds) && begins(usableFor(state, b), b),
        effect: (state, self, b) => {
          const source = usableFor(state, b);
          if (source !== undefined) pop(state, self, source, b);
        },
      },
    },
    added: {
      cpuIsRefused: process("cpu").at("runs", {
        to: "is refused",
        forAny: block,
        when: (state, _cpu, b, bounds) =>
          mayPop(state, bounds) &&
          memory.sourceFor(state, b) !== undefined &&
          usableFor(state, b) === undefined,
      }),
      cpuGoesOn: process("cpu", { fairness: "weak" }).at("is refused", { to: "runs" }),
    },
    properties: {
      nobodyIsRefusedWhileMemoryIsFree: invariant((state) => !state.cpu.includes("is refused")),
      hintStallsEveryCpu: "removed" as const,
    },
  }),
  expects: { breaks: ["nobodyIsRefusedWhileMemoryIsFree"] },
});

export const hostTakesItsTime = variant(small, {
  name: "host-takes-its-time",
  because: "e/R2: one hint that the host never comes to answer, and a CPU spins for ever",
  change: { actions: { hostAnswers: { fairness: "none" } } },
  expects: { breaks: ["allocationEnds"] },
});

export const hinterNeedsTheCpu = variant(small, {
  name: "hinter-needs-the-cpu",
  because:
    "P4 in a thread, or in an interrupt while the CPU that spins has them off: where every CPU spins nobody sets the flag",
  change: {
    constants: { cpus: 1 },
    actions: {
      hinterHears: {
        when: (state, f) => state.answer[f] === "unread" && state.cpu.includes("runs"),
      },
    },
  },
  expects: { breaks: ["allocationEnds"] },
});

export const spinsUnderTheZoneLock = variant(small, {
  name: "spins-under-the-zone-lock",
  because:
    "e/R2: who looks at the flags before it lets go of the lock spins with it, and P4 takes it to find the block",
  state: { zoneLock: oneOf("open", "held") },
  change: {
    actions: {
      cpuPops: {
        when: (state, _cpu, b, bounds) =>
          state.zoneLock === "open" && mayPop(state, bounds) && memory.canAllocate(state, b),
        afterwards: (state) => {
          state.zoneLock = "held";
        },
      },
      cpuTakes: {
        afterwards: (state) => {
          state.zoneLock = "open";
        },
      },
      guestFrees: {
        when: (state, b) => state.zoneLock === "open" && memory.isUsed(state.owner[b]),
      },
      hinterBegins: {
        fairness: "strong", // a queued spinlock is handed over in turn
        when: (state, bounds) =>
          state.zoneLock === "open" &&
          hintsUnderway(state) < bounds.atOnce &&
          nextToHint(state, bounds) !== undefined,
      },
      hinterHears: {
        fairness: "strong",
        when: (state, f) => state.zoneLock === "open" && state.answer[f] === "unread",
      },
    },
    properties: { hintStallsEveryCpu: "removed" },
  },
  expects: { breaks: ["allocationEnds"] },
});

export const hearsWithoutTheLock = variant(spinsUnderTheZoneLock, {
  name: "hears-without-the-lock",
  because:
    "e/R2: as the mail has it P4 needs no lock; then all who want it wait for the host, and not for ever",
  change: { actions: { hinterHears: { when: (state, f) => state.answer[f] === "unread" } } },
  expects: "holds",
});
