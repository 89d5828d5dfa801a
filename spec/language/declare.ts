import { type PageState, pageStates, reasonToChange, rights } from "../page/index.ts";
import {
  type AnyDomain,
  domainOf,
  setOf,
  type NeedsOf,
  type ReadOf,
  shapeOf,
  type WriteOf,
} from "./domain.ts";
import { type FormulaOrPredicate, type FormulaWords, formulaOf } from "./formula.ts";
import type { Constants, Index, IndexSet, Size } from "./index-set.ts";
import type {
  Action,
  Choices,
  Fairness,
  Invariant,
  LeadsTo,
  PageView,
  Predicate,
  Property,
  Recoverable,
  Recurrence,
  Spec,
  StepProperty,
  Temporal,
  Within,
  Witness,
} from "./spec.ts";
import { sectionOf, sections } from "./kinds.ts";
import { markListed } from "./listed.ts";
import { kindOf, made, recordOf } from "./made.ts";
import {
  adopted,
  checkConstants,
  checkFairness,
  checkNames,
  checkProtocolFairness,
  demand,
  isKebabCase,
  isRecord,
  kindOfListed,
  mayBeFunctions,
  mayBeText,
  refuseJudgedAnyway,
  refuseUnknown,
  truth,
} from "./refuse.ts";
import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";
import { words } from "./words.ts";

/** What `forAny` may be: one domain or index set, or several. */
type ForAny = AnyDomain | readonly AnyDomain[];

/** The arguments that the choices add to a guard or an effect. */
type Chosen<F extends ForAny> = F extends AnyDomain
  ? [ReadOf<F>]
  : F extends readonly AnyDomain[]
    ? { -readonly [position in keyof F]: ReadOf<F[position]> }
    : [];

type Actor = string | IndexSet;
type ActorArgument<A extends Actor> = A extends IndexSet<infer Name> ? [Index<Name>] : [];

/** Switches and numbers, without the literal types of their defaults. */
type Widen<C> = { readonly [name in keyof C]: C[name] extends boolean ? boolean : number };

/** An action with the arguments of its guard and effect, which a variant that changes it needs. */
export interface TypedAction<State, Draft, Arguments extends readonly unknown[]> extends Action {
  readonly typed?: {
    guard(state: State, ...rest: Arguments): boolean;
    effect(draft: Draft, ...rest: Arguments): void;
  };
}

/** A spec with the types of its state and its actions, which a variant needs. */
export interface TypedSpec<Actions, State, Draft, C> extends Spec {
  readonly typed?: { actions: Actions; state: State; draft: Draft; constants: C };
}

export interface ActionDefinition<State, Draft, Arguments extends readonly unknown[], F> {
  /** What one step chooses among: an index set, a domain, or a list of these. */
  readonly forAny?: F;
  /** When the step is possible; always, if left out. Reads only what its actor can see. */
  readonly guard?: (state: State, ...rest: Arguments) => boolean;
  /** What it changes; what the draft does not touch stays. */
  readonly effect: (draft: Draft, ...rest: Arguments) => void;
  /** Whether the step happens in the end if it stays possible (weak) or keeps becoming so (strong). */
  readonly fairness?: Fairness;
  /** The function of the real system. */
  readonly source?: string;
}

/** A predicate, or one for each choice, with the condition under which it says something. */
export type Claim<Arguments extends readonly unknown[], F, Rest> =
  | ((...all: Arguments) => boolean)
  | (ClaimForEach<Arguments, F> & Rest);
export interface ClaimForEach<Arguments extends readonly unknown[], F> {
  readonly forAny?: F;
  /** Where the claim says anything; if that never happens it is reported as vacuous. */
  readonly when?: (...all: Arguments) => boolean;
  readonly holds: (...all: Arguments) => boolean;
  /** The reason printed under a violation; if left out, the values that the claim read. */
  readonly explain?: (...all: Arguments) => string;
}

/**
 * Declares the constants and the state of a protocol and gives the words to write the rest with,
 * typed by that state. See spec/README.md for a protocol written with them.
 */
export function declare<
  C extends Constants,
  Variables extends Readonly<Record<string, AnyDomain>>,
>(declaration: {
  /** Whole numbers that bound the protocol, and switches, with their defaults. */
  readonly constants: C;
  /** What the constants must satisfy: sentence and condition. */
  readonly where?: Readonly<Record<string, (constants: Widen<C>) => boolean>>;
  /** The variables, each with its domain. */
  readonly state: Variables & {
    readonly [name in keyof Variables]: [NeedsOf<Variables[name]>] extends [never]
      ? unknown
      : Widen<C> extends NeedsOf<Variables[name]>
        ? unknown
        : { "needs a constant that is not declared": NeedsOf<Variables[name]> };
  };
}) {
  type State = { readonly [name in keyof Variables]: ReadOf<Variables[name]> };
  type Draft = { [name in keyof Variables]: WriteOf<Variables[name]> };
  type Values = Widen<C>;
  type Single<F extends ForAny> = [state: State, ...Chosen<F>, constants: Values];
  type Double<F extends ForAny> = [before: State, after: State, ...Chosen<F>, constants: Values];

  refuseUnknown("declare", "part of a declaration", declaration, ["constants", "where", "state"]);
  demand("declare", declaration, { constants: "object", state: "object" });
  const constants = { ...declaration.constants };
  checkConstants("declare", constants);
  const where = { ...recordOf(`declare: "where"`, declaration.where ?? {}) } as Spec["where"];
  const variables = Object.fromEntries(
    Object.entries(declaration.state as Readonly<Record<string, AnyDomain>>).map(
      ([name, of]) => [name, domainOf(of)] as const,
    ),
  );

  const all: (Action | Property)[] = [];
  function declared<Made extends Action | Property>(one: Made): Made {
    all.push(one);
    return made(one.kind, one);
  }

  /** An atomic step of `actor`, which names its column in a trace; an index set makes one of each. */
  function action<const F extends ForAny = readonly [], const A extends Actor = string>(
    actor: A,
    definition: ActionDefinition<State, Draft, [...ActorArgument<A>, ...Chosen<F>, Values], F>,
  ): TypedAction<State, Draft, [...ActorArgument<A>, ...Chosen<F>, Values]> {
    if (typeof actor !== "string" && kindOf(actor) !== "index set") {
      throw new SpecError(
        `The actor of an action is ${show(actor)}; it must be a text or an index set.`,
      );
    }
    const where = `An action of ${JSON.stringify(typeof actor === "string" ? actor : actor.name)}`;
    refuseUnknown(where, "part of an action", definition, actionParts);
    demand(where, definition, { effect: "function" });
    mayBeFunctions(where, definition, ["guard"]);
    mayBeText(where, definition, "source");
    checkFairness(`${where}: fairness`, definition.fairness);
    return declared({
      kind: "action",
      actor,
      choices: [
        ...(typeof actor === "string" ? [] : [actor as IndexSet]),
        ...choicesOf(definition.forAny),
      ],
      guard: definition.guard ?? always,
      effect: definition.effect,
      fairness: definition.fairness ?? "none",
      source: definition.source,
    });
  }

  /** A claim about every reachable state. */
  function invariant<const F extends ForAny = readonly []>(
    claim: Claim<Single<F>, F, unknown>,
  ): Invariant {
    return declared({ kind: "invariant", ...claimed("An invariant", claim) });
  }

  /** A claim about every step: the state before and the state after. */
  function stepProperty<const F extends ForAny = readonly []>(
    claim: Claim<Double<F>, F, { readonly by?: string }>,
  ): StepProperty {
    const by = typeof claim === "function" ? undefined : Object(claim).by;
    return declared({ kind: "step property", by, ...claimed("A step property", claim, ["by"]) });
  }

  /** A situation that must be reachable for the proofs to mean something. */
  function witness<const F extends ForAny = readonly []>(
    claim: Claim<Single<F>, F, unknown>,
  ): Witness {
    const { choices, holds, when } = claimed("A witness", claim);
    return declared({
      kind: "witness",
      choices,
      holds: when === always ? holds : (...all) => truth("when", when(...all)) && holds(...all),
    });
  }

  /** Whenever `from` holds, `to` holds at that moment or later. */
  function leadsTo<const F extends ForAny = readonly []>(claim: {
    readonly forAny?: F;
    readonly from: (...all: Single<F>) => boolean;
    readonly to: (...all: Single<F>) => boolean;
  }): LeadsTo {
    refuseUnknown("leadsTo", "part", claim, ["forAny", "from", "to"]);
    demand("leadsTo", claim, { from: "function", to: "function" });
    const { from, to } = claim as { from: Predicate; to: Predicate };
    return declared({ kind: "leads to", choices: choicesOf(claim.forAny), from, to });
  }

  /** From every moment on, at that moment or later it holds. */
  function alwaysEventually<const F extends ForAny = readonly []>(
    claim: Claim<Single<F>, F, unknown>,
  ): Recurrence {
    const { choices, when, holds } = claimed("alwaysEventually", claim);
    return declared({
      kind: "always eventually",
      choices,
      when,
      holds: when === always ? holds : (...all) => !truth("when", when(...all)) || holds(...all),
    });
  }

  /** From some moment on it holds for ever. */
  function eventuallyAlways<const F extends ForAny = readonly []>(
    claim: Claim<Single<F>, F, unknown>,
  ): Recurrence {
    const { choices, when, holds } = claimed("eventuallyAlways", claim);
    return declared({
      kind: "eventually always",
      choices,
      when,
      holds: when === always ? holds : (...all) => !truth("when", when(...all)) || holds(...all),
    });
  }

  /** From every state (in which `when` holds) a state in which `to` holds can be reached. */
  function recoverable<const F extends ForAny = readonly []>(claim: {
    readonly forAny?: F;
    readonly when?: (...all: Single<F>) => boolean;
    readonly to: (...all: Single<F>) => boolean;
  }): Recoverable {
    refuseUnknown("recoverable", "part", claim, ["forAny", "when", "to"]);
    demand("recoverable", claim, { to: "function" });
    const { when, to } = claim as { when?: Predicate; to: Predicate };
    return declared({
      kind: "recoverable",
      choices: choicesOf(claim.forAny),
      when: when ?? always,
      to,
    });
  }

  /**
   * No behaviour, fair or not, counts more than `atMost`. Counted are the steps from a state in which
   * `from` holds up to and including the one that reaches `to`. That it is reached is not claimed: see
   * `leadsTo`.
   */
  function within<const F extends ForAny = readonly []>(claim: {
    readonly forAny?: F;
    readonly from: (...all: Single<F>) => boolean;
    readonly to: (...all: Single<F>) => boolean;
    /** An action, each step of which counts, or a predicate: each step that makes it true counts. */
    readonly counting: string | ((...all: Single<F>) => boolean);
    /** Actors that take no step meanwhile. */
    readonly idle?: readonly string[];
    readonly atMost: Size<Values>;
  }): Within {
    refuseUnknown("within", "part", claim, ["forAny", "from", "to", "counting", "idle", "atMost"]);
    demand("within", claim, { from: "function", to: "function" });
    const { from, to, counting, atMost } = claim as unknown as Within;
    const idle = claim.idle ?? [];
    checkCount(counting, idle, atMost);
    return declared({
      kind: "within",
      choices: choicesOf(claim.forAny),
      from,
      to,
      counting,
      idle,
      atMost,
    });
  }

  /**
   * A formula of linear time that is true of every fair behaviour when it begins; `formula` is given the
   * words to write it with. A behaviour that ends stays where it is for ever, so that what is to happen
   * eventually must have happened by then. A `SpecError` for what is no formula.
   */
  function temporal<const F extends ForAny = readonly []>(claim: {
    readonly forAny?: F;
    readonly formula: (words: FormulaWords<Single<F>>) => FormulaOrPredicate<Single<F>>;
  }): Temporal {
    refuseUnknown("temporal", "part", claim, ["forAny", "formula"]);
    demand("temporal", claim, { formula: "function" });
    return declared({
      kind: "temporal",
      choices: choicesOf(claim.forAny),
      formula: formulaOf(claim.formula),
    });
  }

  /** Maps the elements of an index set to the states of the page contract. */
  function pages<Name extends string>(view: {
    readonly forEach: IndexSet<Name, never> | IndexSet<Name, Values>;
    readonly state: (state: State, page: Index<NoInfer<Name>>, constants: Values) => PageState;
    /** Whether the host has dropped the content; never, if left out. */
    readonly discarded?: (state: State, page: Index<NoInfer<Name>>, constants: Values) => boolean;
  }): PageView {
    refuseUnknown("pages", "part", view, ["forEach", "state", "discarded"]);
    demand("pages", view, { forEach: "object", state: "function" });
    mayBeFunctions("pages", view, ["discarded"]);
    return made("pages", {
      page: setOf("pages", view.forEach as IndexSet),
      state: view.state as PageView["state"],
      discarded: view.discarded ?? never,
    });
  }

  /** The protocol: what was declared above, as a table of contents. */
  function spec<
    const Actions extends Readonly<Record<string, TypedAction<State, Draft, never>>>,
    const F extends ForAny = readonly [],
  >(contents: {
    readonly name: string;
    readonly title: string;
    /** Changes the first values of the domains; with `forAny`, one initial state for each choice. */
    readonly initial?:
      | ((draft: Draft, constants: Values) => void)
      | Omit<ActionDefinition<State, Draft, [...Chosen<F>, Values], F>, "fairness" | "source">;
    readonly actions: Actions;
    /** Weak: some step is taken as long as one is possible. None, if left out. */
    readonly fairness?: Spec["fairness"];
    readonly invariants?: Readonly<Record<string, Invariant>>;
    readonly stepProperties?: Readonly<Record<string, StepProperty>>;
    readonly witnesses?: Readonly<Record<string, Witness>>;
    readonly liveness?: Readonly<
      Record<string, LeadsTo | Recurrence | Recoverable | Within | Temporal>
    >;
    readonly pages?: PageView;
    /** Where the protocol may end; without it, every state must have a successor. */
    readonly mayEnd?: (state: State, constants: Values) => boolean;
  }): TypedSpec<Actions, State, Draft, Values> {
    checkContents(contents);
    if (contents.initial !== undefined && typeof contents.initial !== "function") {
      refuseUnknown("initial", "part", contents.initial, ["forAny", "guard", "effect"]);
      demand("initial", contents.initial, { effect: "function" });
      mayBeFunctions("initial", contents.initial, ["guard"]);
    }
    const groups = { ...contents.invariants, ...contents.stepProperties, ...contents.witnesses };
    const listed = [contents.actions, groups, contents.liveness ?? {}].flatMap(Object.values);
    for (const one of listed) markListed(one as Action | Property);
    const initial =
      typeof contents.initial === "object"
        ? contents.initial
        : { effect: contents.initial ?? ((): void => {}) };
    const actions: Spec["actions"] = Object.fromEntries(
      Object.entries(contents.actions).map(([name, one]) => [name, adopted<Action>(one)]),
    );
    const properties = collect(
      contents.name,
      contents.invariants,
      contents.stepProperties,
      contents.pages && contractOf(contents.pages),
      contents.witnesses,
      contents.liveness,
    );
    checkNames(contents.name, { actions, properties });
    return made<TypedSpec<Actions, State, Draft, Values>>("spec", {
      kind: "spec",
      name: contents.name,
      title: contents.title,
      constants,
      where,
      state: variables,
      initial: {
        choices: choicesOf("forAny" in initial ? initial.forAny : undefined),
        guard: ("guard" in initial ? initial.guard : undefined) ?? always,
        effect: initial.effect,
      },
      actions: actions as Actions,
      fairness: contents.fairness ?? "none",
      properties,
      pages: contents.pages,
      mayEnd: contents.mayEnd,
      declared: all,
    });
  }

  /** For the types of helper functions: `typeof type.draft`. Has no values. */
  const type = {} as { readonly state: State; readonly draft: Draft; readonly constants: Values };

  return {
    action,
    alwaysEventually,
    eventuallyAlways,
    invariant,
    leadsTo,
    pages,
    recoverable,
    spec,
    stepProperty,
    temporal,
    type,
    within,
    witness,
  };
}

const always = (): boolean => true;
const never = (): boolean => false;

function choicesOf(forAny: unknown): Choices {
  if (forAny === undefined) return [];
  const choices = (Array.isArray(forAny) ? [...(forAny as unknown[])] : [forAny]) as AnyDomain[];
  if (choices.length > mostChoices) {
    throw new SpecError(
      `forAny chooses among ${choices.length} domains at once; there may be ${mostChoices}.`,
    );
  }
  for (const choice of choices) shapeOf(choice); // throws for what is neither domain nor index set
  return choices;
}

/** Each is an argument, and is gone through inside the one before. */
const mostChoices = 32;

const actionParts = ["forAny", "guard", "effect", "fairness", "source"];

/** Throws `SpecError` for a table of contents that is none. */
function checkContents(contents: object): void {
  demand("A spec", contents, { name: "string" });
  const where = String(Reflect.get(contents, "name"));
  if (!isKebabCase(where)) {
    throw new SpecError(`"${where}": the name of a protocol is kebab-case, as it is typed.`);
  }
  const others = ["name", "title", "initial", "fairness", "pages", "mayEnd"];
  refuseUnknown(where, "part of a spec", contents, [...others, ...sections]);
  demand(where, contents, { title: "string", actions: "object" });
  mayBeFunctions(where, contents, ["mayEnd"]);
  const fairness: unknown = Reflect.get(contents, "fairness");
  if (fairness !== undefined) checkProtocolFairness(where, fairness);
  const pages: unknown = Reflect.get(contents, "pages");
  if (pages !== undefined && kindOf(pages) !== "pages") {
    throw new SpecError(`${where}: "pages" must be what pages(...) made.`);
  }
  for (const section of sections) {
    const given: unknown = Reflect.get(contents, section) ?? {};
    if (!isRecord(given) || (section in contents && Reflect.get(contents, section) === null)) {
      throw new SpecError(`${where}: "${section}" must be a record of what declare(...) made.`);
    }
    const listed = given as Record<string, unknown>;
    for (const [name, one] of Object.entries(listed)) {
      const kind = kindOfListed(one);
      const right = sectionOf(kind);
      if (right === section) continue;
      throw new SpecError(
        right === undefined
          ? `${where}: ${name} in ${section} is nothing that declare(...) made.`
          : `${where}: ${name} is listed in ${section}; it is one of the ${words(right)}.`,
      );
    }
  }
}

/** Throws `SpecError` unless a `within` says what it counts, who is idle, and how much is too much. */
function checkCount(counting: unknown, idle: unknown, atMost: unknown): void {
  if (typeof counting !== "string" && typeof counting !== "function") {
    throw new SpecError(
      `within: "counting" must be the name of an action or a predicate, and is a ${typeof counting}.`,
    );
  }
  if (!Array.isArray(idle) || idle.some((actor) => typeof actor !== "string")) {
    throw new SpecError(`within: "idle" must be a list of the names of actors.`);
  }
  if (typeof atMost !== "function" && !(Number.isInteger(atMost) && Number(atMost) >= 0)) {
    throw new SpecError(
      `within: "atMost" must be a whole number, 0 or more, or a function of the constants.`,
    );
  }
}

function claimed(
  what: string,
  claim: unknown,
  more: readonly string[] = [],
): Pick<Invariant, "choices" | "when" | "holds" | "explain"> {
  if (typeof claim === "function") {
    return { choices: [], when: always, holds: claim as Predicate, explain: undefined };
  }
  refuseUnknown(what, "part", claim as object, ["forAny", "when", "holds", "explain", ...more]);
  demand(what, claim as object, { holds: "function" });
  mayBeFunctions(what, claim as object, ["when", "explain"]);
  const { forAny, when, holds, explain } = claim as Partial<Invariant> & { forAny?: unknown };
  return { choices: choicesOf(forAny), when: when ?? always, holds: holds as Predicate, explain };
}

function collect(
  name: string,
  ...groups: readonly (Readonly<Record<string, Property>> | undefined)[]
): Readonly<Record<string, Property>> {
  const all: Record<string, Property> = {};
  for (const [property, claim] of groups.flatMap((group) => Object.entries(group ?? {}))) {
    refuseJudgedAnyway(name, property);
    if (Object.hasOwn(all, property))
      throw new SpecError(`${name}: two properties are called ${property}.`);
    all[property] = adopted(claim);
  }
  return all;
}

/** What the page contract demands of every protocol that has pages. */
function contractOf(view: PageView): Record<string, StepProperty> {
  const state = (values: unknown, page: unknown, constants: unknown): PageState => {
    const answer = (view.state as unknown as (...all: unknown[]) => PageState)(
      values,
      page,
      constants,
    );
    if (pageStates.includes(answer)) return answer;
    throw new SpecError(
      `pages.state of ${view.page.name} ${view.page.label(page as number)} answers ${show(answer)}; ` +
        `the page contract has ${pageStates.join(", ")}.`,
    );
  };
  const isDiscarded: Predicate = (...all) => truth("discarded", view.discarded(...all));
  const discardIsPermitted: StepProperty = {
    kind: "step property",
    choices: [view.page],
    by: undefined,
    when: (before, after, page, constants) =>
      !isDiscarded(before, page, constants) && isDiscarded(after, page, constants),
    holds: (before, _after, page, constants) => rights(state(before, page, constants)).hostDiscards,
    explain: (before, _after, page, constants) =>
      `${view.page.name}[${view.page.label(page)}] is discarded while it is ${state(before, page, constants)}`,
  };
  return {
    pageStepIsLegal: {
      kind: "step property",
      choices: [view.page],
      by: undefined,
      when: (before, after, page, constants) =>
        state(before, page, constants) !== state(after, page, constants),
      holds: (before, after, page, constants) =>
        reasonToChange(state(before, page, constants), state(after, page, constants)) !== undefined,
      explain: (before, after, page, constants) =>
        `${view.page.name}[${view.page.label(page)}] goes from ${state(before, page, constants)} to ` +
        `${state(after, page, constants)}, which the page contract forbids (it allows: ` +
        `${pageStates.filter((to) => reasonToChange(state(before, page, constants), to) !== undefined).join(", ")})`,
    },
    // Of a protocol whose host never discards it would be vacuous.
    ...(view.discarded !== never && { discardIsPermitted }),
  };
}
