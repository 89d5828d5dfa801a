import { useState } from "preact/hooks";
import type { Story } from "../../counterexamples/index.ts";
import { grouped } from "../../runs/told/index.ts";
import { words } from "../../spec/index.ts";
import type { Told } from "../background.ts";
import type { Instance } from "../link.ts";
import { useWorker } from "./worker.ts";

/** So many states, unless somebody says otherwise. */
const fewStates = 200_000;

/** Checks the instance that is looked at, in the page itself, with the engine of the command. */
export function Checking({ instance, script, show }: CheckingProps) {
  const [told, tell] = useState<{ readonly of: Instance; readonly its: Told } | undefined>();
  const [symmetry, setSymmetry] = useState(true);
  const [maxStates, setMaxStates] = useState(fewStates);
  const { ask, stop } = useWorker(script);
  const isRunning = told?.its.kind === "searching";
  const begin = (): void => {
    tell({ of: instance, its: { kind: "searching", states: 0 } });
    ask({ kind: "check", instance, symmetry, maxStates }, (its) => tell({ of: instance, its }));
  };
  return (
    <section aria-labelledby="check">
      <h2 id="check">Check</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <label>
          give up after{" "}
          <input
            type="number"
            min={1}
            value={maxStates}
            onInput={({ currentTarget: { valueAsNumber: its } }) => {
              if (Number.isInteger(its) && its > 0) setMaxStates(its);
            }}
          />{" "}
          states
        </label>{" "}
        <label>
          <input
            type="checkbox"
            checked={symmetry}
            onChange={({ currentTarget }) => setSymmetry(currentTarget.checked)}
          />{" "}
          make use of symmetry
        </label>{" "}
        <button type="submit" disabled={isRunning}>
          Check this instance
        </button>{" "}
        {isRunning && (
          <button
            type="button"
            onClick={() => {
              stop();
              tell({ of: instance, its: { kind: "fault", why: "Stopped: nothing was proved." } });
            }}
          >
            Stop
          </button>
        )}
      </form>
      {told !== undefined && told.of !== instance && (
        <p class="hint">What follows is of another instance.</p>
      )}
      {told !== undefined && <Answer of={told.its} show={show} />}
    </section>
  );
}

interface CheckingProps {
  readonly instance: Instance;
  readonly script: string;
  readonly show: (story: Story) => void;
}

function Answer({ of, show }: { readonly of: Told; readonly show: CheckingProps["show"] }) {
  switch (of.kind) {
    case "searching":
      return <p role="status">Checking: {grouped(of.states)} states ...</p>;
    case "fault":
      return <p role="status">{of.why}</p>;
    case "looked":
      return null;
    case "checked":
      return (
        <>
          <p role="status">
            <strong class={of.verdict === "holds" ? "good" : "bad"}>{of.verdict}</strong>
          </p>
          {of.stories.map((story) => (
            <p key={story.property.name}>
              <button type="button" onClick={() => show(story)}>
                Show how {words(story.property.name)} is violated
              </button>
            </p>
          ))}
          <pre tabIndex={0} aria-label="What the command prints">
            {of.text}
          </pre>
        </>
      );
  }
}
