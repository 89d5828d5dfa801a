/** What must be true of the KVM free page hint, and the protocol with all of it. */
import type { Index } from "../../language/index.ts";
import {
  actions,
  block,
  cpu,
  frame,
  isEnabled,
  isHinted,
  memory,
  offline,
  protocol,
  type State,
  users,
} from "./protocol.ts";

const { invariant, leadsTo, pages, recoverable, spec, stepProperty, within, witness } = protocol;
type Frame = Index<"frame">;

/** The guest hints at all. */
const whereHinted = [{ poisoning: false }, { offWithPoisoning: false }] as const;

const { ownerOf } = memory;
const isInUse = (state: State, f: Frame): boolean => memory.isUsed(ownerOf(state, f));
/** The host drops what it held of the frame. */
const isDropped = (before: State, after: State, f: Frame): boolean =>
  before.content[f] !== "empty" && after.content[f] === "empty";
/** Named in a hypercall that the CPU is in. */
const isTold = (state: State, f: Frame): boolean =>
  block.around(block.of(f)).some((b) => state.told.includes(b));
const orders = Array.from({ length: memory.largestOrder + 1 }, (_, order) => order);
/** How many frames CPUs have counted as free and not yet put on a list. */
const inLimbo = (state: State): number =>
  orders.reduce((sum, order) => {
    const blocks = state.hand.filter(
      (b, c) =>
        b !== "none" &&
        block.order(b) === order &&
        state.vcpu[c] === "hints what merged" &&
        state.migratetype[c] === "movable",
    );
    return sum + blocks.length * 2 ** order;
  }, 0);
/** Free, or about to be: on a list, or with a CPU that goes on by itself. */
const isGivenUp = (state: State, f: Frame): boolean =>
  ownerOf(state, f) === "free" ||
  (ownerOf(state, f) === "being freed" &&
    !state.list.some((list, c) => state.vcpu[c] === "idle" && list.includes(block.of(f))));

const stepProperties = {
  /** S1: the host never discards a frame that a user owns. */
  discardedFrameIsNotInUse: stepProperty({
    seenFrom: whereHinted,
    forAny: frame,
    when: isDropped,
    holds: (before, _after, f) => !isInUse(before, f),
    explain: (_before, _after, f) => `frame ${f} is discarded while it is in use`,
  }),

  /** S6: what the allocator will check is there when it checks. */
  handedOutFrameHasItsPattern: stepProperty({
    seenFrom: { users: 1 },
    forAny: frame,
    by: "guest",
    when: (before, after, f) => !isInUse(before, f) && ownerOf(after, f) === "handed out",
    holds: (before, _after, f, { poisoning }) => !poisoning || before.content[f] === "pattern",
    explain: (before, _after, f) =>
      `frame ${f} is handed out and holds ${before.content[f]}, not the pattern`,
  }),

  /** S12: a hint changes residency and nothing else, so that hinting twice is hinting once. */
  hintChangesResidencyOnly: stepProperty({
    seenFrom: whereHinted,
    forAny: [cpu, frame],
    when: (before, after, c) => before.told[c] !== "none" && after.told[c] === "none",
    holds: (before, after, _c, f) =>
      ownerOf(after, f) === ownerOf(before, f) &&
      (after.content[f] === before.content[f] || after.content[f] === "empty"),
  }),

  /** S1, bug 18: nothing is dropped of memory that a device has pinned. */
  pinnedFrameIsNotDiscarded: stepProperty({
    seenFrom: { inhibition: true },
    forAny: frame,
    when: (before) => before.discards === "inhibited",
    holds: (before, after, f) => !isDropped(before, after, f),
  }),
};

const invariants = {
  /** S10 */
  ...memory.invariants,
  /** S15 */
  ...offline.invariants,
  /** S1w */
  ...users.invariants,

  /** S15 the other way round: what could be allocated is not on the list of what is isolated, for good. */
  freeBlockIsNotLost: invariant({
    forAny: block,
    when: (state, b) => state.owner[b] === "free" && memory.migratetypeOf(state, b) === "movable",
    holds: (state, b) => state.freeList.movable[memory.orderOf(b)].includes(b),
  }),

  /** S8, S13: what the host may act on is in limbo, and of the CPU that hints it. */
  toldBlockIsInLimbo: invariant({
    seenFrom: whereHinted,
    forAny: [cpu, block],
    when: (state, c, b) => state.told[c] === b,
    holds: (state, c, b) => state.hand[c] === b && state.owner[b] === "being freed",
  }),

  /** S11: no frame is in two hypercalls. */
  frameIsToldOnce: invariant({
    seenFrom: whereHinted,
    forAny: frame,
    holds: (state, f) =>
      state.told.filter((told) => block.around(block.of(f)).some((b) => b === told)).length <= 1,
  }),

  /** S13 as far as it is true: the count runs ahead of the lists by what is in limbo. */
  countedFrameIsFreeOrInLimbo: invariant({
    when: (state) => state.zoneLock === "open",
    holds: (state) => state.nrFreePages === memory.freeFrames(state) + inLimbo(state),
  }),

  /** 4.3: and no CPU has more of that in hand than it hints at a time. */
  fewFramesAreInLimbo: invariant({
    seenFrom: whereHinted,
    holds: (state, { cpus, hintOrder }) => inLimbo(state) <= cpus * 2 ** hintOrder,
  }),

  /** S14: nobody waits for the host under the zone lock. */
  hostIsNotWaitedForUnderTheLock: invariant({
    seenFrom: whereHinted,
    when: (state) => state.handler.some((where) => where !== "idle"),
    holds: (state) => state.zoneLock === "open",
  }),

  /** S20, L1 as far as a state can show it: what is free and large enough the host does not hold. */
  largeFreeBlockIsNotResident: invariant({
    seenFrom: whereHinted,
    forAny: block,
    when: (state, b, bounds) => state.owner[b] === "free" && isHinted(b, bounds),
    holds: (state, b) => block.frames(b).every((f) => state.content[f] === "empty"),
  }),

  /** S11e, 4.1: of 6 GiB that are freed each of 3,072 regions is dropped once. */
  regionIsHintedOnce: invariant({
    seenFrom: whereHinted,
    forAny: frame,
    holds: (state, f) => state.hints[f] <= 1,
  }),
};

const witnesses = {
  /** A CPU allocates while another waits for the host in the middle of a merge. */
  memoryIsTakenDuringTheCall: witness({
    seenFrom: whereHinted.map((one) => ({ ...one, users: 2 })),
    forAny: cpu,
    holds: (state, c) => state.taken[c] === "yes",
  }),
  /** Two halves are in limbo at once: neither finds the other, and whoever comes last merges them. */
  halvesAreHintedAtOnce: witness({
    seenFrom: whereHinted.map((one) => ({ ...one, cpus: 2, users: 2 })),
    forAny: block,
    holds: (state, b) => {
      const buddy = block.buddy(b);
      return buddy !== undefined && state.told.includes(b) && state.told.includes(buddy);
    },
  }),
  /** What the host has returned from merges on, to more than was hinted. */
  hintedBlockWillMerge: witness({
    seenFrom: whereHinted,
    forAny: [cpu, block],
    holds: (state, c, b) => {
      const buddy = block.buddy(b);
      return (
        state.hand[c] === b &&
        state.vcpu[c] === "hints what merged" &&
        state.handler[c] === "idle" &&
        buddy !== undefined &&
        state.owner[buddy] === "free"
      );
    },
  }),
  /** A block is hinted as it is freed, and is larger than what a merge hints. */
  largestBlockIsHinted: witness({
    seenFrom: whereHinted.map((one) => ({ ...one, users: 1 })),
    forAny: block,
    holds: (state, b) => block.order(b) === memory.largestOrder && state.told.includes(b),
  }),
  /** The guest gets a frame that the host has dropped. */
  discardedFrameIsHandedOut: witness({
    seenFrom: whereHinted.map((one) => ({ ...one, users: 1 })),
    forAny: frame,
    holds: (state, f) => state.content[f] === "empty" && ownerOf(state, f) === "handed out",
  }),
  /** Everything is free, and the host holds none of it. */
  everythingIsHinted: witness({
    seenFrom: whereHinted,
    holds: (state, bounds) =>
      isEnabled(bounds) &&
      state.content.every((content, f) => content === "empty" && ownerOf(state, f) === "free"),
  }),
};

const liveness = {
  /** L1: a region that stays free is dropped; of a guest that may hint, and a host that can. */
  freeRegionIsDropped: leadsTo({
    seenFrom: whereHinted,
    forAny: block,
    from: (state, b, bounds) =>
      block.order(b) === bounds.hintOrder &&
      isEnabled(bounds) &&
      block.frames(b).every((f) => isGivenUp(state, f)),
    to: (state, b) =>
      block.frames(b).every((f) => state.content[f] === "empty") ||
      block.frames(b).some((f) => !isGivenUp(state, f)),
  }),
  /** L3: whoever frees memory comes back from it. */
  freeingCpuComesBack: leadsTo({
    forAny: cpu,
    from: (state, c) => state.vcpu[c] !== "idle",
    to: (state, c) => state.vcpu[c] === "idle",
  }),
  /** L3 without fairness, and L6. */
  everyCpuCanComeBack: recoverable({
    to: (state) => state.vcpu.every((where) => where === "idle"),
  }),
  /** 4.1: one hypercall for each region, or fewer, whatever the sizes in which memory is freed. */
  callsAreFew: within({
    seenFrom: whereHinted,
    from: (state) => state.owner.every((its) => its === "no block" || memory.isUsed(its)),
    to: (state) => state.owner.every((its) => its === "no block" || its === "free"),
    counting: "hostChecks",
    idle: ["guest", "offliner"],
    atMost: ({ blocks, hintOrder }) => blocks * 2 ** (memory.largestOrder - hintOrder),
  }),
};

const pageStates = pages({
  seenFrom: whereHinted,
  forEach: frame,
  // The guest keeps no word of a hint: what is hinted is free again as it was before, and no page is "reported".
  state: (state, f, { poisoning }) => {
    if (isInUse(state, f)) return "stable";
    if (isTold(state, f)) return "isolated";
    return poisoning && state.content[f] === "pattern" ? "poisoned" : "free";
  },
  discarded: (state, f) => state.content[f] === "empty",
});

const contents = spec({
  name: "kvm-free-page-hint",
  title:
    "A guest tells KVM by a hypercall what it frees, and waits until that is dropped (RFC, 2019)",
  initial: memory.boot,
  actions,
  invariants,
  stepProperties,
  witnesses,
  liveness,
  pages: pageStates,
  // Without users the guest only frees, and there is nothing left to do.
  mayEnd: (state) => state.vcpu.every((where) => where === "idle"),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface KvmFreePageHint extends Contents {}
export const kvmFreePageHint: KvmFreePageHint = contents;
export default kvmFreePageHint;
export * from "./protocol.ts";
