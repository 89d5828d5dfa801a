import {
  type AnyDomain,
  declare,
  type Domain,
  each,
  type Index,
  type IndexSet,
  type Part,
  sequence,
} from "../language/index.ts";
import type { MutablePerIndex, NeedsOf, PerIndex, ReadOf, WriteOf } from "../language/domain.ts";

/**
 * Store buffers, as of x86 and SPARC (total store order): what a processor stores with a plain store is first in a buffer
 * of its own, first in and first out; it reaches memory later, at any moment. The processor itself sees it at once, the
 * others do not. So a load may be done before a store that comes before it in the program, and that is all that is out of
 * order. A full barrier and every locked instruction (an exchange, the taking of a lock) wait until the buffer is empty:
 * such a step is possible where `isDrained` says so.
 *
 * Memory is the protocol's: `load` answers what is in the buffer, and where that has nothing, memory is read; what a store
 * does when it gets there is `reach`. The step in which it does is the protocol's as well: `drain`, where not all is drained.
 * Left out: weaker orders, in which also stores pass each other, or loads.
 */
export function storeBuffers<const Name extends string, D extends AnyDomain, Memory, C = unknown>(
  processor: IndexSet<Name, C>,
  its: {
    /** A store, a record or a message: a variable and what it becomes. */
    readonly of: D;
    /** How many stores a buffer has room for; a processor with a full one waits for the oldest. With 0 there are none. */
    readonly capacity: number;
    /** What a store does to memory. */
    readonly reach: (draft: Memory, store: WriteOf<D>) => void;
  },
) {
  type Of = C & NeedsOf<D>;
  type Variables = {
    readonly storeBuffer: Domain<
      PerIndex<Name, readonly ReadOf<D>[]>,
      MutablePerIndex<Name, WriteOf<D>[]>,
      Of
    >;
  };
  type Seen = { readonly storeBuffer: PerIndex<Name, readonly ReadOf<D>[]> };
  type Draft = Memory & { readonly storeBuffer: MutablePerIndex<Name, WriteOf<D>[]> };
  type Processor = Index<Name>;

  /** What each processor has stored and memory does not have, the oldest first. */
  const storeBuffer = each(
    processor as IndexSet as IndexSet<Name, unknown>,
    sequence(its.of, its.capacity),
  );
  const { part } = declare({ state: { storeBuffer } as never });

  /** Of one processor; an index of a set that is not known yet TypeScript does not follow. */
  const seenOf = (seen: Seen, p: Processor) => seen.storeBuffer[p] as readonly ReadOf<D>[];
  const bufferOf = (draft: Draft, p: Processor) => draft.storeBuffer[p] as WriteOf<D>[];
  /** The oldest store of a processor reaches memory. */
  const drain = (draft: Draft, p: Processor): void => {
    const oldest = bufferOf(draft, p).shift();
    if (oldest !== undefined) its.reach(draft, oldest);
  };
  const offered = {
    /** For a variant, which has no parts: its variables. */
    variables: { storeBuffer } as unknown as Variables,
    drain,
    /** All that a processor has stored is in memory, where others see it. */
    isDrained: (seen: Seen, p: Processor): boolean => seenOf(seen, p).length === 0,
    /** A plain store. */
    store: (draft: Draft, p: Processor, store: WriteOf<D>): void => {
      const buffer = bufferOf(draft, p);
      if (buffer.length === its.capacity) drain(draft, p);
      if (its.capacity > 0) buffer.push({ ...(store as object) } as WriteOf<D>);
      else its.reach(draft, store);
    },
    /** What a processor loads of what it has stored itself, the last of those that `isOf` is true of; undefined: memory says. */
    load: (seen: Seen, p: Processor, isOf: (store: ReadOf<D>) => boolean): ReadOf<D> | undefined =>
      seenOf(seen, p).findLast(isOf),
  };
  return part(offered) as typeof offered & Part<Readonly<Record<never, never>>, Variables>;
}
