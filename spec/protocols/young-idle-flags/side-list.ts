/** The side list that the thread of the two page flags has instead: what is hinted is off the lists until it is answered. */
import { also, instance, variant } from "../../language/index.ts";
import { youngIdleFlags } from "./claims.ts";
import { block, memory } from "./protocol.ts";

const two = instance(youngIdleFlags, { users: 1, cpus: 1, atOnce: 2 });

export const sideList = variant(two, {
  name: "side-list",
  because:
    "M. Tsirkin, same thread: what is hinted is on a list of its own until the host has answered, for which the zone lock " +
    "is taken twice; nothing hinted is found, merged or split, and whoever finds no memory waits",
  state: { owner: also("on the side list"), hint: also("answered") },
  change: ({ action }) => ({
    actions: {
      hinterBegins: {
        afterwards: (state, before) => {
          for (const b of before.hint.keys()) {
            if (before.hint[b] !== "none" || state.hint[b] !== "begun") continue;
            memory.takeOffList(state, b);
            state.owner[b] = "on the side list";
          }
        },
      },
      hinterHears: "removed" as const,
      hostAnswers: {
        effect: (state, b) => {
          state.hint[b] = "answered";
        },
      },
    },
    added: {
      hinterPutsBack: action("hinter", {
        fairness: "strong",
        forAny: block,
        when: (state, b) => state.hint[b] === "answered",
        effect: (state, b) => {
          state.hint[b] = "none";
          for (const f of block.frames(b)) state.idle[f] = "set";
          memory.free(state, b, "tail");
        },
      }),
    },
    properties: {
      hintStallsEveryCpu: "removed" as const,
      blockMergesWhileItIsHinted: "removed" as const,
      blockIsSplitWhileItIsHinted: "removed" as const,
    },
  }),
  expects: "holds",
});

export const sideListHasItAll = variant(sideList, {
  name: "side-list-has-it-all",
  because:
    "the same objection to it: memory runs out although pages are on the side list, and whoever looks there has to wait too",
  change: ({ invariant }) => ({
    constants: { blocks: 1 },
    properties: {
      memoryIsNotAllOnTheSideList: invariant({
        when: (state) => memory.freeFrames(state) === 0,
        holds: (state) => !state.owner.includes("on the side list"),
      }),
    },
  }),
  expects: { breaks: ["memoryIsNotAllOnTheSideList"] },
});
