import { useMemo } from "preact/hooks";
import { lookedAt, onwards, type Session } from "../session.ts";
import { beginning, type Walk } from "../walk.ts";
import { stateText } from "./texts.ts";

/** What leads through the walk. */
export function Walking({ session, canUndo, go, undo }: WalkingProps) {
  const { walk, at, story } = session;
  const last = walk.taken.length;
  const to = (state: number) => () => go((its) => lookedAt(its, state));
  return (
    <nav aria-label="Walk">
      <div class="buttons">
        <button type="button" disabled={at === 0} onClick={to(0)}>
          First
        </button>
        <button type="button" disabled={at === 0} onClick={to(at - 1)}>
          Back
        </button>
        <button
          type="button"
          disabled={at === last && story?.loop === undefined}
          onClick={() => go(onwards)}
        >
          Forward
        </button>
        <button type="button" disabled={at === last} onClick={to(last)}>
          Last
        </button>
        <button type="button" disabled={!canUndo} onClick={undo}>
          Undo
        </button>
      </div>
      <label class="slider">
        <span>
          State {at} of {last}
        </span>
        <input
          type="range"
          min={0}
          max={last}
          value={at}
          aria-valuetext={stateText(walk, at)}
          onInput={({ currentTarget }) => to(Number(currentTarget.value))()}
        />
      </label>
      <p class="hint">Arrow keys step through the walk; Home and End lead to its ends.</p>
    </nav>
  );
}

interface WalkingProps {
  readonly session: Session;
  readonly canUndo: boolean;
  readonly go: (by: (session: Session) => Session) => void;
  readonly undo: () => void;
}

/** In which initial state a walk begins, where there are several. */
export function Begin({ walk, choose }: BeginProps) {
  const { model, begin } = walk;
  const all = useMemo(() => model.initialStates().length, [model]);
  if (all === 1) return null;
  return (
    <label class="begin">
      Initial state{" "}
      <select
        value={begin}
        onChange={({ currentTarget }) => choose(beginning(model, Number(currentTarget.value)))}
      >
        {Array.from({ length: all }, (_, one) => (
          <option key={one} value={one}>
            {one + 1} of {all}
          </option>
        ))}
      </select>
    </label>
  );
}

interface BeginProps {
  readonly walk: Walk;
  readonly choose: (walk: Walk) => void;
}
