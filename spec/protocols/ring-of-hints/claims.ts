/** What must be true of a ring of hints, and the protocol with all of it. */
import type { Index } from "../../language/index.ts";
import {
  actions,
  block,
  type Bounds,
  entriesIn,
  frame,
  host,
  isHinted,
  memory,
  protocol,
  type State,
  users,
} from "./protocol.ts";

const { invariant, leadsTo, pages, recoverable, spec, stepProperty, witness } = protocol;
type Block = Index<"block">;

const { ownerOf } = memory;
const isInRing = (state: Pick<State, "submitted" | "consumed">, b: Block): boolean =>
  state.submitted.includes(b) || state.consumed.includes(b);
/** Nothing is in the ring, and nobody is about to look at it. */
const isAtRest = (state: State): boolean =>
  entriesIn(state) === 0 &&
  state.interrupt === "none" &&
  state.work === "none" &&
  state.worker === "idle" &&
  state.freed === "nothing";
/**
 * It is free, of an order that is hinted, and the host has not heard of all of it. What is split off a hinted block has no
 * flag, but there is nothing that the host has not heard of.
 */
const isUnhinted = (state: State, b: Block, { hintingOrder }: Bounds): boolean =>
  state.owner[b] === "free" &&
  !isHinted(state, b) &&
  block.order(b) >= hintingOrder &&
  block.frames(b).some((f) => state.heardOf[f] === "no");

const invariants = {
  /** S10, S13 */
  ...memory.invariants,
  /** S1w */
  ...users.invariants,

  /** S8: what is in the ring is nobody's, and only that. */
  blockInTheRingIsNobodys: invariant({
    forAny: block,
    holds: (state, b) => isInRing(state, b) === (state.owner[b] === "in the ring"),
  }),

  /** S11 */
  frameIsInTheRingOnce: invariant({
    forAny: frame,
    holds: (state, f) =>
      [...state.submitted, ...state.consumed].filter((b) => block.frames(b).includes(f)).length <=
      1,
  }),

  /** S7: on a page in use, or in the middle of a block, the flag means something else. */
  hintedBlockIsFree: invariant({
    forAny: frame,
    when: (state, f) => state.mark[f] === "hinted",
    holds: (state, f) =>
      block.around(block.of(f)).some((b) => block.first(b) === f && state.owner[b] === "free"),
  }),

  /** L1 as far as a state can show it: at rest nothing is left to hint. */
  restingRingLeavesNothing: invariant({
    forAny: block,
    when: isAtRest,
    holds: (state, b, bounds) => !isUnhinted(state, b, bounds),
  }),

  /** The flag is true: what has it the host has heard of. It says nothing of what the host has given back, which it need not. */
  hintedFrameIsHeardOf: invariant({
    forAny: frame,
    when: (state, f) =>
      block.around(block.of(f)).some((b) => state.owner[b] === "free" && isHinted(state, b)),
    holds: (state, f) => state.heardOf[f] === "yes",
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

  /** L7 as far as a step can show it: only who frees wakes the ring. */
  restingRingStaysAtRest: stepProperty({
    when: isAtRest,
    holds: (before, after) => isAtRest(after) || after.freed !== before.freed,
  }),
};

const witnesses = {
  /** "Host too busy": a block is freed, and the ring has no room for it. */
  ringIsFull: witness(
    (state, bounds) => state.freed === "a block" && state.submitted.length === bounds.ringSize,
  ),
  /** h/R2: all that is free is in the ring, and cannot be pulled back. */
  everythingFreeIsInTheRing: witness(
    (state) => memory.freeFrames(state) === 0 && entriesIn(state) > 0,
  ),
  /** Nothing is in use, and the host has heard of all of it. */
  everythingIsHinted: witness((state) =>
    state.owner.every(
      (owner, b) => owner === "no block" || (owner === "free" && isHinted(state, b)),
    ),
  ),
  /** The guest gets a frame that the host has dropped. */
  discardedFrameIsHandedOut: witness({
    forAny: frame,
    holds: (state, f) => host.isDiscarded(state, f) && ownerOf(state, f) === "handed out",
  }),
};

const liveness = {
  /** L1: a block that stays free is hinted. */
  freeBlockIsHinted: leadsTo({
    forAny: block,
    from: isUnhinted,
    to: (state, b, bounds) => !isUnhinted(state, b, bounds),
  }),
  /** L3 */
  blockComesBack: leadsTo({
    forAny: block,
    from: isInRing,
    to: (state, b) => !isInRing(state, b),
  }),
  /** L3 without fairness: nothing is stuck for good. */
  blockCanComeBack: recoverable({
    forAny: block,
    when: isInRing,
    to: (state, b) => !isInRing(state, b),
  }),
  /** L6: with the freedom from deadlock that is always checked. */
  ringCanComeToRest: recoverable({ to: isAtRest }),
  /** L7: it comes to rest, where restingRingStaysAtRest keeps it, unless something is freed again. */
  ringComesToRest: leadsTo({
    from: (state) => !isAtRest(state),
    to: (state) => isAtRest(state) || state.freed === "a block",
  }),
};

const contents = spec({
  name: "ring-of-hints",
  title:
    "A guest hints free blocks through a ring, and takes more when an interrupt says that some are consumed",
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
      if (state.owner[holder] === "in the ring") return "isolated";
      return isHinted(state, holder) ? "reported" : "free";
    },
    discarded: (state, f) => host.isDiscarded(state, f),
  }),
  // Without users the guest only frees, and there is nothing left to do.
  mayEnd: isAtRest,
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface RingOfHints extends Contents {}
export const ringOfHints: RingOfHints = contents;
export default ringOfHints;
export * from "./protocol.ts";
