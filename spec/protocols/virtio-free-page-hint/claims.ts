/** What must be true of free page hints, and the protocol with all of it. */
import {
  actions,
  bitmap,
  frame,
  honoured,
  host,
  memory,
  protocol,
  shown,
  type State,
  users,
} from "./protocol.ts";

const { invariant, leadsTo, pages, recoverable, spec, stepProperty, witness } = protocol;

/** The guest runs where it will stay. */
const isOver = (state: State): boolean => !bitmap.isRunning(state);
/** The driver has blocks, on its list or on the way there. */
const driverHolds = ({ owner }: State): boolean =>
  owner.some((one) => one === "held" || one === "taken by the driver");

export const invariants = {
  ...memory.invariants,
  /** S1w: no write is lost, wherever the guest is. */
  ...users.invariants,
  ...bitmap.invariants,
  /** S6: what is free, on this machine or the other, has the pattern that an allocation checks. */
  freeFrameKeepsItsPattern: invariant({
    seenFrom: { poisoning: true },
    forAny: frame,
    when: (state, f, { poisoning }) => poisoning && memory.ownerOf(state, f) === "free",
    holds: (state, f) => state.content[f] === "pattern",
  }),
  /** M6: when a migration is over the device says so. */
  migrationThatIsOverSaysSo: invariant({
    when: isOver,
    holds: ({ status }) => status === "done",
  }),
};

export const stepProperties = {
  /** S9: a hint that clears bits is of the round that the device has asked for last. */
  honouredHintIsOfThisRound: stepProperty({
    by: "device",
    when: (before) => honoured(before).length > 0,
    holds: (before) => before.queue[0]?.kind === "hint" && before.queue[0].under === before.id,
  }),
  /** A driver that has been interrupted takes no block for a round that is over. */
  noBlockIsTakenForWhatIsOver: stepProperty({
    by: "worker",
    when: (before, after) => before.worker === "looks" && after.worker === "allocates",
    holds: (before, _after, bounds) =>
      before.received === "as it was" || shown(before, bounds) === before.active,
  }),
};

export const witnesses = {
  /** A block is with the guest again, and written, before the device has seen its hint. */
  hintIsOvertaken: witness(
    (state) =>
      state.status === "start" &&
      state.queue.some(
        (buffer) => buffer.kind === "hint" && state.owner[buffer.block] === "written",
      ),
  ),
  /** The device has begun a round, and a hint of another is yet to come. */
  hintIsStale: witness({
    seenFrom: { rounds: 2 },
    holds: (state) =>
      state.status === "requested" &&
      state.queue.some((one) => one.kind === "hint" && one.under !== state.id),
  }),
  /** What the device is slow to take is not hinted any more (g/R2). */
  queueIsFull: witness(
    (state, { slots }) => state.worker === "has a block" && state.queue.length >= slots - 1,
  ),
  /** The round that was read is over when the driver asks again. */
  roundIsOverBeforeItStarts: witness(
    (state) => state.worker === "starts" && state.received === "to be read" && isOver(state),
  ),
  /** The guest gets to the destination with all of its memory hinted. */
  guestArrivesWithoutMemory: witness(
    (state) =>
      state.migration === "ended" &&
      state.owner.every((owner) => owner === "no block" || owner === "held"),
  ),
};

export const liveness = {
  ...bitmap.liveness,
  /** L8, of which M6 is the other half: once the migration is over, the driver keeps nothing. */
  driverLetsGo: leadsTo({
    from: (state) => isOver(state) && driverHolds(state),
    to: (state) => !driverHolds(state),
  }),
  /** L3 without fairness: what was hinted is not lost. */
  hintedBlockCanComeBack: recoverable({
    when: driverHolds,
    to: (state) => !driverHolds(state),
  }),
  /** L5, g/R4: whoever waits for memory gets some that is free or hinted, whatever the migration does. */
  requestIsGranted: leadsTo({
    from: (state) =>
      state.request === "waits for memory" && (driverHolds(state) || state.owner.includes("free")),
    to: (state) => state.request === "none",
  }),
};

const contents = spec({
  name: "virtio-free-page-hint",
  title: "A guest hints all its free memory to a host that migrates it, in rounds",
  initial: memory.boot,
  actions,
  invariants,
  stepProperties,
  witnesses,
  liveness,
  pages: pages({
    forEach: frame,
    state: (state, f, { poisoning }) => {
      if (!poisoning && state.destination[f] === "of no use") return "unused"; // until it is written
      const owner = memory.ownerOf(state, f);
      if (owner === "free") return poisoning ? "poisoned" : "free";
      return poisoning && (owner === "held" || owner === "taken by the driver")
        ? "isolated"
        : "stable";
    },
    // What the destination needs and nobody will send is gone already; what was given up is gone when the guest is there.
    discarded: (state, f) =>
      host.isDiscarded(state, f) ||
      (state.destination[f] === "older" &&
        state.dirtyBitmap[f] === "sent" &&
        state.dirtyLog[f] === "clean"),
  }),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface VirtioFreePageHint extends Contents {}
export const virtioFreePageHint: VirtioFreePageHint = contents;
export default virtioFreePageHint;
export * from "./protocol.ts";
