import { useEffect, useMemo, useReducer } from "preact/hooks";
import type { Protocol } from "../../runs/told/index.ts";
import { messageOf } from "../../spec/index.ts";
import type { Given } from "../given.ts";
import { linkIn, linkOf, linkText } from "../link.ts";
import { offeredIn } from "../offered.ts";
import {
  extended,
  fresh,
  linked,
  lookedAt,
  onwards,
  type Session,
  stepped,
  told,
} from "../session.ts";
import { beginning, stateAt } from "../walk.ts";
import { Checking } from "./checking.tsx";
import { Counterexample } from "./counterexample.tsx";
import { InstanceForm } from "./instance-form.tsx";
import { Jump } from "./jump.tsx";
import { Next } from "./next.tsx";
import { Pages } from "./page-grid.tsx";
import { Properties } from "./properties.tsx";
import { Steps } from "./steps.tsx";
import { stateText } from "./texts.ts";
import { Values } from "./values.tsx";

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
  const link = linkText(linkOf(walk, instance, at));

  useEffect(() => {
    const written = setTimeout(
      () => history.replaceState(undefined, "", `#${link}`),
      linkMilliseconds,
    );
    return () => clearTimeout(written);
  }, [link]);
  useEffect(() => {
    const follow = (): void => {
      const fragment = location.hash.slice(1);
      change((its) => {
        try {
          return linked(protocol, linkIn(fragment));
        } catch (error) {
          return { ...its, notice: `The link does not fit: ${messageOf(error)}.` };
        }
      });
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [protocol]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const by = isTyping(event) ? undefined : keys[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      move({ kind: "go", change: by });
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);

  const initial = useMemo(() => model.initialStates().length, [model]);
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
      <nav aria-label="Walk">
        <div class="buttons">
          <button type="button" disabled={at === 0} onClick={() => go(0)}>
            First
          </button>
          <button type="button" disabled={at === 0} onClick={() => go(at - 1)}>
            Back
          </button>
          <button
            type="button"
            disabled={at === walk.taken.length && story?.loop === undefined}
            onClick={() => move({ kind: "go", change: onwards })}
          >
            On
          </button>
          <button
            type="button"
            disabled={at === walk.taken.length}
            onClick={() => go(walk.taken.length)}
          >
            Last
          </button>
          <button type="button" disabled={past.length === 0} onClick={() => move({ kind: "undo" })}>
            Undo
          </button>
        </div>
        <label class="slider">
          <span>
            State {at} of {walk.taken.length}
          </span>
          <input
            type="range"
            min={0}
            max={walk.taken.length}
            value={at}
            aria-valuetext={stateText(walk, at)}
            onInput={({ currentTarget }) => go(Number(currentTarget.value))}
          />
        </label>
        <p class="hint">Arrow keys step through the walk; Home and End lead to its ends.</p>
      </nav>
      <p class="spoken" aria-live="polite">
        {stateText(walk, at)}
      </p>
      <div class="columns">
        <div class="walk">
          <Steps walk={walk} at={at} story={story} go={go} />
          {initial > 1 && (
            <label class="begin">
              Initial state{" "}
              <select
                value={walk.begin}
                onChange={({ currentTarget }) => {
                  const wanted = Number(currentTarget.value);
                  change((its) => ({
                    ...its,
                    walk: beginning(model, wanted),
                    at: 0,
                    story: undefined,
                  }));
                }}
              >
                {Array.from({ length: initial }, (_, one) => (
                  <option key={one} value={one}>
                    {one + 1} of {initial}
                  </option>
                ))}
              </select>
            </label>
          )}
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
            found={(names) => change((its) => extended(its, names))}
          />
          <Checking
            instance={instance}
            script={script}
            show={(its) => change(() => told(protocol, its))}
          />
        </div>
        <div class="state">
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

/** The address follows when nothing has changed for so long: a browser does not like to be told each move of a slider. */
const linkMilliseconds = 150;

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

const keys: Readonly<Record<string, ((session: Session) => Session) | undefined>> = {
  ArrowRight: onwards,
  ArrowLeft: (session) => lookedAt(session, session.at - 1),
  Home: (session) => lookedAt(session, 0),
  End: (session) => lookedAt(session, session.walk.taken.length),
};

/** Whether what has the focus needs the arrow keys for itself. */
const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLElement && target.tagName === "PRE");
