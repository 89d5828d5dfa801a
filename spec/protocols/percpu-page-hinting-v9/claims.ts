/** What must be true of per-CPU page hinting, and the protocol with all of it. */
import type { Index } from "../../language/index.ts";
import {
  actions,
  assertions,
  block,
  cpu,
  frame,
  host,
  memory,
  protocol,
  type State,
  users,
} from "./protocol.ts";

const { invariant, leadsTo, pages, recoverable, spec, stepProperty, temporal, witness } = protocol;

/** The host may act on a request that names the block. */
const isTold = (state: State, b: Index<"block">): boolean =>
  state.available.some((request) => request.includes(b));
/** Nobody hints, and nothing is on its way. */
const isAtRest = (state: State): boolean =>
  state.cpu.every((place) => place === "runs") &&
  state.handler === "idle" &&
  state.interrupt === "none" &&
  state.available.length === 0;
/** CPUs that are in the middle of virtballoon_page_hinting. */
const submitting = (state: State): number =>
  state.cpu.filter((place) => place === "drains" || place === "adds").length;

const stepProperties = {
  /** S1: the host never discards a frame that a user owns. */
  discardedFrameIsNotInUse: stepProperty({
    forAny: frame,
    by: "host",
    when: (before, after, f) => !host.isDiscarded(before, f) && host.isDiscarded(after, f),
    holds: (before, _after, f) =>
      !block.around(block.of(f)).some((b) => memory.isUsed(before.owner[b])),
    explain: (_before, _after, f) => `frame ${f} is discarded while it is in use`,
  }),

  /** S14, of the queue: nor is virtqueue_get_buf to be called by the handler while a CPU submits (queueIsUsedByOne). */
  completionIsTakenAlone: stepProperty({
    by: "handler",
    when: (before, after) => before.handler === "idle" && after.handler !== "idle",
    holds: (before) => submitting(before) === 0,
  }),
};

const invariants = {
  /** S10, S13 */
  ...memory.invariants,
  /** S1w */
  ...users.invariants,

  /** S8: what the host may still act on is isolated. */
  toldBlockIsIsolated: invariant({
    forAny: block,
    when: isTold,
    holds: (state, b) => state.owner[b] === "isolated",
  }),

  /** S11 */
  blockIsToldOnce: invariant({
    forAny: block,
    when: isTold,
    holds: (state, b) =>
      state.available.flatMap((request) => request.filter((other) => other === b)).length === 1,
  }),

  /** S10: whoever has to put it back knows of it. */
  isolatedBlockIsOnItsWay: invariant({
    forAny: block,
    when: (state, b) => state.owner[b] === "isolated",
    holds: (state, b) =>
      [...state.request, ...state.available, ...state.used, state.returned].some((blocks) =>
        blocks.includes(b),
      ),
  }),

  /** What was freed, and is to be hinted, is noted. */
  owedBlockIsNoted: invariant({
    forAny: block,
    when: (state, b) => state.owed[b] === "yes" && state.owner[b] === "free",
    holds: (state, b) => state.captured.some((noted) => noted.includes(b)),
  }),

  /** Less than it takes to hint is left with a CPU that does not hint (v9: 127 blocks). */
  remainderIsBelowTheThreshold: invariant({
    forAny: cpu,
    when: (state, c) => state.cpu[c] === "runs",
    holds: (state, c, { threshold }) => state.captured[c].length < threshold,
  }),

  /** S14, of the queue: virtqueue_get_buf and virtqueue_add are not to be called by two at a time. */
  queueIsUsedByOne: invariant((state) => submitting(state) <= 1),
};

const witnesses = {
  /** What a CPU has noted is in use again. */
  noteIsStale: witness({
    forAny: [cpu, block],
    holds: (state, c, b) => state.captured[c].includes(b) && memory.isUsed(state.owner[b]),
  }),
  /** c/R6, L5: whoever asks for memory now is denied it for the sake of hints, and has to wait. */
  everythingIsIsolated: witness((state) => {
    const owners = state.owner.filter((owner) => owner !== "no block");
    return owners.every((owner) => owner === "isolated");
  }),
  /** Two requests are with the host. */
  hostHasTwoRequests: witness({
    seenFrom: { blocks: 2 },
    holds: (state) => state.available.length === 2,
  }),
  /** The guest gets a frame that the host has dropped. */
  discardedFrameIsHandedOut: witness({
    forAny: frame,
    holds: (state, f) =>
      host.isDiscarded(state, f) &&
      block.around(block.of(f)).some((b) => state.owner[b] === "handed out"),
  }),
};

const liveness = {
  /** L1: what is freed, and stays free, is hinted. */
  freeBlockIsHinted: leadsTo({
    forAny: block,
    from: (state, b) => state.owed[b] === "yes",
    to: (state, b) => state.owed[b] === "no",
  }),
  /** L3 */
  isolatedBlockComesBack: leadsTo({
    forAny: block,
    from: (state, b) => state.owner[b] === "isolated",
    to: (state, b) => state.owner[b] !== "isolated",
  }),
  /** L3 without fairness: nothing is stuck for good. */
  isolatedBlockCanComeBack: recoverable({
    forAny: block,
    when: (state, b) => state.owner[b] === "isolated",
    to: (state, b) => state.owner[b] !== "isolated",
  }),
  /** L6: a CPU that frees goes on with its own work. */
  cpuGoesOn: leadsTo({
    forAny: cpu,
    from: (state, c) => state.cpu[c] !== "runs",
    to: (state, c) => state.cpu[c] === "runs",
  }),
  /** L6: nothing keeps it from having nothing to do. */
  hintingCanComeToRest: recoverable({ to: isAtRest }),
  /** L7: unless memory is freed again and again, hinting stops. */
  hintingComesToRest: temporal({
    formula: ({ always, eventually, or, taken }) =>
      or(always(eventually(taken("cpuFrees"))), eventually(always(isAtRest))),
  }),
};

const contents = spec({
  name: "percpu-page-hinting-v9",
  title:
    "Each CPU of a guest notes what it frees, takes it off the lists and hints it itself (2019)",
  initial: memory.boot,
  actions,
  assertions,
  invariants,
  stepProperties,
  witnesses,
  liveness,
  pages: pages({
    forEach: frame,
    state: (state, f) => {
      // There is no mark of what was hinted: it is free as before.
      const owner = memory.ownerOf(state, f);
      return owner === "free" || owner === "isolated" ? owner : "stable";
    },
    discarded: (state, f) => host.isDiscarded(state, f),
  }),
  expects: { breaks: ["freeBlockIsInOneList", "listIsAsItWasRead", "isolatedBlockIsOnItsWay"] },
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface PercpuPageHintingV9 extends Contents {}
export const percpuPageHintingV9: PercpuPageHintingV9 = contents;
export default percpuPageHintingV9;
export * from "./protocol.ts";
