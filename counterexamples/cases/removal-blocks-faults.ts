/**
 * Removals and faults of one userfaultfd: while a removal is unread every copy is answered "again", and a handler that
 * goes on trying does not come to read it.
 *
 * Firecracker #4990, mended in e92a7ff01. Of what is unread the kernel hands out faults first (userfaultfd_ctx_read);
 * whoever removes waits until the removal has been read, and drops the page afterwards. A copy that is answered "again"
 * changes nothing, and is no step here.
 *
 * Left out: what a page is filled with, CPUs beside the one, and removal of several pages at once.
 */
import {
  declare,
  interchangeable,
  each,
  message,
  oneOf,
  optional,
  sequence,
  variant,
} from "../../spec/index.ts";

const page = interchangeable("page", 2);
const event = message({ fault: { page }, removal: {} });

const { action, process, spec, witness } = declare({
  state: {
    memory: each(page, oneOf("missing", "present")),
    /** What the CPU waits for. */
    fault: optional(page),
    /** Where MADV_DONTNEED is; copies succeed only while it is idle (mmap_changing). */
    balloon: oneOf("idle", "waits", "was read"),
    removed: optional(page),
    unread: sequence(event, 2),
    handler: oneOf("reads", "works"),
    /** The fault that the handler has read and not served. */
    read: optional(page),
  },
});

const balloon = process("balloon", { fairness: "weak" });
const handler = process("handler", { fairness: "weak" });

const actions = {
  cpuTouches: action("guest", {
    forAny: page,
    when: (state, p) => state.fault === "none" && state.memory[p] === "missing",
    effect: (state, p) => {
      state.fault = p;
      state.unread.push({ kind: "fault", page: p });
    },
  }),
  balloonRemoves: balloon.at("idle", {
    source: "userfaultfd_remove",
    fairness: "none",
    to: "waits",
    forAny: page,
    when: (state, p) => state.fault !== p,
    effect: (state, p) => {
      state.removed = p;
      state.unread.push({ kind: "removal" });
    },
  }),
  balloonDrops: balloon.at("was read", {
    source: "zap_page_range_single",
    to: "idle",
    effect: (state) => {
      if (state.removed !== "none") state.memory[state.removed] = "missing";
      state.removed = "none";
    },
  }),
  handlerReads: handler.at("reads", {
    source: "userfaultfd_ctx_read",
    to: "works",
    when: (state) => state.unread.length > 0,
    effect: (state) => {
      const fault = state.unread.findIndex(({ kind }) => kind === "fault");
      for (const next of state.unread.splice(Math.max(fault, 0), 1)) {
        if (next.kind === "fault") state.read = next.page;
        else state.balloon = "was read";
      }
    },
  }),
  handlerWorks: handler.at("works", {
    source: "UFFDIO_COPY",
    to: "reads",
    when: (state) => state.read === "none" || state.balloon === "idle",
    effect: (state) => {
      if (state.read === "none") return; // a removal is only noted
      state.memory[state.read] = "present";
      state.read = "none";
      state.fault = "none";
    },
  }),
};

const removalBlocksFaults = spec({
  name: "removal-blocks-faults",
  title: "A fault cannot be served before the removal behind it is read",
  actions,
  witnesses: { pageIsRemoved: witness((state) => state.balloon === "was read") },
  expects: { breaks: ["deadlockFreedom"] },
});
export default removalBlocksFaults;

export const readsAllFirst = variant(removalBlocksFaults, {
  name: "reads-all-first",
  because:
    "half of the fix: all is read before work begins, and a removal that comes later blocks it as well",
  change: {
    actions: { handlerReads: { to: "reads" as const } },
    added: {
      handlerHasReadAll: handler.at("reads", {
        to: "works",
        when: (state) => state.unread.length === 0 && state.read !== "none",
      }),
    },
  },
  expects: { breaks: ["deadlockFreedom"] },
});

export const readsWheneverAnsweredAgain = variant(readsAllFirst, {
  name: "reads-whenever-answered-again",
  because: 'the fix: a copy that is answered "again" is put off, and the handler reads on',
  change: {
    added: {
      handlerIsAnsweredAgain: handler.at("works", {
        to: "reads",
        when: (state) => state.read !== "none" && state.balloon !== "idle",
      }),
    },
  },
  expects: "holds",
});
