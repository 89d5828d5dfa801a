import { type Also, type AnyDomain, domainOf, widened, wordsIn } from "./domain.ts";
import { contractOf } from "../page/page-view.ts";
import { adopted } from "./adopted.ts";
import { type Contents, initialOf } from "./contents.ts";
import type { ProtocolWords } from "./declare.ts";
import { withConstants } from "./instance.ts";
import { isPropertyKind } from "./kinds.ts";
import { markListed } from "./listed.ts";
import { kindOf, made, recordOf } from "./made.ts";
import { mistake } from "./mistakes.ts";
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
import type { Action, Effect, Initial, PageView, Predicate, Property, Spec } from "./spec.ts";
import { SpecError } from "./spec-error.ts";
import type { ActionDefinition, Chosen, ForAny, TypedAction } from "./typed.ts";

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

/** A spec with further variables, further words of those that there are, and further constants. */
export function withAdditions(
  where: string,
  from: Spec,
  state: Readonly<Record<string, AnyDomain | Also>>,
  constants: Spec["constants"],
): Spec {
  checkConstants(where, recordOf(`${where}: "constants"`, constants) as Spec["constants"]);
  for (const name of Object.keys(constants)) {
    if (!Object.hasOwn(from.constants, name)) continue;
    throw new SpecError(
      `${where}: the constant ${name} exists; its value is changed by "constants" of the change.`,
    );
  }
  const domains: Record<string, Spec["state"][string]> = { ...from.state };
  for (const [name, of] of Object.entries(recordOf(`${where}: "state"`, state))) {
    const old = Object.hasOwn(from.state, name) ? from.state[name] : undefined;
    if (kindOf(of) === "also") domains[name] = withWords(where, from, name, of as Also);
    else if (old === undefined) domains[name] = domainOf(of as AnyDomain);
    else {
      throw new SpecError(
        `${where}: the variable ${name} exists; also("...") gives it further words.`,
      );
    }
  }
  return { ...from, state: domains, constants: { ...from.constants, ...constants } };
}

function withWords(
  where: string,
  { state }: Spec,
  name: string,
  more: Also,
): Spec["state"][string] {
  const old = Object.hasOwn(state, name) ? state[name] : undefined;
  if (old === undefined) {
    const known = suggestion(name, Object.keys(state));
    throw new SpecError(`${where}: there is no variable ${name} to give further words${known}`);
  }
  const all = wordsIn(old.shape);
  const twice = more.words.find((word, at) => all.includes(word) || more.words.indexOf(word) < at);
  if (twice !== undefined)
    throw new SpecError(`${where}: ${name} has the word "${twice}" already.`);
  const result = widened(old, more.words);
  if (result !== undefined) return result;
  throw new SpecError(
    `${where}: ${name} has no words that also(...) could add to: it must be oneOf(...), or that inside each(...) or optional(...).`,
  );
}

/** A spec with a change applied. Throws `SpecError` for what is none. */
export function changed(where: string, from: Spec, change: AnyChange): Spec {
  if (!isRecord(change))
    throw new SpecError(`${where}: the change is ${show(change)}, not a record.`);
  refuseUnknown(where, "change", change, parts);
  for (const [part, given] of Object.entries(change)) checkPart(where, part, given);
  return {
    ...withConstants(where, from, change.constants ?? {}),
    initial: changedInitial(where, from.initial, change.initial),
    actions: changedActions(where, from, change),
    fairness: change.fairness ?? from.fairness,
    symmetry: change.symmetry ?? from.symmetry,
    properties: changedProperties(where, from, change),
    pages: change.pages ?? from.pages,
    mayEnd: change.mayEnd ?? from.mayEnd,
  };
}

/** Throws `SpecError` for a part of a change that is there and is none, undefined too: it would change nothing. */
function checkPart(where: string, part: string, given: unknown): void {
  const must = (be: string): SpecError => new SpecError(`${where}: "${part}" must be ${be}.`);
  switch (part) {
    case "fairness":
      return checkProtocolFairness(where, given);
    case "symmetry":
      return checkSymmetry(where, given);
    case "pages":
      if (kindOf(given) !== "pages") throw must("what pages(...) made");
      return;
    case "mayEnd":
      if (typeof given !== "function") throw must("a function");
      return;
    case "initial":
      if (typeof given !== "function" && !isRecord(given)) throw must("a function or a record");
      return;
    default:
      if (!isRecord(given)) throw must("a record");
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
      actions[name] = changedAction(`${where}: ${name}`, from.state, old, replacement);
    }
  }
  for (const [name, action] of Object.entries(change.added ?? {})) {
    if (Object.hasOwn(actions, name)) {
      mistake(`${where}: the action ${name} exists; use "actions" to change it.`);
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

function changedAction(
  where: string,
  state: Spec["state"],
  old: Action,
  change: AnyActionChange,
): Action {
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
    ...movedAction(where, state, old, { when, effect, at, to }),
    afterwards: afterwards === undefined ? before : [...(before ?? []), afterwards],
    fairness: rest.fairness ?? old.fairness,
    source: rest.source ?? old.source,
  });
}

function changedProperties(where: string, from: Spec, change: AnyChange): Spec["properties"] {
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
  return properties;
}
