/** What must be true of bitmap page reporting, and the protocol with all of it. */
import type { Index } from "../../language/index.ts";
import {
  actions,
  block,
  frame,
  host,
  memory,
  protocol,
  queue,
  type State,
  users,
} from "./protocol.ts";

const { invariant, leadsTo, pages, recoverable, spec, stepProperty, temporal, witness } = protocol;
const bound = { removal: true } as const;

/** The host may act on a report that names the chunk. */
const isTold = (state: State, f: Index<"frame">): boolean =>
  !queue.isUsed(state) && state.queue.entries.some((b) => block.frames(b).includes(f));
/** No scan is due or running. */
const isAtRest = (state: Pick<State, "work"> & { readonly worker: string }): boolean =>
  state.work === "none" && state.worker === "idle";

const stepProperties = {
  /** S1: the host never discards a chunk that a user owns, and is not done with one before it is free. */
  discardedChunkIsNotInUse: stepProperty({
    forAny: frame,
    by: "device",
    when: (before, after, f) => isTold(before, f) && !isTold(after, f),
    holds: (before, _after, f) =>
      !block.around(block.of(f)).some((b) => memory.isUsed(before.owner[b])),
    explain: (_before, _after, f) => `chunk ${f} is discarded while it is in use`,
  }),

  /** S14: the worker takes nothing off a list, and puts nothing on one, without the zone lock. */
  listsChangeUnderTheLock: stepProperty({
    forAny: block,
    by: "worker",
    when: (before, after, b) => (before.owner[b] === "free") !== (after.owner[b] === "free"),
    holds: (before) => before.zoneLock === "worker",
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
    when: (state, b) => state.queue.entries.includes(b),
    holds: (state, b) => state.owner[b] === "isolated",
  }),

  /** S11: no chunk is in a report twice, and there is one report at a time. */
  chunkIsToldOnce: invariant({
    forAny: frame,
    when: (state, f) => state.scatterlist.some((b) => block.frames(b).includes(f)),
    holds: (state, f) => state.scatterlist.filter((b) => block.frames(b).includes(f)).length === 1,
  }),

  /** No more than one report is isolated at any time (v12: 16 blocks). */
  isolationIsBounded: invariant(
    (state, { batch }) => state.owner.filter((owner) => owner === "isolated").length <= batch,
  ),

  /** The counter is that of the bits, but for what the worker has cleared and not yet counted. */
  counterCountsTheBits: invariant(
    (state) =>
      state.freePages ===
      state.bit.filter((bit) => bit === "set").length + (state.worker === "counts" ? 1 : 0),
  ),

  /** S19: whoever frees may rely on it that a worker comes where refcnt is taken. */
  takenMeansThatWorkIsDue: invariant({
    when: (state) => state.refcnt === 1,
    holds: (state) => !isAtRest(state),
  }),

  /** Less than a batch is left over when nothing is due any more (v12: 15 chunks of a zone). */
  idleWorkerLeavesLessThanABatch: invariant({
    when: isAtRest,
    holds: (state, { batch }) => state.freePages < batch,
  }),
};

const witnesses = {
  /** A report is as long as it can be. */
  reportIsFull: witness((state, { batch }) => state.queue.entries.length === batch),
  /** A chunk is freed while the worker waits for the host. */
  chunkIsFreedBehindTheScan: witness({
    forAny: frame,
    holds: (state, f) => state.worker === "waits" && state.passed.has(f) && state.bit[f] === "set",
  }),
  /** S7 is not claimed: a bit is set, and the chunk is in use. */
  bitIsStale: witness({
    forAny: frame,
    holds: (state, f) => state.bit[f] === "set" && memory.isUsed(state.owner[block.of(f)]),
  }),
  /** L5: whoever asks for memory now is denied it for the sake of a report, and has to wait. */
  everythingFreeIsIsolated: witness(
    (state) => memory.freeFrames(state) === 0 && state.owner.includes("isolated"),
  ),
  /** The guest gets a chunk that the host has dropped. */
  discardedChunkIsHandedOut: witness({
    forAny: frame,
    holds: (state, f) =>
      host.isDiscarded(state, f) &&
      block.around(block.of(f)).some((b) => state.owner[b] === "handed out"),
  }),
};

/** L1: what is freed, and stays free, is reported. */
export const freeChunkIsReported = leadsTo({
  forAny: frame,
  from: (state, f) => state.owed[f] === "yes",
  to: (state, f) => state.owed[f] === "no",
});

const liveness = {
  freeChunkIsReported,
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
  /** L6: whoever wants the zone lock gets it. */
  zoneLockIsLetGo: leadsTo({
    from: (state) => state.zoneLock === "worker",
    to: (state) => state.zoneLock === "open",
  }),
  /** L6: a scan ends, whatever is freed meanwhile. */
  scanEnds: leadsTo({
    from: (state) => state.worker !== "idle",
    to: (state) => state.worker === "idle" || state.worker === "ends",
  }),
  /** L6: nothing keeps it from having nothing to do. */
  reporterCanComeToRest: recoverable({ to: isAtRest }),
  /** L7: unless memory is freed again and again, the worker stops. */
  reporterComesToRest: temporal({
    formula: ({ always, eventually, or, taken }) =>
      or(always(eventually(taken("guestFrees"))), eventually(always(isAtRest))),
  }),
  /** L6: the driver can be removed. */
  unbindingEnds: leadsTo({
    seenFrom: bound,
    from: (state) => state.driver !== "bound" && state.driver !== "unbound",
    to: (state) => state.driver === "unbound",
  }),
};

const contents = spec({
  name: "bitmap-page-reporting-v12",
  title: "A guest notes in a bitmap what it frees, and a worker reports what still is free (2019)",
  initial: memory.boot,
  actions,
  invariants,
  stepProperties,
  witnesses,
  liveness,
  pages: pages({
    forEach: frame,
    state: (state, f) => {
      // There is no mark of what was reported: it is free as before.
      const owner = memory.ownerOf(state, f);
      return owner === "free" || owner === "isolated" ? owner : "stable";
    },
    discarded: (state, f) => host.isDiscarded(state, f),
  }),
  expects: { breaks: ["idleWorkerLeavesLessThanABatch", "freeChunkIsReported"] },
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface BitmapPageReportingV12 extends Contents {}
export const bitmapPageReportingV12: BitmapPageReportingV12 = contents;
export default bitmapPageReportingV12;
export * from "./protocol.ts";
