/** The protocols that are shipped, with their variants, in the order in which they are listed: the small ones first. */
import type { Spec, Variant } from "../language/index.ts";
import linuxFreePageReporting, * as linuxFreePageReportingVariants from "./linux-free-page-reporting/variants.ts";
import pageRing, * as pageRingVariants from "./page-ring/variants.ts";
import s390GuestPageHinting, * as s390GuestPageHintingVariants from "./s390-guest-page-hinting/variants.ts";
import twoPhaseCommit, * as twoPhaseCommitVariants from "./two-phase-commit/variants.ts";
import virtioBalloon, * as virtioBalloonVariants from "./virtio-balloon/variants.ts";

export interface ShippedProtocol {
  readonly spec: Spec;
  readonly variants: readonly Variant[];
}

export const protocols: readonly ShippedProtocol[] = [
  shipped(twoPhaseCommit, twoPhaseCommitVariants),
  shipped(pageRing, pageRingVariants),
  shipped(virtioBalloon, virtioBalloonVariants),
  shipped(s390GuestPageHinting, s390GuestPageHintingVariants),
  shipped(linuxFreePageReporting, linuxFreePageReportingVariants),
];

/** Every variant that a file exports, sorted by name. */
function shipped(spec: Spec, file: Readonly<Record<string, unknown>>): ShippedProtocol {
  const variants = Object.values(file).filter(
    (value): value is Variant =>
      typeof value === "object" && value !== null && "kind" in value && value.kind === "variant",
  );
  return { spec, variants: variants.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}
