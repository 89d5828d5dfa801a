/** What must be true of the virtio balloon, and the protocol with all of it. */
import { actions, driver, frame, host, memory, protocol, users } from "./protocol.ts";

const { leadsTo, pages, recoverable, spec, witness } = protocol;

const witnesses = {
  /** As many pages as the host may ask for are in the balloon, and nothing is left to do. */
  hostGetsWhatItAsksFor: witness(
    (state, { balloon }) => state.worker === "idle" && driver.pagesInBalloon(state) === balloon,
  ),
  /** The guest is out of memory and gets a page back. */
  balloonGivesWayToTheGuest: witness((state) => state.notifier === "deflates"),
};

const liveness = {
  /** L5: whoever waits for memory is answered, with some or without. */
  notifierReturns: leadsTo({
    from: (state) => state.notifier !== "idle",
    to: (state) => state.notifier === "idle",
  }),
  /** L3: no page is lost to the balloon for good. */
  everyPageCanComeBack: recoverable({ to: (state) => driver.pagesInBalloon(state) === 0 }),
};

const contents = spec({
  name: "virtio-balloon",
  title: "A guest gives pages to its host and takes them back, some unasked when memory runs out",
  initial: memory.boot,
  actions,
  invariants: { ...memory.invariants, ...users.invariants },
  witnesses,
  liveness,
  pages: pages({
    forEach: frame,
    state: (state, f) => {
      const holder = memory.holderOf(state, f);
      if (holder === undefined) return "stable"; // nobody's: frameHasOneOwner says so
      if (state.owner[holder] === "free") return "free";
      // What a driver has given up is declared to have no content, until it tells the host that it is taken back.
      return state.owner[holder] === "in the balloon" ? "unused" : "stable";
    },
    discarded: (state, f) => host.isDiscarded(state, f),
  }),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface VirtioBalloon extends Contents {}
export const virtioBalloon: VirtioBalloon = contents;
export default virtioBalloon;
export * from "./protocol.ts";
