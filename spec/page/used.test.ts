import { expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import { few } from "../../toys/share.ts";
import type { Constants, Spec, StepProperty } from "../language/index.ts";
import { balloonInflate } from "../protocols/balloon-inflate/claims.ts";
import { kvmFreePageHint } from "../protocols/kvm-free-page-hint/claims.ts";
import { bitmapPageReportingV12 } from "../protocols/bitmap-page-reporting-v12/claims.ts";
import { linuxFreePageReporting } from "../protocols/linux-free-page-reporting/claims.ts";
import { protocols } from "../../toys/protocols.ts";
import { pageRing } from "../protocols/page-ring/claims.ts";
import { percpuPageHintingV9 } from "../protocols/percpu-page-hinting-v9/claims.ts";
import { ringOfHints } from "../protocols/ring-of-hints/claims.ts";
import { s390BatchedHinting } from "../protocols/s390-batched-hinting/claims.ts";
import { s390LazyHinting } from "../protocols/s390-lazy-hinting/claims.ts";
import { s390GuestPageHinting } from "../protocols/s390-guest-page-hinting/claims.ts";
import { virtioFreePageHint } from "../protocols/virtio-free-page-hint/claims.ts";
import { youngIdleFlags } from "../protocols/young-idle-flags/claims.ts";
import { pageStates, reasonToChange } from "./index.ts";

/** What the table allows, each as "from to". */
const allowed = pageStates.flatMap((from) =>
  pageStates.filter((to) => reasonToChange(from, to) !== undefined).map((to) => `${from} ${to}`),
);

/** The changes that steps of a protocol make; that it makes no other is `pageStepIsLegal`. */
function changesIn(spec: Spec, constants: Constants): readonly string[] {
  const { page, state } = spec.pages as NonNullable<Spec["pages"]>;
  const stateOf = state as unknown as (...all: unknown[]) => unknown;
  const never = allowed.map((change): readonly [string, StepProperty] => {
    const [from, to] = change.split(" ");
    return [
      change,
      {
        kind: "step property",
        choices: [page],
        by: undefined,
        when: (before, _after, p, bounds) => stateOf(before, p, bounds) === from,
        holds: (_before, after, p, bounds) => stateOf(after, p, bounds) !== to,
        explain: undefined,
      },
    ];
  });
  const properties = { ...spec.properties, ...Object.fromEntries(never) };
  const asked = { ...spec, properties, mayEnd: () => true };
  return check(instantiate(asked, { constants }), { properties: allowed })
    .properties.filter(({ status }) => status === "violated")
    .map(({ name }) => name);
}

interface Use {
  readonly of: Spec;
  readonly constants: Constants;
  readonly changes: readonly string[];
}

const uses: readonly Use[] = [
  {
    of: pageRing,
    constants: { pages: 1 },
    changes: [
      "free isolated",
      "free stable",
      "isolated reported",
      "reported stable",
      "stable free",
    ],
  },
  {
    of: s390GuestPageHinting,
    constants: { cpus: 1 },
    changes: [
      "stable unused",
      "stable volatile",
      "unused stable",
      "volatile stable",
      "volatile unused",
    ],
  },
];
const largeUses: readonly Use[] = [
  {
    of: linuxFreePageReporting,
    constants: { blocks: 1, poisoning: true, pagePoison: true },
    changes: ["isolated poisoned", "stable poisoned", "poisoned isolated", "poisoned stable"],
  },
  {
    of: linuxFreePageReporting,
    constants: { blocks: 1 },
    changes: [
      "free isolated",
      "free stable",
      "isolated free",
      "isolated reported",
      "reported free",
      "stable free",
    ],
  },
  {
    of: kvmFreePageHint,
    constants: { users: 1 },
    changes: ["free isolated", "free stable", "isolated free", "stable free"],
  },
  {
    of: percpuPageHintingV9,
    constants: { blocks: 1 },
    changes: ["free isolated", "free stable", "isolated free", "stable free"],
  },
  {
    of: bitmapPageReportingV12,
    constants: { blocks: 1, batch: 1 },
    changes: ["free isolated", "free stable", "isolated free", "stable free"],
  },
  {
    of: youngIdleFlags,
    constants: { blocks: 1 },
    changes: [
      "free isolated",
      "free stable",
      "isolated free",
      "isolated reported",
      "reported free",
      "reported stable",
      "stable free",
    ],
  },
  {
    of: ringOfHints,
    constants: { blocks: 1 },
    changes: [
      "free isolated",
      "free stable",
      "isolated reported",
      "reported free",
      "reported stable",
      "stable free",
    ],
  },
  {
    of: s390BatchedHinting,
    constants: { cpus: 1 },
    changes: ["stable unused", "unused stable"],
  },
  {
    of: s390LazyHinting,
    constants: { frames: 1, tableSize: 1 },
    changes: [
      "stable unused",
      "stable volatile",
      "unused stable",
      "volatile stable",
      "volatile unused",
    ],
  },
  {
    of: balloonInflate,
    constants: {},
    changes: ["free stable", "stable free", "stable unused", "unused stable"],
  },
  {
    of: virtioFreePageHint,
    constants: { rounds: 1, slots: 2 },
    changes: ["free stable", "stable free", "stable unused", "unused stable"],
  },
];

test.each(few(uses, [...uses, ...largeUses]))("$of.name, $constants: $changes", (use) => {
  expect(changesIn(use.of, use.constants).toSorted()).toEqual(use.changes.toSorted());
});

test("what the table allows and no shipped protocol does is known", () => {
  const all = [...uses, ...largeUses];
  const withPages = protocols.filter(({ spec }) => spec.pages !== undefined);
  expect(withPages.map(({ spec }) => spec.name).toSorted()).toEqual(
    [...new Set(all.map(({ of }) => of.name))].toSorted(),
  );
  const used = all.flatMap(({ changes }) => changes);
  expect(used.filter((change) => !allowed.includes(change))).toEqual([]);
  expect(allowed.filter((change) => !used.includes(change))).toEqual(["free unused"]);
});
