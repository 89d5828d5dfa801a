/**
 * Per-CPU page hinting: each CPU of a guest notes in an array what it frees. When enough has come together it takes what
 * still is free off the lists itself, sends it to the hypervisor, and goes on; the interrupt that says that the
 * hypervisor is done puts it back.
 *
 * Abstracts virt/kvm/page_hinting.c and drivers/virtio/virtio_balloon.c of "KVM: Guest Free Page Hinting", v9 (Nitesh
 * Narayan Lal, 6 March 2019). One step is what happens under one hold of the zone lock, which is taken with interrupts
 * off; what is accessed outside of it is a step of its own. The order in which a CPU empties its array and submits is
 * not seen by anybody else, and so both are one step.
 *
 * Only blocks of the largest order are hinted, which do not merge. Left out: more than one zone, watermarks, a virtqueue
 * that is full, a descriptor that cannot be allocated, and the switch that turns hinting off; that a CPU frees memory in
 * the middle of its pass, for C4 to C6 leave interrupts on (forgetsWhatIsFreedMeanwhile and isInterruptedInItsPass);
 * poisoning, which earlier versions turned off, and hosts that discard nothing because a device is assigned.
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
  sequence,
} from "../../language/index.ts";
import { buddyAllocator } from "../../parts/buddy-allocator.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";

export const memory = buddyAllocator({
  levels: 1,
  users: ["handed out", "written"],
  others: ["isolated"],
  lockHolders: ["handler"],
});
export const { block, frame } = memory;
export const host = hostMemory(frame);
export const users = guestUsers(memory, host);
/** A CPU of the guest's. */
export const cpu = interchangeable("cpu", ({ cpus }: { cpus: number }) => cpus);
type Block = Index<"block">;
type Cpu = Index<"cpu">;

const entriesOf = ({ entries }: { readonly entries: number }): number => entries;
/** Each request names a block that no other does, unless something is wrong. */
const requestsOf = ({ blocks }: { readonly blocks: number }): number => 2 * blocks;

export const protocol = declare({
  parts: [memory, host, users],
  constants: {
    /** Blocks of the largest order; each has two frames. */
    blocks: 2,
    /** CPUs that free memory. */
    cpus: 2,
    /** MAX_FGPT_ENTRIES: how many blocks a CPU can note (v9: 256). */
    entries: 2,
    /** HINTING_THRESHOLD: with so many it hints (v9: 128). */
    threshold: 1,
    /** Whether there may be no memory for the array of what is isolated. */
    allocationFailures: false,
    /** Whether the driver may be removed. */
    removal: false,
  },
  where: {
    "there is a CPU": ({ cpus }) => cpus >= 1,
    "a CPU notes as much as it takes to hint": ({ entries, threshold }) =>
      threshold >= 1 && entries >= threshold,
    "neither poisoning nor inhibition, which are left out": ({ poisoning, inhibition }) =>
      !poisoning && !inhibition,
  },
  state: {
    /** free_page_arr: what the CPU has noted. */
    captured: each(cpu, sequence(block, entriesOf)),
    /** isolated_pages_obj: what it has taken off the lists and not yet sent. */
    request: each(cpu, sequence(block, entriesOf)),
    /** Where it is: in its own work, or in guest_free_page_hinting and virtballoon_page_hinting. */
    cpu: each(
      cpu,
      oneOf("runs", "allocates", "finds no memory", "isolates", "submits", "drains", "adds"),
    ),
    /** The CPU that the handler has interrupted. */
    interrupted: optional(cpu),
    /** hinting_vq: requests that the host may act on. */
    available: sequence(sequence(block, entriesOf), requestsOf),
    /** Requests that it is done with. */
    used: sequence(sequence(block, entriesOf), requestsOf),
    /** The interrupt of the queue; that two have come is not remembered. */
    interrupt: oneOf("none", "pending"),
    /** Where hinting_ack is, and __free_one_page in it. */
    handler: oneOf("idle", "frees", "inserts"),
    /** What it has still to free. */
    returned: sequence(block, entriesOf),
    /** The entry of the free list that it has read, before which it will insert. */
    behind: optional(block),
    /** Where virtballoon_remove is. */
    driver: oneOf("bound", "has cleared the pointer", "removed"),
    /** Whether the block was freed, and neither hinted nor taken since. */
    owed: ghost(each(block, oneOf("no", "yes"))),
  },
});
const { action, assertion, process, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
export type Bounds = typeof type.constants;

export const assertions = {
  /** __list_add_valid of lib/list_debug.c; without it, what is in use is on a free list from now on. */
  listIsAsItWasRead: assertion("the entry behind the one that is inserted is on the free list"),
  /** hint_req->phys_addr of hinting_ack */
  completionIsThere: assertion("virtqueue_get_buf returns a request to the interrupt handler"),
  /** S16 */
  queueIsThere: assertion("the virtqueue to which a request is added has not been deleted"),
};

/** The CPU is not in the handler. */
const isFree = (state: Pick<State, "interrupted">, c: Cpu): boolean => state.interrupted !== c;

// Between two interrupts it gets on: strong, since an interrupt comes again and again.
const { at } = process("cpu", { fairness: "strong" });

const cpuSteps = {
  cpuAllocates: at("runs", {
    to: "runs",
    source: "rmqueue, expand",
    fairness: "none",
    forAny: block,
    when: (state, c, b, bounds) =>
      isFree(state, c) &&
      state.zoneLock === "open" &&
      users.mayAllocate(state, bounds) &&
      memory.canAllocate(state, b),
    effect: (state, _c, b) => {
      const source = memory.allocate(state, b, "handed out");
      if (source !== undefined) state.owed[source] = "no";
    },
  }),

  /** C1 to C3 */
  cpuFrees: at("runs", {
    source: "__free_one_page, guest_free_page_enqueue, guest_free_page_try_hinting",
    fairness: "none",
    forAny: block,
    when: (state, c, b) =>
      isFree(state, c) && state.zoneLock === "open" && memory.isUsed(state.owner[b]),
    effect: (state, c, b, bounds) => {
      free(state, c, b, bounds);
      return state.captured[c].length >= bounds.threshold ? "allocates" : "runs";
    },
  }),

  /** C4: nobody sees to it that there is memory in the end, however often it is asked for; so it is no choice of the next. */
  memoryRunsOut: at("allocates", {
    to: "finds no memory",
    source: "kmalloc",
    fairness: "none",
    when: (state, c, { allocationFailures }) => isFree(state, c) && allocationFailures,
  }),
  cpuAllocatesRequest: at(["allocates", "finds no memory"], {
    source: "guest_free_page_hinting: kmalloc",
    when: isFree,
    effect: (state, c) => (state.cpu[c] === "allocates" ? "isolates" : endPass(state, c)),
  }),

  /** C5: what was noted may be in use by now, or be noted twice. */
  cpuIsolates: at("isolates", {
    source: "guest_free_page_hinting: __isolate_free_page",
    when: (state, c) => isFree(state, c) && state.zoneLock === "open",
    effect: (state, c) => {
      for (const b of state.captured[c]) if (state.owner[b] === "free") isolate(state, c, b);
      return state.request[c].length > 0 ? "submits" : endPass(state, c);
    },
  }),

  /** C7, C7' */
  cpuLooksForDriver: at("submits", {
    source: "guest_free_page_report: balloon_ptr",
    when: isFree,
    effect: (state, c) => {
      if (state.driver === "bound") return "drains";
      state.request[c] = [];
      return endPass(state, c);
    },
  }),

  /** C7: makes room in the queue; what the host is done with is forgotten. */
  cpuDrains: at("drains", {
    to: "adds",
    source: "virtballoon_page_hinting: while (virtqueue_get_buf)",
    when: isFree,
    effect: (state) => {
      state.used.splice(0);
    },
  }),

  /** C7, C6: nobody waits for the answer. */
  cpuAdds: at("adds", {
    source: "virtballoon_page_hinting: virtqueue_add_outbuf, virtqueue_kick",
    when: isFree,
    effect: (state, c) => {
      assert(state.driver !== "removed", assertions.queueIsThere);
      state.available.push([...state.request[c]]);
      state.request[c] = [];
      return endPass(state, c);
    },
  }),
};

/** __free_one_page, and C1 under the same hold of the lock: what does not fit is dropped. */
export function free(state: Draft, c: Cpu, b: Block, bounds: Bounds): void {
  host.release(state, block.frames(b), bounds);
  const merged = memory.free(state, b, "as likely to merge");
  if (block.order(merged) < memory.largestOrder) return;
  state.owed[merged] = "yes";
  // Only a block that begins elsewhere than what was freed is looked up in the array.
  const isNoted = block.first(merged) !== block.first(b) && state.captured[c].includes(merged);
  if (!isNoted && state.captured[c].length < bounds.entries) state.captured[c].push(merged);
}

export function isolate(state: Draft, c: Cpu, b: Block): void {
  if (state.owner[b] === "free") memory.takeOffList(state, b);
  state.owner[b] = "isolated";
  state.request[c].push(b);
}

/** C6 */
export function endPass(state: Draft, c: Cpu): "runs" {
  state.captured[c] = [];
  return "runs";
}

const hostSteps = {
  /** At any moment, and never if it does not like to. */
  hostDiscards: action("host", {
    source: "madvise(MADV_DONTNEED)",
    forAny: block,
    when: (state, b) =>
      state.available.some((request) => request.includes(b)) &&
      block.frames(b).some((f) => !host.isDiscarded(state, f)),
    effect: (state, b, bounds) => host.discard(state, block.frames(b), block.order(b), bounds),
  }),
  hostPushes: action("host", {
    source: "virtqueue_push, virtio_notify",
    fairness: "weak",
    when: (state) => state.available.length > 0,
    effect: (state) => {
      const done = state.available.shift();
      if (done !== undefined) state.used.push([...done]);
      state.interrupt = "pending";
    },
  }),
};

const interrupts = process("handler", { fairness: "weak" });

const handler = {
  /** C9: one completion, however many there are. */
  handlerTakesRequest: interrupts.at("idle", {
    to: "frees",
    source: "hinting_ack: virtqueue_get_buf",
    forAny: cpu,
    when: (state) => state.interrupt === "pending",
    effect: (state, c) => {
      state.interrupt = "none";
      state.interrupted = c;
      takeRequest(state);
    },
  }),
  /** C9: no lock is taken, so that the list may change between the look at it and the insertion. */
  handlerReadsList: interrupts.at("frees", {
    to: "inserts",
    source: "release_buddy_pages: __free_one_page",
    effect: (state) => {
      const [b] = state.returned;
      if (b !== undefined) state.behind = state.freeList.movable[memory.orderOf(b)][0] ?? "none";
    },
  }),
  handlerInserts: interrupts.at("inserts", {
    source: "__free_one_page: list_add, set_page_order",
    effect: (state) => {
      insert(state);
      if (state.returned.length > 0) return "frees";
      state.interrupted = "none";
      return "idle";
    },
  }),
};

/** What the handler is to free; the host has heard of it. */
export function takeRequest(state: Pick<Draft, "used" | "returned" | "owed">): void {
  const [request] = state.used;
  assert(request !== undefined, assertions.completionIsThere);
  if (request === undefined) return;
  state.used.shift();
  state.returned = [...request];
  for (const b of request) state.owed[b] = "no";
}

/** list_add with the neighbour that was read: what has been put before that one meanwhile is off the list. */
export function insert(state: Draft): void {
  const { behind } = state;
  const b = state.returned.shift();
  if (b === undefined) return;
  const list = state.freeList.movable[memory.orderOf(b)];
  assert(behind === "none" || list.includes(behind), assertions.listIsAsItWasRead);
  list.splice(0, behind === "none" ? list.length : list.indexOf(behind), b);
  state.nrFree[memory.orderOf(b)] += 1;
  state.owner[b] = "free";
  state.behind = "none";
}

const removal = process("driver", { fairness: "weak" });

const driver = {
  driverClearsPointer: removal.at("bound", {
    to: "has cleared the pointer",
    source: "virtballoon_remove: disable_hinting",
    fairness: "none",
    when: (_state, { removal: isPossible }) => isPossible,
  }),
  /** The interrupt is freed first, which waits for the handler. */
  driverDeletesQueues: removal.at("has cleared the pointer", {
    to: "removed",
    source: "virtballoon_remove: vdev->config->reset, del_vqs",
    when: (state) => state.handler === "idle",
    effect: (state) => {
      state.available.splice(0);
      state.used.splice(0);
      state.interrupt = "none";
    },
  }),
};

export const actions = {
  ...cpuSteps,
  guestWrites: users.actions.guestWrites,
  ...hostSteps,
  ...handler,
  ...driver,
};
