/**
 * A lock that is reached through the data that it protects: compaction finds the device of a page in a field of the page
 * and, in the device, the lock under which deflation clears that field.
 *
 * Linux 8202313e3dfa, a3fafdd38967: balloon_page_isolate against balloon_page_dequeue. One page, of one balloon.
 *
 * Left out: what becomes of the page once it is isolated or given back, where its next owner may use the field as well.
 */
import { declare, oneOf, variant } from "../../spec/index.ts";

const { invariant, process, spec, witness } = declare({
  state: {
    page: oneOf("in the balloon", "isolated", "given back"),
    /** page->private */
    device: oneOf("set", "cleared"),
    compaction: oneOf("scans", "has a page", "has the device", "has no device", "holds the lock"),
    driver: oneOf("idle", "holds the lock"),
  },
});

const compaction = process("compaction");
const driver = process("driver");

const actions = {
  compactionFindsAPage: compaction.at("scans", {
    source: "isolate_movable_ops_page",
    to: "has a page",
    when: (state) => state.page === "in the balloon",
  }),
  compactionLooksUp: compaction.at("has a page", {
    source: "balloon_page_device",
    effect: (state) => (state.device === "set" ? "has the device" : "has no device"),
  }),
  compactionLocks: compaction.at("has the device", {
    to: "holds the lock",
    when: (state) => state.driver !== "holds the lock",
  }),
  compactionIsolates: compaction.at("holds the lock", {
    source: "balloon_page_isolate",
    to: "scans",
    effect: (state) => {
      state.page = "isolated";
    },
  }),
  driverLocks: driver.at("idle", {
    to: "holds the lock",
    when: (state) => state.compaction !== "holds the lock",
  }),
  driverDeflates: driver.at("holds the lock", {
    source: "balloon_page_dequeue",
    to: "idle",
    effect: (state) => {
      if (state.page !== "in the balloon") return;
      state.page = "given back";
      state.device = "cleared";
    },
  }),
};

const compactionLock = spec({
  name: "compaction-lock",
  title: "Compaction reaches the balloon's lock through the page that deflation takes away",
  actions,
  invariants: {
    compactionFindsTheLock: invariant((state) => state.compaction !== "has no device"),
    isolatedPageIsTheBalloons: invariant(
      (state) => state.page !== "isolated" || state.device === "set",
    ),
  },
  witnesses: {
    pageIsGivenBack: witness((state) => state.page === "given back"),
    pageIsIsolated: witness((state) => state.page === "isolated"),
  },
  expects: { breaks: ["compactionFindsTheLock"] },
});
export default compactionLock;

export const globalLock = variant(compactionLock, {
  name: "global-lock",
  because:
    "half of the fix: a lock that needs no device, and a field that may be cleared; what it said is relied on later",
  change: {
    actions: {
      compactionLooksUp: {
        effect: (state) => (state.device === "set" ? "has the device" : "scans"),
      },
    },
  },
  expects: { breaks: ["isolatedPageIsTheBalloons"] },
});

export const looksUpUnderTheLock = variant(globalLock, {
  name: "looks-up-under-the-lock",
  because: "the fix: the field is read where it cannot change",
  change: {
    actions: {
      compactionLooksUp: "removed",
      compactionLocks: { at: "has a page" },
      compactionIsolates: {
        effect: (state) => {
          if (state.device === "set") state.page = "isolated";
        },
      },
    },
  },
  expects: "holds",
});
