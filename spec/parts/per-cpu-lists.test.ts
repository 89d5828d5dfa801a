import { describe, expect, test } from "vitest";
import { expectBroken, figuresOf, propertyBrokenBy } from "../../toys/part-checks.ts";
import { declare, unlistedIn, variant } from "../language/index.ts";
import { buddyAllocator } from "./buddy-allocator.ts";
import { offlining } from "./offlining.ts";
import { perCpuLists } from "./per-cpu-lists.ts";

/** Users of an allocator behind lists of each CPU; whoever hears of a freed block holds the lock for a while. */
function listUsers() {
  const memory = buddyAllocator({
    levels: 1,
    users: ["used"],
    others: ["on a CPU's list"],
    migratetypes: ["isolate"],
    lockHolders: ["guest"],
  });
  const lists = perCpuLists(memory);
  const offline = offlining(memory);
  const { action, spec, type } = declare({ parts: [memory, lists, offline] });
  type Draft = typeof type.draft;
  const { block } = memory;
  type Block = Parameters<typeof memory.free>[1];
  const free = (state: Draft, b: Block): void => {
    memory.free(state, b, "tail");
    state.zoneLock = "guest";
  };
  const actions = {
    ...lists.actionsFor({
      mayAllocate: () => true,
      allocate: (state: Draft, b, owner) => void memory.allocate(state, b, owner),
      handOut: (state: Draft, b) => {
        state.owner[b] = "used";
      },
      release: () => {},
      free,
    }),
    guestFrees: action("guest", {
      forAny: block,
      when: (state, b, bounds) =>
        state.zoneLock === "open" &&
        memory.isUsed(state.owner[b]) &&
        !lists.isKept(state, b, bounds),
      effect: free,
    }),
    notifierIsDone: action("guest", {
      fairness: "weak",
      when: (state) => state.zoneLock === "guest",
      effect: (state, bounds) => {
        state.zoneLock = "open";
        lists.goOn(state, bounds, free);
      },
    }),
    ...offline.actions,
  };
  const made = spec({
    name: "lists",
    title: "CPUs with lists of their own",
    initial: memory.boot,
    actions,
    invariants: { ...memory.invariants, ...lists.invariants, ...offline.invariants },
    liveness: lists.liveness,
    mayEnd: () => true,
  });
  return { lists, made };
}

describe("per-CPU lists", () => {
  const constants = { perCpuPages: 2, perCpuBatch: 2 };

  test("hold what they claim, with batches that somebody hears of in between, isolated pageblocks and two CPUs", () => {
    const { made } = listUsers();
    expect(unlistedIn(made)).toEqual([]);
    for (const more of [{ memoryOffline: true }, { cpus: 2, perCpuPages: 1, perCpuBatch: 1 }]) {
      const [one, other] = figuresOf(made, { ...constants, ...more });
      expect(one).toEqual(other);
      expect(one).toMatchObject({ kind: "holds" });
    }
  });

  test("without frames on them nothing goes there", () => {
    const { lists, made } = listUsers();
    const onList = declare({ parts: [lists] }).witness((state) =>
      state.perCpuList.some((list) => list.length > 0),
    );
    const { spec } = variant(made, {
      name: "seen",
      because: "a test",
      change: { properties: { onList } },
      expects: "holds",
    });
    expect(figuresOf(spec)[1]).toMatchObject({ property: "onList" });
    expect(figuresOf(spec, constants)[1]).toMatchObject({ kind: "holds" });
  });

  const { made } = listUsers();
  const wrong = { because: "a test", name: "wrong" } as const;
  test.each([
    variant(made, {
      ...wrong,
      change: {
        actions: {
          guestFreesToList: {
            afterwards: (state, _before, _cpu, b) => {
              state.owner[b] = "used";
            },
          },
        },
      },
      expects: { breaks: ["listedFrameIsOnOneList"] },
    }),
    variant(made, {
      ...wrong,
      change: {
        actions: {
          notifierIsDone: {
            effect: (state) => {
              state.zoneLock = "open";
            },
          },
        },
      },
      expects: { breaks: ["batchIsFreedUnderTheLock"] },
    }),
    variant(made, {
      ...wrong,
      change: { actions: { guestDrainsList: { fairness: "none" } } },
      expects: { breaks: ["longListIsDrained"] },
    }),
    // What is drained goes where it belonged when it was freed.
    variant(made, {
      ...wrong,
      change: {
        actions: {
          guestDrainsAll: {
            afterwards: (state) => {
              state.freeList.isolate.forEach((list, o) => {
                state.freeList.movable[o].push(...list.splice(0));
              });
            },
          },
        },
      },
      expects: { breaks: ["isolatedPageblockIsNotAllocatable"] },
    }),
  ])("break $expects.properties.0 where somebody is wrong", ({ spec, expects }) => {
    expectBroken(spec, propertyBrokenBy(expects), { ...constants, memoryOffline: true });
  });
});
