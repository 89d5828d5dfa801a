import {
  type AnyDomain,
  declare,
  type Domain,
  oneOf,
  record,
  sequence,
  type Part,
} from "../language/index.ts";
import type { NeedsOf, ReadOf, WriteOf } from "../language/domain.ts";
import type { Size } from "../language/index-set.ts";

type Buffer = "none" | "available" | "popped" | "used";
export interface VirtqueueState<Entry> {
  readonly buffer: Buffer;
  readonly entries: readonly Entry[];
}
export interface VirtqueueDraft<Entry> {
  buffer: Buffer;
  entries: Entry[];
}

/**
 * A virtqueue with one buffer at a time: the driver makes it available, the device pops it, goes through its entries
 * and pushes it as used, and the driver takes it back. That is how the balloon driver uses its queues: it waits for
 * each. Left out: notifications that are lost or suppressed, and the length in the used ring.
 */
export function virtqueue<const Name extends string, D extends AnyDomain, C = unknown>(
  /** Of its variable. */
  name: Name,
  its: {
    /** What an entry of a buffer is. */
    readonly of: D;
    /** How many entries a buffer has at most. */
    readonly capacity: Size<C>;
  },
) {
  type Variables = {
    readonly [name in Name]: Domain<
      VirtqueueState<ReadOf<D>>,
      VirtqueueDraft<WriteOf<D>>,
      C & NeedsOf<D>
    >;
  };
  type Seen = { readonly [name in Name]: VirtqueueState<ReadOf<D>> };
  type Draft = { readonly [name in Name]: VirtqueueDraft<WriteOf<D>> };

  const state = {
    [name]: record({
      buffer: oneOf("none", "available", "popped", "used"),
      entries: sequence(its.of, its.capacity),
    }),
  };
  const { part } = declare({ state: state as never });

  const offered = {
    /** The driver has the buffer. */
    isFree: (seen: Seen): boolean => seen[name].buffer === "none",
    /** The device may pop it. */
    isAvailable: (seen: Seen): boolean => seen[name].buffer === "available",
    /** The device works on it. */
    isPopped: (seen: Seen): boolean => seen[name].buffer === "popped",
    /** The device has answered. */
    isUsed: (seen: Seen): boolean => seen[name].buffer === "used",
    /** The device has gone through all entries. */
    isDone: (seen: Seen): boolean =>
      seen[name].buffer === "popped" && seen[name].entries.length === 0,
    /** virtqueue_add and virtqueue_kick */
    add: (draft: Draft, entries: readonly WriteOf<D>[]): void => {
      draft[name].buffer = "available";
      draft[name].entries = [...entries];
    },
    /** virtqueue_get_buf, with which the driver has its buffer back */
    takeBack: (draft: Draft): void => {
      draft[name].buffer = "none";
    },
    /** virtqueue_pop */
    pop: (draft: Draft): void => {
      draft[name].buffer = "popped";
    },
    /** The next entry, to be worked on; undefined if there is none. */
    next: (draft: Draft): WriteOf<D> | undefined => draft[name].entries.shift(),
    /** virtqueue_push and virtio_notify */
    push: (draft: Draft): void => {
      draft[name].buffer = "used";
      draft[name].entries = [];
    },
    /** virtio_reset_device: what the device had not answered it never will, and the driver has its buffer back. */
    reset: (draft: Draft): void => {
      draft[name].buffer = "none";
      draft[name].entries = [];
    },
  };
  return part(offered) as typeof offered & Part<Readonly<Record<never, never>>, Variables>;
}
