export type { Digits, Layout, Permutation, State } from "./layout.ts";
export { instantiate, type Model, type ModelOptions } from "./model.ts";
export type { Claim, Step } from "./steps.ts";
export {
  allFunctionsOf,
  functionsOfInitial,
  functionsOf,
  functionsOfAction,
  type Proof,
  type Proofs,
  type SpecFunction,
} from "./source/proof.ts";
export { changedOfJavaScript } from "./source/pristine.ts";
export { type AnyFunction, originsOf, textOf } from "./source/written.ts";
export { guardFunctions, guardOutside } from "./outside.ts";
export type { Packing } from "./packing.ts";
export type { Symmetry } from "./symmetry/group.ts";
export { mix } from "./mix.ts";
export { type Knowledge } from "./learned/diagram.ts";
export {
  type ActionStatistics,
  Distrust,
  entryBytesOf,
  impure,
  notKnown,
  type Predicate,
  type PredicateGroup,
  type Relation,
  relationOf,
} from "./learned/relation.ts";
export { Code, i32, i64, type Label, op, v128 } from "./wasm/code.ts";
export { ModuleBuilder, type ModuleOptions } from "./wasm/module.ts";
