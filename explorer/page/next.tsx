import { useMemo, useState } from "preact/hooks";
import { refusalOf, type Refusing } from "../../counterexamples/index.ts";
import type { Model, State, Step } from "../../model/index.ts";
import { words } from "../../spec/index.ts";
import type { Impossible, Offered, Possible } from "../offered.ts";

/** What can be done in the state that is looked at, and what cannot, and why. */
export function Next({ model, state, offered, isOver, take }: NextProps) {
  const { possible, impossible } = offered;
  if (isOver !== undefined) {
    return (
      <section aria-labelledby="next">
        <h2 id="next">Possible steps</h2>
        <p>None: the last step fails an assertion, {words(isOver)}.</p>
      </section>
    );
  }
  return (
    <>
      <section aria-labelledby="next">
        <h2 id="next">Possible steps</h2>
        {possible.length === 0 && <p>None.</p>}
        <ul class="possible">
          {possible.map((one) => (
            <li key={one.step.label}>
              <button
                type="button"
                disabled={one.fault !== undefined}
                onClick={() => take(one.step)}
              >
                {one.step.label}
              </button>{" "}
              <Effect of={one} />
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="not-possible">
        <h2 id="not-possible">Not possible</h2>
        <ul class="impossible">
          {impossible.map((one) => (
            <li key={one.action}>
              <Refused model={model} state={state} of={one} />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

interface NextProps {
  readonly model: Model;
  readonly state: State;
  readonly offered: Offered;
  /** The assertion that the last step fails: nothing goes on behind it. */
  readonly isOver: string | undefined;
  readonly take: (step: Step) => void;
}

/** More changes than this are only counted. */
const mostChanges = 8;

function Effect({ of: { changes, failed, fault } }: { readonly of: Possible }) {
  if (fault !== undefined) return <span class="bad">{fault}</span>;
  if (failed !== undefined) return <span class="bad">fails an assertion: {words(failed)}</span>;
  if (changes.length === 0) return <span class="quiet">changes nothing</span>;
  const more = changes.length - mostChanges;
  return (
    <span class="effect">
      {changes.slice(0, mostChanges).map(({ path, was, is }, position) => (
        <span key={path}>
          {position > 0 && "; "}
          <b>{path}</b> {was} → {is}
        </span>
      ))}
      {more > 0 && `; and ${more} more`}
    </span>
  );
}

/** More steps of one action than this are shown when they are asked for. */
const mostSteps = 24;

/** An action with what refuses it; of several choices it is found out when somebody wants to know. */
function Refused({ model, state, of }: Refusal) {
  const [isOpen, open] = useState(false);
  const [isWhole, showWhole] = useState(false);
  const { action, steps } = of;
  const [only] = steps;
  if (of.of === 1 && only !== undefined) {
    return (
      <>
        {words(action)}: <Why model={model} state={state} step={only} />
      </>
    );
  }
  const shown = isWhole ? steps : steps.slice(0, mostSteps);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>
        {words(action)} ({steps.length} of {of.of})
      </summary>
      {isOpen && (
        <ul>
          {shown.map((step) => (
            <li key={step.label}>
              {step.label}: <Why model={model} state={state} step={step} />
            </li>
          ))}
        </ul>
      )}
      {isOpen && shown.length < steps.length && (
        <button type="button" onClick={() => showWhole(true)}>
          All {steps.length}
        </button>
      )}
    </details>
  );
}

interface Refusal {
  readonly model: Model;
  readonly state: State;
  readonly of: Impossible;
}

function Why({ model, state, step }: { model: Model; state: State; step: Step }) {
  const { parts, lines } = useMemo(() => refusalOf(model, state, step), [model, state, step]);
  const deciding = parts.filter(({ decides }) => decides);
  const said = deciding.length === 0 ? parts : deciding;
  if (said.length === 0) return <>{lines[0]}</>;
  return (
    <>
      {deciding.length === 0 && "no part alone decides: "}
      {said.map((one, position) => (
        <span key={one.path}>
          {position > 0 && ", "}
          <Part of={one} />
        </span>
      ))}
    </>
  );
}

function Part({ of: { path, text, wanted } }: { readonly of: Refusing }) {
  return (
    <>
      <b>{path}</b> is <span class="bad">{text}</span>
      {wanted.length > 0 && ` (possible if it were ${listed(wanted)})`}
    </>
  );
}

const listed = (all: readonly string[]): string =>
  all.length > 4 ? `${all.slice(0, 4).join(", ")}, ...` : all.join(" or ");
