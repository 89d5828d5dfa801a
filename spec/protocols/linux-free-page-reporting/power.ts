/**
 * A reporter in a guest that is suspended or shut down: both take the queues away from a driver that stays registered.
 *
 * Abstracts the order in which kernel/power and the driver core go about it. That memory is freed while tasks are
 * frozen is right: the kernel does it, and an image of hibernation takes memory and gives it back. Left out: that a
 * device which is broken is woken for nothing, and a kernel that is booted after a shutdown.
 */
import { also, variant } from "../../language/index.ts";
import { withRemoval } from "./lifecycle.ts";
import { queue } from "./protocol.ts";

// ---- Suspend ----

export const runsWhileFrozen = variant(withRemoval, {
  name: "runs-while-frozen",
  because:
    "bug 3, before Linux 0b45f6927a14: virtballoon_freeze relies on work being frozen by then, and that of reporting " +
    "is on a queue that is not. It uses a queue that is deleted, and a report that was under way is never answered",
  state: { driver: also("freezes", "frozen") },
  change: ({ process }) => {
    const { at } = process("driver", { fairness: "weak" });
    return {
      constants: { removal: false },
      added: {
        guestSuspends: at("bound", {
          to: "freezes",
          source: "freeze_processes, freeze_workqueues_begin",
          fairness: "none",
        }),
        driverFreezes: at("freezes", {
          to: "frozen",
          source: "virtballoon_freeze: virtio_reset_device, del_vqs",
          effect: (state) => {
            queue.reset(state);
            state.reportingQueue = "deleted";
          },
        }),
        driverRestores: at("frozen", {
          to: "bound",
          source: "virtballoon_restore: init_vqs; thaw_workqueues",
          effect: (state) => {
            state.reportingQueue = "there";
          },
        }),
      },
    };
  },
  expects: { breaks: ["workerHasAQueue", "isolatedBlockCanComeBack"] },
});

export const freezesTheWorker = variant(runsWhileFrozen, {
  name: "freezes-the-worker",
  because:
    "the fix of bug 3, Linux 0b45f6927a14: the work is on a freezable queue. Freezing waits for a pass that runs, and " +
    "none begins until the device is restored",
  change: {
    actions: {
      timerFires: { when: (state) => state.timer === "armed" && state.driver === "bound" },
      driverFreezes: { when: (state) => state.worker === "idle" },
    },
  },
  expects: "holds",
});

export const cancelsWhenItFreezes = variant(runsWhileFrozen, {
  name: "cancels-when-it-freezes",
  because:
    "a repair of bug 3 that does not repair it: virtballoon_freeze cancels the work and waits for it. The next free " +
    "arms the timer again; and if none does, the request of which the work was taken away stays, and every later " +
    "notifier stops at N4, for good",
  change: {
    actions: {
      guestSuspends: {
        source: "virtballoon_freeze: cancel_delayed_work_sync",
        afterwards: (state) => {
          state.timer = "off";
        },
      },
      driverFreezes: { when: (state) => state.worker === "idle" },
      notifierArmsTimer: {
        afterwards: (state, before) => {
          if (state.driver === "freezes") state.timer = before.timer;
        },
      },
      workerRearms: {
        afterwards: (state, before) => {
          if (state.driver === "freezes") state.timer = before.timer;
        },
      },
    },
  },
  expects: { breaks: ["workerHasAQueue", "requestIsFollowedByAPass"] },
});

// ---- Shutdown ----

export const shutsDownUnderTheWorker = variant(withRemoval, {
  name: "shuts-down-under-the-worker",
  because:
    "bug 4, since Linux 8bd2fa086a04: a device of which the driver says nothing else is broken and reset when the " +
    "guest shuts down, and the worker runs on. It is told that it cannot add a report, which is warned of, or waits " +
    "for ever for one that it has added",
  state: { reportingQueue: also("broken"), driver: also("shuts down", "shut down") },
  change: ({ process }) => {
    const { at } = process("driver", { fairness: "weak" });
    return {
      constants: { removal: false },
      actions: {
        // virtqueue_add answers EIO, virtqueue_get_buf nothing.
        workerSubmits: {
          when: (state, result, { deviceErrors }) =>
            state.reportingQueue === "broken"
              ? result === "failed"
              : state.reportingQueue === "there" && (result === "added" || deviceErrors),
        },
        workerWakes: { when: (state) => queue.isUsed(state) && state.reportingQueue === "there" },
      },
      added: {
        driverBreaksDevice: at("bound", {
          to: "shuts down",
          source: "virtio_dev_shutdown: virtio_break_device",
          fairness: "none",
          effect: (state) => {
            state.reportingQueue = "broken";
          },
        }),
        driverResetsDevice: at("shuts down", {
          to: "shut down",
          source: "virtio_dev_shutdown: virtio_reset_device",
          effect: queue.reset,
        }),
      },
    };
  },
  expects: { breaks: ["workerHasAQueue", "isolatedBlockCanComeBack"] },
});

export const stopsTheWorkerFirst = variant(shutsDownUnderTheWorker, {
  name: "stops-the-worker-first",
  because:
    "the fix of bug 4: the driver has a shutdown of its own, which unregisters before the device is broken",
  change: {
    constants: { removal: true },
    actions: { driverBreaksDevice: { at: "resets the device" as const } },
  },
  expects: "holds",
});
