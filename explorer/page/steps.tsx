import { Component } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Story } from "../../counterexamples/index.ts";
import type { Taken, Walk } from "../walk.ts";

/** More actors than this share the last lane. */
const mostLanes = 5;

/** The walk as race lanes: a column for each actor, time downwards. */
export function Steps({ walk, at, story, go }: StepsProps) {
  const actors = useMemo(
    () => [...new Set(walk.taken.map(({ step }) => step.actor))],
    [walk.taken],
  );
  const lanes = Math.min(mostLanes, Math.max(1, actors.length));
  const marked = useMemo(() => new Set(story?.why.steps ?? []), [story]);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const row = list.current?.children[at] as HTMLElement | undefined;
    if (list.current && row) keepInView(list.current, row);
  }, [at, walk]);
  const loopTo = story?.loop?.to;
  return (
    <section class={`steps lanes-${lanes}`} aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      {actors.length > 0 && (
        <p class="lanes" aria-hidden="true">
          {actors.slice(0, mostLanes).map((actor, lane) => (
            <span key={actor} class={`lane-${lane}`}>
              {lane === mostLanes - 1 && actors.length > mostLanes ? "others" : actor}
            </span>
          ))}
        </p>
      )}
      {/* What scrolls can be scrolled by the keyboard, because there are buttons in it. */}
      <ol ref={list} start={0}>
        <Row number={0} taken={undefined} lane={0} isCurrent={at === 0} notes="" go={go} />
        {walk.taken.map((taken, position) => (
          <Row
            key={position + 1}
            number={position + 1}
            taken={taken}
            lane={Math.min(mostLanes - 1, actors.indexOf(taken.step.actor))}
            isCurrent={at === position + 1}
            notes={[
              ...(marked.has(position + 1) ? ["race"] : []),
              ...(loopTo !== undefined && position >= loopTo ? ["loop"] : []),
            ].join(" ")}
            go={go}
          />
        ))}
      </ol>
      {loopTo !== undefined && (
        <p class="loop-text">
          {loopTo === walk.taken.length
            ? "Nothing happens any more."
            : `Steps ${loopTo + 1} to ${walk.taken.length} are taken for ever: the last one leads back to state ${loopTo}.`}
        </p>
      )}
    </section>
  );
}

/** Scrolls a list, and nothing else, so far that a row of it is seen with its neighbours. */
function keepInView(list: HTMLElement, { offsetTop, offsetHeight }: HTMLElement): void {
  const [above, below] = [offsetTop - offsetHeight, offsetTop + 2 * offsetHeight];
  if (list.scrollTop > above) list.scrollTop = above;
  if (list.scrollTop + list.clientHeight < below) list.scrollTop = below - list.clientHeight;
}

interface StepsProps {
  readonly walk: Walk;
  readonly at: number;
  readonly story: Story | undefined;
  readonly go: (at: number) => void;
}

interface RowProps {
  readonly number: number;
  /** The step; undefined of the initial state. */
  readonly taken: Taken | undefined;
  readonly lane: number;
  readonly isCurrent: boolean;
  /** "race", "loop", or both. */
  readonly notes: string;
  readonly go: (at: number) => void;
}

/** A step. There may be thousands, of which a move concerns two. */
class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const { taken, lane, isCurrent, notes } = this.props;
    return (
      next.taken !== taken ||
      next.lane !== lane ||
      next.isCurrent !== isCurrent ||
      next.notes !== notes
    );
  }

  override render({ number, taken, lane, isCurrent, notes, go }: RowProps) {
    const isRace = notes.includes("race");
    return (
      <li class={`${notes} lane-${lane}`}>
        <button
          type="button"
          aria-current={isCurrent ? "step" : undefined}
          onClick={() => go(number)}
        >
          <span class="number">
            {number}
            {isRace && (
              <span class="mark" aria-hidden="true">
                *
              </span>
            )}
          </span>
          <span class="label">
            {taken?.step.label ?? "initial state"}
            {isRace && <span class="spoken"> (part of the race)</span>}
            {taken?.failed !== undefined && (
              <span class="mark"> (fails an assertion: {taken.failed})</span>
            )}
          </span>
        </button>
      </li>
    );
  }
}
