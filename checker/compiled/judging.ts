import type {
  Claim,
  Knowledge,
  KnownDigits,
  Model,
  Predicate,
  PredicateGroup,
} from "../../model/index.ts";
import { isAsserted, type SpecError } from "../../spec/index.ts";
import { answers } from "../claims.ts";
import { assertionOf, deadlockFreedom, type Ledger, type Violation } from "../ledger.ts";
import { type Candidate, type Finding, Findings, type FindingsNews } from "./findings.ts";
import type { WholeHead } from "./head.ts";
import { judgedClaims } from "./predicate-groups.ts";
import { PropertyKnowledge, type PropertyNews } from "./property-knowledge.ts";
import { StepClasses } from "./step-classes.ts";

/** What a worker knows of the properties and found in the level, as JSON says it. */
export type News = PropertyNews & FindingsNews;

/** What a level comes to. */
export interface LevelFindings {
  /** In the order of the length of their traces, then of the spec. */
  readonly violations: readonly Finding[];
  readonly fault: SpecError | undefined;
}

export interface JudgingOptions {
  readonly model: Model;
  readonly ledger: Ledger;
  readonly head: WholeHead;
  /** The memory of the search. */
  readonly words: Uint32Array;
  /** See `judgedGroups`. */
  readonly groups: readonly PredicateGroup[];
  /** Of these groups, and perhaps of more. */
  readonly learned: Knowledge;
}

/**
 * Which properties are asked where. A predicate that held in a state holds in its successor if the step
 * wrote nothing that the predicate looks at; so each step has a class, by what it writes, and each class
 * a list of predicates to ask of a new state and one of those to ask of the step itself. A step property
 * is asked of every new state as if it were a step to itself: then it need not be asked of steps that do
 * not touch what it looks at.
 */
export class Judging {
  readonly groups: readonly PredicateGroup[];
  readonly #options: JudgingOptions;
  readonly #claims: ReadonlyMap<string, Claim>;
  readonly #knowledge: PropertyKnowledge;
  readonly #classes: StepClasses;
  readonly #findings: Findings;
  /** What was found in this level or in one before, by name. */
  readonly #noted = new Set<string>();

  /** Of the properties that a search is asked about. */
  constructor(options: JudgingOptions) {
    const { model, ledger } = options;
    const claims = judgedClaims(model, ledger);
    this.#options = options;
    this.groups = options.groups;
    this.#claims = new Map(claims.map((claim) => [claim.name, claim]));
    this.#knowledge = new PropertyKnowledge(claims, ledger, model.layout.slots);
    this.#classes = new StepClasses({
      ...options,
      claims: this.#claims,
      knowledge: this.#knowledge,
    });
    this.#findings = new Findings(model);
  }

  /** The class of steps of an action that write these slots (undefined: any). */
  classOf(
    action: string,
    written: ReadonlySet<number> | undefined,
    before: KnownDigits,
    after: KnownDigits,
  ): number {
    return this.#classes.classOf(action, written, before, after);
  }

  /** Steps of an action were not taken by compiled code. */
  interpreted(action: number): void {
    this.#classes.interpreted(action);
  }

  /** An action was compiled, with steps of these classes. */
  compiled(action: number, classes: ReadonlySet<number>): void {
    this.#classes.compiled(action, classes);
  }

  /** A predicate looks at more slots than before. */
  looksFurther({ id, slots }: Predicate): void {
    this.#knowledge.looks(id, slots);
  }

  /** A predicate holds or fails on a state, or on a step. */
  answered(predicate: Predicate, answer: number, at: Candidate): void {
    const claim = this.#claims.get(predicate.name) as Claim;
    if (at.isStutter === true) {
      if (answer === answers.fails) this.#knowledge.suspect(predicate.id);
      return;
    }
    this.#speaks(claim);
    if (answer !== answers.fails || !this.#knowledge.isOpen(claim)) return;
    const { name, property } = claim;
    this.#violated({ kind: property.kind, name, choice: predicate.choice }, at);
  }

  /** A state is stuck, and may not be an end. */
  stuck(at: Candidate): void {
    this.#violated({ ...deadlockFreedom, choice: [] }, at);
  }

  /** An assertion was evaluated in a step. */
  evaluated(assertion: string): void {
    const claim = this.#claims.get(assertion);
    if (claim !== undefined) this.#speaks(claim);
  }

  /** An assertion of a step failed, whether anybody asked about it or not. */
  asserted(assertion: string, at: Candidate): void {
    this.#violated({ ...assertionOf(assertion), choice: [] }, at);
  }

  /** The spec is at fault. */
  failed(error: SpecError, at: Candidate): void {
    this.#findings.failed(error, at);
  }

  /** Whether a property is still asked of states and steps. */
  asks(name: string): boolean {
    return this.#knowledge.isOpen(this.#claims.get(name) as Claim);
  }

  /**
   * Whether the search has taken note of what a property answered (of an assertion: that it was evaluated, or failed), or of
   * a deadlock as if that had failed: in the level, or before.
   */
  hasNoted(name: string, answer: number): boolean {
    const claim = this.#claims.get(name);
    if (claim !== undefined && !this.#knowledge.isOpen(claim)) return true;
    // What nobody asked about need not be heard of, unless it fails.
    if (answer === answers.nothing || (claim === undefined && answer === answers.holds))
      return true;
    return answer === answers.holds ? this.#knowledge.hasSpoken(name) : this.#noted.has(name);
  }

  /** Takes note of a violation that was found before. */
  notes(name: string): void {
    this.#noted.add(name);
  }

  /** Brings the lists up to date. To be called before each level, and before the initial states. */
  beginLevel(): void {
    this.#knowledge.beginLevel();
    const unlisted = this.#knowledge.takeUnlisted();
    if (unlisted !== undefined) this.#classes.refresh(unlisted);
  }

  /** What was found in the level: of each property one violation, the same in whichever order states are explored. */
  endLevel(): LevelFindings {
    const asserted = this.#options.model.claims.filter(({ property }) => isAsserted(property.kind));
    const names = [...this.#claims.keys(), ...asserted.map(({ name }) => name)];
    const violations = this.#findings.of([...new Set([deadlockFreedom.name, ...names])]);
    const { fault } = this.#findings;
    if (violations.length > 0) this.#knowledge.changed();
    this.#findings.clear();
    return { violations, fault };
  }

  /** Forgets what was found in the level. */
  dropLevel(): void {
    this.#findings.clear();
  }

  /** What is known by now, with what was found in the level. */
  knowledge(): News {
    return { ...this.#knowledge.news, ...this.#findings.news };
  }

  /** All that other workers have to know; undefined if nothing of it is new since the last call. */
  news(): News | undefined {
    if (!this.#knowledge.isNew && !this.#findings.isNew) return undefined;
    this.#knowledge.isNew = false;
    this.#findings.isNew = false;
    return this.knowledge();
  }

  /** Takes over what another worker knows, or an earlier search. */
  hear(news: News): void {
    for (const name of news.spoken) this.#speaks(this.#claims.get(name) as Claim);
    this.#knowledge.hear(news);
    for (const { name } of news.found) this.#noted.add(name);
    this.#findings.hear(news);
  }

  /** Takes note that a property had something to say, and tells the generated code. */
  #speaks(claim: Claim): void {
    if (!this.#knowledge.speaks(claim)) return;
    const { learned, words, head } = this.#options;
    const { actions, predicates } = learned;
    for (const { id, name } of predicates) {
      if (name === claim.name) words[head.spoken / 4 + actions.length + id] = 1;
    }
  }

  #violated(violation: Violation, at: Candidate): void {
    this.#noted.add(violation.name);
    this.#findings.violated(violation, at);
  }
}
