import type { Trace, TraceStep } from "../checker/index.ts";
import { counterexampleOf, metOn, refusalOf, storyOf } from "../counterexamples/index.ts";
import type { Model, State, Step } from "../model/index.ts";
import type { Constants } from "../spec/index.ts";
import type { FollowOutcome, Stop } from "./answer.ts";
import { scenarioIn, type ScenarioLine } from "./scenario.ts";
import { type Place, reachedBy, type Reached } from "./stages.ts";
import type { FollowTask } from "./task.ts";

/** What is not in the task. */
export interface Following {
  /** The constants of the protocol that a variant changes. */
  readonly defaults: Constants;
  /** Asked often: whether to end with what there is. */
  readonly isInterrupted: () => boolean;
}

/** More states are not looked at: what `...` leaves open is searched without the engine that compiles. */
const mostStates = 200_000;

/**
 * Whether what a scenario says can happen: the longest beginning of it that is possible, in as few steps as it takes, and why
 * no more of it is. What `...` leaves open is searched to its end before the answer is no; where that takes too many
 * states the answer is incomplete. Throws `UsageError` for a text that is no scenario.
 */
export function follow(
  model: Model,
  { text, title, variant, maxStates = mostStates, timeoutSeconds = Infinity }: FollowTask,
  { defaults, isInterrupted }: Following,
): FollowOutcome {
  const lines = scenarioIn(model, text);
  const deadline = performance.now() + 1000 * timeoutSeconds;
  const isLate = (): boolean => performance.now() >= deadline;
  const { reached, limit } = reachedBy(model, lines, { maxStates, isInterrupted, isLate });
  const last = reached.findLastIndex(({ first, failed }) => (first ?? failed) !== undefined);
  const stage = reached[last] as Reached;
  const path = pathTo((stage.first ?? stage.failed) as Place);

  const steps = lines.filter(isStep).length;
  const done = lines.slice(0, last).filter(isStep).length;
  const isWhole = last === lines.length;
  const next = isWhole || limit !== undefined ? undefined : lines[last];
  const named = { kind: "witness", name: title } as const;
  return {
    kind: isWhole ? "possible" : limit === undefined ? "not possible" : "incomplete",
    steps,
    done,
    story: storyOf(model, counterexampleOf(model, variant, named, path), {
      outcome: isWhole ? "possible" : `possible as far as step ${done} of ${steps}`,
      shortest: "not known",
      defaults,
    }),
    met: metOn(model, path),
    reason: isWhole ? undefined : limit,
    stop: next && stopAt(model, next, stage),
  };
}

const isStep = ({ steps }: ScenarioLine): boolean => steps !== undefined;

/** The path to a place. */
function pathTo(place: Place): Pick<Trace, "initial" | "steps"> {
  const steps: TraceStep[] = [];
  let at = place;
  for (; at.from !== undefined && at.step !== undefined; at = at.from) {
    steps.push({ step: at.step, state: at.state });
  }
  return { initial: at.state, steps: steps.toReversed() };
}

/** Why a line is possible nowhere that the lines before it lead. */
function stopAt(
  model: Model,
  { line, text, steps = [] }: ScenarioLine,
  { first, failed, count }: Reached,
): Stop {
  if (first === undefined) {
    const why = `nothing follows ${failed?.step?.label}, which fails an assertion`;
    return { line, text, lines: [why], possible: [] };
  }
  const { state } = first;
  const where = count === 1 ? [] : [`in none of the ${count} states that the lines before lead to`];
  return {
    line,
    text,
    lines: [...where, ...whyNot(model, state, steps, count === 1 ? "" : "in the first of them ")],
    possible: model.steps.filter((step) => model.isEnabled(state, step)).map(({ label }) => label),
  };
}

/** Of so many steps that a line leaves open it is said why each is not possible. */
const fewSteps = 3;

/** Why none of some steps is possible in a state, a sentence a line. */
function whyNot(
  model: Model,
  state: State,
  steps: readonly Step[],
  where: string,
): readonly string[] {
  return steps.slice(0, fewSteps).flatMap((step) => {
    const [first = "", ...more] = refusalOf(model, state, step).lines;
    return [`${where}${steps.length === 1 ? "" : `${step.label}: `}${first}`, ...more];
  });
}
