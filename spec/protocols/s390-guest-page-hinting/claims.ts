/** What must be true of s390 guest page hinting, and the protocol with all of it. */
import { match } from "ts-pattern";
import type { Index } from "../../language/index.ts";
import {
  actions,
  assertions,
  boot,
  cpu,
  frame,
  isAt,
  isClean,
  isDiscardable,
  isDiscarded,
  onlyLooks,
  protocol,
  type State,
  type Step,
} from "./protocol.ts";

const { invariant, leadsTo, pages, recoverable, spec, stepProperty, witness } = protocol;
type Frame = Index<"frame">;
type Cpu = Index<"cpu">;

/** What would be lost with the page. */
const isOnlyInMemory = (state: State, f: Frame): boolean =>
  state.owed[f] === "fresh" || state.owed[f] === "being written";

/** The CPU does what needs the content of the page. */
const relies = (state: State, c: Cpu, f: Frame): boolean =>
  isAt(state, c, f, "relies on it") ||
  isAt(state, c, f, "moves the change bit") ||
  isAt(state, c, f, "holds the only dirty bit");

const stepProperties = {
  /** S1, s390: the page is in use, so it is volatile, or P and clean, and the disk has its data. */
  pageInUseIsDiscardedOnlyIfVolatileAndClean: stepProperty({
    forAny: frame,
    when: (before, after, f) =>
      before.owner[f] !== "nobody" &&
      before.data[f] !== "discarded" &&
      after.data[f] === "discarded",
    holds: (before, _after, f) =>
      (before.usage[f] === "volatile" ||
        (before.usage[f] === "potentially volatile" && before.changeBit[f] === "clear")) &&
      !isOnlyInMemory(before, f),
  }),

  /** S2: only its owner writes to it; but to declare it volatile (Sp) may give up a saved copy. */
  stablePageKeepsItsContent: stepProperty({
    forAny: frame,
    when: (before, after, f) =>
      before.usage[f] === "stable" &&
      before.owed[f] !== "anything" &&
      after.data[f] !== before.data[f],
    holds: (_before, after, f) => after.data[f] === after.owed[f] || after.usage[f] === "volatile",
  }),

  /** S3: it is either still discarded, or on its way out of the page cache. */
  discardedPageIsNeverReadAsData: stepProperty({
    forAny: frame,
    when: (before, _after, f) => before.owner[f] === "page cache" && isDiscarded(before, f),
    holds: (_before, after, f) => after.owner[f] === "nobody" || isDiscarded(after, f),
  }),

  /**
   * S18. At V3 nobody may rely on the page. V2 itself need not hold any more: a CPU that took its
   * reference since then waits in M2 and makes the page stable again.
   */
  volatileIsSetOnlyWhileNobodyRelies: stepProperty({
    forAny: [cpu, frame],
    when: (before, after, c, f) =>
      (isAt(before, c, f, "found it discardable") ||
        isAt(before, c, f, "has put, found it discardable")) &&
      after.does[c] !== before.does[c],
    holds: (before, _after, _c, f) =>
      (before.owner[f] === "page cache" || before.discarded[f] === "yes") &&
      isClean(before, f) &&
      before.does.every((_step, other) => !relies(before, other, f)),
  }),
};

const invariants = {
  /** S1w */
  noWriteIsLost: invariant({
    forAny: frame,
    when: isOnlyInMemory,
    holds: (state, f) => state.owner[f] !== "nobody" && state.data[f] === state.owed[f],
  }),

  /** a.5: what make-stable promises its caller, until it lets go. */
  pageReliedOnIsStable: invariant({
    forAny: [cpu, frame],
    when: relies,
    holds: (state, _c, f) => state.usage[f] === "stable",
  }),

  /** S4 */
  unusedPageHasNoOwner: invariant({
    forAny: frame,
    when: (state, f) => state.usage[f] === "unused",
    holds: (state, f) => state.owner[f] === "nobody",
  }),

  /** S5 */
  blockStateIsLegal: invariant({
    forAny: frame,
    holds: (state, f) =>
      match(state.usage[f])
        .with("stable", () => true)
        .with("unused", "volatile", () => state.content[f] !== "preserved")
        .with("potentially volatile", () => state.content[f] === "resident")
        .exhaustive(),
    explain: (state, f) => `the block is ${state.usage[f]} and ${state.content[f]}`,
  }),

  /** S10 */
  frameIsInOnePlace: invariant({
    forAny: frame,
    holds: (state, f) => {
      const owned = state.owner[f] !== "nobody";
      const freeing = state.does.some((step, c) => state.at[c] === f && !onlyLooks.includes(step));
      const places = [owned, state.pool.has(f), state.parked.has(f), freeing && !owned];
      return places.filter((isThere) => isThere).length === 1;
    },
  }),
};

/** A CPU is that far with a frame of which this is so. */
const seenAt = (step: Step, isSo: (state: State, f: Frame) => boolean = () => true) =>
  witness({
    forAny: [cpu, frame],
    holds: (state, c, f) => isAt(state, c, f, step) && isSo(state, f),
  });

const witnesses = {
  /** A process touches a page that the host has dropped. */
  volatilePageIsDiscardedAndTouched: seenAt(
    "has a fault in flight",
    (state, f) => state.owner[f] === "page cache",
  ),

  /** A CPU is about to ask for a page that the host has dropped. */
  discardedPageIsMadeStable: seenAt("saw no state change", isDiscarded),

  /** A CPU would make the page volatile, and another one is at it. */
  makeVolatileGivesUp: seenAt("lets go", (state, f) => state.stateChange[f] === "held"),

  /** A CPU has taken its reference while another makes the page volatile. */
  makeStableWaits: seenAt("took a reference", (state, f) => state.stateChange[f] === "held"),

  /** M1 between V2 and V3: the page is set volatile all the same, and M2 waits for that. */
  referenceIsTakenBetweenCheckAndVolatile: witness({
    forAny: [cpu, cpu, frame],
    holds: (state, c, other, f) =>
      isAt(state, c, f, "found it discardable") && isAt(state, other, f, "took a reference"),
  }),

  /** What the recheck of a minor fault is for: the page is gone, and PG_discarded says so. */
  minorFaultMeetsRemovedPage: seenAt(
    "took a reference",
    (state, f) => state.owner[f] === "nobody" && state.discarded[f] === "yes",
  ),

  /** What page_check_writable takes the bit for. */
  pageIsMappedWhileWritableIsCleared: seenAt(
    "clears writable",
    (state, f) => state.mapping[f] === "read-only",
  ),

  /** The host pages out a page with changes that only the hardware knows of. */
  changedPageIsPreserved: witness({
    forAny: frame,
    holds: (state, f) =>
      state.content[f] === "preserved" &&
      state.changeBit[f] === "set" &&
      state.mapping[f] === "writable",
  }),

  /** What delayed reuse is for. */
  faultNamesParkedFrame: seenAt("has a fault in flight", (state, f) => state.parked.has(f)),

  /** A frame comes back that a late fault might have named. */
  parkedFrameIsReleased: seenAt("releases it"),

  /** Somebody puts a reference too many, and free_pages_check is asked. */
  reservedPageIsFreed: seenAt("dropped it", (state, f) => state.owner[f] === "reserved"),
};

const liveness = {
  /** L9. In 2006 it rests on direct reclaim, which the strong fairness of cpuUnparks stands for. */
  discardedFrameIsReusedInTheEnd: leadsTo({
    forAny: frame,
    from: (state, f) => state.discarded[f] === "yes",
    to: (state, f) => state.pool.has(f),
  }),

  /** L10, in the form that holds: the chance comes back. See discardablePageBecomesVolatile. */
  discardablePageCanBecomeVolatile: recoverable({
    forAny: frame,
    when: (state, f) => isDiscardable(state, f, 0),
    to: (state, f) => state.usage[f] === "volatile" || state.usage[f] === "potentially volatile",
  }),
};

/** L10, as one would wish it. Not promised: make-volatile may have given up for good (a/R11). */
export const discardablePageBecomesVolatile = leadsTo({
  forAny: frame,
  from: (state, f) => isDiscardable(state, f, 0),
  to: (state, f) => state.usage[f] !== "stable" || !isDiscardable(state, f, 0),
});

const contents = spec({
  name: "s390-guest-page-hinting",
  title: "a guest declares its pages unused, stable or volatile, and the host drops what it may",
  initial: boot,
  actions,
  invariants,
  stepProperties,
  assertions,
  witnesses,
  liveness,
  pages: pages({
    forEach: frame,
    state: (state, f) => {
      const usage = state.usage[f];
      if (usage !== "potentially volatile") return usage;
      // The host must look at the change bit, and preserve the page like a stable one if it is set.
      return state.changeBit[f] === "set" ? "stable" : "volatile";
    },
    discarded: (state, f) => state.data[f] === "discarded",
  }),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface S390GuestPageHinting extends Contents {}
export const s390GuestPageHinting: S390GuestPageHinting = contents;
export default s390GuestPageHinting;
export * from "./protocol.ts";
