import fc from "fast-check";
import type { Digits, Model, State, Step } from "../../model/index.ts";
import { AssertedIn, AssertionFailure, subjectOf } from "../../spec/index.ts";
import type { Ledger, Violation } from "../ledger.ts";
import type { Limits, Watch } from "../limits.ts";
import type { IncompleteReason, Statistics, Trace, TraceStep } from "../verdict.ts";
import { mostStates } from "../visited.ts";

export interface ExploreOptions extends Limits {
  /** How many runs from an initial state; 100 if left out. */
  readonly runs?: number | undefined;
  /** The largest number of steps of a run; 100 if left out. All lengths are equally likely. */
  readonly steps?: number | undefined;
  /** A whole number; the same seed makes the same runs. 0 if left out. */
  readonly seed?: number | undefined;
  /** With its seed, and the same `steps` and `properties`: the violation found under it. */
  readonly path?: string | undefined;
  /** Judge only these properties. */
  readonly properties?: readonly string[] | undefined;
}

/** A run as numbers: one that picks the initial state, and one for each step. */
export type RunNumbers = readonly [initial: number, steps: readonly number[]];

/** The end of a run that a violation stopped, and everything violated at that moment. */
export interface Violating {
  readonly violations: readonly [Violation, ...Violation[]];
  readonly trace: Trace;
}

/** Random walks through a model, and the figures of those that count. */
export class RandomWalks {
  /** Why the walks had to stop, if they had. */
  stopped: IncompleteReason | undefined;
  /** How many there were. */
  runs = 0;
  readonly #model: Model;
  readonly #watch: Watch;
  readonly #maxStates: number;
  readonly #initialStates: readonly State[];
  readonly #candidates: (state: State, number: number) => Iterable<Step>;
  readonly #hashes = new Set<number>();
  readonly #taken: Record<string, number>;
  #generated = 0;
  #depth = 0;

  constructor(model: Model, { maxStates }: ExploreOptions, watch: Watch) {
    this.#model = model;
    this.#watch = watch;
    this.#maxStates = maxStates ?? Number.POSITIVE_INFINITY;
    this.#candidates = candidatesOf(model);
    this.#initialStates = model.initialStates();
    this.#taken = Object.fromEntries(Object.keys(model.spec.actions).map((name) => [name, 0]));
  }

  /** Makes a run that counts; what it violates first, if anything. */
  next(numbers: RunNumbers, ledger: Ledger): Violating | undefined {
    this.runs++;
    return this.#run(numbers, ledger, true);
  }

  /** Makes a run that only shrinks a violation. */
  again(numbers: RunNumbers, ledger: Ledger): Violating | undefined {
    return this.#run(numbers, ledger, false);
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

  #run([initial, numbers]: RunNumbers, ledger: Ledger, isCounted: boolean): Violating | undefined {
    const state = this.#initialStates[initial % this.#initialStates.length] as State;
    const walk = new Walk(this.#model, ledger, state, {
      visited: (digits, length) => this.#visit(digits, length, isCounted),
      taken: ({ action }) => {
        if (isCounted) this.#taken[action] = (this.#taken[action] as number) + 1;
      },
    });
    const atStart = walk.start();
    if (atStart !== undefined) return atStart;
    for (const number of numbers) {
      const result = walk.takeOneOf(this.#candidates(walk.state, number));
      if (result === "ended") return undefined;
      if (result !== "taken") return result;
    }
    return undefined;
  }

  /** Visits a state after so many steps; throws where the walks have to stop. */
  #visit(digits: Digits, length: number, isCounted: boolean): void {
    this.stopped ??= this.#watch.check(() => this.statistics());
    if (this.#generated >= this.#maxStates) this.stopped ??= "state limit";
    if (this.stopped !== undefined) throw new fc.PreconditionFailure(true);
    if (!isCounted) return;
    this.#generated++;
    this.#depth = Math.max(this.#depth, length + 1);
    if (this.#hashes.size < mostStates) this.#hashes.add(hashOf(digits));
  }
}

/** Told of what happens on a walk. */
interface WalkEvents {
  /** A state was visited after so many steps. */
  visited(digits: Digits, length: number): void;
  taken(step: Step): void;
}

/** One walk, step by step, which a ledger judges. */
class Walk {
  readonly #model: Model;
  readonly #ledger: Ledger;
  readonly #initial: State;
  readonly #events: WalkEvents;
  readonly #walked: TraceStep[] = [];
  #state: State;
  #digits: Digits;

  constructor(model: Model, ledger: Ledger, initial: State, events: WalkEvents) {
    this.#model = model;
    this.#ledger = ledger;
    this.#initial = initial;
    this.#events = events;
    this.#state = initial;
    this.#digits = model.encode(initial, "the initial state");
  }

  /** Where it is. */
  get state(): State {
    return this.#state;
  }

  /** Visits the initial state; what is violated there, if anything. */
  start(): Violating | undefined {
    this.#events.visited(this.#digits, 0);
    return this.#violating(this.#ledger.state(this.#initial));
  }

  /** Takes the first of the steps that changes something: the others would only spend the run. */
  takeOneOf(steps: Iterable<Step>): Violating | "taken" | "ended" {
    const ledger = this.#ledger;
    let isStuck = true;
    for (const step of steps) {
      const before = this.#state;
      let after: State;
      const run = new AssertedIn(this.#model.assertions);
      try {
        after = this.#model.apply(before, step, run);
      } catch (error) {
        if (!(error instanceof AssertionFailure)) throw error;
        isStuck = false;
        const violations = ledger.assertion(error.property);
        const failed = this.#violating(violations, { step, state: before });
        if (failed !== undefined) return failed;
        continue;
      } finally {
        ledger.asserts(run.names);
      }
      const next = after === before ? this.#digits : this.#model.encode(after, step.label);
      if (isEqual(next, this.#digits)) {
        const violations = ledger.step(before, after, step);
        const failed = this.#violating(violations, { step, state: after });
        if (failed !== undefined) return failed;
        continue;
      }
      this.#walked.push({ step, state: after });
      [this.#state, this.#digits] = [after, next];
      this.#events.visited(next, this.#walked.length);
      this.#events.taken(step);
      const violations = [...ledger.step(before, after, step), ...ledger.state(after)];
      return this.#violating(violations) ?? "taken";
    }
    return (isStuck ? this.#violating(ledger.deadlock(this.#state)) : undefined) ?? "ended";
  }

  /** The end of the walk, perhaps with one step more, if anything is violated there. */
  #violating(violations: readonly Violation[], last?: TraceStep): Violating | undefined {
    const [violation, ...others] = violations;
    if (violation === undefined) return undefined;
    const { kind, choice } = violation;
    const isJudgedByChoice = ["state", "step"].includes(subjectOf(kind) ?? "");
    const trace: Trace = {
      initial: this.#initial,
      steps: last === undefined ? [...this.#walked] : [...this.#walked, last],
      ...(isJudgedByChoice && { choice }),
    };
    return { violations: [violation, ...others], trace };
  }
}

const isEqual = (one: Digits, other: Digits): boolean =>
  one === other || one.every((digit, slot) => digit === other[slot]);

/**
 * Turns a number into the steps that are possible in a state, in an order that depends on the
 * number: action by action, and for each its choices. Usually only the first is asked for, so that
 * few conditions of an instance with many choices are run. The stride to the next action depends on the
 * number too, so that no action inherits the share of one that is seldom possible.
 */
function candidatesOf(model: Model): (state: State, number: number) => Iterable<Step> {
  const actions = Object.keys(model.spec.actions)
    .map((name) => model.steps.filter(({ action }) => action === name))
    .filter((steps) => steps.length > 0);
  const count = actions.length;
  const strides = Array.from({ length: count }, (_, stride) => stride).filter(
    (stride) => greatestCommonDivisor(stride, count) === 1,
  );
  return function* candidates(state, number) {
    const rest = Math.floor(number / count);
    const stride = strides[rest % strides.length] as number;
    for (let tried = 0; tried < count; tried++) {
      const steps = actions[(number + tried * stride) % count] as readonly Step[];
      const start = Math.floor(rest / strides.length) % steps.length;
      for (let offset = 0; offset < steps.length; offset++) {
        const step = steps[(start + offset) % steps.length] as Step;
        if (model.isEnabled(state, step)) yield step;
      }
    }
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
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
