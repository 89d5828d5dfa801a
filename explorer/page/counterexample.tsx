import { fairnessLines } from "../../counterexamples/drawn/index.ts";
import type { Story } from "../../counterexamples/index.ts";
import { words } from "../../spec/index.ts";

/** What a counterexample shows, and why; or a way back to it. */
export function Counterexample({ story, back }: CounterexampleProps) {
  return (
    <section aria-labelledby="counterexample">
      <h2 id="counterexample">Counterexample</h2>
      {back !== undefined && (
        <button type="button" onClick={back}>
          Back to the counterexample
        </button>
      )}
      {story !== undefined && (
        <>
          <p>
            <strong>{words(story.property.name)}</strong> ({story.property.kind}): {story.outcome}
          </p>
          <Lines of={story.reason.lines} />
          <Lines of={story.why.lines} />
          {story.why.steps.length > 0 && (
            <p class="hint">Steps with an asterisk are how it came about.</p>
          )}
          {story.loop !== undefined && (
            <>
              <h3>Why this is fair</h3>
              <Lines of={fairnessLines(story)} />
            </>
          )}
        </>
      )}
    </section>
  );
}

const Lines = ({ of }: { readonly of: readonly string[] }) => (
  <>
    {of.map((line) => (
      <p key={line}>{line}</p>
    ))}
  </>
);

interface CounterexampleProps {
  readonly story: Story | undefined;
  readonly back: (() => void) | undefined;
}
