export { assert, asserting } from "./assert.ts";
export { AssertedIn, AssertionFailure, Assertions } from "./asserted.ts";
export { declare } from "./declare.ts";
export {
  also,
  type AnyDomain,
  type Domain,
  each,
  ghost,
  message,
  oneOf,
  optional,
  range,
  record,
  type Shape,
  sequence,
  subset,
} from "./domain.ts";
export { runEffects, runInitial } from "./effects.ts";
export { predicatesIn } from "./formula.ts";
export {
  buddies,
  type Constants,
  type Index,
  type BuddyTrees,
  type IndexSet,
  interchangeable,
  isIndexSet,
  ordered,
  sizeOf,
  valueOf,
} from "./index-set.ts";
export {
  hasBound,
  isAsserted,
  isLiveness,
  isSought,
  isPropertyKind,
  predicatesOf,
  type PropertyPart,
  type Subject,
  subjectOf,
} from "./kinds.ts";
export { unlistedIn } from "./listed.ts";
export type * from "./spec.ts";
export { kindOf } from "./made.ts";
export { isOfParts, type Part } from "./part.ts";
export { madeAt, mistake, Mistakes, notingMistakes } from "./mistakes.ts";
export {
  attempt,
  enterSpec,
  faultOf,
  leaveSpec,
  refusal,
  refuse,
  throwRefusal,
  unheard,
} from "./outside.ts";
export { isA, messageOf, show } from "./shown.ts";
export { type Keeper, keeper, saved, type Saving, savingOf, copied } from "./saved.ts";
export { judgedAnyway } from "./refuse.ts";
export { unseenFrom } from "./seen-from.ts";
export { SpecError } from "./spec-error.ts";
export { instance, protocolOf } from "./instance.ts";
export { variant } from "./variant.ts";
export { paragraph, printable, printableData, printableJson } from "./printable.ts";
export { closest, words } from "./words.ts";
