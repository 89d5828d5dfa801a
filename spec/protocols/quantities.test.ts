/**
 * What is said of the protocols in numbers, scaled down: how much of memory is not to be had while the host is at it, and
 * how many hints there are. That each bound is reached is a witness; beyond it nothing would be seen.
 */
import { expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import { type Constants, type Spec, variant } from "../index.ts";
import * as kvm from "./kvm-free-page-hint/claims.ts";
import * as linux from "./linux-free-page-reporting/claims.ts";
import * as ring from "./ring-of-hints/claims.ts";
import * as virtio from "./virtio-free-page-hint/claims.ts";
import * as young from "./young-idle-flags/claims.ts";

const because = "what is said of it in numbers";

interface Owners {
  filter(is: (owner: string) => boolean): readonly string[];
}
/** How many of a list of owners are these. */
const count = (owners: Owners, ...these: readonly string[]): number =>
  owners.filter((owner) => these.includes(owner)).length;

const reporting = variant(linux.linuxFreePageReporting, {
  name: "isolates-one-report",
  because,
  change: {
    properties: {
      neverMore: linux.protocol.invariant(
        (state, { capacity }) => count(state.owner, "isolated") <= capacity,
      ),
      asMuch: linux.protocol.witness(
        (state, { capacity }) => count(state.owner, "isolated") === capacity,
      ),
    },
  },
  expects: "holds",
});

const ringed = variant(ring.ringOfHints, {
  name: "isolates-a-ring",
  because,
  change: {
    properties: {
      neverMore: ring.protocol.invariant(
        (state, { ringSize }) => count(state.owner, "in the ring") <= ringSize,
      ),
      asMuch: ring.protocol.witness(
        (state, { ringSize }) => count(state.owner, "in the ring") === ringSize,
      ),
    },
  },
  expects: "holds",
});

/** Blocks that are neither free nor in use, nor on the list of a CPU. */
const inLimbo = ({ owner, list }: kvm.State): number =>
  owner.filter((its, b) => its === "being freed" && !list.some((small) => small.includes(b)))
    .length;

const hypercalls = variant(kvm.kvmFreePageHint, {
  name: "holds-one-block-each",
  because,
  change: {
    properties: {
      neverMore: kvm.protocol.invariant((state, { cpus }) => inLimbo(state) <= cpus),
      asMuch: kvm.protocol.witness((state, { cpus }) => inLimbo(state) === cpus),
    },
  },
  expects: "holds",
});

const flagged = variant(young.youngIdleFlags, {
  name: "takes-nothing-off",
  because,
  change: {
    properties: {
      neverMore: young.protocol.invariant(
        (state, { atOnce }) => count(state.hint, "begun", "told") <= atOnce,
      ),
      asMuch: young.protocol.witness(
        (state, { atOnce }) =>
          count(state.hint, "begun", "told") === atOnce &&
          state.hint.every((hint, b) => hint === "none" || state.owner[b] === "free"),
      ),
    },
  },
  expects: "holds",
});

const hinting = variant(virtio.virtioFreePageHint, {
  name: "hints-all-that-is-free",
  because,
  change: {
    properties: {
      /** ceil(n / 1,024) for n pages, of the largest blocks: here two pages each, in a round of a guest that does nothing else. */
      neverMore: virtio.protocol.within({
        from: (state) => state.worker === "starts",
        to: (state) => state.worker === "ends" || state.worker === "idle",
        counting: "workerHints",
        idle: ["guest", "kswapd"],
        atMost: ({ blocks }) => blocks,
      }),
      asMuch: virtio.protocol.witness((state, { blocks }) => count(state.owner, "held") === blocks),
    },
  },
  expects: "holds",
});

const claims: readonly (readonly [string, { readonly spec: Spec }, Constants])[] = [
  [
    "v17: as many as a report has room for (32)",
    reporting,
    { blocks: 4, users: 0, reportingOrder: 2, capacity: 2 },
  ],
  ["a ring: as many as it has entries (256)", ringed, {}],
  ["a hypercall: one of each CPU", hypercalls, {}],
  ["two flags: none, but as many as are hinted at once are of no use", flagged, {}],
  [
    "virtio: all that is free, each block by one hint",
    hinting,
    { blocks: 2, users: 0, rounds: 1, slots: 3 },
  ],
];

test.each(claims)("%s", (_claim, { spec }, constants) => {
  const { properties } = check(instantiate(spec, { constants }), {
    properties: ["neverMore", "asMuch"],
    audit: "none",
  });
  expect(properties.map(({ name, status }) => [name, status])).toEqual([
    ["neverMore", "holds"],
    ["asMuch", "seen"],
  ]);
});
