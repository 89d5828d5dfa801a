/**
 * How a reporter comes and goes: a driver registers and unregisters it, the guest is suspended, shut down, or has two
 * devices. Variables of their own say what the protocol as it is need not know, where the driver is bound for good.
 *
 * The driver's steps are those of one thread under page_reporting_mutex. What it does to a reporter that nobody can find
 * yet, or no more, is one step: who would see the middle of it? Left out: per-CPU lists (`perCpuPages` is 0 here), the
 * other queues of the balloon, a probe that fails, a device that is ready only after the driver has registered
 * (virtio_device_ready comes last), and the static key, which is set once and never cleared: at the
 * first registration it is what publishes, later the pointer.
 */
import { also, instance, oneOf, variant } from "../../language/index.ts";
import { isOwed, isSettled, linuxFreePageReporting } from "./claims.ts";
import { block, isMarked, isReportable, queue, type State } from "./protocol.ts";

/** No pass is due or running, and nobody is about to ask for one. */
const rests = (state: Pick<State, "request" | "timer" | "worker">): boolean =>
  state.request === "idle" && state.timer === "off" && state.worker === "idle";
/** Nobody finds the reporter, and no pass is due or running, whatever its state says. */
const isGone = (
  state: Pick<State, "timer" | "worker"> & { readonly pointer: "none" | (string & {}) },
): boolean => state.pointer === "none" && state.timer === "off" && state.worker === "idle";
/** The worker calls the driver, or waits for the device. */
const needsTheQueue = (state: Pick<State, "worker">): boolean =>
  state.worker === "submits" || state.worker === "waits";

// ---- Registration and teardown ----

/** The steps alone. */
const comesAndGoes = variant(instance(linuxFreePageReporting, { blocks: 1, users: 1 }), {
  name: "comes-and-goes",
  because: "registration and teardown",
  constants: {
    /** Whether the driver is unbound, and bound again. */
    removal: true,
    /** Whether it has registered before the first two seconds are over. */
    registersInTime: true,
  },
  state: {
    notifier: also("looks for the device"),
    /** pr_dev_info: to whom notifiers turn. */
    pointer: oneOf("the device", "none"),
    /** reporting_vq */
    reportingQueue: oneOf("there", "deleted"),
    /** Where the thread is that binds and unbinds the driver; inside of the two functions it has page_reporting_mutex. */
    driver: oneOf(
      "bound",
      "waits for readers",
      "cancels the work",
      "waits for the work",
      "resets the device",
      "unbound",
      "publishes",
    ),
  },
  change: ({ action, process }) => {
    const driver = process("driver", { fairness: "weak" });
    return {
      actions: {
        /** N1 and N2; who is to be notified is looked up next, N3. */
        guestFrees: {
          afterwards: (state) => {
            if (state.notifier === "reads the state") state.notifier = "looks for the device";
          },
        },
        // While it is cancelled, work is not queued: the pending bit is taken.
        notifierArmsTimer: {
          afterwards: (state, before) => {
            if (state.driver === "waits for the work") state.timer = before.timer;
          },
        },
        workerRearms: {
          afterwards: (state, before) => {
            if (state.driver === "waits for the work") state.timer = before.timer;
          },
        },
        timerFires: {
          when: (state, { registersInTime }) =>
            state.timer === "armed" && !(registersInTime && state.driver === "publishes"),
        },
        /** With a queue that is deleted nobody knows what happens: here nothing. */
        workerSubmits: {
          when: (state, result, { deviceErrors }) =>
            state.reportingQueue !== "deleted" && (result === "added" || deviceErrors),
        },
      },
      added: {
        /** N3, under rcu_read_lock */
        notifierLooksForDevice: action("guest", {
          source: "__page_reporting_notify: rcu_dereference",
          fairness: "weak",
          when: (state) => state.notifier === "looks for the device",
          effect: (state) => {
            if (state.pointer === "the device") {
              state.notifier = "reads the state";
              return;
            }
            state.notifier = "none";
            state.zoneLock = "open";
          },
        }),
        driverUnregisters: driver.at("bound", {
          source: "page_reporting_unregister: RCU_INIT_POINTER",
          fairness: "none",
          when: (_state, { removal }) => removal,
          effect: (state) => {
            if (state.pointer !== "the device") return "resets the device";
            state.pointer = "none";
            return "waits for readers";
          },
        }),
        driverWaitsForReaders: driver.at("waits for readers", {
          to: "cancels the work",
          source: "page_reporting_unregister: synchronize_rcu",
          when: (state) => state.notifier === "none" || state.notifier === "looks for the device",
        }),
        driverCancelsWork: driver.at("cancels the work", {
          to: "waits for the work",
          source: "page_reporting_unregister: cancel_delayed_work_sync",
          effect: (state) => {
            state.timer = "off";
          },
        }),
        driverWaitsForWork: driver.at("waits for the work", {
          to: "resets the device",
          source: "cancel_delayed_work_sync: flush_work",
          when: (state) => state.worker === "idle",
        }),
        /** Its memory is given back: also that of the state and the work. */
        driverDeletesQueues: driver.at("resets the device", {
          to: "unbound",
          source: "virtballoon_remove: virtio_reset_device, del_vqs, kfree",
          effect: (state) => {
            queue.reset(state);
            state.reportingQueue = "deleted";
          },
        }),
        /** N4 to N6 as well, on a state and a work that nobody else can find. */
        driverRegisters: driver.at("unbound", {
          to: "publishes",
          source: "virtballoon_probe: init_vqs; page_reporting_register: __page_reporting_request",
          fairness: "none",
          effect: (state) => {
            state.reportingQueue = "there";
            state.request = "requested";
            state.timer = "armed";
          },
        }),
        driverPublishes: driver.at("publishes", {
          to: "bound",
          source: "page_reporting_register: rcu_assign_pointer, static_branch_enable",
          effect: (state) => {
            state.pointer = "the device";
          },
        }),
      },
    };
  },
  expects: "holds",
});

export const withRemoval = variant(comesAndGoes, {
  name: "with-removal",
  because:
    "page_reporting_unregister takes the pointer away, waits for those who still use it, and only then for the " +
    "worker, which it keeps from coming again; then the device may be reset. page_reporting_register begins anew",
  change: ({ invariant, stepProperty, leadsTo, recoverable, within, witness }) => {
    const seenFrom = { removal: true } as const;
    return {
      properties: {
        /** S16: the worker has a queue to use. */
        workerHasAQueue: invariant({
          when: needsTheQueue,
          holds: (state) => state.reportingQueue === "there",
        }),
        /** S16: nobody uses the memory of a reporter that was removed. */
        removedReporterIsLeftAlone: invariant({
          seenFrom,
          when: (state) => state.driver === "unbound",
          holds: (state) =>
            state.timer === "off" &&
            state.worker === "idle" &&
            (state.notifier === "none" || state.notifier === "looks for the device"),
        }),
        /** L6: whoever holds the mutex lets go of it. */
        unregisteringEnds: leadsTo({
          seenFrom,
          from: (state) => state.driver === "waits for readers",
          to: (state) => state.driver === "resets the device",
        }),
        passIsWaitedFor: witness({
          seenFrom,
          holds: (state) => state.driver === "waits for the work" && state.worker === "waits",
        }),
        workerIsKeptFromComingAgain: witness({
          seenFrom,
          holds: (state) => state.driver === "waits for the work" && state.worker === "re-arms",
        }),
        readerIsWaitedFor: witness({
          seenFrom,
          holds: (state) =>
            state.driver === "waits for readers" && state.notifier === "arms the timer",
        }),

        // What the protocol claims, of a reporter that is there.
        /** S19 */
        idleMeansNoPass: invariant({
          when: (state) => state.driver === "bound" && state.notifier === "none",
          holds: (state) =>
            (state.request === "idle") === (state.timer === "off" && state.worker === "idle"),
        }),
        /** L1, also of what was freed while nobody was registered. */
        idleReporterOwesNothing: invariant({
          forAny: block,
          when: (state) =>
            state.driver === "bound" &&
            state.request === "idle" &&
            state.notifier === "none" &&
            state.gaveUp === "no",
          holds: (state, b) => state.owner[b] !== "free" || state.owed[b] === "no",
        }),
        /** L1 */
        freeBlockIsReported: leadsTo({
          forAny: block,
          from: isOwed,
          to: (state, b) =>
            isSettled(state, b) || state.gaveUp === "yes" || state.driver !== "bound",
        }),
        requestIsFollowedByAPass: leadsTo({
          from: (state) => state.request === "requested",
          to: (state) => state.request === "active" || state.driver !== "bound",
        }),
        /** L2, if nobody unbinds the driver either. */
        freeBlockIsReportedInTime: within({
          forAny: block,
          from: isOwed,
          to: (state, b) => isSettled(state, b) || state.gaveUp === "yes",
          counting: "workerStarts",
          idle: ["guest", "driver"],
          atMost: ({ divisor }) => divisor,
        }),
        /** L6 */
        reporterCanComeToRest: recoverable({
          to: (state) => state.notifier === "none" && (rests(state) || isGone(state)),
        }),
        /** L7 */
        reporterComesToRest: leadsTo({
          from: (state) => !rests(state),
          to: (state) => rests(state) || state.notifier !== "none" || state.driver !== "bound",
        }),
        /** L7: but for who registers it. */
        restingReporterStaysAtRest: stepProperty({
          when: (before) => rests(before) && before.notifier === "none",
          holds: (before, after) => rests(after) || before.driver !== after.driver,
        }),
      },
    };
  },
  expects: "holds",
});

export const waitsForNoReaders = variant(withRemoval, {
  name: "waits-for-no-readers",
  because:
    "without synchronize_rcu a notifier that has found the device arms the timer of a reporter that is being removed",
  change: { actions: { driverWaitsForReaders: { when: () => true } } },
  expects: { breaks: ["removedReporterIsLeftAlone"] },
});

export const cancelsBeforeItIsHidden = variant(withRemoval, {
  name: "cancels-before-it-is-hidden",
  because:
    "the work is cancelled while notifiers still find the device: the next one arms the timer again",
  change: {
    actions: {
      driverUnregisters: {
        effect: (state) => {
          state.pointer = "the device";
          return "cancels the work";
        },
      },
      driverWaitsForWork: {
        to: "waits for readers",
        effect: (state) => {
          state.pointer = "none";
        },
      },
      driverWaitsForReaders: { to: "resets the device" },
    },
  },
  expects: { breaks: ["removedReporterIsLeftAlone", "workerHasAQueue"] },
});

export const cancelsWithoutWaiting = variant(withRemoval, {
  name: "cancels-without-waiting",
  because:
    "cancel_delayed_work instead of cancel_delayed_work_sync: a pass that runs goes on without its device",
  change: { actions: { driverWaitsForWork: { when: () => true } } },
  expects: { breaks: ["workerHasAQueue", "isolatedBlockCanComeBack"] },
});

export const registersForLongerThanTheDelay = variant(withRemoval, {
  name: "registers-for-longer-than-the-delay",
  because:
    "a claim: what is free is reported, also if it takes longer than the delay to register. The first pass is " +
    "requested before the pointer is published, and nobody is notified of what is freed behind it and before that (a " +
    "registering thread that is preempted, or has to wait for CPU hotplug in static_branch_enable)",
  change: { constants: { registersInTime: false } },
  expects: { breaks: ["idleReporterOwesNothing", "freeBlockIsReported"] },
});

export const publishesBeforeItRequests = variant(registersForLongerThanTheDelay, {
  name: "publishes-before-it-requests",
  because:
    "a proposal: page_reporting_register publishes a reporter that is ready, and then requests the first pass, as a " +
    "notifier does",
  state: { driver: also("requests", "arms the timer") },
  change: ({ process }) => {
    const { at } = process("driver", { fairness: "weak" });
    return {
      actions: {
        driverRegisters: {
          effect: (state) => {
            state.reportingQueue = "there";
            state.request = "idle";
          },
        },
        driverPublishes: { to: "requests" as const },
      },
      added: {
        driverRequests: at("requests", {
          source: "__page_reporting_request: atomic_xchg",
          effect: (state) => {
            const old = state.request;
            state.request = "requested";
            return old === "idle" ? "arms the timer" : "bound";
          },
        }),
        driverArmsTimer: at("arms the timer", {
          to: "bound",
          source: "__page_reporting_request: schedule_delayed_work",
          effect: (state) => {
            state.timer = "armed";
          },
        }),
      },
    };
  },
  expects: "holds",
});

export const keepsMarksForAnotherHost = variant(withRemoval, {
  name: "keeps-marks-for-another-host",
  because:
    "f/R8, f/R9, a claim: what is marked is known to the host. Unregistering leaves the marks, and the next device, " +
    "or that of a machine that was resumed from disk, has everything resident and never heard of them",
  change: {
    actions: {
      driverRegisters: {
        afterwards: (state) => {
          for (const f of state.acknowledged.keys()) {
            state.acknowledged[f] = "no";
            if (state.content[f] === "empty") state.content[f] = "stale";
          }
        },
      },
    },
  },
  expects: { breaks: ["markedFrameIsAcknowledged"] },
});

export const forgetsMarksOfAnotherHost = variant(keepsMarksForAnotherHost, {
  name: "forgets-marks-of-another-host",
  because:
    "a proposal: who registers clears the marks of all free blocks, under the zone lock, and its first pass reports " +
    "them",
  change: {
    actions: {
      driverRegisters: {
        when: (state) => state.zoneLock === "open",
        afterwards: (state, _before, bounds) => {
          state.owner.forEach((owner, b) => {
            if (owner !== "free") return;
            if (isReportable(b, bounds)) state.owed[b] = "yes";
            if (isMarked(state, b)) state.mark[block.first(b)] = "unreported";
          });
        },
      },
    },
  },
  expects: "holds",
});

// ---- A second device ----

export const withTwoDevices = variant(withRemoval, {
  name: "with-two-devices",
  because:
    "page_reporting_mutex: whoever registers looks whether there is a device, and is refused (EBUSY) if there is; " +
    "that nobody else comes between the look and the pointer is what the mutex is for. Of the other device only this " +
    "is told",
  state: {
    pointer: also("the other"),
    other: oneOf("unbound", "publishes", "bound"),
    /** Who has page_reporting_mutex; the first has it as long as its driver is on its way. */
    mutex: oneOf("open", "the other"),
  },
  change: ({ action, process, invariant, witness }) => {
    const other = process("other", { fairness: "weak" });
    const isOnItsWay = (driver: string): boolean =>
      driver === "waits for readers" ||
      driver === "cancels the work" ||
      driver === "waits for the work" ||
      driver === "publishes";
    return {
      actions: {
        driverUnregisters: {
          when: (state, { removal }) => removal && state.mutex === "open",
        },
        driverRegisters: { when: (state) => state.mutex === "open" && state.pointer === "none" },
      },
      added: {
        otherLooks: other.at("unbound", {
          to: "publishes",
          source: "page_reporting_register: rcu_dereference_protected",
          fairness: "none",
          when: (state) =>
            state.mutex === "open" && !isOnItsWay(state.driver) && state.pointer === "none",
          effect: (state) => {
            state.mutex = "the other";
          },
        }),
        otherPublishes: other.at("publishes", {
          to: "bound",
          source: "page_reporting_register: rcu_assign_pointer",
          effect: (state) => {
            state.pointer = "the other";
            state.mutex = "open";
          },
        }),
        otherUnregisters: action("other", {
          source: "page_reporting_unregister",
          when: (state) =>
            state.other === "bound" && state.mutex === "open" && !isOnItsWay(state.driver),
          effect: (state) => {
            if (state.pointer === "the other") state.pointer = "none";
            state.other = "unbound";
          },
        }),
      },
      properties: {
        boundDeviceIsFound: invariant({
          when: (state) => state.driver === "bound",
          holds: (state) => state.pointer === "the device",
        }),
        otherIsRegistered: witness((state) => state.pointer === "the other"),
      },
    };
  },
  expects: "holds",
});

export const registersWithoutTheMutex = variant(withTwoDevices, {
  name: "registers-without-the-mutex",
  because:
    "both see that there is no device, and the second takes the place of the first. Notifiers no longer find the " +
    "first, and when it is unbound it is not the one that is registered: its work is not cancelled, and runs without " +
    "its device",
  change: {
    actions: {
      otherLooks: { when: (state) => state.pointer === "none" },
      otherPublishes: { when: () => true },
      driverRegisters: { when: (state) => state.pointer === "none" },
    },
  },
  expects: { breaks: ["boundDeviceIsFound", "removedReporterIsLeftAlone", "workerHasAQueue"] },
});
