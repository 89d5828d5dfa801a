import { entryBytesOf, firstLookBytes, type Model } from "../../model/index.ts";
import { isLiveness } from "../../spec/index.ts";
import { batch, type Head } from "./inner-loop-code.ts";
import { packedBytes } from "./parts.ts";
import { mostLivenessGroups } from "./predicate-groups.ts";

/** Addresses in an explorer's own part of the memory, with what only JavaScript looks at. */
export interface WholeHead extends Head {
  /** How many states were audited, and how many of their steps, 64 bits each. */
  readonly audited: number;
  /** Room for one state. */
  readonly scratch: number;
  /** Room for the code of canonical forms. */
  readonly forms: number;
  readonly formsBytes: number;
  /** Of states of several words: room for the one that JavaScript looks at. */
  readonly spelled: number;
  /** Room for the lists of predicates. */
  readonly lists: number;
  readonly listBytes: number;
  readonly end: number;
}

/** Classes of steps are at most so many; further ones are asked everything. */
export const mostClasses = 8192;

const listBytes = 2 ** 22;

/** What the code of canonical forms has to itself; more than that is left to JavaScript. */
const formsBytes = 2 ** 17;

/** What is where in an explorer's part of the memory, which begins there. */
export function headOf(model: Model, at: number): WholeHead {
  const actions = Object.keys(model.spec.actions).length;
  const entryBytes = entryBytesOf(model);
  const most = slackOf(model);
  const isPacked = model.packing.words > 1;
  let end = at;
  const take = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / 64) * 64;
    return start;
  };
  return {
    taken: take(8 * actions),
    audited: take(16),
    judged: take(4 * actions),
    changed: take(4 * actions),
    spoken: take(4 * tableSizeOf(model)),
    classes: take(8 * mostClasses),
    successors: take(most * entryBytes),
    sifted: take(4 * most),
    packed: take(isPacked ? most * packedBytes : 0),
    current: take(isPacked ? entryBytes : 0),
    spelled: take(isPacked ? entryBytes : 0),
    scratch: take(entryBytes),
    forms: take(formsBytes),
    formsBytes,
    firstLook: take(firstLookBytes),
    lists: take(listBytes),
    listBytes,
    end,
  };
}

/** The bytes of an explorer's part of the memory. */
export const headBytes = (model: Model): number => headOf(model, 0).end;

/** States that one explorer may still add when it has seen that there is no more room. */
export const slackOf = (model: Model): number => batch + model.steps.length + 1;

/** How many functions the table has: actions, predicates, one that does not know, and the first look. */
export const tableSizeOf = (model: Model): number =>
  Object.keys(model.spec.actions).length +
  model.claims
    .filter(({ property }) => !isLiveness(property.kind))
    .reduce((sum, { choices }) => sum + choices.length, 0) +
  mostLivenessGroups(model) +
  2;
