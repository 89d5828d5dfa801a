import { type Also, type AnyDomain, type Domain, domainOf, widened, wordsIn } from "./domain.ts";
import { contractOf } from "../page/page-view.ts";
import { adopted } from "./adopted.ts";
import { type Contents, initialOf } from "./contents.ts";
import type { ProtocolWords } from "./declare.ts";
import { refuseForeign } from "./foreign.ts";
import { withConstants } from "./instance.ts";
import { isAssertion, isPropertyKind } from "./kinds.ts";
import { markListed } from "./listed.ts";
import { kindOf, made, recordOf } from "./made.ts";
import { isStandIn, mistake, orStandIn } from "./mistakes.ts";
import { type DraftAt, movedAction, type PlaceOf, type PlaceVariable } from "./process.ts";
import {
  checkConstants,
  checkFairness,
  checkProtocolFairness,
  checkSymmetry,
  demand,
  isRecord,
  kindOfListed,
  mayBeFunctions,
  mayBeText,
  refuseJudgedAnyway,
  refuseUnknown,
  suggestion,
} from "./refuse.ts";
import { show } from "./shown.ts";
import type {
  Action,
  Assertion,
  Effect,
  Initial,
  PageView,
  Predicate,
  Property,
  Spec,
} from "./spec.ts";
import { SpecError } from "./spec-error.ts";
import { type Saved, withSaved } from "./saved.ts";
import type { ActionDefinition, Additions, Chosen, ForAny, TypedAction } from "./typed.ts";

/** What is replaced in one action; what is left out stays. */
type ActionChange<A, State, Draft, Values> =
  A extends TypedAction<infer _S, infer _D, infer Arguments, infer Variable>
    ? Arguments extends readonly [...infer Choices, unknown]
      ? [Variable] extends [never]
        ? ReplacedParts<State, Draft, [...Choices, Values], void>
        : StepChange<State, Draft, [...Choices, Values], Variable & PlaceVariable<State>>
      : never
    : never;

interface ReplacedParts<State, Draft, Arguments extends readonly unknown[], Answer> {
  readonly when?: (state: State, ...rest: Arguments) => boolean;
  readonly effect?: (draft: Draft, ...rest: Arguments) => Answer;
  /** What happens behind the effect, in the same step; `before` is the state before the step, to be read. */
  readonly afterwards?: (draft: Draft, before: State, ...rest: Arguments) => void;
  readonly fairness?: Action["fairness"];
  readonly source?: string;
}

/** Of a step of a process also where it is taken, and where it leads. */
interface StepChange<
  State,
  Draft,
  Arguments extends readonly unknown[],
  Variable extends PlaceVariable<State>,
> extends ReplacedParts<
    State,
    DraftAt<State, Draft, Variable>,
    Arguments,
    // biome-ignore lint/suspicious/noConfusingVoidType: an effect that answers nothing
    PlaceOf<State[Variable]> | void
  > {
  readonly at?:
    | PlaceOf<State[Variable]>
    | readonly [PlaceOf<State[Variable]>, ...PlaceOf<State[Variable]>[]];
  readonly to?: PlaceOf<State[Variable]>;
}

/** A change to a protocol: a historical version, a proposal, a deliberate mistake (a mutant), a fix. */
export interface Change<Actions, State, Draft, Values, Added, F extends ForAny> {
  /** Constants of the base, with other values. */
  readonly constants?: Partial<Values>;
  /** The fairness of the whole. */
  readonly fairness?: Spec["fairness"];
  /** Whether a search makes use of the declared symmetry. */
  readonly symmetry?: Spec["symmetry"];
  /** Replaces what the base begins with, or changes it afterwards. */
  readonly initial?:
    | ((draft: Draft, constants: Values) => void)
    | Omit<ActionDefinition<State, Draft, [...Chosen<F>, Values], F>, "fairness" | "source">
    | { readonly afterwards: (draft: Draft, constants: Values) => void };
  /** For each action: what is replaced, or "removed" (with `added` for one with other choices). */
  readonly actions?: {
    readonly [name in keyof Actions]?:
      | ActionChange<Actions[name], State, Draft, Values>
      | "removed";
  };
  /** Actions that the base does not have. */
  readonly added?: Added;
  /** Further claims; one with the name of an old one takes its place, "removed" drops it. */
  readonly properties?: Readonly<Record<string, Property | "removed">>;
  /** The states of the page contract; what it demands takes the place of what it demanded. */
  readonly pages?: PageView;
  readonly mayEnd?: (state: State, constants: Values) => boolean;
}

/** The words that a change is given, typed by the state of the variant. */
export type VariantWords<State, Draft, Values> = Omit<
  ProtocolWords<State, Draft, Values>,
  "spec" | "type"
>;

/** A change without the types of its author. */
export interface AnyChange {
  readonly constants?: Spec["constants"] | undefined;
  readonly fairness?: Spec["fairness"] | undefined;
  readonly symmetry?: Spec["symmetry"] | undefined;
  readonly initial?: Contents["initial"] | { readonly afterwards: Effect };
  readonly actions?: Readonly<Record<string, AnyActionChange | "removed" | undefined>> | undefined;
  readonly added?: Readonly<Record<string, Action>> | undefined;
  readonly properties?: Readonly<Record<string, Property | "removed">> | undefined;
  readonly pages?: PageView | undefined;
  readonly mayEnd?: Predicate | undefined;
}

interface AnyActionChange extends Partial<Pick<Action, "when" | "effect" | "fairness" | "source">> {
  readonly afterwards?: Effect | undefined;
  readonly at?: unknown;
  readonly to?: unknown;
}

const parts: readonly string[] = [
  "constants",
  "fairness",
  "symmetry",
  "initial",
  "actions",
  "added",
  "properties",
  "pages",
  "mayEnd",
];

/**
 * A spec with further variables, further words of those that there are, and further constants. Says what of these cannot
 * be added; what is left only stands in for what was meant.
 */
export function withAdditions(
  where: string,
  from: Spec,
  state: Additions,
  constants: Spec["constants"],
): Spec {
  return orStandIn(
    () => ({
      ...from,
      constants: withMoreConstants(where, from, recordOf(`${where}: "constants"`, constants)),
      state: withMoreState(where, from, recordOf(`${where}: "state"`, state)),
    }),
    () => ({ ...from }),
  );
}

function withMoreConstants(
  where: string,
  { constants }: Spec,
  more: Readonly<Record<string, unknown>>,
): Spec["constants"] {
  checkConstants(where, more);
  for (const name of Object.keys(more).filter((one) => Object.hasOwn(constants, one))) {
    mistake(
      `${where}: the constant ${name} exists; its value is changed by "constants" of the change.`,
    );
  }
  return { ...constants, ...(more as Spec["constants"]) };
}

function withMoreState(
  where: string,
  { state }: Spec,
  more: Readonly<Record<string, unknown>>,
): Spec["state"] {
  const domains: Record<string, Domain | Saved> = { ...state };
  for (const [name, of] of Object.entries(more)) {
    const isThere = Object.hasOwn(state, name);
    if (kindOf(of) === "also") {
      if (isThere) {
        domains[name] = withWords(where, name, state[name] as Domain, of as Also);
        continue;
      }
      const known = suggestion(name, Object.keys(state));
      mistake(`${where}: there is no variable ${name} to give further words${known}`);
    } else if (isThere) {
      mistake(`${where}: the variable ${name} exists; also("...") gives it further words.`);
    } else domains[name] = kindOf(of) === "saved" ? (of as Saved) : domainOf(of as AnyDomain);
  }
  // What is saved of a variable with further words has them too.
  return withSaved(where, domains);
}

function withWords(where: string, name: string, old: Domain, { words }: Also): Domain {
  const all = wordsIn(old.shape);
  const twice = words.filter((word, at) => all.includes(word) || words.indexOf(word) < at);
  for (const word of twice) mistake(`${where}: ${name} has the word "${word}" already.`);
  const result = widened(old, words);
  if (result !== undefined) return result;
  mistake(
    `${where}: ${name} has no words that also(...) could add to: it must be oneOf(...), or that inside each(...) or optional(...).`,
  );
  return old;
}

/** A spec with a change applied. Says of each part of it what is wrong; throws `SpecError` for what is no change. */
export function changed(where: string, from: Spec, change: AnyChange): Spec {
  if (!isRecord(change))
    throw new SpecError(`${where}: the change is ${show(change)}, not a record.`);
  refuseUnknown(where, "change", change, parts);
  const its = Object.fromEntries(
    Object.entries(change).filter(([part, given]) => isPart(where, part, given)),
  ) as AnyChange;
  for (const listed of [its.added, its.properties]) refuseForeign(where, from, listed);
  if (its.pages) refuseForeign(where, from, { pages: its.pages });
  return {
    ...withConstants(where, from, its.constants ?? {}),
    initial: orStandIn(
      () => changedInitial(where, from.initial, its.initial),
      () => ({ ...from.initial }),
    ),
    actions: changedActions(where, from, its),
    fairness: its.fairness ?? from.fairness,
    symmetry: its.symmetry ?? from.symmetry,
    ...changedProperties(where, from, its),
    pages: its.pages ?? from.pages,
    mayEnd: its.mayEnd ?? from.mayEnd,
  };
}

/** Whether a part of a change is one; says of any other, undefined too, that it is none: it would change nothing. */
function isPart(where: string, part: string, given: unknown): boolean {
  if (!parts.includes(part)) return false; // which has been said
  const is = (isOne: boolean, what: string): boolean => {
    if (!isOne) mistake(`${where}: "${part}" must be ${what}.`);
    return isOne;
  };
  switch (part) {
    case "fairness":
      checkProtocolFairness(where, given);
      return true;
    case "symmetry":
      checkSymmetry(where, given);
      return true;
    case "pages":
      return is(kindOf(given) === "pages", "what pages(...) made") && !isStandIn(given);
    case "mayEnd":
      return is(typeof given === "function", "a function");
    case "initial":
      return is(typeof given === "function" || isRecord(given), "a function or a record");
    default:
      return is(isRecord(given), "a record");
  }
}

function changedInitial(where: string, from: Initial, change: AnyChange["initial"]): Initial {
  if (change === undefined) return from;
  if (typeof change === "function" || !("afterwards" in change)) {
    return initialOf(`${where}: initial`, change);
  }
  refuseUnknown(`${where}: initial`, "part beside afterwards", change, ["afterwards"]);
  demand(`${where}: initial`, change, { afterwards: "function" });
  return { ...from, afterwards: [...(from.afterwards ?? []), change.afterwards] };
}

function changedActions(where: string, from: Spec, change: AnyChange): Spec["actions"] {
  const actions: Record<string, Action> = { ...from.actions };
  for (const [name, replacement] of Object.entries(change.actions ?? {})) {
    const old = Object.hasOwn(from.actions, name) ? from.actions[name] : undefined;
    if (old === undefined) {
      mistake(
        `${where}: ${from.name} has no action ${name}${suggestion(name, Object.keys(from.actions))}`,
      );
    } else if (replacement === undefined) {
      mistake(`${where}: ${name} is undefined; say what replaces it, or "removed".`);
    } else if (replacement === "removed") delete actions[name];
    else if (typeof replacement === "string") {
      mistake(`${where}: ${name} is "${String(replacement)}"; did you mean "removed"?`);
    } else {
      actions[name] = orStandIn(
        () => changedAction(`${where}: ${name}`, from, old, replacement),
        () => made("action", { ...old }),
      );
    }
  }
  for (const [name, action] of Object.entries(change.added ?? {})) {
    if (Object.hasOwn(actions, name)) {
      mistake(`${where}: the action ${name} exists; use "actions" to change it.`);
      continue;
    }
    if (kindOfListed(action) !== "action") {
      mistake(`${where}: the action ${name} is none that declare(...) made.`);
      continue;
    }
    markListed(action);
    actions[name] = adopted<Action>(name, action);
  }
  return actions;
}

function changedAction(where: string, from: Spec, old: Action, change: AnyActionChange): Action {
  refuseUnknown(where, "part of a changed action", change, [
    "when",
    "effect",
    "afterwards",
    "fairness",
    "source",
    ...(old.located === undefined ? [] : ["at", "to"]),
  ]);
  mayBeFunctions(where, change, ["when", "effect", "afterwards"]);
  mayBeText(where, change, "source");
  checkFairness(`${where}: fairness`, change.fairness);
  const { when, effect, afterwards, at, to, ...rest } = change;
  // What is done behind an effect goes with it.
  const before = effect === undefined ? old.afterwards : undefined;
  return made("action", {
    ...movedAction(where, from, old, { when, effect, at, to }),
    afterwards: afterwards === undefined ? before : [...(before ?? []), afterwards],
    fairness: rest.fairness ?? old.fairness,
    source: rest.source ?? old.source,
  });
}

function changedProperties(
  where: string,
  from: Spec,
  change: AnyChange,
): Pick<Spec, "properties" | "removed"> {
  const properties = { ...from.properties };
  if (change.pages !== undefined) {
    for (const name of from.pages === undefined ? [] : Object.keys(contractOf(from.pages))) {
      delete properties[name];
    }
    for (const [name, claim] of Object.entries(contractOf(change.pages))) {
      properties[name] = made(claim.kind, claim);
    }
  }
  for (const [name, replacement] of Object.entries(change.properties ?? {})) {
    if (typeof replacement === "string" && replacement !== "removed") {
      mistake(`${where}: ${name} is "${String(replacement)}"; did you mean "removed"?`);
      continue;
    }
    refuseJudgedAnyway(where, name);
    if (replacement !== "removed") {
      if (!isPropertyKind(kindOfListed(replacement))) {
        mistake(`${where}: the property ${name} is none that declare(...) made.`);
        continue;
      }
      markListed(replacement);
      properties[name] = adopted(name, replacement);
    } else if (Object.hasOwn(properties, name)) delete properties[name];
    else {
      mistake(
        `${where}: no property ${name} to remove${suggestion(name, Object.keys(properties))}`,
      );
    }
  }
  const kept = new Set(Object.values(properties));
  const gone = Object.values(from.properties).filter(
    (one): one is Assertion => isAssertion(one) && !kept.has(one),
  );
  return gone.length === 0
    ? { properties }
    : { properties, removed: [...(from.removed ?? []), ...gone] };
}
