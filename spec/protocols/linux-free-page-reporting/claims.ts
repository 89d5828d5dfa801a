/** What must be true of free page reporting, and the protocol with all of it. */
import type { Index } from "../../language/index.ts";
import {
  actions,
  block,
  boot,
  frame,
  isMarked,
  isReported,
  memory,
  offline,
  perCpu,
  protocol,
  queue,
  type State,
  users,
} from "./protocol.ts";

const { invariant, leadsTo, pages, recoverable, spec, stepProperty, within, witness } = protocol;
type Block = Index<"block">;
type Frame = Index<"frame">;

/** The driver reports at all. */
const whereReported = [
  { poisoning: false },
  { pagePoison: true },
  { poisonIsChecked: false },
] as const;
/** The device discards what is reported, unless it was told of a pattern. */
const whereDiscarded = [
  { poisoning: false },
  { pagePoison: true, poisonIsTold: false },
  { pagePoison: false, poisonIsChecked: false },
] as const;

const { ownerOf } = memory;

/** The device is done with the entry that names the frame, also if it was empty before. */
const isProcessed = (before: State, after: State, f: Frame): boolean => {
  const [entry] = before.queue.entries;
  return (
    queue.isPopped(before) &&
    after.queue.entries.length < before.queue.entries.length &&
    entry !== undefined &&
    block.frames(entry).includes(f)
  );
};

/** No pass is due or running, and the host may act on nothing. */
const isAtRest = (state: State): boolean =>
  state.request === "idle" &&
  state.timer === "off" &&
  state.worker === "idle" &&
  queue.isFree(state);

const stepProperties = {
  /** S1: the host never discards a frame that a user owns. */
  discardedFrameIsNotInUse: stepProperty({
    seenFrom: whereDiscarded,
    forAny: frame,
    by: "device",
    when: (before, after, f) =>
      (before.content[f] !== "empty" && after.content[f] === "empty") ||
      isProcessed(before, after, f),
    holds: (before, _after, f) =>
      !block.around(block.of(f)).some((b) => memory.isUsed(before.owner[b])),
    explain: (_before, _after, f) => `frame ${f} is discarded while it is in use`,
  }),

  /** S6: what the allocator will check is there when it checks. */
  handedOutFrameHasItsPattern: stepProperty({
    forAny: frame,
    by: "guest",
    holds: (before, after, f, { poisoning }) =>
      !poisoning ||
      before.content[f] === "pattern" ||
      memory.isUsed(ownerOf(before, f)) ||
      ownerOf(after, f) !== "handed out",
    explain: (before, _after, f) =>
      `frame ${f} is handed out and holds ${before.content[f]}, not the pattern`,
  }),

  /**
   * S12: a report changes residency and nothing else, so that reporting twice is reporting once. That the
   * device touches nothing of the guest's but content is by construction: it sees only its queue.
   */
  reportChangesResidencyOnly: stepProperty({
    seenFrom: whereReported,
    forAny: frame,
    by: "device",
    holds: (before, after, f) =>
      after.content[f] === before.content[f] || after.content[f] === "empty",
  }),

  /** L7 as far as a step can show it: only a notifier wakes the reporter. */
  restingReporterStaysAtRest: stepProperty({
    when: (before) => isAtRest(before) && before.notifier === "none",
    holds: (_before, after) => isAtRest(after),
  }),
};

const invariants = {
  ...memory.invariants,
  ...offline.invariants,
  ...perCpu.invariants,
  ...users.invariants,

  /** S7 */
  markedBlockIsFree: invariant({
    seenFrom: whereReported,
    forAny: frame,
    when: (state, f) => state.mark[f] === "reported",
    holds: (state, f) =>
      block.around(block.of(f)).some((b) => block.first(b) === f && state.owner[b] === "free"),
  }),

  /** S8: what the host may still act on is isolated. */
  toldBlockIsIsolated: invariant({
    seenFrom: whereReported,
    forAny: block,
    when: (state, b) => state.queue.entries.includes(b),
    holds: (state, b) => state.owner[b] === "isolated",
  }),

  /** S11: no frame is in a report twice. (There is one report at a time: the worker waits for it.) */
  frameIsToldOnce: invariant({
    seenFrom: whereReported,
    forAny: frame,
    when: (state, f) => state.scatterlist.some((b) => block.frames(b).includes(f)),
    holds: (state, f) => state.scatterlist.filter((b) => block.frames(b).includes(f)).length === 1,
  }),

  /** S14 as far as it is not built into the steps: no sleep under the zone lock. */
  workerSleepsWithoutTheLock: invariant({
    seenFrom: whereReported,
    when: (state) => state.worker === "allocates" || state.worker === "waits",
    holds: (state) => state.zoneLock !== "worker",
  }),

  /** S19: idle exactly when no pass is due or running. */
  idleMeansNoPass: invariant({
    when: (state) => state.notifier === "none",
    holds: (state) =>
      (state.request === "idle") === (state.timer === "off" && state.worker === "idle"),
  }),

  /**
   * S20 with the term that f/R7 adds: what is marked is known to the host, so that what is resident is in
   * use, or not yet reported, or the host chose to keep it.
   */
  markedFrameIsAcknowledged: invariant({
    seenFrom: whereReported,
    forAny: frame,
    when: (state, f) => block.around(block.of(f)).some((b) => isReported(state, b)),
    holds: (state, f) => state.acknowledged[f] === "yes",
  }),

  /**
   * L1 as far as a state can show it: the reporter goes idle only when every block that it was notified
   * of, and that is still whole, is reported, unless it gave up on something.
   */
  idleReporterOwesNothing: invariant({
    forAny: block,
    when: (state) => state.request === "idle" && state.notifier === "none" && state.gaveUp === "no",
    holds: (state, b) =>
      state.owner[b] !== "free" ||
      state.owed[b] === "no" ||
      memory.migratetypeOf(state, b) !== "movable",
  }),
};

const witnesses = {
  /** The notifier asks for another pass while one waits for the host. */
  pageIsFreedDuringThePass: witness({
    seenFrom: whereReported,
    holds: (state) => state.worker === "waits" && state.request === "requested",
  }),
  /** The reporter is idle, and every free block is marked. */
  everythingIsReported: witness({
    seenFrom: whereReported,
    holds: (state) =>
      state.request === "idle" &&
      state.owner.every((view, b) => view !== "free" || isMarked(state, b)),
  }),
  /** The other half of an isolated block has been freed meanwhile. */
  blockWillMergeInTheDrain: witness({
    seenFrom: whereReported.map((one) => ({ ...one, users: 1 })),
    forAny: block,
    holds: (state, b) => {
      const buddy = block.buddy(b);
      return state.scatterlist.includes(b) && buddy !== undefined && state.owner[buddy] === "free";
    },
  }),
  /** A pass may make no more reports from a list that has unreported blocks left. */
  budgetIsExhausted: witness({
    seenFrom: { blocks: 2 },
    holds: (state) =>
      state.worker === "drains" &&
      state.budget === 0 &&
      state.list !== "none" &&
      state.freeList.movable[state.list].some((b) => !isMarked(state, b)),
  }),
  /** A report is full, and the list goes on with a block that is not at its head. */
  listIsRotated: witness({
    seenFrom: { blocks: 3, users: 1 },
    holds: (state, { capacity }) =>
      state.worker === "walks a list" &&
      state.scatterlist.length === capacity &&
      state.list !== "none" &&
      state.freeList.movable[state.list].findIndex((b) => !isMarked(state, b)) > 0,
  }),
  /** The guest gets a frame that the host has dropped. */
  discardedFrameIsHandedOut: witness({
    seenFrom: whereDiscarded.map((one) => ({ ...one, users: 1 })),
    forAny: frame,
    holds: (state, f) => state.content[f] === "empty" && ownerOf(state, f) === "handed out",
  }),
  /** Blocks are reported whole up to the largest order. */
  largestBlockIsReported: witness({
    seenFrom: { blocks: 2 },
    forAny: block,
    holds: (state, b) => block.order(b) === memory.largestOrder && isReported(state, b),
  }),
  /** A pass ends and leaves something behind. */
  passGivesUp: witness({
    seenFrom: whereReported,
    holds: (state) => state.gaveUp === "yes",
  }),
};

/** The reporter was notified of the block, which is free or isolated, and has not reported it since. */
export const isOwed = (state: Pick<State, "owed">, b: Block): boolean => state.owed[b] === "yes";
/** Merged, split, in use, about to be or to be taken offline: it did not stay free. */
export const isDisturbed = (state: Pick<State, "owner" | "pageblock">, b: Block): boolean =>
  state.owner[b] === "no block" ||
  state.owner[b] === "on a CPU's list" ||
  memory.isUsed(state.owner[b]) ||
  memory.migratetypeOf(state, b) !== "movable";
/** Reported since it was owed, for which an old mark does not count, or disturbed. */
export const isSettled = (
  state: Pick<State, "owner" | "pageblock" | "mark" | "owed">,
  b: Block,
): boolean => (isReported(state, b) && !isOwed(state, b)) || isDisturbed(state, b);
/** Settled, or the last pass gave up on something (f/R1); the next one owes the block again. */
const isSettledOrGivenUp = (state: State, b: Block): boolean =>
  isSettled(state, b) || state.gaveUp === "yes";
/** Whoever asks for as much has to wait: all that is as large as the block is with the reporter. */
export const isKept = (state: Pick<State, "freeList" | "owner">, b: Block): boolean =>
  memory.sourceFor(state, b) === undefined &&
  state.owner.some((owner, other) => owner === "isolated" && block.order(other) >= block.order(b));

const liveness = {
  ...perCpu.liveness,
  /** L1: a block that stays free is reported, unless passes give up for ever. */
  freeBlockIsReported: leadsTo({
    seenFrom: whereReported,
    forAny: block,
    from: isOwed,
    to: isSettledOrGivenUp,
  }),
  /** L1, whatever a pass gives up: a pass begins after each request (LM3). */
  requestIsFollowedByAPass: leadsTo({
    seenFrom: whereReported,
    from: (state) => state.request === "requested",
    to: (state) => state.request === "active",
  }),
  /** L2: of an idle guest; what is left of a running pass is not counted. */
  freeBlockIsReportedInTime: within({
    seenFrom: whereReported,
    forAny: block,
    from: isOwed,
    to: isSettledOrGivenUp,
    counting: "workerStarts",
    idle: ["guest", "offliner"],
    atMost: ({ divisor }) => divisor,
  }),
  /** L3 */
  isolatedBlockComesBack: leadsTo({
    seenFrom: whereReported,
    forAny: block,
    from: (state, b) => state.owner[b] === "isolated",
    to: (state, b) => state.owner[b] !== "isolated",
  }),
  /** L3 without fairness: nothing is stuck for good. */
  isolatedBlockCanComeBack: recoverable({
    seenFrom: whereReported,
    forAny: block,
    when: (state, b) => state.owner[b] === "isolated",
    to: (state, b) => state.owner[b] !== "isolated",
  }),
  /** L4: a block in a report that is answered is marked in the end, or merged, or used. */
  acknowledgedBlockIsNotLost: leadsTo({
    seenFrom: whereReported,
    forAny: block,
    from: (state, b) => queue.isUsed(state) && state.scatterlist.includes(b),
    to: (state, b) =>
      isReported(state, b) ||
      state.owner[b] === "no block" ||
      state.owner[b] === "on a CPU's list" ||
      memory.isUsed(state.owner[b]),
  }),
  /** L5, the weak form: what is kept from a request comes back; that nobody else is quicker is not promised. */
  keptBlockComesBack: leadsTo({
    seenFrom: whereReported.map((one) => ({ ...one, users: 2 })),
    forAny: block,
    from: isKept,
    to: (state, b) => !isKept(state, b),
  }),
  /** L5 without fairness. */
  keptBlockCanComeBack: recoverable({
    seenFrom: whereReported.map((one) => ({ ...one, users: 2 })),
    forAny: block,
    when: isKept,
    to: (state, b) => memory.sourceFor(state, b) !== undefined,
  }),
  /** L6: with the freedom from deadlock that is always checked. */
  reporterCanComeToRest: recoverable({
    to: (state) => isAtRest(state) && state.notifier === "none",
  }),
  /** L7: it comes to rest, where restingReporterStaysAtRest keeps it, unless it is notified again. */
  reporterComesToRest: leadsTo({
    seenFrom: whereReported,
    from: (state) => !isAtRest(state),
    to: (state) => isAtRest(state) || state.notifier !== "none",
  }),
};

const pageStates = pages({
  seenFrom: whereDiscarded,
  forEach: frame,
  state: (state, f, { poisoning }) => {
    const owner = ownerOf(state, f);
    if (memory.isUsed(owner)) return "stable";
    if (owner !== "free" && owner !== "on a CPU's list") return "isolated"; // or nobody's: frameHasOneOwner says so
    if (poisoning) return "poisoned";
    return isReported(state, memory.holderOf(state, f) ?? block.of(f)) ? "reported" : "free";
  },
  discarded: (state, f) => state.content[f] === "empty",
});

const contents = spec({
  name: "linux-free-page-reporting",
  title: "A Linux guest reports free blocks to its hypervisor, as merged in Linux 5.7 (v17)",
  initial: boot,
  actions,
  invariants,
  stepProperties,
  witnesses,
  liveness,
  pages: pageStates,
  // Without users the guest only frees, and there is nothing left to do.
  mayEnd: (state) => isAtRest(state) && state.notifier === "none",
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface LinuxFreePageReporting extends Contents {}
export const linuxFreePageReporting: LinuxFreePageReporting = contents;
export default linuxFreePageReporting;
export * from "./protocol.ts";
