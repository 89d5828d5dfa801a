/*
 * Faults from public trackers and lists, by the names under which they are said: as variants of a shipped protocol, or as
 * protocols of their own, which are files in counterexamples/cases/. What came of them is in the records.
 */

export interface PublicCase {
  readonly id: string;
  readonly source: string;
  /** What kind of fault it is. */
  readonly fault: string;
  /** A shipped protocol, or a file. */
  readonly saidIn: { readonly protocol: string } | { readonly file: string };
  /** The variants that have the fault; of a file it may be the protocol itself. */
  readonly mistakes: readonly string[];
  readonly repairs: readonly string[];
}

const linux = { protocol: "linux-free-page-reporting" };
const s390 = { protocol: "s390-guest-page-hinting" };

/** A case that has a file to itself, and is made by what the file is called after. */
const own = (
  id: string,
  name: string,
  repair: string,
  source: string,
  fault: string,
): PublicCase => ({
  id,
  source,
  fault,
  saidIn: { file: `${name}.ts` },
  mistakes: [name],
  repairs: [repair],
});

export const publicCases: readonly PublicCase[] = [
  {
    id: "c1",
    source: "virtio-win/kvm-guest-drivers-windows issue 1626",
    fault:
      "an error path omitted on one of several equal paths; an unbounded wait for a message that was not sent",
    saidIn: linux,
    mistakes: ["waits-for-what-was-not-sent"],
    repairs: ["looks-whether-it-was-sent"],
  },
  {
    id: "c2",
    source:
      'linux-mm, RFC of 12 April 2026, "skip redundant zeroing of host-zeroed reported pages", and its v2',
    fault: "an acknowledgement taken for an effect",
    saidIn: linux,
    mistakes: ["skips-zeroing-of-reported-blocks", "skips-zeroing-on-large-host-pages"],
    repairs: ["skips-zeroing-of-what-was-discarded"],
  },
  {
    id: "c3",
    source: 'Linux commit b827ef02f409, "Remove non-atomic dat_crstep_xchg()"',
    fault: "read, modify, write of a shared word without atomicity",
    saidIn: s390,
    mistakes: ["host-writes-what-it-read"],
    repairs: ["host-compares-and-exchanges"],
  },
  {
    id: "c4",
    source: "tinylabscom/mvm issue 3381",
    fault: "completion signalled before the effect",
    saidIn: linux,
    mistakes: ["answers-before-it-releases"],
    repairs: ["answers-when-all-is-released"],
  },
  own(
    "c5",
    "postcopy-balloon",
    "refuses-during-postcopy",
    "QEMU commit 371ff5a3f04c; Linux commit fa41ba0d08de is kin",
    "at-most-once delivery against a second party that may drop what was delivered",
  ),
  own(
    "c6",
    "removal-blocks-faults",
    "reads-whenever-answered-again",
    "Firecracker issue 4990, commit e92a7ff01",
    "a retry loop that waits for what only it can do; head-of-line blocking in a queue of two kinds of message",
  ),
  own(
    "c7",
    "stale-source",
    "looks-up-where-it-fills",
    "e2b-dev/infra PR 1896, mended in 2520",
    "check, then act, across threads",
  ),
  own(
    "c8",
    "unplug-order",
    "removes-the-slot-first",
    "Firecracker commit 8c4bc5a52",
    "taking away before access is revoked",
  ),
  {
    id: "c9",
    source: "Firecracker PR 2590",
    fault: "a token lost because one side's memory is not part of the saved state",
    saidIn: { protocol: "balloon-inflate" },
    mistakes: ["forgets-the-buffer"],
    repairs: ["takes-the-buffer-over", "rewinds-the-queue"],
  },
  {
    id: "c10",
    source: "Linux commit 71994620bb25, undone in 2020",
    fault: "two control loops undo each other",
    saidIn: { protocol: "balloon-inflate" },
    mistakes: ["is-a-shrinker"],
    repairs: ["shrinks-for-others-only"],
  },
  own(
    "c11",
    "compaction-lock",
    "looks-up-under-the-lock",
    "Linux commits 8202313e3dfa, a3fafdd38967",
    "a lock reached through the data that it protects",
  ),
  own(
    "c12",
    "control-tube",
    "says-when-ready",
    "crosvm commit c4e3eb2ec",
    "a bounded channel, a reader that may never exist, a writer that must not block",
  ),
  own(
    "c13",
    "private-memory-plugged-again",
    "releases-by-itself",
    "linux-kernel, RFC of April 2026, virtio-mem in TDX guests",
    "trusting the other side to have done an optional step; an ignored error stands for success",
  ),
  own(
    "c14",
    "doorbell-before-activation",
    "rings-on-activation",
    "Firecracker commits 9f6c3b802, 0899ee515",
    "a lost wakeup introduced by the fix of a busy loop",
  ),
  own(
    "c15",
    "stuck-worker",
    "watchdog-frees-the-worker",
    "a toy",
    "a worker that gets stuck beside a loop that polls for ever",
  ),
  own(
    "c16",
    "polls-what-stays-ready",
    "leaves-at-the-end",
    "openvmm PR 4036 and cloud-hypervisor PR 7605 are of this kind",
    "a loop that is possible for ever and makes no progress",
  ),
];
