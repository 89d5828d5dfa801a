import type { Claim, Digits, Model, State, Step } from "../../model/index.ts";
import {
  type Formula,
  type Progress,
  predicatesOf,
  type PropertyPart,
  SpecError,
  sizeOf,
} from "../../spec/index.ts";
import type {
  CountFacts,
  FairBecause,
  LassoFacts,
  LivenessFacts,
  Trace,
  TraceStep,
  WorstFacts,
} from "../verdict.ts";
import { actorSteps } from "./actor-steps.ts";
import { Bits } from "./bits.ts";
import { type BoundQuestion, exceeds, type WaitPath, worstCase } from "./bound.ts";
import { type Basis, behaviourOf, type Explored, leadsTo } from "./explored.ts";
import { fairLasso, type Lasso } from "./fair-lasso.ts";
import { fairActionOf } from "./fairness.ts";
import { atomsOf, conditionsIn, isEverTrue } from "./formula/atoms.ts";
import { fairViolation, violationsOf } from "./formula/fair-violation.ts";
import { TooLarge } from "./formula/formula.ts";
import { wordsOf } from "./formula/words.ts";
import { statesAlong } from "./graph.ts";
import { lassoOfOrbits } from "./lasso-of-orbits.ts";
import { minimalFairness } from "./minimal-fairness.ts";
import { type BusyLasso, busyLasso, busyQuestion } from "./progress.ts";
import type { Obligation, Question } from "./question.ts";
import { recoverable } from "./recoverable.ts";
import type { Effort } from "./shortest-loop.ts";

/** What is true of a liveness property. */
export interface Decided {
  readonly status: "holds" | "violated" | "vacuous";
  readonly trace?: Trace;
  readonly liveness: LivenessFacts;
}

export interface DecideOptions {
  readonly fairness: readonly Obligation[];
  /** Whether to find a least set of them under which a property still holds. */
  readonly findsNeeded: boolean;
  /** Whether to find the worst case of a `within`. */
  readonly findsWorst: boolean;
  /** The choices to look at, if the others differ from them only by an exchange. */
  readonly choices: readonly (readonly unknown[])[];
  readonly withoutSymmetry: boolean;
  readonly effort: Effort;
}

/** A violation, with the states and steps that show it. */
interface Shown {
  readonly choice: readonly unknown[];
  readonly start: number;
  /** By position in the graph. */
  readonly steps: readonly number[];
  /** A step besides that changes nothing, taken after so many of these. */
  readonly idles?: { readonly step: Step; readonly after: number };
  readonly lasso?: LassoFacts;
  readonly count?: CountFacts;
}

/** What is found of one choice: whether it says anything, and a violation of it. */
interface Found {
  readonly explored: Explored;
  readonly speaks: boolean;
  readonly shown?: Shown;
  /** How often at most it was counted; without end, or never if there was nothing to wait for. */
  readonly most?: number;
  /** Whether what is waited for ever comes. */
  readonly isReached?: boolean;
  /** What shows that. */
  readonly worst?: Shown;
  /** What no fair behaviour may answer. */
  readonly question?: Question;
}

type Answer = Omit<Found, "explored">;

/** Decides a liveness property of a model that was explored. Of several violations the shortest is given. */
export function decide(
  model: Model,
  { states, audited, exploredFor }: Basis,
  claim: Claim,
  options: DecideOptions,
): Decided {
  const found = options.choices.map((choice): Found => {
    const explored = exploredFor(choice);
    return { explored, ...look(model, explored, claim, choice, options) };
  });
  const facts = {
    states,
    ...(audited !== undefined && { auditedStates: audited }),
    withoutSymmetry: options.withoutSymmetry,
    fairness: rests(claim) ? options.fairness.map(fairActionOf) : [],
    ...(options.findsWorst &&
      claim.property.kind === "within" && { worst: worstOf(model, claim, found) }),
  };
  const shortest = found.reduce<Found | undefined>(
    (best, its) => (its.shown !== undefined && isShorter(its.shown, best?.shown) ? its : best),
    undefined,
  );
  if (shortest?.shown !== undefined) {
    const { lasso } = shortest.shown;
    // Of another choice there may be a shorter one if that was too much to find out.
    const isShortest = found.every(({ shown }) => shown?.lasso?.isShortest !== false);
    const shown = { ...shortest.shown, ...(lasso && { lasso: { ...lasso, isShortest } }) };
    const trace = traceOf(model, shortest.explored, claim, shown);
    return { status: "violated", trace, liveness: facts };
  }
  const counted = found.flatMap(({ most }) => most ?? []);
  const isWaitedFor = found.flatMap(({ isReached }) => isReached ?? []);
  const needed = options.findsNeeded
    ? minimalFairness(found.flatMap(({ question }) => question ?? []))
    : undefined;
  const liveness = {
    ...facts,
    ...(counted.length > 0 && { most: Math.max(...counted) }),
    ...(isWaitedFor.length > 0 && { isReached: isWaitedFor.includes(true) }),
    ...(needed !== undefined && rests(claim) && { neededFairness: needed.map(fairActionOf) }),
  };
  return { status: found.some(({ speaks }) => speaks) ? "holds" : "vacuous", liveness };
}

/** Whether fairness plays a part. */
const rests = ({ property: { kind } }: Claim): boolean =>
  kind !== "recoverable" && kind !== "within";

/** Whether it has fewer steps in all or, if it has as many, a shorter stem. */
function isShorter(one: Shown, other: Shown | undefined): boolean {
  if (other === undefined) return true;
  const stem = ({ steps, lasso }: Shown): number => lasso?.loopsTo ?? steps.length;
  const length = (its: Shown): number =>
    Math.max(its.steps.length + (its.idles ? 1 : 0), stem(its) + (its.lasso ? 1 : 0));
  return (length(one) - length(other) || stem(one) - stem(other)) < 0;
}

function look(
  model: Model,
  explored: Explored,
  claim: Claim,
  choice: readonly unknown[],
  options: DecideOptions,
): Answer {
  const { graph } = explored;
  const { budget } = graph;
  const { property } = claim;
  const set = (role: string): Bits => whereOf(explored, claim, role, choice);
  const not = (bits: Bits): Bits => Bits.where(graph.states, (state) => !bits.has(state));
  const lassoFor = (
    asked: Omit<Question, "graph" | "fairness">,
  ): Pick<Found, "shown" | "question"> => {
    const question = { graph, fairness: options.fairness, ...asked };
    const lasso = budget.scope(() =>
      graph.renames === undefined
        ? fairLasso(question, options.effort)
        : lassoOfOrbits(question, graph.renames),
    );
    if (lasso === undefined) return { question };
    return { question, shown: { choice, ...shownLasso(lasso, options.fairness) } };
  };
  switch (property.kind) {
    case "leads to": {
      const from = set("from");
      return { speaks: !from.isEmpty, ...lassoFor({ from, stay: not(set("to")) }) };
    }
    case "always eventually":
    case "eventually always": {
      const fails = not(set("holds"));
      const asked = property.kind === "always eventually" ? { stay: fails } : { again: [fails] };
      return { speaks: !set("when").isEmpty, ...lassoFor(asked) };
    }
    case "recoverable": {
      const when = set("when");
      const stem = budget.scope(() => recoverable(graph, when, set("to")));
      const shown = stem && { choice, start: stem.start, steps: stem.steps };
      return { speaks: !when.isEmpty, ...(shown && { shown }) };
    }
    case "within":
      return lookForMost(
        boundQuestion(model, explored, claim, choice),
        choice,
        mostOf(model, claim),
      );
    case "progress":
      return budget.scope(() => lookForProgress(model, explored, claim, property, choice, options));
    case "temporal":
      return lookAtFormula(model, explored, claim, property.formula, choice, options);
    default:
      throw new Error(`A ${property.kind} is not decided on a graph.`);
  }
}

/** The states in which a part of a property, by its role, is true for a choice. */
function whereOf(explored: Explored, claim: Claim, role: string, choice: readonly unknown[]): Bits {
  const part = predicatesOf(claim.property).find((its) => its.role === role) as PropertyPart;
  return explored.where(claim, part, choice);
}

/**
 * What is found of a formula for one choice. It says nothing if it is true of everything, or if the left side
 * of an implication in it never is.
 */
function lookAtFormula(
  model: Model,
  explored: Explored,
  claim: Claim,
  declared: Formula,
  choice: readonly unknown[],
  { fairness, findsNeeded, effort }: DecideOptions,
): Answer {
  const { graph } = explored;
  const { formula, actions } = atomsOf(declared);
  const sets = predicatesOf(claim.property).map((part) => explored.where(claim, part, choice));
  const now = (atom: number, state: number): boolean => {
    graph.budget.spend(1);
    return (sets[atom] as Bits).has(state);
  };
  const taken = (atom: number, label: number): boolean =>
    (model.steps[label] as Step).action === actions[atom];
  const isTaken = (atom: number): boolean =>
    graph.label.some((label) => {
      graph.budget.spend(1);
      return taken(atom, label);
    });
  const isIdle = conditionsIn(formula).some(
    (condition) => isEverTrue(condition, now, graph.states, isTaken) === false,
  );
  try {
    const asked = { graph, formula, now, taken };
    const lasso = graph.budget.scope(() => fairViolation({ ...asked, fairness }, effort));
    return {
      speaks: !isIdle && wordsOf(formula, graph.budget) !== "every",
      // A product that was made without fairness may be asked about any.
      ...(findsNeeded && { question: { ...violationsOf({ ...asked, fairness: [] }), fairness } }),
      ...(lasso && { shown: { choice, ...shownLasso(lasso, fairness) } }),
    };
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    throw new SpecError(
      `${model.spec.name}: the formula of ${claim.name} is too large: ${error.message}`,
    );
  }
}

/** What is found of an actor that makes progress. It says nothing if the actor takes no step. */
function lookForProgress(
  model: Model,
  explored: Explored,
  claim: Claim,
  property: Progress,
  choice: readonly unknown[],
  { fairness, findsNeeded, effort }: DecideOptions,
): Answer {
  const { graph } = explored;
  const { isOwn, isCounted } = actorSteps(model, property, choice);
  const own = new Set([...model.steps.keys()].filter((label) => isOwn(model.steps[label] as Step)));
  const counted = model.steps.map(isCounted);
  const becomes =
    typeof property.counting === "function"
      ? whereOf(explored, claim, "counting", choice)
      : undefined;
  const idles = graph.budget.scope(() => idlesOf(model, explored, own));
  const question = busyQuestion({
    graph,
    fairness,
    idles,
    own,
    counts:
      becomes === undefined
        ? (step) => counted[graph.label[step] as number] as boolean
        : (step, source) => !becomes.has(source) && becomes.has(graph.target[step] as number),
  });
  const found = graph.budget.scope(() => busyLasso(question, effort));
  return {
    speaks: !idles.isEmpty || graph.label.some((label) => own.has(label)),
    ...(findsNeeded && { question }),
    ...(found && {
      shown: { choice, ...shownBusy(model, explored, found, own, fairness) },
    }),
  };
}

/** The states in which an actor can take a step that changes nothing: more of its steps are possible than edges are there. */
function idlesOf(model: Model, explored: Explored, own: ReadonlySet<number>): Bits {
  const { states, first, label, budget } = explored.graph;
  const possible = budget.list(Uint16Array, states);
  for (const step of own) {
    const where = explored.possible(model.steps[step] as Step);
    for (let state = 0; state < states; state++)
      if (where.has(state)) (possible[state] as number)++;
  }
  return Bits.where(states, (state) => {
    const [begin, end] = [first[state] as number, first[state + 1] as number];
    budget.spend(1 + end - begin);
    let changing = 0;
    for (let step = begin; step < end; step++) if (own.has(label[step] as number)) changing++;
    return (possible[state] as number) > changing;
  });
}

/** A lasso with the step that changes nothing, if there is one on it. */
function shownBusy(
  model: Model,
  explored: Explored,
  { lasso, idlesAfter: after }: BusyLasso,
  own: ReadonlySet<number>,
  fairness: readonly Obligation[],
): Omit<Shown, "choice"> {
  const shown = shownLasso(lasso, fairness);
  if (after === undefined) return shown;
  const { graph } = explored;
  const state = statesAlong(graph, lasso.start, shown.steps)[after] as number;
  const digits = explored.digitsOf(state);
  const step = model.steps.find(
    (one, label) => own.has(label) && leadsTo(model, model.layout.decode(digits), one, digits),
  );
  if (step === undefined) throw new Error("An actor idles where it has no step for it.");
  const { loopsTo, fairness: met, isShortest } = shown.lasso as LassoFacts;
  const later = (because: FairBecause): FairBecause => {
    if (because.kind === "taken" && because.step > after) {
      return { ...because, step: because.step + 1 };
    }
    return because.kind === "not possible" && because.state > after
      ? { ...because, state: because.state + 1 }
      : because;
  };
  return {
    ...shown,
    idles: { step, after },
    lasso: {
      loopsTo,
      fairness: met.map((one) => ({ ...one, because: later(one.because) })),
      isShortest,
    },
  };
}

/** What is found of a `within` for one choice. */
function lookForMost(question: BoundQuestion, choice: readonly unknown[], atMost: number): Answer {
  const { budget } = question.graph;
  const worst = budget.scope(() => worstCase(question));
  if (worst.kind === "never") return { speaks: false };
  if (worst.kind === "immediate") return { speaks: true, most: 0, isReached: true };
  const shownPath = (path: WaitPath, more: Pick<Partial<CountFacts>, "atMost">): Shown => ({
    choice,
    start: path.start,
    steps: [...path.stem, ...path.steps],
    count: { ...countedOn(question, path), ...more },
  });
  const most = worst.kind === "bounded" ? worst.most : Number.POSITIVE_INFINITY;
  const shown = shownPath(worst.path, {});
  // Of what never comes nothing is said by how late it comes at worst.
  const isReached = worst.kind === "unbounded" || worst.isReached;
  const found = {
    speaks: isReached,
    isReached,
    most,
    worst: worst.kind === "bounded" ? shown : around(worst, shown),
  };
  if (most <= atMost) return found;
  const path = budget.scope(() => exceeds(question, atMost)) as WaitPath;
  return { ...found, shown: shownPath(path, { atMost }) };
}

/** A path with the loop to which it leads. */
const around = ({ loop }: { readonly loop: readonly number[] }, shown: Shown): Shown => ({
  ...shown,
  steps: [...shown.steps, ...loop],
  lasso: { loopsTo: shown.steps.length, fairness: [], isShortest: true },
});

/** The worst of all choices. */
function worstOf(model: Model, claim: Claim, found: readonly Found[]): WorstFacts {
  const shown = found
    .filter(({ worst }) => worst !== undefined)
    .toSorted((a, b) => ((a.most as number) < (b.most as number) ? 1 : -1))[0];
  if (shown === undefined) {
    return { kind: found.some(({ speaks }) => speaks) ? "immediate" : "never" };
  }
  const trace = traceOf(model, shown.explored, claim, shown.worst as Shown);
  return shown.most === Number.POSITIVE_INFINITY
    ? { kind: "unbounded", trace }
    : { kind: "bounded", most: shown.most as number, trace };
}

/** How many steps a `within` allows for. */
function mostOf({ spec, constants }: Model, { name, property }: Claim): number {
  if (property.kind !== "within") throw new Error(`${name} has no bound.`);
  const what = `atMost of ${name} of ${spec.name}`;
  return sizeOf(property.atMost, constants, what, Number.MAX_SAFE_INTEGER);
}

/** The question that a `within` asks. */
function boundQuestion(
  model: Model,
  explored: Explored,
  claim: Claim,
  choice: readonly unknown[],
): BoundQuestion {
  const { graph } = explored;
  const { property } = claim;
  if (property.kind !== "within") throw new Error(`${claim.name} has no bound.`);
  const where = (role: string): Bits => whereOf(explored, claim, role, choice);
  const { counting, idle } = property;
  const isIdle = model.steps.map(({ action }) => {
    const { actor } = model.spec.actions[action] as { actor: string | { name: string } };
    return idle.includes(typeof actor === "string" ? actor : actor.name);
  });
  const becomes = typeof counting === "string" ? undefined : where("counting");
  const isCounted = model.steps.map(({ action }) => action === counting);
  return {
    graph,
    from: where("from"),
    to: where("to"),
    counts:
      becomes === undefined
        ? (step) => isCounted[graph.label[step] as number] as boolean
        : (step, source) => !becomes.has(source) && becomes.has(graph.target[step] as number),
    isExcluded: (label) => isIdle[label] as boolean,
  };
}

/** The steps of a wait that are counted. */
function countedOn(
  { graph, counts }: BoundQuestion,
  { start, stem, steps }: WaitPath,
): Pick<CountFacts, "from" | "steps"> {
  const states = statesAlong(graph, start, [...stem, ...steps]);
  const counted = steps.flatMap((step, position) =>
    counts(step, states[stem.length + position] as number) ? [stem.length + position + 1] : [],
  );
  return { from: stem.length, steps: counted };
}

function shownLasso(
  { start, stem, loop, reasons, isShortest }: Lasso,
  fairness: readonly Obligation[],
): Omit<Shown, "choice"> {
  const because = (position: number): LassoFacts["fairness"][number]["because"] => {
    const reason = reasons[position] as Lasso["reasons"][number];
    if (reason.kind === "taken") return { kind: "taken", step: stem.length + reason.step + 1 };
    if (reason.kind === "not possible") return { ...reason, state: stem.length + reason.state };
    return reason;
  };
  return {
    start,
    steps: [...stem, ...loop],
    lasso: {
      loopsTo: stem.length,
      fairness: fairness.map((obligation, position) => ({
        ...fairActionOf(obligation),
        because: because(position),
      })),
      isShortest,
    },
  };
}

/** The trace along steps of the graph, each of them taken once more by the reference semantics. */
function traceOf(
  model: Model,
  explored: Explored,
  claim: Claim,
  { choice, start, steps, idles, lasso, count }: Shown,
): Trace {
  const { graph } = explored;
  const along = behaviourOf(model, explored, start, steps);
  const digits = along.states;
  const stateAt = (position: number): State => model.layout.decode(digits[position] as Digits);
  const takenTo = (step: Step, before: number, after: number): TraceStep => {
    const state = stateAt(after);
    graph.budget.look();
    if (!leadsTo(model, stateAt(before), step, digits[after] as Digits)) {
      throw new SpecError(
        `${model.spec.name}: ${step.label} (${step.action}) does not lead again to where it led before. ` +
          "Does its condition or effect read a clock, a random source or a variable outside the state?",
      );
    }
    return { step, state };
  };
  const taken = along.steps.map((step, before) => takenTo(step, before, before + 1));
  const chosen = explored.choiceAt?.(start) ?? choice;
  return {
    initial: stateAt(0),
    steps: idles
      ? taken.toSpliced(idles.after, 0, takenTo(idles.step, idles.after, idles.after))
      : taken,
    ...(claim.choices.length > 1 || chosen.length > 0 ? { choice: chosen } : {}),
    ...(lasso && { lasso }),
    ...(count && { count }),
  };
}
