import { useMemo, useReducer } from "preact/hooks";
import type { Protocol } from "../../runs/told/index.ts";
import { messageOf } from "../../spec/index.ts";
import type { Given } from "../given.ts";
import { linkIn, linkOf, linkText } from "../link.ts";
import { offeredIn } from "../offered.ts";
import { extended, fresh, linked, lookedAt, type Session, stepped, told } from "../session.ts";
import { stateAt } from "../walk.ts";
import { useAddress, useKeys } from "./address-and-keys.ts";
import { Checking } from "./checking.tsx";
import { Counterexample } from "./counterexample.tsx";
import { Drawing } from "./drawing.tsx";
import { InstanceForm } from "./instance-form.tsx";
import { Jump } from "./jump.tsx";
import { Next } from "./next.tsx";
import { Pages } from "./page-grid.tsx";
import { Properties } from "./properties.tsx";
import { Steps } from "./steps.tsx";
import { stateText } from "./texts.ts";
import { Values } from "./values.tsx";
import { Begin, Walking } from "./walking.tsx";

/** The page: a walk on one side, the state that is looked at on the other. */
export function App({ protocol, given, text, begin, script }: AppProps) {
  const [{ session, past }, move] = useReducer(moved, { session: begin, past: [] });
  const { walk, at, story, instance, notice } = session;
  const { model } = walk;
  const state = stateAt(walk, at);
  const before = at === 0 ? undefined : stateAt(walk, at - 1);
  const offered = useMemo(() => offeredIn(model, state), [model, state]);
  const go = (to: number) => move({ kind: "go", change: (its) => lookedAt(its, to) });
  const change = (by: (its: Session) => Session) => move({ kind: "change", change: by });

  useAddress(linkText(linkOf(walk, instance, at)), (fragment) =>
    change(() => linked(protocol, linkIn(fragment))),
  );
  useKeys((by) => move({ kind: "go", change: by }));
  return (
    <main>
      <header>
        <h1>{model.spec.title}</h1>
        <InstanceForm
          protocol={protocol}
          instance={instance}
          choose={(its) => change(() => fresh(protocol, its))}
        />
      </header>
      <p class="notice" role="alert">
        {notice ?? ""}
      </p>
      <Walking
        session={session}
        canUndo={past.length > 0}
        go={(by) => move({ kind: "go", change: by })}
        undo={() => move({ kind: "undo" })}
      />
      <p class="spoken" aria-live="polite">
        {stateText(walk, at)}
      </p>
      <div class="columns">
        <div class="walk">
          <Steps walk={walk} at={at} story={story} go={go} />
          <Begin
            walk={walk}
            choose={(its) => change((one) => ({ ...one, walk: its, at: 0, story: undefined }))}
          />
          {(story ?? given.story) !== undefined && (
            <Counterexample
              story={story}
              back={
                story === undefined && given.story !== undefined
                  ? () => change(() => told(protocol, given.story as NonNullable<Given["story"]>))
                  : undefined
              }
            />
          )}
          <Next
            model={model}
            state={state}
            offered={offered}
            isOver={walk.taken[at - 1]?.failed}
            take={(step) => change((its) => stepped(its, step))}
          />
          <Jump
            session={session}
            script={script}
            found={(from, names) => change(() => extended(from, names))}
          />
          <Checking
            instance={instance}
            script={script}
            show={(its) => change(() => told(protocol, its))}
          />
        </div>
        <div class="state">
          <Drawing model={model} state={state} at={at} />
          <Pages model={model} state={state} before={before} />
          <Values model={model} state={state} before={before} story={story} />
          <Properties walk={walk} at={at} story={story} />
          <section>
            <details>
              <summary>As text</summary>
              <pre tabIndex={0} aria-label="As text">
                {text}
              </pre>
            </details>
            <p class="hint">
              The address of this page holds the walk: copy it to show it to others who have the
              file. Made by <code>{given.again}</code>.
            </p>
          </section>
        </div>
      </div>
    </main>
  );
}

interface AppProps {
  readonly protocol: Protocol;
  readonly given: Given;
  /** What stood in the page before it came alive. */
  readonly text: string;
  readonly begin: Session;
  /** The address of the script, from which a worker is made. */
  readonly script: string;
}

interface Shown {
  readonly session: Session;
  /** What can be taken back, the last in the end. */
  readonly past: readonly Session[];
}

type Move =
  /** Another state of the same walk is looked at, which is nothing to take back. */
  | { readonly kind: "go"; readonly change: (session: Session) => Session }
  | { readonly kind: "change"; readonly change: (session: Session) => Session }
  | { readonly kind: "undo" };

/** More than this is not taken back. */
const mostPast = 200;

function moved({ session, past }: Shown, move: Move): Shown {
  try {
    switch (move.kind) {
      case "go":
        return { session: move.change(session), past };
      case "change":
        return { session: move.change(session), past: [...past.slice(-mostPast), session] };
      case "undo":
        return { session: past.at(-1) ?? session, past: past.slice(0, -1) };
    }
  } catch (error) {
    return { session: { ...session, notice: messageOf(error) }, past };
  }
}
