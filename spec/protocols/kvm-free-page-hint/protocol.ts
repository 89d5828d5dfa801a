/**
 * The KVM free page hint (RFC of February 2019, never merged): whoever frees memory in a guest tells its hypervisor by a
 * hypercall, and waits in it until the memory is dropped; where small blocks merge to a large one, with the zone lock
 * let go in the middle of the merge.
 *
 * Abstracts kvm_pv_unused_page_hint_op of patch 2/4, __arch_free_page of 3/4, __arch_merge_page of 4/4, and the parts of
 * mm/page_alloc.c of Linux 5.0 around them. One step is what happens under one hold of the zone lock, which is let go in
 * B5 alone; the host runs in the thread of the virtual CPU that calls it, which does nothing meanwhile.
 *
 * Left out: allocation from the per-CPU lists (a frame on one is freed with its batch, and used by nobody before), and
 * which end of a free list a block goes to (its head); interrupt handlers that free memory, which are CPUs like others
 * here; the addresses of the host (a block is taken to be in one memory slot), and that madvise drops a large block
 * piece by piece. A pageblock that is put back merges without a hint; Linux 5.0 frees it once more, with one.
 * Pageblocks are isolated only where `memoryOffline` says so. At first everything is in use, and `users` bounds what
 * is in use later. A frame stands for 256 pages, if a hint is about 512.
 */
import {
  declare,
  each,
  ghost,
  type Index,
  interchangeable,
  oneOf,
  optional,
  range,
  sequence,
} from "../../language/index.ts";
import type { Action } from "../../language/spec.ts";
import { buddyAllocator } from "../../parts/buddy-allocator.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";
import { offlining } from "../../parts/offlining.ts";

export const memory = buddyAllocator({
  levels: 2,
  users: ["handed out", "written"],
  others: ["being freed"],
  migratetypes: ["isolate"],
  lockHolders: ["vcpu"],
});
export const { block, frame } = memory;
export const offline = offlining(memory);
export const host = hostMemory(frame);
export const users = guestUsers(memory, host);
/** A virtual CPU of the guest's. */
export const cpu = interchangeable("cpu", ({ cpus }: { cpus: number }) => cpus);
type Block = Index<"block">;
type Cpu = Index<"cpu">;

export const protocol = declare({
  parts: [memory, offline, host, users],
  constants: {
    /** How many virtual CPUs free memory. */
    cpus: 2,
    /** How many blocks are in use at most, but for those at first. */
    users: 2,
    /** pcp->batch: with so many small blocks on its list a CPU frees them, under one hold of the zone lock. */
    batch: 1,
    /** KVM_PV_UNUSED_PAGE_HINT_MIN_ORDER: HUGETLB_PAGE_ORDER, which is pageblock_order on x86. */
    hintOrder: 1,
    /** The order of a pageblock: one less than the largest. */
    pageblockOrder: 1,
    /** Whether madvise may fail. */
    hostErrors: false,
    /** Whether the static key stays off where the guest poisons. */
    offWithPoisoning: true,
  },
  where: {
    "there is a CPU": ({ cpus }) => cpus >= 1,
    "a batch is of a block or more": ({ batch }) => batch >= 1,
    "some order is hinted, and it is not the smallest": ({ hintOrder }) =>
      hintOrder >= 1 && hintOrder <= memory.largestOrder,
  },
  state: {
    /** Where each CPU is in the free path. */
    vcpu: each(cpu, oneOf("idle", "prepares", "hints what it frees", "locks", "hints what merged")),
    /** The block that the CPU frees, as far as it has merged: it is in limbo, on no list. */
    hand: each(cpu, optional(block)),
    /** The small blocks that it frees next, if there are enough of them. */
    list: each(
      cpu,
      sequence(block, ({ batch }: { batch: number }) => batch),
    ),
    /** The migratetype of what it has in hand, as read when the zone lock was first taken for it. */
    migratetype: each(cpu, oneOf("movable", "isolate")),
    /** isolated_pageblocks: whether there were any when the zone lock was taken for a batch. */
    isolatedPageblocks: each(cpu, oneOf("no batch", "none", "some")),
    /** Whether it can be interrupted. */
    interrupts: each(cpu, oneOf("on", "off")),
    /** NR_FREE_PAGES of the zone, in frames: what the watermarks are compared with. */
    nrFreePages: range(0, memory.frames),

    /** The argument of the hypercall that the CPU is in: what the host may act on. */
    told: each(cpu, optional(block)),
    /** Where the host is with it. */
    handler: each(cpu, oneOf("idle", "checks", "discards")),

    /** How often the host has dropped the frame since anything of its pageblock was handed out; 2 is twice or more. */
    hints: ghost(each(frame, range(0, 2))),
    /** Whether memory was handed out since a CPU let go of the lock to hint what merged, and before it took it again. */
    taken: ghost(each(cpu, oneOf("no", "yes"))),
  },
});
const { action, process, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
export type Bounds = typeof type.constants;
export type Place = State["vcpu"][Cpu];

/** pv_free_page_hint_enabled: i1, the feature is off where the guest poisons what it frees. */
export const isEnabled = ({ poisoning, offWithPoisoning }: Bounds): boolean =>
  !(poisoning && offWithPoisoning);
/** What the guest frees of this size it tells the host before anything else. */
export const isHinted = (b: Block, bounds: Bounds): boolean =>
  isEnabled(bounds) && block.order(b) >= bounds.hintOrder;
/** How many frames the block has. */
export const sizeOf = (b: Block): number => block.frames(b).length;
/** The blocks of the order that is hinted which the block has, or the one that it is in. */
export const regionsOf = (b: Block, hintOrder: number): readonly Block[] =>
  block
    .frames(b)
    .flatMap((f) => block.around(block.of(f)).filter((a) => block.order(a) === hintOrder));

const guest = {
  guestAllocates: action("guest", {
    source: "rmqueue, expand",
    forAny: block,
    when: (state, wanted, bounds) =>
      state.zoneLock === "open" &&
      users.mayAllocate(state, bounds) &&
      memory.canAllocate(state, wanted),
    effect: (state, wanted, { hintOrder }) => {
      memory.allocate(state, wanted, "handed out");
      state.nrFreePages -= sizeOf(wanted);
      for (const region of regionsOf(wanted, hintOrder))
        for (const f of block.frames(region)) state.hints[f] = 0;
      state.vcpu.forEach((where, c) => {
        if (where === "hints what merged") state.taken[c] = "yes";
      });
    },
  }),
  guestWrites: users.actions.guestWrites,
};

const { at } = process("vcpu", { fairness: "weak" });

const vcpu = {
  /** A small block is not hinted (B1), but filled with its pattern (B2), and goes on the list of its CPU. */
  vcpuFrees: at("idle", {
    source: "free_pages_prepare, free_unref_page_commit",
    fairness: "none",
    forAny: block,
    when: (state, _c, b) => memory.isUsed(state.owner[b]),
    effect: (state, c, b, bounds) => {
      state.owner[b] = "being freed";
      host.release(state, block.frames(b), { poisoning: false }); // nobody needs what is in it
      // What is isolated does not go on a list.
      if (block.order(b) === 0 && memory.migratetypeOf(state, b) === "movable") {
        host.release(state, block.frames(b), bounds);
        state.list[c].push(b);
        return state.list[c].length === bounds.batch ? "locks" : "idle";
      }
      state.hand[c] = b;
      if (isHinted(b, bounds)) return "prepares";
      host.release(state, block.frames(b), bounds);
      return "locks";
    },
  }),

  /** B1 */
  vcpuHints: at("prepares", {
    source: "free_pages_prepare: arch_free_page, kvm_hypercall2",
    to: "hints what it frees",
    effect: (state, c) => call(state, c),
  }),

  /** B2, once the host has returned, whatever it says. */
  vcpuPoisons: at("hints what it frees", {
    source: "free_pages_prepare: kernel_poison_pages",
    to: "locks",
    when: (state, c) => state.handler[c] === "idle",
    effect: (state, c, bounds) => {
      const b = state.hand[c];
      if (b !== "none") host.release(state, block.frames(b), bounds);
    },
  }),

  /** B3, and as much of B4 as comes before a hint */
  vcpuLocks: at("locks", {
    source: "free_one_page, free_pcppages_bulk: spin_lock",
    fairness: "strong", // a queued spinlock is handed over in turn
    when: (state) => state.zoneLock === "open",
    effect: (state, c, bounds) => {
      state.interrupts[c] = "off";
      const b = state.hand[c];
      if (b !== "none") return freeOne(state, c, b, memory.migratetypeOf(state, b), bounds);
      state.isolatedPageblocks[c] = state.pageblock.includes("isolate") ? "some" : "none";
      return freeNext(state, c, bounds);
    },
  }),

  /** B6: the host has returned, and the lock is taken once more. */
  vcpuGoesOn: at("hints what merged", {
    source: "__arch_merge_page: spin_lock; __free_one_page",
    fairness: "strong",
    when: (state, c) => state.handler[c] === "idle" && state.zoneLock === "open",
    effect: (state, c, bounds) => merge(state, c, bounds),
  }),
};

/** kvm_hypercall2(KVM_HC_UNUSED_PAGE_HINT, ...), of what the CPU has in hand. */
export function call(state: Draft, c: Cpu): void {
  state.told[c] = state.hand[c];
  state.handler[c] = "checks";
}

/** The beginning of __free_one_page: the block is counted, and its migratetype is not asked for any more. */
export function freeOne(
  state: Draft,
  c: Cpu,
  b: Block,
  migratetype: "movable" | "isolate",
  bounds: Bounds,
): Place {
  state.hand[c] = b;
  state.migratetype[c] = migratetype;
  if (migratetype === "movable") state.nrFreePages += sizeOf(b); // __mod_zone_freepage_state
  return merge(state, c, bounds);
}

/** B4: merges what is in hand with its buddies until there is none, or the block is one to hint. */
export function merge(state: Draft, c: Cpu, bounds: Bounds): Place {
  state.taken[c] = "no";
  for (;;) {
    const b = state.hand[c];
    if (b === "none") return freeNext(state, c, bounds);
    const parent = parentToMergeTo(state, c, b, bounds);
    if (parent === undefined) return insert(state, c, b, bounds);
    mergeTo(state, c, b, parent);
    // B5: exactly this order. What is larger was hinted by halves, or before the lock was taken.
    if (block.order(parent) === bounds.hintOrder && isEnabled(bounds)) {
      call(state, c);
      return "hints what merged";
    }
  }
}

/** page_is_buddy; the migratetypes are compared only where the halves are pageblocks of their own. */
export function parentToMergeTo(
  state: Draft,
  c: Cpu,
  b: Block,
  { pageblockOrder }: Bounds,
): Block | undefined {
  const buddy = block.buddy(b);
  if (buddy === undefined || state.owner[buddy] !== "free") return undefined;
  const isApart =
    block.order(b) >= pageblockOrder && memory.migratetypeOf(state, buddy) !== state.migratetype[c];
  return isApart ? undefined : block.parent(b);
}

/** One turn of the loop: what is in hand is twice as large, and on no list. */
export function mergeTo(state: Draft, c: Cpu, b: Block, parent: Block): void {
  const buddy = block.buddy(b);
  if (buddy !== undefined) memory.takeOffList(state, buddy);
  state.owner[b] = "no block";
  state.owner[parent] = "being freed";
  state.hand[c] = parent;
}

/** done_merging */
function insert(state: Draft, c: Cpu, b: Block, bounds: Bounds): Place {
  memory.putOnList(state, b, "head", state.migratetype[c] as "movable");
  state.hand[c] = "none";
  return freeNext(state, c, bounds);
}

/** The next of the batch, if there is one: its pageblock may be isolated, if any was when the lock was taken. */
export function freeNext(state: Draft, c: Cpu, bounds: Bounds): Place {
  const next = state.isolatedPageblocks[c] === "no batch" ? undefined : state.list[c].shift();
  if (next !== undefined) {
    const mayBeIsolated = state.isolatedPageblocks[c] === "some";
    const migratetype = mayBeIsolated ? memory.migratetypeOf(state, next) : "movable";
    return freeOne(state, c, next, migratetype, bounds);
  }
  state.migratetype[c] = "movable";
  state.isolatedPageblocks[c] = "no batch";
  state.interrupts[c] = "on";
  return "idle";
}

const handler = process("handler", { fairness: "weak" });

const hypercall = {
  /** Size and alignment are right by construction. Where the host refuses it says so, and nobody listens. */
  hostChecks: handler.at("checks", {
    source: "kvm_pv_unused_page_hint_op: kvm_arch_has_assigned_device",
    effect: (state, c) => {
      if (host.mayDiscard(state)) return "discards";
      state.told[c] = "none";
      return "idle";
    },
  }),

  /** Without another look at whether it may. */
  hostDiscards: handler.at("discards", {
    source: "kvm_pv_unused_page_hint_op: do_madvise_dontneed",
    to: "idle",
    forAny: oneOf("done", "failed"),
    when: (_state, _c, result, { hostErrors }) => result === "done" || hostErrors,
    effect: (state, c, result, bounds) => {
      const b = state.told[c];
      state.told[c] = "none";
      if (b !== "none" && result === "done") drop(state, b, bounds);
    },
  }),
};

/** What madvise does to a block, and how often it was done. */
export function drop(state: Draft, b: Block, bounds: Bounds): void {
  host.discard(state, block.frames(b), block.order(b), bounds);
  for (const f of block.frames(b)) state.hints[f] = Math.min(2, state.hints[f] + 1);
}

/** What goes to other lists is counted there: __mod_zone_freepage_state of set_migratetype_isolate and its undoing. */
const counted = (step: Action): Action => ({
  ...step,
  effect: (draft: Draft, ...choice: readonly unknown[]) => {
    const before = memory.freeFrames(draft);
    step.effect(draft, ...choice);
    draft.nrFreePages += memory.freeFrames(draft) - before;
  },
});

export const actions = {
  ...guest,
  ...vcpu,
  ...hypercall,
  ...host.hostActions,
  offlinerIsolates: counted(offline.actions.offlinerIsolates),
  offlinerPutsBack: counted(offline.actions.offlinerPutsBack),
};
