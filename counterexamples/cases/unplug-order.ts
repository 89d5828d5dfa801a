/**
 * A virtio-mem device unplugs a block of guest memory: it discards what the block holds and takes the block out of the
 * hypervisor's slots, so that a guest that goes on touching it gets no memory for it. After Firecracker commit 8c4bc5a52.
 *
 * Left out: the request queue, blocks that the guest may not unplug, and what a touch without a slot does to the guest.
 */
import { declare, each, interchangeable, oneOf, variant } from "../../spec/index.ts";

const constants = { blocks: 1 };
const block = interchangeable("block", ({ blocks }: typeof constants) => blocks);

const { action, invariant, process, spec, witness } = declare({
  constants,
  state: {
    /** What the device has done with the block. */
    device: each(block, oneOf("plugged", "unplugs", "is half done", "unplugged")),
    /** Whether the hypervisor maps the block into the guest. */
    slot: each(block, oneOf("there", "removed")),
    memory: each(block, oneOf("backed", "discarded")),
  },
});
const { at } = process("device");

const guestAsksToUnplug = at("plugged", { to: "unplugs" });
const deviceDiscards = at("unplugs", {
  to: "is half done",
  effect: (state, b) => {
    state.memory[b] = "discarded";
  },
});
const deviceRemovesSlot = at("is half done", {
  to: "unplugged",
  effect: (state, b) => {
    state.slot[b] = "removed";
  },
});
const guestAsksToPlug = at("unplugged", {
  to: "plugged",
  effect: (state, b) => {
    state.slot[b] = "there";
  },
});

/** Nothing but the slot keeps it from that: a guest need not keep to the protocol. */
const cpuTouches = action("cpu", {
  forAny: block,
  when: (state, b) => state.slot[b] === "there",
  effect: (state, b) => {
    state.memory[b] = "backed";
  },
});

const unpluggedBlockHoldsNothing = invariant({
  forAny: block,
  when: (state, b) => state.device[b] === "unplugged",
  holds: (state, b) => state.memory[b] === "discarded",
});
const blockIsPluggedAgain = witness({
  forAny: block,
  holds: (state, b) => state.device[b] === "plugged" && state.memory[b] === "discarded",
});

const unplugOrder = spec({
  name: "unplug-order",
  title: "A device discards a block first and takes it from the guest afterwards",
  actions: { guestAsksToUnplug, deviceDiscards, deviceRemovesSlot, guestAsksToPlug, cpuTouches },
  invariants: { unpluggedBlockHoldsNothing },
  witnesses: { blockIsPluggedAgain },
  expects: { breaks: ["unpluggedBlockHoldsNothing"] },
});
export default unplugOrder;

export const removesTheSlotFirst = variant(unplugOrder, {
  name: "removes-the-slot-first",
  because: "Firecracker commit 8c4bc5a52: what the guest can no longer reach is discarded",
  change: {
    actions: {
      deviceRemovesSlot: { at: "unplugs", to: "is half done" },
      deviceDiscards: { at: "is half done", to: "unplugged" },
    },
  },
  expects: "holds",
});
