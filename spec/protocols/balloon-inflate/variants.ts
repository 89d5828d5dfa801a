/** Mistakes that were made in the virtio balloon, and their repairs. */
import { also, each, instance, oneOf, range, saved, variant } from "../../language/index.ts";
import { balloonInflate, givesWork, isAtRest, type State } from "./claims.ts";
import { block, driver, frame, host, memory, protocol, statsQueue } from "./protocol.ts";

export { balloonInflate as default } from "./claims.ts";

type Draft = typeof protocol.type.draft;
const { leaking, deflateQueue, inflateQueue } = driver;
const notifier = protocol.process("notifier", { fairness: "weak" });

// ---- The lock, and what is done without it ----

/** One page in a buffer, so that two buffers are about different pages. */
const onePageABuffer = instance(balloonInflate, { batch: 1 });
const onePage = instance(balloonInflate, { balloon: 1, batch: 1 });

export const allocatesUnderTheLock = variant(onePage, {
  name: "allocates-under-the-lock",
  because:
    "bug 17, fixed by Linux c7cdff0e8647: the worker allocates under the balloon's lock and waits for memory, and the " +
    "notifier that would give it some waits for the lock",
  state: { worker: also("locks") },
  change: ({ process }) => ({
    actions: {
      workerAdjusts: {
        effect: (state) => {
          const missing = state.target - state.balloonPages.length;
          state.missing = Math.abs(missing);
          if (missing === 0) return "idle" as const;
          return missing > 0 ? ("locks" as const) : ("dequeues" as const);
        },
      },
      // It waits until there is some.
      workerFindsNoMemory: { when: () => false },
      workerTellsOfInflation: { when: () => true },
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
      notifierGivesUp: notifier.at("dequeues", {
        to: "idle",
        when: (state) => state.balloonLock !== "open",
      }),
    },
  },
  expects: "holds",
});

export const releasesWhatTheArraySays = variant(onePageABuffer, {
  name: "releases-what-the-array-says",
  because:
    "bug 17, fixed by Linux f68b992bbb47: pages are released once the lock is open, those that vb->pfns says; the worker has " +
    "written others there by then, which the host believes in the balloon, and those that left it are nobody's",
  state: { notifier: also("releases") },
  change: ({ process }) => ({
    actions: {
      notifierHearsOfDeflation: {
        effect: (state) => {
          deflateQueue.takeBack(state);
          state.balloonLock = "open";
          return "releases" as const;
        },
      },
    },
    added: {
      notifierReleases: process("notifier", { fairness: "weak" }).at("releases", {
        source: "leak_balloon: release_pages_by_pfn",
        to: "tells the size",
        effect: (state, constants) => {
          for (const b of state.pfns) {
            if (state.owner[b] !== "in the balloon" && state.owner[b] !== "leaving the balloon")
              continue;
            host.release(state, block.frames(b), constants);
            memory.free(state, b, "as likely to merge");
          }
        },
      }),
    },
  }),
  expects: { breaks: ["balloonKnowsItsPages", "pageStepIsLegal", "everyPageCanComeBack"] },
});

export const readsItsSizeFirst = variant(onePage, {
  name: "reads-its-size-first",
  because:
    "as Linux has it: vb->num_pages is read, and written to the host later, both without the lock; the notifier is faster in " +
    "between, and the host believes the older size until the balloon changes again",
  state: {
    worker: also("has read the size"),
    /** What the worker is about to write: actual in update_balloon_size. */
    read: range(0, ({ balloon }: { balloon: number }) => balloon),
  },
  change: ({ process }) => ({
    actions: {
      workerTellsSize: {
        effect: (state) => {
          state.read = state.balloonPages.length;
          return "has read the size" as const;
        },
      },
    },
    added: {
      workerWritesSize: process("worker", { fairness: "weak" }).at("has read the size", {
        source: "update_balloon_size: virtio_cwrite",
        to: "idle",
        effect: (state) => {
          state.actual = state.read;
          state.read = 0;
          if (state.missing > 0) state.work = "pending";
          state.missing = 0;
        },
      }),
    },
  }),
  expects: { breaks: ["hostKnowsTheSize"] },
});

export const readsItsSizeUnderTheLock = variant(readsItsSizeFirst, {
  name: "reads-its-size-under-the-lock",
  because: "a repair: whoever tells the host of the size has the lock meanwhile",
  change: {
    actions: {
      workerTellsSize: {
        fairness: "strong",
        when: (state) => state.balloonLock === "open",
        afterwards: (state) => {
          state.balloonLock = "worker";
        },
      },
      workerWritesSize: {
        afterwards: (state) => {
          state.balloonLock = "open";
        },
      },
      notifierTellsSize: {
        fairness: "strong",
        when: (state) => state.balloonLock === "open",
      },
    },
  },
  expects: "holds",
});

export const takesOutWithoutTheLock = variant(onePageABuffer, {
  name: "takes-out-without-the-lock",
  because:
    "what the lock is for: a worker that deflates without it writes to vb->pfns and the queue while the notifier waits for the " +
    "host, whose pages are nobody's then",
  change: { actions: { workerTellsOfDeflation: { when: () => true } } },
  expects: { breaks: ["everyPageCanComeBack", "notifierReturns"] },
});

export const releasesBeforeItTells = variant(onePage, {
  name: "releases-before-it-tells",
  because:
    "VIRTIO_BALLOON_F_MUST_TELL_HOST: a page is freed as the host is told that it is taken back, not when it has heard",
  change: {
    actions: {
      notifierTellsOfDeflation: {
        afterwards: (state, before) => {
          for (const b of before.balloonPages.slice(0, 1))
            memory.free(state, b, "as likely to merge");
        },
      },
      notifierHearsOfDeflation: {
        effect: (state) => {
          deflateQueue.takeBack(state);
          state.pfns = [];
          state.balloonLock = "open";
        },
      },
    },
  },
  expects: { breaks: ["pageStepIsLegal"] },
});

// ---- A balloon that gives way ----

export const staysAsSmallAsItWasMade = variant(onePage, {
  name: "stays-as-small-as-it-was-made",
  because:
    "deflation on out of memory queues no work: once there is memory again the balloon stays smaller than the host asked " +
    "for, until it asks for something else",
  change: ({ invariant }) => ({
    properties: {
      restingBalloonIsAsLargeAsAskedFor: invariant({
        when: (state) => isAtRest(state) && state.work === "none",
        holds: (state) => state.balloonPages.length === state.target,
      }),
    },
  }),
  expects: { breaks: ["restingBalloonIsAsLargeAsAskedFor"] },
});

export const isAShrinker = variant(onePageABuffer, {
  name: "is-a-shrinker",
  because:
    "Linux 71994620bb25, undone in 2020 by da10329cb057: reclaim takes pages out of the balloon, and so does the worker's own allocation, " +
    "which puts in again what it took out: for ever, or until it believes that it has done enough",
  state: { worker: also("reclaims") },
  change: ({ process }) => ({
    constants: { balloon: 3 }, // one more than there are
    actions: {
      workerFindsNoMemory: {
        when: (state) => memory.freeFrames(state) === 0 && state.balloonPages.length === 0,
      },
    },
    added: {
      workerShrinks: process("worker", { fairness: "strong" }).at("allocates", {
        source: "balloon_page_alloc: virtio_balloon_shrinker_scan, leak_balloon, tell_host",
        to: "reclaims",
        when: (state) =>
          memory.freeFrames(state) === 0 &&
          state.balloonLock === "open" &&
          state.balloonPages.length > 0,
        effect: (state, constants) => leaking.tells(state, "worker", 1, constants),
      }),
      workerHasShrunk: process("worker", { fairness: "weak" }).at("reclaims", {
        source: "leak_balloon: release_pages_balloon",
        to: "allocates",
        when: deflateQueue.isUsed,
        effect: leaking.releases,
      }),
    },
  }),
  expects: { breaks: ["restingBalloonIsAsLargeAsAskedFor", "workerComesToRest"] },
});

export const shrinksForOthersOnly = variant(isAShrinker, {
  name: "shrinks-for-others-only",
  because: "a repair: the driver's own allocation takes nothing out; the fix gave shrinkers up",
  change: {
    actions: {
      workerFindsNoMemory: { when: (state) => memory.freeFrames(state) === 0 },
      workerShrinks: "removed",
      workerHasShrunk: "removed",
    },
  },
  expects: "holds",
});

// ---- Pages of the host's own that are larger ----

/** Not while the device goes through a buffer: QEMU does both under one lock. */
const resetting = {
  source: "qemu_system_reset: virtio_balloon_device_reset, virtballoon_probe",
  when: (state: State): boolean => !inflateQueue.isPopped(state),
};
/** What a machine that is reset begins with; the host's wish stays, and what the host holds. */
function reset(state: Draft): void {
  for (const b of state.owner.keys()) state.owner[b] = "no block";
  for (const lists of state.freeList.movable.keys()) {
    state.freeList.movable[lists] = [];
    state.nrFree[lists] = 0;
  }
  memory.boot(state);
  state.balloonPages = [];
  state.taken = [];
  state.pfns = [];
  state.missing = 0;
  state.worker = "idle";
  state.notifier = "idle";
  state.balloonLock = "open";
  for (const queue of [state.inflateQueue, state.deflateQueue]) {
    queue.buffer = "none";
    queue.entries = [];
  }
  state.statsQueue.buffer = "none";
  state.statsQueue.entries = [];
  state.kept = "nothing";
  state.actual = 0;
  state.gaveWay = "no";
  state.work = "pending"; // virtballoon_probe, where there is something to do
}

const twiceAsLarge = instance(balloonInflate, { hostPageOrder: 1 });

export const hostPagesAreLarger = variant(twiceAsLarge, {
  name: "host-pages-are-larger",
  because:
    "what QEMU ed48c59875b6 and b27b32391404 leave: a page of the host's own of which not all is in one buffer, one behind the " +
    "other, is never dropped (QEMU warns that this may not be reliable)",
  change: {},
  expects: { breaks: ["wholePageInTheBalloonIsDropped"] },
});

export const remembersEveryPage = variant(hostPagesAreLarger, {
  name: "remembers-every-page",
  because:
    "a repair: the device remembers of every page whether it is in the balloon, until it is deflated or the machine is reset",
  change: ({ action, progress }) => ({
    actions: {
      deviceDiscards: {
        effect: (state, constants) => {
          inflateQueue.pop(state);
          const b = inflateQueue.next(state);
          const whole = b === undefined ? undefined : driver.hostPageOf(b, constants);
          if (b === undefined || whole === undefined) return;
          state.partial.add(b);
          if (block.frames(whole).every((f) => state.partial.has(block.of(f))))
            host.discard(state, block.frames(whole), block.order(whole), constants);
        },
      },
      devicePushesInflation: { effect: inflateQueue.push },
      devicePushesDeflation: {
        afterwards: (state, before) => {
          for (const b of before.deflateQueue.entries) state.partial.delete(b);
        },
      },
    },
    added: {
      machineIsReset: action("machine", {
        ...resetting,
        effect: (state) => {
          reset(state);
          state.partial.clear();
        },
      }),
    },
    properties: {
      workerComesToRest: progress({ of: "worker", counting: [...givesWork, "machineIsReset"] }),
    },
  }),
  expects: "holds",
});

/** Whatever is dropped has to be given up. That all of it is dropped nobody promises. */
const promisesNothing = variant(twiceAsLarge, {
  name: "promises-nothing",
  because: "what is dropped of larger pages is another question than whether it may be",
  change: { properties: { wholePageInTheBalloonIsDropped: "removed" } },
  expects: "holds",
});

export const discardsTheWholeHostPage = variant(promisesNothing, {
  name: "discards-the-whole-host-page",
  because: "bug 9: one page in the balloon, and a host with larger pages drops its neighbour too",
  change: {
    actions: {
      deviceDiscards: {
        effect: (state, constants) => {
          inflateQueue.pop(state);
          const b = inflateQueue.next(state);
          const whole = b === undefined ? undefined : driver.hostPageOf(b, constants);
          if (whole !== undefined && host.mayDiscard(state))
            host.discard(state, block.frames(whole), block.order(whole), constants);
        },
      },
    },
  },
  expects: {
    breaks: ["writtenFrameKeepsItsData", "droppedPageIsWhollyGivenUp", "discardIsPermitted"],
  },
});

export const setsTooManyBits = variant(promisesNothing, {
  name: "sets-too-many-bits",
  because:
    "bug 10, fixed by QEMU 483f13524bb2: for one page as many bits are set as the page of the host's own has, from that one " +
    "on; so the first page of it stands for all",
  change: {
    actions: {
      deviceDiscards: {
        afterwards: (state, before, constants) => {
          const [b] = before.inflateQueue.entries;
          const whole = b === undefined ? undefined : driver.hostPageOf(b, constants);
          if (whole === undefined || block.of(block.first(whole)) !== b) return;
          host.discard(state, block.frames(whole), block.order(whole), constants);
          state.partial.clear();
        },
      },
    },
  },
  expects: { breaks: ["writtenFrameKeepsItsData", "droppedPageIsWhollyGivenUp"] },
});

export const keepsThePartialPage = variant(promisesNothing, {
  name: "keeps-the-partial-page",
  because:
    "QEMU ed48c59875b6, the fix of bug 9, as merged: what is partly in the balloon is remembered from buffer to buffer and, " +
    "though deflation forgets it, over a reset; after that its other half makes it whole",
  change: ({ action, progress }) => ({
    actions: {
      devicePushesInflation: { effect: inflateQueue.push },
      devicePushesDeflation: {
        afterwards: (state, before, constants) => {
          for (const b of before.deflateQueue.entries) {
            const whole = driver.hostPageOf(b, constants);
            const isOfIt = [...state.partial].some(
              (one) => driver.hostPageOf(one, constants) === whole,
            );
            if (isOfIt) state.partial.clear();
          }
        },
      },
    },
    added: {
      machineIsReset: action("machine", {
        ...resetting,
        effect: reset,
      }),
    },
    properties: {
      workerComesToRest: progress({ of: "worker", counting: [...givesWork, "machineIsReset"] }),
    },
  }),
  expects: { breaks: ["writtenFrameKeepsItsData", "droppedPageIsWhollyGivenUp"] },
});

export const forgetsItWithTheBuffer = variant(keepsThePartialPage, {
  name: "forgets-it-with-the-buffer",
  because:
    "the fix, QEMU b27b32391404: what is partly in the balloon is remembered for one buffer only",
  change: {
    actions: {
      devicePushesInflation: {
        afterwards: (state) => {
          state.partial.clear();
        },
      },
    },
  },
  expects: "holds",
});

// ---- Discards that do not do what is believed ----

export const freesNothing = variant(onePage, {
  name: "frees-nothing",
  because:
    "bug 13: MADV_DONTNEED on memory that is shared frees nothing, and nobody looks whether it did",
  change: {
    actions: {
      deviceDiscards: {
        effect: (state) => {
          inflateQueue.pop(state);
          inflateQueue.next(state);
        },
      },
    },
  },
  expects: { breaks: ["wholePageInTheBalloonIsDropped"] },
});

export const marksWhatItDidNotDrop = variant(promisesNothing, {
  name: "marks-what-it-did-not-drop",
  because:
    "bug 13: of a range only whole pages of the host's own are dropped, but all of it is reported as removed; a page that is " +
    "still there takes no fault when the guest writes, and a snapshot leaves it out as empty",
  state: {
    /** What the handler of the monitor's page faults knows; what is removed is no part of a snapshot. */
    tracked: each(frame, oneOf("there", "removed")),
  },
  change: ({ invariant }) => ({
    actions: {
      guestWrites: {
        // Whoever touches what was dropped takes a fault, which the handler sees.
        afterwards: (state, before, b) => {
          for (const f of block.frames(b))
            if (host.isDiscarded(before, f)) state.tracked[f] = "there";
        },
      },
      deviceDiscards: {
        afterwards: (state, before) => {
          const [b] = before.inflateQueue.entries;
          if (b === undefined) return;
          for (const f of block.frames(b)) state.tracked[f] = "removed";
        },
      },
    },
    properties: {
      removedPageHoldsNothing: invariant({
        forAny: frame,
        when: (state, f) => state.tracked[f] === "removed",
        holds: (state, f) => state.content[f] !== "data",
      }),
    },
  }),
  expects: { breaks: ["removedPageHoldsNothing"] },
});

export const marksWhatItDropped = variant(marksWhatItDidNotDrop, {
  name: "marks-what-it-dropped",
  because: "the fix: what is reported as removed is what was dropped",
  change: {
    actions: {
      deviceDiscards: {
        afterwards: (state, before) => {
          for (const f of state.tracked.keys()) {
            if (host.isDiscarded(before, f) || !host.isDiscarded(state, f))
              state.tracked[f] = before.tracked[f];
            else state.tracked[f] = "removed";
          }
        },
      },
    },
  },
  expects: "holds",
});

export const dropsWhatIsPinned = variant(onePage, {
  name: "drops-what-is-pinned",
  because:
    "bug 18, fixed by QEMU c65ee433153b: all memory is pinned for a device that is assigned, and goes on writing to what was dropped",
  change: {
    constants: { inhibition: true },
    actions: {
      deviceDiscards: {
        effect: (state, constants) => {
          inflateQueue.pop(state);
          const b = inflateQueue.next(state);
          if (b !== undefined) host.discard(state, block.frames(b), block.order(b), constants);
        },
      },
    },
    properties: { wholePageInTheBalloonIsDropped: "removed" },
  },
  expects: { breaks: ["nothingIsDroppedWhileInhibited"] },
});

export const keepsWhatIsPinned = variant(dropsWhatIsPinned, {
  name: "keeps-what-is-pinned",
  because:
    "the fix of bug 18: a device that may not drop answers and drops nothing. What it has kept it does not drop later",
  change: {
    actions: {
      deviceDiscards: {
        effect: (state, constants) => {
          inflateQueue.pop(state);
          const b = inflateQueue.next(state);
          if (b !== undefined && host.mayDiscard(state))
            host.discard(state, block.frames(b), block.order(b), constants);
        },
      },
    },
  },
  expects: "holds",
});

// ---- Statistics ----

export const forgetsTheBuffer = variant(onePage, {
  name: "forgets-the-buffer",
  because:
    "Firecracker PR 2590: the one buffer of statistics is with the device when a snapshot is taken, and that it is, is not " +
    "taken over when the snapshot is restored; as what else is saved does not matter to it, only its queue is",
  state: {
    /** The snapshot, which may be restored as often as one likes. */
    image: saved("statsQueue", "kept"),
  },
  change: ({ action, restore, snapshot }) => ({
    constants: { statistics: true, users: 0 },
    added: {
      monitorSaves: action("monitor", { effect: (state) => snapshot(state, "image") }),
      monitorRestores: action("monitor", {
        when: (state) => state.image !== "none",
        effect: (state) => {
          restore(state, "image");
          state.kept = "nothing";
        },
      }),
    },
  }),
  expects: { breaks: ["managementGetsStatistics", "bufferCanComeToTheDevice"] },
});

export const rewindsTheQueue = variant(forgetsTheBuffer, {
  name: "rewinds-the-queue",
  because:
    "a repair, as in virtio_balloon_set_status of QEMU: what the device had taken out of the queue, it takes out once more",
  change: {
    actions: {
      monitorRestores: {
        afterwards: (state) => {
          if (statsQueue.isPopped(state)) statsQueue.add(state, ["statistics"]);
        },
      },
    },
  },
  expects: "holds",
});

export const takesTheBufferOver = variant(forgetsTheBuffer, {
  name: "takes-the-buffer-over",
  because: "the fix: the device is restored as it was saved",
  change: ({ restore }) => ({
    actions: { monitorRestores: { effect: (state) => restore(state, "image") } },
  }),
  expects: "holds",
});
