import fc from "fast-check";
import type { Digits, Model, State, Step } from "../../model/index.ts";
import { AssertionFailure, SpecError } from "../../spec/index.ts";
import { refuseIdentity } from "../grounds.ts";
import { Ledger, type Violation } from "../ledger.ts";
import { type Limits, watch } from "../limits.ts";
import type { IncompleteReason, Statistics, Trace, TraceStep, Verdict } from "../verdict.ts";
import { mostStates } from "../visited.ts";

/*
 * A door of its own, since fast-check takes long to load and other searches have no use for it.
 */

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

/**
 * How random exploration ended: it may refute, it never proves. In its statistics `generatedStates`
 * are the states visited, `distinctStates` is a lower bound (states are told apart by a hash, which
 * cannot count too many), `depth` the length of the longest run and `frontier` 0; runs that only
 * shrink a violation are not counted.
 */
export type RandomVerdict =
  | (Extract<Verdict, { kind: "violated" }> & {
      readonly seed: number;
      /** Where the run is among those of the seed; with it the same trace is found at once. */
      readonly path: string;
    })
  | (Extract<Verdict, { kind: "incomplete" }> & { readonly seed: number });

/** A run as numbers: one that picks the initial state, and one for each step. */
type Numbers = readonly [initial: number, steps: readonly number[]];

/** The end of a run that a violation stopped, and everything violated at that moment. */
interface Found {
  readonly violations: readonly [Violation, ...Violation[]];
  readonly trace: Trace;
}

/**
 * Takes random steps, for instances that are too large to see everything of. The property that
 * fails first is the one that is shrunk. Throws `SpecError` where the spec is at fault.
 */
export function explore(model: Model, options: ExploreOptions = {}): RandomVerdict {
  const { runs = 100, steps = 100, seed = 0, path = "" } = options;
  if (!/^(\d+(:\d+)*)?$/.test(path)) {
    throw new SpecError(`The path of a random run is numbers with colons between, not "${path}".`);
  }
  refuseIdentity(model, options.properties);
  const ledger = new Ledger(model, options.properties, false);
  const limits = watch(options);
  const candidates = candidatesOf(model);
  const initialStates = model.initialStates();
  const shrinkable = ledger
    .results(false)
    .filter(({ kind, status }) => kind !== "witness" && status !== "not checked")
    .map(({ name }) => name);
  if (options.properties?.includes("assertions") ?? true) shrinkable.push("assertions");

  const hashes = new Set<number>();
  const taken: Record<string, number> = Object.fromEntries(
    Object.keys(model.spec.actions).map((name) => [name, 0]),
  );
  let generated = 0;
  let depth = 0;
  let runsMade = 0;
  let stopped: IncompleteReason | undefined;
  let first: Found | undefined;
  let shrunk: Found | undefined;
  let fault: unknown;

  const statistics = (): Statistics => ({
    distinctStates: hashes.size,
    generatedStates: generated,
    transitions: generated - runsMade,
    depth,
    unreducedStates: BigInt(hashes.size),
    frontier: 0,
    taken: { ...taken },
    auditedStates: 0,
    seconds: limits.seconds(),
    runs: runsMade,
  });

  /** Takes the steps of one run; what it violates first, if anything. */
  function run(
    [initialNumber, stepNumbers]: Numbers,
    by: Ledger,
    isCounted: boolean,
  ): Found | undefined {
    const initial = initialStates[initialNumber % initialStates.length] as State;
    const walked: TraceStep[] = [];

    const found = (violations: readonly Violation[], last?: TraceStep): Found | undefined => {
      const [violation, ...others] = violations;
      if (violation === undefined) return undefined;
      const { assertion, choice } = violation;
      const isJudgedByChoice = violation.kind === "invariant" || violation.kind === "step property";
      const trace: Trace = {
        initial,
        steps: last === undefined ? [...walked] : [...walked, last],
        ...(isJudgedByChoice && { choice }),
        ...(assertion !== undefined && { assertion }),
      };
      return { violations: [violation, ...others], trace };
    };

    function visit(digits: Digits): void {
      stopped ??= limits.check(statistics);
      if (generated >= (options.maxStates ?? Number.POSITIVE_INFINITY)) stopped ??= "state limit";
      if (stopped !== undefined) throw new fc.PreconditionFailure(true);
      if (!isCounted) return;
      generated++;
      depth = Math.max(depth, walked.length + 1);
      if (hashes.size < mostStates) hashes.add(hashOf(digits));
    }

    let state = initial;
    let digits: Digits = model.encode(initial, "the initial state");
    visit(digits);
    const atStart = found(by.state(initial));
    if (atStart !== undefined) return atStart;

    /** Takes the first of the steps that changes something: the others would only spend the run. */
    function takeOneOf(steps: Iterable<Step>): Found | "taken" | "ended" {
      let isStuck = true;
      for (const step of steps) {
        isStuck = false;
        const before = state;
        let after: State;
        try {
          after = model.apply(before, step);
        } catch (error) {
          if (!(error instanceof AssertionFailure)) throw error;
          const failed = found(by.assertion(error.message), { step, state: before });
          if (failed !== undefined) return failed;
          continue;
        }
        const next = after === before ? digits : model.encode(after, step.label);
        if (next === digits || next.every((digit, slot) => digit === digits[slot])) {
          const failed = found(by.step(before, after, step), { step, state: after });
          if (failed !== undefined) return failed;
          continue;
        }
        walked.push({ step, state: after });
        [state, digits] = [after, next];
        visit(digits);
        if (isCounted) taken[step.action] = (taken[step.action] as number) + 1;
        return found([...by.step(before, after, step), ...by.state(after)]) ?? "taken";
      }
      return (isStuck ? found(by.deadlock(state)) : undefined) ?? "ended";
    }

    for (const number of stepNumbers) {
      const result = takeOneOf(candidates(state, number));
      if (result === "ended") return undefined;
      if (result !== "taken") return result;
    }
    return undefined;
  }

  /** What fast-check asks of each list of numbers: whether the run does not violate anything. */
  function isPassed(numbers: Numbers): boolean {
    try {
      if (first === undefined) {
        runsMade++;
        first = run(numbers, ledger, true);
        shrunk = first;
        return first === undefined;
      }
      const again = run(numbers, new Ledger(model, shrinkable), false);
      if (again === undefined || !violatesAlike(again, first)) return true;
      shrunk = again;
      return false;
    } catch (error) {
      if (!fc.PreconditionFailure.isFailure(error)) fault = error;
      throw new fc.PreconditionFailure(true);
    }
  }

  if (
    shrinkable.length === 0 &&
    ledger.results(false).every(({ status }) => status === "not checked")
  ) {
    const properties = ledger.results(false);
    return {
      kind: "incomplete",
      reason: "not checked",
      properties,
      statistics: statistics(),
      seed,
    };
  }
  // Values are not shrunk: a smaller number picks another step, not a simpler one.
  const number = fc.noShrink(fc.nat());
  const isPathGiven = path !== "";
  const numbers = fc.tuple(number, fc.array(number, { maxLength: steps, size: "max" }));
  const property = fc.property(numbers, (values) => isPassed(values));
  const parameters = { numRuns: isPathGiven ? 1 : runs, seed, path, plugins: [fc.unbiased()] };
  let foundPath: string | null = null;
  let whyNot: unknown;
  try {
    foundPath = fc.check(property, parameters).counterexamplePath;
  } catch (error) {
    whyNot = error;
  }
  if (fault !== undefined) throw fault;
  const isElsewhere = foundPath !== null && !`${foundPath}:`.startsWith(`${path}:`);
  if (whyNot !== undefined || (isPathGiven && (runsMade === 0 || isElsewhere))) {
    throw new SpecError(
      `There is no run ${path} under seed ${seed} with runs of at most ${steps} steps.`,
      {
        cause: whyNot,
      },
    );
  }
  if (first === undefined || shrunk === undefined) {
    const reason = stopped ?? "random exploration";
    return {
      kind: "incomplete",
      reason,
      properties: ledger.results(false),
      statistics: statistics(),
      seed,
    };
  }
  const [violation, ...others] = first.violations;
  const { trace } = shrunk;
  ledger.record(violation, trace);
  for (const other of others) {
    const { initial, steps: walked } = first.trace;
    ledger.record(other, { initial, steps: walked, choice: other.choice });
  }
  return {
    kind: "violated",
    property: { kind: violation.kind, name: violation.name },
    trace,
    properties: ledger.results(false),
    statistics: statistics(),
    seed,
    path: foundPath ?? path,
  };
}

/** Whether a run violates first what another one did. */
function violatesAlike({ violations: [one] }: Found, { violations: [other] }: Found): boolean {
  return one.name === other.name && one.assertion === other.assertion;
}

/**
 * Turns a number into the steps that are possible in a state, in an order that depends on the
 * number: action by action, and for each its choices. Usually only the first is asked for, so that
 * few guards of an instance with many choices are run. The stride to the next action depends on the
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
