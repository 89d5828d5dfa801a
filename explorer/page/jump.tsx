import { useState } from "preact/hooks";
import { partsOf } from "../../counterexamples/index.ts";
import { grouped } from "../../runs/told/index.ts";
import { subjectOf, words } from "../../spec/index.ts";
import { GoalError, goalIn, type Nearest } from "../goal.ts";
import { linkOf } from "../link.ts";
import type { Session } from "../session.ts";
import type { StepName, Walk } from "../walk.ts";
import { useWorker } from "./worker.ts";

/** More states than this are not looked at to find one. */
const mostStates = 30_000;

/** Looks for the nearest state that is as somebody says. */
export function Jump({ session, script, found }: JumpProps) {
  const [goal, setGoal] = useState("");
  const [said, say] = useState("");
  const { ask } = useWorker(script);
  const { walk, at, instance } = session;
  const look = (): void => {
    try {
      goalIn(goal, walk.model);
    } catch (error) {
      if (!(error instanceof GoalError)) throw error;
      say(error.message);
      return;
    }
    say("Looking ...");
    ask({ kind: "look for", goal, from: linkOf(walk, instance, at), mostStates }, (told) => {
      if (told.kind === "fault") say(told.why);
      if (told.kind !== "looked") return;
      say(nearestText(told.nearest));
      if (told.nearest.kind === "found") found(session, told.nearest.steps);
    });
  };
  return (
    <section aria-labelledby="jump">
      <h2 id="jump">Jump</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <label>
          to the nearest state in which{" "}
          <input
            type="text"
            class="goal"
            list="goals"
            value={goal}
            placeholder="VARIABLE is VALUE and ..."
            onInput={({ currentTarget }) => setGoal(currentTarget.value)}
          />
        </label>{" "}
        <datalist id="goals">
          {goalsIn(walk).map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <button type="submit">Jump</button>
      </form>
      <p class="hint">
        A property works as well: the nearest state in which it fails, or a witness is met.
      </p>
      <p role="status">{said}</p>
    </section>
  );
}

/** What a goal may begin with, or be. */
const goalsIn = ({ model, initial }: Walk): readonly string[] => [
  ...model.claims
    .filter(({ property }) => subjectOf(property.kind) === "state")
    .map(({ name }) => words(name)),
  ...[...partsOf(model, initial).values()].map(({ path, text }) => `${path} is ${text}`),
];

interface JumpProps {
  readonly session: Session;
  readonly script: string;
  /** Called with what was looked at when it was asked: somebody may have gone on since. */
  readonly found: (from: Session, steps: readonly StepName[]) => void;
}

function nearestText(nearest: Nearest): string {
  switch (nearest.kind) {
    case "found":
      return `${grouped(nearest.steps.length)} ${nearest.steps.length === 1 ? "step" : "steps"} further.`;
    case "nowhere":
      return `No state that can be reached from here is like that: all ${grouped(nearest.states)} were looked at.`;
    case "not found":
      return `Not among the nearest ${grouped(nearest.states)} states; there are more.`;
    case "fault":
      return `The search had to stop: ${nearest.why}`;
  }
}
