import type { State, Step } from "../model/index.ts";
import type { Constants, PropertyKind } from "../spec/index.ts";
import type { Grounds } from "./grounds.ts";

/** How a search ended. `incomplete` is never green: not everything was decided. */
export type Verdict =
  | (Outcome & { readonly kind: "holds" })
  | (Outcome & {
      readonly kind: "violated";
      /** The violation that was met first; `properties` has them all. */
      readonly property: PropertyName;
      readonly trace: Trace;
      /** Why other properties are undecided, if the search did not see everything. */
      readonly stopped?: IncompleteReason | undefined;
    })
  | (Outcome & {
      /** A witness was never seen, or a property never had anything to say. */
      readonly kind: "vacuous";
      readonly property: PropertyName;
    })
  | (Outcome & { readonly kind: "incomplete"; readonly reason: IncompleteReason });

export type IncompleteReason =
  | "state limit"
  | "time limit"
  | "memory limit"
  /** Without symmetry there are more of them than fit into memory: see `--no-liveness`. */
  | "too many states for liveness"
  | "interrupted"
  /** Asked to stop there; never the reason of an incomplete verdict. */
  | "first violation"
  /** After a violation the protocol left its domains, or failed; the note says how. */
  | "spec at fault"
  /** Properties were asked about by name that this search does not decide. */
  | "not checked"
  /** One that was not asked about: nothing behind the step that it is in was explored. */
  | "an assertion fails"
  /** A second search, on which the answer would rest, did not come to an end. */
  | "not confirmed"
  | "random exploration";

interface Outcome {
  /** Every property that was asked about, in the order of the spec. */
  readonly properties: readonly PropertyResult[];
  readonly statistics: Statistics;
  /** Why the search could not go on after a violation, if it could not. */
  readonly note?: string | undefined;
  /** What the answer rests on, where that is more than the search. */
  readonly grounds?: Grounds | undefined;
}

export interface PropertyName {
  readonly kind: PropertyKind | "deadlock freedom";
  readonly name: string;
}

export interface PropertyResult extends PropertyName {
  readonly status: PropertyStatus;
  /** The shortest way to the violation. */
  readonly trace?: Trace | undefined;
  /** Of a liveness property: what was found out beside its status. */
  readonly liveness?: LivenessFacts | undefined;
  /** Of one that is not asked: the constants that it takes, of several records one. */
  readonly seenFrom?: readonly Constants[] | undefined;
  /** Of one that holds: why it cannot be violated at these constants, whatever the protocol does. */
  readonly cannotFail?: string | undefined;
}

/** What else was found out about a liveness property. */
export interface LivenessFacts {
  /** The fairness that was assumed: labels of actions, with their choices, in the order of the spec. */
  readonly fairness: readonly FairAction[];
  /** A least set of these under which it still holds, if that was asked for. */
  readonly neededFairness?: readonly FairAction[] | undefined;
  /** The states that were looked at: orbits, if symmetry was reduced and not given up for it. */
  readonly states: number;
  /** Of the compiled engine: of how many of these it was compared with the reference engine what they say. */
  readonly auditedStates?: number | undefined;
  readonly withoutSymmetry: boolean;
  /** Of a `within` that holds: how often at most it was counted. */
  readonly most?: number | undefined;
  /** Of a `within` for which anything waits: whether what it waits for ever comes; it is vacuous if not. */
  readonly isReached?: boolean | undefined;
  /** Of a `within`, the worst case, if that was asked for. */
  readonly worst?: WorstFacts | undefined;
}

/** How many steps a `within` counts at worst. */
export type WorstFacts =
  /** `from` holds nowhere; or nowhere without `to`. */
  | { readonly kind: "never" | "immediate" }
  /** So many, as the trace shows; or, if it is a lasso, more than any number. */
  | { readonly kind: "bounded" | "unbounded"; readonly most?: number; readonly trace: Trace };

/** An assumption of fairness. */
export interface FairAction {
  /** An action with its choice, as steps are labelled; or "any step". */
  readonly label: string;
  readonly kind: "weak" | "strong";
}

export type PropertyStatus =
  | "holds"
  | "violated"
  /** A witness that was met. */
  | "seen"
  /** A witness that was not met in the whole state space. */
  | "never seen"
  /** A property whose `when` never held, or that no effect came to assert, with nothing to choose from, or that waits for what never comes. */
  | "vacuous"
  /** One of these two in an instance too small for it: see `seenFrom`. */
  | "not asked"
  /** The search ended early. */
  | "undecided"
  /** The search does not decide properties of this kind. */
  | "not checked";

/** A path through the model from an initial state. */
export interface Trace {
  readonly initial: State;
  readonly steps: readonly TraceStep[];
  /** The choice for which the property fails, if it is judged for each choice. */
  readonly choice?: readonly unknown[] | undefined;
  /** Of a lasso. */
  readonly lasso?: LassoFacts | undefined;
  /** Of a violated `within`: what was counted. */
  readonly count?: CountFacts | undefined;
}

/** How a trace that goes round in the end does so, and why that is fair. */
export interface LassoFacts {
  /**
   * The state to which the last step leads back: 0 is the initial one, n the one after the n-th step. If it is
   * the last of all, the behaviour stays there for ever.
   */
  readonly loopsTo: number;
  /** Each assumption of fairness, and why the loop meets it. */
  readonly fairness: readonly (FairAction & { readonly because: FairBecause })[];
  /** Whether no lasso has fewer steps, stem and loop together; false if that was too much to find out. */
  readonly isShortest: boolean;
}

/** Steps are numbered from 1 in a trace, states from 0, as `loopsTo` does. */
export type FairBecause =
  | { readonly kind: "never possible" }
  | { readonly kind: "taken"; readonly step: number }
  | { readonly kind: "not possible"; readonly state: number };

export interface CountFacts {
  /** The state in which `from` holds, as in `loopsTo`. */
  readonly from: number;
  /** The steps, from 1, that were counted. */
  readonly steps: readonly number[];
  /** How many there may be; undefined if it was asked how many there are at worst. */
  readonly atMost?: number | undefined;
}

export interface TraceStep {
  readonly step: Step;
  /** The state after the step (for a failed assertion: before it). */
  readonly state: State;
}

/** Figures of a search, counted as TLC counts. */
export interface Statistics {
  /** States that were explored; orbits, if symmetry was reduced. */
  readonly distinctStates: number;
  /** Initial states and computed successors, duplicates included. */
  readonly generatedStates: number;
  /** Computed successors, duplicates included. */
  readonly transitions: number;
  /** Length of the longest shortest path, in states: an initial state has depth 1. */
  readonly depth: number;
  /** The number of orbits, if symmetry was reduced. */
  readonly orbits?: number | undefined;
  /** The number of states that the explored ones stand for: the sum of the sizes of their orbits. */
  readonly unreducedStates: bigint;
  /** States that are known but whose successors are not. */
  readonly frontier: number;
  /** How often each action was taken. */
  readonly taken: Readonly<Record<string, number>>;
  /** Of a search that saw everything: the actions that were taken and never changed anything. */
  readonly unchanging?: readonly string[] | undefined;
  /**
   * States that were judged a second time, with all their steps: of the compiled engine, by the reference engine;
   * of the reference engine, for purity and symmetry.
   */
  readonly auditedStates: number;
  /** Of the compiled engine: what it took to learn each action. */
  readonly actions?: Readonly<Record<string, ActionFigures>> | undefined;
  /**
   * Of the compiled engine: the runs that were made at once, because an earlier check had learned from them; 0 where they
   * came to something else, and were forgotten. Undefined if there were none.
   */
  readonly rehearsedRuns?: number | undefined;
  /** Of the compiled engine: how many threads explored; one, as long as others would have come too late to help. */
  readonly threads?: number | undefined;
  /** Of the compiled engine: the steps of these, possible or not. */
  readonly comparedSteps?: number | undefined;
  /** Of the compiled engine: the most memory that it took for states, in bytes. */
  readonly peakMemoryBytes?: number | undefined;
  readonly seconds: number;
  /** For random exploration: runs made. */
  readonly runs?: number | undefined;
}

/** How the compiled engine came to the steps of an action. With several workers they differ from run to run. */
export interface ActionFigures {
  /** How often it was taken. */
  readonly steps: number;
  /** How often its condition and effect were run to learn what they do. */
  readonly recipeRuns: number;
  /** The size of what was compiled of it last: nodes of decision diagrams. */
  readonly diagramNodes: number;
  /** How often it was asked for without compiled code, in states where it is not possible and in audits as well. */
  readonly interpretedSteps: number;
}

/** See `Statistics.unchanging`; `frontier` is 0 if everything was seen. */
export const unchangingOf = (
  taken: Statistics["taken"],
  hasChanged: (name: string, position: number) => boolean,
  frontier: number,
): readonly string[] | undefined =>
  frontier > 0
    ? undefined
    : Object.keys(taken).filter(
        (name, position) => taken[name] !== 0 && !hasChanged(name, position),
      );
