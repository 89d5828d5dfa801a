/** What a reporter is set to: an order that free blocks never have, a report that the queue has no room for. */
import { instance, variant } from "../../language/index.ts";
import { linuxFreePageReporting } from "./claims.ts";
import { block, type Draft } from "./protocol.ts";

const smallest = instance(linuxFreePageReporting, { blocks: 1, users: 1 });

// ---- The smallest order that is reported ----

export const reportsWholePageblocksOnly = variant(smallest, {
  name: "reports-whole-pageblocks-only",
  because:
    "bug 14, fixed by Linux 9f849c6f9572 and f8af4d0892cb: the smallest order that is reported was that of a pageblock, which " +
    "on arm64 with pages of 64 KiB has 512 MiB. So much is never to spare, half of it is not reported, and nobody is told",
  change: ({ recoverable }) => ({
    constants: { reportingOrder: 2 },
    properties: {
      /** L1, the least of it: of a large block that is free the host can get to know. */
      largeFreeBlockCanBeReported: recoverable({
        forAny: block,
        when: (state, b) => block.order(b) === 1 && state.owner[b] === "free",
        to: (state) => state.mark.includes("reported"),
      }),
    },
  }),
  expects: { breaks: ["largeFreeBlockCanBeReported"] },
});

export const reportsSmallerBlocks = variant(reportsWholePageblocksOnly, {
  name: "reports-smaller-blocks",
  because: "the fix of bug 14: the order is a variable (page_reporting_order), and lower there",
  change: { constants: { reportingOrder: 1 } },
  expects: "holds",
});

// ---- The number of blocks in a report ----

/** The driver does not take on a device whose queue has no room for a whole report. */
const isRefused = ({ capacity, slots }: { capacity: number; slots: number }): boolean =>
  capacity > slots;

export const refusesAShortQueue = variant(smallest, {
  name: "refuses-a-short-queue",
  because:
    "bug 15, fixed by Linux 47c81dadb704: a report has 32 blocks, whatever the device has room for. Where the queue is shorter " +
    "the driver's probe fails, and nothing is reported at all",
  constants: {
    /** How many blocks the reporting queue has room for. */
    slots: 1,
  },
  change: {
    constants: { capacity: 2 },
    initial: {
      afterwards: (state, bounds) => {
        if (!isRefused(bounds)) return;
        state.request = "idle";
        state.timer = "off";
      },
    },
    actions: {
      /** N3: there is no device. */
      guestFrees: {
        afterwards: (state, _before, _block, bounds) => {
          if (isRefused(bounds)) notifiesNobody(state);
        },
      },
    },
  },
  expects: { breaks: ["idleReporterOwesNothing", "freeBlockIsReported"] },
});

function notifiesNobody(state: Pick<Draft, "notifier" | "zoneLock">): void {
  if (state.notifier === "none") return;
  state.notifier = "none";
  state.zoneLock = "open";
}

export const reportsWhatFits = variant(refusesAShortQueue, {
  name: "reports-what-fits",
  because: "the fix of bug 15: a report has as many blocks as the device has room for",
  change: { constants: { capacity: 1 } },
  expects: "holds",
});
