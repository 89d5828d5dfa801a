/**
 * The page contract: what guest and host may do with a page in each of the seven states that guest
 * memory protocols use, and which changes of state are legal. A protocol says for each of its pages
 * which state it is in; the checker then holds every step of the protocol against this file.
 *
 * The states are the guest's knowledge of a page, not the host's backing of it: a reported page may
 * still be resident (the host was told, it need not act), a stable one may be swapped out.
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

/** Who may do what with a page in one state. */
export interface Rights {
  /** The guest may rely on what it reads. */
  readonly guestReads: boolean;
  readonly guestWrites: boolean;
  /** The guest's allocator may hand the page out, in one step, as it is. */
  readonly guestAllocates: boolean;
  /** The host may drop the content without keeping a copy. */
  readonly hostDiscards: boolean;
  /** The host must give the content back when asked. */
  readonly hostMustPreserve: boolean;
  /** If the host discards it, the next touch must fault, not read something else. */
  readonly discardMustBeSignalled: boolean;
}

/** The rights in a state. */
export function rights(state: PageState): Rights {
  return match(state)
    .returnType<Rights>()
    .with("free", () => ({
      // On the guest's free lists, and the host does not know: to the host it is memory in use.
      guestReads: false,
      guestWrites: false,
      guestAllocates: true,
      hostDiscards: false,
      hostMustPreserve: false,
      discardMustBeSignalled: false,
    }))
    .with("isolated", () => ({
      // Off the free lists and named in a message that the host may act on.
      guestReads: false,
      guestWrites: false,
      guestAllocates: false,
      hostDiscards: true,
      hostMustPreserve: false,
      discardMustBeSignalled: false,
    }))
    .with("reported", () => ({
      // Back on the free lists; the host has answered, and may not act on that message any more.
      guestReads: false,
      guestWrites: false,
      guestAllocates: true,
      hostDiscards: false,
      hostMustPreserve: false,
      discardMustBeSignalled: false,
    }))
    .with("stable", () => ({
      guestReads: true,
      guestWrites: true,
      guestAllocates: false,
      hostDiscards: false,
      hostMustPreserve: true,
      discardMustBeSignalled: false,
    }))
    .with("unused", () => ({
      // Declared free of content for as long as it lasts: the host may act at any moment.
      guestReads: false,
      guestWrites: false,
      guestAllocates: false,
      hostDiscards: true,
      hostMustPreserve: false,
      discardMustBeSignalled: false,
    }))
    .with("volatile", () => ({
      // In use as clean page cache: the guest can rebuild the content if it is told of the loss.
      guestReads: true,
      guestWrites: false,
      guestAllocates: false,
      hostDiscards: true,
      hostMustPreserve: false,
      discardMustBeSignalled: true,
    }))
    .with("poisoned", () => ({
      // Free, but filled with a pattern that the allocator will check.
      guestReads: true,
      guestWrites: false,
      guestAllocates: true,
      hostDiscards: false,
      hostMustPreserve: true,
      discardMustBeSignalled: false,
    }))
    .exhaustive();
}

/** Why a page in one state may change to another in one step; undefined where it may not. */
export function reasonToChange(from: PageState, to: PageState): string | undefined {
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
