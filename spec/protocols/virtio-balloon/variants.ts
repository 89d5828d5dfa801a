/** Mistakes that were made in the virtio balloon, and their repairs. */
import { also, instance, variant } from "../../language/index.ts";
import { virtioBalloon } from "./claims.ts";
import { block, driver, host, memory, protocol } from "./protocol.ts";

export { virtioBalloon as default } from "./claims.ts";

const { at } = protocol.process("notifier", { fairness: "weak" });

/** Pages of the host's that are twice as large. */
const largePages = instance(virtioBalloon, { hostPageOrder: 1 });

export const allocatesUnderTheLock = variant(virtioBalloon, {
  name: "allocates-under-the-lock",
  because:
    "bug 17, fixed by Linux c7cdff0e8647: the worker allocates under the balloon's lock and waits for memory, and the " +
    "notifier that would give it some waits for the lock",
  state: { worker: also("locks") },
  change: ({ process }) => ({
    actions: {
      workerAdjusts: {
        effect: (state) => {
          if (driver.pagesInBalloon(state) < state.target) return "locks" as const;
          return driver.pagesInBalloon(state) > state.target ? "dequeues" : "idle";
        },
      },
      workerFindsNoMemory: "removed" as const,
      workerTellsOfInflation: {
        when: (state, b) => state.owner[b] === "taken by the driver",
      },
    },
    added: {
      workerLocks: process("worker", { fairness: "strong" }).at("locks", {
        to: "allocates",
        when: (state) => state.balloonLock === "open",
        effect: (state) => {
          state.balloonLock = "worker";
        },
      }),
    },
  }),
  expects: { breaks: ["notifierReturns"] },
});

export const notifierTriesTheLock = variant(allocatesUnderTheLock, {
  name: "notifier-tries-the-lock",
  because: "a repair: a notifier that does not get the lock at once returns, and has freed nothing",
  change: {
    added: {
      notifierGivesUp: at("dequeues", {
        to: "idle",
        when: (state) => state.balloonLock !== "open",
      }),
    },
  },
  expects: "holds",
});

export const discardsTheWholeHostPage = variant(largePages, {
  name: "discards-the-whole-host-page",
  because: "bug 9: one page in the balloon, and a host with larger pages drops its neighbour too",
  change: {
    actions: {
      deviceDiscards: {
        effect: (state, bounds) => {
          state.inflateQueue.buffer = "popped";
          const b = state.inflateQueue.entries.shift();
          const whole = b === undefined ? undefined : (block.parent(b) ?? b);
          if (whole !== undefined)
            host.discard(state, block.frames(whole), block.order(whole), bounds);
        },
      },
    },
  },
  expects: { breaks: ["writtenFrameKeepsItsData", "discardIsPermitted"] },
});

export const waitsForTheWholeHostPage = variant(discardsTheWholeHostPage, {
  name: "waits-for-the-whole-host-page",
  because:
    "the fix of bug 9, QEMU ed48c59875b6: pages are collected, and dropped when all of one of the host's are in the balloon",
  change: {
    actions: {
      deviceDiscards: {
        effect: (state, bounds) => {
          state.inflateQueue.buffer = "popped";
          const b = state.inflateQueue.entries.shift();
          const whole = b === undefined ? undefined : (block.parent(b) ?? b);
          if (whole === undefined) return;
          const halves = block.halves(whole);
          if (!halves.every((half) => state.owner[half] === "in the balloon")) return;
          host.discard(state, block.frames(whole), block.order(whole), bounds);
        },
      },
    },
  },
  expects: "holds",
});

export const releasesBeforeItTells = variant(virtioBalloon, {
  name: "releases-before-it-tells",
  because:
    "VIRTIO_BALLOON_F_MUST_TELL_HOST: a page is freed as the host is told that it is taken back, not when it has heard",
  change: {
    actions: {
      notifierTellsOfDeflation: {
        effect: (state, b) => {
          state.balloonLock = "notifier";
          memory.free(state, b, "as likely to merge");
          driver.deflateQueue.add(state, [b]);
        },
      },
      notifierHearsOfDeflation: {
        when: (state) => driver.deflateQueue.isUsed(state),
        effect: (state) => {
          driver.deflateQueue.takeBack(state);
          state.balloonLock = "open";
        },
      },
    },
  },
  expects: { breaks: ["pageStepIsLegal"] },
});
