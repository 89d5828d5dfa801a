/**
 * Lazy make-volatile on s390: whoever lets go of a page of the page cache does not declare it volatile, but notes it in a
 * table, and a commit declares all that are noted at once.
 *
 * A proposal in mail that nobody implemented (R. van Riel, M. Schwidefsky and H. Franke, 12 and 13 September 2006, in reply to
 * "[patch 1/9] Guest page hinting: unused / free pages"), so that this is one reading of it, with all that the thread asks for: one
 * table (H. Franke), from which a page is removed when it is freed, and need not be when it is made stable
 * (M. Schwidefsky); a commit that looks at the page again (R. van Riel) and holds PG_state_change from there until it has
 * declared it (H. Franke). What no mail says, and nothing holds without: the lock of the table is held for all of the
 * commit, so that a free waits for it (free-does-not-wait), and interrupts are off under it. The eager protocol is
 * s390-guest-page-hinting; steps have the names that they have there.
 *
 * Left out: mappings, and with them potentially volatile pages and the discard fault (a CPU finds out by make-stable);
 * that the host pages out what is stable; the memory order of M1 and V2. One step here and several in the code, as nobody else
 * knows the frame in between: an allocation (A1 and A5), and a free behind the look at the table (F2 and F4).
 */
import {
  declare,
  each,
  type Index,
  interchangeable,
  oneOf,
  optional,
  subset,
} from "../../language/index.ts";

const constants = {
  /** How many frames the guest has. */
  frames: 2,
  /** How many virtual CPUs it has. */
  cpus: 2,
  /** How many pages the table has room for; with so many it is committed. About 1,000 in the mail. */
  tableSize: 2,
};
/** A page frame of the guest's. */
export const frame = interchangeable("frame", ({ frames }: typeof constants) => frames);
/** A virtual CPU of the guest's. */
export const cpu = interchangeable("cpu", ({ cpus }: typeof constants) => cpus);

export const protocol = declare({
  constants,
  where: {
    "there is a frame": ({ frames }) => frames >= 1,
    "there is a CPU": ({ cpus }) => cpus >= 1,
    "the table can be full": ({ frames, tableSize }) => tableSize >= 1 && tableSize <= frames,
  },
  state: {
    /** What the guest last declared each frame to be. */
    usage: each(frame, oneOf("unused", "stable", "volatile")),
    /** What a read would find; what is on disk can be read in again, fresh data are only here. */
    content: each(frame, oneOf("anything", "on disk", "fresh", "discarded")),

    /** What the frame is in use as. */
    owner: each(frame, oneOf("nobody", "page cache", "anonymous")),
    /** PG_dirty, PG_writeback */
    written: each(frame, oneOf("clean", "dirty", "under writeback")),
    /** PG_state_change, which a commit takes; make-stable waits for it. */
    stateChange: each(frame, oneOf("free", "held")),
    /** The free frames. */
    pool: subset(frame),

    /** The entry of each frame in the table, and how far the commit is with it. */
    entry: each(
      frame,
      oneOf(
        "none",
        "pending",
        "bit taken", // V1
        "chosen", // V2: it is discardable, and the bit stays taken
        "passed over",
      ),
    ),
    /** Who has the lock of the table; interrupts are off there. */
    tableLock: optional(cpu),

    /** The frame that a CPU works on. */
    at: each(cpu, optional(frame)),
    /** How far each CPU is with it. */
    does: each(
      cpu,
      oneOf(
        "idle",
        "took a reference", // M1
        "saw no state change", // M2
        "relies on it", // M3
        "wants it removed", // M3 failed
        "lets go",
        "puts its reference",
        "frees it",
        "found the table full",
        "commits",
        "has set them volatile", // V3
      ),
    ),
    /** The frame of which an interrupt has ended the writeback, on the CPU that it came to; all else stands still there. */
    handler: each(cpu, optional(frame)),
  },
});

const { action, process, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
type Bounds = typeof type.constants;
type Frame = Index<"frame">;
type Cpu = Index<"cpu">;
export type Step = State["does"][Cpu];

// ---- What the guest sees of a frame ----

/** The CPU is this far with the frame. */
export const isAt = (state: State, c: Cpu, f: Frame, step: Step): boolean =>
  state.does[c] === step && state.at[c] === f;

const withoutReference: readonly Step[] = ["idle", "frees it"];

/** page_count: one of the page cache, one of each CPU that has taken one, one of an interrupt handler. */
export const references = (state: State, f: Frame): number =>
  (state.owner[f] === "nobody" ? 0 : 1) +
  state.does.filter((step, c) => state.at[c] === f && !withoutReference.includes(step)).length +
  state.handler.filter((its) => its === f).length;

/** V2, with so many references beside that of the page cache. */
export const isDiscardable = (state: State, f: Frame, others: number): boolean =>
  state.owner[f] === "page cache" &&
  state.written[f] === "clean" &&
  references(state, f) === 1 + others;

/** The table has no room. */
export const isFull = (state: State, { tableSize }: Bounds): boolean =>
  state.entry.filter((its) => its !== "none").length >= tableSize;

/** The host has dropped a page of which it has to say so. */
export const isDiscarded = (state: State, f: Frame): boolean =>
  state.usage[f] === "volatile" && state.content[f] === "discarded";

/** page_set_stable_if_present: true if the page is there. */
export function setStableIfNotDiscarded(state: Draft, f: Frame): boolean {
  if (isDiscarded(state, f)) return false;
  state.usage[f] = "stable";
  return true;
}
/** F2, F4 */
export function free(state: Draft, f: Frame): void {
  state.usage[f] = "unused";
  state.content[f] = "anything";
  state.written[f] = "clean";
  state.pool.add(f);
}

// ---- The steps of a CPU ----

/** No interrupt handler runs on the CPU. */
export const runs = (state: State, c: Cpu): boolean => state.handler[c] === "none";
/** The CPU runs, and works on the frame. */
export const has = (state: State, c: Cpu, f: Frame): boolean => runs(state, c) && state.at[c] === f;

/** The CPU has done what it had to do with its frame. */
export function rests(state: Draft, c: Cpu): "idle" {
  state.at[c] = "none";
  return "idle";
}

/** Strong, as interrupts come again and again, and a CPU goes on between them; a lock is handed over in turn. */
const { at } = process("does", { fairness: "strong" });
type Next = (draft: Draft, f: Frame) => Step;

/** An idle CPU takes up a frame; it need not. */
const fromIdle = (source: string, when: (state: State, f: Frame) => boolean, next: Next) =>
  at("idle", {
    forAny: frame,
    fairness: "none",
    source,
    when: (state, c, f) => runs(state, c) && when(state, f),
    effect: (state, c, f) => {
      state.at[c] = f;
      const then = next(state, f);
      return then === "idle" ? rests(state, c) : then;
    },
  });

const allocation = {
  /** A1 and A5: to a process, which writes at once. */
  cpuAllocatesAnonymous: fromIdle(
    "do_anonymous_page",
    (state, f) => state.pool.has(f),
    (state, f) => {
      state.pool.delete(f);
      state.usage[f] = "stable";
      state.owner[f] = "anonymous";
      state.content[f] = "fresh";
      return "idle";
    },
  ),

  /** A1 and A5: to the page cache. */
  cpuReadsIn: fromIdle(
    "add_to_page_cache, readpage",
    (state, f) => state.pool.has(f),
    (state, f) => {
      state.pool.delete(f);
      state.usage[f] = "stable";
      state.owner[f] = "page cache";
      state.content[f] = "on disk";
      return "relies on it";
    },
  ),

  cpuFreesAnonymous: fromIdle(
    "zap_pte_range",
    (state, f) => state.owner[f] === "anonymous",
    (state, f) => {
      state.owner[f] = "nobody";
      return "frees it";
    },
  ),

  /** Behind the last reference; waits for the lock of the table, and so for a commit. */
  cpuFrees: at("frees it", {
    source: "free_hot_cold_page",
    forAny: frame,
    when: (state, c, f) => has(state, c, f) && state.tableLock === "none",
    effect: (state, c, f) => {
      state.entry[f] = "none";
      free(state, f);
      return rests(state, c);
    },
  }),
};

/** Make-stable: a CPU is going to rely on a page. */
const makeStable = {
  /** M1 */
  cpuTakesReference: fromIdle(
    "find_get_page",
    (state, f) => state.owner[f] === "page cache",
    () => "took a reference",
  ),

  /** M2: waits out a commit that looked at the count before M1. */
  cpuSeesNoStateChange: at("took a reference", {
    source: "page_make_stable",
    to: "saw no state change",
    forAny: frame,
    when: (state, c, f) => has(state, c, f) && state.stateChange[f] === "free",
  }),

  /** M3. An entry in the table stays there. */
  cpuMakesStable: at("saw no state change", {
    source: "page_set_stable_if_present",
    forAny: frame,
    when: has,
    effect: (state, _c, f) =>
      setStableIfNotDiscarded(state, f) ? "relies on it" : "wants it removed",
  }),

  /** M4: what another CPU has removed meanwhile is only put. */
  cpuRemovesDiscarded: at("wants it removed", {
    source: "page_discard",
    to: "puts its reference",
    forAny: frame,
    when: has,
    effect: (state, _c, f) => {
      state.owner[f] = "nobody";
    },
  }),

  /** write() to a file, which waits for writeback; a page that is gone would fault here. */
  cpuWrites: action(cpu, {
    source: "generic_file_buffered_write",
    forAny: frame,
    when: (state, c, f) =>
      runs(state, c) &&
      isAt(state, c, f, "relies on it") &&
      state.owner[f] === "page cache" &&
      state.written[f] !== "under writeback" &&
      !isDiscarded(state, f),
    effect: (state, _c, f) => {
      state.content[f] = "fresh";
      state.written[f] = "dirty";
    },
  }),

  cpuIsDone: at("relies on it", {
    source: "put_page_check",
    to: "lets go",
    forAny: frame,
    when: has,
  }),

  /** A clean page that nobody else holds. It is freed without a look at PG_state_change. Nobody needs to: M2 is fair. */
  cpuReclaims: at("took a reference", {
    source: "remove_mapping, __remove_from_page_cache",
    to: "puts its reference",
    forAny: frame,
    fairness: "none",
    when: (state, c, f) => has(state, c, f) && isDiscardable(state, f, 1),
    effect: (state, _c, f) => {
      state.owner[f] = "nobody";
    },
  }),

  /** A file is cut off: its page leaves the page cache, whoever has a reference besides. Nor needs this to come. */
  cpuTruncates: at("took a reference", {
    source: "truncate_complete_page, cancel_dirty_page",
    to: "puts its reference",
    forAny: frame,
    fairness: "none",
    when: (state, c, f) =>
      has(state, c, f) && state.owner[f] === "page cache" && state.written[f] !== "under writeback",
    effect: (state, _c, f) => {
      state.owner[f] = "nobody";
      state.written[f] = "clean";
    },
  }),
};

/** Writeback, which ends in an interrupt. */
const writeback = {
  cpuStartsWriteback: fromIdle(
    "clear_page_dirty_for_io, set_page_writeback",
    (state, f) => state.written[f] === "dirty",
    (state, f) => {
      state.written[f] = "under writeback";
      return "idle";
    },
  ),

  /** Wherever interrupts are on; the handler has a reference, here as in the eager protocol. */
  interruptEndsWriteback: action(cpu, {
    source: "test_clear_page_writeback",
    forAny: frame,
    fairness: "weak",
    when: (state, c, f) =>
      state.written[f] === "under writeback" && runs(state, c) && state.tableLock !== c,
    effect: (state, c, f) => {
      state.written[f] = "clean";
      state.content[f] = "on disk";
      state.handler[c] = f;
    },
  }),

  /** It spins for the lock; where the table is full it gives up, as V1 does. It may free what was cut off meanwhile. */
  handlerQueues: action(cpu, {
    source: "end_page_writeback, page_make_volatile",
    forAny: frame,
    fairness: "strong", // the lock is handed over in turn
    when: (state, c, f) => state.handler[c] === f && state.tableLock === "none",
    effect: (state, c, f, bounds) => {
      if (references(state, f) === 1) {
        state.entry[f] = "none";
        free(state, f);
      } else if (state.entry[f] === "none" && !isFull(state, bounds)) {
        state.entry[f] = "pending";
      }
      state.handler[c] = "none";
    },
  }),
};

/** A CPU lets go of a page. The entry comes first and the put then, or it may be of a page that was freed. */
const lettingGo = {
  cpuQueues: at("lets go", {
    source: "page_make_volatile",
    to: "puts its reference",
    forAny: frame,
    when: (state, c, f, bounds) =>
      has(state, c, f) &&
      state.tableLock === "none" &&
      (state.entry[f] === "pending" || !isFull(state, bounds)),
    effect: (state, _c, f) => {
      state.entry[f] = "pending";
    },
  }),

  /** An interrupt has filled the table. */
  cpuMakesRoom: at("lets go", {
    source: "page_make_volatile",
    to: "commits",
    forAny: frame,
    when: (state, c, f, bounds) =>
      has(state, c, f) &&
      state.tableLock === "none" &&
      state.entry[f] === "none" &&
      isFull(state, bounds),
    effect: (state, c) => {
      state.tableLock = c;
    },
  }),

  cpuPutsReference: at("puts its reference", {
    source: "put_page",
    forAny: frame,
    when: has,
    effect: (state, c, f, bounds) => {
      if (references(state, f) === 1) return "frees it";
      rests(state, c);
      return isFull(state, bounds) ? "found the table full" : "idle";
    },
  }),
};

/** The commit, by the CPU that has found the table full. */
const commit = {
  cpuStartsCommit: at("found the table full", {
    when: (state, c) => runs(state, c) && state.tableLock === "none",
    effect: (state, c, bounds) => {
      if (!isFull(state, bounds)) return "idle"; // somebody else has committed it
      state.tableLock = c;
      return "commits";
    },
  }),

  /** V1, of one entry after the other. The bit stays taken until the end of the commit. */
  cpuTakesStateChange: at("commits", {
    to: "commits",
    source: "page_test_set_state_change",
    forAny: frame,
    when: (state, c, f) =>
      runs(state, c) &&
      state.entry[f] === "pending" &&
      state.entry.every((its) => its !== "bit taken"),
    effect: (state, _c, f) => {
      state.stateChange[f] = "held";
      state.entry[f] = "bit taken";
    },
  }),

  /** V2: looks at the page again. Nobody has a reference for the entry. */
  cpuLooksAgain: at("commits", {
    to: "commits",
    source: "check_bits, check_counts",
    forAny: frame,
    when: (state, c, f) => runs(state, c) && state.entry[f] === "bit taken",
    effect: (state, _c, f) => {
      if (isDiscardable(state, f, 0)) {
        state.entry[f] = "chosen";
      } else {
        state.entry[f] = "passed over";
        state.stateChange[f] = "free";
      }
    },
  }),

  /** V3, of all that were chosen at once. */
  cpuSetsVolatile: at("commits", {
    to: "has set them volatile",
    source: "page_set_volatile",
    when: (state, c) =>
      runs(state, c) && state.entry.every((its) => its !== "pending" && its !== "bit taken"),
    effect: (state) => {
      for (const f of state.entry.keys()) {
        if (state.entry[f] === "chosen") state.usage[f] = "volatile";
      }
    },
  }),

  /** V4; and whoever wanted room has it. */
  cpuEndsCommit: at("has set them volatile", {
    source: "page_clear_state_change",
    when: runs,
    effect: (state, c) => {
      for (const f of state.entry.keys()) endEntry(state, f);
      state.tableLock = "none";
      return state.at[c] === "none" ? "idle" : "lets go";
    },
  }),
};

/** V4, of one entry. */
export function endEntry(state: Draft, f: Frame): void {
  if (state.entry[f] === "chosen") state.stateChange[f] = "free";
  state.entry[f] = "none";
}

/** The host, which sees the usage and no more; it need not do anything. */
const pager = {
  /** H1, and H2 of a volatile page. */
  hostDiscards: action("host", {
    forAny: frame,
    when: (state, f) => state.usage[f] !== "stable" && state.content[f] !== "discarded",
    effect: (state, f) => {
      state.content[f] = "discarded";
    },
  }),
};

export const actions = {
  ...allocation,
  ...makeStable,
  ...writeback,
  ...lettingGo,
  ...commit,
  ...pager,
};

/** At first every frame is in the pool. */
export function boot(state: Draft): void {
  for (const f of state.usage.keys()) state.pool.add(f);
}
