import {
  declare,
  type Domain,
  each,
  type Index,
  type IndexSet,
  oneOf,
  type Part,
} from "../language/index.ts";
import type { MutablePerIndex, PerIndex } from "../language/domain.ts";

type Logged = "clean" | "written";
type Bit = "to be sent" | "sent";
type Copy = "older" | "as here" | "of no use";
type Migration = "runs" | "guest is stopped" | "ended";

type Of<Word, C> = Domain<PerIndex<"frame", Word>, MutablePerIndex<"frame", Word>, C>;
export interface Logs {
  readonly dirtyLog: MutablePerIndex<"frame", Logged>;
  readonly dirtyBitmap: MutablePerIndex<"frame", Bit>;
  readonly destination: MutablePerIndex<"frame", Copy>;
}
type Frames = readonly Index<"frame">[];

/**
 * Which pages a live migration has still to send, as in migration/ram.c of QEMU: what the guest writes is logged, a sync
 * takes the log over into a bitmap, what is sent is cleared there; so is what the guest hints as of no use. In the end
 * the guest stops, what it wrote last is taken over, and what is left is sent. Left out: that a bit is cleared before
 * its page is read, more than one bitmap (of the threads that send), pages that are sent on demand, a migration that
 * fails.
 */
export function dirtyBitmap<C>(of: IndexSet<"frame", C>) {
  const frame = of as IndexSet as IndexSet<"frame", unknown>;
  const { action, invariant, part, recoverable } = declare({
    state: {
      /** What has been written since the last sync (KVM_GET_DIRTY_LOG). */
      dirtyLog: each(frame, oneOf("clean", "written")),
      /** rb->bmap; at first everything is to be sent. */
      dirtyBitmap: each(frame, oneOf("to be sent", "sent")),
      /** What the destination has of each page; "of no use": the guest has given it up and not written it since. */
      destination: each(frame, oneOf("older", "as here", "of no use")),
      /** How far the migration is. */
      migration: oneOf("runs", "guest is stopped", "ended"),
    },
  });

  const its = {
    /** The guest writes, for which it must run. */
    write: (draft: Pick<Logs, "dirtyLog" | "destination">, written: Frames): void => {
      for (const p of written) {
        draft.dirtyLog[p] = "written";
        draft.destination[p] = "older";
      }
    },
    /** The guest says that the content of pages is of no use, at the moment from which it must write before it reads. */
    giveUp: (draft: Pick<Logs, "destination">, given: Frames): void => {
      for (const p of given) draft.destination[p] = "of no use";
    },
    /** qemu_guest_free_page_hint: pages need not be sent, as they were at the last sync. */
    clear: (draft: Pick<Logs, "dirtyBitmap">, hinted: Frames): void => {
      for (const p of hinted) draft.dirtyBitmap[p] = "sent";
    },
    /** migration_bitmap_sync: takes the log over, and begins it anew. */
    sync: (draft: Pick<Logs, "dirtyLog" | "dirtyBitmap">): void => {
      draft.dirtyLog.forEach((logged, p) => {
        if (logged === "written") draft.dirtyBitmap[p] = "to be sent";
        draft.dirtyLog[p] = "clean";
      });
    },
    /** ram_save_host_page: a page is sent as it is now; what was given up remains so. */
    send: (draft: Pick<Logs, "dirtyBitmap" | "destination">, p: Index<"frame">): void => {
      draft.dirtyBitmap[p] = "sent";
      if (draft.destination[p] === "older") draft.destination[p] = "as here";
    },
    /** ram_save_cleanup: nothing is logged any more, and nothing sent. */
    end: (draft: Omit<Logs, "destination"> & { migration: string }): void => {
      draft.migration = "ended";
      draft.dirtyLog.forEach((_, p) => {
        draft.dirtyLog[p] = "clean";
        draft.dirtyBitmap[p] = "sent";
      });
    },
    /** Writes are logged. */
    isRunning: ({ migration }: { readonly migration: string }): boolean => migration === "runs",
  };

  const actions = {
    migrationSyncs: action("migration", {
      source: "migration_bitmap_sync",
      when: its.isRunning,
      effect: its.sync,
    }),
    migrationSends: action("migration", {
      source: "ram_save_host_page",
      fairness: "weak",
      forAny: frame,
      when: (state, p) => state.migration !== "ended" && state.dirtyBitmap[p] === "to be sent",
      effect: its.send,
    }),
    /** With a last sync, behind which nobody writes any more. */
    migrationStopsGuest: action("migration", {
      source: "migration_completion: vm_stop_force_state, ram_save_complete",
      when: its.isRunning,
      effect: (draft) => {
        draft.migration = "guest is stopped";
        its.sync(draft);
      },
    }),
    migrationEnds: action("migration", {
      source: "ram_save_complete",
      fairness: "weak",
      when: (state) =>
        state.migration === "guest is stopped" && state.dirtyBitmap.every((bit) => bit === "sent"),
      effect: (draft) => {
        draft.migration = "ended";
      },
    }),
  };

  const invariants = {
    /** S1w: what the destination does not have, and needs, is known to be written, or is to be sent. */
    olderPageIsToBeSent: invariant({
      forAny: frame,
      when: (state, p) => state.destination[p] === "older",
      holds: (state, p) => state.dirtyLog[p] === "written" || state.dirtyBitmap[p] === "to be sent",
    }),
    /** S1w: what it is for: no write is lost. */
    destinationHasWhatIsNeeded: invariant({
      forAny: frame,
      when: (state) => state.migration === "ended",
      holds: (state, p) => state.destination[p] !== "older",
    }),
  };
  const liveness = {
    /** Whatever the guest writes, the migration can be brought to its end. */
    migrationCanEnd: recoverable({ to: (state) => state.migration === "ended" }),
  };

  const offered = { ...its, actions, invariants, liveness };
  return part(offered) as typeof offered &
    Part<
      Readonly<Record<never, never>>,
      {
        readonly dirtyLog: Of<Logged, C>;
        readonly dirtyBitmap: Of<Bit, C>;
        readonly destination: Of<Copy, C>;
        readonly migration: Domain<Migration, Migration, unknown>;
      }
    >;
}
