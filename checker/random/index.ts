import fc from "fast-check";
import type { Model } from "../../model/index.ts";
import { isSought, SpecError } from "../../spec/index.ts";
import { refuseIdentity } from "../grounds.ts";
import { Ledger } from "../ledger.ts";
import { watch } from "../limits.ts";
import type { IncompleteReason, Verdict } from "../verdict.ts";
import { type ExploreOptions, RandomWalks, type RunNumbers, type Violating } from "./walks.ts";

export type { ExploreOptions } from "./walks.ts";

/*
 * A door of its own, since fast-check takes long to load and other searches have no use for it.
 */

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
  const walks = new RandomWalks(model, options, watch(options));
  const trials = new Trials(model, ledger, walks);
  const incomplete = (reason: IncompleteReason): RandomVerdict => ({
    kind: "incomplete",
    reason,
    properties: ledger.results(false),
    statistics: walks.statistics(),
    seed,
  });
  const isAskedNothing = ledger.results(false).every(({ status }) => status === "not checked");
  if (trials.shrinkable.length === 0 && isAskedNothing) return incomplete("not checked");

  // Values are not shrunk: a smaller number picks another step, not a simpler one.
  const number = fc.noShrink(fc.nat());
  const isPathGiven = path !== "";
  const numbers = fc.tuple(number, fc.array(number, { maxLength: steps, size: "max" }));
  const property = fc.property(numbers, (values) => trials.isPassed(values));
  const parameters = { numRuns: isPathGiven ? 1 : runs, seed, path, plugins: [fc.unbiased()] };
  let foundPath: string | null = null;
  let whyNot: unknown;
  try {
    foundPath = fc.check(property, parameters).counterexamplePath;
  } catch (error) {
    whyNot = error;
  }
  if (trials.fault !== undefined) throw trials.fault;
  const isElsewhere = foundPath !== null && !`${foundPath}:`.startsWith(`${path}:`);
  if (whyNot !== undefined || (isPathGiven && (walks.runs === 0 || isElsewhere))) {
    throw new SpecError(
      `There is no run ${path} under seed ${seed} with runs of at most ${steps} steps.`,
      {
        cause: whyNot,
      },
    );
  }
  const { first, shrunk } = trials;
  if (first === undefined || shrunk === undefined) {
    return incomplete(walks.stopped ?? "random exploration");
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
    statistics: walks.statistics(),
    seed,
    path: foundPath ?? path,
  };
}

/** The runs that fast-check makes: until one violates something, and then those that may be shorter. */
class Trials {
  /** The properties whose violations are shrunk. */
  readonly shrinkable: readonly string[];
  /** The first run that violated something, and the shortest that violates the same. */
  first: Violating | undefined;
  shrunk: Violating | undefined;
  /** What ended the last run beside a violation. */
  fault: unknown;
  readonly #model: Model;
  readonly #ledger: Ledger;
  readonly #walks: RandomWalks;

  constructor(model: Model, ledger: Ledger, walks: RandomWalks) {
    this.#model = model;
    this.#ledger = ledger;
    this.#walks = walks;
    this.shrinkable = ledger
      .results(false)
      .filter(({ kind, status }) => !isSought(kind) && status !== "not checked")
      .map(({ name }) => name);
  }

  /** What fast-check asks of each list of numbers: whether the run does not violate anything. */
  isPassed(numbers: RunNumbers): boolean {
    try {
      if (this.first === undefined) {
        this.first = this.#walks.next(numbers, this.#ledger);
        this.shrunk = this.first;
        return this.first === undefined;
      }
      const again = this.#walks.again(numbers, new Ledger(this.#model, this.shrinkable));
      if (again === undefined || !violatesAlike(again, this.first)) return true;
      this.shrunk = again;
      return false;
    } catch (error) {
      if (!fc.PreconditionFailure.isFailure(error)) this.fault = error;
      throw new fc.PreconditionFailure(true);
    }
  }
}

/** Whether a run violates first what another one did. */
function violatesAlike(
  { violations: [one] }: Violating,
  { violations: [other] }: Violating,
): boolean {
  return one.name === other.name;
}
