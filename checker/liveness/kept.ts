import type { Claim, Digits, Model, State, Step } from "../../model/index.ts";
import { CheckpointError } from "../checkpoint.ts";
import type { CountFacts, LassoFacts, LivenessFacts, Trace, WorstFacts } from "../verdict.ts";
import type { Decided } from "./decide.ts";

/** A trace as JSON says it: the digits of its states, its steps and its choice by their positions. */
interface KeptTrace {
  readonly states: readonly Digits[];
  readonly steps: readonly number[];
  readonly choice?: number;
  readonly lasso?: LassoFacts;
  readonly count?: CountFacts;
}

type KeptWorst = Omit<WorstFacts, "trace"> & { readonly trace?: KeptTrace };

/** What was decided of a property, as JSON says it. */
export interface KeptDecision {
  readonly name: string;
  readonly status: Decided["status"];
  readonly trace?: KeptTrace;
  readonly liveness: Omit<LivenessFacts, "worst"> & { readonly worst?: KeptWorst };
}

/** What was decided, to be kept. */
export function keptDecision(model: Model, claim: Claim, decided: Decided): KeptDecision {
  const { trace, liveness } = decided;
  const { worst, ...facts } = liveness;
  return {
    name: claim.name,
    status: decided.status,
    ...(trace && { trace: keptTrace(model, claim, trace) }),
    liveness: { ...facts, ...(worst && { worst: keptWorst(model, claim, worst) }) },
  };
}

const keptWorst = (model: Model, claim: Claim, worst: WorstFacts): KeptWorst =>
  "trace" in worst ? { ...worst, trace: keptTrace(model, claim, worst.trace) } : worst;

function keptTrace(model: Model, claim: Claim, trace: Trace): KeptTrace {
  const { initial, steps, choice, lasso, count } = trace;
  const states = [initial, ...steps.map(({ state }) => state)];
  return {
    states: states.map((state) => model.encode(state, "a kept trace")),
    steps: steps.map(({ step }) => model.steps.indexOf(step)),
    ...(choice && { choice: claim.choices.indexOf(choice) }),
    ...(lasso && { lasso }),
    ...(count && { count }),
  };
}

/** What was kept; each step of a trace is taken once more. Throws `CheckpointError` if it leads elsewhere. */
export function decisionOf(model: Model, claim: Claim, kept: KeptDecision): Decided {
  const { status, trace } = kept;
  const { worst, ...facts } = kept.liveness;
  const traceOf = (its: KeptTrace): Trace => takenAgain(model, claim, its);
  const again = worst && { ...worst, ...(worst.trace && { trace: traceOf(worst.trace) }) };
  return {
    status,
    ...(trace && { trace: traceOf(trace) }),
    liveness: { ...facts, ...(again && { worst: again as WorstFacts }) },
  };
}

function takenAgain(model: Model, claim: Claim, kept: KeptTrace): Trace {
  const { choice, lasso, count } = kept;
  const [initial = [], ...others] = kept.states;
  const isInitial = (state: State): boolean => isSame(model, state, initial);
  let state = model.initialStates().find(isInitial);
  if (state === undefined) throw misled(claim);
  const first = state;
  const steps = others.map((digits, position) => {
    const step = model.steps[kept.steps[position] ?? -1] as Step | undefined;
    if (step === undefined || !model.isEnabled(state as State, step)) throw misled(claim);
    state = model.apply(state as State, step);
    if (!isSame(model, state, digits)) throw misled(claim);
    return { step, state };
  });
  return {
    initial: first,
    steps,
    ...(choice !== undefined && { choice: claim.choices[choice] ?? [] }),
    ...(lasso && { lasso }),
    ...(count && { count }),
  };
}

const isSame = (model: Model, state: State, digits: Digits): boolean =>
  String(model.encode(state, "a kept trace")) === String(digits);

const misled = ({ name }: Claim): CheckpointError =>
  new CheckpointError(`what it says of ${name} is not so`);
