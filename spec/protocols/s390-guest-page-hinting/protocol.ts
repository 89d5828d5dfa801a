/**
 * s390 guest page hinting: a guest tells its host by an instruction, ESSA, which of its pages are
 * unused and which are clean page cache, and the host drops these instead of paging them out.
 *
 * Abstracts the patches "guest page hinting" of 2006-09-01, reposted 2007 and 2009: the hooks of the
 * allocator, mm/page-states.c, mm/rmap.c and the discard fault. Usage state times content state has
 * eight legal combinations, after the table in the patch "s390 support". Every hint is given at once;
 * the variants that collect hints are not here. A CPU works on one frame at a time, and where it
 * stands is in `does`: each step is atomic, and two CPUs interleave between any two of them.
 *
 * Left out: the buddy lists behind the per-CPU list, so there is one pool (F5, A4), and the page lock;
 * PG_private and the LRU, which in V2 only add to what PG_dirty and the references forbid (but see
 * puts-a-discarded-page-back); a second mapping of a page, swap cache, truncation (reclaim alone removes
 * a page that was not discarded), memory barriers, page tables and so the attribute "no-DAT" (bug 20). Paging by the host is one step. A page is mapped read-only and made writable
 * later. An anonymous page is written as it is handed out.
 *
 * Repaired, as the posted code or text does not hold:
 * - page_reset_writable looks at the mapping, under PG_state_change (writable-reset-unchecked), and
 *   page_check_writable always takes that bit, also where PG_writable is set already
 *   (writable-check-without-the-bit). Both rest on a mapping that is counted before it is writable;
 *   as posted, install_page counts it last.
 * - A CPU makes a page volatile first and puts its reference then, as the callers of
 *   page_make_volatile hold a reference or a lock; as posted, put_page_testzero has put it before
 *   (volatile-after-the-last-look). The end of writeback has a reference here, there the tree lock.
 * - A dirty page that the host has saved stays stable when the guest asks for potentially volatile,
 *   as KVM has it (saved-copy-of-a-dirty-page-dropped).
 *
 * One step here and several in the code, believed to be harmless: in cpuMakesMappingWritable the
 * check, its ESSA and the pte (in the code it is set after the bit has been given back); in
 * cpuReclaims TestSetPageDiscarded, the removal, page_discarded and ClearPageDiscarded; in
 * cpuChecksMapped the bit and the look at the mapping (the look at PG_writable before them, which
 * would only spare the bit, is left out).
 * The second page_make_volatile of page_check_writable is left out.
 */
import {
  assert,
  declare,
  each,
  ghost,
  type Index,
  interchangeable,
  oneOf,
  optional,
  subset,
} from "../../language/index.ts";

const constants = {
  /** How many frames the guest has. */
  frames: 1,
  /** How many virtual CPUs it has. */
  cpus: 2,
};
/** A page frame of the guest's, which is a block to the host. */
export const frame = interchangeable("frame", ({ frames }: typeof constants) => frames);
/** A virtual CPU of the guest's. */
export const cpu = interchangeable("cpu", ({ cpus }: typeof constants) => cpus);

export const protocol = declare({
  constants,
  where: {
    "there is a frame": ({ frames }) => frames >= 1,
    "there is a CPU": ({ cpus }) => cpus >= 1,
  },
  state: {
    /** Block usage state, as the guest last declared it: U, S, V, P. */
    usage: each(frame, oneOf("unused", "stable", "volatile", "potentially volatile")),
    /** Block content state: r, p, z. A volatile page that is zero is a discarded one. */
    content: each(frame, oneOf("resident", "preserved", "zero")),
    /** What a read would find; what is on disk can be read in again, fresh data are only here. */
    data: each(
      frame,
      oneOf("anything", "on disk", "being written", "fresh", "given up", "discarded"),
    ),
    /** What the owner of the frame must find. */
    owed: ghost(each(frame, oneOf("anything", "on disk", "being written", "fresh"))),
    /** The change bit in the storage key: the hardware sets it on each write through a mapping. */
    changeBit: each(frame, oneOf("clear", "set")),

    /** What the frame is in use as. */
    owner: each(frame, oneOf("nobody", "page cache", "anonymous", "reserved")),
    /** How a process maps it. */
    mapping: each(frame, oneOf("none", "read-only", "writable")),
    /** PG_dirty */
    dirty: each(frame, oneOf("no", "yes")),
    /** PG_writeback */
    writeback: each(frame, oneOf("no", "yes")),
    /** PG_writable: a writable mapping has been there since the page was last unmapped. */
    writable: each(frame, oneOf("no", "yes")),
    /** PG_discarded: somebody is removing the page, or has removed it, because the host dropped it. */
    discarded: each(frame, oneOf("no", "yes")),
    /** PG_state_change, which serialises make-volatile; make-stable waits for it. */
    stateChange: each(frame, oneOf("free", "held")),

    /** The free frames. */
    pool: subset(frame),
    /** The removed frames that a discard fault may still name. */
    parked: subset(frame),
    /** The CPUs that have to be seen with interrupts on before a frame is released (2009 only). */
    signOff: each(frame, subset(cpu)),

    /** The frame that a CPU works on, and how far it is. */
    at: each(cpu, optional(frame)),
    /** How far each CPU is with its frame. */
    does: each(
      cpu,
      oneOf(
        "idle",
        "took a reference", // M1
        "saw no state change", // M2
        "relies on it", // M3; kernel access or I/O
        "unmapped it",
        "makes it stable",
        "moves the change bit",
        "holds the only dirty bit",
        "resets writable",
        "clears writable",
        "lets go",
        "holds state change", // V1
        "found it discardable", // V2
        "has decided", // V3, or V2 said no
        "puts its reference",
        // V1 to V4 for a caller that has put its reference: in volatile-after-the-last-look only
        "has put",
        "has put, holds state change",
        "has put, found it discardable",
        "has put, decided",
        "dropped it", // the last reference is gone
        "frees it", // F1
        "declared it unused", // F2
        "releases it", // from the parked frames
        "allocates it", // A1
        "allocated it", // A3
        "has a fault in flight", // D1; interrupts are off
        "wants it removed", // D2, or M3 failed
        "removes it", // D3
      ),
    ),
  },
});

const { action, assertion, process, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
type Frame = Index<"frame">;
type Cpu = Index<"cpu">;
export type Step = State["does"][Cpu];

/** What the code of the guest asserts itself. */
export const assertions = {
  /** BUG_ON(!page_make_stable(page)), where the change bit is set. */
  changedPageIsThere: assertion("a changed page has not been discarded"),

  /** VM_BUG_ON in do_discard_fault, of PG_dirty and PG_writeback. */
  discardedPageIsClean: assertion("a page that was discarded is clean"),
};

// ---- What the guest sees of a frame ----

/** The CPU is this far with the frame. */
export const isAt = (state: State, c: Cpu, f: Frame, step: Step): boolean =>
  state.does[c] === step && state.at[c] === f;

/** The CPU is busy with the frame. */
export const has = (state: State, c: Cpu, f: Frame): boolean => state.at[c] === f;

/** The CPU has done what it had to do with its frame. */
export function rests(state: Draft, c: Cpu): "idle" {
  state.at[c] = "none";
  return "idle";
}

export const onlyLooks: readonly Step[] = [
  "has a fault in flight",
  "has put",
  "has put, holds state change",
  "has put, found it discardable",
  "has put, decided",
];

const withoutReference: readonly Step[] = [
  ...onlyLooks,
  "idle",
  "dropped it",
  "frees it",
  "declared it unused",
  "releases it",
  "allocates it",
  "allocated it",
];

/** page_count: one of the owner, one of the mapping, and one of each CPU that has taken one. */
export const references = (state: State, f: Frame): number =>
  (state.owner[f] === "nobody" ? 0 : 1) +
  (state.mapping[f] === "none" ? 0 : 1) +
  state.does.filter((step, c) => state.at[c] === f && !withoutReference.includes(step)).length;

/** Nothing of the page is still to be written to disk. */
export const isClean = (state: State, f: Frame): boolean =>
  state.dirty[f] === "no" && state.writeback[f] === "no";

/** V2, for a caller that has a reference: check_bits and check_counts with an offset of 2. */
export const isDiscardable = (state: State, f: Frame, others = 1): boolean =>
  state.owner[f] === "page cache" &&
  isClean(state, f) &&
  state.discarded[f] === "no" &&
  references(state, f) === (state.mapping[f] === "none" ? 1 : 2) + others;

// ---- ESSA, by which the guest tells the host, and the host answers ----

/** page_discarded: Vz, where the next touch is a discard fault. */
export const isDiscarded = (state: State, f: Frame): boolean =>
  (state.usage[f] === "volatile" || state.usage[f] === "potentially volatile") &&
  state.content[f] === "zero";

/** What is saved of an unused block is dropped. */
export function setUnused(state: Draft, f: Frame): void {
  state.usage[f] = "unused";
  if (state.content[f] === "preserved") dropSavedCopy(state, f);
  else if (state.owed[f] === "anything") state.data[f] = "anything"; // not told apart any more
}

/** P of a block that is not resident comes to Vz, except where dirty data have been saved. */
export function setVolatile(
  state: Draft,
  f: Frame,
  how: "volatile" | "potentially volatile",
): void {
  if (state.content[f] === "preserved") {
    if (how === "potentially volatile" && state.changeBit[f] === "set") return;
    dropSavedCopy(state, f);
  }
  state.usage[f] = state.content[f] === "resident" ? how : "volatile";
}

/** The host forgets what it has paged out. */
export function dropSavedCopy(state: Draft, f: Frame): void {
  state.content[f] = "zero";
  state.data[f] = "given up";
}

/** True if the page is there. */
export function setStableIfNotDiscarded(state: Draft, f: Frame): boolean {
  if (isDiscarded(state, f)) return false;
  state.usage[f] = "stable";
  return true;
}

/** A write through a mapping: fresh data, owed to the owner from now on. */
function write(state: Draft, f: Frame): void {
  state.content[f] = "resident";
  state.data[f] = "fresh";
  state.owed[f] = "fresh";
}

// ---- The two kinds of steps of a CPU ----

type When = (state: State, f: Frame) => boolean;
/** Changes what a step changes, and says how far the CPU is then. */
type Next = (draft: Draft, f: Frame) => Step;

const { at } = process("does", { fairness: "weak" });

/** An idle CPU takes up a frame; it need not. */
function fromIdle(source: string, its: { when: When; next: Next; fairness?: "weak" | "strong" }) {
  const { when, next, fairness = "none" } = its;
  return at("idle", {
    forAny: frame,
    fairness,
    source,
    when: (state, _c, f) => when(state, f),
    effect: (state, c, f) => {
      state.at[c] = f;
      const then = next(state, f);
      if (then === "idle") rests(state, c);
      return then;
    },
  });
}

/** A CPU goes on where it stands with a frame, and does not stop there for ever. */
export function after(step: Step, source: string, its: Next | { when: When; next: Next }) {
  const { when, next } = typeof its === "function" ? { when: () => true, next: its } : its;
  return at(step, {
    forAny: frame,
    source,
    when: (state, c, f) => has(state, c, f) && when(state, f),
    effect: (state, c, f) => {
      const then = next(state, f);
      if (then === "idle") rests(state, c);
      return then;
    },
  });
}

/** A CPU allocates. */
const allocation = {
  /** A1 */
  cpuTakesFromPool: fromIdle("buffered_rmqueue", {
    when: (state, f) => state.pool.has(f),
    next: (state, f) => {
      state.pool.delete(f);
      return "allocates it";
    },
  }),

  /** A3: only now, outside of any lock, does the host learn of it. */
  cpuDeclaresStable: after("allocates it", "page_set_stable", (state, f) => {
    state.usage[f] = "stable";
    return "allocated it";
  }),

  /** A5, to a process, which writes at once. */
  cpuHandsOutAnonymous: after("allocated it", "do_anonymous_page", (state, f) => {
    state.owner[f] = "anonymous";
    write(state, f);
    return "idle";
  }),

  /** A5, to a driver, which keeps it for good. */
  cpuHandsOutReserved: after("allocated it", "SetPageReserved", (state, f) => {
    state.owner[f] = "reserved";
    write(state, f);
    return "idle";
  }),

  /** A5, to the page cache: the page is read in, and SetPageUptodate clears the change bit. */
  cpuReadsIn: after("allocated it", "add_to_page_cache, readpage", (state, f) => {
    state.owner[f] = "page cache";
    state.content[f] = "resident";
    state.data[f] = "on disk";
    state.owed[f] = "on disk";
    state.changeBit[f] = "clear";
    state.writable[f] = "no";
    return "relies on it";
  }),
};

/** What free_pages_check refuses: the page is somebody's, dirty or being written. */
export const isBadToFree = (state: State, f: Frame): boolean =>
  state.owner[f] !== "nobody" || !isClean(state, f);

/** A CPU frees. */
const freeing = {
  cpuFreesAnonymous: fromIdle("zap_pte_range", {
    when: (state, f) => state.owner[f] === "anonymous",
    next: (state, f) => {
      state.owner[f] = "nobody";
      state.owed[f] = "anything";
      return "puts its reference";
    },
  }),

  /** Somebody's mistake: one put too many, of a page that is in use. F1 is there to stop it. */
  cpuWronglyFreesReserved: fromIdle("__free_pages", {
    when: (state, f) => state.owner[f] === "reserved",
    next: () => "dropped it",
  }),

  /** The last put frees the frame, or parks it where a late discard fault may still name it. */
  cpuPutsReference: after("puts its reference", "page_free_discarded", (state, f) => {
    if (references(state, f) > 1) return "idle";
    if (state.discarded[f] === "no") return "dropped it";
    state.parked.add(f);
    return "idle";
  }),

  /** F1: a page that is reserved, or looks bad, is not freed and stays with whoever holds it. */
  cpuChecksPage: after("dropped it", "free_pages_check", (state, f) =>
    isBadToFree(state, f) ? "idle" : "frees it",
  ),

  /** F2 */
  cpuDeclaresUnused: after("frees it", "page_set_unused", (state, f) => {
    setUnused(state, f);
    return "declared it unused";
  }),

  /** F4 */
  cpuInserts: after("declared it unused", "free_hot_cold_page", (state, f) => {
    state.pool.add(f);
    return "idle";
  }),

  /** Direct reclaim calls every CPU first; the call returns when none has its interrupts off. */
  cpuUnparks: fromIdle("page_shrink_discards, on_each_cpu", {
    fairness: "strong",
    when: (state, f) =>
      state.parked.has(f) && state.does.every((step) => step !== "has a fault in flight"),
    next: (state, f) => {
      state.parked.delete(f);
      return "releases it";
    },
  }),

  cpuReleasesParked: after("releases it", "ClearPageDiscarded, free_cold_page", (state, f) => {
    state.discarded[f] = "no";
    return "dropped it";
  }),
};

/** Make-stable: a CPU is going to rely on a page. */
const makeStable = {
  /** M1, the blocking condition: from here on V2 is false. */
  cpuTakesReference: fromIdle("find_get_page", {
    when: (state, f) => state.owner[f] === "page cache",
    next: () => "took a reference",
  }),

  /** M2: waits out a make-volatile that looked at the count before M1. */
  cpuSeesNoStateChange: after("took a reference", "page_make_stable", {
    when: (state, f) => state.stateChange[f] === "free",
    next: () => "saw no state change",
  }),

  /** M3; if it fails (M4), this CPU removes the page. */
  cpuMakesStable: after("saw no state change", "page_set_stable_if_present", (state, f) =>
    setStableIfNotDiscarded(state, f) ? "relies on it" : "wants it removed",
  ),

  /** write() to a file; a page that is gone would fault here. */
  cpuWritesAsKernel: action(cpu, {
    forAny: frame,
    source: "generic_file_buffered_write",
    when: (state, c, f) => isAt(state, c, f, "relies on it") && !isDiscarded(state, f),
    effect: (state, _c, f) => {
      write(state, f);
      state.dirty[f] = "yes";
    },
  }),

  /** The recheck is that of do_no_page, for all pages alike; one that is stable is not discarded. */
  cpuMapsPage: after("relies on it", "page_add_file_rmap", {
    when: (state, f) => state.mapping[f] === "none" && state.discarded[f] === "no",
    next: (state, f) => {
      state.mapping[f] = "read-only";
      return "lets go";
    },
  }),

  /**
   * A minor fault does not make the page stable: what is mapped though the host has dropped it faults
   * when it is touched. What is being removed is not mapped, and the fault tries again (a/R6).
   */
  cpuMapsAtFault: after("took a reference", "find_get_page_nodiscard, do_no_page", {
    when: (state, f) => state.mapping[f] === "none",
    next: (state, f) => {
      if (state.discarded[f] === "no") state.mapping[f] = "read-only";
      return "lets go";
    },
  }),

  cpuIsDone: after("relies on it", "put_page_check", () => "lets go"),

  /** What is in the page now goes to disk; what is written from here on makes it dirty again. */
  cpuStartsWriteback: fromIdle("clear_page_dirty_for_io, set_page_writeback", {
    when: (state, f) =>
      state.owner[f] === "page cache" && state.dirty[f] === "yes" && state.writeback[f] === "no",
    next: (state, f) => {
      state.dirty[f] = "no";
      state.writeback[f] = "yes";
      if (state.data[f] === "fresh") state.data[f] = "being written";
      if (state.owed[f] === "fresh") state.owed[f] = "being written";
      return "idle";
    },
  }),

  /** In interrupt context; the page has been stable since it became dirty. */
  cpuEndsWriteback: fromIdle("test_clear_page_writeback", {
    fairness: "weak",
    when: (state, f) => state.writeback[f] === "yes",
    next: (state, f) => {
      state.writeback[f] = "no";
      if (state.data[f] === "being written") state.data[f] = "on disk";
      if (state.owed[f] === "being written") state.owed[f] = "on disk";
      return "lets go";
    },
  }),

  /** A clean, unmapped page that nobody else holds; where ESSA says Vz it counts as discarded. */
  cpuReclaims: after("took a reference", "remove_mapping, __remove_from_page_cache", {
    when: (state, f) => state.mapping[f] === "none" && isDiscardable(state, f),
    next: (state, f) => {
      if (isDiscarded(state, f)) state.discarded[f] = "yes";
      state.owner[f] = "nobody";
      state.owed[f] = "anything";
      return "puts its reference";
    },
  }),
};

/** Make-volatile: a CPU lets go of a page. */
const makeVolatile = {
  /** V1 */
  cpuTakesStateChange: after("lets go", "page_make_volatile", {
    when: (state, f) => state.stateChange[f] === "free",
    next: (state, f) => {
      state.stateChange[f] = "held";
      return "holds state change";
    },
  }),

  /** V1, as it may be called from an interrupt: it never waits, and nobody tries again. */
  cpuGivesUp: after("lets go", "page_make_volatile", {
    when: (state, f) => state.stateChange[f] === "held",
    next: () => "puts its reference",
  }),

  /** V2 */
  cpuChecksDiscardable: after("holds state change", "check_bits, check_counts", (state, f) =>
    isDiscardable(state, f) ? "found it discardable" : "has decided",
  ),

  /** V3 */
  cpuSetsVolatile: after("found it discardable", "page_set_volatile", (state, f) => {
    setVolatile(state, f, state.writable[f] === "yes" ? "potentially volatile" : "volatile");
    return "has decided";
  }),

  /** V4 */
  cpuEndsStateChange: after("has decided", "page_clear_state_change", (state, f) => {
    state.stateChange[f] = "free";
    return "puts its reference";
  }),
};

/** Mappings: user space reads and writes without telling the kernel. */
const mappings = {
  /** Waits for the state-change bit, takes it and gives it back. */
  cpuMakesMappingWritable: fromIdle("do_wp_page, page_check_writable", {
    when: (state, f) => state.mapping[f] === "read-only" && state.stateChange[f] === "free",
    next: (state, f) => {
      state.mapping[f] = "writable";
      if (state.writable[f] === "yes") return "idle";
      state.writable[f] = "yes";
      if (isDiscardable(state, f, 0)) setVolatile(state, f, "potentially volatile");
      else setStableIfNotDiscarded(state, f);
      return "idle";
    },
  }),

  userWrites: action("user", {
    forAny: frame,
    when: (state, f) => state.mapping[f] === "writable" && !isDiscarded(state, f),
    effect: (state, f) => {
      write(state, f);
      state.changeBit[f] = "set";
    },
  }),

  /** The reference of the mapping becomes the CPU's: V2 stays false for everybody else. */
  cpuUnmaps: fromIdle("page_remove_rmap", {
    when: (state, f) => state.mapping[f] !== "none" && state.owner[f] === "page cache",
    next: (state, f) => {
      state.mapping[f] = "none";
      return "unmapped it";
    },
  }),

  /** Where the bit is set, this is M2 of a make-stable. */
  cpuTestsChangeBit: after("unmapped it", "page_test_dirty", {
    when: (state, f) => state.changeBit[f] === "clear" || state.stateChange[f] === "free",
    next: (state, f) => (state.changeBit[f] === "set" ? "makes it stable" : "resets writable"),
  }),

  /** M3, which cannot fail: the host does not discard a page with the change bit set. */
  cpuMakesChangedStable: after("makes it stable", "BUG_ON(!page_make_stable)", (state, f) => {
    assert(setStableIfNotDiscarded(state, f), assertions.changedPageIsThere, { frame: f });
    return "moves the change bit";
  }),

  cpuClearsChangeBit: after("moves the change bit", "page_clear_dirty", (state, f) => {
    state.changeBit[f] = "clear";
    return "holds the only dirty bit";
  }),

  cpuSetsDirty: after("holds the only dirty bit", "set_page_dirty", (state, f) => {
    state.dirty[f] = "yes";
    return "resets writable";
  }),

  /** Gives up where the state-change bit is held; PG_writable may stay set without need. */
  cpuChecksMapped: after("resets writable", "page_reset_writable", (state, f) => {
    if (state.stateChange[f] === "held" || state.mapping[f] !== "none") return "lets go";
    state.stateChange[f] = "held";
    return "clears writable";
  }),

  cpuClearsWritable: after("clears writable", "ClearPageWritable", (state, f) => {
    state.writable[f] = "no";
    state.stateChange[f] = "free";
    return "lets go";
  }),
};

/** The discard fault. */
const discardFault = {
  /** D1: the hardware delivers it, with the absolute address and nothing else; interrupts go off. */
  cpuTouchesDiscarded: fromIdle("do_discard_fault", {
    when: (state, f) => state.mapping[f] !== "none" && isDiscarded(state, f),
    next: () => "has a fault in flight",
  }),

  /** D2 */
  cpuGetsFaultingPage: after("has a fault in flight", "get_page_unless_zero", (state, f) =>
    references(state, f) > 0 ? "wants it removed" : "idle",
  ),

  /** D3: one remover only. */
  cpuSetsDiscarded: after("wants it removed", "TestSetPageDiscarded", (state, f) => {
    assert(isClean(state, f), assertions.discardedPageIsClean, { frame: f });
    if (state.discarded[f] === "yes") return "puts its reference";
    state.discarded[f] = "yes";
    return "removes it";
  }),

  /** D4: whoever owns the frame loses it. What is on disk the next fault reads in again (D5). */
  cpuRemovesDiscarded: after("removes it", "__page_discard, page_unmap_all", (state, f) => {
    state.owner[f] = "nobody";
    state.mapping[f] = "none";
    if (state.owed[f] === "on disk") state.owed[f] = "anything";
    return "puts its reference";
  }),
};

export function hostDiscards(state: Draft, f: Frame): void {
  state.content[f] = "zero";
  state.data[f] = "discarded";
}

/** The host's pager, which sees usage, content and change bit, and no more. */
const pager = {
  /** H1 */
  hostDiscardsUnused: action("host", {
    forAny: frame,
    when: (state, f) => state.usage[f] === "unused" && state.content[f] === "resident",
    effect: hostDiscards,
  }),

  hostDiscardsVolatile: action("host", {
    forAny: frame,
    when: (state, f) =>
      state.content[f] === "resident" &&
      (state.usage[f] === "volatile" ||
        (state.usage[f] === "potentially volatile" && state.changeBit[f] === "clear")),
    effect: (state, f) => {
      state.usage[f] = "volatile";
      hostDiscards(state, f);
    },
  }),

  /** Pr -> Sp: the host takes the page for stable until the guest says otherwise. */
  hostPreservesChanged: action("host", {
    forAny: frame,
    when: (state, f) =>
      state.content[f] === "resident" &&
      state.usage[f] === "potentially volatile" &&
      state.changeBit[f] === "set",
    effect: (state, f) => {
      state.usage[f] = "stable";
      state.content[f] = "preserved";
    },
  }),

  /** H2 */
  hostPreserves: action("host", {
    forAny: frame,
    when: (state, f) => state.usage[f] === "stable" && state.content[f] === "resident",
    effect: (state, f) => {
      state.content[f] = "preserved";
    },
  }),

  /** H3, also on a touch. H4, the zero page of a touched Sz, is part of the write that touches. */
  hostBringsBack: action("host", {
    forAny: frame,
    when: (state, f) => state.content[f] === "preserved",
    effect: (state, f) => {
      state.content[f] = "resident";
    },
  }),
};

export const actions = {
  ...allocation,
  ...freeing,
  ...makeStable,
  ...makeVolatile,
  ...mappings,
  ...discardFault,
  ...pager,
};

/** At first every frame is in the pool. */
export function boot(state: Draft): void {
  for (const f of state.usage.keys()) state.pool.add(f);
}
