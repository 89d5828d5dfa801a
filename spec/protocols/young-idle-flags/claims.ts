/** What must be true of hinting with two page flags, and the protocol with all of it. */
import type { Index } from "../../language/index.ts";
import {
  actions,
  block,
  type Bounds,
  frame,
  host,
  isUsable,
  isYoung,
  memory,
  protocol,
  type State,
  users,
} from "./protocol.ts";

const { invariant, leadsTo, pages, recoverable, spec, stepProperty, witness } = protocol;
type Frame = Index<"frame">;

const { ownerOf } = memory;
/** It is hinted, and nobody may use it. */
const isInProgress = (state: State, f: Frame): boolean =>
  !isUsable(state, f) && !memory.isUsed(ownerOf(state, f));
/** It is free, of an order that is hinted, and has a page that was not hinted. */
const isLeftYoung = (state: State, b: Index<"block">, { hintingOrder }: Bounds): boolean =>
  state.owner[b] === "free" && block.order(b) >= hintingOrder && isYoung(state, b);
/** The host has yet to answer a hint that names all of the block. */
const isStalled = (state: State, b: Index<"block">): boolean =>
  block.around(b).some((named) => state.hint[named] === "told");
/** How many hints name the frame. */
const hintsOf = (state: State, f: Frame): number =>
  block.around(block.of(f)).filter((b) => state.hint[b] !== "none").length +
  (state.answer[f] === "unread" ? 1 : 0);

const invariants = {
  /** S10, S13 */
  ...memory.invariants,
  /** S1w */
  ...users.invariants,

  /** S8: a page that the host may still act on has neither flag, and is not in use. */
  hintedFrameIsNotUsable: invariant({
    forAny: frame,
    when: (state, f) => hintsOf(state, f) > 0,
    holds: (state, f) => isInProgress(state, f),
  }),

  /** The other way round: what nobody may use is named in a hint, or it would be lost. */
  unusableFrameIsHinted: invariant({
    forAny: frame,
    when: isInProgress,
    holds: (state, f) => hintsOf(state, f) > 0,
  }),

  /** S7: on a page in use the flags mean something else. */
  flaggedFrameIsFree: invariant({
    forAny: frame,
    when: isUsable,
    holds: (state, f) => !memory.isUsed(ownerOf(state, f)),
  }),

  /** S11 */
  frameIsHintedOnce: invariant({
    forAny: frame,
    holds: (state, f) => hintsOf(state, f) <= 1,
  }),
};

const stepProperties = {
  /** S1: the host never discards a frame that a user owns. */
  discardedFrameIsNotInUse: stepProperty({
    forAny: frame,
    by: "host",
    when: (before, after, f) => !host.isDiscarded(before, f) && host.isDiscarded(after, f),
    holds: (before, _after, f) => !memory.isUsed(ownerOf(before, f)),
    explain: (_before, _after, f) => `frame ${f} is discarded while it is in use`,
  }),
};

const witnesses = {
  /** e/R2: one hint, and every CPU waits for it. */
  hintStallsEveryCpu: witness({
    seenFrom: { cpus: 2, users: 2 },
    holds: (state) =>
      state.owner.filter((owner, b) => owner === "popped" && isStalled(state, b)).length ===
      state.cpu.length,
  }),
  /** A block has merged, and one half of it is hinted. */
  blockMergesWhileItIsHinted: witness({
    seenFrom: { users: 1 },
    forAny: block,
    holds: (state, b) =>
      state.owner[b] === "free" &&
      state.hint[b] === "none" &&
      block.halves(b).some((half) => state.hint[half] === "told"),
  }),
  /** A block has been split, and is hinted. */
  blockIsSplitWhileItIsHinted: witness({
    forAny: block,
    holds: (state, b) => state.hint[b] === "told" && state.owner[b] === "no block",
  }),
  /** Every page is free, and the host has heard of each. */
  everythingIsHinted: witness((state) => state.idle.every((flag) => flag === "set")),
  /** The guest gets a frame that the host has dropped. */
  discardedFrameIsHandedOut: witness({
    forAny: frame,
    holds: (state, f) => host.isDiscarded(state, f) && ownerOf(state, f) === "handed out",
  }),
};

const liveness = {
  /** L1: a block that stays free, neither split nor merged, is hinted. */
  youngBlockIsHinted: leadsTo({
    forAny: block,
    from: isLeftYoung,
    to: (state, b, bounds) => !isLeftYoung(state, b, bounds),
  }),
  /** L3: a hint comes to its end, and the page may be used again. */
  hintedFrameBecomesUsable: leadsTo({
    forAny: frame,
    from: isInProgress,
    to: isUsable,
  }),
  /** L3 without fairness: nothing is stuck for good. */
  hintedFrameCanBecomeUsable: recoverable({
    forAny: frame,
    when: isInProgress,
    to: isUsable,
  }),
  /** L5: it may wait, but whoever has found a page gets it. */
  allocationEnds: leadsTo({
    forAny: block,
    from: (state, b) => state.owner[b] === "popped",
    to: (state, b) => state.owner[b] !== "popped",
  }),
};

const contents = spec({
  name: "young-idle-flags",
  title: "A guest hints free pages that stay on its lists; two flags say which must not be used",
  initial: memory.boot,
  actions,
  invariants,
  stepProperties,
  witnesses,
  liveness,
  pages: pages({
    forEach: frame,
    state: (state, f) => {
      const holder = memory.holderOf(state, f);
      if (holder === undefined) return "stable"; // nobody's: frameHasOneOwner says so
      if (memory.isUsed(state.owner[holder])) return "stable";
      if (!isUsable(state, f)) return "isolated";
      // A block of which a part has not been hinted will be hinted again.
      const isWhole = block.frames(holder).every((each) => state.young[each] === "clear");
      return isWhole ? "reported" : "free";
    },
    discarded: (state, f) => host.isDiscarded(state, f),
  }),
  // Without users the guest only frees, and there is nothing left to do.
  // The walk takes the largest order first (walks-the-orders-in-turn is the repair).
  expects: { breaks: ["youngBlockIsHinted"] },
  mayEnd: (state) => state.owner.every((owner) => owner === "free" || owner === "no block"),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface YoungIdleFlags extends Contents {}
export const youngIdleFlags: YoungIdleFlags = contents;
export default youngIdleFlags;
export * from "./protocol.ts";
