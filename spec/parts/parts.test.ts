import { describe, expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import { comparable, engines } from "../../toys/compared.ts";
import {
  declare,
  each,
  oneOf,
  ordered,
  type Spec,
  unlistedIn,
  variant,
} from "../language/index.ts";
import type { Expectation } from "../language/spec.ts";
import { balloon } from "./balloon.ts";
import { buddyAllocator } from "./buddy-allocator.ts";
import { dirtyBitmap } from "./dirty-bitmap.ts";
import { guestUsers } from "./guest-users.ts";
import { hostMemory } from "./host-memory.ts";
import { offlining } from "./offlining.ts";
import { perCpuLists } from "./per-cpu-lists.ts";
import { virtqueue } from "./virtqueue.ts";

/** Users of an allocator, and nobody else; `lastFree` is a step in the place of a free. */
function users() {
  const memory = buddyAllocator({ levels: 2, users: ["handed out", "written"] });
  const host = hostMemory(memory.frame);
  const its = guestUsers(memory, host);
  const { action, spec } = declare({ parts: [memory, host, its] });
  const made = spec({
    name: "users",
    title: "users of an allocator",
    initial: memory.boot,
    actions: its.actions,
    invariants: { ...memory.invariants, ...its.invariants },
  });
  return { memory, host, made, action };
}

const figuresOf = (spec: Spec, constants = {}) =>
  engines.map((engine) => comparable(engine, instantiate(spec, { constants })));

/** Both engines find it violated, and which property first. */
function expectBroken(spec: Spec, property: string, constants = {}): void {
  const [one, other] = figuresOf(spec, constants);
  expect(one).toEqual(other);
  expect(one).toMatchObject({ property });
}

const propertyBrokenBy = (expects: Expectation): string =>
  (expects.kind === "breaks" ? expects.properties[0] : undefined) ?? "nothing";

describe("the buddy allocator, and its users", () => {
  test("holds what it claims, whoever allocates and frees", () => {
    const { made } = users();
    expect(unlistedIn(made)).toEqual([]);
    const [one, other] = figuresOf(made, { users: 2 });
    expect(one).toEqual(other);
    expect(one).toMatchObject({ kind: "holds" });
  });

  test("hands out the lower half of what it splits, and merges it again", () => {
    const { memory, made } = users();
    const { block } = memory;
    const upperIsNeverTakenAlone = declare({ parts: [memory] }).invariant({
      forAny: block,
      holds: (state, b) => {
        const buddy = block.buddy(b);
        return (
          buddy === undefined ||
          block.isLower(b) ||
          state.owner[b] !== "handed out" ||
          state.owner[buddy] !== "free"
        );
      },
    });
    const change = { properties: { upperIsNeverTakenAlone } };
    const about = { name: "claimed", because: "a test", expects: "holds" } as const;
    const { spec } = variant(made, { ...about, change });
    expect(check(instantiate(spec, { constants: { users: 1 } })).kind).toBe("holds");
    // Of two the lower one may be free again before the upper one is.
    expectBroken(spec, "upperIsNeverTakenAlone", { users: 2 });
  });

  test.each([
    ["freeBuddiesAreMerged", "puts a block back without a look at its buddy"],
    ["counterCountsTheLists", "forgets to count"],
    ["freeBlockIsInOneList", "puts a block on its list twice"],
    ["frameHasOneOwner", "loses a block"],
    ["writtenFrameKeepsItsData", "discards what is in use"],
  ])("breaks %s where somebody %s", (property) => {
    const { memory, host, made, action } = users();
    const { block } = memory;
    const effects = {
      freeBuddiesAreMerged: (state, b) => memory.putOnList(state, b, "head"),
      counterCountsTheLists: (state, b) => {
        memory.free(state, b, "tail");
        state.nrFree[memory.orderOf(b)] = 0;
      },
      freeBlockIsInOneList: (state, b) => {
        memory.putOnList(state, b, "head");
        state.freeList.movable[memory.orderOf(b)].push(b);
      },
      frameHasOneOwner: (state, b) => {
        state.owner[b] = "no block";
      },
      writtenFrameKeepsItsData: (state, b) =>
        host.discard(state, block.frames(b), 2, { hostPageOrder: 2 }),
    } satisfies Record<string, (state: Draft, b: Block) => void>;
    type Draft = Parameters<typeof memory.free>[0] & Parameters<typeof host.discard>[0];
    type Block = Parameters<typeof memory.free>[1];
    const goesWrong = action("guest", {
      forAny: block,
      when: (state, b) => state.owner[b] === "written",
      effect: effects[property as keyof typeof effects],
    });
    const { spec } = variant(made, {
      name: "wrong",
      because: "a test",
      change: { added: { goesWrong } },
      expects: { breaks: [property] },
    });
    expectBroken(spec, property);
  });

  test("has a mark where one is wanted, which is gone with the block", () => {
    const memory = buddyAllocator({ levels: 1, users: ["used"], marks: ["no", "yes"] });
    const { block } = memory;
    const { action, invariant, spec } = declare({ parts: [memory] });
    const made = spec({
      name: "marked",
      title: "free blocks are marked",
      initial: memory.boot,
      actions: {
        takes: action("guest", {
          forAny: block,
          when: (state, b) => memory.canAllocate(state, b),
          effect: (state, b) => void memory.allocate(state, b, "used"),
        }),
        gives: action("guest", {
          forAny: block,
          when: (state, b) => memory.isUsed(state.owner[b]),
          effect: (state, b) => void memory.free(state, b, "tail"),
        }),
        marks: action("guest", {
          forAny: block,
          when: (state, b) => state.owner[b] === "free",
          effect: (state, b) => {
            state.mark[block.first(b)] = "yes";
          },
        }),
      },
      invariants: {
        ...memory.invariants,
        markedIsFree: invariant({
          forAny: block,
          when: (state, b) => state.mark[block.first(b)] === "yes",
          holds: (state, b) =>
            memory.holderOf(state, block.first(b)) !== b || state.owner[b] === "free",
        }),
      },
    });
    expect(figuresOf(made)[1]).toMatchObject({ kind: "holds" });
  });
});

test("offlining: nothing is allocated from an isolated pageblock, and without it nothing moves", () => {
  const memory = buddyAllocator({
    levels: 1,
    users: ["used"],
    migratetypes: ["isolate"],
    lockHolders: ["guest"],
  });
  const offline = offlining(memory);
  const { action, spec, witness } = declare({ parts: [memory, offline] });
  const made = () =>
    spec({
      name: "offlined",
      title: "pageblocks are isolated and put back",
      initial: memory.boot,
      actions: {
        ...offline.actions,
        guestFrees: action("guest", {
          forAny: memory.block,
          when: (state, b) => memory.isUsed(state.owner[b]),
          effect: (state, b) => void memory.free(state, b, "tail"),
        }),
      },
      invariants: { ...memory.invariants, ...offline.invariants },
      witnesses: {
        allIsIsolated: witness(
          (state) =>
            state.owner.every((owner) => owner !== "used") &&
            state.freeList.movable.every((list) => list.length === 0),
        ),
      },
      mayEnd: () => true,
    });
  expect(figuresOf(made(), { memoryOffline: true, blocks: 2 })[1]).toMatchObject({ kind: "holds" });
  expect(figuresOf(made(), { blocks: 2 })[1]).toMatchObject({ property: "allIsIsolated" });
  const apart = { memoryOffline: true, pageblockOrder: 0 };
  expect(figuresOf(made(), { ...apart, blocks: 2 })[1]).toMatchObject({ kind: "holds" });
  // What was kept apart while one half was isolated is to merge when it no longer is.
  const { spec: wrong } = variant(made(), {
    name: "wrong",
    because: "a test",
    change: {
      initial: (state) => {
        for (const b of state.owner.keys()) {
          state.owner[b] = memory.block.order(b) === 0 ? "used" : "no block";
        }
      },
      actions: {
        offlinerPutsBack: { effect: (state, b) => memory.changeMigratetype(state, b, "movable") },
      },
    },
    expects: { breaks: ["freeBuddiesAreMerged"] },
  });
  expectBroken(wrong, "freeBuddiesAreMerged", apart);
});

test("host memory: less than a page of the host's stays, and nothing is discarded while a step asks for leave", () => {
  const { memory, host } = users();
  const { action, invariant, spec } = declare({ parts: [memory, host], state: {} });
  const made = spec({
    name: "host",
    title: "a host that discards",
    actions: {
      discards: action("host", {
        forAny: memory.block,
        when: host.mayDiscard,
        effect: (state, b, bounds) =>
          host.discard(state, memory.block.frames(b), memory.block.order(b), bounds),
      }),
      ...host.hostActions,
    },
    invariants: {
      nothingIsGone: invariant({
        forAny: memory.frame,
        holds: (state, f) => !host.isDiscarded(state, f),
      }),
    },
    mayEnd: () => true,
  });
  expectBroken(made, "nothingIsGone", { hostPageOrder: 2 });
  expect(figuresOf(made, { hostPageOrder: 3, inhibition: true })[1]).toMatchObject({
    kind: "holds",
  });
});

test("a virtqueue: what is added is popped, gone through, pushed and taken back, in that order", () => {
  const page = buddyAllocator({ levels: 0, users: ["used"] }).frame;
  const queue = virtqueue("queue", { of: page, capacity: 2 });
  const { action, invariant, spec, witness } = declare({
    parts: [queue],
    constants: { blocks: 2 },
  });
  const made = spec({
    name: "queue",
    title: "a buffer goes round",
    actions: {
      adds: action("driver", {
        forAny: [page, page],
        when: queue.isFree,
        effect: (state, p, q) => queue.add(state, [p, q]),
      }),
      takesBack: action("driver", { when: queue.isUsed, effect: queue.takeBack }),
      pops: action("device", { when: queue.isAvailable, effect: queue.pop }),
      works: action("device", {
        when: (state) => queue.isPopped(state) && !queue.isDone(state),
        effect: (state) => void queue.next(state),
      }),
      pushes: action("device", { when: queue.isDone, effect: queue.push }),
    },
    invariants: {
      usedBufferIsDone: invariant(
        (state) => !queue.isUsed(state) || state.queue.entries.length === 0,
      ),
    },
    witnesses: { bufferIsFull: witness((state) => state.queue.entries.length === 2) },
  });
  const [one, other] = figuresOf(made);
  expect(one).toEqual(other);
  expect(one).toMatchObject({ kind: "holds" });
});

test("a balloon: the host can always have what it asks for", () => {
  const memory = buddyAllocator({
    levels: 1,
    users: ["handed out", "written"],
    others: ["taken by the driver", "in the balloon", "leaving the balloon"],
  });
  const host = hostMemory(memory.frame);
  const driver = balloon(memory, host);
  const { action, recoverable, spec, stepProperty } = declare({ parts: [memory, host, driver] });
  const made = spec({
    name: "balloon",
    title: "a balloon of a guest that has no users",
    initial: memory.boot,
    actions: {
      ...driver.actions,
      ...host.hostActions,
      guestFrees: action("guest", {
        forAny: memory.block,
        when: (state, b) => memory.isUsed(state.owner[b]),
        effect: (state, b) => void memory.free(state, b, "tail"),
      }),
    },
    invariants: memory.invariants,
    stepProperties: {
      nothingIsDiscardedWhileInhibited: stepProperty({
        forAny: memory.frame,
        when: (before) => !host.mayDiscard(before),
        holds: (before, after, f) => host.isDiscarded(before, f) || !host.isDiscarded(after, f),
      }),
    },
    liveness: {
      balloonCanBeAdjusted: recoverable({
        to: (state) => state.worker === "idle" && driver.pagesInBalloon(state) === state.target,
      }),
    },
  });
  const [one, other] = figuresOf(made, { inhibition: true });
  expect(one).toEqual(other);
  expect(one).toMatchObject({ kind: "holds" });
});

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

describe("the dirty bitmap of a migration", () => {
  /** A guest that hints pages and writes; a hint is good until the next sync. */
  function migration() {
    const page = ordered("frame", 2);
    const bitmap = dirtyBitmap(page);
    const { action, spec, type } = declare({
      parts: [bitmap],
      state: { hint: each(page, oneOf("none", "made", "stale")) },
    });
    type Draft = typeof type.draft;
    const endRound = (state: Draft): void => {
      state.hint.forEach((hint, p) => {
        if (hint === "made") state.hint[p] = "stale";
      });
    };
    const made = spec({
      name: "migration",
      title: "a guest hints pages while it is migrated",
      actions: {
        ...bitmap.actions,
        migrationSyncs: action("migration", {
          when: bitmap.isRunning,
          effect: (state) => {
            bitmap.sync(state);
            endRound(state);
          },
        }),
        guestWrites: action("guest", {
          forAny: page,
          when: bitmap.isRunning,
          effect: (state, p) => bitmap.write(state, [p]),
        }),
        guestHints: action("guest", {
          forAny: page,
          when: (state, p) => bitmap.isRunning(state) && state.hint[p] === "none",
          effect: (state, p) => {
            bitmap.giveUp(state, [p]);
            state.hint[p] = "made";
          },
        }),
        deviceTakesHint: action("device", {
          forAny: page,
          when: (state, p) => bitmap.isRunning(state) && state.hint[p] !== "none",
          effect: (state, p) => {
            if (state.hint[p] === "made") bitmap.clear(state, [p]);
            state.hint[p] = "none";
          },
        }),
      },
      invariants: bitmap.invariants,
      liveness: bitmap.liveness,
      mayEnd: (state) => state.migration === "ended",
    });
    return { bitmap, made };
  }

  test("has what was written and not given up in the end at the destination", () => {
    const { made } = migration();
    expect(unlistedIn(made)).toEqual([]);
    const [one, other] = figuresOf(made);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ kind: "holds" });
  });

  const { bitmap, made } = migration();
  const wrong = { because: "a test", name: "wrong" } as const;
  test.each([
    // A hint that was made before the sync clears what the sync has set since (g/R1).
    variant(made, {
      ...wrong,
      change: {
        actions: {
          deviceTakesHint: { afterwards: (state, _before, p) => bitmap.clear(state, [p]) },
        },
      },
      expects: { breaks: ["olderPageIsToBeSent"] },
    }),
    // What is left is not sent.
    variant(made, {
      ...wrong,
      change: {
        actions: { migrationEnds: { when: (state) => state.migration === "guest is stopped" } },
      },
      expects: { breaks: ["destinationHasWhatIsNeeded"] },
    }),
    variant(made, {
      ...wrong,
      change: {
        mayEnd: () => true,
        actions: {
          migrationSends: {
            afterwards: (state, _before, p) => {
              state.dirtyBitmap[p] = "to be sent";
            },
          },
        },
      },
      expects: { breaks: ["migrationCanEnd"] },
    }),
  ])("breaks $expects.properties.0 where somebody is wrong", ({ spec, expects }) => {
    expectBroken(spec, propertyBrokenBy(expects));
  });
});
