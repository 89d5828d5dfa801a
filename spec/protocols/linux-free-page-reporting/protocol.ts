/**
 * Free page reporting as Linux merged it (v17 of the series, Linux 5.7; the ends of the lists as of
 * 5.10): a guest kernel tells its hypervisor which free blocks it may take back, and uses none of them
 * until the hypervisor answers.
 *
 * Abstracts mm/page_reporting.c, the parts of mm/page_alloc.c that it changed, the reporting queue of
 * drivers/virtio/virtio_balloon.c, and hw/virtio/virtio-balloon.c of QEMU. One step is what happens
 * under one hold of the zone lock; accesses outside the lock are steps of their own.
 *
 * Left out: more than one zone; migratetypes other than movable and isolate, and moving blocks between them; the
 * two seconds of delay (an armed timer may fire at any moment); shuffling; a host that makes reported pages resident
 * again. Off, and not there unless a constant says so: per-CPU lists (`perCpuPages`), and pageblocks that are isolated
 * (`memoryOffline`), also smaller ones than the largest block (`pageblockOrder`). At first everything is in use, and
 * `users` bounds what is in use later.
 *
 * Of variants: a driver that comes and goes, and a second device (lifecycle.ts); a worker of that device (two-workers.ts);
 * suspend and shutdown (power.ts); interrupts that are lost (unheard.ts); weak memory order (weak-memory.ts).
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
} from "../../language/index.ts";
import { type AllocatorDraft, buddyAllocator } from "../../parts/buddy-allocator.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";
import { offlining } from "../../parts/offlining.ts";
import { perCpuLists } from "../../parts/per-cpu-lists.ts";
import { virtqueue } from "../../parts/virtqueue.ts";

export const memory = buddyAllocator({
  levels: 2,
  users: ["handed out", "written"],
  others: ["isolated", "on a CPU's list"],
  migratetypes: ["isolate"],
  marks: ["unreported", "reported"], // PageReported
  lockHolders: ["guest", "worker"],
  /** What is owed of a half is owed of the whole. */
  whenMerging: (
    { owed }: AllocatorDraft & { owed: AllocatorDraft["owner"] },
    half,
    buddy,
    parent,
  ) => {
    if (owed[buddy] === "yes" || owed[half] === "yes") owed[parent] = "yes";
    owed[buddy] = "no";
    owed[half] = "no";
  },
});
export const { block, frame, order } = memory;
export const offline = offlining(memory);
export const host = hostMemory(frame);
export const perCpu = perCpuLists(memory);
export const users = guestUsers(memory, host);
/** The reporting queue of the balloon device: a report is one buffer, a block one entry. */
export const queue = virtqueue("queue", {
  of: block,
  capacity: ({ capacity }: { capacity: number }) => capacity,
});
type Block = Index<"block">;

export const protocol = declare({
  parts: [memory, offline, host, queue, perCpu, users],
  constants: {
    /** Blocks of the largest order; each has four frames. */
    blocks: 3,
    /** PAGE_REPORTING_CAPACITY: blocks in one report (Linux: 32). */
    capacity: 1,
    /** A pass reports at least the `divisor`th part of a list (Linux: 16). */
    divisor: 4,
    /** The smallest order that is reported (Linux: pageblock_order). */
    reportingOrder: 1,
    /** Free frames that must remain for a pass to start. */
    lowWatermark: 0,
    /** Free frames that must remain for a block to be isolated. */
    minWatermark: 0,
    /** Whether the worker's scatterlist allocation may fail. */
    allocationFailures: false,
    /** Whether adding to the virtqueue may fail. */
    deviceErrors: false,
    /** Whether the device offers VIRTIO_BALLOON_F_PAGE_POISON. */
    pagePoison: false,
    /** Whether the driver tells the device the pattern if it can. */
    poisonIsTold: true,
    /** Whether the driver forgoes reporting if it cannot. */
    poisonIsChecked: true,
  },
  where: {
    "a report has room for a block": ({ capacity }) => capacity >= 1,
    "the divisor is at least 1": ({ divisor }) => divisor >= 1,
    "some order is reported": ({ reportingOrder }) => reportingOrder <= memory.largestOrder,
    "a host page is no larger than the largest block": ({ hostPageOrder }) =>
      hostPageOrder <= memory.largestOrder,
  },
  state: {
    /** How far the freeing CPU has come in __page_reporting_request; it holds the zone lock. */
    notifier: oneOf("none", "reads the state", "exchanges the state", "arms the timer"),
    /** prdev->state */
    request: oneOf("idle", "requested", "active"),
    /** prdev->work is pending. */
    timer: oneOf("off", "armed"),
    /** Where page_reporting_process is. */
    worker: oneOf(
      "idle",
      "starts",
      "allocates",
      "checks the zone",
      "looks at a list",
      "walks a list",
      "submits",
      "waits",
      "drains",
      "ends",
      "re-arms",
    ),
    /** The order whose list the pass is at; "none" before the first and after the last. */
    list: optional(order),
    /** Full reports that the pass may still make from this list; below zero it must leave. */
    budget: range(-1, (bounds: { blocks: number; capacity: number; divisor: number }) =>
      budgetFor(memory.frames(bounds), bounds),
    ),
    /** sgl: what has been isolated for the next report, in the order in which it will be put back. */
    scatterlist: sequence(block, ({ capacity }: { capacity: number }) => capacity),
    /** Whether the last report went well. */
    report: oneOf("succeeded", "failed"),
    /** Whether the host acknowledged the frame since it was last in use. */
    acknowledged: ghost(each(frame, oneOf("no", "yes"))),
    /** Whether the reporter was notified of the block, and owes it a report. */
    owed: ghost(each(block, oneOf("no", "yes"))),
    /** Whether the last pass gave up on something, which Linux does in silence. */
    gaveUp: ghost(oneOf("no", "yes")),
  },
});
const { action, process, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
export type Bounds = typeof type.constants;

/** DIV_ROUND_UP(nr_free, PAGE_REPORTING_CAPACITY * 16): one more report than that is made. */
function budgetFor(
  blocksOfTheOrder: number,
  { capacity, divisor }: { readonly capacity: number; readonly divisor: number },
): number {
  return Math.ceil(blocksOfTheOrder / (capacity * divisor));
}

/** The driver forgoes reporting where the device would destroy the pattern. */
const isRegistered = ({ poisoning, pagePoison, poisonIsChecked }: Bounds): boolean =>
  !(poisoning && !pagePoison && poisonIsChecked);
/** The mark of its first page says that it was reported. */
export const isMarked = (state: Pick<State, "mark">, b: Block): boolean =>
  state.mark[block.first(b)] === "reported";
/** Free and marked: its first page may be that of a larger block, or of a smaller one, as well. */
export const isReported = (state: Pick<State, "mark" | "owner">, b: Block): boolean =>
  state.owner[b] === "free" && isMarked(state, b);
/** The block is no smaller than what is reported. */
export const isReportable = (b: Block, { reportingOrder }: Bounds): boolean =>
  block.order(b) >= reportingOrder;
/** zone_watermark_ok: a full report would leave less than the zone should have. */
const isBelowLow = (
  state: State | Draft,
  { lowWatermark, capacity, reportingOrder }: Bounds,
): boolean => memory.freeFrames(state) <= lowWatermark + capacity * 2 ** reportingOrder;
/** __isolate_free_page refuses to go below the watermark. */
const isBelowMin = (state: State | Draft, b: Block, { minWatermark }: Bounds): boolean =>
  memory.freeFrames(state) <= minWatermark + 2 ** block.order(b);
/** K3 would skip the zone, or K6b refuse the block. */
export const isShortOfMemory = (state: State, b: Block, bounds: Bounds): boolean =>
  isBelowLow(state, bounds) || isBelowMin(state, b, bounds);

/** rmqueue and expand, which notify nobody. */
function allocate(state: Draft, wanted: Block, owner: "handed out" | "on a CPU's list"): void {
  const source = memory.allocate(state, wanted, owner);
  if (source !== undefined) state.owed[source] = "no";
}

function handOut(state: Draft, b: Block): void {
  state.owner[b] = "handed out";
  for (const f of block.frames(b)) state.acknowledged[f] = "no";
}

/** N1 to N3, up to the look at prdev->state; the zone lock stays taken if the reporter is notified. */
function free(state: Draft, b: Block, bounds: Bounds): void {
  const merged = memory.free(state, b, "as likely to merge");
  if (!isReportable(merged, bounds) || !isRegistered(bounds)) return;
  state.owed[merged] = "yes";
  state.notifier = "reads the state";
  state.zoneLock = "guest";
}

const guest = {
  guestAllocates: action("guest", {
    source: "rmqueue, expand",
    forAny: block,
    when: (state, wanted, bounds) =>
      state.zoneLock === "open" &&
      users.mayAllocate(state, bounds) &&
      !perCpu.isOfLists(wanted, bounds) &&
      memory.canAllocate(state, wanted),
    effect: (state, wanted) => {
      allocate(state, wanted, "handed out");
      handOut(state, wanted);
    },
  }),

  guestWrites: users.actions.guestWrites,

  guestFrees: action("guest", {
    source: "__free_one_page, page_reporting_notify_free",
    forAny: block,
    when: (state, b, bounds) =>
      state.zoneLock === "open" &&
      memory.isUsed(state.owner[b]) &&
      !perCpu.isKept(state, b, bounds),
    effect: (state, b, bounds) => {
      host.release(state, block.frames(b), bounds);
      free(state, b, bounds);
    },
  }),

  /** N4 */
  notifierReadsState: action("guest", {
    source: "__page_reporting_request",
    fairness: "weak",
    when: (state) => state.notifier === "reads the state",
    effect: (state, bounds) => {
      if (state.request === "requested") notifierIsDone(state, bounds);
      else state.notifier = "exchanges the state";
    },
  }),

  /** N5 */
  notifierExchangesState: action("guest", {
    source: "__page_reporting_request: atomic_xchg",
    fairness: "weak",
    when: (state) => state.notifier === "exchanges the state",
    effect: (state, bounds) => {
      const old = state.request;
      state.request = "requested";
      if (old === "idle") state.notifier = "arms the timer";
      else notifierIsDone(state, bounds); // the running pass will notice when it ends
    },
  }),

  /** N6 */
  notifierArmsTimer: action("guest", {
    source: "__page_reporting_request: schedule_delayed_work",
    fairness: "weak",
    when: (state) => state.notifier === "arms the timer",
    effect: (state, bounds) => {
      state.timer = "armed";
      notifierIsDone(state, bounds);
    },
  }),
};

/** The freeing CPU goes on with its batch, if it has one, and lets go of the zone lock. */
function notifierIsDone(state: Draft, bounds: Bounds): void {
  state.notifier = "none";
  state.zoneLock = "open";
  perCpu.goOn(state, bounds, free);
}

const lists = perCpu.actionsFor({
  mayAllocate: users.mayAllocate,
  allocate,
  handOut,
  release: (state: Draft, b, bounds: Bounds) => host.release(state, block.frames(b), bounds),
  free,
});

type Place = State["worker"];
const { at } = process("worker", { fairness: "weak" });

const worker = {
  timerFires: at("idle", {
    to: "starts",
    source: "delayed_work_timer_fn",
    when: (state) => state.timer === "armed",
    effect: (state) => {
      state.timer = "off";
    },
  }),

  /** K1, a plain store */
  workerStarts: at("starts", {
    to: "allocates",
    source: "page_reporting_process",
    effect: (state) => {
      state.request = "active";
      state.gaveUp = "no";
    },
  }),

  /** K2 */
  workerAllocates: at("allocates", {
    source: "page_reporting_process: kmalloc_array",
    forAny: oneOf("memory", "nothing"),
    when: (_state, result, { allocationFailures }) => result === "memory" || allocationFailures,
    effect: (state, result) => (result === "memory" ? "checks the zone" : giveUpPass(state)),
  }),

  /** K3 */
  workerChecksZone: at("checks the zone", {
    source: "page_reporting_process_zone: zone_watermark_ok",
    effect: (state, bounds) => {
      if (isBelowLow(state, bounds)) return giveUpPass(state);
      state.list = order.at(bounds.reportingOrder);
      return "looks at a list";
    },
  }),

  /** K4: the emptiness test, without the lock */
  workerLooksAtList: at("looks at a list", {
    source: "page_reporting_cycle: list_empty",
    effect: (state) =>
      state.list !== "none" && state.freeList.movable[state.list].length > 0
        ? "walks a list"
        : goToNextList(state),
  }),

  /** K5 and K6, until the lock is dropped */
  workerWalksList: at("walks a list", {
    source: "page_reporting_cycle",
    fairness: "strong", // a queued spinlock is handed over in turn
    when: (state) => state.zoneLock === "open",
    effect: (state, bounds) => {
      if (state.list !== "none") state.budget = budgetFor(state.nrFree[state.list], bounds);
      return walk(state, bounds);
    },
  }),

  /** VB1: the report callback, without the lock */
  workerSubmits: at("submits", {
    source: "virtballoon_free_page_report",
    forAny: oneOf("added", "failed"),
    when: (_state, result, { deviceErrors }) => result === "added" || deviceErrors,
    effect: (state, result) => {
      if (result === "failed") {
        state.report = "failed";
        return "drains";
      }
      queue.add(state, state.scatterlist);
      return "waits";
    },
  }),

  /** VB2 */
  workerWakes: at("waits", {
    to: "drains",
    source: "virtballoon_free_page_report: wait_event",
    when: queue.isUsed,
    effect: queue.takeBack,
  }),

  /** K7', or the end of K8; then on with the list, under the same hold of the lock */
  workerDrains: at("drains", {
    source: "page_reporting_drain",
    fairness: "strong",
    when: (state) => state.zoneLock === "open",
    effect: (state, bounds) => drain(state, bounds),
  }),

  /** K9: the compare-and-exchange */
  workerEnds: at("ends", {
    source: "page_reporting_process: atomic_cmpxchg",
    effect: (state) => {
      if (state.request === "requested") return "re-arms";
      state.request = "idle";
      return "idle";
    },
  }),

  /** K9: what follows from it */
  workerRearms: at("re-arms", {
    to: "idle",
    source: "page_reporting_process: schedule_delayed_work",
    effect: (state) => {
      state.timer = "armed";
    },
  }),
};

/** Goes along the list from its head, under the lock, until a report is due or there is no more to do. */
function walk(state: Draft, bounds: Bounds): Place {
  if (state.list === "none") return "walks a list";
  const list = state.freeList.movable[state.list];
  for (const candidate of list.slice()) {
    if (isMarked(state, candidate)) continue;
    if (state.budget < 0) {
      state.request = "requested";
      return leaveList(state, candidate);
    }
    if (state.scatterlist.length === bounds.capacity) {
      rotateToFront(list, candidate);
      return "submits";
    }
    if (isBelowMin(state, candidate, bounds)) {
      state.gaveUp = "yes";
      return leaveList(state, candidate);
    }
    memory.takeOffList(state, candidate);
    state.owner[candidate] = "isolated";
    state.scatterlist.unshift(candidate); // sgl is filled from its end
  }
  return leaveList(state);
}

/** The worker is done with a list, which begins with the next candidate from now on, if there is one. */
function leaveList(state: Draft, next?: Block): Place {
  if (state.list !== "none" && next !== undefined) {
    rotateToFront(state.freeList.movable[state.list], next);
  }
  return goToNextList(state);
}

/** K4 for the next order, or K8: what is left is reported after the last list. */
export function goToNextList(state: Draft): Place {
  state.budget = 0;
  const position = state.list === "none" ? memory.largestOrder : order.position(state.list);
  if (position < memory.largestOrder) {
    state.list = order.at(position + 1);
    return "looks at a list";
  }
  state.list = "none";
  return state.scatterlist.length > 0 ? "submits" : "ends";
}

/** What is put back is marked, if it is still whole; then on along the list. */
export function drain(state: Draft, bounds: Bounds): Place {
  for (const b of state.scatterlist) {
    if (state.report === "succeeded") state.owed[b] = "no";
    memory.free(state, b, "tail"); // notifies nobody
    // A block that merged is not marked: its other half was not reported.
    if (state.report === "succeeded" && state.owner[b] === "free") {
      state.mark[block.first(b)] = "reported";
    }
  }
  state.scatterlist = [];
  if (state.report === "failed") {
    state.report = "succeeded";
    return giveUpPass(state);
  }
  if (state.list === "none") return "ends";
  state.budget -= 1;
  return walk(state, bounds);
}

/** K2, K3 and K8e: the pass ends, whatever it has not seen yet. */
function giveUpPass(state: Draft): Place {
  state.gaveUp = "yes";
  state.list = "none";
  state.budget = 0;
  return "ends";
}

/** list_rotate_to_front */
function rotateToFront(list: Block[], newHead: Block): void {
  list.push(...list.splice(0, list.indexOf(newHead)));
}

const device = {
  /** Q1 */
  devicePops: action("device", {
    source: "virtio_balloon_handle_report: virtqueue_pop",
    fairness: "weak",
    when: queue.isAvailable,
    effect: (state, { poisoning, pagePoison, poisonIsTold }) => {
      queue.pop(state);
      const knowsPattern = poisoning && pagePoison && poisonIsTold;
      if (!host.mayDiscard(state) || knowsPattern) state.queue.entries = []; // discards nothing
    },
  }),

  /** Q2: only whole pages of the host's own. Fair, for it is on the way to the answer. */
  deviceDiscards: action("device", {
    source: "virtio_balloon_handle_report: ram_block_discard_range",
    fairness: "weak",
    when: (state) => queue.isPopped(state) && !queue.isDone(state),
    effect: (state, bounds) => {
      const entry = queue.next(state);
      if (entry === undefined) return;
      host.discard(state, block.frames(entry), block.order(entry), bounds);
    },
  }),

  /** Q3, whether or not anything was discarded */
  devicePushes: action("device", {
    source: "virtio_balloon_handle_report: virtqueue_push",
    fairness: "weak",
    when: queue.isDone,
    effect: (state) => {
      queue.push(state);
      for (const b of state.scatterlist) {
        for (const f of block.frames(b)) state.acknowledged[f] = "yes";
      }
    },
  }),
};

export const actions = {
  ...guest,
  ...lists,
  ...worker,
  ...device,
  ...host.hostActions,
  ...offline.actions,
};

/** The driver has just registered, which requests a first pass. */
export function boot(state: Draft, bounds: Bounds): void {
  memory.boot(state);
  state.budget = 0;
  if (!isRegistered(bounds)) return;
  state.request = "requested";
  state.timer = "armed";
}
