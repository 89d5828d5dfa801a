/**
 * The virtio balloon: a guest gives pages to its host and takes them back, as many as the host asks for, and takes
 * some back unasked when memory runs out.
 *
 * Abstracts fill_balloon, leak_balloon and virtio_balloon_oom_notify of drivers/virtio/virtio_balloon.c (as of Linux
 * 4.15), and hw/virtio/virtio-balloon.c of QEMU. Left out: buffers of more than one page, statistics, page migration,
 * the 200 ms of sleep after a failed allocation, and that the number of pages is told to the host.
 */
import { declare, oneOf } from "../../language/index.ts";
import { balloon } from "../../parts/balloon.ts";
import { buddyAllocator } from "../../parts/buddy-allocator.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";

export const memory = buddyAllocator({
  levels: 1,
  users: ["handed out", "written"],
  others: ["taken by the driver", "in the balloon", "leaving the balloon"],
});
export const { block, frame } = memory;
export const host = hostMemory(frame);
export const users = guestUsers(memory, host);
export const driver = balloon(memory, host, { otherHolders: ["notifier"] });

export const protocol = declare({
  parts: [memory, host, users, driver],
  state: {
    /** Where virtio_balloon_oom_notify is, called by whoever finds no memory. */
    notifier: oneOf("idle", "dequeues", "deflates"),
  },
});

/** Whoever finds no memory deflates one page. */
const oom = protocol.process("notifier", { fairness: "weak" });
const notifier = {
  guestFindsNoMemory: oom.at("idle", {
    source: "out_of_memory, virtio_balloon_oom_notify",
    to: "dequeues",
    fairness: "none",
    when: (state) => memory.freeFrames(state) === 0,
  }),
  notifierTellsOfDeflation: oom.at("dequeues", {
    ...driver.leaking.tells("notifier"),
    fairness: "strong",
  }),
  notifierFindsNoPage: oom.at("dequeues", { ...driver.leaking.findsNoPage, to: "idle" }),
  notifierHearsOfDeflation: oom.at("deflates", { ...driver.leaking.hears, to: "idle" }),
};

export const actions = { ...users.actions, ...driver.actions, ...notifier };
