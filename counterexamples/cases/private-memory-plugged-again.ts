/**
 * Virtio-mem in a guest of confidential memory: the guest accepts a block that was plugged, which zeroes it, before it
 * uses it; what was accepted cannot be accepted again until it has been taken away. After the discussion of virtio-mem
 * in TDX guests, linux-kernel, RFC of April 2026.
 *
 * Left out: other sizes than a block, who may ask for a conversion to shared memory, and what a read of memory that
 * is not accepted does to the guest.
 */
import { also, declare, each, interchangeable, oneOf, variant } from "../../spec/index.ts";

const constants = { blocks: 1 };
const block = interchangeable("block", ({ blocks }: typeof constants) => blocks);

const { action, invariant, process, recoverable, spec, stepProperty, witness } = declare({
  constants,
  state: {
    /** Where the guest's driver is with the block. */
    driver: each(block, oneOf("unplugged", "plugs", "plugged", "in use", "unplugs")),
    /** What the hardware knows of the block: the guest may use it once it is accepted. */
    entry: each(block, oneOf("pending", "accepted")),
    content: each(block, oneOf("nothing", "zeroes", "data")),
  },
});
const { at } = process("driver");

const driverAsksToPlug = at("unplugged", { to: "plugs", source: "VIRTIO_MEM_REQ_PLUG" });
/** Of what is accepted already it is an error, which the driver overlooks. */
const driverAccepts = at("plugs", {
  to: "plugged",
  source: "TDG.MEM.PAGE.ACCEPT",
  effect: (state, b) => {
    if (state.entry[b] === "accepted") return;
    state.entry[b] = "accepted";
    state.content[b] = "zeroes";
  },
});
const guestWrites = at("plugged", {
  to: "in use",
  effect: (state, b) => {
    state.content[b] = "data";
  },
});
const driverAsksToUnplug = at(["plugged", "in use"], {
  to: "unplugs",
  source: "VIRTIO_MEM_REQ_UNPLUG",
});
const deviceAnswers = at("unplugs", { to: "unplugged" });
/** It should, and nobody makes it. */
const hostDiscards = action("host", {
  forAny: block,
  when: (state, b) => state.driver[b] === "unplugged" && state.entry[b] === "accepted",
  effect: (state, b) => {
    state.entry[b] = "pending";
    state.content[b] = "nothing";
  },
});

const unpluggedBlockIsTakenAway = invariant({
  forAny: block,
  when: (state, b) => state.driver[b] === "unplugged",
  holds: (state, b) => state.entry[b] === "pending",
});
const pluggedBlockIsZero = stepProperty({
  forAny: block,
  when: (before, after, b) => before.driver[b] === "plugs" && after.driver[b] === "plugged",
  holds: (_before, after, b) => after.content[b] === "zeroes",
});
const blockCanBePlugged = recoverable({
  forAny: block,
  to: (state, b) => state.driver[b] === "plugged",
});
const blockIsInUse = witness({
  forAny: block,
  holds: (state, b) => state.driver[b] === "in use" && state.content[b] === "data",
});

const pluggedAgain = spec({
  name: "private-memory-plugged-again",
  title: "A guest of confidential memory trusts its host to take unplugged memory away",
  actions: {
    driverAsksToPlug,
    driverAccepts,
    guestWrites,
    driverAsksToUnplug,
    deviceAnswers,
    hostDiscards,
  },
  invariants: { unpluggedBlockIsTakenAway },
  stepProperties: { pluggedBlockIsZero },
  witnesses: { blockIsInUse },
  liveness: { blockCanBePlugged },
  expects: { breaks: ["unpluggedBlockIsTakenAway", "pluggedBlockIsZero"] },
});
export default pluggedAgain;

export const heedsTheError = variant(pluggedAgain, {
  name: "heeds-the-error",
  because:
    "half of a repair: what cannot be accepted is not used, so that no old data are seen; but the host still holds " +
    "what was unplugged",
  change: {
    actions: {
      driverAccepts: {
        effect: (state, b) => {
          if (state.entry[b] === "accepted") return "unplugs";
          state.entry[b] = "accepted";
          state.content[b] = "zeroes";
          return "plugged";
        },
      },
    },
  },
  expects: { breaks: ["unpluggedBlockIsTakenAway"] },
});

export const releasesByItself = variant(pluggedAgain, {
  name: "releases-by-itself",
  because:
    "the guest gives the block up itself before it asks for the unplug, whatever the host does then",
  state: { driver: also("releases") },
  change: ({ process }) => ({
    actions: {
      driverAsksToUnplug: { at: "releases" as const, to: "unplugs" as const },
    },
    added: {
      driverReleases: process("driver").at(["plugged", "in use"], {
        to: "releases",
        source: "TDG.MEM.PAGE.RELEASE",
        effect: (state, b) => {
          state.entry[b] = "pending";
          state.content[b] = "nothing";
        },
      }),
    },
  }),
  expects: "holds",
});
