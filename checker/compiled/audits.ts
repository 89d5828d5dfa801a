import type { Digits, Model } from "../../model/index.ts";
import { Audit } from "../audit.ts";
import { ExchangeAudit } from "../exchange-audit.ts";
import { doubtsOf, memoriesOf } from "../grounds.ts";
import { Interrupted } from "../limits.ts";
import type { Stop } from "../stop.ts";
import { type AuditExtent, auditShareOf, isAuditedWhole } from "./audit-share.ts";
import type { Explorer } from "./explorer.ts";
import { type SearchFigures, sumOf } from "./search-figures.ts";
import type { Owed } from "./header.ts";
import type { Range } from "./levels.ts";

/**
 * Of each level some states are looked at thoroughly, more at the beginning, as long as that runs no more
 * steps than these and so many for each state of the search. Where it is proved that functions keep nothing, and that a
 * symmetry that is relied on is one, the first states are enough: what functions read that is not declared is met by
 * whoever records them, but for those that are not asked yet.
 */
const looked = { first: 64, later: 2 };
const lookedIfProved = { first: 2, later: 0 };
const workFirst = 30_000;
const workForEach = 4;

export interface AuditsOptions {
  readonly model: Model;
  readonly explorer: Explorer;
  readonly figures: SearchFigures;
  readonly stop: Stop;
  /** The properties that are asked about; all if left out. */
  readonly properties?: readonly string[] | undefined;
  /** How much is judged by the reference semantics while it is explored. */
  readonly extent: AuditExtent;
  /** How much an earlier search has looked at. */
  readonly earlier?: Owed["audit"] | undefined;
}

/**
 * Which states of a search are audited, and when. Some of each level are looked at thoroughly when it was explored,
 * and when helpers have taken up the next one: they need not wait for that. A share is judged by the reference
 * semantics while it is explored, a small search as a whole when it is known to be small.
 */
export class Audits {
  readonly #options: AuditsOptions;
  readonly #audit: Audit;
  readonly #looked: typeof looked;
  readonly #initial: ExchangeAudit | undefined;
  #owed: Owed | undefined;

  constructor(options: AuditsOptions) {
    const { model, explorer, stop, properties, earlier } = options;
    const reduces = model.symmetry.order > 1n;
    this.#options = options;
    const areFunctionsProved = memoriesOf(model, properties).length === 0;
    const isSymmetryProved = doubtsOf(model, properties).length === 0;
    const isProved = areFunctionsProved && (!reduces || isSymmetryProved);
    this.#looked = isProved ? lookedIfProved : looked;
    this.#initial = reduces ? new ExchangeAudit(model) : undefined;
    this.#audit = new Audit(model, reduces && !isSymmetryProved, {
      earlier,
      onDifference: ({ action }) => {
        throw explorer.relation.errorOf(action);
      },
      goOn: () => stop.lookLate(),
    });
  }

  /** Throws `SpecError` unless every exchange of an initial state is an initial state. */
  initial(states: readonly Digits[]): void {
    this.#initial?.initial(states);
  }

  /** The share of the states of a level to audit while it is explored, of `wholeShare`. */
  shareOf([from, to]: Range): number {
    const { model, extent, figures } = this.#options;
    const { taken, audited } = figures.levelBegan;
    return auditShareOf(model, extent, {
      level: to - from,
      explored: from,
      transitions: sumOf(taken),
      audited: audited.states,
    });
  }

  /** Whether so many states, which are all that there are, are still to be judged by the reference semantics. */
  areAllDue(states: number): boolean {
    const { model, extent, figures } = this.#options;
    if (extent !== "share" || figures.now().audited.states > 0) return false;
    return states > 0 && isAuditedWhole(model, states);
  }

  /** What was looked at, without the level that is owed, if there is one. */
  get known(): Owed {
    return this.#owed ?? this.#lookedSoFar();
  }

  /** Whether a level is still to be looked at. */
  get areOwed(): boolean {
    return this.#owed !== undefined;
  }

  /** Says that a level was explored, and has to be looked at. */
  owe(level: Range): void {
    this.#owed = { ...this.#lookedSoFar(), level };
  }

  /** Takes over the level that an earlier search owes. */
  resume({ audit, level }: Owed): void {
    if (level !== undefined) this.#owed = { audit, level };
  }

  /** Looks at the level that is owed, if there is one and as far as limits allow for it. */
  settle(): void {
    const owed = this.#owed;
    this.#owed = undefined;
    const level = owed?.level;
    if (level === undefined) return;
    this.#options.stop.untilStopped(() => {
      try {
        this.#lookAt(level);
      } catch (error) {
        if (error instanceof Interrupted) this.#owed = owed;
        throw error;
      }
    });
  }

  #lookedSoFar(): Owed {
    const { states, work } = this.#audit;
    return { audit: { states, work } };
  }

  #lookAt([from, to]: Range): void {
    const { explorer, model, stop } = this.#options;
    const { first, later } = this.#looked;
    const wanted = this.#audit.states < first ? first : later;
    if (wanted === 0) return;
    const stride = Math.max(1, Math.floor((to - from) / wanted));
    for (let state = from; state < to; state += stride) {
      if (this.#audit.work + this.#audit.nextWork > workFirst + workForEach * to) break;
      stop.lookLate();
      const digits = explorer.digitsOf(state);
      this.#audit.look(model.layout.decode(digits), digits, explorer.doneAt(state));
    }
  }
}
