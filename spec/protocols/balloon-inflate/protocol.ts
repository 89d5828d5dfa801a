/**
 * The virtio balloon: a guest gives pages to its host and takes them back, as many as the host asks for, and takes
 * some back unasked when memory runs out. Pages of the host's own may be larger than those of the guest.
 *
 * Abstracts drivers/virtio/virtio_balloon.c of Linux (as of 5.10): fill_balloon, leak_balloon, virtio_balloon_oom_notify and
 * stats_handle_request; and hw/virtio/virtio-balloon.c of QEMU (as of 4.1). One step is what happens under one hold of a lock,
 * or one access outside of any; what the driver says under its lock and what the device answers are two. What the driver
 * says of its size is what it has at that moment, a repair (see reads-its-size-first).
 *
 * Left out: that balloon pages are migrated by compaction, and which of them goes first then; the 200 ms of sleep after a
 * failed allocation; that the interrupt for a new size is late; freezing and unloading the driver; errors of the queues; a
 * feature that is not negotiated (the third fault of bug 17, which is no question of order).
 */
import { declare, oneOf } from "../../language/index.ts";
import { balloon } from "../../parts/balloon.ts";
import { buddyAllocator } from "../../parts/buddy-allocator.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";
import { virtqueue } from "../../parts/virtqueue.ts";

export const memory = buddyAllocator({
  levels: 1,
  users: ["handed out", "written"],
  others: ["taken by the driver", "in the balloon", "leaving the balloon"],
});
export const { block, frame } = memory;
export const host = hostMemory(frame);
export const users = guestUsers(memory, host);
export const driver = balloon(memory, host, { otherHolders: ["notifier"] });
/** One buffer, which the device keeps until it wants to have new statistics. */
export const statsQueue = virtqueue("statsQueue", { of: oneOf("statistics"), capacity: 1 });

export const protocol = declare({
  parts: [memory, host, users, driver, statsQueue],
  constants: {
    batch: 2,
    /** VIRTIO_BALLOON_F_STATS_VQ */
    statistics: false,
  },
  state: {
    /** Where virtio_balloon_oom_notify is, called by whoever finds no memory. */
    notifier: oneOf("idle", "dequeues", "deflates", "tells the size"),
    /** s->stats_vq_elem: what the device has taken out of the queue and not answered. */
    kept: oneOf("nothing", "the buffer"),
    /** Whether whoever manages the machine has the statistics that it has asked for. */
    management: oneOf("has statistics", "asks"),
  },
});

const { action, process } = protocol;

/** Whoever finds no memory takes a buffer full of pages out of the balloon. */
const { at } = process("notifier", { fairness: "weak" });
const notifier = {
  guestFindsNoMemory: at("idle", {
    source: "out_of_memory, virtio_balloon_oom_notify",
    to: "dequeues",
    fairness: "none",
    when: (state) => memory.freeFrames(state) === 0,
  }),
  notifierTellsOfDeflation: at("dequeues", {
    source: "leak_balloon: balloon_page_dequeue, tell_host",
    fairness: "strong",
    when: (state) => state.balloonLock === "open",
    effect: (state, bounds) => {
      if (state.balloonPages.length === 0) return "tells the size";
      driver.leaking.tells(state, "notifier", bounds.batch, bounds);
      return "deflates";
    },
  }),
  notifierHearsOfDeflation: at("deflates", {
    source: "leak_balloon: release_pages_balloon",
    to: "tells the size",
    when: driver.deflateQueue.isUsed,
    effect: driver.leaking.releases,
  }),
  /** As the worker does, and without the lock. */
  notifierTellsSize: at("tells the size", {
    source: "update_balloon_size",
    to: "idle",
    effect: (state) => {
      state.actual = state.balloonPages.length;
    },
  }),
};

/** The buffer of statistics goes the other way round: it is the device that answers when it wants to know. */
const statistics = {
  driverCollects: action("driver", {
    source: "init_vqs; stats_request, stats_handle_request",
    fairness: "strong",
    when: (state, constants) =>
      constants.statistics && (statsQueue.isFree(state) || statsQueue.isUsed(state)),
    effect: (state) => {
      statsQueue.add(state, ["statistics"]);
    },
  }),
  deviceReceives: action("device", {
    source: "virtio_balloon_receive_stats",
    fairness: "strong",
    when: statsQueue.isAvailable,
    effect: (state) => {
      statsQueue.pop(state);
      state.kept = "the buffer";
      state.management = "has statistics";
    },
  }),
  managementAsks: action("management", {
    source: "qmp: guest-stats",
    when: (state, constants) => constants.statistics && state.management === "has statistics",
    effect: (state) => {
      state.management = "asks";
    },
  }),
  deviceAsks: action("device", {
    source: "balloon_stats_poll_cb",
    fairness: "strong",
    when: (state) => state.management === "asks" && state.kept === "the buffer",
    effect: (state) => {
      statsQueue.push(state);
      state.kept = "nothing";
    },
  }),
};

export const actions = {
  ...users.actions,
  ...driver.actions,
  ...notifier,
  ...statistics,
  ...host.hostActions,
};
