import { type Story, stateJson } from "../counterexamples/index.ts";
import type { Model, Step } from "../model/index.ts";
import type { Protocol } from "../runs/told/index.ts";
import { messageOf } from "../spec/index.ts";
import { modelOf } from "./background.ts";
import type { Given } from "./given.ts";
import { type Instance, type Linked, LinkError, linkIn } from "./link.ts";
import { beginning, follow, type Misfit, type StepName, took, type Walk } from "./walk.ts";

/** What a page shows at one moment. */
export interface Session {
  readonly instance: Instance;
  readonly walk: Walk;
  /** The state of the walk that is looked at. */
  readonly at: number;
  /** The counterexample that the walk is, or begins like. */
  readonly story?: Story | undefined;
  /** What went wrong on the way here, for the reader to know. */
  readonly notice?: string | undefined;
}

/** Where a page begins: with what its address says, else with its counterexample, else in the initial state. */
export function opened(protocol: Protocol, given: Given, fragment: string): Session {
  const start = (): Session => {
    try {
      return given.story === undefined ? fresh(protocol, given) : told(protocol, given.story);
    } catch (error) {
      return { ...fresh(protocol, { constants: {} }), notice: messageOf(error) };
    }
  };
  if (fragment === "") return start();
  try {
    return linked(protocol, linkIn(fragment));
  } catch (error) {
    const why = messageOf(error);
    const what = error instanceof LinkError ? "The link cannot be read" : "The link does not fit";
    return { ...start(), notice: `${what}: ${why}` };
  }
}

/** An instance in its first state. */
export const fresh = (protocol: Protocol, { variant, constants }: Instance): Session => {
  const model = modelOf(protocol, { variant, constants });
  const instance = { variant, constants: model.constants };
  return { instance, walk: beginning(model), at: 0 };
};

/** The walk of a link, as far as it fits. Throws where there is no such instance. */
export function linked(protocol: Protocol, link: Linked): Session {
  const { spec } = protocol;
  if (link.protocol !== spec.name) {
    throw new Error(`it is of ${link.protocol}, and this page is of ${spec.name}`);
  }
  const { instance, walk } = fresh(protocol, link);
  const followed = follow(walk.model, link.begin, link.steps);
  const { taken } = followed.walk;
  return {
    instance,
    walk: followed.walk,
    at: Math.min(link.at, taken.length),
    notice: followed.misfit && `The link no longer fits ${misfitText(followed.misfit)}.`,
  };
}

/** A counterexample, at its beginning. */
export function told(protocol: Protocol, story: Story): Session {
  const { instance, walk } = fresh(protocol, story);
  const begin = beginOf(walk.model, story);
  const { walk: followed, misfit } = follow(walk.model, begin, storySteps(story));
  const notice = misfit && `The counterexample no longer fits ${misfitText(misfit)}.`;
  return { instance, walk: followed, at: 0, story: misfit ? undefined : story, notice };
}

const misfitText = ({ step, why }: Misfit): string =>
  `${step === 0 ? "from the start" : `at step ${step}`}: ${why}`;

const storySteps = ({ rows }: Story): readonly StepName[] =>
  rows.map(({ action, choice }) => ({ action, choice: choice.map(String) }));

/** Which initial state a story begins in; one more than there are where it is none of them. */
function beginOf(model: Model, { initial }: Story): number {
  const wanted = JSON.stringify(initial.state);
  const all = model.initialStates();
  const found = all.findIndex((state) => JSON.stringify(stateJson(state)) === wanted);
  return found < 0 ? all.length : found;
}

/** A step is taken in the state that is looked at; where the walk goes on so anyway, it is kept. */
export function stepped(session: Session, step: Step): Session {
  const { walk, at } = session;
  const next = walk.taken[at];
  if (next !== undefined && next.step === step) return lookedAt(session, at + 1);
  return {
    ...session,
    walk: took(walk, at, step),
    at: at + 1,
    story: undefined,
    notice: undefined,
  };
}

/** Another state of the walk is looked at: the nearest that there is. */
export const lookedAt = (session: Session, at: number): Session => ({
  ...session,
  at: Math.max(0, Math.min(at, session.walk.taken.length)),
  notice: undefined,
});

/** The state behind the one that is looked at: behind the end of a loop, that to which it leads back. */
export function onwards(session: Session): Session {
  const { at, walk, story } = session;
  const isAtEnd = at === walk.taken.length;
  return lookedAt(session, isAtEnd && story?.loop !== undefined ? story.loop.to : at + 1);
}

/** Steps that were found are taken behind the state that is looked at. */
export function extended(session: Session, names: readonly StepName[]): Session {
  const { walk, at } = session;
  const before = walk.taken.slice(0, at).map(({ step }) => step);
  const all = [
    ...before.map(({ action, choice }) => ({ action, choice: choice.map(String) })),
    ...names,
  ];
  const { walk: followed } = follow(walk.model, walk.begin, all);
  return {
    ...session,
    walk: followed,
    at: followed.taken.length,
    story: undefined,
    notice: undefined,
  };
}
