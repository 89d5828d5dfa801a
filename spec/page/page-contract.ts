/**
 * The page contract: what guest and host may do with a page in each of the seven states that guest
 * memory protocols use, and which changes of state are legal. A protocol says for each of its pages
 * which state it is in; the checker then holds every step of the protocol against this file.
 *
 * The states are the guest's knowledge of a page, not the host's backing of it: a reported page may
 * still be resident (the host was told, it need not act), a stable one may be swapped out.
 *
 * So there is no state for a page in a balloon or unplugged (unused, until the host has answered that it is not),
 * hinted (isolated; unused until the first write, where the guest may use it without a word and the host sees writes),
 * offline without a word to the host (stable), or in transit between hosts (what it was). spec/README.md has the reasons.
 */
import { match } from "ts-pattern";

export const pageStates = [
  "free",
  "isolated",
  "reported",
  "stable",
  "unused",
  "volatile",
  "poisoned",
] as const;

export type PageState = (typeof pageStates)[number];

/** What the host may do with a page in one state. */
export interface Rights {
  /** The host may drop the content without keeping a copy. */
  readonly hostDiscards: boolean;
  /** If it does, the next touch must fault, not read something else. */
  readonly discardMustBeSignalled: boolean;
}

/** The rights in a state. */
export function rights(state: PageState): Rights {
  return match(state)
    .returnType<Rights>()
    .with(
      "free", // on the guest's free lists, and the host does not know: to the host it is memory in use
      "reported", // back on the lists; the host has answered, and may not act on that message any more
      "stable",
      "poisoned", // free, but filled with a pattern that the allocator will check
      () => ({ hostDiscards: false, discardMustBeSignalled: false }),
    )
    .with(
      "isolated", // off the free lists and named in a message that the host may act on
      "unused", // declared free of content for as long as it lasts: the host may act at any moment
      () => ({ hostDiscards: true, discardMustBeSignalled: false }),
    )
    .with(
      "volatile", // in use as clean page cache: the guest can rebuild the content if it is told of the loss
      () => ({ hostDiscards: true, discardMustBeSignalled: true }),
    )
    .exhaustive();
}

/**
 * Why a page in one state may change to another in one step; undefined where it may not. One whose loss is
 * still to be signalled does not become stable: the guest would rely on what is gone.
 */
export function reasonToChange(
  from: PageState,
  to: PageState,
  isDiscarded = false,
): string | undefined {
  if (isDiscarded && to === "stable" && rights(from).discardMustBeSignalled) return undefined;
  return reasonsToChange(from, to);
}

function reasonsToChange(from: PageState, to: PageState): string | undefined {
  return (
    match<[PageState, PageState]>([from, to])
      .returnType<string | undefined>()
      .with(["free", "isolated"], () => "the reporter takes it off the free lists")
      .with(["free", "stable"], () => "the allocator hands it out")
      .with(["free", "unused"], () => "the guest declares it unused")
      .with(["isolated", "reported"], () => "the host acknowledged the report")
      .with(["isolated", "free"], () => "it is put back unmarked: the report failed, or it merged")
      .with(["isolated", "poisoned"], () => "it is put back with its pattern")
      .with(["reported", "stable"], () => "the allocator hands it out")
      .with(
        ["reported", "free"],
        () => "it merged with or was split off another block: the mark is lost",
      )
      .with(["stable", "free"], () => "its last user frees it")
      .with(
        ["stable", "poisoned"],
        () => "its last user frees it, and it is filled with the pattern",
      )
      .with(["stable", "unused"], () => "its last user frees it and declares it unused")
      .with(["stable", "volatile"], () => "the guest can rebuild its content")
      .with(["unused", "stable"], () => "the allocator declares it stable before handing it out")
      .with(["volatile", "stable"], () => "the guest is about to rely on its content")
      .with(["volatile", "unused"], () => "its last user frees it and declares it unused")
      .with(["poisoned", "isolated"], () => "the reporter takes it; the host knows the pattern")
      .with(["poisoned", "stable"], () => "the allocator checks the pattern and hands it out")
      // Everything else is illegal, state by state, so that a new state does not compile until decided.
      .with(["free", "free"], ["isolated", "isolated"], ["reported", "reported"], () => undefined)
      .with(["stable", "stable"], ["unused", "unused"], ["volatile", "volatile"], () => undefined)
      .with(["poisoned", "poisoned"], () => undefined)
      .with(["free", "reported"], ["free", "volatile"], ["free", "poisoned"], () => undefined)
      .with(
        ["isolated", "stable"],
        ["isolated", "unused"],
        ["isolated", "volatile"],
        () => undefined,
      )
      .with(["reported", "isolated"], ["reported", "unused"], () => undefined)
      .with(["reported", "volatile"], ["reported", "poisoned"], () => undefined)
      .with(["stable", "isolated"], ["stable", "reported"], () => undefined)
      .with(["unused", "free"], ["unused", "isolated"], ["unused", "reported"], () => undefined)
      .with(["unused", "volatile"], ["unused", "poisoned"], () => undefined)
      .with(["volatile", "free"], ["volatile", "isolated"], () => undefined)
      .with(["volatile", "reported"], ["volatile", "poisoned"], () => undefined)
      .with(["poisoned", "free"], ["poisoned", "reported"], () => undefined)
      .with(["poisoned", "unused"], ["poisoned", "volatile"], () => undefined)
      .exhaustive()
  );
}
