import { type Claim, instantiate, type Model } from "../model/index.ts";
import { SpecError } from "../spec/index.ts";
import { exploreByReference } from "./breadth-first.ts";
import type { AuditExtent } from "./compiled/audit-share.ts";
import { search } from "./compiled/search.ts";
import { mostBytes } from "./compiled/store.ts";
import type { Limits } from "./limits.ts";
import { fairnessOf } from "./liveness/fairness.ts";
import { graphBytes } from "./liveness/explored.ts";
import { isLiveness } from "./liveness/parts.ts";
import { type LivenessTask, representatives } from "./liveness/stage.ts";
import type { Verdict } from "./verdict.ts";

/**
 * How states are explored. The reference engine runs the spec's functions on every state: slow, and
 * obviously right. The compiled one learns what they do and compiles it.
 */
export type EngineName = "reference" | "compiled";

/** Of the options for memory, threads, checkpoints and audits the reference engine knows none. */
export interface CheckOptions extends Limits {
  /** Actions whose fairness is not to be relied on. */
  readonly unfair?: readonly string[];
  /** Whether to find, for each liveness property that holds, a least set of fair actions that it needs. */
  readonly neededFairness?: boolean;
  /** Whether to find the worst case of each `within`, with a trace that attains it. */
  readonly worstCases?: boolean;
  /** Whether to decide liveness properties; true if left out. */
  readonly liveness?: boolean;
  /** Told when the search begins to work on a graph, for long and without calling the spec, and when it ends. */
  readonly onGraph?: (isAtWork: boolean) => void;
  /** Judge only these properties, and stop when all of them are decided. */
  readonly properties?: readonly string[];
  /** Stop at the depth of the first violation; other properties stay undecided. */
  readonly untilFirst?: boolean;
  /** The compiled engine if left out. */
  readonly engine?: EngineName;
  /**
   * How much memory states may take, in bytes; 4 GiB at most, and if left out. A search that needs more
   * ends incomplete.
   */
  readonly memoryBytes?: number;
  /**
   * How much is judged a second time by the reference engine; a share if left out. A search beside which there
   * is another to compare it with needs none.
   */
  readonly audit?: AuditExtent;
  /** How many threads explore, with this one; one if left out. */
  readonly workers?: number;
  /**
   * Starts a thread that builds the same model and calls `help` with the seat. Called once for each worker
   * but the first, and only if the search becomes large enough to be worth it.
   */
  readonly startHelper?: (seat: Seat) => void;
  /** Given what a later search needs to go on: now and then, and when the search ends incomplete. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  /** Where to go on: a checkpoint of a search of the same model, for the same properties. */
  readonly resume?: Checkpoint;
}

/** A helper's place in a search; plain data with a shared memory in it, to be posted to its thread. */
export interface Seat {
  readonly memory: WebAssembly.Memory;
}

/**
 * Everything that a search knows, to be kept in a file. Not to be kept itself for longer than the call that
 * it is given in: the search writes on in it.
 */
export interface Checkpoint {
  /** As JSON says it. */
  readonly header: object;
  /** As they stand in memory. */
  readonly states: Uint8Array;
}

/**
 * Explores every reachable state, nearest first, so that every trace is a shortest one. The same search
 * gives the same bytes. Throws `SpecError` where the spec is at fault.
 */
export function check(model: Model, options: CheckOptions = {}): Verdict {
  const verdict =
    model.symmetry.order > 1n
      ? checkBoth(model, options)
      : run(model, options, taskOf(model, options));
  const { unreducedStates, frontier, seconds } = verdict.statistics;
  const isWhole = frontier === 0 && verdict.note === undefined;
  if (model.symmetry.order > 1n && isWhole && unreducedStates <= mostConfirmed) {
    const { timeoutSeconds = Number.POSITIVE_INFINITY } = options;
    confirm(model, { ...alone(options), timeoutSeconds: timeoutSeconds - seconds }, verdict);
  }
  return verdict;
}

const run = (model: Model, options: CheckOptions, task: LivenessTask | undefined): Verdict =>
  options.engine === "reference"
    ? exploreByReference(model, options, task)
    : search(model, options, task);

/** The options of a search beside another one, to which the checkpoints belong. */
function kept(options: CheckOptions): CheckOptions {
  const { onCheckpoint: _keep, resume: _resume, ...others } = options;
  return others;
}

/** Those of a search that is too small for helpers. */
function alone(options: CheckOptions): CheckOptions {
  const { startHelper: _start, ...others } = kept(options);
  return { ...others, audit: "none" };
}

/** What is to be decided on the graph; undefined if nothing is. */
function taskOf(
  model: Model,
  {
    properties,
    unfair = [],
    neededFairness = false,
    worstCases = false,
    liveness = true,
  }: CheckOptions,
): LivenessTask | undefined {
  const claims = model.claims.filter(
    ({ name, property }) => isLiveness(property.kind) && (properties?.includes(name) ?? true),
  );
  fairnessOf(model, unfair); // refuses what is no fair action
  if (!liveness || claims.length === 0) return undefined;
  return {
    claims,
    choicesOf: ({ choices }) => choices,
    unfair,
    findsNeeded: neededFairness,
    findsWorst: worstCases,
  };
}

/**
 * Explores orbits for what can be said of single states and steps, and then, for liveness, all states. A cycle
 * of orbits need not be a cycle, and what is fair to one element need not be fair to another.
 */
function checkBoth(model: Model, options: CheckOptions): Verdict {
  const task = taskOf(model, options);
  if (task === undefined) return run(model, options, undefined);
  const names = task.claims.map(({ name }) => name);
  const asksMore = options.properties?.some((name) => !names.includes(name)) ?? true;
  const safety = asksMore ? run(model, options, undefined) : undefined;
  const isWhole = safety === undefined || (safety.statistics.frontier === 0 && !isCutShort(safety));
  if (safety !== undefined && !isWhole) return safety;
  if (safety !== undefined && !fits(model, safety, options)) return withoutLiveness(safety, names);

  const { spec, constants, pulse } = model;
  const whole = instantiate(spec, { constants, pulse, symmetry: false });
  const { timeoutSeconds = Number.POSITIVE_INFINITY } = options;
  const left = timeoutSeconds - (safety?.statistics.seconds ?? 0);
  const liveness = run(
    whole,
    {
      ...(safety === undefined ? options : kept(options)),
      properties: names,
      timeoutSeconds: left,
    },
    {
      ...task,
      claims: task.claims.map(({ name }) => claimOf(whole, name)),
      // Each element may need the fairness of others.
      choicesOf: ({ name, choices }) => {
        if (task.findsNeeded) return choices;
        const claim = claimOf(model, name);
        return representatives(model, claim).map(
          (choice) => choices[claim.choices.indexOf(choice)] as readonly unknown[],
        );
      },
      reduced: model,
    },
  );
  return safety === undefined ? liveness : bothOf(safety, liveness);
}

const claimOf = ({ claims }: Model, sought: string): Claim =>
  claims.find(({ name }) => name === sought) as Claim;

/** Whether what was explored is not the whole graph. */
const isCutShort = ({ note, kind, properties, ...rest }: Verdict): boolean =>
  note !== undefined ||
  properties.some((its) => its.kind === "assertion" && its.status === "violated") ||
  (kind === "incomplete" && "reason" in rest && rest.reason !== "not checked");

/** Whether all states, and the steps between them, fit into memory, as far as orbits tell. */
function fits(
  { packing }: Model,
  { statistics }: Verdict,
  { memoryBytes = mostBytes }: CheckOptions,
): boolean {
  const { distinctStates, transitions, unreducedStates } = statistics;
  const states = Number(unreducedStates);
  const steps = (states * transitions) / Math.max(1, distinctStates);
  const stateBytes = 8 * packing.words + 4;
  return states * stateBytes < memoryBytes && graphBytes(states, steps) < memoryBytes;
}

/** What is left of a verdict where liveness cannot be decided. */
function withoutLiveness(safety: Verdict, names: readonly string[]): Verdict {
  const properties = safety.properties.map((its) =>
    names.includes(its.name) ? { ...its, status: "undecided" as const } : its,
  );
  if (safety.kind === "violated") return { ...safety, properties };
  const { statistics } = safety;
  return { kind: "incomplete", reason: "too many states for liveness", properties, statistics };
}

/** What two searches found, the second one of liveness. */
function bothOf(safety: Verdict, liveness: Verdict): Verdict {
  const decided = new Map(liveness.properties.map((its) => [its.name, its]));
  const properties = safety.properties.map((its) => decided.get(its.name) ?? its);
  const seconds = safety.statistics.seconds + liveness.statistics.seconds;
  const statistics = { ...safety.statistics, seconds };
  if (safety.kind === "violated") return { ...safety, properties, statistics };
  if (liveness.kind === "violated" || liveness.kind === "incomplete") {
    return { ...liveness, properties, statistics };
  }
  return safety.kind === "vacuous"
    ? { ...safety, properties, statistics }
    : { ...liveness, properties, statistics };
}

/** So many states are explored once more without symmetry: in a small instance nothing is left to sampling. */
const mostConfirmed = 5_000n;

/** Throws `SpecError` unless a search without symmetry comes to the same. */
function confirm(model: Model, options: CheckOptions, reduced: Verdict): void {
  const { spec, constants, pulse } = model;
  const whole = check(instantiate(spec, { constants, pulse, symmetry: false }), options);
  const isWhole = whole.statistics.frontier === 0 && whole.note === undefined;
  if (!isWhole || (whole.kind === "incomplete" && whole.reason !== "not checked")) return;
  const figures = ({ statistics, properties }: Verdict): string =>
    [
      `${statistics.unreducedStates} states of depth ${statistics.depth}`,
      ...properties.map(({ name, status }) => `${name} ${status}`),
    ].join(", ");
  if (figures(whole) === figures(reduced)) return;
  throw new SpecError(
    `${spec.name}: an index set is declared interchangeable (or buddies) and is not: without symmetry the search ` +
      `comes to something else.\nWith:    ${figures(reduced)}\nWithout: ${figures(whole)}\n` +
      "Does a guard, an effect or a property name a particular element, or rely on the order of elements? " +
      "Declare the set ordered(...), or run with --no-symmetry.",
  );
}
