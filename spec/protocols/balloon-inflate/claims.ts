/** What must be true of the virtio balloon, and the protocol with all of it. */
import { actions, block, driver, frame, host, memory, protocol, users } from "./protocol.ts";
import type { Index } from "../../language/index.ts";

const { invariant, leadsTo, pages, progress, recoverable, spec, stepProperty, type, witness } =
  protocol;
export type State = typeof type.state;
type Constants = typeof type.constants;

/** Neither the worker nor the notifier is at anything. */
export const isAtRest = ({ worker, notifier }: State): boolean =>
  worker === "idle" && notifier === "idle";

/** All of the page of the host's own around a frame is in the balloon, and the host has been told of all. */
export function isWhollyInTheBalloon(
  state: State,
  f: Index<"frame">,
  constants: Constants,
): boolean {
  const whole = driver.hostPageOf(block.of(f), constants);
  return (
    whole !== undefined &&
    driver.inflateQueue.isFree(state) &&
    block.frames(whole).every((one) => state.owner[block.of(one)] === "in the balloon")
  );
}

const invariants = {
  ...memory.invariants,
  /** S1w: what a user of memory has written is there. */
  ...users.invariants,
  /** S10: what is in the balloon is on its list once, and nothing else is. */
  balloonKnowsItsPages: invariant({
    forAny: block,
    holds: (state, b) =>
      state.balloonPages.filter((one) => one === b).length ===
      (state.owner[b] === "in the balloon" ? 1 : 0),
  }),
  /** S20: what is in the balloon, as whole pages of the host's own, the host has dropped. */
  wholePageInTheBalloonIsDropped: invariant({
    forAny: frame,
    when: isWhollyInTheBalloon,
    holds: (state, f) => host.isDiscarded(state, f),
  }),
  /** S19: a driver that rests has done what the host asked for, but for what it gave away unasked. */
  restingBalloonIsAsLargeAsAskedFor: invariant({
    when: (state) => isAtRest(state) && state.work === "none" && state.gaveWay === "no",
    holds: (state) => state.balloonPages.length === state.target,
  }),
  /** While nobody changes it, the host knows how large the balloon is. */
  hostKnowsTheSize: invariant({
    when: isAtRest,
    holds: (state) => state.actual === state.balloonPages.length,
  }),
};

const stepProperties = {
  /** S17: of a page of the host's own that is dropped, all is in the balloon. */
  droppedPageIsWhollyGivenUp: stepProperty({
    by: "device",
    forAny: frame,
    when: (before, after, f) => !host.isDiscarded(before, f) && host.isDiscarded(after, f),
    holds: (before, _after, f, constants) => {
      const whole = driver.hostPageOf(block.of(f), constants);
      return (
        whole !== undefined &&
        block.frames(whole).every((one) => before.owner[block.of(one)] === "in the balloon")
      );
    },
  }),
  /** Where discards are inhibited, for a device that is assigned or a migration, the device drops nothing (bug 18). */
  nothingIsDroppedWhileInhibited: stepProperty({
    seenFrom: { inhibition: true },
    forAny: frame,
    when: (before) => !host.mayDiscard(before),
    holds: (before, after, f) => host.isDiscarded(before, f) || !host.isDiscarded(after, f),
  }),
};

const witnesses = {
  /** As many pages as the host has asked for are in the balloon, and nothing is left to do. */
  hostGetsWhatItAsksFor: witness(
    (state) =>
      isAtRest(state) && state.work === "none" && state.target > 0 && state.actual === state.target,
  ),
  /** The guest is out of memory and gets a page back. */
  balloonGivesWayToTheGuest: witness((state) => state.notifier === "deflates"),
  /** The driver finds less memory than it wants, and tells of what it has. */
  bufferIsNotFull: witness({
    seenFrom: { batch: 2 },
    holds: (state, { batch }) =>
      state.worker === "inflates" && state.pfns.length < batch && state.missing > 0,
  }),
};

/** What gives the worker something to do, or takes away what it has done. */
export const givesWork = [
  "hostResizes",
  "workerFindsNoMemory",
  "notifierTellsOfDeflation",
] as const;

const liveness = {
  /** L5: whoever waits for memory is answered, with some or without. */
  notifierReturns: leadsTo({
    from: (state) => state.notifier !== "idle",
    to: (state) => state.notifier === "idle",
  }),
  /** L3: no page is lost to the balloon for good. */
  everyPageCanComeBack: recoverable({
    to: (state) =>
      state.owner.every(
        (owner) => owner === "no block" || owner === "free" || memory.isUsed(owner),
      ),
  }),
  /** L7: the worker is at rest in the end, unless the host wants something else, memory is short or is given away. */
  workerComesToRest: progress({ of: "worker", counting: givesWork }),
  /** Whoever asks for statistics gets some. */
  managementGetsStatistics: leadsTo({
    seenFrom: { statistics: true },
    from: (state) => state.management === "asks",
    to: (state) => state.management === "has statistics",
  }),
  /** The one buffer of statistics can come to the device again, whoever has it. */
  bufferCanComeToTheDevice: recoverable({
    seenFrom: { statistics: true },
    when: (_state, { statistics }) => statistics,
    to: (state) => state.kept === "the buffer",
  }),
};

const contents = spec({
  name: "balloon-inflate",
  title: "A guest gives pages to its host and takes them back, some unasked when memory runs out",
  initial: memory.boot,
  actions,
  invariants,
  stepProperties,
  witnesses,
  liveness,
  pages: pages({
    forEach: frame,
    state: (state, f) => {
      const owner = memory.ownerOf(state, f);
      if (owner === "free") return "free";
      // What a driver has given up is declared to have no content, until the host has answered that it is taken back.
      const isLeaving = owner === "leaving the balloon" && driver.deflateQueue.isAvailable(state);
      return owner === "in the balloon" || isLeaving ? "unused" : "stable";
    },
    discarded: (state, f) => host.isDiscarded(state, f),
  }),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface BalloonInflate extends Contents {}
export const balloonInflate: BalloonInflate = contents;
export default balloonInflate;
export * from "./protocol.ts";
