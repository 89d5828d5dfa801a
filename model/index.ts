export type { Digits, Layout, Permutation, State } from "./layout.ts";
export { instantiate, type Model, type ModelOptions } from "./model.ts";
export { choiceLabels, type Claim, type Step } from "./steps.ts";
export {
  allFunctionsOf,
  functionsOfInitial,
  functionsOf,
  functionsOfAction,
  type Proof,
  type Proofs,
  type SpecFunction,
} from "./source/proof.ts";
export { answersWrittenIn } from "./source/answers.ts";
export { commentsIn, type Module } from "./source/comments.ts";
export { usesFromOutside } from "./source/outside-of.ts";
export { type Unused, unusedIn } from "./source/unused.ts";
export { changedOfJavaScript } from "./source/pristine.ts";
export { type AnyFunction, originsOf, textOf } from "./source/written.ts";
export { guardFunctions, guardOutside } from "./outside.ts";
export type { Packing } from "./packing.ts";
export { compareDigits } from "./symmetry/compare-digits.ts";
export type { Symmetry } from "./symmetry/group.ts";
export { type Forms, formsOf, formsPay } from "./symmetry/compiled/forms.ts";
export { mix } from "./mix.ts";
export { OnlyVariables } from "./only-variables.ts";
export { Distrust, impure } from "./learned/distrust.ts";
export { type Knowledge, learn } from "./learned/knowledge.ts";
export { type Lessons, type LessonsOf, runsOf } from "./learned/lessons.ts";
export { EveryState } from "./learned/every-state.ts";
export { type PossibleDigits, possibleDigitsOf } from "./learned/possible.ts";
export type { KnownDigits } from "./learned/known-digits.ts";
export { notKnown, type Predicate, type PredicateGroup } from "./learned/predicates.ts";
export { firstLookBytes, mostMasked } from "./learned/compiled/first-look.ts";
export { type ActionStatistics, Relation } from "./learned/compiled/relation.ts";
export { entryBytesOf } from "./learned/compiled/states-in-memory.ts";
export { HashCode, type Value } from "./wasm/hash-code.ts";
export { Code, i32, i64, type Label, op, v128 } from "./wasm/code.ts";
export { ModuleBuilder, type ModuleOptions } from "./wasm/module.ts";
