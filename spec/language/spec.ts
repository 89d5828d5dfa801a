import type { PageState } from "../page/page-contract.ts";
import type { AnyDomain, Domain } from "./domain.ts";
import type { Constants, IndexSet, Size } from "./index-set.ts";
import type { SpecError } from "./spec-error.ts";

/**
 * What a protocol file comes to: plain data and pure functions, without the types that the language
 * inferred for its author. The functions take the state, then the choices in the order of `forAny`
 * (for an action whose actor is an index set, the actor first), then the constants.
 */
export interface Spec {
  readonly kind: "spec";
  /** kebab-case; the name on the command line. */
  readonly name: string;
  /** One line: what the protocol does. */
  readonly title: string;
  readonly constants: Constants;
  /** What the constants must satisfy, each condition under the sentence that states it. */
  readonly where: Readonly<Record<string, Predicate>>;
  readonly state: Readonly<Record<string, Domain>>;
  readonly initial: Initial;
  readonly actions: Readonly<Record<string, Action>>;
  /** Weak: some step that changes something is taken as long as one is possible, whichever it is. */
  readonly fairness: Exclude<Fairness, "strong">;
  /** Whether a search makes use of the symmetry that the index sets declare. */
  readonly symmetry: "declared" | "none";
  readonly properties: Readonly<Record<string, Property>>;
  /** Assertions that variants have removed: effects may still have them, and they claim nothing. */
  readonly removed?: readonly Assertion[] | undefined;
  readonly pages: PageView | undefined;
  /** A picture of a state, as the text of an SVG file; given the state and the constants. Nothing is judged by it. */
  readonly draw?: Drawing | undefined;
  /** The states in which the protocol may end; one elsewhere with no successor but, perhaps, itself is a deadlock. */
  readonly mayEnd: Predicate | undefined;
  /** What is expected of the protocol as it is: that it holds, if left out. A variant has its own. */
  readonly expects?: Expectation | undefined;
  /** All that was declared beside it; see `unlistedIn`. */
  readonly declared: readonly (Action | Property)[];
}

// biome-ignore lint/suspicious/noExplicitAny: the author's own types end here; the engine supplies the arguments
export type Predicate = (...stateChoiceAndConstants: any[]) => boolean;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Drawing = (...stateAndConstants: any[]) => string;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Effect = (...draftChoiceAndConstants: any[]) => void;

/** What a choice ranges over: the elements of an index set, or the values of words or a range. */
export type Choices = readonly AnyDomain[];

/** Where the protocol starts: the first value of each domain, changed by `effect`, once for each choice. */
export interface Initial {
  readonly choices: Choices;
  readonly when: Predicate;
  readonly effect: Effect;
  /** What variants change behind that, one after the other, given the draft and the constants. */
  readonly afterwards?: readonly Effect[] | undefined;
}

export type Fairness = "none" | "weak" | "strong";

/** One atomic step of one actor. */
export interface Action {
  readonly kind: "action";
  readonly actor: string | IndexSet;
  readonly choices: Choices;
  readonly when: Predicate;
  readonly effect: Effect;
  /** What variants do behind it in the same step, one after the other, given the state before the step behind the draft. */
  readonly afterwards?: readonly Effect[] | undefined;
  readonly fairness: Fairness;
  /** The function of the real system that the step stands for. */
  readonly source: string | undefined;
  /** Where its actor takes it, if it is a step of a process. */
  readonly located?: Located | undefined;
}

/** An actor, or one of each element of an index set, of which a variable says where it is. */
export interface Process {
  readonly variable: string;
  readonly actor: string | IndexSet;
  readonly places: readonly string[];
  /** That of its steps which do not say otherwise. */
  readonly fairness: Fairness;
}

/**
 * Where a step of a process is taken and where it leads. The condition and the effect of its action say
 * that as well; those that its author wrote stand here.
 */
export interface Located {
  readonly process: Process;
  /** One place or more. */
  readonly from: readonly string[] | "anywhere";
  /** Where it leads unless its effect answers another place. */
  readonly to: string | undefined;
  readonly when: Predicate | undefined;
  readonly effect: Effect | undefined;
}

export type PropertyKind = Property["kind"];

/** A claim about the protocol. */
export type Property =
  | Invariant
  | StepProperty
  | Assertion
  | Witness
  | LeadsTo
  | Recurrence
  | Recoverable
  | Within
  | Progress
  | Temporal;

/** What every claim has. */
interface AnyClaim {
  readonly choices: Choices;
  /**
   * The constants from which on it must have something to say, or be seen: numbers at least, switches exactly; of
   * several records one will do. Under any, if left out.
   */
  readonly seenFrom?: readonly Constants[] | undefined;
}

/** True in every reachable state, for every choice for which `when` is true. */
export interface Invariant extends AnyClaim {
  readonly kind: "invariant";
  readonly when: Predicate;
  readonly holds: Predicate;
  readonly explain: Explain | undefined;
}

/** True of every step; the functions take the state before, the state after, choices, constants. */
export interface StepProperty extends AnyClaim {
  readonly kind: "step property";
  /** Only steps of this actor are judged; undefined for all. */
  readonly by: string | undefined;
  readonly when: Predicate;
  readonly holds: Predicate;
  readonly explain: Explain | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export type Explain = (...sameAsHolds: any[]) => string;

/** True wherever an effect asserts it; what is judged is the condition that it is asserted with. */
export interface Assertion extends AnyClaim {
  readonly kind: "assertion";
  /** What is claimed, in words. */
  readonly claim: string;
}

/** A situation that must be reachable, or the other properties prove little. */
export interface Witness extends AnyClaim {
  readonly kind: "witness";
  readonly holds: Predicate;
}

/** Whenever `from`, later `to`. */
export interface LeadsTo extends AnyClaim {
  readonly kind: "leads to";
  readonly from: Predicate;
  readonly to: Predicate;
}

/** Again and again, or for ever from some moment on. */
export interface Recurrence extends AnyClaim {
  readonly kind: "always eventually" | "eventually always";
  /** Where the property says anything: elsewhere `holds` is true. */
  readonly when: Predicate;
  readonly holds: Predicate;
}

/** From every reachable state in which `when` holds, one in which `to` holds can be reached. */
export interface Recoverable extends AnyClaim {
  readonly kind: "recoverable";
  readonly when: Predicate;
  readonly to: Predicate;
}

/**
 * No behaviour, fair or not, counts more than `atMost` from a state in which `from` holds until `to`.
 * Counted are steps from that state up to and including the one that reaches `to`: none if `to` holds
 * there already, all later ones if it is never reached. Whether it is reached is not claimed.
 */
export interface Within extends AnyClaim {
  readonly kind: "within";
  readonly from: Predicate;
  readonly to: Predicate;
  /** Which steps count: those of the action with this name, or those that make a predicate true. */
  readonly counting: string | Predicate;
  /** Actors that take no step meanwhile: behaviours in which one does are not looked at from there on. */
  readonly idle: readonly string[];
  readonly atMost: Size<never>;
}

/**
 * No fair behaviour has an actor take steps for ever, those that change nothing among them, and from some moment on
 * none that counts as progress. A step that changes nothing never does.
 */
export interface Progress extends AnyClaim {
  readonly kind: "progress";
  /** The actor; or the index set of the actors, of which the choice is one. */
  readonly of: string;
  /**
   * Which steps are progress: those of the actions with these names (of an action of such actors, those of the same
   * one), or those that make a predicate true; undefined: all that the actor itself takes.
   */
  readonly counting: readonly string[] | Predicate | undefined;
}

/** True of every fair behaviour, at the moment in which it begins, for every choice. */
export interface Temporal extends AnyClaim {
  readonly kind: "temporal";
  readonly formula: Formula;
}

/** A formula of linear time, true or false of a moment of a behaviour; `FormulaWords` says when. */
export type Formula =
  /** A predicate of the state; it takes the state, the choices of the property, the constants. */
  | { readonly kind: "now"; readonly holds: Predicate }
  /** The next step is one of this action, for whatever choice; false where the behaviour stays. */
  | { readonly kind: "taken"; readonly action: string }
  | { readonly kind: "not" | "next" | "always" | "eventually"; readonly of: Formula }
  | {
      readonly kind: "and" | "or" | "implies" | "until" | "weak until";
      readonly left: Formula;
      readonly right: Formula;
    };

/** Which of the seven states of the page contract each page is in. */
export interface PageView {
  readonly page: IndexSet;
  readonly state: (...stateIndexAndConstants: never[]) => PageState;
  /** Whether the host has dropped the content; a step that makes it true must be permitted. */
  readonly discarded: Predicate;
  /** Of what the contract demands; see `AnyClaim`. */
  readonly seenFrom?: readonly Constants[] | undefined;
}

/** A change to a protocol, with what it is expected to break. */
export interface Variant {
  readonly kind: "variant";
  /** kebab-case; the name on the command line. */
  readonly name: string;
  /** Why somebody would make the change, or where it comes from. */
  readonly because: string;
  readonly expects: Expectation;
  /** The protocol that is changed; shares its name with the result. */
  readonly base: Spec;
  readonly spec: Spec;
  /** What is wrong with it, if it is malformed; its spec is that of the base, and must not be run. */
  readonly mistakes?: readonly SpecError[] | undefined;
}

/** What is expected of a variant: that it holds (a fix), or which properties it breaks. */
export type Expectation =
  | { readonly kind: "holds" }
  | { readonly kind: "breaks"; readonly properties: readonly string[] };
