/**
 * A worker polls a socket that stays ready when its peer has closed it: the read returns nothing, the worker asks again,
 * and does so for ever.
 *
 * The kind of openvmm PR 4036 and cloud-hypervisor PR 7605: a loop that is possible for ever and makes no progress, while
 * others go on with their work. Left out: what is read.
 */
import { declare, oneOf, variant } from "../../spec/index.ts";

const { leadsTo, process, progress, spec, witness } = declare({
  state: {
    peer: oneOf("writes", "rests", "closed"),
    socket: oneOf("empty", "has data", "end of file"),
    worker: oneOf("polls", "reads", "done"),
  },
});

const peer = process("peer");
const worker = process("worker", { fairness: "weak" });
const actions = {
  peerWrites: peer.at("writes", {
    to: "rests",
    when: (state) => state.socket === "empty",
    effect: (state) => {
      state.socket = "has data";
    },
  }),
  peerGoesOn: peer.at("rests", { to: "writes" }),
  peerCloses: peer.at(["writes", "rests"], {
    to: "closed",
    when: (state) => state.socket === "empty",
    effect: (state) => {
      state.socket = "end of file";
    },
  }),
  workerIsWoken: worker.at("polls", { to: "reads", when: (state) => state.socket !== "empty" }),
  workerReads: worker.at("reads", {
    effect: (state) => {
      if (state.socket === "has data") state.socket = "empty";
      return "polls"; // at the end of file, too
    },
  }),
};

const pollsWhatStaysReady = spec({
  name: "polls-what-stays-ready",
  title: "A worker polls a socket that is ready for ever",
  actions,
  witnesses: { peerIsGone: witness((state) => state.peer === "closed") },
  liveness: {
    dataAreRead: leadsTo({
      from: (state) => state.socket === "has data",
      to: (state) => state.socket !== "has data",
    }),
    workerIsNotBusyForNothing: progress({
      of: "worker",
      counting: (state) => state.socket === "empty" || state.worker === "done",
    }),
  },
  mayEnd: (state) => state.socket === "empty" || state.worker === "done",
  expects: { breaks: ["workerIsNotBusyForNothing"] },
});
export default pollsWhatStaysReady;

export const leavesAtTheEnd = variant(pollsWhatStaysReady, {
  name: "leaves-at-the-end",
  because: "a repair: a read that returns nothing is the end, and the worker is done",
  change: {
    actions: {
      workerReads: {
        effect: (state) => {
          if (state.socket === "end of file") return "done";
          state.socket = "empty";
          return "polls";
        },
      },
    },
  },
  expects: "holds",
});
