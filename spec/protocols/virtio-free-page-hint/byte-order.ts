/** A guest that has its bytes the other way round than the config space (bug 16). */
import { instance, variant } from "../../language/index.ts";
import { virtioFreePageHint } from "./claims.ts";
import { type Bounds, type Draft, protocol, shown, start, type State } from "./protocol.ts";

const oneRound = instance(virtioFreePageHint, { rounds: 1 });

/** A round that is asked for begins, or is over. */
const roundBegins = protocol.leadsTo({
  from: (state) => state.status === "requested",
  to: (state) => state.status !== "requested",
});

/** What an id is with its bytes turned round: 0 stays 0, and of the others here only that it is no id that was ever used. */
const turned = {
  stop: "stop",
  done: "third",
  first: "second",
  second: "third",
  third: "second",
} as const;

/** virtio_balloon_cmd_id_received, without le32_to_cpu. */
function receiveTurned(
  state: Pick<Draft, "received" | "lastReceived" | "status" | "id">,
  bounds: Bounds,
): State["lastReceived"] {
  if (state.received === "to be read") state.lastReceived = turned[shown(state, bounds)];
  state.received = "as it was";
  return state.lastReceived;
}

export const readsTheIdTheWrongWayRound = variant(oneRound, {
  name: "reads-the-id-the-wrong-way-round",
  because:
    "bug 16, fixed by Linux 168c358af2f8: a guest with its most significant byte first takes the id as it is in the config space, " +
    "and sends another one back. The device waits for its own, and that it is done is not understood either",
  change: {
    actions: {
      workerReads: {
        effect: (state, bounds) => {
          state.work = "none";
          const id = receiveTurned(state, bounds);
          return id === "stop" || id === state.active ? "idle" : "starts";
        },
      },
      workerSendsStart: {
        effect: (state, bounds) => {
          const id = receiveTurned(state, bounds);
          if (id === "stop") return "idle";
          start(state, id, bounds);
          return "looks";
        },
      },
      workerLooks: {
        effect: (state, bounds) =>
          receiveTurned(state, bounds) === state.active ? "allocates" : "ends",
      },
    },
    properties: { roundBegins },
  },
  expects: { breaks: ["roundBegins", "driverLetsGo"] },
});

export const readsTheIdTheRightWayRound = variant(oneRound, {
  name: "reads-the-id-the-right-way-round",
  because:
    "the fix of bug 16: fields of the config space have their least significant byte first, whatever the guest",
  change: { properties: { roundBegins } },
  expects: "holds",
});
