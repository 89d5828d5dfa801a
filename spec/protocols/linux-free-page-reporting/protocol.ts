/**
 * Free page reporting as Linux merged it (v17 of the series, Linux 5.7; the ends of the lists as of
 * 5.10): a guest kernel tells its hypervisor which free blocks it may take back, and uses none of them
 * until the hypervisor answers.
 *
 * Abstracts mm/page_reporting.c, the parts of mm/page_alloc.c that it changed, the reporting queue of
 * drivers/virtio/virtio_balloon.c, and hw/virtio/virtio-balloon.c of QEMU. One step is what happens
 * under one hold of the zone lock; accesses outside the lock are steps of their own.
 *
 * Left out: more than one zone and one device; migratetypes other than movable and isolate, and moving
 * blocks between them; per-CPU lists (their pages are in use here); the two seconds of delay (an armed
 * timer may fire at any moment); weak memory order; shuffling; device removal; a host that makes reported
 * pages resident again; pageblocks smaller than the largest block. The mark of a reported block belongs
 * to the block here, in Linux to its first page. Of the two halves of a split either may be handed out,
 * in Linux the lower one. At first everything is in use, and `users` bounds what is in use later.
 */
import {
  buddies,
  declare,
  each,
  ghost,
  type Index,
  oneOf,
  optional,
  ordered,
  range,
  sequence,
} from "../../language/index.ts";

const constants = {
  /** Blocks of the largest order; each has four frames. */
  blocks: 3,
  /** How many blocks the users of guest memory hold at most at any time. */
  users: 1,
  /** PAGE_REPORTING_CAPACITY: blocks in one report (Linux: 32). */
  capacity: 1,
  /** A pass reports at least the `divisor`th part of a list (Linux: 16). */
  divisor: 4,
  /** The smallest order that is reported (Linux: pageblock_order). */
  reportingOrder: 1,
  /** Free frames that must remain for a pass to start, and for a block to be isolated. */
  lowWatermark: 0,
  minWatermark: 0,
  /** Whether the worker's scatterlist allocation may fail. */
  allocationFailures: false,
  /** Whether adding to the virtqueue may fail. */
  deviceErrors: false,
  /** Whether the host may forbid discards for a while (a device is assigned). */
  inhibition: false,
  /** Whether pageblocks may be isolated to be taken offline, and put back. */
  memoryOffline: false,
  /** log2 of the frames in the host's own pages. */
  hostPageOrder: 0,
  /** Whether the guest fills what it frees with a pattern, and checks it. */
  poisoning: false,
  /** Whether the device offers VIRTIO_BALLOON_F_PAGE_POISON. */
  pagePoison: false,
  /** Whether the driver tells the device the pattern if it can, and forgoes reporting if it cannot. */
  poisonIsTold: true,
  poisonIsChecked: true,
};
type Bounds = typeof constants;

const largestOrder = 2;
export const frame = buddies("frame", {
  levels: largestOrder,
  trees: ({ blocks }: Bounds) => blocks,
});
export const block = frame.blocks("block");
export const order = ordered("order", largestOrder + 1);
type Block = Index<"block">;

const frames = ({ blocks }: Bounds): number => blocks * 2 ** largestOrder;
const blockList = sequence(block, frames);

export const protocol = declare({
  constants,
  where: {
    "at least one block": ({ blocks }) => blocks >= 1,
    "a report has room for a block": ({ capacity }) => capacity >= 1,
    "the divisor is at least 1": ({ divisor }) => divisor >= 1,
    "some order is reported": ({ reportingOrder }) => reportingOrder <= largestOrder,
    "a host page is no larger than the largest block": ({ hostPageOrder }) =>
      hostPageOrder <= largestOrder,
  },
  state: {
    /** zone->lock, and who holds it from one step to the next. */
    zoneLock: oneOf("open", "guest", "worker"),
    /** What each aligned block is to the allocator; "no block": part of a larger one, or split. */
    owner: each(block, oneOf("no block", "free", "isolated", "handed out", "written")),
    /** zone->free_area[order].free_list[MIGRATE_MOVABLE], head first. */
    freeList: each(order, blockList),
    /** zone->free_area[order].free_list[MIGRATE_ISOLATE] */
    isolateList: each(order, blockList),
    /** zone->free_area[order].nr_free, of both lists. */
    nrFree: each(order, range(0, frames)),
    /** PageReported */
    mark: each(block, oneOf("unreported", "reported")),
    /** The migratetype, kept at the largest block around a pageblock. */
    pageblock: each(block, oneOf("movable", "isolate")),
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
    budget: range(-1, (bounds: Bounds) => budgetFor(frames(bounds), bounds)),
    /** sgl: what has been isolated for the next report, in the order in which it will be put back. */
    scatterlist: sequence(block, ({ capacity }: Bounds) => capacity),
    /** Whether the last report went well. */
    report: oneOf("succeeded", "failed"),
    /** The reporting virtqueue. */
    queue: oneOf("empty", "available", "popped", "used"),
    /** What the device has still to discard of the request that it popped. */
    message: sequence(block, ({ capacity }: Bounds) => capacity),
    /** Whether the host discards at all. */
    discards: oneOf("allowed", "inhibited"),
    /** What the host holds of each frame; "empty": nothing, the next touch brings a zero page. */
    content: each(frame, oneOf("stale", "data", "pattern", "other pattern", "empty")),
    /** Whether the host acknowledged the frame since it was last in use. */
    acknowledged: ghost(each(frame, oneOf("no", "yes"))),
    /** Whether the reporter was notified of the block, and owes it a report. */
    owed: ghost(each(block, oneOf("no", "yes"))),
    /** Whether the last pass gave up on something, which Linux does in silence. */
    gaveUp: ghost(oneOf("no", "yes")),
  },
});
const {
  action,
  invariant,
  leadsTo,
  pages,
  process,
  recoverable,
  spec,
  stepProperty,
  type,
  within,
  witness,
} = protocol;
type State = typeof type.state;
type Draft = typeof type.draft;

/** DIV_ROUND_UP(nr_free, PAGE_REPORTING_CAPACITY * 16): one more report than that is made. */
function budgetFor(blocksOfTheOrder: number, { capacity, divisor }: Bounds): number {
  return Math.ceil(blocksOfTheOrder / (capacity * divisor));
}

const orderOf = (b: Block): Index<"order"> => order.at(block.order(b));
const isUsed = (view: State["owner"][Block]): boolean =>
  view === "handed out" || view === "written";
/** The driver forgoes reporting where the device would destroy the pattern. */
const isRegistered = ({ poisoning, pagePoison, poisonIsChecked }: Bounds): boolean =>
  !(poisoning && !pagePoison && poisonIsChecked);
/** The driver reports at all, as above. */
const whereReported = [
  { poisoning: false },
  { pagePoison: true },
  { poisonIsChecked: false },
] as const;
/** The device discards what is reported, unless it was told of a pattern. */
const whereDiscarded = [
  { poisoning: false },
  { pagePoison: true, poisonIsTold: false },
  { pagePoison: false, poisonIsChecked: false },
] as const;
export const isReportable = (b: Block, { reportingOrder }: Bounds): boolean =>
  block.order(b) >= reportingOrder;
const freeFrames = (state: State | Draft): number =>
  state.freeList.reduce((sum, list, o) => sum + list.length * 2 ** order.position(o), 0);
/** zone_watermark_ok: a full report would leave less than the zone should have. */
const isBelowLow = (
  state: State | Draft,
  { lowWatermark, capacity, reportingOrder }: Bounds,
): boolean => freeFrames(state) <= lowWatermark + capacity * 2 ** reportingOrder;
/** __isolate_free_page refuses to go below the watermark. */
const isBelowMin = (state: State | Draft, b: Block, { minWatermark }: Bounds): boolean =>
  freeFrames(state) <= minWatermark + 2 ** block.order(b);
/** The largest block around: what an index of `pageblock` must be. */
export const pageblockOf = (b: Block): Block => block.around(b).at(-1) ?? b;

// ---- The buddy allocator, under the zone lock ----

/** del_page_from_free_list, which clears the mark whatever the reason. */
function takeOffList(state: Draft, b: Block): void {
  for (const list of [state.freeList[orderOf(b)], state.isolateList[orderOf(b)]]) {
    const place = list.indexOf(b);
    if (place >= 0) list.splice(place, 1);
  }
  state.nrFree[orderOf(b)] -= 1;
  state.mark[b] = "unreported";
  state.owner[b] = "no block";
}

function putOnList(state: Draft, b: Block, end: "head" | "tail"): void {
  const lists = state.pageblock[pageblockOf(b)] === "movable" ? state.freeList : state.isolateList;
  if (end === "head") lists[orderOf(b)].unshift(b);
  else lists[orderOf(b)].push(b);
  state.nrFree[orderOf(b)] += 1;
  state.owner[b] = "free";
}

/** __free_one_page: merges with free buddies, then inserts; returns the block that came of it. */
function freeOnePage(state: Draft, freed: Block, end: "tail" | "as likely to merge"): Block {
  let merged = freed;
  for (;;) {
    const buddy = block.buddy(merged);
    const parent = block.parent(merged);
    if (buddy === undefined || parent === undefined || state.owner[buddy] !== "free") break;
    takeOffList(state, buddy);
    state.owner[merged] = "no block";
    if (state.owed[buddy] === "yes" || state.owed[merged] === "yes") state.owed[parent] = "yes";
    state.owed[buddy] = "no";
    state.owed[merged] = "no";
    merged = parent;
  }
  putOnList(state, merged, end === "tail" || isMergeLikely(state, merged) ? "tail" : "head");
  return merged;
}

/** buddy_merge_likely: the block next to the one that this would merge into is free. */
function isMergeLikely(state: Draft, b: Block): boolean {
  if (block.order(b) >= largestOrder - 1) return false;
  const parent = block.parent(b);
  const above = parent === undefined ? undefined : block.buddy(parent);
  return above !== undefined && state.owner[above] === "free";
}

/** The block that __rmqueue_smallest takes for a request of an order: a head of the smallest list. */
export function sourceFor(state: State, wanted: Block): Block | undefined {
  for (let size = block.order(wanted); size <= largestOrder; size++) {
    const head = state.freeList[order.at(size)][0];
    if (head !== undefined) return head;
  }
  return undefined;
}

// ---- The guest's users ----

const guestAllocates = action("guest", {
  source: "rmqueue, expand",
  forAny: block,
  when: (state, wanted, { users }) => {
    if (state.zoneLock !== "open" || state.owner.filter(isUsed).length >= users) return false;
    const source = sourceFor(state, wanted);
    return source !== undefined && block.around(wanted).includes(source);
  },
  effect: (state, wanted) => {
    const source = sourceFor(state, wanted);
    if (source === undefined) return;
    takeOffList(state, source);
    state.owed[source] = "no";
    for (const part of block.around(wanted)) {
      if (part === source) break;
      const rest = block.buddy(part);
      if (rest !== undefined) putOnList(state, rest, "head"); // expand() notifies nobody
    }
    state.owner[wanted] = "handed out";
    for (const f of block.frames(wanted)) state.acknowledged[f] = "no";
  },
});

const guestWrites = action("guest", {
  forAny: block,
  when: (state, b) => state.owner[b] === "handed out",
  effect: (state, b) => {
    state.owner[b] = "written";
    for (const f of block.frames(b)) state.content[f] = "data"; // faults in what is empty
  },
});

/** N1 to N3, up to the look at prdev->state; the zone lock stays taken if the reporter is notified. */
const guestFrees = action("guest", {
  source: "__free_one_page, page_reporting_notify_free",
  forAny: block,
  when: (state, b) => state.zoneLock === "open" && isUsed(state.owner[b]),
  effect: (state, b, bounds) => {
    for (const f of block.frames(b)) {
      if (bounds.poisoning) state.content[f] = "pattern";
      else if (state.content[f] === "data") state.content[f] = "stale";
    }
    const merged = freeOnePage(state, b, "as likely to merge");
    if (!isReportable(merged, bounds) || !isRegistered(bounds)) return;
    state.owed[merged] = "yes";
    state.notifier = "reads the state";
    state.zoneLock = "guest";
  },
});

/** N4 */
const notifierReadsState = action("guest", {
  source: "__page_reporting_request",
  fairness: "weak",
  when: (state) => state.notifier === "reads the state",
  effect: (state) => {
    if (state.request === "requested") notifierIsDone(state);
    else state.notifier = "exchanges the state";
  },
});

/** N5 */
const notifierExchangesState = action("guest", {
  source: "__page_reporting_request: atomic_xchg",
  fairness: "weak",
  when: (state) => state.notifier === "exchanges the state",
  effect: (state) => {
    const old = state.request;
    state.request = "requested";
    if (old === "idle") state.notifier = "arms the timer";
    else notifierIsDone(state); // the running pass will notice when it ends
  },
});

/** N6 */
const notifierArmsTimer = action("guest", {
  source: "__page_reporting_request: schedule_delayed_work",
  fairness: "weak",
  when: (state) => state.notifier === "arms the timer",
  effect: (state) => {
    state.timer = "armed";
    notifierIsDone(state);
  },
});

function notifierIsDone(state: Draft): void {
  state.notifier = "none";
  state.zoneLock = "open";
}

// ---- The reporting worker ----

type Place = State["worker"];
const { at } = process("worker", { fairness: "weak" });

const timerFires = at("idle", {
  to: "starts",
  source: "delayed_work_timer_fn",
  when: (state) => state.timer === "armed",
  effect: (state) => {
    state.timer = "off";
  },
});

/** K1, a plain store */
const workerStarts = at("starts", {
  to: "allocates",
  source: "page_reporting_process",
  effect: (state) => {
    state.request = "active";
    state.gaveUp = "no";
  },
});

/** K2 */
const workerAllocates = at("allocates", {
  source: "page_reporting_process: kmalloc_array",
  forAny: oneOf("memory", "nothing"),
  when: (_state, result, { allocationFailures }) => result === "memory" || allocationFailures,
  effect: (state, result) => (result === "memory" ? "checks the zone" : giveUpPass(state)),
});

/** K3 */
const workerChecksZone = at("checks the zone", {
  source: "page_reporting_process_zone: zone_watermark_ok",
  effect: (state, bounds) => {
    if (isBelowLow(state, bounds)) return giveUpPass(state);
    state.list = order.at(bounds.reportingOrder);
    return "looks at a list";
  },
});

/** K4: the emptiness test, without the lock */
const workerLooksAtList = at("looks at a list", {
  source: "page_reporting_cycle: list_empty",
  effect: (state) =>
    state.list !== "none" && state.freeList[state.list].length > 0
      ? "walks a list"
      : goToNextList(state),
});

/** K5 and K6, until the lock is dropped */
const workerWalksList = at("walks a list", {
  source: "page_reporting_cycle",
  fairness: "strong", // a queued spinlock is handed over in turn
  when: (state) => state.zoneLock === "open",
  effect: (state, bounds) => {
    if (state.list !== "none") state.budget = budgetFor(state.nrFree[state.list], bounds);
    return walk(state, bounds);
  },
});

/** VB1: the report callback, without the lock */
const workerSubmits = at("submits", {
  source: "virtballoon_free_page_report",
  forAny: oneOf("added", "failed"),
  when: (_state, result, { deviceErrors }) => result === "added" || deviceErrors,
  effect: (state, result) => {
    if (result === "failed") {
      state.report = "failed";
      return "drains";
    }
    state.queue = "available";
    state.message = [...state.scatterlist];
    return "waits";
  },
});

/** VB2 */
const workerWakes = at("waits", {
  to: "drains",
  source: "virtballoon_free_page_report: wait_event",
  when: (state) => state.queue === "used",
  effect: (state) => {
    state.queue = "empty";
  },
});

/** K7', or the end of K8; then on with the list, under the same hold of the lock */
const workerDrains = at("drains", {
  source: "page_reporting_drain",
  fairness: "strong",
  when: (state) => state.zoneLock === "open",
  effect: (state, bounds) => drain(state, bounds),
});

/** What is put back is marked, if it is still whole; then on along the list. */
export function drain(state: Draft, bounds: Bounds): Place {
  for (const b of state.scatterlist) {
    if (state.report === "succeeded") state.owed[b] = "no";
    freeOnePage(state, b, "tail"); // notifies nobody
    // A block that merged is not marked: its other half was not reported.
    if (state.report === "succeeded" && state.owner[b] === "free") state.mark[b] = "reported";
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

/** K9: the compare-and-exchange */
const workerEnds = at("ends", {
  source: "page_reporting_process: atomic_cmpxchg",
  effect: (state) => {
    if (state.request === "requested") return "re-arms";
    state.request = "idle";
    return "idle";
  },
});

/** K9: what follows from it */
const workerRearms = at("re-arms", {
  to: "idle",
  source: "page_reporting_process: schedule_delayed_work",
  effect: (state) => {
    state.timer = "armed";
  },
});

/** Goes along the list from its head, under the lock, until a report is due or there is no more to do. */
function walk(state: Draft, bounds: Bounds): Place {
  if (state.list === "none") return "walks a list";
  const list = state.freeList[state.list];
  for (const candidate of list.slice()) {
    if (state.mark[candidate] === "reported") continue;
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
    takeOffList(state, candidate);
    state.owner[candidate] = "isolated";
    state.scatterlist.unshift(candidate); // sgl is filled from its end
  }
  return leaveList(state);
}

function leaveList(state: Draft, next?: Block): Place {
  if (state.list !== "none" && next !== undefined) rotateToFront(state.freeList[state.list], next);
  return goToNextList(state);
}

/** K4 for the next order, or K8: what is left is reported after the last list. */
function goToNextList(state: Draft): Place {
  state.budget = 0;
  const position = state.list === "none" ? largestOrder : order.position(state.list);
  if (position < largestOrder) {
    state.list = order.at(position + 1);
    return "looks at a list";
  }
  state.list = "none";
  return state.scatterlist.length > 0 ? "submits" : "ends";
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

// ---- The device and the host behind it ----

/** Q1 */
const devicePops = action("device", {
  source: "virtio_balloon_handle_report: virtqueue_pop",
  fairness: "weak",
  when: (state) => state.queue === "available",
  effect: (state, { poisoning, pagePoison, poisonIsTold }) => {
    state.queue = "popped";
    const knowsPattern = poisoning && pagePoison && poisonIsTold;
    if (state.discards === "inhibited" || knowsPattern) state.message = []; // discards nothing
  },
});

/** Q2: only whole pages of the host's own. Fair, for it is on the way to the answer. */
const deviceDiscards = action("device", {
  source: "virtio_balloon_handle_report: ram_block_discard_range",
  fairness: "weak",
  when: (state) => state.queue === "popped" && state.message.length > 0,
  effect: (state, { hostPageOrder }) => {
    const entry = state.message.shift();
    if (entry === undefined || block.order(entry) < hostPageOrder) return;
    for (const f of block.frames(entry)) state.content[f] = "empty";
  },
});

/** Q3, whether or not anything was discarded */
const devicePushes = action("device", {
  source: "virtio_balloon_handle_report: virtqueue_push",
  fairness: "weak",
  when: (state) => state.queue === "popped" && state.message.length === 0,
  effect: (state) => {
    state.queue = "used";
    for (const b of state.scatterlist) {
      for (const f of block.frames(b)) state.acknowledged[f] = "yes";
    }
  },
});

const hostInhibitsDiscards = action("host", {
  source: "ram_block_discard_disable",
  when: (state, { inhibition }) => inhibition && state.discards === "allowed",
  effect: (state) => {
    state.discards = "inhibited";
  },
});

const hostAllowsDiscards = action("host", {
  source: "ram_block_discard_disable",
  when: (state) => state.discards === "inhibited",
  effect: (state) => {
    state.discards = "allowed";
  },
});

// ---- Memory offlining ----

const offlinerIsolates = action("offliner", {
  source: "set_migratetype_isolate, move_freepages_block",
  forAny: block,
  when: (state, b, { memoryOffline }) =>
    memoryOffline &&
    state.zoneLock === "open" &&
    block.order(b) === largestOrder &&
    state.pageblock[b] === "movable",
  effect: (state, b) => {
    state.pageblock[b] = "isolate";
    moveFreeBlocks(state.freeList, state.isolateList, b);
  },
});

const offlinerPutsBack = action("offliner", {
  source: "unset_migratetype_isolate",
  forAny: block,
  when: (state, b) => state.zoneLock === "open" && state.pageblock[b] === "isolate",
  effect: (state, b) => {
    state.pageblock[b] = "movable";
    moveFreeBlocks(state.isolateList, state.freeList, b);
  },
});

/** Keeps the marks: moving between lists of one order is not removal. */
function moveFreeBlocks(from: Draft["freeList"], to: Draft["freeList"], around: Block): void {
  from.forEach((list, o) => {
    const moving = list.filter((b) => pageblockOf(b) === around);
    from[o] = list.filter((b) => !moving.includes(b));
    to[o].push(...moving);
  });
}

// ---- Safety ----

/** The device is done with the entry that names the frame, also if it was empty before. */
const isProcessed = (before: State, after: State, f: Index<"frame">): boolean => {
  const [entry] = before.message;
  return (
    before.queue === "popped" &&
    after.message.length < before.message.length &&
    entry !== undefined &&
    block.frames(entry).includes(f)
  );
};

/** S1: the host never discards a frame that a user owns. */
const discardedFrameIsNotInUse = stepProperty({
  seenFrom: whereDiscarded,
  forAny: frame,
  by: "device",
  when: (before, after, f) =>
    (before.content[f] !== "empty" && after.content[f] === "empty") ||
    isProcessed(before, after, f),
  holds: (before, _after, f) => !block.around(block.of(f)).some((b) => isUsed(before.owner[b])),
  explain: (_before, _after, f) => `frame ${f} is discarded while it is in use`,
});

/** S1w: what was written is there. */
const writtenFrameKeepsItsData = invariant({
  forAny: frame,
  when: (state, f) => block.around(block.of(f)).some((b) => state.owner[b] === "written"),
  holds: (state, f) => state.content[f] === "data",
});

/** S6: what the allocator will check is there when it checks. */
const handedOutFrameHasItsPattern = stepProperty({
  forAny: frame,
  by: "guest",
  holds: (before, after, f, { poisoning }) =>
    !poisoning ||
    before.content[f] === "pattern" ||
    !block.around(block.of(f)).some((b) => before.owner[b] === "free") ||
    !block.around(block.of(f)).some((b) => after.owner[b] === "handed out"),
  explain: (before, _after, f) =>
    `frame ${f} is handed out and holds ${before.content[f]}, not the pattern`,
});

/** S7 */
const markedBlockIsFree = invariant({
  seenFrom: whereReported,
  forAny: block,
  when: (state, b) => state.mark[b] === "reported",
  holds: (state, b) => state.owner[b] === "free",
});

/** S8: what the host may still act on is isolated. */
const toldBlockIsIsolated = invariant({
  seenFrom: whereReported,
  forAny: block,
  when: (state, b) => state.message.includes(b),
  holds: (state, b) => state.owner[b] === "isolated",
});

/** S10: exactly one place holds each frame. */
const frameHasOneOwner = invariant({
  forAny: frame,
  holds: (state, f) =>
    block.around(block.of(f)).filter((b) => state.owner[b] !== "no block").length === 1,
});

/** S10: a free block is once in the list of its order and nowhere else. */
const freeBlockIsInOneList = invariant({
  forAny: block,
  holds: (state, b) => {
    const places = [...state.freeList, ...state.isolateList].flat().filter((other) => other === b);
    const isInItsList =
      state.freeList[orderOf(b)].includes(b) || state.isolateList[orderOf(b)].includes(b);
    return state.owner[b] === "free" ? places.length === 1 && isInItsList : places.length === 0;
  },
});

/** S10: two free halves have merged. */
const freeBuddiesAreMerged = invariant({
  forAny: block,
  when: (state, b) => state.owner[b] === "free",
  holds: (state, b) => {
    const buddy = block.buddy(b);
    return buddy === undefined || state.owner[buddy] !== "free";
  },
});

/** S11: no frame is in a report twice. (There is one report at a time: the worker waits for it.) */
const frameIsToldOnce = invariant({
  seenFrom: whereReported,
  forAny: frame,
  when: (state, f) => state.scatterlist.some((b) => block.frames(b).includes(f)),
  holds: (state, f) => state.scatterlist.filter((b) => block.frames(b).includes(f)).length === 1,
});

/**
 * S12: a report changes residency and nothing else, so that reporting twice is reporting once. That the
 * device touches nothing of the guest's but content is by construction: it sees only its queue.
 */
const reportChangesResidencyOnly = stepProperty({
  seenFrom: whereReported,
  forAny: frame,
  by: "device",
  holds: (before, after, f) =>
    after.content[f] === before.content[f] || after.content[f] === "empty",
});

/** S13: the counters agree with the lists. */
const counterCountsTheLists = invariant({
  forAny: order,
  holds: (state, o) => state.nrFree[o] === state.freeList[o].length + state.isolateList[o].length,
});

/** S14 as far as it is not built into the steps: no sleep under the zone lock. */
const workerSleepsWithoutTheLock = invariant({
  seenFrom: whereReported,
  when: (state) => state.worker === "allocates" || state.worker === "waits",
  holds: (state) => state.zoneLock !== "worker",
});

/** S15: what is being taken offline cannot be allocated. */
const isolatedPageblockIsNotAllocatable = invariant({
  forAny: block,
  holds: (state, b) =>
    state.pageblock[pageblockOf(b)] === "movable" || !state.freeList[orderOf(b)].includes(b),
});

/** S19: idle exactly when no pass is due or running. */
const idleMeansNoPass = invariant({
  when: (state) => state.notifier === "none",
  holds: (state) =>
    (state.request === "idle") === (state.timer === "off" && state.worker === "idle"),
});

/** No pass is due or running, and the host may act on nothing. */
const isAtRest = (state: State): boolean =>
  state.request === "idle" &&
  state.timer === "off" &&
  state.worker === "idle" &&
  state.queue === "empty";

/** L7 as far as a step can show it: only a notifier wakes the reporter. */
const restingReporterStaysAtRest = stepProperty({
  when: (before) => isAtRest(before) && before.notifier === "none",
  holds: (_before, after) => isAtRest(after),
});

/**
 * S20 with the term that f/R7 adds: what is marked is known to the host, so that what is resident is in
 * use, or not yet reported, or the host chose to keep it.
 */
const markedFrameIsAcknowledged = invariant({
  seenFrom: whereReported,
  forAny: frame,
  when: (state, f) => block.around(block.of(f)).some((b) => state.mark[b] === "reported"),
  holds: (state, f) => state.acknowledged[f] === "yes",
});

/**
 * L1 as far as a state can show it: the reporter goes idle only when every block that it was notified
 * of, and that is still whole, is reported, unless it gave up on something.
 */
const idleReporterOwesNothing = invariant({
  forAny: block,
  when: (state) => state.request === "idle" && state.notifier === "none" && state.gaveUp === "no",
  holds: (state, b) =>
    state.owner[b] !== "free" ||
    state.owed[b] === "no" ||
    state.pageblock[pageblockOf(b)] === "isolate",
});

// ---- Witnesses ----

const pageIsFreedDuringThePass = witness({
  seenFrom: whereReported,
  holds: (state) => state.worker === "waits" && state.request === "requested",
});
const everythingIsReported = witness({
  seenFrom: whereReported,
  holds: (state) =>
    state.request === "idle" &&
    state.owner.every((view, b) => view !== "free" || state.mark[b] === "reported"),
});
const blockWillMergeInTheDrain = witness({
  seenFrom: whereReported.map((one) => ({ ...one, users: 1 })),
  forAny: block,
  holds: (state, b) => {
    const buddy = block.buddy(b);
    return state.scatterlist.includes(b) && buddy !== undefined && state.owner[buddy] === "free";
  },
});
const budgetIsExhausted = witness({
  seenFrom: { blocks: 2 },
  holds: (state) =>
    state.worker === "drains" &&
    state.budget === 0 &&
    state.list !== "none" &&
    state.freeList[state.list].some((b) => state.mark[b] === "unreported"),
});
const listIsRotated = witness({
  seenFrom: { blocks: 3, users: 1 },
  holds: (state, { capacity }) =>
    state.worker === "walks a list" &&
    state.scatterlist.length === capacity &&
    state.list !== "none" &&
    state.freeList[state.list].findIndex((b) => state.mark[b] === "unreported") > 0,
});
const discardedFrameIsHandedOut = witness({
  seenFrom: whereDiscarded.map((one) => ({ ...one, users: 1 })),
  forAny: frame,
  holds: (state, f) =>
    state.content[f] === "empty" &&
    block.around(block.of(f)).some((b) => state.owner[b] === "handed out"),
});
const largestBlockIsReported = witness({
  seenFrom: { blocks: 2 },
  forAny: block,
  holds: (state, b) => block.order(b) === largestOrder && state.mark[b] === "reported",
});
const passGivesUp = witness({
  seenFrom: whereReported,
  holds: (state) => state.gaveUp === "yes",
});

// ---- Liveness ----

/** The reporter was notified of the block, which is free or isolated, and has not reported it since. */
export const isOwed = (state: State, b: Block): boolean => state.owed[b] === "yes";
/** Merged, split, in use or to be taken offline: it did not stay free. */
export const isDisturbed = (state: State, b: Block): boolean =>
  state.owner[b] === "no block" ||
  isUsed(state.owner[b]) ||
  state.pageblock[pageblockOf(b)] === "isolate";
/** Reported since it was owed, for which an old mark does not count, or disturbed. */
export const isSettled = (state: State, b: Block): boolean =>
  (state.mark[b] === "reported" && !isOwed(state, b)) || isDisturbed(state, b);
/** K3 would skip the zone, or K6b refuse the block. */
export const isShortOfMemory = (state: State, b: Block, bounds: Bounds): boolean =>
  isBelowLow(state, bounds) || isBelowMin(state, b, bounds);
/** Settled, or the last pass gave up on something (f/R1); the next one owes the block again. */
const isSettledOrGivenUp = (state: State, b: Block): boolean =>
  isSettled(state, b) || state.gaveUp === "yes";

/** L1: a block that stays free is reported, unless passes give up for ever. */
const freeBlockIsReported = leadsTo({
  seenFrom: whereReported,
  forAny: block,
  from: isOwed,
  to: isSettledOrGivenUp,
});
/** L1, whatever a pass gives up: a pass begins after each request (LM3). */
const requestIsFollowedByAPass = leadsTo({
  seenFrom: whereReported,
  from: (state) => state.request === "requested",
  to: (state) => state.request === "active",
});
/** L2: of an idle guest; what is left of a running pass is not counted. */
const freeBlockIsReportedInTime = within({
  seenFrom: whereReported,
  forAny: block,
  from: isOwed,
  to: isSettledOrGivenUp,
  counting: "workerStarts",
  idle: ["guest", "offliner"],
  atMost: ({ divisor }) => divisor,
});
/** L3 */
const isolatedBlockComesBack = leadsTo({
  seenFrom: whereReported,
  forAny: block,
  from: (state, b) => state.owner[b] === "isolated",
  to: (state, b) => state.owner[b] !== "isolated",
});
/** L3 without fairness: nothing is stuck for good. */
const isolatedBlockCanComeBack = recoverable({
  seenFrom: whereReported,
  forAny: block,
  when: (state, b) => state.owner[b] === "isolated",
  to: (state, b) => state.owner[b] !== "isolated",
});
/** L4: a block in a report that is answered is marked in the end, or merged, or used. */
const acknowledgedBlockIsNotLost = leadsTo({
  seenFrom: whereReported,
  forAny: block,
  from: (state, b) => state.queue === "used" && state.scatterlist.includes(b),
  to: (state, b) =>
    state.mark[b] === "reported" || state.owner[b] === "no block" || isUsed(state.owner[b]),
});
/** L6: with the freedom from deadlock that is always checked. */
const reporterCanComeToRest = recoverable({
  to: (state) => isAtRest(state) && state.notifier === "none",
});
/** L7: it comes to rest, where restingReporterStaysAtRest keeps it, unless it is notified again. */
const reporterComesToRest = leadsTo({
  seenFrom: whereReported,
  from: (state) => !isAtRest(state),
  to: (state) => isAtRest(state) || state.notifier !== "none",
});

const contents = spec({
  name: "linux-free-page-reporting",
  title: "A Linux guest reports free blocks to its hypervisor, as merged in Linux 5.7 (v17)",
  // Booting, everything is in use; the driver has just registered, which requests a first pass.
  initial: (state, bounds) => {
    for (const b of state.owner.keys()) {
      if (block.order(b) === largestOrder) state.owner[b] = "handed out";
    }
    state.budget = 0;
    if (!isRegistered(bounds)) return;
    state.request = "requested";
    state.timer = "armed";
  },
  actions: {
    guestAllocates,
    guestWrites,
    guestFrees,
    notifierReadsState,
    notifierExchangesState,
    notifierArmsTimer,
    timerFires,
    workerStarts,
    workerAllocates,
    workerChecksZone,
    workerLooksAtList,
    workerWalksList,
    workerSubmits,
    workerWakes,
    workerDrains,
    workerEnds,
    workerRearms,
    devicePops,
    deviceDiscards,
    devicePushes,
    hostInhibitsDiscards,
    hostAllowsDiscards,
    offlinerIsolates,
    offlinerPutsBack,
  },
  invariants: {
    writtenFrameKeepsItsData,
    markedBlockIsFree,
    toldBlockIsIsolated,
    frameHasOneOwner,
    freeBlockIsInOneList,
    freeBuddiesAreMerged,
    frameIsToldOnce,
    counterCountsTheLists,
    workerSleepsWithoutTheLock,
    isolatedPageblockIsNotAllocatable,
    idleMeansNoPass,
    markedFrameIsAcknowledged,
    idleReporterOwesNothing,
  },
  stepProperties: {
    discardedFrameIsNotInUse,
    handedOutFrameHasItsPattern,
    reportChangesResidencyOnly,
    restingReporterStaysAtRest,
  },
  witnesses: {
    pageIsFreedDuringThePass,
    everythingIsReported,
    blockWillMergeInTheDrain,
    budgetIsExhausted,
    listIsRotated,
    discardedFrameIsHandedOut,
    largestBlockIsReported,
    passGivesUp,
  },
  liveness: {
    freeBlockIsReported,
    requestIsFollowedByAPass,
    freeBlockIsReportedInTime,
    isolatedBlockComesBack,
    isolatedBlockCanComeBack,
    acknowledgedBlockIsNotLost,
    reporterCanComeToRest,
    reporterComesToRest,
  },
  // Without users the guest only frees, and there is nothing left to do.
  mayEnd: (state) => isAtRest(state) && state.notifier === "none",
  pages: pages({
    seenFrom: whereDiscarded,
    forEach: frame,
    state: (state, f, { poisoning }) => {
      const around = block.around(block.of(f)).find((b) => state.owner[b] !== "no block");
      if (around === undefined) return "isolated"; // nobody's: frameHasOneOwner says so
      if (state.owner[around] === "isolated") return "isolated";
      if (isUsed(state.owner[around])) return "stable";
      if (poisoning) return "poisoned";
      return state.mark[around] === "reported" ? "reported" : "free";
    },
    discarded: (state, f) => state.content[f] === "empty",
  }),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface LinuxFreePageReporting extends Contents {}
export const linuxFreePageReporting: LinuxFreePageReporting = contents;
export default linuxFreePageReporting;
