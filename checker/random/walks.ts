import type { Digits, Model, State } from "../../model/index.ts";
import type { Ledger } from "../ledger.ts";
import type { Limits, Watch } from "../limits.ts";
import type { IncompleteReason, Statistics } from "../verdict.ts";
import { mostStates } from "../visited.ts";
import { diceOf } from "./dice.ts";
import { Groups, Preferences } from "./preferences.ts";
import { type Violating, Walk } from "./walk.ts";

export interface ExploreOptions extends Limits {
  /** How many runs from an initial state; as many as there is time for, if left out. */
  readonly runs?: number | undefined;
  /** The largest number of steps of a run; 100 if left out. */
  readonly steps?: number | undefined;
  /** A whole number; the same seed makes the same runs. 0 if left out. */
  readonly seed?: number | undefined;
  /** With its seed, and the same `steps` and `properties`: the run of a violation that was found. */
  readonly path?: string | undefined;
  /** Judge only these properties. */
  readonly properties?: readonly string[] | undefined;
}

/** Seconds, where nothing says how long to go on: neither runs nor a limit. */
const ordinarySeconds = 10;

/** Which run: its number among those of a seed, and two bits for each action: how seldom it was taken before. */
export interface RunName {
  readonly number: number;
  readonly seldom: bigint;
}

/** Random walks through a model, and their figures. */
export class RandomWalks {
  /** Why the walks had to stop, if they had. */
  stopped: IncompleteReason | undefined;
  /** How many there were. */
  runs = 0;
  readonly #model: Model;
  readonly #watch: Watch;
  readonly #seed: number;
  readonly #steps: number;
  readonly #maxStates: number;
  readonly #budgetSeconds: number;
  readonly #initialStates: readonly State[];
  readonly #groups: Groups;
  readonly #hashes = new Set<number>();
  readonly #taken: Record<string, number>;
  #generated = 0;
  #depth = 0;

  constructor(model: Model, options: ExploreOptions, watch: Watch) {
    const { runs, maxStates, timeoutSeconds, seed = 0, steps = 100 } = options;
    const isEndless = (runs ?? maxStates ?? timeoutSeconds) === undefined;
    this.#model = model;
    this.#watch = watch;
    this.#seed = seed;
    this.#steps = steps;
    this.#maxStates = maxStates ?? Infinity;
    this.#budgetSeconds = isEndless ? ordinarySeconds : Infinity;
    this.#initialStates = model.initialStates();
    this.#groups = new Groups(model);
    this.#taken = Object.fromEntries(Object.keys(model.spec.actions).map((name) => [name, 0]));
  }

  /** The next run: three of four like actions the better, the seldomer they were taken. */
  next(): RunName {
    const number = this.runs;
    if (number % 4 === 0) return { number, seldom: 0n };
    const { actions } = this.#groups;
    const count = (action: number): number => this.#taken[actions[action] as string] as number;
    const seldom = actions
      .map((_, action) => action)
      .toSorted((one, other) => count(other) - count(one))
      .map((action, rank) => BigInt(Math.floor((4 * rank) / actions.length)) << BigInt(2 * action))
      .reduce((bits, its) => bits | its, 0n);
    return { number, seldom };
  }

  /** Makes a run; what it violates first, if anything. */
  make({ number, seldom }: RunName, ledger: Ledger): Violating | undefined {
    if (this.#isOver()) return undefined;
    this.runs++;
    const dice = diceOf(this.#seed, number);
    const preferences = new Preferences(this.#model, this.#groups, seldom, dice);
    const state = this.#initialStates[dice() % this.#initialStates.length] as State;
    const walk = new Walk(this.#model, ledger, state, (step) => {
      this.#taken[step.action] = (this.#taken[step.action] as number) + 1;
    });
    const atStart = walk.start();
    this.#visit(walk, 0);
    if (atStart !== undefined) return atStart;
    for (let length = 1; length <= this.#steps && !this.#isOver(); length++) {
      const result = walk.takeOneOf(preferences.steps(walk.state));
      if (result === "ended") return undefined;
      if (result !== "taken") {
        if (walk.length === length) this.#visit(walk, length);
        return result;
      }
      this.#visit(walk, length);
    }
    return undefined;
  }

  statistics(): Statistics {
    return {
      distinctStates: this.#hashes.size,
      generatedStates: this.#generated,
      transitions: this.#generated - this.runs,
      depth: this.#depth,
      unreducedStates: BigInt(this.#hashes.size),
      frontier: 0,
      taken: { ...this.#taken },
      auditedStates: 0,
      seconds: this.#watch.seconds(),
      runs: this.runs,
    };
  }

  /** Whether the walks have to stop. */
  #isOver(): boolean {
    this.stopped ??= this.#watch.check(() => this.statistics());
    if (this.#generated >= this.#maxStates) this.stopped ??= "state limit";
    if (this.#watch.seconds() >= this.#budgetSeconds) this.stopped ??= "random exploration";
    return this.stopped !== undefined;
  }

  #visit({ digits }: Walk, length: number): void {
    this.#generated++;
    this.#depth = Math.max(this.#depth, length + 1);
    if (this.#hashes.size < mostStates) this.#hashes.add(hashOf(digits));
  }
}

/** 53 bits of a state: enough that a million states hardly ever share one. */
function hashOf(digits: Digits): number {
  let [low, high] = [0x811c9dc5, 0x1b873593];
  for (const digit of digits) {
    low = Math.imul(low ^ digit, 0x01000193);
    high = Math.imul(high ^ digit, 0x85ebca6b) ^ (low >>> 15);
  }
  return (low >>> 0) * 2 ** 21 + (high >>> 11);
}
