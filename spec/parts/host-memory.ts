import {
  declare,
  type Domain,
  each,
  type Index,
  type IndexSet,
  oneOf,
  type Part,
} from "../language/index.ts";
import type { MutablePerIndex, PerIndex } from "../language/domain.ts";
import type { Action } from "../language/spec.ts";

type Content = "stale" | "data" | "pattern" | "empty";
type Discards = "allowed" | "inhibited";

type Bounds = {
  readonly hostPageOrder: number;
  readonly inhibition: boolean;
  readonly poisoning: boolean;
};
type Variables<Name extends string, C> = {
  readonly content: Domain<PerIndex<Name, Content>, MutablePerIndex<Name, Content>, C>;
  readonly discards: Domain<Discards, Discards, unknown>;
};

export interface HostMemory<Name extends string, C> extends Part<Bounds, Variables<Name, C>> {
  write(draft: Contents<Name>, pages: Pages<Name>): void;
  release(draft: Contents<Name>, pages: Pages<Name>, constants: Pick<Bounds, "poisoning">): void;
  discard(
    draft: Contents<Name>,
    pages: Pages<Name>,
    order: number,
    constants: Pick<Bounds, "hostPageOrder">,
  ): void;
  readonly mayDiscard: (state: { readonly discards: Discards }) => boolean;
  readonly isDiscarded: (
    state: { readonly content: PerIndex<Name, Content> },
    page: Index<Name>,
  ) => boolean;
  readonly hostActions: {
    readonly hostInhibitsDiscards: Action;
    readonly hostAllowsDiscards: Action;
  };
}

type Contents<Name extends string> = { readonly content: MutablePerIndex<Name, Content> };
type Pages<Name extends string> = readonly Index<Name>[];

/**
 * What the host holds of each page of guest memory, and how it discards: in whole pages of its own. Discards may be
 * inhibited; when a device looks at that is its own affair, so that its steps ask `mayDiscard` and `discard` does not.
 */
export function hostMemory<const Name extends string, C>(
  page: IndexSet<Name, C>,
): HostMemory<Name, C> {
  const { action, part } = declare({
    constants: {
      /** log2 of the guest's pages in one of the host's own. */
      hostPageOrder: 0,
      /** Whether the host may forbid discards for a while (a device is assigned). */
      inhibition: false,
      /** Whether the guest fills what it frees with a pattern, and checks it. */
      poisoning: false,
    },
    state: {
      /** "stale": what nobody needs any more; "empty": nothing, the next touch brings a zero page. */
      content: each(
        page as IndexSet as IndexSet<"page", unknown>,
        oneOf("stale", "data", "pattern", "empty"),
      ),
      /** Whether the host discards at all. */
      discards: oneOf("allowed", "inhibited"),
    },
  });

  const hostInhibitsDiscards = action("host", {
    source: "ram_block_discard_disable",
    when: (seen, { inhibition }) => inhibition && seen.discards === "allowed",
    effect: (draft) => {
      draft.discards = "inhibited";
    },
  });
  const hostAllowsDiscards = action("host", {
    source: "ram_block_discard_disable",
    when: (seen) => seen.discards === "inhibited",
    effect: (draft) => {
      draft.discards = "allowed";
    },
  });

  const its: Omit<HostMemory<"page", unknown>, "part"> = {
    /** The guest writes: faults in what is empty. */
    write: (draft, pages) => {
      for (const p of pages) draft.content[p] = "data";
    },
    /** The guest has no use for it any more, and fills it with the pattern where it does that. */
    release: (draft, pages, { poisoning }) => {
      for (const p of pages) {
        if (poisoning) draft.content[p] = "pattern";
        else if (draft.content[p] === "data") draft.content[p] = "stale";
      }
    },
    /** Whether nothing forbids it (ram_block_discard_is_disabled). */
    mayDiscard: ({ discards }) => discards === "allowed",
    /**
     * ram_block_discard_range, of as many pages as 2^order of the guest's, whether or not `mayDiscard`; what is less than
     * a page of the host stays.
     */
    discard: (draft, pages, order, { hostPageOrder }) => {
      if (order < hostPageOrder) return;
      for (const p of pages) draft.content[p] = "empty";
    },
    /** The host has dropped it: the next touch brings a zero page. */
    isDiscarded: (state, p) => state.content[p] === "empty",
    hostActions: { hostInhibitsDiscards, hostAllowsDiscards },
  };
  return part(its) as unknown as HostMemory<Name, C>;
}
