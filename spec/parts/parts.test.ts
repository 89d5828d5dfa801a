import { describe, expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import { expectBroken, figuresOf } from "../../toys/part-checks.ts";
import { declare, unlistedIn, variant } from "../language/index.ts";
import { balloon } from "./balloon.ts";
import { buddyAllocator } from "./buddy-allocator.ts";
import { guestUsers } from "./guest-users.ts";
import { hostMemory } from "./host-memory.ts";
import { offlining } from "./offlining.ts";
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
        to: (state) => state.worker === "idle" && state.balloonPages.length === state.target,
      }),
    },
  });
  const [one, other] = figuresOf(made, { inhibition: true });
  expect(one).toEqual(other);
  expect(one).toMatchObject({ kind: "holds" });
});
