/**
 * Free page hints of a virtio balloon: while a guest is migrated, its host asks for all memory that is free, so that it
 * need not be sent; the guest's driver takes it, hints it and keeps it until the host is done. Whoever needs memory
 * meanwhile gets it back without a word to the host, which sees what is written by itself.
 *
 * Abstracts report_free_page_func and what it calls in drivers/virtio/virtio_balloon.c (as of Linux 5.7),
 * virtio_ballloon_get_free_page_hints and virtio_balloon_free_page_hint_notify of hw/virtio/virtio-balloon.c and
 * migration/ram.c of QEMU (as of 6.1). One step is what happens under one hold of a lock, or one access outside of any.
 * The id of a round is part of its buffer, as virtio has it, not a field that the driver shares between buffers as Linux
 * has it (see shares-the-buffer-of-the-id); nor is done started as if it were a round (see starts-what-is-done).
 *
 * Left out: more than one migration; ids that come round again; errors of the queue other than that it is full;
 * notifications of the queue; pages that are only read; what the destination has of a page that was sent and written
 * since; the balloon proper, whose changes interrupt the driver too (see ends-a-round-for-nothing).
 */
import { declare, type Index, message, oneOf, sequence } from "../../language/index.ts";
import { buddyAllocator } from "../../parts/buddy-allocator.ts";
import { dirtyBitmap } from "../../parts/dirty-bitmap.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";

export const memory = buddyAllocator({
  levels: 1,
  users: ["handed out", "written"],
  others: ["taken by the driver", "held"],
});
export const { block, frame } = memory;
export const host = hostMemory(frame);
export const users = guestUsers(memory, host);
export const bitmap = dirtyBitmap(frame);
type Block = Index<"block">;

const rounds = ["first", "second", "third"] as const;
/** free_page_hint_cmd_id: stop (0), done (1), or what names a round. */
const command = oneOf("stop", "done", ...rounds);

export const protocol = declare({
  parts: [memory, host, users, bitmap],
  constants: {
    /** How many rounds there are at most: ids are not used twice. */
    rounds: 2,
    /**
     * How many buffers the queue has room for; one is kept for ids. From three on a hint may be behind the id of its round.
     */
    slots: 2,
    /** Whether the config space goes on to show the id of a round that has started; QEMU shows 0, which is stop. */
    idStaysShown: false,
  },
  where: {
    "each round has an id": ({ rounds: most }) => most <= rounds.length,
    "a block fits into the queue beside an id": ({ slots }) => slots >= 2,
  },
  state: {
    // Of the driver.
    /** Where report_free_page_func is. */
    worker: oneOf("idle", "starts", "looks", "allocates", "has a block", "ends", "returns all"),
    /** vb->report_free_page_work is pending. */
    work: oneOf("none", "pending"),
    /** VIRTIO_BALLOON_CONFIG_READ_CMD_ID of vb->config_read_bitmap: what was received may have changed. */
    received: oneOf("as it was", "to be read"),
    /** vb->cmd_id_received_cache */
    lastReceived: command,
    /** vb->cmd_id_active */
    active: command,

    /** Whether somebody of the guest who may have memory has found none. */
    request: oneOf("none", "waits for memory"),

    // Between the two.
    /** The config change interrupt. */
    interrupt: oneOf("none", "pending"),
    /** vb->free_page_vq, without what is used. No hint says to which round it belongs: `under` is for the claims alone. */
    queue: sequence(
      message({ start: { id: command }, stop: {}, hint: { block, under: command } }),
      ({ slots }: { slots: number }) => slots,
    ),

    // Of the device, and of the thread that migrates.
    /** dev->free_page_hint_status */
    status: oneOf("stop", "requested", "start", "done"),
    /** dev->free_page_hint_cmd_id; at first that of no round. */
    id: command,
    /** How far migration_bitmap_sync_precopy is. */
    thread: oneOf("iterates", "syncs", "asks"),
  },
});

const { action, process, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
export type Bounds = typeof type.constants;
type Command = State["id"];

/** How many rounds have begun when the last had this id. */
export const begun = (id: Command): number => (rounds as readonly Command[]).indexOf(id) + 1;

/** The guest writes, which is logged while it is migrated. */
export function touch(
  state: Pick<Draft, "dirtyLog" | "destination"> & { readonly migration: string },
  frames: readonly Index<"frame">[],
): void {
  if (bitmap.isRunning(state)) bitmap.write(state, frames);
  else for (const f of frames) state.destination[f] = "as here";
}

/** free_pages; to fill with the pattern, where the guest does that, is a write. */
export function free(
  state: Pick<Draft, "owner" | "freeList" | "nrFree" | "content" | "dirtyLog" | "destination"> & {
    readonly migration: string;
  },
  b: Block,
  bounds: Bounds,
): void {
  host.release(state, block.frames(b), bounds);
  if (bounds.poisoning) touch(state, block.frames(b));
  memory.free(state, b, "as likely to merge");
}

// ---- The guest ----

const guest = {
  guestAllocates: action("guest", {
    source: "rmqueue, expand",
    forAny: block,
    when: (state, b, bounds) =>
      state.request === "none" && users.mayAllocate(state, bounds) && memory.canAllocate(state, b),
    effect: (state, b) => {
      memory.allocate(state, b, "handed out");
    },
  }),
  guestWrites: action("guest", {
    forAny: block,
    when: (state, b) => state.owner[b] === "handed out",
    effect: (state, b) => {
      state.owner[b] = "written";
      host.write(state, block.frames(b));
      touch(state, block.frames(b));
    },
  }),
  guestFrees: action("guest", {
    source: "free_pages_prepare, __free_one_page",
    forAny: block,
    when: (state, b) => memory.isUsed(state.owner[b]),
    effect: free,
  }),
};

/** The driver's shrinker, which frees a block of those that it holds. */
const shrinks = {
  source: "virtio_balloon_shrinker_scan: return_free_pages_to_mm",
  forAny: block,
  when: (state: State, b: Block) => state.owner[b] === "held",
  effect: free,
};
const reclaim = {
  guestFindsNoMemory: action("guest", {
    when: (state, bounds) =>
      state.request === "none" &&
      users.mayAllocate(state, bounds) &&
      memory.freeFrames(state) === 0,
    effect: (state) => {
      state.request = "waits for memory";
    },
  }),
  /**
   * Whoever waits looks again. Strongly fair, and the only allocation that is fair at all: the driver may take what comes
   * back, but not each time before it.
   */
  guestGetsMemory: action("guest", {
    source: "__alloc_pages_slowpath: get_page_from_freelist",
    fairness: "strong",
    forAny: block,
    when: (state, b) => state.request === "waits for memory" && memory.canAllocate(state, b),
    effect: (state, b) => {
      memory.allocate(state, b, "handed out");
      state.request = "none";
    },
  }),
  /** Direct reclaim, by whoever waits. */
  guestReclaims: action("guest", {
    ...shrinks,
    fairness: "weak",
    when: (state, b) => state.request === "waits for memory" && shrinks.when(state, b),
  }),
  /** At any time, and not fair: memory need not be short. */
  kswapdReclaims: action("kswapd", shrinks),
};

// ---- The driver ----

/** What the config space has (virtio_balloon_get_config). */
export function shown(
  { status, id }: Pick<State, "status" | "id">,
  { idStaysShown }: Bounds,
): Command {
  if (status === "requested" || (idStaysShown && status === "start")) return id;
  return status === "done" ? "done" : "stop";
}

/** virtio_balloon_cmd_id_received, which reads it only where it may have changed. */
export function receive(
  state: Pick<Draft, "received" | "lastReceived" | "status" | "id">,
  bounds: Bounds,
): Command {
  if (state.received === "to be read") state.lastReceived = shown(state, bounds);
  state.received = "as it was";
  return state.lastReceived;
}

/** virtqueue_add_outbuf of an id: if the queue is full, that is told to the log, and no more. */
function sendId(
  state: Pick<Draft, "queue">,
  buffer: { kind: "start"; id: Command } | { kind: "stop" },
  { slots }: Bounds,
): void {
  if (state.queue.length < slots) state.queue.push({ ...buffer });
}

const configInterrupts = action("interrupt", {
  source: "virtballoon_changed: virtio_balloon_queue_free_page_work",
  fairness: "weak",
  when: (state) => state.interrupt === "pending",
  effect: (state) => {
    state.interrupt = "none";
    if (state.received === "to be read") return; // whoever set it has queued the work
    state.received = "to be read";
    state.work = "pending";
  },
});

/** The driver begins a round. */
export function start(state: Pick<Draft, "active" | "queue">, id: Command, bounds: Bounds): void {
  state.active = id;
  sendId(state, { kind: "start", id }, bounds);
}

const { at } = process("worker", { fairness: "weak" });
const worker = {
  workerReads: at("idle", {
    source: "report_free_page_func",
    when: (state) => state.work === "pending",
    effect: (state, bounds) => {
      state.work = "none";
      const id = receive(state, bounds);
      if (id === "done") return "returns all";
      return id === "stop" || id === state.active ? "idle" : "starts";
    },
  }),
  /** Any first; whoever needs memory may get in between, for the lock of the list is not that of the zone. */
  workerReturns: at("returns all", {
    source: "return_free_pages_to_mm, under vb->free_page_list_lock",
    to: "returns all",
    forAny: block,
    when: (state, b) => state.owner[b] === "held",
    effect: free,
  }),
  workerHasReturnedAll: at("returns all", {
    to: "idle",
    when: (state) => !state.owner.includes("held"),
  }),
  /**
   * What was received is asked for once more, and may be another round by now. Or stop or done, which is not started (as
   * it is in Linux, see starts-what-is-done): what has changed has queued the work again.
   */
  workerSendsStart: at("starts", {
    source: "send_cmd_id_start",
    effect: (state, bounds) => {
      const id = receive(state, bounds);
      if (id === "stop" || id === "done") return "idle";
      start(state, id, bounds);
      return "looks";
    },
  }),
  workerLooks: at("looks", {
    source: "send_free_pages",
    effect: (state, bounds) => (receive(state, bounds) === state.active ? "allocates" : "ends"),
  }),
  /** One step, whether there is memory or not: two that were fair by themselves could put each other off for ever. */
  workerAllocates: at("allocates", {
    source: "get_free_page_and_send: alloc_pages, __GFP_NORETRY and no reserves",
    effect: (state) => {
      const [b] = state.freeList.movable[memory.order.at(memory.largestOrder)];
      if (b === undefined) return "ends";
      memory.allocate(state, b, "taken by the driver");
      return "has a block";
    },
  }),
  /** The device may take the hint from here on. That it is put on the list then is no step: only who frees looks there. */
  workerHints: at("has a block", {
    source:
      "get_free_page_and_send: virtqueue_add_inbuf, balloon_page_push under vb->free_page_list_lock",
    to: "looks",
    forAny: block,
    when: (state, b, { slots }) =>
      state.owner[b] === "taken by the driver" && slots - state.queue.length > 1,
    effect: (state, b) => {
      state.owner[b] = "held";
      state.queue.push({ kind: "hint", block: b, under: state.active });
      bitmap.giveUp(state, block.frames(b));
    },
  }),
  workerHasNoRoom: at("has a block", {
    source: "get_free_page_and_send: vq->num_free",
    to: "looks",
    forAny: block,
    when: (state, b, { slots }) =>
      state.owner[b] === "taken by the driver" && slots - state.queue.length <= 1,
    effect: free,
  }),
  workerSendsStop: at("ends", {
    source: "send_cmd_id_stop",
    to: "idle",
    effect: (state, bounds) => {
      sendId(state, { kind: "stop" }, bounds);
    },
  }),
};

// ---- The host ----

/** virtio_notify_config, where the status is another one. */
export function setStatus(
  state: Pick<Draft, "status" | "interrupt">,
  status: State["status"],
): void {
  if (state.status !== status) state.interrupt = "pending";
  state.status = status;
}

/** The frames that the device takes for free with the next buffer. */
export function honoured(state: Pick<State, "queue" | "status">): readonly Index<"frame">[] {
  const [buffer] = state.queue;
  return buffer?.kind === "hint" && state.status === "start" ? block.frames(buffer.block) : [];
}

/** One buffer under dev->free_page_lock. */
const deviceTakes = action("device", {
  source: "get_free_page_hints",
  fairness: "weak",
  when: (state) => state.queue.length > 0,
  effect: (state) => {
    bitmap.clear(state, honoured(state));
    const buffer = state.queue.shift();
    if (buffer?.kind === "hint") return;
    const isAskedFor = buffer?.kind === "start" && buffer.id === state.id;
    if (state.status === "requested" && isAskedFor) state.status = "start";
    else if (state.status === "start") state.status = "stop";
  },
});

const migrating = process("thread", { fairness: "weak" });
const migration = {
  migrationSends: migrating.at("iterates", {
    source: "ram_save_host_page",
    to: "iterates",
    forAny: frame,
    when: (state, f) => state.dirtyBitmap[f] === "to be sent",
    effect: bitmap.send,
  }),
  /** When it likes, if there is an id for the round that begins then. */
  migrationStopsHints: migrating.at("iterates", {
    source: "migration_bitmap_sync_precopy: virtio_balloon_free_page_stop",
    to: "syncs",
    when: (state, bounds) => bitmap.isRunning(state) && begun(state.id) < bounds.rounds,
    effect: (state) => setStatus(state, "stop"),
  }),
  migrationSyncs: migrating.at("syncs", {
    source: "migration_bitmap_sync_precopy: migration_bitmap_sync",
    to: "asks",
    effect: bitmap.sync,
  }),
  migrationAsks: migrating.at("asks", {
    source: "migration_bitmap_sync_precopy: virtio_balloon_free_page_start",
    to: "iterates",
    effect: (state) => {
      state.id = rounds[begun(state.id)] ?? "stop";
      setStatus(state, "requested");
    },
  }),
  /**
   * The guest is stopped, a last sync ends all rounds, and what is left is sent: one step, for the device takes nothing
   * meanwhile (dev->block_iothread), and so nobody can see what is in between. The guest goes on at the destination with
   * what that has; what it has given up counts as lost there, sent or not.
   */
  migrationEnds: migrating.at("iterates", {
    source: "migration_completion, ram_save_complete, virtio_balloon_free_page_done",
    to: "iterates",
    fairness: "none",
    when: bitmap.isRunning,
    effect: (state) => {
      bitmap.sync(state);
      setStatus(state, "done");
      for (const f of state.dirtyBitmap.keys())
        if (state.dirtyBitmap[f] === "to be sent") bitmap.send(state, f);
      for (const f of state.content.keys())
        if (state.destination[f] !== "as here") state.content[f] = "empty";
      bitmap.end(state);
    },
  }),
  /** The guest goes on where it is, and where that is does not matter any more. */
  migrationFails: migrating.at("iterates", {
    source: "migrate_fd_cleanup: virtio_balloon_free_page_done",
    to: "iterates",
    fairness: "none",
    when: bitmap.isRunning,
    effect: (state) => {
      fail(state);
      setStatus(state, "done");
    },
  }),
};

/** Nothing that a destination does not have is missed. */
export function fail(
  state: Pick<Draft, "migration" | "dirtyLog" | "dirtyBitmap" | "destination">,
): void {
  bitmap.end(state);
  for (const f of state.destination.keys())
    if (state.destination[f] === "older") state.destination[f] = "as here";
}

export const actions = {
  ...guest,
  ...reclaim,
  configInterrupts,
  ...worker,
  deviceTakes,
  ...migration,
};
