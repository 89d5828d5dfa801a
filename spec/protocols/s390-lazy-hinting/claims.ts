/** What must be true of lazy make-volatile, and the protocol with all of it. */
import type { Index } from "../../language/index.ts";
import {
  actions,
  boot,
  cpu,
  frame,
  isAt,
  isDiscardable,
  isDiscarded,
  protocol,
  type State,
  type Step,
} from "./protocol.ts";

const { invariant, leadsTo, pages, recoverable, spec, stepProperty, within, witness } = protocol;
type Frame = Index<"frame">;
type Cpu = Index<"cpu">;

/** What would be lost with the page. */
const isOnlyInMemory = (state: State, f: Frame): boolean =>
  state.owner[f] === "anonymous" ||
  (state.owner[f] === "page cache" && state.written[f] !== "clean");

/** The CPU works under the lock of the table. */
const isCommitting = (state: State, c: Cpu): boolean =>
  state.does[c] === "commits" || state.does[c] === "has set them volatile";

const stepProperties = {
  /** S1, s390: the page is in use, so it is volatile, and the disk has its data. */
  pageInUseIsDiscardedOnlyIfVolatileAndClean: stepProperty({
    forAny: frame,
    by: "host",
    when: (before, after, f) =>
      before.owner[f] !== "nobody" && before.content[f] !== after.content[f],
    holds: (before, _after, f) => before.usage[f] === "volatile" && !isOnlyInMemory(before, f),
  }),

  /** S18. V2 itself need not hold any more at V3: who took its reference since then waits in M2. */
  volatileIsSetOnlyWhileNobodyRelies: stepProperty({
    forAny: frame,
    when: (before, after, f) => before.usage[f] !== "volatile" && after.usage[f] === "volatile",
    holds: (before, _after, f) =>
      !isOnlyInMemory(before, f) &&
      !before.pool.has(f) &&
      before.does.every((_step, c) => !isAt(before, c, f, "relies on it")),
  }),
};

const invariants = {
  /** S1w */
  noWriteIsLost: invariant({
    forAny: frame,
    when: isOnlyInMemory,
    holds: (state, f) => state.content[f] === "fresh",
  }),

  /** a.5: what make-stable promises its caller, until it lets go. */
  pageReliedOnIsStable: invariant({
    forAny: [cpu, frame],
    when: (state, c, f) => isAt(state, c, f, "relies on it"),
    holds: (state, _c, f) => state.usage[f] === "stable",
  }),

  /** S3: nobody takes for data what the host has dropped. */
  pageReliedOnIsThere: invariant({
    forAny: [cpu, frame],
    when: (state, c, f) => isAt(state, c, f, "relies on it"),
    holds: (state, _c, f) => state.content[f] !== "discarded",
  }),

  /** S4, and the other way round: what is free is unused. */
  freePageIsUnused: invariant({
    forAny: frame,
    holds: (state, f) => state.pool.has(f) === (state.usage[f] === "unused"),
  }),

  /** a.7: an entry is removed at the latest when its page is freed. */
  notedPageHasNotBeenFreed: invariant({
    forAny: frame,
    when: (state, f) => state.entry[f] !== "none",
    holds: (state, f) => !state.pool.has(f) && state.owner[f] !== "anonymous",
  }),

  /** The allocator writes to the flags of a free page without a thought to others: V1 must not. */
  freePageHasNoStateChange: invariant({
    forAny: frame,
    when: (state, f) => state.pool.has(f),
    holds: (state, f) => state.stateChange[f] === "free",
  }),
};

/** A CPU is that far with a frame of which this is so. */
const seenAt = (step: Step, isSo: (state: State, f: Frame) => boolean) =>
  witness({
    forAny: [cpu, frame],
    holds: (state, c, f) => isAt(state, c, f, step) && isSo(state, f),
  });

const witnesses = {
  /** A CPU is about to ask for a page that the host has dropped. */
  discardedPageIsMadeStable: seenAt("saw no state change", isDiscarded),
  /** A CPU has taken its reference while a commit has the bit. */
  makeStableWaits: seenAt("took a reference", (state, f) => state.stateChange[f] === "held"),
  /** M1 between V2 and V3: the page is set volatile all the same, and M2 waits for that. */
  referenceIsTakenBehindTheLook: seenAt(
    "took a reference",
    (state, f) => state.entry[f] === "chosen",
  ),
  /** M. Schwidefsky: its entry need not be removed. */
  notedPageIsMadeStable: seenAt("relies on it", (state, f) => state.entry[f] === "pending"),
  /** A page that somebody still has, though it is no file's any more. */
  truncatedPageIsReliedOn: seenAt("relies on it", (state, f) => state.owner[f] === "nobody"),
  /** A page on the way to the pool, which a commit has found discardable. */
  chosenPageIsAboutToBeFreed: seenAt("frees it", (state, f) => state.entry[f] === "chosen"),
  /** An interrupt comes while another CPU commits. */
  handlerWaitsForTheCommit: witness({
    forAny: cpu,
    holds: (state, c) => state.handler[c] !== "none" && state.tableLock !== "none",
  }),
  /** What all of it is for: two pages become volatile at once. */
  twoAreChosen: witness({
    seenFrom: { frames: 2, tableSize: 2 },
    holds: (state) => state.entry.filter((its) => its === "chosen").length === 2,
  }),
};

const liveness = {
  /** L6: whoever has begun a commit ends it. */
  commitEnds: leadsTo({
    forAny: cpu,
    from: isCommitting,
    to: (state, c) => !isCommitting(state, c),
  }),
  /** M2 is a wait for a commit, and that ends. In the form that holds: a spin has no turn, and may see the next one. */
  makeStableCanGoOn: recoverable({
    forAny: [cpu, frame],
    when: (state, c, f) => isAt(state, c, f, "took a reference"),
    to: (state, c, f) => !isAt(state, c, f, "took a reference"),
  }),
  /** L9: what the page cache has let go of can be used again in the end. */
  removedPageIsFreeInTheEnd: leadsTo({
    forAny: frame,
    from: (state, f) => state.owner[f] === "nobody",
    to: (state, f) => state.pool.has(f) || state.owner[f] !== "nobody",
  }),
  /** L10, in the form that holds: the chance comes back. See discardablePageBecomesVolatile. */
  discardablePageCanBecomeVolatile: recoverable({
    forAny: frame,
    when: (state, f) => isDiscardable(state, f, 0),
    to: (state, f) => state.usage[f] === "volatile",
  }),
  /** However often a page is made stable and let go of while it is noted, it is declared volatile once at most. */
  notedPageIsSetVolatileOnce: within({
    forAny: frame,
    from: (state, f) => state.entry[f] === "pending",
    to: (state, f) => state.entry[f] === "none",
    counting: (state, f) => state.usage[f] === "volatile",
    atMost: 1,
  }),
};

/** L10, as one would wish it. Not promised: a table that is not full is not committed. */
export const discardablePageBecomesVolatile = leadsTo({
  forAny: frame,
  from: (state, f) => isDiscardable(state, f, 0),
  to: (state, f) => state.usage[f] === "volatile" || !isDiscardable(state, f, 0),
});

const contents = spec({
  name: "s390-lazy-hinting",
  title: "a guest collects the pages that it would declare volatile, and declares them all at once",
  initial: boot,
  actions,
  invariants,
  stepProperties,
  witnesses,
  liveness,
  pages: pages({
    forEach: frame,
    state: (state, f) => state.usage[f],
    discarded: (state, f) => state.content[f] === "discarded",
  }),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface S390LazyHinting extends Contents {}
export const s390LazyHinting: S390LazyHinting = contents;
export default s390LazyHinting;
export * from "./protocol.ts";
