/**
 * Changes to free page hints: mistakes that each break one reason why they are right, bugs that were made in Linux and
 * QEMU, three that nobody seems to have seen, and their repairs.
 *
 * A driver may let go of a block before the device has seen its hint. Most of what breaks here breaks because of that.
 */
import { also, each, type Index, instance, oneOf, variant } from "../../language/index.ts";
import { virtioFreePageHint } from "./claims.ts";
import {
  bitmap,
  block,
  fail,
  frame,
  free,
  honoured,
  memory,
  protocol,
  receive,
  start,
  type State,
} from "./protocol.ts";

export * from "./byte-order.ts";
export { virtioFreePageHint as default } from "./claims.ts";

type Block = Index<"block">;
const { stepProperty } = protocol;

/** For what has nothing to do with the next round. */
const oneRound = instance(virtioFreePageHint, { rounds: 1 });

// ---- Rounds ----

export const syncsWithoutStopping = variant(virtioFreePageHint, {
  name: "syncs-without-stopping",
  because: "g/R1: a hint that was made before a sync clears a bit that the sync has set",
  change: { actions: { migrationStopsHints: { effect: () => {} } } },
  expects: { breaks: ["olderPageIsToBeSent", "destinationHasWhatIsNeeded"] },
});

export const sharesTheBufferOfTheId = variant(instance(virtioFreePageHint, { slots: 3 }), {
  name: "shares-the-buffer-of-the-id",
  because:
    "g/R6, as Linux has it, of which the protocol is a repaired reading: the buffer of an id is vb->cmd_id_active itself, so that " +
    "one which the device has not taken yet says another round as soon as the driver goes on to that",
  change: {
    actions: {
      deviceTakes: {
        afterwards: (state, before) => {
          if (before.status === "requested" && before.queue[0]?.kind === "start")
            state.status = before.active === before.id ? "start" : "requested";
        },
      },
    },
  },
  expects: { breaks: ["honouredHintIsOfThisRound", "olderPageIsToBeSent"] },
});

/** Whether the device is not done with a hint of the block. */
const isUnderWay = (state: State, b: Block): boolean =>
  state.queue.some((buffer) => buffer.kind === "hint" && buffer.block === b);
const whatIsUsed = {
  when: (state: State, b: Block) => state.owner[b] === "held" && !isUnderWay(state, b),
};

const roundIsNotCutShort = stepProperty({
  by: "worker",
  when: (before, after) => before.worker === "looks" && after.worker === "ends",
  holds: (before) => before.status !== "start" || before.id !== before.active,
});

export const endsARoundForNothing = variant(virtioFreePageHint, {
  name: "ends-a-round-for-nothing",
  because:
    "g/R7: the config space shows stop while a round goes on, so that a second interrupt for what was read ends the round, " +
    "or one for a balloon that is resized; less is hinted",
  change: { properties: { roundIsNotCutShort } },
  expects: { breaks: ["roundIsNotCutShort"] },
});

export const showsTheIdOfTheRound = variant(endsARoundForNothing, {
  name: "shows-the-id-of-the-round",
  because: "a repair: the id is shown for as long as the round goes on",
  change: { constants: { idStaysShown: true } },
  expects: "holds",
});

export const neverLooksAgain = variant(oneRound, {
  name: "never-looks-again",
  because:
    "a driver that takes no notice of the id while it takes blocks goes on when its round is over",
  change: { actions: { workerLooks: { effect: () => "allocates" } } },
  expects: { breaks: ["noBlockIsTakenForWhatIsOver"] },
});

/** More than one block: with one, the driver has nothing whenever it was made to let go of that. */
const twoBlocks = instance(oneRound, { blocks: 2 });

export const startsWhatIsDone = variant(twoBlocks, {
  name: "starts-what-is-done",
  because:
    "g/R10, as Linux has it: the id is read once more as a round starts, and if that is over by then, done is started as if it " +
    "were a round; it never changes again, so that the driver takes blocks for as long as kswapd frees them",
  change: {
    actions: {
      workerSendsStart: {
        effect: (state, bounds) => {
          start(state, receive(state, bounds), bounds);
          return "looks";
        },
      },
    },
  },
  expects: { breaks: ["driverLetsGo"] },
});

// ---- A host that drops what is hinted ----

export const discardsInsteadOfSkipping = variant(oneRound, {
  name: "discards-instead-of-skipping",
  because:
    "a hint is no report: the driver may have let go of the block, and what the guest has written there is dropped",
  change: {
    actions: {
      deviceTakes: {
        afterwards: (state, before) => {
          for (const f of honoured(before)) state.content[f] = "empty";
        },
      },
    },
  },
  expects: { breaks: ["writtenFrameKeepsItsData", "discardIsPermitted"] },
});

export const shrinksWhatIsUsed = variant(discardsInsteadOfSkipping, {
  name: "shrinks-what-is-used",
  because: "a repair: a block is let go when the device is done with its hint",
  change: {
    actions: { guestReclaims: whatIsUsed, kswapdReclaims: whatIsUsed },
    properties: { hintIsOvertaken: "removed" },
  },
  expects: "holds",
});

export const trustsWhatItHinted = variant(oneRound, {
  name: "trusts-what-it-hinted",
  because:
    "g/R9: a driver that has its blocks back from a device that is done takes what is in them for what was, or for zeroes",
  change: {
    actions: {
      workerReturns: {
        afterwards: (state, _before, b) => {
          for (const f of block.frames(b)) state.destination[f] = "as here";
        },
      },
    },
  },
  expects: { breaks: ["pageStepIsLegal"] },
});

// ---- The log of KVM, which is cleared by hand ----

export const clearsOneBitmap = variant(virtioFreePageHint, {
  name: "clears-one-bitmap",
  because:
    "bug 8: what a sync has read of KVM's log stays there until the page is sent (KVM_CLEAR_DIRTY_LOG), and what is " +
    "hinted is not sent; so the next sync reads it again",
  state: {
    /** Read by the last sync, and not yet cleared in the log: rb->clear_bmap, and the slot's own bitmap. */
    fetched: each(frame, oneOf("no", "yes")),
    /** Whether the page need never be sent: it was hinted before it was ever written. */
    skipped: each(frame, oneOf("no", "yes", "written")),
  },
  change: ({ invariant }) => ({
    initial: {
      // KVM_DIRTY_LOG_INITIALLY_SET
      afterwards: (state) => {
        for (const f of state.fetched.keys()) {
          state.dirtyLog[f] = "written";
          state.fetched[f] = "yes";
        }
      },
    },
    actions: {
      guestWrites: {
        afterwards: (state, _, b) => {
          for (const f of block.frames(b)) state.skipped[f] = "written";
        },
      },
      deviceTakes: {
        afterwards: (state, before) => {
          for (const f of honoured(before)) if (state.skipped[f] === "no") state.skipped[f] = "yes";
        },
      },
      migrationSyncs: {
        effect: (state) => {
          for (const f of state.fetched.keys()) {
            if (state.dirtyLog[f] === "clean") continue;
            state.dirtyBitmap[f] = "to be sent";
            state.fetched[f] = "yes";
          }
        },
      },
      migrationSends: {
        afterwards: (state, before, f) => {
          if (before.fetched[f] === "yes") state.dirtyLog[f] = "clean";
          state.fetched[f] = "no";
        },
      },
    },
    properties: {
      skippedPageIsNotSent: invariant({
        forAny: frame,
        when: (state, f) => bitmap.isRunning(state) && state.skipped[f] === "yes",
        holds: (state, f) => state.dirtyBitmap[f] === "sent",
      }),
    },
  }),
  expects: { breaks: ["skippedPageIsNotSent"] },
});

export const clearsBothBitmaps = variant(clearsOneBitmap, {
  name: "clears-both-bitmaps",
  because:
    "g/R8: the fix of bug 8, QEMU 3143577d2c, as merged, clears the log as well, and with it a write to a block that the driver " +
    "has let go: no page that was read from the log is watched. The protocol, which has one bitmap, is a repaired reading",
  change: {
    actions: {
      deviceTakes: {
        afterwards: (state, before) => {
          for (const f of honoured(before)) {
            if (before.fetched[f] === "yes") state.dirtyLog[f] = "clean";
            state.fetched[f] = "no";
          }
        },
      },
    },
  },
  expects: { breaks: ["olderPageIsToBeSent"] },
});

export const clearsBothAndShrinksWhatIsUsed = variant(clearsBothBitmaps, {
  name: "clears-both-and-shrinks-what-is-used",
  because: "a repair: nobody writes to a block before the device is done with its hint",
  change: {
    actions: { guestReclaims: whatIsUsed, kswapdReclaims: whatIsUsed },
    properties: { hintIsOvertaken: "removed" },
  },
  expects: "holds",
});

// ---- The end of it ----

export const failureSaysNothing = variant(oneRound, {
  name: "failure-says-nothing",
  because:
    "bug 7, g/R3, fixed by QEMU dd8eeb9671fc: a migration that fails never says that it is done",
  change: { actions: { migrationFails: { effect: (state) => fail(state) } } },
  expects: { breaks: ["migrationThatIsOverSaysSo", "driverLetsGo"] },
});

export const waitsForTheEnd = variant(oneRound, {
  name: "waits-for-the-end",
  because:
    "g/R4: without a shrinker the guest is without memory for as long as the migration takes",
  change: {
    actions: { guestReclaims: "removed", kswapdReclaims: "removed" },
    properties: { hintIsOvertaken: "removed" },
  },
  expects: { breaks: ["requestIsGranted"] },
});

export const unloadKeepsBlocks = variant(oneRound, {
  name: "unload-keeps-blocks",
  because: "bug 6, g/R5: what the driver holds when it is unloaded is nobody's for good",
  state: { worker: also("gone") },
  change: ({ process: its }) => ({
    actions: {
      configInterrupts: {
        when: (state) => state.interrupt === "pending" && state.worker !== "gone",
      },
      guestReclaims: {
        when: (state, b) => state.owner[b] === "held" && state.worker !== "gone",
      },
      kswapdReclaims: {
        when: (state, b) => state.owner[b] === "held" && state.worker !== "gone",
      },
    },
    added: {
      /** The work is cancelled, and one that runs is waited for; the device is reset. */
      driverIsUnloaded: its("worker").at("idle", {
        source: "virtballoon_remove: cancel_work_sync, virtio_reset_device",
        to: "gone",
        fairness: "none",
        effect: (state) => {
          state.work = "none";
          state.queue = [];
        },
      }),
    },
  }),
  expects: { breaks: ["hintedBlockCanComeBack"] },
});

export const unloadReturnsBlocks = variant(unloadKeepsBlocks, {
  name: "unload-returns-blocks",
  because: "the fix of bug 6, Linux 6c22dc61c76b: all is given back first",
  change: {
    actions: {
      driverIsUnloaded: {
        afterwards: (state, before, bounds) => {
          for (const b of before.owner.keys())
            if (before.owner[b] === "held") free(state, b, bounds);
        },
      },
    },
  },
  expects: "holds",
});

// ---- Postcopy: the guest runs at the destination before all is there ----

export const goesOnAsPostcopy = variant(oneRound, {
  name: "goes-on-as-postcopy",
  because:
    "of postcopy no notifier is called: nobody says done, and whoever touches a page that was skipped asks the source for what " +
    "it does not send (until QEMU fd51e54fa10)",
  state: {
    migration: also("postcopy"),
    /** Whether the page is at the destination, as it was when it was sent. */
    arrived: each(frame, oneOf("no", "yes")),
  },
  change: ({ action, invariant }) => ({
    actions: {
      guestWrites: {
        // Whoever touches a page that is not there waits for it.
        when: (state, b) =>
          state.owner[b] === "handed out" &&
          (state.migration !== "postcopy" ||
            block.frames(b).every((f) => state.arrived[f] === "yes")),
      },
      deviceTakes: {
        // qemu_guest_free_page_hint does nothing on the destination.
        afterwards: (state, before) => {
          if (before.migration !== "postcopy") return;
          for (const f of honoured(before)) state.dirtyBitmap[f] = before.dirtyBitmap[f];
        },
      },
      migrationSends: {
        when: (state, f) =>
          (state.migration === "runs" || state.migration === "postcopy") &&
          state.dirtyBitmap[f] === "to be sent",
        afterwards: (state, _, f) => {
          state.arrived[f] = "yes";
        },
      },
    },
    added: {
      migrationGoesPostcopy: action("thread", {
        source: "postcopy_start: ram_postcopy_send_discard_bitmap, which syncs and notifies nobody",
        when: (state) => bitmap.isRunning(state) && state.thread === "iterates",
        effect: (state) => {
          bitmap.sync(state);
          for (const f of state.arrived.keys())
            if (state.dirtyBitmap[f] === "to be sent") state.arrived[f] = "no";
          state.migration = "postcopy";
        },
      }),
      /** What has not come is an empty page then. */
      postcopyEnds: action("thread", {
        source: "postcopy_ram_incoming_cleanup",
        fairness: "weak",
        when: (state) =>
          state.migration === "postcopy" && state.dirtyBitmap.every((bit) => bit === "sent"),
        effect: (state) => {
          for (const f of state.content.keys()) {
            if (state.arrived[f] === "no") state.content[f] = "empty";
            state.arrived[f] = "yes";
          }
          bitmap.end(state);
        },
      }),
    },
    properties: {
      touchedPageIsSent: invariant({
        forAny: frame,
        when: (state, f) =>
          state.migration === "postcopy" &&
          state.arrived[f] === "no" &&
          memory.isUsed(memory.ownerOf(state, f)),
        holds: (state, f) => state.dirtyBitmap[f] === "to be sent",
      }),
    },
  }),
  expects: { breaks: ["migrationThatIsOverSaysSo", "driverLetsGo", "touchedPageIsSent"] },
});

export const noHintsWherePostcopyMayCome = variant(goesOnAsPostcopy, {
  name: "no-hints-where-postcopy-may-come",
  because:
    "QEMU fd51e54fa10: no round begins where postcopy is possible; so nothing of hints is left to check here, and that postcopy " +
    "loses no page is all that it says",
  change: {
    constants: { rounds: 0 },
    properties: {
      honouredHintIsOfThisRound: "removed",
      discardIsPermitted: "removed",
      hintIsOvertaken: "removed",
      queueIsFull: "removed",
      guestArrivesWithoutMemory: "removed",
      roundIsOverBeforeItStarts: "removed",
      migrationThatIsOverSaysSo: "removed",
      noBlockIsTakenForWhatIsOver: "removed",
      driverLetsGo: "removed",
      hintedBlockCanComeBack: "removed",
      requestIsGranted: "removed",
    },
  },
  expects: "holds",
});

// ---- Page poisoning ----

export const poisonsWhatItFrees = variant(oneRound, {
  name: "poisons-what-it-frees",
  because:
    "i6: a driver that takes blocks frees them in the end, and so writes the pattern once more, which is logged as any write",
  change: { constants: { poisoning: true } },
  expects: "holds",
});

export const hintsPoisonedPagesInPlace = variant(poisonsWhatItFrees, {
  name: "hints-poisoned-pages-in-place",
  because:
    "i7: a guest that walks its free lists and takes nothing off them, as first proposed, says of the pattern as well that it " +
    "is of no use, and an allocation at the destination finds none",
  change: {
    actions: {
      workerAllocates: {
        when: (state, { slots }) =>
          slots - state.queue.length > 1 || nextToHint(state) === undefined,
        effect: (state) => {
          const b = nextToHint(state);
          if (b === undefined) return "ends";
          state.queue.push({ kind: "hint", block: b, under: state.active });
          bitmap.giveUp(state, block.frames(b));
          return "looks";
        },
      },
    },
    properties: {
      queueIsFull: "removed",
      guestArrivesWithoutMemory: "removed",
      driverLetsGo: "removed",
      hintedBlockCanComeBack: "removed",
      requestIsGranted: "removed",
    },
  },
  expects: { breaks: ["freeFrameKeepsItsPattern", "discardIsPermitted"] },
});

/** The first free block that was not hinted since it was written. */
function nextToHint(state: Pick<State, "freeList" | "destination">): Block | undefined {
  return state.freeList.movable[memory.order.at(memory.largestOrder)].find((b) =>
    block.frames(b).some((f) => state.destination[f] !== "of no use"),
  );
}

export const skipsHintsOfPoisonedPages = variant(hintsPoisonedPagesInPlace, {
  name: "skips-hints-of-poisoned-pages",
  because:
    "i2: a device that was told of the pattern (PAGE_POISON; it must be told, bugs 1 and 2) takes hints and does nothing; in QEMU " +
    "it is so for reports, and for hints this is our reading",
  change: {
    actions: {
      workerAllocates: {
        // To a device that does not listen nothing is given up.
        effect: (state) => {
          const b = nextToHint(state);
          if (b === undefined) return "ends";
          state.queue.push({ kind: "hint", block: b, under: state.active });
          return "looks";
        },
      },
      deviceTakes: {
        afterwards: (state, before) => {
          for (const f of honoured(before)) state.dirtyBitmap[f] = before.dirtyBitmap[f];
        },
      },
    },
    properties: { discardIsPermitted: "removed" },
  },
  expects: "holds",
});
