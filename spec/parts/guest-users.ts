import { declare, type Part } from "../language/index.ts";
import type { PerIndex } from "../language/domain.ts";
import type { AllocatorVariables, buddyAllocator } from "./buddy-allocator.ts";
import type { HostMemory } from "./host-memory.ts";

type Used = "handed out" | "written";
type Allocator = Pick<
  ReturnType<typeof buddyAllocator<Used>>,
  "block" | "frame" | "canAllocate" | "allocate" | "free" | "isUsed"
> &
  Part<{ readonly blocks: number }, AllocatorVariables<string>>;

/**
 * Who uses guest memory: blocks of any order are allocated, written and freed, as many at a time as `users` says. The
 * allocator has the words "handed out" and "written" for them.
 */
export function guestUsers(
  memory: Allocator,
  host: HostMemory<"frame", { readonly blocks: number }>,
) {
  const { block, frame } = memory;
  const { action, invariant, part } = declare({
    parts: [memory, host],
    constants: {
      /** How many blocks the users of guest memory hold at most at any time. */
      users: 1,
    },
  });

  /** The users hold less than they may. */
  const mayAllocate = (
    { owner }: { readonly owner: PerIndex<"block", string> },
    { users }: { readonly users: number },
  ): boolean => owner.filter(memory.isUsed).length < users;

  const guestAllocates = action("guest", {
    source: "rmqueue, expand",
    forAny: block,
    when: (state, b, bounds) => mayAllocate(state, bounds) && memory.canAllocate(state, b),
    effect: (state, b) => {
      memory.allocate(state, b, "handed out");
    },
  });
  const guestWrites = action("guest", {
    forAny: block,
    when: (state, b) => state.owner[b] === "handed out",
    effect: (state, b) => {
      state.owner[b] = "written";
      host.write(state, block.frames(b));
    },
  });
  const guestFrees = action("guest", {
    source: "__free_one_page",
    forAny: block,
    when: (state, b) => memory.isUsed(state.owner[b]),
    effect: (state, b, bounds) => {
      host.release(state, block.frames(b), bounds);
      memory.free(state, b, "as likely to merge");
    },
  });

  /** S1w: what was written is there. */
  const writtenFrameKeepsItsData = invariant({
    forAny: frame,
    when: (state, f) => block.around(block.of(f)).some((b) => state.owner[b] === "written"),
    holds: (state, f) => state.content[f] === "data",
  });

  const offered = {
    mayAllocate,
    actions: { guestAllocates, guestWrites, guestFrees },
    invariants: { writtenFrameKeepsItsData },
  };
  // The rest of its state is that of its parts, which know their words.
  return part(offered) as typeof offered &
    Part<{ readonly users: number }, Readonly<Record<never, never>>>;
}
