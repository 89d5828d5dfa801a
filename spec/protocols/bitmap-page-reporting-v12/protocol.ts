/**
 * Bitmap page reporting: a guest kernel notes in a bitmap which chunks of memory may be free, and a worker goes through
 * it, takes what still is free off the lists, reports it to the hypervisor, and puts it back.
 *
 * Abstracts mm/page_reporting.c of "mm: Support for page reporting", v12 (Nitesh Narayan Lal, 12 August 2019), its hook
 * in mm/page_alloc.c and the callback of the balloon driver, which returns when the host has answered. One step is what
 * happens under one hold of the zone lock; accesses outside of it are steps of their own. What a freeing CPU does to bit,
 * counter and refcnt is one step with the free, since it holds the lock: so a free that finds its bit set, and takes
 * refcnt when the worker has ended meanwhile, queues an empty scan less than it would.
 *
 * A frame is a chunk here, of the smallest order that is reported. Left out: smaller blocks, more than one zone,
 * migratetypes, failures of the device; interrupts, which isInterruptedUnderTheLock has; a reader that is in its section
 * when the driver is unbound (a free is one step), so that nobody is waited for but whoever never leaves; poisoning, and
 * hosts that discard nothing because a device is assigned. The scan goes through the largest blocks in any order, not by
 * addresses.
 */
import {
  declare,
  each,
  ghost,
  type Index,
  oneOf,
  optional,
  range,
  sequence,
  subset,
} from "../../language/index.ts";
import { type AllocatorDraft, buddyAllocator } from "../../parts/buddy-allocator.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";
import { virtqueue } from "../../parts/virtqueue.ts";

export const memory = buddyAllocator({
  levels: 1,
  users: ["handed out", "written"],
  others: ["isolated"],
  lockHolders: ["worker"],
});
export const { block, frame } = memory;
export const host = hostMemory(frame);
export const users = guestUsers(memory, host);
/** The reporting queue of the balloon device: a report is one buffer, a block one entry. */
export const queue = virtqueue("queue", { of: block, capacity: memory.frames });
type Block = Index<"block">;
type Frame = Index<"frame">;

export const protocol = declare({
  parts: [memory, host, queue, users],
  constants: {
    /** Blocks of the largest order; each has two chunks. */
    blocks: 2,
    /** phconf->max_pages: blocks in one report, and as many bits must be set for a scan (v12: 16). */
    batch: 2,
    /** Free chunks that must remain where a block is isolated; smaller blocks, which are left out, remain as well. */
    minWatermark: 0,
    /** Whether the driver may be unbound, and bound again. */
    removal: false,
  },
  where: {
    "a report has room for a block": ({ batch }) => batch >= 1,
    "neither poisoning nor inhibition, which are left out": ({ poisoning, inhibition }) =>
      !poisoning && !inhibition,
  },
  state: {
    /** zone->bitmap: "set" says that a free block may begin with the chunk. */
    bit: each(frame, oneOf("clear", "set")),
    /** zone->free_pages, which counts the bits that are set. */
    freePages: range(0, (bounds: { blocks: number }) => 2 * memory.frames(bounds)),
    /** phconf->refcnt */
    refcnt: range(0, 1),
    /** phconf->reporting_work is pending. */
    work: oneOf("none", "queued"),
    /** Where page_reporting_wq is. */
    worker: oneOf(
      "idle",
      "starts",
      "scans",
      "locks",
      "holds the lock",
      "clears",
      "counts",
      "submits",
      "waits",
      "returns",
      "puts back",
      "ends",
    ),
    /** The chunks that the scan has passed. */
    passed: subset(frame),
    /** setbit: the chunk that the scan has come to. */
    chunk: optional(frame),
    /** page: the free block that process_free_page has found there, to be isolated. */
    found: optional(block),
    /** phconf->sg: what has been isolated for the next report. */
    scatterlist: sequence(block, memory.frames),
    /** Where the driver is with page_reporting_enable and page_reporting_disable. */
    driver: oneOf("bound", "waits for readers", "waits for ever", "cancels", "unbound"),
    /** Whether a CPU has left a read section of RCU open. */
    openSection: oneOf("none", "left open"),
    /** Whether the chunk was freed and neither reported nor taken since. */
    owed: ghost(each(frame, oneOf("no", "yes"))),
  },
});
const { action, process, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
export type Bounds = typeof type.constants;
/** What a free changes of the state of any variant. */
type Freeing = AllocatorDraft & Pick<Draft, "content" | "owed">;

/** PageBuddy: the free block that begins with a chunk. */
export const freeBlockAt = (state: Pick<AllocatorDraft, "owner">, f: Frame): Block | undefined =>
  block.around(block.of(f)).find((b) => block.first(b) === f && state.owner[b] === "free");

const guest = {
  guestAllocates: action("guest", {
    source: "rmqueue, expand",
    forAny: block,
    when: (state, b, bounds) =>
      state.zoneLock === "open" && users.mayAllocate(state, bounds) && memory.canAllocate(state, b),
    effect: (state, b) => {
      memory.allocate(state, b, "handed out");
      for (const f of block.frames(b)) state.owed[f] = "no";
    },
  }),

  guestWrites: users.actions.guestWrites,

  /** E1 to E3 */
  guestFrees: action("guest", {
    source: "__free_one_page, page_reporting_enqueue",
    forAny: block,
    when: (state, b) => state.zoneLock === "open" && memory.isUsed(state.owner[b]),
    effect: (state, b, bounds) => {
      const merged = free(state, b, bounds);
      if (!isReporting(state)) return;
      setBit(state, block.first(merged));
      queueWork(state, bounds);
    },
  }),
};

/** A user has no use for the block any more, and it merges. */
export function free(state: Freeing, b: Block, bounds: Bounds): Block {
  host.release(state, block.frames(b), bounds);
  for (const f of block.frames(b)) state.owed[f] = "yes";
  return memory.free(state, b, "as likely to merge");
}

/** E1: a CPU that finds no reporter returns in the middle of a read section. */
export function isReporting(state: Pick<Draft, "driver" | "openSection">): boolean {
  if (state.driver === "bound") return true;
  state.openSection = "left open";
  return false;
}

/** E2 */
export function setBit(state: Pick<Draft, "bit" | "freePages">, f: Frame): void {
  if (state.bit[f] === "set") return;
  state.bit[f] = "set";
  state.freePages += 1;
}

/** E3 */
export function queueWork(
  state: Pick<Draft, "freePages" | "refcnt" | "work">,
  { batch }: Pick<Bounds, "batch">,
): void {
  if (state.freePages < batch || state.refcnt !== 0) return;
  state.refcnt = 1;
  state.work = "queued";
}

const { at } = process("worker", { fairness: "weak" });

const worker = {
  workerStarts: at("idle", {
    to: "starts",
    source: "process_one_work",
    when: (state) => state.work === "queued",
    effect: (state) => {
      state.work = "none";
    },
  }),

  /** W1 */
  workerLooksAtZone: at("starts", {
    source: "page_reporting_wq",
    effect: (state, { batch }) => (state.freePages < batch ? "ends" : "scans"),
  }),

  /** W1: chunk after chunk; of a largest block the lower one first. */
  workerLooksAtBit: at("scans", {
    source: "scan_zone_bitmap: for_each_set_bit",
    forAny: frame,
    when: (state, f) => isNext(state, f),
    effect: (state, f) => lookAtBit(state, f),
  }),

  /** W2, W3: the lock is a plain one, and interrupts stay on. What is found to be free is isolated later, under it. */
  workerLocks: at("locks", {
    to: "holds the lock",
    source: "scan_zone_bitmap: spin_lock; process_free_page: PageBuddy",
    when: (state) => state.zoneLock === "open",
    effect: (state) => {
      state.zoneLock = "worker";
      if (state.chunk !== "none") state.found = freeBlockAt(state, state.chunk) ?? "none";
    },
  }),
  /** W3 */
  workerIsolates: at("holds the lock", {
    to: "clears",
    source: "process_free_page: __isolate_free_page; scan_zone_bitmap: spin_unlock",
    effect: (state, bounds) => {
      isolate(state, bounds);
      state.zoneLock = "open";
    },
  }),

  /** W4 */
  workerClearsBit: at("clears", {
    to: "counts",
    source: "scan_zone_bitmap: clear_bit",
    effect: (state) => {
      if (state.chunk !== "none") state.bit[state.chunk] = "clear";
      state.chunk = "none";
    },
  }),
  workerCounts: at("counts", {
    source: "scan_zone_bitmap: atomic_dec",
    effect: (state, bounds) => {
      state.freePages -= 1;
      return afterABit(state, bounds);
    },
  }),

  /** W6: what is left is reported as well. */
  workerEndsScan: at("scans", {
    source: "scan_zone_bitmap",
    when: (state, bounds) => state.passed.size === memory.frames(bounds),
    effect: (state) => (state.scatterlist.length > 0 ? "submits" : "ends"),
  }),

  /** W5 */
  workerSubmits: at("submits", {
    to: "waits",
    source: "phconf->report: virtballoon_page_reporting",
    effect: (state) => queue.add(state, state.scatterlist),
  }),
  workerWakes: at("waits", {
    to: "returns",
    source: "virtballoon_page_reporting: wait_event",
    when: queue.isUsed,
    effect: (state) => {
      queue.takeBack(state);
      for (const b of state.scatterlist) for (const f of block.frames(b)) state.owed[f] = "no";
    },
  }),
  /** W5, under a plain lock as well. */
  workerLocksAgain: at("returns", {
    to: "puts back",
    source: "return_isolated_page: spin_lock",
    when: (state) => state.zoneLock === "open",
    effect: (state) => {
      state.zoneLock = "worker";
    },
  }),
  /** Nobody is notified of what is put back. */
  workerReturns: at("puts back", {
    to: "scans",
    source: "return_isolated_page: __free_one_page, spin_unlock",
    effect: (state) => {
      for (const b of state.scatterlist) memory.free(state, b, "as likely to merge");
      state.scatterlist = [];
      state.zoneLock = "open";
    },
  }),

  /** W7: a plain store, and nobody looks whether more has come. */
  workerEnds: at("ends", {
    to: "idle",
    source: "page_reporting_wq: atomic_set",
    effect: (state) => {
      state.passed.clear();
      state.refcnt = 0;
    },
  }),
};

/** A full report is made at once. */
export const afterABit = (
  { scatterlist }: Pick<Draft, "scatterlist">,
  { batch }: Pick<Bounds, "batch">,
): "submits" | "scans" => (scatterlist.length === batch ? "submits" : "scans");

/** Passes the chunk, or goes on to what to do with it. */
export function lookAtBit(
  state: Pick<Draft, "bit" | "chunk" | "passed">,
  f: Frame,
): "scans" | "locks" {
  state.passed.add(f);
  if (state.bit[f] === "clear") return "scans";
  state.chunk = f;
  return "locks";
}

/** The scan has not passed the chunk, but all that are before it in its largest block. */
function isNext(state: State, f: Frame): boolean {
  const tree = block.frames(block.around(block.of(f)).at(-1) ?? block.of(f));
  return tree.every((other) =>
    frame.offset(other) < frame.offset(f)
      ? state.passed.has(other)
      : other !== f || !state.passed.has(f),
  );
}

/** __isolate_free_page of what was found, which is not looked at again; it refuses to go below the watermark. */
export function isolate(
  state: AllocatorDraft & Pick<Draft, "scatterlist" | "found">,
  { minWatermark }: Pick<Bounds, "minWatermark">,
): "isolated" | "refused" {
  const b = state.found;
  state.found = "none";
  if (b === "none" || memory.freeFrames(state) < minWatermark + 2 ** block.order(b))
    return "refused";
  takeOff(state, b);
  return "isolated";
}

/** What is not free is on no list, and is taken all the same. */
export function takeOff(state: AllocatorDraft & Pick<Draft, "scatterlist">, b: Block): void {
  if (state.owner[b] === "free") memory.takeOffList(state, b);
  state.owner[b] = "isolated";
  state.scatterlist.push(b);
}

const device = {
  devicePops: action("device", {
    source: "virtqueue_pop",
    fairness: "weak",
    when: queue.isAvailable,
    effect: queue.pop,
  }),
  /** Fair, for it is on the way to the answer. */
  deviceDiscards: action("device", {
    source: "madvise(MADV_DONTNEED)",
    fairness: "weak",
    when: (state) => queue.isPopped(state) && !queue.isDone(state),
    effect: (state, bounds) => {
      const b = queue.next(state);
      if (b !== undefined) host.discard(state, block.frames(b), block.order(b), bounds);
    },
  }),
  devicePushes: action("device", {
    source: "virtqueue_push",
    fairness: "weak",
    when: queue.isDone,
    effect: queue.push,
  }),
};

const binding = process("driver", { fairness: "weak" });

const driver = {
  /** A grace period does not end while a section is open that was there when it began. */
  driverUnbinds: binding.at("bound", {
    source: "page_reporting_disable: RCU_INIT_POINTER, synchronize_rcu",
    fairness: "none",
    when: (_state, { removal }) => removal,
    effect: (state) => (state.openSection === "none" ? "waits for readers" : "waits for ever"),
  }),
  driverHasWaited: binding.at("waits for readers", {
    to: "cancels",
    source: "page_reporting_disable: synchronize_rcu",
  }),
  driverCleansUp: binding.at("cancels", {
    to: "unbound",
    source: "page_reporting_disable: cancel_work_sync, zone_reporting_cleanup",
    when: (state) => state.worker === "idle",
    effect: (state) => {
      state.work = "none";
      state.refcnt = 0;
      state.freePages = 0;
      for (const f of state.bit.keys()) state.bit[f] = "clear";
    },
  }),
  driverBinds: binding.at("unbound", {
    to: "bound",
    source: "page_reporting_enable: rcu_assign_pointer",
    fairness: "none",
  }),
};

export const actions = { ...guest, ...worker, ...device, ...driver };
