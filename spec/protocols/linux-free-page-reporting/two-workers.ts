/**
 * A second worker in full: what the refusal of a second device (EBUSY) is for. Both walk the same lists, under the same
 * lock, and put the same mark on what their devices have answered; the devices are of one host.
 *
 * The second worker comes whenever it likes and reports one block at a time, the first that it finds unmarked: more than
 * any timer or budget of its own would let it do. So that both halves of a block may be isolated at a time, there is
 * other free memory in the zone (watermarks below zero).
 */
import { type Index, instance, oneOf, optional, variant } from "../../language/index.ts";
import { isSettled, linuxFreePageReporting } from "./claims.ts";
import {
  block,
  type Bounds,
  host,
  isMarked,
  isReportable,
  memory,
  type State,
} from "./protocol.ts";

/** The first block that is to be reported, of the smallest order that has one. */
const nextFor = (
  state: Pick<State, "freeList" | "mark">,
  bounds: Bounds,
): Index<"block"> | undefined =>
  state.freeList.movable
    .flatMap((list) => list.filter((b) => isReportable(b, bounds) && !isMarked(state, b)))
    .at(0);

export const withTwoWorkers = variant(
  instance(linuxFreePageReporting, {
    blocks: 1,
    users: 2,
    lowWatermark: -4,
    minWatermark: -4,
  }),
  {
    name: "with-two-workers",
    because:
      "two workers at a time, as if a second device were not refused (LM2). It was thought that a block would be reported " +
      "twice: but what is isolated is on no list, and whoever puts it back has the lock",
    state: {
      /** Where page_reporting_process of the second device is. */
      second: oneOf("idle", "waits"),
      /** What it has isolated. */
      secondBlock: optional(block),
      /** Its queue. */
      secondReport: oneOf("none", "with the device", "answered"),
    },
    change: ({ action, process, invariant, leadsTo, witness }) => {
      const { at } = process("second", { fairness: "strong" });
      return {
        added: {
          /** K1 to VB1 */
          secondReports: at("idle", {
            to: "waits",
            source: "page_reporting_cycle, virtballoon_free_page_report",
            fairness: "none",
            when: (state, bounds) =>
              state.zoneLock === "open" && nextFor(state, bounds) !== undefined,
            effect: (state, bounds) => {
              const b = nextFor(state, bounds);
              if (b === undefined) return;
              memory.takeOffList(state, b);
              state.owner[b] = "isolated";
              state.secondBlock = b;
              state.secondReport = "with the device";
            },
          }),
          /** Q1 to Q3 */
          secondDeviceAnswers: action("device", {
            source: "virtio_balloon_handle_report",
            fairness: "weak",
            when: (state) => state.secondReport === "with the device",
            effect: (state, bounds) => {
              state.secondReport = "answered";
              if (state.secondBlock === "none") return;
              const frames = block.frames(state.secondBlock);
              host.discard(state, frames, block.order(state.secondBlock), bounds);
              for (const f of frames) state.acknowledged[f] = "yes";
            },
          }),
          /** VB2, K7' */
          secondDrains: at("waits", {
            to: "idle",
            source: "page_reporting_drain",
            when: (state) => state.secondReport === "answered" && state.zoneLock === "open",
            effect: (state) => {
              const b = state.secondBlock;
              state.secondBlock = "none";
              state.secondReport = "none";
              if (b === "none") return;
              state.owed[b] = "no";
              memory.free(state, b, "tail");
              if (state.owner[b] === "free") state.mark[block.first(b)] = "reported";
            },
          }),
        },
        properties: {
          passGivesUp: "removed",
          /** S11, of both. */
          frameIsToldByOne: invariant({
            forAny: block,
            when: (state, b) => state.secondBlock === b,
            holds: (state, b) =>
              state.owner[b] === "isolated" &&
              state.scatterlist.every((other) =>
                block.frames(other).every((f) => !block.frames(b).includes(f)),
              ),
          }),
          /** L4, of the second. */
          secondBlockIsNotLost: leadsTo({
            forAny: block,
            from: (state, b) => state.secondBlock === b,
            to: (state, b) => isSettled(state, b),
          }),
          bothHaveAHalf: witness({
            forAny: block,
            holds: (state, b) => {
              const buddy = block.buddy(b);
              return (
                buddy !== undefined && state.secondBlock === b && state.scatterlist.includes(buddy)
              );
            },
          }),
        },
      };
    },
    expects: "holds",
  },
);

export const secondGivesUp = variant(withTwoWorkers, {
  name: "second-gives-up",
  because:
    "f/R1 of the second: its report fails, and it puts the block back unmarked, in silence; the first has made its pass " +
    "while the block was on no list, and rests",
  change: {
    actions: {
      secondDrains: {
        effect: (state) => {
          const b = state.secondBlock;
          state.secondBlock = "none";
          state.secondReport = "none";
          if (b !== "none") memory.free(state, b, "tail");
        },
      },
    },
    properties: { secondBlockIsNotLost: "removed" },
  },
  expects: { breaks: ["idleReporterOwesNothing", "freeBlockIsReported"] },
});
