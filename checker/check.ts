import { type Claim, instantiate, type Model } from "../model/index.ts";
import { isAsserted, isLiveness, SpecError } from "../spec/index.ts";
import { mostBytes } from "./compiled/memory.ts";
import { defaultBytes } from "./compiled/store.ts";
import { doubtsOf, type Grounds, memoriesOf, refuseIdentity } from "./grounds.ts";
import { fairnessOf } from "./liveness/fairness.ts";
import { graphBytes } from "./liveness/explored.ts";
import { isOfOrbits, type LivenessTask, representatives } from "./liveness/stage.ts";
import { emptyOf, firstOf } from "./ledger.ts";
import { Searches } from "./searches.ts";
import type { CheckOptions } from "./options.ts";
import type { IncompleteReason, PropertyResult, Verdict } from "./verdict.ts";

/**
 * Explores every reachable state, nearest first, so that every trace is a shortest one. The same search
 * gives the same bytes. Throws `SpecError` where the spec is at fault.
 */
export function check(model: Model, options: CheckOptions = {}): Verdict {
  // What is proved first is no part of what a later run can go on from.
  if (options.onCheckpoint !== undefined) options.onResuming?.(true);
  refuseIdentity(model, options.properties);
  const memories = memoriesOf(model, options.properties);
  const doubts = doubtsOfSymmetry(model, options);
  const needsAnother = memories.length > 0 || (doubts.length > 0 && options.trustSymmetry !== true);
  const { onSafety } = options;
  const asked: CheckOptions = {
    ...options,
    // What a second search has to confirm is not told before.
    onSafety: onSafety && ((its) => onSafety(needsAnother ? withoutProofs(its) : its)),
  };
  const searches = new Searches(options);
  try {
    const verdict = unlessEmpty(checkOnce(model, asked, searches, doubts));
    if (!isDone(verdict)) return needsAnother ? withoutProofs(verdict) : verdict;
    if (memories.length === 0) return verdict;
    return repeated(model, { options, searches, verdict }, memories);
  } catch (error) {
    const [first] = memories;
    if (first === undefined || !(error instanceof SpecError) || error.message.includes(first))
      throw error;
    const kept = memories.map((line) => `\n  ${line}`).join("");
    throw new SpecError(`${error.message}\n  Kept from one call to the next:${kept}`, {
      cause: error,
    });
  }
}

/** Whoever asks by name about nothing but what need not be seen here is not told that it holds. */
function unlessEmpty(verdict: Verdict): Verdict {
  const { properties } = verdict;
  const [first] = properties;
  if (verdict.kind !== "holds" || first === undefined) return verdict;
  if (properties.some(({ status }) => status !== "not asked")) return verdict;
  return { ...verdict, kind: "vacuous", property: { kind: first.kind, name: first.name } };
}

const doubtsOfSymmetry = (model: Model, { properties }: CheckOptions): readonly string[] =>
  model.symmetry.order === 1n ? [] : doubtsOf(model, properties);

/** `doubts` are those of the symmetry. */
function checkOnce(
  model: Model,
  options: CheckOptions,
  searches: Searches,
  doubts: readonly string[],
): Verdict {
  if (model.symmetry.order === 1n) {
    return searches.run("states", model, options, taskOf(model, options));
  }
  const verdict = checkBoth(model, options, searches);
  const made: Made = { options, searches, verdict };
  if (doubts.length === 0) {
    // Of what it has not seen it says nothing.
    if (!isDone(verdict) && !verdict.properties.some(isProved)) return verdict;
    // Small enough to trust nobody: not even the proof.
    if (isDone(verdict) && verdict.statistics.unreducedStates <= mostConfirmed) {
      confirms(model, made);
    }
    return grounded(verdict, { symmetry: { kind: "proved", doubts } });
  }
  if (options.trustSymmetry === true || !isDone(verdict)) {
    return grounded(verdict, { symmetry: { kind: "declared", doubts } });
  }
  if (confirms(model, made)) {
    return grounded(verdict, { symmetry: { kind: "confirmed", doubts } });
  }
  return unconfirmed(verdict, { symmetry: { kind: "declared", doubts } });
}

/** Why a search did not come to an end, if it did not. */
function reasonOf(verdict: Verdict): IncompleteReason | undefined {
  if (verdict.kind === "incomplete" && verdict.reason !== "not checked") return verdict.reason;
  return verdict.kind === "violated" ? verdict.stopped : undefined;
}

/** Beside a violation, reasons for which a search that is made again ends early at another place. */
const byLimits: readonly (IncompleteReason | undefined)[] = [
  "time limit",
  "memory limit",
  "interrupted",
];

/** Whether a search saw all that it was to see. */
const isDone = (verdict: Verdict): boolean =>
  verdict.statistics.frontier === 0 &&
  verdict.note === undefined &&
  (verdict.kind === "incomplete"
    ? reasonOf(verdict) === undefined
    : !byLimits.includes(reasonOf(verdict)));

/** A verdict with what it rests on, beside what it is known to rest on. */
const grounded = (verdict: Verdict, grounds: Grounds): Verdict => ({
  ...verdict,
  grounds: { ...verdict.grounds, ...grounds },
});

/** Whether a search has to have seen everything to say so. */
const isProved = ({ status }: PropertyResult): boolean =>
  status !== "violated" && status !== "seen" && status !== "undecided" && status !== "not checked";

/** What was found stands, and what was not found proves nothing. */
const withoutProofs = (verdict: Verdict): Verdict => ({
  ...verdict,
  properties: verdict.properties.map((its) =>
    isProved(its) ? { ...its, status: "undecided" as const } : its,
  ),
});

/** A verdict that nothing confirms. */
function unconfirmed(verdict: Verdict, grounds: Grounds): Verdict {
  const { properties } = withoutProofs(verdict);
  const reason = "not confirmed";
  if (verdict.kind === "violated") {
    return grounded({ ...verdict, properties, stopped: verdict.stopped ?? reason }, grounds);
  }
  const { statistics } = verdict;
  return grounded(
    { kind: "incomplete", reason, properties, statistics },
    { ...verdict.grounds, ...grounds },
  );
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
    onDeciding,
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
    onDeciding,
  };
}

/**
 * Explores orbits, and then, for the liveness that is not decided on them, all states: a cycle of orbits need not be a
 * cycle, and what is fair to one element need not be fair to another.
 */
function checkBoth(model: Model, options: CheckOptions, searches: Searches): Verdict {
  const task = taskOf(model, options);
  if (task === undefined) return searches.run("orbits", model, options, undefined);
  const ofOrbits = task.claims.filter(
    (claim) => isOfOrbits(claim, task) && doubtsOf(model, [claim.name]).length === 0,
  );
  const names = task.claims.map(({ name }) => name);
  const asksMore = options.properties?.some((name) => !names.includes(name)) ?? true;
  if (!asksMore && ofOrbits.length === 0) return onStates(model, options, searches, task);

  const orbits = searches.run(
    "orbits",
    model,
    options,
    ofOrbits.length > 0 ? { ...task, claims: ofOrbits } : undefined,
  );
  if (orbits.statistics.frontier > 0 || isCutShort(orbits)) return orbits;
  const isDecided = (name: string): boolean => ofOrbits.some((its) => its.name === name);
  const isLong = ({ name, trace }: PropertyResult): boolean =>
    isDecided(name) && trace?.lasso?.isShortest === false;
  const left = names.filter(
    (name) => !isDecided(name) || orbits.properties.some((its) => its.name === name && isLong(its)),
  );
  if (left.length === 0) return orbits;
  if (!fits(model, orbits, options)) {
    return withoutLiveness(
      orbits,
      left.filter((name) => !isDecided(name)),
    );
  }
  // Otherwise the search of orbits has told.
  if (ofOrbits.length === 0) options.onSafety?.(orbits);
  const claims = task.claims.filter(({ name }) => left.includes(name));
  return bothOf(orbits, onStates(model, options, searches, { ...task, claims }));
}

/** Decides liveness on all states. */
function onStates(
  model: Model,
  options: CheckOptions,
  searches: Searches,
  task: LivenessTask,
): Verdict {
  const { spec, constants, pulse } = model;
  const whole = instantiate(spec, { constants, pulse, symmetry: false });
  const asked = task.claims.map(({ name }) => name);
  return searches.run(
    "states, for liveness",
    whole,
    { ...options, properties: asked, onSafety: undefined },
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
      isExchangeProved: doubtsOf(model, asked).length === 0,
    },
  );
}

const claimOf = ({ claims }: Model, sought: string): Claim =>
  claims.find(({ name }) => name === sought) as Claim;

/** Whether what was explored is not the whole graph. */
const isCutShort = ({ note, kind, properties, ...rest }: Verdict): boolean =>
  note !== undefined ||
  properties.some((its) => isAsserted(its.kind) && its.status === "violated") ||
  (kind === "incomplete" && "reason" in rest && rest.reason !== "not checked");

/** Whether all states, and the steps between them, fit into memory, as far as orbits tell. */
function fits(
  { packing }: Model,
  { statistics }: Verdict,
  { memoryBytes = defaultBytes }: CheckOptions,
): boolean {
  const { distinctStates, transitions, unreducedStates } = statistics;
  const states = Number(unreducedStates);
  const steps = (states * transitions) / Math.max(1, distinctStates);
  const stateBytes = states * (packing.words === 1 ? 12 : 20);
  return stateBytes < mostBytes && stateBytes + graphBytes(states, steps) < memoryBytes;
}

/** What is left of a verdict where liveness that is decided on all states cannot be. */
function withoutLiveness(orbits: Verdict, names: readonly string[]): Verdict {
  if (names.length === 0) return orbits;
  const properties = orbits.properties.map((its) =>
    names.includes(its.name) ? { ...its, status: "undecided" as const } : its,
  );
  const reason = "too many states for liveness";
  if (orbits.kind === "violated") return { ...orbits, properties, stopped: reason };
  const { statistics } = orbits;
  return { kind: "incomplete", reason, properties, statistics };
}

/** What a search of orbits found, and one of all states for the liveness that was not, or not well, decided on them. */
function bothOf(orbits: Verdict, states: Verdict): Verdict {
  const seconds = orbits.statistics.seconds + states.statistics.seconds;
  const statistics = { ...orbits.statistics, seconds };
  const decided = new Map(states.properties.map((its) => [its.name, its]));
  const properties = orbits.properties.map((its): PropertyResult => {
    const other = decided.get(its.name);
    if (other === undefined || (its.status === "violated" && !isAnswered(other))) return its;
    if (its.status !== "violated" || other.status === "violated") return other;
    throw new Error(`${its.name} is violated on orbits, and ${other.status} on all states.`);
  });
  const first = firstOf(
    properties.flatMap(({ kind, name, status, trace }) =>
      status === "violated" && trace !== undefined ? [{ property: { kind, name }, trace }] : [],
    ),
  );
  if (first !== undefined) {
    const { note } = orbits;
    const stopped = orbits.kind === "violated" ? orbits.stopped : undefined;
    const why = stopped ?? reasonOf(states);
    return {
      kind: "violated",
      ...first,
      properties,
      statistics,
      ...(note !== undefined && { note }),
      ...(why !== undefined && { stopped: why }),
    };
  }
  if (states.kind === "incomplete") return { ...states, properties, statistics };
  const empty = emptyOf(properties);
  if (empty !== undefined) return { kind: "vacuous", property: empty, properties, statistics };
  return { ...states, properties, statistics };
}

const isAnswered = ({ status }: PropertyResult): boolean =>
  status !== "undecided" && status !== "not checked";

/** Up to so many states are explored once more without symmetry even if it is proved. */
const mostConfirmed = 5_000n;

/** What two searches of the same must agree on. */
const figuresOf = ({ statistics, properties }: Verdict): string =>
  [
    `${statistics.unreducedStates} states of depth ${statistics.depth}`,
    ...properties.map(({ name, status, trace }) =>
      trace === undefined || trace.lasso !== undefined
        ? `${name} ${status}`
        : `${name} ${status} after ${trace.steps.length} steps`,
    ),
  ].join(", ");

/**
 * Whether a search without symmetry comes to the same. False if it does not come to an end; throws
 * `SpecError` if it comes to something else.
 */
function confirms(model: Model, made: Made): boolean {
  const { spec, constants, pulse } = model;
  const { verdict: reduced } = made;
  if (!fits(model, reduced, made.options)) return false;
  const unreduced = instantiate(spec, { constants, pulse, symmetry: false });
  const whole = another("to confirm the symmetry", unreduced, made);
  if (isDone(whole) && figuresOf(whole) === figuresOf(reduced)) return true;
  // One that ended early may know enough.
  const isViolated = (its: Verdict, sought: string): boolean =>
    its.properties.some(({ name, status }) => name === sought && status === "violated");
  const differs = whole.properties.some(
    ({ name }) => isViolated(whole, name) && !isViolated(reduced, name),
  );
  if (!isDone(whole) && !differs) return false;
  throw new SpecError(
    `${spec.name}: an index set is declared interchangeable (or buddies) and is not: without symmetry the search ` +
      `comes to something else.\n  With:    ${figuresOf(reduced)}\n  Without: ${figuresOf(whole)}\n` +
      "  Does a condition, an effect or a property name a particular element, or rely on the order of elements? " +
      "Declare the set ordered(...), or run with --no-symmetry.",
  );
}

/** What was searched, and what came of it. */
interface Made {
  readonly options: CheckOptions;
  readonly searches: Searches;
  readonly verdict: Verdict;
}

/** What a search comes to beside which there is another to compare it with. */
const another = (name: string, model: Model, { options, searches }: Made): Verdict =>
  searches.within(name, () =>
    checkOnce(
      model,
      { ...options, audit: "none", onSafety: undefined, onDeciding: undefined },
      searches,
      doubtsOfSymmetry(model, options),
    ),
  );

/**
 * The verdict of a search that ran functions which keep something from one call to the next: it stands if a
 * second search, in another order and with what is kept by now, comes to the same. Throws `SpecError` if
 * it does not.
 */
function repeated(model: Model, made: Made, memories: readonly string[]): Verdict {
  const { spec, constants, pulse, symmetry } = model;
  const { verdict } = made;
  const backwards = instantiate(spec, {
    constants,
    pulse,
    symmetry: symmetry.order > 1n,
    isBackwards: true,
  });
  const second = another("in the reverse order", backwards, made);
  if (!isDone(second)) return unconfirmed(verdict, { memories });
  const takenOf = ({ statistics }: Verdict): string =>
    Object.entries(statistics.taken)
      .map(([action, times]) => `${action} ${times}`)
      .join(", ");
  const [one, other] = [verdict, second].map((its) => `${figuresOf(its)}; ${takenOf(its)}`);
  if (one === other) return grounded(verdict, { memories });
  throw new SpecError(
    `${spec.name}: what a function of the spec answers depends on what it was asked before: a second search comes ` +
      `to something else.\n  First:  ${one}\n  Second: ${other}\n` +
      memories.map((line) => `  ${line}\n`).join("") +
      "  What is to be remembered belongs into the state.",
  );
}
