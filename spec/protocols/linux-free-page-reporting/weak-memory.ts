/**
 * f/R3: what is stored without a lock is seen by others later, as on x86. Two stores matter, since each is followed by
 * a load of what the other processor stores: the freed block on its list, before prdev->state is read (N1, N4); ACTIVE,
 * before it is looked whether the list is empty (K1, K4). Both loads are done without a lock of the other's, or a
 * locked instruction, in between; the allocation of K2 is none (this_cpu_cmpxchg has no lock prefix).
 *
 * What is only read under the zone lock is as it is: who takes the lock sees what was stored under it before. Left out:
 * the request of LM7, a plain store too, behind which the next list is looked at: whoever still reads ACTIVE then asks
 * for a pass itself; that the worker's stores to the lists are seen late, for nobody else looks at them without the lock;
 * and the counters of K3, read without the lock as well: a pass that skips the zone has given up, and is excused.
 */
import {
  each,
  type Index,
  instance,
  message,
  oneOf,
  ordered,
  variant,
} from "../../language/index.ts";
import { storeBuffers } from "../../parts/store-buffers.ts";
import { linuxFreePageReporting } from "./claims.ts";
import { goToNextList, memory, order, type State, users } from "./protocol.ts";

/** The guest's CPU that frees, and that of the worker. */
const processor = ordered("processor", 2);
const guest = processor.at(0);
const worker = processor.at(1);

const emptiness = oneOf("empty", "not empty");
type Emptiness = "empty" | "not empty";
const buffers = storeBuffers(processor, {
  of: message({
    state: { value: oneOf("idle", "requested", "active") },
    list: { order, head: emptiness },
  }),
  capacity: 2,
  reach: (
    draft: { request: State["request"]; listHead: { [o in Index<"order">]: Emptiness } },
    store,
  ) => {
    if (store.kind === "state") draft.request = store.value;
    else draft.listHead[store.order] = store.head;
  },
});

type Heads = { listHead: { [o in Index<"order">]: Emptiness } };

/** What the guest has done to the lists under the lock, as it is seen by those who look without. */
function storeHeads(state: Parameters<typeof buffers.store>[0] & Pick<State, "freeList">): void {
  state.freeList.movable.forEach((list, o) => {
    const head = list.length > 0 ? "not empty" : "empty";
    if (state.listHead[o] !== head) buffers.store(state, guest, { kind: "list", order: o, head });
  });
}
/** The same of the worker, which alone looks without the lock. */
function showHeads(state: Heads & Pick<State, "freeList">): void {
  state.freeList.movable.forEach((list, o) => {
    state.listHead[o] = list.length > 0 ? "not empty" : "empty";
  });
}
/** The worker has the lock once its own stores are in memory, and those of the guest before it let go of it. */
const mayTakeLock = (
  state: Parameters<typeof buffers.isDrained>[0] & Pick<State, "zoneLock">,
): boolean =>
  state.zoneLock === "open" && buffers.isDrained(state, guest) && buffers.isDrained(state, worker);

export const storesReachMemoryLate = variant(
  instance(linuxFreePageReporting, { blocks: 1, users: 1 }),
  {
    name: "stores-reach-memory-late",
    because:
      "f/R3: a CPU frees a block and still finds REQUESTED, since ACTIVE is in the buffer of the worker; the worker " +
      "finds the list empty, since the block is in the buffer of that CPU. It goes idle, and nobody reports the block",
    state: {
      ...buffers.variables,
      /** Whether a list is empty, as memory has it: what list_empty of K4 looks at. */
      listHead: each(order, emptiness),
    },
    change: ({ action, leadsTo }) => ({
      actions: {
        // The zone lock is taken by a locked instruction.
        guestAllocates: {
          when: (state, wanted, bounds) =>
            buffers.isDrained(state, guest) &&
            state.zoneLock === "open" &&
            users.mayAllocate(state, bounds) &&
            memory.canAllocate(state, wanted),
          afterwards: storeHeads,
        },
        guestFrees: {
          when: (state, b) =>
            buffers.isDrained(state, guest) &&
            state.zoneLock === "open" &&
            memory.isUsed(state.owner[b]),
          afterwards: storeHeads,
        },
        notifierExchangesState: {
          when: (state) =>
            state.notifier === "exchanges the state" && buffers.isDrained(state, guest),
        },
        workerStarts: {
          effect: (state) => {
            buffers.store(state, worker, { kind: "state", value: "active" });
            state.gaveUp = "no";
          },
        },
        workerLooksAtList: {
          effect: (state) =>
            state.list !== "none" && state.listHead[state.list] === "not empty"
              ? "walks a list"
              : goToNextList(state),
        },
        workerWalksList: { when: mayTakeLock, afterwards: showHeads },
        workerDrains: { when: mayTakeLock, afterwards: showHeads },
        workerEnds: { when: (state) => buffers.isDrained(state, worker) },
      },
      added: {
        storeReachesMemory: action(processor, {
          fairness: "weak",
          when: (state, p) => !buffers.isDrained(state, p),
          effect: (state, p) => buffers.drain(state, p),
        }),
      },
      properties: {
        /** ACTIVE may reach memory in the end only, just before it is exchanged for IDLE; until then nothing is requested. */
        requestIsFollowedByAPass: leadsTo({
          from: (state) => state.request === "requested" && buffers.isDrained(state, worker),
          to: (state) => state.worker === "allocates",
        }),
      },
    }),
    expects: { breaks: ["idleReporterOwesNothing", "freeBlockIsReported"] },
  },
);

export const hasABarrierInTheWorker = variant(storesReachMemoryLate, {
  name: "has-a-barrier-in-the-worker",
  because:
    "f/R3, half a repair: smp_mb between K1 and K4, or an allocation in K2 that is one. That the worker is in order " +
    "does not help as long as the CPU reads the state before others see its block",
  change: {
    actions: {
      workerLooksAtList: { when: (state) => buffers.isDrained(state, worker) },
    },
  },
  expects: { breaks: ["idleReporterOwesNothing"] },
});

export const hasABarrierInBoth = variant(hasABarrierInTheWorker, {
  name: "has-a-barrier-in-both",
  because:
    "f/R3, a repair: another smp_mb between N1 and N4. One of the two sees what the other has stored; it costs a " +
    "barrier for each free",
  change: {
    actions: {
      notifierReadsState: {
        when: (state) => state.notifier === "reads the state" && buffers.isDrained(state, guest),
      },
    },
  },
  expects: "holds",
});

export const looksUnderTheLock = variant(storesReachMemoryLate, {
  name: "looks-under-the-lock",
  because:
    "f/R3, a repair without a barrier: list_empty of K4 is left out. Taking the lock is a locked instruction, and who " +
    "frees later reads ACTIVE; it costs the lock for each list of a pass, and none of a free",
  change: { actions: { workerLooksAtList: { effect: () => "walks a list" } } },
  expects: "holds",
});
