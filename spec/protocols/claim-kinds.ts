/*
 * What can be asked of a protocol that tells a hypervisor about pages, by the ids that claims have in their comments
 * ("S8: what the host may still act on is isolated"). A protocol has more claims than these; each of these is asked
 * of it if it is of the kind named.
 */

export interface ClaimKind {
  readonly id: string;
  /** A few words. */
  readonly title: string;
  /** The protocols of which it can be asked. */
  readonly askedOf: string;
}

const kind = (id: string, title: string, askedOf: string): ClaimKind => ({ id, title, askedOf });

export const claimKinds: readonly ClaimKind[] = [
  kind("S1", "page in use is not discarded", "protocols that promise it of every frame in use"),
  kind("S1w", "no write is lost", "protocols in which frames have content"),
  kind("S2", "stable page keeps its content", "protocols in which a page is declared stable"),
  kind(
    "S3",
    "discarded is never read as data",
    "protocols in which a page in use may be discarded",
  ),
  kind("S4", "unused page has no owner", "protocols in which a page is declared unused"),
  kind("S5", "state of a block is legal", "protocols in which usage and content are a pair"),
  kind("S6", "poison is preserved", "protocols beside an allocator that poisons free pages"),
  kind("S7", "reported block is free", "protocols that mark what was reported"),
  kind(
    "S8",
    "answered before it is used",
    "protocols that wait for an answer before a page is used again",
  ),
  kind("S9", "stale hint has no effect", "protocols whose hints belong to a round"),
  kind("S10", "frame is in one place", "protocols with an allocator or places for frames"),
  kind("S11", "no page is reported twice", "protocols with several messages or entries under way"),
  kind(
    "S12",
    "second report changes nothing",
    "protocols that may report what is reported already",
  ),
  kind(
    "S13",
    "block in limbo is not used",
    "protocols that hold a block outside of the lists, or counters beside them",
  ),
  kind("S14", "lock is held where needed", "protocols that take a lock in steps of their own"),
  kind("S15", "isolation is respected", "protocols beside isolated page blocks"),
  kind("S16", "no work after teardown", "protocols in which the device or driver can go away"),
  kind("S17", "whole host pages are given up", "protocols whose host pages may be larger"),
  kind("S18", "no volatile while relied on", "protocols in which a page in use is made volatile"),
  kind("S19", "idle means no work", "protocols whose reporter has a state beside its work"),
  kind("S20", "resident memory is bounded", "protocols that promise what the host gets back"),
  kind("L1", "free block is reported", "protocols that report asynchronously"),
  kind("L2", "it is reported in time", "protocols that promise a number of passes"),
  kind("L3", "isolated block comes back", "protocols that take blocks out of the lists"),
  kind("L4", "acknowledged block is not lost", "protocols that mark what was reported"),
  kind(
    "L5",
    "allocation makes progress",
    "protocols in which an allocation can wait or fail meanwhile",
  ),
  kind("L6", "reporter can come to rest", "all, beside the freedom from deadlock"),
  kind("L7", "reporter comes to rest", "protocols whose reporter runs by itself"),
  kind("L8", "nothing is kept once it is over", "protocols with rounds"),
  kind("L9", "discarded frame is reusable", "protocols in which a page in use may be discarded"),
  kind("L10", "volatile in the end", "protocols in which a page in use is made volatile"),
];
