export type { Digits, Layout, Permutation, State } from "./layout.ts";
export {
  type Claim,
  instantiate,
  type Model,
  type ModelOptions,
  type Step,
  show,
} from "./model.ts";
export type { Packing } from "./packing.ts";
export type { Canonical, Symmetry } from "./symmetry.ts";
