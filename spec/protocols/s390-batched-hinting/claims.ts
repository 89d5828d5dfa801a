/** What must be true of batched hints of free pages, and the protocol with all of it. */
import {
  actions,
  assertions,
  block,
  frame,
  host,
  memory,
  perCpu,
  protocol,
  users,
} from "./protocol.ts";

const { invariant, pages, recoverable, spec, stepProperty, witness } = protocol;

const { ownerOf } = memory;

const invariants = {
  /** S10, S13 */
  ...memory.invariants,
  /** S10, S14 */
  ...perCpu.invariants,
  /** S1w */
  ...users.invariants,

  /** S4 */
  frameInUseIsStable: invariant({
    forAny: frame,
    when: (state, f) => memory.isUsed(ownerOf(state, f)),
    holds: (state, f) => state.usage[f] === "stable",
  }),
  /** S4, a.4 */
  listedFrameIsStable: invariant({
    forAny: frame,
    when: (state, f) => ownerOf(state, f) === "on a CPU's list",
    holds: (state, f) => state.usage[f] === "stable",
  }),
  /** S4, a.4: whose lists they are, those of the guest or of the loader. */
  buddyFrameIsUnused: invariant({
    forAny: frame,
    when: (state, f) => ownerOf(state, f) === "free",
    holds: (state, f) => state.usage[f] === "unused",
  }),
  /** S20, a.4: what the host does not get, though it is free, is as much as all lists may have: of one block, all of it. */
  stableFreeFramesAreFew: invariant({
    seenFrom: { blocks: 2 },
    holds: (state, { cpus, perCpuPages }) =>
      state.usage.filter((its, f) => its === "stable" && !memory.isUsed(ownerOf(state, f)))
        .length <=
      cpus * perCpuPages,
  }),
};

const stepProperties = {
  /** S1 */
  discardedFrameIsNotInUse: stepProperty({
    forAny: frame,
    by: "host",
    when: (before, after, f) => !host.isDiscarded(before, f) && host.isDiscarded(after, f),
    holds: (before, _after, f) => !memory.isUsed(ownerOf(before, f)),
    explain: (_before, _after, f) => `frame ${f} is discarded while it is in use`,
  }),
};

const witnesses = {
  /** The guest gets a frame that the host has dropped. */
  discardedFrameIsHandedOut: witness({
    forAny: frame,
    holds: (state, f) => host.isDiscarded(state, f) && ownerOf(state, f) === "handed out",
  }),
  /** What the batch spares: a frame is freed and handed out again without a word. */
  listIsFull: witness({
    forAny: perCpu.cpu,
    seenFrom: { perCpuPages: 2 },
    holds: (state, c, { perCpuPages }) => state.perCpuList[c].length === perCpuPages,
  }),
  /** The loader has free what the guest has written. */
  loaderStandsOnWhatIsSaved: witness({
    forAny: block,
    holds: (state, b) =>
      state.image !== "none" && state.image.owner[b] === "written" && state.owner[b] === "free",
  }),
  /** The loader uses memory itself. */
  loaderHasAnAllocation: witness({
    forAny: block,
    holds: (state, b) => state.kernel === "the loader" && memory.isUsed(state.owner[b]),
  }),
};

const liveness = {
  ...perCpu.liveness,
  /** What is unused is of use to the host. */
  unusedFrameCanBeDiscarded: recoverable({
    forAny: frame,
    when: (state, f) => state.usage[f] === "unused",
    to: (state, f) => state.usage[f] === "unused" && host.isDiscarded(state, f),
  }),
};

const contents = spec({
  name: "s390-batched-hinting",
  title:
    "a guest declares its free pages in batches, where they go from a CPU's list to the buddy lists",
  initial: memory.boot,
  actions,
  invariants,
  stepProperties,
  assertions,
  witnesses,
  liveness,
  pages: pages({
    forEach: frame,
    state: (state, f) => state.usage[f],
    discarded: (state, f) => host.isDiscarded(state, f),
  }),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface S390BatchedHinting extends Contents {}
export const s390BatchedHinting: S390BatchedHinting = contents;
export default s390BatchedHinting;
export * from "./protocol.ts";
