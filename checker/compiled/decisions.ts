import type { Claim, Model } from "../../model/index.ts";
import type { Ledger } from "../ledger.ts";
import { decisionOf, type KeptDecision, keptDecision } from "../liveness/kept.ts";
import { decideAll, type LivenessTask } from "../liveness/stage.ts";
import type { Stop } from "../stop.ts";
import { type AuditExtent, graphShareOf } from "./audit-share.ts";
import { exploredOf } from "./explored.ts";
import type { Explorer } from "./explorer.ts";
import type { SearchFigures } from "./search-figures.ts";
import { auditGraph } from "./graph-audit.ts";
import type { Header } from "./header.ts";
import type { Levels } from "./levels.ts";
import type { Store } from "./store.ts";

export interface DecisionsOptions {
  readonly model: Model;
  readonly ledger: Ledger;
  /** What is to be decided. */
  readonly task: LivenessTask | undefined;
  readonly explorer: Explorer;
  readonly store: Store;
  readonly levels: Levels;
  readonly figures: SearchFigures;
  readonly stop: Stop;
  /** How much memory states and graph may take together. */
  readonly limitBytes: number;
  /** How much of the graph is audited. */
  readonly extent: AuditExtent;
  /** Whether nothing is audited but the graph. */
  readonly isAuditForGraph: boolean;
}

/** What was decided of liveness, on the graph of all that was explored. */
export class Decisions {
  readonly #options: DecisionsOptions;
  readonly #question: string;
  readonly #decided: KeptDecision[] = [];

  constructor(options: DecisionsOptions) {
    const { task } = options;
    this.#options = options;
    this.#question = JSON.stringify([task?.unfair, task?.findsNeeded, task?.findsWorst]);
  }

  /** How many properties were decided. */
  get count(): number {
    return this.#decided.length;
  }

  /** The properties that are not. */
  get open(): readonly Claim[] {
    const { task } = this.#options;
    const isDecided = (sought: string): boolean =>
      this.#decided.some(({ name }) => name === sought);
    return task?.claims.filter(({ name }) => !isDecided(name)) ?? [];
  }

  /** What a later search needs to go on. */
  get known(): Header["liveness"] {
    return { question: this.#question, decided: this.#decided };
  }

  /** Takes over what an earlier search has decided, unless the question was another. */
  resume({ question, decided }: Header["liveness"]): void {
    const { model, ledger, task } = this.#options;
    if (question !== this.#question) return;
    for (const its of decided) {
      const claim = task?.claims.find(({ name }) => name === its.name);
      if (claim === undefined) continue;
      ledger.decided(claim, decisionOf(model, claim, its));
      this.#decided.push(its);
    }
  }

  /** Decides what is open, and tells after each property; throws `Interrupted` where a limit is met. */
  decide(onDecided: () => void): void {
    const { model, ledger, task, explorer, store, levels, figures, stop } = this.#options;
    const { extent, limitBytes, isAuditForGraph } = this.#options;
    const claims = this.open;
    if (task === undefined || claims.length === 0) return;
    const { transitions } = figures.statistics();
    const explored = exploredOf({
      model,
      explorer,
      store,
      initial: levels.initial,
      transitions,
      limitBytes,
      look: () => stop.look(() => figures.statistics()),
    });
    const share = graphShareOf(model, extent, store.count, transitions);
    const audited = auditGraph({
      model,
      explored,
      claims,
      isChosen: (state) => explorer.drawn(state, state + 1, share) === state,
      errorOf: (recipe) => explorer.relation.errorOf(recipe),
    });
    const { audited: states = 0 } = audited;
    if (isAuditForGraph) figures.auditedOfGraph = { states, steps: states * model.steps.length };
    decideAll(model, audited, { ...task, claims }, (claim, found) => {
      ledger.decided(claim, found);
      this.#decided.push(keptDecision(model, claim, found));
      onDecided();
    });
  }
}
