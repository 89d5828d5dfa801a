/**
 * Commands to a balloon go into a bounded tube that a worker reads, and the worker starts when the guest activates the
 * device. With a guest that never does, the loop that serves the whole machine blocks on a full tube.
 *
 * crosvm c4e3eb2ec. Left out: what the commands are, their answers, and what else the loop serves.
 */
import { also, declare, oneOf, range, variant } from "../../spec/index.ts";

const constants = { capacity: 3 };

const { action, leadsTo, process, spec, witness } = declare({
  constants,
  where: { "a command fits": ({ capacity }) => capacity >= 1 },
  state: {
    loop: oneOf("serves", "sends"),
    /** How many commands are in the tube. */
    tube: range(0, ({ capacity }: typeof constants) => capacity),
    device: oneOf("inactive", "active"),
  },
});

const loop = process("loop");

const actions = {
  /** Somebody outside wants the balloon larger or smaller. */
  loopTakesACommand: loop.at("serves", { to: "sends" }),
  loopSends: loop.at("sends", {
    to: "serves",
    fairness: "weak",
    when: (state, { capacity }) => state.tube < capacity,
    effect: (state) => {
      state.tube += 1;
    },
  }),
  guestActivates: action("guest", {
    when: (state) => state.device === "inactive",
    effect: (state) => {
      state.device = "active";
    },
  }),
  workerReads: action("worker", {
    fairness: "weak",
    when: (state) => state.device === "active" && state.tube > 0,
    effect: (state) => {
      state.tube -= 1;
    },
  }),
};

const controlTube = spec({
  name: "control-tube",
  title: "A control loop sends commands to a worker that may never start",
  actions,
  witnesses: {
    commandIsRead: witness((state) => state.device === "active" && state.tube > 0),
  },
  liveness: {
    loopServesAgain: leadsTo({
      from: (state) => state.loop === "sends",
      to: (state) => state.loop === "serves",
    }),
  },
  expects: { breaks: ["loopServesAgain"] },
});
export default controlTube;

export const saysWhenReady = variant(controlTube, {
  name: "says-when-ready",
  because: "the fix: the loop keeps commands to itself until the worker has said that it is ready",
  state: { said: oneOf("nothing", "Ready"), worker: oneOf("not known", "ready") },
  change: ({ action }) => ({
    actions: {
      loopTakesACommand: { when: (state) => state.worker === "ready" },
      guestActivates: {
        afterwards: (state) => {
          state.said = "Ready";
        },
      },
    },
    added: {
      loopHears: action("loop", {
        when: (state) => state.loop === "serves" && state.said === "Ready",
        effect: (state) => {
          state.said = "nothing";
          state.worker = "ready";
        },
      }),
    },
  }),
  expects: "holds",
});

export const resetsMeanwhile = variant(saysWhenReady, {
  name: "resets-meanwhile",
  because:
    "what the fix leaves: the guest resets the device, and the loop has not heard of it when the tube is full",
  state: { said: also("NotReady") },
  change: ({ action }) => ({
    actions: {
      loopHears: {
        when: (state) => state.loop === "serves" && state.said !== "nothing",
        effect: (state) => {
          state.worker = state.said === "Ready" ? "ready" : "not known";
          state.said = "nothing";
        },
      },
    },
    added: {
      guestResets: action("guest", {
        when: (state) => state.device === "active",
        effect: (state) => {
          state.device = "inactive";
          state.said = "NotReady";
        },
      }),
    },
  }),
  expects: { breaks: ["loopServesAgain"] },
});
