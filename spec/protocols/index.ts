export { type ClaimKind, claimKinds } from "./claim-kinds.ts";
export { type PublicCase, publicCases } from "./public-cases.ts";
import type { Spec, Variant } from "../language/index.ts";

/* The protocols that are shipped, each loaded by itself. */

export interface ShippedProtocol {
  readonly spec: Spec;
  readonly variants: readonly Variant[];
}

type VariantsFile = Readonly<Record<string, unknown>> & { readonly default: Spec };

/** How each is loaded, by its name, in the order in which they are listed: the small ones first. */
const files = {
  "two-phase-commit": () => import("./two-phase-commit/variants.ts"),
  "page-ring": () => import("./page-ring/variants.ts"),
  "balloon-inflate": () => import("./balloon-inflate/variants.ts"),
  "kvm-free-page-hint": () => import("./kvm-free-page-hint/variants.ts"),
  "percpu-page-hinting-v9": () => import("./percpu-page-hinting-v9/variants.ts"),
  "bitmap-page-reporting-v12": () => import("./bitmap-page-reporting-v12/variants.ts"),
  "ring-of-hints": () => import("./ring-of-hints/variants.ts"),
  "young-idle-flags": () => import("./young-idle-flags/variants.ts"),
  "virtio-free-page-hint": () => import("./virtio-free-page-hint/variants.ts"),
  "s390-batched-hinting": () => import("./s390-batched-hinting/variants.ts"),
  "s390-lazy-hinting": () => import("./s390-lazy-hinting/variants.ts"),
  "s390-guest-page-hinting": () => import("./s390-guest-page-hinting/variants.ts"),
  "linux-free-page-reporting": () => import("./linux-free-page-reporting/variants.ts"),
} satisfies Readonly<Record<string, () => Promise<VariantsFile>>>;

export const shippedNames = Object.keys(files) as readonly (keyof typeof files)[];

/** One of them, with every variant that its file exports, sorted by name; undefined if there is none of this name. */
export async function shippedNamed(name: string): Promise<ShippedProtocol | undefined> {
  if (!Object.hasOwn(files, name)) return undefined;
  const file: VariantsFile = await files[name as keyof typeof files]();
  const variants = Object.values(file).filter(
    (value): value is Variant =>
      typeof value === "object" && value !== null && "kind" in value && value.kind === "variant",
  );
  return {
    spec: file.default,
    variants: variants.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** All of them. */
export const shippedProtocols = async (): Promise<readonly ShippedProtocol[]> =>
  (await Promise.all(shippedNames.map(shippedNamed))) as readonly ShippedProtocol[];
