/**
 * One buffer travels between a balloon driver and its device, which keeps it until the host asks for statistics. That it
 * keeps it is part of a snapshot, and is not taken over when the snapshot is restored.
 *
 * Firecracker PR 2590. A snapshot may be restored at any time and as often as one likes; whether the host has asked is
 * no part of it. Left out: what the statistics say, and the interval of the timer.
 */
import { declare, oneOf, saved, variant } from "../../spec/index.ts";

const { action, leadsTo, recoverable, restore, snapshot, spec } = declare({
  state: {
    driver: oneOf("has the buffer", "waits"),
    device: oneOf("has nothing", "keeps the buffer"),
    image: saved("driver", "device"),
    host: oneOf("has statistics", "asks"),
  },
});

const actions = {
  driverGives: action("driver", {
    source: "stats_handle_request",
    fairness: "weak",
    when: (state) => state.driver === "has the buffer",
    effect: (state) => {
      state.driver = "waits";
      state.device = "keeps the buffer";
    },
  }),
  hostAsks: action("host", {
    effect: (state) => {
      state.host = "asks";
    },
  }),
  deviceReturns: action("device", {
    source: "trigger_stats_update",
    fairness: "strong",
    when: (state) => state.host === "asks" && state.device === "keeps the buffer",
    effect: (state) => {
      state.device = "has nothing";
      state.driver = "has the buffer";
      state.host = "has statistics";
    },
  }),
  monitorSaves: action("monitor", { effect: (state) => snapshot(state, "image") }),
  monitorRestores: action("monitor", {
    when: (state) => state.image !== "none",
    effect: (state) => {
      restore(state, "image");
      state.device = "has nothing";
    },
  }),
};

const statisticsBuffer = spec({
  name: "statistics-buffer",
  title: "A restored device has forgotten that it keeps the driver's only buffer",
  actions,
  liveness: {
    bufferComesToTheDevice: recoverable({ to: (state) => state.device === "keeps the buffer" }),
    hostGetsStatistics: leadsTo({
      from: (state) => state.host === "asks",
      to: (state) => state.host === "has statistics",
    }),
  },
  expects: { breaks: ["bufferComesToTheDevice", "hostGetsStatistics"] },
});
export default statisticsBuffer;

export const takesItOver = variant(statisticsBuffer, {
  name: "takes-it-over",
  because: "the fix: the device is restored as it was saved",
  change: { actions: { monitorRestores: { effect: (state) => restore(state, "image") } } },
  expects: "holds",
});
