import { always, choicesOf } from "./choices.ts";
import { type FormulaOrPredicate, type FormulaWords, formulaOf } from "./formula.ts";
import { mistake } from "./mistakes.ts";
import { type IndexSet, isIndexSet } from "./index-set.ts";
import { demand, mayBeFunctions, refuseUnknown, truth } from "./refuse.ts";
import { seenFromOf } from "./seen-from.ts";
import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";
import type {
  Assertion,
  Invariant,
  LeadsTo,
  Predicate,
  Progress,
  Property,
  Recoverable,
  Recurrence,
  StepProperty,
  Temporal,
  Within,
  Witness,
} from "./spec.ts";

/*
 * What each property word comes to, without the types of its author. A claim with a part that is
 * missing, unknown or of another kind is a mistake of its author.
 */

interface ForAny {
  readonly forAny?: unknown;
  readonly seenFrom?: unknown;
}

/** What a claim may have whatever its kind. */
const common = ["forAny", "seenFrom"];

/** The choices of a claim, and where it must be seen. */
const commonOf = (
  what: string,
  { forAny, seenFrom }: ForAny,
): Pick<Property, "choices" | "seenFrom"> => ({
  choices: choicesOf(forAny),
  seenFrom: seenFromOf(what, seenFrom),
});

export const invariantOf = (claim: unknown): Invariant => ({
  kind: "invariant",
  ...claimed("An invariant", claim),
});

export function stepPropertyOf(claim: unknown): StepProperty {
  const by = typeof claim === "function" ? undefined : Object(claim).by;
  return { kind: "step property", by, ...claimed("A step property", claim, ["by"]) };
}

export function assertionOf(claim: unknown, more: Pick<ForAny, "seenFrom"> = {}): Assertion {
  if (typeof claim !== "string" || claim.trim() === "") {
    throw new SpecError(`assertion(...) takes what is claimed, in words, and got ${show(claim)}.`);
  }
  refuseUnknown("assertion", "part", more, ["seenFrom"]);
  return { kind: "assertion", ...commonOf("assertion", more), claim };
}

export function witnessOf(claim: unknown): Witness {
  const { choices, seenFrom, holds, when } = claimed("A witness", claim);
  return {
    kind: "witness",
    choices,
    seenFrom,
    holds: when === always ? holds : (...all) => truth("when", when(...all)) && holds(...all),
  };
}

export function leadsToOf(claim: Pick<LeadsTo, "from" | "to"> & ForAny): LeadsTo {
  refuseUnknown("leadsTo", "part", claim, [...common, "from", "to"]);
  demand("leadsTo", claim, { from: "function", to: "function" });
  const { from, to } = claim;
  return { kind: "leads to", ...commonOf("leadsTo", claim), from, to };
}

export const alwaysEventuallyOf = (claim: unknown): Recurrence => ({
  kind: "always eventually",
  ...recurring("alwaysEventually", claim),
});

export const eventuallyAlwaysOf = (claim: unknown): Recurrence => ({
  kind: "eventually always",
  ...recurring("eventuallyAlways", claim),
});

function recurring(word: string, claim: unknown): Omit<Recurrence, "kind"> {
  const { choices, seenFrom, when, holds } = claimed(word, claim);
  return {
    choices,
    seenFrom,
    when,
    holds: when === always ? holds : (...all) => !truth("when", when(...all)) || holds(...all),
  };
}

export function recoverableOf(
  claim: Pick<Recoverable, "to"> & { readonly when?: Predicate } & ForAny,
): Recoverable {
  refuseUnknown("recoverable", "part", claim, [...common, "when", "to"]);
  demand("recoverable", claim, { to: "function" });
  const { when, to } = claim;
  return { kind: "recoverable", ...commonOf("recoverable", claim), when: when ?? always, to };
}

export function withinOf(
  claim: Pick<Within, "from" | "to" | "counting" | "atMost"> &
    ForAny & { readonly idle?: readonly string[] | undefined },
): Within {
  refuseUnknown("within", "part", claim, [...common, "from", "to", "counting", "idle", "atMost"]);
  demand("within", claim, { from: "function", to: "function" });
  const { from, to, counting, idle = [], atMost } = claim;
  checkCount(counting, idle, atMost);
  return { kind: "within", ...commonOf("within", claim), from, to, counting, idle, atMost };
}

export function progressOf(
  claim: Pick<ForAny, "seenFrom"> & { readonly of?: unknown; readonly counting?: unknown },
): Progress {
  refuseUnknown("progress", "part", claim, ["of", "counting", "seenFrom"]);
  const { of, counting, seenFrom } = claim;
  const set = isIndexSet(of as object) ? (of as IndexSet) : undefined;
  if (set === undefined && typeof of !== "string") {
    throw new SpecError(
      `progress: "of" must be the name of an actor, or the index set of actors of which there is one for each ` +
        `element, and is ${show(of)}.`,
    );
  }
  return {
    kind: "progress",
    ...commonOf("progress", { forAny: set, seenFrom }),
    of: set?.name ?? (of as string),
    counting: progressOfWhich(counting),
  };
}

/** Which steps count as progress; says of anything that tells of none that it does not. */
function progressOfWhich(counting: unknown): Progress["counting"] {
  if (counting === undefined || typeof counting === "function") return counting as Predicate;
  const names: readonly unknown[] = Array.isArray(counting) ? counting : [counting];
  if (names.length === 0 || names.some((name) => typeof name !== "string")) {
    mistake(
      `progress: "counting" must be the name of an action, a list of such names, or a predicate, and is ${show(counting)}.`,
    );
  }
  return names.filter((name) => typeof name === "string");
}

export function temporalOf(
  claim: ForAny & {
    readonly formula: (words: FormulaWords<never>) => FormulaOrPredicate<never>;
  },
): Temporal {
  refuseUnknown("temporal", "part", claim, [...common, "formula"]);
  demand("temporal", claim, { formula: "function" });
  return {
    kind: "temporal",
    ...commonOf("temporal", claim),
    formula: formulaOf(claim.formula),
  };
}

/** A predicate, or a record of one with its conditions. */
function claimed(
  what: string,
  claim: unknown,
  more: readonly string[] = [],
): Omit<Invariant, "kind"> {
  if (typeof claim === "function") {
    return { choices: [], when: always, holds: claim as Predicate, explain: undefined };
  }
  refuseUnknown(what, "part", claim as object, [...common, "when", "holds", "explain", ...more]);
  demand(what, claim as object, { holds: "function" });
  mayBeFunctions(what, claim as object, ["when", "explain"]);
  const { when, holds, explain } = claim as Partial<Invariant>;
  return {
    ...commonOf(what, claim as ForAny),
    when: when ?? always,
    holds: holds as Predicate,
    explain,
  };
}

/** Says where a `within` does not say what it counts, who is idle, and how much is too much. */
function checkCount(counting: unknown, idle: unknown, atMost: unknown): void {
  if (typeof counting !== "string" && typeof counting !== "function") {
    mistake(
      `within: "counting" must be the name of an action or a predicate, and is a ${typeof counting}.`,
    );
  }
  if (!Array.isArray(idle) || idle.some((actor) => typeof actor !== "string")) {
    mistake(`within: "idle" must be a list of the names of actors.`);
  }
  if (typeof atMost !== "function" && !(Number.isInteger(atMost) && Number(atMost) >= 0)) {
    mistake(`within: "atMost" must be a whole number, 0 or more, or a function of the constants.`);
  }
}
