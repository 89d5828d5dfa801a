/** A device that answers and is not heard, and what a worker may do that does not want to wait for ever. */
import { instance, oneOf, variant } from "../../language/index.ts";
import { linuxFreePageReporting } from "./claims.ts";
import { withRemoval } from "./lifecycle.ts";
import { protocol, queue } from "./protocol.ts";

export const numbersQueuesDifferently = variant(withRemoval, {
  name: "numbers-queues-differently",
  because:
    "bug 5, f/R2: without the queue of hints guest and host count the reporting queue differently, and the host " +
    "signals an indicator that nobody looks at. The worker waits for ever, and who unbinds the driver waits for the " +
    "worker, with the mutex",
  state: { indicator: oneOf("clear", "its own", "another") },
  change: {
    actions: {
      devicePushes: {
        source: "virtio_ccw_vdev_notify_queue",
        afterwards: (state) => {
          state.indicator = "another";
        },
      },
      workerWakes: {
        when: (state) => queue.isUsed(state) && state.indicator === "its own",
        afterwards: (state) => {
          state.indicator = "clear";
        },
      },
    },
  },
  expects: { breaks: ["isolatedBlockComesBack", "unregisteringEnds"] },
});

export const numbersQueuesAlike = variant(numbersQueuesDifferently, {
  name: "numbers-queues-alike",
  because: "the repair of bug 5: guest and host count the queues that there are",
  change: {
    actions: {
      devicePushes: {
        afterwards: (state) => {
          state.indicator = "its own";
        },
      },
    },
  },
  expects: "holds",
});

// ---- A worker that does not wait for ever ----

export const waitsWithALimit = variant(instance(linuxFreePageReporting, { blocks: 1, users: 1 }), {
  name: "waits-with-a-limit",
  because:
    "a repair of f/R2 that does harm: wait_event_timeout, after which the blocks are put back as if the report had " +
    "failed. The device has it still, or was only late, and discards what is in use by then",
  change: {
    actions: {
      // To a queue that has not been emptied nothing is added: there is one buffer at a time.
      workerSubmits: {
        when: (state, result, { deviceErrors }) =>
          result === "added" ? queue.isFree(state) : deviceErrors || !queue.isFree(state),
      },
    },
    added: {
      workerGivesUpWaiting: protocol.process("worker").at("waits", {
        to: "drains",
        source: "virtballoon_free_page_report: wait_event_timeout",
        fairness: "weak",
        when: (state) => !queue.isUsed(state),
        effect: (state) => {
          state.report = "failed";
        },
      }),
    },
  },
  expects: { breaks: ["toldBlockIsIsolated", "discardedFrameIsNotInUse"] },
});

export const resetsBeforeItGivesUp = variant(waitsWithALimit, {
  name: "resets-before-it-gives-up",
  because:
    "the same with a device that is reset first, after which it does nothing more: what was told to it may be put " +
    "back",
  change: { actions: { workerGivesUpWaiting: { afterwards: (state) => queue.reset(state) } } },
  expects: "holds",
});
