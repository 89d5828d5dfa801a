/**
 * A doorbell that is rung between DRIVER_OK and the activation of the device, by an event loop of its own, is lost.
 *
 * Firecracker 9f6c3b802 drains the doorbells of inactive devices, which would keep the loop busy otherwise; with
 * 0899ee515 activation rings all queues. Left out: more than one queue, and a reset.
 */
import { declare, oneOf, variant } from "../../spec/index.ts";
import { virtqueue } from "../../spec/parts/virtqueue.ts";

const queue = virtqueue("queue", { of: oneOf("request"), capacity: 1 });

const { action, leadsTo, process, progress, spec, witness } = declare({
  parts: [queue],
  state: {
    driver: oneOf("sets up", "adds", "rings", "waits"),
    device: oneOf("inactive", "to be activated", "active"),
    doorbell: oneOf("silent", "rings"),
  },
});

const { at } = process("driver", { fairness: "weak" });

const actions = {
  driverIsOk: at("sets up", {
    to: "adds",
    effect: (state) => {
      state.device = "to be activated";
    },
  }),
  driverAdds: at("adds", {
    source: "virtqueue_add",
    to: "rings",
    effect: (state) => queue.add(state, ["request"]),
  }),
  driverRings: at("rings", {
    source: "virtqueue_notify",
    to: "waits",
    effect: (state) => {
      state.doorbell = "rings";
    },
  }),
  driverHears: at("waits", { to: "adds", when: queue.isUsed, effect: queue.takeBack }),
  loopActivates: action("loop", {
    fairness: "weak",
    when: (state) => state.device === "to be activated",
    effect: (state) => {
      state.device = "active";
    },
  }),
  loopDrains: action("loop", {
    source: "drain_queue_events",
    fairness: "weak",
    when: (state) => state.device !== "active" && state.doorbell === "rings",
    effect: (state) => {
      state.doorbell = "silent";
    },
  }),
  loopWorks: action("loop", {
    source: "process_queue",
    fairness: "weak",
    when: (state) => state.device === "active" && state.doorbell === "rings",
    effect: (state) => {
      state.doorbell = "silent";
      if (!queue.isAvailable(state)) return;
      queue.pop(state);
      queue.push(state);
    },
  }),
};

const doorbellBeforeActivation = spec({
  name: "doorbell-before-activation",
  title: "A doorbell is drained because the device is not active yet",
  actions,
  witnesses: { bufferIsUsed: witness(queue.isUsed) },
  liveness: {
    driverHearsOfItsBuffer: leadsTo({
      from: (state) => state.driver === "waits",
      to: (state) => state.driver !== "waits",
    }),
    loopIsNotBusyForNothing: progress({ of: "loop" }),
  },
  expects: { breaks: ["driverHearsOfItsBuffer", "deadlockFreedom"] },
});
export default doorbellBeforeActivation;

export const ringsOnActivation = variant(doorbellBeforeActivation, {
  name: "rings-on-activation",
  because:
    "the fix: whatever was drained before, the queues are looked at once the device is active",
  change: {
    actions: {
      loopActivates: {
        afterwards: (state) => {
          state.doorbell = "rings";
        },
      },
    },
  },
  expects: "holds",
});

export const staysSignalled = variant(doorbellBeforeActivation, {
  name: "stays-signalled",
  because:
    "as it was before: nobody reads the doorbell of an inactive device, which a guest may ring for good",
  change: {
    actions: {
      driverIsOk: { fairness: "none" },
      loopDrains: { effect: () => {} },
    },
    added: {
      driverRingsTooEarly: at("sets up", {
        to: "sets up",
        fairness: "none",
        effect: (state) => {
          state.doorbell = "rings";
        },
      }),
    },
  },
  expects: { breaks: ["loopIsNotBusyForNothing"] },
});
