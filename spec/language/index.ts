export { AssertionFailure, assert } from "./assert.ts";
export { declare } from "./declare.ts";
export { each, ghost, oneOf, optional, range, record, sequence, subset } from "./domain.ts";
export { buddies, type Index, interchangeable, ordered } from "./index-set.ts";
export type { Spec, Variant } from "./spec.ts";
export { SpecError } from "./spec-error.ts";
export { variant } from "./variant.ts";
